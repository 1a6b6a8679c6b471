"""Many addresses as the fewest ranges."""

from __future__ import annotations

from collections.abc import Iterable

from ipseclint.model.selectors import Address, Addresses


def join(addresses: Iterable[Address]) -> Addresses:
    """The fewest ranges that mean exactly the same addresses, in order; then keywords and names, each once."""
    listed = tuple(addresses)
    ranges: list[Address] = []
    for address in sorted((each for each in listed if each.version), key=lambda each: (each.version, each.first)):
        last = ranges[-1] if ranges else None
        if last is not None and last.version == address.version and address.first <= last.last + 1:
            ranges[-1] = Address(last.version, last.first, max(last.last, address.last))
        else:
            ranges.append(address)
    return (*ranges, *dict.fromkeys(each for each in listed if not each.version))
