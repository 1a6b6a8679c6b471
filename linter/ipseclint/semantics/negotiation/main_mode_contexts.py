"""The main-mode policy of a WFP state for two sides: the context of the first filter at IKE's layers that matches.

A filter at FWPM_LAYER_IKEEXT chooses main mode by the addresses of the peers ("IPsec Configuration", win32/fwp). The
same context holds the first authentication.
"""

from __future__ import annotations

from collections.abc import Sequence

from ipseclint.model.machine import Machine
from ipseclint.model.policy import AuthenticationSet, AuthPhase, Dialect, MainModeCryptoSet
from ipseclint.model.selectors import Addresses, WfpFilter
from ipseclint.semantics.scope import covers, share_a_host
from ipseclint.vocabulary.algorithms import KeyModule
from ipseclint.vocabulary.wfp_words import MAIN_MODE_LAYERS


class MainModeContexts:
    """The main-mode contexts of a machine, and the filters that choose them, in the order they are asked."""

    def __init__(self, machine: Machine) -> None:
        policy = machine.policy
        self._sets = [
            crypto
            for crypto in policy.main_mode_crypto_sets
            if crypto.dialect is Dialect.WFP and not crypto.builtin and crypto.key_module is not None
        ]
        self._by_id = {crypto.id.casefold(): crypto for crypto in self._sets if crypto.id}
        self._authentication = {
            auth_set.id.casefold(): auth_set
            for auth_set in policy.authentication_sets
            if auth_set.phase is AuthPhase.FIRST and auth_set.id
        }
        chosen = (row for row in policy.wfp_filters if row.layer in MAIN_MODE_LAYERS and row.context_key)
        self._filters = sorted((row for row in chosen if not row.disabled), key=lambda row: -row.effective_weight)

    def of(
        self, modules: frozenset[KeyModule], here: Addresses, there: Addresses
    ) -> tuple[MainModeCryptoSet | None, bool]:
        """The set for two sides in one of some key modules, and whether it is certain."""
        own = [crypto for crypto in self._sets if _is_for(crypto, modules)]
        met: list[MainModeCryptoSet] = []
        for row in self._filters:
            crypto = self._by_id.get((row.context_key or "").casefold())
            if crypto is None or not _is_for(crypto, modules) or not _meets(row, here, there):
                continue
            met.append(crypto)
            if _takes_all(row, here, there):
                is_one = all(_offer(other) == _offer(crypto) for other in met)
                return (met[0], True) if is_one else (None, False)
        return (own[0], True) if len(own) == 1 else (None, False)

    def authentication_of(self, crypto: MainModeCryptoSet) -> AuthenticationSet | None:
        """The first authentication of the same context."""
        return self._authentication.get(crypto.id.casefold()) if crypto.id else None


def _is_for(crypto: MainModeCryptoSet, modules: frozenset[KeyModule]) -> bool:
    return crypto.key_module is not None and crypto.key_module.known in modules


def _offer(crypto: MainModeCryptoSet) -> Sequence[object]:
    return [proposal.algorithms for proposal in crypto.proposals]


def _meets(row: WfpFilter, here: Addresses, there: Addresses) -> bool:
    family = int(row.layer[-1])
    versions = {address.version for address in there}
    if versions and 0 not in versions and family not in versions:
        return False
    return share_a_host(row.local, here) and share_a_host(row.remote, there)


def _takes_all(row: WfpFilter, here: Addresses, there: Addresses) -> bool:
    if row.not_understood:
        return False
    return all(
        not own or (bool(side) and all(any(covers(wide, address) for wide in own) for address in side))
        for own, side in ((row.local, here), (row.remote, there))
    )
