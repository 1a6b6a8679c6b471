"""`ipseclint rules`: every rule with its severity, basis and errors."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated, Any

import typer

from ipseclint.cli.messages import fail


class RulesFormat(StrEnum):
    """How to print the list."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"


def command(
    show_all: Annotated[bool, typer.Option("--all", help="Also rules that the ruleset switches off.")] = False,
    form: Annotated[RulesFormat, typer.Option("--format", help="table, json or markdown")] = RulesFormat.TABLE,
    ruleset: Annotated[str, typer.Option(metavar="NAME|FILE", help="The ruleset to list by.")] = "default",
) -> None:
    """List the rules."""
    from ipseclint.ruleset import RulesetError, load_ruleset

    try:
        chosen = load_ruleset(ruleset)
    except RulesetError as error:
        fail(str(error))
    rows = _rows(chosen, show_all)
    if form is RulesFormat.JSON:
        typer.echo(json.dumps(rows, indent=2))
    elif form is RulesFormat.MARKDOWN:
        typer.echo("| code | name | severity | basis | leads to |\n|---|---|---|---|---|")
        for row in rows:
            errors = ", ".join(str(each["code"]) for each in row["leads_to"])
            typer.echo(f"| {row['code']} | {row['name']} | {row['severity']} | {', '.join(row['basis'])} | {errors} |")
    else:
        for row in rows:
            off = "" if row["enabled"] else " (off)"
            typer.echo(f"{row['code']}  {row['severity']:<8}{row['name']}{off}")
        typer.echo(f"{len(rows)} rules; `ipseclint explain CODE` tells more")


def _rows(ruleset: Any, show_all: bool) -> list[dict[str, Any]]:
    from ipseclint.data.windows_errors import error_name
    from ipseclint.rules import all_rules

    rows = []
    for rule in all_rules():
        settings = ruleset.settings(rule)
        if not (show_all or settings.enabled):
            continue
        rows.append(
            {
                "code": rule.code,
                "name": rule.name,
                "severity": settings.severity.value,
                "enabled": settings.enabled,
                "basis": [each.value for each in rule.basis],
                "summary": rule.text.summary,
                "options": settings.options,
                "needs": list(rule.needs),
                "scope": rule.scope.value,
                "waivable": rule.waivable,
                "leads_to": [{"code": code, "name": error_name(code)} for code in rule.leads_to],
                "sources": list(settings.cite),
            }
        )
    return rows
