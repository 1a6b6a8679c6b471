"""The commands, put together; a first argument that is no command means `check`."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from ipseclint import __version__
from ipseclint.cli.exits import Exit

COMMANDS = {
    "check": "check",
    "explain": "explain",
    "rules": "rules",
    "rulesets": "rulesets",
    "formats": "formats",
    "inspect": "inspect",
    "which": "which",
    "coverage": "coverage",
    "fix": "fix",
    "load": "load",
    "waive": "waive",
    "baseline": "baseline",
    "config": "config",
    "collect-script": "collect_script",
}
"""Each command and the module of this package that holds its `command`, or its `app` of commands."""

_OWN_OPTIONS = frozenset({"--help", "-h", "--version", "--install-completion", "--show-completion"})


def build(only: str | None = None) -> typer.Typer:
    """The Typer application, with all commands or, to start faster, with one."""
    app = typer.Typer(
        name="ipseclint",
        help="The linter for Windows IPsec policy. `ipseclint PATH...` is short for `ipseclint check PATH...`.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        add_completion=True,
        rich_markup_mode=None,
    )

    @app.callback()
    def main(
        version: Annotated[bool, typer.Option("--version", help="Print the version.", callback=_print_version)] = False,
    ) -> None:
        """The linter for Windows IPsec policy. `ipseclint PATH...` is short for `ipseclint check PATH...`."""

    for name, module in COMMANDS.items():
        if only in {None, name}:
            loaded = importlib.import_module(f"ipseclint.cli.{module}")
            if hasattr(loaded, "app"):
                app.add_typer(loaded.app, name=name)
            else:
                app.command(name)(loaded.command)
    return app


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"ipseclint {__version__}")
        raise typer.Exit


def run(arguments: Sequence[str]) -> None:
    """Run one command line; ends the process with the exit code of the design."""
    words = list(arguments)
    if words and words[0] not in COMMANDS and words[0] not in _OWN_OPTIONS:
        words.insert(0, "check")
    _escape_what_the_console_cannot_print()
    try:
        build(words[0] if words and words[0] in COMMANDS else None)(args=words, windows_expand_args=False)
    except Exception as error:
        if "IPSECLINT_TRACEBACK" in os.environ:
            raise
        from ipseclint.engine.machines import place_of

        typer.echo(
            f"ipseclint: internal error: {place_of(error)}; set IPSECLINT_TRACEBACK=1 to see where and report it",
            err=True,
        )
        raise SystemExit(Exit.INTERNAL) from error


def _escape_what_the_console_cannot_print() -> None:
    """What a console's code page cannot show is printed as an escape, not as a crash."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
