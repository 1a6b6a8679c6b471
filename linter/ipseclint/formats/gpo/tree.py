"""Converts a GPO report to the registry tree that the firewall's decoder reads.

The report has elements for what the registry has in values: in a rule each element is one field (MS-GPFAS 2.2.6), in a
set each is one value, and those with child elements are its suites. Only firewall rules were seen in real reports; sets
and connection security rules are read alike, by the names of the registry.
"""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.formats.kit.read import decimal
from ipseclint.formats.kit.token import Token, joined
from ipseclint.formats.kit.xml.element import ENCODED, Element, text_of
from ipseclint.formats.registry.tree import Key, Kind, Value
from ipseclint.source import Span

WHOSE = frozenset({"GPO", "Precedence"})
"""Elements that gpresult adds to each setting: its owner, and its rank."""

_BOOLEANS = {"true": 1, "false": 0}


_Piece = tuple[str, Element]
"""Words for an element, or nothing for its own text."""


class Tree:
    """The store of one GPO, as it is read. Faults are left to the decoder.

    Without places it is made in a third of the time, to be compared with another.
    """

    def __init__(self, path: str, *, places: bool = True) -> None:
        self.root = Key.root(path)
        self._path = path
        self._places = places

    def add_rule(self, store_key: str, element: Element) -> None:
        """Add a rule to those of its kind. Rules have no id in reports."""
        key = self._key(store_key, element)
        key.values[str(len(key.values))] = self._fields(element, "", "2.0")

    def add_set(self, store_key: str, default_id: str, element: Element, *, is_default: bool) -> None:
        """Add a set to those of its kind; a default set has an id of its own in a GPO."""
        sets = self._key(store_key, element)
        guid = element.child("GUID") or element.child("LocalName")
        name = guid.text.strip() if guid is not None else default_id if is_default else ""
        if is_default:
            sets.values[default_id.casefold()] = Value(default_id, Kind.SZ, self._said(name, self._start(element)))
        key = Key(name, self._span(element))
        sets.keys[str(len(sets.keys))] = key
        version = element.child_text("Version") or "2.0"
        for child in element.children:
            if child.name in WHOSE or child.name == "GUID":
                continue
            if not child.children:
                self._set(key, "Name" if child.name == "LocalName" else child.name, child)
                continue
            for suite in _objects(child):
                below = Key(f"{len(key.keys):04}", self._span(suite))
                key.keys[below.name] = below
                for value in suite.children:
                    if value.children:
                        below.set(self._fields(value, _name(value), version))
                    else:
                        self._set(below, value.name, value)

    def add_settings(self, store_key: str, element: Element, settings: list[Element]) -> Iterator[Element]:
        """Add settings to the store, or to a profile of it; yields those without a value."""
        key = self._key(store_key, element) if store_key else self.root
        for setting in settings:
            value = setting.child("Value")
            if setting.child_text("Precedence") not in {"", "1"} or setting.name in WHOSE:
                continue
            if value is None:
                yield setting
            else:
                text = self._text(value)
                key.set(Value(_name(setting), Kind.DWORD, text, number=_number(text.text)))

    def _key(self, name: str, element: Element) -> Key:
        key = self.root.keys.get(name.casefold())
        if key is None:
            key = self.root.keys[name.casefold()] = Key(name, self._span(element))
        return key

    def _set(self, key: Key, name: str, element: Element) -> None:
        key.set(Value(_unescaped(name), Kind.SZ, self._text(element)))

    def _fields(self, element: Element, name: str, version: str) -> Value:
        """The fields of an element as one text, `v2.20|Action=Secure|`, each with its place."""
        given = element.child("Version")
        pieces: list[_Piece] = [("v", element), (version, element) if given is None else ("", given), ("|", element)]
        for child in element.children:
            if child.name in WHOSE or child is given:
                continue
            words = f"{_name(child)}="
            for leaf in [child] if child.is_leaf else [below for below in child.walk() if below.is_leaf]:
                pieces += [(words, leaf), ("", leaf), ("|", leaf)]
        return Value(name, Kind.SZ, self._joined(pieces))

    def _joined(self, pieces: list[_Piece]) -> Token:
        if not self._places:
            return Token("".join(words or element.text.strip() for words, element in pieces), self._path, 1, 1)
        return joined(self._said(words, element.start) if words else self._text(element) for words, element in pieces)

    def _said(self, text: str, place: tuple[int, int]) -> Token:
        """Words for an element, with its line and column."""
        return Token(text, self._path, *place)

    def _text(self, element: Element) -> Token:
        """The text of an element without blanks around it."""
        return text_of(element, self._path).strip() if self._places else Token(element.text.strip(), self._path, 1, 1)

    def _start(self, element: Element) -> tuple[int, int]:
        return element.start if self._places else (1, 1)

    def _span(self, element: Element) -> Span:
        return Span(self._path, *self._start(element), len(element.name) + 2)


def _objects(element: Element) -> list[Element]:
    """The objects in an element, or the element itself if it holds values."""
    return element.children if all(each.children for each in element.children) else [element]


def _name(element: Element) -> str:
    return _unescaped(element.name)


def _unescaped(name: str) -> str:
    """A name decoded: in the registry it may begin with a digit, in XML not."""
    return ENCODED.sub(lambda match: chr(int(match[1], 16)), name)


def _number(text: str) -> int | None:
    number = decimal(text)
    return _BOOLEANS.get(text.casefold()) if number is None else number
