"""`ipseclint rulesets`: the rulesets that come with the program, and the clauses behind one."""

from __future__ import annotations

from typing import Annotated, Any

from ipseclint.cli import values
from ipseclint.cli.messages import fail
from ipseclint.cli.outputs import format_option, output_of, output_option
from ipseclint.escape import json_text, visible

FORMATS = ("text", "json")


def command(
    clauses: Annotated[
        str | None,
        values.ruleset_option("List the clauses of this ruleset instead, each with its rule."),
    ] = None,
    output: Annotated[str | None, output_option(FORMATS)] = None,
    form: Annotated[str | None, format_option(FORMATS)] = None,
) -> None:
    """List the rulesets, or the clauses of one: which rule checks it, and how far its text was read."""
    from ipseclint.engine.ruleset import RulesetError, available_rulesets, load_ruleset
    from ipseclint.report import Standing

    target = output_of(output, form, FORMATS)
    if clauses is not None:
        try:
            rows = load_ruleset(clauses).clauses()
        except RulesetError as error:
            fail(str(error))
        data: list[dict[str, Any]] = [row._asdict() for row in rows]
        lines = [
            f"{row.clause}: {row.rule} {row.name} ({row.severity})"
            + ("" if row.standing is Standing.READ else f"  [{row.standing}]")
            for row in rows
        ]
    else:
        shipped = [load_ruleset(name) for name in available_rulesets()]
        on = [sum(1 for settings in each.rules.values() if settings.enabled) for each in shipped]
        data = [
            {"ruleset": each.label, "title": each.title, "rules": count}
            for each, count in zip(shipped, on, strict=True)
        ]
        lines = [f"{row['ruleset']}  {row['title']} ({row['rules']} rules)" for row in data]
    if target.form == "json":
        target.put(json_text(data, indent=2) + "\n")
    else:
        target.put("".join(visible(line) + "\n" for line in lines))
