"""Rules about policy that Windows says it does not enforce."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ipseclint.finding import Basis, Cause, Severity, Subject
from ipseclint.late import late
from ipseclint.model.change import Fix
from ipseclint.model.machine import Machine
from ipseclint.model.selectors import WfpFilter
from ipseclint.rule import Hit, LooksAt, Options, rule
from ipseclint.vocabulary.wfp_words import POLICY_LAYERS
from ipseclint.words import plural


class RuleNotEnforced(Options):
    """States, in lower case, that are normal, and those that change with the network."""

    enforced: frozenset[str]
    passing: frozenset[str]


@rule(
    "RF009",
    "rule-not-enforced",
    basis=Basis.DOCUMENTED,
    leads_to=(13805, 13825),
    options=RuleNotEnforced,
    cause=Cause.NEVER_FINISHES,
    looks_at=LooksAt.PARTS,
)
def rule_not_enforced(machine: Machine, options: RuleNotEnforced) -> Iterator[Hit]:
    """Windows says of an enabled rule, or of an IPsec filter, that it does not enforce it.

    Why: The state of a rule tells why: the firewall is off in the profile, an address keyword stands for no address,
    the rule is for another platform, another product owns the category. A filter of the Windows Filtering Platform
    is disabled when the service of its provider does not start by itself. Traffic goes unprotected, and peers
    that require protection get no answer.

    Seen as: 13825 ERROR_IPSEC_IKE_NO_POLICY at this host, 13805 ERROR_IPSEC_IKE_TIMED_OUT at its peers.

    Bad: `EnforcementStatus : RemoteAddressResolutionEmpty`

    Good: `EnforcementStatus : Full`

    Fix: Remove the condition that the state names; let the service of a disabled filter's provider start by itself.

    Waive: For a state that comes and goes: an inactive profile is normal while a host roams, and is information.
    """
    for connection_rule in machine.policy.connection_security_rules:
        said = connection_rule.enforcement.known if connection_rule.enforcement is not None else None
        wrong = [word for word in _STATE.findall(said or "") if word.casefold() not in options.enforced]
        if connection_rule.enforcement is None or not wrong or not connection_rule.enabled.known:
            continue
        state = ", ".join(wrong)
        yield Hit(
            subject=connection_rule,
            span=connection_rule.enforcement.span,
            message=f"Windows does not enforce the rule: {state}",
            value=state,
            severity=Severity.INFO if {word.casefold() for word in wrong} <= options.passing else Severity.WARNING,
            fix=Fix(note=f"Remove the condition that the state {state} names."),
        )
    yield from _disabled_filters(machine)


def _disabled_filters(machine: Machine) -> Iterator[Hit]:
    policy = machine.policy
    disabled: defaultdict[str, list[WfpFilter]] = defaultdict(list)
    for row in policy.wfp_filters:
        if row.disabled and row.layer in POLICY_LAYERS:
            disabled[row.name].append(row)
    for name, rows in disabled.items():
        yield Hit(
            subject=Subject(kind="wfp_filter", name=name, id=rows[0].key),
            span=policy.filter_span(rows[0]),
            message=f"{plural(len(rows), 'IPsec filter')} of this name disabled: "
            "the service of the provider does not start by itself",
            value=name,
            severity=Severity.WARNING,
            fix=Fix(note="Set the service that owns these filters to start automatically."),
        )


_STATE = late(r"\w+")
"""One word of an enforcement status, which is a list."""
