"""Counters of the IKE service and of the IPsec driver in a WFP state."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.formats.kit.diagnostics import quoted, shown
from ipseclint.formats.kit.read import decimal
from ipseclint.formats.kit.xml.element import Element
from ipseclint.formats.wfp.values import ElementReader
from ipseclint.model.events import Counter
from ipseclint.vocabulary.windows_errors import find_error

STATISTICS = frozenset({"ikeextStatistics", "ipsecStatistics"})
"""The elements of a state that hold counters."""

_ERROR_TABLE = "errorFrequencyTable"
_OF_IPSEC = "IPSEC"
"""What the names of the errors of IKE and of the driver hold; the table counts those of other parts of Windows too."""


def counters(reader: ElementReader, statistics: Element, time: str | None, group: str = "") -> Iterator[Counter]:
    """Every counter below an element, at a time; in the table of errors only those that occurred."""
    for child in statistics.children:
        path = f"{group}/{child.name}" if group else child.name
        if child.name == _ERROR_TABLE:
            yield from _errors(reader, child, time, path)
        elif child.children:
            yield from counters(reader, child, time, path)
        else:
            value = decimal(child.text.strip())
            if value is None:
                reader.not_understood(child, f"the counter <{child.name}> is {shown(child.text.strip()) or 'empty'}")
            else:
                yield Counter(group=group, name=child.name, value=value, span=reader.text_span(child), time=time)


def _errors(reader: ElementReader, table: Element, time: str | None, group: str) -> Iterator[Counter]:
    for item in reader.items_of(table):
        error, frequency = item.child("error"), item.child("frequency")
        count = decimal(frequency.text.strip()) if frequency is not None else None
        if error is None or frequency is None or count is None:
            reader.not_understood(item, f"an item of <{table.name}> without an error and how often it occurred")
        elif count:
            name = error.text.strip()
            if _OF_IPSEC in name and find_error(name.split(" ")[0]) is None:
                reader.not_understood(error, f"unknown error {quoted(name)}")
            span = reader.text_span(frequency)
            yield Counter(group=group, name=name, value=count, span=span, time=time)
