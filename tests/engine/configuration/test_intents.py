"""The intents of a configuration are one more rule of a run, beside the rules of its ruleset."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ipseclint.engine.configuration.intents import CODE, INTENTS, intent_plan
from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.finding import Severity, Subject
from ipseclint.source import Span


def breach(*lines: int) -> Any:
    intent = SimpleNamespace(name="no telnet", must=SimpleNamespace(value="block"))
    rules = tuple(SimpleNamespace(span=Span("a.cmd", line, 1)) for line in lines)
    return SimpleNamespace(intent=intent, rules=rules, message="a packet goes in the clear")


@pytest.mark.parametrize(
    ("lines", "place"), [((), Span("host", 1, 1)), ((4,), Span("a.cmd", 4, 1)), ((7, 2), Span("a.cmd", 7, 1))]
)
def test_a_breach_stands_at_the_rule_that_decides(
    monkeypatch: pytest.MonkeyPatch, lines: tuple[int, ...], place: Span
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr("ipseclint.semantics.intents.breaches", lambda *said: asked.append(said) or [breach(*lines)])
    (rule,) = intent_plan(["an intent"], load_ruleset("default")).rules  # type: ignore[list-item]
    machine = SimpleNamespace(name="host", policy=SimpleNamespace(is_empty=False))
    (hit,) = rule.check(machine, None)
    assert asked == [(machine, ("an intent",))]
    assert (hit.subject, hit.span) == (Subject(kind="intent", name="no telnet"), place)
    assert (hit.message, hit.value) == ("a packet goes in the clear", "block")
    assert list(rule.check(SimpleNamespace(name="host", policy=SimpleNamespace(is_empty=True)), None)) == []
    assert len(asked) == 1


def test_its_ruleset_is_the_one_beside_with_one_rule_more() -> None:
    beside = load_ruleset("default")
    plan = intent_plan([], beside)
    (rule,) = plan.rules
    assert (rule.code, rule.name) == (CODE, "intent-broken")
    assert (plan.ruleset.id, plan.ruleset.version, plan.ruleset.title) == (INTENTS, "1", "Intents")
    assert {*plan.ruleset.rules} == {*beside.rules, CODE}
    assert plan.ruleset.rules[CODE].severity is Severity.ERROR
    assert rule.text.summary == "Traffic is not treated as an intent of the configuration says it must be."
    assert [heading for heading, _ in rule.text.sections] == ["Why", "Fix", "Waive"]
