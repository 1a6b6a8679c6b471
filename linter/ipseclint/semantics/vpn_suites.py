"""The suite of a VPN connection, server or interface: its two sets, their owner, and their repair."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from msgspec.structs import replace

from ipseclint.model.machine import Machine
from ipseclint.model.policy import (
    AuthenticationSet,
    MainModeCryptoSet,
    Policy,
    QuickModeCryptoSet,
    Reference,
    RemoteAccess,
)
from ipseclint.model.setting import Setting
from ipseclint.semantics.algorithms_in_use import MODERN
from ipseclint.semantics.proposals import repaired
from ipseclint.source import Span
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Integrity

S = TypeVar("S", MainModeCryptoSet, QuickModeCryptoSet, AuthenticationSet)


def owners(policy: Policy) -> Iterator[RemoteAccess]:
    """The objects that have a suite, or take Windows' own."""
    yield from policy.vpn_connections
    yield from policy.vpn_servers
    yield from policy.vpn_interfaces


def has_remote_access(machine: Machine) -> bool:
    """Whether a machine is an end of a VPN."""
    return any(owners(machine.policy))


def main_mode_of(policy: Policy, owner: RemoteAccess) -> MainModeCryptoSet | None:
    """The main-mode half of a suite; None if the input does not say what is offered."""
    return _suites(policy).main_mode.get(_place(owner.main_mode_crypto))


def quick_mode_of(policy: Policy, owner: RemoteAccess) -> QuickModeCryptoSet | None:
    """The quick-mode half of a suite."""
    return _suites(policy).quick_mode.get(_place(owner.quick_mode_crypto))


def owner_of(policy: Policy, crypto_set: MainModeCryptoSet | QuickModeCryptoSet) -> RemoteAccess | None:
    """The connection, server or interface that a set belongs to; None if it belongs to none."""
    return _suites(policy).owners.get((type(crypto_set), crypto_set.span, crypto_set.name))


def authentication_of(policy: Policy, owner: RemoteAccess) -> AuthenticationSet | None:
    """The authentication set of an object, with what is written of it, such as its preshared key."""
    return _suites(policy).authentication.get(_place(owner.first_authentication))


class _Suites:
    """The sets of a policy and their owners, by place and name: a phone book has thousands.

    References have the places of their sets, since several owners may have one name.
    """

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.main_mode = _placed(policy.main_mode_crypto_sets)
        self.quick_mode = _placed(policy.quick_mode_crypto_sets)
        self.authentication = _placed(policy.authentication_sets)
        self.owners: dict[tuple[type, Span, str], RemoteAccess] = {}
        for owner in owners(policy):
            for kind, reference in (
                (MainModeCryptoSet, owner.main_mode_crypto),
                (QuickModeCryptoSet, owner.quick_mode_crypto),
            ):
                if reference is not None:
                    self.owners.setdefault((kind, reference.span, reference.target), owner)


_latest: list[_Suites] = []
"""The suites of the last policy that was asked for."""


def _suites(policy: Policy) -> _Suites:
    if not _latest or _latest[0].policy is not policy:
        _latest[:] = [_Suites(policy)]
    return _latest[0]


def _placed(sets: Sequence[S]) -> dict[tuple[Span, str] | None, S]:
    return {(each.span, each.name): each for each in reversed(sets)}


def _place(reference: Reference | None) -> tuple[Span, str] | None:
    return None if reference is None else (reference.span, reference.target)


def mended(main: MainModeCryptoSet, quick: QuickModeCryptoSet) -> tuple[MainModeCryptoSet, QuickModeCryptoSet]:
    """A suite with all weak parts replaced: a cmdlet states it whole, so half a repair would be undone."""
    group = quick.pfs_group.known
    pfs = quick.pfs_group if group is None else replace(quick.pfs_group, value=MODERN.groups.get(group, group))
    return (
        main.model_copy(update={"proposals": repaired(main)}),
        quick.model_copy(update={"proposals": repaired(quick), "pfs_group": pfs}),
    )


def strong(main: MainModeCryptoSet, quick: QuickModeCryptoSet) -> tuple[MainModeCryptoSet, QuickModeCryptoSet]:
    """The suite to propose where the peer's is not known.

    AES-256, SHA-384, group 20 and AES-256-GCM are the strongest that every Windows since 8.1 can express for a VPN.
    """
    one, offer = main.proposals[0], quick.proposals[0]
    return (
        main.model_copy(
            update={
                "proposals": (
                    one.model_copy(
                        update={
                            "encryption": _said(one.encryption, Cipher.AES_256),
                            "integrity": _said(one.integrity, Integrity.SHA384),
                            "dh_group": _said(one.dh_group, DhGroup.ECP_384),
                        }
                    ),
                )
            }
        ),
        quick.model_copy(
            update={
                "proposals": (
                    offer.model_copy(
                        update={
                            "encryption": _said(offer.encryption, Cipher.AES_GCM_256),
                            "esp_integrity": _said(offer.esp_integrity, Integrity.AES_GMAC_256),
                        }
                    ),
                ),
                "pfs_group": _said(quick.pfs_group, DhGroup.ECP_384),
            }
        ),
    )


V = TypeVar("V", Cipher, Integrity, DhGroup)


def _said(setting: Setting[V], value: V) -> Setting[V]:
    return Setting(value, setting.span)
