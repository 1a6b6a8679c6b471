"""The part below the findings in the report for people: table, answers, repairs, inputs, verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from ipseclint.escape import UNSAFE, visible
from ipseclint.finding import Finding, Severity
from ipseclint.late import late, late_names
from ipseclint.outcome import Exit
from ipseclint.report import WHOLE_FLEET, Input, InputStatus, Report
from ipseclint.reporters import RenderOptions
from ipseclint.reporters.accounting import MAX_NAMES, accounting_lines
from ipseclint.reporters.console import Console, cut_middle
from ipseclint.reporters.grouping import Group, Mention, gpo_and_path
from ipseclint.reporters.questions import answers, holds_peers_alone
from ipseclint.reporters.verdict import counts_line, since_line, verdict
from ipseclint.reporters.words import STATUS_WORDS, kind_word
from ipseclint.words import plural

if TYPE_CHECKING:
    from ipseclint.reporters.clauses import by_standard, clause_totals, clause_with_rules
else:
    by_standard, clause_totals, clause_with_rules = late_names(
        "ipseclint.reporters.clauses", "by_standard", "clause_totals", "clause_with_rules"
    )

LISTED_INPUTS = 5
"""The most inputs with a line of their own; others are counted, and -v lists them."""

_NO_TABLE = 1
"""A table with so few rows repeats what stands above it."""

_MIN_COLUMN = 32
"""The columns that must be left for the grounds of an answer to stand beside it."""


def summary_lines(report: Report, listed: Sequence[Group[Mention]], console: Console) -> Iterator[str]:
    """The lines of the summary; `listed` are the shown findings, by rule."""
    options = console.options
    has_table = len(listed) > _NO_TABLE or (options.statistics and bool(listed))
    yield from _table(listed, console) if has_table else ()
    further = _further_errors(listed, options)
    yield from console.wrapped(further) if further else ()
    if has_table or further:
        yield ""
    if report.clauses:
        yield from _clauses(report, console)
        yield ""
    if not _nothing_read(report):
        yield from _answers(report, console)
        yield ""
    if any(group.first.fix for group in listed):
        yield from _do_first(report, listed, console)
        yield ""
    yield from _inputs(report, console)
    yield from (
        line for words in accounting_lines(report, every_name=options.verbose) for line in console.wrapped(words)
    )
    yield from console.wrapped(visible(counts_line(report)))
    if since := since_line(report):
        yield from console.wrapped(visible(since))
    told = verdict(report)
    yield from console.wrapped(told.words, styled=((told.sentence, _tone(report, told.code)),))
    if report.not_checked and not _nothing_read(report) and not holds_peers_alone(report):
        yield from _not_checked(report, console)


def _answers(report: Report, console: Console) -> Iterator[str]:
    """Question, answer and grounds: in a wrapped column, or in lines below where no column fits."""
    for answer in answers(report):
        head = f"{answer.question.value:<45} {answer.reply.value:<14}"
        if console.options.width - len(head) >= _MIN_COLUMN:
            yield from console.wrapped(f"{head}  {visible(answer.words)}", " " * (len(head) + 2))
        else:
            yield from console.wrapped(f"{answer.question.value} {answer.reply.value}", "    ")
            yield from console.wrapped(f"    {visible(answer.words)}", "    ")


def _tone(report: Report, code: Exit) -> str:
    return "strong" if not code else "error" if report.count(Severity.ERROR) or code > 1 else "warning"


def _nothing_read(report: Report) -> bool:
    return all(each.status in {InputStatus.NO_IPSEC, InputStatus.UNREADABLE} for each in report.inputs)


def _table(listed: Sequence[Group[Mention]], console: Console) -> Iterator[str]:
    """A row for each group: severity, number, code and name, first place, error, and repair."""
    rows = [
        (
            group.first.severity.value,
            str(len(group.findings)),
            f"{group.first.code} {group.first.name}",
            _short_place(group.first),
            str(group.error.code) if group.error else "",
            group.repair,
        )
        for group in listed
    ]
    titles = ("", "found", "rule", "first place", "ends as", "repair")
    widths = [max(len(row[column]) for row in (titles, *rows)) for column in range(len(titles))]
    room = console.options.width - 2 * (len(titles) - 1)
    if sum(widths) > room:
        widths[3] = max(16, room - sum(widths) + widths[3])
    columns = [0, 1, 2, 3, 4, 5]
    while (
        sum(widths[column] for column in columns) + 2 * (len(columns) - 1) > console.options.width and len(columns) > 3
    ):
        columns.pop()
    for number, row in enumerate((titles, *rows)):
        cells = [
            f"{cut_middle(row[column], widths[column]):{'>' if column == 1 else '<'}{widths[column]}}"
            for column in columns
        ]
        line = cut_middle("  ".join(cells).rstrip(), console.options.width)
        style = "dim" if number == 0 else row[0]
        yield console.paint(style, line[: widths[0]]) + line[widths[0] :] if number else console.paint(style, line)


def _further_errors(listed: Sequence[Group[Mention]], options: RenderOptions) -> str | None:
    """The meaning of `+3` behind the error of a finding, and how to list these errors; None where it does not occur."""
    group = next((group for group in listed if group.more_errors), None)
    if group is None or options.verbose or options.statistics:
        return None
    explain = f"`ipseclint explain {group.first.code}`"
    return f"+{group.more_errors}: so many more errors are possible; {explain} names them and its sources"


def _clauses(report: Report, console: Console) -> Iterator[str]:
    """Each clause of the standards of the run with its state and rules, then the number in each state."""
    for ruleset, listed in by_standard(report):
        yield console.paint("strong", f"clauses of {visible(ruleset)}")
        for result in listed:
            text = f"  {result.state.value:<14}  {clause_with_rules(result)}"
            yield from console.wrapped(visible(text), " " * 18)
    for line in clause_totals(report):
        yield from console.wrapped(visible(line))


def _short_place(finding: Finding) -> str:
    """A place in a table: in a GPO its name, which says more than a path of GUIDs."""
    gpo = finding.gpo
    return f"GPO {visible(gpo)}" if gpo else f"{visible(finding.span.path)}:{finding.span.line}"


def _do_first(report: Report, listed: Sequence[Group[Mention]], console: Console) -> Iterator[str]:
    """The commands that write the repairs, and what must be done by hand."""
    counting = [each for group in listed for each in group.findings if each.counts]
    with_command = [each for each in counting if each.is_by_script]
    parts: dict[tuple[str, str], list[Mention]] = {}
    in_part = [each.path for each in report.inputs if each.status is InputStatus.PARTIAL]
    for finding in with_command:
        if _repaired_as(finding.span.path, report) in in_part:
            continue  # `fix` takes no file that was understood in part
        parts.setdefault((finding.options, (finding.caution if finding.options else None) or "safe"), []).append(
            finding
        )
    total = sum(number for sort, number in report.tally().items() if sort.counts)
    paths = Counter(each.span.path for each in with_command)
    yield console.paint("strong", "do first")
    yield from _read_whole_first(paths, in_part, report, console)
    for (options, words), part in sorted(parts.items()):
        in_files = {each.span.path for each in part}
        path = next(path for path in paths if path in in_files)
        files = len(in_files)
        of = f" in {files} files, one after the other" if files > 1 else ""
        command = _argument(_repaired_as(path, report))
        yield from console.wrapped(
            f"  ipseclint fix {command}{options}   {words}: repairs for {len(part)} of {plural(total, 'finding')}{of}",
            "     ",
        )
    by_hand: dict[str, dict[str, None]] = {}
    for finding in counting:
        if finding.note and not finding.is_by_script:
            more = " `-v` shows the commands." if finding.has_commands and not console.options.verbose else ""
            by_hand.setdefault(finding.note + more, {})[finding.code] = None
    for note, codes in _looked_up_at_once(by_hand).items():
        yield from console.wrapped(f"  by hand, {' '.join(codes)}: {visible(note)}", "     ")


def _looked_up_at_once(by_hand: Mapping[str, Mapping[str, None]]) -> dict[str, dict[str, None]]:
    """The notes with the codes of their rules; those that differ in the error that they refer to are joined at the
    first of them."""
    alike: dict[str, list[str]] = {}
    for note in by_hand:
        alike.setdefault(_about_any_error(note), []).append(note)
    notes: dict[str, dict[str, None]] = {}
    for about, same in alike.items():
        asked = " ".join(match[1] for note in same if (match := _ASKED.search(note)) is not None)
        joined = same[0] if len(same) == 1 else about.replace(_ANY, f"`ipseclint explain {asked}`")
        notes[joined] = {code: None for note in same for code in by_hand[note]}
    return notes


def _about_any_error(note: str) -> str:
    """A note without the number of the error that it refers to; one that only refers to it, for all such."""
    about = _ASKED.sub(_ANY, note, count=1)
    return f"Run {_ANY} for what causes them." if about in _LOOK_UP else about


_ASKED = late(r"`ipseclint explain (\d+)`")
_ANY = "`ipseclint explain `"
_LOOK_UP = frozenset(f"Run {_ANY} for {what}." for what in ("what causes it", "its causes", "what is known of it"))
"""The notes that only refer to an error."""


def _read_whole_first(
    paths: Collection[str], in_part: Collection[str], report: Report, console: Console
) -> Iterator[str]:
    """What must precede the repair of files that were understood in part: `fix` refuses them."""
    repaired = {_repaired_as(path, report) for path in paths}
    concerned = [path for path in in_part if path in repaired]
    if concerned:
        more = f" and {len(concerned) - 1} more" if len(concerned) > 1 else ""
        yield from console.wrapped(
            f"  see to the problems of {visible(concerned[0])}{more}: `ipseclint fix` repairs only what was understood"
            " whole; until then -v shows the commands for each finding",
            "     ",
        )


def _repaired_as(path: str, report: Report) -> str:
    """The path to repair for a file: itself; where a script runs it, the folder of both."""
    if all(each.path != path for each in report.ignored):
        return path
    folder = path
    while "/" in folder:
        folder = folder.rpartition("/")[0]
        if any(each.path.startswith(f"{folder}/") for each in report.inputs):
            return folder
    return "."


def _argument(path: str) -> str:
    """A path for typing in any shell: quoted if necessary; with `?`, which `fix` expands, for characters that shells
    act on."""
    if path.startswith("-"):
        path = f"./{path}"
    if all(sign.isalnum() or sign in _PLAIN for sign in path) and UNSAFE.search(path) is None:
        return path
    if any(map(_is_taken, path)):
        path = "".join("?" if _is_taken(sign) else f"[{sign}]" if sign in "*[" else sign for sign in path)
    return f'"{path}"'


_PLAIN = "/._-:+=@"
_TAKEN = '"`$%!\\\u201c\u201d\u201e'
"""Characters that cmd.exe, PowerShell or a Linux shell act on within quotation marks."""


def _is_taken(sign: str) -> bool:
    return sign in _TAKEN or not sign.isprintable() or UNSAFE.search(sign) is not None


def _inputs(report: Report, console: Console) -> Iterator[str]:
    if len(report.inputs) <= LISTED_INPUTS or console.options.verbose:
        for entry in report.inputs:
            yield from console.wrapped(_input(entry, report))
        return
    by_status: dict[InputStatus, list[str]] = {}
    objects: Counter[str] = Counter()
    for entry in report.inputs:
        by_status.setdefault(entry.status, []).append(gpo_and_path(entry.gpo, entry.path))
        objects.update(entry.objects)
    named = len(report.inputs) <= MAX_NAMES
    words = "; ".join(
        f"{len(paths)} {STATUS_WORDS[status]}{_in_brackets(paths) if named else ''}"
        for status, paths in by_status.items()
    )
    parts = ", ".join(f"{number} {kind_word(kind, number)}" for kind, number in objects.items())
    yield from console.wrapped(f"{len(report.inputs)} files: {words}{f': {parts}' if parts else ''}")


def _in_brackets(paths: Sequence[str]) -> str:
    return f" ({', '.join(paths)})"


def _input(input_: Input, report: Report) -> str:
    parts = ", ".join(f"{number} {kind_word(kind, number)}" for kind, number in input_.objects.items())
    known = f" ({input_.format})" if input_.format else ""
    unknown = input_.format is None and input_.status is InputStatus.NO_IPSEC
    status = "not a format that ipseclint reads" if unknown else STATUS_WORDS[input_.status]
    if input_.path in report.missing:
        status = "does not exist"
    elif input_.path in report.empty:
        status = "empty"
    return f"{gpo_and_path(input_.gpo, input_.path)}{known}: {status}{f': {parts}' if parts else ''}"


def _not_checked(report: Report, console: Console) -> Iterator[str]:
    if console.options.verbose:
        for reason in report.not_checked:
            yield from console.wrapped(f"not checked: {reason.code} needs {', '.join(reason.needs)}")
        return
    of_fleet = sum(WHOLE_FLEET in reason.needs for reason in report.not_checked)
    if of_fleet:
        yield from console.wrapped(
            f"{plural(of_fleet, 'rule')} not run in a shard: they compare machines; -v lists them"
        )
    number = len(report.not_checked) - of_fleet
    if not number:
        return
    needs = "needs" if number == 1 else "need"
    yield from console.wrapped(
        f"{plural(number, 'rule')} {needs} facts about your site: `ipseclint init --site` asks for them; -v lists them"
    )
