"""Effects of the order of a loop over a collection without a known order, such as a hashtable's keys."""

from __future__ import annotations

from tree_sitter import Node

from ipseclint.formats.powershell.script.evaluator import Evaluator
from ipseclint.formats.powershell.script.syntax.nodes import within
from ipseclint.formats.powershell.script.values.lists import ORDER_NOT_KNOWN, Unordered
from ipseclint.formats.powershell.script.values.value import Unknown, Value


class Rounds:
    """The rounds of such a loop: the variables it sets, and their values after each round."""

    def __init__(self, body: Node, loop_variable: str, run: Evaluator) -> None:
        self._run = run
        self._added_to: set[str] = set()
        self._held: dict[str, list[object]] = {loop_variable: []}
        for node in within(body, "assignment_expression"):
            target, operator = node.named_children[:2]
            written = run.syntax.source(target).strip()
            if written[:1] == "$":
                name = written[1:].strip("{}").casefold()
                self._held.setdefault(name, [])
                self._added_to |= {name} if run.syntax.source(operator).strip() != "=" else set()

    def end_round(self) -> None:
        """Note the values of the variables."""
        for name, held in self._held.items():
            value = self._run.look_up(name)
            held.append(None if value is None else value.data)

    def settle(self, start: int, end: int) -> None:
        """Make each variable unknown whose value depends on the order."""
        for name, held in self._held.items():
            value = self._run.look_up(name)
            if value is None or all(data == held[0] for data in held):
                continue
            if name in self._added_to and isinstance(value.data, int | float):
                continue  # a sum is the same in every order
            data = Unordered(value.data) if isinstance(value.data, list) else Unknown(ORDER_NOT_KNOWN)
            self._run.assign(name, Value(data, start, end))
