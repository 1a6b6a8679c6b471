"""`ipseclint rulesets`: the rulesets that come with the program, and the clauses behind one."""

from __future__ import annotations

from typing import Annotated, Any

from ipseclint.cli import values
from ipseclint.cli.lazily import typer
from ipseclint.cli.messages import fail
from ipseclint.cli.outputs import format_option, output_of, output_option
from ipseclint.escape import json_text, visible

FORMATS = ("text", "json")


_MARKS = "[quoted by others]: known from what others quote of it; [unverified]: its text was not read"


def command(
    ruleset: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME|FILE]",
            help="List the clauses of this ruleset instead, each with its rule.",
            autocompletion=values.rulesets,
        ),
    ] = None,
    clauses: Annotated[
        str | None,
        values.ruleset_option("The same as naming the ruleset."),
    ] = None,
    output: Annotated[str | None, output_option(FORMATS)] = None,
    form: Annotated[str | None, format_option(FORMATS)] = None,
) -> None:
    """List the rulesets, or the clauses of one: which rule checks it, and how far its text was read."""
    from ipseclint.engine.rulesets.cited_clauses import clauses_of
    from ipseclint.engine.rulesets.ruleset import load_ruleset
    from ipseclint.engine.rulesets.shipped import RulesetError, available_rulesets
    from ipseclint.report import Standing

    target = output_of(output, form, FORMATS)
    if ruleset is not None and clauses is not None:
        fail(f"{ruleset} and --clauses {clauses}: one of them; they ask the same")
    name = ruleset or clauses
    if name is not None:
        try:
            rows = clauses_of(load_ruleset(name))
        except RulesetError as error:
            fail(str(error))
        data: list[dict[str, Any]] = [row._asdict() for row in rows]
        lines = [
            f"{row.clause}: {row.rule} {row.name} ({row.severity})"
            + ("" if row.standing is Standing.READ else f" [{row.standing}]")
            for row in rows
        ]
        if any(row.standing is not Standing.READ for row in rows):
            lines.append(_MARKS)
    else:
        shipped = [load_ruleset(name) for name in available_rulesets()]
        on = [sum(1 for settings in each.rules.values() if settings.enabled) for each in shipped]
        data = [
            {"ruleset": each.label, "title": each.title, "rules": count}
            for each, count in zip(shipped, on, strict=True)
        ]
        width = max(len(row["ruleset"]) for row in data)
        lines = [f"{row['ruleset']:{width}}  {row['title']} ({row['rules']} rules)" for row in data]
    if target.form == "json":
        target.put(json_text(data, indent=2) + "\n")
    else:
        target.put_lines("".join(visible(line) + "\n" for line in lines))
