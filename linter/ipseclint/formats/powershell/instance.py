"""A PowerShell object, independent of how it was serialised."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, TypeVar

from msgspec import Struct, field

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.token import Token
from ipseclint.model.setting import Origin, Setting, Unknown, default
from ipseclint.source import Span

T = TypeVar("T")

MAX_INSTANCES = 500_000
"""Objects that are kept of one input before the rest is refused: 10,000 rules with sets have 260,000 (reasoned)."""
TOO_MANY = f"more than {MAX_INSTANCES} objects: the rest was not read"

NOT_HELD = "not in the export"
"""The unknown value of a member that an export lacks."""


class Instance(Struct):
    """One object: the name of its class, its properties by folded name, and its place.

    A property is a text, another object, a list of these, or None for null. A number is its digits, an enumeration
    value its name. `class_name` is empty if unknown. `is_complete`: an absent property has Windows' default, as in a
    script. `filters` are the filter objects of a rule, if attached to it.
    """

    class_name: str
    span: Span
    properties: dict[str, Node] = field(default_factory=dict)
    is_complete: bool = False
    filters: tuple[Instance, ...] = ()

    def get(self, *names: str) -> Node:
        """The first of these properties that is present and not null."""
        properties = self.properties
        for name in names:
            node = properties.get(name.casefold())
            if node is not None:
                return node
        return None

    def by_default(self, value: T) -> Setting[T] | None:
        """Windows' default for an absent property of a complete object; None for others."""
        return default(value, self.span) if self.is_complete else None

    def left_out(self, diagnostics: Diagnostics, *names: str) -> Setting[Any] | None:
        """Unknown, if an export lacks all of these members because it was cut or filtered; else None.

        A member that is null, or that a script leaves out, has Windows' default.
        """
        if self.is_complete or any(map(self.has, names)):
            return None
        diagnostics.not_held[names[0]] += 1
        return Setting(Unknown(NOT_HELD), self.span, Origin.DEFAULT)

    def text(self, *names: str) -> Token | None:
        """The property as a text; None if it is absent, null, empty, or a list or object."""
        properties = self.properties
        for name in names:
            node = properties.get(name.casefold())
            if node is not None:
                if isinstance(node, list) and len(node) == 1:
                    node = node[0]
                return node if isinstance(node, Token) and node.text else None
        return None

    def texts(self, *names: str) -> list[Token]:
        """The property as a list of texts; a single one is a list of one."""
        nodes = self.get(*names)
        if nodes is None:  # as most are
            return []
        listed = nodes if isinstance(nodes, list) else [nodes]
        return [each for each in listed if isinstance(each, Token) and each.text]

    def instances(self, *names: str) -> list[Instance | Token]:
        """The property as a list of objects; one that the export cut is a text."""
        nodes = self.get(*names)
        listed = nodes if isinstance(nodes, list) else [nodes]
        return [each for each in listed if isinstance(each, (Instance, Token))]

    def has(self, name: str) -> bool:
        """Whether it has a property, null or not."""
        return name.casefold() in self.properties


Node = Token | Instance | list["Node"] | None
"""The value of a property."""


def flat(nodes: Node) -> Iterator[Instance]:
    """The objects in a list and in lists one level below, or the object itself."""
    for node in nodes if isinstance(nodes, list) else [nodes]:
        for inner in node if isinstance(node, list) else [node]:
            if isinstance(inner, Instance):
                yield inner


@lru_cache(maxsize=1024)
def class_of(name: str) -> str:
    """The bare class name, folded: the last part of `...CimInstance#root/standardcimv2/MSFT_NetConSecRule`."""
    return name.replace("\\", "/").replace(":", "/").replace("#", "/").rpartition("/")[2].strip().casefold()
