"""One element of an XML input, small, and knowing exactly where it stands."""

from __future__ import annotations

from collections.abc import Iterator


class Element:
    """An element with its text, attributes, child elements and place.

    Lines and columns count characters from 1; `line`, `column` are those of the `<`, `end_line` and
    `end_column` those of the end tag. `text` is the character data directly inside, of an element that has
    child elements whatever stands behind the last of them.
    """

    __slots__ = ("attributes", "children", "column", "end_column", "end_line", "line", "name", "text")

    def __init__(self, name: str, attributes: dict[str, str], line: int, column: int) -> None:
        self.name = name
        self.attributes = attributes
        self.line = line
        self.column = column
        self.end_line = line
        self.end_column = column
        self.text = ""
        self.children: list[Element] = []

    def child(self, name: str) -> Element | None:
        """The first child element of a name, or None."""
        for each in self.children:
            if each.name == name:
                return each
        return None

    def child_text(self, name: str) -> str:
        """The text of the first child of a name without spaces around it; empty if there is none."""
        found = self.child(name)
        return "" if found is None else found.text.strip()

    def named(self, name: str) -> list[Element]:
        """The child elements of a name, in order."""
        return [each for each in self.children if each.name == name]

    def walk(self) -> Iterator[Element]:
        """The element and everything below it, in document order."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting.extend(reversed(element.children))

    @property
    def text_column(self) -> int:
        """The column where its text begins: exact for a start tag without attributes, else that of the `<`."""
        return self.column if self.attributes else self.column + len(self.name) + 2

    def __repr__(self) -> str:
        # Never the text: it may be a preshared key.
        return f"<{self.name}> at {self.line}:{self.column}"
