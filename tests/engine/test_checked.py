"""What is left of an input: findings that several rulesets share are one, and what is let go is let go in time."""

from __future__ import annotations

import gc
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace

from ipseclint.engine import checked
from ipseclint.engine.apply_rules import Plan
from ipseclint.engine.checked import Checked, Work, check_alone, crashes_of, findings_of, light, place_key, sweep
from ipseclint.engine.inputs.paths import Candidate
from ipseclint.engine.job import Job
from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.finding import Finding, Severity
from ipseclint.report import Crash, Input, InputStatus
from ipseclint.source import Span, bytes_source
from tests.cases import cases
from tests.engine.findings.test_since import found

CRASH = Crash(where="QD001", error="ValueError")


def of(ruleset: str, severity: Severity, *citations: str, **fields: Any) -> Finding:
    return found("f").model_copy(update={"rulesets": (ruleset,), "severity": severity, "citations": citations} | fields)


@cases("turned", [False, True])
def test_what_rulesets_find_alike_is_one_finding_as_severe_as_the_worst(turned: bool) -> None:
    alike = [of("a", Severity.WARNING, "x", "y"), of("b", Severity.ERROR, "y", "z"), of("a", Severity.INFO, "x")]
    if turned:
        alike.reverse()
    (one,) = findings_of([alike[0], CRASH, *alike[1:]])
    assert one.severity is Severity.ERROR
    assert one.rulesets == ("a", "b")
    assert one.citations == ("x", "y", "z")
    assert one.model_copy(update={"severity": 0, "rulesets": 0, "citations": 0}) == alike[0].model_copy(
        update={"severity": 0, "rulesets": 0, "citations": 0}
    )


@cases(
    "other",
    [{"fingerprint": "g"}, {"span": Span("p", 2, 1)}, {"message": "n"}, {"machine": "o"}],
    ids=["value", "place", "message", "machine"],
)
def test_what_differs_is_two_findings(other: dict[str, Any]) -> None:
    both = [of("a", Severity.ERROR), of("b", Severity.INFO, **other)]
    assert findings_of(both) == both
    assert crashes_of([both[0], CRASH, both[1]]) == (CRASH,)


def test_findings_stand_by_place_then_rule() -> None:
    finding = found("f").model_copy(update={"span": Span("p", 4, 7), "code": "CR001", "message": "said"})
    assert place_key(finding) == (4, 7, "CR001", "said")


def test_a_source_forgets_its_head_and_those_of_its_members() -> None:
    source = replace(bytes_source("a", b"1"), members=(bytes_source("b", b"2"),))
    assert (source.head, source.members[0].head) == (b"1", b"2")
    forgotten = light(source)
    assert "head" in vars(source)
    assert "head" not in vars(forgotten)
    assert "head" not in vars(forgotten.members[0])
    assert [each.path for each in forgotten.all] == ["a", "b"]


@pytest.mark.parametrize(
    ("is_on", "young", "collected"),
    [(False, 20_001, [0]), (False, 20_000, []), (True, 20_001, []), (True, 0, [])],
)
def test_only_where_no_collector_runs_many_young_objects_are_looked_through(
    monkeypatch: pytest.MonkeyPatch, is_on: bool, young: int, collected: list[int]
) -> None:
    done: list[int] = []
    stand_in = SimpleNamespace(isenabled=lambda: is_on, get_count=lambda: (young, 0, 0), collect=done.append)
    monkeypatch.setattr(checked, "gc", stand_in)
    sweep()
    assert done == collected
    assert gc is not checked.gc


def test_what_was_not_kept_is_not_read_again() -> None:
    source = bytes_source("a.cmd", b"")
    shown = Input(path="a.cmd", format=None, status=InputStatus.UNREADABLE)
    with pytest.raises(ValueError, match=r"^a\.cmd was not kept$"):
        Checked(source, shown).read()


def work(**changes: Any) -> Work:
    ruleset = load_ruleset("default")
    rule = ruleset.find("QD001")
    assert rule is not None
    job = Job(plans=(Plan(ruleset, (rule,)),))
    return Work(plans=job.plans, site=job.site, as_of=job.today, **changes)


SCRIPT = Candidate(source=bytes_source("a.cmd", b'netsh ipsec static add policy name="P" mmlifetime=5\r\n'), named=True)


@cases(
    ("changes", "folder", "finds", "keeps", "has_objects", "has_digest"),
    [
        ({}, None, True, False, False, False),
        ({"whole": True}, None, True, True, False, False),
        ({"objects": True}, None, True, False, True, False),
        ({"digests": True}, None, True, False, False, True),
        ({}, "f", True, True, False, False),
        ({"alone": False, "objects": True, "digests": True}, None, False, True, False, False),
    ],
)
def test_of_an_input_is_kept_what_is_asked_for(
    changes: dict[str, Any], folder: str | None, finds: bool, keeps: bool, has_objects: bool, has_digest: bool
) -> None:
    left = check_alone(replace(SCRIPT, folder=folder), work(**changes))
    assert isinstance(left, Checked)
    assert ([each.code for each in left.findings.findings()] if left.findings else []) == ["QD001"] * finds
    assert (left.parsed is not None, left.objects is not None, left.digest is not None) == (
        *(keeps, has_objects, has_digest),
    )
    assert (left.has_evidence, left.is_of_today, left.gpos, left.elsewhere) == (False, False, None, ())
    assert (left.input.path, left.folder, "head" in vars(left.source)) == ("a.cmd", folder, False)
    if keeps:
        read = left.read()
        assert [each.name for each in read.parsed.policy.policies] == ["P"]
        assert (read.source, read.input, read.folder, read.keys) == (left.source, left.input, folder, left.keys)
