"""How the command line speaks outside the report: to stderr, and never more than needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import typer

from ipseclint.cli.exits import Exit
from ipseclint.source import visible

if TYPE_CHECKING:
    from ipseclint.finding import Finding


def fail(message: str, code: Exit = Exit.USAGE) -> NoReturn:
    """Say on stderr what is wrong and what to do, and end."""
    typer.echo(f"ipseclint: {visible(message)}", err=True)
    raise typer.Exit(code)


def in_words(finding: Finding) -> str:
    """A finding on one line."""
    return visible(f"{finding.code} {finding.name} on {finding.subject.name}: {finding.message}")
