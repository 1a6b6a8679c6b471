"""Lifetimes that differ between the two ends."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass

from ipseclint.finding import Basis, Cause
from ipseclint.model.change import Assign, Fix
from ipseclint.model.machine import Machine
from ipseclint.model.setting import Setting
from ipseclint.rule import Hit, Options, Scope, rule
from ipseclint.semantics.effective import with_byte_lifetime, with_lifetime
from ipseclint.semantics.negotiation.ends import End as NegotiatingEnd
from ipseclint.semantics.negotiation.ends import WindowsObjects
from ipseclint.semantics.negotiation.fleet import certain_pairs
from ipseclint.semantics.negotiation.pairs import Pair
from ipseclint.words import duration


@dataclass(frozen=True, slots=True)
class _End:
    """One lifetime as one end has it."""

    objects: WindowsObjects
    setting: Setting[int]
    value: int


@rule(
    "QD035",
    "rekey-depends-on-other-party",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13879, 13895),
    scope=Scope.FLEET,
    cause=Cause.TOO_EXPENSIVE,
)
def rekey_depends_on_other_party(machines: tuple[Machine, ...], _options: Options) -> Iterator[Hit]:
    """Two policies for the same traffic have different lifetimes, so that the stricter end sets the pace for both.

    Why: The effective lifetime is the smaller of both. A strict peer imposes its renewals on a well-configured server,
    whose own policy does not show where they come from. Microsoft documents the error that a responder sends for
    a lifetime; that the smaller one governs in every mode is our reasoning from it.

    Seen as: 13879 ERROR_IPSEC_IKE_INVALID_RESPONDER_LIFETIME_NOTIFY, and 13895 more often than this host's policy
    explains.

    Bad: A server with 100 GB as lifetime by volume, clients with 100,000 KB

    Good: The same lifetimes in both group policy objects

    Fix: Give both ends the longer lifetimes.

    Waive: When the strict end is meant to set the pace.
    """
    done: set[Hashable] = set()
    for pair in certain_pairs(machines):
        for quantity, (what, write) in _QUANTITIES.items():
            ends = [one for end in (pair.a, pair.b) if (one := _one(end, quantity)) is not None]
            if len(ends) < len((pair.a, pair.b)) or ends[0].value == ends[1].value:
                continue
            strict, other = sorted(ends, key=lambda end: end.value)
            if (traffic := (_traffic(pair), quantity)) in done:
                continue
            done.add(traffic)
            yield Hit(
                subject=strict.objects.rule,
                span=strict.setting.span,
                message=f"{what} of {write(strict.value)} here and {write(other.value)} at the other end "
                f'(rule "{other.objects.rule.name}"); both renew at the shorter',
                value=f"{quantity} {strict.value} {other.value}",
                related=((f"{what} of the other end", other.setting.span),),
                fix=_as_long(strict, quantity, other.value),
            )


_QUANTITIES = {
    "main mode": ("main-mode lifetime", duration),
    "quick mode": ("quick-mode lifetime", duration),
    "volume": ("quick-mode lifetime", "{} KB".format),
}


def _one(end: NegotiatingEnd, quantity: str) -> _End | None:
    """A lifetime of an end, if there is one and it is understood."""
    settings = {
        "main mode": end.main_mode_seconds,
        "quick mode": end.quick_mode_seconds,
        "volume": end.quick_mode_kilobytes,
    }
    setting = settings[quantity]
    if setting is None or setting.known is None or end.objects is None:
        return None
    return _End(end.objects, setting, setting.known)


def _traffic(pair: Pair) -> Hashable:
    """Both sides of a pair, without regard to which is whose."""
    selectors = pair.a.selectors
    return None if selectors is None else frozenset({frozenset(selectors.local), frozenset(selectors.remote)})


def _as_long(end: _End, quantity: str, wanted: int) -> Fix:
    main, quick = end.objects.main, end.objects.quick
    if quantity == "main mode" and main is not None and not main.builtin:
        return Fix((Assign(main, "lifetime_seconds", wanted),))
    if quick is not None and not quick.builtin and quantity != "main mode":
        longer = with_lifetime if quantity == "quick mode" else with_byte_lifetime
        return Fix((Assign(quick, "proposals", longer(quick, wanted, wanted)),))
    return Fix(note="Give this end a set of its own with the longer lifetime.")
