"""The handlers that expat calls: the elements that are open, and the wanted subtrees as they grow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn
from xml.parsers import expat

from ipseclint.finding import Problem, ProblemCode
from ipseclint.formats.kit.xml.element import Element
from ipseclint.formats.kit.xml.wanted import Found, ListEnd, Records, Row, Subtree, Wanted
from ipseclint.source import Span

MAX_DEPTH = 128
"""Levels of nesting before an input is refused; what Windows writes has fewer than 30 (reasoned)."""

MAX_SUBTREE_ELEMENTS = 200_000
"""Elements in one wanted subtree before an input is refused (reasoned)."""

MAX_TEXT_PIECES = 2048
"""Pieces of 8 KB in the text of one element before an input is refused (reasoned)."""


class Refusal(Exception):  # noqa: N818  (a verdict on the input, not an error of ours)
    """Nothing more of the input may be read; the problem that says why is noted already."""


@dataclass(slots=True)
class _OpenList:
    """A long list that is being read; `depth` is how many elements are open just inside it."""

    element: Element
    depth: int
    kind: Records
    records: int = 0


class Builder:
    """Follows the elements of one input and builds the wanted ones."""

    def __init__(self, path: str, wanted: Wanted) -> None:
        self._path = path
        self._wanted = wanted
        self._lines_before = 1 if wanted.without_root else 0
        self._stack: list[Element] = []
        self._lists: list[_OpenList] = []
        self._text: list[str] = []
        self._base = 0
        self._size = 0
        self._ready: list[Found] = []

    @property
    def is_building(self) -> bool:
        """Whether a wanted subtree is open."""
        return self._base > 0

    @property
    def list_name(self) -> str | None:
        """The long list that is open innermost, or None."""
        return self._lists[-1].element.name if self._lists else None

    def hand_over(self) -> Iterator[Found]:
        """What is complete since the last time."""
        ready, self._ready = self._ready, []
        yield from ready

    def attach(self, parser: expat.XMLParserType) -> expat.XMLParserType:
        """Take a new parser, for a root element and what is in it."""
        self._parser = parser
        self._stack.clear()
        self._lists.clear()
        self._base = 0
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._doctype
        self.look_again()
        return parser

    def look_away(self, data: bytes, start: int, end: int) -> None:
        """The bytes from start to end are records of the open list that nobody wants; they end where one does."""
        self._parser.StartElementHandler = None
        self._parser.EndElementHandler = None
        open_list = self._lists[-1]
        open_list.records += data.count(open_list.kind.first, start, end)
        del self._stack[open_list.depth :]

    @property
    def place(self) -> tuple[int, int]:
        """Line and column of where the bytes so far end, from 1."""
        return self.line_of(self._parser.CurrentLineNumber), self._parser.CurrentColumnNumber + 1

    def line_of(self, line: int) -> int:
        """The line of the input that the parser knows by a number: a root element of ours stands before it."""
        return max(1, line - self._lines_before)

    @property
    def is_open(self) -> bool:
        """Whether an element is open besides a root element of ours."""
        return len(self._stack) > self._lines_before

    def add_row(self, value: object) -> None:
        """Hand over what was made of the record that ends here."""
        self._ready.append(Row(value, *self.place))

    def look_again(self) -> None:
        """From here on elements are followed."""
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = None

    def refuse(self, message: str) -> NoReturn:
        """Note that the input is unsafe or too large, here. Raises Refusal."""
        self._note(ProblemCode.REFUSED, message, *self.place)
        raise Refusal

    def malformed(self, error: expat.ExpatError) -> None:
        """Note what expat says about the input, where it says it."""
        if error.code in _CUT_OFF and self._stack:
            open_element = self._stack[-1]
            message = f"the input ends inside <{open_element.name}> of line {open_element.line}"
        else:
            message = f"not well-formed XML: {expat.ErrorString(error.code)}"
        self._note(ProblemCode.MALFORMED, message, self.line_of(error.lineno), max(0, error.offset) + 1)

    def _note(self, code: ProblemCode, message: str, line: int, column: int) -> None:
        self._ready.append(Problem(code=code, message=message, span=Span(self._path, line, column)))

    def _doctype(self, *_declaration: object) -> None:
        self.refuse("a document type declaration (DOCTYPE): Windows writes none, and it may define entities")

    def _open(self, name: str, attributes: dict[str, str]) -> Element:
        if self._wanted.local_names:
            name = name.rpartition(":")[2]
        if len(self._stack) >= MAX_DEPTH:
            self.refuse(f"elements are nested more than {MAX_DEPTH} deep")
        parser = self._parser
        return Element(name, attributes, self.line_of(parser.CurrentLineNumber), parser.CurrentColumnNumber + 1)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        element = self._open(name, attributes)
        name = element.name
        parent = self._stack[-1].name if self._stack else ""
        self._stack.append(element)
        depth = len(self._stack)
        if self._lists and self._lists[-1].depth == depth - 1 and name in self._lists[-1].kind.tags:
            self._lists[-1].records += 1
        parents = self._wanted.subtrees.get(name)
        if parent in self._wanted.below or (parents is not None and (not parents or parent in parents)):
            self._base = depth
            self._size = 0
            self._text.clear()
            self._parser.StartElementHandler = self._start_inside
            self._parser.EndElementHandler = self._end_inside
            self._parser.CharacterDataHandler = self._text.append
        elif name in self._wanted.lists:
            self._lists.append(_OpenList(element, depth, self._wanted.lists[name]))

    def _end(self, name: str) -> None:
        if self._wanted.local_names:
            name = name.rpartition(":")[2]
        if not self._stack or self._stack[-1].name != name:
            self._resume_at(name)
        if self._lists and self._lists[-1].depth == len(self._stack):
            done = self._lists.pop()
            done.element.end_line, done.element.end_column = self.place
            self._ready.append(ListEnd(done.element, done.records))
        if self._stack:
            self._stack.pop()

    def _start_inside(self, name: str, attributes: dict[str, str]) -> None:
        element = self._open(name, attributes)
        self._stack[-1].children.append(element)
        self._stack.append(element)
        self._text.clear()
        self._size += 1
        if self._size > MAX_SUBTREE_ELEMENTS:
            self.refuse(f"one object has more than {MAX_SUBTREE_ELEMENTS} elements")

    def _end_inside(self, _name: str) -> None:
        element = self._stack.pop()
        text = self._text
        if text:
            element.text = text[0] if len(text) == 1 else "".join(text)
            text.clear()
        parser = self._parser
        element.end_line = self.line_of(parser.CurrentLineNumber)
        element.end_column = parser.CurrentColumnNumber + 1
        if len(self._stack) < self._base:
            self._base = 0
            self.look_again()
            parent = self._stack[-1] if self._stack else Element("", {}, 1, 1)
            self._ready.append(Subtree(parent.name, element, parent.attributes))

    def check_text(self) -> None:
        """Refuse a text that grows without end. Raises Refusal."""
        if len(self._text) > MAX_TEXT_PIECES:
            self.refuse("one text is longer than 16 MB")

    def _resume_at(self, name: str) -> None:
        """Find the way again where records were not laid out as Windows writes them."""
        self._note(
            ProblemCode.NOT_UNDERSTOOD,
            f"records before this </{name}> are not laid out as Windows writes them and may have been missed",
            *self.place,
        )
        depth = next((i for i in range(len(self._stack), 0, -1) if self._stack[i - 1].name == name), 0)
        del self._stack[depth:]
        while self._lists and self._lists[-1].depth > depth:
            self._lists.pop()


_CUT_OFF = frozenset(
    expat.errors.codes[each]
    for each in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
)
