"""Whatever the compiled reader of event logs does, its log is said to be damaged, and reading it comes to an end."""

from __future__ import annotations

import errno
import io
import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from tests.cases import cases
from tests.formats.events.event_log_writer import event_log as written_log
from tests.formats.events.test_security_events import LOG

from ipseclint.formats.events import event_log
from ipseclint.source import bytes_source


class PanicException(BaseException):
    """What a panic of compiled code is here."""


class Refusing:
    """A reader that cannot read any record."""

    asked = 0

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        self.asked += 1
        raise RuntimeError("a damaged record")


def messages(monkeypatch: pytest.MonkeyPatch, records: Any) -> list[str]:
    reader = SimpleNamespace(PyEvtxParser=lambda _: SimpleNamespace(records=records))
    monkeypatch.setitem(sys.modules, "evtx", reader)
    return [problem.message for problem in event_log.parse(bytes_source("s.evtx", LOG)).problems]


def test_a_panic_is_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    def records() -> Any:
        raise PanicException

    assert messages(monkeypatch, records) == ["the event log is damaged; what follows is not read"]


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (RuntimeError(), "the event log cannot be read: it is damaged"),
        (ValueError(), "the event log cannot be read: it is damaged"),
        (OSError("it ends too soon"), "the event log cannot be read: it is damaged"),
        (OSError(errno.EIO, "Input/output error"), "Input/output error"),
    ],
)
def test_an_error_is_told_in_words(error: Exception, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def records() -> Any:
        raise error

    assert messages(monkeypatch, records) == [message]


def test_what_is_asked_to_stop_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    def records() -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        messages(monkeypatch, records)


def test_so_many_damaged_records_are_passed_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_log, "_MAX_DAMAGED", 7)
    refusing = Refusing()
    assert messages(monkeypatch, lambda: refusing) != []
    assert refusing.asked == 7


@cases("bad", ["\x01", "\x00", "\ufffe", "\x1b[31m"])
def test_an_event_with_a_character_that_xml_has_not_is_read_all_the_same(bad: str) -> None:
    log = written_log([(4653, {"RemoteAddress": "10.0.0.9", "FailureReason": f"a{bad}b"})])
    parsed = event_log.parse(bytes_source("s.evtx", log))
    assert [event.event_id for event in parsed.events] == [4653]


def test_a_record_that_is_no_xml_is_said_once_and_the_others_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = {"event_record_id": 1, "data": "<Event><System><EventID>4653</EventID></System>"}
    whole = {"event_record_id": 3, "data": "<Event><System><EventID>4653</EventID></System></Event>"}
    other = {"event_record_id": 2, "data": "<Events><EventID>4653</EventID></Events>"}
    assert messages(monkeypatch, lambda: iter([broken, whole, other])) == ["2 records of the event log cannot be read"]


@cases("size", [None, 0, 16, 60_000, 2**32 - 1])
def test_each_event_has_the_place_of_its_record_also_behind_one_whose_size_is_wrong(size: int | None) -> None:
    data = bytearray(written_log([(4653, {"RemoteAddress": f"10.0.0.{number}"}) for number in range(1, 4)]))
    starts = [at for at in range(4_096 + 512, len(data)) if data.startswith(b"**\0\0", at)]
    if size is not None:
        data[starts[1] + 4 : starts[1] + 8] = size.to_bytes(4, "little")
    layout = event_log._layout(io.BytesIO(data))
    assert layout.places == dict(enumerate(starts, start=1))


def test_a_value_that_looks_like_the_head_of_a_record_is_none() -> None:
    data = written_log([(4653, {"RemoteAddress": "10.0.0.9", "FailureReason": "\u2a2a\0\u0101\u0101\u0001\0\0\0"})] * 2)
    assert len(event_log._layout(io.BytesIO(data)).places) == 2
