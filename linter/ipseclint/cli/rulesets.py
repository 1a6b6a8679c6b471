"""`ipseclint rulesets`: the rulesets that come with the program, and the clauses behind one."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from ipseclint.cli.messages import fail, say
from ipseclint.escape import json_text, visible


def command(
    clauses: Annotated[
        str | None,
        typer.Option(metavar="NAME|FILE", help="List the clauses of this ruleset instead, each with its rule."),
    ] = None,
    output: Annotated[Literal["text", "json"], typer.Option("--format", help="How to write the clauses.")] = "text",
) -> None:
    """List the rulesets, or the clauses of one: which rule checks it, and how far its text was read."""
    from ipseclint.engine.ruleset import RulesetError, available_rulesets, load_ruleset

    if clauses is not None:
        try:
            rows = load_ruleset(clauses).clauses()
        except RulesetError as error:
            fail(str(error))
        if output == "json":
            say(json_text([row._asdict() for row in rows], indent=2))
            return
        for row in rows:
            standing = "" if row.verified else "  [unverified]"
            say(visible(f"{row.clause}: {row.rule} {row.name} ({row.severity}){standing}"))
        return
    for name in available_rulesets():
        chosen = load_ruleset(name)
        on = sum(1 for settings in chosen.rules.values() if settings.enabled)
        say(visible(f"{chosen.label}  {chosen.title} ({on} rules)"))
