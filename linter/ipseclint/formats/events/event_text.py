"""Events as people paste them: the text that Event Viewer copies, lists of wevtutil and Get-WinEvent, its details, CSV.

    Event Viewer, Copy:         Log Name: ...   Event ID: 4653   Description: and the message
    wevtutil qe ... /f:text     Event[0]: and the same, indented
    Get-WinEvent | Format-List  TimeCreated : ...   Id : 4653   Message : and the message, indented
    Details, friendly view      - System ... EventID 4653 ... - EventData ... LocalAddress 10.1.2.3
    Details, XML view           - <Event xmlns=...
    Splunk                      LogName=Security   EventCode=4653   Message=... and the message
    Syslog (Snare, CEF, ...)    ... Microsoft-Windows-Security-Auditing ... 4653 ... and the message, all on one line
    Get-EventLog                a table with Index, Time, EntryType, Source, InstanceID and Message
    Get-WinEvent | ft -Wrap     a table with TimeCreated, Id, LevelDisplayName and Message, this over several lines
    Save as CSV or text         a header with the event's number and source, and the message in quotes: with commas,
    Export-Csv                  semicolons or tabs between

Labels around the message are known in nine languages; in others the source and the number of the event tell what it
is. Why it failed is known in eight, by the words of the sentence. Times are kept where they are written as ISO 8601; in
others day and month look alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from ipseclint.formats.events.event_record import (
    ENDS_WITH_CODE,
    OF_A_KIND,
    OF_CONNECTION,
    OF_RAS,
    RETURNS,
    SENTENCE,
    Record,
)
from ipseclint.formats.events.event_table import lists_kinds, rows, table_in
from ipseclint.formats.events.message import BY_SERVER, MESSAGE, breaks_off, labelled, lines_within, number_of
from ipseclint.formats.kit.diagnostics import Diagnostics, of_text
from ipseclint.formats.kit.token import Token, lines_of
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.late import late
from ipseclint.source import DOCUMENTS, Source, begin_of, bytes_source, lines_of_text, suffix_of
from ipseclint.vocabulary.audit_events import FIRST_INSERT, LOG_NAMES, NUMBERS, PROVIDER, RECORD_LABELS
from ipseclint.vocabulary.firewall_events import FIREWALL_PROVIDER
from ipseclint.vocabulary.services import BLOCK_MODE, CONTROL_MESSAGE, SERVICE_CONTROL

_NUMBER_WORDS = frozenset(NUMBERS.split("|"))
_ITEM = late(r"[ \t>]*Event\[\d+\]:?[ \t]*", re.IGNORECASE)
_DETAILS = late(r"[ \t>]*[-+][ \t]+System[ \t]*", re.IGNORECASE)
_DATA = late(r"[ \t>]*[-+][ \t]+EventData[ \t]*", re.IGNORECASE)
_DETAIL = late(r"[ \t>]*(?:[-+][ ]+|\[[ ]?)?(EventID|Name|SystemTime|[A-Za-z]{4,40})(?:[ ]*\])?[ \t]+(\S[^\r\n]*)")
_XML_VIEW = late(r"\s*-\s*<Events?\b")
_MARK = late(r"^([ \t]*)[-+](?=[ \t]*</?[A-Za-z])", re.MULTILINE)
_KNOWN = (
    late(
        r"\n[ \t>]{0,24}+(?:[-+][ ]{1,4}+)?(?:"
        r"(?:event ?id|eventcode|id|ereignis(?:-id|kennung)|id de l.\u00e9v\u00e9nement|id\\. del evento)"
        rf"(?:[ \t]{{0,24}}+[:\uff1a=][ \t]{{0,24}}+|[ \t]{{1,24}}+)(?:{NUMBERS}|{BLOCK_MODE})\b"
        r"|(?:(?:description|message)[ \t]{0,24}:[ \t]{0,24})?"
        rf"{MESSAGE.casefold()}"
        r"|reason code:[ \t]{1,24}\d{1,3}[ \t]{0,4}\r?$|failurereason[ \t]{1,24}\S)",
        re.MULTILINE,
    ),
    late(rf"70[0-3]\d[ \t:.,\u2013-]{{1,4}}(?={CONTROL_MESSAGE.casefold()})"),
    late(
        r"4(?:65[234]|98[34])[ \t:.,\u2013-]{1,4}an ipsec (?:main|quick|extended) mode negotiation failed"
        r"(?:[^\r\n]{0,80}\r?\n\s{0,40}|[^\r\n]{0,1600}?)failure (?:reason|point)\b"
    ),
    *(late(rf"{colon}[ \t]{{0,24}}+(?:{NUMBERS})[ \t]{{0,4}}\r?$", re.MULTILINE) for colon in ":\uff1a"),
    late(
        r"auditing(?<=\bmicrosoft[- ]windows[- ]security[- ]auditing)\b"
        r"[^\r\n]{0,400}?\ban ipsec (?:main|quick|extended) mode\b"
    ),
)
"""A line that tells that an event is one that is read, folded, behind the end of one: each is quick to look for."""
_RETURNED = late(
    r"code(?<=\bcode)[\s>]{1,12}returned[\s>]{1,12}on[\s>]{1,12}(?:failure|termination)[\s>]{1,12}is[\s>]{1,12}-?\d"
)
"""A sentence, over several lines or not, that tells it too."""
_BY_SERVER = late("|".join(text.replace(" ", r"[\s>]{1,12}") for text in BY_SERVER))
"""What a server says of a connection that failed."""
_OF_CONNECTION = late(
    r"\n[ \t>]{0,24}+coid=\{[0-9a-f-]{36}\}[ \u00a0\u202f]?:[^\r\n]{10,400}?"
    r"(?<![\w.:-])\d{3,5}(?![\w:-])[^\d\r\n]{0,40}\r?$",
    re.MULTILINE,
)
"""The message of a connection that ends with a code, in whatever language."""
_SOURCES = "|".join(label for label, part in RECORD_LABELS.items() if part == "source")
_COPIED = late(
    r"\n[ \t>]{0,24}+(?:(?:log name|protokollname|nombre de registro|nom du journal)[ \t]{0,24}:[^\r\n]{1,80}\r?\n"
    r"[ \t>]{0,24}[^\W\d]\w{3,20}[ \t\u00a0]{0,24}:[ \t]{0,24}"
    r"(?:microsoft-windows-security-auditing|rasclient|remoteaccess|rasman|microsoft-windows-ike\w{0,3}|ikeext"
    rf"|rassstp|{FIREWALL_PROVIDER}|{SERVICE_CONTROL})\b"
    rf"|(?:{_SOURCES})[ \t\u00a0]{{0,24}}[:\uff1a][ \t\u00a0]{{0,24}}"
    rf"(?:microsoft-windows-ike\w{{0,3}}|ikeext|rassstp|{FIREWALL_PROVIDER}|{SERVICE_CONTROL})[ \t]{{0,24}}\r?$)",
    re.MULTILINE,
)
"""How an event begins that Event Viewer copied and that may be of another kind: it is read, and counted."""
_COPIED_FROM = ("microsoft-windows-", "rasclient", "remoteaccess", "rasman", "rassstp", "ikeext", "control")
_COPIED_LABELS = (
    *("log name", "protokollname", "nombre de registro", "nom du journal"),
    *_SOURCES.split("|"),
)
"""One of each stands in every such beginning: quicker to look for."""
_IN_TABLE = late(
    rf"(?:^|[,;\t\"])(?:(?:{NUMBERS})[,;\t\"]|(?:an ipsec (?:main|quick|extended) mode (?:nego|secu)|coid=\{{"
    rf"|network policy server d(?:enie|iscarde)d))|<eventid[^<>]{{0,40}}>(?:{NUMBERS})<",
    re.MULTILINE,
)
_PRINTED = late(
    r"^TimeCreated[ ]+Id[ ]+(?:LevelDisplayName[ ]+)?Message[ ]*\r?\n-+[ ]+-+[ ]+(?:-+[ ]+)?-+[ ]*\r?\n"
    rf"(?=(?:(?!TimeCreated[ ])[^\r\n]*\r?\n){{0,400}}?\S[^\r\n]{{5,40}}[ ](?:{NUMBERS})[ ])",
    re.MULTILINE,
)
"""How a table of Get-WinEvent begins in which an event is one that is read."""
_PROVIDER = late(r"[ \t]{0,8}ProviderName:[ \t]{0,4}(\S[^\r\n]{0,100}?)[ \t]*")
"""What stands above a table of Get-WinEvent."""
_PRINTED_OF_FIREWALL = late(
    rf"^[ \t]{{0,8}}ProviderName:[ ]{FIREWALL_PROVIDER}[ \t]*\r?\n\s{{0,8}}TimeCreated[ ]", re.MULTILINE | re.IGNORECASE
)
_PRINTED_ROW = late(r"(\S(?:[^\r\n ]|[ ](?![ ])){5,40}?)[ ]++(\d{1,5})[ ]++[^\W\d]\w*+[ ]++(\S[^\r\n]*+)")
_PRINTED_WITHOUT_LEVEL = late(r"(\S(?:[^\r\n ]|[ ](?![ ])){5,40}?)[ ]++(\d{1,5})[ ]++(\S[^\r\n]*+)")
_LISTED_ROW = late(
    r"^[ ]{0,12}\d{1,10}[ ](?P<time>\S{3,12}[ ]+\S{1,12}[ ]+\d\d:\d\d)[ ]+[^\W\d]\w{2,20}[ ]+"
    r"(?P<source>RasClient|RemoteAccess)[ ]+(?P<number>\d{5})[ ](?P<message>\S[^\r\n]*+)",
    re.MULTILINE,
)
"""A row of the table of Get-EventLog with an event of a connection: index, time, kind, source, number and message."""
_PRIORITY = late(r"\s*<\d{1,3}>")
"""How a line of syslog begins."""
_ABOUT = late(
    r"\bmicrosoft-windows-security-auditing\b|\bras ?client\b|\bremoteaccess\b|\bipsec\b"
    r"|\bwindows filtering platform (?:has )?blocked\b|\bnetwork policy server\b|\bnetwork policy name\b"
    r"|\bproxy policy name\b|\bcoid=\{|\bpastore engine\b"
    r"|\bbase filtering engine\b|\b(?:remote access connection manager|routing and remote access"
    r"|windows (?:defender )?firewall) service\b|\bbasisfiltermodul\b|\bras-verbindungsverwaltung\b|\brouting und ras\b"
    r"|\bdienst [\"'\u201e]windows[- ](?:defender )?firewall\b"
    r"|\blocal(?:mm|em)principalname\b|\bfailurepoint\b"
    r"|\bdialed[\s>]{1,12}a[\s>]{1,12}connection\b|\blog name\b|\bprotokollname\b"
)


def recognise(source: Source) -> bool:
    """Whether it is text of events, one of which may concern IPsec."""
    head = source.head_text
    if _XML_VIEW.match(head):
        from ipseclint.formats.events import security_events

        return security_events.recognise(bytes_source(source.path, _plain(head).encode("utf-8", "replace")))
    if head.startswith(("{", "[", "<"), begin_of(head)) and _PRIORITY.match(head) is None:
        return False
    if "TimeCreated" in source.head_lines and _is_printed(head):
        return True
    if source.has_sign("coid={") and _LISTED_ROW.search(source.head_lines) is not None:
        return True
    if table_in(head) is not None:
        is_known = _IN_TABLE.search(_folded(source)) is not None
    else:
        is_returned = source.has_sign("returned") and _RETURNED.search(_folded(source)) is not None
        is_coded = source.has_sign("coid={") and (
            _OF_CONNECTION.search(source.head_lines_folded) or _BY_SERVER.search(_folded(source))
        )
        is_known = is_returned or bool(is_coded) or any(line.search(source.head_lines_folded) for line in _KNOWN)
    if is_known and _ABOUT.search(_folded(source)) is not None:
        return True
    may_be_copied = any(map(source.has_sign, _COPIED_FROM)) and any(
        map(source.head_lines_folded.__contains__, _COPIED_LABELS)
    )
    return may_be_copied and _COPIED.search(_folded(source)) is not None


def _is_printed(text: str) -> bool:
    """Whether it has a table of Get-WinEvent with an event that is read."""
    return _PRINTED.search(text) is not None or _PRINTED_OF_FIREWALL.search(text) is not None


def _folded(source: Source) -> str:
    """The folded head, each line behind a line end."""
    return f"\n{source.head_folded}"


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """The events that concern IPsec, in any of these forms; other events are counted."""
    from ipseclint.formats.events import security_events
    from ipseclint.formats.events.log_events import EventLog
    from ipseclint.formats.events.told_cases import tells_of_one

    if _XML_VIEW.match(text):
        return security_events.parse(bytes_source(diagnostics.path, _plain(text).encode("utf-8", "replace")))
    log = EventLog(diagnostics)
    is_list = False
    if _is_printed(text):
        records = _printed(text, diagnostics.path)
    else:
        table = table_in(text)
        records = _records(text, diagnostics.path) if table is None else rows(text, table, diagnostics)
        is_list = table is not None and lists_kinds(text, table)
    is_list = is_list or ("%1" in text and FIRST_INSERT.search(text) is not None)
    is_of_guide = suffix_of(diagnostics.path) in DOCUMENTS and not tells_of_one(text)
    for record in records:
        if is_list and not record.has_time:
            if not record.is_empty:
                diagnostics.not_read(OF_A_KIND)
        elif (is_of_guide and record.is_general) or record.is_of_a_kind:
            diagnostics.not_read(OF_A_KIND)
        else:
            record.add_to(log)
    return _with_unread_failures(log.parsed(), text, diagnostics)


def _with_unread_failures(parsed: Parsed, text: str, diagnostics: Diagnostics) -> Parsed:
    """The result, with a problem for each failure whose message stands there and was not read."""
    from ipseclint.formats.events.values_below import unread_failures

    known = {problem.span.line for problem in parsed.problems}
    for event, message in unread_failures(parsed.events, lines_of_text(text)):
        if event.span.line not in known:
            diagnostics.not_understood(message, event.span)
    return replace(parsed, problems=diagnostics.listed())


def _plain(text: str) -> str:
    """The XML view without the marks for folding its elements."""
    return _MARK.sub(r"\1 ", text)


def _records(text: str, path: str) -> Iterator[Record]:
    record = Record()
    in_message = in_details = False
    in_splunk = False
    for line in lines_of(text, path):
        if not in_details and (logged := _in_one_line(line) or _in_row(line)) is not None:
            yield from (record, logged)
            record, in_message = Record(), False
            continue
        if match := _SPLUNK.match(line.text):
            in_splunk = in_splunk or match[1] == "LogName"
            key = RECORD_LABELS.get(match[1].casefold()) if in_splunk else None
            if match[1] == "LogName":
                yield record
                record, in_message = Record(), False
            if key is not None:
                _take(record, key, line.part(match.end()).strip())
                in_message = True  # what stands below a field is of the message, the last of them
                continue
        numbered = None if in_details or in_message else _behind_number(line)
        if numbered or _ITEM.fullmatch(line.text) or _DETAILS.fullmatch(line.text):
            yield record
            record, in_message = numbered or Record(), False
            in_details = _DETAILS.fullmatch(line.text) is not None
            continue
        if in_details and not _is_of_another(line):
            _take_detail(record, line)
            continue
        # Messages stand one below another too, without what stands around them.
        if in_details or _begins_another(line.text, record.lines) or _ends_prose(line.text, record):
            yield record
            record, in_message, in_details = Record(), False, False
        pair = labelled(line) or _short(line)
        key = None if pair is None else _key_of(*pair, line, record, in_message=in_message)
        if pair is None or key is None:
            _take_line(record, line, in_message=in_message)
            continue
        value = pair[1]
        if (key in record.keys and not record.is_empty) or (key != "message" and record.is_told_alone):
            yield record
            record, in_message = Record(), False
        record.keys.add(key)
        in_message = in_message or key == "message"
        if key == "message":
            # A copy in French has a blank before its colon too, and the message in the lines below.
            record.is_listed = bool(value.text) and line.text[: line.text.find(":")].endswith(" ")
            record.margin = _indent(line)
        _take(record, key, value)
    yield record


def _take_line(record: Record, line: Token, *, in_message: bool) -> None:
    """Add a line without a label, if it belongs to the message."""
    if _goes_on(record.lines):
        record.take(line.part(len(line.text) - len(line.text.lstrip(" \t>"))))
    elif (
        in_message
        or _is_of_service(record)
        or not line.text.strip()
        or _is_told(line.text)
        or any(map(breaks_off, record.lines[-1:]))
    ):
        record.take(line)


def _is_of_service(record: Record) -> bool:
    """Whether it is an event on a service, whose message names it in the words of any language."""
    return record.number is not None and record.source is not None and record.source.text.casefold() == SERVICE_CONTROL


def _printed(text: str, path: str) -> Iterator[Record]:
    """The rows of Get-WinEvent tables; a line in the last column only continues the row above."""
    record, column, printed_row = Record(), 0, _PRINTED_ROW
    provider: Token | None = None
    for line in lines_of(text, path):
        if (named := _PROVIDER.fullmatch(line.text)) is not None:
            provider = line.part(*named.span(1))
        elif line.text.startswith("TimeCreated "):
            yield record
            record, column = Record(), line.text.find("Message")
            printed_row = _PRINTED_ROW if "LevelDisplayName" in line.text else _PRINTED_WITHOUT_LEVEL
        elif column and (row := printed_row.fullmatch(line.text.rstrip())) is not None:
            yield record
            number, message = line.part(*row.span(2)), line.part(row.start(3)).strip()
            record = Record(number=number, source=provider, time=line.part(*row.span(1)), lines=[message])
        elif record.number is not None and line.text.strip() and not line.text[:column].strip():
            record.take(line.strip())
    yield record


def _take(record: Record, key: str, value: Token) -> None:
    match key:
        case "message":
            record.lines = [value] if value.text else []
        case "number":
            record.number = value
        case "source":
            record.source = value
        case "time":
            record.time = value


_ONE_LINE = late(
    r"[^\r\n]{0,400}?\bmicrosoft[- ]windows[- ]security[- ]auditing\b"
    r"(?=[^\r\n]{0,4000}?\b(?:ipsec|ike|security association)\b)",
    re.IGNORECASE,
)
_NUMBER_IN_LINE = late(rf"(?<![\w.,/-])(?:{NUMBERS})(?![\w.,/-])")


def _in_one_line(line: Token) -> Record | None:
    """The event in a whole syslog line: source, number and message."""
    if len(line.text) < _MIN_LINE_CHARACTERS or (source := _ONE_LINE.match(line.text)) is None:
        return None
    number = _NUMBER_IN_LINE.search(line.text, max(0, source.end() - _AROUND), source.end() + _AROUND)
    token = None if number is None else line.part(*number.span())
    return Record(number=token, time=line.part(0, source.end()), lines=lines_within(line))


def _in_row(line: Token) -> Record | None:
    """The event in a row of a Get-EventLog table, with the visible part of its message."""
    row = _LISTED_ROW.match(line.text)
    if row is None:
        return None
    time, source, number, message = (line.part(*row.span(name)) for name in ("time", "source", "number", "message"))
    return Record(number=number, source=source, time=time, lines=[message.strip()])


_BEHIND_NUMBER = late(rf"(?<![\w.:-])(?:70[0-3]\d|465[2-4]|498[34])[ \t:.,\u2013-]{{1,4}}(?={MESSAGE})", re.IGNORECASE)
_NUMBERS_BEFORE = ("70", "465", "498")


def _behind_number(line: Token) -> Record | None:
    """The event whose message somebody wrote behind its number, with other words before both."""
    told = _BEHIND_NUMBER.search(line.text) if any(map(line.text.__contains__, _NUMBERS_BEFORE)) else None
    if told is None:
        return None
    return Record(lines=[line.part(told.end()).strip()], may_be_of_a_kind=not told[0].startswith("70"))


_MIN_LINE_CHARACTERS = 100
_AROUND = 200
"""How near its source the number of an event stands in a line, and how long such a line is (reasoned)."""

_SPLUNK = late(r"[ \t>]{0,24}([A-Z][A-Za-z]{3,20})=")
_SHORT = late(rf"[ \t>]{{0,24}}([^\W\d][\w. '\u2019\u00a0-]{{1,30}}):({NUMBERS})[ \t]*")

_SHORT_LOG = late(rf"[ \t>]{{0,24}}({'|'.join(LOG_NAMES)})[ \u00a0]?:(\S[^\r\n]*)", re.IGNORECASE)


def _short(line: Token) -> tuple[str, Token] | None:
    """The folded label of a line with its value right behind the colon, since a label may fill its column: of an
    event's number, or of the log that an event begins with."""
    match = _SHORT.fullmatch(line.text) or _SHORT_LOG.fullmatch(line.text)
    return None if match is None else (match[1].strip().casefold(), line.part(*match.span(2)).strip())


def _indent(line: Token) -> int:
    return len(line.text) - len(line.text.lstrip())


_TOLD = late(r"[ \t>]{0,24}(?:[A-Za-z][A-Za-z /()-]{2,40}:(?:\s|$)|CoI[dD]=\{)")
"""How a line begins that is of a message, whatever stands before it."""
_SENTENCE_LINES = 4
"""Over how many lines a sentence of RasClient may be broken, as mail does it (reasoned)."""


def _is_told(text: str) -> bool:
    return _TOLD.match(text) is not None or number_of(text) is not None


def _is_of_another(line: Token) -> bool:
    """Whether a line below the colon-free details of an event begins another form of an event."""
    pair = labelled(line)
    is_labelled = pair is not None and RECORD_LABELS.get(pair[0]) in {"log", "time", "number"}
    is_told = SENTENCE.match(line.text) is not None or OF_CONNECTION.match(line.text.lstrip(" \t>")) is not None
    return is_labelled or is_told


def _begins_another(text: str, lines: Sequence[Token]) -> bool:
    """Whether a line begins a new message, since the one above is complete: a message ends with its code."""
    is_connection = OF_CONNECTION.match(text.lstrip(" \t>")) is not None
    if not is_connection and not SENTENCE.match(text):
        return False
    if any(SENTENCE.match(told.text) for told in lines):
        return True
    at = next((at for at, told in enumerate(lines) if OF_RAS.search(told.text)), len(lines))
    return any(RETURNS.search(told.text) or ENDS_WITH_CODE.search(told.text) for told in lines[at:])


def _ends_prose(text: str, record: Record) -> bool:
    """Whether a line begins a message below words that somebody wrote, which are of no event."""
    if not record.lines or record.keys or record.number or SENTENCE.match(text) is None:
        return False
    return not any(pair[1].text for pair in map(labelled, record.lines) if pair is not None)


def _goes_on(lines: Sequence[Token]) -> bool:
    """Whether the last lines end within the sentence that ends with a connection's error code."""
    last = " ".join(line.text.strip(" \t>") for line in lines[-_SENTENCE_LINES:])
    return OF_RAS.search(last) is not None and not last.endswith(".")


def _key_of(label: str, value: Token, line: Token, record: Record, *, in_message: bool) -> str | None:
    """The part of an event that a labelled line holds; None for a line of the message, or of another kind."""
    key = RECORD_LABELS.get(label)
    at_margin = record.is_listed and _indent(line) <= record.margin
    if key is None:
        if not in_message and value.text in {PROVIDER, "RasClient", "RemoteAccess"}:
            return "source"
        if not in_message and record.source is not None and value.text in _NUMBER_WORDS:
            return "number"
        return "other" if in_message and at_margin else None
    # Within a message a label is the message's, unless it begins the next event or, in a list, stands at the margin.
    return key if not in_message or key == "log" or at_margin else None


def _take_detail(record: Record, line: Token) -> None:
    """Take a line of the friendly view: a name and its value without a colon, or, in some events, a bare value."""
    if _DATA.fullmatch(line.text):
        record.keys.add("data")
        return
    match = _DETAIL.fullmatch(line.text.rstrip())
    if match is None:
        if "data" in record.keys and line.text.strip():
            record.take(line.strip())
        return
    value = line.part(match.start(2), match.end(2)).strip()
    match match[1]:
        case "EventID":
            record.number = value
        case "Name":
            record.source = value
        case "SystemTime":
            record.time = value
        case name:
            record.fields.setdefault(name, value)


FORMATS = (
    Format(
        name="event-text",
        title="events of IPsec and of VPN connections as text: Event Viewer, wevtutil, Get-WinEvent, CSV",
        short="events as text",
        recognise=recognise,
        parse=parse,
        how_to_export="Event Viewer: Copy, Details as text; or wevtutil qe Security /f:text > events.txt, Get-WinEvent "
        "-LogName Security | Format-List > events.txt (better: security-events, whose values no language changes)",
        can_express="negotiations and connections that failed, with peer and reason",
        cannot_express="the time, unless it is written as ISO 8601; values of other languages than English",
        without_key="an event names the method of authentication, never a key",
    ),
)
