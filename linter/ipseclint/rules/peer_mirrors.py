"""Rules about pairs of machines whose policies do not mirror each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ipseclint.finding import Basis, Cause, Severity
from ipseclint.late import late_names
from ipseclint.rule import Hit, NoOptions, Scope, rule
from ipseclint.semantics.digest import Fleet
from ipseclint.words import plural

if TYPE_CHECKING:
    from ipseclint.semantics.negotiation.unanswered import mirrored_sides, unanswered
else:
    mirrored_sides, unanswered = late_names(
        "ipseclint.semantics.negotiation.unanswered", "mirrored_sides", "unanswered"
    )


@rule(
    "FL008",
    "peer-mirror-missing",
    basis=(Basis.STANDARD, Basis.REASONED),
    leads_to=(13825, 13868, 13805),
    scope=Scope.FLEET,
    facts=mirrored_sides,
    cause=Cause.NEVER_FINISHES,
)
def peer_mirror_missing(fleet: Fleet, _options: NoOptions) -> Iterator[Hit]:
    """A machine protects traffic with a peer whose own policy does not protect it.

    Why: The negotiation fails and the traffic is discarded: shadowing between policies, in the terms of Hamed,
    Al-Shaer and Marrero. Its own rules decide which machine is the peer: it has one whose local addresses
    lie wholly in the remote addresses of the first machine's rule, and answers for these addresses. The peer of a
    tunnel is the machine that has a tunnel from the other gateway, and answers for all that lies behind it. That is
    our reasoning; a machine whose rules name no addresses of its own is not taken for anybody's peer. Peers with the
    same rules are told of together.

    Seen as: 13825 ERROR_IPSEC_IKE_NO_POLICY or 13868 at the peer, 13805 at this machine.

    Bad: a rule from 10.1.0.0/16 to 10.2.0.0/16 on one gateway, and none from 10.2.0.0/16 on the other

    Good: the same rule on both, with the ends exchanged

    Fix: Add the mirrored rule at the peer.

    Waive: Where the other export is known to be older than the rule.
    """
    from ipseclint.semantics.negotiation.unanswered import Uncompared

    for row in unanswered(fleet):
        if isinstance(row, Uncompared):
            message = f"of the peers that it names {plural(row.kinds, 'kind')} of machine were not compared: too many"
            yield Hit(subject=row.rule, span=row.span, message=message, value="too many", severity=Severity.INFO)
            continue
        names = ", ".join(peer.name for peer in row.peers)
        more = f" and {plural(row.more, 'more machine')} with the same rules" if row.more else ""
        does = "does" if len(row.peers) == 1 else "do"
        yield Hit(
            subject=row.rule,
            span=row.span,
            message=f'{names}{more} {does} not protect {row.packet}, which "{row.rule.name}" protects here',
            value=row.peers[0].name,
            related=tuple((f"rules of {peer.name}", peer.span) for peer in row.peers),
        )
