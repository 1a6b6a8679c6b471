"""YAML whose blocks are outputs of several machines, as tools that run commands on many write their results.

    srv01:                          - host: srv01                     hosts:
      stdout: |                       stdout: |                         left:
        Rule Name: ...                  Rule Name: ...                    stdout: |

A machine is named by a key above its lines, or by a member of its own beside them. Sources: the YAML callback of
Ansible and the outputters of Salt; the names of members are those of JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from ipseclint.formats.output_strings import NAMING, OF_HOSTS
from ipseclint.formats.transcript.machine_names import is_name
from ipseclint.late import late

_KEY = late(
    r"(?P<indent>[ ]*+)(?P<dashes>(?:-[ ]+){0,8})"
    r"(?:(?P<key>\"[^\"\r\n]{1,255}\"|'[^'\r\n]{1,255}'|[A-Za-z0-9_][\w.@ -]{0,254}?)[ ]*:(?=[ \t\r]|$))?"
    r"[ \t]*(?P<value>[^\r\n]*)"
)
"""The dashes and the key that a line of YAML begins with."""
_OPENS = late(r"(?:!\S{1,40}[ ]+)?[|>][+-]?\d?[+-]?[ \t]*")
"""What stands for a value whose lines are below it."""
_HOST = late(r"[A-Za-z0-9][\w.-]{0,254}")
_MODULE = late(r"ansible\.(?:builtin|legacy|windows)\..*|.*_[^.]*", re.IGNORECASE)
"""A collection's module by its full name, as no host is called, in whose last label no `_` can stand."""


class _Mapping(Struct):
    """A mapping of a document: the column of its keys, the mapping that holds it and below which of its keys.

    A task is an item of a list that has a name beside what it does.
    """

    column: int
    above: _Mapping | None
    below: str
    key: str = ""
    host: str = ""
    is_item: bool = False
    is_task: bool = False


def machines_of_blocks(lines: Sequence[str]) -> dict[str, dict[int, str]]:
    """The lines of each machine that a document names, numbered from 1, with those that are of none.

    Empty if it names no two.
    """
    owners = list(_owners(lines))
    hosts = [_host(mapping, key) for mapping, key in owners]
    named = list(dict.fromkeys(host for host in hosts if host))
    if len(named) < 2:
        return {}
    return {
        name: {
            row: line for row, (host, line) in enumerate(zip(hosts, lines, strict=True), start=1) if host in {"", name}
        }
        for name in named
    }


def _owners(lines: Sequence[str]) -> Iterator[tuple[_Mapping | None, str]]:
    """The mapping and the key of it that each line is of."""
    current: _Mapping | None = None
    block: int | None = None
    for line in lines:
        indent = len(line) - len(line.lstrip(" "))
        if not line.strip() or (block is not None and indent > block) or line.startswith("---"):
            current, block = (None, None) if line.startswith("---") else (current, block)
            yield current, "" if current is None else current.key
            continue
        block = None
        found = _KEY.match(line)
        if found is None:
            yield current, "" if current is None else current.key
            continue
        column = found.end("dashes")
        while current is not None and current.column > (indent if found["dashes"] else column):
            current = current.above
        if found["key"] is not None:
            if found["dashes"] or current is None or current.column < column:
                above = current.above if current is not None and current.column == column else current
                below = "" if above is None else above.key
                current = _Mapping(column, above, below, is_item=bool(found["dashes"]))
            current.key = found["key"].strip("\"'")
            value = found["value"].strip().strip("\"'")
            _take_name(current, value)
        if _OPENS.fullmatch(found["value"]):
            block = indent if found["key"] is None else column
        yield current, "" if current is None else current.key


def _take_name(mapping: _Mapping, value: str) -> None:
    """Take over what a member calls the machine of its mapping, or of that of which it is the metadata."""
    key = mapping.key.casefold()
    if (key in NAMING and _HOST.fullmatch(value)) or (key == "item" and is_name(value)):
        mapping.host = value.upper()
    elif key == "name" and mapping.below == "metadata" and mapping.above is not None and is_name(value):
        mapping.above.host = value.upper()
    mapping.is_task = mapping.is_task or (key == "name" and mapping.is_item)


def _host(mapping: _Mapping | None, key: str) -> str:
    """The machine that a mapping or one above it names, or the key below which it stands."""
    current = mapping
    while current is not None:
        if current.host:
            return current.host
        is_module = current.is_task or _MODULE.fullmatch(key) is not None
        if current.below.casefold() in OF_HOSTS or (is_name(key) and not is_module):
            return key.upper()
        key = current.below
        current = current.above
    return ""
