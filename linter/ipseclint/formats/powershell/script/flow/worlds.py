"""Unknown conditions that are asked again: each time they are decided the same way, as in one possible world."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from msgspec import Struct, field
from tree_sitter import Node

from ipseclint.formats.powershell.script.flow.variables import Joined, Variables
from ipseclint.formats.powershell.script.syntax.grammar import Syntax
from ipseclint.formats.powershell.script.syntax.nodes import core_of
from ipseclint.formats.powershell.script.values.value import Decision, Perhaps, Table, Thing, Value, Way
from ipseclint.late import late

MAX_CONDITIONS_KEPT = 256
"""For how many conditions the results of each way are kept (reasoned: far above any real policy script)."""

MAX_VARIABLES_KEPT = 64
"""For how many variables and lists the result of a way is kept (reasoned: of more, the latest)."""

_VARIABLE = late(r"\$(?:\w+:)?\w+")
_MAY_CHANGE = late(
    r"(?<!\s)\w-\w|::|\+\+|--|(?<![\w.])(?:now|next|read\w*)\s*\(|\$(?:lastexitcode|error|matches|_|psitem|args|input)\b"
    r"|\$[?({]|[`@{;|&=]",
    re.IGNORECASE,
)
"""Parts of a condition that may differ each time: commands, and their results."""
_NOT = late(r"!|-not\b")
_AS_TRUTH = late(r"-(eq|ne) ?\$(true|false)\Z")
_SAME = {("eq", "true"), ("ne", "false")}
_SPACE = late(r"\s+")


Named = tuple[str, str]
"""A key of the registry and the name of a value in it, both folded; the name is empty where all of it is meant."""


class Assumed(NamedTuple):
    """What is assumed of values of the registry while a condition is tried: that all are there, or that none is."""

    values: Mapping[Named, Value]
    are_there: bool


class World(Struct, eq=False):
    """A decision by number, and what each of its ways left in variables that the ways set differently.

    `asked_of` keeps the values that its condition asks of alive: it is found again by their ids.
    """

    number: int
    asked_of: tuple[Value | None, ...] = ()
    left: dict[frozenset[int], dict[tuple[int, str], Joined]] = field(default_factory=dict)

    def come_back(self, way: frozenset[int], variables: Variables) -> None:
        """Restore what variables held after a way, unless something else changed them since."""
        for (_, key), joined in self.left.get(way, {}).items():
            variables.take_up(key, joined)

    def leave(self, ways: Sequence[frozenset[int]], joined: Mapping[tuple[int, str], Sequence[Joined]]) -> None:
        """Note what each way left."""
        for number, way in enumerate(ways):
            left = self.left.setdefault(way, {})
            left.update((key, each[number]) for key, each in joined.items())
            for key in list(islice(left, max(0, len(left) - MAX_VARIABLES_KEPT))):
                del left[key]


class Asked(Struct, frozen=True):
    """A condition: its world, and whether it is the negation of the condition first asked."""

    world: World
    is_opposite: bool

    def decision(self, blocks: int, *, has_rest: bool) -> Decision:
        """The decision on this many blocks, or none of them."""
        decision = Decision.on_each(self.world.number, blocks, has_rest=has_rest)
        if not self.is_opposite:
            return decision
        otherwise, *others = [*decision.blocks, decision.rest]
        return Decision(decision.number, [*others, otherwise][:blocks], otherwise if has_rest else frozenset())


class Worlds:
    """The unknown conditions of one script; what is `assumed` of the registry while one is tried."""

    def __init__(self, syntax: Syntax) -> None:
        self.assumed: Assumed | None = None
        self._syntax = syntax
        self._by_question: dict[tuple[object, ...], World] = {}
        self._asked_for: dict[int, tuple[Value, int]] = {}

    def ask_for(self, test: Node, variables: Variables, number: int) -> None:
        """Note that a decision asks whether what its condition names is given, if a function may not give it."""
        for name in dict.fromkeys(_VARIABLE.findall(self._syntax.source(test).casefold())):
            value = variables.look_up(name[1:])
            if isinstance(value, Perhaps):
                entries = value.data.values.values() if isinstance(value.data, Table) else ()
                self._asked_for.update((id(each.data), (each, number)) for each in (value, *entries))

    def is_asked_for(self, value: Value, ways: Sequence[Way]) -> bool:
        """Whether one of the decisions on these ways asks for a value that may not be given, or what it is in."""
        asked = self._asked_for.get(id(value.data))
        return asked is not None and any(decision == asked[1] for decision, _ in ways)

    def asked(
        self, tests: Sequence[Node], variables: Variables, number: int, words: Sequence[str] = ()
    ) -> Asked | None:
        """The world of these conditions, of which the first that holds decides; None if they may differ each time.

        `number` is that of the decision if they are asked for the first time; `words` are what `switch` compares.
        """
        texts = [_SPACE.sub(" ", self._syntax.source(core_of(test))).strip().casefold() for test in tests]
        if not texts or any(_MAY_CHANGE.search(text) or "$" not in text for text in texts):
            return None
        is_opposite = False
        if len(texts) == 1 and not words:
            texts[0], is_opposite = _affirmed(texts[0])
        names = sorted({name[1:] for text in texts for name in _VARIABLE.findall(text)})
        values = tuple(variables.look_up(name) for name in names)
        if any(value is not None and isinstance(value.data, (Table, Thing, list)) for value in values):
            return None
        held = tuple(None if value is None or not value.end else id(value) for value in values)
        key = (*texts, *words, *names, *held)
        if key not in self._by_question:
            if len(self._by_question) >= MAX_CONDITIONS_KEPT:
                return None
            self._by_question[key] = World(number, values)
        return Asked(self._by_question[key], is_opposite)


def _affirmed(text: str) -> tuple[str, bool]:
    """The condition without its negation, and whether it was negated."""
    is_opposite = False
    while " -and " not in text and " -or " not in text:
        text = _bare(text)
        if (match := _NOT.match(text)) is not None:
            text, is_opposite = text[match.end() :].strip(), not is_opposite
        elif (match := _AS_TRUTH.search(text)) is not None:
            text, is_opposite = text[: match.start()].strip(), is_opposite != (match.groups() not in _SAME)
        else:
            break
    return text, is_opposite


def _bare(text: str) -> str:
    """A text without parentheses around the whole of it."""
    while text.startswith("(") and text.endswith(")") and "(" not in text[1:] and ")" not in text[:-1]:
        text = text[1:-1].strip()
    return text
