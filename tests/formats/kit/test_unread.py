"""A name that no reader looks at is counted, and one that looks like a misspelling of one that is read is told."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.unread import note_unread
from ipseclint.source import Span

READ = ("RemoteAddress", "Phase1AuthSet", "Phase2AuthSet", "Enabled")
PLACE = Span("a", 3, 5, 7)


def noted(name: str, **words: str) -> tuple[list[tuple[str, Span]], tuple[tuple[str, int], ...]]:
    diagnostics = Diagnostics("a")
    note_unread(name, PLACE, READ, diagnostics, **words)
    return [(each.message, each.span) for each in diagnostics.listed()], diagnostics.unread_names()


@cases(
    ("name", "meant"),
    [
        ("RemoteAdress", "RemoteAddress"),
        ("remoteaddresses", "RemoteAddress"),
        ("Phase1AuthSets", "Phase1AuthSet"),
        ("Enable", "Enabled"),
        ("Phase3AuthSet", None),  # another in its number alone
        ("PhaseAuthSet", None),
        ("LocalAddress", None),
        ("Remote", None),
        ("", None),
    ],
)
def test_a_name_that_resembles_one_that_is_read_is_told(name: str, meant: str | None) -> None:
    told, counted = noted(name)
    assert [message for message, _ in told] == (
        [] if meant is None else [f"unknown member `{name}`; `{meant}` is what is read"]
    )
    assert all(span == PLACE for _, span in told)
    assert counted == (() if meant else ((f"`{name}`", 1),))


def test_what_it_is_called_and_counted_by_is_said() -> None:
    told, _ = noted("Enable", kind="column", of="a table", told="another")
    assert [message for message, _ in told] == ["unknown column `Enable` of a table; `Enabled` is what is read"]
    assert noted("Strange", kind="column", of="a table", told="another") == ([], (("`another`", 1),))


@cases(("length", "is_told"), [(64, True), (65, False)])
def test_a_longer_name_is_like_none(length: int, is_told: bool) -> None:
    diagnostics = Diagnostics("a")
    note_unread("n" * (length - 1) + "m", PLACE, ("n" * length,), diagnostics)
    assert bool(diagnostics.listed()) is is_told
