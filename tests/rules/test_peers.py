"""Which machines of a run negotiate with each other, and with which sets."""

from __future__ import annotations

from msgspec.structs import replace

from ipseclint.finding import Severity
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Security
from ipseclint.model.site import Site
from tests.cases import cases
from tests.rules.rule_inputs import consec, hits, machine


def host(name: str, local: str, remote: str, offer: str = "sha256-aes128", more: str = "") -> Machine:
    own = f"name=R endpoint1={local} endpoint2={remote} action=requireinrequireout auth1=computerkerb"
    return machine(consec(f"{own} qmsecmethods=esp:{offer} {more}"), name=name)


ONE, OTHER = "10.1.0.0/16", "10.2.0.0/16"


@cases(
    ("first", "second", "peers"),
    [
        ((ONE, OTHER), (OTHER, ONE), True),
        ((ONE, OTHER), (ONE, OTHER), True),
        (("any", OTHER), ("any", OTHER), False),
        (("any", "any"), ("any", "any"), True),
        (("any", OTHER), (OTHER, "any"), False),
        ((ONE, "any"), ("any", ONE), False),
        (("dns", OTHER), (OTHER, "dns"), False),
        ((f"{ONE},dns", OTHER), (OTHER, f"{ONE},dns"), False),
        ((ONE, OTHER), (OTHER, f"{ONE},10.3.0.1"), False),
    ],
)
def test_rules_that_mirror_each_other_make_peers(first: tuple[str, str], second: tuple[str, str], peers: bool) -> None:
    fleet = (host("a.cmd", *first), host("b.cmd", *second, offer="sha1-3des"))
    assert bool(hits("CR018", fleet)) is peers


def test_machines_at_the_same_side_are_no_peers_where_another_has_the_sides_exchanged() -> None:
    clients = (host("a.cmd", ONE, OTHER), host("b.cmd", ONE, OTHER, offer="sha1-3des"))
    assert hits("CR018", clients)
    assert not hits("CR018", (*clients, host("server.cmd", OTHER, ONE, offer="sha256-aes128,esp:sha1-3des")))


def tunnel(name: str, local: str, remote: str, gates: tuple[str, str], offer: str) -> Machine:
    ends = f"mode=tunnel localtunnelendpoint={gates[0]} remotetunnelendpoint={gates[1]}"
    return host(name, local, remote, offer, ends)


@cases(
    ("gates", "peers"),
    [
        (("203.0.113.7", "198.51.100.1"), True),
        (("203.0.113.8", "198.51.100.1"), False),
        (("any", "198.51.100.1"), False),
    ],
)
def test_tunnels_make_peers_of_gateways(gates: tuple[str, str], peers: bool) -> None:
    here = tunnel("a.cmd", ONE, OTHER, ("198.51.100.1", "203.0.113.7"), "sha256-aes128")
    there = tunnel("b.cmd", OTHER, ONE, gates, "sha1-3des")
    assert bool(hits("CR018", (here, there))) is peers


def test_tunnels_whose_gateways_are_any_are_not_certain() -> None:
    here = tunnel("a.cmd", ONE, OTHER, ("any", "any"), "sha256-aes128")
    there = tunnel("b.cmd", OTHER, ONE, ("any", "any"), "sha1-3des")
    assert hits("CR018", (here, there)) == []


def test_a_machine_is_not_its_own_peer() -> None:
    both = machine(
        consec(
            f"name=A endpoint1={ONE} endpoint2={OTHER} action=requireinrequireout auth1=computerkerb "
            "qmsecmethods=esp:sha256-aes128"
        ),
        consec(
            f"name=B endpoint1={OTHER} endpoint2={ONE} action=requireinrequireout auth1=computerkerb "
            "qmsecmethods=esp:sha1-3des"
        ),
    )
    assert hits("CR018", (both, host("far.cmd", "10.8.0.0/16", "10.9.0.0/16"))) == []


@cases(
    ("first", "second", "fires"),
    [
        ("qmsecmethods=esp:aesgcm256-aesgcm256", "qmsecmethods=esp:sha1-3des", True),
        ("qmsecmethods=esp:aesgcm256-aesgcm256", "", False),
        ("", "qmsecmethods=esp:aesgcm256-aesgcm256", False),
    ],
)
def test_sets_of_windows_itself_are_not_compared(first: str, second: str, fires: bool) -> None:
    own = "name=R endpoint1=any endpoint2=any action=requireinrequireout auth1=computerkerb"
    fleet = (machine(consec(f"{own} {first}"), name="a.cmd"), machine(consec(f"{own} {second}"), name="b.cmd"))
    assert bool(hits("CR018", fleet)) is fires


def test_what_a_windows_policy_offers_is_no_default_of_a_peer() -> None:
    fleet = (host("a.cmd", ONE, OTHER), host("b.cmd", OTHER, ONE, offer="sha1-3des"))
    assert (len(hits("CR018", fleet)), hits("CR032", fleet)) == (1, [])


@cases("emptied", [0, 1])
def test_a_set_without_proposals_has_none_to_compare(emptied: int) -> None:
    fleet = [host("a.cmd", ONE, OTHER), host("b.cmd", OTHER, ONE, offer="sha1-3des")]
    assert len(hits("CR018", tuple(fleet))) == 1
    policy = fleet[emptied].policy
    sets = tuple(each.model_copy(update={"proposals": ()}) for each in policy.quick_mode_crypto_sets)
    fleet[emptied] = fleet[emptied].with_policy(policy.model_copy(update={"quick_mode_crypto_sets": sets}))
    assert hits("CR018", tuple(fleet)) == []


@cases("order", [("aes128-sha256", "aes256-sha384"), ("aes256-sha384", "aes128-sha256")])
def test_the_stronger_of_two_proposals_on_top_is_advised(order: tuple[str, str]) -> None:
    def top(name: str, offer: str) -> Machine:
        other = "ecdhp384:aes128-sha256" if offer.startswith("aes256") else "ecdhp384:aes256-sha384"
        return machine(
            f"netsh advfirewall set global mainmode mmsecmethods ecdhp384:{offer},{other}",
            consec("name=R endpoint1=any endpoint2=any action=requireinrequestout auth1=computerkerb auth2=userkerb"),
            name=name,
        )

    (hit,) = hits("CR017", (top("a.cmd", order[0]), top("b.cmd", order[1])))
    assert hit.fix is not None
    assert hit.fix.note == "Put the same proposal on top of both sets, for example AES-256+SHA-384+DH20."


def with_main_mode_rules(name: str, *offers: tuple[str, str, str]) -> Machine:
    """A machine for any peer, with main-mode rules of these ends and offers."""
    lines = [
        f"netsh advfirewall mainmode add rule name=M{number} endpoint1={local} endpoint2={remote} auth1=computerkerb "
        f"mmsecmethods={offer} mmkeylifetime=480min"
        for number, (local, remote, offer) in enumerate(offers)
    ]
    isolation = consec("name=R endpoint1=any endpoint2=any action=requireinrequireout auth1=computerkerb")
    return machine(isolation, *lines, name=name)


STRONG, WEAK = "ecdhp384:aes256-sha384", "dhgroup2:3des-sha1"


@cases(
    ("offers", "certain"),
    [
        ((("any", "any", STRONG),), True),
        ((("any", "10.0.0.0/8", STRONG),), False),
        ((("10.0.0.0/8", "any", STRONG),), False),
        ((("any", "any", STRONG), ("any", "10.0.0.0/8", WEAK)), False),
    ],
)
def test_only_one_main_mode_rule_for_all_is_certain(offers: tuple[tuple[str, str, str], ...], certain: bool) -> None:
    fleet = (with_main_mode_rules("a.cmd", *offers), with_main_mode_rules("b.cmd", ("any", "any", WEAK)))
    assert bool(hits("CR018", fleet)) is certain


@cases(
    ("minutes", "ports", "fires"),
    [
        ((60, 60), ("", ""), False),
        ((60, 30), ("", ""), True),
        ((60, 30), ("protocol=tcp port2=443", "protocol=tcp port1=443"), True),
        ((60, 30), ("protocol=tcp port2=443", "protocol=tcp port1=444"), False),
        ((60, 30), ("protocol=tcp port2=443", "protocol=udp port1=443"), False),
        ((60, 30), ("protocol=tcp port2=443", "protocol=tcp"), False),
    ],
)
def test_lifetimes_are_compared_for_the_same_traffic(
    minutes: tuple[int, int], ports: tuple[str, str], fires: bool
) -> None:
    here = host("a.cmd", ONE, OTHER, f"sha256-aes128+{minutes[0]}min+100000kb", ports[0])
    there = host("b.cmd", OTHER, ONE, f"sha256-aes128+{minutes[1]}min+100000kb", ports[1])
    assert bool(hits("QD035", (here, there))) is fires


def test_lifetimes_of_one_machine_are_not_compared_with_each_other() -> None:
    lines = [
        consec(
            f"name=R{minutes} endpoint1={ONE} endpoint2={OTHER} action=requireinrequireout auth1=computerkerb "
            f"qmsecmethods=esp:sha256-aes128+{minutes}min+100000kb"
        )
        for minutes in (30, 60)
    ]
    assert hits("QD035", (machine(*lines), host("far.cmd", "10.8.0.0/16", "10.9.0.0/16"))) == []


def hidden(wide: str, narrow: str, **narrow_security: Security) -> Machine:
    found = machine(
        consec(f"name=Wide endpoint1=any endpoint2=10.0.0.0/16 action={wide}"),
        consec(f"name=Narrow endpoint1=any endpoint2=10.0.1.0/24 action={narrow}"),
    )
    first, second = found.policy.connection_security_rules
    changes = {name: replace(getattr(second, name), value=value) for name, value in narrow_security.items()}
    rules = (first, second.model_copy(update=changes))
    return found.with_policy(found.policy.model_copy(update={"connection_security_rules": rules}))


KERBEROS = "auth1=computerkerb"


@cases("side", ["inbound", "outbound"])
def test_hidden_rule_that_asks_in_one_direction_is_stricter_than_an_exemption(side: str) -> None:
    other = "outbound" if side == "inbound" else "inbound"
    security = {side: Security.REQUEST, other: Security.NONE}
    subject = hidden("noauthentication", f"requestinrequestout {KERBEROS}", **security)
    (hit,) = [each for each in hits("FL001", subject) if each.subject.name == "Narrow"]
    assert hit.severity is Severity.ERROR


@cases(
    ("own", "taken", "severity"),
    [
        ("10.0.0.0/24,2001:db8::/64", "10.0.0.0/24", Severity.ERROR),
        ("10.0.0.0/24", "dns", None),
        ("dns", "10.0.0.0/8", None),
        ("10.0.0.0/24,dns", "10.0.0.0/24", Severity.ERROR),
    ],
)
def test_share_of_an_exemption_is_told_by_family_and_without_keywords(
    own: str, taken: str, severity: Severity | None
) -> None:
    subject = machine(
        consec(f"name=Secured endpoint1=any endpoint2={own} action=requireinrequireout {KERBEROS}"),
        consec(f"name=Open endpoint1=any endpoint2={taken} action=noauthentication"),
        site=Site(domain_controllers=("10.250.0.1",)),
    )
    assert [each.severity for each in hits("FL002", subject)] == ([severity] if severity else [])


def test_rules_by_keyword_are_not_surely_redundant() -> None:
    subject = machine(
        consec("name=Names endpoint1=any endpoint2=dns action=noauthentication"),
        consec("name=Some endpoint1=any endpoint2=10.0.0.53 action=noauthentication"),
        consec(f"name=All endpoint1=any endpoint2=10.0.0.0/8 action=requireinrequireout {KERBEROS}"),
    )
    assert hits("FL005", subject) == []
