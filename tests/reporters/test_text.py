"""The text report: worst first, each rule once, as wide as the terminal, with a verdict at its end."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ipseclint.finding import Basis, Finding, Severity, Subject
from ipseclint.reporters import RenderOptions, format_names
from ipseclint.reporters.console import Console
from ipseclint.reporters.grouping import subject_words
from ipseclint.source import Span
from tests import unwrapped
from tests.cases import cases

pytestmark = pytest.mark.drawn(6)

Cli = Callable[..., Any]
COLOUR = "\x1b["


def finding(name: str, id: str | None) -> Finding:  # noqa: A002 - the field is called so
    subject = Subject(kind="main_mode_crypto_set", name=name, id=id)
    return Finding(
        code="QD001",
        name="short-main-mode-lifetime",
        severity=Severity.ERROR,
        basis=Basis.REASONED,
        message="m",
        subject=subject,
        span=Span("p", 1, 1),
        fingerprint="f",
        machine="p",
    )


@cases(
    ("name", "id", "shown"),
    [
        ("Strong", "{A}", 'main-mode crypto set "Strong" {A}'),
        ("{A}", "{A}", 'main-mode crypto set "{A}"'),
        ("Strong", None, 'main-mode crypto set "Strong"'),
        ("", "{A}", "main-mode crypto set {A}"),
    ],
)
def test_an_id_is_shown_if_it_is_not_the_name(name: str, id: str | None, shown: str) -> None:  # noqa: A002
    assert subject_words(finding(name, id).subject) == shown


@pytest.fixture
def policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NO_COLOR", raising=False)
    (tmp_path / "policy.cmd").write_text("netsh advfirewall set global mainmode mmkeylifetime 5min,0sess\n")
    return "policy.cmd"


@pytest.mark.parametrize(
    ("options", "coloured"),
    [((), False), (("--color",), True), (("--no-color",), False), (("--color", "-o", "text:report.txt"), False)],
)
def test_colour_is_for_terminals_or_when_asked_for(
    policy: str, cli: Cli, options: tuple[str, ...], coloured: bool
) -> None:
    ran = cli(policy, *options)
    text = Path("report.txt").read_text() if "text:report.txt" in options else ran.out
    assert "QD001" in text
    assert (COLOUR in text) is coloured


SITES = "\n".join(
    [
        "rem the 28 lines of a branch policy",
        "netsh advfirewall set global mainmode mmkeylifetime 5min,1sess",
        "netsh advfirewall set global mainmode mmsecmethods dhgroup2:3des-sha1",
        *(
            f'netsh advfirewall consec add rule name="Site {number:02}" endpoint1=any endpoint2=10.{number}.0.0/16 '
            f"action=requireinrequestout auth1=computerpsk auth1psk=a-long-key-{number} "
            "qmsecmethods=esp:sha1-3des+15min+20480kb"
            for number in range(1, 26)
        ),
    ]
)
RULES_OF_SITES = {"QD001", "QD002", "QD004", "QD025", "CR002", "CR004", "CR005", "AU001"}


@pytest.fixture
def sites(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)
    (tmp_path / "sites.cmd").write_text(SITES + "\n")
    return "sites.cmd"


def test_a_hundred_findings_of_eight_rules_fit_two_screens(sites: str, cli: Cli) -> None:
    lines = cli(sites).out.splitlines()
    assert len(lines) < 80
    first_screen = "\n".join(lines[:50])
    assert {code for code in RULES_OF_SITES if code in first_screen} == RULES_OF_SITES
    assert lines[0].startswith("error[QD001]")
    severities = [line.split("[")[0] for line in lines if re.match(r"(error|warning|info)\[", line)]
    assert severities == sorted(severities, key=["error", "warning", "info"].index)


def test_findings_of_one_rule_are_one_block_with_all_their_places(sites: str, cli: Cli) -> None:
    blocks = cli(sites).out.split("\n\n")
    (block,) = [block for block in blocks if block.startswith("warning[AU001]")]
    assert unwrapped(block) == (
        "warning[AU001] preshared-key, 25 places: first authentication takes a preshared key; use Kerberos or a "
        'certificate --> sites.cmd:4:119 connection security rule "Site 01"; also "Site 02" to "Site 25", lines 5 to 28'
    )
    assert all(len(block.splitlines()) <= 6 for block in blocks if re.match(r"(error|warning|info)\[", block))
    assert cli(sites, "-v").out.count("warning[AU001]") == 25


def test_it_ends_with_a_table_the_four_questions_and_the_verdict(sites: str, cli: Cli) -> None:
    *_, table, questions, first, end = cli(sites).out.split("\n\n")
    assert table.splitlines()[:2] == [
        "         found  rule                                       first place  ends as  repair",
        "error        1  QD001 short-main-mode-lifetime             sites.cmd:2  13811    safe",
    ]
    assert len(table.splitlines()) == 1 + len(RULES_OF_SITES) + 1
    assert table.splitlines()[-1] == (
        "+3: so many more errors are possible; `ipseclint explain QD001` names them and its sources"
    )
    assert not any(re.match(r"\+\d", line) for line in cli(sites, "-v").out.splitlines())
    assert [line[46:60].strip() for line in questions.splitlines() if line[:1] != " "] == [
        "yes",
        "nothing found",
        "yes",
        "nothing found",
    ]
    assert first.splitlines()[:2] == [
        "do first",
        "  ipseclint fix sites.cmd   safe: repairs for 28 of 106 findings",
    ]
    assert "Do not deploy: 2 errors (1 by our own reasoning), 104 warnings (exit code 1)" in end.splitlines()
    assert re.search(
        r"^\d+ rules need facts about your site: `ipseclint init --site` asks for them; -v lists", end, re.MULTILINE
    )


@pytest.mark.parametrize("columns", [60, 80, 120, 200])
def test_nothing_but_a_path_is_wider_than_the_terminal(
    sites: str, cli: Cli, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = cli(sites).out.splitlines()
    assert [line for line in lines if len(line) > columns] == []
    carets = [number for number, line in enumerate(lines) if re.fullmatch(r" +\| +\^+", line)]
    assert carets
    for number in carets:
        start = lines[number].index("^")
        assert lines[number - 1][start : lines[number].rindex("^") + 1].strip() in {
            "5min",
            "1sess",
            "15min",
            "3des",
            "sha1",
        }


def test_a_terminal_that_is_not_known_has_a_hundred_columns(sites: str, cli: Cli) -> None:
    assert 90 < max(map(len, cli(sites).out.splitlines())) <= 100


def test_concise_has_a_line_for_each_finding_and_the_verdict(sites: str, cli: Cli) -> None:
    *findings, verdict = cli(sites, "-o", "concise").out.splitlines()
    assert len(findings) == 106
    assert findings[0] == (
        "sites.cmd:2:53: error QD001 short-main-mode-lifetime: main-mode lifetime of 5 min (300 s); 60 min or more "
        "keeps renewals rare"
    )
    assert verdict == "Do not deploy: 2 errors (1 by our own reasoning), 104 warnings (exit code 1)"


@pytest.mark.parametrize(("sort", "first"), [("severity", "QD001"), ("place", "QD001"), ("rule", "AU001")])
def test_concise_lines_are_sorted_as_asked(sites: str, cli: Cli, sort: str, first: str) -> None:
    codes = re.findall(r"(?:error|warning) (\w+)", cli(sites, "-o", "concise", "--sort", sort).out)
    assert codes[0] == first
    if sort == "rule":
        assert codes == sorted(codes)


def test_statistics_are_the_table_without_the_findings(sites: str, cli: Cli) -> None:
    out = cli(sites, "--statistics").out
    assert out.startswith("         found  rule ")
    assert "-->" not in out
    assert "Do not deploy" in out


@pytest.mark.parametrize(
    ("by", "title"),
    [("file", "sites.cmd"), ("object", 'main-mode crypto set "default main-mode crypto set"'), ("object", '"Site 25"')],
)
def test_findings_stand_under_what_is_asked_for(sites: str, cli: Cli, by: str, title: str) -> None:
    titles = [
        block for block in cli(sites, "--group-by", by).out.split("\n\n") if "[" not in block and "\n" not in block
    ]
    assert any(title in line for line in titles)


@pytest.mark.parametrize("option", ["--sort", "--group-by"])
def test_an_order_that_does_not_exist_is_refused_with_those_that_do(sites: str, cli: Cli, option: str) -> None:
    ran = cli(sites, option, "colour")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"ipseclint: {option} colour: expected ")


def test_sources_are_named_when_asked_for(sites: str, cli: Cli) -> None:
    assert "(NMM, PROP0" not in cli(sites, "-v").out
    assert "basis: documented by Microsoft (NMM, PROP0" in unwrapped(cli(sites, "-v", "--show-sources").out)
    assert "documented (NMM, PROP0" in unwrapped(cli(sites, "--show-sources").out)


@pytest.mark.parametrize(
    ("variables", "coloured"),
    [
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "0"}, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({}, False),
    ],
)
def test_colour_follows_the_variables_that_all_tools_know(
    policy: str, cli: Cli, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], coloured: bool
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    out = cli(policy).out
    assert (COLOUR in out) is coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", out).startswith("error[QD001] short-main-mode-lifetime: ")


def test_a_place_is_a_link_where_the_terminal_takes_links() -> None:
    console = Console(RenderOptions(links=True))
    link = console.place(Span("/etc/a b\x1b.cmd", 3, 7))
    assert link == "\x1b]8;;file:///etc/a%20b%1B.cmd\x1b\\/etc/a b\\x1b.cmd:3:7\x1b]8;;\x1b\\"


def test_the_name_of_a_gpo_stands_where_its_path_does_in_every_output(fixtures: Path, cli: Cli) -> None:
    folder = fixtures / "formats" / "gpo-backup" / "{B0000000-0000-4000-8000-000000000001}"
    for output in format_names():
        out = cli(folder, "-o", output, "--isolated").out
        assert "corp.example" in out, output
        assert "Servers" in out, output
    *lines, _ = cli(folder, "-o", "concise").out.splitlines()
    assert lines
    for line in lines:
        assert line.endswith(r"(GPO corp.example\Servers)")


def test_what_is_not_read_asks_for_no_facts(tmp_path: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.txt").write_text("shopping list")
    out = cli("notes.txt").out
    assert "site" not in out
    assert "Nothing was checked (exit code 3)" in out


def test_a_run_whose_reports_go_to_files_says_what_it_found_and_where(sites: str, cli: Cli) -> None:
    ran = cli(sites, "-o", "json:out.json", "-o", "html:out.html")
    assert ran.out == ""
    assert ran.err.splitlines() == [
        "ipseclint: Do not deploy: 2 errors (1 by our own reasoning), 104 warnings (exit code 1)",
        "ipseclint: wrote out.json, out.html",
    ]
    assert cli(sites, "-o", "json:out.json", "--quiet").err == ""


def test_a_report_that_was_written_before_is_not_read_as_policy(sites: str, cli: Cli, tmp_path: Path) -> None:
    (tmp_path / sites).write_text("\n".join(SITES.splitlines()[:8]))
    suffixes = {"html": "html", "csv": "csv", "markdown": "md"}
    options = [word for name in format_names() for word in ("-o", f"{name}:report-{name}.{suffixes.get(name, 'txt')}")]
    (tmp_path / "first.txt").write_text(cli("sites.cmd").out)
    (tmp_path / "table.txt").write_text(cli("sites.cmd", "--statistics").out)
    before = cli(".", "-o", "json").out
    for _ in range(2):
        assert cli(".", "-v", *options).code == 1
    after = json.loads(cli(".", "-o", "json").out)
    assert after["findings"] == json.loads(before)["findings"]
    assert after["problems"] == []
    assert set(after["coverage"]["ignored"]) == {"ipseclint's own"}


def test_findings_are_compared_with_an_earlier_report(sites: str, cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "before.json").write_text(cli(sites, "-o", "json").out)
    text = SITES.replace("5min,1sess", "5min,0sess").replace("15min+20480kb", "10min+20480kb", 1)
    (tmp_path / sites).write_text(text + "\n")
    body = json.loads(cli(sites, "-o", "json", "--since", "before.json").out)
    assert (body["since"]["path"], body["since"]["new"], body["since"]["still"]) == ("before.json", 1, 104)
    assert {row["code"]: row["count"] for row in body["since"]["fixed"]} == {"QD002": 1, "QD004": 1}
    assert sorted(row["code"] for row in body["findings"] if row["since"] == "new") == ["QD004"]
    line = "1 new, 2 fixed, 104 still there"
    for output in ("text", "html", "markdown"):
        assert line in unwrapped(cli(sites, "-o", output, "--since", "before.json").out), output
    ran = cli(sites, "--since", sites)
    assert (ran.code, ran.out) == (2, "")


def test_what_only_describes_a_peer_is_not_called_good(tmp_path: Path, cli: Cli) -> None:
    (tmp_path / "ipsec.conf").write_text("conn office\n    keyexchange=ikev2\n    left=%any\n    right=%any\n")
    said = (
        "No policy of Windows to judge: compare it with the other end, `ipseclint negotiate POLICY PEER` (exit code 0)"
    )
    result = cli(str(tmp_path), "-o", "concise")
    assert (result.code, result.out.splitlines()) == (0, [said])


PEER = """connections {
  gateway {
    version = 2
    remote_addrs = 198.51.100.7
    proposals = aes256-sha256-modp2048
    local { auth = psk }
    remote { auth = psk }
    children { net { esp_proposals = aes256-sha256 } }
  }
}
"""


def test_the_other_end_alone_leaves_every_question_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Cli
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("swanctl.conf").write_text(PEER)
    answers = [line for line in cli("swanctl.conf").out.splitlines() if "?" in line]
    assert len(answers) == 4
    assert all(line.endswith("cannot be told  no rule that asks this looked") for line in answers)


@pytest.mark.parametrize(
    ("columns", "lines"),
    [
        (
            100,
            [
                "Will requests queue and drop (13811)?         yes             2 errors, 26 warnings: QD001 QD002",
                "                                                              QD004 QD025; 13 rules wait for site",
                "                                                              facts",
            ],
        ),
        (
            80,
            [
                "Will requests queue and drop (13811)? yes",
                "    2 errors, 26 warnings: QD001 QD002 QD004 QD025; 13 rules wait for site facts",
            ],
        ),
    ],
)
def test_what_an_answer_rests_on_wraps_under_itself_or_stands_below(
    sites: str, cli: Cli, monkeypatch: pytest.MonkeyPatch, columns: int, lines: list[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    printed = cli(sites).out.splitlines()
    start = printed.index(lines[0])
    assert printed[start : start + len(lines)] == lines


def test_every_file_with_the_same_problem_is_named(tmp_path: Path, cli: Cli) -> None:
    for number in range(9):
        (tmp_path / f"part{number}.7z").write_bytes(b"7z\xbc\xaf\x27\x1c")
    (tmp_path / "twice.cmd").write_text("netsh -f a.txt\nnetsh advfirewall consec show rule name=all\nnetsh -f b.txt\n")
    printed = unwrapped(cli("check", str(tmp_path), "--isolated").out)
    assert [number for number in range(9) if f"part{number}.7z" not in printed] == []


def test_commands_that_are_refused_for_different_reasons_are_not_said_to_be_for_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Cli
) -> None:
    monkeypatch.chdir(tmp_path)
    refused = "netsh ipsec static add filterlist name=A colour=1\n"
    (tmp_path / "alike.cmd").write_text(refused * 2)
    (tmp_path / "other.cmd").write_text(refused + "netsh ipsec static add filteraction name=B action=ask\n")
    assert "not all for this reason" not in unwrapped(cli("alike.cmd").out)
    assert "line 2, not all for this reason: -v tells each" in unwrapped(cli("other.cmd").out)


def test_no_repair_is_named_that_fails_because_the_file_was_not_understood_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Cli
) -> None:
    monkeypatch.chdir(tmp_path)
    weak = "netsh advfirewall set global mainmode mmkeylifetime 5min,1sess\n"
    unknown = "netsh advfirewall consec add rule name=A endpoint1=any endpoint2=%NET% action=requireinrequestout\n"
    (tmp_path / "whole.cmd").write_text(weak)
    (tmp_path / "part.cmd").write_text(weak + unknown)
    assert "see to the problems" not in cli("whole.cmd").out
    (first,) = [block for block in cli("part.cmd").out.split("\n\n") if block.startswith("do first")]
    assert unwrapped(first) == (
        "do first see to the problems of part.cmd: `ipseclint fix` repairs only what was understood whole; "
        "until then -v shows the commands for each finding"
    )
    assert "ipseclint fix whole.cmd" in cli("whole.cmd", "part.cmd").out
    assert "ipseclint fix part.cmd" not in cli("whole.cmd", "part.cmd").out
    assert cli("fix", "part.cmd").code == 4
    assert "fix with netsh: netsh advfirewall set global mainmode mmkeylifetime" in cli("part.cmd", "-v").out


def test_one_finding_is_one(policy: str, cli: Cli) -> None:
    assert (
        "  ipseclint fix policy.cmd   safe: repairs for 1 of 1 finding"
        in cli(policy, "--select", "QD001").out.splitlines()
    )


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("a.cmd", "a.cmd"),
        ("sub/a-b_c+d@e=f.cmd", "sub/a-b_c+d@e=f.cmd"),
        ("a b.cmd", '"a b.cmd"'),
        ("a,b;c (1).cmd", '"a,b;c (1).cmd"'),
        ("{a}.cmd", '"{a}.cmd"'),
        ("-a.cmd", "./-a.cmd"),
        ("- a.cmd", '"./- a.cmd"'),
        ("a [1].cmd", '"a [1].cmd"'),
        ("$ [1]*.cmd", '"? [[]1][*].cmd"'),
        ("\u00e4\u4e2d.cmd", "\u00e4\u4e2d.cmd"),
        *((f"a {sign}.cmd", f'"a {sign}.cmd"') for sign in "'^&|<>"),
        *((f"a{sign}.cmd", '"a?.cmd"') for sign in '"`$%!\\\u202e\u2028\u201c\u201d'),
    ],
)
def test_the_file_to_repair_is_named_so_that_every_shell_takes_it(
    policy: str, cli: Cli, tmp_path: Path, name: str, typed: str
) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / policy).rename(tmp_path / name)
    (line,) = [each for each in cli("--", name).out.splitlines() if each.startswith("  ipseclint fix ")]
    assert line.startswith(f"  ipseclint fix {typed}   ")
    assert cli("fix", typed.strip('"')).code == 0


def test_errors_are_looked_up_in_one_line(cli: Cli, fixtures: Path) -> None:
    text = unwrapped(cli(fixtures / "rules" / "RT021-packets-dropped-by-ipsec", "--allow-partial").out)
    asked = re.findall(r"by hand, [RT\d ]+: Run `ipseclint explain ([\d ]+)` for what causes them\.", text)
    assert len(asked) == 1
    assert cli("explain", *asked[0].split()).code == 0
    assert "for what causes it" not in text
    one = unwrapped(cli(fixtures / "rules" / "RT013-authentication-failures").out)
    assert "by hand, RT013: Run `ipseclint explain 13905` for what causes it." in one


def test_causes_that_two_errors_share_are_told_once(cli: Cli, tmp_path: Path) -> None:
    told = [
        f"An IPsec main mode negotiation failed.\n\nRemote Endpoint:\n\tNetwork Address:\t10.20.0.{number}\n\n"
        f"Failure Information:\n\tFailure Point:\t\tLocal computer\n\tFailure Reason:\t\t{reason}\n\n"
        for number, reason in enumerate(("Negotiation timed out", "No response from peer"), 1)
    ]
    (tmp_path / "events.txt").write_text("".join(told))
    text = unwrapped(cli(tmp_path / "events.txt").out)
    assert text.count("UDP 500 or 4500 is blocked") == 1
    assert "`ipseclint explain 13805 13813` has more." in text


def test_objects_that_are_called_alike_have_one_heading(cli: Cli, fixtures: Path) -> None:
    lines = cli(fixtures / "runs" / "first" / "policy.cmd", "--group-by", "object").out.splitlines()
    titles = [line for line in lines if re.fullmatch(r'[a-z ]+ "[^"]*" in .*', line)]
    assert len(titles) == len({*titles}) == 2


def test_markdown_has_the_worst_of_each_file_first(cli: Cli, fixtures: Path) -> None:
    text = cli(fixtures / "runs" / "first" / "policy.cmd", "-o", "markdown").out
    assert re.findall(r"^\| (error|warning|info) \|", text, re.MULTILINE) == ["error"] * 4 + ["warning"] * 5


def test_what_is_said_of_a_waiver_rests_on_no_source(cli: Cli, policy: str) -> None:
    Path("ipseclint-waivers.toml").write_text('[[waiver]]\nrule = "QD002"\nreason = "r"\n')
    texts = [cli(".", *more).out for more in ((), ("-v",), ("--group-by", "object"), ("-o", "html"))]
    for text in texts:
        about_it = text[text.index("WV002") :]
        assert "documented" not in about_it.partition("QD001")[0].partition("Will requests")[0].casefold()
        assert "=" not in map(str.strip, text.splitlines())
