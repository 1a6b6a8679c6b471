"""The report for people: what is wrong, worst first and once for each rule, a table, the verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, islice

from ipseclint.escape import inert, visible
from ipseclint.finding import BASIS_WORDS, PROBLEM_TITLES, Finding, FixText, Problem, Severity, WindowsError
from ipseclint.report import Report
from ipseclint.reporters import DEFAULT_WIDTH, RenderOptions
from ipseclint.reporters.console import Console, cut_middle
from ipseclint.reporters.grouping import (
    Group,
    Mention,
    counts,
    every,
    gpo_and_path,
    grouped,
    mention,
    place_words,
    reason_of,
    rests_on_a_source,
    sections,
    state_of,
    subject_words,
)
from ipseclint.reporters.shared_repairs import told_once
from ipseclint.reporters.summary import summary_lines
from ipseclint.source import Span

FRAMED_GROUPS = 5
"""How many rules are shown with their line if there are more; errors always are, and -v shows all."""

MAX_LINES = 6
"""The lines of a rule's findings, 100 columns wide, before they are folded: of a finding with a longer message first
the basis is left out where nothing stands beside it, then its line."""


_PLACES = 3
"""How many objects, places or facts are named before the others are counted."""

_NAME_WIDTH = 40
"""The width at which a name among others is cut."""


def render(report: Report, options: RenderOptions) -> str:
    """The report as lines of text; its structure is plain ASCII so that every console shows it."""
    console = Console(options)
    shows = every if options.verbose else counts
    by_rule = grouped(report.findings, shows, options.sort, mention, options.spread)
    titled = [("", by_rule)]
    if options.group_by != "rule" and not options.statistics:
        titled = sections(report.findings, shows, options.group_by, options.sort, mention)
    blocks = [] if options.statistics else list(_blocks(report, titled, console))
    blocks += [
        "\n".join(
            console.wrapped(
                f"{crash.title}: {visible(crash.where)} failed ({visible(crash.error)}); this report is incomplete",
                styled=((crash.title, "error"),),
            )
        )
        for crash in report.crashes
    ]
    blocks.append("\n".join(summary_lines(report, by_rule, console)))
    return inert("\n\n".join(blocks) + "\n")


def _blocks(report: Report, titled: Sequence[tuple[str, list[Group[Mention]]]], console: Console) -> Iterator[str]:
    options = console.options
    places = (place for _, listed in titled for group in listed for place in group.numbers)
    told = told_once(report.findings[place] for place in places)
    for title, listed in titled:
        if title:
            yield console.paint("strong", title)
        framed = FRAMED_GROUPS if options.group_by == "rule" else 0
        for number, group in enumerate(listed):
            if options.verbose:
                yield from ("\n".join(_whole(finding, console)) for finding in islice(told, len(group.numbers)))
            elif number < framed or (framed and group.first.severity is Severity.ERROR):
                yield "\n".join(_within_bounds(group, console))
            else:
                yield "\n".join(_short(group, console))
    yield from _problems(report.problems, console)
    yield from _explanations(report, console)


def _head(finding: Finding, console: Console, number: int = 1) -> list[str]:
    head = f"{finding.severity.value}[{finding.code}]"
    state = f" ({state_of(finding)})" if state_of(finding) else ""
    places = f", {number} places" if number > 1 else ""
    return console.wrapped(
        f"{head} {finding.name}{state}{places}: {visible(finding.message)}",
        styled=((head, finding.severity.value), (" ", "dim"), (finding.name, "strong")),
    )


def _within_bounds(group: Group[Mention], console: Console) -> list[str]:
    """The findings of one rule with the line of the first, if there is room for that; else in two lines."""
    options = console.options
    lines = list(_framed(group, console))
    told = list(_told(group, console))
    most = MAX_LINES * max(options.width, DEFAULT_WIDTH)
    if options.sources or len(lines + told) * options.width <= most:
        return lines + told
    # The line says more than where it is known from, which `explain` tells as well.
    if told == [f"   = {group.first.basis.value}"] and len(lines) * options.width <= most:
        return lines
    return list(_short(group, console))


def _framed(group: Group[Mention], console: Console) -> Iterator[str]:
    """The first finding of a rule, with its place and its line."""
    first = group.first
    yield from _head(first, console, len(group.findings))
    yield from _place(first.span, first.gpo, subject_words(first.subject, with_id=False), console)
    if first.snippet is not None:
        yield from console.frame(first.span, first.snippet)


def _told(group: Group[Mention], console: Console) -> Iterator[str]:
    """What is told of a rule below its first finding: what it may end as, where it is known from, further places."""
    told = f"{_trailer(group)}{_cited(group.first, console)}{_also(group)}".removeprefix("; ")
    if told:
        yield from console.wrapped(f"   = {told}", "     ")


def _short(group: Group[Mention], console: Console) -> Iterator[str]:
    """The findings of one rule in two lines."""
    first = group.first
    yield from _head(first, console, len(group.findings))
    subject = subject_words(first.subject, with_id=False)
    yield from console.wrapped(f" --> {_located(first.span, first.gpo)}  {subject}{_also(group)}", "     ")


def _cited(finding: Finding, console: Console) -> str:
    """The sources of a finding by name, if asked for."""
    return f" ({', '.join(finding.citations)})" if console.options.sources and finding.citations else ""


def _trailer(group: Group[Mention]) -> str:
    error = group.error
    more = f", +{group.more_errors}" if group.more_errors else ""
    ending = f"may end as {error_words(error)}{more}; " if error else ""
    return f"{ending}{group.first.basis.value if rests_on_a_source(group.first) else ''}"


def error_words(error: WindowsError) -> str:
    """A Windows error in short: its number and the distinctive part of its name."""
    return f"{error.code} {error.name.removeprefix('ERROR_').removeprefix('IPSEC_')}"


def _also(group: Group[Mention]) -> str:
    """Further places: the first and the last object by name, with their places."""
    path, findings = group.first.span.path, group.findings[1:]
    if not findings:
        return ""
    objects = [_other(each, group.first) for each in findings]
    names = [f'"{cut_middle(name, _NAME_WIDTH)}"' for each, _ in objects if (name := visible(each))]
    named = " to ".join(dict.fromkeys((names[0], names[-1]))) if names else ""
    lines = [str(span.line) for _, span in objects]
    files = {span.path for _, span in objects}
    if files == {path}:
        reach = f"line {lines[0]}" if len(set(lines)) == 1 else f"lines {lines[0]} to {lines[-1]}"
    else:
        reach = f"{f'in {len(files)} files, to' if len(files) > 1 else 'to' if len(findings) > 1 else 'at'} "
        last = objects[-1][1]
        reach += _located(last, findings[-1].gpo if last == findings[-1].span else None)
    if any(each.reason != reason_of(group.first) for each in findings):
        reach += ", not all for this reason: -v tells each"
    return f"; also {named}, {reach}" if named else f"; also {reach}"


def _other(each: Mention, first: Finding) -> tuple[str, Span]:
    """The object of a finding that is not the first of its group, and its place: of a pair that shares its object with
    the first, the other one."""
    other = each.beside
    if other is None or each.span != first.span or other.label in {related.label for related in first.related[:1]}:
        return each.subject, each.span
    return other.label, other.span


def _whole(finding: Finding, console: Console) -> Iterator[str]:
    """One finding in full."""
    yield from _head(finding, console)
    yield from _place(finding.span, finding.gpo, subject_words(finding.subject), console)
    if finding.snippet is not None:
        yield from console.frame(finding.span, finding.snippet)
    for related in finding.related:
        yield from console.wrapped(f"   = {visible(related.label)}: {_located(related.span, None)}", "     ")
    if finding.leads_to:
        errors = ", ".join(f"{error.code} {error.name}" for error in finding.leads_to)
        yield from console.wrapped(f"   = leads to: {errors}", "     ")
    if rests_on_a_source(finding):
        yield from console.wrapped(f"   = basis: {BASIS_WORDS[finding.basis]}{_cited(finding, console)}", "     ")
    if finding.fix is not None:
        yield from _fix(finding.fix, console)
    if finding.waiver:
        yield from console.wrapped(f"   = waived: {visible(finding.waiver.reason)}", "     ")


def _fix(fix: FixText, console: Console) -> Iterator[str]:
    """The repair as it is run, with unwrapped commands."""
    risk = f" ({fix.caution})" if fix.caution else ""
    for tool, text in (("netsh", fix.netsh), ("PowerShell", fix.powershell)):
        for number, command in enumerate((text or "").splitlines()):
            yield f"   = fix with {tool}{risk}: {visible(command)}" if number == 0 else f"   |    {visible(command)}"
    if fix.advice:
        yield from console.wrapped(f"   = fix: {visible(fix.advice)}", "     ")


def _place(span: Span, gpo: str | None, subject: str, console: Console) -> Iterator[str]:
    margin = " " * len(str(span.line))
    of = f"GPO {visible(gpo)}: " if gpo else ""
    line = f"{margin}{console.paint('dim', '-->')} {of}{console.place(span)}"
    if len(f"{margin}--> {_located(span, gpo)}  {subject}") <= console.options.width:
        yield f"{line}  {subject}".rstrip()
    else:
        yield line
        yield from console.wrapped(f"{margin}    {subject}", f"{margin}    ") if subject else ()


def _located(span: Span, gpo: str | None) -> str:
    return f"{gpo_and_path(gpo, span.path)}:{span.line}:{span.column}"


def _problems(problems: Sequence[Problem], console: Console) -> Iterator[str]:
    """What was not read or understood; equal problems at several places are shown once."""
    alike: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        key = (problem.code, problem.message) if not console.options.verbose else (problem.code, repr(problem.span))
        alike.setdefault(key, []).append(problem)
    for listed in alike.values():
        first = listed[0]
        head = f"problem[{first.code}]"
        places = f", {len(listed)} places" if len(listed) > 1 else ""
        lines = console.wrapped(
            f"{head} {PROBLEM_TITLES[first.code]}{places}: {visible(first.message)}", styled=((head, "problem"),)
        )
        lines += _place(first.span, first.gpo, "", console)
        if first.snippet is not None:
            lines += console.frame(first.span, first.snippet)
        if len(listed) > 1:
            lines += console.wrapped(f"   = also {_more_places(first, listed[1:])}", "     ")
        yield "\n".join(lines)


def _more_places(first: Problem, others: Sequence[Problem]) -> str:
    """The next places, and one in each further file, so that every file is named."""
    named = {first.span.path, *(problem.span.path for problem in others[:_PLACES])}
    shown = list(others[:_PLACES])
    for problem in others[_PLACES:]:
        if problem.span.path not in named:
            named.add(problem.span.path)
            shown.append(problem)
    places = ", ".join(_located(problem.span, problem.gpo) for problem in shown)
    return f"{places}{f' and {len(others) - len(shown)} more' if len(others) > len(shown) else ''}"


def _explanations(report: Report, console: Console) -> Iterator[str]:
    """The likely causes in order for each machine on which negotiations failed."""
    for machine, group in groupby(report.explanations, key=lambda each: each.machine):
        lines = [console.paint("strong", f"why negotiations fail on {place_words(machine)}, most likely first")]
        for number, each in enumerate(group, start=1):
            lines += console.wrapped(f"  {number}. {each.cause}", "     ")
            for title, sentences in (("for", each.evidence_for), ("against", each.evidence_against)):
                for words in sentences:
                    lines += console.wrapped(f"     {title}: {visible(words)}", "       ")
        yield "\n".join(lines)
