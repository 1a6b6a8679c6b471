"""The short way for the line that long scripts are made of: `add filter` with tags and plain values.

One strict pattern a line. Whatever it does not take, in doubt or not, goes the long way, which explains itself;
both ways yield the same filter.
"""

from __future__ import annotations

import re
from functools import cache

from ipseclint.formats.netsh.hosts import BATCH
from ipseclint.formats.netsh.ip_security.filters import PROTOCOLS, legacy_address, servers_fit
from ipseclint.formats.netsh.ip_security.grammar import STATIC
from ipseclint.formats.netsh.ip_security.static import StaticReplay
from ipseclint.formats.netsh.lexer import LINE_LIMIT, Lexer
from ipseclint.formats.netsh.tags import unique_prefix
from ipseclint.model.selectors import LegacyFilter

# Quoted text holds nothing that any host expands, and no `=`: the number of those is the number of tags.
# Outside quotes there is nothing that is a blank anywhere.
_NAME = r'"[^"%!$`\\=]*"|[\w.\-\u00c0-\u167f\u3001-\ud7ff]+'
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
    """The tag and what it can be shortened to, the longest first."""
    return "|".join(tag[:end] for end in range(len(tag), 0, -1) if unique_prefix(tag[:end], _TAGS) == (tag,))


_CONTEXT = "ipsec static"
_PROTOCOLS = PROTOCOLS | {str(number): number or None for number in range(256)}
_LARGEST_PORT = 65_535


@cache
def _pattern() -> re.Pattern[str]:
    """The line; made when a script first has such a one, since making it takes longer than reading a short script."""
    return re.compile(
        r"[ \t]*(@?netsh(?:\.exe)?[ \t]+ipsec[ \t]+static[ \t]+)?(add)[ \t]+filter(?:[ \t]+(?:"
        + "|".join(rf"(?:{_spellings(tag)})[ \t]*=[ \t]*({value})(?![^ \t])" for tag, value in _VALUES.items())
        + r"))+[ \t]*(>[ \t]*nul[ \t]*)?",
        re.IGNORECASE | re.ASCII,
    )


def take_filter(line: str, number: int, lexer: Lexer, replay: StaticReplay) -> bool:
    """Replay a line if it is a plain `add filter`; False if it has to go the long way."""
    if "filter" not in line.casefold() or len(line) > LINE_LIMIT:
        return False
    found = _pattern().fullmatch(line)
    if found is None:
        return False
    groups = found.groups()
    prefix, _, name, source, destination, from_mask, to_mask, protocol, mirrored, from_port, to_port, _, quiet = groups
    if name is None or source is None or destination is None:
        return False
    tags = len(groups) - groups.count(None) - (1 if prefix is None else 2) - (quiet is not None)
    if line.count("=") != tags or not (lexer.at_rest and (prefix is not None or lexer.context == _CONTEXT)):
        return False
    protocol = "any" if protocol is None else protocol.casefold()
    first, second = legacy_address(source, from_mask), legacy_address(destination, to_mask)
    if protocol not in _PROTOCOLS or isinstance(first, str) or isinstance(second, str):
        return False
    source_port = 0 if from_port is None else int(from_port)
    destination_port = 0 if to_port is None else int(to_port)
    if source_port > _LARGEST_PORT or destination_port > _LARGEST_PORT or not servers_fit(first, second):
        return False
    if quiet is not None and lexer.host is not BATCH:
        return False
    is_mirrored = mirrored is None or mirrored[0] in "yY"
    name_column = found.start(3) + 1
    if name[0] == '"':
        name, name_column = name[1:-1], name_column + 1
    protocol_number = _PROTOCOLS[protocol]
    row = LegacyFilter(
        first, second, protocol_number, source_port, destination_port, is_mirrored, number, found.start(2) + 1
    )
    replay.append_filter(name, row, name_column)
    return True
