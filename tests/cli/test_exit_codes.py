"""Every row of the table of exit codes, for every output format."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ipseclint.reporters import format_names
from tests.cases import cases

BAD = "netsh advfirewall set global mainmode mmkeylifetime 5min,0sess\r\n"
GOOD = "netsh advfirewall set global mainmode mmkeylifetime 480min,0sess\r\n"
HALF = BAD + "netsh advfirewall set global mainmode mmkeylifetime %MINUTES%min,0sess\r\n"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.cmd").write_bytes(BAD.encode())
    (tmp_path / "good.cmd").write_bytes(GOOD.encode())
    (tmp_path / "half.cmd").write_bytes(HALF.encode())
    (tmp_path / "empty.cmd").write_bytes(b"")
    (tmp_path / "notes.txt").write_text("shopping list")
    (tmp_path / "broken.toml").write_text("select = 3")
    return tmp_path


ROWS = [
    ("clean", ["good.cmd"], 0),
    ("findings", ["bad.cmd"], 1),
    ("findings below the floor", ["bad.cmd", "--fail-on", "never"], 0),
    ("usage: unknown rule", ["good.cmd", "--select", "QD999"], 2),
    ("usage: unknown output", ["good.cmd", "-o", "word"], 2),
    ("usage: unknown option", ["good.cmd", "--frobnicate"], 2),
    ("configuration is wrong", ["good.cmd", "--config", "broken.toml"], 2),
    ("ruleset is wrong", ["good.cmd", "--ruleset", "missing.toml"], 2),
    ("nothing: no policy", ["notes.txt"], 3),
    ("nothing: empty file", ["empty.cmd"], 3),
    ("nothing: no match", ["nowhere/*.xml"], 3),
    ("nothing, allowed", ["notes.txt", "--allow-empty"], 0),
    ("unreadable", ["missing.cmd"], 4),
    ("partly understood goes before findings", ["half.cmd"], 4),
    ("partly understood, allowed", ["half.cmd", "--allow-partial"], 1),
    ("findings go before an input without policy", ["bad.cmd", "notes.txt"], 1),
    ("an unreadable input goes before findings", ["bad.cmd", "missing.cmd"], 4),
]


@pytest.mark.drawn(2)
@pytest.mark.parametrize("output", format_names())
@pytest.mark.parametrize(("arguments", "code"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_exit_code(desk: Path, cli: Callable[..., object], arguments: list[str], code: int, output: str) -> None:
    ran = cli(*arguments, *([] if "-o" in arguments else ["-o", output]))
    assert ran.code == code, ran
    assert "Traceback" not in ran.out + ran.err


NOT_THERE = "nope does not exist"


@pytest.mark.parametrize(
    "arguments",
    [
        ["load", "nope", "--peers", "5"],
        ["load", "--calibrate", "nope"],
        ["fix", "nope"],
        ["baseline", "create", "nope"],
        ["waive", "QD002", "nope", "--reason", "x"],
        ["which", "nope", "--src", "10.0.0.1", "--dst", "10.0.0.2"],
        ["coverage", "nope"],
    ],
    ids=" ".join,
)
def test_what_is_not_there_is_called_so(desk: Path, cli: Callable[..., Any], arguments: list[str]) -> None:
    ran = cli(*arguments)
    assert ran.code == 4
    assert NOT_THERE in ran.err
    assert "understood" not in ran.err


def test_a_misspelt_command_is_no_missing_file(desk: Path, cli: Callable[..., Any]) -> None:
    ran = cli("chek", "good.cmd")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "ipseclint: no command and no file 'chek'; did you mean check?\n"
    (desk / "chek").write_bytes(GOOD.encode())
    assert cli("chek").code == 0
    assert "missing: does not exist" in cli("missing").out


def test_an_input_without_policy_beside_others_is_a_note_and_alone_a_problem(
    desk: Path, cli: Callable[..., Any]
) -> None:
    beside = cli("good.cmd", "notes.txt", "empty.cmd")
    assert beside.code == 0
    assert "problem" not in beside.out
    assert "notes.txt: not a format that ipseclint reads\n" in beside.out
    assert [each["status"] for each in json.loads(cli("good.cmd", "notes.txt", "-o", "json").out)["inputs"]] == [
        "understood",
        "no-ipsec",
    ]
    alone = cli("notes.txt")
    assert alone.code == 3
    assert "problem[IN004] no IPsec policy in the input: not a format that ipseclint reads" in alone.out


@pytest.fixture
def qd002_crashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rule QD002 fails on every machine."""
    from msgspec.structs import replace

    from ipseclint.engine.rulesets import ruleset
    from ipseclint.rules import all_rules

    def fails(_machine: object, _options: object) -> object:
        raise ZeroDivisionError("the text of an error may quote the input")

    rules = tuple(replace(rule, check=fails) if rule.code == "QD002" else rule for rule in all_rules())
    monkeypatch.setattr(ruleset, "all_rules", lambda: rules)


@pytest.mark.usefixtures("qd002_crashes")
def test_a_run_that_crashes_writes_no_baseline(desk: Path, cli: Callable[..., Any]) -> None:
    ran = cli("baseline", "create", "bad.cmd")
    assert ran.code == 70
    assert "rule QD002 failed" in ran.err
    assert "may quote the input" not in ran.err
    assert not list(desk.glob("*baseline*"))


@pytest.mark.parametrize("output", format_names())
@pytest.mark.usefixtures("qd002_crashes")
def test_internal_error_is_named_and_nothing_else_is_lost(desk: Path, cli: Callable[..., Any], output: str) -> None:
    ran = cli("bad.cmd", "-o", output)
    assert ran.code == 70
    assert "may quote the input" not in ran.out + ran.err
    if output == "json":
        body = json.loads(ran.out)
        assert [each["where"] for each in body["crashes"]] == ["rule QD002"]
        assert "QD001" in {each["code"] for each in body["findings"]}


def test_the_way_to_an_internal_error_is_told_without_its_text(
    desk: Path, cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_words: list[str]) -> int:
        try:
            json.loads("{}")["may quote the input"]
        except KeyError as error:
            raise ValueError("may quote the input") from error

    monkeypatch.setattr("ipseclint.cli.app._exit_code", fails)
    plain = cli("bad.cmd")
    monkeypatch.setenv("IPSECLINT_TRACEBACK", "1")
    told = cli("bad.cmd")
    for ran in (plain, told):
        assert ran.code == 70
        assert "ipseclint: internal error: ValueError at test_exit_codes.py:" in ran.err
        assert "    may quote" not in ran.err
        assert ": may quote" not in ran.err
    assert "in fails" not in plain.err
    assert told.err.count(", in fails\n") == 2
    assert "\n\n" in told.err
    assert "\nKeyError\n" in told.err


def test_several_reports_in_one_run(desk: Path, cli: Callable[..., object]) -> None:
    ran = cli("bad.cmd", *[f"-o{name}:out.{name}" for name in format_names()], "-q")
    assert ran.code == 1
    assert ran.out == ""
    assert all((desk / f"out.{name}").stat().st_size > 20 for name in format_names())


def test_only_one_report_goes_to_standard_output(desk: Path, cli: Callable[..., object]) -> None:
    assert cli("bad.cmd", "-o", "text", "-o", "json").code == 2


def test_the_same_input_gives_the_same_bytes(desk: Path, cli: Callable[..., object]) -> None:
    for name in format_names():
        assert cli("bad.cmd", "half.cmd", "-o", name).out == cli("bad.cmd", "half.cmd", "-o", name).out


def test_standard_input(desk: Path, cli: Callable[..., object]) -> None:
    ran = cli("-", "--stdin-filename", "from-a-pipe.cmd", stdin=BAD.encode("utf-16"))
    assert ran.code == 1
    assert "from-a-pipe.cmd:1:" in ran.out


HOSTILE_OPTIONS = ["--##vso[task.complete result=Succeeded]", "--a\n::error::owned", "--\x1b[2J"]


@cases("option", HOSTILE_OPTIONS)
def test_a_refused_command_line_commands_no_pipeline(option: str, cli: Callable[..., Any]) -> None:
    ran = cli("check", option, "x.cmd")
    assert (ran.code, ran.out) == (2, "")
    assert "##vso[" not in ran.err
    assert "\x1b" not in ran.err
    assert [line for line in ran.err.splitlines() if line.startswith("::")] == []
    assert "Error: " in ran.err


def test_help_for_a_command_without_arguments_keeps_its_lines(cli: Callable[..., Any]) -> None:
    ran = cli()
    assert ran.code == 2
    assert "\\n" not in ran.out + ran.err
    assert len((ran.out + ran.err).splitlines()) > 10


def test_the_version_is_told_beside_other_words(cli: Callable[..., object]) -> None:
    from ipseclint import __version__

    ran = cli("--version", "rules")
    assert (ran.code, ran.out, ran.err) == (0, f"ipseclint {__version__}\n", "")


def test_an_option_that_is_nearly_the_version_is_told_of_it(cli: Callable[..., Any]) -> None:
    ran = cli("check", "--versio")
    assert ran.code == 2
    assert "No such option: --versio; did you mean --version?\n" in ran.err


def test_what_another_registers_for_the_end_is_done(tmp_path: Path) -> None:
    done = tmp_path / "done"
    program = (
        "import atexit, runpy, sys\n"
        f"atexit.register(open({str(done)!r}, 'w').write, 'done')\n"
        "sys.argv = ['ipseclint', 'formats']\n"
        "runpy.run_module('ipseclint', run_name='__main__')\n"
    )
    subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.read_text() == "done"
