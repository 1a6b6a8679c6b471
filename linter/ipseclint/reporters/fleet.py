"""The output of stores of runs, for people and programs: a table, the difference of two, a summary of one."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from msgspec import Struct

from ipseclint.escape import inert, json_text, visible
from ipseclint.finding import Cause, Severity
from ipseclint.pages import style
from ipseclint.reporters.grouping import place_words
from ipseclint.reporters.table_csv import spreadsheet_cell
from ipseclint.words import capitalised, plural


class Table(Struct, frozen=True):
    """Rows under the names of their columns; values as DuckDB gives them."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


class RuleChange(NamedTuple):
    """The number of a rule's findings that are new, gone, and in both stores."""

    code: str
    name: str
    severity: str
    cause: str | None
    new: int
    gone: int
    still: int


class Comparison(Struct, frozen=True):
    """Two stores: the changes of each rule, the machines that are in one only, and notes."""

    before: str
    after: str
    changes: tuple[RuleChange, ...]
    machines_new: tuple[str, ...]
    machines_gone: tuple[str, ...]
    said: tuple[str, ...]


class Counts(NamedTuple):
    """The contents of a store in numbers; findings that count, by severity."""

    machines: int
    inputs: int
    errors: int
    warnings: int
    infos: int
    problems: int


class Summary(Struct, frozen=True):
    """One store: its contents in numbers, notes, and tables of the worst, by title."""

    store: str
    counts: Counts
    said: tuple[str, ...]
    worst: Mapping[str, Table]


MAX_NAMED = 20
"""The most machines named in a line."""


def table_text(table: Table) -> str:
    """A table in columns as wide as their values, numbers aligned right."""
    cells = [[_cell(value) for value in row] for row in table.rows]
    widths = [max(map(len, column)) for column in zip(table.columns, *cells, strict=True)]
    right = _of_numbers(table)
    lines = [
        "  ".join(
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(line, widths, right, strict=True)
        ).rstrip()
        for line in (list(table.columns), *cells)
    ]
    return inert("\n".join(lines) + "\n")


def table_csv(table: Table) -> str:
    """A table as CSV, in which no spreadsheet finds a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(table.columns)
    writer.writerows(
        [spreadsheet_cell(_cell(value)) if isinstance(value, str) else _cell(value) for value in row]
        for row in table.rows
    )
    return inert(out.getvalue())


def table_json(table: Table) -> str:
    """A table as a line of JSON for each row."""
    rows = (dict(zip(table.columns, row, strict=True)) for row in table.rows)
    return "".join(json_text({name: _plain(value) for name, value in row.items()}) + "\n" for row in rows)


def _of_numbers(table: Table) -> list[bool]:
    """For each column whether it holds numbers, some of which may be missing."""
    columns = zip(*table.rows, strict=True) if table.rows else [()] * len(table.columns)
    return [
        any(isinstance(value, int | float) for value in column)
        and all(value is None or isinstance(value, int | float) for value in column)
        for column in columns
    ]


def _cell(value: object) -> str:
    return "" if value is None else visible(str(value))


def _plain(value: object) -> object:
    is_plain = value is None or isinstance(value, str | int) or (isinstance(value, float) and math.isfinite(value))
    return value if is_plain else str(value)


def comparison_table(comparison: Comparison) -> Table:
    """The rules with changes."""
    changed = tuple(tuple(change) for change in comparison.changes if change.new or change.gone)
    return Table(RuleChange._fields, changed)


def causes_table(comparison: Comparison) -> Table:
    """The changes by the cause of dropped or timed-out requests; a rule without one is under `other`."""
    causes: dict[str, list[int]] = {}
    for change in comparison.changes:
        counts = causes.setdefault(change.cause or "other", [0, 0, 0])
        for place, number in enumerate((change.new, change.gone, change.still)):
            counts[place] += number
    return Table(("cause", "new", "gone", "still"), tuple((cause, *counts) for cause, counts in sorted(causes.items())))


def comparison_text(comparison: Comparison) -> str:
    """The new and gone findings as text."""
    return "\n".join(_comparison_parts(comparison)) + "\n"


def _comparison_parts(comparison: Comparison) -> Iterator[str]:
    new, gone = sum(change.new for change in comparison.changes), sum(change.gone for change in comparison.changes)
    still = sum(change.still for change in comparison.changes)
    yield visible(f"{comparison.before} -> {comparison.after}: {new} new, {gone} gone, {still} still there")
    for words, names in (("new", comparison.machines_new), ("gone", comparison.machines_gone)):
        if names:
            more = f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
            yield visible(f"{plural(len(names), 'machine')} {words}: {', '.join(names[:MAX_NAMED])}{more}")
    if new or gone:
        yield f"\n{table_text(comparison_table(comparison))}"
        yield table_text(causes_table(comparison))
    yield from map(visible, comparison.said)


def comparison_json(comparison: Comparison) -> str:
    """The new and gone findings as one JSON object."""
    body = {
        "schema": "ipseclint.fleet-comparison/1",
        "before": comparison.before,
        "after": comparison.after,
        "rules": [change._asdict() for change in comparison.changes],
        "causes": [
            dict(zip(causes_table(comparison).columns, row, strict=True)) for row in causes_table(comparison).rows
        ],
        "machines_new": list(comparison.machines_new),
        "machines_gone": list(comparison.machines_gone),
        "notes": list(comparison.said),
    }
    return json_text(body, indent=2) + "\n"


def _headline(counts: Counts) -> str:
    of = ", ".join(
        plural(number, noun)
        for number, noun in ((counts.errors, "error"), (counts.warnings, "warning"), (counts.infos, "note"))
    )
    machines = f"{plural(counts.machines, 'machine')} in {plural(counts.inputs, 'input')}"
    return f"{machines}: {of}, {plural(counts.problems, 'problem')} with inputs"


def summary_text(summary: Summary) -> str:
    """The summary as text."""
    parts = [visible(f"{summary.store}: {_headline(summary.counts)}"), *map(visible, summary.said)]
    parts += [f"\n{title}\n{table_text(table).rstrip()}" for title, table in summary.worst.items() if table.rows]
    return "\n".join(parts) + "\n"


_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>IPsec policy check: a fleet</title>
<style>{{ style | safe }}</style>
</head>
<body>
<header>
<p class="title">{{ store }}</p>
<h1 class="{{ tone }}">{{ headline }}</h1>
{% for line in said %}
<p>{{ line }}</p>
{% endfor %}
</header>
<main>
{% for title, columns, rows in tables %}
<section aria-labelledby="t{{ loop.index }}">
<h2 id="t{{ loop.index }}">{{ title }}</h2>
<div class="scroll" tabindex="0" role="region" aria-labelledby="t{{ loop.index }}"><table>
<thead><tr>
{% for column, is_number in columns %}<th scope="col"{{ number if is_number }}>{{ column }}</th>{% endfor %}
</tr></thead>
<tbody>
{% for row in rows %}
<tr>{% for cell, is_number in row %}
{% if cell in severities %}<td><span class="badge {{ cell }}">{{ cell }}</span></td>
{% else %}<td{{ number if is_number }}>{{ cell }}</td>
{% endif %}{% endfor %}</tr>
{% endfor %}
</tbody></table></div>
</section>
{% endfor %}
</main>
</body>
</html>
"""


def summary_html(summary: Summary) -> str:
    """The summary as a page that needs nothing else."""
    from jinja2 import Environment
    from markupsafe import Markup

    template = Environment(autoescape=True, trim_blocks=True).from_string(_PAGE)
    page = template.render(
        style=style(),
        store=visible(summary.store),
        headline=_headline(summary.counts),
        tone="error" if summary.counts.errors else "warning" if summary.counts.warnings else "",
        said=[visible(line) for line in summary.said],
        severities=[severity.value for severity in Severity],
        number=Markup(' class="number"'),
        tables=[(title, *_page_table(table)) for title, table in summary.worst.items() if table.rows],
    )
    return inert(page)


def _page_table(table: Table) -> tuple[list[tuple[str, bool]], list[list[tuple[str, bool]]]]:
    """The columns and cells of a table for the page, each with whether it holds numbers."""
    of_numbers = _of_numbers(table)
    columns = [_COLUMN_WORDS.get(column, column.replace("_", " ")) for column in table.columns]
    said = {"cause": {cause.value: cause.words for cause in Cause}, **dict.fromkeys(("machine", "site"), _THIS)}
    cells = [
        [said.get(column, {}).get(text, text) for column, text in zip(table.columns, row, strict=True)]
        for row in ([_cell(value) for value in row] for row in table.rows)
    ]
    # Sentences stand behind the counts, which a narrow screen then shows.
    order = sorted(range(len(columns)), key=lambda place: table.columns[place] == "cause")
    return (
        [(capitalised(columns[place]), of_numbers[place]) for place in order],
        [[(row[place], of_numbers[place]) for place in order] for row in cells],
    )


_THIS = {".": place_words(".")}

_COLUMN_WORDS = {"code": "rule", "infos": "notes", "cause": "why requests drop"}
"""The headings of columns on the page, where their names in the store say less."""
