"""WFP filters: which of them concern IPsec, and their traffic."""

from __future__ import annotations

from collections.abc import Iterable
from sys import intern

from ipseclint.formats.kit.read import decimal
from ipseclint.formats.kit.xml.bytes import utf8_pieces
from ipseclint.formats.kit.xml.element import Element
from ipseclint.formats.kit.xml.stream import stream
from ipseclint.formats.kit.xml.wanted import Subtree, Wanted
from ipseclint.formats.wfp.marks import LOOKED_AT_BYTES, SET_OFF, Marks, is_written_anew
from ipseclint.formats.wfp.structures import FILTER
from ipseclint.formats.wfp.traffic import names_no_address, narrowing_in, traffic_of
from ipseclint.formats.wfp.values import ElementReader, number_in
from ipseclint.model.selectors import WfpFilter
from ipseclint.source import Source
from ipseclint.vocabulary.wfp_words import IPSEC_CALLOUTS, IPSEC_LAYERS

CONTEXT_KEY_TAG = b"<providerContextKey>"
FILTER_TAG = b"<filterKey>"

_IPSEC_CONTEXT = "FWPM_IPSEC_"
_IPSEC_CONTEXT_TYPE = f"<type>{_IPSEC_CONTEXT}".encode()
_ENVELOPE_BYTES = 64 * 1024
"""How far before its type the key of a provider context is looked for: there are names in between."""


def ipsec_context_keys(source: Source) -> frozenset[bytes]:
    """The keys of IPsec provider contexts, found by a search of the raw bytes where texts stand as they are.

    Filters precede the contexts they refer to, and only these tell which of a hundred thousand filters concern IPsec. A
    key found by mistake only means that a filter is examined more closely. Raises OSError, SourceError.
    """
    keys: set[bytes] = set()
    before = b""
    for piece in utf8_pieces(source):
        data = before + piece
        if is_written_anew(data) or SET_OFF.search(data, 0, LOOKED_AT_BYTES):
            return _keys_of_elements(source)
        place = 0
        while (place := data.find(_IPSEC_CONTEXT_TYPE, place)) >= 0:
            lead = data.rfind(CONTEXT_KEY_TAG, max(0, place - _ENVELOPE_BYTES), place)
            if lead >= 0:
                begin = lead + len(CONTEXT_KEY_TAG)
                keys.add(data[begin : data.find(b"<", begin)])
            place += 1
        before = data[-_ENVELOPE_BYTES:]
    return frozenset(keys)


def _keys_of_elements(source: Source) -> frozenset[bytes]:
    contexts = Wanted(subtrees={"item": frozenset({"providerContexts"})})
    items = (part.element for part in stream(source, contexts) if isinstance(part, Subtree))
    ipsec = (item for item in items if item.child_text("type").startswith(_IPSEC_CONTEXT))
    return frozenset(item.child_text("providerContextKey").encode() for item in ipsec)


def filter_marks(context_keys: Iterable[bytes]) -> Marks:
    """The signs in a filter's bytes that it concerns IPsec."""
    words = [each.encode() for each in (*IPSEC_LAYERS, IPSEC_CALLOUTS)]
    return Marks(words, lead=CONTEXT_KEY_TAG, values=frozenset(context_keys), each=FILTER_TAG)


def ipsec_filter(reader: ElementReader, item: Element, context_keys: frozenset[bytes]) -> WfpFilter | None:
    """The filter in an item of `filters`; None if it does not concern IPsec."""
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
    reader.check_structure(item, FILTER)
    key = _text(parts, "filterKey")
    display = parts.get("displayData")
    conditions = parts.get("filterCondition")
    items = reader.items_of(conditions) if conditions is not None else ()
    traffic = traffic_of(map(narrowing_in, items))
    if traffic.not_understood:
        for each in filter(names_no_address, items):
            reader.not_understood(each, "the address of this condition is none")
    flags = parts.get("flags")
    filter_id = decimal(_text(parts, "filterId"))
    if filter_id is None and "filterId" in parts:
        filter_id = number_in(reader, item, "filterId")
    return WfpFilter(
        key=key,
        name=(display.child_text("name") if display is not None else "") or key,
        layer=intern(layer),
        sublayer=intern(_text(parts, "subLayerKey")),
        effective_weight=_weight(reader, item, parts.get("effectiveWeight")),
        action=intern(action.child_text("type") if action is not None else ""),
        context_key=intern(context_key) or None,
        local=traffic.local,
        remote=traffic.remote,
        protocol=traffic.protocol,
        local_ports=traffic.local_ports,
        remote_ports=traffic.remote_ports,
        not_understood=traffic.not_understood,
        line=item.line,
        column=item.column,
        filter_id=filter_id,
        callout=intern(callout) or None,
        disabled=flags is not None and any(each.text.strip() == _DISABLED for each in flags.children),
    )


_DISABLED = "FWPM_FILTER_FLAG_DISABLED"


def _text(parts: dict[str, Element], name: str) -> str:
    element = parts.get(name)
    return "" if element is None else element.text.strip()


def _weight(reader: ElementReader, item: Element, weight: Element | None) -> int:
    value = decimal(weight.child_text("uint64")) if weight is not None else None
    if value is None:
        reader.not_understood(weight or item, "a filter at an IPsec layer without an effective weight")
        return 0
    return value
