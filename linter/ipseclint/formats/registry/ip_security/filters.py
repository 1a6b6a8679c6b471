"""ipsecFilter: a filter list (MS-GPIPSEC 2.2.1.5), in its first layout and in the second one for IPv6 and ranges."""

from __future__ import annotations

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.registry.ip_security.blob import Blob, ipv4
from ipseclint.formats.registry.ip_security.main_mode import check_head
from ipseclint.model.selectors import ANY_ADDRESS, Address, LegacyFilter
from ipseclint.source import Span
from ipseclint.vocabulary.addresses import AddressKeyword
from ipseclint.vocabulary.rows import readings

TYPE = "{80DC20B5-2EC8-11D1-A89E-00A0248D3021}"
SECOND_TYPE = "{35FECD3D-AE29-4373-8A6A-C5D8FAB2FB08}"

_MIN_BYTES = 3 * 4 + 52
_MIN_SECOND_BYTES = 3 * 4 + 16 + 4 + 2 * 40 + 2 * 8 + 8
_ALL_ONES = 0xFFFF_FFFF
_SPECIAL = readings(AddressKeyword, lambda keyword: keyword.row.filter_special)
_DESTINATION = 0x80
_KEYWORDS = readings(AddressKeyword, lambda keyword: keyword.row.filter_type)
_SINGLE, _RANGE, _SUBNET = 1, 2, 4


def read_filters(blob: Blob, diagnostics: Diagnostics) -> tuple[LegacyFilter, ...]:
    """The filters in order. Raises BlobError."""
    said_at = blob.span(16, 4) if len(blob.data) >= 20 else blob.span(0)
    check_head(blob, TYPE, int.from_bytes(blob.data[16:20], "little"), diagnostics)
    said = int.from_bytes(blob.data[16:20], "little")
    count = blob.count(_MIN_BYTES, "filters")
    begin = blob.at
    first = [_filter(blob, diagnostics) for _ in range(count)]
    if blob.at - begin != said:
        diagnostics.malformed(f"the filters are said to take {said} bytes, and take {blob.at - begin}", said_at)
    if blob.left < 28:
        return tuple(each for each in first if each is not None)
    second = _second(blob, diagnostics)
    return tuple(each for each in second or first if each is not None)


def _begun(blob: Blob) -> tuple[Span, bool]:
    """The start of a filter in both layouts: its place, and whether it is mirrored."""
    at = blob.at
    for _ in range(3):
        blob.text()
    place = blob.span(at, 4)
    blob.take(16)
    return place, blob.number() != 0


def _filter(blob: Blob, diagnostics: Diagnostics) -> LegacyFilter | None:
    place, mirrored = _begun(blob)
    source = _address(blob, "source", diagnostics)
    destination = _address(blob, "destination", diagnostics)
    blob.take(4)
    protocol = blob.number()
    source_port, destination_port = blob.number(2), blob.number(2)
    blob.take(1)
    special_at = blob.span(blob.at)
    special = blob.number(1)
    blob.take(2)
    if special:
        keyword = _SPECIAL.get(special & ~_DESTINATION)
        if keyword is None:
            diagnostics.not_understood(f"unknown special address `{special}`", special_at)
            return None
        if special & _DESTINATION:
            destination = Address(keyword=keyword)
        else:
            source = Address(keyword=keyword)
    if source is None or destination is None:
        return None
    return _row(source, destination, protocol, source_port, destination_port, mirrored, place)


def _row(
    source: Address,
    destination: Address,
    protocol: int,
    source_port: int,
    destination_port: int,
    mirrored: bool,
    place: Span,
) -> LegacyFilter:
    return LegacyFilter(
        source, destination, protocol or None, source_port, destination_port, mirrored, place.line, place.column
    )


def _address(blob: Blob, side: str, diagnostics: Diagnostics) -> Address | None:
    """An address and its mask: any, the machine's own, or a subnet; None, noted, for anything else."""
    place = blob.span(blob.at, 8)
    return _subnet(ipv4(blob.take(4)), ipv4(blob.take(4)), side, place, diagnostics)


def _subnet(address: int, mask: int, side: str, place: Span, diagnostics: Diagnostics) -> Address | None:
    if address == 0:
        if mask == 0:
            return ANY_ADDRESS
        if mask == _ALL_ONES:
            return Address(keyword=AddressKeyword.ME)
    host = ~mask & _ALL_ONES
    if host & (host + 1):
        diagnostics.not_understood(f"the mask of the {side} has gaps, so that the filter is not read", place)
        return None
    return Address(4, address & mask, address | host)


def _second(blob: Blob, diagnostics: Diagnostics) -> list[LegacyFilter | None]:
    """The filters of the second layout, which replace those of the first if there are any."""
    place = blob.span(blob.at, 16)
    if blob.guid() != SECOND_TYPE:
        diagnostics.not_understood("what follows the filters is not known", place)
        return []
    blob.take(8)
    return [_second_filter(blob, diagnostics) for _ in range(blob.count(_MIN_SECOND_BYTES, "filters"))]


def _second_filter(blob: Blob, diagnostics: Diagnostics) -> LegacyFilter | None:
    place, mirrored = _begun(blob)
    source, destination = _second_address(blob, diagnostics), _second_address(blob, diagnostics)
    source_port, destination_port = _port(blob, diagnostics), _port(blob, diagnostics)
    protocol = blob.number()
    blob.take(4)
    if source is None or destination is None or source_port is None or destination_port is None:
        return None
    return _row(source, destination, protocol, source_port, destination_port, mirrored, place)


def _second_address(blob: Blob, diagnostics: Diagnostics) -> Address | None:
    place = blob.span(blob.at, 40)
    kind, version = blob.number(), blob.number()
    first, second = blob.take(16), blob.take(16)
    if kind in _KEYWORDS:
        return Address(keyword=_KEYWORDS[kind])
    if version == 1:
        low, high = ipv4(first[:4]), ipv4(second[:4])
        if kind == _SUBNET:
            return _subnet(low, high, "address", place, diagnostics)
        if kind in {_SINGLE, _RANGE}:
            return Address(4, low, high if kind == _RANGE else low)
    if version == 2:
        low, high = int.from_bytes(first, "big"), int.from_bytes(second, "big")
        if kind == _SUBNET and second[0] <= 128:
            host = (1 << (128 - second[0])) - 1
            return Address(6, low & ~host, low | host)
        if kind in {_SINGLE, _RANGE}:
            return Address(6, low, high if kind == _RANGE else low)
    diagnostics.not_understood(
        f"an address of type {kind} and version {version}, so that the filter is not read", place
    )
    return None


def _port(blob: Blob, diagnostics: Diagnostics) -> int | None:
    """A port, 0 for any; None, noted, for a range of several."""
    place = blob.span(blob.at, 8)
    kind, first, last = blob.number(), blob.number(2), blob.number(2)
    if kind == 0:
        return 0
    if kind == _SINGLE or (kind == _RANGE and first == last):
        return first
    diagnostics.not_understood(f"ports {first} to {last}, so that the filter is not read", place)
    return None
