"""Policies of `netsh ipsec`: what they offer, how often they are polled, and that they stand beside other rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ipseclint.finding import Basis, Cause, Concern, Severity
from ipseclint.model.change import Assign, Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import (
    AuthMethod,
    ConnectionSecurityRule,
    Dialect,
    FilterList,
    MainModeProposal,
    QuickModeProposal,
    Security,
)
from ipseclint.model.setting import Setting, Unknown
from ipseclint.rule import Hit, LooksAt, Options, rule
from ipseclint.semantics.algorithms_in_use import user_defined_crypto_sets
from ipseclint.semantics.scope import policies_in_force, secured_rules
from ipseclint.source import Span
from ipseclint.words import duration, minutes, plural, series


@rule(
    "RF011",
    "legacy-and-wfas-policy-together",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13868, 13016, 13008),
    cause=Cause.NEVER_FINISHES,
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
    rules = [secured_rule for secured_rule in secured_rules(machine) if secured_rule.dialect is Dialect.WFAS]
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


@rule(
    "RF013",
    "legacy-unsupported-offers",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13024, 13025, 13868),
    cause=Cause.NEVER_FINISHES,
    looks_at=LooksAt.SETS,
    concern=Concern.FAIL,
)
def legacy_unsupported_offers(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A stored policy of `netsh ipsec` offers what such policies do not have, such as AES or four algorithms at once.

    Why: The specification of these policies knows DES and 3DES, MD5 and SHA-1, groups 1, 2 and 2048, and at most
    three algorithms in one offer. Windows adds a policy with other offers, warns, and goes without them: 13024 for
    main mode, 13025 for quick mode are documented. That a number outside the specification's tables is such an offer
    is our reasoning. What then is left may be nothing that the peer takes.

    Seen as: 13024 WARNING_IPSEC_MM_POLICY_PRUNED or 13025 WARNING_IPSEC_QM_POLICY_PRUNED when the policy is loaded,
    later 13868 ERROR_IPSEC_IKE_POLICY_MATCH with peers that want the dropped offer.

    Bad: an old GPO whose filter action was edited to offer algorithm 12, AES among the ESP transforms of IANA

    Good: `netsh advfirewall consec set rule name=R new qmsecmethods=esp:sha256-aes128`

    Fix: Move the policy to connection security rules, which have AES and SHA-2, or offer what `netsh ipsec` has.

    Waive: While peers that take the remaining offers are all there are.
    """
    for crypto in user_defined_crypto_sets(machine.policy):
        # A script's objects have no id: netsh itself refuses what it does not know.
        if crypto.dialect is not Dialect.IP_SECURITY_POLICY or crypto.id is None:
            continue
        unsupported = [_unsupported(each) for each in crypto.proposals]
        for parts in filter(None, unsupported):
            what = series(parts)
            rest = ", and no other offer is left" if all(unsupported) else ""
            yield Hit(
                subject=crypto,
                span=next(iter(parts.values())),
                message=f"offers {what}, which policies of netsh ipsec do not have: "
                f"the offer is dropped when the policy is loaded{rest}",
                value=what,
                fix=Fix(note="Move the policy to connection security rules, or offer what netsh ipsec has."),
            )


@rule("FL015", "name-resolved-once", basis=(Basis.DOCUMENTED, Basis.REASONED))
def name_resolved_once(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A filter of `netsh ipsec` is for a host by its DNS name.

    Why: The name is resolved when the filter is made, and the filter is then for the addresses that were found; only
    the keywords for servers, such as `dns`, follow what changes. Microsoft says so of the console of these policies;
    that the commands do likewise is our reasoning. When the host gets another address, its traffic goes by other
    filters or by none, and whoever has the old address is met instead. Where the name cannot be resolved, as on a
    machine that starts without a network, no filter can be made.

    Seen as: Nothing. Traffic with the host goes in clear text, or is no longer blocked, after it has moved.

    Bad: `netsh ipsec static add filter filterlist=L srcaddr=me dstaddr=files.example.com`

    Good: `netsh ipsec static add filter filterlist=L srcaddr=me dstaddr=10.0.0.20`

    Fix: Name the address or the prefix of the host, or make the filter anew whenever its address changes.

    Waive: For hosts whose addresses never change.
    """
    seen = set[int]()
    for connection_rule in machine.policy.connection_security_rules:
        if connection_rule.dialect is Dialect.WFAS or connection_rule.action.known is None:
            continue
        filter_list = machine.index.filter_list_of(connection_rule)
        if filter_list is not None and id(filter_list) not in seen:
            seen.add(id(filter_list))
            rows = [row for row in filter_list.filters if row.source.name or row.destination.name]
            names = [name for row in rows for name in (row.source.name, row.destination.name)]
            if rows:
                yield _by_name(filter_list, names, Span(filter_list.span.path, rows[0].line, rows[0].column))
        elif connection_rule.dialect is Dialect.DYNAMIC:
            ends = (connection_rule.endpoint1, connection_rule.endpoint2)
            named = [(address.name, end.span) for end in ends for address in end.known or () if address.name]
            if named:
                yield _by_name(connection_rule, [name for name, _ in named], named[0][1])


def _by_name(subject: FilterList | ConnectionSecurityRule, names: Sequence[str | None], span: Span) -> Hit:
    known = sorted({name.casefold() for name in names if name})
    shown = known[0] if len(known) == 1 else f"{known[0]} and {plural(len(known) - 1, 'other name')}"
    return Hit(
        subject=subject,
        span=span,
        message=f"{shown}: a name is resolved once, when the filter is made; give the address",
        value=" ".join(known),
        fix=Fix(note="Name the addresses, or make the filter anew whenever they change."),
    )


@rule(
    "AU034",
    "fallback-both-ways-by-certificate",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13806,),
    cause=Cause.NEVER_FINISHES,
)
def fallback_both_ways_by_certificate(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A rule of `netsh ipsec` lets clear text through in both directions, and only certificates authenticate.

    Why: Such a host answers clear text and goes on in clear text where nobody negotiates. A peer that has policy and
    no certificate starts a negotiation that cannot end, falls back, and starts it anew: KB 977526 describes it between
    Windows Vista or Server 2008 and Windows XP or Server 2003: connections are interrupted from time to time, and
    large files cannot be copied. That later releases with the same policy do likewise is our reasoning.

    Seen as: 13806 ERROR_IPSEC_IKE_NO_CERT at the peer, and copies that stall.

    Bad: `netsh ipsec static add filteraction name=N action=negotiate inpass=yes soft=yes`, and a rule of it with
    `rootca=` alone

    Good: the same rule with `kerberos=yes` as well

    Fix: Give the rule a second method that every peer has, give every peer a certificate, or end the fallback.

    Waive: Where every host with the policy has a certificate.
    """
    for secured in secured_rules(machine):
        if secured.dialect is not Dialect.IP_SECURITY_POLICY or {secured.inbound.known, secured.outbound.known} != {
            Security.REQUEST
        }:
            continue
        auth_set = machine.index.first_auth_of(secured)
        methods = () if auth_set is None else auth_set.methods
        if auth_set is None or {method.method.known for method in methods} != {AuthMethod.COMPUTER_CERTIFICATE}:
            continue
        yield Hit(
            subject=secured,
            span=methods[0].method.span,
            message="clear text passes in both directions and only certificates authenticate: a peer without one "
            "falls back and negotiates again and again",
            value="certificate",
            fix=Fix(note="Add Kerberos to the rule's methods, or set inpass=no and soft=no."),
        )


_PARTS = {
    "encapsulation": "{} algorithms at once",
    "encryption": "cipher {}",
    "integrity": "hash {}",
    "ah_integrity": "AH hash {}",
    "esp_integrity": "ESP hash {}",
    "dh_group": "Diffie-Hellman group {}",
}
"""The words for a number that is no defined value of a field."""


def _unsupported(proposal: MainModeProposal | QuickModeProposal) -> dict[str, Span]:
    """The parts of an offer with a number that the specification does not define, with their places."""
    places: dict[str, Span] = {}
    for field, words in _PARTS.items():
        setting: Setting[object] | None = getattr(proposal, field, None)
        if setting is not None and isinstance(setting.value, Unknown) and setting.value.raw.isdigit():
            places[words.format(setting.value.raw)] = setting.span
    return places


class PolicyPollingTooFrequent(Options):
    """The interval below which a changed policy reaches all peers at once too often."""

    warning_below_seconds: int
    error_below_seconds: int
    repaired_seconds: int


@rule(
    "QD024",
    "policy-polling-too-frequent",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13849, 13809, 13810, 13811),
    options=PolicyPollingTooFrequent,
    cause=Cause.TOO_MANY,
)
def policy_polling_too_frequent(machine: Machine, options: PolicyPollingTooFrequent) -> Iterator[Hit]:
    """A legacy IPsec policy is polled for changes every few minutes.

    Why: Each change found is applied at once and invalidates the security associations made under the old
    policy, so all peers renegotiate together and their requests meet in the queue. Microsoft documents the
    default of 10,800 s, which 0 stands for, and the error that marks a policy change. That polling every few
    minutes is too often is our reasoning.

    Seen as: 13849 ERROR_IPSEC_IKE_POLICY_CHANGE, followed by a burst of 13809 to 13811.

    Bad: `netsh ipsec static add policy name=P pollinginterval=1`

    Good: `netsh ipsec static add policy name=P pollinginterval=180`

    Fix: Set the interval to the default of 180 minutes.

    Waive: While a policy is being developed on a few machines. A policy that never changes does no harm however
    often it is polled.
    """
    for policy in policies_in_force(machine):
        interval = policy.polling_interval_seconds
        seconds = interval.known
        if not seconds or seconds >= options.warning_below_seconds:
            continue
        yield Hit(
            subject=policy,
            span=interval.span,
            message=f"policy polled every {duration(seconds)}; "
            f"{minutes(options.warning_below_seconds)} or more spares the peers bursts of negotiation",
            value=seconds,
            severity=Severity.ERROR if seconds < options.error_below_seconds else Severity.WARNING,
            fix=Fix((Assign(policy, "polling_interval_seconds", options.repaired_seconds),)),
        )
