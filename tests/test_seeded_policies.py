"""Well-built policies with faults put into them: repairs take the faults away, bring none, and can be undone."""

from __future__ import annotations

from functools import cache, partial
from typing import TypeVar

from ipseclint.engine.apply_rules import Plan, found_with_fixes
from ipseclint.engine.inputs.paths import candidates
from ipseclint.engine.machines import make_machine, read_inputs
from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.engine.rulesets.selection import selected
from ipseclint.formats.netsh.script import parse
from ipseclint.model.machine import Machine
from ipseclint.model.policy import MainModeCryptoSet, Policy, QuickModeCryptoSet
from ipseclint.model.setting import Setting
from ipseclint.repair.apply import edited
from ipseclint.repair.plan import Allowed, Repair, repair
from ipseclint.repair.steps import undone
from ipseclint.semantics.protection import Effect
from ipseclint.semantics.sameness import same_policy
from ipseclint.source import bytes_source
from tests.cases import cases
from tests.well_built import FOLDER, files_of, kinds, report_on, site_of

RULESET = load_ruleset("default")
PLANS = (Plan(RULESET, selected(RULESET, (), ())),)
SAFE, ALL = Allowed(), Allowed(risky=True, lowering=True)
FAULTY = (
    'netsh advfirewall consec add rule name="Old lab" endpoint1=any endpoint2=172.20.0.0/16 action=requireinrequestout '
    "auth1=computerkerb,computerntlm qmpfs=dhgroup1 qmsecmethods=esp:md5-des+5min+20480kb,esp:sha1-aes128+5min+20480kb"
)
WITHOUT_COMMAND = {"QD008", "QD009"}
"""Faults that cost time only, and that no command repairs: what perfect forward secrecy takes."""

T = TypeVar("T")


def machine_of(kind: str) -> Machine:
    files = candidates([str(path) for path in files_of(FOLDER / kind)])
    return make_machine(kind, read_inputs(files), site_of(kind))


def written(setting: Setting[T], value: T) -> Setting[T]:
    return Setting(value, setting.span)


def hasty(crypto: MainModeCryptoSet) -> MainModeCryptoSet:
    """A main mode of five minutes for one quick mode."""
    update = {"lifetime_seconds": written(crypto.lifetime_seconds, 300)} if crypto.lifetime_seconds else {}
    limit = {"quick_mode_limit": written(crypto.quick_mode_limit, 1)} if crypto.quick_mode_limit else {}
    return crypto if crypto.builtin else crypto.model_copy(update=update | limit)


def short(crypto: QuickModeCryptoSet) -> QuickModeCryptoSet:
    """Quick modes of five minutes and the least volume that Windows takes."""
    proposals = tuple(
        proposal.model_copy(
            update={
                "lifetime_seconds": written(proposal.lifetime_seconds, 300),
                "lifetime_kilobytes": written(proposal.lifetime_kilobytes, 20_480),
            }
        )
        for proposal in crypto.proposals
        if proposal.lifetime_seconds is not None and proposal.lifetime_kilobytes is not None
    )
    return crypto if crypto.builtin or not proposals else crypto.model_copy(update={"proposals": proposals})


def seeded(kind: str) -> Machine:
    """The policy of a kind with hasty lifetimes, and with a rule beside its own that is weak in all it offers."""
    machine = machine_of(kind)
    policy, faulty = machine.policy, parse(bytes_source("faults.cmd", FAULTY.encode())).policy
    added = {
        field: (*getattr(policy, field), *getattr(faulty, field))
        for field in Policy.model_fields
        if isinstance(getattr(faulty, field), tuple) and getattr(faulty, field)
    }
    policy = policy.model_copy(update=added)
    return machine.with_policy(
        policy.model_copy(
            update={
                "main_mode_crypto_sets": tuple(map(hasty, policy.main_mode_crypto_sets)),
                "quick_mode_crypto_sets": tuple(map(short, policy.quick_mode_crypto_sets)),
            }
        )
    )


@cache
def mended(kind: str, allowed: Allowed) -> Repair:
    check = partial(found_with_fixes, plans=PLANS, site=site_of(kind))
    return repair(seeded(kind), check, (), allowed)


def codes(repair_: Repair, name: str) -> set[str]:
    return {finding.code for finding in getattr(repair_, name)}


@cases("kind", kinds())
def test_faults_are_repaired_and_none_comes(kind: str) -> None:
    result = mended(kind, ALL)
    assert [f"{each.code} {each.message}" for each in result.introduced] == []
    assert codes(result, "resolved") >= {"AU014", "CR001", "CR003", "CR005", "CR016", "QD004", "QD006"}
    assert result.left_out == ()
    assert codes(result, "remaining") - {each.code for each in report_on(kind).findings} <= WITHOUT_COMMAND


@cases("kind", kinds())
def test_by_default_no_repair_lowers_protection(kind: str) -> None:
    result = mended(kind, SAFE)
    assert [f"{each.code} {each.message}" for each in result.introduced] == []
    assert result.impact.effect in {Effect.KEEPS, Effect.RAISES}


@cases("allowed", [SAFE, ALL], ids=["safe", "all"])
@cases("kind", kinds())
def test_the_way_back_is_exact(kind: str, allowed: Allowed) -> None:
    result = mended(kind, allowed)
    policy = result.repaired.policy
    for step in undone(result.steps):
        policy = edited(policy, step.edit)
    assert same_policy(policy, result.machine.policy)
