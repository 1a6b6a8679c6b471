"""Rules that compare a host's present state with its policy: security associations, and peers without one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ipseclint.finding import Basis, Concern
from ipseclint.late import late_names
from ipseclint.model.events import EventKind, SecurityAssociation
from ipseclint.model.machine import Machine
from ipseclint.model.policy import MainModeProposal, QuickModeProposal, Security
from ipseclint.rule import Hit, LooksAt, NoOptions, Options, rule
from ipseclint.rules.runtime import about
from ipseclint.semantics.proposals import outranks, words
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Integrity
from ipseclint.words import listed, plural

if TYPE_CHECKING:
    from ipseclint.semantics.installed import Proposals, offers_for, rules_for
else:
    offers_for, rules_for = late_names("ipseclint.semantics.installed", "offers_for", "rules_for")

_MODES = {EventKind.MAIN_MODE: "main mode", EventKind.QUICK_MODE: "quick mode"}


@rule("RT025", "association-outside-policy", basis=Basis.REASONED, looks_at=LooksAt.EVIDENCE)
def association_outside_policy(machine: Machine, _options: NoOptions) -> Iterator[Hit]:
    """A security association is in use that no proposal of the policy allows.

    Why: The policy that was read is not the one by which the keys were agreed on: it was changed after, another GPO
    wins, or something else made the association. Whether Windows ends associations when a policy changes depends on
    the change; until then the old suite protects the traffic. That an association tells this is our reasoning.

    Seen as: `netsh advfirewall monitor show mmsa` or `qmsa`, or `Get-NetIPsecMainModeSA`, shows a suite that is in no
    set.

    Bad: `MM Offer: DHGroup2-AES128-SHA1` where the policy offers `ecdhp384:aes256-sha384` alone

    Good: `MM Offer: ECDHP384-AES256-SHA384`

    Fix: Find the policy by which it was made (`Get-NetIPsecRule -PolicyStore ActiveStore`), and delete the association
    (`Remove-NetIPsecMainModeSA`) once the right one is in force.

    Waive: During a change of policy.
    """
    for (kind, suite, *_), (in_use, offered) in _by_suite(machine).items():
        if any(_agreed(each, in_use[0]) for proposals in offered for each in proposals):
            continue
        said = list(dict.fromkeys(words(proposal) for proposals in offered for proposal in proposals))
        yield Hit(
            about(machine, f"{_MODES[kind]} {suite}"),
            in_use[0].span,
            f"{plural(len(in_use), _MODES[kind])} in use with {suite}, first with {in_use[0].remote_address}; the "
            f"policy offers {', '.join(said[:_SAID])}{' and more' if len(said) > _SAID else ''}",
            value=f"{kind} {suite}",
        )


_SAID = 3
"""How many proposals a message names."""


@rule("RT026", "weaker-proposal-in-use", basis=Basis.REASONED, looks_at=LooksAt.EVIDENCE)
def weaker_proposal_in_use(machine: Machine, _options: NoOptions) -> Iterator[Hit]:
    """Peers use a proposal of the policy that is weaker in all it does than another of the same set.

    Why: A weaker proposal stays in a set for peers that know no better. An association that uses it names those peers,
    which is what one has to know before the proposal can be taken away. That nobody else needs it is our reasoning.

    Seen as: `MM Offer` or `QM Offer` of an association is not the strongest of the set.

    Bad: `MM Offer: DHGroup2-AES128-SHA1` where the policy offers `ecdhp384:aes256-sha384,dhgroup2:aes128-sha1`

    Good: `MM Offer: ECDHP384-AES256-SHA384`

    Fix: Bring these peers to the stronger proposal, then take the weaker one out of the set.

    Waive: For peers that cannot do better.
    """
    for (kind, suite, *_), (in_use, offered) in _by_suite(machine).items():
        for proposals in offered:
            used = [each for each in proposals if _agreed(each, in_use[0])]
            better = [each for each in proposals if used and all(outranks(each, one) for one in used)]
            if better:
                yield Hit(
                    about(machine, f"{_MODES[kind]} {suite}"),
                    in_use[0].span,
                    f"{plural(len(in_use), _MODES[kind])} in use with {suite}, though the policy also offers "
                    f"{words(better[0])}: {_peers_of(in_use)}",
                    value=f"{kind} {suite}",
                    related=(("the proposal", used[0].span),),
                )
                break


@rule("RT027", "peer-without-association", basis=(Basis.DOCUMENTED, Basis.REASONED), looks_at=LooksAt.EVIDENCE)
def peer_without_association(machine: Machine, _options: NoOptions) -> Iterator[Hit]:
    """Negotiation with a peer failed, no association with it is listed, and the rule for it only asks for IPsec.

    Why: A rule that requests sends in clear text what it cannot secure (`requestinrequestout`): nothing is seen but a
    failure in the log. That the peer has no association at the time of the export makes it likely that its traffic is
    in clear; it may also have sent none. That is our reasoning.

    Seen as: Event 4652, 4653 or 4654 for the peer, and `monitor show mmsa` without it, while the application works.

    Bad: a failure with 10.20.0.9, associations with others, and `action=requestinrequestout` for 10.20.0.0/16

    Good: a later association with 10.20.0.9, or `action=requireinrequireout`

    Fix: Repair what the failure says; require IPsec once all peers can.

    Waive: While the policy is being rolled out.
    """
    protected = {each.remote_address for each in machine.associations if not each.by_daemon}
    if not protected:
        return
    told: set[str] = set()
    for event in machine.events:
        peer = event.remote_address
        if (
            peer is None
            or event.by_daemon
            or peer in protected | told
            or (event.success is not False and not event.codes)
        ):
            continue
        rules = rules_for(machine, event.local_address, peer)
        if not rules or any(each.outbound.known is not Security.REQUEST for each in rules):
            continue
        told.add(peer)
        yield Hit(
            about(machine, f"traffic with {peer}"),
            event.span,
            f"negotiation with {peer} failed, no association with it is listed, and rule "
            f'"{rules[0].name}" only requests IPsec: until one stands its traffic goes in clear text',
            value=peer,
            related=(("the rule", rules[0].span),),
        )


class WeakAlgorithms(Options):
    """The algorithms that should protect nothing."""

    ciphers: frozenset[Cipher]
    integrity: frozenset[Integrity]
    groups: frozenset[DhGroup]


@rule(
    "RT029",
    "weak-suite-in-use",
    basis=Basis.STANDARD,
    options=WeakAlgorithms,
    looks_at=LooksAt.EVIDENCE,
    concern=Concern.WEAK,
)
def weak_suite_in_use(machine: Machine, options: WeakAlgorithms) -> Iterator[Hit]:
    """A security association in use is protected by an algorithm that standards forbid or advise against.

    Why: What two ends agreed on is what protects the traffic now, whatever else they offer. RFC 8247 and RFC 8221
    forbid DES, HMAC-MD5 and group 1 (MUST NOT), advise against group 2 (SHOULD NOT), and RFC 8221 against 3DES for ESP
    (SHOULD NOT), whose blocks of 64 bits give plaintext away after 32 GiB (SWEET32). Such a suite is agreed on where
    the peer offers nothing better, or where it is listed first.

    Seen as: `netsh advfirewall monitor show mmsa` or `qmsa`, or `Get-NetIPsecMainModeSA`, shows the suite. No event
    tells it: the negotiation succeeds.

    Bad: `MM Offer: DHGroup2-3DES-SHA1`

    Good: `MM Offer: ECDHP384-AES256-SHA384`

    Fix: Offer a strong suite first on both ends, and take the weak one out of the sets once no association uses it:
    the next negotiation then cannot agree on it.

    Waive: For peers that can do nothing else, until they are replaced.
    """
    weak = options.ciphers | options.integrity | options.groups
    by_suite: dict[tuple[EventKind, str], list[SecurityAssociation]] = {}
    for association in machine.associations:
        if association.proposal is not None and not weak.isdisjoint(association.proposal.algorithms):
            by_suite.setdefault((association.kind, words(association.proposal)), []).append(association)
    for (kind, suite), in_use in by_suite.items():
        yield Hit(
            about(machine, f"{_MODES[kind]} {suite}"),
            in_use[0].span,
            f"{plural(len(in_use), _MODES[kind])} in use with {suite}: {_peers_of(in_use)}",
            value=f"{kind} {suite}",
        )


def _peers_of(in_use: Iterable[SecurityAssociation]) -> str:
    """The peers of some associations, each once."""
    return listed(list(dict.fromkeys(each.remote_address or "an unnamed peer" for each in in_use)))


_Suite = tuple[EventKind, str, tuple[int, ...]]


def _by_suite(machine: Machine) -> dict[_Suite, tuple[list[SecurityAssociation], list[Proposals]]]:
    """The associations with an understood suite, by mode, suite and the policy's offer to their peers."""
    listed: dict[_Suite, tuple[list[SecurityAssociation], list[Proposals]]] = {}
    offers: dict[tuple[EventKind, str | None, str | None], list[Proposals] | None] = {}
    for association in machine.associations:
        if association.proposal is None:
            continue
        key = association.kind, association.local_address, association.remote_address
        if key not in offers:
            offers[key] = offers_for(machine, association)
        offered = offers[key]
        if offered is not None:
            suite = association.kind, words(association.proposal), tuple(map(id, offered))
            listed.setdefault(suite, ([], offered))[0].append(association)
    return listed


def _agreed(proposal: MainModeProposal | QuickModeProposal, association: SecurityAssociation) -> bool:
    """Whether a proposal matches what an association agreed on; AuthIP may have left its key exchange out."""
    agreed = association.proposal
    if agreed is None:
        return False
    if isinstance(agreed, MainModeProposal) and agreed.dh_group.known is DhGroup.NONE:
        return agreed.algorithms[:-1] == proposal.algorithms[:-1]
    return agreed.algorithms == proposal.algorithms
