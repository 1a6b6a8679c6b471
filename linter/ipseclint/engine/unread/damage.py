"""Damage in the bytes of a text that its readers do not see: it was cut off, was not written, or has two encodings."""

from __future__ import annotations

from collections.abc import Iterable

from ipseclint.code_pages import code_page_of
from ipseclint.late import late
from ipseclint.mixed_text import GARBLED
from ipseclint.source import Source, SourceError, ended_by_lf
from ipseclint.text_blocks import Block

_CUT = "the text ends within a character: it was cut off there, and what stood behind it is missing"
_BROKEN = (
    "here bytes are not UTF-8 in a text that else is, and were not read: they were damaged, or something appended them"
    " in another code page; write the file anew with one program"
)
_BYTES_IN_UTF16 = (
    "here bytes in a text of UTF-16 are not UTF-16, and were not read: something appended single bytes, as `>>` of"
    " cmd.exe does, or a copy lost or added some; write the file anew with one program"
)
_UTF16_IN_BYTES = (
    "here UTF-16 stands in a text of single bytes, and was not read: something appended it, as `>>` of Windows"
    " PowerShell does; write the file anew with one program"
)
_ZEROS = (
    "here zero bytes stand in a text: what was written there is lost, as after a disk or a copy failed; write the file"
    " anew"
)
_OTHER_ENDS = (
    "here a line ends with a character of Unicode (U+0085, U+2028 or U+2029) that is no end of a line to the programs"
    " that take this: what stands behind it may not be read as it is meant; write the file anew with line ends of"
    " Windows"
)
_ENDS = "unexpected end of data"
"""Python's reason for a text that ends within a character."""
_REPLACED = "\N{REPLACEMENT CHARACTER}"
_SIGNS = ((late(GARBLED), _BYTES_IN_UTF16), (late(r"(?:[^\0]\0){8}"), _UTF16_IN_BYTES))
_OTHER_END = late(r"[\x85\u2028\u2029](?=[ \t]{0,80}\S)")
_UNWRITTEN = late(r"\0(?:\0{3}|[^\0])")
"""Zero bytes within a text, or so many at its end that they are no mark of its end (reasoned: such a mark has at most
two, and one may stand behind it)."""


def damage_of(source: Source, *, is_in_lines: bool = True) -> Iterable[tuple[int, str]]:
    """The lines on which a text first shows damage, with the kind; none if it shows none, or is not text.

    `is_in_lines`: its grammar has lines, as JSON has none."""
    signs = (*_SIGNS, (_OTHER_END, _OTHER_ENDS)) if is_in_lines else _SIGNS
    found: dict[str, int] = {}
    last = None
    try:
        for last in source.text_blocks():
            if last.data.isascii() and b"\0" not in last.data:
                continue
            for sign, message in signs:
                if message not in found and (match := sign.search(last.text)) is not None:
                    found[message] = last.line + last.text.count("\n", 0, match.start())
            if not found and (match := _UNWRITTEN.search(last.text)) is not None:
                found[_ZEROS] = last.line + last.text.count("\n", 0, match.start())
            if _BROKEN not in found and (line := _broken_line(last, source)) is not None:
                found[_BROKEN] = line
    except SourceError:
        return ()  # its reader reports that
    if last is not None and not found and last.text.endswith(_REPLACED):
        found[_CUT] = last.last_line
    return [(line, message) for message, line in found.items()]


def _broken_line(block: Block, source: Source) -> int | None:
    """The first line of a UTF-8 block with invalid bytes; None where there are none, or it is only cut off there."""
    if block.encoding != "utf-8":
        return None
    try:
        block.data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == _ENDS or (source.encoding == "utf-8" and code_page_of(block.data) != "utf-8"):
            return None
        return block.line + ended_by_lf(block.data[: error.start].decode("utf-8")).count("\n")
    return None
