"""What is said of differences, negotiations, ends and stores of a fleet, in every form, is as stored.

After a change that is meant, `python -m tests.reporters.test_stored_forms` stores it anew: read the difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import combinations_with_replacement, cycle
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import replace

from ipseclint.engine.negotiate import answers as rows_of
from ipseclint.finding import Cause, FixText
from ipseclint.model.policy import RuleMode
from ipseclint.model.setting import Setting
from ipseclint.reporters import fleet
from ipseclint.reporters.difference import html as difference_html
from ipseclint.reporters.difference import json as difference_json
from ipseclint.reporters.difference import markdown as difference_markdown
from ipseclint.reporters.difference import text as difference_text
from ipseclint.reporters.negotiation import html, json_v1, markdown, peer_toml, table_csv, text
from ipseclint.semantics.damage import Fit
from ipseclint.semantics.negotiation.stage import Stage
from ipseclint.semantics.negotiation.table import Advice, Row
from ipseclint.semantics.negotiation.unpaired import Unpaired
from ipseclint.semantics.object_changes import object_changes
from ipseclint.semantics.traffic_changes import Effect, traffic_changes
from ipseclint.source import Span
from tests import ROOT
from tests.cases import cases
from tests.repair.test_stored_repairs import pairs
from tests.reporters.test_difference import NOTHING, whole
from tests.reporters.test_stored_outputs import stored_form
from tests.reporters.varied_structs import varied
from tests.semantics.negotiation.test_stored_ends import machines

pytestmark = pytest.mark.drawn(4)

EXPECTED = ROOT / "tests" / "data" / "forms"
SPAN = Span("other.cmd", 7, 3, 5)
MAX_LINES = 8
MAX_WIDTH = 220
OF_DIFFERENCES = {
    "text": difference_text.render,
    "json": difference_json.render,
    "markdown": difference_markdown.render,
    "html": difference_html.render,
}
OF_NEGOTIATIONS = {
    "text": text.render,
    "json": json_v1.render,
    "markdown": markdown.render,
    "csv": table_csv.render,
    "html": html.render,
}
ENDS_A_STEP = 5
"""Of all pairs of ends every so many is told."""


def _lines(told: str) -> list[str]:
    lines = stored_form(told).replace(str(ROOT), "").splitlines()
    return [line.strip()[:MAX_WIDTH] for line in lines]


def _otherwise(value: Struct, not_there: dict[str, tuple[Any, ...]], render: Callable[[Any], str]) -> Iterator[str]:
    """What is said otherwise where one value of a struct is another."""
    plain = _lines(render(value))
    known = set(plain)
    for what, other in varied(value, not_there):
        told = _lines(render(other))
        new = [line for line in told if line not in known]
        if new or len(told) != len(plain):
            yield f"# {what}: {len(told) - len(plain)}"
            yield from new[:MAX_LINES]


BACKUPS = tuple(
    Fit(f"backup {number}", ("a",) * number, ("b",) * (number % 3), ("c",) * (number % 5), (), is_whole=number != 2)
    for number in range(7, 0, -1)
)
OF_A_DIFFERENCE: dict[str, tuple[Any, ...]] = {
    "backups": (
        BACKUPS,
        BACKUPS[:5],
        BACKUPS[:6],
        tuple(replace(each, alike=()) for each in BACKUPS),
        (
            Fit("one", ("a", "b", "c", "d"), ("e",), (), ()),
            Fit("two", ("a", "e"), ("b",), ("c",), ()),
        ),
    ),
}


def of_differences() -> Iterator[str]:
    effects = cycle((None, *Effect))
    for name, (old, new) in pairs().items():
        for way, (one, other) in (("", (old, new)), (" back", (new, old))):
            changes = object_changes(one, other).changes
            said = replace(
                NOTHING,
                traffic=traffic_changes(one, other),
                objects=tuple((each, next(effects)) for each in changes),
            )
            yield f"## {name}{way}"
            yield from _lines(difference_text.render(said))
            yield from _lines(difference_markdown.render(said))[:MAX_LINES]
            yield from _lines(difference_json.render(said))[: 20 * MAX_LINES : 3]
            quiet = replace(said, traffic=replace(said.traffic, changes=(), undecided=()))
            yield from _lines(difference_text.render(quiet))[:2]
    for form, render in OF_DIFFERENCES.items():
        yield f"## {form}"
        yield from _otherwise(whole(), OF_A_DIFFERENCE, render)
        yield from _otherwise(replace(NOTHING, notes=("a note",)), OF_A_DIFFERENCE, render)


@cache
def rows() -> tuple[Row, ...]:
    every = combinations_with_replacement(machines().values(), 2)
    return tuple(row for number, (one, other) in enumerate(every) if not number % 3 for row in rows_of(one, other))


ALONE = tuple(
    Unpaired(f"rule {number}", replace(SPAN, line=number + 1), f"why {number % 14}", 1) for number in range(40)
)
ADVICE = Advice("Do it.", FixText(netsh="netsh a", powershell="Set-A", note="A note.", risky=True))
OF_A_ROW: dict[str, tuple[Any, ...]] = {
    "advice": (
        (ADVICE, None),
        (None, Advice("By hand.")),
        (Advice("Do it.", FixText(powershell="Set-A", note="A note.")), ADVICE),
        (Advice("Do it.", FixText(note="A note.")), None),
    ),
    "hosts": ((1, 1), (2, 1), (3, 5)),
    "after_seconds": (60, 28_800),
    "main_mode": ("AES-256",),
    "quick_mode": ("ESP <AES>",),
    "stage": tuple(Stage),
}


def of_negotiations() -> Iterator[str]:
    for row in rows()[::ENDS_A_STEP]:
        yield from _lines(text.render([row]))
    chosen = [next(row for row in rows() if row.outcome.verdict is verdict) for verdict in _verdicts()]
    for form, render in OF_NEGOTIATIONS.items():
        yield f"## {form}"
        for some, not_read, alone in (
            ([], [], []),
            (chosen, ["a file"], ALONE[:1]),
            (chosen[:1] * 2, ["a file", "another"], [replace(ALONE[0], hosts=3), *ALONE[1:12]]),
            ([], [], ALONE[:12]),
            ([], [], ALONE[:13]),
            ([], [], [*ALONE, *ALONE[14:]]),
            (list(rows()[:100]), [], []),
            (list(rows()[:101]), [], []),
        ):
            told = _lines(render(some, not_read, alone))
            yield f"# {len(some)} {len(not_read)} {len(alone)}: {len(told)}"
            yield from told[: 8 * MAX_LINES]
        for row in chosen:
            yield from _otherwise(row, OF_A_ROW, lambda each, render=render: render([each], (), ()))


def _verdicts() -> list[Any]:
    return list(dict.fromkeys(row.outcome.verdict for row in rows()))


OF_AN_END: dict[str, tuple[Any, ...]] = {
    "mode": tuple(RuleMode),
    "identity": (Setting("a.example", SPAN),),
    "expected_identity": (Setting('odd "name"', SPAN),),
    "main_mode_seconds": (Setting(90, SPAN),),
    "quick_mode_kilobytes": (Setting(1000, SPAN),),
    "protocol": (6, 47),
}


def of_ends() -> Iterator[str]:
    seen: set[str] = set()
    for row in rows():
        for end in (row.pair.a, row.pair.b):
            said = peer_toml.render([end])
            if said not in seen:
                seen.add(said)
                yield from _lines(said)
                yield from list(_otherwise(end, OF_AN_END, lambda each: peer_toml.render([each])))[:400]
                own = end.own or ()
                with_second = replace(end, second=own, accepted=own[:1])
                yield from _lines(peer_toml.render([with_second, end]))


CHANGE = fleet.RuleChange("CR001", "weak", "error", Cause.TOO_MANY.value, 2, 1, 4)
CHANGES = (CHANGE, CHANGE._replace(code="CR002", cause=None, new=0, gone=0), CHANGE._replace(code="CR003", cause=None))
TABLES = (
    fleet.Table(("code", "infos"), ()),
    fleet.Table(("code", "name", "infos", "part"), (("CR001", "a <b>", 1, 0.5), ("C2", None, 22_000, float("inf")))),
    fleet.Table(
        ("machine", "cause", "site"), ((".", Cause.TOO_MANY.value, "="), ("m\n1", None, "."), ("x", "odd", "y"))
    ),
    fleet.Table(("severity", "when"), (("error", Span("a", 1, 1)), ("warning", True))),
)
MACHINES = tuple(f"m{number}" for number in range(22))
COMPARISON = fleet.Comparison("old.duckdb", "new.duckdb", CHANGES, MACHINES[:1], (), ("a note",))
COMPARISONS = (
    COMPARISON,
    replace(COMPARISON, changes=CHANGES[1:2], machines_new=(), machines_gone=MACHINES[:20]),
    replace(COMPARISON, changes=(), said=(), machines_gone=MACHINES[:21], machines_new=MACHINES),
    replace(COMPARISON, changes=(CHANGE._replace(new=0),)),
    replace(COMPARISON, changes=(CHANGE._replace(gone=0),)),
)
COUNTS = fleet.Counts(3, 4, 1, 2, 5, 0)
NONE = fleet.Counts(0, 0, 0, 0, 0, 0)


def of_fleets() -> Iterator[str]:
    for table in TABLES:
        for form in (fleet.table_text, fleet.table_csv, fleet.table_json):
            yield from form(table).splitlines()
    for comparison in COMPARISONS:
        yield from fleet.comparison_text(comparison).splitlines()
        yield from fleet.comparison_json(comparison).splitlines()
        yield from map(str, (fleet.comparison_table(comparison), fleet.causes_table(comparison)))
    worst = {f"Worst {number}": table for number, table in enumerate(TABLES)}
    ones = [NONE._replace(**{name: 1}) for name in fleet.Counts._fields]
    for counts in (COUNTS, NONE, *ones, NONE._replace(infos=2, warnings=2)):
        for summary in (
            fleet.Summary("s.duckdb", counts, ("said <b>",), worst),
            fleet.Summary("s.duckdb", counts, (), {}),
        ):
            yield from fleet.summary_text(summary).splitlines()
            yield from (line for line in _lines(fleet.summary_html(summary)) if line)


PARTS = {"differences": of_differences, "negotiations": of_negotiations, "ends": of_ends, "fleets": of_fleets}


@cases("part", PARTS)
def test_what_is_said_is_as_stored(part: str) -> None:
    assert list(PARTS[part]()) == (EXPECTED / f"{part}.txt").read_text("utf-8").split("\n")[:-1]


def store() -> None:
    EXPECTED.mkdir(exist_ok=True)
    for part, told in PARTS.items():
        (EXPECTED / f"{part}.txt").write_text("\n".join([*told(), ""]), "utf-8", newline="\n")


if __name__ == "__main__":
    store()
