"""Rules about a first deployment."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis, Cause
from ipseclint.model.change import Assign, Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Dialect, Security
from ipseclint.rule import Hit, Options, rule
from ipseclint.semantics.scope import secured_rules


@rule(
    "EX007",
    "require-without-request-phase",
    basis=Basis.DOCUMENTED,
    leads_to=(13805,),
    needs=("first_deployment",),
    cause=Cause.WAITS_FOR_IPSEC,
)
def require_without_request_phase(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A policy that is deployed for the first time requires IPsec at once.

    Why: Microsoft's guide deploys rules that request in both directions, looks whether all hosts make security
    associations, and only then changes to require. A policy that begins with require drops the traffic of every
    host that has not got it yet. No export tells whether it is the first: `first_deployment` in the site's
    facts does.

    Seen as: 13805 ERROR_IPSEC_IKE_TIMED_OUT and 4963 for dropped clear text, from everywhere, on the first day.

    Bad: a new group policy with `action=requireinrequestout`

    Good: the same with `action=requestinrequestout`, changed when it has been seen to work

    Fix: Begin with request in both directions.

    Waive: In a network that nobody uses yet.
    """
    if not machine.site.first_deployment:
        return
    for secured_rule in secured_rules(machine):
        if secured_rule.inbound.known is not Security.REQUIRE or secured_rule.dialect not in _CHANGEABLE:
            continue
        request = tuple(Assign(secured_rule, field, Security.REQUEST) for field in ("inbound", "outbound"))
        yield Hit(
            subject=secured_rule,
            span=secured_rule.inbound.span,
            message="requires IPsec inbound in a first deployment; request in both directions",
            value="require inbound",
            fix=Fix(request)
            if secured_rule.dialect is Dialect.WFAS
            else Fix(note="Let the filter action accept clear text, which protects less, until all peers answer."),
        )


_CHANGEABLE = frozenset({Dialect.WFAS, Dialect.IP_SECURITY_POLICY})
