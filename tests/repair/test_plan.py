"""A fix that brings a new finding is left out, alone where one is to blame, and nothing else with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from ipseclint.finding import Finding, Subject
from ipseclint.model.change import Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import MainModeCryptoSet
from ipseclint.repair.plan import Kept, repair
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


def left_out(brings: Brings, name: str, trials: int = 8) -> tuple[list[tuple[str, Kept, str | None]], list[str]]:
    """What is left out of a repair after which a policy has a finding on an object, and what is repaired."""
    one = machine(*POLICY)
    check = check_of(one)

    def checked(state: Machine) -> Iterator[tuple[Finding, Fix | None]]:
        found = list(check(state))
        yield from found
        if brings(state.policy.main_mode_crypto_sets[0]):
            subject = Subject(kind="main_mode_crypto_set", name=name, called="policy")
            new = {"code": "XX001", "name": "new", "subject": subject, "fingerprint": "x"}
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
