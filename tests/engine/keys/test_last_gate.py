"""What leaves is masked part by part: of a difference with one of everything, each text that an author may write."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Any

import msgspec
import pytest
from pydantic import BaseModel

from ipseclint.engine.keys.gate import Keys
from ipseclint.engine.keys.last_gate import difference_without_keys, without_keys
from ipseclint.report import Crash, Report
from tests.cases import cases
from tests.reporters.test_difference import whole
from tests.reporters.test_stored_variants import whole as whole_report

pytestmark = pytest.mark.drawn(3)

OURS = {
    "breaches.happens",
    "breaches.intent.name",
    *(f"findings_{when}.{part}" for when in ("new", "gone") for part in ("code", "name", "fingerprint")),
    *(f"findings_{when}.subject.kind" for when in ("new", "gone")),
    "load.figures.label",
    "load.figures.written",
    "objects.kind",
    "objects.fields.name",
    "pairs.initiator",
    "traffic.changes.directions",
    *(
        f"traffic.changes.{when}.{part}"
        for when in ("before", "after")
        for part in ("protection", "quick_mode", "first.identity", "main_mode.proposals")
    ),
}
"""Texts that are the linter's own words, or the user's own configuration."""


def members(value: Any) -> Iterable[tuple[str, Any]]:
    """The parts of a value, under their names."""
    match value:
        case msgspec.Struct():
            return [(name, getattr(value, name)) for name in value.__struct_fields__]
        case BaseModel():
            return [(name, getattr(value, name)) for name in type(value).model_fields]
        case tuple() if hasattr(value, "_fields"):
            return zip(value._fields, value, strict=True)
        case tuple() | list() | set() | frozenset():
            return [("", part) for part in value]
    if dataclasses.is_dataclass(value):
        return [(field.name, getattr(value, field.name)) for field in dataclasses.fields(value)]
    return ()


def texts(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Every text within a value, with the names that lead to it."""
    if isinstance(value, str):
        yield from () if isinstance(value, Enum) else [(place, value)]
    for name, part in members(value):
        yield from texts(part, f"{place}.{name}".strip(".") if name else place)


def report() -> Report:
    """A report with one of everything but what comes without keys."""
    inputs = tuple(msgspec.structs.replace(each, gpo="corp.example\\G") for each in whole_report().inputs)
    return msgspec.structs.replace(
        whole_report(), findings=(), problems=(), objects=(), rules=(), inputs=inputs, crashes=CRASHES
    )


CRASHES = (Crash(where="b.cmd", error="it is too long"),)
OURS_OF_REPORT = {
    *(f"clauses.{part}" for part in ("clause", "rules", "ruleset")),
    "inputs.format",
    *(f"not_checked.{part}" for part in ("code", "needs")),
    "outdated",
    "ruleset",
}
"""Texts of a report that are the linter's own words, or of objects that come without keys."""


def test_each_text_of_a_report_is_masked_or_ours() -> None:
    given = report()
    written = sorted({(place, text) for place, text in texts(given) if len(text) > 1})
    assert len(written) > len(OURS_OF_REPORT)
    kept = {
        (place, text)
        for place, text in written
        if any(where == place and text in shown for where, shown in texts(without_keys(given, Keys(frozenset({text})))))
    }
    assert kept == {(place, text) for place, text in written if place in OURS_OF_REPORT}


WRITTEN = sorted({(place, text) for place, text in texts(whole()) if len(text) > 1 and place != "version"})


@cases("place", sorted({place for place, _ in WRITTEN}))
def test_each_text_of_a_difference_is_masked_or_ours(place: str) -> None:
    own = [text for where, text in WRITTEN if where == place]
    kept = [
        text
        for text in own
        if any(
            where == place and text in shown
            for where, shown in texts(difference_without_keys(whole(), Keys(frozenset({text}))))
        )
    ]
    assert kept == (own if place in OURS else [])


def test_without_keys_a_difference_is_as_it_was() -> None:
    assert difference_without_keys(whole(), Keys()) is whole()
