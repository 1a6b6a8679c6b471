"""The rules that a script has created so far, found by name without looking at all of them."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from ipseclint.formats.kit.token import Token
from ipseclint.model.policy import PolicyObject
from ipseclint.source import Span

ALL = "all"
"""The name that stands for every rule."""

Key = tuple[str, str | None, str]


class ScriptedRule(Struct, eq=False):
    """A rule as the script's commands left it so far; `context` is `advfirewall consec`, `mainmode` or `firewall`.

    `made` are the objects that its tags amount to, under its own name.
    """

    context: str
    store: str | None
    span: Span
    tags: dict[str, Token]
    made: tuple[PolicyObject, ...]

    @property
    def key(self) -> Key:
        """Where it is looked for; names are compared without regard to case."""
        return (self.context, self.store, self.tags["name"].text.casefold())


class RuleBook:
    """Rules in the order created. Names need not be unique."""

    def __init__(self) -> None:
        self._rules: dict[ScriptedRule, None] = {}
        self._by_key: dict[Key, dict[ScriptedRule, None]] = {}

    def __iter__(self) -> Iterator[ScriptedRule]:
        return iter(self._rules)

    def add(self, rule: ScriptedRule) -> None:
        """Add a rule behind the others."""
        self._rules[rule] = None
        self._by_key.setdefault(rule.key, {})[rule] = None

    def remove(self, rule: ScriptedRule) -> None:
        """Take a rule out."""
        del self._rules[rule]
        del self._by_key[rule.key][rule]

    def change(self, rule: ScriptedRule, tags: dict[str, Token], made: tuple[PolicyObject, ...]) -> None:
        """Give a rule other tags, in its place."""
        del self._by_key[rule.key][rule]
        rule.tags, rule.made = tags, made
        self._by_key.setdefault(rule.key, {})[rule] = None

    def named(self, context: str, store: str | None, name: str) -> list[ScriptedRule]:
        """The rules of a context and store with a name, or all of them."""
        if name.casefold() == ALL:
            return [rule for rule in self._rules if (rule.context, rule.store) == (context, store)]
        return list(self._by_key.get((context, store, name.casefold()), ()))

    def clear(self, store: str | None) -> None:
        """Take all rules of a store out."""
        for rule in [each for each in self._rules if each.store == store]:
            self.remove(rule)
