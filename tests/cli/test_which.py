"""Which rule decides, and what the rules cover."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ipseclint.semantics.cases import MAX_CASES
from tests import ROOT

pytestmark = pytest.mark.drawn(3)

POLICY = """netsh advfirewall consec add rule name="Lower half" ^
 endpoint1=any endpoint2=10.9.0.0/25 action=noauthentication
netsh advfirewall consec add rule name="Whole" endpoint1=any endpoint2=10.9.0.0/24 action=requireinrequestout ^
 auth1=computerkerb qmsecmethods=esp:sha256-aes128,esp:sha1-3des
netsh advfirewall consec add rule name="Name servers" endpoint1=any endpoint2=dns action=noauthentication
"""
LEGACY = """netsh ipsec static add policy name=P assign=yes mmsecmethods="3DES-SHA1-2"
netsh ipsec static add filter filterlist=All srcaddr=me dstaddr=any
netsh ipsec static add filter filterlist=Web srcaddr=any dstaddr=any protocol=TCP dstport=80
netsh ipsec static add filteraction name=Secure action=negotiate qmsecmethods="ESP[3DES,SHA1]:100000k/3600s"
netsh ipsec static add filteraction name=Stop action=block
netsh ipsec static add rule name=A policy=P filterlist=All filteraction=Secure
netsh ipsec static add rule name=W policy=P filterlist=Web filteraction=Stop
"""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "policy.cmd").write_text(POLICY)
    (tmp_path / "legacy.cmd").write_text(LEGACY)
    return tmp_path


def which(cli: Callable[..., Any], file: str, *more: str) -> Any:
    ran = cli("which", file, "--src", "10.0.0.5", *more, "--direction", "out", "--format", "json")
    assert ran.code == 0, ran
    return json.loads(ran.out)["decisions"]


def test_the_exemption_decides_in_its_half(desk: Path, cli: Callable[..., Any]) -> None:
    (decision,) = which(cli, "policy.cmd", "--dst", "10.9.0.7", "--proto", "tcp", "--dport", "445")
    assert [each["name"] for each in decision["winners"]] == ["Lower half"]
    assert decision["winners"][0]["why"] == "exempt"
    assert decision["offers"] == []
    assert [each["name"] for each in decision["losers"]] == ["Whole"]
    assert [each["name"] for each in decision["provisos"]] == ["Name servers"]
    assert len(decision["readings"]) == 2


def test_offers_without_encryption_are_told(desk: Path, cli: Callable[..., Any]) -> None:
    rule = "netsh advfirewall consec add rule name=R endpoint1=any endpoint2=any action=requireinrequireout"
    methods = "auth1=computerkerb qmsecmethods=esp:sha1-none,esp:sha1-aes128,ah:sha1"
    (desk / "null.cmd").write_text(f"{rule} {methods}")
    (decision,) = which(cli, "null.cmd", "--dst", "10.9.0.200")
    quick = [each for each in decision["offers"] if each.startswith("quick mode")]
    assert ["unencrypted" in each for each in quick] == [True, False, False]


def test_what_a_rule_does_depends_on_the_direction(desk: Path, cli: Callable[..., Any]) -> None:
    (out,) = which(cli, "policy.cmd", "--dst", "10.9.0.200")
    ran = cli(
        "which", "policy.cmd", "--src", "10.9.0.200", "--dst", "10.0.0.5", "--direction", "in", "--format", "json"
    )
    (back,) = json.loads(ran.out)["decisions"]
    assert [each["winners"][0]["why"] for each in (out, back)] == ["requested", "required"]


def test_the_rule_decides_in_the_other_half_and_offers_its_proposals_in_order(
    desk: Path, cli: Callable[..., Any]
) -> None:
    (decision,) = which(cli, "policy.cmd", "--dst", "10.9.0.200")
    assert [(each["name"], each["location"]["line"]) for each in decision["winners"]] == [("Whole", 3)]
    quick = [each for each in decision["offers"] if each.startswith("quick mode")]
    assert [each.split()[3:5] for each in quick] == [["ESP", "AES-128"], ["ESP", "3DES"]]


def test_the_site_binds_a_keyword(desk: Path, cli: Callable[..., Any]) -> None:
    (desk / "ipseclint.toml").write_text('[site]\ndns_servers = ["10.8.0.53"]\n')
    (decision,) = which(cli, "policy.cmd", "--dst", "10.8.0.53")
    assert [each["name"] for each in decision["winners"]] == ["Name servers"]
    assert which(cli, "policy.cmd", "--dst", "10.8.0.54") == []


def test_me_is_the_address_of_this_machine(desk: Path, cli: Callable[..., Any]) -> None:
    (decision,) = which(cli, "legacy.cmd", "--dst", "192.0.2.9", "--proto", "udp")
    assert [(each["why"], each["location"]["line"]) for each in decision["winners"]] == [("required", 2)]
    back = ("--src", "192.0.2.9", "--dst", "10.0.0.5", "--proto", "udp", "--direction", "in")
    (decision,) = json.loads(cli("which", "legacy.cmd", *back, "--format", "json").out)["decisions"]
    assert [(each["why"], each["location"]["line"]) for each in decision["winners"]] == [("required", 2)]
    assert decision["provisos"] == []


def test_of_two_filters_neither_of_which_contains_the_other_each_may_decide(
    desk: Path, cli: Callable[..., Any]
) -> None:
    (decision,) = which(cli, "legacy.cmd", "--dst", "192.0.2.9", "--proto", "tcp", "--dport", "80")
    assert {(each["why"], each["location"]["line"]) for each in decision["winners"]} == {
        ("required", 2),
        ("blocked", 3),
    }


def test_the_most_specific_filter_of_a_legacy_policy_decides(desk: Path, cli: Callable[..., Any]) -> None:
    (desk / "legacy.cmd").write_text(LEGACY.replace("srcaddr=any dstaddr=any", "srcaddr=me dstaddr=any"))
    (decision,) = which(cli, "legacy.cmd", "--dst", "192.0.2.9", "--proto", "tcp", "--dport", "80")
    assert [(each["why"], each["location"]["line"]) for each in decision["winners"]] == [("blocked", 3)]


@pytest.mark.parametrize("direction", ["out", "in"])
def test_coverage_knows_which_address_is_me(direction: str, desk: Path, cli: Callable[..., Any]) -> None:
    ran = cli("coverage", "legacy.cmd", "--direction", direction, "--format", "json")
    every, _of_ipv6 = json.loads(ran.out)
    assert every["conditional"] == []
    assert every["otherwise"]["words"].startswith("blocked for protocol tcp, ")
    assert every["otherwise"]["words"].endswith("; otherwise required (the order of these rules is not known)")


def test_it_reads_in_words(desk: Path, cli: Callable[..., Any]) -> None:
    ran = cli("which", "policy.cmd", "--src", "10.0.0.5", "--dst", "10.9.0.7", "--profile", "domain")
    assert ran.code == 0
    assert 'decides: "Lower half" (exempt) at policy.cmd:1' in ran.out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--src", "10.0.0.5", "--dst", "2001:db8::1"], 2),
        (["--src", "ten", "--dst", "10.0.0.1"], 2),
        (["--src", "10.0.0.5", "--dst", "10.0.0.1", "--proto", "icmpv4", "--dport", "80"], 2),
        (["--src", "10.0.0.5", "--dst", "10.0.0.1", "--proto", "tcp", "--dport", "99999"], 2),
        (["--src", "10.0.0.5", "--dst", "10.0.0.1", "--profile", "work"], 2),
        (["--src", "10.0.0.5", "--dst", "10.0.0.1", "--proto", "carrier-pigeon"], 2),
    ],
)
def test_packets_that_cannot_be(desk: Path, cli: Callable[..., Any], arguments: list[str], code: int) -> None:
    assert cli("which", "policy.cmd", *arguments).code == code


@pytest.mark.parametrize(("direction", "secured"), [("out", "requested"), ("in", "required")])
def test_coverage_tells_every_class(desk: Path, cli: Callable[..., Any], direction: str, secured: str) -> None:
    ran = cli("coverage", "policy.cmd", "--direction", direction, "--format", "json")
    assert ran.code == 0
    four = next(row for row in json.loads(ran.out) if row["family"] == 4)
    assert four["profiles"] == ["domain", "private", "public"]
    by_range = {each["addresses"]: (each["count"], each["words"]) for each in four["segments"]}
    assert by_range == {"10.9.0.0/25": (128, "exempt"), "10.9.0.128/25": (128, secured)}
    assert (four["otherwise"]["addresses"], four["otherwise"]["classes"]) == ("all other addresses", ["untouched"])
    assert four["otherwise"]["count"] == 2**32 - 256
    assert four["conditional"] == ["Name servers"]
    assert four["complete"]
    assert four["direction"] == direction
    text = cli("coverage", "policy.cmd", "--direction", direction).out
    assert re.search(rf"^  10.9.0.128/25 +{secured}$", text, re.MULTILINE)
    assert "%" not in text


def test_coverage_is_by_profile_and_names_what_differs_within_a_range(desk: Path, cli: Callable[..., Any]) -> None:
    rule = "netsh advfirewall consec add rule name=W endpoint1=10.1.0.0/16 endpoint2=10.2.0.0/16"
    (desk / "web.cmd").write_text(
        f"{rule} protocol=tcp port2=443 action=requireinrequireout profile=domain auth1=computerkerb"
    )
    ran = cli("coverage", "web.cmd", "--direction", "out", "--format", "json")
    here, elsewhere = json.loads(ran.out)
    assert here["profiles"] == ["domain"]
    (row,) = here["segments"]
    assert row["addresses"] == "10.2.0.0/16"
    assert row["classes"] == ["required", "untouched"]
    assert row["words"] == (
        "required for protocol tcp, the peer's port 443, own address 10.1.0.0/16; otherwise untouched"
    )
    assert elsewhere["profiles"] == ["private", "public"]
    assert (elsewhere["segments"], elsewhere["otherwise"]["words"]) == ([], "untouched")
    assert elsewhere["otherwise"]["addresses"] == "every address"


def test_what_is_not_given_is_answered_for_each_of_its_values(desk: Path, cli: Callable[..., Any]) -> None:
    rule = "netsh advfirewall consec add rule endpoint1=any endpoint2=any auth1=computerkerb"
    (desk / "open.cmd").write_text(
        f"{rule} name=A protocol=tcp port2=445 action=requireinrequireout profile=domain\n"
        f"{rule} name=B interfacetype=lan action=requestinrequestout\n"
    )
    ran = cli("which", "open.cmd", "--src", "10.0.0.5", "--dst", "10.0.0.9", "--format", "json")
    body = json.loads(ran.out)
    assert "decisions" not in body
    told = [
        (case["where"], [winner["name"] for each in case["decisions"] for winner in each["winners"]])
        for case in body["cases"]
    ]
    lan, else_where = {"interface": "lan"}, {"interface": "wireless or ras"}
    smb, tcp = {"protocol": "tcp", "destination port": "445"}, {"protocol": "tcp", "destination port": "any but 445"}
    other = {"protocol": "any but tcp"}
    assert sorted(told, key=str) == sorted(
        [
            ({"profile": "domain", **lan, **smb}, ["A", "B"]),
            ({"profile": "domain", **lan, **tcp}, ["B"]),
            ({"profile": "domain", **lan, **other}, ["B"]),
            ({"profile": "domain", **else_where, **smb}, ["A"]),
            ({"profile": "domain", **else_where, **tcp}, []),
            ({"profile": "domain", **else_where, **other}, []),
            ({"profile": "private or public", **lan}, ["B"]),
            ({"profile": "private or public", **else_where}, []),
        ],
        key=str,
    )
    text = cli("which", "open.cmd", "--src", "10.0.0.5", "--dst", "10.0.0.9").out
    assert "the answer differs by profile, interface, protocol and destination port" in text


def test_a_direction_that_is_not_given_is_answered_for_each(desk: Path, cli: Callable[..., Any]) -> None:
    rule = "netsh advfirewall consec add rule endpoint1=any endpoint2=any auth1=computerkerb"
    (desk / "both.cmd").write_text(
        f"{rule} name=A protocol=tcp port2=445 action=requireinrequestout\n"
        f"{rule} name=B protocol=udp action=noauthentication\n"
    )
    packet = ["which", "both.cmd", "--src", "10.0.0.5", "--dst", "10.0.0.9"]
    told = [
        (case["where"], [winner["why"] for each in case["decisions"] for winner in each["winners"]])
        for case in json.loads(cli(*packet, "--sport", "49200", "--format", "json").out)["cases"]
    ]
    smb = {"protocol": "tcp", "destination port": "445"}
    assert told == [
        ({"protocol": "tcp", "destination port": "any but 445"}, []),
        ({"protocol": "udp"}, ["exempt"]),
        ({"direction": "out", **smb}, ["requested"]),
        ({"direction": "in", **smb}, ["required"]),
    ]
    assert "direction in: the packets that answer it" in cli(*packet).out
    given = json.loads(cli(*packet, "--proto", "udp", "--format", "json").out)
    assert (given["packet"], given["cases"][0]["where"]) == ("10.0.0.5 -> 10.0.0.9 udp", {})
    assert [each["winners"][0]["why"] for each in given["decisions"]] == ["exempt"]


def test_coverage_without_a_direction_is_of_each_and_tells_once_what_is_alike(
    desk: Path, cli: Callable[..., Any]
) -> None:
    by_direction = {
        way: json.loads(cli("coverage", "policy.cmd", "--direction", way, "--format", "json").out)
        for way in ("out", "in")
    }
    assert json.loads(cli("coverage", "policy.cmd", "--format", "json").out) == by_direction["out"] + by_direction["in"]
    (desk / "alike.cmd").write_text(
        "netsh advfirewall consec add rule name=A endpoint1=any endpoint2=10.0.0.9 action=requireinrequireout "
        "auth1=computerkerb\n"
    )
    text = cli("coverage", "alike.cmd").out
    assert text.count("10.0.0.9/32") == 1
    assert "IPv4, outbound by destination and inbound by source, on every profile" in text


def test_filters_of_wfp_are_asked_whichever_end_begins(desk: Path, cli: Callable[..., Any]) -> None:
    state = str(ROOT / "fixtures" / "runs" / "docs" / "wfpstate.xml")
    of_direction = {}
    for way in ("out", "in"):
        rows = json.loads(cli("coverage", state, "--direction", way, "--format", "json").out)
        of_direction[way] = [
            {key: row[key] for key in ("group", "segments", "otherwise", "conditional")} for row in rows
        ]
    assert of_direction["out"] == of_direction["in"]
    back = ("--src", "10.2.2.3", "--dst", "10.1.0.5", "--direction", "in", "--proto", "tcp", "--sport", "445")
    for packet in (back, ("--src", "10.1.0.5", "--dst", "10.2.2.3", "--proto", "tcp", "--dport", "445")):
        (decision,) = json.loads(cli("which", state, *packet, "--format", "json").out)["decisions"]
        assert [each["name"] for each in decision["winners"]] == ["main modes"]


def test_a_port_without_a_protocol_is_one_of_tcp_or_udp(desk: Path, cli: Callable[..., Any]) -> None:
    rule = (
        "netsh advfirewall consec add rule name=A endpoint1=any endpoint2=any auth1=computerkerb protocol=tcp port2=445"
    )
    (desk / "port.cmd").write_text(f"{rule} action=requireinrequireout\n")
    ran = cli("which", "port.cmd", "--src", "10.0.0.5", "--dst", "10.0.0.9", "--dport", "445", "--format", "json")
    told = {case["where"]["protocol"]: len(case["decisions"]) for case in json.loads(ran.out)["cases"]}
    assert told == {"tcp": 1, "udp": 0}


def test_a_direction_that_is_none(desk: Path, cli: Callable[..., Any]) -> None:
    assert cli("coverage", "policy.cmd", "--direction", "up").code == 2


def test_a_policy_in_part_is_answered_only_when_asked(desk: Path, cli: Callable[..., Any]) -> None:
    (desk / "half.cmd").write_text(POLICY + "netsh advfirewall consec add rule name=%X% endpoint1=any endpoint2=any\n")
    packet = ["--src", "10.0.0.5", "--dst", "10.9.0.7"]
    assert cli("which", "half.cmd", *packet).code == 4
    assert cli("which", "half.cmd", *packet, "--allow-partial").code == 0
    assert cli("coverage", "nothing.cmd").code == 4


def test_coverage_answers_for_each_reading_of_the_order(desk: Path, cli: Callable[..., Any]) -> None:
    Path("order.cmd").write_text(
        "netsh advfirewall consec add rule name=Wide endpoint1=any endpoint2=10.0.0.0/8 action=noauthentication\n"
        "netsh advfirewall consec add rule name=Web endpoint1=any endpoint2=10.1.0.0/16 protocol=tcp port2=443 "
        "action=requireinrequireout auth1=computerkerb\n"
    )
    both = json.loads(cli("coverage", "order.cmd", "--direction", "out", "--format", "json").out)
    assert [
        (each["readings"], [row["words"] for row in each["segments"] if "10.1." in row["addresses"]]) for each in both
    ] == [
        (["exemptions first"], []),
        (
            ["most specific filter first"],
            ["required for protocol tcp, the peer's port 443; otherwise exempt"],
        ),
    ]
    Path("alike.cmd").write_text(
        "netsh advfirewall consec add rule name=Web endpoint1=any endpoint2=10.1.0.0/16 action=requireinrequireout "
        "auth1=computerkerb\n"
    )
    (alone,) = json.loads(cli("coverage", "alike.cmd", "--direction", "out", "--format", "json").out)
    assert alone["readings"] == ["exemptions first", "most specific filter first"]
    assert "(exemptions first or most specific filter first)" in cli("coverage", "alike.cmd").out


def test_which_answers_for_many_ports_of_many_rules(desk: Path, cli: Callable[..., Any]) -> None:
    rules = [
        f"netsh advfirewall consec add rule name=R{n} endpoint1=any endpoint2=10.0.0.0/8 protocol={protocol} "
        f"port1={2000 + 3 * n} port2={1000 + 7 * n} action=requestinrequestout auth1=computerkerb\n"
        for n in range(70)
        for protocol in (("tcp", "udp")[n % 2],)
    ]
    Path("many.cmd").write_text("".join(rules))
    ran = cli("which", "many.cmd", "--src", "10.1.1.1", "--dst", "10.2.2.2", "--format", "json")
    cases = json.loads(ran.out)["cases"]
    decided = {case["decisions"][0]["winners"][0]["name"]: case["where"] for case in cases if case["decisions"]}
    assert decided == {
        f"R{n}": {
            "protocol": ("tcp", "udp")[n % 2],
            "source port": str(2000 + 3 * n),
            "destination port": str(1000 + 7 * n),
        }
        for n in range(70)
    }
    assert any(not case["decisions"] for case in cases)


def test_which_asks_for_a_field_where_the_cases_are_too_many(
    desk: Path, cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MAX_CASES == 4_000
    monkeypatch.setattr("ipseclint.semantics.cases.MAX_CASES", 400)
    sides = [
        f"netsh advfirewall consec add rule name={side}{n} endpoint1=any endpoint2=10.0.0.0/8 protocol=tcp "
        f"{side}={1000 + n} action=requestinrequestout auth1=computerkerb\n"
        for n in range(0, 44, 2)
        for side in ("port1", "port2")
    ]
    Path("grid.cmd").write_text("".join(sides))
    ran = cli("which", "grid.cmd", "--src", "10.1.1.1", "--dst", "10.2.2.2")
    assert ran.code == 2
    assert "more than 400 cases apart here: give one of --proto, --sport, --dport" in ran.err
