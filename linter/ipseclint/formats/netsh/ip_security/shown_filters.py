"""Filter lists in the output of `netsh ipsec static show`."""

from __future__ import annotations

from collections.abc import Iterable

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.read import decimal, digits, value, word
from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.ip_security.filters import PROTOCOLS, NoAddress, legacy_address
from ipseclint.formats.netsh.ip_security.shown_blocks import Block, Filter
from ipseclint.model.policy import FilterList
from ipseclint.model.selectors import ANY_ADDRESS, Address, LegacyFilter
from ipseclint.vocabulary import netsh_ipsec_labels as labels
from ipseclint.words import plural

_MAX_PORT, _MAX_PROTOCOL = 65_535, 255
_NEEDED = {
    "mirrored": "mirror",
    "source": "source address",
    "destination": "destination address",
    "protocol": "protocol",
    "source_port": "source port",
    "destination_port": "destination port",
}
"""What every filter is printed with."""


def filter_lists(blocks: Iterable[Block], diagnostics: Diagnostics) -> dict[str, FilterList]:
    """The filter lists by folded name."""
    lists: dict[str, FilterList] = {}
    for block in blocks:
        key, filter_list = block.name.text.casefold(), _filter_list(block, diagnostics)
        if filter_list is None:
            continue
        if key in lists and _traffic(lists[key]) != _traffic(filter_list):
            message = f"{quoted(block.name.text)} has other filters in line {lists[key].span.line}: these are taken"
            diagnostics.contradictory(message, block.name.span)
        lists[key] = filter_list
    return lists


def _filter_list(block: Block, diagnostics: Diagnostics) -> FilterList | None:
    """A filter list; None, noted, if it is printed without its filters."""
    name, count = block.name, block.values.get("count")
    announced = None if count is None else value(count, digits, "number of filters", diagnostics).known
    printed = len(block.filters)
    if not printed and announced != 0:
        message = f"the filter list {quoted(name.text)} is printed without its filters: `level=verbose` prints them"
        diagnostics.not_understood(message, name.span)
        return None
    if announced is not None and announced != printed and not block.is_cut:
        message = f"{plural(announced, 'filter')} announced and {printed} printed: the output may be cut off"
        diagnostics.malformed(message, name.span if count is None else count.span)
    rows = (_row(each, diagnostics) for each in block.filters)
    return FilterList(name=name.text, span=name.span, filters=tuple(row for row in rows if row is not None))


def _row(shown_filter: Filter, diagnostics: Diagnostics) -> LegacyFilter | None:
    """One filter; None, noted, if it is not understood."""
    values, begin = shown_filter.values, shown_filter.begin
    if missing := [words for meaning, words in _NEEDED.items() if meaning not in values]:
        diagnostics.malformed(
            f"a filter is printed without its {', '.join(missing)}: the output may be cut off", begin.span
        )
        return None
    seen = diagnostics.count
    mirrored = word(values["mirrored"], labels.YES_NO, "yes or no", diagnostics).known
    row = LegacyFilter(
        source=_address(values, "source", diagnostics),
        destination=_address(values, "destination", diagnostics),
        protocol=_protocol(values["protocol"], diagnostics),
        source_port=_port(values["source_port"], diagnostics),
        destination_port=_port(values["destination_port"], diagnostics),
        mirrored=bool(mirrored),
        line=begin.line,
        column=begin.column,
    )
    return row if diagnostics.count == seen else None


def _address(values: dict[str, Token], side: str, diagnostics: Diagnostics) -> Address:
    shown_address, mask = values[side], values.get(f"{side}_mask")
    keyword = labels.ADDRESSES.get(shown_address.word)
    if keyword is None and mask is None:
        diagnostics.malformed(f"the {side} address is printed without its mask", shown_address.span)
        return ANY_ADDRESS
    address = legacy_address(keyword or shown_address.text, None if mask is None else mask.text)
    if isinstance(address, NoAddress):
        diagnostics.unknown_value(address.reason, shown_address.span)
        return ANY_ADDRESS
    return address


def _protocol(token: Token, diagnostics: Diagnostics) -> int | None:
    if token.word in labels.ANY:
        return None
    return value(token, protocol_number, "protocol", diagnostics).known or None


def protocol_number(token: Token) -> int | None:
    """The number of a protocol, given by name or number; None if there is none."""
    number = decimal(token.text)
    known = PROTOCOLS.get(token.word) if number is None else number
    return known if known is not None and known <= _MAX_PROTOCOL else None


def _port(token: Token, diagnostics: Diagnostics) -> int:
    if token.word in labels.ANY:
        return 0
    return value(token, port_number, "port", diagnostics).known or 0


def port_number(token: Token) -> int | None:
    """A port; None if there is none."""
    number = decimal(token.text)
    return number if number is not None and number <= _MAX_PORT else None


def _traffic(filter_list: FilterList) -> list[tuple[object, ...]]:
    """The filters of a list without their places."""
    return [row[:-2] for row in filter_list.filters]
