"""Crypto sets, and the security of rules, made from stored objects."""

from __future__ import annotations

from ipseclint.formats.kit.policy_parts import unknown_main_mode_proposal, unknown_quick_mode_proposal
from ipseclint.formats.registry.ip_security.main_mode import MainMode
from ipseclint.formats.registry.ip_security.negotiation import QuickMode
from ipseclint.formats.registry.ip_security.objects import StoredObject
from ipseclint.model.policy import (
    Dialect,
    FilterAction,
    InheritedSecurity,
    MainModeCryptoSet,
    QuickModeCryptoSet,
    Security,
    inherited_security,
)
from ipseclint.model.setting import Setting, Unknown, default
from ipseclint.vocabulary.algorithms import DhGroup, KeyModule

MISSING = Unknown("missing")
"""The unknown value for a missing object or missing data."""


def main_mode_set(policy: StoredObject, holder: StoredObject, main_mode: MainMode | None) -> MainModeCryptoSet:
    """The main-mode set of a policy, from its own object; unknown if that was not read."""
    span = holder.span
    return MainModeCryptoSet(
        name=policy.called,
        id=holder.id,
        span=span,
        dialect=Dialect.IP_SECURITY_POLICY,
        proposals=main_mode.proposals if main_mode else (unknown_main_mode_proposal(span, MISSING),),
        lifetime_seconds=main_mode.lifetime_seconds if main_mode else Setting(MISSING, span),
        quick_mode_limit=main_mode.quick_mode_limit if main_mode else Setting(MISSING, span),
        force_dh=default(True, span),
        key_module=default(KeyModule.IKEV1, span),
    )


def quick_mode_set(stored: StoredObject, quick_mode: QuickMode | None) -> QuickModeCryptoSet:
    """The quick-mode set of a filter action; unknown if its data were not read."""
    missing: Setting[DhGroup] = Setting(MISSING, stored.span)
    return QuickModeCryptoSet(
        name=stored.called,
        id=stored.id,
        span=stored.span,
        dialect=Dialect.IP_SECURITY_POLICY,
        proposals=quick_mode.proposals if quick_mode else (unknown_quick_mode_proposal(stored.span, MISSING),),
        pfs_group=quick_mode.pfs_group if quick_mode else missing,
        key_module=default(KeyModule.IKEV1, stored.span),
    )


def security(action: FilterAction | None, stored: StoredObject, *, is_default: bool) -> InheritedSecurity:
    """The security that a rule takes from its filter action; the default response only answers requests."""
    if action is None:
        return InheritedSecurity(
            Setting(MISSING, stored.span), Setting(MISSING, stored.span), Setting(MISSING, stored.span)
        )
    inherited = inherited_security(action)
    if is_default:
        request = default(Security.REQUEST, stored.span)
        return inherited._replace(inbound=request, outbound=request)
    return inherited
