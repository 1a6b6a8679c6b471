"""`ipseclint explain`: a rule, a Windows error, an event, a sentence of a log, a finding, a key, or a reserved code."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING, Annotated

from ipseclint.cli import values
from ipseclint.cli.lazily import typer
from ipseclint.cli.messages import fail
from ipseclint.cli.outputs import format_option, output_of, output_option
from ipseclint.late import late
from ipseclint.outcome import Exit
from ipseclint.words import plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ipseclint.engine.explain.explanation import Explanation
    from ipseclint.engine.rulesets.ruleset import Ruleset
    from ipseclint.finding import Finding

FORMATS = ("text", "json", "markdown")
_MAX_SHOWN = 60
_NUMBER = late(r"-?\d{2,10}|0[xX][0-9a-fA-F]{3,8}")
_HAS_VALUES = late(r"[\r\n\t=<>{}|;\"]")
_FINGERPRINT = late(r"[0-9a-f]{16,64}")
_BEGUN_FINGERPRINT = late(r"[0-9a-f]{8,64}", re.IGNORECASE)
_MAX_SPEAKING = 8
"""The most rules listed that mention a word."""
_MAX_FINDINGS = 8
"""The most findings of a rule shown above it."""


def command(
    word: Annotated[
        str,
        typer.Argument(
            metavar="WORD",
            help="QD002, a rule's name, 13811, 0x35F3, ERROR_IPSEC_..., an event such as 4653, an error of another "
            "end's log such as NO_PROPOSAL_CHOSEN, a sentence or the whole text of an event in quotation marks, a "
            "finding's fingerprint, a key of ipseclint.toml such as site.peers, "
            "or - to read a text from standard input.",
            autocompletion=values.explained,
        ),
    ],
    paths: Annotated[
        list[str] | None, typer.Argument(help="With a fingerprint or a rule: the inputs that show the finding.")
    ] = None,
    ruleset: Annotated[
        str,
        values.ruleset_option("The ruleset whose numbers to show."),
    ] = "default",
    output: Annotated[str | None, output_option(FORMATS)] = None,
    form: Annotated[str | None, format_option(FORMATS)] = None,
) -> None:
    """Explain a rule, a Windows error or an event: what it is, why it happens, and what to do."""
    from ipseclint.engine.explain.explanation import as_data, as_markdown, as_text
    from ipseclint.engine.explain.lookup import explanations
    from ipseclint.engine.rulesets.ruleset import load_ruleset
    from ipseclint.engine.rulesets.shipped import RulesetError
    from ipseclint.escape import json_text
    from ipseclint.rules import may_have_plugins

    target = output_of(output, form, FORMATS)
    if not word.strip():
        fail("nothing to explain: give a rule, an error, an event, or a sentence in quotation marks")
    try:
        chosen = load_ruleset(ruleset)
        if paths and _of_inputs(word, paths, chosen):
            known = _findings(word, paths, chosen)
        else:
            # A sentence, or several words, without quotation marks.
            words = (word, *(paths or ()))
            word = " ".join(words)
            known = _each_of(words, chosen) if paths else ()
            known = known or explanations(_text(word), chosen)
    except RulesetError as error:
        fail(str(error))
    if not known:
        from ipseclint.engine.explain.near_words import speaking_of, suggestions
        from ipseclint.engine.keys import gate

        fail(_unknown(gate.hidden_text(word), suggestions(word, chosen), speaking_of(word, chosen)))
    if target.form == "json":
        from ipseclint.engine.keys import gate

        target.put(json_text(as_data(gate.hidden_text(word), known), indent=2) + "\n")
    else:
        target.put((as_markdown if target.form == "markdown" else as_text)(known))
    if not paths and not may_have_plugins():
        sys.audit("ipseclint.kept")  # the program alone decided it: cli/unchanged.py may keep the answer


def _text(word: str) -> str:
    """The word, or for `-` the beginning of standard input."""
    if word != "-":
        return word
    from ipseclint.source import stdin_source

    return next((block.text for block in stdin_source().text_blocks()), "")


def _unknown(word: str, near: Sequence[str], speaking: Sequence[str]) -> str:
    if _FINGERPRINT.fullmatch(word):
        return f"{word}: a fingerprint is explained with the inputs that show it: ipseclint explain {word} PATH"
    shown = _shown(word)
    if _NUMBER.fullmatch(word):
        meant = f"; did you mean {' or '.join(near)}?" if near else ""
        return (
            f"{shown} is not an error or event of IPsec; if it is an error, `certutil -error {word}` on a Windows host "
            f"may name it{meant}"
        )
    if near:
        return f"unknown rule, error or event {shown}; did you mean {' or '.join(near)}?"
    if speaking:
        more = f" and {len(speaking) - _MAX_SPEAKING} more" if len(speaking) > _MAX_SPEAKING else ""
        return (
            f"unknown rule, error or event {shown}; these rules speak of it: {' '.join(speaking[:_MAX_SPEAKING])}{more}"
        )
    return (
        f"unknown rule, error or event {shown}; `ipseclint rules` lists the rules, "
        "and a sentence is taken in quotation marks"
    )


def _shown(word: str) -> str:
    """The word as messages quote it; for a text with lines or values, which may be keys, its length."""
    if _HAS_VALUES.search(word):
        return f"in a text of {plural(len(word), 'character')}"
    return repr(word if len(word) <= _MAX_SHOWN else f"{word[:_MAX_SHOWN]}...")


def _of_inputs(word: str, paths: Sequence[str], ruleset: Ruleset) -> bool:
    """Whether the arguments after a word are inputs to check, not the rest of a sentence."""
    if any(os.path.lexists(path) for path in paths):
        return True
    from ipseclint.engine.explain.lookup import explanations

    may_be_found = _BEGUN_FINGERPRINT.fullmatch(word) or ruleset.find(word)
    return bool(may_be_found) and not any(explanations(path, ruleset) for path in paths)


_LABELS = frozenset({"error", "event", "fehler", "ereignis", "id", "code", "rule"})
"""Words that only say what kind of thing the next word is."""


def _each_of(words: Sequence[str], ruleset: Ruleset) -> tuple[Explanation, ...]:
    """The explanations of several words, if each has one."""
    from ipseclint.engine.explain.lookup import explanations

    if words[0].casefold() in _LABELS:
        return ()
    known = [explanations(word, ruleset) for word in words]
    return tuple(explanation for of_word in known for explanation in of_word) if all(known) else ()


def _findings(word: str, paths: list[str], ruleset: Ruleset) -> tuple[Explanation, ...]:
    """The findings of these inputs with a fingerprint, or of a rule, above the explanation of their rule."""
    from ipseclint import ConfigError, check_paths
    from ipseclint.engine.explain.rule import explain_rule
    from ipseclint.engine.machines import shortfall

    try:
        report = check_paths(paths)
    except ConfigError as error:
        fail(str(error))
    wanted = word.strip().casefold()
    findings = [finding for finding in report.findings if _is_meant(finding, wanted)]
    if not findings:
        why = next(filter(None, (shortfall(each, report.problems) for each in report.inputs)), None)
        if why:
            fail(why, Exit.PARTIAL)
        what = (
            "has this fingerprint; `-o json` shows them" if _BEGUN_FINGERPRINT.fullmatch(wanted) else "is of this rule"
        )
        fail(f"{word}: no finding of these inputs {what}")
    rules = dict.fromkeys(finding.code for finding in findings)
    told = tuple(_explained(finding) for finding in findings[:_MAX_FINDINGS])
    return (*told, *(explain_rule(rule, ruleset) for code in rules if (rule := ruleset.find(code))))


def _is_meant(finding: Finding, wanted: str) -> bool:
    begins = bool(_BEGUN_FINGERPRINT.fullmatch(wanted)) and finding.fingerprint.startswith(wanted)
    return begins or wanted in {finding.code.casefold(), finding.name}


def _explained(finding: Finding) -> Explanation:
    from ipseclint.engine.explain.explanation import Explanation, Section

    sections = (
        Section("What was found", (finding.message,)),
        Section("Where", (f"{finding.span.path}:{finding.span.line}:{finding.span.column}",)),
    )
    title = f"{finding.code} {finding.name} on {finding.subject.name}"
    return Explanation("finding", finding.fingerprint, title, sections, (finding.code,))
