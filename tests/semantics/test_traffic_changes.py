"""What a change of policy does to traffic: each kind of change says exactly that, and nothing else."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ipseclint.formats.netsh import script
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Policy
from ipseclint.model.selectors import WfpFilter
from ipseclint.semantics import nearby_filters
from ipseclint.semantics.packet_treatment import LEFT_ALONE, Treatment, treatment
from ipseclint.semantics.packets.axes import DIRECTIONS, PROFILES, Axis
from ipseclint.semantics.packets.box import Packet, matches
from ipseclint.semantics.packets.decide import decide
from ipseclint.semantics.traffic import connection_group
from ipseclint.semantics.traffic_changes import Effect, TrafficChange, effect, traffic_changes
from ipseclint.source import bytes_source
from tests import ROOT
from tests.cases import cases
from tests.tries import tries

pytestmark = pytest.mark.drawn(3)

TWINS = ROOT / "fixtures" / "twins"
STRONG = "qmsecmethods=esp:sha256-aes256"
WEAK = "qmsecmethods=esp:sha1-3des"


def machine(*lines: str) -> Machine:
    text = "".join(f"netsh {line}\n" for line in lines)
    parsed = script.parse(bytes_source("policy.cmd", text.encode()))
    assert parsed.problems == ()
    return Machine(name="policy.cmd", policy=parsed.policy)


def consec(name: str, peer: str, action: str = "requireinrequireout", more: str = "auth1=computerkerb") -> str:
    how = "" if action == "noauthentication" else more
    return f'advfirewall consec add rule name="{name}" endpoint1=any endpoint2={peer} action={action} {how}'


def changes(old: Machine, new: Machine) -> tuple[TrafficChange, ...]:
    found = traffic_changes(old, new)
    assert found.complete
    return found.changes


def words(treatments: Sequence[Treatment]) -> list[str]:
    return [each.protection for each in treatments]


SERVERS = consec("Servers", "10.1.0.0/16")
OFFICES = consec("Offices", "10.2.0.0/16", "requireinrequestout")
PRINTERS = consec("Printers", "10.1.9.0/24", "noauthentication")
POLICY = (SERVERS, OFFICES, PRINTERS)


def test_a_policy_does_what_it_does() -> None:
    assert changes(machine(*POLICY), machine(*POLICY)) == ()


def test_neither_order_nor_names_are_a_change() -> None:
    renamed = SERVERS.replace("Servers", "All servers")
    assert changes(machine(*POLICY), machine(PRINTERS, renamed, OFFICES)) == ()


def test_a_deleted_rule_that_another_covers_is_no_change() -> None:
    part = consec("Data", "10.1.7.0/24")
    assert changes(machine(*POLICY, part), machine(*POLICY)) == ()


ANY_OF_16_BITS = ((0, 0xFFFF),)
OTHER_ICMPV6 = ((0, (133 << 8) - 1), (138 << 8, 0xFFFF))
"""Types and codes that no exemption of neighbour discovery names: 133 to 137 are its own."""


@cases(
    ("before", "after", "let_through"),
    [
        ("neighbordiscovery", "neighbordiscovery,icmp", [(4, 1, ANY_OF_16_BITS), (6, 58, OTHER_ICMPV6)]),
        ("icmp", "neighbordiscovery,icmp", []),
        ("neighbordiscovery,icmp", "icmp", []),
        ("neighbordiscovery,icmp", "icmp,dhcp", [(4, 17, ANY_OF_16_BITS), (6, 17, ANY_OF_16_BITS)]),
    ],
)
def test_what_another_exemption_lets_through_before_and_after_is_no_change(
    before: str, after: str, let_through: list[tuple[int, int, object]]
) -> None:
    rule = consec("R", "any")
    old, new = (machine(f"advfirewall set global ipsec defaultexemptions {each}", rule) for each in (before, after))
    boxes = [region.box for change in changes(old, new) for region in change.regions]
    told = [(box.family, box.sets[Axis.PROTOCOL].first, box.sets[Axis.ICMP].spans) for box in boxes]
    assert told == let_through


def test_a_widened_exemption_opens_what_was_required() -> None:
    wider = consec("Printers", "10.1.8.0/23", "noauthentication")
    (change,) = changes(machine(*POLICY), machine(SERVERS, OFFICES, wider))
    assert (words(change.before), words(change.after)) == (["required"], ["exempt"])
    assert (change.effect, change.severity) == (Effect.WEAKER, 3)
    assert change.directions == ("out", "in")
    assert str(change.witness) == "192.0.2.1:49152 -> 10.1.8.1:445 tcp out domain lan"
    assert [rule.name for rule in change.rules_before] == ["Servers"]
    assert "Printers" in {rule.name for rule in change.rules_after}
    assert change.peers(4).size == 256
    assert change.share(4) == 256 / 2**32
    assert change.readings == ()


def test_a_rule_moved_to_another_profile_is_lost_in_the_one_and_new_in_the_other() -> None:
    before, after = machine(SERVERS + " profile=domain"), machine(SERVERS + " profile=private")
    lost, gained = changes(before, after)
    assert (words(lost.before), words(lost.after)) == (["required"], ["untouched"])
    assert (words(gained.before), words(gained.after)) == (["untouched"], ["required"])
    assert (lost.witness.profile, gained.witness.profile) == (PROFILES.index("domain"), PROFILES.index("private"))
    assert (lost.effect, gained.effect) == (Effect.WEAKER, Effect.STRONGER)


def test_a_changed_default_set_is_one_change_of_all_that_negotiates() -> None:
    default = "advfirewall set global mainmode mmsecmethods {}"
    rules = [consec(f"Rule {number}", f"10.3.{number}.0/24") for number in range(30)]
    old = machine(default.format("dhgroup14:aes256-sha256"), *rules)
    (change,) = changes(old, machine(default.format("dhgroup2:3des-sha1"), *rules))
    assert change.effect is Effect.WEAKER
    assert change.severity == 1
    assert len(change.rules_before) == 30
    assert change.peers(4).size == 30 * 256
    assert [each.main_mode and each.main_mode.proposals for each in change.after] == [("3DES+SHA-1+DH2",)]


def test_a_suite_is_compared_by_its_weakest_proposal() -> None:
    strong, weak = machine(f"{SERVERS} {STRONG}"), machine(f"{SERVERS} {WEAK}")
    both = machine(f"{SERVERS} {STRONG},{WEAK.removeprefix('qmsecmethods=')}")
    assert [change.effect for change in changes(strong, weak)] == [Effect.WEAKER]
    assert [change.effect for change in changes(strong, both)] == [Effect.WEAKER]
    assert [change.effect for change in changes(both, weak)] == [Effect.CHANGED]
    assert [change.effect for change in changes(weak, strong)] == [Effect.STRONGER]


def test_what_is_no_longer_encrypted_comes_before_what_is_only_weaker() -> None:
    old = machine(f"{SERVERS} {STRONG}", f"{consec('Data', '10.5.0.0/16')} {STRONG}", consec("Web", "10.6.0.0/16"))
    new = machine(f"{SERVERS} {WEAK}", f"{consec('Data', '10.5.0.0/16')} qmsecmethods=ah:sha256")
    opened, readable, weaker = changes(old, new)
    assert [change.severity for change in (opened, readable, weaker)] == [3, 2, 1]
    assert [change.rules_before[0].name for change in (opened, readable, weaker)] == ["Web", "Data", "Servers"]


def test_a_weaker_authentication_is_weaker() -> None:
    anonymous = consec("Servers", "10.1.0.0/16", more="auth1=computerkerb,anonymous")
    (change,) = changes(machine(SERVERS), machine(anonymous))
    assert change.effect is Effect.WEAKER


def test_another_key_is_a_change_that_shows_no_key() -> None:
    one, other = (consec("Servers", "10.1.0.0/16", more=f"auth1=computerpsk auth1psk={key}") for key in ("aX1", "bY2"))
    (change,) = changes(machine(one), machine(other))
    assert change.effect is Effect.CHANGED
    assert "aX1" not in repr(change)


def test_a_disabled_rule_decides_nothing() -> None:
    (change,) = changes(machine(SERVERS), machine(f"{SERVERS} enable=no"))
    assert words(change.after) == ["untouched"]


def test_where_the_order_is_not_documented_the_reading_is_named() -> None:
    """Whether a narrow rule or a wide exemption comes first."""
    wide = consec("Open", "10.0.0.0/8", "noauthentication")
    (change,) = changes(machine(SERVERS), machine(SERVERS, wide))[:1]
    assert change.readings == ("exemptions first",)
    assert words(change.after) == ["exempt"]


@cases(
    "lines",
    [
        (consec("Deep", "10.1.9.7", "requestinrequestout"), PRINTERS, consec("Lab", "10.1.8.0/23", "noauthentication")),
        (consec("Deep", "10.1.9.7", "requestinrequestout", "auth1=computerkerb protocol=tcp port2=443"), PRINTERS),
        (consec("Name", "dns", "requestinrequestout"), PRINTERS, consec("Wins", "wins", "noauthentication")),
    ],
)
def test_no_packet_is_in_two_classes_of_one_kind_whatever_the_order_of_rules(lines: tuple[str, ...]) -> None:
    """Of each class what is so in every order, and what is so in one order only."""
    for old, new in (((SERVERS,), (SERVERS, *lines)), ((SERVERS, *lines), (SERVERS,))):
        seen = [((one.before, one.after), one) for one in changes(machine(*old), machine(*new))]
        assert any(one.readings for _, one in seen)
        for ends, one in seen:
            same = [other for others, other in seen if others == ends and other is not one]
            assert all(other.readings != one.readings for other in same)
            overlapping = [
                (mine, theirs)
                for other in same
                for mine in one.regions
                for theirs in other.regions
                if mine.box.meets(theirs.box)
            ]
            for mine, theirs in overlapping:
                assert mine.box.conditions & theirs.without or theirs.box.conditions & mine.without


LEGACY = (
    "ipsec static add policy name=P assign=yes",
    "ipsec static add filterlist name=L",
    "ipsec static add filter filterlist=L srcaddr=me dstaddr=10.0.0.0 dstmask=255.0.0.0 mirrored=yes",
    "ipsec static add filteraction name=A action=negotiate qmsecmethods=ESP[3DES,SHA1]:100000k/3600s soft=no inpass=no",
    "ipsec static add rule name=R policy=P filterlist=L filteraction=A kerberos=yes",
)


def test_me_is_the_machine_itself_in_rules_of_another_tool() -> None:
    other = consec("R", "10.0.0.0/8", more="auth1=computerkerb qmsecmethods=esp:sha1-3des")
    (change,) = changes(machine(*LEGACY), machine(other))
    assert (words(change.before), words(change.after)) == (["required"], ["required"])
    assert change.before[0].quick_mode == change.after[0].quick_mode


def test_a_policy_that_is_no_longer_assigned_does_nothing() -> None:
    (change,) = changes(machine(*LEGACY), machine(LEGACY[0].replace("yes", "no"), *LEGACY[1:]))
    assert (words(change.before), words(change.after)) == (["required"], ["untouched"])


def test_policies_are_compared_though_none_is_assigned() -> None:
    unassigned = (LEGACY[0].replace("yes", "no"), *LEGACY[1:])
    fallback = [line.replace("soft=no", "soft=yes") for line in unassigned]
    (change,) = changes(machine(*unassigned), machine(*fallback))
    assert (words(change.before), words(change.after)) == (["required"], ["requested"])
    assert change.directions == ("out",)


@cases("case", sorted(path.name for path in TWINS.iterdir()))
def test_one_policy_in_two_formats_is_no_change(case: str) -> None:
    from ipseclint import read

    told = read(TWINS / case / "advfirewall.cmd")
    # Legacy policies and WFP say it otherwise: they know no profiles, and no algorithm of the last 20 years.
    others = {"exceptions.toml", "ipsec.cmd", "wfpstate.xml", "advfirewall.cmd"}
    paths = [path for path in sorted((TWINS / case).iterdir()) if path.name not in others]
    assert len(paths) > 2
    assert {path.name: changes(told, read(path)) for path in paths} == {path.name: () for path in paths}


# ---- generated policies, asked packet by packet ----

ACTIONS = ("requireinrequireout", "requireinrequestout", "requestinrequestout", "noauthentication")
PEERS = ("any", "10.0.0.0/8", "10.0.0.0/9", "10.0.4.0/24", "10.0.4.7", "10.0.4.7-10.0.4.9", "172.16.0.0/12", "dns")
MORE = ("", "profile=domain", "profile=private,public", "protocol=tcp port2=443", "protocol=udp", "enable=no")
SUITES = ("", STRONG, WEAK, "qmpfs=dhgroup14")


@st.composite
def lines(draw: st.DrawFn) -> list[str]:
    count = draw(st.integers(1, 5))
    written = []
    for number in range(count):
        action = draw(st.sampled_from(ACTIONS))
        suite = "" if action == "noauthentication" else draw(st.sampled_from(SUITES))
        line = consec(f"R{number}", draw(st.sampled_from(PEERS)), action)
        written.append(f"{line} {draw(st.sampled_from(MORE))} {suite}")
    return written


def sampled(random: Random) -> Packet:
    hosts = ("10.0.4.7", "10.0.4.8", "10.0.4.99", "10.0.9.9", "10.200.0.1", "172.16.3.4", "192.0.2.77")
    peer, own = int(ipaddress.ip_address(random.choice(hosts))), int(ipaddress.ip_address("192.0.2.1"))
    direction = random.randrange(2)
    protocol = random.choice((1, 6, 17))
    near, far = (None, None) if protocol == 1 else (50_000, random.choice((443, 80)))
    ends = (own, peer, protocol, near, far) if DIRECTIONS[direction] == "out" else (peer, own, protocol, far, near)
    return Packet(4, *ends, 2048 if protocol == 1 else None, 0, random.randrange(3), direction)


def treated(one: Machine, packet: Packet) -> set[frozenset[Treatment]]:
    """What may happen to a packet under each order of the rules; keywords hold for none of the sampled packets."""
    group = connection_group(one)
    inbound = packet.direction == DIRECTIONS.index("in")
    return {
        frozenset(
            treatment(one, group.things[winner], inbound)  # type: ignore[arg-type]
            for winner in decide(group.ordered(reading), packet).winners
        )
        or frozenset({LEFT_ALONE})
        for reading in group.readings
    }


@tries(40)
@given(lines(), lines(), st.randoms(use_true_random=False))
def test_sampled_packets_are_changed_just_where_it_is_said(some: list[str], others: list[str], random: Random) -> None:
    kept = [line for line in some if random.random() < 0.7]
    old, new = machine(*some), machine(*kept, *others[: random.randrange(3)])
    named = changes(old, new)
    for _ in range(60):
        packet = sampled(random)
        inside = any(
            matches(region.box, packet) for change in named for region in change.regions if not region.box.conditions
        )
        assert inside == (treated(old, packet) != treated(new, packet)), packet


def size(change: TrafficChange) -> int:
    """How many packets there are of them, however they are cut."""
    return sum(region.box.size for region in change.regions)


@tries(40)
@given(lines(), lines())
def test_there_and_back_mirror_each_other(some: list[str], others: list[str]) -> None:
    old, new = machine(*some), machine(*others)
    there, back = changes(old, new), changes(new, old)
    turned = {Effect.WEAKER: Effect.STRONGER, Effect.STRONGER: Effect.WEAKER, Effect.CHANGED: Effect.CHANGED}
    assert {(each.before, each.after, each.effect, size(each), each.readings) for each in there} == {
        (each.after, each.before, turned[each.effect], size(each), each.readings) for each in back
    }


@tries(40)
@given(
    st.lists(
        st.tuples(
            *[st.sampled_from(("me", "any", "10.0.0.1", "10.0.0.0/24", "10.0.0.9"))] * 2, st.sampled_from(("yes", "no"))
        ),
        min_size=2,
        max_size=8,
    ),
    st.integers(0, 7),
)
def test_filters_that_are_left_out_would_change_nothing(rows: list[tuple[str, str, str]], which: int) -> None:
    def of(some: list[tuple[str, str, str]]) -> Machine:
        filters = [
            f"ipsec static add filter filterlist=L srcaddr={one} dstaddr={other} mirrored={mirrored}"
            for one, other, mirrored in some
        ]
        return machine(*LEGACY[:2], *filters, *LEGACY[3:])

    old, new = of(rows), of([row for place, row in enumerate(rows) if place != which % len(rows)])
    every = changes(old, new)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nearby_filters, "FEW_FILTERS", 0)
        few = changes(old, new)
    assert [(each.before, each.after, size(each)) for each in few] == [
        (each.before, each.after, size(each)) for each in every
    ]


@tries(60)
@given(lines(), lines(), st.booleans(), st.randoms(use_true_random=False))
def test_rules_that_are_left_out_would_change_nothing(
    some: list[str], others: list[str], has_main_mode: bool, random: Random
) -> None:
    main = "advfirewall mainmode add rule name=M endpoint1=any endpoint2=10.0.4.0/24 auth1=computerkerb mmsecmethods={}"
    kept = [line for line in some if random.random() < 0.7]
    old, new = (
        machine(*rules, *([main.format(suite)] if has_main_mode else []))
        for rules, suite in ((some, "dhgroup14:aes256-sha256"), ([*kept, *others[:1]], "dhgroup2:3des-sha1"))
    )
    every = changes(old, new)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nearby_filters, "FEW_RULES", 0)
        few = changes(old, new)
    assert [
        (each.before, each.after, each.readings, size(each), each.rules_before, each.rules_after) for each in few
    ] == [(each.before, each.after, each.readings, size(each), each.rules_before, each.rules_after) for each in every]


@tries(40)
@given(lines())
def test_each_witness_is_treated_as_said(some: list[str]) -> None:
    old, new = machine(*some), machine(*some[1:])
    for change in changes(old, new):
        if not change.witness.holds and not change.readings and not change.regions[0].without:
            protections = [words(change.before), words(change.after)]
            for one, expected in zip((old, new), protections, strict=True):
                packet = replace(change.witness)
                assert sorted(expected) in [sorted(words(tuple(may))) for may in treated(one, packet)]


def test_local_rules_do_not_count_where_group_policy_says_so() -> None:
    """Those of the GPO do, and so do local ones where the setting is not of a GPO, or on another profile."""
    off = "advfirewall set domainprofile settings localconsecrules disable"
    old, local = machine(SERVERS), machine(SERVERS, off)
    assert changes(old, local) == ()
    (settings,) = local.policy.global_settings
    in_gpo = settings.model_copy(update={"store": "example\\IPsec"})
    new = local.with_policy(local.policy.model_copy(update={"global_settings": (in_gpo,)}))
    (lost,) = changes(old, new)
    assert (words(lost.before), words(lost.after)) == (["required"], ["untouched"])
    assert {box.sets[Axis.PROFILE].spans for box, _ in lost.regions} == {((0, 0),)}
    assert PROFILES[0] == "domain"
    (rule,) = new.policy.connection_security_rules
    moved = rule.model_copy(update={"store": "example\\IPsec"})
    assert changes(old, new.with_policy(new.policy.model_copy(update={"connection_security_rules": (moved,)}))) == ()


def with_filter(action: str) -> Machine:
    row = WfpFilter("{k}", "n", "FWPM_LAYER_IPSEC_V4", "s", 1, action, None, (), (), None, (), (), (), 3, 4)
    return Machine(name="m", policy=Policy(wfp_filters=(row,), wfp_filter_path="a.xml"))


def test_a_filter_of_no_policy_is_told_by_its_action_both_ways() -> None:
    permits, blocks = with_filter("permit"), with_filter("block")
    assert changes(permits, with_filter("permit")) == ()
    (change,) = changes(permits, blocks)
    assert set(change.directions) == {"in", "out"}
    assert [[each.options for each in side] for side in (change.before, change.after)] == [[("permit",)], [("block",)]]


STRONGEST, STRONGER, WEAKER, UNKNOWN = (
    Treatment("required", weakest=weakest)
    for weakest in ((256, 128, 112), (128, 192, 112), (128, 128, 112), (None, None, None))
)


@cases(
    ("before", "after", "expected"),
    [
        ([STRONGEST], [STRONGEST], Effect.CHANGED),
        ([STRONGEST], [STRONGER], Effect.WEAKER),
        ([WEAKER], [STRONGER], Effect.STRONGER),
        ([STRONGEST], [UNKNOWN], Effect.CHANGED),
        ([STRONGEST, WEAKER], [WEAKER, STRONGEST], Effect.CHANGED),
        ([STRONGEST, WEAKER], [STRONGEST, STRONGER], Effect.STRONGER),
        ([WEAKER, STRONGER], [STRONGEST, WEAKER], Effect.STRONGER),
        ([STRONGEST, WEAKER], [WEAKER], Effect.WEAKER),
        ([STRONGER, STRONGEST, WEAKER], [WEAKER, STRONGER], Effect.WEAKER),
        ([STRONGEST, UNKNOWN], [UNKNOWN, WEAKER], Effect.WEAKER),
    ],
)
def test_the_weakest_that_may_happen_weighs_first_then_the_strongest(
    before: list[Treatment], after: list[Treatment], expected: Effect
) -> None:
    assert effect(before, after) is expected
