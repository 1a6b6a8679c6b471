"""`ipseclint formats`: what can be read, and how to export it."""

from __future__ import annotations

import textwrap

import typer


def command() -> None:
    """List the formats, the Windows command that writes each, and what each can and cannot express."""
    from ipseclint.formats import all_formats

    for format_ in all_formats():
        typer.echo(f"{format_.name}: {format_.title}")
        for label, text in (
            ("export", format_.how_to_export),
            ("holds", format_.can_express),
            ("lacks", format_.cannot_express),
        ):
            # A command that is broken within a word cannot be copied.
            wrapper = textwrap.TextWrapper(96, break_on_hyphens=False, break_long_words=False)
            wrapper.initial_indent, wrapper.subsequent_indent = f"  {label:<8}", " " * 10
            typer.echo(wrapper.fill(text))
        typer.echo("")
