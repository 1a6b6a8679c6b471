"""An event that Event Viewer copied as text and as XML is one."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.source import bytes_source

TEXT = (
    "Log Name:      Application\nSource:        RasClient\nDate:          3/4/2026 7:08:09 AM\nEvent ID:      20227\n"
    "Level:         Error\nDescription:\nCoId={{0A1B2C3D-0000-4000-8000-00000000000{0}}}: The user LAB\\ana dialed a "
    "connection named Work which has failed. The error code returned on failure is 809.\n"
)
XML = (
    '<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event">\n  <System>\n'
    '    <Provider Name="RasClient" />\n    <EventID Qualifiers="0">{1}</EventID>\n'
    '    <TimeCreated SystemTime="2026-03-04T06:08:0{0}.000000000Z" />\n    <Channel>Application</Channel>\n'
    "    <Computer>lab</Computer>\n  </System>\n  <EventData>\n"
    "    <Data>{{0A1B2C3D-0000-4000-8000-00000000000{0}}}</Data>\n    <Data>LAB\\ana</Data>\n    <Data>Work</Data>\n"
    "    <Data>809</Data>\n  </EventData>\n</Event>\n"
)


def read(text: str) -> Parsed:
    source = bytes_source("pasted.txt", text.encode())
    form = recognise(source)
    assert form is not None
    return form.parse(source)


@cases("label", ["Event Xml:", "Ereignis-XML:", "XML de evento:", "\u4e8b\u4ef6 Xml:", "XML :"])
def test_each_is_counted_once_with_its_time(label: str) -> None:
    copied = "\n".join(f"{TEXT.format(number)}{label}\n{XML.format(number, 20227)}" for number in (1, 2))
    times = [event.time for event in read(copied).events]
    assert times == ["2026-03-04T06:08:01.000000000Z", "2026-03-04T06:08:02.000000000Z"]


def test_text_and_xml_of_two_events_are_two() -> None:
    assert len(read(f"{TEXT.format(1)}\n{XML.format(2, 20227)}").events) == 2


def test_xml_of_another_kind_leaves_the_text() -> None:
    kept = read(f"{TEXT.format(1)}Event Xml:\n{XML.format(1, 20226)}").events
    assert [event.event_id for event in kept][:1] == [20227]
