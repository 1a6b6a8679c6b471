"""What other programs read: each format is valid by its own schema or reader."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from msgspec.structs import replace

from ipseclint.report import Ignored, Report, Settings
from ipseclint.reporters import RenderOptions, gitlab
from ipseclint.reporters.table_csv import spreadsheet_cell

BY_DEFAULT = "configured by no file; rulesets: default"
DATA = Path(__file__).parents[1] / "data"
POLICY = """netsh ipsec static add policy name="Branch" mmpfs=yes qmpermm=1 mmlifetime=5 mmsecmethods="3DES-MD5-1"
netsh ipsec static add rule name=R policy="Branch" filterlist=gone filteraction=missing
netsh ipsec static set policy name="Branch" frob=1
netsh ipsec static set policy name="Branch" pollinginterval=%LIMIT%
"""


@pytest.fixture
def report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Callable[..., Any]) -> Callable[[str], str]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "policy.cmd").write_text(POLICY)

    def render(name: str) -> str:
        return cli("policy.cmd", "-o", name).out

    return render


def test_json_has_exactly_the_keys_of_the_contract(report: Callable[[str], str]) -> None:
    body = json.loads(report("json"))
    assert list(body) == [
        "schema",
        "tool",
        "inputs",
        "findings",
        "problems",
        "not_checked",
        "summary",
        "coverage",
        "settings",
        "verdict",
        "questions",
    ]
    assert list(body["tool"]) == ["name", "version", "ruleset"]
    assert list(body["inputs"][0]) == ["path", "format", "status", "objects"]
    finding = body["findings"][0]
    assert list(finding) == [
        "code",
        "name",
        "severity",
        "basis",
        "message",
        "subject",
        "location",
        "related",
        "leads_to",
        "fix",
        "fingerprint",
        "waiver",
    ]
    assert list(finding["subject"]) == ["kind", "name", "id"]
    assert list(finding["location"]) == ["path", "line", "column"]
    assert {"netsh", "powershell"} <= set(finding["fix"])
    assert list(finding["leads_to"][0]) == ["code", "name"]
    assert list(body["problems"][0]) == ["code", "message", "location"]
    assert list(body["summary"]) == ["error", "warning", "info", "waived"]
    assert body["schema"] == "ipseclint.report/1"
    assert report("json").isascii()


def test_the_demonstration_policy_gives_its_codes_at_their_places(report: Callable[[str], str]) -> None:
    found = {
        (row["code"], row["location"]["line"], row["location"]["column"])
        for row in json.loads(report("json"))["findings"]
    }
    line = POLICY.splitlines()[0]
    expected = {
        ("QD001", 1, line.index("mmlifetime=") + 12),
        ("QD002", 1, line.index("qmpermm=") + 9),
        ("QD003", 1, line.index("mmpfs=") + 7),
    }
    assert expected <= found
    assert {"CR002", "CR003", "CR005"} <= {code for code, at, _ in found if at == 1}
    assert any(code.startswith("RF") and at == 2 for code, at, _ in found)


def test_sarif_is_valid_by_the_schema_of_oasis(report: Callable[[str], str]) -> None:
    import jsonschema

    schema = json.loads((DATA / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
    body = json.loads(report("sarif"))
    jsonschema.Draft4Validator(schema).validate(body)
    run = body["runs"][0]
    assert run["results"]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert uri == "policy.cmd"
    assert run["invocations"][0]["toolExecutionNotifications"]


def test_sarif_has_a_waived_finding_when_all_is_asked_for_and_says_why(cli: Callable[..., Any], tmp_path: Path) -> None:
    script, waivers, known = (tmp_path / name for name in ("policy.cmd", "waivers.toml", "known.json"))
    script.write_text("netsh advfirewall set global mainmode mmkeylifetime 5min,1sess\n")
    cli("baseline", "create", script, "--file", known)
    waivers.write_text('[[waiver]]\nrule = "QD001"\nreason = "agreed"\n')

    def results(*more: str) -> dict[str, dict[str, Any]]:
        body = json.loads(cli(script, "--waivers", waivers, "-o", "sarif", *more).out)
        return {row["ruleId"]: row for row in body["runs"][0]["results"]}

    usual, all_of_them = results(), results("-v")
    assert set(all_of_them) - set(usual) == {"QD001"}
    assert all_of_them["QD001"]["suppressions"] == [{"kind": "external", "justification": "agreed"}]
    assert "suppressions" not in usual["QD002"]
    assert "baselineState" not in usual["QD002"]
    assert results("--baseline", str(known))["QD002"]["baselineState"] == "unchanged"
    script.write_text("netsh advfirewall set global mainmode mmkeylifetime 5min,2sess\n")
    assert results("--baseline", str(known))["QD002"]["baselineState"] == "new"


def test_sarif_uris() -> None:
    from ipseclint.reporters.sarif import uri

    assert uri("a b/ü.xml") == "a%20b/%C3%BC.xml"
    assert uri(r"C:\policies\p.xml") == "file:///C:/policies/p.xml"
    assert uri(r"\\server\share\p.xml") == "file://server/share/p.xml"
    assert uri("/etc/p.xml") == "file:///etc/p.xml"


def test_json_lines_hold_the_same(report: Callable[[str], str]) -> None:
    rows = [json.loads(line) for line in report("jsonl").splitlines()]
    whole = json.loads(report("json"))
    assert [row["code"] for row in rows if row["type"] == "finding"] == [each["code"] for each in whole["findings"]]
    assert rows[-1]["type"] == "summary"
    assert rows[-1]["summary"] == whole["summary"]


def test_gitlab_has_what_its_schema_asks_for(report: Callable[[str], str]) -> None:
    rows = json.loads(report("gitlab"))
    assert len({row["fingerprint"] for row in rows}) == len(rows)
    for row in rows:
        assert {"description", "check_name", "fingerprint", "severity", "location"} <= set(row)
        assert row["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert row["location"]["lines"]["begin"] >= 1


@pytest.mark.parametrize(
    ("said", "notes"),
    [
        ({}, []),
        ({"ignored": (Ignored(path="a", kind="pictures"),)}, ["passed over: 1 pictures: a", BY_DEFAULT]),
        ({"outdated": ("an old fact",)}, ["an old fact", BY_DEFAULT]),
        ({"settings": Settings(rulesets=("default",), ignore=("QD001",))}, [f"{BY_DEFAULT}; ignored: QD001"]),
    ],
)
def test_gitlab_has_notes_only_where_something_was_passed_over_or_switched_off(
    said: dict[str, Any], notes: list[str]
) -> None:
    nothing = Report(version="1", ruleset="default", inputs=(), findings=(), problems=(), not_checked=())
    told = replace(nothing, **{"settings": Settings(rulesets=("default",)), **said})
    rows = json.loads("".join(gitlab.parts(told, RenderOptions())))
    assert [row["description"] for row in rows] == notes
    assert {row["severity"] for row in rows} <= {"info"}


def test_gitlab_shows_a_clause_that_is_not_met_at_its_worst_finding(cli: Callable[..., Any], tmp_path: Path) -> None:
    script = tmp_path / "policy.cmd"
    script.write_text("rem\nnetsh advfirewall set global mainmode mmsecmethods dhgroup2:aes128-sha1\n")
    rows = json.loads(cli(script, "--ruleset", "nist-sp800-77r1", "-o", "gitlab").out)
    clauses = [row for row in rows if row["fingerprint"].startswith("clause-")]
    assert [" not met: " in row["description"] for row in clauses] == [True, True]
    assert [row["location"] for row in clauses] == [{"path": str(script), "lines": {"begin": 2}}] * 2


def test_csv_reads_back(report: Callable[[str], str]) -> None:
    rows = list(csv.DictReader(io.StringIO(report("csv"))))
    whole = json.loads(report("json"))
    *rows, note = rows
    assert [row["code"] for row in rows] == [each["code"] for each in whole["findings"] + whole["problems"]]
    assert (note["severity"], note["message"].partition(";")[0]) == ("note", "configured by no file")
    assert all(None not in row for row in rows)


@pytest.mark.parametrize(
    ("script", "outcomes"),
    [
        ('netsh ipsec static add policy name="B"\n', []),
        (POLICY, [("error", "understood in part")]),
        ("echo no policy\n", [("skipped", "no IPsec policy")]),
    ],
)
def test_junit_has_a_case_of_its_own_for_an_input_that_was_not_understood(
    script: str,
    outcomes: list[tuple[str, str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    cli: Callable[..., Any],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "policy.cmd").write_text(script)
    root = etree.fromstring(cli("policy.cmd", "-o", "junit").out.encode())
    cases = root.findall(".//testcase[@classname='input']")
    assert [(child.tag, child.get("message")) for case in cases for child in case] == outcomes


@pytest.mark.parametrize(
    ("severity", "tag", "text", "message"),
    [
        ("info", "system-out", "not met: BSI TR-02102-3: md5-offered (CR003; 1 finding, clause not verified)", None),
        ("warning", "failure", None, "not met: BSI TR-02102-3: md5-offered (CR003; 1 finding, clause not verified)"),
    ],
)
def test_a_clause_of_junit_fails_where_its_worst_finding_does(
    severity: str,
    tag: str,
    text: str | None,
    message: str | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    cli: Callable[..., Any],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "policy.cmd").write_text(
        'netsh ipsec static add policy name=B mmsecmethods="3DES-MD5-2"\n'
        "netsh ipsec static add filterlist name=L\n"
        "netsh ipsec static add filter filterlist=L srcaddr=me dstaddr=10.2.0.0 dstmask=16\n"
        'netsh ipsec static add filteraction name=A action=negotiate qmsecmethods="ESP[3DES,SHA1]"\n'
        "netsh ipsec static add rule name=R policy=B filterlist=L filteraction=A kerberos=yes\n"
        "netsh ipsec static set policy name=B assign=yes\n"
    )
    (tmp_path / "ipseclint.toml").write_text(f'[severity]\nCR003 = "{severity}"\n')
    root = etree.fromstring(cli("policy.cmd", "--ruleset", "bsi-tr-02102-3", "-o", "junit").out.encode())
    suite = next(each for each in root if each.get("name", "").startswith("clauses of "))
    (case,) = (each for each in suite if each.get("name") == "BSI TR-02102-3: md5-offered")
    assert [(child.tag, child.text, child.get("message")) for child in case] == [(tag, text, message)]
    (met,) = (each for each in suite if each.get("name") == "BSI TR-02102-3: preshared-key")
    assert (len(met), met.get("classname")) == (0, "bsi-tr-02102-3@2026.1")


@pytest.mark.parametrize(
    ("value", "cell"),
    [("a\nb", "a\\nb"), ("=1+1", "'=1+1"), (" @a", "' @a"), ("plain", "plain"), (3, 3)],
)
def test_a_cell_of_csv_is_one_line_and_no_formula(value: str | int, cell: str | int) -> None:
    assert spreadsheet_cell(value) == cell


def test_a_command_in_a_cell_of_csv_keeps_its_lines() -> None:
    assert spreadsheet_cell("first\nsecond", lines=True) == "first\nsecond"


def test_sarif_says_where_a_rule_is_explained_and_how_grave_it_is(report: Callable[[str], str]) -> None:
    driver = json.loads(report("sarif"))["runs"][0]["tool"]["driver"]
    rules = {rule["id"]: rule for rule in driver["rules"]}
    assert rules["CR003"]["helpUri"].endswith("/rules/CR003-md5-offered/")
    assert rules["CR003"]["properties"]["tags"] == ["ipsec", "security", "cryptography"]
    assert rules["QD002"]["properties"] == {"tags": ["ipsec", "reliability", "queue-drops"], "precision": "high"}
    scores = {rule["properties"].get("security-severity") for rule in rules.values()}
    assert scores == {None, "8.0", "5.0", "2.0"}
    repairs = [result["properties"].get("repair") for result in json.loads(report("sarif"))["runs"][0]["results"]]
    assert any(repair and repair["netsh"].startswith("netsh ipsec static set policy") for repair in repairs)


def test_github_lists_the_worst_first_and_says_how_many_it_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Callable[..., Any]
) -> None:
    monkeypatch.chdir(tmp_path)
    add = "netsh advfirewall consec add rule endpoint1=any action=requireinrequestout auth1=computerpsk auth1psk=x"
    lines = [f"{add} name=r{number} endpoint2=10.0.0.{number} qmsecmethods=esp:md5-des" for number in range(1, 13)]
    (tmp_path / "policy.cmd").write_text("\n".join(lines) + "\nnetsh advfirewall consec %X%\n")
    printed = cli("policy.cmd", "-o", "github").out.splitlines()
    assert printed[0].startswith("::notice title=ipseclint::")
    assert "GitHub shows 10 annotations of a level" in printed[0]
    levels = [line[2:].partition(" ")[0] for line in printed[1:] if " file=" in line]
    assert levels == sorted(levels, key=["error", "warning", "notice"].index)
    assert "IN003" in printed[1]
    assert printed[1].startswith("::error ")


def test_a_table_in_a_file_opens_in_excel_and_has_columns_to_plan_by(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Callable[..., Any]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "policy.cmd").write_text(POLICY.replace("Branch", "Büro"), encoding="utf-8")
    cli("policy.cmd", "-o", "csv:plan.csv", "--action-plan")
    data = (tmp_path / "plan.csv").read_bytes()
    assert data.startswith("\ufeffcode,name,".encode())
    header, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert header[-4:] == ["owner", "due", "status", "comment"]
    assert {len(row) for row in rows} == {len(header)}
    assert {tuple(row[-4:]) for row in rows} == {("", "", "", "")}
    assert any(row[header.index("subject")] == "Büro" for row in rows)
    assert not cli("policy.cmd", "-o", "csv").out.startswith("\ufeff")


SCRIPT = (
    "rem \u00e4\r\n"
    "netsh advfirewall set global mainmode mmkeylifetime 5min,1sess\r\n"
    'netsh advfirewall consec add rule name="S" endpoint1=any endpoint2=10.2.0.0/16 action=requireinrequestout '
    'auth1=computerpsk auth1psk="Zaubertrank-7" qmsecmethods=esp:sha1-3des+15min+20480kb\r\n'
)


def _applied(text: str, fix: dict[str, Any]) -> str:
    """A text with a SARIF fix in it, as an editor applies it."""
    for part in reversed(fix["artifactChanges"][0]["replacements"]):
        region, lines = part["deletedRegion"], text.split("\r\n")
        starts = [0]
        for line in lines:
            starts.append(starts[-1] + len(line) + 2)
        begin = starts[region["startLine"] - 1] + region["startColumn"] - 1
        end = starts[region["endLine"] - 1] + region["endColumn"] - 1
        text = text[:begin] + part["insertedContent"]["text"] + text[end:]
    return text


def test_sarif_repairs_the_script_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Callable[..., Any]
) -> None:
    import jsonschema

    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.cmd").write_bytes(SCRIPT.encode())
    body = json.loads(cli("s.cmd", "-o", "sarif").out)
    schema = json.loads((DATA / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
    jsonschema.validate(body, schema)
    fixes = {result["ruleId"]: result["fixes"] for result in body["runs"][0]["results"] if "fixes" in result}
    assert {"QD001", "QD002", "QD004", "CR002"} <= fixes.keys()
    assert "Zaubertrank" not in json.dumps(fixes)
    assert fixes["QD001"][0] == {
        "description": {"text": "Repair QD001"},
        "artifactChanges": [
            {
                "artifactLocation": {"uri": "s.cmd"},
                "replacements": [
                    {
                        "deletedRegion": {"startLine": 2, "startColumn": 53, "endLine": 2, "endColumn": 54},
                        "insertedContent": {"text": "480"},
                    }
                ],
            }
        ],
    }
    before = _codes_by_kind(cli("s.cmd", "-o", "json").out)
    for code, (fix,) in fixes.items():
        (tmp_path / "fixed.cmd").write_bytes(_applied(SCRIPT, fix).encode())
        after = cli("fixed.cmd", "-o", "json").out
        assert json.loads(after)["problems"] == []
        assert any(gone == code for gone, _ in before - _codes_by_kind(after)), code


POWERSHELL = "\r\n".join(
    [
        "$q = New-NetIPsecQuickModeCryptoProposal -Encapsulation ESP -Encryption DES3 -ESPHash SHA1 -MaxMinutes 5",
        "$s = New-NetIPsecQuickModeCryptoSet -DisplayName 'QM' -Proposal $q",
        "$m = New-NetIPsecMainModeCryptoProposal -Encryption AES256 -Hash SHA256 -KeyExchange DH14",
        "New-NetIPsecMainModeCryptoSet -DisplayName 'MM' -Proposal $m -MaxMinutes 5 -MaxSessions 1 -Default",
        "New-NetIPsecRule -DisplayName 'I' -RemoteAddress 10.0.0.0/8 -InboundSecurity Require -QuickModeCryptoSet QM",
        "",
    ]
)


def test_sarif_repairs_a_powershell_script_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Callable[..., Any]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.ps1").write_bytes(POWERSHELL.encode())
    results = json.loads(cli("p.ps1", "-o", "sarif").out)["runs"][0]["results"]
    fixes = {result["ruleId"]: result["fixes"] for result in results if "fixes" in result}
    assert {"QD001", "QD002", "QD004", "CR002"} <= fixes.keys()
    assert fixes["QD001"][0]["artifactChanges"][0]["replacements"] == [
        {
            "deletedRegion": {"startLine": 4, "startColumn": 74, "endLine": 4, "endColumn": 75},
            "insertedContent": {"text": "480"},
        }
    ]
    before = _codes_by_kind(cli("p.ps1", "-o", "json").out)
    for code, (fix,) in fixes.items():
        (tmp_path / "fixed.ps1").write_bytes(_applied(POWERSHELL, fix).encode())
        after = cli("fixed.ps1", "-o", "json").out
        assert json.loads(after)["problems"] == []
        assert any(gone == code for gone, _ in before - _codes_by_kind(after)), code


def _codes_by_kind(report: str) -> set[tuple[str, str]]:
    return {(finding["code"], finding["subject"]["kind"]) for finding in json.loads(report)["findings"]}


def test_an_export_gets_no_change_of_its_text(fixtures: Path, cli: Callable[..., Any]) -> None:
    body = json.loads(cli(fixtures / "formats" / "advfirewall-show" / "global-weak.txt", "-o", "sarif").out)
    results = body["runs"][0]["results"]
    assert results
    assert all("fixes" not in result for result in results)


@pytest.mark.parametrize(
    ("output", "sign"),
    [
        ("github", "::error file=half.cmd,"),
        ("azure", "##vso[task.logissue type=error;sourcepath=half.cmd;"),
        ("gitlab", '"severity": "critical"'),
        ("sarif", '"level": "error", "descriptor"'),
    ],
)
def test_what_keeps_a_run_from_passing_is_an_error_in_every_format(
    output: str, sign: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Callable[..., Any]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "half.cmd").write_text("netsh advfirewall set global mainmode mmkeylifetime 480min,0sess\nnetsh -f x\n")
    ran = cli("half.cmd", "-o", output)
    assert ran.code == 4
    assert re.sub(r"\s+", "", sign) in re.sub(r"\s+", "", ran.out)
