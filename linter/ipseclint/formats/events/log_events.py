"""The events of a log that concern IPsec, in whatever form it was exported; others are counted by kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.formats.events.usual_event import UsualEvent
from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.ipsec_packets import is_of_ipsec
from ipseclint.formats.kit.read import decimal
from ipseclint.formats.kit.token import Token
from ipseclint.formats.kit.unread import note_unread
from ipseclint.formats.kit.xml.element import Element, text_of
from ipseclint.formats.kit.xml.wanted import Structure, leaves, note_unknown
from ipseclint.formats.parsed import Parsed
from ipseclint.late import late
from ipseclint.model.events import Event, EventKind
from ipseclint.model.selectors import parse_address
from ipseclint.source import Span
from ipseclint.vocabulary.audit_events import (
    AUDIT_EVENTS,
    FAILURE_POINTS,
    FILTER_DROPS,
    IKE_PROVIDERS,
    KDC_EVENTS,
    KDC_PROVIDERS,
    KEY_MODULES,
    NPS_OF_RRAS,
    NPS_OF_VPN,
    NPS_REFUSALS,
    PARAMETERS,
    PROVIDER,
    RAS_EVENTS,
    RAS_PROVIDERS,
    ROLES,
    VALUE_NAMES,
    codes_of_reason,
)
from ipseclint.vocabulary.firewall_events import FIREWALL_EVENTS, FIREWALL_PROVIDER, changed_setting
from ipseclint.vocabulary.services import (
    BLOCK_MODE,
    CONTROL_EVENTS,
    DEPENDENT,
    DRIVER,
    SERVICE_CONTROL,
    failed_services,
)
from ipseclint.vocabulary.spoken_reasons import codes_as_spoken
from ipseclint.vocabulary.windows_errors import error_name, error_table, find_error
from ipseclint.words import plural

MAX_EVENTS = 500_000
"""Events that are kept of one log before the rest is refused (reasoned)."""
MAX_NAME = 100
"""So long may the name of an event of another kind be (reasoned)."""
MAX_UNKNOWN = 1000
"""Different words not known that are kept of one log (reasoned)."""

_MAX_ALIKE = 5_000
"""So many events are remembered of which others differ in time alone: a few megabytes (reasoned)."""
TOLD = (
    *("FailureReason", "KeyModName", "Role", "FailurePoint", "State", "LocalAddress", "RemoteAddress"),
    *("QMFilterID", "MMFilterID"),
)
"""The values of an audit event that are kept; cookies and SPIs, which differ each time, are not."""

_EVENT: Structure = {
    "System": leaves(
        "Provider EventID Version Level Task Opcode Keywords TimeCreated EventRecordID Correlation Execution Channel"
        " Computer Security"
    ),
    "EventData": {**leaves("Data Binary"), "ComplexData": None},
    **dict.fromkeys(("UserData", "BinaryEventData", "DebugData", "ProcessingErrorData", "RenderingInfo")),
}
"""The elements of an event (event.xsd of the Windows SDK)."""

T = TypeVar("T")


class Values(Struct, frozen=True):
    """The values of an event by XML name, and a lookup of the place of each."""

    by_name: Mapping[str, str]
    place_of: Callable[[str], Span]

    def shown(self, name: str) -> str | None:
        """A value as text, message-table numbers replaced by their words; None if it is empty."""
        text = self.by_name.get(name, "").strip()
        return None if text in _NOTHING else PARAMETERS.get(text, text)


_SHOWN_PROVIDER = "microsoft windows security auditing"
"""The provider of audit events as Event Viewer shows it, and Splunk keeps it."""

_OF_IKE = (
    "of the log that IKE's service keeps itself (Microsoft-Windows-IKE): what its values mean is published nowhere, and"
    " they are not read; what became of the negotiations stands in the Security log, 4650 to 4655"
)
"""The message about events of `IKE_PROVIDERS`."""
_OF_POLICY = (
    "the firewall's log tells what became of a part, and not what the whole is; export it with"
    " `netsh advfirewall consec show rule name=all verbose` and `netsh advfirewall show global`"
)
"""The message about events of `FIREWALL_PROVIDER`."""
_NUMBER_OF_IPSEC = late(r"(?<![\w.:-])13\d{3}(?![\w:-]|\.\d)")
_MAX_NAMED = 5
"""So many errors that events of the IKE service name are told."""
_DIALS, _SETTINGS, _DIALLED = "RasClient 20221", "VpnStrategy", "settings of a connection in RasClient 20221"
"""The event with which a connection begins to be dialled, a setting of those that it lists, and the name of all."""
_VPN_LOGS = ("RasClient ", "RemoteAccess ")
"""How the names of events begin that Windows' VPN client and server write."""
_NO_VPN = "without a sign of a VPN"
"""What is said of refusals that are counted."""
_NONE = "-"
"""Windows' placeholder for a missing value."""
_NOTHING = frozenset({"", _NONE})
_NEGOTIATIONS = frozenset({EventKind.MAIN_MODE, EventKind.QUICK_MODE, EventKind.EXTENDED_MODE})
_NO_TIME = late(
    r"(?m)^(?!\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[T ](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)[^\n]++$",
)
"""A line that is not empty and begins with no time."""
_WORD = late(r"[^\W_]+")
_READ_OF: Mapping[str, Container[int]] = {
    **dict.fromkeys(RAS_PROVIDERS, RAS_EVENTS),
    **dict.fromkeys(KDC_PROVIDERS, KDC_EVENTS),
    FIREWALL_PROVIDER: FIREWALL_EVENTS,
    SERVICE_CONTROL: CONTROL_EVENTS,
    DRIVER: (BLOCK_MODE,),
}
"""The events that are read of providers of which others are counted, by the folded name of the provider."""


def are_read(event: UsualEvent) -> bool:
    """Whether all values of an event have names that are read."""
    return VALUE_NAMES.issuperset(event.by_name)


@lru_cache(maxsize=256)
def other_event(digits: str, provider: str) -> str | None:
    """The name by which an event that does not concern IPsec is counted: its number, behind another provider's name."""
    number, folded = event_number(digits), provider.casefold()
    if folded in IKE_PROVIDERS or number in _READ_OF.get(folded, ()):
        return None
    if provider != PROVIDER and folded.rstrip(".") != _SHOWN_PROVIDER:
        return f"{provider} {digits}"
    return None if number in NPS_REFUSALS or number in AUDIT_EVENTS else digits


_DROPPED = late(
    rb"<EventData>\s*(?:<Data Name=['\"](?!SourcePort|DestPort|Protocol)\w++['\"](?:/>|>[^<>]*+</Data>)\s*+)*+"
    rb"<Data Name=['\"]SourcePort['\"]>([0-9]++)</Data>\s*<Data Name=['\"]DestAddress['\"]>[^<>]*+</Data>\s*"
    rb"<Data Name=['\"]DestPort['\"]>([0-9]++)</Data>\s*<Data Name=['\"]Protocol['\"]>([0-9]++)</Data>"
)
"""The ports and the protocol of a packet that a filter blocked, where Windows writes them: no other has their names."""
_DROPS = frozenset(map(str, FILTER_DROPS))


def is_other_packet(digits: str, provider: str, written: bytes) -> bool:
    """Whether the XML of an event tells at a glance that a filter blocked a packet that is not of IPsec; a busy
    machine's log has tens of thousands of them."""
    if digits not in _DROPS or provider != PROVIDER or (dropped := _DROPPED.search(written)) is None:
        return False
    source, destination, protocol = map(bytes.decode, dropped.groups())
    return not is_of_ipsec(protocol, source, destination)


def event_number(digits: str) -> int:
    """The number of an event, 0 if invalid."""
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 6 else 0


class EventLog:
    """The events of one log, as they are read. Unknown reasons are noted once each, with a count.

    `_alike` holds one audit event, with nothing unknown in it, for each combination of number and kept values;
    `_of_any_port` refusals of Network Policy Server without the port that the user came by.
    """

    def __init__(self, diagnostics: Diagnostics) -> None:
        self.diagnostics = diagnostics
        self._path = diagnostics.path
        self._events: list[Event] = []
        self._left = MAX_EVENTS
        self._unknown: Counter[tuple[str, str]] = Counter()
        self._unknown_count = 0
        self._other: Counter[str] = Counter()
        self._of_ike = 0
        self._first_of_ike: Span | None = None
        self._named_by_ike: Counter[int] = Counter()
        self._of_policy: Counter[str] = Counter()
        self._first_of_policy: Span | None = None
        self._first: dict[tuple[str, str], Span] = {}
        self._alike: dict[tuple[int, tuple[str | None, ...]], Event] = {}
        self._of_any_port: list[Event] = []

    def add(self, element: Element, place: Span | None = None) -> None:
        """Add an event if it concerns IPsec; `place` is its place, if not the element's."""
        system = element.child("System")
        number = None if system is None else system.child("EventID")
        if system is None or number is None or not number.text.strip().isdecimal():
            at = element if number is None else number
            span = place or self.diagnostics.place(at.line, at.column, len(at.name) + 2)
            self.diagnostics.malformed("an event without its number, `EventID`: it is not read", span)
            return
        provider = system.child("Provider")
        time = system.child("TimeCreated")
        data = element.child("EventData")
        values = () if data is None else tuple(data.named("Data"))
        by_name = _by_name(values)
        is_kept = self._keep(
            number.text.strip(),
            PROVIDER if provider is None else provider.attributes.get("Name", PROVIDER),
            None if time is None else time.attributes.get("SystemTime"),
            Values(
                {name: value.text.strip() for name, value in by_name.items()},
                lambda name: place or text_of(by_name[name], self._path).strip().span,
            ),
            place or text_of(number, self._path).span,
            [value.text for value in values],
        )
        if is_kept:
            note_unknown(element, _EVENT, self.diagnostics, place)
            for name, value in by_name.items():
                if name and name not in VALUE_NAMES:
                    span = place or text_of(value, self._path).span
                    note_unread(name, span, VALUE_NAMES, self.diagnostics, kind="value")

    def add_usual(self, event: UsualEvent, place: Span | None = None) -> None:
        """Add an event if it concerns IPsec, from the fast reader; the names of all its values are read."""
        span = place or Span(self._path, event.line, event.column, len(event.number))
        alike = self._alike_of(event) if event.provider == PROVIDER else None
        if alike is not None:
            if self._has_room(span):
                self._events.append(replace(alike, span=span, time=event.time))
            return
        by_name = {name: text.strip() for name, text in event.by_name.items()}
        values = Values(by_name, lambda name: place or self._place_in(event, name, span))
        self._keep(event.number, event.provider, event.time, values, span, [text for _, text in event.values])

    def _alike_of(self, event: UsualEvent) -> Event | None:
        """An audit event that said the same, if there was one."""
        texts = map(event.by_name.get, TOLD)
        said = tuple([None if text is None else text.strip() for text in texts])
        return self._alike.get((event_number(event.number), said))

    def keep(
        self,
        digits: str,
        provider: str,
        time: str | None,
        fields: Mapping[str, Token],
        span: Span,
        *,
        texts: Sequence[str] = (),
    ) -> bool:
        """Add an event, given by number and source, if it concerns IPsec; whether it does.

        `fields` are its values by XML name, `texts` all its values, or its message, in order.
        """
        values = Values({name: token.text for name, token in fields.items()}, lambda name: fields[name].span)
        return self._keep(digits, provider, time, values, span, texts)

    def _keep(
        self, digits: str, provider: str, time: str | None, values: Values, span: Span, texts: Sequence[str]
    ) -> bool:
        number, folded = event_number(digits), provider.casefold()
        other = other_event(digits, provider)
        if other == _DIALS and any(_SETTINGS in text for text in texts):
            self.diagnostics.not_read(_DIALLED)
            return False
        if other is not None:
            setting = changed_setting(number, texts) if folded == FIREWALL_PROVIDER else None
            if setting is None:
                self.count_other(other)
            else:
                self._count_of_policy(f"{setting[0]} changed to {quoted(setting[1])}", span)
            return False
        if folded in IKE_PROVIDERS:
            self.count_of_ike(span, texts)
            return False
        if folded == FIREWALL_PROVIDER:
            self._count_of_policy(FIREWALL_EVENTS[number], span)
            return False
        if folded in RAS_PROVIDERS:
            if self._has_room(span):
                from ipseclint.formats.events.connections import connection

                self._events.append(connection(number, time, span, texts, self.diagnostics))
            return True
        if folded in KDC_PROVIDERS:
            return self._keep_mapping(number, time, span)
        if folded in {SERVICE_CONTROL, DRIVER}:
            return self._keep_of_service(number, time, span, texts)
        if number in NPS_REFUSALS:
            return self._keep_refusal(number, time, values, span)
        if number in FILTER_DROPS:
            return self._keep_drop(number, time, values, span)
        self.add_audited(number, tuple(map(values.by_name.get, TOLD)), time, span, values.place_of)
        return True

    def add_audited(
        self, number: int, said: tuple[str | None, ...], time: str | None, span: Span, place_of: Callable[[str], Span]
    ) -> None:
        """Add an audit event with the values `said` of `TOLD`, without blanks around them."""
        if self._has_room(span):
            alike = self._alike.get((number, said))
            told = self._audited(number, said, span, place_of) if alike is None else alike
            self._events.append(replace(told, span=span, time=time))

    def _audited(self, number: int, said: tuple[str | None, ...], span: Span, place_of: Callable[[str], Span]) -> Event:
        """An audit event without time, from the values `said` of `TOLD`; cached if nothing in it is unknown."""
        known, unknown = AUDIT_EVENTS[number], self._unknown_count
        told = zip(TOLD, said, strict=True)
        values = Values({name: text for name, text in told if text is not None}, place_of)
        codes = (known.error_code,) if known.error_code is not None else self._codes(values)
        event = Event(
            span=span,
            kind=EventKind(known.kind),
            event_id=number,
            error_code=codes[0] if len(codes) == 1 else None,
            possible_codes=codes if len(codes) > 1 else (),
            success=known.success,
            reason_unknown=not codes and values.shown("FailureReason") is not None,
            key_module=self._word(values, "KeyModName", KEY_MODULES),
            role=self._word(values, "Role", ROLES),
            failure_point=self._word(values, "FailurePoint", FAILURE_POINTS),
            state=values.shown("State"),
            local_address=self._address(values, "LocalAddress", known.kind),
            remote_address=self._address(values, "RemoteAddress", known.kind),
            filter_id=self._number(values, "QMFilterID" if values.shown("QMFilterID") else "MMFilterID"),
        )
        if self._unknown_count == unknown and len(self._alike) < _MAX_ALIKE:
            self._alike[number, said] = event
        return event

    def _keep_mapping(self, number: int, time: str | None, span: Span) -> bool:
        """Add that a domain controller could not map a certificate strongly to its account."""
        if self._has_room(span):
            self._events.append(Event(span=span, kind=EventKind.SERVICE, event_id=number, time=time, success=False))
        return True

    def _keep_of_service(self, number: int, time: str | None, span: Span, texts: Sequence[str]) -> bool:
        """Add that a service that negotiations or VPNs need did not start or ended, or that the driver blocks; another
        event is counted."""
        services = ("",) if number == BLOCK_MODE else failed_services(texts)
        if not services:
            self.count_other(f"Service Control Manager {number}")
            return False
        if self._has_room(span):
            told = CONTROL_EVENTS.get(number)
            if number == DEPENDENT and len(services) > 1:
                told = f"it did not start, since it depends on {services[1]}, which did not"
            self._events.append(
                Event(
                    span=span,
                    kind=EventKind.SERVICE,
                    event_id=number,
                    time=time,
                    success=False,
                    state=services[0] or None,
                    progress=told,
                )
            )
        return True

    def _keep_refusal(self, number: int, time: str | None, values: Values, span: Span) -> bool:
        """Add that Network Policy Server refused a VPN user, now or, if no port is named, in the end; count another."""
        is_of_vpn = _is_of_vpn(values)
        if not is_of_vpn and values.shown("NASPortType") is not None:
            self.count_other(f"{number} {_NO_VPN}")
        elif self._has_room(span):
            from ipseclint.formats.events.connections import refusal

            refused = refusal(number, time, span, (values.shown("ReasonCode") or "").rstrip(",;."))
            (self._events if is_of_vpn else self._of_any_port).append(refused)
        return is_of_vpn

    def _settle_any_port(self) -> None:
        """Add the refusals that name no port if a VPN connection failed in the same log; count them otherwise."""
        if any(event.event_id in RAS_EVENTS and event.success is False for event in self._events):
            self._events += self._of_any_port
        else:
            for event in self._of_any_port:
                self.count_other(f"{event.event_id} {_NO_VPN}")

    def _keep_drop(self, number: int, time: str | None, values: Values, span: Span) -> bool:
        """Add that a filter blocked a packet of IPsec or IKE; another event is counted."""
        self._number(values, "Protocol")
        if not is_of_ipsec(*map(values.shown, ("Protocol", "SourcePort", "DestPort"))):
            self.count_other(str(number))
            return False
        if self._has_room(span):
            kind, blocked_by = EventKind(AUDIT_EVENTS[number].kind), self._number(values, "FilterRTID")
            self._events.append(Event(span=span, kind=kind, event_id=number, time=time, filter_id=blocked_by))
        return True

    def _has_room(self, span: Span) -> bool:
        self._left -= 1
        if self._left == -1:
            self.diagnostics.refused(f"more than {MAX_EVENTS} events: the rest was not read", span)
        return self._left >= 0

    def count_other(self, name: str) -> None:
        """Count an event that does not concern IPsec, or tells of no failure of a VPN connection."""
        if name.startswith(_VPN_LOGS):
            from ipseclint.vocabulary.ras_errors import event_in_short

            provider, _, digits = name.rpartition(" ")
            if (told := event_in_short(event_number(digits), provider)) is None:
                self.diagnostics.not_read(f"{name}: not known here")
                return
            name = f"{name}: {told}"
        shown = name if len(name) <= MAX_NAME and (name in self._other or len(self._other) < MAX_UNKNOWN) else "others"
        self._other[shown] += 1

    def count_of_ike(self, span: Span, texts: Iterable[str] = ()) -> None:
        """Count an event that the IKE service writes to a log of its own, and the errors of IPsec that it names."""
        self._of_ike += 1
        for code in (int(digits) for text in texts for digits in _NUMBER_OF_IPSEC.findall(text)):
            if code in error_table():
                self._named_by_ike[code] += 1
        self._first_of_ike = self._first_of_ike or span

    def _count_of_policy(self, what: str, span: Span) -> None:
        """Count an event in which the firewall reports on IPsec policy, by what it reports."""
        self._of_policy[what if what in self._of_policy or len(self._of_policy) < MAX_UNKNOWN else "others"] += 1
        self._first_of_policy = self._first_of_policy or span

    def parsed(self) -> Parsed:
        """The result."""
        self._settle_any_port()
        if self._first_of_policy is not None:
            told = "; ".join(what if times == 1 else f"{times} x {what}" for what, times in self._of_policy.items())
            message = f"{plural(self._of_policy.total(), 'event')} about IPsec policy ({told}): {_OF_POLICY}"
            self.diagnostics.not_understood(message, self._first_of_policy)
        if self._first_of_ike is not None:
            self.diagnostics.not_understood(
                f"{plural(self._of_ike, 'event')} {_OF_IKE}{self._errors_of_ike()}", self._first_of_ike
            )
        for (name, text), count in self._unknown.items():
            times = "" if count == 1 else f", in {count} events"
            what = f"unknown `{name}` {quoted(text)}" if text else f"an empty `{name}`"
            self.diagnostics.not_understood(f"{what}{times}", self._first[name, text])
        self._tell_no_times()
        return Parsed(
            events=tuple(self._events),
            problems=self.diagnostics.listed(),
            other_events=tuple(sorted(self._other.items())),
            unread=self.diagnostics.unread_names(),
        )

    def _errors_of_ike(self) -> str:
        """The errors that events of the IKE service name."""
        counted = self._named_by_ike.most_common(_MAX_NAMED)
        if not counted:
            return ""
        named = ", ".join(f"{count} x {code} {error_name(code)}" for code, count in counted)
        asked = " ".join(str(code) for code, _ in counted)
        return f". Numbers of errors stand in them: {named} (`ipseclint explain {asked}`)"

    def _tell_no_times(self) -> None:
        """Tell of times that are none: their events are counted, and no burst is found among them."""
        listed = "\n".join([event.time or "" for event in self._events])
        if (first := _NO_TIME.search(listed)) is not None:
            count = 1 + sum(1 for _ in _NO_TIME.finditer(listed, first.end()))
            times = "" if count == 1 else f", nor are others in {plural(count - 1, 'event')}"
            place = self._events[listed.count("\n", 0, first.start())].span
            self.diagnostics.not_understood(f"{quoted(first[0])} is not a time{times}", place)

    def _codes(self, values: Values) -> tuple[int, ...]:
        """The errors that a failure's reason may mean; empty if unknown, which is counted."""
        reason = values.shown("FailureReason")
        if reason is None:
            return ()
        if codes := codes_of_reason(reason) or codes_as_spoken(reason):
            return codes
        if (named := find_error(reason)) is not None:
            return (named.code,)
        self._count_unknown(values, "FailureReason")
        return ()

    def _word(self, values: Values, name: str, words: Mapping[str, T]) -> T | None:
        shown = values.shown(name)
        value = None if shown is None else words.get(shown.casefold())
        if shown is not None and value is None:
            self._count_unknown(values, name)
        return value

    def _number(self, values: Values, name: str) -> int | None:
        """A number; None after counting what is none."""
        shown = values.shown(name)
        number = None if shown is None else decimal(shown)
        if shown is not None and number is None:
            self._count_unknown(values, name)
        return number

    def _address(self, values: Values, name: str, kind: str) -> str | None:
        """The address of an end as the event has it, after counting it if it is none: a negotiation has both."""
        text = values.by_name.get(name, _NONE).strip()
        if parse_address(text) is None and text != _NONE and (text or kind in _NEGOTIATIONS):
            self._count_unknown(values, name)
        return values.shown(name)

    def _count_unknown(self, values: Values, name: str) -> None:
        self._unknown_count += 1
        key = name, values.by_name[name].strip()
        if len(self._unknown) < MAX_UNKNOWN or key in self._unknown:
            self._unknown[key] += 1
            if key not in self._first:
                self._first[key] = values.place_of(name)

    def _place_in(self, event: UsualEvent, name: str, whole: Span) -> Span:
        """The place of a value of an event read without elements."""
        element = event.element(name)
        return whole if element is None else text_of(element, self._path).strip().span


def _is_of_vpn(values: Values) -> bool:
    """Whether an NPS event says that the user came by VPN."""
    said = {name: (values.shown(name) or "").casefold() for name in NPS_OF_VPN}
    return NPS_OF_RRAS in said.values() or any(NPS_OF_VPN[name] in _WORD.findall(value) for name, value in said.items())


def _by_name(values: Iterable[Element]) -> dict[str, Element]:
    by_name: dict[str, Element] = {}
    for value in values:
        by_name.setdefault(value.attributes.get("Name", ""), value)
    return by_name
