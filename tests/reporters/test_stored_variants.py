"""What every output makes of a report in which one value is another: the lines that differ are as stored.

After a change that is meant, `python -m tests.reporters.test_stored_variants` stores it anew: read the difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from msgspec.structs import replace

from ipseclint.finding import (
    Basis,
    Cause,
    Concern,
    FixText,
    ProblemCode,
    Related,
    Severity,
    Snippet,
    Waiver,
    WindowsError,
)
from ipseclint.report import (
    WHOLE_FLEET,
    ClauseResult,
    ClauseState,
    CoverageRow,
    Crash,
    Ignored,
    Input,
    InputStatus,
    LoadShare,
    NotChecked,
    NotJudged,
    OverrideUsed,
    Report,
    Resolved,
    RuleInfo,
    Settings,
    Since,
    Standing,
    TwoEnds,
)
from ipseclint.reporters import RenderOptions, format_names, junit, reporter
from ipseclint.reporters.html import COVERAGE_CLASSES
from ipseclint.source import NOT_THERE as NOT_THERE_WORDS
from ipseclint.source import Span
from tests import ROOT
from tests.cases import cases
from tests.reporters.test_stored_numbers import report
from tests.reporters.test_stored_outputs import stored_form
from tests.reporters.varied_structs import varied

pytestmark = pytest.mark.drawn(3)

EXPECTED = ROOT / "tests" / "data" / "variants"
MAX_LINES = 6
SPAN = Span("other.cmd", 7, 3, 5)
TWO_ENDS = TwoEnds(
    a="here",
    a_span=SPAN,
    b="there",
    b_span=SPAN,
    severity="error",
    verdict="fails",
    key_module="IKEv1",
    stage="quick-mode-suite",
    at_renewal=False,
    after_seconds=None,
    why="nothing <in> common",
    basis=Basis.DOCUMENTED,
)
RENEWAL = replace(TWO_ENDS, at_renewal=True, after_seconds=3600, severity="warning", key_module=None, stage=None)
INPUTS = tuple(
    Input(path=f"{folder}/{number}.cmd", format="netsh-script", status=status, machine=folder)
    for folder in ("a/b", "a/c")
    for number, status in enumerate(InputStatus)
)
SHARD = (
    NotChecked(code="FL001", needs=(WHOLE_FLEET,)),
    NotChecked(code="QD036", needs=("peers",), concerns=(Concern.QUEUE,)),
)
PATHS = ("many.cmd", "policy.cmd")
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
    "two_ends": ((TWO_ENDS,), (TWO_ENDS, replace(TWO_ENDS, at_renewal=True)), (RENEWAL,)),
    "inputs": ((), INPUTS[:1], INPUTS, INPUTS[::-1]),
    "crashes": ((Crash(where="a", error="e", in_ruleset=True),), (Crash(where="a", error="e"),)),
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
    "narrow": RenderOptions(width=60, statistics=True),
    "very narrow": RenderOptions(width=40, statistics=True),
    "verbose by file": RenderOptions(group_by="file", verbose=True, width=60),
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
        findings=tuple(found.findings[:4]),
        problems=tuple(found.problems[:2]),
        clauses=clauses,
        settings=Settings(rulesets=("default", "std")),
        not_checked=(NotChecked(code="QD036", needs=("peers", "rate"), concerns=(Concern.QUEUE,)),),
        rules=(*found.rules, RuleInfo(code="XX001", name="own", summary="An own rule.", severity=Severity.INFO)),
        since=Since(path="earlier.json", fixed=(Resolved(code="CR001", subject="R", count=2),), new=1, still=3),
        objects=tuple(found.objects[:3]),
        actions=found.actions[:2],
        outlines=found.outlines[:1],
        two_ends=(TWO_ENDS,),
        not_judged=(NotJudged(kind="registry_value", name="Value", path="a.reg"),),
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
    silent = tuple(replace(each, waiver=NOT_THERE["waiver"][0]) for each in whole().findings)
    missing = tuple(replace(each, code=ProblemCode.UNREADABLE, message=NOT_THERE_WORDS) for each in whole().problems)
    sums = (
        ("nothing counts", replace(whole(), findings=silent, problems=(), crashes=())),
        ("nothing stops", replace(whole(), problems=(), crashes=(), settings=Settings(fail_on="never"))),
        ("inputs are not there", replace(whole(), findings=(), crashes=(), problems=(*missing, *whole().problems))),
        ("a script runs it", replace(whole(), ignored=tuple(Ignored(path=path, kind="run") for path in PATHS))),
        *(
            (f"in a folder {path}", replace(whole(), inputs=INPUTS, ignored=ignored, findings=found))
            for path in ("a/b/c.cmd", "a/x/y.cmd", "x/y.cmd", "a b.cmd")
            for ignored in ((), (Ignored(path=path, kind="run"),))
            if (found := tuple(replace(each, span=replace(each.span, path=path)) for each in whole().findings))
        ),
        ("a shard", replace(whole(), not_checked=SHARD[:1])),
        ("a shard without facts", replace(whole(), not_checked=SHARD)),
        ("a shard without more facts", replace(whole(), not_checked=SHARD[:1] * 2 + SHARD[1:] * 2)),
        ("nothing not checked", replace(whole(), not_checked=())),
        ("one input is not there", replace(whole(), findings=(), crashes=(), problems=missing[:1])),
    )
    for what, other in (*sums, *varied(whole(), NOT_THERE)):
        if what.startswith("coverage.classes"):
            continue  # no other words are there
        told = _lines(form, other, RenderOptions())
        new = [line.strip()[:240] for line in told if line not in known]
        if new or len(told) != len(plain):
            yield f"# {what}: {len(told) - len(plain)}"
            yield from new[:MAX_LINES]


def test_too_many_cases_are_told_of_rules_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    one = replace(whole(), objects=tuple(replace(each, span=SPAN) for each in report().objects[:3]))
    one = replace(one, inputs=(Input(path=SPAN.path, format=None, status=InputStatus.UNDERSTOOD),))
    number = len({each.subject for each in one.objects}) * len(one.rules)
    for limit, expected in ((number, False), (number - 1, True)):
        monkeypatch.setattr(junit, "MAX_CASES", limit)
        told = "".join(reporter("junit")(one, RenderOptions()))
        assert ('"all objects"' in told) == expected


@pytest.mark.drawn(8)
@cases("form", format_names())
def test_what_an_output_makes_of_another_value_is_as_stored(form: str) -> None:
    assert list(answers(form)) == (EXPECTED / f"{form}.txt").read_text("utf-8").split("\n")[:-1]


def store() -> None:
    EXPECTED.mkdir(exist_ok=True)
    for form in format_names():
        (EXPECTED / f"{form}.txt").write_text("\n".join([*answers(form), ""]), "utf-8", newline="\n")


if __name__ == "__main__":
    from tests.reporters import test_store

    store()
    test_store.store()
