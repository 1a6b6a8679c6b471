"""The intents of a configuration as one more rule of a run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from ipseclint.engine.apply_rules import Plan
from ipseclint.engine.rulesets.ruleset import Ruleset, RuleSettings
from ipseclint.finding import Basis, Severity, Subject
from ipseclint.model.intent import Intent
from ipseclint.model.machine import Machine
from ipseclint.rule import Hit, NoOptions, Rule, RuleText
from ipseclint.source import Span

CODE = "IT001"
INTENTS = "intents"
"""The id of the ruleset that holds the rule of intents."""


_WHY = (
    "An [[intent]] in ipseclint.toml says what must become of some traffic, whatever rules bring it about. The "
    "message names a packet for which that is not so; the finding stands at the rule that decides for it."
)
_FIX = "Change the rule that decides for the packet or, if its traffic is meant to be treated so, the intent."
_TEXT = RuleText(
    "Traffic is not treated as an intent of the configuration says it must be.",
    (("Why", _WHY), ("Fix", _FIX), ("Waive", "Never: what need not hold is no intent.")),
)


class _Broken(Struct, frozen=True):
    """The check of what a machine breaks of some intents: a value, which can be sent to another process."""

    intents: tuple[Intent, ...]

    def __call__(self, machine: Machine, _options: object, /) -> Iterator[Hit]:
        """A hit for each intent that is broken."""
        from ipseclint.semantics.intents import breaches

        if machine.policy.is_empty:
            return
        for breach in breaches(machine, self.intents):
            place = breach.rules[0].span if breach.rules else Span(machine.name, 1, 1)
            yield Hit(
                subject=Subject(kind="intent", name=breach.intent.name),
                span=place,
                message=breach.message,
                value=breach.intent.must.value,
            )


def intent_plan(intents: Sequence[Intent], beside: Ruleset) -> Plan:
    """The plan with the rule that checks the intents of a configuration, for use beside a ruleset of the run."""
    rule = Rule(
        code=CODE,
        name="intent-broken",
        check=_Broken(tuple(intents)),
        options=NoOptions,
        basis=(Basis.REASONED,),
        leads_to=(),
        told=_TEXT,
    )
    settings = RuleSettings(severity=Severity.ERROR, own_reasoning=True)
    own = {"id": INTENTS, "version": "1", "title": "Intents", "rules": {**beside.rules, CODE: settings}}
    return Plan(beside.model_copy(update=own), (rule,))
