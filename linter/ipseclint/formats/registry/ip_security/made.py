"""The sets and the security of rules that stored objects come to."""

from __future__ import annotations

from typing import TypeVar

from ipseclint.formats.kit.proposals import unknown_main_mode_proposal, unknown_quick_mode_proposal
from ipseclint.formats.registry.ip_security.main_mode import MainMode
from ipseclint.formats.registry.ip_security.negotiation import QuickMode
from ipseclint.formats.registry.ip_security.objects import StoredObject
from ipseclint.model.policy import (
    Dialect,
    FilterAction,
    MainModeCryptoSet,
    QuickModeCryptoSet,
    RuleAction,
    Security,
)
from ipseclint.model.setting import Origin, Setting, Unknown, default
from ipseclint.vocabulary.algorithms import DhGroup, KeyModule

T = TypeVar("T")

MISSING = Unknown("missing")
"""What stands for a value whose object or data are not there."""


def main_mode_set(policy: StoredObject, holder: StoredObject, main_mode: MainMode | None) -> MainModeCryptoSet:
    """What main mode of a policy offers, from its own object; every offer unknown if that is not read."""
    span = holder.span
    return MainModeCryptoSet(
        name=policy.called,
        id=holder.id,
        span=span,
        dialect=Dialect.LEGACY,
        proposals=main_mode.proposals if main_mode else (unknown_main_mode_proposal(span, MISSING),),
        lifetime_seconds=main_mode.lifetime_seconds if main_mode else Setting(MISSING, span),
        quick_mode_limit=main_mode.quick_mode_limit if main_mode else Setting(MISSING, span),
        force_dh=default(True, span),
        key_module=default(KeyModule.IKEV1, span),
    )


def quick_mode_set(stored: StoredObject, quick_mode: QuickMode | None) -> QuickModeCryptoSet:
    """What a filter action offers; every offer unknown if its data are not read."""
    missing: Setting[DhGroup] = Setting(MISSING, stored.span)
    return QuickModeCryptoSet(
        name=stored.called,
        id=stored.id,
        span=stored.span,
        dialect=Dialect.LEGACY,
        proposals=quick_mode.proposals if quick_mode else (unknown_quick_mode_proposal(stored.span, MISSING),),
        pfs_group=quick_mode.pfs_group if quick_mode else missing,
        key_module=default(KeyModule.IKEV1, stored.span),
    )


def inherited(setting: Setting[T]) -> Setting[T]:
    """A setting that a rule takes from its filter action."""
    return Setting(setting.value, setting.span, Origin.INHERITED)


def security(action: FilterAction | None, *, is_default: bool, soft: bool, stored: StoredObject) -> Setting[Security]:
    """How firmly a direction is protected: the default response answers who asks, and asks nobody."""
    if action is None:
        return Setting(MISSING, stored.span)
    if is_default:
        return default(Security.REQUEST, stored.span)
    what = action.action
    if isinstance(what.value, Unknown):
        return Setting(what.value, what.span, Origin.INHERITED)
    if what.value is not RuleAction.NEGOTIATE:
        return Setting(Security.NONE, what.span, Origin.INHERITED)
    allowed = action.allow_unsecured_fallback if soft else action.accept_unsecured_inbound
    if isinstance(allowed.value, Unknown):
        return Setting(allowed.value, allowed.span, Origin.INHERITED)
    return Setting(Security.REQUEST if allowed.value else Security.REQUIRE, allowed.span, Origin.INHERITED)
