"""The lines that a page shows whose elements are those of a mail: Outlook's paragraphs, `<div>`, `<br>`, tables.

    <p class=MsoNormal>netsh advfirewall consec add rule name=A<o:p></o:p></p>     <td>Enabled:</td><td>Yes</td>

No element of it tells what is code. The text of its lines is an input of its own, whose places are those of the page.
"""

from __future__ import annotations

import html
import html.parser
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.formats.kit.moved_places import with_moved_places
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.pasted.html_blocks import has_code
from ipseclint.formats.pasted.tables_of_steps import COUNT
from ipseclint.formats.transcript.forms import KnownPieces
from ipseclint.late import late
from ipseclint.source import Source, Span, text_source
from ipseclint.vocabulary.ipsec_tools import PROGRAM

_OF_LINES = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "table", "ul", "ol"})
"""Elements before and behind which a line ends."""
_CELLS = frozenset({"td", "th"})
_ALONE = frozenset({"br", "hr", "img", "wbr", "meta", "link", "base", "col"})
"""Elements that nothing ends."""
_WITHIN = frozenset(
    {
        *("html", "head", "body", "meta", "link", "title", "style", "base", "xml", "o", "v", "w", "m", "st1"),
        *("span", "font", "b", "strong", "i", "em", "u", "a", "img", "wbr", "small", "big", "sub", "sup", "s"),
        *("tbody", "thead", "tfoot", "col", "colgroup", "blockquote", "center"),
    }
)
"""What else a mail has; a page with scripts, forms or blocks of code is none."""
_HIDDEN = frozenset({"head", "style", "title", "xml"})
_TAG = late(r"<([A-Za-z][A-Za-z0-9]*)")
_COMMENT = late(r"<!--(?:[^-]|-(?!->))*+(?:-->|\Z)|<[!?][^<>]*+>?")
"""Comments, and what is written as one: conditions of Word, a declaration."""
_UNENDED = late(r"<[A-Za-z/][^<>]*+(?:<|\Z)")
"""A tag that nothing ends, each of which the parser would look through to the end of the page."""
_VISIBLE = late(r"\S")
_SIGNS = ("<p", "<div", "<br", "<td", "<li")
"""One of these stands in each such page, in lower case."""
_COMMAND = late(
    rf"[ \t>$]*(?:{PROGRAM}|powershell|auditpol|(?:New|Set|Add|Remove|Get|Enable|Disable)-[A-Z]\w{{2,40}})\b",
    re.IGNORECASE,
)
_BREAK = late(r"(?<![ \t\r])[ \t\r]*+\n\s*+")
_NO_BREAK = "\u00a0"


class _Part(Struct, frozen=True):
    """What stands in a shown line from an offset on, and where that is in the page; `width` is that of a reference."""

    offset: int
    line: int
    column: int
    width: int = 0


class PageLines(Struct, frozen=True):
    """The text that a page shows, line by line, and where the parts of each line stand."""

    text: str
    parts: tuple[tuple[_Part, ...], ...]

    def told(self, parsed: Parsed, path: str) -> Parsed:
        """What was read of the text, with its places in the page of that path; a key in parts has a place in each."""
        keys = tuple(place for span in parsed.secrets for place in self._in_page(replace(span, path=path)))
        said = with_moved_places(replace(parsed, secrets=()), lambda span: self.place(replace(span, path=path)))
        return replace(said, secrets=keys)

    def place(self, span: Span) -> Span:
        """The place in the page of a place in the text."""
        first, *others = self._in_page(span)
        last = others[-1] if others else first
        is_beside = last.line == first.line and span.length > 0
        return replace(first, length=last.column + last.length - first.column) if is_beside else first

    def _in_page(self, span: Span) -> Iterator[Span]:
        parts = self.parts[span.line - 1] if 0 < span.line <= len(self.parts) else ()
        if not parts:
            yield span
            return
        begin, end = max(span.column - 1, 0), max(span.column - 1, 0) + max(span.length, 1)
        at = max(bisect_right([part.offset for part in parts], begin) - 1, 0)
        while begin < end:
            part = parts[at]
            behind = min(parts[at + 1].offset if at + 1 < len(parts) else end, end)
            column = part.column if part.width else part.column + begin - part.offset
            length = (part.width or behind - begin) if span.length else 0
            yield replace(span, line=part.line, column=column, length=length)
            begin, at = behind, at + 1

    def rows(self, rows: Iterable[int]) -> set[int]:
        """The lines of the page in which lines of the text stand."""
        return {part.line for row in rows if 0 < row <= len(self.parts) for part in self.parts[row - 1]}


class ShownPage(Struct, frozen=True):
    """A page by its lines, the input that these are by themselves, and the format of that."""

    lines: PageLines
    source: Source
    form: Format

    def parsed(self, path: str, known: KnownPieces) -> Parsed:
        """What was read of the lines, at the places of the page; which rows were read is kept."""
        said = self.lines.told(self.form.parse(self.source), path)
        own = self.source.once(KnownPieces).read or {self.form.name: {*range(1, len(self.lines.parts) + 1)}}
        known.read = {name: self.lines.rows(rows) for name, rows in own.items()}
        return said


def page_of(source: Source, recognise: Callable[[Source], Format | None]) -> ShownPage | None:
    """The lines of a page without blocks of code, if they have a format; else None. Raises SourceError."""
    text = source.read_text()
    own = source.once(_shown_in_head) if text is source.head_text else _shown(source.path, text)
    if own is None:
        return None
    lines, shown = own
    form = recognise(shown)
    return None if form is None else ShownPage(lines, shown, form)


def is_page_of_lines(source: Source, recognise: Callable[[Source], Format | None]) -> bool:
    """Whether the lines of the head of a page have a format."""
    own = source.once(_shown_in_head)
    return own is not None and recognise(own[1]) is not None


def _shown_in_head(source: Source) -> tuple[PageLines, Source] | None:
    return _shown(source.path, source.head_text)


def _shown(path: str, text: str) -> tuple[PageLines, Source] | None:
    """The lines of a page without blocks of code, with the input that they are by themselves."""
    if has_code(text) or (lines := lines_of_page(text)) is None:
        return None
    return lines, text_source(f"{path}.txt", lines.text)


def lines_of_page(text: str) -> PageLines | None:
    """The lines of a page as mails have it, without the numbers of the steps of a table; None for any other."""
    folded = text.casefold()
    if not any(map(folded.__contains__, _SIGNS)):
        return None
    bare = _COMMENT.sub(lambda comment: _VISIBLE.sub(" ", comment[0]), text)
    if _UNENDED.search(bare) is not None:
        return None
    tags = {tag[1].casefold() for tag in _TAG.finditer(bare)}
    if not tags <= _OF_LINES | _CELLS | _WITHIN:
        return None
    page = _Page(has_breaks="br" in tags)
    page.feed(bare)
    page.close()
    lines = list(page.lines())
    shown = [line for line, _ in lines]
    if tags & _CELLS:
        followed = zip(shown, [*shown[1:], ""], strict=True)
        shown = ["" if COUNT.fullmatch(line) and _COMMAND.match(behind) else line for line, behind in followed]
    return PageLines("\n".join(shown), tuple(parts for _, parts in lines))


class _Page(html.parser.HTMLParser):
    def __init__(self, *, has_breaks: bool) -> None:
        super().__init__(convert_charrefs=False)
        self._has_breaks = has_breaks
        self._lines: list[list[tuple[str, _Part]]] = [[]]
        self._length = 0
        self._hidden = ""
        self._is_cell = False
        self._open = 0

    def lines(self) -> Iterator[tuple[str, tuple[_Part, ...]]]:
        """Each line with its parts."""
        for line in self._lines:
            yield "".join(words for words, _ in line).rstrip(), tuple(part for _, part in line)

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - given by the parser
        """Begin an element."""
        if tag in _HIDDEN and not self._hidden:
            self._hidden = tag
        elif tag == "body":
            self._hidden = ""
        self._pass(tag)
        self._open += tag not in _ALONE
        if tag == "br":
            self._end_line()
        self._is_cell = self._is_cell or tag in _CELLS

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        """Take an element that ends where it begins, which hides nothing."""
        if tag not in _HIDDEN:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """End an element."""
        if tag == self._hidden:
            self._hidden = ""
        self._pass(tag)
        self._open = max(self._open - 1, 0)

    def _pass(self, tag: str) -> None:
        if tag in _OF_LINES and tag != "br" and self._lines[-1]:
            self._end_line()

    def _end_line(self) -> None:
        self._lines.append([])
        self._length, self._is_cell = 0, False

    def handle_data(self, data: str) -> None:
        """Take text, in which the end of a line is a blank: not outside of all elements, where a text has few."""
        if self._hidden:
            return
        number, column = self.getpos()
        at = 0
        for gap in _BREAK.finditer(data):
            self._take(data[at : gap.start()], number, column)
            if self._open or self._has_breaks:
                self._take(" ", number, column + gap.start() - at)
            elif self._lines[-1]:
                self._end_line()
            number += gap[0].count("\n")
            column = len(gap[0]) - gap[0].rindex("\n") - 1
            at = gap.end()
        self._take(data[at:], number, column)

    def _take(self, words: str, number: int, column: int, width: int = 0) -> None:
        line = self._lines[-1]
        bare = words if line else words.lstrip(" \t\r\n")
        if not bare:
            return
        if self._is_cell and line:
            if _COMMAND.match(bare) is not None or _COMMAND.match(line[0][0]) is not None:
                self._end_line()
                line = self._lines[-1]
            elif bare.strip():
                self._append("\t", number, column)
        if bare.strip():
            self._is_cell = False
        self._append(bare, number, column + len(words) - len(bare), width)

    def _append(self, words: str, number: int, column: int, width: int = 0) -> None:
        self._lines[-1].append((words.replace(_NO_BREAK, " "), _Part(self._length, number, column + 1, width)))
        self._length += len(words)

    def handle_entityref(self, name: str) -> None:
        """Take the character of a named reference."""
        self._take_sign(f"&{name};")

    def handle_charref(self, name: str) -> None:
        """Take the character of a numeric reference."""
        self._take_sign(f"&#{name};")

    def _take_sign(self, reference: str) -> None:
        if not self._hidden:
            self._take(html.unescape(reference), *self.getpos(), len(reference))
