"""What a new administrator, the owner of a pipeline and a manager try first, each with what it must say."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.drawn(4)

Cli = Callable[..., Any]

ANY = (
    'netsh advfirewall consec add rule name="Iso" endpoint1=any endpoint2=any action=requireinrequireout '
    "auth1=computerkerb\n"
)
SITES = "netsh advfirewall set global mainmode mmkeylifetime 5min,1sess\n" + "".join(
    f'netsh advfirewall consec add rule name="Site {number:02}" endpoint1=any endpoint2=10.{number}.0.0/16 '
    "action=requireinrequestout auth1=computerkerb qmsecmethods=esp:sha1-3des+15min+20480kb\n"
    for number in range(1, 26)
)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "any.cmd").write_text(ANY, encoding="utf-8")
    (tmp_path / "sites.cmd").write_text(SITES, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("fact", "why"),
    [
        ('domain_controllers = ["dc1.corp.example"]', "'dc1.corp.example' is not an IP address"),
        ('domain_controllers = ["10.0.0.300"]', "'10.0.0.300' is not an IP address"),
        ('dns_servers = ["10.0.0.53", "garbage"]', "site.dns_servers.1: 'garbage' is not an IP address"),
        ('non_ipsec_ranges = ["10.200.0.0/99"]', "'10.200.0.0/99' is not an IP address"),
        ('virtual_addresses = ["vip1"]', "'vip1' is not an IP address"),
        ('domain_controllers = ["::ffff:10.0.0.10"]', "is an IPv4 address in the form of IPv6"),
        ('dns_servers = ["::ffff:10.0.0.0/104"]', "is an IPv4 address in the form of IPv6"),
        ('nat_groups = [{ address = "::ffff:cb00:7101", initiators = 3 }]', "is an IPv4 address in the form of IPv6"),
        ('nat_groups = [{ address = "foo", initiators = 300 }]', "'foo' is not an IP address"),
        ('nat_groups = [{ address = "10.0.0.1", peers = 6 }]', "unknown key; the keys are address, initiators"),
        ('domain_controlers = ["10.0.0.1"]', "unknown key; did you mean domain_controllers?"),
        ('peers = "4000"', "'4000' should be a whole number"),
        ('host_type = "laptop"', "'laptop' should be 'client', 'portable'"),
        ("peer = 4000", "site.peer: 4000 should be a list; did you mean peers?"),
        ('dns_servers = "10.0.0.53"', "site.dns_servers: '10.0.0.53' should be a list, such as [\"10.0.0.53\"]"),
    ],
)
def test_a_mistyped_fact_never_makes_a_policy_clean(fact: str, why: str, desk: Path, cli: Cli) -> None:
    (desk / "c.toml").write_text(f"[site]\n{fact}\n", encoding="utf-8")
    ran = cli("any.cmd", "--config", "c.toml")
    assert (ran.code, ran.out) == (2, "")
    assert why in ran.err


def test_files_that_speak_of_ipsec_do_not_vanish_in_a_folder(desk: Path, cli: Cli) -> None:
    folder = desk / "folder"
    folder.mkdir()
    (folder / "setup.ps1").write_text("New-NetIPsecRule -DisplayName X -InboundSecurity Require\n", encoding="utf-8")
    (folder / "typo.cmd").write_text(ANY.replace("advfirewall", "adfirewall"), encoding="utf-8")
    (folder / "Registry.pol").write_bytes(b"PReg\x01\0\0\0[\0S\0o\0f")
    (folder / "notes.txt").write_text("buy milk\n", encoding="utf-8")
    ran = cli("folder", "-o", "json")
    body = json.loads(ran.out)
    assert ran.code == 4
    assert {Path(problem["location"]["path"]).name for problem in body["problems"]} >= {"typo.cmd", "Registry.pol"}
    assert [Path(row["path"]).name for row in body["inputs"]] == ["Registry.pol", "setup.ps1", "typo.cmd"]
    assert [Path(path).name for paths in body["coverage"]["ignored"].values() for path in paths] == ["notes.txt"]


def test_the_commands_under_the_findings_can_be_pasted_in_any_order(desk: Path, cli: Cli) -> None:
    findings = json.loads(cli("sites.cmd", "-o", "json").out)["findings"]
    of_object: dict[str, set[str]] = {}
    for finding in findings:
        if finding["fix"] and finding["fix"]["netsh"]:
            of_object.setdefault(finding["subject"]["name"], set()).add(finding["fix"]["netsh"])
    assert len(of_object) == 26
    assert all(len(commands) == 1 for commands in of_object.values())
    pasted = "".join(f"{command}\n" for commands in of_object.values() for command in commands)
    (desk / "sites.cmd").write_text(SITES + pasted, encoding="utf-8")
    assert not {finding["code"] for finding in json.loads(cli("sites.cmd", "-o", "json").out)["findings"]} & {
        "QD001",
        "QD002",
        "QD004",
        "QD025",
        "CR002",
        "CR004",
    }


def test_what_cannot_be_repaired_is_said_with_what_it_needs(desk: Path, cli: Cli) -> None:
    ran = cli("fix", "any.cmd")
    assert (ran.code, ran.out) == (1, "")
    assert "stays: EX001" in ran.err
    assert "With `domain_controllers` under [site]" in ran.err


@pytest.mark.parametrize(
    "words",
    [
        ("load", "nope.cmd", "--peers", "5"),
        ("fix", "nope.cmd"),
        ("baseline", "create", "nope.cmd"),
        ("waive", "QD002", "nope.cmd", "--reason", "x"),
        ("which", "nope.cmd", "--src", "10.1.1.1", "--dst", "10.2.2.2"),
        ("coverage", "nope.cmd"),
        ("negotiate", "nope.cmd", "any.cmd"),
        ("diff", "nope.cmd", "any.cmd"),
        ("diff", "any.cmd", "nope.cmd", "--allow-partial"),
        ("init", "nope.cmd"),
        ("explain", "QD002", "nope.cmd"),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_a_missing_file_is_not_one_that_was_read_in_part(words: tuple[str, ...], desk: Path, cli: Cli) -> None:
    ran = cli(*words)
    assert (ran.code, ran.out) == (4, "")
    assert re.match(r"ipseclint: nope\.cmd:? (it )?does not exist", ran.err)
    assert "understood" not in ran.err


@pytest.mark.parametrize(
    ("paths", "verdict"),
    [
        (["nope.cmd"], "Cannot be judged: 1 file does not exist (exit code 4)"),
        (["nope.cmd", "nor.cmd"], "Cannot be judged: 2 of 2 files do not exist (exit code 4)"),
        (["any.cmd", "nope.cmd"], "Do not deploy: 1 error, and 1 of 2 files does not exist (exit code 4)"),
        (
            ["nope.cmd", "half.cmd"],
            "Cannot be judged: 1 of 2 files does not exist, 1 was not read whole (exit code 4)",
        ),
    ],
)
def test_the_verdict_parts_what_is_missing_from_what_was_read_in_part(
    paths: list[str], verdict: str, desk: Path, cli: Cli
) -> None:
    (desk / "half.cmd").write_text(ANY.replace("advfirewall", "adfirewall"), encoding="utf-8")
    ran = cli(*paths)
    assert ran.code == 4
    assert verdict in ran.out.replace("\n   ", " ")
    assert ("nope.cmd: does not exist\n" in ran.out) == ("nope.cmd" in paths)


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("QD999", "no rule is called 'QD999'"),
        ("QD2", "no rule is called 'QD2'; did you mean QD002?"),
        ("short-main-mode", "no rule is called 'short-main-mode'; did you mean short-main-mode-lifetime?"),
        ("IN001", "IN001 cannot be waived"),
        ("WV002", "WV002 cannot be waived"),
        ("QD010", "no finding of QD010 in these inputs that is not waived already"),
        (
            "0123456789abcdef",
            "no finding with the fingerprint 0123456789abcdef in these inputs that is not waived already",
        ),
    ],
)
def test_a_waiver_that_cannot_be_says_why(word: str, why: str, desk: Path, cli: Cli) -> None:
    ran = cli("waive", word, "sites.cmd", "--reason", "agreed")
    assert (ran.code, ran.out, ran.err) == (2, "", f"ipseclint: {why}\n")
    assert not (desk / "ipseclint-waivers.toml").exists()


def test_a_waiver_stands_where_the_next_check_looks(desk: Path, monkeypatch: pytest.MonkeyPatch, cli: Cli) -> None:
    (desk / "ipseclint.toml").write_text('fail-on = "warning"\n', encoding="utf-8")
    (desk / "policies").mkdir()
    (desk / "sites.cmd").rename(desk / "policies" / "sites.cmd")
    monkeypatch.chdir(desk / "policies")
    assert cli("waive", "QD002", "sites.cmd", "--reason", "agreed").code == 0
    waived = [finding for finding in json.loads(cli("sites.cmd", "-o", "json").out)["findings"] if finding["waiver"]]
    assert [finding["code"] for finding in waived] == ["QD002"]
    assert cli("waive", "QD002", "sites.cmd", "--reason", "agreed").code == 2
    ran = cli("waive", "QD001", "sites.cmd", "--reason", "agreed", "--expires", "2020-01-01")
    assert (ran.code, "the day has passed" in ran.err) == (2, True)


def test_the_configuration_that_is_shown_means_the_same(desk: Path, cli: Cli) -> None:
    written = 'fail-on = "error"\nruleset = "queue-drop"\n[site]\npeers = 40\nnat_groups = [{ address = "10.0.0.1", '
    written += 'initiators = 9 }]\n[[overrides]]\npaths = ["lab/"]\nignore = ["QD001"]\n'
    (desk / "ipseclint.toml").write_text(written, encoding="utf-8")
    shown = cli("config", "show").out
    tomllib.loads(shown)
    (desk / "ipseclint.toml").write_text(shown, encoding="utf-8")
    assert [line.partition("  #")[0] for line in cli("config", "show").out.splitlines()] == [
        line.partition("  #")[0] for line in shown.splitlines()
    ]


def test_a_hundred_findings_are_a_screen_and_everything_with_v(desk: Path, cli: Cli) -> None:
    text, long = cli("sites.cmd").out, cli("sites.cmd", "-v").out
    assert text.count("\n") < 80
    assert long.count("\n") > 600
    causes = {finding["code"] for finding in json.loads(cli("sites.cmd", "-o", "json").out)["findings"]}
    assert causes == set(re.findall(r"^(?:error|warning|info)\[([A-Z]+\d+)\]", text, re.MULTILINE))
    assert not any(" {B" in line for line in text.splitlines())


@pytest.mark.parametrize("columns", ["60", "80", "120", "200"])
def test_no_line_is_wider_than_the_terminal(
    columns: str, desk: Path, monkeypatch: pytest.MonkeyPatch, cli: Cli
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert max(map(len, cli("sites.cmd").out.splitlines())) <= int(columns)


def test_a_run_into_files_says_what_it_found(desk: Path, cli: Cli) -> None:
    ran = cli("any.cmd", "-o", "json:out.json")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "ipseclint: Do not deploy: 1 error (exit code 1)\nipseclint: wrote out.json\n"


def test_the_length_of_a_key_is_not_shown(desk: Path, cli: Cli) -> None:
    shown = set()
    for key in ("abcdefgh", "a-key-of-many-characters"):
        (desk / "k.cmd").write_text(
            ANY.replace("auth1=computerkerb", f'auth1=computerpsk auth1psk="{key}"'), encoding="utf-8"
        )
        shown |= set(re.findall(r'auth1psk="(\**)"', cli("k.cmd").out))
    assert shown == {"********"}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("load", "any.cmd", "--peers", "5", "--set", "foo=1"), "foo is not a parameter of the load model; these are:"),
        (("load", "any.cmd", "--peers", "0"), "how many peers? Give --peers of 1 or more"),
        (("load", "any.cmd", "sites.cmd", "--peers", "5", "-o", "cmp.html"), "-o html shows one policy, or one fleet"),
    ],
)
def test_load_refuses_what_it_cannot_answer(words: tuple[str, ...], told: str, desk: Path, cli: Cli) -> None:
    ran = cli(*words)
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err


def test_every_fact_of_the_site_has_its_meaning(cli: Cli) -> None:
    facts = json.loads(cli("config", "schema").out)["$defs"]["Site"]["properties"]
    assert [name for name, fact in facts.items() if not fact.get("description")] == []


@pytest.mark.parametrize(
    ("words", "title"),
    [
        (("Negotiation request sat in Queue too long",), "13809 (0x35F1) ERROR_IPSEC_IKE_MM_ACQUIRE_DROP"),
        (("An", "IPsec", "main", "mode", "negotiation", "failed."), "event 4653 An IPsec Main Mode negotiation failed"),
        (("4653",), "event 4653 An IPsec Main Mode negotiation failed"),
        (("4653(S, F): An IPsec main mode negotiation failed",), "event 4653 An IPsec Main Mode negotiation failed"),
        (("4653 (IPsec Main Mode)",), "event 4653 An IPsec Main Mode negotiation failed"),
        (("Event 4,653",), "event 4653 An IPsec Main Mode negotiation failed"),
        (("Quick mode negotiation failed",), "event 4654 An IPsec Quick Mode negotiation failed"),
        (("An IPsec extended mode negotation failed",), "event 4984 An IPsec Extended Mode negotiation failed"),
        (("IPsec Services failed to get the complete list of network interfaces",), "event 5480 IPsec Services failed"),
        (("4984",), "event 4984 An IPsec Extended Mode negotiation failed"),
        *(
            ((number,), "13811 (0x35F3) ERROR_IPSEC_IKE_QUEUE_DROP_MM")
            for number in (
                *("13811", "13811.", "13,811", "35F3", "0x35f3", "0x000035F3", "000035F3h", "&H35F3", "0x800735F3"),
                *("0xFFFFFFFF800735F3", "2147956211", "-2147011085", "\u20132147011085", "\u22122147011085"),
                *("ERROR_IPSEC_IKE_QUEUE_DROP_MM", "queue_drop_mm", "\u201c13811\u201d", "error code 0x35f3"),
            )
        ),
        (("13801", "13811"), "13801 (0x35E9) ERROR_IPSEC_IKE_AUTH_FAIL"),
        (("0x329",), "809 ERROR_VPN_TIMEOUT (an error of VPN connections)"),
        (("error 868",), "868 ERROR_DNSNAME_NOT_RESOLVABLE (an error of VPN connections)"),
        (("The error code returned on failure is 619, RasClient",), "619 ERROR_PORT_DISCONNECTED (an error of VPN"),
        (("WV001",), "WV001 expired-waiver"),
        (("unused-waiver",), "WV002 unused-waiver"),
        (("QD002", "sites.cmd"), "QD002 few-quick-modes-per-main-mode on default main-mode crypto set"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, tuple) else value[:10],
)
def test_what_people_have_in_hand_is_explained(words: tuple[str, ...], title: str, desk: Path, cli: Cli) -> None:
    ran = cli("explain", *words)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(title)


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("QD02", "unknown rule, error or event 'QD02'; did you mean QD002?"),
        ("qd2", "unknown rule, error or event 'qd2'; did you mean QD002?"),
        (" ", "nothing to explain: give a rule, an error, an event, or a sentence in quotation marks"),
    ],
)
def test_what_is_nearly_known_gets_one_suggestion(word: str, why: str, cli: Cli) -> None:
    ran = cli("explain", word)
    assert (ran.code, ran.out, ran.err) == (2, "", f"ipseclint: {why}\n")


def test_a_finding_is_explained_by_the_beginning_of_its_fingerprint(desk: Path, cli: Cli) -> None:
    finding = json.loads(cli("any.cmd", "-o", "json").out)["findings"][0]
    ran = cli("explain", finding["fingerprint"][:8].upper(), "any.cmd")
    assert ran.code == 0
    assert ran.out.startswith(f"{finding['code']} {finding['name']} on {finding['subject']['name']}")


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("help",), 2, "no command and no file 'help'; did you mean --help?"),
        (("version",), 2, "no command and no file 'version'; did you mean --version?"),
        (("any.cmd", "--as-of", "tomorrow"), 2, "'tomorrow' is not a date such as 2027-06-30"),
        (("negotiate", "any.cmd", "azure-gatway"), 4, "azure-gatway does not exist; did you mean azure-gateway?"),
        (("waive", "QD02", "any.cmd", "--reason", "x"), 2, "no rule is called 'QD02'; did you mean QD002?"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else str(value)[:9],
)
def test_what_is_nearly_right_is_told_once(words: tuple[str, ...], code: int, told: str, desk: Path, cli: Cli) -> None:
    ran = cli(*words)
    assert (ran.code, ran.out) == (code, "")
    assert told in ran.err
    assert ran.err.count("did you mean") <= 1


def test_a_tool_is_known_in_any_case(desk: Path, cli: Cli) -> None:
    assert cli("fix", "sites.cmd", "--as", "PowerShell").out == cli("fix", "sites.cmd", "--as", "powershell").out != ""


def test_a_list_in_the_place_of_a_file_is_told_with_an_example(desk: Path, cli: Cli) -> None:
    (desk / "c.toml").write_text('[[waivers]]\nrule = "QD001"\n', encoding="utf-8")
    ran = cli("any.cmd", "--config", "c.toml")
    assert ran.code == 2
    assert 'c.toml: waivers: a list should be text in quotation marks, such as "ipseclint-waivers.toml"' in ran.err


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("any.cmd", "-o", "jsn:x.json"), "-o jsn:x.json: no output format 'jsn'; did you mean json?"),
        (("inspect", "any.cmd", "-o", "yaml"), "-o yaml: no output format 'yaml'; there is json"),
        (("any.cmd", "--jobs", "-3"), "Invalid value for '--jobs' / '-j': it should be greater than or equal to 0"),
        (("any.cmd", "--jobs", "two"), "Invalid value for '--jobs' / '-j': a whole number is expected"),
        (("load", "any.cmd", "--peers", "many"), "Invalid value for '--peers': a number is expected"),
        (("any.cmd", "--config", "."), "ipseclint: .: it is a folder"),
        (("any.cmd", "--since", "any.cmd"), "any.cmd: not a report: JSON is expected, as -o json:FILE writes it"),
        (("any.cmd", "--config"), "Option '--config' requires an argument."),
        (("any.cmd", "-o"), "Option '-o' requires an argument."),
        (("any.cmd", "-V"), "No such option: -V; `ipseclint --version` prints the version"),
        (
            ("any.cmd", "--baseline", "any.cmd"),
            "any.cmd: not a baseline: JSON is expected, as `ipseclint baseline create` writes it",
        ),
        (("any.cmd", "--stdin-filename", "x.cmd"), "--stdin-filename needs - among the paths, for standard input"),
        (("any.cmd", "--config", "latin.toml"), "latin.toml: it is not text in UTF-8 or UTF-16 (at byte 4)"),
        (("rules", "qd1"), "No such command 'qd1'. What a rule means says `ipseclint explain QD001`."),
    ],
)
def test_a_slip_is_told_in_our_words(words: tuple[str, ...], why: str, desk: Path, cli: Cli) -> None:
    (desk / "latin.toml").write_bytes(b"# Gr\xfc\xdfe\xe4 \xff")
    ran = cli(*words)
    assert (ran.code, ran.out) == (2, "")
    assert why in ran.err
    assert not (desk / "jsn:x.json").exists()


def test_a_drive_is_no_format(desk: Path, cli: Cli) -> None:
    assert cli("any.cmd", "-o", r"C:\x.json").err.endswith("wrote C:\\x.json\n")


@pytest.mark.parametrize("command", ["load", "diff", "inspect", "which", "coverage"])
def test_an_answer_in_a_file_is_named(command: str, desk: Path, cli: Cli) -> None:
    words = {
        "load": ("any.cmd", "--peers", "4"),
        "diff": ("any.cmd", "any.cmd"),
        "which": ("any.cmd", "--src", "10.0.0.1", "--dst", "10.0.0.2"),
    }.get(command, ("any.cmd",))
    ran = cli(command, *words, "-o", "json:answer.json")
    assert (ran.out, ran.err) == ("", "ipseclint: wrote answer.json\n")
    assert (desk / "answer.json").is_file()


def test_a_report_given_as_input_is_told_from_a_foreign_file(desk: Path, cli: Cli) -> None:
    (desk / "report.json").write_text(cli("any.cmd", "-o", "json").out, encoding="utf-8")
    ran = cli("report.json", "-o", "concise")
    assert ran.code == 3
    assert "IN004: ipseclint wrote it, or is configured by it; give it what Windows exports" in ran.out


def test_what_is_left_out_for_one_cause_is_one_line(desk: Path, cli: Cli) -> None:
    ran = cli("fix", "sites.cmd")
    assert ran.err.splitlines() == [
        f"ipseclint: left out: {code} on Site 01 and 24 more: {what}: may cut connections (--include-risky takes it)"
        for code, what in (
            ("CR002 triple-des-offered", "3DES is offered in the only quick-mode proposal; use AES"),
            ("CR004 sha1-offered", "SHA-1 is offered in the only quick-mode proposal; use SHA-256"),
        )
    ]


def test_a_rule_that_requires_ipsec_toward_its_own_domain_controllers_makes_requests_queue(
    desk: Path, cli: Cli
) -> None:
    answers = json.loads(cli("any.cmd", "-o", "json").out)["questions"]
    assert [(answer["answer"], answer["rules"]) for answer in answers[:2]] == [("yes", ["EX001"]), ("yes", ["EX001"])]


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_a_difference_tells_the_findings_of_a_rule_once_and_the_worst_first(form: str, desk: Path, cli: Cli) -> None:
    ran = cli("diff", "sites.cmd", "any.cmd", "-o", form).out
    assert ran.count("QD004") == 1
    assert "Site 01 and 24 more" in ran
    assert ran.index("QD001") < ran.index("QD004")


def test_selectors_that_read_alike_say_whose_side_comes_first(desk: Path, cli: Cli) -> None:
    rule = (
        "netsh advfirewall consec add rule name=T mode=tunnel endpoint1=any endpoint2=10.1.0.0/16 "
        "localtunnelendpoint=192.0.2.{} remotetunnelendpoint=192.0.2.{} action=requireinrequireout auth1=computercert "
        'auth1ca="CN=R"\n'
    )
    (desk / "a.cmd").write_text(rule.format(1, 2), encoding="utf-8")
    (desk / "b.cmd").write_text(rule.format(2, 1), encoding="utf-8")
    ran = cli("negotiate", "a.cmd", "b.cmd")
    assert "          a: any - 10.1.0.0/16, own side first  (a.cmd:1)\n" in ran.out


@pytest.mark.parametrize("command", [(), ("check",), ("inspect",), ("negotiate",)])
def test_several_paths_in_one_argument_are_told_apart(command: tuple[str, ...], desk: Path, cli: Cli) -> None:
    ran = cli(*command, "any.cmd,sites.cmd")
    assert (ran.code, ran.out) == (2, "")
    assert "paths stand apart, with blanks between; did you mean any.cmd sites.cmd?" in ran.err


def test_a_path_may_hold_commas_and_quotes_and_an_option_a_list(desk: Path, cli: Cli) -> None:
    (desk / "any.cmd,sites.cmd").write_text(ANY, encoding="utf-8")
    (desk / "QD").mkdir()
    (desk / "CR").mkdir()
    assert cli("any.cmd,sites.cmd").code == 1
    assert "did you mean" not in cli("any.cmd", "--select", "QD,CR").err
    assert cli("any.cmd,nothing.cmd").code == 4
