"""Output of `netsh wfp`: the state, the filters, the network events of the Windows Filtering Platform."""

from __future__ import annotations

import re
from typing import cast

from ipseclint.finding import Problem
from ipseclint.formats.kit.diagnostics import Diagnostics, of_source
from ipseclint.formats.kit.xml.element import Element
from ipseclint.formats.kit.xml.stream import stream
from ipseclint.formats.kit.xml.wanted import (
    NO_ROOT,
    ListEnd,
    Records,
    Row,
    Strange,
    Subtree,
    Wanted,
    note_strange,
)
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.wfp.context import check_keying_policy, context_marks, context_of
from ipseclint.formats.wfp.dos_protection import dos_protection
from ipseclint.formats.wfp.events import EVENT_TAG, event_marks, net_event
from ipseclint.formats.wfp.filter_rows import filter_row
from ipseclint.formats.wfp.filters import CONTEXT_KEY_TAG, FILTER_TAG, filter_marks, ipsec_context_keys, ipsec_filter
from ipseclint.formats.wfp.main_mode import main_mode_policy
from ipseclint.formats.wfp.quick_mode import quick_mode_policy
from ipseclint.formats.wfp.statistics import STATISTICS, counters
from ipseclint.formats.wfp.structures import AROUND
from ipseclint.formats.wfp.values import ElementReader
from ipseclint.late import late
from ipseclint.model.events import Counter, Event
from ipseclint.model.policy import (
    AuthenticationSet,
    DosProtection,
    MainModeCryptoSet,
    Policy,
    QuickModeCryptoSet,
)
from ipseclint.model.selectors import WfpFilter
from ipseclint.source import Source, SourceError, Span, text_source
from ipseclint.vocabulary.wfp_words import PROVIDER_CONTEXT

MAX_OBJECTS = 500_000
"""Contexts, filters and events that are kept of one input before the rest is refused (reasoned)."""


@of_source
def parse(source: Source) -> Parsed:
    """Everything about IPsec in a WFP export."""
    diagnostics = Diagnostics(source.path)
    part = source.once(_part)
    if part is not None and part.start() and source.is_in_head:  # behind the rest of an item
        diagnostics.not_understood(_BEGINS_WITHIN, diagnostics.place(1, 1))
        text, at = source.read_text(), part.start("first")
        source = text_source(source.path, "\n" * text.count("\n", 0, at) + text[at:])
    reader = ElementReader(diagnostics)
    contents = _Contents(reader, _context_keys(source), _written_at(source), _place_of(part, source))
    wanted = contents.wanted(is_document=_DECLARED.match(source.head_text) is not None)
    for each in stream(source, wanted):
        if isinstance(each, Problem):
            diagnostics.add(each)
        elif isinstance(each, ListEnd):
            reader.check_count(each, each.records, reader.span(each))
        elif isinstance(each, Strange):
            note_strange(each, wanted, diagnostics)
        elif isinstance(each, Row):
            contents.add_row(each)
        else:
            contents.add(each)
    return contents.parsed()


def _context_keys(source: Source) -> frozenset[bytes]:
    try:
        return ipsec_context_keys(source)
    except (OSError, SourceError):
        return frozenset()  # the stream will say what is wrong


class _Contents:
    """The contents of one input, as they are read."""

    def __init__(
        self, reader: ElementReader, context_keys: frozenset[bytes], written_at: str | None, first: Span | None
    ) -> None:
        self._reader = reader
        self._diagnostics = reader.diagnostics
        self._written_at = written_at
        self._context_keys = context_keys
        self._first = first
        self._main_mode: list[MainModeCryptoSet] = []
        self._quick_mode: list[QuickModeCryptoSet] = []
        self._authentication: list[AuthenticationSet] = []
        self._dos_protection: list[DosProtection] = []
        self._filters: list[WfpFilter] = []
        self._events: list[Event] = []
        self._counters: list[Counter] = []
        self._left = MAX_OBJECTS

    def wanted(self, *, is_document: bool) -> Wanted:
        """The parts of the input to read; what is declared as a document has one root."""
        item = frozenset({"item"})
        contexts, filters = context_marks(), filter_marks(self._context_keys)
        return Wanted(
            subtrees={"item": frozenset({*_LISTS.values(), NO_ROOT}), "netEvent": frozenset()}
            | dict.fromkeys(STATISTICS, frozenset()),
            lists={
                "providerContexts": Records(item, CONTEXT_KEY_TAG, contexts.find),
                "filters": Records(item, FILTER_TAG, filters.find, read=filter_row, well_formed=True),
                "netEvents": Records(item | {"netEvent"}, EVENT_TAG, event_marks().find),
            },
            without_root=self._first is not None and not is_document,
            around=AROUND,
        )

    def add_row(self, row: Row) -> None:
        """Add a filter from the fast reader."""
        made = cast("WfpFilter", row.value)
        if self._has_room(made.line, made.column):
            self._filters.append(made)

    def add(self, subtree: Subtree) -> None:
        """Read and add an object."""
        element = subtree.element
        if not self._has_room(element.line, element.column):
            return
        if element.name in STATISTICS:
            self._counters.extend(counters(self._reader, element, self._written_at))
            return
        parent = _list_of(element) if subtree.parent == NO_ROOT else subtree.parent
        if parent == "providerContexts":
            self._add_context(element)
        elif parent == "filters":
            wfp_filter = ipsec_filter(self._reader, element, self._context_keys)
            if wfp_filter is not None:
                self._filters.append(wfp_filter)
        else:
            event = net_event(self._reader, element)
            if event is not None:
                self._events.append(event)

    def _has_room(self, line: int, column: int) -> bool:
        self._left -= 1
        if self._left == -1:
            message = f"more than {MAX_OBJECTS} objects: the rest was not read"
            self._diagnostics.refused(message, self._diagnostics.place(line, column))
        return self._left >= 0

    def _add_context(self, item: Element) -> None:
        context = context_of(self._reader, item)
        if context is None:
            return
        match context.type.purpose:
            case "main-mode":
                crypto, first = main_mode_policy(self._reader, context)
                self._main_mode.append(crypto)
                self._authentication.append(first)
            case "transport" | "tunnel":
                quick, second = quick_mode_policy(self._reader, context)
                self._quick_mode.append(quick)
                if second is not None:
                    self._authentication.append(second)
            case "dos-protection":
                self._dos_protection.append(dos_protection(self._reader, context))
            case _:
                check_keying_policy(self._reader, context)

    def parsed(self) -> Parsed:
        """The result."""
        policy = Policy(
            main_mode_crypto_sets=tuple(self._main_mode),
            quick_mode_crypto_sets=tuple(self._quick_mode),
            authentication_sets=tuple(self._authentication),
            dos_protection=tuple(self._dos_protection),
            wfp_filters=tuple(self._filters),
            wfp_filter_path=self._diagnostics.path if self._filters else "",
        )
        if self._first is not None and not policy.is_empty:
            policy = policy.model_copy(update={"kinds_not_held": (PROVIDER_CONTEXT,)})
            self._diagnostics.not_understood(_PART, self._first)
        return Parsed(
            policy=policy,
            events=tuple(self._events),
            counters=tuple(self._counters),
            problems=self._diagnostics.listed(),
            secrets=tuple(self._diagnostics.secrets),
            unread=self._diagnostics.unread_names(),
        )


_LISTS = {"filterKey": "filters", "providerContextKey": "providerContexts", "header": "netEvents"}
"""The list in which an item stands, by the child that tells it; a filter may have the key of its context too."""
_PART_OF_EXPORT = late(
    r"\s*+(?:(?><!--.*?-->|<\?xml[^>]{0,200}\?>)\s*+)*+(?P<first><(?:item|filters|providerContexts)(?:\s[^<>]{0,80})?>)\s*+"
    r"(?:<item>\s*+)?<(?P<child>filterKey|providerContextKey|providerKey|header)>",
    re.DOTALL,
)
"""How a part begins that was cut out of an export: an object, or a list of them."""
_WITHIN_ITEM = late(r"\s*+<(?:/|(?!item>\s{0,80}<|(?:filters|providerContexts|wfpstate|wfpdiag|netEvents?)\b)[a-z])")
"""How a part begins that was cut out in the middle of an item."""
_WHOLE_ITEM = late(r"(?P<first><item>)\s{0,80}<(?P<child>filterKey|providerContextKey|header)>")
_BEGINS_WITHIN = "this part of an export begins in the middle of an item, which is not read: cut it out whole"
_DECLARED = late(r"\s*<\?xml\b")
_PART = (
    "only a part of what the filtering engine holds: what it refers to, and what stands beside it, is not here; "
    "`netsh wfp show state` exports all of it"
)


def _part(source: Source) -> re.Match[str] | None:
    """How a part of an export begins; None if it is none. Asked through `Source.once`: three recognisers ask."""
    return _PART_OF_EXPORT.match(source.head_text) or _cut(source)


def _cut(source: Source) -> re.Match[str] | None:
    """The first whole item of a part that begins in the middle of another; None if there is none."""
    is_within = _WITHIN_ITEM.match(source.head_text) is not None
    return _WHOLE_ITEM.search(source.head_text) if is_within else None


def _first_of_part(source: Source) -> str:
    """The first child of the first object of a part; empty if it is no part of an export."""
    match = source.once(_part)
    return match["child"] if match else ""


def _place_of(part: re.Match[str] | None, source: Source) -> Span | None:
    """Where a part of an export begins; None if it is none."""
    if part is None:
        return None
    text, at = part.string, part.start("first")
    return Span(source.path, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at), len(part["first"]))


def _list_of(item: Element) -> str:
    """The list that an item stands in, where only the item was pasted."""
    return next((own for key, own in _LISTS.items() if item.child(key) is not None), "")


_ROOT = late(r"<(?!\?|!--)(?:!DOCTYPE\s+)?([A-Za-z_][\w.-]*)")
_EVENTS = late(r"<(?:netEvents?)[\s/>]")


_WRITTEN_AT = late(r"<wfpstate>\s*<timeStamp>([0-9T:.Z+-]{10,40})</timeStamp>")


def _written_at(source: Source) -> str | None:
    """The time of a state, from its first line."""
    match = _WRITTEN_AT.search(source.head_text)
    return match[1] if match else None


def _root(source: Source) -> str:
    match = _ROOT.search(source.head_text)
    return match[1] if match else ""


def _is_state(source: Source) -> bool:
    return _root(source) == "wfpstate" or _first_of_part(source) in {"providerContextKey", "providerKey"}


def _is_events(source: Source) -> bool:
    if _root(source) == "wfpdiag":
        return _EVENTS.search(source.head_text) is not None
    return _root(source) in {"netEvents", "netEvent"} or _first_of_part(source) == "header"


def _is_filters(source: Source) -> bool:
    if _root(source) == "wfpdiag":
        return not _is_events(source)
    return _first_of_part(source) == "filterKey"


_NOT_IN_WFP = "names and profiles of the firewall's rules, its settings as a whole, whether a policy comes from a GPO"

FORMATS = (
    Format(
        name="wfp-state",
        title="state of the filtering engine (wfpstate.xml)",
        recognise=_is_state,
        parse=parse,
        how_to_export="netsh wfp show state file=wfpstate.xml",
        can_express="main-mode and quick-mode policies as the engine holds them, IPsec filters, protection against "
        "denial of service, counters of IKE and of the driver",
        cannot_express=_NOT_IN_WFP,
    ),
    Format(
        name="wfp-netevents",
        title="network events of the filtering engine (netevents.xml, wfpdiag.xml)",
        recognise=_is_events,
        parse=parse,
        how_to_export="netsh wfp show netevents file=netevents.xml",
        can_express="failed negotiations, packets that IPsec dropped, dropped IKE and ESP packets",
        cannot_express="policies, unless the capture holds them; successful negotiations",
        without_key="an event names the method of authentication, never what was agreed on",
    ),
    Format(
        name="wfp-filters",
        title="filters of the filtering engine (filters.xml)",
        recognise=_is_filters,
        parse=parse,
        how_to_export="netsh wfp show filters file=filters.xml",
        can_express="IPsec filters and the keys of the policies they refer to",
        cannot_express="the policies themselves: export the state for these; " + _NOT_IN_WFP,
        without_key="filters name provider contexts by their ids; keys stand in the contexts, which only a state has",
    ),
)
