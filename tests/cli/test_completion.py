"""Shell completion: each shell gets its script, and what it asks for then is answered."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import tree_sitter_powershell
import typer.main
from tree_sitter import Language, Parser

from ipseclint.cli import app
from tests.cases import cases
from tests.command_line import run_cli

START = "import sys; sys.argv[0] = 'ipseclint'; from ipseclint.__main__ import main; main()"
MARKS = {
    "bash": "complete -o default -F _ipseclint_completion ipseclint",
    "zsh": "#compdef ipseclint",
    "fish": "complete --command ipseclint",
    "powershell": "Register-ArgumentCompleter -Native -CommandName ipseclint",
    "pwsh": "Register-ArgumentCompleter -Native -CommandName ipseclint",
}


def started(*arguments: str, **environment: str) -> str:
    """What the program prints in a process of its own when it is called by its name, as a shell does."""
    ran = subprocess.run(
        [sys.executable, "-c", START, *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, b"")
    return ran.stdout.decode("utf-8").replace("\r\n", "\n")


def ipseclint(*arguments: str, **environment: str) -> str:
    """The same in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["ipseclint", *arguments])
        patch.setattr(sys.modules["__main__"], "__package__", "")  # else it is called `python -m pytest`
        for name, value in environment.items():
            patch.setenv(name, value)
        ran = run_cli(*arguments)
    assert (ran.code, ran.err) == (0, "")
    return ran.out


@pytest.fixture
def undetected() -> Iterator[Callable[[str], str]]:
    """The script for a shell that is named: Typer decides whether it looks for one as the command line is made."""
    app._command.cache_clear()
    yield lambda shell: ipseclint("--show-completion", shell, _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")
    app._command.cache_clear()


@pytest.mark.parametrize("shell", MARKS)
def test_each_shell_gets_its_script(shell: str, undetected: Callable[[str], str]) -> None:
    script = undetected(shell)
    assert MARKS[shell] in script
    assert "_IPSECLINT_COMPLETE" in script
    if shell in {"powershell", "pwsh"}:
        root = Parser(Language(tree_sitter_powershell.language())).parse(script.encode()).root_node
        assert not root.has_error


def test_the_bash_script_is_one(undetected: Callable[[str], str]) -> None:
    script = undetected("bash")
    ran = subprocess.run(["bash", "-n"], input=script.encode(), capture_output=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, b"")


@pytest.mark.drawn(2)
@cases(
    ("environment", "offered"),
    [
        ({"_IPSECLINT_COMPLETE": "complete_bash", "COMP_WORDS": "ipseclint exp", "COMP_CWORD": "1"}, "explain"),
        ({"_IPSECLINT_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": "ipseclint fix --in"}, "--in-place"),
        (
            {
                "_IPSECLINT_COMPLETE": "complete_fish",
                "_TYPER_COMPLETE_ARGS": "ipseclint baseline ",
                "_TYPER_COMPLETE_FISH_ACTION": "get-args",
            },
            "create",
        ),
        (
            {
                "_IPSECLINT_COMPLETE": "complete_powershell",
                "_TYPER_COMPLETE_ARGS": "ipseclint check --fail",
                "_TYPER_COMPLETE_WORD_TO_COMPLETE": "--fail",
            },
            "--fail-on",
        ),
    ],
    ids=["bash", "zsh", "fish", "powershell"],
)
def test_what_a_shell_asks_for_is_answered(environment: dict[str, str], offered: str) -> None:
    assert offered in started(**environment)


ASKED = [
    ("ipseclint check policy.cmd -o ", ["concise", "sarif", "html", "duckdb"]),
    ("ipseclint policy.cmd -o js", ["json", "jsonl"]),
    ("ipseclint policy.cmd --format ", ["json"]),
    ("ipseclint check --select QD00", ["QD001", "QD002"]),
    ("ipseclint check --select short-m", ["short-main-mode-lifetime"]),
    ("ipseclint policy.cmd --ignore A", ["AU", "AU001"]),
    ("ipseclint check --ruleset ", ["default", "queue-drop"]),
    ("ipseclint policy.cmd --fail-on ", ["error", "warning", "info", "never"]),
    ("ipseclint policy.cmd --sort ", ["severity", "place", "rule"]),
    ("ipseclint explain 138", ["13811", "13868"]),
    ("ipseclint explain 46", ["4653", "4654"]),
    ("ipseclint explain ERROR_IPSEC_IKE_Q", ["ERROR_IPSEC_IKE_QUEUE_DROP_MM"]),
    ("ipseclint explain QD00", ["QD001"]),
    ("ipseclint explain site.pe", ["site.peer", "site.peers"]),
    ("ipseclint load policy.cmd --scenario ", ["boot", "gateway-restart"]),
    ("ipseclint diff a b -o ", ["markdown"]),
]


@pytest.mark.drawn(2)
@cases(("line", "offered"), ASKED, ids=[line for line, _ in ASKED])
def test_a_shell_is_offered_the_values_of_an_option(line: str, offered: list[str]) -> None:
    words = line.split(" ")
    in_bash = ipseclint(
        _IPSECLINT_COMPLETE="complete_bash", COMP_WORDS="\n".join(words), COMP_CWORD=str(len(words) - 1)
    )
    assert set(offered) <= set(in_bash.split("\n"))
    assert all(word.casefold().startswith(words[-1].casefold()) for word in in_bash.split())
    in_zsh = ipseclint(_IPSECLINT_COMPLETE="complete_zsh", _TYPER_COMPLETE_ARGS=line)
    in_powershell = ipseclint(
        _IPSECLINT_COMPLETE="complete_powershell",
        _TYPER_COMPLETE_ARGS=line,
        _TYPER_COMPLETE_WORD_TO_COMPLETE=words[-1],
    )
    assert all(f'"{word}"' in in_zsh for word in offered)
    assert set(offered) <= {row.split(":::")[0] for row in in_powershell.split("\n")}


def options(command: Any, *path: str) -> Iterator[tuple[str, Any, list[str]]]:
    """Each option with a value of a command and those below it, and what a shell is offered for it."""
    context = typer.Context(command)
    for parameter in command.params:
        if isinstance(parameter.metavar, str):
            offered = [item.value for item in parameter.shell_complete(context, "")]
            yield " ".join((*path, max(parameter.opts, key=len))), parameter.metavar, offered
    for name in getattr(command, "list_commands", lambda _: ())(context):
        yield from options(command.get_command(context, name), *path, name)


@cases("name", app.COMMANDS)
def test_where_an_option_takes_known_words_a_shell_is_offered_them(name: str) -> None:
    group = typer.main.get_command(app.build(name))
    for option, metavar, offered in options(group.get_command(typer.Context(group), name), name):
        words = metavar.split("|")
        if metavar in {"FORMAT", "FORMAT[:FILE]", "CODE|NAME", "NAME|FILE", "[NAME|FILE]"}:
            assert offered, option
        elif all(word.isalpha() and word.islower() for word in words):
            assert offered == words, option
