"""`ipseclint explain`: a rule, a Windows error, or a reserved code."""

from __future__ import annotations

from typing import Annotated

import typer

from ipseclint.cli.messages import fail, say


def command(
    word: Annotated[
        str,
        typer.Argument(metavar="CODE|NAME|ERROR", help="QD002, a rule's name, 13811, 0x35F3, or ERROR_IPSEC_..."),
    ],
    ruleset: Annotated[str, typer.Option(metavar="NAME|FILE", help="The ruleset whose numbers to show.")] = "default",
) -> None:
    """Explain a rule or a Windows error: what it is, why it happens, and what to do."""
    from ipseclint.engine.explain import explain_error, explain_problem, explain_rule
    from ipseclint.engine.ruleset import RulesetError, load_ruleset
    from ipseclint.finding import ProblemCode
    from ipseclint.vocabulary.windows_errors import find_error

    try:
        chosen = load_ruleset(ruleset)
        rule, known = chosen.find(word), chosen.known
    except RulesetError as error:
        fail(str(error))
    if rule is not None:
        say(explain_rule(rule, chosen), nl=False)
        return
    if windows_error := find_error(word):
        say(explain_error(windows_error, known), nl=False)
        return
    if word.upper() in set(ProblemCode):
        say(explain_problem(ProblemCode(word.upper())), nl=False)
        return
    fail(f"unknown rule or IPsec error {word!r}; `ipseclint rules` lists the rules")
