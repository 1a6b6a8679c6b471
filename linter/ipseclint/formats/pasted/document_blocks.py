r"""Code blocks of documents in line-based markup: each line at its columns, without the prose.

    reStructuredText   .. code-block:: bat        Run this::
    AsciiDoc           ----   ....                [source] and a paragraph, a paragraph that is indented
    Org                #+begin_src powershell     : netsh ...
    Textile            bc. netsh ...              bc.. netsh ...
    a shell's script   cat > client.ps1 <<EOF     echo "conn office ..." > /etc/ipsec.conf
    a forum's post     On the client:             four blanks, or a tab, before each line of code

Markdown, MediaWiki, Jira and HTML have marks of their own, at which other modules cut a text line by line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TypeAlias

from msgspec import Struct

from ipseclint.formats.pasted.prose import is_prose
from ipseclint.late import late
from ipseclint.source import suffix_of

Block: TypeAlias = dict[int, str]
"""The lines of a block of code, by number from 1."""


class _Language(Struct, frozen=True, dict=True):
    """A markup language: file suffixes, signs in the text, and the function that finds blocks.

    A text of unknown name must contain one of each group in `holds`, which is fast to test, and match all `signs`. One
    with the suffix must only have a `title` or a block.
    """

    suffixes: frozenset[str]
    holds: tuple[tuple[str, ...], ...]
    signs: tuple[re.Pattern[str], ...]
    title: re.Pattern[str]
    blocks: Callable[[Sequence[str]], Iterator[Block]]

    @cached_property
    def holds_words(self) -> tuple[tuple[str, ...], ...]:
        """`holds` without surrounding blanks, as single words."""
        return tuple(tuple(map(str.strip, group)) for group in self.holds)


_DIRECTIVE = late(r"[ \t]*\.\. (?:code|code-block|sourcecode|prompt|parsed-literal)::", re.IGNORECASE)
_OTHER_DIRECTIVE = late(r"[ \t]*\.\. ")
_ITEM = late(r"[ \t]*(?:(?:[-*+\u2022]|\(?(?:\d{1,3}|[#A-Za-z])[.)])[ \t]+)?")
_OPTION = late(r"[ \t]+:[\w-]+:")


def _of_restructured_text(lines: Sequence[str]) -> Iterator[Block]:
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        is_directive = _DIRECTIVE.match(line) is not None
        if not is_directive and (not line.rstrip().endswith("::") or _OTHER_DIRECTIVE.match(line)):
            continue
        margin = _indent(line) if is_directive else _width_of_item(line)
        while is_directive and at < len(lines) and _OPTION.match(lines[at]):
            at += 1
        if not is_directive and at < len(lines) and lines[at].strip():
            continue  # a literal block is parted from its paragraph
        block: Block = {}
        while at < len(lines) and (not lines[at].strip() or _indent(lines[at]) > margin):
            block[at + 1] = lines[at]
            at += 1
        yield block


_LISTING = late(r"(-{4,80}|\.{4,80}|`{3})[\w+#.-]{0,20}[ \t]*\r?")
_STYLE = late(r"\[(?:source|listing|literal)\b[^\]\r\n]{0,80}\][ \t]*\r?", re.IGNORECASE)
_LISTED = late(r"[ \t]+(?:[*.-]{1,5}|\d{1,3}\.)[ \t]")
_DELIMITERS = ("---", "...", "```")
_ABOVE_LISTING = ("", "[", ".", "+")
"""How a line above a listing begins: nothing, its style, its title, what joins it to an item of a list."""
_CALLOUT = r"<(?:\d{1,2}|\.)>"
_CALLOUTS = late(rf"{_CALLOUT}[ \t]*+(?:{_CALLOUT}[ \t]*+)*+(?P<last>\r?$)?")


def _of_asciidoc(lines: Sequence[str]) -> Iterator[Block]:
    last = {line.rstrip(): row for row, line in enumerate(lines) if line[:3] in _DELIMITERS}
    at = 0
    is_behind_blank = True
    is_styled = False
    while at < len(lines):
        line = lines[at]
        begin, at = at, at + 1
        if (mark := _LISTING.fullmatch(line)) is not None and not _rules_output(lines, begin, mark[1], last):
            while at < len(lines) and lines[at].rstrip() != mark[1]:
                at += 1
            yield _without_callouts(lines, begin + 1, at)
            at += 1
            is_styled = False
        elif line.strip() and (is_styled or (is_behind_blank and line[:1] in " \t" and not _LISTED.match(line))):
            while at < len(lines) and lines[at].strip() and not _LISTING.fullmatch(lines[at]):
                at += 1
            yield _without_callouts(lines, begin, at)
            is_styled = False
        elif line.strip():
            is_styled = _STYLE.fullmatch(line) is not None
        is_behind_blank = not lines[at - 1].strip() if at <= len(lines) else True


def _rules_output(lines: Sequence[str], row: int, mark: str, last: Mapping[str, int]) -> bool:
    """Whether an unclosed delimiter line below text is the ruler of an output."""
    above = lines[row - 1].strip() if row else ""
    return above[:1] not in _ABOVE_LISTING and last.get(mark, 0) <= row


def _without_callouts(lines: Sequence[str], begin: int, end: int) -> Block:
    """Rows without callout numbers at line ends, which a list below explains."""
    return {
        row + 1: _CALLOUTS.sub(_without_last, lines[row]) if "<" in lines[row] else lines[row]
        for row in range(begin, end)
    }


def _without_last(callouts: re.Match[str]) -> str:
    return callouts[0] if callouts["last"] is None else callouts["last"]


_ORG_BEGIN = late(r"[ \t]*#\+begin_(src|example)\b[^\r\n]*", re.IGNORECASE)
_ORG_FIXED = late(r"([ \t]*):[ \t]")


def _of_org(lines: Sequence[str]) -> Iterator[Block]:
    at = 0
    while at < len(lines):
        opening = _ORG_BEGIN.match(lines[at])
        block: Block = {}
        at += 1
        if opening is not None:
            end = f"#+end_{opening[1].casefold()}"
            while at < len(lines) and lines[at].strip().casefold() != end:
                block[at + 1] = lines[at]
                at += 1
            yield block
            continue
        while (fixed := _ORG_FIXED.match(lines[at - 1])) is not None:
            block[at] = " " * fixed.end() + lines[at - 1][fixed.end() :]
            if at == len(lines):
                break
            at += 1
        if block:
            yield block


_TEXTILE_CODE = late(r"(?:bc|pre)(?:\([^)\r\n]{0,40}\)|\{[^}\r\n]{0,80}\}|\[[^\]\r\n]{0,20}\])?(\.{1,2})[ ]")
_TEXTILE_BLOCK = late(
    r"(?:p|h[1-6]|bq|bc|pre|notextile|fn\d{1,3})"
    r"(?:\([^)\r\n]{0,40}\)|\{[^}\r\n]{0,80}\}|\[[^\]\r\n]{0,20}\])?\.{1,2}[ ]"
)


def _of_textile(lines: Sequence[str]) -> Iterator[Block]:
    at = 0
    while at < len(lines):
        opening = _TEXTILE_CODE.match(lines[at])
        at += 1
        if opening is None:
            continue
        block = {at: " " * opening.end() + lines[at - 1][opening.end() :]}
        is_extended = opening[1] == ".."
        while at < len(lines) and (not _TEXTILE_BLOCK.match(lines[at]) if is_extended else bool(lines[at].strip())):
            block[at + 1] = lines[at]
            at += 1
        yield block


_HERE = late(
    r"[ \t]*(?:sudo[ ]+)?(?:cat|tee|install)\b(?=[^\r\n]{0,300}>|[ ]++\S)[^\r\n<#]{0,200}<<(?P<dash>-?)[ \t]*"
    r"(?P<quote>['\"\\]?)(?P<tag>\w{1,40})['\"]?[^\r\n]{0,200}"
)
_SAID = late(
    r"(?:[^\"\r\n]{0,200}(?:\|\||&&)[ ])?[ \t]*(?:(?:echo|printf)[ ]+(?:-\w+[ ]+)?"
    r"|(?:cat|tee)\b[^\r\n<\"]{0,200}<<<[ ]*)\"(?P<first>(?:[^\"\\\r\n]|\\.)*)\r?"
)
_SAID_END = late(r"(?P<last>(?:[^\"\\\r\n]|\\.)*)\"[ \t]*(?P<to>(?:>{1,2}|\|)[^\r\n]*)?")
_ESCAPED = late(r"\\(?=[`$\"\\])")


def _said_end(line: str) -> re.Match[str] | None:
    return _SAID_END.fullmatch(line.rstrip("\r"))


def _of_shell(lines: Sequence[str]) -> Iterator[Block]:
    at = 0
    end = -1  # of the text that was looked through last: whatever begins before it ends there too
    while at < len(lines):
        line = lines[at].rstrip("\r")
        number, at = at, at + 1
        if (here := _HERE.fullmatch(line)) is not None:
            while at < len(lines) and (lines[at].strip() if here["dash"] else lines[at].rstrip("\r")) != here["tag"]:
                at += 1
            body = {row + 1: lines[row] for row in range(number + 1, at)}
            yield body if here["quote"] else {row: _ESCAPED.sub(" ", own) for row, own in body.items()}
            at += 1
        elif end < len(lines) and (said := _SAID.fullmatch(line)) is not None:
            if end < at:
                end = next((row for row in range(at, len(lines)) if _said_end(lines[row])), len(lines))
            last = _said_end(lines[end]) if end < len(lines) else None
            if last is not None and (last["to"] or "<<<" in line):
                body = {number + 1: " " * said.start("first") + said["first"]}
                body |= {row + 1: lines[row] for row in range(at, end)}
                body[end + 1] = last["last"]
                yield {row: _ESCAPED.sub(" ", own) for row, own in body.items()}
                at = end + 1


_RUNS_HERE = late(
    r"\b(?:netsh|powershell|pwsh|reg)(?:\.exe)?[ ]|\b[A-Za-z]{2,12}-(?:Net|Vpn)\w{2,60}[ ]+-", re.IGNORECASE
)


def _writes_all(text: str) -> bool:
    """Whether a shell script has Windows commands only in files that it writes."""
    lines = text.split("\n")
    blocks = list(_of_shell(lines))
    if not any(_RUNS_HERE.search(line) for block in blocks for line in block.values()):
        return False
    return not any(_RUNS_HERE.match(line.lstrip()) for _, line in outside(lines, blocks))


_SHELL = ".sh"
_NAMES_OF_SHELL = frozenset({_SHELL, ".bash"})
"""How the names of a shell's scripts end."""
_RUN_BY_SHELL = late(r"#![^\r\n]{0,80}[/ ](?:ba|da|k|z)?sh\b")
"""How a shell's script begins, whatever its name."""
_UNDERLINED = late(r"^[^\s.=~^\"*#+-][^\r\n]{1,100}\r?\n([=~^\"*#+-])\1{3,100}[ \t]*\r?$", re.MULTILINE)
_TITLED = late(r"^(?![^\r\n]{0,80}:[ ]{2})\S[^\r\n]{0,100}\r?\n([=~^\"*#+-])\1{2,100}[ \t]*\r?$", re.MULTILINE)
"""A title, but no label of an output, which has its value far behind it."""
_OF_EQUALS = late(r"^={1,5}[ ][^\s=](?![^\r\n]{0,100}[ ]={3,80}[ \t]*\r?$)[^\r\n]{0,100}\r?$", re.MULTILINE)
"""A title of AsciiDoc, but no ruler that collectors put a name into."""
_STARRED = late(r"^(?:\*{1,8}[ ]|#\+title:)", re.MULTILINE | re.IGNORECASE)
_NUMBERED = late(r"^h[1-6]\. \S", re.MULTILINE)
_LANGUAGES = (
    _Language(_NAMES_OF_SHELL, (), (late(r"<<|^[ \t]*(?:echo|printf)[ ]", re.MULTILINE),), late("^#!"), _of_shell),
    _Language(
        frozenset({".rst"}),
        (("::\n", "::\r", ":: ", "::\t"),),
        (
            late(r"(?:^[ \t]*\.\. (?:code|code-block|sourcecode|prompt)::|[^\s:]::[ \t]*\r?$)", re.MULTILINE),
            _UNDERLINED,
        ),
        _TITLED,
        _of_restructured_text,
    ),
    _Language(
        frozenset({".adoc", ".asciidoc"}),
        (("= ",), ("\n----", "\n....", "[source", "[listing")),
        (
            _OF_EQUALS,
            late(r"^(?:-{4,80}|\.{4,80}|\[(?:source|listing)\b[^\]\r\n]{0,80}\])[ \t]*\r?$", re.MULTILINE),
        ),
        _OF_EQUALS,
        _of_asciidoc,
    ),
    _Language(
        frozenset({".org"}),
        (("#+",),),
        (late(r"^[ \t]*#\+begin_(?:src|example)\b", re.MULTILINE | re.IGNORECASE),),
        _STARRED,
        _of_org,
    ),
    _Language(
        frozenset({".textile"}),
        (("bc.", "bc(", "bc[", "pre.", "pre(", "pre["),),
        (
            _NUMBERED,
            late(r"^(?:bc|pre)(?:\([^)\r\n]{0,40}\)|\[[^\]\r\n]{0,20}\])?\.{1,2} ", re.MULTILINE),
        ),
        _NUMBERED,
        _of_textile,
    ),
)


_CODE = ("    ", "\t")
_FIRST = late(r"[\r\n]*+([^\n]*+)")
"""The first line: to cut off what is above and below it would copy all of the text."""
_INDENTED = late(r"\n[ \t]*\r?\n(?:[ ]{4}|\t)[ \t]*\S")
"""A line of code below an empty one."""
_CAPTION_ENDS = ":.!?,"
_MAX_CAPTION = 12
"""So many words announce what stands below at most, without a colon at their end (reasoned)."""
_MAX_TITLE = 4
"""So many words are a title without a mark in a document (reasoned)."""
_FILE = late(r"(?=[^\s]*[^\s.]\.(?:conf|secrets|log)\Z)[/~]?[\w.-]{1,40}(?:/[\w.-]{1,40}){0,8}")
"""The name of a peer's file alone, above what is in it."""


def _of_indented(lines: Sequence[str]) -> Iterator[Block]:
    at = 0
    while at < len(lines):
        block: Block = {}
        begin = at
        while at < len(lines) and (not lines[at].strip() or lines[at].startswith(_CODE)):
            block[at + 1] = lines[at]
            at += 1
        is_below = begin and lines[begin].strip() and not _announces(lines[begin - 1])
        if any(map(str.strip, block.values())) and not is_below:
            yield block
        at += at == begin


def _announces(line: str) -> bool:
    """Whether a line is no item and no sentence: what is indented directly below it is code."""
    text = line.strip()
    return _width_of_item(line) == 0 and (text.endswith(":") or _is_title(text))


def _is_title(text: str) -> bool:
    words = text.split()
    return _FILE.fullmatch(text) is not None or (len(words) <= _MAX_TITLE and all(map(str.isalpha, words)))


def _is_captioned(text: str, *, is_markup: bool) -> bool:
    """Whether every unindented line introduces indented ones: captions, sentences, headings.

    `is_markup`: by its name it is no script, whose single words may be commands.
    """
    match = _FIRST.match(text)
    first = "" if match is None else match[1]
    if first.strip() and not first.startswith(_CODE) and not _is_caption(first, is_markup=is_markup):
        return False
    if _INDENTED.search(text) is None:
        return False
    written = [line for line in text.split("\n") if line.strip() and not line.startswith(_CODE)]
    return bool(written) and all(_is_caption(line, is_markup=is_markup) for line in written)


def _is_caption(line: str, *, is_markup: bool) -> bool:
    text = line.strip()
    if text.startswith("|") and text.endswith("|") and text.count("|") > 2:
        return True  # a row of a table: no command both takes what is above and gives on
    text = text[_width_of_item(text) :]
    words = text.split()
    if text.startswith("#") and text.lstrip("#").startswith(" "):
        return True
    if text[-1] == ":" and "=" not in text:
        return True
    if _FILE.fullmatch(text) or (is_markup and _is_title(text)):
        return True
    is_short = text[-1] in _CAPTION_ENDS and all(word.strip(".,:;!?'\"()").isalpha() for word in words)
    return (is_short and len(words) <= _MAX_CAPTION) or is_prose(line)


_ALONE = late(
    r"[ \t]*(?:(?:[-*+.]{1,5}|#\.|\d{1,3}[.)])[ \t]+)?(?P<mark>`{1,2}|[=~@+])"
    r"(?P<command>[A-Za-z][^\r\n]{7,2000}?)(?P=mark)[ \t.;:]*\r?"
)
"""A line, or an item of a list, that is text between the marks of code."""
_OF_ANY = frozenset({"", ".txt", ".text"})
"""Names that say nothing of the language."""
_POSTS = _OF_ANY | {".md", ".markdown", ".eml", ".msg"}
_POST = _Language(_POSTS, (), (_INDENTED,), _INDENTED, _of_indented)
SUFFIXES = frozenset({suffix for language in _LANGUAGES for suffix in language.suffixes} | _POSTS)
"""How the names of all such documents end."""


def is_document(text: str, path: str, words: Callable[[], str] | None = None, lines: str | None = None) -> bool:
    """Whether a text is markup with code blocks, by its name or by unmistakable marks.

    `words` gives its folded words, `lines` its distinct lines: less to search.
    """
    return _language(text, path, words, lines) is not None


def is_of_shell(text: str, path: str) -> bool:
    """Whether a text is a Unix shell script, by its name, or by its first line if the name does not tell."""
    suffix = suffix_of(path)
    return suffix in _NAMES_OF_SHELL or (suffix in _OF_ANY and _RUN_BY_SHELL.match(text) is not None)


def blocks_of(text: str, path: str, lines: Sequence[str]) -> list[Block] | None:
    """The code blocks of a document, and lines that are one command between marks; None for any other text."""
    language = _language(text, path)
    if language is None:
        return None
    blocks = list(language.blocks(lines))
    alone = [
        {number: " " * match.start("command") + match["command"]}
        for number, line in outside(lines, blocks)
        if (match := _ALONE.fullmatch(line)) is not None
    ]
    found = [block for block in (*blocks, *alone) if any(line.strip() for line in block.values())]
    return sorted(found, key=min)


def outside(lines: Sequence[str], blocks: Sequence[Block]) -> Iterator[tuple[int, str]]:
    """The lines of a document outside its blocks, numbered from 1."""
    inside = {number for block in blocks for number in block}
    return ((number, line) for number, line in enumerate(lines, start=1) if number not in inside)


def _language(
    text: str, path: str, words: Callable[[], str] | None = None, lines: str | None = None
) -> _Language | None:
    suffix = _SHELL if is_of_shell(text, path) else suffix_of(path)
    folded = words() if words is not None and suffix in _OF_ANY else None
    for language in _LANGUAGES:
        if suffix in language.suffixes:
            if suffix == _SHELL and not _writes_all(text):
                return None
            is_markdown = "```" in text and language.signs[0].search(text) is None  # whatever its name is
            return language if not is_markdown and _has_marks(text, language) else None
        if suffix not in _OF_ANY or not language.holds or (folded and not _holds_each(folded, language.holds_words)):
            continue
        if not _holds_each(text if lines is None else f"{lines}\n", language.holds):
            continue
        if all(sign.search(text) is not None for sign in language.signs):
            return language
    return (
        _POST
        if suffix in _POSTS and "```" not in (lines or text) and _is_captioned(text, is_markup=suffix not in _OF_ANY)
        else None
    )


def _has_marks(text: str, language: _Language) -> bool:
    """Whether a text has a title or a code block of a language."""
    if language.title.search(text) is not None:
        return True
    return any(line.strip() for block in language.blocks(text.split("\n")) for line in block.values())


def _holds_each(text: str, of: Iterable[tuple[str, ...]]) -> bool:
    """Whether a text contains one of each group of signs."""
    return all(any(map(text.__contains__, group)) for group in of)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _width_of_item(line: str) -> int:
    """The offset of the text behind a list mark."""
    mark = _ITEM.match(line)
    return 0 if mark is None else mark.end()
