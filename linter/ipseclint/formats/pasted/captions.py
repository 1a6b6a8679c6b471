"""Lines that announce what stands below them: captions, titles, sentences, names of files."""

from __future__ import annotations

import re

from ipseclint.formats.pasted.prose import is_prose
from ipseclint.formats.pasted.signs import BULLETS
from ipseclint.late import late

_ITEM = late(rf"[ \t]*(?:(?:[-*+{BULLETS}]|\(?(?:\d{{1,3}}|[#A-Za-z])[.)])[ \t]+)?")
CODE = ("    ", "\t")
_FIRST = late(r"[\r\n]*+([^\n]*+)")
"""The first line: to cut off what is above and below it would copy all of the text."""
INDENTED = late(r"\n[ \t]*\r?\n(?:[ ]{4}|\t)[ \t]*\S")
"""A line of code below an empty one."""
_CAPTION_ENDS = ":.!?,"
_MAX_CAPTION = 12
"""So many words announce what stands below at most, without a colon at their end (reasoned)."""
_MAX_TITLE = 4
"""So many words are a title without a mark in a document (reasoned)."""
_FILE = late(r"(?=[^\s]*[^\s.]\.(?:conf|secrets|log)\Z)[/~]?[\w.-]{1,40}(?:/[\w.-]{1,40}){0,8}")
"""The name of a peer's file alone, above what is in it."""
_RELIEF = late(r"(?<!\w)(?P<mark>\*{1,3}|_{1,3}|`)(?P<text>[^\s*_`](?:[^*_`\r\n]{0,60}[^\s*_`])?)(?P=mark)(?!\w)")
"""Words that Markdown sets in bold, in italics or as code."""
_LABEL = late(r"(?P<mark>\*\*|__)(?:[^\W_][^*_`=\r\n]{0,60}(?::(?P=mark)|(?P=mark):)[^`=\r\n]*|[^\s*=]{1,80}(?P=mark))")
"""Bold words with a colon, and what they are the label of, without code in it; a bold word alone."""
_LINK = "](http"
"""What stands within each link of Markdown, and in no command."""


def is_title(text: str) -> bool:
    """Whether a text is a title without a mark: some words, or the name of a peer's file."""
    words = text.split()
    return _FILE.fullmatch(text) is not None or (len(words) <= _MAX_TITLE and all(map(str.isalpha, words)))


def is_captioned(text: str, *, is_markup: bool) -> bool:
    """Whether every unindented line introduces indented ones: captions, sentences, headings.

    `is_markup`: by its name it is no script, whose single words may be commands.
    """
    match = _FIRST.match(text)
    first = "" if match is None else match[1]
    if first.strip() and not first.startswith(CODE) and not _is_caption(first, is_markup=is_markup):
        return False
    if INDENTED.search(text) is None:
        return False
    written = [line for line in text.split("\n") if line.strip() and not line.startswith(CODE)]
    return bool(written) and all(_is_caption(line, is_markup=is_markup) for line in written)


def _is_caption(line: str, *, is_markup: bool) -> bool:
    text = line.strip()
    if text.startswith("|") and text.endswith("|") and text.count("|") > 2:
        return True  # a row of a table: no command both takes what is above and gives on
    text = text[width_of_item(text) :]
    if is_markup:
        if _LINK in text or _LABEL.fullmatch(text) is not None or not text.strip("|-: "):
            return True
        text = _RELIEF.sub(_in_plain, text)
    words = text.split()
    if text.startswith("#") and text.lstrip("#").startswith(" "):
        return True
    if text[-1] == ":" and "=" not in text:
        return True
    if _FILE.fullmatch(text) or (is_markup and is_title(text)):
        return True
    is_short = text[-1] in _CAPTION_ENDS and all(word.strip(".,:;!?'\"()").isalpha() for word in words)
    return (is_short and len(words) <= _MAX_CAPTION) or is_prose(line)


def _in_plain(relief: re.Match[str]) -> str:
    """Words without their marks; code of several words, which may be a command, as it stands."""
    return relief[0] if relief["mark"] == "`" and " " in relief["text"] else relief["text"]


def width_of_item(line: str) -> int:
    """The offset of the text behind a list mark."""
    mark = _ITEM.match(line)
    return 0 if mark is None else mark.end()
