"""One hit for each algorithm that a set should not offer, with the repair of the set."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from ipseclint.finding import Severity
from ipseclint.model.change import Assign, Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import QuickModeCryptoSet
from ipseclint.rule import Hit, Options
from ipseclint.rules._crypto import BEYOND_NETSH_IPSEC, TOGETHER, share
from ipseclint.semantics.algorithms_in_use import (
    NETSH_IPSEC,
    SUCCESSORS,
    A,
    CryptoSet,
    Use,
    cipher_uses,
    group_uses,
    integrity_uses,
)
from ipseclint.semantics.proposals import repaired
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Integrity


class WeakGroups(Options):
    """The Diffie-Hellman groups that no proposal should offer."""

    groups: frozenset[DhGroup]


def hits(
    machine: Machine,
    crypto_set: CryptoSet,
    uses: Sequence[Use[A]],
    wanted: str,
    grades: Mapping[A, Severity] | None = None,
    profile: Mapping[DhGroup, DhGroup] | None = None,
    fix: Fix | None = None,
) -> Iterator[Hit]:
    """One hit for each algorithm of a set, at the first place that offers it; the others are related places."""
    places: defaultdict[A, list[Use[A]]] = defaultdict(list)
    for use in uses:
        places[use.algorithm].append(use)
    for algorithm, (first, *others) in places.items():
        again = sys.intern(f"{algorithm.value} again")  # thousands of findings say it
        yield Hit(
            subject=crypto_set,
            span=first.span,
            message=f"{_title(algorithm)} {_extent(crypto_set, [first, *others])}; use {wanted}",
            value=algorithm.value,
            severity=grades[algorithm] if grades else None,
            related=tuple((again, use.span) for use in others),
            fix=fix or _fix(machine, crypto_set, algorithm, profile or {}),
        )


def _title(algorithm: Cipher | Integrity | DhGroup) -> str:
    return algorithm.row.title


def _extent(crypto_set: CryptoSet, uses: Sequence[Use[A]]) -> str:
    offering = {use.proposal for use in uses if use.proposal is not None}
    if not offering:
        return "is the group for perfect forward secrecy"
    return f"is offered in {share(crypto_set, len(offering))}"


def _fix(
    machine: Machine,
    crypto_set: CryptoSet,
    algorithm: Cipher | Integrity | DhGroup,
    profile: Mapping[DhGroup, DhGroup],
) -> Fix:
    """The fix of a set; of those that are alike that of the first, whose values the others take."""
    if crypto_set.like is None:
        return _own_fix(crypto_set, algorithm, profile)
    known = machine.once(_known_fixes)
    key = id(crypto_set.like), algorithm, *profile.items()
    if key not in known:
        known[key] = _own_fix(crypto_set, algorithm, profile)
    fix = known[key]
    wanted = (change for change in fix.changes if isinstance(change, Assign))
    return replace(fix, changes=tuple(Assign(crypto_set, each.field, each.value) for each in wanted))


def _known_fixes(_machine: Machine) -> dict[Hashable, Fix]:
    return {}


def _own_fix(crypto_set: CryptoSet, algorithm: Cipher | Integrity | DhGroup, profile: Mapping[DhGroup, DhGroup]) -> Fix:
    """The fix that removes the algorithm and the other weaknesses of the set, so that all its fixes agree."""
    table = SUCCESSORS[crypto_set.dialect]
    proposals = repaired(crypto_set, profile)
    mended = crypto_set.model_copy(update={"proposals": proposals})
    fix = Fix((Assign(crypto_set, "proposals", proposals),), TOGETHER, risky=True)
    if isinstance(crypto_set, QuickModeCryptoSet) and crypto_set.pfs_group.known is algorithm:
        successor = {**table.groups, **profile}.get(algorithm, algorithm)
        change = Assign(crypto_set, "pfs_group", successor)
        mended = mended.model_copy(update={"pfs_group": replace(crypto_set.pfs_group, value=successor)})
        if all(each.pfs_group is None for each in crypto_set.proposals):
            fix = Fix((change,), TOGETHER, risky=True)
    if algorithm in _named(mended):
        return Fix(
            note=BEYOND_NETSH_IPSEC
            if table is NETSH_IPSEC
            else f"Take {algorithm} out of the set, on all peers together."
        )
    return fix


def _named(crypto_set: CryptoSet) -> set[Cipher | Integrity | DhGroup]:
    algorithms: set[Cipher | Integrity | DhGroup] = {use.algorithm for use in cipher_uses(crypto_set)}
    algorithms |= {use.algorithm for use in integrity_uses(crypto_set)}
    return algorithms | {use.algorithm for use in group_uses(crypto_set)}
