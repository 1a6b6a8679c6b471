"""Settings of a whole machine compared before and after a change: exemptions, revocation, firewall rules."""

from __future__ import annotations

from typing import Any

from ipseclint.model.policy import ALL_PROFILES, FirewallAction, FirewallRule, GlobalSettings
from ipseclint.semantics.protection import Comparison
from ipseclint.vocabulary.settings import CrlCheck

_CRL_ORDER = (CrlCheck.OFF, CrlCheck.FAIL_IF_REVOKED, CrlCheck.FAIL_ON_ANY_ERROR)


def compare_settings(before: GlobalSettings, after: GlobalSettings, result: Comparison) -> None:
    """Compare what is exempt on the whole machine, and how firmly certificates are checked."""
    more, fewer = (
        _known(after.exemptions) - _known(before.exemptions),
        _known(before.exemptions) - _known(after.exemptions),
    )
    if more:
        result.losses.append(f"{', '.join(sorted(more))} traffic is exempt on the whole machine")
    elif fewer:
        result.gains.append(f"{', '.join(sorted(fewer))} traffic is no longer exempt")
    checks = [setting.known for setting in (before.crl_check, after.crl_check) if setting is not None]
    if len(checks) == 2 and checks[0] != checks[1]:
        if checks[0] is None or checks[1] is None:
            result.doubts.append("the check of revocation was not understood")
        elif _CRL_ORDER.index(checks[1]) < _CRL_ORDER.index(checks[0]):
            result.losses.append("a certificate passes whose revocation could not be checked")
        else:
            result.gains.append("revocation is checked more firmly")
    old, new = ((each.legacy_exempt_level.known if each.legacy_exempt_level else None) for each in (before, after))
    if old != new and old is not None and new is not None:
        (result.losses if new < old else result.gains).append(f"ipsecexempt is {old} now and {new} then")
    if any(
        setting.known and not (profile in before.local_rules_merge and before.local_rules_merge[profile].known)
        for profile, setting in after.local_rules_merge.items()
    ):
        result.doubts.append("rules of the machine itself count then, whatever they exempt")


def _known(setting: Any) -> frozenset[Any]:
    return frozenset() if setting is None else (setting.known or frozenset())


def compare_firewall(before: FirewallRule, after: FirewallRule | None, result: Comparison) -> None:
    """Compare a rule of the firewall: one that blocks protects where it matches, one that allows opens."""
    old, new = _reach(before), frozenset() if after is None else _reach(after)
    blocks = before.action.known is FirewallAction.BLOCK
    if (old - new) if blocks else (new - old):
        result.losses.append(
            f"the firewall rule {before.name} no longer blocks" if blocks else f"{before.name} opens more"
        )
    elif old != new:
        result.gains.append(f"the firewall rule {before.name} {'blocks more' if blocks else 'opens less'}")


def _reach(rule: FirewallRule) -> frozenset[Any]:
    return frozenset() if rule.enabled.known is False else (rule.profiles.known or ALL_PROFILES)
