"""What ipseclint wrote lies in folders that are checked: it is passed over and said, and covers for no policy."""

from __future__ import annotations

import itertools
import json
import re
import shlex
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ipseclint.collect import collector_script
from ipseclint.engine.inputs.paths import Candidate
from ipseclint.engine.machines import OWN_SCRIPT, read_input
from ipseclint.engine.unread.own import _is_more, is_own, is_own_script
from ipseclint.report import Ignored
from ipseclint.seal import seal_of, sealed
from ipseclint.source import bytes_source, file_source
from tests import ROOT
from tests.cases import cases

pytestmark = pytest.mark.drawn(6)

Cli = Callable[..., Any]

POLICY = (ROOT / "fixtures" / "runs" / "first" / "policy.cmd").read_text()
ANSWERS = sorted((ROOT / "tests" / "data" / "answers").glob("*.txt"))
SUFFIXES = {"json": ".json", "sarif": ".sarif", "markdown": ".md", "csv": ".csv", "html": ".html", "junit": ".xml"}
NOT_KNOWN = (
    "--version",
    "--help",
    "negotiate --peers",
    "fleet query",  # whatever columns one asks for
    "config schema",
    "demo",  # what it writes is to be read
)
INPUTS = ("--write-peer",)
"""What is written to be read as the other end."""


class Answer(NamedTuple):
    """What a command line printed."""

    line: str
    text: str


@cache
def answers(stored: Path) -> list[Answer]:
    """What the command lines of a file printed to standard output, or wrote into a page, but for scripts."""
    shown = []
    for part in re.split(r"(?m)^\$ ipseclint ", stored.read_text(encoding="utf-8"))[1:]:
        line, _, rest = part.partition("\n")
        text = rest.partition("--- out\n")[2].partition("--- err\n")[0].replace(": ALL", ": 190")
        if text.strip() and not line.startswith(NOT_KNOWN) and not any(word in line for word in INPUTS):
            shown.append(Answer(line, text))
        shown += [Answer(line, page) for page in re.findall(r"(?ms)^(<!doctype html>.*?</html>)", rest)]
    return [answer for answer in shown if "SHA-256 of its other lines" not in answer.text]


@cache
def reports() -> list[Answer]:
    """All that is stored, but for scripts."""
    found = [answer for path in ANSWERS for answer in answers(path)]
    assert found
    return found


def name_of(answer: Answer) -> str:
    """What one would call the file that an answer is kept in."""
    words = shlex.split(answer.line)
    if answer.text.startswith("<!doctype"):
        return "kept.html"
    form = next((word for before, word in itertools.pairwise(words) if before == "-o"), "text")
    return f"kept{SUFFIXES.get(form.partition(':')[0], '.txt')}"


@cases("stored", ANSWERS, ids=lambda path: path.stem)
def test_whatever_a_command_prints_is_no_input_of_the_next_run(stored: Path, draw: Callable[..., list[Answer]]) -> None:
    for answer in draw(answers(stored), ANSWERS.index(stored), 5):
        assert is_own(bytes_source(name_of(answer), answer.text.encode())), answer.line
        read = read_input(Candidate(bytes_source(name_of(answer), answer.text.encode("utf-16")), named=False))
        assert isinstance(read, Ignored), (answer.line, read)
        assert read.kind == "ipseclint's own"


def test_answers_of_every_kind_are_stored() -> None:
    assert len(reports()) > 150
    assert {name_of(answer) for answer in reports()} == {"kept.txt", *(f"kept{suffix}" for suffix in SUFFIXES.values())}


NARROW = [
    "check SITES --statistics",
    "explain WV001",
    "explain IN003 -o markdown",
    "explain EX001",
    "formats",
    "formats ike-log",
    "rulesets",
    "rulesets cis-windows",
    "load SITES/policy.cmd --peers 4000",
    "load SITES/policy.cmd OTHERS/policy.cmd --peers 4000",
    "diff SITES/policy.cmd OTHERS/policy.cmd",
    "coverage SITES/policy.cmd",
    "coverage OTHERS/policy.cmd",
    "which SITES/policy.cmd --src fd12:3456:789a:1:2222:3333:4444:5555 --dst fd12:3456:789a:1:2222:3333:4444:6666",
    "negotiate SITES/policy.cmd OTHERS/policy.cmd",
]


@pytest.mark.parametrize("columns", [60, 200])
@pytest.mark.parametrize("line", NARROW)
def test_answers_are_known_at_every_width(line: str, columns: int, cli: Cli, monkeypatch: Any) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    runs = ROOT / "fixtures" / "runs"
    line = line.replace("SITES", str(runs / "first")).replace("OTHERS", str(runs / "domain-isolation"))
    ran = cli(*line.split())
    assert is_own(bytes_source("kept.txt", ran.out.encode())), ran.out[:200]


@cases("suffix", [".cmd", ".ps1", ".txt", ".log", ""])
def test_a_report_on_top_of_a_policy_does_not_hide_it(suffix: str) -> None:
    commands = POLICY if suffix != ".ps1" else "New-NetIPsecRule -DisplayName x -InboundSecurity Require\n"
    for answer in reports():
        head = "".join(answer.text.splitlines(keepends=True)[:4])
        source = bytes_source(f"policy{suffix}", f"{head}\n{commands}".encode())
        assert not is_own(source), answer.line
        assert not is_own_script(source), answer.line


@cases("begin", ["   ", "\t", "(@", "%SystemRoot%\\System32\\"], ids=["blanks", "tab", "signs", "path"])
def test_a_report_on_top_of_commands_that_begin_no_line_does_not_hide_them(begin: str) -> None:
    commands = "".join(f"{begin}{line}" for line in POLICY.splitlines(keepends=True) if line.startswith("netsh"))
    for answer in reports():
        lines = answer.text.splitlines(keepends=True)
        for head in ("".join(lines[:4]), answer.text):
            source = bytes_source("policy.txt", f"{head}\n{commands}".encode("utf-16"))
            assert not is_own(source), answer.line


RULE = "advfirewall consec add rule name=x endpoint1=any endpoint2=any action=requireinrequireout"


@pytest.mark.parametrize(
    "head", ["a.cmd:1:1: error QD001 x", "no pair: x", "[[waiver]]", "# IPsec policy check", "ok (exit code 0)"]
)
@pytest.mark.parametrize(
    "command",
    [
        "  pushd advfirewall\n  consec\n  add rule name=x endpoint1=any endpoint2=any action=requireinrequireout",
        f"  net^sh {RULE.replace('wall', '^wall')}",
        f"  cmd /c netsh {RULE}",
        f"  if 1==1 netsh {RULE}",
        f"  for %%i in (1) do netsh {RULE}",
        f"  echo x& netsh {RULE}",
        f'  "netsh" {RULE}',
        f"x\rnetsh {RULE}\r",
        "  $r = New-NetIPsecRule -DisplayName x -InboundSecurity Require",
        "  if ($true) { New-NetIPsecRule -DisplayName x -InboundSecurity Require }",
        "  reg add HKLM\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent /v Start /t REG_DWORD /d 4 /f",
        "  sc config IKEEXT start= disabled",
        "  netsh advfirewall reset",
    ],
)
def test_a_line_of_a_report_hides_no_command_in_whatever_form(head: str, command: str) -> None:
    assert not is_own(bytes_source("x.txt", f"{head}\n{command}\n".encode()))


EXPORT = (ROOT / "fixtures/formats/advfirewall-show" / "global-weak.txt").read_text()


def test_a_report_on_top_of_an_export_does_not_hide_it() -> None:
    text = next(answer.text for answer in reports() if answer.line.startswith("check runs/first"))
    assert is_own(bytes_source("kept.txt", text.encode()))
    assert not is_own(bytes_source("kept.txt", f"{text}{EXPORT}".encode()))


@pytest.mark.parametrize("line", ["check runs/first", "check runs/demo", "load", "diff", "explain QD002"])
@pytest.mark.parametrize(
    "export",
    [
        "Windows Registry Editor Version 5.00\n\n[HKEY_LOCAL_MACHINE\\SOFTWARE]\n",
        '<?xml version="1.0"?>\n<wfpstate></wfpstate>\n',
        '{"DisplayName": "x"}\n',
        "Computer\nSoftware\\Policies\\Microsoft\nx\nDWORD:1\n",
        "Encoding=1\nPBVersion=8\nType=2\n",
    ],
    ids=["reg", "xml", "json", "lgpo", "phone book"],
)
def test_an_export_behind_a_report_in_one_file_is_not_taken_for_a_part_of_it(line: str, export: str) -> None:
    answer = next(
        each for each in reports() if each.line.startswith(line) and not name_of(each).endswith((".html", ".md"))
    )
    source = bytes_source(name_of(answer).replace(".csv", ".txt"), f"{answer.text}\n{export}".encode())
    assert not is_own(source)


@cases(
    "foreign",
    [
        '[{"CreationClassName": "MSFT_NetConSecRule", "InboundSecurity": 2}]',
        '{"DisplayName": "w", "Mode": 2, "Proposals": [{"EncryptionAlgorithm": 2}]}',
        '[{"key": "HKEY_LOCAL_MACHINE\\\\SOFTWARE\\\\Policies", "name": "SHKey", "type": "REG_SZ", "data": "x"}]',
    ],
    ids=["class", "members", "registry"],
)
def test_objects_of_windows_under_a_key_of_a_report_are_not_taken_for_a_part_of_it(foreign: str) -> None:
    report = next(
        answer.text for answer in reports() if answer.line.startswith("check") and answer.text.startswith("{")
    )
    assert is_own(bytes_source("report.json", report.encode()))
    for text in (
        report.rstrip().removesuffix("}") + f', "GPO": {foreign}}}',
        f'{{"schema": "ipseclint.report/1", "findings": [{{"more": {foreign}}}]}}',
        f'{{"type": "finding", "is": {foreign}}}',
    ):
        assert not is_own(bytes_source("report.json", text.encode()))


@cases("suffix", [".csv", ".html"])
def test_a_table_or_page_with_another_behind_it_is_not_ours(suffix: str) -> None:
    more = {
        ".csv": '"IPsecRuleName","DisplayName","InboundSecurity"\n"x","x","Require"\n',
        ".html": "<html><body><pre>netsh advfirewall reset</pre></body></html>\n",
    }[suffix]
    answers = [answer for answer in reports() if name_of(answer).endswith(suffix)]
    assert len(answers) > 2
    for answer in answers:
        assert not is_own(bytes_source(name_of(answer), f"{answer.text}{more}".encode())), answer.line


def test_a_table_with_a_cell_of_thousands_of_commands_is_ours() -> None:
    answer = next(each for each in reports() if name_of(each).endswith(".csv") and each.text.startswith("code,"))
    head, _, row = answer.text.partition("\n")
    great = row.replace("netsh", "netsh advfirewall set global mainmode mmkeylifetime 480min\n" * 5_000 + "netsh", 1)
    assert great != row
    assert is_own(bytes_source("report.csv", f"{head}\n{great}".encode()))


@cases("sign", ["a\rb", '"open'])
def test_a_table_that_is_none_to_its_end_is_not_ours(sign: str) -> None:
    answer = next(each for each in reports() if name_of(each).endswith(".csv") and each.text.startswith("code,"))
    assert is_own(bytes_source("report.csv", answer.text.encode()))
    assert not is_own(bytes_source("report.csv", f"{answer.text}{sign}\n".encode()))


def test_a_difference_is_ours_to_its_last_line_or_not_at_all() -> None:
    text = next(answer.text for answer in reports() if answer.line.startswith("fix runs/first/policy.cmd --diff"))
    others = {
        "behind": f"{text} {POLICY}",
        "instead": text.rpartition("@@")[0] + f"@@\n {POLICY}",
        "cut": "".join(text.splitlines(keepends=True)[:-1]),
    }
    assert is_own(bytes_source("kept.txt", text.encode()))
    assert {how: is_own(bytes_source("kept.txt", other.encode())) for how, other in others.items()} == dict.fromkeys(
        others, False
    )


def test_a_report_that_is_named_never_lets_a_gate_pass(tmp_path: Path, cli: Cli, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.cmd").write_text("netsh advfirewall set global mainmode mmkeylifetime 480min,0sess\n")
    (tmp_path / "report.csv").write_text(cli("good.cmd", "-o", "csv").out)
    assert cli("good.cmd").code == 0
    assert cli("report.csv").code == 3
    both = cli("good.cmd", "report.csv")
    assert both.code == 4
    assert "Cannot be judged: 1 of 2 files was not read whole" in both.out
    folder = cli(".")
    assert folder.code == 0
    assert "passed over: 1 ipseclint's own: report.csv" in folder.out


SCRIPT = sealed(
    "@echo off\r\nrem Repair of x, made by ipseclint 0.2.0\r\n"
    "netsh advfirewall set global mainmode mmkeylifetime 480min\r\n",
    "rem",
)
SIGNATURE = "# SIG # Begin signature block\r\n# MIIGbQYJ\r\n# SIG # End signature block\r\n"


@cases(
    "data",
    [
        SCRIPT.encode(),
        SCRIPT.replace("\r\n", "\n").encode(),
        SCRIPT.encode("utf-16"),
        SCRIPT.encode("utf-8-sig"),
        SCRIPT.rstrip().encode(),
        f"{SCRIPT}\r\n\r\n".encode(),
        f"{SCRIPT}{SIGNATURE}".encode(),
        f"{SCRIPT}{SIGNATURE.replace('# MIIGbQYJ', '# MIIGbQYJ' + chr(10) + '# KoZIhvcN')}".encode(),
    ],
    ids=[
        "as it is",
        "other ends of lines",
        "utf-16",
        "marked",
        "no last end",
        "blank lines",
        "signed",
        "two lines of it",
    ],
)
def test_a_script_is_ours_however_it_was_kept(data: bytes) -> None:
    assert is_own_script(bytes_source("fix.cmd", data))


@cases(
    "text",
    [
        SCRIPT.replace("480min", "5min"),
        f"{SCRIPT}netsh advfirewall consec add rule name=x endpoint1=any endpoint2=any action=requestinrequestout\r\n",
        SCRIPT.replace("@echo off\r\n", "@echo off\r\nnetsh advfirewall reset\r\n"),
        SCRIPT + SIGNATURE.replace("# MII", "netsh advfirewall reset\r\n# MII"),
        f"{SCRIPT}{SIGNATURE}netsh advfirewall reset\r\n",
        f"{POLICY}\r\n{SCRIPT}",
        f"{POLICY}\r\n{SCRIPT.splitlines()[-1]}\r\n",
        SCRIPT.replace("SHA-256", "sha-256"),
        SCRIPT + SIGNATURE.replace("# MIIGbQYJ", "#&netsh advfirewall reset"),
    ],
    ids=[
        "value",
        "behind",
        "within",
        "in the signature",
        "behind it",
        "on top",
        "seal alone",
        "seal",
        "as a signature",
    ],
)
def test_a_script_with_our_seal_that_is_not_what_was_sealed_is_read(text: str) -> None:
    assert not is_own_script(bytes_source("fix.cmd", text.encode()))
    assert not isinstance(read_input(Candidate(bytes_source("fix.cmd", text.encode()), named=False)), Ignored)


def test_a_seal_that_anybody_can_compute_hides_nothing_from_a_gate(tmp_path: Path, cli: Cli) -> None:
    text = f"rem Repairs of x, made by ipseclint 0.2.0\n{POLICY}"
    (tmp_path / "good.cmd").write_text(POLICY)
    (tmp_path / "weak.cmd").write_text(sealed(text, "rem"))
    assert is_own_script(file_source(tmp_path / "weak.cmd"))
    assert [each["path"] for each in json.loads(cli(tmp_path, "--isolated", "-o", "json").out)["inputs"]] == [
        str(tmp_path / name) for name in ("good.cmd", "weak.cmd")
    ]


def test_the_collector_bears_the_seal_of_what_it_is() -> None:
    *lines, last = collector_script().rstrip().split("\n")
    assert last == seal_of("\n".join(lines), "#"), "put this line at its end"


@pytest.mark.parametrize("form", ["netsh", "powershell"])
def test_a_kept_repair_changes_nothing_but_one_line(form: str, tmp_path: Path, cli: Cli, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "policy.cmd").write_text(POLICY)
    before = cli("policies", "-o", "azure").out.splitlines()
    script = {"netsh": "policies/repair.cmd", "powershell": "policies/repair.ps1"}[form]
    assert cli("fix", "policies/policy.cmd", "-o", f"{form}:{script}").code == 0
    after = cli("policies", "-o", "azure").out.splitlines()
    assert [line for line in after if line not in before] == [f"passed over: 1 {OWN_SCRIPT}: {script}"]
    assert cli("policies").out.count(Path(script).name) == 1
    assert cli("--any-files", "policies/policy.cmd", script, "-o", "azure").out.splitlines() == after
    # Alone nothing was checked; named, it is read, and so it is where another script of the run calls it.
    (tmp_path / "policies" / "policy.cmd").unlink()
    assert cli("policies").code == 3
    assert f"{script} (" in cli(script).out
    if form == "netsh":
        (tmp_path / "policies" / "all.cmd").write_text("call repair.cmd\n")
        assert "policies/repair.cmd" in cli("policies").out
        assert cli("policies").code == 4  # it changes what this run does not create


def test_a_change_written_by_diff_is_passed_over_until_somebody_changes_it(
    tmp_path: Path, cli: Cli, monkeypatch: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.cmd").write_text(POLICY)
    (tmp_path / "new.cmd").write_text(POLICY.replace("qmpermm=1", "qmpermm=0"))
    (tmp_path / "changes").mkdir()
    assert cli("diff", "old.cmd", "new.cmd", "--script", "netsh", "-o", "changes/change.cmd").code == 0
    assert cli("changes").code == 3
    change = tmp_path / "changes" / "change.cmd"
    change.write_bytes(change.read_bytes().replace(b"qmpermm=0", b"qmpermm=3"))
    assert "changes/change.cmd" in cli("changes", "-o", "concise").out
    assert cli("changes").code == 4


@cases("begin", ['{"a": 1}', '[{"a": 1}]', '[\n  {"a": 1}\n]'])
def test_behind_a_report_in_json_of_each_shape_nothing_else_may_stand(begin: str) -> None:
    assert not _is_more(bytes_source("r.json", f"\n{begin}\n".encode()))
    assert _is_more(bytes_source("r.json", f"\n{begin}\nmore\n".encode()))


@cases(
    "text",
    [
        'without a pair:\n   hub.cmd:7 rule "Hub" meets nothing at the other end\n\nno pair: no rules meet\n',
        '12 without a pair:\n   12, each meets nothing at the other end\n      hub.cmd:7 rule "Hub"\n',
        "120 negotiations between 12 rules: secured\n   main mode AES-256\n",
        "not read: hub.cmd is only partly understood (`x` is not read)\n\nno pair: no rules of the two ends meet\n",
    ],
)
def test_an_answer_of_negotiate_is_no_input_whatever_it_begins_with(text: str) -> None:
    assert is_own(bytes_source("kept.txt", text.encode()))
    assert not is_own(bytes_source("kept.txt", f"hub\n{text}".encode()))
