"""Lifetimes that differ between the two ends."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import TYPE_CHECKING

from ipseclint.finding import Basis, Cause
from ipseclint.late import LateModule, late_names
from ipseclint.model.change import Assign, Fix
from ipseclint.rule import Hit, NoOptions, Options, Scope, rule
from ipseclint.semantics.digest import Fleet
from ipseclint.semantics.effective import with_byte_lifetime, with_lifetime

if TYPE_CHECKING:
    from ipseclint.semantics.negotiation import lifetimes
    from ipseclint.semantics.negotiation.ends import WindowsObjects
    from ipseclint.semantics.negotiation.fleet import compared, of_rules, offers
    from ipseclint.semantics.negotiation.pairs import Pair
else:
    lifetimes = LateModule("ipseclint.semantics.negotiation.lifetimes")
    compared, of_rules, offers = late_names("ipseclint.semantics.negotiation.fleet", "compared", "of_rules", "offers")


@rule(
    "QD035",
    "rekey-depends-on-other-party",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13879, 13895),
    scope=Scope.FLEET,
    facts=offers,
    cause=Cause.TOO_EXPENSIVE,
)
def rekey_depends_on_other_party(fleet: Fleet, _options: Options) -> Iterator[Hit]:
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
    for comparison in of_rules(fleet):
        pair = comparison.pair
        for row in lifetimes.differing(pair.a, pair.b):
            if (traffic := (_traffic(pair), row.attribute)) in done:
                continue
            done.add(traffic)
            both = ((pair.a.objects, row.mine), (pair.b.objects, row.theirs))
            ends = ((objects, setting) for objects, setting in both if objects is not None)
            (strict, setting), (other, longer) = sorted(ends, key=lambda end: end[1].known or 0)
            value, wanted = sorted(row.values)
            what = lifetimes.QUICK_MODE if row.attribute == lifetimes.VOLUME else row.attribute
            yield Hit(
                subject=strict.rule,
                span=setting.span,
                message=f"{what} of {row.written(value)} here and {row.written(wanted)} at the other end "
                f'(rule "{other.rule.name}"); both renew at the shorter',
                value=f"{_name(row.attribute)} {value} {wanted}",
                related=((f"{what} of the other end", longer.span),),
                fix=_as_long(strict, row.attribute, wanted),
            )


def _name(attribute: str) -> str:
    """The name that identifies a finding."""
    return {lifetimes.MAIN_MODE: "main mode", lifetimes.QUICK_MODE: "quick mode", lifetimes.VOLUME: "volume"}[attribute]


def _traffic(pair: Pair) -> Hashable:
    """Both sides of a pair as a key that does not depend on their order."""
    selectors = pair.a.selectors
    return None if selectors is None else frozenset({frozenset(selectors.local), frozenset(selectors.remote)})


def _as_long(objects: WindowsObjects, attribute: str, wanted: int) -> Fix:
    main, quick = objects.main, objects.quick
    if attribute == lifetimes.MAIN_MODE and main is not None and not main.builtin:
        return Fix((Assign(main, "lifetime_seconds", wanted),))
    if quick is not None and not quick.builtin and attribute != lifetimes.MAIN_MODE:
        longer = with_lifetime if attribute == lifetimes.QUICK_MODE else with_byte_lifetime
        return Fix((Assign(quick, "proposals", longer(quick, wanted, wanted)),))
    return Fix(note="Give this end a set of its own with the longer lifetime.")


@rule(
    "QD044",
    "peer-lets-connection-end",
    basis=Basis.REASONED,
    leads_to=(13885, 13895),
    scope=Scope.FLEET,
    facts=offers,
)
def peer_lets_connection_end(fleet: Fleet, _options: NoOptions) -> Iterator[Hit]:
    """A peer does not renew what expires, and its lifetime is over before this end renews.

    Why: With `rekey=no` an end of libreswan asks for no renewal and lets the association expire; it answers a renewal
    that its peer asks for. (The same words leave associations of strongSwan without an end.) Windows renews after its
    own lifetimes, by default main modes after 480 minutes and quick modes after 60; that it is so for VPN connections,
    of which no text says it, is our reasoning. Where the peer's are shorter nobody renews in time, and the connection
    ends. Public reports have it as a VPN that drops after an hour, and longer lifetimes at the server cure it
    (libreswan issues 362 and 405).

    Seen as: The connection drops after the same time, and comes up again when it is dialled; 13885
    ERROR_IPSEC_IKE_MM_EXPIRED or 13895.

    Bad: `rekey=no` and `ikelifetime=1h` in libreswan's ipsec.conf at the peer

    Good: `rekey=no` and `ikelifetime=24h`, or `rekey=yes`

    Fix: Give the peer lifetimes that are longer than those of this end, or let it renew.

    Waive: When connections are meant to end after that time.
    """
    done: set[Hashable] = set()
    for comparison in compared(fleet):
        pair = comparison.pair
        subject = pair.a.owner if pair.a.objects is None else pair.a.objects.rule
        if subject is None:
            continue
        for ended in lifetimes.left_to_end(pair.a, pair.b):
            if ended.end is not pair.b or (key := (id(subject), ended.lifetime.span, ended.attribute)) in done:
                continue
            done.add(key)
            yield Hit(
                subject=subject,
                span=pair.a.span,
                message=ended.words,
                value=f"{ended.attribute} {ended.lifetime.known} {ended.later_seconds}",
                related=((f"{ended.attribute} of the peer", ended.lifetime.span),),
                fix=Fix(
                    note=f"Let the peer renew, or give it a {ended.attribute} of more than {ended.later_seconds} s."
                ),
            )
