"""A PowerShell object, independent of how it was serialised."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from msgspec import Struct, field

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.token import Token
from ipseclint.model.setting import Default, Setting, Unknown, default
from ipseclint.source import Span
from ipseclint.vocabulary.builtin import DEFAULT_SET_NAMES

T = TypeVar("T")

VARYING = frozenset(
    {
        *("instanceid", "displayname", "elementname", "description"),
        *("ipsecrulename", "name", "id", "creationclassname"),
    }
)
"""The properties in which objects that are alike may differ, folded: names, ids and descriptions are made of them, and
the last, `MSFT|FW|ConSecRule|{...}` of a rule, of its id."""
CAST = frozenset(
    {
        *("msft_netconsecrule", "msft_netmainmoderule", "msft_netikemmcryptoset", "msft_netikeqmcryptoset"),
        *("msft_netikep1authset", "msft_netikep2authset", "msft_netsecuritysettingdata", "msft_netipsecdospsetting"),
    }
)
"""The classes whose objects are cast from those that are like them, folded."""
_MAX_PARTS = 2_000
"""Reasoned: an object of more parts is like few others, and one that holds lists twice may have any number."""
DEFAULT_IDS = frozenset(map(str.casefold, DEFAULT_SET_NAMES.values()))
"""The ids of Windows' default sets, folded: a set with one of them is like no other."""

MAX_INSTANCES = 500_000
"""Objects that are kept of one input before the rest is refused: 10,000 rules with sets have 260,000 (reasoned)."""
TOO_MANY = f"more than {MAX_INSTANCES} objects: the rest was not read"

NOT_HELD = "not in the export"
"""The unknown value of a member that an export lacks."""


class Instance(Struct):
    """One object: the name of its class, its properties by folded name, and its place.

    A property is a text, another object, a list of these, or None for null. A number is its digits, an enumeration
    value its name. `class_name` is empty if unknown. `is_complete`: an absent property has Windows' default, as in a
    script; `is_changed_alone`: a script changes it and does not make it, so that it is not. `filters` are the filter
    objects of a rule, if attached to it. `alike`: it is like objects that were read before, and its properties are only
    those that say which one it is.
    """

    class_name: str
    span: Span
    properties: dict[str, Node] = field(default_factory=dict)
    is_complete: bool = False
    filters: tuple[Instance, ...] = ()
    alike: Alike | None = None
    is_changed_alone: bool = False

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
        """Unknown, if an export lacks all of these members because it was cut or filtered, or a script that changes the
        object alone does not set them; else None.

        A member that is null, or that a script leaves out, has Windows' default.
        """
        if self.is_complete or any(map(self.has, names)):
            return None
        if not self.is_changed_alone:
            diagnostics.not_held[names[0]] += 1
        return Default(Unknown(NOT_HELD), self.span)

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


class Alike(Struct, frozen=True):
    """What is the same in objects that are alike, the places of what `taken_apart` gives of one, and the whole one."""

    key: Hashable
    places: Sequence[Span]
    whole: Callable[[], Instance]


def flat(nodes: Node) -> Iterator[Instance]:
    """The objects in a list and in lists one level below, or the object itself."""
    for node in nodes if isinstance(nodes, list) else [nodes]:
        for inner in node if isinstance(node, list) else [node]:
            if isinstance(inner, Instance):
                yield inner


def taken_apart(item: Instance, key: list[Hashable], nodes: list[Token | Instance], *, is_inner: bool = False) -> bool:
    """Add to a key what is the same in objects that are alike, and to nodes all that has a place; whether it can."""
    if item.is_complete or item.filters:
        return False
    nodes.append(item)
    for name, node in item.properties.items():
        key.append(name)
        if name in VARYING and not is_inner and type(node) is Token and node.text:
            key.append(node.text if node.text.casefold() in DEFAULT_IDS else True)
            nodes.append(node)
        elif not _taken_apart(node, key, nodes):
            return False
    return True


def _taken_apart(node: Node, key: list[Hashable], nodes: list[Token | Instance]) -> bool:
    if len(key) > _MAX_PARTS:
        return False
    if node is None:
        key.append(None)
    elif type(node) is Token:
        key.append(node.text)
        nodes.append(node)
    elif isinstance(node, list):
        key.append(len(node))
        return all(_taken_apart(each, key, nodes) for each in node)
    elif isinstance(node, Instance):
        key.append((node.class_name, len(node.properties)))
        return taken_apart(node, key, nodes, is_inner=True)
    else:
        return False
    return True


@lru_cache(maxsize=1024)
def class_of(name: str) -> str:
    """The bare class name, folded: the last part of `...CimInstance#root/standardcimv2/MSFT_NetConSecRule`."""
    return name.replace("\\", "/").replace(":", "/").replace("#", "/").rpartition("/")[2].strip().casefold()
