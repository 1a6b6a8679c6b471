"""Whose methods are judged: keys between sites, modules that a profile wants, mappings from a day on."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from ipseclint.finding import Severity
from ipseclint.model.machine import Machine, merge_policies
from ipseclint.model.policy import (
    AuthenticationMethod,
    AuthenticationSet,
    AuthMethod,
    AuthPhase,
    Dialect,
    GlobalSettings,
    Policy,
    Reference,
    VpnConnection,
)
from ipseclint.model.setting import Origin, Secret, Setting, Unknown, of_origin
from ipseclint.source import Span
from ipseclint.vocabulary.key_modules import KeyModule
from tests.cases import cases
from tests.rules.rule_inputs import consec, hits, machine, registry

AT = Span("m", 7, 3)
TO_SITE = "Add-VpnS2SInterface -Name Berlin -Protocol IKEv2 -Destination 203.0.113.4 -AuthenticationMethod "
BY_KEY = f'{TO_SITE}PSKOnly -ResponderAuthenticationMethod PSKOnly -SharedSecret "the key of Berlin"'
BY_CERTIFICATE = f"{TO_SITE}MachineCertificates -ResponderAuthenticationMethod MachineCertificates"
BY_L2TP = 'Add-VpnConnection -Name Work -ServerAddress vpn.example -TunnelType L2tp -L2tpPsk "the key of all"'


@cases(
    ("lines", "severities"),
    [
        ((BY_KEY,), [Severity.INFO]),
        ((BY_L2TP,), [None]),
        ((BY_CERTIFICATE, BY_L2TP), [None]),
        ((BY_CERTIFICATE.replace("Berlin", "Paris"), BY_KEY, BY_L2TP), [Severity.INFO, None]),
    ],
    ids=["a site", "a client", "a client beside a site with certificates", "all three"],
)
def test_a_key_between_two_sites_is_information(lines: tuple[str, ...], severities: list[Severity | None]) -> None:
    found = hits("AU001", machine(*lines, name="vpn.ps1"))
    assert sorted((hit.severity for hit in found), key=str) == sorted(severities, key=str)


@cases(
    ("module", "message"),
    [
        ("", "the rule negotiates with AuthIP and IKEv1; the profile requires IKEv2 alone"),
        (
            "-KeyModule AuthIP, IKEv1, IKEv2",
            "the rule negotiates with AuthIP, IKEv1 and IKEv2; the profile requires IKEv2 alone",
        ),
        ("-KeyModule AuthIP", "the rule negotiates with AuthIP; the profile requires IKEv2 alone"),
        ("-KeyModule IKEv2", None),
    ],
)
def test_a_profile_that_wants_ikev2_alone_takes_no_other_module(module: str, message: str | None) -> None:
    rule = f"New-NetIPsecRule -DisplayName R {module} -InboundSecurity Require -OutboundSecurity Request"
    found = hits("CR019", machine(rule, name="r.ps1"), ikev2_alone=True)
    assert [hit.message for hit in found] == ([message] if message else [])


def test_a_module_that_is_not_understood_is_not_held_against_a_profile() -> None:
    subject = machine("New-NetIPsecRule -DisplayName R -InboundSecurity Require", name="r.ps1")
    (rule,) = subject.policy.connection_security_rules
    other = rule.model_copy(update={"key_modules": Setting(Unknown("IKEv3"), AT)})
    policy = subject.policy.model_copy(update={"connection_security_rules": (other,)})
    assert hits("CR019", subject.with_policy(policy), ikev2_alone=True) == []


@cases(
    ("dialect", "origin", "fires"),
    [
        (Dialect.WFAS, Origin.EXPLICIT, True),
        (Dialect.WFAS, Origin.DEFAULT, False),
        (Dialect.IP_SECURITY_POLICY, Origin.EXPLICIT, False),
        (Dialect.IP_SECURITY_POLICY, Origin.DEFAULT, False),
    ],
)
def test_a_rule_of_the_firewall_is_bound_to_the_module_that_is_said(
    dialect: Dialect, origin: Origin, fires: bool
) -> None:
    subject = machine("New-NetIPsecRule -DisplayName R -KeyModule IKEv1 -InboundSecurity Require", name="r.ps1")
    (rule,) = subject.policy.connection_security_rules
    modules = of_origin(frozenset({KeyModule.IKEV1}), AT, origin)
    other = rule.model_copy(update={"dialect": dialect, "key_modules": modules})
    policy = subject.policy.model_copy(update={"connection_security_rules": (other,)})
    assert bool(hits("CR019", subject.with_policy(policy))) is fires


def mapping(as_of: date | None) -> Machine:
    found = machine(
        "Windows Registry Editor Version 5.00",
        "",
        "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Kdc]",
        '"StrongCertificateBindingEnforcement"=dword:00000001',
        name="kdc.reg",
    )
    return replace(found, as_of=as_of)


@cases(("day", "fires"), [(date(2025, 9, 8), False), (date(2025, 9, 9), True), (date(2025, 9, 10), True), (None, True)])
def test_weak_mapping_of_certificates_ends_with_the_updates_of_september_2025(day: date | None, fires: bool) -> None:
    assert bool(hits("AU018", mapping(day))) is fires


OWN, SECOND = "{00000000-0000-4000-8000-000000000001}", "{00000000-0000-4000-8000-000000000002}"
GONE = "{00000000-0000-4000-8000-0000000000ff}"


def test_a_rule_whose_first_authentication_is_lost_may_be_anonymous_there() -> None:
    rule = f"v2.30|Action=SecureServer|Active=TRUE|Auth1Set={GONE}|Auth2Set={SECOND}|Name=R|"
    methods = (f"Phase2AuthenticationSets\\{SECOND}\\0000", "Method", "UserKerb")
    subject = registry(("ConSecRules", OWN, rule), methods)
    (hit,) = hits("AU016", subject)
    assert hit.fix is not None
    words = "Narrow the rule to the ports where users matter, and give the rest a rule that asks for none."
    assert (hit.fix.changes, hit.fix.note) == ((), words)


@pytest.mark.parametrize("mode", ["Transport", "Tunnel"])
@pytest.mark.parametrize("code", ["AU005", "AU006", "CR020", "CR021", "CR023", "CR036"])
def test_nothing_is_said_of_sets_that_are_lost(code: str, mode: str) -> None:
    tunnel = "RTunnel4=203.0.113.7|LTunnel4=198.51.100.1|" if mode == "Tunnel" else ""
    rule = (
        f"v2.30|Action=SecureServer|Active=TRUE|EP2_4=10.0.0.0/255.0.0.0|{tunnel}Auth1Set={GONE}|Auth2Set={GONE}|"
        f"Crypto2Set={GONE}|Name=Encryption zone|"
    )
    subject = registry(("ConSecRules", OWN, rule))
    off = GlobalSettings(span=AT, match_auth_set_per_key_module=Setting(value=False, span=AT))
    policy = subject.policy.model_copy(update={"global_settings": (off,)})
    assert [str(each.mode.known) for each in policy.connection_security_rules] == [mode.casefold()]
    assert hits(code, subject.with_policy(policy)) == []


def test_a_certificate_of_no_named_authority_trusts_no_root() -> None:
    ends = "endpoint1=any endpoint2=10.0.0.0/8 action=requireinrequestout"
    subject = machine(consec(f"name=R {ends} auth1=computerkerb,computercert auth1ca=CN=Root"))
    assert [hit.value for hit in hits("AU009", subject)] == ["CN=Root"]
    (auth_set,) = (each for each in subject.policy.authentication_sets if not each.builtin)
    kerberos, certificate = auth_set.methods
    for methods in (
        (kerberos, certificate.model_copy(update={"certificate_authority": None})),
        (kerberos.model_copy(update={"certificate_authority": certificate.certificate_authority}),),
    ):
        sets = (auth_set.model_copy(update={"methods": methods}),)
        policy = subject.policy.model_copy(update={"authentication_sets": sets})
        assert hits("AU009", subject.with_policy(policy)) == []


KEY = Secret("the key of all")


def keyed(name: str, *, key: Secret | Unknown | None = KEY, servers: Setting[tuple[str, ...]] | None) -> Policy:
    """A connection to these servers and the set with its key."""
    place = Span("vpn.ps1", 1 + ord(name), 1)
    value = None if key is None else Setting(key, place)
    method = AuthenticationMethod(span=place, method=Setting(AuthMethod.PRESHARED_KEY, place), preshared_key=value)
    auth_set = AuthenticationSet(name=name, span=place, dialect=Dialect.VPN, phase=AuthPhase.FIRST, methods=(method,))
    reference = Reference(target=name, span=place)
    connection = VpnConnection(name=name, span=place, servers=servers, first_authentication=reference)
    return Policy(vpn_connections=(connection,), authentication_sets=(auth_set,))


@cases(
    ("second", "fires"),
    [
        (keyed("B", servers=Setting(("b.example",), AT)), True),
        (keyed("B", servers=Setting(("A.example",), AT)), False),
        (keyed("B", servers=Setting(("b.example",), AT), key=Secret("another")), False),
        (keyed("B", servers=Setting(("b.example",), AT), key=Unknown("?")), False),
        (keyed("B", servers=Setting(("b.example",), AT), key=None), False),
        (keyed("B", servers=Setting(Unknown("?"), AT)), False),
        (keyed("B", servers=None), False),
        (Policy(vpn_connections=(VpnConnection(name="B", span=AT, servers=Setting(("b.example",), AT)),)), False),
    ],
    ids=["another peer", "the same peer", "another key", "a hidden key", "no key", "peers hidden", "no peer", "no set"],
)
def test_one_key_for_several_peers_is_told_where_keys_and_peers_are_known(second: Policy, fires: bool) -> None:
    first = keyed("A", servers=Setting(("a.example",), AT))
    policy = merge_policies((first, second))
    assert bool(hits("AU033", Machine(name="m", policy=policy))) is fires
