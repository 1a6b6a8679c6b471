"""Policies of `netsh ipsec` beside connection security rules."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis
from ipseclint.model.change import Assign, Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Dialect
from ipseclint.rule import Hit, Options, rule
from ipseclint.rules._scope import secured_rules
from ipseclint.rules._wording import plural


@rule(
    "RF011",
    "legacy-and-wfas-policy-together",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13868, 13016, 13008),
)
def legacy_and_wfas_policy_together(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A policy of `netsh ipsec` is assigned on a host that also has connection security rules.

    Why: Only one of the two is meant to be active. Together they leave filters of both in the Windows Filtering
    Platform, and the heavier filter decides which policy a request is negotiated with. The first is documented;
    the mixture of filters is our reasoning.

    Seen as: 13868 ERROR_IPSEC_IKE_POLICY_MATCH with peers that have one of the two, 13008 and 13016 for filters that
    exist already.

    Bad: `netsh ipsec static set policy name=P assign=y` beside `netsh advfirewall consec add rule ...`

    Good: Connection security rules alone

    Fix: Unassign the old policy once the rules cover its traffic.

    Waive: During a migration, for traffic that only one of them is for.
    """
    rules = [each for each in secured_rules(machine) if each.dialect is Dialect.WFAS]
    for policy in machine.policy.policies:
        if not rules or policy.assigned.known is not True:
            continue
        yield Hit(
            subject=policy,
            span=policy.assigned.span,
            message=f"assigned beside {plural(len(rules), 'connection security rule')}: "
            "the filters of both decide together",
            value=True,
            related=(("first connection security rule", rules[0].span),),
            fix=Fix((Assign(policy, "assigned", False),), risky=True, note="Check that the rules cover its traffic."),
        )
