"""How the command line speaks outside the report: to stderr, and never more than needed."""

from __future__ import annotations

from typing import NoReturn

import typer

from ipseclint.cli.exits import Exit
from ipseclint.source import visible


def fail(message: str, code: Exit = Exit.USAGE) -> NoReturn:
    """Say on stderr what is wrong and what to do, and end."""
    typer.echo(f"ipseclint: {visible(message)}", err=True)
    raise typer.Exit(code)
