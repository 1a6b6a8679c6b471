import subprocess
import sys

import typer.main

from ipseclint.cli.app import build


def help_of(app: typer.Typer) -> str:
    group = typer.main.get_command(app)
    return group.get_help(group.make_context("ipseclint", [], resilient_parsing=True))


def test_the_help_without_options_lists_the_same_commands() -> None:
    assert help_of(build(summaries=True)) == help_of(build())


def test_help_loads_nothing_but_what_shows_it() -> None:
    code = "import sys; from ipseclint.cli.app import run\ntry: run(['--help'])\nexcept SystemExit: print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(ran.stdout.splitlines()[-1].split())
    assert "typer" in loaded
    assert not loaded & {"pydantic", "msgspec", "json", "rich", "lxml", "ipseclint.source", "ipseclint.finding"}
