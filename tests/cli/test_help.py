import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import typer.main

from ipseclint.cli.app import COMMANDS, build
from ipseclint.outcome import Exit
from ipseclint.reporters import OUTPUTS, STORES
from tests.cases import cases
from tests.command_line import Ran


def help_of(application: typer.Typer) -> str:
    group = typer.main.get_command(application)
    return group.get_help(group.make_context("ipseclint", [], resilient_parsing=True))


def test_the_help_without_options_lists_the_same_commands() -> None:
    assert help_of(build(summaries=True)) == help_of(build())


@cases("words", [[], ["fleet"], ["config"], ["baseline"], ["rules"]], ids=" ".join)
def test_a_list_of_commands_says_all_of_each(words: list[str], cli: Callable[..., Ran]) -> None:
    commands = cli(*words, "--help").out.partition("Commands:\n")[2]
    assert commands
    assert "..." not in commands


def test_the_help_of_check_says_how_it_ends(cli: Callable[..., Ran]) -> None:
    text = " ".join(cli("check", "--help").out.split())
    assert [code for code in Exit if f"{code:d} if" not in text] == []


def test_the_help_of_check_names_every_output(cli: Callable[..., Ran]) -> None:
    said = " ".join(cli("check", "--help").out.split()).partition(" FORMAT[:FILE] ")[2].partition("; repeatable")[0]
    of_report, of_store = said.split("; ")
    assert of_report == f"{' or '.join(', '.join(OUTPUTS).rsplit(', ', 1))}, to standard output or a file"
    assert of_store == f"{' or '.join(STORES)}, to a file"


def test_no_option_shows_a_type_of_python(cli: Callable[..., Ran]) -> None:
    helps = [cli(*words, "--help").out for words in ([name] for name in COMMANDS)]
    assert [
        line for text in helps for line in re.findall(r"^ +-.*<(?:str|int|float|path|list)\b.*", text, re.MULTILINE)
    ] == []


def test_help_loads_nothing_but_what_shows_it() -> None:
    code = "import sys; from ipseclint.cli.app import run\ntry: run(['--help'])\nexcept SystemExit: print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(ran.stdout.splitlines()[-1].split())
    assert "typer" in loaded
    assert not loaded & {"pydantic", "msgspec", "json", "rich", "lxml", "ipseclint.source", "ipseclint.finding"}


@pytest.mark.drawn(2)
@pytest.mark.parametrize(
    ("words", "defaults"),
    [
        (["policy.cmd"], ["--sort", "severity"]),
        (["check", "policy.cmd", "missing.cmd"], ["--sort", "severity"]),
        (["explain", "QD002"], ["--ruleset", "default"]),
        (["explain", "nothing", "known"], ["--ruleset", "default"]),
    ],
)
def test_plain_words_are_answered_without_typer_and_as_with_it(
    words: list[str], defaults: list[str], tmp_path: Path, cli: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "policy.cmd").write_text("netsh advfirewall set global mainmode mmkeylifetime 480min,0sess")
    monkeypatch.chdir(tmp_path)
    code = "import sys; from ipseclint.cli.app import run\ntry: run(sys.argv[1:])\nfinally: print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=False)
    loaded = set(ran.stdout.splitlines()[-1].split())
    assert "pydantic" in loaded
    assert not loaded & {"typer", "importlib.metadata", "email", "lxml", "rich"}
    assert cli(*words) == cli(*words, *defaults)


def test_one_format_is_shown_as_in_the_list_of_all(cli: Callable[..., Ran]) -> None:
    every, one = cli("formats").out, cli("formats", "WFP-State").out
    assert one in every
    assert one.startswith("wfp-state: ")
    assert one.count("  export  ") == 1
    begun = cli("formats", "WFP").out
    assert re.findall(r"^[\w-]+(?=: )", begun, re.MULTILINE) == ["wfp-state", "wfp-netevents", "wfp-filters"]
    for told in ("rasphone", "Phone Book", "rasphone.pbk"):
        assert cli("formats", told).out == cli("formats", "vpn-phone-book").out
    assert cli("formats", "rasphon").err.startswith("ipseclint: no format 'rasphon'")
    assert cli("formats", "-").err == "ipseclint: no format '-'; `ipseclint formats` lists them\n"
    assert cli("formats", "wf").err == "ipseclint: no format 'wf'; did you mean wfw?\n"
    (row,) = json.loads(cli("formats", "wfp-state", "-o", "json").out)
    assert row in json.loads(cli("formats", "-o", "json").out)
