"""What holds for a whole machine: each change to the weaker side, to the stronger, and to what is not known."""

from __future__ import annotations

from typing import Any

import pytest

from ipseclint.model.policy import Direction, FirewallAction, FirewallRule, GlobalSettings, Profile
from ipseclint.model.setting import Setting, Unknown
from ipseclint.semantics.machine_wide import compare_firewall, compare_settings
from ipseclint.semantics.protection import Comparison
from ipseclint.vocabulary.settings import CrlCheck, Exemption
from tests.made_objects import SPAN, said

UNKNOWN: Setting[Any] = Setting(Unknown("?"), SPAN)
PUBLIC, DOMAIN = Profile.PUBLIC, Profile.DOMAIN


def exempt(*exemptions: Exemption) -> dict[str, Any]:
    return {"exemptions": said(frozenset(exemptions))}


def merge(**profiles: bool) -> dict[str, Any]:
    return {"local_rules_merge": {Profile(name): said(value) for name, value in profiles.items()}}


OPEN = "rules of the machine itself count then, whatever they exempt"


@pytest.mark.parametrize(
    ("before", "after", "losses", "gains", "doubts"),
    [
        ({}, {}, [], [], []),
        ({}, exempt(Exemption.ICMP, Exemption.DHCP), ["dhcp, icmp traffic is exempt on the whole machine"], [], []),
        (exempt(Exemption.ICMP), exempt(Exemption.DHCP), ["dhcp traffic is exempt on the whole machine"], [], []),
        (exempt(Exemption.ICMP, Exemption.DHCP), exempt(Exemption.DHCP), [], ["icmp traffic is no longer exempt"], []),
        ({"exemptions": UNKNOWN}, exempt(Exemption.ICMP), ["icmp traffic is exempt on the whole machine"], [], []),
        ({"crl_check": said(CrlCheck.FAIL_ON_ANY_ERROR)}, {"crl_check": said(CrlCheck.FAIL_IF_REVOKED)},
         ["a certificate passes whose revocation could not be checked"], [], []),
        ({"crl_check": said(CrlCheck.FAIL_IF_REVOKED)}, {"crl_check": said(CrlCheck.OFF)},
         ["a certificate passes whose revocation could not be checked"], [], []),
        ({"crl_check": said(CrlCheck.OFF)}, {"crl_check": said(CrlCheck.FAIL_IF_REVOKED)}, [],
         ["revocation is checked more firmly"], []),
        ({"crl_check": said(CrlCheck.FAIL_IF_REVOKED)}, {"crl_check": said(CrlCheck.FAIL_ON_ANY_ERROR)}, [],
         ["revocation is checked more firmly"], []),
        ({"crl_check": said(CrlCheck.OFF)}, {"crl_check": UNKNOWN}, [], [],
         ["the check of revocation was not understood"]),
        ({"crl_check": UNKNOWN}, {"crl_check": said(CrlCheck.OFF)}, [], [],
         ["the check of revocation was not understood"]),
        ({}, {"crl_check": said(CrlCheck.OFF)}, [], [], []),
        ({"legacy_exempt_level": said(3)}, {"legacy_exempt_level": said(1)},
         ["ipsecexempt is 3 now and 1 then"], [], []),
        ({"legacy_exempt_level": said(1)}, {"legacy_exempt_level": said(3)}, [],
         ["ipsecexempt is 1 now and 3 then"], []),
        ({"legacy_exempt_level": UNKNOWN}, {"legacy_exempt_level": said(0)}, [], [], []),
        ({}, {"legacy_exempt_level": said(0)}, [], [], []),
        ({}, merge(domain=True), [], [], [OPEN]),
        (merge(domain=False), merge(domain=True), [], [], [OPEN]),
        (merge(public=True), merge(domain=True), [], [], [OPEN]),
        (merge(domain=True), merge(domain=True), [], [], []),
        (merge(domain=True), merge(domain=False), [], [], []),
    ],
)  # fmt: skip
def test_what_a_change_of_settings_takes_and_gives(
    before: dict[str, Any], after: dict[str, Any], losses: list[str], gains: list[str], doubts: list[str]
) -> None:
    result = Comparison()
    compare_settings(GlobalSettings(span=SPAN, **before), GlobalSettings(span=SPAN, **after), result)
    assert (result.losses, result.gains, result.doubts) == (losses, gains, doubts)


def firewall(action: FirewallAction, *profiles: Profile, enabled: bool = True) -> FirewallRule:
    return FirewallRule(
        name="F",
        span=SPAN,
        enabled=said(enabled),
        direction=said(Direction.INBOUND),
        action=said(action),
        profiles=said(frozenset(profiles)),
        protocol=said(None),
        local_ports=said(()),
        remote_ports=said(()),
        remote=said(()),
    )


BLOCK, ALLOW = FirewallAction.BLOCK, FirewallAction.ALLOW


@pytest.mark.parametrize(
    ("before", "after", "losses", "gains"),
    [
        (firewall(BLOCK, PUBLIC), None, ["the firewall rule F no longer blocks"], []),
        (firewall(BLOCK, PUBLIC, DOMAIN), firewall(BLOCK, DOMAIN), ["the firewall rule F no longer blocks"], []),
        (firewall(BLOCK, PUBLIC), firewall(BLOCK, PUBLIC, enabled=False), ["the firewall rule F no longer blocks"], []),
        (firewall(BLOCK, PUBLIC), firewall(BLOCK, PUBLIC, DOMAIN), [], ["the firewall rule F blocks more"]),
        (firewall(BLOCK, PUBLIC), firewall(BLOCK), [], ["the firewall rule F blocks more"]),
        (firewall(BLOCK, PUBLIC), firewall(BLOCK, PUBLIC), [], []),
        (firewall(ALLOW, PUBLIC), None, [], ["the firewall rule F opens less"]),
        (firewall(ALLOW, PUBLIC), firewall(ALLOW, PUBLIC, DOMAIN), ["F opens more"], []),
        (firewall(ALLOW, PUBLIC, enabled=False), firewall(ALLOW, PUBLIC), ["F opens more"], []),
        (firewall(ALLOW, PUBLIC), firewall(ALLOW, PUBLIC), [], []),
    ],
)
def test_a_rule_of_the_firewall_protects_or_opens_where_it_holds(
    before: FirewallRule, after: FirewallRule | None, losses: list[str], gains: list[str]
) -> None:
    result = Comparison()
    compare_firewall(before, after, result)
    assert (result.losses, result.gains, result.doubts) == (losses, gains, [])
