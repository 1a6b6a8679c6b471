"""Events of a log that a shape of an earlier one tells are told as those are that are read each on its own."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest
from tests.formats.events.test_security_events import LOG
from tests.formats.events.test_usual_event import CHANGES, FIRST

from ipseclint.formats.events import alike_event, event_log
from ipseclint.formats.events.usual_event import UsualEvent, usual_event
from ipseclint.formats.parsed import Parsed
from ipseclint.source import bytes_source

TEXT = FIRST.decode()
MORE_CHANGES = [
    ("%%8223", ""),
    ("%%8223", "  "),
    ("No response from peer\n", "No response from peer"),
    ("No response from peer\n", "No response from peer\r\n"),
    ("No response from peer\n", "No response\r\nfrom peer\n"),
    ("No response from peer\n", "\n"),
    ("No response from peer\n", ""),
    ("%%8223", "\u00a0%%8223\u00a0"),
    ("%%8223", "a&amp;b"),
    ("%%8223", "\uf8ff"),
    (">%%8223</Data>", "/>"),
    ("<Data Name='Role'>", "<Data Name='Role'/><Data Name='Role'>"),
    ("<Data Name='Role'>", "<Data Name=\"Role\"/><Data Name='Role'>"),
    ("<Data Name='InitiatorCookie'>", "<Data Name='InitiatorCookie'/><Data Name='InitiatorCookie'>"),
    ("10.20.0.9", "10.20.0.77"),
    ("'Role'>", "'Role'>%%8205</Data><Data Name='Role'>"),
    ("<Computer>", "<Computer>\n "),
    ("SystemTime='2026", "SystemTime='2027"),
    ("SystemTime='", "SystemTime='\t"),
    ("<EventID>4653", "<EventID>4654"),
    ("<EventID>4653", "<EventID>6272"),
    ("<EventID>4653", "<EventID>20227"),
    ("</TimeCreated>", "x</TimeCreated>"),
    ("/><EventRecordID>", ">x</TimeCreated><EventRecordID>"),
    ("/><EventRecordID>", "> </TimeCreated><EventRecordID>"),
]


def told(texts: list[str], monkeypatch: pytest.MonkeyPatch, learned_at: tuple[int, ...]) -> Parsed:
    records = [{"event_record_id": number, "data": text} for number, text in enumerate(texts)]
    reader = SimpleNamespace(PyEvtxParser=lambda _: SimpleNamespace(records=lambda: iter(records)))
    monkeypatch.setitem(sys.modules, "evtx", reader)
    monkeypatch.setattr(alike_event, "_LEARNED_AT", learned_at)
    return event_log.parse(bytes_source("s.evtx", LOG))


@pytest.mark.parametrize("change", [*[(old.decode(), new.decode()) for old, new in CHANGES], *MORE_CHANGES])
def test_an_event_is_told_alike_by_a_shape(change: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    everywhere, once = TEXT.replace(*change), TEXT.replace(*change, 1)
    for first in (TEXT, everywhere, once):
        texts = [first, first, everywhere, once, TEXT, first]
        assert told(texts, monkeypatch, (1, 2, 3)) == told(texts, monkeypatch, ())


def fitted(texts: list[str], monkeypatch: pytest.MonkeyPatch, learned_at: tuple[int, ...] = (1,)) -> int:
    """How many of the texts after the first are told by its shape."""
    read: list[bytes] = []

    def counted(data: bytes) -> UsualEvent | None:
        read.append(data)
        return usual_event(data)

    monkeypatch.setattr(event_log, "usual_event", counted)
    told(texts, monkeypatch, learned_at)
    return len(texts) - len(read)


def test_what_differs_in_values_alone_is_told_by_the_shape_of_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    others = [
        TEXT.replace("%%8223", ""),
        TEXT.replace("%%8223", "never heard of"),
        TEXT.replace("No response from peer\n", "Negotiation timed out\n"),
        TEXT.replace("10.20.0.9", "10.20.0.77").replace("SystemTime='2026", "SystemTime='2027"),
    ]
    assert fitted([TEXT, *others], monkeypatch) == len(others)
    assert fitted([TEXT, TEXT.replace("<EventID>4653", "<EventID>4624"), *others], monkeypatch) == len(others) + 1


def test_what_differs_otherwise_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    others = [
        TEXT.replace("%%8223", " %%8223"),
        TEXT.replace("%%8223", "a&amp;b"),
        TEXT.replace("'Role'", "'Rolle'"),
        TEXT.replace("</System>", "</System><Odd/>"),
        TEXT.replace("SystemTime='", "SystemTime='\t"),
    ]
    assert fitted([TEXT, *others], monkeypatch) == 0


def test_so_many_shapes_are_learned_of_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    other = TEXT.replace("<Version>0</Version>", "")
    assert fitted([TEXT, other, other, TEXT], monkeypatch, (1, 2)) == 2
    assert fitted([TEXT, other, other, TEXT], monkeypatch, (1,)) == 1
    assert fitted([TEXT, TEXT, TEXT], monkeypatch, (2,)) == 1
