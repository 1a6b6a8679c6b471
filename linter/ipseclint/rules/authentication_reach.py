"""Authentication that some of the peers of a rule cannot give."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis, Cause
from ipseclint.model.change import Assign, Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import (
    AuthenticationMethod,
    AuthenticationSet,
    AuthMethod,
    Dialect,
)
from ipseclint.model.setting import Setting
from ipseclint.rule import Hit, LooksAt, Options, rule
from ipseclint.rules._needed import RangesLeft
from ipseclint.rules._once import once_each
from ipseclint.semantics.reach import parsed, takes_all_traffic
from ipseclint.semantics.scope import is_any_to_any, secured_rules
from ipseclint.semantics.treatment import Question, doing_otherwise, traffic_with

USER_METHODS = frozenset({AuthMethod.USER_KERBEROS, AuthMethod.USER_CERTIFICATE, AuthMethod.USER_NTLM})


@rule(
    "AU015",
    "kerberos-only-with-non-member-peers",
    basis=Basis.REASONED,
    leads_to=(13827, 13801, 13855),
    needs=("non_member_ranges",),
    cause=Cause.WAITS_FOR_IPSEC,
)
def kerberos_only_with_non_member_peers(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A rule that knows only Kerberos covers peers outside of the domain.

    Why: For a computer of a workgroup, of a forest without trust, or without Windows, no ticket can be issued.
    Each connection to it starts a negotiation that asks the domain controller and fails, and where the rule
    requires protection nothing gets through. That these peers are outside is known from `non_member_ranges` in
    the site's facts; the rest is our reasoning.

    Seen as: 13827 ERROR_IPSEC_IKE_KERBEROS_ERROR, 13801 ERROR_IPSEC_IKE_AUTH_FAIL or 13855
    ERROR_IPSEC_IKE_SRVACQFAIL in events 4652 and 4653.

    Bad: a rule `endpoint2=10.0.0.0/8 auth1=computerkerb` while 10.9.0.0/16 belongs to a partner

    Good: the same with a rule `endpoint2=10.9.0.0/16 action=noauthentication`, or with a certificate as the
    second method

    Fix: Add a certificate as a second method, or exempt these peers.

    Waive: When nothing ever talks to these peers.
    """
    only_kerberos = once_each(_is_only_kerberos)
    asking = [
        secured_rule
        for secured_rule in secured_rules(machine)
        if (first := machine.index.first_auth_of(secured_rule)) is not None and only_kerberos(first)
    ]
    outside = RangesLeft(machine, parsed(machine.site.non_member_ranges or ()), doing_otherwise(machine, asking))
    for secured_rule in asking:
        first = machine.index.first_auth_of(secured_rule)
        left = outside.left_to(secured_rule)
        if first is not None and left:
            names = ", ".join(words for _, words in left)
            yield Hit(
                subject=secured_rule,
                span=secured_rule.endpoint2.span,
                message=f"only Kerberos, and the rule covers peers outside of the domain ({names})",
                value=names,
                related=(("Kerberos is the only method", first.span),),
                fix=Fix(
                    note="Add a certificate as a second method of first authentication, or exempt these peers, whose "
                    "traffic is then not protected."
                ),
            )


def _is_only_kerberos(auth_set: AuthenticationSet) -> bool:
    return {each.method.known for each in auth_set.methods} == {AuthMethod.COMPUTER_KERBEROS}


@rule(
    "AU016",
    "user-auth-required-for-service-traffic",
    basis=Basis.REASONED,
    leads_to=(13801, 13815),
    cause=Cause.WAITS_FOR_IPSEC,
    looks_at=LooksAt.CONNECTION_SECURITY,
)
def user_auth_required_for_service_traffic(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A rule for all traffic requires the user to authenticate as well.

    Why: Services run before anybody logs on, or as the computer itself: they have no credential of a user.
    With a second authentication that takes user methods only, their connections fail or wait for it, group
    policy, time and name resolution among them. An optional second authentication (anonymous as its last
    method) lets them through. This is our reasoning on how AuthIP negotiates credentials.

    Seen as: Events 4983 and 4984 for the failed extended mode, 13801 ERROR_IPSEC_IKE_AUTH_FAIL, and 13815
    ERROR_IPSEC_IKE_QM_DELAY_DROP while connections wait.

    Bad: a rule `endpoint1=any endpoint2=any action=requireinrequestout auth1=computerkerb auth2=userkerb`

    Good: the same with `auth2=userkerb,anonymous`, or with `protocol=tcp port1=443`

    Fix: Make the second authentication optional, if the first is not, or narrow the rule to the ports where
    users matter.

    Waive: For isolation by user of chosen ports, which is not reported, or where no service talks.
    """
    requires_user, may_be_anonymous = once_each(_requires_user), once_each(_may_be_anonymous)
    asking = [
        (secured_rule, second)
        for secured_rule in secured_rules(machine)
        if secured_rule.dialect is Dialect.WFAS
        and (second := machine.index.second_auth_of(secured_rule)) is not None
        and second.methods
        and requires_user(second)
    ]
    everything = Question(machine, traffic_with(machine), doing_otherwise(machine, [each for each, _ in asking]))
    for secured_rule, second in asking:
        if not takes_all_traffic(machine, secured_rule) or not is_any_to_any(machine, secured_rule):
            continue
        if everything.left_to(secured_rule).certain:
            first = machine.index.first_auth_of(secured_rule)
            optional = first is None or may_be_anonymous(first)
            anonymous = AuthenticationMethod(span=second.span, method=Setting(AuthMethod.ANONYMOUS, second.span))
            yield Hit(
                subject=secured_rule,
                span=second.methods[0].method.span,
                message="the second authentication requires a user for all traffic, and services have none; "
                "make it optional, or narrow the rule",
                value="user required for all traffic",
                fix=Fix(
                    note="Narrow the rule to the ports where users matter, and give the rest a rule that asks for none."
                )
                if optional
                else Fix((Assign(second, "methods", (*second.methods, anonymous)),)),
            )


def _requires_user(auth_set: AuthenticationSet) -> bool:
    return all(method.method.known in USER_METHODS for method in auth_set.methods)


def _may_be_anonymous(auth_set: AuthenticationSet) -> bool:
    return any(method.method.known in {AuthMethod.ANONYMOUS, None} for method in auth_set.methods)
