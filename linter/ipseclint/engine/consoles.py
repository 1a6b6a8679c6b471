"""Texts of the consoles of several machines: each machine is an input of its own, its lines where they stand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from msgspec.structs import replace

from ipseclint.engine.inputs import Candidate
from ipseclint.engine.signs import sign_of
from ipseclint.formats import recognise
from ipseclint.formats.transcript.hosts import may_be_parted, parts_of
from ipseclint.source import Source, SourceError, bytes_source, lines_of_text

MAX_MACHINES = 200
"""How many machines of one text are parted (reasoned: above what a session visits by hand)."""
_OF_CONSOLES = frozenset({"", ".txt", ".text", ".log"})
"""How the names of files end into which people copy consoles."""


def of_each_machine(candidate: Candidate) -> Iterator[Candidate]:
    """A candidate for each machine that a text tells apart, `PATH/MACHINE`; the candidate itself if it tells none."""
    parts = [] if candidate.skipped is not None else _parts(candidate.source)
    if len(parts) < 2:
        yield candidate
    for part in parts if len(parts) > 1 else ():
        yield replace(candidate, source=part)


def _parts(source: Source) -> list[Source]:
    if PurePosixPath(source.path).suffix.casefold() not in _OF_CONSOLES or source.members:
        return []
    try:
        if not source.is_in_head or b"\0" in source.head:
            return []
        text = source.head_text
    except SourceError:
        return []
    if not may_be_parted(text):
        return []
    parts = parts_of(lines_of_text(text))
    if not 1 < sum(bool(host) for host in parts) <= MAX_MACHINES:
        return []
    named = [_part(source.path, host, own) for host, own in parts.items()]
    return [part for part in named if recognise(part) is not None or sign_of(part).is_suspicious]


def _part(path: str, host: str, lines: dict[int, str]) -> Source:
    """The lines of one machine, each where it stands in the text."""
    text = "\n".join(lines.get(number, "") for number in range(1, max(lines) + 1))
    return bytes_source(f"{path}/{host}" if host else path, text.encode())
