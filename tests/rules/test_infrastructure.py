"""Rules on infrastructure and gateways, with the site's facts and without them."""

from __future__ import annotations

from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.finding import Severity
from ipseclint.model.machine import Machine
from ipseclint.model.policy import (
    AuthMethod,
    DosProtection,
    FilterAction,
    FilterList,
    GlobalSettings,
    NatTraversal,
    Policy,
    RuleAction,
    Security,
)
from ipseclint.model.selectors import ANY_ADDRESS, PortRange
from ipseclint.model.setting import Setting
from ipseclint.model.site import HostType, NatGroup, Site
from ipseclint.rule import Hit
from ipseclint.rules import all_rules
from tests.cases import cases
from tests.made_objects import SPAN, authentication_set, exemption, left, method, rule, said, to

KERBEROS = authentication_set("I", method(AuthMethod.COMPUTER_KERBEROS))
ISOLATION = rule("I", outbound=said(Security.REQUIRE), endpoint2=said((ANY_ADDRESS,)), first_authentication=to("I"))


def hits(code: str, policy: Policy, site: Site | None = None) -> list[Hit]:
    found = next(each for each in all_rules() if each.code == code)
    options = load_ruleset("default").options(found)
    return list(found.check(Machine(name="m", policy=policy, site=site or Site()), options))


def isolated(*more: object) -> Policy:
    return Policy.model_validate({"connection_security_rules": (ISOLATION, *more), "authentication_sets": (KERBEROS,)})


def test_without_facts_a_rule_for_every_host_is_reported_if_nothing_is_exempt() -> None:
    found = hits("EX001", isolated())
    assert [each.severity for each in found] == [Severity.ERROR]
    assert "every host" in found[0].message
    assert found[0].fix is not None
    assert found[0].fix.changes == ()


def test_without_facts_any_exemption_may_be_the_right_one() -> None:
    assert hits("EX001", isolated(exemption("somebody", "10.0.0.10"))) == []


def test_the_name_of_the_exemption_is_not_taken_yet() -> None:
    taken = exemption("domain controllers", "10.0.0.99")
    found = hits("EX001", isolated(taken), Site(domain_controllers=("10.0.0.10",)))
    assert found[0].fix is not None
    assert [each.new.name for each in found[0].fix.changes] == ["Domain controllers 2"]


def test_a_controller_whose_services_of_the_rule_are_all_under_ipsec_is_named_alone() -> None:
    kerberos = rule(
        "I",
        outbound=said(Security.REQUIRE),
        endpoint2=said((ANY_ADDRESS,)),
        first_authentication=to("I"),
        protocol=said(6),
        port2=said((PortRange(88, 88),)),
    )
    policy = Policy.model_validate({"connection_security_rules": (kerberos,), "authentication_sets": (KERBEROS,)})
    assert [hit.value for hit in hits("EX001", policy, Site(domain_controllers=("10.0.0.10",)))] == ["10.0.0.10"]


def dos_protection(**fields: object) -> Policy:
    return Policy(dos_protection=(DosProtection.model_validate({"name": "Edge", "span": SPAN, **fields}),))


def test_state_table_against_the_peers_of_the_site() -> None:
    policy = dos_protection(max_state_entries=said(1000))
    assert [each.severity for each in hits("DP001", policy)] == [Severity.WARNING]
    assert [hit.severity for hit in hits("DP001", policy, Site(peers=5000))] == [Severity.ERROR]
    assert hits("DP001", policy, Site(peers=800)) == []


def test_default_rate_is_little_for_a_busy_gateway() -> None:
    policy = dos_protection(unauthenticated_bytes_per_second=said(10_240))
    assert hits("DP002", policy) == []
    assert [hit.severity for hit in hits("DP002", policy, Site(host_type=HostType.GATEWAY))] == [Severity.INFO]


def test_queues_against_the_hosts_inside() -> None:
    policy = dos_protection(max_rate_limit_queues=said(100), unauthenticated_bytes_per_second_per_address=said(10_240))
    assert len(hits("DP003", policy)) == 1
    assert hits("DP003", policy, Site(internal_hosts=20)) == []
    assert len(hits("DP003", policy, Site(internal_hosts=200))) == 1


def test_interfaces_that_the_input_does_not_name_are_not_missing() -> None:
    assert hits("DP006", dos_protection()) == []
    assert len(hits("DP006", dos_protection(public_interfaces=said(("Internet",))))) == 1


@cases("setting", [left(NatTraversal.NEVER), said(NatTraversal.NEVER)])
@cases(
    ("site", "severities"),
    [
        (Site(), []),
        (Site(responder_behind_nat=False), []),
        (Site(nat_groups=(NatGroup(address="203.0.113.7", initiators=200),)), []),
        (Site(responder_behind_nat=True), [None]),
    ],
)
def test_only_a_responder_behind_nat_is_shut_out_by_the_default(
    setting: Setting[NatTraversal], site: Site, severities: list[None]
) -> None:
    policy = Policy(
        global_settings=(GlobalSettings(span=SPAN, nat_traversal=setting),), connection_security_rules=(ISOLATION,)
    )
    assert [hit.severity for hit in hits("EX012", policy, site)] == severities


def test_a_wide_exemption_is_narrowed_to_the_hosts_of_the_site() -> None:
    wide = exemption("Off", "any")
    found = hits("EX010", Policy(connection_security_rules=(wide,)), Site(dns_servers=("10.0.0.53",)))
    assert found[0].fix is not None
    assert found[0].fix.risky
    assert [str(each.value[0]) for each in found[0].fix.changes] == ["10.0.0.53"]


def test_the_first_deployment_is_known_from_the_site_only() -> None:
    assert hits("EX007", isolated(), Site(first_deployment=False)) == []
    assert len(hits("EX007", isolated(), Site(first_deployment=True))) == 1


def test_a_filter_action_that_was_never_made_exempts_nothing() -> None:
    made = FilterAction(
        name="Permit",
        span=SPAN,
        action=said(RuleAction.EXEMPT),
        accept_unsecured_inbound=left(value=False),
        allow_unsecured_fallback=left(value=False),
    )
    other = exemption("Off", "any", filter_action=to("Pemit"), filter_list=to("All"))
    policy = Policy(
        connection_security_rules=(other,), filter_actions=(made,), filter_lists=(FilterList(name="All", span=SPAN),)
    )
    assert hits("EX010", policy) == []
