"""Documents in markup languages, told by their names or by unmistakable marks, and the code in them.

Markdown, MediaWiki, Jira and HTML have marks of their own, at which other modules cut a text line by line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from ipseclint.formats.pasted.signs import FENCES
from ipseclint.late import late, late_names
from ipseclint.source import suffix_of

if TYPE_CHECKING:
    from ipseclint.formats.pasted.captions import is_captioned
    from ipseclint.formats.pasted.document_blocks import (
        Block,
        of_asciidoc,
        of_indented,
        of_org,
        of_restructured_text,
        of_shell,
        of_textile,
        outside,
        writes_all,
    )
    from ipseclint.formats.pasted.tables_of_documents import of_tables

    Blocks = Callable[[Sequence[str]], Iterator[Block]]
    """Finds the blocks of code in the lines of a document."""
else:
    (is_captioned,) = late_names("ipseclint.formats.pasted.captions", "is_captioned")
    of_asciidoc, of_indented, of_org, of_restructured_text, of_shell, of_textile = late_names(
        "ipseclint.formats.pasted.document_blocks",
        *("of_asciidoc", "of_indented", "of_org", "of_restructured_text", "of_shell", "of_textile"),
    )
    outside, writes_all = late_names("ipseclint.formats.pasted.document_blocks", "outside", "writes_all")
    (of_tables,) = late_names("ipseclint.formats.pasted.tables_of_documents", "of_tables")


class _Language(Struct, frozen=True, dict=True):
    """A markup language: file suffixes, signs in the text, and the function that finds blocks.

    A text of unknown name must contain one of each group in `holds`, which is fast to test, and match all `signs`. One
    with the suffix must only have a `title` or a block.
    """

    suffixes: frozenset[str]
    holds: tuple[tuple[str, ...], ...]
    signs: tuple[re.Pattern[str], ...]
    title: re.Pattern[str]
    blocks: Blocks

    @cached_property
    def holds_words(self) -> tuple[tuple[str, ...], ...]:
        """`holds` without surrounding blanks, as single words."""
        return tuple(tuple(map(str.strip, group)) for group in self.holds)


_SHELL = ".sh"
_NAMES_OF_SHELL = frozenset({_SHELL, ".bash"})
"""How the names of a shell's scripts end."""
_RUN_BY_SHELL = late(r"#![^\r\n]{0,80}[/ ](?:ba|da|k|z)?sh\b")
"""How a shell's script begins, whatever its name."""
_UNDERLINED = late(r"^[^\s.=~^\"*#+-][^\r\n]{1,100}\r?\n([=~^\"*#+-])\1{3,100}[ \t]*\r?$", re.MULTILINE)
_TITLED = late(r"^(?![^\r\n]{0,80}:[ ]{2})\S[^\r\n]{0,100}\r?\n([=~^\"*#+-])\1{2,100}[ \t]*\r?$", re.MULTILINE)
"""A title, but no label of an output, which has its value far behind it."""
_OF_EQUALS = late(r"^={1,5}[ ][^\s=](?![^\r\n]{0,100}[ ]={1,80}[ \t]*\r?$)[^\r\n]{0,100}\r?$", re.MULTILINE)
"""A title of AsciiDoc, but no ruler that collectors put a name into, and none of a wiki, which has its signs twice."""
_STARRED = late(r"^(?:\*{1,8}[ ]|#\+title:)", re.MULTILINE | re.IGNORECASE)
_NUMBERED = late(r"^h[1-6]\. \S", re.MULTILINE)
_LANGUAGES = (
    _Language(_NAMES_OF_SHELL, (), (late(r"<<|^[ \t]*(?:echo|printf)[ ]", re.MULTILINE),), late("^#!"), of_shell),
    _Language(
        frozenset({".rst"}),
        (("::\n", "::\r", ":: ", "::\t"),),
        (
            late(r"(?:^[ \t]*\.\. (?:code|code-block|sourcecode|prompt)::|[^\s:]::[ \t]*\r?$)", re.MULTILINE),
            _UNDERLINED,
        ),
        _TITLED,
        of_restructured_text,
    ),
    _Language(
        frozenset({".adoc", ".asciidoc"}),
        (("= ",), ("\n----", "\n....", "[source", "[listing")),
        (
            _OF_EQUALS,
            late(r"^(?:-{4,80}|\.{4,80}|\[(?:source|listing)\b[^\]\r\n]{0,80}\])[ \t]*\r?$", re.MULTILINE),
        ),
        _OF_EQUALS,
        of_asciidoc,
    ),
    _Language(
        frozenset({".org"}),
        (("#+",),),
        (late(r"^[ \t]*#\+begin_(?:src|example)\b", re.MULTILINE | re.IGNORECASE),),
        _STARRED,
        of_org,
    ),
    _Language(
        frozenset({".textile"}),
        (("bc.", "bc(", "bc[", "pre.", "pre(", "pre["),),
        (
            _NUMBERED,
            late(r"^(?:bc|pre)(?:\([^)\r\n]{0,40}\)|\[[^\]\r\n]{0,20}\])?\.{1,2} ", re.MULTILINE),
        ),
        _NUMBERED,
        of_textile,
    ),
)
_ALONE = late(
    r"[ \t]*(?:(?:[-*+.]{1,5}|#\.|\d{1,3}[.)])[ \t]+)?(?P<mark>`{1,2}|[=~@+])"
    r"(?P<command>[A-Za-z][^\r\n]{7,2000}?)(?P=mark)[ \t.;:]*\r?"
)
"""A line, or an item of a list, that is text between the marks of code."""
_PATCH = late(
    r"^[ \t]{0,8}(?:`{3,20}|~{3,20})[ \t]*(?:diff|patch)\b[^\r\n]*+\r?\n"
    r"(?P<lines>(?:(?![ \t]{0,8}(?:`{3}|~{3}))[^\n]*+\n)*+)",
    re.MULTILINE | re.IGNORECASE,
)
"""A block of code that shows what a change takes out and puts in."""
SIGNS_OF_HUNKS = ("@@ -", "*" * 15)
"""One of these stands in every text with a part of a patch."""
_HUNK = late(r"@@ -\d{1,9}(?:,(\d{1,9}))? \+\d{1,9}(?:,(\d{1,9}))? @@")
"""The head of a part of a patch, with the numbers of its lines before and after the change."""
_HUNK_IN_CONTEXT = late(r"^\*{15}[^\n]*+\n(?P<lines>(?:(?:(?:\*{3}|---) \d|[ !+-] )[^\n]*+(?:\n|\Z))++)", re.MULTILINE)
"""The same as `diff -c` writes it."""
_OF_ANY = frozenset({"", ".txt", ".text"})
"""Names that say nothing of the language."""
_POSTS = _OF_ANY | {".md", ".markdown", ".eml", ".msg"}
SUFFIXES = frozenset({suffix for language in _LANGUAGES for suffix in language.suffixes} | _POSTS)
"""How the names of all such documents end."""
WITH_TABLES = SUFFIXES - _POSTS - _NAMES_OF_SHELL
"""How those end whose tables are looked at here; in others they are with lists."""


def without_patches(text: str) -> tuple[str, list[tuple[int, str]]]:
    """A text with blocks and patches that show changes blanked, and the row and the state after it of each."""
    told: list[tuple[int, str]] = []

    def blanked(block: re.Match[str]) -> str:
        lines = block["lines"].split("\n")
        row = block.string.count("\n", 0, block.start()) + 1
        told.append((row, "\n".join(line[1:] for line in lines if line[:1] in {"+", " ", "!"})))
        return block[0].replace(block["lines"], "\n" * block["lines"].count("\n")) if block["lines"] else block[0]

    plain = _PATCH.sub(blanked, text) if any(map(text.__contains__, FENCES)) else text
    if any(map(plain.__contains__, SIGNS_OF_HUNKS)):
        plain = _HUNK_IN_CONTEXT.sub(blanked, plain)
        plain = _without_hunks(plain, told)
    return plain, sorted(told)


def _without_hunks(text: str, told: list[tuple[int, str]]) -> str:
    """A text without the lines of its patches; each of these is told."""
    lines = text.split("\n")
    row = before = after = 0
    for at, line in enumerate(lines):
        if (head := _HUNK.match(line)) is not None:
            row, (before, after) = at + 1, (int(number or 1) for number in head.groups())
            told.append((row, ""))
        elif max(before, after) > 0 and line[:1] in {"+", "-", " ", "", "\r"}:
            before, after = before - (line[:1] != "+"), after - (line[:1] != "-")
            if line[:1] != "-":
                told[-1] = (row, f"{told[-1][1]}{line[1:]}\n")
            lines[at] = ""
        else:
            before = after = 0
    return "\n".join(lines)


def is_document(text: str, path: str, words: Callable[[], str] | None = None, lines: str | None = None) -> bool:
    """Whether a text is markup with code blocks, by its name or by unmistakable marks.

    `words` gives its folded words, `lines` its distinct lines: less to search.
    """
    return _blocks_in(text, path, words, lines) is not None


def is_of_shell(text: str, path: str) -> bool:
    """Whether a text is a Unix shell script, by its name, or by its first line if the name does not tell."""
    suffix = suffix_of(path)
    return suffix in _NAMES_OF_SHELL or (suffix in _OF_ANY and _RUN_BY_SHELL.match(text) is not None)


def blocks_of(text: str, path: str, lines: Sequence[str]) -> list[Block] | None:
    """The code blocks of a document, and lines that are one command between marks; None for any other text."""
    find_blocks = _blocks_in(text, path)
    if find_blocks is None:
        return None
    blocks = list(find_blocks(lines))
    if suffix_of(path) in WITH_TABLES:
        blocks += list(of_tables(lines, {number for block in blocks for number in block}))
    alone = [
        {number: " " * match.start("command") + match["command"]}
        for number, line in outside(lines, blocks)
        if (match := _ALONE.fullmatch(line)) is not None
    ]
    found = [block for block in (*blocks, *alone) if any(line.strip() for line in block.values())]
    return sorted(found, key=min)


def rows_of_steps(text: str, path: str) -> frozenset[int]:
    """The numbers of the lines of a document's tables of steps, which `blocks_of` reads."""
    has_tables = suffix_of(path) in WITH_TABLES and is_document(text, path)
    lines = text.split("\n") if has_tables else ()
    return frozenset(number for block in of_tables(lines, ()) for number in block)


def _blocks_in(text: str, path: str, words: Callable[[], str] | None = None, lines: str | None = None) -> Blocks | None:
    """The function that finds the blocks of a document; None for any other text."""
    suffix = _SHELL if is_of_shell(text, path) else suffix_of(path)
    folded = words() if words is not None and suffix in _OF_ANY else None
    for language in _LANGUAGES:
        if suffix in language.suffixes:
            if suffix == _SHELL and not writes_all(text):
                return None
            is_markdown = "```" in text and language.signs[0].search(text) is None  # whatever its name is
            return language.blocks if not is_markdown and _has_marks(text, language) else None
        if suffix not in _OF_ANY or not language.holds or (folded and not _holds_each(folded, language.holds_words)):
            continue
        if not _holds_each(text if lines is None else f"{lines}\n", language.holds):
            continue
        if all(sign.search(text) is not None for sign in language.signs):
            return language.blocks
    is_post = suffix in _POSTS and "```" not in (lines or text)
    return of_indented if is_post and is_captioned(text, is_markup=suffix not in _OF_ANY) else None


def _has_marks(text: str, language: _Language) -> bool:
    """Whether a text has a title or a code block of a language."""
    if language.title.search(text) is not None:
        return True
    return any(line.strip() for block in language.blocks(text.split("\n")) for line in block.values())


def _holds_each(text: str, of: Iterable[tuple[str, ...]]) -> bool:
    """Whether a text contains one of each group of signs."""
    return all(any(map(text.__contains__, group)) for group in of)
