"""Rules fire on one side of a boundary and are silent on the other."""

from __future__ import annotations

import pytest

from ipseclint.finding import Severity
from ipseclint.model.change import Assign, Remove
from ipseclint.model.events import Counter
from ipseclint.model.machine import Machine
from ipseclint.model.site import Link, Site
from ipseclint.rule import Hit
from ipseclint.source import Span
from tests.cases import cases
from tests.rules.rule_inputs import consec, failure, hits, machine, with_events

AT = Span("events.xml", 1, 1)
ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
TIMED_OUT, QUEUE_DROP, POLICY_CHANGED = 13805, 13811, 13849


def one(found: list[Hit]) -> Hit:
    (hit,) = found
    return hit


@cases(("drops", "severity"), [(9, WARNING), (10, ERROR)])
def test_queue_drops_are_grave_from_ten_in_an_hour(drops: int, severity: Severity) -> None:
    found = hits("RT001", with_events(*(failure(QUEUE_DROP, minute=each) for each in range(drops))))
    assert one(found).severity is severity


@cases(("events", "fires"), [(4, False), (5, True)])
def test_one_peer_stands_out_among_five_time_outs(events: int, fires: bool) -> None:
    found = hits("RT005", with_events(*(failure(TIMED_OUT, "10.9.0.4", each) for each in range(events))))
    assert bool(found) is fires


@cases(("same", "fires"), [(20, False), (21, True)])
def test_one_peer_stands_out_with_more_than_half(same: int, fires: bool) -> None:
    events = [failure(TIMED_OUT, "10.9.0.4", each) for each in range(same)]
    events += [failure(TIMED_OUT, f"10.{each}.0.4", each) for each in range(20, 60 - same)]
    assert len(events) == 40
    assert bool(hits("RT005", with_events(*events))) is fires


@cases(("events", "fires"), [(4, False), (5, True)])
def test_time_outs_of_all_peers_are_five_at_least(events: int, fires: bool) -> None:
    outs = [failure(TIMED_OUT, f"10.{each}.0.4", each) for each in range(events)]
    assert bool(hits("RT006", with_events(failure(QUEUE_DROP), *outs))) is fires


@cases(("same", "fires"), [(20, True), (21, False)])
def test_time_outs_are_those_of_all_peers_up_to_half_with_one(same: int, fires: bool) -> None:
    outs = [failure(TIMED_OUT, "10.9.0.4", each) for each in range(same)]
    outs += [failure(TIMED_OUT, f"10.{each}.0.4", each) for each in range(20, 60 - same)]
    assert bool(hits("RT006", with_events(failure(QUEUE_DROP), *outs))) is fires


@cases(("events", "fires"), [(4, False), (5, True)])
def test_policy_changes_are_a_storm_from_five(events: int, fires: bool) -> None:
    found = hits("RT008", with_events(*(failure(POLICY_CHANGED, second=each) for each in range(events))))
    assert bool(found) is fires


@cases(("seconds", "fires"), [(300, True), (301, False)])
def test_policy_changes_are_a_storm_within_five_minutes(seconds: int, fires: bool) -> None:
    events = [failure(POLICY_CHANGED, second=each) for each in range(4)]
    events.append(failure(POLICY_CHANGED, minute=seconds // 60, second=seconds % 60))
    assert bool(hits("RT008", with_events(*events))) is fires


@cases(("number", "severity"), [(399, None), (400, WARNING), (499, WARNING), (500, ERROR)])
def test_half_open_negotiations(number: int, severity: Severity | None) -> None:
    counter = Counter(
        group="ikeStatistics/v4Statistics", name="currentNewResponderMainModes", value=number, span=AT, time=None
    )
    found = hits("RT009", with_events(counters=(counter,)))
    assert [each.severity for each in found] == ([] if severity is None else [severity])


@cases(("range_", "ports"), [("8000-8015", 16), ("8000-8016", 0), ("8000-8014,9000", 16), ("8000-8015,9000", 0)])
def test_short_port_range_is_listed_by_the_repair(range_: str, ports: int) -> None:
    rule = consec(f"name=R endpoint1=any endpoint2=any protocol=tcp port2={range_} action=requireinrequestout")
    found = one(hits("FL009", machine(f"{rule} auth1=computerkerb")))
    assert found.fix is not None
    (change,) = found.fix.changes
    assert isinstance(change, Assign)
    assert isinstance(change.value, tuple)
    assert len(change.value) == ports


@cases(
    ("remote", "fires"),
    [
        ("223.255.255.255", False),
        ("224.0.0.0", True),
        ("239.255.255.255", True),
        ("240.0.0.1", False),
        ("126.255.255.255", False),
        ("127.0.0.0/8", True),
        ("128.0.0.1", False),
        ("::1", True),
        ("::2", False),
        ("ff00::/8", True),
        ("fe00::1", False),
        ("10.0.0.1-10.0.0.1", False),
    ],
)
def test_address_that_no_host_has(remote: str, fires: bool) -> None:
    rule = consec(f"name=R endpoint1=any endpoint2={remote} action=requireinrequestout auth1=computerkerb")
    assert bool(hits("FL011", machine(rule))) is fires


@cases(
    ("remote", "action", "kind", "risky"),
    [
        ("10.0.0.1,224.0.0.5", "requireinrequestout", Assign, True),
        ("10.0.0.1,224.0.0.5", "requestinrequestout", Assign, False),
        ("224.0.0.5", "requestinrequestout", Remove, False),
    ],
)
def test_address_that_no_host_has_is_taken_out(remote: str, action: str, kind: type, risky: bool) -> None:
    rule = consec(f"name=R endpoint1=any endpoint2={remote} action={action} auth1=computerkerb")
    fix = one(hits("FL011", machine(rule))).fix
    assert fix is not None
    (change,) = fix.changes
    assert isinstance(change, kind)
    assert fix.risky is risky
    if isinstance(change, Assign):
        assert [str(each) for each in change.value] == ["10.0.0.1"]  # type: ignore[attr-defined]


@cases(("local", "any_address"), [("127.0.0.1", True), ("10.0.0.1", False)])
def test_own_address_that_no_host_has_becomes_any(local: str, any_address: bool) -> None:
    rule = consec(f"name=R endpoint1={local} endpoint2=10.2.0.0/16 action=requestinrequestout auth1=computerkerb")
    found = hits("FL011", machine(rule))
    assert bool(found) is any_address
    if found:
        assert found[0].fix is not None
        assert isinstance(found[0].fix.changes[0], Assign)


def tunnel(local: str, remote: str, more: str = "") -> Machine:
    rule = consec(
        f"name=T mode=tunnel endpoint1=10.1.0.0/16 endpoint2=10.2.0.0/16 action=requireinrequireout "
        f"localtunnelendpoint={local} remotetunnelendpoint={remote} auth1=computerkerb {more}"
    )
    return machine(rule)


@cases(
    ("local", "remote", "count"),
    [
        ("198.51.100.1", "203.0.113.7", 0),
        ("127.0.0.0", "203.0.113.7", 1),
        ("127.255.255.255", "203.0.113.7", 1),
        ("128.0.0.0", "203.0.113.7", 0),
        ("126.255.255.255", "203.0.113.7", 0),
        ("198.51.100.1", "2001:db8::1", 1),
        ("2001:db8::1", "2001:db8::2", 0),
        ("any", "2001:db8::2", 0),
    ],
)
def test_ends_of_a_tunnel(local: str, remote: str, count: int) -> None:
    assert len(hits("FL012", tunnel(local, remote))) == count


EXEMPT_12 = "name=E endpoint1=any action=noauthentication endpoint2="


@cases(
    ("remote", "fires"),
    [
        ("10.0.0.0/12", False),
        ("10.0.0.0-10.16.0.0", True),
        ("10.0.0.0-10.15.255.255", False),
        ("10.0.0.0/11", True),
        ("2001:db8::/32", False),
        ("2001:db8::/31", True),
    ],
)
def test_exemption_is_wide_above_twelve_bits(remote: str, fires: bool) -> None:
    assert bool(hits("EX010", machine(consec(EXEMPT_12 + remote)))) is fires


def lifetimes(remote: str, kilobytes: int, bits_per_second: int) -> Machine:
    rule = consec(
        f"name=R endpoint1=any endpoint2={remote} action=requireinrequireout auth1=computerkerb "
        f"qmsecmethods=esp:sha256-aes128+60min+{kilobytes}kb"
    )
    return machine(rule, site=Site(links=(Link(range=remote, bits_per_second=bits_per_second),)))


@cases(
    ("bits_per_second", "severity"),
    # 100,000 KB are 819,200,000 bits.
    [(13_653_333, None), (13_653_334, WARNING), (163_840_000, WARNING), (163_840_001, ERROR)],
)
def test_volume_is_used_up_in_less_than_a_minute_or_five_seconds(
    bits_per_second: int, severity: Severity | None
) -> None:
    found = hits("QD005", lifetimes("10.2.0.0/16", 100_000, bits_per_second))
    assert [each.severity for each in found] == ([] if severity is None else [severity])


@cases(("kilobytes", "fires"), [(12_207_031, False), (7_324_218, True), (7_324_219, False)])
def test_without_a_link_a_gigabit_is_assumed(kilobytes: int, fires: bool) -> None:
    rule = consec(
        "name=R endpoint1=any endpoint2=10.2.0.0/16 action=requireinrequireout auth1=computerkerb "
        f"qmsecmethods=esp:sha256-aes128+60min+{kilobytes}kb"
    )
    assert bool(hits("QD005", machine(rule))) is fires


@cases(("polling", "severity"), [(4, ERROR), (5, WARNING), (29, WARNING), (30, None)])
def test_policy_polling(polling: int, severity: Severity | None) -> None:
    found = hits("QD024", machine(f"netsh ipsec static add policy name=P pollinginterval={polling} assign=yes"))
    assert [each.severity for each in found] == ([] if severity is None else [severity])


@cases(("main", "quick", "fires"), [(119, 60, True), (120, 60, False), (120, 61, True), (480, 240, False)])
def test_main_mode_lives_twice_as_long_as_quick_mode(main: int, quick: int, fires: bool) -> None:
    rule = consec("name=R endpoint1=any endpoint2=10.2.0.0/16 action=requireinrequireout auth1=computerkerb ")
    subject = machine(
        f"netsh advfirewall set global mainmode mmkeylifetime {main}min,0sess",
        f"{rule} qmsecmethods=esp:sha256-aes128+{quick}min+100000kb",
    )
    assert bool(hits("QD025", subject)) is fires


@cases(("quick", "changes"), [(60, 1), (240, 1), (241, 2)])
def test_main_mode_is_not_lengthened_alone_where_that_would_not_do(quick: int, changes: int) -> None:
    rule = consec("name=R endpoint1=any endpoint2=10.2.0.0/16 action=requireinrequireout auth1=computerkerb ")
    subject = machine(
        "netsh advfirewall set global mainmode mmkeylifetime 60min,0sess",
        f"{rule} qmsecmethods=esp:sha256-aes128+{quick}min+100000kb",
    )
    fix = one(hits("QD025", subject)).fix
    assert fix is not None
    assert len(fix.changes) == changes


@cases(
    ("exemption", "fires"),
    [
        ("protocol=udp port2=66", True),
        ("protocol=udp port2=67", False),
        ("protocol=udp port2=68", False),
        ("protocol=udp port1=68", False),
        ("protocol=udp port2=69", True),
        ("protocol=tcp port2=67", True),
    ],
)
def test_dhcp_is_exempt_by_its_ports(exemption: str, fires: bool) -> None:
    subject = machine(
        "netsh advfirewall set global ipsec defaultexemptions icmp",
        consec("name=R endpoint1=any endpoint2=any action=requireinrequireout auth1=computerkerb"),
        consec(f"name=E endpoint1=any endpoint2=any action=noauthentication {exemption}"),
    )
    assert bool(hits("EX003", subject)) is fires


LEGACY_REQUIRE = (
    "netsh ipsec static add policy name=P assign=yes",
    "netsh ipsec static add filterlist name=All",
    "netsh ipsec static add filter filterlist=All srcaddr=me dstaddr=any",
    "netsh ipsec static add filteraction name=Secure action=negotiate inpass=no soft=no",
    "netsh ipsec static add filteraction name=Permit action=permit",
    "netsh ipsec static add rule name=R policy=P filterlist=All filteraction=Secure",
    "netsh advfirewall set global ipsec defaultexemptions none",
)


@pytest.mark.parametrize(
    ("code", "exemption", "fires"),
    [
        ("EX003", "protocol=udp srcport=68 dstport=67", False),
        ("EX003", "protocol=udp srcport=0 dstport=69", True),
        ("EX003", "protocol=tcp srcport=68 dstport=67", True),
        ("EX005", "protocol=icmp", False),
        ("EX005", "protocol=tcp", True),
    ],
)
def test_filters_of_the_older_tool_exempt_as_well(code: str, exemption: str, fires: bool) -> None:
    subject = machine(
        *LEGACY_REQUIRE,
        "netsh ipsec static add filterlist name=Open",
        f"netsh ipsec static add filter filterlist=Open srcaddr=me dstaddr=any {exemption}",
        "netsh ipsec static add rule name=E policy=P filterlist=Open filteraction=Permit",
    )
    assert bool(hits(code, subject)) is fires


@cases(("apart_seconds", "churn"), [(3600, True), (3601, False)])
def test_main_modes_that_end_within_one_quick_mode_are_told_once(apart_seconds: int, churn: bool) -> None:
    ended = [failure(13884, "10.9.0.4"), failure(13884, "10.9.0.4", *divmod(apart_seconds, 60))]
    found = {code for code in ("RT007", "RT020") if hits(code, with_events(*ended))}
    assert found == {"RT007" if churn else "RT020"}
