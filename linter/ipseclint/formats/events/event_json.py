"""Events as JSON: `Get-WinEvent | ConvertTo-Json`, and the lines of collectors that keep the values by name.

    {"Id": 4653, "ProviderName": ..., "TimeCreated": "\\/Date(1772438400000)\\/", "Message": ..., "Properties": [...]}
    {"EventID": 4653, "SourceName": ..., "FailureReason": ..., "RemoteAddress": ...}
    {"Event": {"System": {"EventID": 4653, ...}, "EventData": {...}}}
    {"hits": {"hits": [{"_source": {"winlog": {"event_id": 4653, "event_data": {...}}}}]}}
    {"result": {"EventCode": "4653", "SourceName": ..., "Message": ...}}
    {"EventID": 4653, "EventData": "<EventData><Data Name=\\"RemoteAddress\\">..."}   or "_raw", with all of the XML
    {"tables": [{"columns": [{"name": "EventID"}, ...], "rows": [[4653, ...]]}]}
    {"_EventID": 4653, "_SourceName": ..., "full_message": ...}   and other fields of GELF
    {"EventId": 4653, "Payload": "{\\"EventData\\": {\\"Data\\": [{\\"@Name\\": ..., \\"#text\\": ...}]}}"}

Of objects by lines, each line is an event. Times in milliseconds are of Windows PowerShell, others ISO 8601.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping

from ipseclint.formats.events.event_record import OF_A_KIND, OF_CONNECTION, note_cut
from ipseclint.formats.events.log_events import EventLog, event_number
from ipseclint.formats.events.message import fields_of, lines_of_message, note_no_reason, note_values, number_of
from ipseclint.formats.events.xml_values import system_of, values_of
from ipseclint.formats.kit.diagnostics import Diagnostics, of_text, quoted
from ipseclint.formats.kit.json_places import (
    JSON_DATE,
    Json,
    JsonError,
    JsonObject,
    is_json_alone,
    read_as_far,
    read_json,
)
from ipseclint.formats.kit.token import Token
from ipseclint.formats.kit.unread import note_unread
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.late import late
from ipseclint.source import Source
from ipseclint.vocabulary.audit_events import (
    NUMBERS,
    PROVIDER,
    RECORD_MEMBERS,
    SYSTEM_MEMBERS,
    VALUE_NAMES_BY_WORD,
)
from ipseclint.vocabulary.rows import names

_KNOWN = late(
    rf"\"(?:id|_?event_?id|eventcode)\"\s*:\s*(?:\{{(?:[^{{}}]|\{{[^{{}}]{{0,80}}\}}){{0,80}}?)?\"?(?<!\d)(?:{NUMBERS})\b"
    r"|\"id\"\s*:\s*\"?\d+[^\0]{0,400}?\"providername\""
    r"|\"providername\"\s*:[^\0]{0,400}?\"id\"\s*:\s*\"?\d"
    r"|\"name\"\s*:\s*\"event_?id\"[^\0]{0,4000}?\"rows\"\s*:"
    rf"|\"_raw\"\s*:\s*\"[^\0]{{0,400}}?<eventid[^<>]{{0,40}}>\s{{0,8}}(?:{NUMBERS})\s{{0,8}}<",
)
"""What names an event that is read, or a record of a log, in folded text."""
_NUMBER = late(NUMBERS)
_RECORD = late(r"^Record \d{1,12}[ \t]*\r?$(?=\r?\n[{])", re.MULTILINE)
"""What evtx_dump writes before each record."""
_SOURCES = ("providername", "sourcename", "provider_name", "source", "provider")
_TIMES = ("timecreated", "systemtime", "eventtime", "timegenerated", "@timestamp", "_time", "datetime", "timestamp")
_SECONDS = late(r"\d{10}(?:\.\d{1,9})?")
"""Seconds since 1970, as Velociraptor writes them."""
_ISO = late(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?")
_BEGINS_AS_ISO = late(r"\d{4}-\d\d-\d\d[T ]")
_PARTS = (
    "event", "system", "eventdata", "winlog", "event_data", "data", "eventid", "provider", "timecreated", "time",
    "_source", "result", "#attributes", "@attributes", "provider_attributes", "timecreated_attributes",
    "extrafieldinfo", "allfieldinfo",
)  # fmt: skip
_ANSWERS = frozenset({"hits", "results", "tables"})
"""Members that hold the events in the answer to a query."""
_IN_TEXT = frozenset({"eventdata", "event_data", "data", "payload", "_raw"})
"""Members whose text may be JSON or XML with the values: of osquery, EvtxECmd, Azure's logs, Splunk."""
_LISTED = frozenset({"data", "eventdata"})
_NAMES = frozenset({"@name", "name", "key"})
_LISTED_VALUES = frozenset({"#text", "text", "value", "content", "$t"})
"""Forms of a named list element as an object: of xmltodict, EvtxECmd, and others."""
_NUMBERED = ("id", "eventid", "event_id", "eventcode")
_MAX_DEPTH = 6
_OF_COLLECTORS = names(
    "_index _id _type _version _score sort agent ecs host input tags api computer_name provider_guid provider_name"
    " record_id event_id process channel task opcode version keywords activity_id related_activity_id user"
    " hostname severity severityvalue sourcename providerguid taskvalue opcodevalue recordnumber executionprocessid"
    " executionthreadid channel domain accountname accounttype eventtype category eventreceivedtime"
    " sourcemodulename sourcemoduletype short_message"
)
"""What collectors say of an event beside its values: Elasticsearch of a document, Winlogbeat, NXLog (im_msvistalog)."""
_INNER = {"value": "eventid", "name": "providername", "#text": "eventid"}
"""What an element of `System` is called in JSON that says of each its text and attributes."""
_ATTRIBUTES = ("@", "#", "xmlns")
_OF_GELF = {"_eventid": "eventid", "_sourcename": "sourcename", "full_message": "message"}
"""What GELF, the messages that Graylog takes, calls parts of an event: additional fields begin with a low line."""
_KNOWN_MEMBERS = (
    RECORD_MEMBERS
    | SYSTEM_MEMBERS
    | _OF_COLLECTORS
    | frozenset((*VALUE_NAMES_BY_WORD, *_SOURCES, *_TIMES, *_PARTS, *_OF_GELF))
)
"""Names that are read, or that say nothing of the negotiation, folded."""


def recognise(source: Source) -> bool:
    """Whether it is JSON with an event that may concern IPsec."""
    words = source.head_words
    may_be = "providername" in words or _NUMBER.search(words) is not None
    return may_be and _KNOWN.search(source.head_folded) is not None


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """The events that concern IPsec; other events are counted."""
    log = EventLog(diagnostics)
    for value in read_as_far(_RECORD.sub(lambda match: " " * len(match[0]), text), diagnostics):
        for event in _objects(value):
            _add(event, log)
    return log.parsed()


def _objects(value: Json) -> Iterator[JsonObject]:
    if isinstance(value, list):
        for item in value:
            yield from _objects(item)
    elif isinstance(value, JsonObject):
        answers: list[Json] = [
            inner for name, inner in value.members if name.text in _ANSWERS and not isinstance(inner, Token)
        ]
        answers += _rows(value)
        for answer in answers:
            yield from _objects(answer)
        if not answers:
            yield value
            yield from _held(value)


def _rows(value: JsonObject) -> list[Json]:
    """The rows of a table whose columns are named once, as in answers of Azure's log queries."""
    members = {name.text.casefold(): inner for name, inner in value.members}
    columns, rows = members.get("columns"), members.get("rows")
    if not isinstance(columns, list) or not isinstance(rows, list):
        return []
    inner = [{name.text: part for name, part in each.members} for each in columns if isinstance(each, JsonObject)]
    names = [name for each in inner if isinstance(name := each.get("name"), Token)]
    return [
        JsonObject(value.line, value.column, tuple(zip(names, row, strict=True)))
        for row in rows
        if isinstance(row, list) and len(row) == len(names)
    ]


def _held(value: JsonObject) -> Iterator[JsonObject]:
    """The events nested in an object, such as a service's answer with a number of its own."""
    has_number = _has_number(value)
    for name, inner in value.members:
        folded = name.text.casefold()
        if isinstance(inner, list) and folded != "properties":
            yield from filter(_is_event, _objects(inner))
        elif isinstance(inner, JsonObject):
            is_part = folded in _PARTS and not (has_number and _has_number(inner))
            yield from _held(inner) if is_part else filter(_is_event, _objects(inner))


def _has_number(value: JsonObject) -> bool:
    return any(name.text.casefold() in _NUMBERED and isinstance(member, Token) for name, member in value.members)


def _is_event(value: JsonObject) -> bool:
    values: dict[str, Token] = {}
    _collect(value, values, {}, [], 0)
    number = _number(values)
    if number is None or not number.text.strip().isdigit():
        return False
    return number is not values.get("id") or not values.keys().isdisjoint(_OF_RECORD)


_PART_OF_NUMBER = late(r"[0-9]{1,9}[.,](?!0{1,9}\Z)[0-9]{1,9}|[0-9]{3,5}[^\W\d]{1,2}")
"""What is no number of an event, as 4653.5 and 4653x; 4653.0 is how some tools write 4653."""
_OF_FAILURES = ("FailureReason", "FailurePoint")
"""Values that only events of failed negotiations have."""
_WITHOUT_NUMBER = "what a negotiation failed by stands here, without the number of its event: it is not read"
_OF_KINDS = frozenset({"description", "template"})
"""What a provider says of each kind of its events: `(Get-WinEvent -ListProvider *).Events`."""
_OF_RECORD = frozenset({"message", "logname", *_SOURCES, *_TIMES})
"""Members, one of which shows that an `id` beside it is an event's number, rather than a rule's or a machine's."""


def _number(values: Mapping[str, Token]) -> Token | None:
    return next((values[name] for name in _NUMBERED if name in values), None)


def _is_broken(number: str, values: Mapping[str, Token], *, is_known: bool) -> bool:
    """Whether what stands for the number of an event is none. Where nothing else tells which event it is, it has the
    digits of one that is read, in a record of a log."""
    if _PART_OF_NUMBER.fullmatch(number) is None:
        return False
    digits = "".join(filter(str.isdigit, number))
    return is_known or (_NUMBER.fullmatch(digits) is not None and not values.keys().isdisjoint(_SOURCES))


def _add(event: JsonObject, log: EventLog) -> None:
    """Add an event to a log; its values are in it, or in nested objects."""
    values: dict[str, Token] = {}
    named: dict[str, Token] = {}
    properties: list[Token] = []
    _collect(event, values, named, properties, 0)
    said = values.get("message")
    identity, written_number = _identity(values, said), _number(values)
    if written_number is not None and _is_broken(written_number.text.strip(), values, is_known=identity is not None):
        message = f"{quoted(written_number.text)} is not the number of an event"
        log.diagnostics.not_understood(message, written_number.span)
        if identity is None:
            return
    if identity is None:
        if failed := next((named[name] for name in _OF_FAILURES if name in named), _spoken(said)):
            log.diagnostics.not_understood(_WITHOUT_NUMBER, failed.span)
        return
    number, unsaid = identity
    if not values.keys().isdisjoint(_OF_KINDS) and values.keys().isdisjoint(_OF_RECORD):
        log.diagnostics.not_read(OF_A_KIND)
        return
    source = next((values[name].text for name in _SOURCES if name in values), unsaid)
    written = next((values[name] for name in _TIMES if name in values), None)
    time = None if written is None else _time(written.text)
    if written is not None and time is None and _BEGINS_AS_ISO.match(written.text) is not None:
        log.diagnostics.not_understood(f"{quoted(written.text)} is not a time", written.span)
    fields = named if "FailureReason" in named or "RemoteAddress" in named or said is None else {}
    lines = [] if said is None or fields else lines_of_message(said)
    if lines:
        fields = fields_of(event_number(number.text.strip()), lines)
    texts = [value.text for value in properties] or ([] if said is None else [said.text])
    if log.keep(number.text.strip(), source, time, fields, number.span, texts=texts):
        _note_members(event, log.diagnostics, 0)
        if not fields:
            note_values(event_number(number.text.strip()), lines, number.span, log.diagnostics)
            if not properties and said is not None:
                note_cut(event_number(number.text.strip()), said.text, number.span, log.diagnostics)
        elif lines:
            note_no_reason(event_number(number.text.strip()), lines, number.span, log.diagnostics)


def _identity(values: Mapping[str, Token], message: Token | None) -> tuple[Token, str] | None:
    """The number of an event, perhaps from its message, and the source if it names none."""
    number = _number(values)
    if number is not None and number.text.strip().isdigit():
        of_connection = message is not None and OF_CONNECTION.match(message.text) is not None
        return number, "RasClient" if of_connection else PROVIDER
    told = None if message is None else number_of(message.text)
    return None if message is None or told is None else (message.standing_for(told[1]), told[0] or PROVIDER)


def _spoken(message: Token | None) -> Token | None:
    """A message that mentions IPsec, in any language."""
    return message if message is not None and "ipsec" in message.text.casefold() else None


def _note_members(event: JsonObject, diagnostics: Diagnostics, depth: int) -> None:
    """Count unread members of an event, and of the objects that hold its values."""
    for name, value in event.members:
        folded = name.text.casefold()
        if folded in _IN_TEXT and isinstance(value, Token) and value.text.lstrip()[:1] in {"{", "<"}:
            continue
        part = value if isinstance(value, JsonObject) and folded in _PARTS else None
        if part is not None and depth < _MAX_DEPTH:
            _note_members(part, diagnostics, depth + 1)
        elif isinstance(value, list) and folded == "properties":
            for member in (member for item in value if isinstance(item, JsonObject) for member, _ in item.members):
                if member.text.casefold() != "value":
                    note_unread(member.text, member.span, ("Value",), diagnostics)
        elif part is not None or not (
            folded in _KNOWN_MEMBERS or folded.startswith(_ATTRIBUTES) or (depth and folded in _INNER)
        ):
            note_unread(name.text, name.span, () if "_" in folded else VALUE_NAMES_BY_WORD.values(), diagnostics)


def _collect(
    event: JsonObject, values: dict[str, Token], named: dict[str, Token], properties: list[Token], depth: int
) -> None:
    for name, value in event.members:
        folded = name.text.casefold()
        if isinstance(value, Token):
            if folded in _IN_TEXT and (inner := _within(value, values, named, properties)) is not None:
                _collect(inner, values, named, properties, 0)
                continue
            plain = folded.removeprefix("@") if depth else _OF_GELF.get(folded, folded)
            known = _INNER.get(plain) if depth > 1 else None
            values.setdefault(known or plain, value)
            named.setdefault(VALUE_NAMES_BY_WORD.get(folded, name.text), value)
        elif isinstance(value, JsonObject) and folded in _PARTS and depth < _MAX_DEPTH:
            _collect(value, values, named, properties, depth + 1)
        elif isinstance(value, list) and folded in _LISTED and depth:
            _take_listed(value, named, properties)
        elif isinstance(value, list) and folded == "properties":
            for item in value:
                members = item.members if isinstance(item, JsonObject) else ()
                properties += [
                    inner for label, inner in members if label.text.casefold() == "value" and isinstance(inner, Token)
                ]


def _take_listed(items: Iterable[Json], named: dict[str, Token], properties: list[Token]) -> None:
    """Take values that are list elements, each with a name, or bare."""
    for item in items:
        if isinstance(item, Token):
            properties.append(item)
        elif isinstance(item, JsonObject):
            parts = {name.text.casefold(): part for name, part in item.members if isinstance(part, Token)}
            name = next((parts[key].text for key in sorted(_NAMES & parts.keys())), None)
            value = next((parts[key] for key in sorted(_LISTED_VALUES & parts.keys())), None)
            if value is not None:
                properties.append(value)
                if name is not None:
                    named.setdefault(VALUE_NAMES_BY_WORD.get(name.casefold(), name), value)


def _within(
    text: Token, values: dict[str, Token], named: dict[str, Token], properties: list[Token]
) -> JsonObject | None:
    """The JSON object in a text; None if it is none. Values in XML are taken at once."""
    begin = text.text.lstrip()[:1]
    if begin == "{":
        try:
            inner = read_json(text.text, text.path)
        except JsonError:
            return None
        return _placed(inner[0], text) if inner and isinstance(inner[0], JsonObject) else None
    if begin == "<":
        for key, said in system_of(text):
            values.setdefault(key, said)
        for name, value in values_of(text):
            properties.append(value)
            if name:
                named.setdefault(VALUE_NAMES_BY_WORD.get(name.casefold(), name), value)
    return None


def values_within(text: Token) -> dict[str, Token]:
    """The values by name in JSON or XML within a text, each with its place; empty if it is neither."""
    named: dict[str, Token] = {}
    inner = _within(text, {}, named, [])
    if inner is not None:
        _collect(inner, {}, named, [], 0)
    return named


def _placed(value: JsonObject, text: Token) -> JsonObject:
    """A JSON object within a text, with all places set to that of the text."""

    def moved(part: Json) -> Json:
        if isinstance(part, JsonObject):
            return _placed(part, text)
        if isinstance(part, list):
            return [moved(item) for item in part]
        return None if part is None else text.standing_for(part.text)

    return JsonObject(
        text.line, text.column, tuple((text.standing_for(name.text), moved(part)) for name, part in value.members)
    )


def _time(text: str) -> str | None:
    if match := JSON_DATE.search(text):
        moment = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(milliseconds=int(match[1]))
        return moment.isoformat().replace("+00:00", "Z")
    if _SECONDS.fullmatch(text):
        moment = datetime.datetime.fromtimestamp(float(text), datetime.UTC)
        return moment.isoformat().replace("+00:00", "Z")
    iso = _ISO.search(text)
    return iso[0].replace(" ", "T") if iso else None


FORMATS = (
    Format(
        name="event-json",
        title="events of IPsec and of VPN connections as JSON",
        recognise=recognise,
        parse=parse,
        is_alone=is_json_alone,
        how_to_export="Get-WinEvent -FilterHashtable @{LogName='Security'; Id=4652,4653,4654} | ConvertTo-Json "
        "> events.json",
        can_express="the same as the events as text, and their times",
        cannot_express="values of other languages than English, where only the message holds them",
        without_key="an event names the method of authentication, never a key",
    ),
)
