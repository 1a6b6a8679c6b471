"""JUnit XML, as test dashboards read it: a suite an input, a case for each rule and object; a suite a standard."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from lxml import etree

from ipseclint.escape import inert, visible
from ipseclint.finding import Finding, Problem, Severity, Subject
from ipseclint.report import ClauseResult, ClauseState, Input, InputStatus, Report, RuleInfo
from ipseclint.reporters import RenderOptions
from ipseclint.reporters.accounting import accounting_lines
from ipseclint.reporters.clauses import by_standard, clause_line, findings_against
from ipseclint.reporters.words import STATUS_WORDS, kind_word, of_gpo

MAX_CASES = 100_000
"""With more cases in a suite, the passed ones are folded into one case for each rule."""

_FAILS = frozenset({Severity.ERROR, Severity.WARNING})


def parts(report: Report, _options: RenderOptions) -> Iterator[str]:
    """One `testsuites`; after the inputs comes the suite of the run, then those of standards.

    Errors and warnings fail, what is waived or known is skipped.
    """
    findings = _by_path(finding.span.path for finding in report.findings)
    objects = _by_path(each.span.path for each in report.objects)
    problems: defaultdict[str, list[Problem]] = defaultdict(list)
    for problem in report.problems:
        problems[problem.span.path].append(problem)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="ipseclint">\n'
    for input_ in report.inputs:
        own = [report.findings[number] for number in findings.pop(input_.path, ())]
        subjects = [report.objects[number].subject for number in objects.pop(input_.path, ())]
        yield _suite(input_, report.rules, subjects, own, problems[input_.path])
    elsewhere = [report.findings[number] for listed in findings.values() for number in listed]
    yield _wrapped("ipseclint", {"note": accounting_lines(report)}, list(_cases((), [], elsewhere)))
    against = findings_against(report)
    for ruleset, results in by_standard(report):
        yield _wrapped(f"clauses of {ruleset}", {}, [_clause(each, against) for each in results])
    yield "</testsuites>\n"


def _by_path(paths: Iterable[str]) -> dict[str, array[int]]:
    """The positions of each path."""
    by_path: dict[str, array[int]] = {}
    for number, path in enumerate(paths):
        by_path.setdefault(path, array("L")).append(number)
    return by_path


def _suite(
    source: Input, rules: tuple[RuleInfo, ...], objects: list[Subject], findings: list[Finding], problems: list[Problem]
) -> str:
    cases = list(_cases(rules, objects, findings))
    if source.status is not InputStatus.UNDERSTOOD:
        text = "\n".join(
            f"{problem.span.line}:{problem.span.column} {problem.code.value} {problem.message}" for problem in problems
        )
        failed = source.status in {InputStatus.PARTIAL, InputStatus.UNREADABLE}
        cases.append(_case("input", "understood", "error" if failed else "skipped", STATUS_WORDS[source.status], text))
    folded = {} if len(objects) * len(rules) <= MAX_CASES else {"passes": ["folded by rule"]}
    return _wrapped(f"{source.path}{of_gpo(source.gpo)}", folded, cases)


class _Cases(NamedTuple):
    """Cases as lines, the outcome of each (empty where it passed), and their number."""

    lines: str
    outcome: str = ""
    number: int = 1


def _cases(rules: tuple[RuleInfo, ...], objects: list[Subject], findings: list[Finding]) -> Iterator[_Cases]:
    by_case: defaultdict[tuple[str, Subject], list[Finding]] = defaultdict(list)
    for finding in findings:
        by_case[f"{finding.code} {finding.name}", finding.subject].append(finding)
    names = [f"{each.code} {each.name}" for each in rules]
    if len(objects) * len(names) <= MAX_CASES:
        yield from _passed(names, dict.fromkeys(objects), by_case)
    else:
        fired = {name for name, _ in by_case}
        yield from (_case("all objects", name) for name in names if name not in fired)
    for (name, subject), group in by_case.items():
        yield _outcome(name, subject, group)


def _passed(names: list[str], subjects: Iterable[Subject], failed: Iterable[tuple[str, Subject]]) -> Iterator[_Cases]:
    """A case for each rule and object that did not fail: nearly the whole report, so each part is written once."""
    of_subject: defaultdict[Subject, set[str]] = defaultdict(set)
    for name, subject in failed:
        of_subject[subject].add(name)
    for subject in subjects:
        start = f"<testcase{_attribute('classname', _class(subject))}"
        own = of_subject.get(subject, ())
        ends = [_end(name) for name in names if name not in own]
        if ends:
            yield _Cases(start + start.join(ends), number=len(ends))


@lru_cache(maxsize=1024)
def _end(name: str) -> str:
    """The rest of a passed case, equal for all objects."""
    return f"{_attribute('name', name)}/>\n"


def _outcome(name: str, subject: Subject, group: list[Finding]) -> _Cases:
    text = "\n".join(visible(f"{each.span.path}:{each.span.line}:{each.span.column} {each.message}") for each in group)
    counting = [each for each in group if each.counts]
    worst = max(group, key=lambda each: (each.counts, each.severity.rank))
    if not counting:
        reason = worst.waiver.reason if worst.waiver else "known from the baseline"
        return _case(_class(subject), name, "skipped", reason, "")
    if worst.severity in _FAILS:
        return _case(_class(subject), name, "failure", worst.message, text)
    return _case(_class(subject), name, "system-out", "", text)


def _clause(result: ClauseResult, against: Mapping[tuple[str, str], Finding]) -> _Cases:
    """A clause of a standard: it fails where a finding against it does, and is skipped where nothing was checked."""
    worst = against.get((result.ruleset, result.clause))
    line = clause_line(result)
    if result.state is ClauseState.MET:
        outcome, message = "", ""
    elif result.state is not ClauseState.NOT_MET:
        outcome, message = "skipped", line
    elif worst is not None and worst.severity in _FAILS:
        outcome, message = "failure", line
    else:
        outcome, message = "system-out", ""
    return _case(result.ruleset, result.clause, outcome, message, line if outcome == "system-out" else "")


def _case(classname: str, name: str, outcome: str = "", message: str = "", text: str = "") -> _Cases:
    case = _element("testcase", {"classname": classname, "name": name})
    if outcome:
        result = _element(outcome, {"message": message} if message else {})
        result.text = "\n".join(map(visible, text.split("\n")))
        case.append(result)
    return _Cases(inert(_text(case)), outcome)  # no other line begins with words of an input


def _wrapped(name: str, properties: Mapping[str, list[str]], cases: list[_Cases]) -> str:
    """A suite with each case on a line of its own, for people to read."""
    outcomes = Counter(case.outcome for case in cases)
    counts = {"tests": sum(case.number for case in cases), "failures": outcomes["failure"], "errors": outcomes["error"]}
    counts["skipped"] = outcomes["skipped"]
    start = "".join(_attribute(kind, str(value)) for kind, value in ({"name": name} | counts).items())
    listed = [
        _text(_element("property", {"name": name, "value": value}))
        for name, values in properties.items()
        for value in values
    ]
    head = ["<properties>\n", *listed, "</properties>\n"] if listed else []
    lines = (case.lines for case in cases)
    return "".join([f"<testsuite{start}>\n", *head, *lines, "</testsuite>\n"])


def _attribute(name: str, value: str) -> str:
    """An attribute of a tag, after a space."""
    return _text(_element("a", {name: value})).removeprefix("<a").removesuffix("/>\n")


def _element(tag: str, attributes: Mapping[str, str]) -> etree._Element:
    return etree.Element(tag, {name: visible(value) for name, value in attributes.items()})


def _text(element: etree._Element) -> str:
    return etree.tostring(element, encoding="unicode") + "\n"


def _class(subject: Subject) -> str:
    return f"{subject.called or kind_word(subject.kind)} {subject.name}"
