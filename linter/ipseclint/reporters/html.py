"""The HTML report: one file that can be read without network and script.

The verdict and what to do first are on the first screen, then each rule once with its places, then machines and Windows
errors. Everything from the input is escaped by the template; a content security policy forbids every request and every
script but the one filter below, by its hash.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from importlib import resources
from typing import Any

from msgspec import Struct

from ipseclint.escape import inert, visible
from ipseclint.finding import BASIS_WORDS, PROBLEM_TITLES, Finding, Problem, Severity
from ipseclint.outcome import Exit
from ipseclint.pages import style, template
from ipseclint.report import Action, CoverageRow, Report, TwoEnds
from ipseclint.reporters import RenderOptions
from ipseclint.reporters.accounting import accounting_lines
from ipseclint.reporters.clauses import clause_totals, clause_words
from ipseclint.reporters.drawing import draw
from ipseclint.reporters.grouping import Group, gpo_and_path, groups, state_of, subject_words
from ipseclint.reporters.questions import answers
from ipseclint.reporters.verdict import counts_line, since_line, verdict
from ipseclint.reporters.words import STATUS_WORDS, kind_word
from ipseclint.vocabulary.windows_errors import error_table
from ipseclint.words import duration, plural

OPEN_PLACES = 10
"""How many places of a rule are visible at once; the others are folded."""

MAX_PLACES = 2_000
"""With more places of a rule, only OPEN_LISTED are in the page: other outputs have them all."""

OPEN_LISTED = 200

OPEN_COMMANDS = 50
"""The most commands of one kind of repair in the page: `ipseclint fix` writes all."""

OPEN_ROWS = 20
"""How many rows of the coverage of a group of rules are visible at once."""

OPEN_MACHINES = 50
"""How many machines are visible at once; the others are folded."""


def render(report: Report, options: RenderOptions) -> str:
    """The whole report as one HTML document."""
    script = resources.files(__package__).joinpath("html_report.js").read_text(encoding="utf-8")
    shown = [each for each in report.findings if each.counts or options.verbose]
    listed = groups(shown)
    by_machine = _by_machine(report, shown)
    filters = ("kind", kind_word), ("plural", plural), ("subject", subject_words)
    told = verdict(report)
    page = template(__package__, "html_report.html", *filters).render(
        report=report,
        verdict=told.sentence,
        checked=_checked(by_machine, report),
        tone=_tone(report, told.code),
        exit_code=int(told.code),
        counts=counts_line(report),
        since=since_line(report),
        answers=answers(report),
        accounting=accounting_lines(report, every_name=True),
        clause_words=clause_words,
        clause_totals=clause_totals(report),
        severities=[severity.value for severity in Severity],
        blocks=[_block(group, report) for group in listed],
        total=len(shown),
        cards=_cards(report.actions),
        by_hand=_by_hand(shown),
        by_error=_by_error(listed),
        families=sorted({each.code[:2] for each in shown}),
        machines=by_machine,
        details=[row for row in by_machine if row["drawing"] or row["coverage"] or row["load"]],
        open_machines=OPEN_MACHINES,
        open_commands=OPEN_COMMANDS,
        open_rows=OPEN_ROWS,
        problems=_problems(report.problems),
        place=gpo_and_path,
        coverage_classes=COVERAGE_CLASSES,
        facts=_facts(report),
        pairs=[(pair, _headline(pair)) for pair in report.two_ends],
        basis=BASIS_WORDS,
        status=STATUS_WORDS,
        problem_titles=PROBLEM_TITLES,
        style=style(),
        script=script,
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii"),
    )
    return inert(page)


def _checked(by_machine: Sequence[dict[str, Any]], report: Report) -> str:
    """The subject of the report: the one machine or GPO by its name, else the number of machines."""
    gpos = sorted({each.gpo for each in report.inputs if each.gpo})
    if len(by_machine) == 1:
        (row,) = by_machine
        return gpo_and_path(row["gpo"] or (gpos[0] if len(gpos) == 1 else None), row["name"])
    named = f", GPO {', '.join(map(visible, gpos[:_NAMED_GPOS]))}" if 0 < len(gpos) <= _NAMED_GPOS else ""
    return f"{plural(len(by_machine), 'machine')}{named}" if by_machine else plural(len(report.inputs), "input")


def _headline(pair: TwoEnds) -> str:
    """The verdict about two ends, where and when."""
    words = pair.verdict.upper() + (f" at {pair.stage}" if pair.stage else "")
    if pair.at_renewal:
        words += " at the first renewal" + (f", after {duration(pair.after_seconds)}" if pair.after_seconds else "")
    return words + (f" ({pair.key_module})" if pair.key_module else "")


def _tone(report: Report, code: Exit) -> str:
    return "info" if not code else "error" if report.count(Severity.ERROR) or code > 1 else "warning"


_NAMED_GPOS = 3
"""The most GPOs named at the top of a page."""


class _Block(Struct, frozen=True):
    """A rule with its findings: `key` is its anchor in the page, `varied` says that messages differ."""

    key: str
    group: Group[Finding]
    why: str
    question: str
    state: str
    open: tuple[Finding, ...]
    folded: tuple[Finding, ...]
    left_out: int
    varied: bool
    files: int


def _block(group: Group[Finding], report: Report) -> _Block:
    first = group.first
    state = state_of(first)
    findings = group.findings if len(group.findings) <= MAX_PLACES else group.findings[:OPEN_LISTED]
    rule = next((rule for rule in report.rules if rule.code == first.code), None)
    return _Block(
        key=f"{first.code}-{first.severity.value}{f'-{state}' if state else ''}",
        group=group,
        why=rule.summary if rule is not None else "",
        question=rule.concerns[0].name.lower() if rule is not None and rule.concerns else "",
        state=state,
        open=findings[:OPEN_PLACES],
        folded=findings[OPEN_PLACES:],
        left_out=len(group.findings) - len(findings),
        varied=len({finding.message for finding in group.findings}) > 1,
        files=len({finding.span.path for finding in group.findings}),
    )


class _Card(Struct, frozen=True):
    """Repairs that remove findings of the same rules, one for each object."""

    actions: tuple[Action, ...]
    codes: dict[str, str]
    findings: int
    errors: int
    machines: int
    risky: bool
    notes: tuple[str, ...]

    @property
    def title(self) -> str:
        """The objects that it changes."""
        first, last = self.actions[0].subject, self.actions[-1].subject
        upto = f' to "{visible(last.name)}"' if last.name != first.name else ""
        more = f"{upto} ({len(self.actions)} objects)" if len(self.actions) > 1 else ""
        return f"{subject_words(first, with_id=False)}{more}"


def _cards(actions: Iterable[Action]) -> list[tuple[str, list[_Card]]]:
    """Safe repairs, then risky ones, each with those that remove most errors first, then most findings."""
    alike: dict[tuple[bool, tuple[str, ...], str], list[Action]] = {}
    for action in actions:
        codes = tuple(dict.fromkeys(finding.code for finding in action.ends))
        alike.setdefault((action.fix.risky, codes, action.subject.kind), []).append(action)
    cards = []
    for (risky, _, _), same in alike.items():
        ends = [finding for action in same for finding in action.ends]
        cards.append(
            _Card(
                actions=tuple(same),
                codes={finding.code: finding.name for finding in ends},
                findings=len(ends),
                errors=sum(finding.severity is Severity.ERROR for finding in ends),
                machines=len({action.machine for action in same}),
                risky=risky,
                notes=tuple(dict.fromkeys(note for action in same for note in action.notes)),
            )
        )
    cards.sort(key=lambda card: (-card.errors, -card.findings))
    parts = (("Safe", False), ("May cut connections: both ends together", True))
    return [(title, kept) for title, risky in parts if (kept := [card for card in cards if card.risky is risky])]


def _by_hand(findings: Sequence[Finding]) -> list[tuple[str, list[str], int]]:
    """Advice where no command repairs: the text, its rules, and the number of findings."""
    codes: dict[str, Counter[str]] = {}
    for finding in findings:
        fix = finding.fix
        if finding.counts and fix and fix.note and not fix.is_by_script:
            codes.setdefault(fix.note, Counter())[finding.code] += 1
    return [(note, sorted(counts), sum(counts.values())) for note, counts in codes.items()]


def _by_error(listed: Sequence[Group[Finding]]) -> list[tuple[int, str, str, list[Group[Finding]], int]]:
    """The rules by the Windows errors they lead to, the error with most findings first."""
    by_code: dict[int, list[Group[Finding]]] = {}
    for group in listed:
        for error in group.first.leads_to:
            by_code.setdefault(error.code, []).append(group)
    table = error_table()
    counted = {code: sum(len(group.findings) for group in rules) for code, rules in by_code.items()}
    return [
        (code, table[code].name, table[code].message, rules, counted[code])
        for code, rules in sorted(by_code.items(), key=lambda item: (-counted[item[0]], item[0]))
        if code in table
    ]


def _by_machine(report: Report, shown: Sequence[Finding]) -> list[dict[str, Any]]:
    """Each machine or file with findings by severity, and its pictures; the worst first."""
    findings: dict[str, list[Finding]] = {each.machine or each.path: [] for each in report.inputs if each.objects}
    gpos: dict[str, str | None] = {each.machine or each.path: each.gpo for each in report.inputs}
    for finding in shown:
        findings.setdefault(finding.machine, []).append(finding)
    outlines = {outline.machine: outline for outline in report.outlines}
    load, coverage = _bars(report), _coverage(report)
    rows: list[dict[str, Any]] = [
        {
            "name": machine,
            "gpo": gpos.get(machine),
            "counts": {severity.value: sum(each.severity is severity for each in of_machine) for severity in Severity},
            "groups": groups(of_machine),
            "outline": outlines.get(machine),
            "drawing": draw(outlines[machine], of_machine) if machine in outlines else None,
            "load": load.get(machine, []),
            "coverage": coverage.get(machine, []),
        }
        for machine, of_machine in findings.items()
    ]
    rows.sort(key=lambda row: tuple(-row["counts"][severity.value] for severity in Severity))
    return [{"number": number, **row} for number, row in enumerate(rows, start=1)]


def _problems(problems: Sequence[Problem]) -> list[tuple[Problem, list[Problem]]]:
    """Problems with equal messages as one, with all its places."""
    alike: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        alike.setdefault((problem.code, problem.message), []).append(problem)
    return [(problems_alike[0], problems_alike) for problems_alike in alike.values()]


def _facts(report: Report) -> list[tuple[str, list[str]]]:
    """The facts of the site that rules need, the one that most need first."""
    waiting: dict[str, list[str]] = {}
    for rule in report.not_checked:
        for need in rule.needs:
            waiting.setdefault(need, []).append(rule.code)
    return sorted(waiting.items(), key=lambda item: (-len(item[1]), item[0]))


COVERAGE_CLASSES = ("required", "requested", "exempt", "blocked", "by a WFP policy", "untouched", "not understood")
"""The classes of traffic, in the order of their colours and bars."""

_BAR_WIDTH = 240.0


def _coverage(report: Report) -> dict[str, list[tuple[str, list[dict[str, Any]]]]]:
    """The rows of coverage of each group, by machine, each with bars and words."""
    by_machine: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for row in report.coverage:
        by_machine.setdefault(row.machine, {}).setdefault(row.group, []).append(_coverage_row(row))
    return {machine: list(by_group.items()) for machine, by_group in by_machine.items()}


def _coverage_row(row: CoverageRow) -> dict[str, Any]:
    """A bar of equal parts, one for each class present: never the amount of traffic."""
    width = _BAR_WIDTH / len(row.classes)
    bars = [
        (f"{place * width:.1f}", f"{width:.1f}", COVERAGE_CLASSES.index(name)) for place, name in enumerate(row.classes)
    ]
    return {"addresses": row.addresses, "bars": bars, "words": row.words}


def _bars(report: Report) -> dict[str, list[dict[str, Any]]]:
    """The load of each setting by machine, the greatest first, in percent of the greatest of all."""
    most = max((each.per_second for each in report.load), default=0.0)
    by_machine: dict[str, list[dict[str, Any]]] = {}
    for share in sorted(report.load, key=lambda each: -each.per_second):
        by_machine.setdefault(share.machine, []).append(
            {"share": share, "percent": 100 * share.per_second / most if most else 0.0}
        )
    return by_machine
