"""JUnit XML, as test dashboards read it: a suite an input, a case for each rule and object."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from ipseclint.finding import Finding, Input, InputStatus, Problem, Report, RuleInfo, Severity, Subject
from ipseclint.reporters import RenderOptions
from ipseclint.reporters.accounting import accounting_lines
from ipseclint.reporters.words import STATUS_WORDS, kind_word
from ipseclint.source import visible

MOST_CASES = 100_000
"""Beyond this many cases in a suite, what passed is folded into one case a rule."""

_FAILS = frozenset({Severity.ERROR, Severity.WARNING})


def render(report: Report, _options: RenderOptions) -> str:
    """One `testsuites`, the last suite is the run. Errors and warnings fail, what is waived or known is skipped."""
    by_path: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in report.findings:
        by_path[finding.span.path].append(finding)
    problems: defaultdict[str, list[Problem]] = defaultdict(list)
    for problem in report.problems:
        problems[problem.span.path].append(problem)
    objects: defaultdict[str, list[Subject]] = defaultdict(list)
    for policy_object in report.objects:
        objects[policy_object.path].append(policy_object.subject)
    suites = [
        _suite(input_, report.rules, objects.pop(input_.path, []), by_path.pop(input_.path, []), problems[input_.path])
        for input_ in report.inputs
    ]
    elsewhere = [finding for left in by_path.values() for finding in left]
    notes = "".join(f'<property name="note" value={_attribute(line)}/>' for line in accounting_lines(report))
    suites.append(_wrapped("ipseclint", notes, list(_cases((), [], elsewhere))))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="ipseclint">\n' + "".join(suites) + "</testsuites>\n"
    )


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
    folded = "" if len(objects) * len(rules) <= MOST_CASES else '<property name="passes" value="folded by rule"/>'
    return _wrapped(source.path, folded, cases)


def _cases(rules: tuple[RuleInfo, ...], objects: list[Subject], findings: list[Finding]) -> Iterator[str]:
    by_case: defaultdict[tuple[str, Subject], list[Finding]] = defaultdict(list)
    for finding in findings:
        by_case[f"{finding.code} {finding.name}", finding.subject].append(finding)
    names = [f"{each.code} {each.name}" for each in rules]
    if len(objects) * len(names) <= MOST_CASES:
        for subject in dict.fromkeys(objects):
            for name in names:
                if (name, subject) not in by_case:
                    yield _case(_class(subject), name)
    else:
        fired = {name for name, _ in by_case}
        yield from (_case("all objects", name) for name in names if name not in fired)
    for (name, subject), group in by_case.items():
        yield _outcome(name, subject, group)


def _outcome(name: str, subject: Subject, group: list[Finding]) -> str:
    text = "\n".join(f"{each.span.path}:{each.span.line}:{each.span.column} {each.message}" for each in group)
    counting = [each for each in group if each.counts]
    worst = max(group, key=lambda each: (each.counts, each.severity.rank))
    if not counting:
        reason = worst.waiver.reason if worst.waiver else "known from the baseline"
        return _case(_class(subject), name, "skipped", reason, "")
    if worst.severity in _FAILS:
        return _case(_class(subject), name, "failure", worst.message, text)
    return _case(_class(subject), name, "system-out", "", text)


def _case(classname: str, name: str, outcome: str = "", message: str = "", text: str = "") -> str:
    opening = f"<testcase classname={_attribute(classname)} name={_attribute(name)}"
    if not outcome:
        return f"{opening}/>"
    inner = f" message={_attribute(message)}" if message else ""
    return f"{opening}><{outcome}{inner}>{escape(_visible_lines(text))}</{outcome}></testcase>"


def _wrapped(name: str, properties: str, cases: list[str]) -> str:
    counts = {kind: sum(f"<{kind}" in case for case in cases) for kind in ("failure", "error", "skipped")}
    head = (
        f'<testsuite name={_attribute(name)} tests="{len(cases)}" failures="{counts["failure"]}" '
        f'errors="{counts["error"]}" skipped="{counts["skipped"]}">\n'
    )
    inside = f"<properties>{properties}</properties>\n" if properties else ""
    return head + inside + "".join(f"{case}\n" for case in cases) + "</testsuite>\n"


def _class(subject: Subject) -> str:
    return f"{subject.called or kind_word(subject.kind)} {subject.name}"


def _attribute(text: str) -> str:
    return quoteattr(visible(text))


def _visible_lines(text: str) -> str:
    return "\n".join(visible(line) for line in text.split("\n"))
