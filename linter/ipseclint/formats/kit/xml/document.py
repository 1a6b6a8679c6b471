"""A whole XML document parsed by lxml; one that is too large or not well-formed is streamed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ipseclint.finding import Problem
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.xml.bytes import utf8_pieces, xml_encoding
from ipseclint.formats.kit.xml.element import Element, build_document
from ipseclint.formats.kit.xml.stream import stream
from ipseclint.formats.kit.xml.walker import MAX_SUBTREE_ELEMENTS
from ipseclint.formats.kit.xml.wanted import Found, Strange, Subtree, Wanted, note_strange
from ipseclint.source import Source, SourceError

MAX_DOCUMENT_BYTES = 16 * 1024 * 1024
"""Length of a document that is read whole: lxml takes about six times as much memory (reasoned)."""


def read(source: Source, wanted: Wanted) -> Iterator[Found]:
    """The wanted subtrees of a source, in order, and its problems, the same as `stream`; never raises."""
    root = _whole(source)
    if root is None:
        yield from stream(source, wanted)
    else:
        yield from _select(root, "", {}, wanted)


def elements(source: Source, wanted: Wanted, diagnostics: Diagnostics) -> Iterator[Element]:
    """The wanted subtrees of a source, in order; problems and strange elements are noted."""
    for part in read(source, wanted):
        if isinstance(part, Problem):
            diagnostics.add(part)
        elif isinstance(part, Strange):
            note_strange(part, wanted, diagnostics)
        elif isinstance(part, Subtree):
            yield part.element


def _whole(source: Source) -> Element | None:
    """The root of a well-formed document, or None."""
    data = bytearray()
    try:
        encoding = xml_encoding(source)
        for piece in utf8_pieces(source):
            data += piece
            if len(data) > MAX_DOCUMENT_BYTES:
                return None
    except (SourceError, OSError):
        return None
    return None if encoding != "utf-8" and _REPLACEMENT in data else whole(bytes(data))


def whole(data: bytes) -> Element | None:
    """The root of a well-formed document in UTF-8 that is not too large, or None."""
    return None if data.count(b"<") - data.count(b"</") > MAX_SUBTREE_ELEMENTS else build_document(data)


_REPLACEMENT = "\ufffd".encode()


def _select(element: Element, parent: str, attributes: Mapping[str, str], wanted: Wanted) -> Iterator[Found]:
    parents = wanted.subtrees.get(element.name)
    if parent in wanted.below or (parents is not None and (not parents or parent in parents)):
        yield Subtree(parent, element, attributes)
    else:
        if wanted.is_strange(parent, element.name):
            yield Strange(element.name, parent, *element.start)
        own = {} if element.is_leaf else element.attributes
        for child in element.children:
            yield from _select(child, element.name, own, wanted)
