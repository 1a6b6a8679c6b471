"""One element of an XML input, as lxml read it, with its exact place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache, partial

from lxml import etree

from ipseclint.formats.kit.token import Token, joined
from ipseclint.formats.kit.xml.places import Places
from ipseclint.late import late
from ipseclint.source import Span

MAX_DEPTH = 128
"""Levels of nesting before an input is refused; what Windows writes has fewer than 30 (reasoned)."""

_WRITTEN = {"&": 5, "<": 4, ">": 4}
"""How many characters each takes as an entity, which is how it stands in the text of an element."""

ENCODED = late(r"_x([0-9A-Fa-f]{4})_")
"""A character by its number, as .NET writes one that a name or a text of XML cannot hold."""

_WHOLE_LINE = 1_000_000

SAFE_PARSER = partial(
    etree.XMLParser,
    encoding="utf-8",
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    dtd_validation=False,
    huge_tree=False,
    remove_comments=True,
    remove_pis=True,
)
"""Document types are refused before anything is built."""

_PARSER = SAFE_PARSER()
_LENIENT_PARSER = SAFE_PARSER(recover=True)


class Element:
    """An element with its text, attributes, child elements and place; names are without prefixes.

    Lines and columns count characters from 1, and are computed on demand.
    """

    __slots__ = ("_children", "_node", "_places", "name")

    def __init__(self, node: etree._Element, places: Places) -> None:
        self._node = node
        self._places = places
        self._children: list[Element] | None = None
        self.name = local_name(node.tag)

    @property
    def children(self) -> list[Element]:
        """The child elements, in order."""
        if self._children is None:
            self._children = [Element(node, self._places) for node in self._node]
        return self._children

    @property
    def places(self) -> Places:
        """The places of the document or subtree that it is in."""
        return self._places

    @property
    def begin(self) -> int:
        """Its offset in the text of its places."""
        return self._places.begin(self._node)

    @property
    def behind(self) -> int:
        """The offset behind it."""
        return self._places.behind(self._node)

    @property
    def start(self) -> tuple[int, int]:
        """The line and column of its start tag."""
        return self._places.start(self._node)

    @property
    def line(self) -> int:
        """The line of its start tag."""
        return self.start[0]

    @property
    def column(self) -> int:
        """The column of its start tag."""
        return self.start[1]

    @property
    def end(self) -> tuple[int, int]:
        """The line and column of its end tag; for an empty element, those behind its tag."""
        return self._places.end(self._node)

    @property
    def end_line(self) -> int:
        """The line of its end tag."""
        return self.end[0]

    @property
    def end_column(self) -> int:
        """The column of its end tag; for an empty element, that behind its tag."""
        return self.end[1]

    @property
    def is_leaf(self) -> bool:
        """Whether it has no child elements."""
        return not len(self._node)

    @property
    def text(self) -> str:
        """The character data directly inside; in an element with children, that behind the last one."""
        node = self._node
        return (node[-1].tail if len(node) else node.text) or ""

    @property
    def own_text(self) -> str:
        """All character data directly inside, also before and between child elements."""
        return "".join((self._node.text or "", *(child.tail or "" for child in self._node)))

    @property
    def attributes(self) -> Mapping[str, str]:
        """The attributes by names without prefixes; namespace declarations are no attributes."""
        return {local_name(str(name)): str(value) for name, value in self._node.items()}

    def attribute(self, name: str) -> str:
        """An attribute by its name without prefix; empty if it is not there."""
        value = self._node.get(name)
        return self.attributes.get(name, "") if value is None else str(value)

    def child(self, name: str) -> Element | None:
        """The first child element with this name, or None."""
        for child in self.children:
            if child.name == name:
                return child
        return None

    def child_text(self, name: str) -> str:
        """The stripped text of the first child with this name; empty if there is none."""
        child = self.child(name)
        return "" if child is None else child.text.strip()

    def named(self, name: str) -> list[Element]:
        """The child elements with this name, in order."""
        return [child for child in self.children if child.name == name]

    def walk(self) -> Iterator[Element]:
        """The element and all its descendants, in document order."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting.extend(reversed(element.children))

    def below(self, names: Collection[str], hides: Callable[[Element], bool]) -> Iterator[tuple[Element, bool]]:
        """The elements with these names among it and its descendants, in order; each with whether one of them hides it.

        No `Element` is made for others.
        """
        hidden: set[etree._Element] = set()
        for node in self._node.iter(*[f"{{*}}{name}" for name in names]):
            element = Element(node, self._places)
            if node not in hidden and hides(element):
                hidden.update(node.iter())
            yield element, node in hidden

    @property
    def text_column(self) -> int:
        """The column where its text begins: exact if the start tag has no attributes, else that of the `<`."""
        return self.column if self._node.attrib else self.column + len(self.name) + 2

    def __repr__(self) -> str:
        # Never the text: it may be a preshared key.
        return f"<{self.name}> at {self.line}:{self.column}"


@lru_cache(maxsize=4096)
def local_name(name: str) -> str:
    """A name from lxml or expat without its namespace or prefix."""
    return name.rpartition("}")[2].rpartition(":")[2]


def build(xml: bytes, namespaces: Mapping[str, str], line: int, column: int) -> Element | None:
    """The element in UTF-8 bytes that begin at a place, given the namespace declarations around it.

    None if the bytes hold anything else, nest too deep, or are refused by lxml. Faults of namespaces alone are
    accepted, since only local names matter: reports have undeclared prefixes, and local names that begin with a digit.
    """
    from xml.sax.saxutils import quoteattr  # it imports all of urllib

    attributes = "".join(f" {name}={quoteattr(value)}" for name, value in namespaces.items())
    root, _ = _parsed(b"<root%b>%b</root>" % (attributes.encode(), xml))
    if root is None or len(root) != 1 or (root.text or root[0].tail or "").strip():
        return None
    return Element(root[0], Places(xml, root[0], line, column))


def build_document(xml: bytes) -> Element | None:
    """The root element of a document in UTF-8; None if it is not well-formed, too deep, or refused."""
    root, is_mended = (None, False) if b"<!DOCTYPE" in xml else _parsed(xml)
    if root is None:
        return None
    places = Places(xml, root, 1, 1)
    return Element(root, places) if not is_mended or places.agree() else None


def _parsed(xml: bytes) -> tuple[etree._Element | None, bool]:
    """The tree that lxml makes of bytes, and whether it had to repair namespaces."""
    is_mended = False
    try:
        root = etree.fromstring(xml, _PARSER)
    except etree.XMLSyntaxError:
        is_mended = True
        try:
            root = etree.fromstring(xml, _LENIENT_PARSER)
        except etree.XMLSyntaxError:
            return None, is_mended
        if any(entry.domain != etree.ErrorDomains.NAMESPACE for entry in _LENIENT_PARSER.error_log):
            return None, is_mended
    return (None if xml.count(b"<") > MAX_DEPTH and _DEEP(root) else root), is_mended


_DEEP = etree.XPath(
    f"boolean({''.join(f'/*[descendant::*[{MAX_DEPTH + 1 - depth}]]' for depth in range(1, MAX_DEPTH + 1))}/*)"
)
"""Whether an element is deeper; what is above it has as many below it as levels are left, which few elements have."""


def text_of(element: Element, path: str) -> Token:
    """The text of an element with its place, counting entities as written.

    Exact for text on one line, where writers escape `&`, `<` and `>` and nothing else. In text of several lines, the
    first line has the place of the element.
    """
    first, *rest = element.text.split("\n")
    if not rest:
        end_line, end_column = element.end
        if not _needs_escape(first):
            return Token(first, path, end_line, end_column - len(first))
        width = sum(_WRITTEN.get(character, 1) for character in first)
        return _line(first, path, end_line, max(element.column, end_column - width))
    start = _line(first, path, element.line, element.text_column)
    begin = element.end_line - len(rest) + 1
    # The line break belongs to the line after it, as column 0.
    return joined((start, *(_line("\n" + line, path, begin + number, 0) for number, line in enumerate(rest))))


def secret_places(element: Element, path: str) -> list[Span]:
    """The places of an element's secret text: exactly and with its start tag, or whole lines if it spans several."""
    if element.line == element.end_line:
        whole = Span(path, element.line, element.column, max(1, element.end_column - element.column))
        return [text_of(element, path).span, whole]
    return [Span(path, line, 1, _WHOLE_LINE) for line in range(element.line, element.end_line + 1)]


def _needs_escape(text: str) -> bool:
    return "&" in text or "<" in text or ">" in text


def _line(text: str, path: str, line: int, column: int) -> Token:
    if not _needs_escape(text):
        return Token(text, path, line, column)
    breaks = []
    at = column
    for offset, character in enumerate(text, start=1):
        at += _WRITTEN.get(character, 1)
        if character in _WRITTEN:
            breaks.append((offset, line, at))
    return Token(text, path, line, column, tuple(breaks))
