"""Network events of WFP: failed negotiations, and packets dropped for lack of IPsec or by IPsec itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeVar

from ipseclint.formats.kit.diagnostics import quoted, shown
from ipseclint.formats.kit.ipsec_packets import IKE_PORTS, IPSEC_PROTOCOLS, is_of_ipsec
from ipseclint.formats.kit.read import unknown
from ipseclint.formats.kit.token import token_at
from ipseclint.formats.kit.xml.element import Element
from ipseclint.formats.kit.xml.wanted import note_unknown
from ipseclint.formats.wfp.marks import Marks
from ipseclint.formats.wfp.structures import EVENT
from ipseclint.formats.wfp.values import ElementReader, dotted, number_in
from ipseclint.late import late
from ipseclint.model.events import Event, EventKind
from ipseclint.model.selectors import parse_address
from ipseclint.vocabulary.algorithms import KeyModule
from ipseclint.vocabulary.rows import readings
from ipseclint.vocabulary.wfp_words import DROP_STATUS
from ipseclint.vocabulary.windows_errors import find_error


class _EventType(NamedTuple):
    """A type of event: its kind, the element of its details, the prefix of its states."""

    kind: EventKind
    arm: str
    state: str = ""
    filter_id: str = "filterId"


_PREFIX = "FWPM_NET_EVENT_TYPE_"
_EVENT_TYPES = {
    "IKEEXT_MM_FAILURE": _EventType(EventKind.MAIN_MODE, "ikeMmFailure", "mmState", "mmFilterId"),
    "IKEEXT_QM_FAILURE": _EventType(EventKind.QUICK_MODE, "ikeQmFailure", "qmState", "qmFilterId"),
    "IKEEXT_EM_FAILURE": _EventType(EventKind.EXTENDED_MODE, "ikeEmFailure", "emState", "qmFilterId"),
    "IPSEC_KERNEL_DROP": _EventType(EventKind.KERNEL_DROP, "ipsecDrop"),
    "IPSEC_DOSP_DROP": _EventType(EventKind.DOS_PROTECTION_DROP, "idpDrop"),
    "CLASSIFY_DROP": _EventType(EventKind.CLASSIFY_DROP, "classifyDrop"),
}
"""FWPM_NET_EVENT_TYPE and the arm of FWPM_NET_EVENT5 that each selects (fwpmtypes.h)."""

_KEY_MODULES = readings(KeyModule, lambda module: module.row.wfp)
_FAILURE_POINTS = {"IPSEC_FAILURE_NONE": None, "IPSEC_FAILURE_ME": "local", "IPSEC_FAILURE_PEER": "remote"}
_ROLES = {"IKEEXT_SA_ROLE_INITIATOR": "initiator", "IKEEXT_SA_ROLE_RESPONDER": "responder"}
_STATE_PREFIX = late(r"IKEEXT_[MQE]M_SA_STATE_")

_BENIGN = "_FAILURE_FLAG_BENIGN"

EVENT_TAG = b"<header>"

T = TypeVar("T")

_DECIMAL_AND_NAME = late(r"(-?[0-9]{1,10}|0[xX][0-9a-fA-F]{1,8})(?:\s+\((\w+)\))?")


def event_marks() -> Marks:
    """The signs in an event's bytes that it concerns IPsec."""
    types = [f"{_PREFIX}{word}".encode() for word in ("IKEEXT_", "IPSEC_")]
    protocols = [f"<ipProtocol>{number}<".encode() for number in sorted(IPSEC_PROTOCOLS)]
    ports = [f"{side}Port>{number}<".encode() for side in ("local", "remote") for number in sorted(IKE_PORTS)]
    return Marks([*types, *protocols, *ports], each=EVENT_TAG)


def net_event(reader: ElementReader, item: Element) -> Event | None:
    """The event in an item of `netEvents` or a `netEvent`; None if it does not concern IPsec."""
    element = item.child("netEvent") or item
    header, type_element = element.child("header"), element.child("type")
    if header is None or type_element is None:
        return None
    word = type_element.text.strip().removeprefix(_PREFIX)
    event_type = _EVENT_TYPES.get(word)
    if event_type is None:
        if "IPSEC" in word or "IKE" in word:
            reader.not_understood(type_element, f"unknown type of event {quoted(word)}")
        return None
    if event_type.kind is EventKind.CLASSIFY_DROP and not _is_ipsec_traffic(reader, header):
        return None
    arm = element.child(event_type.arm)
    if arm is None:
        reader.not_understood(type_element, f"an event of type {shown(word)} without its <{event_type.arm}>")
        return None
    note_unknown(element, EVENT, reader.diagnostics)
    module = _word(reader, arm, "keyingModuleType", _KEY_MODULES)
    state = arm.child_text(event_type.state)
    error_code = _error(reader, arm)
    return Event(
        span=reader.text_span(type_element),
        kind=event_type.kind,
        time=header.child_text("timeStamp") or None,
        error_code=error_code,
        benign=_is_benign(arm),
        reason_unknown=error_code is None and _error_element(arm) is not None,
        key_module=module,
        role=_word(reader, arm, "saRole", _ROLES),
        failure_point=_word(reader, arm, "failurePoint", _FAILURE_POINTS),
        state=_STATE_PREFIX.sub("", state) or None,
        local_address=_address(reader, header, "localAddr"),
        remote_address=_address(reader, header, "remoteAddr"),
        filter_id=number_in(reader, arm, event_type.filter_id),
        context_key=arm.child_text("providerContextKey") or arm.child_text("mmProviderContextKey") or None,
    )


def _is_ipsec_traffic(reader: ElementReader, header: Element) -> bool:
    """Whether a dropped packet was ESP, AH or IKE, after telling of a protocol that is no number."""
    protocol = header.child("ipProtocol")
    if protocol is not None and not protocol.text.strip().isdecimal():
        unknown(token_at(protocol.text.strip(), reader.text_span(protocol)), "<ipProtocol>", reader.diagnostics)
    return is_of_ipsec(*map(header.child_text, ("ipProtocol", "localPort", "remotePort")))


def _word(reader: ElementReader, arm: Element, name: str, words: Mapping[str, T | None]) -> T | None:
    element = arm.child(name)
    if element is None:
        return None
    word = element.text.strip()
    if word not in words:
        unknown(token_at(word, reader.text_span(element)), f"<{name}>", reader.diagnostics)
        return None
    return words[word]


def _is_benign(arm: Element) -> bool:
    """Whether the failure is flagged as expected (FWPM_NET_EVENT_IKEEXT_MM_FAILURE1 and EM_FAILURE1)."""
    flags = arm.child("flags")
    return flags is not None and any(item.text.strip().endswith(_BENIGN) for item in flags.named("item"))


def _error_element(arm: Element) -> Element | None:
    return arm.child("failureErrorCode") or arm.child("failureStatus")


def _error(reader: ElementReader, arm: Element) -> int | None:
    """The Windows error, which WFP writes as a number, a name, or both; the driver's is an NTSTATUS."""
    element = _error_element(arm)
    if element is None:
        return None
    text = element.text.strip()
    match = _DECIMAL_AND_NAME.fullmatch(text)
    if match:
        number = int(match[1], 16) if match[1][:2] in ("0x", "0X") else int(match[1])
        return DROP_STATUS.get(number & 0xFFFFFFFF, number)
    name = text.replace("STATUS_IPSEC_", "ERROR_IPSEC_", 1) if text.startswith("STATUS_IPSEC_") else text
    error = find_error(name)
    if error is None:
        unknown(token_at(text, reader.text_span(element)), f"<{element.name}>", reader.diagnostics)
        return None
    return error.code


def _address(reader: ElementReader, header: Element, name: str) -> str | None:
    """The address of an end as the event has it, after noting that it is none; None for an event without one."""
    element = header.child(f"{name}V4") or header.child(f"{name}V6")
    if element is None:
        return None
    text = element.text.strip() if element.name.endswith("V6") else dotted(element.text.strip())
    if parse_address(text) is None:
        unknown(token_at(text, reader.text_span(element)), f"<{element.name}>", reader.diagnostics)
    return text or None
