"""A whole policy as netsh commands, in an order in which nobody is locked out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ipseclint.model.change import Edit
from ipseclint.model.machine import PolicyIndex
from ipseclint.model.policy import (
    Dialect,
    GlobalSettings,
    MainModeCryptoSet,
    Policy,
    PolicyObject,
    RuleAction,
)
from ipseclint.repair.commands import netsh
from ipseclint.repair.commands.arguments import Unwritable, is_stated

_WRITTEN = frozenset({Dialect.IP_SECURITY_POLICY, Dialect.WFAS})


def policy_script(policy: Policy) -> tuple[str, ...] | Unwritable:
    """The lines of a batch file that sets the policy up with `netsh ipsec static` and `netsh advfirewall`.

    Settings come first, exemptions before rules that secure, and a policy of `netsh ipsec` is assigned at the
    end. Preshared keys are placeholders.
    """
    foreign = next((each for each in _objects(policy) if each.dialect not in _WRITTEN), None)
    if foreign is not None:
        return Unwritable(f"objects of {foreign.dialect} are not written as a script")
    index = PolicyIndex(policy)
    lines = netsh.netsh_lines(_edits(policy), index)
    return lines if isinstance(lines, Unwritable) else netsh.batch_commands(lines)


def _objects(policy: Policy) -> Iterable[PolicyObject]:
    yield from policy.main_mode_crypto_sets
    yield from policy.quick_mode_crypto_sets
    yield from policy.connection_security_rules
    yield from policy.global_settings


def _edits(policy: Policy) -> Iterable[Edit]:
    """The policy as edits of a machine that has nothing but what Windows comes with."""
    for settings in policy.global_settings:
        yield _stated(settings, ("sa_idle_seconds", "exemptions", "crl_check", "nat_traversal", "legacy_exempt_level"))
        if settings.local_rules_merge:
            yield Edit(settings, settings, ("local_rules_merge",))
    for crypto in policy.main_mode_crypto_sets:
        if crypto.dialect is Dialect.WFAS and crypto.is_default and not crypto.builtin:
            yield _stated(crypto, ("proposals", "lifetime_seconds", "quick_mode_limit", "force_dh"))
    yield from _added(policy.filter_lists)
    yield from _added(policy.filter_actions)
    assigned = [each for each in policy.policies if each.assigned.is_explicit]
    yield from _added(policy.policies)
    rules = policy.connection_security_rules
    yield from _added([rule for rule in rules if rule.action.known is RuleAction.EXEMPT])
    yield from _added([rule for rule in rules if rule.action.known is not RuleAction.EXEMPT])
    yield from _added(policy.main_mode_rules)
    yield from (Edit(each, each, ("assigned",)) for each in assigned)


def _added(objects: Sequence[PolicyObject]) -> Iterable[Edit]:
    return (Edit(None, each) for each in objects)


def _stated(subject: GlobalSettings | MainModeCryptoSet, fields: tuple[str, ...]) -> Edit:
    return Edit(subject, subject, tuple(field for field in fields if is_stated(getattr(subject, field))))
