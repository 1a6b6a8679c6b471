"""The handlers that expat calls: they track the open elements, and where everything in a wanted one stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple, NoReturn
from xml.parsers import expat

from msgspec import Struct

from ipseclint.finding import Problem, ProblemCode
from ipseclint.formats.kit.xml.element import MAX_DEPTH, Element, build, local_name
from ipseclint.formats.kit.xml.places import innermost_open
from ipseclint.formats.kit.xml.skim import Blanks, blanks, blanks_for
from ipseclint.formats.kit.xml.wanted import Found, ListEnd, Records, Row, Strange, Subtree, Wanted
from ipseclint.late import late
from ipseclint.source import Span

MAX_SUBTREE_ELEMENTS = 200_000
"""Elements in one wanted subtree before an input is refused (reasoned)."""

MAX_SUBTREE_BYTES = 64 * 1024 * 1024
"""Length of one wanted subtree before an input is refused (reasoned)."""

MAX_TEXT_BYTES = 8 * 1024 * 1024
"""Length of one text before an input is refused; lxml reads none beyond 10 MB unless told to take huge trees."""

_EMPTY_ELEMENT = late(rb"<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*/>")


class Refusal(Exception):  # noqa: N818  (a verdict on the input, not an error of ours)
    """Stops reading the input; the problem that says why is noted already."""


def _declares(name: str) -> bool:
    return name == "xmlns" or name.startswith("xmlns:")


class _Open(NamedTuple):
    """The start tag of an open element; `written` is its name with its prefix."""

    name: str
    written: str
    attributes: Mapping[str, str]
    line: int
    column: int

    @property
    def own_attributes(self) -> dict[str, str]:
        """Its attributes without prefixes and without namespace declarations."""
        return {local_name(name): value for name, value in self.attributes.items() if not _declares(name)}


class _OpenList(Struct):
    """A long list being read; `depth` is the number of open elements directly inside it."""

    tag: _Open
    depth: int
    kind: Records
    records: int = 0


class Walker:
    """Tracks the elements of one input; lxml builds the wanted ones from their bytes."""

    def __init__(self, path: str, wanted: Wanted) -> None:
        self._path = path
        self._wanted = wanted
        self._own_roots = 1 if wanted.without_root else 0
        self._lines_ahead = self._own_roots
        self._stack: list[_Open] = []
        self._lists: list[_OpenList] = []
        self._ready: list[Found] = []
        self._bytes = bytearray()
        self._bytes_at = 0
        self._base: _Open | None = None
        self._base_at = 0
        self._elements = 0
        self._depth = 0
        self._text_bytes = 0
        self._after_return = False
        self._has_text = False

    @property
    def is_inside(self) -> bool:
        """Whether a wanted subtree is open."""
        return self._base is not None

    @property
    def list_name(self) -> str | None:
        """The innermost open long list, or None."""
        return self._lists[-1].tag.name if self._lists else None

    def hand_over(self) -> Iterator[Found]:
        """What was completed since the last call."""
        ready, self._ready = self._ready, []
        yield from ready

    def attach(self, parser: expat.XMLParserType) -> expat.XMLParserType:
        """Use a new parser, for another root element."""
        self._parser = parser
        self._bytes.clear()
        parser.StartDoctypeDeclHandler = self._doctype
        self.look_again()
        return parser

    def parse(self, piece: bytes, at: int, *, last: bool) -> None:
        """Parse a piece that begins at byte `at` of the parser's input. Raises Refusal, ExpatError."""
        if not self._bytes:
            self._bytes_at = at
        self._bytes += piece
        before = self._elements, self._depth
        self._parser.Parse(piece, last)
        self._after_return = piece.endswith(b"\r")
        self._text_bytes = self._text_bytes + len(piece) if before == (self._elements, self._depth) else 0
        if self._base is None:
            # A tag that has not ended is needed again from its start.
            self._forget(self._parser.CurrentByteIndex)
        elif self._text_bytes > MAX_TEXT_BYTES:
            self.refuse("one text is longer than 8 MB")
        elif self._elements > MAX_SUBTREE_ELEMENTS:
            self.refuse(f"one object has more than {MAX_SUBTREE_ELEMENTS} elements")
        elif len(self._bytes) > MAX_SUBTREE_BYTES:
            self.refuse("one object is longer than 64 MB")

    def _forget(self, at: int) -> None:
        del self._bytes[: max(0, at - self._bytes_at)]
        self._bytes_at = max(self._bytes_at, at)

    def look_away(self, data: bytes, start: int, end: int, records: int) -> None:
        """Skip whole records of the open list between two offsets; `records` is their number, 0 to count them."""
        self._parser.StartElementHandler = None
        self._parser.EndElementHandler = None
        self._parser.CharacterDataHandler = None
        open_list = self._lists[-1]
        open_list.records += records or data.count(open_list.kind.first, start, end)
        del self._stack[open_list.depth :]

    def blanks_for(self, records: bytes, last: Row | None) -> bytes | None:
        """The blanks to give the parser instead of skipped records; None if it has to parse them.

        If the last record became a row, all of them did, and they may be known to be well-formed.
        """
        if last is not None and self._lists[-1].kind.well_formed:
            line, column = self.end_place
            lines = last.end_line - line
            instead: Blanks | None = blanks(lines, last.end_column - (1 if lines else column))
        else:
            instead = blanks_for(records)
        if instead is None:
            return None
        self._lines_ahead -= instead.lines_fewer
        return instead.data

    @property
    def place(self) -> tuple[int, int]:
        """The line and column, from 1, that parsing has reached."""
        return self.line_of(self._parser.CurrentLineNumber), self._parser.CurrentColumnNumber + 1

    @property
    def end_place(self) -> tuple[int, int]:
        """The line and column behind the parsed bytes; expat defers a carriage return at the end."""
        line, column = self.place
        return (line + 1, 1) if self._after_return else (line, column)

    def line_of(self, line: int) -> int:
        """The input line for a line number of the parser: a root of ours adds lines, blanks remove some."""
        return max(1, line - self._lines_ahead)

    @property
    def is_open(self) -> bool:
        """Whether an element is open, apart from a root of ours."""
        return self._base is not None or len(self._stack) > self._own_roots

    def look_again(self) -> None:
        """Track elements from here on."""
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text if self._own_roots else None

    def refuse(self, message: str) -> NoReturn:
        """Note that the input is unsafe or too large at this place. Raises Refusal."""
        self._note(ProblemCode.REFUSED, message, *self.place)
        raise Refusal

    def malformed(self, error: expat.ExpatError) -> None:
        """Note an error of expat, at its place."""
        if error.code in _CUT_OFF and self.is_open:
            name, line = self._innermost()
            message = f"the input ends inside <{name}> of line {line}"
        else:
            message = f"not well-formed XML: {expat.ErrorString(error.code)}"
        self._note(ProblemCode.MALFORMED, message, self.line_of(error.lineno), max(0, error.offset) + 1)

    def _innermost(self) -> tuple[str, int]:
        """The name of the innermost open element, and its line."""
        if self._base is None:
            return self._stack[-1].name, self._stack[-1].line
        begin, end = self._base_at - self._bytes_at, self._parser.ErrorByteIndex - self._bytes_at
        written, lines = innermost_open(bytes(self._bytes[begin:end]))
        return local_name(written), self._base.line + lines

    def _note(self, code: ProblemCode, message: str, line: int, column: int) -> None:
        self._ready.append(Problem(code=code, message=message, span=Span(self._path, line, column)))

    def _doctype(self, *_declaration: object) -> None:
        self.refuse("a document type declaration (DOCTYPE): Windows writes none, and it may define entities")

    def _start(self, written: str, attributes: dict[str, str]) -> None:
        name = local_name(written)
        if len(self._stack) >= MAX_DEPTH:
            self.refuse(f"elements are nested more than {MAX_DEPTH} deep")
        parent = self._stack[-1].name if self._stack else ""
        tag = _Open(name, written, attributes, *self.place)
        depth = len(self._stack) + 1
        if self._lists and self._lists[-1].depth == depth - 1 and name in self._lists[-1].kind.tags:
            self._lists[-1].records += 1
        parents = self._wanted.subtrees.get(name)
        if parent in self._wanted.below or (parents is not None and (not parents or parent in parents)):
            self._base = tag
            self._base_at = self._parser.CurrentByteIndex
            self._text_bytes = 0
            self._look_inside()
            return
        if self._wanted.is_strange(parent, name):
            self._ready.append(Strange(name, parent, tag.line, tag.column))
        self._stack.append(tag)
        if written in self._wanted.lists:
            self._lists.append(_OpenList(tag, depth, self._wanted.lists[written]))

    def _end(self, written: str) -> None:
        name = local_name(written)
        if not self._stack or self._stack[-1].name != name:
            self._resume_at(name)
        if self._lists and self._lists[-1].depth == len(self._stack):
            done = self._lists.pop()
            tag = done.tag
            self._ready.append(ListEnd(tag.name, tag.attributes, tag.line, tag.column, done.records, *self.place))
        if self._stack:
            self._stack.pop()

    def _text(self, text: str) -> None:
        """Note the first text that stands beside the elements of an input without a root."""
        if len(self._stack) == self._own_roots and not self._has_text and text.strip():
            self._has_text = True
            line, column = self.place
            message = "this text beside the elements is not read: make it a file of its own"
            self._note(ProblemCode.NOT_UNDERSTOOD, message, line, column + len(text) - len(text.lstrip()))

    def _look_inside(self) -> None:
        """Track the elements of a subtree, at the least cost for each."""
        deepest = MAX_DEPTH - len(self._stack)
        self._elements, self._depth = 0, 1

        def start(_name: str, _attributes: dict[str, str]) -> None:
            self._elements += 1
            self._depth += 1
            if self._depth > deepest:
                self.refuse(f"elements are nested more than {MAX_DEPTH} deep")

        def end(_name: str) -> None:
            self._depth -= 1
            if not self._depth:
                self._end_subtree()

        self._parser.StartElementHandler = start
        self._parser.EndElementHandler = end
        self._parser.CharacterDataHandler = None

    def _end_subtree(self) -> None:
        base, self._base = self._base, None
        self.look_again()
        if base is None:
            return
        end = self._parser.CurrentByteIndex
        begin = self._base_at - self._bytes_at
        xml = bytes(self._bytes[begin : end - self._bytes_at])
        if self._elements or not _EMPTY_ELEMENT.fullmatch(xml):
            xml += f"</{base.written}>".encode()
        self._forget(end)
        element = build(xml, self._namespaces(), base.line, base.column)
        if element is None:
            message = f"libxml2 refuses <{base.name}>, though it is well-formed"
            self._note(ProblemCode.REFUSED, message, base.line, base.column)
        else:
            self._ready.append(self._subtree(element))

    def _subtree(self, element: Element) -> Subtree:
        parent = self._stack[-1] if self._stack else _NO_PARENT
        return Subtree(parent.name, element, parent.own_attributes)

    def record(self, xml: bytes) -> Subtree | None:
        """The subtree that lxml builds of bytes that look like one record of the open list; None if they are not.

        Anything unusual is left to expat, which tells what and where.
        """
        element = build(xml, self._namespaces(), *self.end_place)
        return None if element is None or element.name not in self._wanted.subtrees else self._subtree(element)

    def add(self, record: Subtree | Row) -> None:
        """Hand over a record, once expat is past it."""
        self._ready.append(record)

    def _namespaces(self) -> dict[str, str]:
        """The namespace declarations in force, as attributes."""
        return {name: value for tag in self._stack for name, value in tag.attributes.items() if _declares(name)}

    def _resume_at(self, name: str) -> None:
        """Find the position in the list again, if records are not laid out as Windows writes them."""
        self._note(
            ProblemCode.NOT_UNDERSTOOD,
            f"records before this </{name}> are not formatted as Windows writes them and may have been missed",
            *self.place,
        )
        depth = next((i for i in range(len(self._stack), 0, -1) if self._stack[i - 1].name == name), 0)
        del self._stack[depth:]
        while self._lists and self._lists[-1].depth > depth:
            self._lists.pop()


_NO_PARENT = _Open("", "", {}, 1, 1)

_CUT_OFF = frozenset(
    expat.errors.codes[name]
    for name in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
)
