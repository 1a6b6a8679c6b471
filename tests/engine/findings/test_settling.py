"""Findings become those that are reported in their order, and what needs no change is not packed again."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from msgspec.structs import replace

from ipseclint.engine.configuration.waiver_files import Entry
from ipseclint.engine.findings.baseline import baseline_of
from ipseclint.engine.findings.settling import Settling, Terms
from ipseclint.engine.keys.gate import Keys
from ipseclint.finding import Finding, FindingChunk, Subject
from ipseclint.packing import Chunk, unpacked
from ipseclint.report import ObjectAt
from ipseclint.secrets.masks import MASK
from ipseclint.source import Span
from tests.cases import cases
from tests.engine.findings.test_since import found

TERMS = Terms(
    adjust=None,
    waivers=(),
    waiver_file="w.toml",
    today=datetime.date(2026, 7, 1),
    baseline=None,
    since=None,
    since_path="",
    whole=True,
)


def at(line: int, mark: str = "a", **fields: Any) -> Finding:
    return found(mark, **fields).model_copy(update={"span": Span("p", line, 1)})


def lines(chunk: FindingChunk | None) -> list[int]:
    return [each.span.line for each in chunk.findings()] if chunk is not None else []


def drop(_: Finding) -> None:
    """Nothing is wanted."""


def same(finding: Finding) -> Finding:
    """All is wanted as it is."""
    return finding


@cases(
    "change", [{}, {"adjust": same}, {"waivers": (Entry(rule="QD002", reason="r"),)}], ids=["idle", "kept", "no match"]
)
def test_what_needs_no_change_is_the_chunk_itself(change: dict[str, Any]) -> None:
    settling = Settling(replace(TERMS, **change), Keys(frozenset({"not in it"})))
    chunk = FindingChunk.of([at(1), at(2)])
    assert settling.chunk(chunk, []) is chunk
    assert settling.chunk(None, []) is None


def test_more_of_an_input_stands_in_its_place() -> None:
    settling = Settling(TERMS, Keys())
    assert lines(settling.chunk(FindingChunk.of([at(1), at(5)]), [at(7), at(3)])) == [1, 3, 5, 7]
    assert lines(settling.chunk(None, [at(4), at(2)])) == [2, 4]


def test_what_the_configuration_drops_is_gone_and_waivers_are_marked() -> None:
    dropping = Settling(replace(TERMS, adjust=drop), Keys())
    assert lines(dropping.chunk(FindingChunk.of([at(1)]), [at(2)])) == []
    entry = Entry(rule="QD001", subject="B", reason="known")
    waiving = Settling(replace(TERMS, waivers=(entry,)), Keys())
    chunk = waiving.chunk(FindingChunk.of([at(1), at(2, name="B")]), [])
    assert chunk is not None
    assert [each.waiver and each.waiver.reason for each in chunk.findings()] == [None, "known"]
    assert waiving.last_chunk([]) == FindingChunk.of([])


@cases("whole", [True, False])
def test_last_come_what_stands_in_no_input_and_unused_waivers_of_a_whole_run(whole: bool) -> None:
    entry = Entry(rule="QD001", subject="C", reason="known")
    settling = Settling(replace(TERMS, waivers=(entry,), whole=whole), Keys())
    chunk = settling.last_chunk([at(9), at(4)])
    assert chunk is not None
    told = [(each.span.path, each.span.line, each.code) for each in chunk.findings()]
    assert told == [*([("w.toml", 1, "WV002")] if whole else []), ("p", 4, "QD001"), ("p", 9, "QD001")]


@cases("whole", [True, False])
def test_what_a_baseline_knows_is_not_new_and_what_was_not_found_is_gone(whole: bool) -> None:
    baseline = baseline_of([at(1, "a"), at(1, "b", code="CR001", name="B")])
    settling = Settling(replace(TERMS, baseline=baseline, since=baseline, since_path="r.json", whole=whole), Keys())
    chunk = settling.chunk(FindingChunk.of([at(1, "a"), at(2, "x")]), [])
    assert chunk is not None
    assert [(each.is_new, each.is_new_since) for each in chunk.findings()] == [(False, False), (True, True)]
    assert [(each.code, each.subject) for each in settling.gone()] == ([("CR001", "B")] if whole else [])
    since = settling.since()
    assert since is not None
    assert (since.path, since.new, since.still) == ("r.json", 1, 1)
    without = Settling(TERMS, Keys())
    assert (without.gone(), without.since()) == ((), None)


def test_no_key_is_left_in_findings_or_objects(monkeypatch: pytest.MonkeyPatch) -> None:
    settling = Settling(TERMS, Keys(frozenset({"open-sesame"})))
    chunk = settling.chunk(FindingChunk.of([at(1, name="open-sesame"), at(2)]), [])
    assert chunk is not None
    assert [each.subject.name for each in chunk.findings()] == [MASK, "A"]
    last = settling.last_chunk([at(1, name="open-sesame")])
    assert last is not None
    assert [each.subject.name for each in last.findings()] == [MASK]

    def object_at(name: str) -> ObjectAt:
        return ObjectAt(subject=Subject(kind="rule", name=name), machine="m", span=Span("p", 1, 1))

    clean = Chunk.of([object_at("A")])
    first, second = settling.objects([clean, Chunk.of([object_at("open-sesame"), object_at("B")])])
    assert first is clean
    assert [*unpacked(second.data)] == [object_at(MASK), object_at("B")]
    monkeypatch.setattr(Keys, "may_be_in", lambda *_: True)
    whole = FindingChunk.of([at(1)])
    assert settling.chunk(whole, []) is whole
