"""What the rules on authentication and cryptography make of the site's facts, and of policies that hide something."""

from __future__ import annotations

from ipseclint.formats import recognise
from ipseclint.model.machine import Machine
from ipseclint.model.policy import AuthenticationMethod, AuthenticationSet, AuthMethod, AuthPhase, Dialect, Policy
from ipseclint.model.setting import Setting
from ipseclint.model.site import NatGroup, Site
from ipseclint.source import Span, bytes_source
from tests.cases import cases
from tests.rules.rule_inputs import consec, hits, machine

CERTIFICATE = 'auth1=computercert auth1ca="DC=example, CN=CA certmapping:yes catype:intermediate"'
EVERYTHING = f'name="Everything" endpoint1=any endpoint2=any action=requireinrequireout {CERTIFICATE}'
STRONG = "netsh advfirewall set global ipsec strongcrlcheck 2"


@cases(
    ("exempt", "behind"),
    [
        ((), "192.0.2.80, 198.51.100.0/24"),
        (("192.0.2.80",), "198.51.100.0/24"),
        (
            ("192.0.2.0/24", "198.51.100.7"),
            "198.51.100.0/24: TCP 80 is not for 198.51.100.0-198.51.100.6, 198.51.100.8-198.51.100.255",
        ),
        (("192.0.2.0/24", "198.51.100.0/23"), None),
    ],
)
def test_a_server_of_revocation_lists_is_behind_the_rule_unless_it_is_exempt(
    exempt: tuple[str, ...], behind: str | None
) -> None:
    exemptions = [
        consec(f'name="Exempt {number}" endpoint1=any endpoint2={address} action=noauthentication')
        for number, address in enumerate(exempt)
    ]
    site = Site(pki_servers=("192.0.2.80", "198.51.100.0/24"))
    found = hits("AU007", machine(STRONG, consec(EVERYTHING), *exemptions, site=site))
    wanted = [f'strong revocation checking, and connection security rule "Everything" requires IPsec to {behind}']
    assert [hit.message for hit in found] == (wanted if behind else [])


def test_a_server_outside_of_the_rule_is_not_behind_it() -> None:
    inside = EVERYTHING.replace("endpoint2=any", "endpoint2=10.0.0.0/8")
    site = Site(pki_servers=("192.0.2.80",))
    assert hits("AU007", machine(STRONG, consec(inside), site=site)) == []


def test_a_nat_of_the_site_is_as_good_as_one_that_the_policy_allows() -> None:
    rule = consec('name="R" endpoint1=any endpoint2=10.0.0.0/8 action=requireinrequestout qmsecmethods=ah:sha256')
    assert hits("CR010", machine(rule)) == []
    site = Site(nat_groups=(NatGroup(address="203.0.113.7", initiators=40),))
    (found,) = hits("CR010", machine(rule, site=site))
    assert found.message == "AH in the only quick-mode proposal cannot pass a NAT, and the site has a NAT; use ESP"
    assert found.related == ()


def test_a_method_that_skips_revocation_is_found_without_a_global_setting() -> None:
    span = Span("state.xml", 7, 3)
    method = AuthenticationMethod(
        span=span,
        method=Setting(AuthMethod.COMPUTER_CERTIFICATE, span),
        crl_check_disabled=Setting(value=True, span=Span("state.xml", 9, 5)),
    )
    auth_set = AuthenticationSet(name="S", span=span, dialect=Dialect.WFP, phase=AuthPhase.FIRST, methods=(method,))
    (found,) = hits("AU008", Machine(name="m", policy=Policy(authentication_sets=(auth_set,))))
    assert (found.subject, found.span) == (auth_set, Span("state.xml", 9, 5))
    builtin = auth_set.model_copy(update={"builtin": True})
    assert hits("AU008", Machine(name="m", policy=Policy(authentication_sets=(builtin,)))) == []


def test_a_kerberos_rule_that_spares_the_peers_ports_still_reaches_them() -> None:
    rules = (
        consec('name="R" endpoint1=any endpoint2=any action=requireinrequestout auth1=computerkerb'),
        consec('name="Web" endpoint1=any endpoint2=10.9.0.0/16 protocol=tcp port2=80 action=noauthentication'),
    )
    site = Site(non_member_ranges=("10.9.0.0/16",))
    assert len(hits("AU015", machine(*rules, site=site))) == 1


def offering(group: str, name: str, endpoints: str = "endpoint1=any endpoint2=any") -> Machine:
    return machine(
        f"netsh advfirewall set global mainmode mmsecmethods {group}:aes256-sha256",
        consec(f'name="R" {endpoints} action=requireinrequestout auth1=computerkerb qmsecmethods=esp:sha256-aes128'),
        name=name,
    )


def test_machines_that_offer_the_same_are_compared_as_one() -> None:
    fleet = (
        *(offering("dhgroup14", f"client{number}.cmd") for number in range(4)),
        *(offering("ecdhp384", f"server{number}.cmd") for number in range(3)),
    )
    (found,) = hits("CR018", fleet)
    assert found.span.path == "client0.cmd"
    assert [span.path for _, span in found.related] == ["server0.cmd", "client0.cmd"]


def test_one_machine_is_nobodys_peer() -> None:
    assert hits("CR018", (offering("dhgroup14", "a.cmd"),)) == []


def test_a_rule_for_its_own_addresses_only_is_not_taken_for_a_peer_of_all() -> None:
    narrow = offering("ecdhp384", "b.cmd", "endpoint1=10.1.0.0/16 endpoint2=10.2.0.0/16")
    assert hits("CR018", (offering("dhgroup14", "a.cmd"), narrow)) == []


def test_what_is_not_understood_may_be_common() -> None:
    source = bytes_source(
        "b.cmd",
        b"netsh advfirewall set global mainmode mmsecmethods ecdhp384:aes999-sha256\r\n"
        b'netsh advfirewall consec add rule name="R" endpoint1=any endpoint2=any action=requireinrequestout '
        b"auth1=computerkerb qmsecmethods=esp:sha256-aes128\r\n",
    )
    found = recognise(source)
    assert found is not None
    hidden = Machine(name="b.cmd", policy=found.parse(source).policy)
    assert hits("CR018", (offering("dhgroup14", "a.cmd"), hidden)) == []
