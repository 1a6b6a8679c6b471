"""The values that take effect in a set: WFP writes some on each proposal that Windows' tools write on the set."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeGuard

from msgspec.structs import replace

from ipseclint.model.policy import Dialect, MainModeCryptoSet, QuickModeCryptoSet, QuickModeProposal, Reference
from ipseclint.model.setting import Setting
from ipseclint.vocabulary import builtin
from ipseclint.vocabulary.remote_access import MIN_LIFETIME_KILOBYTES, MIN_LIFETIME_SECONDS


def tightest(settings: Iterable[Setting[int]]) -> Setting[int] | None:
    """The first of the smallest values above zero; zero stands for "default" or "unlimited"."""
    best: Setting[int] | None = None
    least = 0
    for setting in settings:
        value = setting.known
        if value is not None and value > 0 and (best is None or value < least):
            best, least = setting, value
    return best


def main_mode_lifetime(crypto: MainModeCryptoSet) -> Setting[int] | None:
    """The shortest main-mode lifetime that the set can lead to, in seconds."""
    own = [proposal.lifetime_seconds for proposal in crypto.proposals if proposal.lifetime_seconds is not None]
    return tightest(own or [crypto.lifetime_seconds])


def quick_mode_limit(crypto: MainModeCryptoSet) -> Setting[int] | None:
    """The tightest limit of quick modes per main mode that the set can lead to; None if there is none."""
    own = [proposal.quick_mode_limit for proposal in crypto.proposals if proposal.quick_mode_limit is not None]
    return tightest(own or [crypto.quick_mode_limit])


def quick_mode_lifetime(crypto: QuickModeCryptoSet) -> Setting[int] | None:
    """The shortest quick-mode lifetime of any proposal, in seconds: any of them can be chosen."""
    return _taken(crypto, (proposal.lifetime_seconds for proposal in crypto.proposals), MIN_LIFETIME_SECONDS)


def byte_lifetime(crypto: QuickModeCryptoSet) -> Setting[int] | None:
    """The smallest quick-mode lifetime by volume of any proposal, in kilobytes."""
    return _taken(crypto, (proposal.lifetime_kilobytes for proposal in crypto.proposals), MIN_LIFETIME_KILOBYTES)


def _taken(crypto: QuickModeCryptoSet, settings: Iterable[Setting[int]], least: int) -> Setting[int] | None:
    """The tightest setting; for a VPN none below the minimum of Routing and Remote Access, which ignores such a
    value."""
    tight = tightest(settings)
    return None if tight is not None and crypto.dialect is Dialect.VPN and is_below(tight, least) else tight


def with_lifetime(crypto: QuickModeCryptoSet, seconds: int, below_seconds: int) -> tuple[QuickModeProposal, ...]:
    """The proposals of a set with every known lifetime below a bound raised to `seconds`."""
    return tuple(
        proposal.model_copy(update={"lifetime_seconds": replace(proposal.lifetime_seconds, value=seconds)})
        if is_below(proposal.lifetime_seconds, below_seconds)
        else proposal
        for proposal in crypto.proposals
    )


def with_byte_lifetime(crypto: QuickModeCryptoSet, kilobytes: int, below: int) -> tuple[QuickModeProposal, ...]:
    """The proposals of a set with every known lifetime by volume below `below` raised to `kilobytes`."""
    return tuple(
        proposal.model_copy(update={"lifetime_kilobytes": replace(proposal.lifetime_kilobytes, value=kilobytes)})
        if is_below(proposal.lifetime_kilobytes, below)
        else proposal
        for proposal in crypto.proposals
    )


def is_below(setting: Setting[int], bound: int) -> bool:
    """Whether a value is known and smaller than a bound."""
    value = setting.known
    return value is not None and value < bound


def leads_nowhere(reference: Reference | None) -> TypeGuard[Reference]:
    """Whether a reference names a set that is not there; the default sets are in every Windows."""
    return reference is not None and reference.target.upper() not in builtin.DEFAULT_SET_NAMES.values()


def missing_set(reference: Reference) -> str:
    """The words in place of the values of a missing set."""
    return f"a set that is not there: {reference.target}"
