"""Where one output follows another directly: at a first line that no other output has.

A text is split where the output of another program begins; outputs of one program stay together.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain, compress, count, islice

from ipseclint.formats.pasted.signs import FENCE, FENCES
from ipseclint.formats.transcript.families import WITHIN, are_of_methods, families_of, family_of, is_confirmed
from ipseclint.late import late

_HAVE_COLUMNS = frozenset({"services", "counters"})
"""Outputs of which the names of columns are the first line."""
_END_OF_JSON = late(r"[\]}][ \t]*\r?$")
_OPENS_TEXT = late(
    r"[^\r\n#]*(?:@(?P<quote>['\"])|<<-?[ \t]?(?P<mark>['\"]?)(?P<word>[A-Za-z_]\w{0,30})(?P=mark))[ \t]*\r?$"
)
"""How a text in a script begins, of PowerShell or of a shell, in which outputs and files may be quoted."""
_PARTS_TEXT = ("@", *FENCES)
"""What of one stands in each line that opens or ends a here-string, or a block of code."""
_ASSIGNS = late(r"\$\w+[ \t]*=")
_OF_COMMANDS = frozenset({"values", "objects"})
"""What a command above may tell the key of: it stays with that."""
_IN_EVENT = late(r"\t[^\t:]{1,40}:\t")
"""A value in the message of an event, some of which have the labels of netsh."""
_LIST = late(r"[ \t]{0,8}[A-Za-z][\w()]{0,60} {1,60}: ")
_LISTED = 3
"""So many lines of a list of properties, one below the other, are no head of a mail and no sentence (reasoned)."""
_MAX_LISTED = 200
"""So many lines has a list of properties at most (reasoned: an interface to another site has about 60)."""
_MAX_ABOVE_VALUE = 3
"""How many lines above a value its node stands at most (reasoned: one is empty)."""
_MAX_ABOVE = 40
"""How many lines that are not empty may stand above the first output of a text (reasoned: captions are short)."""


def below(lines: Mapping[int, str]) -> dict[int, str]:
    """The lines from the first at which another output begins; empty if none does, or if it is the very first line."""
    rows = list(islice((row for row in lines.items() if row[1].strip()), _MAX_ABOVE + _LISTED))
    following = [*(line for _, line in rows[1:]), ""]
    for at, (number, line) in enumerate(rows[: _MAX_ABOVE + 1]):
        own = "" if _IN_EVENT.match(line) else family_of(line.lstrip())
        if not is_confirmed(own, line, following[at]) or (own == "columns" and at and are_of_methods(rows[at - 1][1])):
            own = ""
        listed = rows[at : at + _LISTED]
        if own or (len(listed) == _LISTED and all(_LIST.match(row) for _, row in listed)):
            first = rows[at - 1][0] if own == "columns" and at else number
            return {row: kept for row, kept in lines.items() if row >= first} if first != rows[0][0] else {}
    return {}


def _first_line(own: str, lines: Sequence[str], at: int) -> int:
    """Where an output begins that is told by a line of it: columns have names, and a key stands below its values."""
    if own == "columns":
        return at - 1
    return _top_of_list(lines, at)


def _top_of_list(lines: Sequence[str], at: int) -> int:
    """The first line of the property list around a line: the colons are aligned."""
    own = _LIST.match(lines[at])
    if own is None:
        return at
    top = at
    for row in range(at - 1, max(at - _MAX_LISTED, 0) - 1, -1):
        other = _LIST.match(lines[row])
        if other is not None and (other.end() == own.end() or (_is_close(other) and _is_close(own))):
            top = row
        elif not lines[row].strip() or lines[row][: own.end()].strip():
            break  # neither a property nor the rest of a value
    return top


def _is_close(listed: re.Match[str]) -> bool:
    """Whether a single blank precedes the colon, as when a paste lost the others."""
    return listed[0][-4:-3] != " "


def beginnings(lines: Sequence[str]) -> Iterator[int]:
    """The indices of lines at which another program's output begins, or anything behind JSON."""
    family = until = ""
    is_over = is_below = False
    assigned: int | None = None  # the first line of what the next commands take
    once = set(lines)
    families = families_of(once)
    begun = _begun(lines, families)
    first = _first_row(lines, families)
    between = _between(lines, once, families)
    if not between and _are_of_one(begun, first):
        return
    for at in filter(first.__le__, sorted({first, *begun, *between})):
        line = lines[at]
        if until:
            until = "" if line.startswith(until) else until
            continue
        own = begun.get(at)
        top = at if own is None else _top_of_list(lines, at)
        is_within = top < at and any(map(families.__contains__, lines[top:at]))  # a list that has begun
        if own is not None and not is_within:
            is_part = own in WITHIN
            own = WITHIN.get(own, own)
            if top < at and not any(map(str.strip, lines[:top])):
                pass  # the first list of all, told by a property in its middle
            elif own != family and (family or (is_below and not is_part and own not in _OF_COMMANDS)):
                if own == "commands" and assigned is not None:
                    yield assigned
                else:
                    yield _first_line(own, lines, at)
            family, is_over, assigned = own, False, None
        elif is_over and line.strip():
            yield at
            family, is_over = "", False
        elif assigned is not None:
            assigned = None if FENCE.match(line) else assigned
        elif line.startswith("$") and _ASSIGNS.match(line):
            assigned = at
        is_below = is_below or bool(line.strip())
        if family == "json" and _END_OF_JSON.match(line):
            is_over = True
        until = _opened(line)


def _first_row(lines: Sequence[str], families: Mapping[str, str]) -> int:
    """The first line that is not empty; of a template the first one below the comments above it."""
    first = next((at for at, line in enumerate(lines) if line.strip()), len(lines))
    rows = range(first, len(lines))
    below = next((at for at in rows if (line := lines[at].lstrip()) and not line.startswith(";")), len(lines))
    return below if "template" in map(families.get, lines[below : below + 1]) else first


def _is_value_of_node(lines: Sequence[str], at: int) -> bool:
    """Whether a line is the value of the node that stands alone on the last line above."""
    above = next((line for line in reversed(lines[max(at - _MAX_ABOVE_VALUE, 0) : at]) if line.strip()), "")
    return family_of(above) == "nodes"


def _opened(line: str) -> str:
    """The end of the here-string or heredoc that a line opens; empty if it opens none."""
    opened = _OPENS_TEXT.match(line) if "@" in line or "<<" in line else None
    if opened is None:
        return ""
    return f"{opened['quote']}@" if opened["quote"] else opened["word"]


def _between(lines: Sequence[str], once: Collection[str], families: Mapping[str, str]) -> Collection[int]:
    """The indices of lines other than first lines that may matter: ends of JSON, and lines that open texts or end
    them, or what is assigned. Any line may end a heredoc."""
    text = "\n".join(("", *once))
    if "json" in families.values() or "<<" in text:
        return range(len(lines))
    if "\n$" not in text and "@" not in text:
        return ()
    parting = {line for line in once if line.startswith("$") or any(map(line.__contains__, _PARTS_TEXT))}
    return [*compress(count(), map(parting.__contains__, lines))]


def _are_of_one(begun: Mapping[int, str | None], first: int) -> bool:
    """Whether all outputs that begin in a text are of the first one's family."""
    families = {WITHIN.get(own, own) for own in set(begun.values()) if own is not None}
    own = begun.get(first)
    return families <= {WITHIN.get(own, own)}


def _begun(lines: Sequence[str], families: Mapping[str, str]) -> dict[int, str | None]:
    """The family that each line seems to begin, by index; `families` tells it for a line alone."""
    are_of_some = list(map(families.__contains__, lines))
    around = (chain(("",), lines), lines, chain(lines[1:], ("",)))
    rows = list(zip(*(compress(each, are_of_some) for each in around), strict=True))
    begun = {row: families[row[1]] for row in set(rows) if _begins_with(families, *row)}
    found = dict(zip(compress(count(), are_of_some), map(begun.get, rows), strict=True))
    values = [at for at, own in found.items() if own == "xml" and _is_value_of_node(lines, at)]
    return found | dict.fromkeys(values)


def _begins_with(families: Mapping[str, str], above: str, line: str, following: str) -> bool:
    """Whether an output really begins at such a line, judged by its neighbours."""
    own = families[line]
    if own == "columns" and (are_of_methods(above) or families.get(above) in _HAVE_COLUMNS):
        return False
    return is_confirmed(own, line, following)
