"""XML in a script, as the objects that PowerShell makes of it: `[xml]`, `Select-Xml`, `SelectNodes`.

An element without attributes and child elements is its text; otherwise these are its properties, and several of one
name form a list. Source: about_Type_Accelerators, Select-Xml and XmlNode as PowerShell adapts it.
"""

from __future__ import annotations

import re

from ipseclint.formats.kit.xml.element import Element, build_document
from ipseclint.formats.powershell.script.values.lists import items_of
from ipseclint.formats.powershell.script.values.value import (
    Data,
    Table,
    Unknown,
    Value,
    text_of,
)
from ipseclint.late import late

TYPES = frozenset({"xml", "xmldocument", "xml.xmldocument"})
"""The names of the type, folded, without `System.`."""

ELEMENTS_OF_A_STEP = 8
"""How many elements are made or examined in one step (reasoned: it takes as long)."""

_STEP = late(r"(//?|\A)(?:(\*|[\w.-]+)|@([\w.-]+))")
_NODE = "#node"
_SIZE = "#size"
"""Under which an object keeps its elements, and how many are below it: no property is called so."""


def document_of(value: Value) -> Data:
    """The document in a text; unknown if it is not XML. Values have their own places if the text has one."""
    text = text_of(value)
    xml = text.lstrip()
    root = build_document(xml.encode("utf-8", "surrogatepass"))
    if root is None:
        return Unknown("what is no XML")
    reader = _Reader(value, text, len(text) - len(xml))
    node = reader.node(root)
    place = Value(None, node.start, node.end)
    table = Table()
    for name, content in (("documentelement", node), (root.name, reader.content(root, node))):
        table.set(place._replace(data=name), content)
    table.values |= {_NODE: place._replace(data=[node]), _SIZE: place._replace(data=size_of(node))}
    return table


class _Reader:
    """Makes objects of the elements of one text; a value with escapes has the place of its element."""

    def __init__(self, value: Value, text: str, skipped: int) -> None:
        self._text = text
        is_literal = value.end - value.start == len(text)
        self._start = value.start if is_literal else None
        self._whole = (value.start, value.end)
        self._lines = [skipped, *(match.end() for match in re.finditer("\n", text[skipped:]))]
        self._lines[1:] = [skipped + at for at in self._lines[1:]]

    def content(self, element: Element, node: Value) -> Value:
        """The value of an element as a property: its text if it has nothing else."""
        is_plain = not element.attributes and not element.children
        return self._value(element, element.text, ">") if is_plain else node

    def node(self, element: Element) -> Value:
        """An element as a node with its properties."""
        begin = self._value(element, element.name, "<")
        table = Table()
        for name, text in element.attributes.items():
            table.set(begin._replace(data=name), self._value(element, text, name))
        nodes = [self.node(child) for child in element.children]
        grouped: dict[str, list[Value]] = {}
        for child, node in zip(element.children, nodes, strict=True):
            grouped.setdefault(child.name, []).append(self.content(child, node))
        for name, values in grouped.items():
            table.set(begin._replace(data=name), values[0] if len(values) == 1 else begin._replace(data=list(values)))
        text = element.text.strip()
        more: dict[str, Data] = {"childnodes": nodes, _NODE: nodes, "localname": element.name}
        more |= {"#text": text, "innertext": text, _SIZE: 1 + sum(map(size_of, nodes))}
        for name, data in more.items():
            table.values.setdefault(name, begin._replace(data=data))
        return begin._replace(data=table)

    def _value(self, element: Element, text: str, behind: str) -> Value:
        if self._start is None:
            return Value(text, *self._whole)
        begin = self._lines[element.line - 1] + element.column - 1
        at = self._text.find(behind, begin)
        found = self._text.find(text, at if at >= 0 else begin)
        if found < 0 or not text:
            return Value(text, self._start + begin, self._start + begin + 1)
        return Value(text, self._start + found, self._start + found + len(text))


def size_of(value: Value) -> int:
    """The number of elements in an XML object, itself included; 0 for others."""
    size = value.data.values.get(_SIZE) if isinstance(value.data, Table) else None
    return size.data if size is not None and isinstance(size.data, int) else 0


def selected(document: Value, path: str) -> list[Value] | None:
    """The nodes that a simple path selects; None for other paths and values."""
    steps = list(_STEP.finditer(path))
    if not isinstance(document.data, Table) or not steps or "".join(step[0] for step in steps) != path:
        return None
    nodes = [document]
    for step in steps:
        is_deep = step[1] == "//"
        below = [child for node in nodes for child in _below(node, is_deep=is_deep)]
        if step[3] is not None:
            having = [*nodes, *below] if is_deep else nodes
            found = [node.data.values.get(step[3].casefold()) for node in having if isinstance(node.data, Table)]
            return [_attribute(value) for value in found if value is not None]
        wanted = step[2].casefold()
        nodes = [child for child in below if wanted in {"*", _name(child)}]
    return nodes


def _attribute(value: Value) -> Value:
    """An attribute that a path selects: a node whose value is its text."""
    return value._replace(data=Table({"value": value, "#text": value, "innertext": value}))


def _below(node: Value, *, is_deep: bool) -> list[Value]:
    children = items_of(node.data.values[_NODE]) if isinstance(node.data, Table) and _NODE in node.data.values else []
    if not is_deep:
        return children
    return [each for child in children for each in (child, *_below(child, is_deep=True))]


def _name(node: Value) -> str:
    name = node.data.values.get("localname") if isinstance(node.data, Table) else None
    return "" if name is None else text_of(name).casefold()
