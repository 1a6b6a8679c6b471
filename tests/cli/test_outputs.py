"""`-o FORMAT[:FILE]` means the same in every command, and what is misspelt is told in one way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ipseclint import formats
from ipseclint.cli.messages import refuse_outputs
from ipseclint.cli.outputs import Output
from ipseclint.source import SourceError
from tests import ROOT
from tests.cases import cases

pytestmark = pytest.mark.drawn(3)

Cli = Callable[..., Any]

POLICY = (
    'netsh advfirewall consec add rule name="Site" endpoint1=10.0.0.0/8 endpoint2=10.1.0.0/16 '
    "action=requireinrequestout auth1=computerkerb\r\n"
)

COMMANDS = {
    "check": ("policy.cmd", "--fail-on", "never"),
    "explain": ("QD001",),
    "rules": (),
    "rulesets": (),
    "formats": (),
    "inspect": ("policy.cmd",),
    "which": ("policy.cmd", "--src", "10.0.0.1", "--dst", "10.1.0.1"),
    "coverage": ("policy.cmd",),
    "negotiate": ("policy.cmd", "policy.cmd"),
    "diff": ("policy.cmd", "policy.cmd"),
    "load": ("policy.cmd", "--peers", "5"),
}


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "policy.cmd").write_bytes(POLICY.encode())
    return tmp_path


@pytest.mark.parametrize("command", COMMANDS)
def test_a_format_goes_to_standard_output_or_to_a_file(command: str, desk: Path, cli: Cli) -> None:
    words = (command, *COMMANDS[command])
    printed = cli(*words, "-o", "json")
    assert (printed.code, printed.out[:1] in {"{", "["}) == (0, True), printed
    for spec in ("json:out.json", "out.json"):
        ran = cli(*words, "-o", spec)
        assert (ran.code, ran.out) == (0, "")
        assert (desk / "out.json").read_text(encoding="utf-8") == printed.out
        (desk / "out.json").unlink()
    if command != "inspect":
        assert cli(*words, "--format", "json").out == printed.out


def test_a_new_baseline_goes_to_standard_output_or_to_a_file(desk: Path, cli: Cli) -> None:
    words = ("baseline", "create", "policy.cmd")
    printed = cli(*words, "-o", "json")
    assert (printed.code, printed.err) == (0, "")
    assert [path.name for path in desk.iterdir()] == ["policy.cmd"]
    ran = cli(*words, "-o", "json:known.json")
    assert (ran.code, ran.out) == (0, "")
    assert (desk / "known.json").read_text(encoding="utf-8") == printed.out


@pytest.mark.parametrize(
    ("words", "form"),
    [
        (("collect-script",), "powershell"),
        (("fix", "short.cmd"), "powershell"),
        (("diff", "policy.cmd", "short.cmd", "--script", "netsh"), "netsh"),
    ],
)
def test_a_script_goes_to_standard_output_or_to_a_file_and_only_one_of_them(
    words: tuple[str, ...], form: str, desk: Path, cli: Cli
) -> None:
    (desk / "short.cmd").write_text("netsh advfirewall set global mainmode mmkeylifetime 5min,0sess\n")
    printed = cli(*words)
    ran = cli(*words, "-o", f"{form}:script")
    assert (ran.code, ran.out) == (printed.code, "")
    assert ran.err.splitlines()[-1] == "ipseclint: wrote script"
    written = (desk / "script").read_bytes().decode("utf-8-sig")
    assert written.splitlines() == printed.out.splitlines()


@cases(
    ("form", "text", "data"),
    [
        ("powershell", "'Süd'", b"\xef\xbb\xbf'S\xc3\xbcd'"),
        ("powershell", "'Sued'", b"'Sued'"),
        ("netsh", "Süd", b"S\xc3\xbcd"),
        ("netsh", "Sued\r\n", b"Sued\r\n"),
    ],
)
def test_a_script_of_powershell_has_a_mark_where_it_is_not_ascii(
    form: str, text: str, data: bytes, tmp_path: Path
) -> None:
    Output(form, tmp_path / "script").put_script(text)
    assert (tmp_path / "script").read_bytes() == data


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("spec", "why"),
    [
        ("x:y", "no output format 'x'; there "),
        ("x.pdf", "no output format 'x.pdf'; there "),
        ("jsn", "no output format 'jsn'; did you mean json?\n"),
        ("json:", "a file name is expected after the colon\n"),
    ],
)
def test_what_is_no_format_is_refused_and_nothing_is_written(
    command: str, spec: str, why: str, desk: Path, cli: Cli
) -> None:
    ran = cli(command, *COMMANDS[command], "-o", spec)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"ipseclint: -o {spec}: {why}")
    assert [path.name for path in desk.iterdir()] == ["policy.cmd"]


def test_the_same_file_is_no_output_where_it_is_an_input(desk: Path, cli: Cli) -> None:
    for command in ("which", "coverage", "negotiate", "diff", "load", "inspect"):
        form = "json" if command == "inspect" else "text"
        ran = cli(command, *COMMANDS[command], "-o", f"{form}:policy.cmd")
        assert (command, ran.code, (desk / "policy.cmd").read_bytes()) == (command, 2, POLICY.encode())


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("-f", "json"), "No such option: -f; a format is given as -o FORMAT, for example -o json"),
        (("--formt", "json"), "No such option: --formt; did you mean --format?"),
        (("--fail", "never"), "No such option: --fail; did you mean --fail-on?"),
        (("--fail-on", "eror"), "--fail-on eror: did you mean error?"),
        (("--sort", "severty"), "--sort severty: did you mean severity?"),
        (("--select", "QD02"), "no rule or family 'QD02'; did you mean QD002?"),
        (("--select", "QD9"), "no rule or family 'QD9'; did you mean QD009?"),
        (("--select", "short-main-mode-lifetimes"), "did you mean short-main-mode-lifetime?"),
        (("--ruleset", "queuedrop"), "no ruleset 'queuedrop'; did you mean queue-drop?"),
    ],
)
def test_what_is_misspelt_gets_one_proposal(words: tuple[str, ...], told: str, desk: Path, cli: Cli) -> None:
    ran = cli("policy.cmd", *words)
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err
    assert ran.err.count("did you mean") <= 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("load", "policy.cmd", "--peers", "5", "--scenario", "bot"), "'bot' is not one of 'steady', 'boot'"),
        (("fix", "policy.cmd", "--as", "bsh"), "'bsh' is not one of 'netsh', 'powershell'"),
    ],
)
def test_no_library_speaks_in_a_usage_error(words: tuple[str, ...], told: str, desk: Path, cli: Cli) -> None:
    ran = cli(*words)
    assert ran.code == 2
    assert told in ran.err
    assert "Value error" not in ran.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("policy.cmd", "-f", "json"), "No such option: -f; a format is given as -o FORMAT, for example -o json"),
        (("policy.cmd", "-V"), "No such option: -V; `ipseclint --version` prints the version"),
        (("policy.cmd", "--version"), "No such option: --version; `ipseclint --version` prints the version"),
        (("explain", "--odd"), "No such option: --odd"),
        (("explain", "--no common"), "A text that begins with a dash stands behind `--`: ipseclint explain -- TEXT"),
        (("policy.cmd", "--selekt", "QD"), "No such option: --selekt; did you mean --select?"),
        (("load", "policy.cmd", "--peers", "x"), "Invalid value for '--peers': a number is expected"),
        (("policy.cmd", "--as-of", "2026"), "Invalid value for '--as-of': '2026' is not a date such as 2027-06-30"),
        (("rules", "QD1"), "No such command 'QD1'. What a rule means says `ipseclint explain QD001`."),
        (("rules", "nonsense"), "No such command 'nonsense'."),
    ],
)
def test_a_usage_error_is_told_in_our_words(words: tuple[str, ...], told: str, desk: Path, cli: Cli) -> None:
    ran = cli(*words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines()[-1] == f"Error: {told}"


RULESET = """
id = "ours"
version = "1"
title = "Ours"
extends = "default"
"""


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("rules = 3", "rules: 3 should be a table"),
        ("[rules.QD001]\nseverty = 'error'", "rules.QD001.severty: unknown key; did you mean severity?"),
        ("[rules.QD01]\nseverity = 'error'", "rules.QD01: unknown rule; did you mean QD001?"),
        ("[rules.QD001.options]\nmin_second = 3", "rules.QD001.options: min_second: unknown key; did you mean "),
        ("only = ['QDX']", "only: 'QDX' chooses no rule"),
        ("[[rul]]\nx = 1", "rul: unknown key; did you mean rules?"),
        ("[[custom]]\ncode = 'ORG001'\nwen = '1'", "custom.0.wen: unknown key; did you mean when?"),
    ],
)
def test_a_ruleset_is_refused_in_the_words_of_its_file(lines: str, told: str, desk: Path, cli: Cli) -> None:
    (desk / "ours.toml").write_text(RULESET + lines, encoding="utf-8")
    ran = cli("policy.cmd", "--ruleset", "ours.toml")
    assert ran.code == 2
    assert told in ran.err
    assert "Input should" not in ran.err


@pytest.mark.parametrize(
    "words",
    [
        "inspect before -o json:before/policy.cmd",
        "diff before after -o text:before/policy.cmd",
        "diff before after --script netsh -o after/policy.cmd",
        "negotiate before after -o csv:after/policy.cmd",
    ],
)
def test_policy_in_a_folder_of_inputs_is_not_written_over(words: str, desk: Path, cli: Cli) -> None:
    files = [desk / folder / "policy.cmd" for folder in ("before", "after")]
    for file in files:
        file.parent.mkdir()
        file.write_bytes(POLICY.encode())
    ran = cli(*words.split())
    assert (ran.code, "policy in a folder that is an input" in ran.err) == (2, True)
    assert [file.read_bytes() for file in files] == [POLICY.encode()] * 2


@pytest.mark.parametrize("words", ["inspect before -o json:before/a.json", "diff before after -o html:before/a.html"])
def test_what_was_written_into_a_folder_of_inputs_is_written_anew(words: str, desk: Path, cli: Cli) -> None:
    for folder in ("before", "after"):
        (desk / folder).mkdir()
        (desk / folder / "policy.cmd").write_bytes(POLICY.encode())
    assert [cli(*words.split()).code for _ in range(2)] == [0, 0]


def test_what_cannot_be_read_in_a_folder_of_inputs_is_taken_for_no_policy(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(_source: object) -> None:
        raise SourceError("Permission denied")

    with pytest.raises(SystemExit):
        refuse_outputs([desk / "policy.cmd"], [str(desk)])
    monkeypatch.setattr(formats, "recognise", unreadable)
    refuse_outputs([desk / "policy.cmd"], [str(desk)])


def test_the_file_of_a_command_with_one_format_needs_no_ending(desk: Path, cli: Cli) -> None:
    assert cli("baseline", "create", "policy.cmd", "-o", "known").code == 0
    assert '"ipseclint.baseline/1"' in (desk / "known").read_text(encoding="utf-8")


@cases(("kept", "is_said"), [("intune-json/custom.json", True), ("vpn-phone-book/rasphone.pbk", False)])
def test_a_script_for_what_many_machines_are_given_says_that_the_profile_stays(
    kept: str, is_said: bool, cli: Cli
) -> None:
    ran = cli("fix", str(ROOT / "fixtures/formats" / kept), "--include-risky")
    assert ran.code == 0
    assert ("# It changes a machine that has the profile already." in ran.out) is is_said
