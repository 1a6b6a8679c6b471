"""Filters of WFP: which of them concern IPsec, and what traffic they are for."""

from __future__ import annotations

from collections.abc import Iterable

from ipseclint.data.wfp_words import IPSEC_CALLOUTS, IPSEC_LAYERS
from ipseclint.formats.wfp_values import Notes, decimal, dotted, numeric_address, shown
from ipseclint.formats.xml_bytes import utf8_pieces
from ipseclint.formats.xml_element import Element
from ipseclint.formats.xml_marks import Marks
from ipseclint.model.selectors import Address, PortRange, WfpFilter
from ipseclint.source import Source

CONTEXT_KEY_TAG = b"<providerContextKey>"

_IPSEC_CONTEXT_TYPE = b"<type>FWPM_IPSEC_"
_ENVELOPE_BYTES = 64 * 1024
"""How far before its type the key of a provider context is looked for: there are names in between."""

_FILTER_ELEMENTS = frozenset(
    {
        "filterKey",
        "displayData",
        "flags",
        "providerKey",
        "providerData",
        "layerKey",
        "subLayerKey",
        "weight",
        "filterCondition",
        "action",
        "rawContext",
        "providerContextKey",
        "reserved",
        "filterId",
        "effectiveWeight",
    }
)
_ADDRESS_FIELDS = {"FWPM_CONDITION_IP_LOCAL_ADDRESS": "local", "FWPM_CONDITION_IP_REMOTE_ADDRESS": "remote"}
_PORT_FIELDS = {"FWPM_CONDITION_IP_LOCAL_PORT": "local", "FWPM_CONDITION_IP_REMOTE_PORT": "remote"}
_PROTOCOL_FIELD = "FWPM_CONDITION_IP_PROTOCOL"


def ipsec_context_keys(source: Source) -> frozenset[bytes]:
    """The keys of the IPsec provider contexts, found by looking at the bytes alone.

    Filters come before the contexts they refer to, and only these tell which of a hundred thousand filters
    concern IPsec. A key that is found though it is none only makes a filter be looked at more closely.
    Raises OSError, SourceError.
    """
    keys: set[bytes] = set()
    before = b""
    for piece in utf8_pieces(source):
        data = before + piece
        place = 0
        while (place := data.find(_IPSEC_CONTEXT_TYPE, place)) >= 0:
            lead = data.rfind(CONTEXT_KEY_TAG, max(0, place - _ENVELOPE_BYTES), place)
            if lead >= 0:
                begin = lead + len(CONTEXT_KEY_TAG)
                keys.add(data[begin : data.find(b"<", begin)])
            place += 1
        before = data[-_ENVELOPE_BYTES:]
    return frozenset(keys)


def filter_marks(context_keys: Iterable[bytes]) -> Marks:
    """The signs in a filter's bytes that it concerns IPsec."""
    words = [each.encode() for each in (*IPSEC_LAYERS, IPSEC_CALLOUTS)]
    return Marks(words, lead=CONTEXT_KEY_TAG, values=frozenset(context_keys))


def ipsec_filter(notes: Notes, item: Element, context_keys: frozenset[bytes]) -> WfpFilter | None:
    """The filter in an item of `filters`, None if it does not concern IPsec."""
    parts = {each.name: each for each in item.children}
    layer = _text(parts, "layerKey")
    action = parts.get("action")
    callout = action.child_text("filterType") if action is not None else ""
    context_key = _text(parts, "providerContextKey")
    if not (
        layer.startswith(IPSEC_LAYERS)
        or callout.startswith(IPSEC_CALLOUTS)
        or (context_key and context_key.encode() in context_keys)
    ):
        return None
    notes.check_children(item, _FILTER_ELEMENTS)
    key = _text(parts, "filterKey")
    display = parts.get("displayData")
    traffic = _Traffic()
    conditions = parts.get("filterCondition")
    for each in notes.items_of(conditions) if conditions is not None else ():
        traffic.add(each)
    flags = parts.get("flags")
    return WfpFilter(
        key=key,
        name=(display.child_text("name") if display is not None else "") or key,
        layer=layer,
        sublayer=_text(parts, "subLayerKey"),
        effective_weight=_weight(notes, item, parts.get("effectiveWeight")),
        action=action.child_text("type") if action is not None else "",
        context_key=context_key or None,
        local=tuple(traffic.addresses["local"]),
        remote=tuple(traffic.addresses["remote"]),
        protocol=traffic.protocol,
        local_ports=tuple(traffic.ports["local"]),
        remote_ports=tuple(traffic.ports["remote"]),
        not_understood=tuple(traffic.not_understood),
        line=item.line,
        column=item.column,
        filter_id=decimal(_text(parts, "filterId")),
        callout=callout or None,
        disabled=flags is not None and any(each.text.strip() == _DISABLED for each in flags.children),
    )


_DISABLED = "FWPM_FILTER_FLAG_DISABLED"


def _text(parts: dict[str, Element], name: str) -> str:
    element = parts.get(name)
    return "" if element is None else element.text.strip()


def _weight(notes: Notes, item: Element, weight: Element | None) -> int:
    value = decimal(weight.child_text("uint64")) if weight is not None else None
    if value is None:
        notes.not_understood(weight or item, "a filter at an IPsec layer without an effective weight")
        return 0
    return value


class _Traffic:
    """The traffic that conditions describe: those on one field are alternatives, fields add up."""

    def __init__(self) -> None:
        self.addresses: dict[str, list[Address]] = {"local": [], "remote": []}
        self.ports: dict[str, list[PortRange]] = {"local": [], "remote": []}
        self.protocol: int | None = None
        self.not_understood: list[str] = []

    def add(self, item: Element) -> None:
        """Take a condition in, or its name if it is not modelled."""
        field = item.child_text("fieldKey")
        match = item.child_text("matchType")
        value = item.child("conditionValue")
        if value is None or match not in _MATCHES or not self._take(field, value):
            self.not_understood.append(field if match in _MATCHES else f"{field} {shown(match)}")

    def _take(self, field: str, value: Element) -> bool:
        if field in _ADDRESS_FIELDS:
            address = _address(value)
            if address is not None:
                self.addresses[_ADDRESS_FIELDS[field]].append(address)
            return address is not None
        if field in _PORT_FIELDS:
            ports = _ports(value)
            if ports is not None:
                self.ports[_PORT_FIELDS[field]].append(ports)
            return ports is not None
        if field == _PROTOCOL_FIELD:
            number = decimal(value.child_text("uint8"))
            if number is not None and self.protocol in (None, number):
                self.protocol = number
                return True
        return False


_MATCHES = frozenset({"FWP_MATCH_EQUAL", "FWP_MATCH_RANGE"})
"""The FWP_MATCH_TYPEs that are modelled."""


def _address(value: Element) -> Address | None:
    arm = value.children[-1] if value.children else value
    if arm.name == "rangeValue":
        low, high = _ends(arm)
        text = f"{dotted(low)}-{dotted(high)}"
    elif arm.name == "v4AddrMask":
        text = f"{dotted(arm.child_text('addr'))}/{dotted(arm.child_text('mask'))}"
    elif arm.name == "v6AddrMask":
        text = f"{arm.child_text('addr')}/{arm.child_text('prefixLength')}"
    else:
        text = arm.text.strip()
    return numeric_address(text)


def _ports(value: Element) -> PortRange | None:
    arm = value.children[-1] if value.children else value
    low, high = _ends(arm) if arm.name == "rangeValue" else (arm.text.strip(), arm.text.strip())
    first, last = decimal(low), decimal(high)
    if first is None or last is None or last > _LAST_PORT:
        return None
    return PortRange(first, last)


_LAST_PORT = 65_535


def _ends(arm: Element) -> tuple[str, str]:
    """The text of the low and the high end of a range."""
    ends = [arm.child(name) for name in ("valueLow", "valueHigh")]
    low, high = (each.children[-1].text.strip() if each is not None and each.children else "" for each in ends)
    return low, high
