"""A fix that brings a new finding is left out, alone where one is to blame, and nothing else with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from ipseclint.finding import Finding, Severity, Subject
from ipseclint.model.change import Assign, Change, Fix, Remove
from ipseclint.model.machine import Machine
from ipseclint.model.policy import MainModeCryptoSet, Policy
from ipseclint.model.setting import Unknown
from ipseclint.repair.plan import Allowed, Check, Kept, repair
from tests.cases import cases
from tests.repair.policies import ALL, check_of, machine

STATIC = "netsh ipsec static add "
POLICY = (
    f'{STATIC}policy name=P mmpfs=no qmpermm=1 mmlifetime=5 mmsecmethods="3DES-SHA1-2"',
    f"{STATIC}filterlist name=L",
    f"{STATIC}filter filterlist=L srcaddr=me dstaddr=10.1.0.0 dstmask=255.255.0.0",
    f'{STATIC}filteraction name=A action=negotiate qmsec="ESP[3DES,SHA1]:20480k/300s"',
    f"{STATIC}rule name=R policy=P filterlist=L filteraction=A kerberos=yes",
)
Brings = Callable[[MainModeCryptoSet], bool]


def left_out(
    brings: Brings, name: str, trials: int = 8, severity: Severity = Severity.ERROR
) -> tuple[list[tuple[str, Kept, str | None]], list[str]]:
    """What is left out of a repair after which a policy has a finding on an object, and what is repaired."""
    one = machine(*POLICY)
    check = check_of(one)

    def checked(state: Machine) -> Iterator[tuple[Finding, Fix | None]]:
        found = list(check(state))
        yield from found
        if brings(state.policy.main_mode_crypto_sets[0]):
            subject = Subject(kind="main_mode_crypto_set", name=name, called="policy")
            new = {"code": "XX001", "name": "new", "subject": subject, "fingerprint": "x", "severity": severity}
            yield found[0][0].model_copy(update=new), None

    plan = repair(one, checked, frozenset(), ALL, trials=trials)
    told = [(each.finding.code, each.kept, each.why) for each in plan.left_out]
    return told, sorted(finding.code for step in plan.steps for finding in step.findings)


def is_longer(crypto: MainModeCryptoSet) -> bool:
    return crypto.lifetime_seconds.known != 300


def allows_more(crypto: MainModeCryptoSet) -> bool:
    return crypto.quick_mode_limit.known != 1


def either(crypto: MainModeCryptoSet) -> bool:
    return is_longer(crypto) or allows_more(crypto)


@pytest.mark.parametrize(
    ("brings", "name", "trials", "codes", "repaired"),
    [
        (lambda _crypto: False, "P", 8, [], ["CR005", "QD001", "QD002", "QD004"]),
        (allows_more, "P", 8, ["QD002"], ["CR005", "QD001", "QD004"]),
        (allows_more, "P", 3, ["QD002"], ["CR005", "QD001", "QD004"]),
        (allows_more, "P", 2, ["CR005", "QD002"], ["QD004", "QD025"]),  # QD025 mends what QD001 finds
        (allows_more, "P", 0, ["CR005", "QD002"], ["QD004", "QD025"]),
        (is_longer, "P", 8, ["CR005", "QD001", "QD002", "QD025"], ["QD004"]),
        (either, "P", 8, ["CR005", "QD001", "QD002", "QD025"], ["QD004"]),
        (either, "Q", 8, ["QD004", "CR005", "QD001", "QD002", "QD025"], []),
    ],
)
def test_the_fix_that_brings_a_finding_is_left_out(
    brings: Brings, name: str, trials: int, codes: list[str], repaired: list[str]
) -> None:
    told = [(code, Kept.BRINGS, f"XX001 new on {name}") for code in codes]
    assert left_out(brings, name, trials) == (told, repaired)


@cases(
    ("brings", "severity", "trials", "codes"),
    [
        (allows_more, Severity.INFO, 8, []),  # QD002 is an error, which is worse
        (allows_more, Severity.INFO, 0, []),
        (allows_more, Severity.WARNING, 8, []),
        (allows_more, Severity.ERROR, 8, ["QD002"]),
        (is_longer, Severity.INFO, 8, []),
    ],
)
def test_a_lesser_finding_keeps_no_fix_back(brings: Brings, severity: Severity, trials: int, codes: list[str]) -> None:
    told, _ = left_out(brings, "P", trials, severity)
    assert [code for code, _, _ in told] == codes


@cases(
    ("kept", "option"),
    [
        (Kept.RISKY, "--include-risky"),
        (Kept.LOWERS, "--allow-lowering"),
        (Kept.UNDECIDED, "--allow-lowering"),
        (Kept.BRINGS, None),
        (Kept.UNWRITABLE, None),
        (Kept.LATER, None),
    ],
)
def test_the_option_that_takes_a_fix_all_the_same(kept: Kept, option: str | None) -> None:
    assert kept.option == option


RULES = tuple(
    f'netsh advfirewall consec add rule name="{name}" endpoint1=any endpoint2=10.1.0.0/16 '
    "action=requireinrequireout auth1=computerkerb"
    for name in "AB"
)


def proposing(*changes: Callable[[Policy], Change]) -> Check:
    """A check that finds the same on every policy: a finding for each change, which is its fix while it can be made."""

    def check(state: Machine) -> Iterator[tuple[Finding, Fix | None]]:
        first = next(iter(check_of(machine(*POLICY))(machine(*POLICY))))[0]
        for number, change in enumerate(changes):
            mark = {"code": "XX001", "fingerprint": f"mark{number}"}
            with suppress(StopIteration):
                yield first.model_copy(update=mark), Fix((change(state.policy),))

    return check


def gone(name: str) -> Callable[[Policy], Change]:
    return lambda policy: Remove(next(each for each in policy.connection_security_rules if each.name == name))


def test_of_two_equal_rules_only_one_goes() -> None:
    one = machine(*RULES)
    plan = repair(one, proposing(gone("A"), gone("B")), frozenset(), Allowed(risky=True))
    assert [rule.name for rule in plan.repaired.policy.connection_security_rules] == ["B"]
    assert [(each.finding.fingerprint, each.kept) for each in plan.left_out] == [("mark1", Kept.LOWERS)]
    both = repair(one, proposing(gone("A"), gone("B")), frozenset(), ALL)
    assert both.repaired.policy.connection_security_rules == ()


def test_what_cannot_be_told_is_left_out_unless_lowering_is_allowed() -> None:
    one = machine(*RULES)

    def odd(policy: Policy) -> Change:
        rule = policy.connection_security_rules[0]
        return Assign(rule, "inbound", Unknown("?")) if rule.inbound.known else next(iter(()))

    plan = repair(one, proposing(odd), frozenset(), Allowed(risky=True))
    assert [(each.kept, each.why) for each in plan.left_out] == [
        (Kept.UNDECIDED, "what happens to traffic of A was not understood")
    ]
    assert repair(one, proposing(odd), frozenset(), ALL).left_out == ()
