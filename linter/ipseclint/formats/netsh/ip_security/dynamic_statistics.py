"""Output of `netsh ipsec dynamic show stats`, once or several times: the service's counters."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ipseclint.formats.kit.diagnostics import Diagnostics, of_text, quoted
from ipseclint.formats.kit.token import Token, lines_of
from ipseclint.formats.netsh.ip_security.dynamic_blocks import is_of_running_policy
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.late import late
from ipseclint.model.events import Counter
from ipseclint.source import Source, lines_of_text
from ipseclint.vocabulary.ike_statistics import HEADINGS, STATISTICS, folded

_COUNTER = late(r"\s*+(\S(?:[^:=\n]*[^:=\s])?)(?:\s*+[:=]\s*+|\s{2,}+)([0-9]{1,20})\s*+")
_ONE_BLANK = late(r"\s*+([A-Z][A-Za-z ]{2,40}?) ([0-9][0-9,]{0,25})\s*+")
"""A counter as `ipseccmd show stats` prints it."""
_ENDS = frozenset("0123456789,")
"""What a counter ends with."""
_RULER = late(r"\s*[-=]{3,}\s*")
_MIN_COUNTERS = 2
"""Known counters in the head of an input before it is taken for statistics (reasoned)."""


def recognise(source: Source) -> bool:
    """Whether it has a heading of statistics with known counters below, and no running policy."""
    if is_of_running_policy(source.head_lines_folded):
        return False
    once = source.head_lines.split("\n")
    if not (_has_counters(once) or _has_counters(lines_of_text(source.head_text))):
        return False
    return any(folded(line) in HEADINGS for line in once)


def _has_counters(lines: Sequence[str]) -> bool:
    """Whether enough lines have known counters."""
    known = set(filter(_is_known, set(lines)))
    return sum(map(known.__contains__, lines)) >= _MIN_COUNTERS


def _is_known(line: str) -> bool:
    """Whether a line has a known counter."""
    match = _counter(line)
    return match is not None and folded(match[1]) in STATISTICS


def _counter(line: str) -> re.Match[str] | None:
    """The name and value of a counter; a single blank separates them only for a known name."""
    if line.rstrip()[-1:] not in _ENDS:
        return None  # as nearly all lines of any other text
    match = _COUNTER.fullmatch(line)
    if match is None and (match := _ONE_BLANK.fullmatch(line)) is not None and folded(match[1]) not in STATISTICS:
        return None
    return match


def _without_number(line: Token) -> Token | None:
    """What stands on the line of a known counter in place of its number."""
    name, mark, value = line.text.partition(":" if ":" in line.text else "=")
    if not (mark and value.strip() and folded(name) in STATISTICS):
        return None
    return line.part(len(name) + 1, len(line.text)).strip()


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """The counters in the order printed; if there are several outputs, each is a later sample."""
    counters: list[Counter] = []
    group: str | None = None
    noted: set[str] = set()
    lines = tuple(lines_of(text, diagnostics.path))
    for number, line in enumerate(lines, start=1):
        match = _counter(line.text)
        if match is None:
            following = lines[number].text if number < len(lines) else ""
            if _RULER.fullmatch(following) and line.text.strip():
                group = HEADINGS.get(folded(line.text))
                if group is None and folded(line.text) not in noted:
                    noted.add(folded(line.text))
                    diagnostics.not_understood(f"the part {quoted(line.text.strip())} is not read", line.strip().span)
            elif folded(line.text) in HEADINGS:
                group = HEADINGS[folded(line.text)]
            elif group is not None and (value := _without_number(line)) is not None:
                diagnostics.not_understood(f"{quoted(value.text)} is not the number of a counter", value.span)
        elif group is not None:
            name = STATISTICS.get(folded(match[1]))
            if name is None and match[1] not in noted:
                noted.add(match[1])
                diagnostics.not_understood(f"unknown counter {quoted(match[1])}", line.part(*match.span(1)).span)
            span = line.part(*match.span(2)).span
            counters.append(
                Counter(group=group, name=name or match[1], value=int(match[2].replace(",", "")), span=span)
            )
    return Parsed(counters=tuple(counters), problems=diagnostics.listed())


FORMATS = (
    Format(
        name="netsh-ipsec-statistics",
        title="statistics of netsh ipsec dynamic show stats",
        recognise=recognise,
        parse=parse,
        how_to_export="netsh ipsec dynamic show stats >> statistics.txt",
        can_express="counters of IKE and of the driver, and how they grow if the command is repeated into one file",
        cannot_express="policies; when each sample was taken",
        without_key="numbers",
    ),
)
