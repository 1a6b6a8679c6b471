"""A fast parser for the most frequent line of long scripts: `add filter` with tags and plain values.

One strict pattern a line. Any line that it does not match takes the slow path, which explains faults; both give the
same filter.
"""

from __future__ import annotations

import re
from functools import cache

from ipseclint.formats.netsh.hosts import BATCH, MAX_LINE_CHARACTERS
from ipseclint.formats.netsh.ip_security.filters import PROTOCOLS, NoAddress, legacy_address, servers_fit
from ipseclint.formats.netsh.ip_security.grammar import STATIC
from ipseclint.formats.netsh.ip_security.static import StaticReplay
from ipseclint.formats.netsh.lexer import Lexer
from ipseclint.formats.netsh.tags import unique_prefix
from ipseclint.model.selectors import LegacyFilter

# Quoted text holds nothing that any host expands, and no `=`: the number of those is the number of tags.
# Outside quotes there is nothing that is a blank anywhere.
_NAME = r'"[^"%!$`\\=]*"|[\w.\-\u00c0-\u167f\u3001-\ud7ff]+'
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
_PROTOCOLS = PROTOCOLS | {str(number): number or None for number in range(256)}
_MAX_PORT = 65_535


@cache
def _pattern() -> re.Pattern[str]:
    """The pattern of the line; compiled when first needed."""
    return re.compile(
        r"[ \t]*(?P<prefix>@?netsh(?:\.exe)?[ \t]+ipsec[ \t]+static[ \t]+)?(?P<verb>add)[ \t]+filter(?:[ \t]+(?:"
        + "|".join(rf"(?:{_spellings(tag)})[ \t]*=[ \t]*(?P<{tag}>{value})(?![^ \t])" for tag, value in _VALUES.items())
        + r"))+[ \t]*(?P<quiet>>[ \t]*nul[ \t]*)?",
        re.IGNORECASE | re.ASCII,
    )


def take_filter(line: str, number: int, lexer: Lexer, replay: StaticReplay, first_line: int | None = None) -> bool:
    """Replay a line if it is a plain `add filter`; False if it needs the slow path.

    `first_line` is how many of its characters, including the name, are on the line with that number.
    """
    if "filter" not in line.casefold() or len(line) > MAX_LINE_CHARACTERS:
        return False
    match = _pattern().fullmatch(line)
    if match is None:
        return False
    prefix, _, *values, quiet = match.groups()
    name, source, destination, source_mask, destination_mask, protocol, mirrored, from_port, to_port, _ = values
    if name is None or source is None or destination is None:
        return False
    tags = len(values) - values.count(None)
    if line.count("=") != tags or not (lexer.at_rest and (prefix is not None or lexer.context == _CONTEXT)):
        return False
    protocol = (protocol or "any").casefold()
    first, second = legacy_address(source, source_mask), legacy_address(destination, destination_mask)
    if protocol not in _PROTOCOLS or isinstance(first, NoAddress) or isinstance(second, NoAddress):
        return False
    source_port, destination_port = int(from_port or 0), int(to_port or 0)
    if source_port > _MAX_PORT or destination_port > _MAX_PORT or not servers_fit(first, second):
        return False
    if quiet is not None and lexer.host is not BATCH:
        return False
    is_mirrored = mirrored is None or mirrored[0] in "yY"
    name_column = match.start("filterlist") + 1
    if first_line is not None and max(match.end("filterlist"), match.end("verb")) > first_line:
        return False
    if name[0] == '"':
        name, name_column = name[1:-1], name_column + 1
    protocol_number = _PROTOCOLS[protocol]
    row = LegacyFilter(
        first, second, protocol_number, source_port, destination_port, is_mirrored, number, match.start("verb") + 1
    )
    if prefix is not None:
        replay.begin(lexer.begin_process())
    replay.append_filter(name, row, name_column)
    return True
