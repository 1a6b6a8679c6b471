"""`ipseclint formats`: what can be read, and how to export it."""

from __future__ import annotations

import textwrap

import typer


def command() -> None:
    """List the formats, the Windows command that writes each, and what each can and cannot express."""
    from ipseclint.formats import all_formats

    for each in all_formats():
        typer.echo(f"{each.name}: {each.title}")
        for label, text in (
            ("export", each.how_to_export),
            ("holds", each.can_express),
            ("lacks", each.cannot_express),
        ):
            typer.echo(textwrap.fill(text, 96, initial_indent=f"  {label:<8}", subsequent_indent=" " * 10))
        typer.echo("")
