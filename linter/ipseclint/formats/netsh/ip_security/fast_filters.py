"""A fast parser for the most frequent line of long scripts: `add filter` with tags and plain values.

One strict pattern a line, or lines that carets make one. Any line that it does not match takes the slow path, which
explains faults; both give the same filter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from ipseclint.expressions import compiled
from ipseclint.formats.netsh.hosts import BATCH, MAX_LINE_CHARACTERS
from ipseclint.formats.netsh.ip_security.filters import (
    PORT_PROTOCOLS,
    PROTOCOLS,
    NoAddress,
    legacy_address,
    servers_fit,
)
from ipseclint.formats.netsh.ip_security.grammar import STATIC
from ipseclint.formats.netsh.ip_security.static import StaticReplay
from ipseclint.formats.netsh.lexer import Lexer
from ipseclint.formats.netsh.tags import unique_prefix
from ipseclint.model.selectors import LegacyFilter

# Quoted text holds nothing that any host expands, and no `=`: the number of those is the number of tags.
# Outside quotes there is nothing that is a blank anywhere.
_NAME = r'"[^"%!$`\\=]+"|[\w.\-\u00c0-\u167f\u3001-\ud7ff]+'
# The order is that in which a line's values are taken apart below.
_VALUES = {
    "filterlist": _NAME,
    "srcaddr": r"[\w.:-]+",
    "dstaddr": r"[\w.:-]+",
    "srcmask": r"[0-9.]+",
    "dstmask": r"[0-9.]+",
    "protocol": r"\w+",
    "mirrored": r"yes|no|y|n",
    "srcport": r"[0-9]{1,5}",
    "dstport": r"[0-9]{1,5}",
    "description": _NAME,
}
_TAGS = STATIC["add"]["filter"].tags


def _spellings(tag: str) -> str:
    """The tag and its abbreviations, longest first."""
    return "|".join(tag[:end] for end in range(len(tag), 0, -1) if unique_prefix(tag[:end], _TAGS) == (tag,))


_CONTEXT = "ipsec static"
_MAX_PIECES = 16
"""Reasoned: over so many lines at most is a filter written."""
_PROTOCOLS = PROTOCOLS | {str(number): number or None for number in range(256)}
_MAX_PORT = 65_535


@cache
def _pattern() -> re.Pattern[str]:
    """The pattern of the line, of our words alone."""
    return compiled(
        r"[ \t]*(?P<prefix>@?netsh(?:\.exe)?[ \t]+ipsec[ \t]+static[ \t]+)?(?P<verb>add)[ \t]+filter(?:[ \t]+(?:"
        + "|".join(rf"(?:{_spellings(tag)})[ \t]*=[ \t]*(?P<{tag}>{value})(?![^ \t])" for tag, value in _VALUES.items())
        + r"))+[ \t]*(?P<quiet>>[ \t]*nul[ \t]*)?",
        re.IGNORECASE | re.ASCII,
    )


def take_filters(lines: Sequence[str], place: int, number: int, lexer: Lexer, replay: StaticReplay) -> int:
    """Replay the plain `add filter` that follow each other from a place on; how many lines they take.

    `number` is that of the line at the place. Nothing that a filter does changes how the next line is read.
    """
    if "filter" not in lines[place].casefold() or not lexer.at_rest:
        return 0
    taken, is_batch, in_context = 0, lexer.host is BATCH, lexer.context == _CONTEXT
    while place + taken < len(lines):
        line, count, on_first = lines[place + taken], 1, None
        if line.endswith("^"):
            line, count, on_first = _joined(lines, place + taken) if is_batch else ("", 0, 0)
        match = _pattern().fullmatch(line) if len(line) <= MAX_LINE_CHARACTERS else None
        if match is None:
            break
        prefix, _, name, *values, quiet = match.groups()
        if (prefix is None and not in_context) or (quiet is not None and not is_batch):
            break
        if on_first is not None and max(match.end("filterlist"), match.end("verb")) > on_first:
            break
        row = _row(values, number + taken, match.start("verb") + 1)
        # A tag that is written twice has one value.
        if row is None or name is None or line.count("=") != len(values) + 1 - values.count(None):
            break
        if prefix is not None:
            replay.begin(lexer.begin_process())
        name_column = match.start("filterlist") + 1
        if name[0] == '"':
            name, name_column = name[1:-1], name_column + 1
        replay.append_filter(name, row, name_column)
        taken += count
    return taken


def _joined(lines: Sequence[str], place: int) -> tuple[str, int, int]:
    """A command over several lines of a batch file, how many these are, and the number of characters on the first.

    Without a line for a command that is read otherwise.
    """
    pieces: list[str] = []
    for line in lines[place : place + _MAX_PIECES]:
        # cmd.exe takes the first letter of a further line for what it is, which makes no difference to a blank.
        if pieces and line[:1] not in {" ", "\t"}:
            break
        goes_on = line.endswith("^")
        pieces.append(line[:-1] if goes_on else line)
        if not goes_on:
            return "".join(pieces), len(pieces), len(pieces[0])
        if line.count('"') % 2:
            break
    return "", 0, 0


def _row(values: Sequence[str | None], number: int, column: int) -> LegacyFilter | None:
    """The filter with the values of its tags, in their order and without the name of its list; None if it has none."""
    source, destination, source_mask, destination_mask, protocol, mirrored, from_port, to_port, _ = values
    if source is None or destination is None:
        return None
    first, second = legacy_address(source, source_mask), legacy_address(destination, destination_mask)
    if isinstance(first, NoAddress) or isinstance(second, NoAddress) or not servers_fit(first, second):
        return None
    protocol = (protocol or "any").casefold()
    source_port, destination_port = int(from_port or 0), int(to_port or 0)
    if protocol not in _PROTOCOLS or source_port > _MAX_PORT or destination_port > _MAX_PORT:
        return None
    if (source_port or destination_port) and _PROTOCOLS[protocol] not in PORT_PROTOCOLS:
        return None
    is_mirrored = mirrored is None or mirrored[0] in "yY"
    return LegacyFilter(first, second, _PROTOCOLS[protocol], source_port, destination_port, is_mirrored, number, column)
