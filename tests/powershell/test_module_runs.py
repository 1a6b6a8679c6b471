"""The module runs: what it calls, argument by argument, and what it makes of what the program says.

There is no PowerShell here: `tests.powershell.shell` plays it, in constrained language mode, with its own rules for the
arguments of programs in 5.1, 7.0 and 7.4.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests import ROOT
from tests.powershell.shell.cmdlets import CMDLETS
from tests.powershell.shell.language import Call, Ran, Shell
from tests.powershell.shell.operators import arguments
from tests.powershell.shell.values import Table, Thing, Thrown

pytestmark = pytest.mark.drawn(9)

MODULE = ROOT / "powershell" / "Ipseclint" / "Ipseclint.psm1"
VERSIONS = [(5, 1, 19041), (7, 0, 13), (7, 4, 6)]
POLICY = ROOT / "fixtures" / "runs" / "docs" / "policy.cmd"

HOSTILE = [
    r"C:\Policies\plain.cmd",
    r"C:\Program Files\pol icy.cmd",
    "C:\\trailing backslash\\",
    "C:\\trailing\\",
    r"\\server\share$\folder with blank\policy.xml",
    "\\\\server\\share$\\",
    'says "no"',
    'ends with "quote"',
    'back\\"slash and quote',
    '"',
    "it's",
    "a[1]*?.cmd",
    "$env:TEMP $(Get-Date) ${x}",
    "`n `t `",
    "\u201csmart\u201d \u2018quotes\u2019 \u201eunten\u201f",
    "-o",
    "--config=x",
    "@splat",
    "%PATH% ^& | > < ; ,",
    "tab\tand\nline",
    '\t"backslash, then the end of the line\\\n',
    "no\u00a0break \u3000wide",
    "Stra\u00dfe \u65e5\u672c\u8a9e \U0001f512",
]


class Program:
    """Stands for the program: it keeps what it is called with, and says what it is told to."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, list[str]]] = []
        self.says()

    def says(self, *lines: str, code: int = 0) -> None:
        """What it answers whatever it is asked."""

        def answer(words: list[str]) -> Ran:
            del words
            return Ran(code, lines)

        self.answer: Callable[[list[str]], Ran] = answer

    def __call__(self, path: str, words: list[str]) -> Ran:
        self.calls.append((path, words))
        return self.answer(words)

    @property
    def words(self) -> list[str]:
        """What it was called with last."""
        return self.calls[-1][1]


def session(program: Program, folder: Path, version: tuple[int, ...] = (7, 4, 6), **cmdlets: Any) -> Shell:
    environment = {"TEMP": str(folder), "PATH": "", "ProgramFiles": str(folder / "Program Files"), "TEAMS": "x"}
    named = {name.replace("_", "-"): work for name, work in cmdlets.items()}
    shell = Shell({**CMDLETS, **named}, program, version=version, environment=environment, constrained=True)
    shell.load(MODULE)
    return shell


@pytest.fixture
def the_program(cli: Callable[..., Any]) -> Callable[[list[str]], Ran]:
    """The program itself."""

    def run(words: list[str]) -> Ran:
        ran = cli(*words)
        return Ran(ran.code, ran.out.splitlines(), ran.err.splitlines())

    return run


def report(words: list[str], *records: dict[str, Any]) -> None:
    """Write a report where the program was told to: of a finding, a problem each a line, and the summary."""
    path = next(word for word in words if word.startswith("jsonl:")).removeprefix("jsonl:")
    summary = {"type": "summary", "summary": {}, "not_checked": [], "inputs": []}
    summary |= {"tool": {"version": "1", "ruleset": "default@1"}}
    if all(each["type"] != "summary" for each in records):
        records = (*records, summary)
    Path(path).write_text("".join(f"{json.dumps(each)}\n" for each in records), encoding="utf-8")


def test_a_report_of_more_characters_than_a_document_may_have_is_read(tmp_path: Path) -> None:
    program = Program()
    problem = {
        "type": "problem",
        "code": "IN003",
        "message": "x" * 1_200_000,
        "location": {"path": "a", "line": 1, "column": 1},
    }

    def answer(words: list[str]) -> Ran:
        report(words, problem, problem)
        return Ran(4)

    program.answer = answer
    (summary,) = session(program, tmp_path, (5, 1, 19041)).run("Invoke-Ipseclint a -Summary -Program x.exe")
    assert len(summary.properties["Problems"]) == 2


def reporting(words: list[str]) -> Ran:
    report(words)
    return Ran(0)


@pytest.mark.drawn(10)
@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", HOSTILE)
def test_a_check_is_given_paths_and_options_as_they_are(name: str, version: tuple[int, ...], tmp_path: Path) -> None:
    program = Program()
    program.answer = reporting
    shell = session(program, tmp_path, version)
    options = {"Select": [name, "CR"], "Ignore": [name], "Ruleset": [name], "Config": name, "Waivers": name}
    options |= {"Baseline": name, "Machine": name, "Since": name, "Program": "x.exe"}
    shell.run("Invoke-Ipseclint $given @options -Isolated -Redact -Report $report", given=[name, "other"],
              options=Table(options), report=Table({"html": name}))  # fmt: skip
    assert shell.errors == []
    path, words = program.calls[0]
    assert path == "x.exe"
    output = words[3]
    assert output.startswith(f"jsonl:{tmp_path}/ipseclint-")
    assert words == [
        "check", "--quiet", "--output", output, "--output", f"html:{name}", "--select", name, "--select", "CR",
        "--ignore", name, "--ruleset", name, "--config", name, "--waivers", name, "--baseline", name,
        "--machine", name, "--isolated", "--since", name, "--redact", "--", name, "other",
    ]  # fmt: skip
    assert list(tmp_path.iterdir()) == [], "nothing stays behind"


@pytest.mark.drawn(10)
@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", HOSTILE)
def test_other_functions_give_words_as_they_are(name: str, version: tuple[int, ...], tmp_path: Path) -> None:
    program = Program()
    shell = session(program, tmp_path, version)
    end = {"Program": "x.exe"}

    program.says("[]")
    shell.run("Get-IpseclintRule QD001 -Ruleset $name @end", name=name, end=Table(end))
    assert program.words == ["rules", "--all", "--format", "json", "--ruleset", name]

    program.says('{"explanations": []}')
    shell.run("Get-IpseclintExplanation $name @end", name=name, end=Table(end))
    assert program.words == ["explain", "--format", "json", "--", name]

    program.says('{"traffic": [], "objects": [], "findings": {"new": [], "gone": []}}')
    shell.run("Compare-IpsecPolicy $name $other @end", name=name, other="o " + name, end=Table(end))
    assert program.words == ["diff", "--format", "json", "--", name, "o " + name]

    program.says('{"pairs": []}')
    shell.run("Test-IpsecNegotiation $name $other @end", name=name, other="o " + name, end=Table(end))
    assert program.words == ["negotiate", "--format", "json", "--", name, "o " + name]

    program.says()
    given = {"Path": name, "Reason": name, "Owner": name, "Ticket": name, "File": name, "Expires": "2027-06-30"}
    shell.run("New-IpseclintWaiver $name @given", name=name, given=Table(given | end))
    assert program.words == [
        "waive", "--reason", name, "--owner", name, "--ticket", name, "--expires", "2027-06-30", "--file", name,
        "--", name, name,
    ]  # fmt: skip
    assert shell.errors == []


@pytest.mark.drawn(8)
@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", HOSTILE)
def test_an_event_carries_names_as_they_are_and_fits_a_command_line(
    name: str, version: tuple[int, ...], tmp_path: Path
) -> None:
    program = Program()
    shell = session(program, tmp_path, version)
    finding = Thing(
        "Ipseclint.Finding", Severity="error", Code="QD001", Object=name, Message='"' * 300, Path=name, Line=3
    )
    digest = Thing("Ipseclint.Report", Version="1", ExitCode=1, Findings=[finding] * 70, Problems=[])
    shell.run("$given | Write-IpseclintEvent", given=digest)
    (path, words) = program.calls[0]
    assert path == "eventcreate.exe"
    assert words[:9] == ["/L", "APPLICATION", "/SO", "ipseclint", "/T", "WARNING", "/ID", "102", "/D"]
    assert len(words) == 10
    assert words[9].startswith(f'ipseclint 1: 70 findings, 0 inputs not wholly read\r\nerror QD001 {name}: """')
    assert len(words[9]) <= 15_000
    shell.run("$given | Write-IpseclintEvent -WhatIf", given=digest)
    assert len(program.calls) == 1


@pytest.mark.parametrize(
    ("code", "kind"),
    [(0, ("INFORMATION", "101")), (1, ("WARNING", "102")), (3, ("ERROR", "103")), (4, ("ERROR", "103"))],
)
def test_the_kind_of_event_follows_the_exit_code(code: int, kind: tuple[str, str], tmp_path: Path) -> None:
    program = Program()
    shell = session(program, tmp_path)
    shell.run("Write-IpseclintEvent $given", given=Thing("R", Version="1", ExitCode=code, Findings=[], Problems=[]))
    assert (program.words[5], program.words[7]) == kind
    program.says(code=1)
    with pytest.raises(Thrown, match="eventcreate ended with 1"):
        shell.run("Write-IpseclintEvent $given", given=Thing("R", Version="1", ExitCode=code, Findings=[], Problems=[]))


def test_the_rules_of_windows_for_command_lines() -> None:
    # The examples of "Parsing C++ command-line arguments" (Microsoft).
    assert arguments(r'"abc" d e') == ["abc", "d", "e"]
    assert arguments(r'a\\b d"e f"g h') == [r"a\\b", "de fg", "h"]
    assert arguments(r"a\\\"b c d") == [r"a\"b", "c", "d"]
    assert arguments(r'a\\\\"b c" d e') == [r"a\\b c", "d", "e"]
    assert arguments(r'a"b"" c d') == ['ab" c d']


def test_findings_are_objects_and_problems_errors(tmp_path: Path, the_program: Callable[[list[str]], Ran]) -> None:
    program = Program()
    program.answer = the_program
    for version in VERSIONS:
        shell = session(program, tmp_path, version)
        broken = tmp_path / "broken [1].cmd"
        broken.write_text("netsh advfirewall consec add rule name=%X%\n")
        given = [str(POLICY), str(broken)]
        findings = shell.run("Invoke-Ipseclint $given -Program x.exe -Select QD -Severity error", given=given)
        assert {(each.types[0], each.properties["Severity"]) for each in findings} == {("Ipseclint.Finding", "error")}
        first = next(each.properties for each in findings if each.properties["Code"] == "QD002")
        assert (first["Path"], first["Line"], first["Column"], first["Object"]) == (
            str(POLICY),
            3,
            71,
            "Branch servers",
        )
        assert first["WindowsErrors"][0] == "13884 ERROR_IPSEC_IKE_QM_LIMIT"
        assert first["Netsh"] == 'netsh ipsec static set policy name="Branch servers" qmpermm=0 mmpfs=no'
        assert first["IsRisky"] is False
        (error,) = shell.errors
        assert error.startswith(f"{broken}:1: IN")
        (summary,) = shell.run("Invoke-Ipseclint $given -Program x.exe -Select QD -Summary", given=given)
        assert summary.properties["ExitCode"] == 4
        assert len(summary.properties["Problems"]) == 1
        assert len(summary.properties["Inputs"]) == 2


def test_what_a_baseline_and_an_earlier_report_know_is_not_new(
    tmp_path: Path, the_program: Callable[[list[str]], Ran]
) -> None:
    program = Program()
    program.answer = the_program
    shell = session(program, tmp_path)
    baseline, earlier = tmp_path / "base line.json", tmp_path / "earlier.json"
    the_program(["baseline", "create", "--file", str(baseline), str(POLICY)])
    the_program(["check", str(POLICY), "-o", f"json:{earlier}", "--quiet"])
    more = tmp_path / "more.cmd"
    more.write_text("netsh advfirewall set global mainmode mmkeylifetime 5min,0sess\n")
    for option in (f"-Baseline '{baseline}'", f"-Since '{earlier}'"):
        findings = shell.run(f"Invoke-Ipseclint $given -Program x.exe {option}", given=[str(POLICY), str(more)])
        states = {each.properties["Path"]: each.properties["IsNew"] for each in findings}
        assert states == {str(POLICY): False, str(more): True}, option
    findings = shell.run("Invoke-Ipseclint $given -Program x.exe", given=str(POLICY))
    assert {each.properties["IsNew"] for each in findings} == {None}


def test_a_folder_without_policy_is_an_error_and_a_refusal_stops(
    tmp_path: Path, the_program: Callable[[list[str]], Ran]
) -> None:
    program = Program()
    program.answer = the_program
    shell = session(program, tmp_path)
    (tmp_path / "notes.md").write_text("nothing\n")
    assert shell.run("Invoke-Ipseclint $given -Program x.exe", given=str(tmp_path / "notes.md")) == []
    assert shell.errors
    with pytest.raises(Thrown, match="ipseclint ended with 2: "):
        shell.run("Invoke-Ipseclint $given -Program x.exe -Select NONE1", given=str(POLICY))


def test_findings_come_before_the_error_that_stops(tmp_path: Path, the_program: Callable[[list[str]], Ran]) -> None:
    program = Program()
    program.answer = the_program
    shell = session(program, tmp_path)
    broken = tmp_path / "b.cmd"
    broken.write_text("netsh advfirewall consec add rule name=%X%\n")
    script = "$ErrorActionPreference = 'Stop'; try { Invoke-Ipseclint $given -Program x.exe } catch { 'stopped' }"
    try:
        given = shell.run(script, given=[str(POLICY), str(broken)])
    except Thrown:  # pragma: no cover
        raise AssertionError("the error is to be caught by the script") from None
    assert given[-1] == "stopped"


@pytest.mark.drawn(4)
@pytest.mark.parametrize("version", VERSIONS[::2])
def test_rules_explanations_differences_and_negotiations_are_objects(
    version: tuple[int, ...], tmp_path: Path, the_program: Callable[[list[str]], Ran]
) -> None:
    program = Program()
    program.answer = the_program
    scripts = ROOT / "fixtures/runs/docs/scripts"
    shell = session(program, tmp_path, version)
    rules = shell.run("Get-IpseclintRule @('QD00*', 'CR') -Program x.exe")
    codes = [each.properties["Code"] for each in rules]
    assert {"QD001", "QD002", "CR002"} <= set(codes)
    assert all(code.startswith(("QD00", "CR")) for code in codes)
    (explained,) = shell.run("Get-IpseclintExplanation 13884 -Program x.exe")
    assert (explained.properties["Kind"], explained.properties["Key"]) == ("error", "13884")
    assert "QD002" in explained.properties["Rules"]
    (signed,) = shell.run("Get-IpseclintExplanation -Word $code -Program x.exe", code=-2147011085)
    assert signed.properties["Key"] == "13811", "as 0x800735F3 is typed"
    event = Thing("EventLogRecord", Id=4653, Message="An IPsec main mode negotiation failed.\nNo policy configured")
    assert shell.run("$event | Get-IpseclintExplanation -Program x.exe", event=event)
    finding = Thing("Ipseclint.Finding", Code="QD002")
    (rule,) = shell.run("$finding | Get-IpseclintExplanation -Program x.exe", finding=finding)
    assert rule.properties["Kind"] == "rule"
    changed = tmp_path / "new.cmd"
    changed.write_text(POLICY.read_text(encoding="utf-8").replace("mmpfs=yes", "mmpfs=no"), encoding="utf-8")
    (change,) = shell.run("Compare-IpsecPolicy $old $new -Program x.exe", old=str(POLICY), new=str(changed))
    assert "QD003" in {each.properties["code"] for each in change.properties["GoneFindings"]}
    pairs = shell.run(
        "Get-Item $hub | Test-IpsecNegotiation -Peer azure-gateway -Program x.exe", hub=str(scripts / "hub.cmd")
    )
    assert {each.types[0] for each in pairs} == {"Ipseclint.Negotiation"}
    assert {each.properties["Verdict"] for each in pairs} <= {"secured", "fails", "depends", "in clear", "unknown"}


def test_a_waiver_is_written_for_a_finding_of_the_pipeline(
    tmp_path: Path, the_program: Callable[[list[str]], Ran]
) -> None:
    program = Program()
    program.answer = the_program
    shell = session(program, tmp_path)
    script = (
        "Invoke-Ipseclint $given -Program x.exe -Select QD002 |"
        " New-IpseclintWaiver -Reason $why -File $file -Expires 2099-01-31 -Program x.exe"
    )
    file, why = tmp_path / "wai vers.toml", 'it\'s \u201cagreed\u201d, $1 & "so"'
    assert shell.run(script + " -WhatIf", given=str(POLICY), why=why, file=str(file)) == []
    assert not file.exists()
    shell.run(script, given=str(POLICY), why=why, file=str(file))
    (waiver,) = tomllib.loads(file.read_text(encoding="utf-8"))["waiver"]
    assert waiver["reason"] == why
    assert str(waiver["expires"]) == "2099-01-31"


def test_gpos_are_backed_up_each_into_a_folder_that_does_not_stay(tmp_path: Path) -> None:
    program = Program()
    program.answer = reporting
    asked = []

    def backup(call: Call) -> list[Any]:
        asked.append({name: call.get(name) for name in ("Guid", "Domain", "Path", "ErrorAction")})
        if call.get("Guid") == "g3":
            raise Thrown("Access is denied.")
        return []

    shell = session(program, tmp_path, Backup_GPO=backup)
    gpos = [
        Thing("Microsoft.GroupPolicy.Gpo", Id=guid, DomainName="corp.example", DisplayName="x") for guid in ("g1", "g2")
    ]
    shell.run("$gpos | Invoke-Ipseclint -Program x.exe", gpos=gpos)
    paths = program.words[program.words.index("--") + 1 :]
    assert [each["Path"] for each in asked] == paths
    assert [(each["Guid"], each["Domain"], each["ErrorAction"]) for each in asked] == [
        ("g1", "corp.example", "Stop"),
        ("g2", "corp.example", "Stop"),
    ]
    assert list(tmp_path.iterdir()) == []
    gpos.append(Thing("Microsoft.GroupPolicy.Gpo", Id="g3", DomainName="corp.example"))
    with pytest.raises(Thrown, match="Access is denied"):
        shell.run("$gpos | Invoke-Ipseclint -Program x.exe", gpos=gpos)
    assert list(tmp_path.iterdir()) == [], "no backup stays where one fails"


def test_drives_of_powershell_become_paths_and_standard_input_is_refused(tmp_path: Path) -> None:
    program = Program()
    program.answer = reporting
    shell = session(program, tmp_path)
    shell.run("Invoke-Ipseclint $given -Program x.exe", given=["Policies:/a.cmd", "~/b.cmd", "FileSystem::C:/c"])
    assert program.words[-3:] == ["converted:Policies:/a.cmd", "converted:~/b.cmd", "converted:FileSystem::C:/c"]
    options = {"Config": "~/c.toml", "Since": "Policies:/s.json", "Report": Table({"html": "Policies:/out/r.html"})}
    shell.run("Invoke-Ipseclint a @options -Program x.exe", options=Table(options))
    assert program.words[4:10] == [
        "--output", "html:converted:Policies:/out/r.html", "--config", "converted:~/c.toml", "--since",
        "converted:Policies:/s.json",
    ]  # fmt: skip
    with pytest.raises(Thrown, match="Standard input"):
        shell.run("Invoke-Ipseclint '-' -Program x.exe")


def test_which_program_is_called(tmp_path: Path) -> None:
    program = Program()
    program.says("[]")
    shell = session(program, tmp_path)
    with pytest.raises(Thrown, match="not on the PATH"):
        shell.run("Get-IpseclintRule")
    with pytest.raises(Thrown, match="batch file"):
        shell.run("Get-IpseclintRule -Program C:/tools/ipseclint.CMD")
    (tmp_path / "ipseclint").touch()
    shell.environment["PATH"] = str(tmp_path)
    shell.run("Get-IpseclintRule")
    assert program.calls[-1][0] == str(tmp_path / "ipseclint")
    python = tmp_path / "Program Files" / "ipseclint" / "python" / "python.exe"
    python.parent.mkdir(parents=True)
    python.touch()
    shell.run("Get-IpseclintRule")
    assert program.calls[-1] == (str(python), ["-m", "ipseclint", "rules", "--all", "--format", "json"])
    installed = tmp_path / "Program Files" / "ipseclint" / "Scripts" / "ipseclint.exe"
    installed.parent.mkdir(parents=True)
    installed.touch()
    shell.run("Get-IpseclintRule")
    assert program.calls[-1][0] == str(installed)
    del shell.environment["ProgramFiles"]
    shell.run("Get-IpseclintRule")
    assert program.calls[-1][0] == str(tmp_path / "ipseclint"), "not on Windows either does it stumble"


def test_mail_and_teams_carry_names_as_text_and_bound_what_they_send(tmp_path: Path) -> None:
    program = Program()
    sent: list[dict[str, Any]] = []

    def send(call: Call) -> list[Any]:
        sent.append(dict(call.named))
        return []

    shell = session(program, tmp_path, Send_MailMessage=send, Invoke_RestMethod=send)
    finding = Thing(
        "F", Severity="error", Code="QD001", Object="[x](http://e) *b* <script>", Message="m", Path="p", Line=1
    )
    problem = Thing("P", Path="q", Message="m", Code="IN004", Line=1)
    given = Thing("R", Version="1", ExitCode=1, Findings=[finding] * 300, Problems=[problem] * 300)
    shell.run("$given | Send-IpseclintMail -To 'a@x', 'b@x' -From 'c@x' -SmtpServer mx -Attachment r.html", given=given)
    mail = sent[-1]
    assert mail["to"] == ["a@x", "b@x"]
    assert mail["subject"] == "ipseclint 1: 300 findings, 300 inputs not wholly read"
    assert mail["body"].count("\r\n") == 202
    assert mail["usessl"] is True
    shell.run("$given | Send-IpseclintTeamsMessage -Uri $env:TEAMS", given=given)
    body = json.loads(sent[-1]["body"])
    blocks = body["attachments"][0]["content"]["body"]
    assert len(blocks) == 43
    assert blocks[1]["text"].startswith(r"error QD001 \[x\]\(http://e\) \*b\* \<script\>: m")
    assert len(sent[-1]["body"].encode()) < 28_000, "the bound of a message to Teams"
    for call in ("Send-IpseclintMail -To a -From b -SmtpServer c", "Send-IpseclintTeamsMessage -Uri u"):
        shell.run(f"$given | {call} -WhatIf", given=given)
    assert len(sent) == 2


@pytest.mark.parametrize("folder", ["C:/Exports", "C:/it's", "C:/it\u2019s \u201cso\u201d $x `y", "D:/a [1] b"])
def test_the_scheduled_task_runs_what_was_meant(folder: str, tmp_path: Path) -> None:
    program = Program()
    made: dict[str, dict[str, Any]] = {}

    def keep(call: Call) -> list[Any]:
        made[call.name] = dict(call.named)
        return [Thing(call.name)]

    names = [
        "New_ScheduledTaskSettingsSet",
        "New_ScheduledTaskAction",
        "New_ScheduledTaskTrigger",
        "New_ScheduledTaskPrincipal",
        "Register_ScheduledTask",
    ]
    shell = session(program, tmp_path, **dict.fromkeys(names, keep))
    with pytest.raises(Thrown, match="Install the module below"):
        shell.run("Register-IpseclintTask $folder", folder=folder)
    shell.environment["ProgramFiles"] = str(ROOT / "powershell")
    # Paths of this machine end in a slash where those of Windows do in a backslash.
    shell.scopes[0]["psscriptroot"] = str(ROOT / "powershell") + "\\Ipseclint"
    shell.run("Register-IpseclintTask $folder -At 03:00", folder=folder)
    assert made["New-ScheduledTaskAction"]["execute"] == "powershell.exe"
    words = arguments(made["New-ScheduledTaskAction"]["argument"])
    assert words[:5] == ["-NoProfile", "-NonInteractive", "-ExecutionPolicy", "RemoteSigned", "-Command"]
    assert len(words) == 6
    assert made["New-ScheduledTaskPrincipal"] == {"userid": "SYSTEM", "runlevel": "Highest"}
    assert made["New-ScheduledTaskTrigger"]["at"].hour == 3
    # What the task types is itself PowerShell: its strings are the folder and the module again.
    ran: list[tuple[str, dict[str, Any], list[Any]]] = []

    def note(call: Call) -> list[Any]:
        ran.append((call.name, dict(call.named), call.rest))
        return ["x"]

    stages = ["Import-Module", "Export-IpsecPolicy", "Invoke-Ipseclint", "Write-IpseclintEvent", "Join-Path"]
    task = Shell({**CMDLETS, **dict.fromkeys(stages, note)}, program)
    task.run(words[5].replace("\u2019\u2019", "\u2019"))
    by_name = {name: rest for name, _, rest in ran}
    assert by_name["Join-Path"][0] == folder
    assert [name for name, _, _ in ran] == [
        "Import-Module", "Join-Path", "Export-IpsecPolicy", "Invoke-Ipseclint", "Write-IpseclintEvent",
    ]  # fmt: skip
    # What goes wrong is written too.
    ran.clear()

    def fail(call: Call) -> list[Any]:
        del call
        raise Thrown("no program")

    task.cmdlets["invoke-ipseclint"] = fail
    task.run(words[5].replace("\u2019\u2019", "\u2019"))
    assert [name for name, _, _ in ran][-2:] == ["Export-IpsecPolicy", "Write-IpseclintEvent"]
    made.clear()
    with pytest.raises(Thrown, match="with its drive"):
        shell.run("Register-IpseclintTask exports")
    shell.run("Register-IpseclintTask $folder -WhatIf", folder=folder)
    assert "Register-ScheduledTask" not in made


def test_the_collector_is_called_with_what_was_asked(tmp_path: Path) -> None:
    program = Program()
    collector = (
        "param([string]$OutputFolder, [int]$Days, [datetime]$Since, [switch]$Redact)\n"
        "$null = New-Item -ItemType Directory -Path $OutputFolder -Force\n"
        "$file = Join-Path $OutputFolder 'asked.txt'\n"
        "Set-Content -LiteralPath $file -Encoding UTF8 -Value @($Days, $Since, $Redact)\n"
    )
    program.says(*collector.splitlines())
    for version in VERSIONS:
        shell = session(program, tmp_path, version)
        folder = tmp_path / f"out it's \u2019 $x [{version[1]}]"
        (made,) = shell.run("Export-IpsecPolicy $folder -Program x.exe", folder=str(folder))
        assert program.words == ["collect-script"]
        assert made.properties["FullName"] == str(folder)
        assert (folder / "asked.txt").read_text(encoding="utf-8-sig").split("\n")[0] == "7"
        assert [path.name for path in tmp_path.glob("ipseclint-*")] == [], "the script does not stay"
        shell.run(
            "Export-IpsecPolicy $folder -Since $since -Redact -Days 30 -Program x.exe",
            folder=str(folder), since=datetime(2026, 11, 1, tzinfo=UTC),
        )  # fmt: skip
        asked = (folder / "asked.txt").read_text(encoding="utf-8-sig").splitlines()
        assert asked == ["30", "11/01/2026 00:00:00", "True"]
    shell.run("Export-IpsecPolicy $folder -WhatIf -Program x.exe", folder=str(tmp_path / "no"))
    assert not (tmp_path / "no").exists()
    with pytest.raises(Thrown, match="out of range"):
        shell.run("Export-IpsecPolicy x -Days 400 -Program x.exe")


def example(schema: dict[str, Any], root: dict[str, Any], *, full: bool) -> Any:
    """A value that a schema allows: with every member, or with as little as it allows."""
    if "$ref" in schema:
        return example(root["$defs"][schema["$ref"].rpartition("/")[2]], root, full=full)
    for word in ("const",):
        if word in schema:
            return schema[word]
    if "enum" in schema:
        return schema["enum"][0]
    for word in ("anyOf", "oneOf"):
        if word in schema:
            options = sorted(schema[word], key=lambda option: (option.get("type") == "null") == full)
            return example(options[0], root, full=full)
    kinds = schema.get("type", "object")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    kind = next((kind for kind in kinds if (kind != "null") == full), kinds[0])
    if kind == "object":
        members = schema.get("properties", {})
        required = schema.get("required", [])
        return {name: example(inner, root, full=full) for name, inner in members.items() if full or name in required}
    if kind == "array":
        return [example(schema.get("items", {"type": "string"}), root, full=full)] if full else []
    values: dict[str, Any] = {"string": "x", "integer": 1, "number": 1.5, "boolean": True, "null": None}
    return values[kind]


def schema(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((ROOT / "docs" / "schemas" / name).read_text(encoding="utf-8"))
    return loaded


READS = [
    ("Compare-IpsecPolicy a b -Program x.exe", "diff-1.json", {"Traffic", "Objects", "NewFindings", "GoneFindings"}),
    ("Test-IpsecNegotiation a b -Program x.exe", "negotiation-1.json", {"Differences"}),
    ("Get-IpseclintExplanation a -Program x.exe", "explanation-1.json", {"Rules"}),
    ("Get-IpseclintRule * -Program x.exe", "rules-1.json", {"Needs", "Basis"}),
]


@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize(("script", "name", "lists"), READS)
def test_whatever_a_schema_allows_is_read(script: str, name: str, lists: set[str], full: bool, tmp_path: Path) -> None:
    program = Program()
    body = example(schema(name), schema(name), full=full)
    program.says(json.dumps(body))
    for version in VERSIONS[::2]:
        shell = session(program, tmp_path, version)
        made = shell.run(script)
        assert bool(made) or not full
        for each in made:
            for member in lists:
                value = each.properties[member]
                assert isinstance(value, list), member
                assert value if full else value == [], member


@pytest.mark.parametrize("full", [True, False])
def test_whatever_the_schema_of_reports_allows_is_read(full: bool, tmp_path: Path) -> None:
    program = Program()
    body = example(schema("report-1.json"), schema("report-1.json"), full=full)

    def answer(words: list[str]) -> Ran:
        findings = [{"type": "finding", **each} for each in body["findings"]]
        problems = [{"type": "problem", **each} for each in body["problems"]]
        left = {name: value for name, value in body.items() if name not in {"findings", "problems"}}
        report(words, *findings, *problems, {"type": "summary", **left})
        return Ran(0)

    program.answer = answer
    for version in VERSIONS[::2]:
        shell = session(program, tmp_path, version)
        (summary,) = shell.run("Invoke-Ipseclint a -Summary -Program x.exe")
        counts: Sequence[Any] = [summary.properties[name] for name in ("Findings", "Problems", "NotChecked", "Inputs")]
        assert [len(each) for each in counts] == ([1] * 4 if full else [0] * 4)
        if full:
            missing = {
                name for name, value in summary.properties["Findings"][0].properties.items() if value in (None, "")
            }
            assert missing == set(), missing


@pytest.mark.drawn(6)
@pytest.mark.parametrize(
    ("function", "parameter", "begun", "completed"),
    [
        ("Invoke-Ipseclint", "Ruleset", "bsi", ["bsi-tr-02102-3"]),
        ("Get-IpseclintRule", "Ruleset", "DOMAIN", ["domain-isolation"]),
        ("Test-IpsecNegotiation", "Peer", "libreswan", ["libreswan-4"]),
        ("Invoke-Ipseclint", "Select", "QD00", [f"QD00{number}" for number in range(1, 10)]),
        ("Get-IpseclintExplanation", "Word", "psk-with", ["psk-with-second-authentication"]),
        ("Invoke-Ipseclint", "Ruleset", "no such", []),
        (
            "Invoke-Ipseclint",
            "Report",
            "j",
            [f"@{{ {name} = 'report.{name}' }}" for name in ("json", "jsonl", "junit")],
        ),
        ("Invoke-Ipseclint", "Report", "html", ["@{ html = 'report.html' }"]),
    ],
)
def test_values_are_completed_from_what_the_program_says(
    function: str,
    parameter: str,
    begun: str,
    completed: list[str],
    tmp_path: Path,
    the_program: Callable[[list[str]], Ran],
) -> None:
    program = Program()
    program.answer = the_program
    kept: dict[tuple[str, str], Any] = {}

    def keep(call: Call) -> list[Any]:
        kept[call.named["commandname"], call.named["parametername"]] = call.named["scriptblock"]
        return []

    shell = session(program, tmp_path, Register_ArgumentCompleter=keep)
    (tmp_path / "Program Files" / "ipseclint" / "Scripts").mkdir(parents=True)
    (tmp_path / "Program Files" / "ipseclint" / "Scripts" / "ipseclint.exe").touch()
    block = kept[function, parameter]
    # The third of its arguments, as the host gives it.
    assert shell.run("& $block", block=block, wordToComplete=begun) == completed
    calls = len(program.calls)
    assert shell.run("& $block", block=block, wordToComplete=begun) == completed
    assert len(program.calls) == calls, "what is known is not asked again"


@pytest.mark.parametrize("parameter", ["Ruleset", "Peer", "Report"])
def test_a_program_that_fails_completes_nothing(parameter: str, tmp_path: Path) -> None:
    kept: dict[str, Any] = {}

    def keep(call: Call) -> list[Any]:
        kept[call.named["parametername"]] = call.named["scriptblock"]
        return []

    shell = session(Program(), tmp_path, Register_ArgumentCompleter=keep)
    assert shell.run("& $block", block=kept[parameter], wordToComplete="a") == []


def test_a_clean_report_has_a_subject_and_one_line(tmp_path: Path) -> None:
    sent: list[dict[str, Any]] = []

    def send(call: Call) -> list[Any]:
        sent.append(dict(call.named))
        return []

    shell = session(Program(), tmp_path, Send_MailMessage=send, Invoke_RestMethod=send)
    given = Thing("R", Version="1", ExitCode=0, Findings=[], Problems=[])
    shell.run("$given | Send-IpseclintMail -To a@x -From c@x -SmtpServer mx", given=given)
    assert sent[-1]["subject"] == "ipseclint 1: 0 findings, 0 inputs not wholly read"
    shell.run("$given | Send-IpseclintTeamsMessage -Uri u", given=given)
    (block,) = json.loads(sent[-1]["body"])["attachments"][0]["content"]["body"]
    assert block["text"] == "ipseclint 1: 0 findings, 0 inputs not wholly read"


@pytest.mark.parametrize("letter", ["x", "<", "\u65e5", "\U0001f512"])
def test_a_message_to_teams_is_short_enough_whatever_the_names(letter: str, tmp_path: Path) -> None:
    sent: list[str] = []

    def send(call: Call) -> list[Any]:
        sent.append(call.named["body"])
        return []

    shell = session(Program(), tmp_path, Invoke_RestMethod=send)
    finding = Thing("F", Severity="error", Code="QD001", Object=letter * 3000, Message="m", Path="p", Line=1)
    given = Thing("R", Version="1", ExitCode=1, Findings=[finding] * 30, Problems=[])
    shell.run("$given | Send-IpseclintTeamsMessage -Uri u", given=given)
    assert len(sent[0].encode()) < 28_000
    blocks = json.loads(sent[0])["attachments"][0]["content"]["body"]
    assert len(blocks) > 3
    assert blocks[1]["text"].endswith("\\.\\.\\.")


def test_an_error_that_stopped_the_check_is_an_event(tmp_path: Path) -> None:
    program = Program()
    shell = session(program, tmp_path)
    shell.run("try { Invoke-Ipseclint a } catch { $_ | Write-IpseclintEvent }")
    assert program.words[4:8] == ["/T", "ERROR", "/ID", "104"]
    assert program.words[9].startswith("ipseclint has checked nothing: ipseclint is not on the PATH.")


@pytest.mark.parametrize("is_constrained", [False, True])
def test_what_changes_something_is_asked_about_in_both_modes(is_constrained: bool, tmp_path: Path) -> None:
    program = Program()
    shell = session(program, tmp_path)
    shell.constrained = is_constrained
    mode = "ConstrainedLanguage" if is_constrained else "FullLanguage"
    shell.scopes[0]["executioncontext"].properties["SessionState"].properties["LanguageMode"] = mode
    call = "New-IpseclintWaiver abc -Path p -Reason r -Program x.exe"
    shell.run(f"{call} -WhatIf")
    assert program.calls == []
    assert [" ".join(reversed(words)) for words in shell.asked] == (
        ["Accept the finding: abc"] if is_constrained else ["Accept the finding abc"]
    )
    shell.run(call)
    assert program.words == ["waive", "--reason", "r", "--", "abc", "p"]


def test_a_program_that_cannot_be_started_is_an_error_whatever_ended_before(tmp_path: Path) -> None:
    program = Program()
    shell = session(program, tmp_path)

    def refuse(words: list[str]) -> Ran:
        del words
        raise Thrown("x.exe is not recognized.")

    program.answer = refuse
    shell.scopes[0]["lastexitcode"] = 0
    with pytest.raises(Thrown, match="not recognized"):
        shell.run("New-IpseclintWaiver abc -Path p -Reason r -Program x.exe")


def test_an_empty_line_of_stderr_says_nothing(tmp_path: Path) -> None:
    program = Program()

    def answer(words: list[str]) -> Ran:
        del words
        return Ran(2, (), ("no such file", "System.Management.Automation.RemoteException", "try another"))

    program.answer = answer
    with pytest.raises(Thrown, match=r"^ipseclint ended with 2: no such file\ntry another$"):
        session(program, tmp_path).run("Get-IpseclintRule -Program x.exe")
