"""`ipseclint rules`: every rule with its severity, basis and errors; and the tests of one's own rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ipseclint.cli import values
from ipseclint.cli.messages import fail, say
from ipseclint.cli.outputs import format_option, output_of, output_option
from ipseclint.escape import json_text
from ipseclint.outcome import Exit

if TYPE_CHECKING:
    from ipseclint.engine.rulesets.custom_rules import CustomRule
    from ipseclint.engine.rulesets.ruleset import Ruleset

app = typer.Typer(help="List the rules, or test rules of your own.", invoke_without_command=True)


FORMATS = ("text", "json", "markdown")


@app.callback()
def rules(
    context: typer.Context,
    show_all: Annotated[bool, typer.Option("--all", help="Also rules that the ruleset switches off.")] = False,
    output: Annotated[str | None, output_option(FORMATS)] = None,
    form: Annotated[str | None, format_option(FORMATS)] = None,
    ruleset: Annotated[str, values.ruleset_option("The ruleset to list by.")] = "default",
    where: Annotated[bool, typer.Option("--where", help="Also the module that each rule stands in.")] = False,
) -> None:
    """List the rules, or test rules of your own."""
    if context.invoked_subcommand is not None:
        return
    from ipseclint.engine.rulesets.shipped import RulesetError
    from ipseclint.words import plural

    target = output_of(output, form, FORMATS)
    try:
        rows = _rows(_load(ruleset), show_all)
    except RulesetError as error:
        fail(str(error))
    if target.form == "json":
        target.put(json_text(rows, indent=2) + "\n")
        return
    lines = []
    if target.form == "markdown":
        lines += ["| code | name | severity | basis | leads to |", "|---|---|---|---|---|"]
        for row in rows:
            errors = ", ".join(str(each["code"]) for each in row["leads_to"])
            basis = ", ".join(row["basis"])
            lines.append(f"| {row['code']} | {row['name']} | {row['severity']} | {basis} | {errors} |")
    else:
        for row in rows:
            off = "" if row["enabled"] else " (off)"
            stands = f"  {row['where']}" if where else ""
            lines.append(f"{row['code']}  {row['severity']:<8}{row['name']}{off}{stands}")
        lines.append(f"{plural(len(rows), 'rule')}; `ipseclint explain CODE` tells more")
    target.put("\n".join(lines) + "\n")


@app.command()
def test(file: Annotated[Path, typer.Argument(help="A ruleset with rules of your own.")]) -> None:
    """Run the tests of the custom rules in a ruleset."""
    ruleset = _load(str(file))
    if not ruleset.custom:
        fail(f"{file}: it has no custom rules")
    failed = 0
    for custom in ruleset.own_rules:
        if not custom.tests:
            failed += 1
            say(f"{custom.code} {custom.name}: has no tests")
        for number, fires in enumerate(_fires(custom, ruleset), start=1):
            wanted = custom.tests[number - 1].fires
            good = fires == wanted
            failed += not good
            outcome = "passed" if good else f"failed: fires {fires}, {wanted} expected"
            say(f"{custom.code} {custom.name}: test {number} {outcome}")
    if failed:
        raise typer.Exit(Exit.FINDINGS)


def _fires(custom: CustomRule, ruleset: Ruleset) -> list[int | str]:
    """How often the rule fires on each of its test policies; words if the policy was understood only in part."""
    from ipseclint.engine.apply_rules import Plan
    from ipseclint.engine.inputs.paths import Candidate
    from ipseclint.engine.job import Job
    from ipseclint.engine.run import check
    from ipseclint.report import InputStatus
    from ipseclint.source import bytes_source

    rule = ruleset.find(custom.code)
    outcomes: list[int | str] = []
    for number, custom_test in enumerate(custom.tests, start=1):
        source = bytes_source(f"test {number} of {custom.code}", custom_test.policy.encode())
        report = check([Candidate(source, named=True)], Job(plans=(Plan(ruleset, (rule,) if rule else ()),)))
        if report.crashes:
            outcomes.append(f"an error: {report.crashes[0].error}")
        elif report.inputs[0].status is not InputStatus.UNDERSTOOD:
            outcomes.append(f"on a policy that was not understood: {report.problems[0].message}")
        else:
            outcomes.append(len(report.findings))
    return outcomes


def _load(name: str) -> Ruleset:
    from ipseclint.engine.rulesets.ruleset import load_ruleset
    from ipseclint.engine.rulesets.shipped import RulesetError

    try:
        return load_ruleset(name)
    except RulesetError as error:
        fail(str(error))


def _rows(ruleset: Ruleset, show_all: bool) -> list[dict[str, Any]]:
    from ipseclint.vocabulary.windows_errors import error_name

    rows = []
    for rule in ruleset.known:
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
                "summary": rule.summary,
                "options": settings.options,
                "needs": [f"site.{fact}" for fact in rule.needs],
                "scope": rule.scope.value,
                "cause": rule.cause,
                "where": rule.where,
                "waivable": rule.waivable,
                "leads_to": [{"code": code, "name": error_name(code)} for code in rule.leads_to],
                "sources": list(settings.cite),
                "unverified": settings.unverified,
            }
        )
    return rows
