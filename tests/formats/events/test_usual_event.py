"""Events of which no element is built are told as those of which one is, and are what they look like."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests import ROOT
from tests.formats.events.event_log_writer import event_log as written_log

from ipseclint.formats.events import event_log, security_events
from ipseclint.formats.events.log_events import EventLog
from ipseclint.formats.events.usual_event import usual_event
from ipseclint.source import NOWHERE, bytes_source

EVENTS = (ROOT / "fixtures" / "formats" / "security-events" / "without-root.xml").read_bytes()
FIRST = EVENTS[: EVENTS.index(b"</Event>") + len(b"</Event>")]
CHANGES = [
    (b"", b""),
    (b"%%8223", b"%%99999"),
    (b"%%8223", b" odd word "),
    (b"%%8223", b"two\r\nlines"),
    (b"%%8223", b"two\rlines"),
    (b"%%8223", b"a&amp;b"),
    (b"%%8223", "größer".encode()),
    (b"%%8223", b"\xef\xbf\xbe"),
    (b"%%8223", b"\x01"),
    (b"%%8223", b"<b/>"),
    (b"%%8223", b"<![CDATA[q]]>"),
    (b"'Role'", b"'Rolle'"),
    (b"'Role'", b"'KeyModName'"),
    (b"'Role'", b"''"),
    (b"<Data Name='Role'", b"<Data Type='x' Name='Role'"),
    (b"<EventID>", b"<EventID Qualifiers='0'>"),
    (b"<EventID>4653", b"<EventID> 4653 "),
    (b"<EventID>4653", b"<EventID>4624"),
    (b"<Version>0</Version>", b"<Version>0</Version><Odd/>"),
    (b"<Version>0</Version>", b"<Version/>"),
    (b"<Level>0</Level><Task>", b"<Task>"),
    (b"Windows-Security-Auditing", b"Windows-IKE"),
    (b"Windows-Security-Auditing", "Prüfung".encode()),
    (b"</System>", b"</System><!-- note -->"),
    (b"><", b">\n  <"),
    (b"><", b">\r\n  <"),
    (b"><", b">\r  <"),
    (b"</EventData>", b"<Binary>00</Binary></EventData>"),
    (b"</Data>", b"</Date>"),
]


@pytest.mark.parametrize("change", CHANGES)
def test_an_event_says_the_same_without_elements(change: tuple[bytes, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    sources = [bytes_source("a.xml", EVENTS.replace(*change)), bytes_source("a.xml", EVENTS.replace(*change, 1))]
    told = [security_events.parse(source) for source in sources]
    monkeypatch.setattr(security_events, "usual_event", lambda *_: None)
    assert told == [security_events.parse(source) for source in sources]


def test_of_an_event_that_looks_as_usual_no_element_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[object] = []
    monkeypatch.setattr(EventLog, "add", lambda _log, element: built.append(element))
    odd = (b"<Version>0</Version>", b"<Version><Odd/></Version>")
    for event in (FIRST, FIRST.replace(b"<EventID>4653", b"<EventID>4624")):
        for some, count in ((event, 1), (event.replace(*odd), 2)):
            built.clear()
            security_events.parse(bytes_source("a.xml", some + b"\n" + FIRST))
            assert len(built) == count  # the last of a text is always looked at as a whole


@pytest.mark.parametrize("reason", ["Negotiation timed out", "never heard of", "a & b", "a\r\nb", "größer", "\x01", ""])
@pytest.mark.parametrize("name", ["Role", "Rolle"])
def test_a_record_says_the_same_without_elements(name: str, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("evtx")
    fields = {"FailureReason": reason, name: reason, "RemoteAddress": "10.1.2.3"}
    log = bytes_source("a.evtx", written_log([(4653, fields), (4624, fields), (4654, fields), (20227, fields)]))
    told = event_log.parse(log)
    monkeypatch.setattr(event_log, "usual_event", lambda *_: None)
    assert told == event_log.parse(log)


def test_it_has_what_the_event_says_and_where_its_number_is() -> None:
    event = usual_event(b"\n".join((FIRST.replace(b"<EventID>", b"\n <EventID>"), b"")), 7, 3)
    assert event is not None
    assert (event.number, event.line, event.column) == ("4653", 8, 11)
    assert event.time == "2026-03-02T08:00:00.000000000Z"
    assert dict(event.values)["RemoteAddress"] == "10.20.0.9"


def test_what_looks_otherwise_is_none() -> None:
    assert usual_event(FIRST) is not None
    assert usual_event(FIRST[:-1]) is None
    assert usual_event(FIRST + FIRST) is None


VALUES = (
    "%%8223",
    "%%8224",
    " %%8205 ",
    "odd word",
    "No response from peer\n",
    "Negotiation timed out",
    "10.20.0.9",
    "-",
    "",
)


@given(st.lists(st.tuples(*[st.sampled_from(VALUES)] * 3, st.sampled_from((b"4653", b"4654", b"4984"))), max_size=12))
def test_events_that_are_alike_say_what_each_says_alone(told: list[tuple[str, str, str, bytes]]) -> None:
    events = []
    for count, (reason, word, address, number) in enumerate(told):
        event = FIRST.replace(b"No response from peer\n", reason.encode()).replace(b"%%8223", word.encode())
        event = event.replace(b"10.20.0.9", address.encode()).replace(b"<EventID>4653", b"<EventID>" + number)
        events.append(event.replace(b"db55d3767e51b422", b"%016x" % count).replace(b":00:00.0", b":00:%02d.0" % count))
    together = security_events.parse(bytes_source("a.xml", b"".join(events) + FIRST))
    alone = [security_events.parse(bytes_source("a.xml", event + FIRST)) for event in (*events, b"")]
    nowhere = [replace(event, span=NOWHERE) for event in together.events]
    assert nowhere == [replace(each.events[0], span=NOWHERE) for each in alone]
    assert len({event.span for event in together.events}) == len(events) + 1
