"""Many addresses as the fewest ranges, and quick answers from them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from ipseclint.model.selectors import Address, Addresses
from ipseclint.vocabulary.addresses import AddressKeyword


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


class AddressRanges:
    """A set of addresses that tells in logarithmic time whether it has another in it."""

    def __init__(self, addresses: Iterable[Address]) -> None:
        joined = join(addresses)
        self._ranges = [each for each in joined if each.version]
        self._starts = [(each.version, each.first) for each in self._ranges]
        self._others = frozenset(each for each in joined if not each.version)
        self._is_any = any(other.keyword is AddressKeyword.ANY for other in self._others)

    def covers(self, address: Address) -> bool:
        """Whether all of an address is in the set. Keywords that Windows resolves are in it only as themselves."""
        if self._is_any or not address.version:
            return self._is_any or address in self._others
        place = bisect_right(self._starts, (address.version, address.first)) - 1
        below = self._ranges[place] if place >= 0 else None
        return below is not None and below.version == address.version and address.last <= below.last
