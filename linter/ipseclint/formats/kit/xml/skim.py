"""Blanks that replace skipped records: libxml2 checks these for well-formedness in half the time of expat.

libxml2 reads twice as fast if nothing is reported to Python. expat, which parses around the records, is given blanks.
"""

from __future__ import annotations

from typing import NamedTuple, cast

from lxml import etree

from ipseclint.formats.kit.xml.element import SAFE_PARSER


class Blanks(NamedTuple):
    """Blanks that end in the same column as the text they replace, and how many lines fewer they have."""

    data: bytes
    lines_fewer: int


def blanks_for(xml: bytes) -> Blanks | None:
    """Blanks for whole elements, or None if these are not well-formed, or have line ends that expat must count."""
    if b"\r" in xml and xml.count(b"\r") != xml.count(b"\r\n"):
        return None
    if not _has_plain_tags(xml) or not _is_well_formed(xml):
        return None
    return blanks(xml.count(b"\n"), len(xml[xml.rfind(b"\n") + 1 :].decode()))


def blanks(lines: int, width: int) -> Blanks:
    """Blanks for this many line ends with `width` columns behind them."""
    return Blanks(b"\n" * min(lines, 1) + b" " * width, max(0, lines - 1))


def _has_plain_tags(xml: bytes) -> bool:
    """Whether all tags are ASCII: libxml2 follows a later edition of XML, with names that expat refuses."""
    return xml.isascii() or b"<\x80" not in xml.translate(_ALL_ALIKE, _BESIDE_TAGS)


def _is_well_formed(xml: bytes) -> bool:
    try:
        for piece in (b"<root>", xml, b"</root>"):
            _PARSER.feed(piece)
        _PARSER.close()
    except etree.XMLSyntaxError:
        return False
    return True


_BESIDE_TAGS = bytes(byte for byte in range(128) if byte not in b"<>")
_ALL_ALIKE = bytes(range(128)) + b"\x80" * 128


class _Deaf:
    """A parser target that ignores everything."""

    def close(self) -> None:
        """No result."""


_PARSER = SAFE_PARSER(target=cast("etree.ParserTarget", _Deaf()))
