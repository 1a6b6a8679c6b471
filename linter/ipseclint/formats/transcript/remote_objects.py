"""Objects that remote machines gave, told apart by the name that PowerShell puts on each.

DisplayName    : Servers          Status   Name     PSComputerName
PSComputerName : srv01            ------   ----     --------------
                                  Running  IKEEXT   srv01
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.transcript.hosts import tell_hosts
from ipseclint.late import late

_SIGN = "PSComputerName"
_NAMED = late(rf"[ \t]{{0,8}}{_SIGN}[ \t]{{0,60}}:[ \t]+(?P<host>[A-Za-z0-9][\w.-]{{0,254}})[ \t]*\r?")
_HEAD = late(rf"[ \t]{{0,8}}[A-Za-z][^\r\n:]{{0,2000}}?[ \t](?P<column>{_SIGN})(?=[ \t\r]|$)")
_RULER = late(r"[ \t]*-[- \t]*\r?")
_OF_OBJECT = late(rf"\"{_SIGN}\"(?:\s{{0,8}}:\s{{0,8}}\"|>)(?P<host>[A-Za-z0-9][\w.-]{{0,254}})(?=[\"<])")
"""The same in objects of JSON and CLIXML, which is null where no other machine was asked."""
_TOLD_AT = 2
"""The places of so many machines are of use: it is told at the second."""
_CELL = late(r"(?P<host>[A-Za-z0-9][\w.-]{0,254})(?=[ \t\r]|$)")


def parts_by_object(lines: Sequence[str]) -> dict[str, dict[int, str]]:
    """The lines of each machine whose objects a text lists, numbered from 1, those of none without a name.

    The heads of tables are of all. Empty if no two machines are named.
    """
    if not any(_SIGN in line for line in lines):
        return {}
    parts: dict[str, dict[int, str]] = {}
    heads: dict[int, str] = {}
    paragraph: dict[int, str] = {}
    for row, line in enumerate((*lines, ""), start=1):
        if line.strip():
            paragraph[row] = line
            continue
        _take(paragraph, parts, heads)
        paragraph = {}
    named = {host for host in parts if host}
    return {host: own | (heads if host else {}) for host, own in parts.items()} if len(named) > 1 else {}


def tell_machines(head: str, whole: Callable[[], str], diagnostics: Diagnostics) -> None:
    """Report that the objects of a document are of several machines, though it is read as of one; `head` begins it."""
    if _OF_OBJECT.search(head) is None:
        return
    text = whole()
    hosts: dict[str, int] = {}
    for match in _OF_OBJECT.finditer(text):
        name = match["host"].upper()
        if name not in hosts:
            hosts[name] = text.count("\n", 0, match.start()) + 1 if len(hosts) < _TOLD_AT else 0
    if len(hosts) > 1:
        tell_hosts(hosts, diagnostics)


def _take(paragraph: dict[int, str], parts: dict[str, dict[int, str]], heads: dict[int, str]) -> None:
    """Hand the lines of a paragraph to the machine that it names, or the rows of a table to those of their cells."""
    text = list(paragraph.values())
    if text and not any(_SIGN in line for line in text):
        parts.setdefault("", {}).update(paragraph)
        return
    column: int | None = None
    found = next(filter(None, map(_NAMED.fullmatch, text)), None)
    host = "" if found is None else _name(found["host"])
    for at, (row, line) in enumerate(paragraph.items()):
        head = _HEAD.match(line) if at + 1 < len(text) and _RULER.fullmatch(text[at + 1]) else None
        if head is not None:
            column = head.start("column")
        if head is not None or (column is not None and _RULER.fullmatch(line)):
            heads[row] = line
        elif column is not None:
            cell = _CELL.match(line, column)
            parts.setdefault("" if cell is None else _name(cell["host"]), {})[row] = line
        else:
            parts.setdefault(host, {})[row] = line


def _name(host: str) -> str:
    """What a machine is called as an input: without dots, which would look like those of a file name."""
    return host.upper().replace(".", "-")
