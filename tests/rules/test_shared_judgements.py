"""What rules share: which addresses overlap, which sets work together, what a registry value is called."""

from __future__ import annotations

from typing import Any

import pytest

from ipseclint.finding import Severity
from ipseclint.model.change import Add, Assign
from ipseclint.model.machine import Machine
from ipseclint.model.policy import (
    AuthPhase,
    Dialect,
    DosProtection,
    GlobalSettings,
    MainModeCryptoSet,
    Policy,
    QuickModeCryptoSet,
    RegistryValue,
)
from ipseclint.model.selectors import Address, LegacyFilter, PortRange, WfpFilter, parse_address
from ipseclint.model.setting import Setting
from ipseclint.model.site import Site
from ipseclint.rules._authentication import user_defined_sets
from ipseclint.rules._exempting import CLEAR, exempting
from ipseclint.semantics.effective import tightest
from ipseclint.semantics.pairing import crypto_pairs, longest_quick_modes
from ipseclint.semantics.reach import covers as side_covers
from ipseclint.semantics.reach import meets, takes_all_traffic
from ipseclint.semantics.registry import values_of
from ipseclint.semantics.scope import contexts_for_any_peer, covers, overlaps, peers_of
from ipseclint.source import Span
from ipseclint.vocabulary.addresses import AddressKeyword
from ipseclint.vocabulary.algorithms import KeyModule
from tests.cases import cases
from tests.made_objects import authentication_set, main_mode_set, quick_mode_proposal, quick_mode_set, said
from tests.rules.rule_inputs import consec, hits, machine

AT = Span("m", 1, 1)
ANY = Address(0, 0, 0, AddressKeyword.ANY)
DNS = Address(0, 0, 0, AddressKeyword.DNS)
DHCP = Address(0, 0, 0, AddressKeyword.DHCP)


def address(text: str) -> Address:
    found = parse_address(text)
    assert found is not None
    return found


NET, INSIDE, BEFORE, AFTER = map(address, ("10.1.0.0/16", "10.1.255.255", "10.0.255.255", "10.2.0.0"))
SIX = address("::a01:0/112")


@cases(
    ("one", "other", "same"),
    [
        (NET, INSIDE, True),
        (NET, address("10.1.0.0"), True),
        (NET, address("10.0.0.0-10.1.0.0"), True),
        (NET, address("10.1.255.255-10.3.0.0"), True),
        (NET, BEFORE, False),
        (NET, AFTER, False),
        (NET, SIX, False),
        (NET, DNS, False),
        (DNS, NET, False),
        (DNS, DNS, True),
        (DNS, DHCP, False),
        (ANY, NET, True),
        (DNS, ANY, True),
    ],
)
def test_addresses_overlap(one: Address, other: Address, same: bool) -> None:
    assert overlaps(one, other) is same
    assert overlaps(other, one) is same


@cases(
    ("wide", "narrow", "holds"),
    [
        (NET, INSIDE, True),
        (NET, NET, True),
        (INSIDE, NET, False),
        (NET, address("10.1.0.0-10.2.0.0"), False),
        (NET, address("10.0.0.0-10.1.0.0"), False),
        (NET, SIX, False),
        (NET, DNS, False),
        (DNS, NET, False),
        (DNS, DNS, True),
        (DNS, DHCP, False),
        (ANY, DNS, True),
        (ANY, NET, True),
    ],
)
def test_one_address_covers_another(wide: Address, narrow: Address, holds: bool) -> None:
    assert covers(wide, narrow) is holds


@cases(
    ("some", "other", "covered", "met"),
    [
        (NET, INSIDE, True, True),
        (NET, NET, True, True),
        (NET, address("10.0.0.0-10.1.0.0"), False, True),
        (NET, address("10.1.255.255-10.3.0.0"), False, True),
        (NET, BEFORE, False, False),
        (NET, AFTER, False, False),
        (NET, SIX, False, False),
        (ANY, NET, True, True),
    ],
)
def test_a_side_meets_a_range(some: Address, other: Address, covered: bool, met: bool) -> None:
    assert bool(side_covers((some,), other)) is covered
    assert bool(meets((some,), other)) is met


def test_peers_compare_equal_in_any_order_and_keep_their_keywords() -> None:
    assert peers_of((NET, DNS, AFTER)) == peers_of((AFTER, NET, DNS, NET))
    assert set(peers_of((NET, DNS, AFTER))) == {NET, DNS, AFTER}
    assert peers_of((NET, ANY)) == ()


@cases(("values", "place"), [((3, 2, 2), 1), ((0, 5, 4), 2), ((7,), 0), ((1, 2), 0)], ids=str)
def test_the_first_of_the_tightest_values(values: tuple[int, ...], place: int) -> None:
    settings = [Setting(value, Span("m", 1, number + 1)) for number, value in enumerate(values)]
    assert tightest(settings) is settings[place]


def filters(*rows: tuple[int | None, int, int]) -> Machine:
    """A machine with one rule of `netsh ipsec` whose filters have these protocols and ports."""
    lines = [
        "netsh ipsec static add policy name=P assign=yes",
        "netsh ipsec static add filterlist name=L",
        "netsh ipsec static add filter filterlist=L srcaddr=me dstaddr=any",
        "netsh ipsec static add filteraction name=A action=negotiate",
        "netsh ipsec static add rule name=R policy=P filterlist=L filteraction=A",
    ]
    found = machine(*lines)
    (own,) = found.policy.filter_lists
    (row,) = own.filters
    rows_ = tuple(
        row._replace(protocol=protocol, source_port=source, destination_port=destination)
        for protocol, source, destination in rows
    )
    assert all(isinstance(each, LegacyFilter) for each in rows_)
    changed = own.model_copy(update={"filters": rows_})
    return found.with_policy(found.policy.model_copy(update={"filter_lists": (changed,)}))


@cases(
    ("rows", "everything"),
    [
        ([(None, 0, 0)], True),
        ([(6, 0, 0)], False),
        ([(6, 80, 0)], False),
        ([(6, 0, 80)], False),
        ([(None, 80, 0)], False),
        ([(None, 0, 80)], False),
        ([(None, 0, 0), (6, 0, 0)], False),
        ([], False),
    ],
)
def test_filters_of_all_traffic(rows: list[tuple[int | None, int, int]], everything: bool) -> None:
    subject = filters(*rows)
    assert takes_all_traffic(subject, subject.policy.connection_security_rules[0]) is everything


def test_values_of_a_key_are_those_in_it_and_not_below() -> None:
    paths = (
        "Services\\PolicyAgent\\Start",
        "HKLM\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent\\Delay",
        "HKLM\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent\\Oakley\\Start2",
        "HKLM\\SYSTEM\\CurrentControlSet\\Services\\Other\\Value",
        "HKLM\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent\\",
    )
    values = tuple(RegistryValue(path=path, data=Setting("1", AT)) for path in paths)
    policy = Policy(registry=values)
    assert sorted(values_of(policy, "Services\\PolicyAgent")) == ["delay", "start"]


def rule(name: str, remote: str, minutes: int) -> str:
    return consec(
        f"name={name} endpoint1=any endpoint2={remote} action=requireinrequireout auth1=computerkerb "
        f"qmsecmethods=esp:sha256-aes128+{minutes}min+100000kb"
    )


def pairs(*lines: str) -> list[tuple[str, str]]:
    return [(main.name, quick.name) for main, quick in longest_quick_modes(machine(*lines))]


MAIN = "netsh advfirewall set global mainmode mmkeylifetime 60min,0sess"


def test_the_longest_quick_mode_counts_and_of_equal_ones_the_first() -> None:
    assert [quick for _, quick in pairs(MAIN, rule("A", "10.1.0.0/16", 30), rule("B", "10.2.0.0/16", 40))] == ["B"]
    assert [quick for _, quick in pairs(MAIN, rule("A", "10.1.0.0/16", 40), rule("B", "10.2.0.0/16", 30))] == ["A"]
    assert [quick for _, quick in pairs(MAIN, rule("A", "10.1.0.0/16", 40), rule("B", "10.2.0.0/16", 40))] == ["A"]


def main_rule(remote: str, more: str = "") -> str:
    return (
        f"netsh advfirewall mainmode add rule name=M endpoint1=any endpoint2={remote} auth1=computerkerb "
        f"mmsecmethods=dhgroup14:aes128-sha256 mmkeylifetime=60min {more}"
    )


@cases(
    ("lines", "quick"),
    [
        ((main_rule("10.1.0.0/16"), rule("A", "10.1.0.0/16", 30)), "A"),
        ((main_rule("10.1.0.0/16"), rule("A", "10.2.0.0/16", 30)), None),
        ((main_rule("any"), rule("A", "10.2.0.0/16", 30), rule("B", "10.3.0.0/16", 40)), "B"),
        ((main_rule("10.1.0.0/16"), rule("A", "10.1.0.0/16", 30), rule("B", "any", 40)), "B"),
        ((main_rule("10.1.0.0/16"), rule("A", "10.1.0.0/16", 40), rule("B", "10.1.0.0/16", 40)), "A"),
        ((main_rule("10.1.0.0/16", "enable=no"), rule("A", "10.1.0.0/16", 30)), None),
    ],
)
def test_main_mode_rules_go_with_rules_for_the_same_peers(lines: tuple[str, ...], quick: str | None) -> None:
    assert [each for main, each in pairs(*lines) if main == "M"] == ([] if quick is None else [quick])


CONTEXT = {"dialect": Dialect.WFP, "key_module": said(KeyModule.IKEV1)}
LEGACY = {**CONTEXT, "dialect": Dialect.IP_SECURITY_POLICY}
AUTHIP = {**CONTEXT, "key_module": said(KeyModule.AUTHIP)}


def lasting(name: str, seconds: int, **fields: Any) -> QuickModeCryptoSet:
    return quick_mode_set(name, proposals=(quick_mode_proposal(lifetime_seconds=said(seconds)),), **fields)


ONE, TWO = main_mode_set("1", **CONTEXT), main_mode_set("2", **CONTEXT)
SHORT, LONG = lasting("short", 600, **CONTEXT), lasting("long", 900, **CONTEXT)


@pytest.mark.parametrize(
    ("mains", "quicks", "together"),
    [
        ((ONE,), (SHORT, LONG), [("1", "long")]),
        ((ONE,), (LONG, SHORT), [("1", "long")]),
        ((ONE, TWO), (SHORT,), []),
        ((ONE, main_mode_set("Windows", builtin=True, **CONTEXT)), (SHORT,), [("1", "short")]),
        ((main_mode_set("Windows", builtin=True, **CONTEXT),), (SHORT,), []),
        ((ONE, main_mode_set("policy", **LEGACY)), (SHORT,), [("1", "short")]),
        ((main_mode_set("policy", **LEGACY),), (SHORT,), []),
        ((ONE,), (SHORT, lasting("filter action", 900, **LEGACY)), [("1", "short")]),
        ((ONE,), (SHORT, lasting("of Windows", 900, builtin=True, **CONTEXT)), [("1", "short")]),
        ((ONE,), (SHORT, lasting("AuthIP", 900, **AUTHIP)), [("1", "short")]),
        ((ONE, main_mode_set("A", **AUTHIP)), (SHORT, lasting("q", 900, **AUTHIP)), [("1", "short"), ("A", "q")]),
    ],
)
def test_contexts_of_a_key_module_go_together_where_one_main_mode_is_meant(
    mains: tuple[MainModeCryptoSet, ...], quicks: tuple[QuickModeCryptoSet, ...], together: list[tuple[str, str]]
) -> None:
    subject = Machine(name="m", policy=Policy(main_mode_crypto_sets=mains, quick_mode_crypto_sets=quicks))
    assert [(main.name, quick.name) for main, quick in crypto_pairs(subject)] == together


ROW = WfpFilter("{1}", "F", "FWPM_LAYER_IPSEC_V4", "", 1, "", "{Short}", (), (), None, (), (), (), 1, 1)
PROFILE, OTHER = "FWPM_CONDITION_CURRENT_PROFILE_ID", "FWPM_CONDITION_ALE_APP_ID"


@cases(
    ("rows", "chosen"),
    [
        ((ROW,), ["F"]),
        ((ROW._replace(layer="FWPM_LAYER_IPSEC_V6"),), ["F"]),
        ((ROW._replace(layer="FWPM_LAYER_IKEEXT_V4"),), []),
        ((ROW._replace(context_key=None),), []),
        ((ROW._replace(context_key="{unheard of}"),), []),
        ((ROW._replace(remote=(NET,)),), []),
        ((ROW._replace(disabled=True),), []),
        ((ROW._replace(not_understood=(PROFILE,)),), ["F"]),
        ((ROW._replace(not_understood=(PROFILE, OTHER)),), []),
        ((ROW._replace(remote=(NET,)), ROW._replace(name="G"), ROW._replace(name="H")), ["G"]),
    ],
)
def test_a_context_for_any_peer_is_chosen_by_its_first_filter_for_any_peer(
    rows: tuple[WfpFilter, ...], chosen: list[str]
) -> None:
    context = quick_mode_set("short", id="{short}", **CONTEXT)
    subject = Machine(name="m", policy=Policy(quick_mode_crypto_sets=(context,), wfp_filters=rows))
    assert [each.name for each in contexts_for_any_peer(subject)] == chosen


def test_a_rule_of_no_policy_is_exempted_from_in_words() -> None:
    subject = filters((None, 0, 0))
    (owned,) = subject.policy.connection_security_rules
    assert [
        change.new.kind for change in exempting(subject, owned, "E", (INSIDE,)).changes if isinstance(change, Add)
    ] == [
        "filter_list",
        "filter_action",
        "connection_security_rule",
    ]
    stray = exempting(subject, owned.model_copy(update={"policy": None}), "E", (INSIDE,))
    assert (stray.changes, stray.note) == ((), f"Exempt 10.1.255.255 in the policy that this was made from. {CLEAR}")


@cases(
    ("protocol", "port", "destination", "stands_there"),
    [(17, 53, INSIDE, True), (6, 53, INSIDE, False), (17, 54, INSIDE, False), (17, 53, AFTER, False)],
)
def test_traffic_that_a_filter_names_already_is_taken_out_and_not_exempted(
    protocol: int, port: int, destination: Address, stands_there: bool
) -> None:
    subject = filters((protocol, 0, port))
    (own,) = subject.policy.filter_lists
    lists = (own.model_copy(update={"filters": (own.filters[0]._replace(destination=destination),)}),)
    (owned,) = subject.policy.connection_security_rules
    for held, noted in ((lists, stands_there), ((), False)):
        machine_ = subject.with_policy(subject.policy.model_copy(update={"filter_lists": held}))
        fix = exempting(machine_, owned, "E", (INSIDE,), 17, (PortRange(53, 53),))
        assert (fix.note == f"Take the filter for this traffic out of filter list L. {CLEAR}") is noted
        assert len(fix.changes) == (0 if noted else 3)


def test_sets_that_somebody_made_are_those_of_both_phases_without_those_of_windows() -> None:
    sets = tuple(
        authentication_set(f"{whose} {of}", phase=of, builtin=whose == "Windows'")
        for of in AuthPhase
        for whose in ("own", "Windows'")
    )
    subject = Machine(name="m", policy=Policy(authentication_sets=sets))
    assert [each.name for each in user_defined_sets(subject)] == ["own first", "own second"]


def test_an_exemption_has_a_name_of_its_own() -> None:
    lines = [consec(f'name="{name}" endpoint1=any endpoint2=10.9.0.0/16 action=noauthentication') for name in "ABC"]
    subject = machine(rule("R", "10.0.0.0/8", 60), *lines, lines[0].replace('"A"', '"a 2"'))
    secured = subject.policy.connection_security_rules[0]
    names = []
    for name in ("E", "B", "A"):
        (change,) = exempting(subject, secured, name, (INSIDE,)).changes
        assert isinstance(change, Add)
        names.append(change.new.name)
    assert names == ["E", "B 2", "A 3"]


@cases(
    ("offers", "severity"),
    [
        ("dhgroup2:aes128-sha1,dhgroup2:aes256-sha1", Severity.INFO),
        ("dhgroup14:3des-sha256,dhgroup14:aes256-sha256", Severity.WARNING),
        ("ecdhp256:aes256-sha256,ecdhp256:aes256-sha384", Severity.INFO),
    ],
)
def test_only_the_part_that_is_exceeded_tells_how_weak_the_first_is(offers: str, severity: Severity) -> None:
    (hit,) = hits("CR016", machine(f"netsh advfirewall set global mainmode mmsecmethods {offers}"))
    assert hit.severity is severity


def test_subject_of_an_inline_set_is_the_main_mode_rule() -> None:
    line = "netsh advfirewall mainmode add rule name=M endpoint1=any endpoint2=10.0.0.0/8 auth1=computerpsk auth1psk=x"
    (hit,) = hits("AU001", machine(line))
    assert hit.subject.kind == "main_mode_rule"


@cases(("hosts", "text"), [(3, "10.9.0.3, where"), (4, "10.9.0.3 and 1 more")])
def test_three_hosts_without_ipsec_are_named(hosts: int, text: str) -> None:
    site = Site(non_ipsec_ranges=tuple(f"10.9.0.{number + 1}" for number in range(hosts)))
    (hit,) = hits("QD015", machine(rule("A", "10.0.0.0/8", 60), site=site))
    assert text in hit.message


def test_transport_rule_is_no_tunnel_of_a_gateway() -> None:

    def protected(*lines: str) -> Machine:
        found = machine(*lines)
        edge = (DosProtection(name="Edge", span=AT),)
        return found.with_policy(found.policy.model_copy(update={"dos_protection": edge}))

    tunnel = (
        "name=T mode=tunnel endpoint1=10.1.0.0/16 endpoint2=10.2.0.0/16 action=requireinrequireout "
        "localtunnelendpoint=198.51.100.1 remotetunnelendpoint=203.0.113.7 auth1=computerkerb"
    )
    assert hits("DP007", protected(rule("A", "10.0.0.0/8", 60))) == []
    (hit,) = hits("DP007", protected(rule("A", "10.0.0.0/8", 60), consec(tunnel)))
    assert '"T"' in hit.message


def test_the_longest_idle_time_counts_for_the_protection() -> None:

    edge = DosProtection(name="Edge", span=AT, state_idle_seconds=Setting(400, AT))
    settings = tuple(GlobalSettings(span=AT, sa_idle_seconds=Setting(each, AT)) for each in (300, 900))
    subject = Machine(name="m", policy=Policy(dos_protection=(edge,), global_settings=settings))
    (hit,) = hits("DP005", subject)
    assert "idle for 900 s" in hit.message


@cases(("integrity", "fires"), [("sha256-aes128", False), ("aesgcm128-aes128", True)])
def test_gmac_goes_with_gcm(integrity: str, fires: bool) -> None:
    line = consec(
        f"name=R endpoint1=any endpoint2=any action=requireinrequestout auth1=computerkerb qmsecmethods=esp:{integrity}"
    )
    found = hits("CR012", machine(line))
    assert bool(found) is fires


def test_sets_that_are_alike_are_repaired_by_one_value() -> None:
    said = "action=requireinrequestout auth1=computerkerb qmsecmethods=esp:sha1-aes128+60min"
    lines = [consec(f"name=R{number} endpoint1=any endpoint2=10.{number}.0.0/16 {said}") for number in range(120)]
    policy = machine(*lines).policy
    changes = [
        change for hit in hits("CR004", Machine(name="m", policy=policy)) if hit.fix for change in hit.fix.changes
    ]
    assert [change.target for change in changes if isinstance(change, Assign)] == list(policy.quick_mode_crypto_sets)
    alike = [each for each in changes if isinstance(each, Assign) and each.target.like is not None]
    assert len(alike) > 1
    assert len({id(each.value) for each in alike}) == 1
