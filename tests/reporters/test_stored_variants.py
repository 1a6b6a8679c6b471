"""What every output makes of a report in which one value is another: the lines that differ are as stored.

After a change that is meant, `python -m tests.reporters.test_stored_variants` stores it anew: read the difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from msgspec.structs import replace

from ipseclint.finding import Cause, FixText, Related, Severity, Snippet, Waiver, WindowsError
from ipseclint.report import (
    ClauseResult,
    ClauseState,
    CoverageRow,
    LoadShare,
    NotChecked,
    OverrideUsed,
    Report,
    Resolved,
    RuleInfo,
    Settings,
    Since,
    Standing,
)
from ipseclint.reporters import RenderOptions, format_names, reporter
from ipseclint.reporters.html import COVERAGE_CLASSES
from ipseclint.source import Span
from tests import ROOT
from tests.reporters.test_stored_numbers import report
from tests.reporters.test_stored_outputs import stored_form
from tests.reporters.varied_structs import varied

EXPECTED = ROOT / "tests" / "data" / "variants"
MAX_LINES = 6
SPAN = Span("other.cmd", 7, 3, 5)
COVERAGE = CoverageRow(machine="m", group="G", addresses="10.0.0.0/8", classes=COVERAGE_CLASSES[:2], words="in and out")
NOT_THERE: dict[str, tuple[Any, ...]] = {
    "waiver": (Waiver(reason="agreed"), Waiver(reason="agreed", owner="Ops", ticket="T-1", expires="2030-01-01")),
    "is_new": (True, False),
    "is_new_since": (True, False),
    "cause": tuple(Cause),
    "gpo": ("corp.example\\G",),
    "snippet": (Snippet(text="netsh add", column=3, length=4),),
    "fix": (FixText(note="Do it."), FixText(netsh="netsh a", powershell="Set-A", risky=True)),
    "same_as": ("0123456789abcdef",),
    "protection": ("raises", "keeps", "lowers", "cannot be told"),
    "why": ("a reason",),
    "note": ("A note.",),
    "related": ((Related(label="the other end", span=SPAN),),),
    "leads_to": ((WindowsError(code=13801, name="ERROR_IPSEC_IKE_AUTH_FAIL"),),),
    "peers": (("Every peer must know.",),),
    "also": (("CR001", "CR002"),),
    "id": ("{1}",),
    "called": ("filter action",),
    "citations": (("a page",),),
    "rulesets": (("default", "own"),),
    "objects": (),
    "load": ((LoadShare(machine="m", label="Rule", per_second=12.5, detail="of each"),),),
    "coverage": (
        (
            CoverageRow(
                machine="m", group="G", addresses="10.0.0.0/8", classes=COVERAGE_CLASSES[:2], words="in and out"
            ),
        ),
    ),
    "overrides": ((OverrideUsed(paths=("a/**",), ignore=("CR001",), severity={"CR002": "info"}),),),
    "configuration": ("ipseclint.toml",),
    "waivers": ("waivers.toml",),
    "baseline": ("baseline.json",),
    "shard": ("2/8",),
    "as_of": ("2030-01-01",),
    "fail_on": ("error", "info", "never"),
    "select": (("QD",),),
    "ignore": (("CR",),),
    "Settings.severity": ({"CR001": "info"},),
    "exclude": (("*.bak",),),
}
OPTIONS = {
    "folded": RenderOptions(verbose=True),
    "by object": RenderOptions(group_by="object", statistics=True),
    "by file": RenderOptions(group_by="file", sort="place", sources=True),
    "by rule": RenderOptions(sort="rule", action_plan=True, width=60),
    "in colours": RenderOptions(color=True, links=True, width=200),
}


@cache
def whole() -> Report:
    """A report with one of everything, or a few."""
    clauses = tuple(
        ClauseResult(
            ruleset="std",
            clause=f"{number}.{state.value}",
            rules=("CR001", "CR002"),
            state=state,
            findings=number,
            waived=number // 2,
            standing=standing,
        )
        for number, (state, standing) in enumerate((state, standing) for state in ClauseState for standing in Standing)
    )
    found = report()
    return replace(
        found,
        inputs=found.inputs[:4],
        findings=found.findings[:4],
        problems=found.problems[:2],
        clauses=clauses,
        settings=Settings(rulesets=("default", "std")),
        not_checked=(NotChecked(code="QD036", needs=("peers", "rate")),),
        rules=(*found.rules[:3], RuleInfo(code="XX001", name="own", summary="An own rule.", severity=Severity.INFO)),
        since=Since(path="earlier.json", fixed=(Resolved(code="CR001", subject="R", count=2),), new=1, still=3),
        objects=found.objects[:3],
        actions=found.actions[:2],
        outlines=found.outlines[:1],
        load=NOT_THERE["load"][0],
        coverage=NOT_THERE["coverage"][0],
    )


def _lines(form: str, one: Report, options: RenderOptions) -> list[str]:
    return stored_form("".join(reporter(form)(one, options))).replace('"', "'").splitlines()


def answers(form: str) -> Iterator[str]:
    plain = _lines(form, whole(), RenderOptions())
    yield from plain if form != "html" else ()
    known = set(plain)
    for name, options in OPTIONS.items():
        yield f"# {name}"
        yield from (line.strip()[:300] for line in _lines(form, whole(), options) if line not in known)
    for what, other in varied(whole(), NOT_THERE):
        if what.startswith("coverage.classes"):
            continue  # no other words are there
        told = _lines(form, other, RenderOptions())
        new = [line.strip()[:240] for line in told if line not in known]
        if new or len(told) != len(plain):
            yield f"# {what}: {len(told) - len(plain)}"
            yield from new[:MAX_LINES]


@pytest.mark.drawn(4)
@pytest.mark.parametrize("form", format_names())
def test_what_an_output_makes_of_another_value_is_as_stored(form: str) -> None:
    assert list(answers(form)) == (EXPECTED / f"{form}.txt").read_text("utf-8").split("\n")[:-1]


def store() -> None:
    EXPECTED.mkdir(exist_ok=True)
    for form in format_names():
        (EXPECTED / f"{form}.txt").write_text("\n".join([*answers(form), ""]), "utf-8", newline="\n")


if __name__ == "__main__":
    store()
