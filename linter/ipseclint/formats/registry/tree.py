"""Keys and values of a Windows registry, from any export.

Names of keys and values are case-insensitive. An export is a sequence of instructions as much as a state: a later value
replaces an earlier one, and values and keys can be deleted.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from typing import Self

from msgspec import Struct, field

from ipseclint.formats.kit.token import Token, token_at
from ipseclint.late import late
from ipseclint.source import Span
from ipseclint.vocabulary.registry_keys import ANY_VALUE

MAX_TREE_DEPTH = 512
"""The deepest tree that Windows allows ("Registry element size limits", Microsoft Learn)."""
TOO_DEEP = "a key deeper than Windows allows"
"""The message about a key beyond it."""


class Kind(IntEnum):
    """The type of a registry value (winnt.h)."""

    NONE = 0
    SZ = 1
    EXPAND_SZ = 2
    BINARY = 3
    DWORD = 4
    DWORD_BIG_ENDIAN = 5
    LINK = 6
    MULTI_SZ = 7
    QWORD = 11


TEXTS = frozenset({Kind.SZ, Kind.EXPAND_SZ})
"""Types that hold one text."""


ESCAPE = late(r"\\(.)")
"""A sign in a text of a `.reg` file that a backslash stands before: it stands for itself."""


class Value(Struct, frozen=True):
    """One value. `written` is its text with its place; for a number its digits, for bytes their hexadecimal digits.

    `is_open`: a script fills it in when it runs, and `written` is the placeholder. `is_escaped`: it stands on one line,
    with escapes that are not taken out, since most of such texts are read by what they have in common.
    """

    name: str
    kind: int
    written: Token
    number: int | None = None
    data: bytes = b""
    is_open: bool = False
    is_escaped: bool = False

    @property
    def text(self) -> Token:
        """The text as it is meant."""
        return unescaped(self.written) if self.is_escaped else self.written


class Key(Struct):
    """One key with its values and subkeys by folded name, in the order met.

    `absent` are names of values that the input says are missing; `is_whole`: the input has all values of the key.
    """

    name: str
    span: Span
    values: dict[str, Value] = field(default_factory=dict)
    keys: dict[str, Key] = field(default_factory=dict)
    absent: dict[str, Token] = field(default_factory=dict)
    is_whole: bool = True

    def find(self, path: str) -> Key | None:
        """The key at a relative path with backslashes; None if it is not there."""
        key: Key | None = self
        for name in _names(path):
            key = key.keys.get(name.casefold()) if key else None
        return key

    @classmethod
    def root(cls, path: str) -> Self:
        """The root of a file's keys, without a name."""
        return cls("", Span(path, 1, 1))

    def make(self, path: str, span: Span) -> Key | None:
        """The key at a path, created with its parents if missing; None if that nests too deep, which is `TOO_DEEP`."""
        names = _names(path)
        if len(names) > MAX_TREE_DEPTH:
            return None
        key = self
        for name in names:
            below = key.keys.get(folded := name.casefold())
            if below is None:
                below = key.keys[folded] = Key(name, span)
            key = below
        return key

    def delete(self, path: str) -> None:
        """Delete the key at a path, with everything below it."""
        names = _names(path)
        above = self.find("\\".join(names[:-1])) if names else None
        if above:
            above.keys.pop(names[-1].casefold(), None)

    def set(self, value: Value) -> None:
        """Set a value, replacing one with its name."""
        folded = value.name.casefold()
        self.values.pop(folded, None)
        self.absent.pop(folded, None)
        self.values[folded] = value

    def lack(self, name: Token) -> None:
        """Note that the key has no value with this name."""
        if name.text.casefold() not in self.values:
            self.absent[name.text.casefold()] = name

    def drop(self, name: str) -> None:
        """Delete a value, if there is one with that name."""
        self.values.pop(name.casefold(), None)

    def take_out(self, name: Token) -> None:
        """Delete a value, and note that the key then has none with this name, whether or not the input had set it."""
        self.drop(name.text)
        self.lack(name)

    def take_out_values(self, span: Span) -> None:
        """Delete all values, and note at a place that the key then has none."""
        self.values.clear()
        self.absent.clear()
        self.take_out(token_at(ANY_VALUE, span))

    def take_out_all(self, span: Span) -> None:
        """Delete all values and all keys below, as where the key itself is deleted."""
        self.keys.clear()
        self.take_out_values(span)

    def get(self, name: str) -> Value | None:
        """The value with this name."""
        return self.values.get(name.casefold())

    def walk(self, path: str = "") -> Iterator[tuple[str, Key]]:
        """This key and all keys below it, each with its path, in order."""
        stack = [(path, self)]
        while stack:
            at, key = stack.pop()
            yield at, key
            above = f"{at}\\" if at else ""
            stack += [(f"{above}{subkey.name}", subkey) for subkey in reversed(key.keys.values())]


def unescaped(piece: Token) -> Token:
    """A text of one line with its escapes replaced by their signs."""
    parts = ESCAPE.split(piece.text)
    if len(parts) == 1:
        return piece
    breaks: list[tuple[int, int, int]] = []
    at, column = -1, piece.column - 1
    for plain in parts[:-1:2]:
        at += len(plain) + 1
        column += len(plain) + 2
        breaks.append((at, piece.line, column))
    column = breaks.pop(0)[2] if not breaks[0][0] else piece.column
    return Token("".join(parts), piece.path, piece.line, column, tuple(breaks))


def _names(path: str) -> list[str]:
    return [each for each in path.split("\\") if each]
