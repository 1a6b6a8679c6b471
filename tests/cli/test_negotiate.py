"""`ipseclint negotiate`: its verdicts as exit codes, the contract of its JSON, and what it takes as an end."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ipseclint.formats.peers.shipped import default_names
from tests.test_schemas import SCHEMAS, strict

pytestmark = [pytest.mark.drawn(3), pytest.mark.usefixtures("unwrapped")]

Cli = Callable[..., Any]
SCHEMA = strict(SCHEMAS["negotiation-1"])
FIXTURES = Path(__file__).parents[2] / "fixtures" / "formats" / "ike-log"

KEY = "k7Jq-Example-0001"
SITE = (
    "netsh advfirewall set global mainmode mmsecmethods dhgroup14:aes256-sha256\r\n"
    'netsh advfirewall consec add rule name="S" endpoint1={a}/16 endpoint2={b}/16 action={action} '
    "auth1=computerpsk auth1psk={key} qmsecmethods={quick}+60min+100000kb qmpfs=dhgroup14\r\n"
)
STRONG, WEAK = "esp:sha256-aes256", "esp:sha1-3des"
HERE, THERE, ELSEWHERE = "10.1.0.0", "10.2.0.0", "10.9.0.0"
INSISTS = "requireinrequireout"


def site(
    a: str = THERE, b: str = HERE, key: str = KEY, quick: str = STRONG, action: str = INSISTS, more: str = ""
) -> bytes:
    return (SITE.format(a=a, b=b, key=key, quick=quick, action=action) + more).encode()


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, content in {
        "a.cmd": site(HERE, THERE),
        "same.cmd": site(),
        "key.cmd": site(key="k7Jq-Example-0002"),
        "weak.cmd": site(quick=WEAK),
        "asks.cmd": site(quick=WEAK, action="requestinrequestout"),
        "a-asks.cmd": site(HERE, THERE, action="requestinrequestout"),
        "far.cmd": site(ELSEWHERE, ELSEWHERE),
        "half.cmd": site(more="netsh advfirewall set global mainmode mmkeylifetime %MINUTES%min,0sess\r\n"),
        "notes.txt": b"shopping list",
        "empty.cmd": b"",
    }.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def pairs(cli: Cli, *arguments: str) -> list[dict[str, Any]]:
    import jsonschema

    ran = cli("negotiate", *arguments, "--format", "json")
    body = json.loads(ran.out)
    assert body["schema"] == "ipseclint.negotiation/1"
    jsonschema.Draft202012Validator(SCHEMA).validate(body)
    found = body["pairs"]
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize(
    ("a", "b", "code"),
    [
        ("a.cmd", "same.cmd", 0),
        ("a.cmd", "key.cmd", 1),
        ("a.cmd", "weak.cmd", 1),
        ("a.cmd", "asks.cmd", 1),
        ("a.cmd", "far.cmd", 1),
        ("a.cmd", "empty.cmd", 3),
        ("a.cmd", "half.cmd", 4),
        ("a.cmd", "missing.cmd", 4),
    ],
)
def test_the_exit_code_is_the_verdict(cli: Cli, desk: Path, a: str, b: str, code: int) -> None:
    ran = cli("negotiate", a, b)
    assert ran.code == code, ran


def test_partial_input_lets_the_verdicts_decide_when_allowed(cli: Cli, desk: Path) -> None:
    assert cli("negotiate", "a.cmd", "half.cmd", "--allow-partial").code == 0


def test_each_end_is_the_initiator_once(cli: Cli, desk: Path) -> None:
    assert [each["initiator"] for each in pairs(cli, "a.cmd", "same.cmd")] == ["a", "b"]
    assert [each["initiator"] for each in pairs(cli, "a.cmd", "same.cmd", "--from", "same.cmd")] == ["b"]
    assert cli("negotiate", "a.cmd", "same.cmd", "--from", "other.cmd").code == 2


def test_a_failure_names_values_places_events_and_a_repair_for_each_end(cli: Cli, desk: Path) -> None:
    first, second = pairs(cli, "a.cmd", "weak.cmd")
    assert (first["verdict"], first["stage"], first["when"]) == ("fails", "quick-mode-suite", "connect")
    (difference,) = first["differences"]
    assert (difference["a"], difference["b"]) == ("ESP AES-256+SHA-256", "ESP 3DES+SHA-1")
    assert difference["a_location"]["path"] == "a.cmd"
    assert difference["b_location"] == {"path": "weak.cmd", "line": 2, "column": difference["a_location"]["column"]}
    assert first["a_sees"]["code"] == 13868
    assert {"code", "name", "event", "notify", "note"} == set(first["b_sees"])
    for end in "ab":
        assert {"words", "netsh", "powershell", "note"} == set(first["fix"][end])
    assert second["verdict"] == "fails"


def test_either_repair_alone_is_enough(cli: Cli, desk: Path) -> None:
    entry = pairs(cli, "a.cmd", "weak.cmd")[0]
    for end, mine, other in (("a", "a.cmd", "weak.cmd"), ("b", "weak.cmd", "a.cmd")):
        repaired = Path("repaired.cmd")
        repaired.write_bytes(Path(mine).read_bytes() + entry["fix"][end]["netsh"].encode() + b"\r\n")
        assert {each["verdict"] for each in pairs(cli, str(repaired), other)} == {"secured"}


def test_the_schema_takes_nothing_else(cli: Cli, desk: Path) -> None:
    import jsonschema

    schema = jsonschema.Draft202012Validator(SCHEMA)
    (first, _) = pairs(cli, "a.cmd", "weak.cmd")
    for key, value in (("verdict", "fine"), ("stage", "dinner"), ("when", None), ("more", 1), ("a", None)):
        body = {"schema": "ipseclint.negotiation/1", "pairs": [{**first, key: value}], "not_read": []}
        assert not schema.is_valid(body), key
    del first["basis"]
    assert not schema.is_valid({"schema": "ipseclint.negotiation/1", "pairs": [first], "not_read": []})


def test_two_that_ask_fall_to_clear_text(cli: Cli, desk: Path) -> None:
    found = pairs(cli, "a-asks.cmd", "asks.cmd")
    assert {each["verdict"] for each in found} == {"clear"}


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html", "csv"])
def test_keys_are_compared_and_never_shown(cli: Cli, desk: Path, form: str) -> None:
    ran = cli("negotiate", "a.cmd", "key.cmd", "--format", form)
    assert "authentication" in ran.out
    assert "k7Jq" not in ran.out + ran.err


def test_the_page_needs_nothing_else_and_leads_to_what_fails(cli: Cli, desk: Path) -> None:
    page = cli("negotiate", "a.cmd", "weak.cmd", "--format", "html").out
    assert "2 of 2 negotiations fail" in page
    assert "whoever asks: FAILS at quick-mode-suite" in page
    assert "<script" not in page
    assert "qmsecmethods=esp:sha256-aes256" in page.replace("&#34;", '"')
    assert "They agree" in cli("negotiate", "a.cmd", "same.cmd", "--format", "html").out


def test_a_packet_chooses_the_rules(cli: Cli, desk: Path) -> None:
    (first, _) = pairs(cli, "a.cmd", "same.cmd", "--packet", "10.1.0.5 10.2.0.7 tcp 445")
    assert first["packet"].startswith("10.1.0.5")
    assert cli("negotiate", "a.cmd", "same.cmd", "--packet", "192.0.2.1 192.0.2.2").code == 3
    assert cli("negotiate", "a.cmd", "same.cmd", "--packet", "nowhere").code == 2


def test_the_description_of_an_end_agrees_with_the_other_end(cli: Cli, desk: Path) -> None:
    written = cli("negotiate", "a.cmd", "--write-peer")
    assert written.code == 0
    assert KEY not in written.out
    (desk / "peer.toml").write_text(written.out)
    assert {each["verdict"] for each in pairs(cli, "same.cmd", "peer.toml")} == {"secured"}
    assert {each["verdict"] for each in pairs(cli, "weak.cmd", "peer.toml")} == {"fails"}


def test_the_shipped_peers_are_listed_and_all_understood(cli: Cli, desk: Path) -> None:
    listed = cli("negotiate", "--peers").out.splitlines()
    assert [line.split()[0] for line in listed] == list(default_names())
    assert all("https://" in line for line in listed)
    for name in default_names():
        ran = cli("negotiate", "a.cmd", name, "--format", "json")
        assert ran.code in {0, 1}, (name, ran)
        assert not json.loads(ran.out)["not_read"]


def test_a_folder_is_all_with_all(cli: Cli, desk: Path) -> None:
    fleet = desk / "fleet"
    fleet.mkdir()
    for name in ("a.cmd", "same.cmd", "weak.cmd"):
        (fleet / name).write_bytes((desk / name).read_bytes())
    found = pairs(cli, "fleet")
    verdicts = {(Path(each["a"]["path"]).name, Path(each["b"]["path"]).name): each["verdict"] for each in found}
    assert verdicts["a.cmd", "same.cmd"] == "secured"
    assert verdicts["a.cmd", "weak.cmd"] == "fails"


def test_many_machines_of_one_policy_are_told_together(cli: Cli, desk: Path) -> None:
    fleet = desk / "fleet"
    fleet.mkdir()
    for number in range(10):
        (fleet / f"here{number}.cmd").write_bytes((desk / "a.cmd").read_bytes())
        (fleet / f"there{number}.cmd").write_bytes((desk / "same.cmd").read_bytes())
    found = pairs(cli, "fleet")
    assert [(each["verdict"], each["hosts"]) for each in found] == [("secured", {"a": 10, "b": 10})] * 2


def test_a_large_folder_is_paired_by_packets_and_shows_them(cli: Cli, desk: Path) -> None:
    """What stands before a rule, its ports, and who is at which side count as between two machines."""
    rule = (
        'netsh advfirewall consec add rule name="{name}" endpoint1={here} endpoint2={there} protocol=tcp '
        "port1={mine} port2={theirs} action={action} auth1=computerkerb\r\n"
    )

    def one(name: str, here: str, there: str, action: str = INSISTS, ports: tuple[str, str] = ("any", "any")) -> str:
        return rule.format(name=name, here=here, there=there, action=action, mine=ports[0], theirs=ports[1])

    fleet = desk / "fleet"
    fleet.mkdir()
    for number in range(13):
        (fleet / f"far{number}.cmd").write_text(one("far", f"10.{number + 20}.0.1", f"10.{number + 60}.0.1"))
    (fleet / "asks.cmd").write_text(one("asks", "10.1.0.5", "10.2.0.7", ports=("any", "445")))
    (fleet / "answers.cmd").write_text(
        one("answers", "10.2.0.7", "10.1.0.5", ports=("445", "any"))
        + one("other port", "10.2.0.7", "10.1.0.5", ports=("3389", "any"))
    )
    (fleet / "exempt.cmd").write_text(
        one("wide", "10.2.0.0/16", "10.1.0.0/16") + one("not it", "10.2.0.7", "10.1.0.5", "noauthentication")
    )
    found = pairs(cli, "fleet", "--from", "asks.cmd")
    told = {(each["a"]["subject"], each["b"]["subject"], each["verdict"]) for each in found}
    assert told == {
        ('rule "answers"', 'rule "asks"', "secured"),
        ('rule "asks"', 'rule "not it"', "blocked"),
    }
    assert {each["packet"] for each in found} == {
        "10.1.0.5:49152 -> 10.2.0.7:445 tcp",
        "10.2.0.7:445 -> 10.1.0.5:445 tcp",
    }


def test_a_matrix_is_a_table_for_spreadsheets(cli: Cli, desk: Path) -> None:
    folder = desk / "sites"
    folder.mkdir()
    (folder / "=a.cmd").write_bytes(site(HERE, THERE))
    (folder / "same.cmd").write_bytes(site())
    (folder / "weak.cmd").write_bytes(site(quick=WEAK))
    ran = cli("negotiate", folder, "-o", "csv")
    assert ran.code == 1
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    told = [(Path(row["a_path"]).name, Path(row["b_path"]).name, row["initiator"], row["verdict"]) for row in rows]
    assert told == [
        ("=a.cmd", "same.cmd", "a", "secured"),
        ("=a.cmd", "same.cmd", "b", "secured"),
        ("=a.cmd", "weak.cmd", "a", "fails"),
        ("=a.cmd", "weak.cmd", "b", "fails"),
    ]
    assert rows[2]["differences"] == "quick-mode proposals: ESP AES-256+SHA-256 / ESP 3DES+SHA-1"
    assert (rows[2]["stage"], rows[2]["a_sees"]) == (
        "quick-mode-suite",
        "13868 ERROR_IPSEC_IKE_POLICY_MATCH, event 4654",
    )
    assert rows[2]["repair_at_b"] == "Offer ESP AES-256+SHA-256 in quick mode."
    assert KEY not in ran.out


def test_what_is_in_no_pair_is_in_every_output(cli: Cli, desk: Path) -> None:
    import jsonschema

    Path("off.cmd").write_bytes(site().replace(b"action=", b"enable=no action="))
    told = "would be it, and is disabled"
    for form in ("text", "json", "markdown", "html", "csv"):
        ran = cli("negotiate", "a.cmd", "off.cmd", "--format", form)
        assert ran.code == 3
        assert told in ran.out
    body = json.loads(cli("negotiate", "a.cmd", "off.cmd", "--format", "json").out)
    jsonschema.validate(body, SCHEMA)
    assert [(each["path"], each["why"][:11]) for each in body["unpaired"]] == [
        ("a.cmd", "meets nothi"),
        ("off.cmd", "is disabled"),
    ]
    folder = desk / "three"
    folder.mkdir()
    alone = site("10.7.0.0", "10.8.0.0").replace(b'"S"', b'"alone"')
    (folder / "a.cmd").write_bytes(site(HERE, THERE) + alone)
    (folder / "same.cmd").write_bytes(site())
    ran = cli("negotiate", "three")
    assert ran.code == 0
    assert 'a.cmd:4 rule "alone" meets nothing' in ran.out.partition("without a pair:")[2]


def test_what_is_in_no_pair_of_a_large_folder_is_counted_with_why(cli: Cli, desk: Path) -> None:
    import jsonschema

    rule = 'netsh advfirewall consec add rule name="{}" endpoint1={} endpoint2={} action=requireinrequireout {}\r\n'
    kerberos = "auth1=computerkerb"
    fleet = desk / "fleet"
    fleet.mkdir()
    for number in range(14):
        here, there = f"10.0.{number}.1", f"10.0.{13 - number}.1"
        lines = [rule.format("pair", here, there, kerberos), rule.format("alone", here, "192.168.7.1", kerberos)]
        (fleet / f"h{number:02}.cmd").write_text("".join(lines))
    with (fleet / "h03.cmd").open("a") as script:
        script.write(rule.format("asks", "10.0.3.1", "10.0.12.1", f"protocol=tcp port2=445 {kerberos}"))
        script.write(rule.format("own twin", "10.0.12.1", "10.0.3.1", f"enable=no protocol=tcp port1=445 {kerberos}"))
    with (fleet / "h12.cmd").open("a") as script:
        script.write(rule.format("off", "10.0.12.1", "10.0.3.1", f"enable=no protocol=tcp port1=445 {kerberos}"))
        script.write(rule.format("refused", "10.0.12.1", "10.0.3.1", "auth1=nothing"))
    for name in ("same1.cmd", "same2.cmd"):
        (fleet / name).write_text(rule.format("of two", "10.50.0.1", "10.60.0.1", "mode=transport profile=domain"))
    ran = cli("negotiate", "fleet")
    assert [line.strip() for line in ran.out.partition("without a pair:")[2].splitlines()[1:8]] == [
        "14, each meets nothing at the other end",
        'fleet/h00.cmd:2 rule "alone"',
        'fleet/h01.cmd:2 rule "alone"',
        'fleet/h02.cmd:2 rule "alone"',
        "and 11 more; --format json lists all",
        (
            'fleet/h03.cmd:3 rule "asks" meets nothing at the other end: rule "off" (fleet/h12.cmd:3) would be it, '
            "and is disabled"
        ),
        (
            "fleet/h12.cmd:4 command `netsh advfirewall consec add rule` is refused by Windows and makes nothing: "
            "unknown method of auth1 `nothing`"
        ),
    ]
    body = json.loads(cli("negotiate", "fleet", "--format", "json").out)
    jsonschema.validate(body, SCHEMA)
    assert len(body["unpaired"]) == 16
    rows = list(csv.DictReader(io.StringIO(cli("negotiate", "fleet", "-o", "csv").out)))
    alone = [row["a"] for row in rows if row["verdict"] == "no pair"]
    assert alone == [each["subject"] for each in body["unpaired"]]
    for form in ("markdown", "html"):
        assert cli("negotiate", "fleet", "--format", form).out.count("meets nothing at the other end") == 15


def test_connections_of_a_large_folder_are_paired_as_those_of_two(cli: Cli, desk: Path) -> None:
    """Several children of one gateway meet each their own, and `left` may be either side."""
    child = "   {name} {{\n   local_ts = 10.{mine}.{net}.0/24\n   remote_ts = 10.{theirs}.{net}.0/24\n   }}\n"
    connection = (
        "connections {{\n g {{\n  version = 2\n  local_addrs = 203.0.113.{me}\n  remote_addrs = 203.0.113.{you}\n"
        "  local {{\n   auth = psk\n  }}\n  remote {{\n   auth = psk\n  }}\n  children {{\n{children}  }}\n }}\n}}\n"
    )
    ipsec = (
        "conn x\n\tleft=198.51.100.1\n\tright=198.51.100.2\n\tauthby=secret\n\tleftsubnet=10.71.0.0/16\n"
        "\trightsubnet=10.72.0.0/16\n\tikev2=yes\n\tike=aes256-sha2_256;dh14\n\tesp=aes256-sha2_256\n\tauto=add\n"
    )
    folder = desk / "gates"
    folder.mkdir()
    for me, you, mine, theirs in ((1, 2, 61, 62), (2, 1, 62, 61)):
        children = "".join(child.format(name=name, net=net, mine=mine, theirs=theirs) for net, name in enumerate("abc"))
        (folder / f"gate{me}.conf").write_text(connection.format(me=me, you=you, children=children))
        (folder / f"side{me}.conf").write_text(ipsec)
    for number in range(11):
        (folder / f"far{number}.cmd").write_bytes(site(f"10.{number}.0.0", "172.16.0.0"))
    told = [(each["a"]["subject"], each["b"]["subject"], each["verdict"]) for each in pairs(cli, "gates")]
    assert told[::2] == [
        *((f'connection "g/{name}"', f'connection "g/{name}"', "secured") for name in "abc"),
        ('connection "x"', 'connection "x"', "secured"),
    ]


def test_a_folder_without_a_pair_says_so(cli: Cli, desk: Path) -> None:
    fleet = desk / "fleet"
    fleet.mkdir()
    (fleet / "far.cmd").write_bytes((desk / "far.cmd").read_bytes())
    ran = cli("negotiate", "fleet")
    assert ran.code == 3
    assert "fleet: it is one end only; name the other, too: ipseclint negotiate fleet OTHER" in ran.err


def test_machines_of_a_folder_that_have_nothing_to_do_with_each_other_are_no_pair(cli: Cli, desk: Path) -> None:
    folder = desk / "branches"
    folder.mkdir()
    for name in ("a.cmd", "same.cmd"):
        (folder / name).write_bytes(Path(name).read_bytes())
    (folder / "far.cmd").write_bytes(site("10.7.0.0", "10.8.0.0"))
    (folder / "gateway.conf").write_text(
        "conn other\n keyexchange=ikev1\n left=203.0.113.5\n right=203.0.113.6\n leftsubnet=192.0.2.0/25\n"
        " rightsubnet=192.0.2.128/25\n authby=psk\n auto=add\n"
    )
    ran = cli("negotiate", "branches")
    assert ran.code == 0
    assert "1 pair, each end as initiator: secured 2" in ran.out
    assert ran.out.partition("without a pair:")[2].count("meets nothing") == 2


def test_a_name_that_is_no_peers_leads_to_their_list(cli: Cli, desk: Path) -> None:
    assert "--peers lists the peers that have a name" in cli("negotiate", "a.cmd", "fortigate").err
    assert "--peers" not in cli("negotiate", "a.cmd", "missing.cmd").err
    assert "did you mean azure-gateway?" in cli("negotiate", "a.cmd", "azure-gatway").err


SWANCTL = """
connections {{
  site {{
    version = 1
    proposals = aes256-sha256-modp2048
    local {{ auth = psk }}
    remote {{ auth = psk }}
    children {{ net {{
      local_ts = 10.2.0.0/16
      remote_ts = 10.1.0.0/16
      mode = transport
      esp_proposals = {quick}
    }} }}
  }}
}}
secrets {{ ike-1 {{ secret = "{key}" }} }}
"""
IPSEC = """
conn %default
  keyexchange=ikev1
  authby=secret
conn common
  ike=aes256-sha2_256;modp2048
  type=transport
  left=10.2.0.1
  leftsubnet=10.2.0.0/16
  right=10.1.0.1
  rightsubnet=10.1.0.0/16
conn site
  also=common
  auto=add
  phase2alg={quick}
"""


@pytest.mark.parametrize(
    ("quick", "key", "verdict"),
    [
        ("aes256-sha256-modp2048", KEY, "secured"),
        ("3des-sha1-modp2048", KEY, "fails"),
        ("aes256-sha256", KEY, "fails"),
        ("aes256-sha256-modp2048", "k7Jq-Example-0002", "fails"),
    ],
)
def test_swanctl_conf_is_an_end(cli: Cli, desk: Path, quick: str, key: str, verdict: str) -> None:
    (desk / "swanctl.conf").write_text(SWANCTL.format(quick=quick, key=key))
    found = pairs(cli, "a.cmd", "swanctl.conf", "--from", "b")
    assert [each["verdict"] for each in found] == [verdict]


@pytest.mark.parametrize(("quick", "verdict"), [("aes256-sha2_256;modp2048", "secured"), ("3des-sha1", "fails")])
def test_ipsec_conf_is_an_end(cli: Cli, desk: Path, quick: str, verdict: str) -> None:
    (desk / "ipsec.conf").write_text(IPSEC.format(quick=quick))
    found = pairs(cli, "a.cmd", "ipsec.conf", "--from", "b")
    assert [each["verdict"] for each in found] == [verdict]


def test_a_log_with_both_ends_is_a_pair(cli: Cli, desk: Path) -> None:
    (desk / "charon.log").write_bytes((FIXTURES / "charon.log").read_bytes())
    (first, *_) = pairs(cli, "charon.log")
    assert first["verdict"] == "fails"


def test_a_peer_in_the_configuration_is_what_policies_are_held_to(cli: Cli, desk: Path) -> None:
    (desk / "ipseclint.toml").write_text(
        '[[site.peer]]\nname = "branch"\nimplementation = "strongswan"\nkeying = ["ikev1"]\nmode = "transport"\n'
        'main_mode = ["aes256-sha256-modp2048"]\nquick_mode = ["esp:aes256-sha256"]\npfs = []\n'
        'local = ["10.2.0.0/16"]\nremote = ["10.1.0.0/16"]\nauthentication = ["psk"]\n'
    )
    ran = cli("check", "a.cmd", "--config", "ipseclint.toml", "--output", "json")
    assert "CR030" in ran.out, ran


def test_the_release_of_windows_decides_which_key_modules_a_rule_has(cli: Cli, desk: Path) -> None:
    certificate = site(HERE, THERE).replace(f"computerpsk auth1psk={KEY}".encode(), b'computercert auth1ca="CN=A"')
    (desk / "certificate.cmd").write_bytes(certificate)
    text = SWANCTL.format(quick="aes256-sha256-modp2048", key=KEY).replace("version = 1", "version = 2")
    (desk / "swanctl.conf").write_text(text.replace("auth = psk", "auth = pubkey"))
    (desk / "new.toml").write_text('[site]\nwindows = ["Windows 11 24H2"]\n')
    ends = "certificate.cmd", "swanctl.conf"
    old, new = pairs(cli, *ends), pairs(cli, *ends, "--config", "new.toml")
    assert {(each["verdict"], each["stage"]) for each in old} == {("fails", "key-module")}
    assert {each["verdict"] for each in new} == {"secured"}


@pytest.mark.parametrize("line", ["proposals = 3", 'proposals = ["esp:aes256-sha256"]\npfs = 3'])
def test_what_was_not_read_of_a_peer_is_no_failure(cli: Cli, desk: Path, line: str) -> None:
    (desk / "peer.toml").write_text(f'[peer]\nkeying = ["ikev1"]\n[peer.quick_mode]\n{line}\n')
    ran = cli("negotiate", "a.cmd", "peer.toml", "--format", "json")
    assert ran.code == 4
    assert {each["verdict"] for each in json.loads(ran.out)["pairs"]} <= {"depends", "unknown"}


BOTH_SIDES = (
    'netsh advfirewall consec add rule name="S" endpoint1=10.1.0.0/16 endpoint2=10.2.0.0/16 '
    "action=requireinrequireout auth1=computerkerb qmpfs={pfs}\r\n"
    'netsh advfirewall consec add rule name="I" endpoint1=any endpoint2=any '
    "action=requestinrequestout auth1=computerkerb\r\n"
)


@pytest.mark.parametrize(("pfs", "verdict"), [("none", "secured"), ("dhgroup14", "fails")])
@pytest.mark.parametrize("packet", [(), ("--packet", "10.1.0.5 10.2.0.7 tcp 445")])
def test_one_rule_on_both_sides_meets_itself(
    cli: Cli, desk: Path, pfs: str, verdict: str, packet: tuple[str, ...]
) -> None:
    """A transport rule holds whichever endpoint its machine is in: learn.microsoft.com, Endpoints Page."""
    (desk / "one.cmd").write_text(BOTH_SIDES.format(pfs="none"))
    (desk / "other.cmd").write_text(BOTH_SIDES.format(pfs=pfs))
    found = pairs(cli, "one.cmd", "other.cmd", *packet)
    assert {each["verdict"] for each in found if each["a"]["line"] == each["b"]["line"] == 1} == {verdict}
    assert all(each["a"]["line"] == each["b"]["line"] for each in found)


def test_one_rule_on_both_sides_meets_itself_in_a_folder_too(cli: Cli, desk: Path) -> None:
    fleet = desk / "fleet"
    fleet.mkdir()
    for name in ("one.cmd", "other.cmd"):
        (fleet / name).write_text(BOTH_SIDES.format(pfs="none").replace("qmpfs=none", "qmpfs=none auth2=userkerb", 1))
    assert {each["verdict"] for each in pairs(cli, "fleet")} == {"secured"}


def test_over_many_inputs_repairs_are_told_in_words(cli: Cli, tmp_path: Path) -> None:
    policy = SITE.format(a="10.1.0.0", b="10.2.0.0", action=INSISTS, key=KEY, quick=STRONG)
    for number in range(13):
        (tmp_path / f"{number:02}.cmd").write_text(policy.replace("10.1.", f"10.{100 + number}."))
    other = SITE.format(a="10.2.0.0", b="10.100.0.0", action=INSISTS, key=KEY, quick=WEAK)
    (tmp_path / "other.cmd").write_text(other)
    result = cli("negotiate", tmp_path, "-o", "json")
    assert result.code == 1
    (fix,) = {json.dumps(pair["fix"], sort_keys=True) for pair in json.loads(result.out)["pairs"]}
    assert json.loads(fix)["a"]["words"] == (
        "Offer ESP 3DES+SHA-1 in quick mode. "
        "It is weaker than what this end offers now: the repair of the other end keeps that."
    )
    assert json.loads(fix)["b"]["words"] == "Offer ESP AES-256+SHA-256 in quick mode."


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ("profile=public", ", only on profile public"),
        ("profile=private,domain", ", only on profile domain or private"),
        ("interfacetype=ras", ", only on interface ras"),
        ("profile=domain interfacetype=lan", ", only on profile domain and interface lan"),
        ("profile=any interfacetype=any", ""),
    ],
)
def test_where_a_rule_holds_is_said_of_its_end(desk: Path, cli: Cli, more: str, where: str) -> None:
    import jsonschema

    text = SITE.format(a=THERE, b=HERE, key=KEY, quick=STRONG, action=INSISTS)
    (desk / "here.cmd").write_text(text)
    (desk / "there.cmd").write_text(site(HERE, THERE).decode().replace("auth1=", f"{more} auth1="))
    for form, begin in (("text", 'b  there.cmd:2 rule "S"'), ("markdown", 'rule "S"'), ("html", "rule &#34;S&#34;")):
        said = cli("negotiate", "here.cmd", "there.cmd", "-o", form).out
        assert f"{begin}{where}" in said
        assert ("only on" in said) == bool(where)
    pair = json.loads(cli("negotiate", "here.cmd", "there.cmd", "-o", "json").out)["pairs"][0]
    assert pair["b"].get("where", "") == where.removeprefix(", ")
    jsonschema.validate(json.loads(cli("negotiate", "here.cmd", "there.cmd", "-o", "json").out), SCHEMA)


CONSEC = "netsh advfirewall consec add rule action=requireinrequireout "
CLIENT = f"{CONSEC}endpoint1=any endpoint2=192.0.2.9 name={{0}} auth1=computer{{0}}\n"
SERVER = f"{CONSEC}endpoint1=192.0.2.9 endpoint2=any name=s auth1=computerkerb\n"


def test_clients_of_one_text_are_paired_with_its_server_and_not_with_each_other(cli: Cli, tmp_path: Path) -> None:
    clients = f"Client 1:\n\n{CLIENT.format('kerb')}\nClient 2:\n\n{CLIENT.format('ntlm')}"
    alone, whole = tmp_path / "clients.txt", tmp_path / "all.txt"
    alone.write_text(clients)
    whole.write_text(f"{clients}\nServer:\n\n{SERVER}")
    assert "it is one end only; name the other, too" in cli("negotiate", str(alone)).err
    out = cli("negotiate", str(whole)).out
    assert [line.split()[1:] for line in out.splitlines() if line[:3] in {"a  ", "b  "}] == [
        [f"{whole}/CLIENT-1:3", "rule", '"kerb"'],
        [f"{whole}/SERVER:11", "rule", '"s"'],
        [f"{whole}/CLIENT-2:7", "rule", '"ntlm"'],
        [f"{whole}/SERVER:11", "rule", '"s"'],
    ]
