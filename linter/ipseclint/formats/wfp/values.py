"""Readers of WFP values, each with its place; what is not understood is noted, never guessed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from ipaddress import IPv4Address
from typing import TypeVar

from msgspec import Struct

from ipseclint.formats.kit.diagnostics import Diagnostics, shown
from ipseclint.formats.kit.read import decimal, unknown, value
from ipseclint.formats.kit.token import token_at
from ipseclint.formats.kit.xml.element import Element
from ipseclint.formats.kit.xml.wanted import ListEnd, Structure, note_unknown
from ipseclint.model.selectors import Address, parse_address
from ipseclint.model.setting import Setting, Unknown
from ipseclint.source import Span
from ipseclint.words import plural

T = TypeVar("T")


class ElementReader(Struct, frozen=True):
    """Reads the elements of one input; what is not understood is noted with its place."""

    diagnostics: Diagnostics

    def not_understood(self, element: Element, message: str) -> None:
        """Note an element about IPsec that was not understood."""
        self.diagnostics.not_understood(message, self.text_span(element))

    def contradictory(self, element: Element, message: str) -> None:
        """Note that an element contradicts another."""
        self.diagnostics.contradictory(message, self.text_span(element))

    def span(self, element: Element | ListEnd) -> Span:
        """The place of an element: its start tag."""
        return self.diagnostics.place(element.line, element.column, len(element.name) + 2)

    def text_span(self, element: Element) -> Span:
        """The place of an element's text, or of its start tag if it has none."""
        length = len(element.text.strip())
        if element.children or not length or element.end_line != element.line:
            return self.span(element)
        return self.diagnostics.place(element.line, element.text_column, length)

    def hide(self, element: Element) -> None:
        """Mark an element's text as a secret, on all its lines."""
        for line in range(element.line, element.end_line + 1):
            begin = element.text_column if line == element.line else 1
            length = element.end_column - begin if line == element.end_line else _WHOLE_LINE
            if length > 0:
                self.diagnostics.secrets.append(self.diagnostics.place(line, begin, length))

    def check_children(self, element: Element, known: Collection[str]) -> None:
        """Note child elements that the structure does not have."""
        for child in element.children:
            if child.name not in known:
                self.not_understood(child, f"unknown element <{child.name}> in <{element.name}>")

    def check_structure(self, element: Element, structure: Structure) -> None:
        """Note child elements that the structure does not have, and count unknown elements below them."""
        self.check_children(element, structure)
        for child in element.children:
            if below := structure.get(child.name):
                note_unknown(child, below, self.diagnostics)

    def items(self, parent: Element, name: str) -> list[Element]:
        """The items of a list in order; a missing list or a wrong count is noted."""
        holder = parent.child(name)
        if holder is None:
            self.not_understood(parent, f"<{parent.name}> has no <{name}>")
            return []
        return self.items_of(holder)

    def items_of(self, element: Element) -> list[Element]:
        """The items of a list element in order; a wrong count is noted."""
        self.check_children(element, ("item",))
        items = element.named("item")
        self.check_count(element, len(items), self.text_span(element))
        return items

    def check_count(self, element: Element | ListEnd, count: int, span: Span) -> None:
        """Note a list whose `numItems` is wrong. Some lists, and all empty ones, have no `numItems`."""
        declared = element.attributes.get("numItems", str(count))
        if declared != str(count):
            message = f'<{element.name}> says numItems="{shown(declared)}" and has {plural(count, "item")}'
            self.diagnostics.contradictory(message, span)


_WHOLE_LINE = 1_000_000


def setting(reader: ElementReader, parent: Element, name: str, read: Callable[[str], T | None]) -> Setting[T]:
    """The value of a required child element; Unknown, noted, if it is missing or not understood."""
    optional_setting = optional(reader, parent, name, read)
    if optional_setting is None:
        reader.not_understood(parent, f"<{parent.name}> has no <{name}>")
        return Setting(Unknown(""), reader.span(parent))
    return optional_setting


def optional(reader: ElementReader, parent: Element, name: str, read: Callable[[str], T | None]) -> Setting[T] | None:
    """The value of a child element, None if absent; Unknown, noted, if it is not understood."""
    element = parent.child(name)
    if element is None:
        return None
    token = token_at(element.text.strip(), reader.text_span(element))
    return value(token, lambda token: None if element.children else read(token.text), f"<{name}>", reader.diagnostics)


def number_in(reader: ElementReader, parent: Element, name: str) -> int | None:
    """The number in a child element; None if absent or empty, and if it is none, which is noted."""
    text = parent.child_text(name)
    number = decimal(text)
    if text and number is None:
        optional(reader, parent, name, decimal)
    return number


def flags(reader: ElementReader, parent: Element, known: Collection[str], name: str = "flags") -> frozenset[str]:
    """The names of the set bits; an unnamed or unknown bit is noted."""
    element = parent.child(name)
    if element is None:
        return frozenset()
    words = set()
    for item in reader.items_of(element):
        word = item.text.strip()
        words.add(word)
        if word not in known:
            unknown(token_at(word, reader.text_span(item)), f"flag in <{name}> of <{parent.name}>", reader.diagnostics)
    return frozenset(words)


def flag(reader: ElementReader, parent: Element, name: str, is_set: bool, list_name: str = "flags") -> Setting[bool]:
    """Whether a bit is set, at its place."""
    return Setting(is_set, flag_place(reader, parent, name, list_name))


def flag_place(reader: ElementReader, parent: Element, name: str = "", list_name: str = "flags") -> Span:
    """The place of a set bit, else of the list of bits."""
    element = parent.child(list_name)
    if element is None:
        return reader.span(parent)
    item = next((child for child in element.children if child.text.strip() == name), None)
    return reader.text_span(item or element)


def dotted(text: str) -> str:
    """An IPv4 address written as one number, in dotted decimal; other text unchanged."""
    number = decimal(text)
    return text if number is None or number >= 2**32 else str(IPv4Address(number))


def numeric_address(text: str) -> Address | None:
    """An address, prefix or range in digits; None for names and keywords."""
    address = parse_address(dotted(text))
    return address if address is not None and address.version else None


def is_network(address: str, prefix_length: str) -> bool:
    """Whether an address and the length of a prefix are a network of IPv6."""
    return ":" in address and numeric_address(f"{address}/{prefix_length}") is not None


def smallest(settings: Iterable[Setting[int] | None]) -> Setting[int] | None:
    """The setting with the smallest known value, the first of equal ones; None if none is known."""
    known = [each for each in settings if each is not None and each.known is not None]
    return min(known, key=lambda each: each.known or 0, default=None)
