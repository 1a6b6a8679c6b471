"""Texts from the consoles of several machines: each machine is an input of its own, with its lines in place."""

from __future__ import annotations

import errno
from collections.abc import Iterator

from msgspec.structs import replace

from ipseclint.engine.inputs.paths import Candidate
from ipseclint.engine.unread.signs import sign_of
from ipseclint.formats import recognise
from ipseclint.formats.parsed import SCRIPT_FORMATS
from ipseclint.source import (
    BINARY_SIGNATURES,
    DOCUMENTS,
    Source,
    SourceError,
    failing_source,
    lines_of_text,
    suffix_of,
    text_source,
)

_OF_SEVERAL = frozenset({"", ".txt", ".text", ".log", *DOCUMENTS})
"""File name endings under which people save console texts, and those of documents."""


_NO_SUCH_MACHINE = OSError(errno.EINVAL, "it holds no machine of this name, and is not an archive or a folder")


def of_each_machine(candidate: Candidate) -> Iterator[Candidate]:
    """A candidate `PATH/MACHINE` for each machine in a text; the candidate itself if no machines are told apart.

    Where one machine is wanted, only that one.
    """
    parts = [] if candidate.skipped is not None else _parts(candidate.source)
    if candidate.wanted is not None:
        named = (part for part in parts if part.path == candidate.wanted)
        yield replace(candidate, source=next(named, failing_source(candidate.wanted, _NO_SUCH_MACHINE)))
        return
    if len(parts) < 2:
        yield candidate
    for part in parts if len(parts) > 1 else ():
        yield replace(candidate, source=part)


def _parts(source: Source) -> list[Source]:
    if suffix_of(source.path) not in _OF_SEVERAL or source.members:
        return []
    from ipseclint.formats.pasted.closings import without_closing
    from ipseclint.formats.transcript.hosts import are_too_many, may_be_parted, parts_of

    try:
        if source.head.startswith(BINARY_SIGNATURES) or (
            source.is_in_head and not may_be_parted(source.head_text, source.path)
        ):
            return []
        text = source.read_text()
    except SourceError:
        return []
    if not may_be_parted(text, source.path):
        return []
    lines = lines_of_text(without_closing(text))  # it closes all of the text, not what the last machine shows
    if are_too_many(1, len(lines)):
        return []  # before anything is kept for each of its lines
    parts = parts_of(lines, lambda: _is_script(source), source.path)
    if len(parts) < 2 or are_too_many(sum(map(bool, parts)), len(lines)):
        return []
    named = [_part(source.path, host, own) for host, own in parts.items()]
    return [part for part in named if recognise(part) is not None or sign_of(part).is_suspicious]


def _is_script(source: Source) -> bool:
    form = recognise(source)
    return form is not None and form.name in SCRIPT_FORMATS


def _part(path: str, host: str, lines: dict[int, str]) -> Source:
    """The lines of one machine, each at its line number in the text; the lines of others take no room of its head."""
    text = "\n".join(lines.get(number, "") for number in range(1, max(lines) + 1))
    source = text_source(f"{path}/{host}" if host else path, text)
    return replace(source, head_bytes=source.head_bytes + max(lines) - len(lines))
