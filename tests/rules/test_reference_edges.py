"""References to what is not there: what else is in the input decides how certain it is that it is missing."""

from __future__ import annotations

from typing import Any

import pytest

from ipseclint.finding import Severity
from ipseclint.model.machine import Machine
from ipseclint.model.policy import (
    AuthenticationSet,
    AuthMethod,
    AuthPhase,
    Dialect,
    MainModeCryptoSet,
    Policy,
    QuickModeCryptoSet,
)
from ipseclint.model.selectors import WfpFilter
from ipseclint.source import Span
from tests.made_objects import authentication_set, main_mode_set, method, quick_mode_set, rule, to
from tests.rules.rule_inputs import hits

ERROR, INFO = Severity.ERROR, Severity.INFO
Set = AuthenticationSet | MainModeCryptoSet | QuickModeCryptoSet
OF_WFP: dict[str, Any] = {"dialect": Dialect.WFP}


def holding(*sets: Set, **parts: Any) -> Machine:
    """A machine with these sets and one rule that names sets which are not among them."""
    named = rule(first_authentication=to("A1"), quick_mode_crypto=to("Q"))
    kinds = {AuthenticationSet: "authentication_sets", MainModeCryptoSet: "main_mode_crypto_sets"}
    by_kind: dict[str, tuple[Set, ...]] = {}
    for each in sets:
        kind = kinds.get(type(each), "quick_mode_crypto_sets")
        by_kind[kind] = (*by_kind.get(kind, ()), each)
    return Machine(name="m", policy=Policy(connection_security_rules=(named,), **by_kind, **parts))


def told(code: str, subject: Machine) -> list[tuple[Severity | None, str]]:
    return [(hit.severity, hit.message) for hit in hits(code, subject)]


OTHER = main_mode_set("M")
"""A set of another kind: with it the input holds sets at all."""


@pytest.mark.parametrize(
    ("sets", "severity", "where"),
    [
        ((OTHER,), ERROR, "which is not in the input"),
        ((main_mode_set("M", builtin=True),), INFO, "and the input holds no sets at all"),
        ((), INFO, "and the input holds no sets at all"),
    ],
)
def test_a_missing_set_is_certain_where_somebody_made_sets(
    sets: tuple[Set, ...], severity: Severity, where: str
) -> None:
    assert told("RF002", holding(*sets)) == [(severity, f'names the quick-mode crypto set "Q", {where}')]
    assert told("RF001", holding(*sets)) == [(severity, f'names the first authentication set "A1", {where}')]


@pytest.mark.parametrize(
    ("one", "holds_the_kind"),
    [
        (quick_mode_set("X"), True),
        (quick_mode_set("X", builtin=True), False),
        (quick_mode_set("X", dialect=Dialect.IP_SECURITY_POLICY), False),
        (main_mode_set("X"), False),
    ],
)
def test_of_a_kind_that_the_input_does_not_hold_nothing_is_certain(one: Set, holds_the_kind: bool) -> None:
    subject = holding(OTHER, one, kinds_not_held=("quick-mode crypto set",))
    where = "which is not in the input" if holds_the_kind else "and the input holds no quick-mode crypto set"
    assert told("RF002", subject) == [
        (ERROR if holds_the_kind else INFO, f'names the quick-mode crypto set "Q", {where}')
    ]


@pytest.mark.parametrize(("phase", "holds_the_kind"), [(AuthPhase.FIRST, True), (AuthPhase.SECOND, False)])
def test_sets_of_the_other_authentication_are_another_kind(phase: AuthPhase, holds_the_kind: bool) -> None:
    subject = holding(OTHER, authentication_set("X", phase=phase), kinds_not_held=("first authentication set",))
    assert [severity for severity, _ in told("RF001", subject)] == [ERROR if holds_the_kind else INFO]


def test_what_was_not_followed_may_create_a_set() -> None:
    place = Span("p.cmd", 4, 1)
    (hit,) = hits("RF002", holding(OTHER, open_ends=(place,)))
    assert hit.severity is INFO
    assert hit.message == 'names the quick-mode crypto set "Q", which is not in the input as far as it was followed'
    assert hit.related == (("not followed, and may create it", place),)
    assert told("RF002", holding(OTHER, names_not_followed=("q",))) == []
    assert told("RF002", holding(OTHER, names_not_followed=("r",))) != []


# ---- Filters of the Windows Filtering Platform ----

ROW = WfpFilter("{1}", "F", "FWPM_LAYER_IPSEC_V4", "", 1, "", "{absent}", (), (), None, (), (), (), 1, 1)
THERE = quick_mode_set("C", id="{There}", **OF_WFP)


@pytest.mark.parametrize(
    ("rows", "contexts", "missing"),
    [
        ((ROW,), (THERE,), ["{absent}"]),
        ((ROW,), (), []),
        ((ROW,), (quick_mode_set("C", id="{x}"),), []),
        ((ROW,), (quick_mode_set("C", **OF_WFP),), []),
        ((ROW,), (THERE, quick_mode_set("C", **OF_WFP)), ["{absent}"]),
        ((ROW,), (THERE, quick_mode_set("Of a tool", id="{absent}")), ["{absent}"]),
        ((ROW,), (THERE, main_mode_set("M", id="{ABSENT}", **OF_WFP)), []),
        ((ROW._replace(context_key="{THERE}"),), (THERE,), []),
        ((ROW._replace(context_key=None),), (THERE,), []),
        ((ROW._replace(layer="FWPM_LAYER_ALE_AUTH_CONNECT_V4"),), (THERE,), []),
        ((ROW._replace(layer="FWPM_LAYER_IKEEXT_V4"),), (THERE,), ["{absent}"]),
    ],
)
def test_filters_at_a_layer_of_ipsec_whose_context_is_missing(
    rows: tuple[WfpFilter, ...], contexts: tuple[Set, ...], missing: list[str]
) -> None:
    subject = holding(*contexts, wfp_filters=rows)
    text = "1 filter at an IPsec layer with the provider context {}, which is not in the input"
    found = [message for _, message in told("RF002", subject) if "provider context" in message]
    assert found == [text.format(key) for key in missing]


# ---- The same name in two stores, and names that nobody uses ----


def in_stores(one: Set, other: Set) -> list[str]:
    return [message for _, message in told("RF006", holding(one, other))]


@pytest.mark.parametrize(
    ("facts", "other_store", "fires"),
    [
        ({}, "GPO", True),
        ({}, None, False),
        ({"is_default": True}, "GPO", False),
        ({"builtin": True}, "GPO", False),
    ],
)
def test_sets_of_one_name_in_two_stores(facts: dict[str, Any], other_store: str | None, fires: bool) -> None:
    one, other = main_mode_set("M", **facts), main_mode_set("M", proposals=(), store=other_store, **facts)
    text = 'the main-mode crypto set "M" of GPO differs from that of the local store; only one of the two is in force'
    assert in_stores(one, other) == ([text] if fires else [])
    assert in_stores(one, one.model_copy(update={"store": other_store})) == []


@pytest.mark.parametrize(("inline", "fires"), [(False, True), (True, False)])
def test_a_set_that_is_written_on_its_rule_has_no_name_of_its_own(inline: bool, fires: bool) -> None:
    one = authentication_set("A", method(AuthMethod.COMPUTER_KERBEROS), inline=inline)
    other = authentication_set("A", method(AuthMethod.COMPUTER_NTLM), inline=inline, store="GPO")
    assert bool(in_stores(one, other)) is fires
    assert bool(hits("RF007", holding(one))) is fires


@pytest.mark.parametrize(
    ("facts", "fires"),
    [
        ({}, True),
        ({"is_default": True}, False),
        ({"builtin": True}, False),
        ({"dialect": Dialect.WFP}, False),
        ({"id": "{X}"}, True),
        ({"id": "q"}, False),
    ],
)
def test_a_set_that_no_rule_names(facts: dict[str, Any], fires: bool) -> None:
    assert bool(hits("RF007", holding(quick_mode_set("Spare", **facts)))) is fires
    without_rules = holding(quick_mode_set("Spare", **facts)).policy.model_copy(
        update={"connection_security_rules": ()}
    )
    assert hits("RF007", Machine(name="m", policy=without_rules)) == []


@pytest.mark.parametrize(
    "field",
    ["first_authentication", "second_authentication", "quick_mode_crypto", "main_mode_crypto"],
)
def test_whatever_a_rule_names_is_used(field: str) -> None:
    user = rule(**{field: to("SPARE")})
    policy = Policy(connection_security_rules=(user,), quick_mode_crypto_sets=(quick_mode_set("Spare"),))
    assert hits("RF007", Machine(name="m", policy=policy)) == []
