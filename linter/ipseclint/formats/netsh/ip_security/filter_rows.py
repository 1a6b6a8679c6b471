"""The filters of one filter list, a hundred thousand or more, in the order they were added."""

from __future__ import annotations

from ipseclint.formats.netsh.ip_security.filters import FilterSelectors
from ipseclint.model.selectors import Address, LegacyFilter

_OPTIONAL = {
    "protocol": "protocol",
    "mirrored": "mirrored",
    "srcport": "source_port",
    "dstport": "destination_port",
}
"""The tags of `delete filter` that may be left out, and the fields they are for."""


class FilterRows:
    """Rows that can be appended fast; deleting examines only rows with the same addresses."""

    __slots__ = ("_by_ends", "_gone", "_rows")

    def __init__(self) -> None:
        self._rows: list[LegacyFilter] = []
        self._gone: set[int] = set()
        self._by_ends: dict[tuple[Address, Address], list[int]] | None = None

    def append(self, row: LegacyFilter) -> None:
        """Add a row at the end."""
        if self._by_ends is not None:
            self._by_ends.setdefault((row.source, row.destination), []).append(len(self._rows))
        self._rows.append(row)

    def delete(self, traffic: FilterSelectors, given: frozenset[str]) -> bool:
        """Delete the rows that exactly match a `delete filter`, with defaults for what it leaves out.

        Returns whether other rows would match if what is left out meant any: no source says which holds.
        """
        if self._by_ends is None:
            self._by_ends = {}
            for index, row in enumerate(self._rows):
                self._by_ends.setdefault((row.source, row.destination), []).append(index)
        ends = (traffic.source, traffic.destination)
        fields = [field for tag, field in _OPTIONAL.items() if tag in given]
        kept: list[int] = []
        doubtful = False
        for index in self._by_ends.pop(ends, ()):
            row = self._rows[index]
            if row[: len(traffic)] == traffic:
                self._gone.add(index)
                continue
            kept.append(index)
            doubtful = doubtful or all(getattr(row, field) == getattr(traffic, field) for field in fields)
        if kept:
            self._by_ends[ends] = kept
        return doubtful

    @property
    def count(self) -> int:
        """The number of rows left."""
        return len(self._rows) - len(self._gone)

    def rows(self) -> tuple[LegacyFilter, ...]:
        """The rows left, in the order they were added."""
        if not self._gone:
            return tuple(self._rows)
        return tuple(row for index, row in enumerate(self._rows) if index not in self._gone)
