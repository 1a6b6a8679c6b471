"""Loops that are followed once: conditions in them may differ from one round to the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext

from tree_sitter import Node

from ipseclint.formats.powershell.script.flow.variables import Variables
from ipseclint.formats.powershell.script.syntax.grammar import Syntax
from ipseclint.formats.powershell.script.syntax.nodes import STEPS, within
from ipseclint.formats.powershell.script.values.value import UNDECIDED, Table, Unknown, Value
from ipseclint.late import late

_KEY = late(r"[\]['\".\[]++")
"""What parts the name of a variable from the key of an entry that is set."""


class Repeating:
    """The loops being followed once, by the variables that each changes; true if there are any."""

    def __init__(self, syntax: Syntax, variables: Variables) -> None:
        self._syntax = syntax
        self._variables = variables
        self._rounds: list[tuple[int, frozenset[str]]] = []

    def __bool__(self) -> bool:
        return bool(self._rounds)

    @contextmanager
    def of(self, body: Node, *names: str) -> Iterator[None]:
        """Follow a loop body once, which may run several times with other values of these variables, or never."""
        with self._variables.perhaps(), self.rounds(body, *names):
            self._forget(body, names)
            yield

    def _forget(self, body: Node, names: Sequence[str]) -> None:
        """What a round may leave to the next is not known in any."""
        for each in within(body, "left_assignment_expression", *STEPS, in_blocks=True):
            name, *entry = _KEY.split(self._syntax.source(each).strip("+- ").removeprefix("$").casefold())
            held = self._variables.scope.get(name)
            if held is None or held.is_unknown or name in names:
                continue
            if not entry:
                self._variables.assign(name, held._replace(data=Unknown(UNDECIDED)))
            elif isinstance(held.data, Table):
                self._forget_entries(held.data, entry[0])

    def _forget_entries(self, table: Table, key: str) -> None:
        """What a round may put into a table is not known: at this key, or anywhere if it is none of its keys."""
        for own, value in list(table.values.items()):
            if not value.is_unknown and (own == key or key not in table.values):
                self._variables.change(table.values, own, value._replace(data=Unknown(UNDECIDED)))

    @contextmanager
    def of_item(self, item: Value, body: Node, *names: str) -> Iterator[None]:
        """Follow a body for an object, which may be several, or none."""
        with self.of(body, *names) if item.may_be_several else nullcontext():
            yield

    @contextmanager
    def rounds(self, body: Node, *names: str) -> Iterator[None]:
        """Follow a loop body once, which may run several times with other values of these variables."""
        changed = {
            name for each in within(body, "left_assignment_expression", in_blocks=True) for name in self._in(each)
        }
        self._rounds.append((self._variables.depth, frozenset(names) | changed))
        try:
            yield
        finally:
            self._rounds.pop()

    def may_differ(self, test: Node) -> bool:
        """Whether a condition may differ from one round to the next."""
        asks = next(within(test, "command", in_blocks=True), None) is not None
        names = self._in(test)
        return any(asks or depth < self._variables.depth or names & changed for depth, changed in self._rounds)

    def _in(self, node: Node) -> set[str]:
        variables = (node, *within(node, "variable", in_blocks=True))
        return {self._syntax.source(each).lstrip("$").rpartition(":")[2].casefold() for each in variables}
