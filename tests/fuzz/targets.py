"""What is fuzzed: each reader of binary data, as a function of bytes that must return whatever it is given."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ipseclint.finding import PROBLEM_TITLES
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.registry import pol as registry_pol
from ipseclint.formats.registry import wfw
from ipseclint.formats.registry.ip_security.blob import Blob, BlobError
from ipseclint.formats.registry.ip_security.filters import read_filters
from ipseclint.formats.registry.ip_security.main_mode import read_main_mode
from ipseclint.formats.registry.ip_security.negotiation import read_quick_mode
from ipseclint.formats.registry.ip_security.rules import read_nfa
from ipseclint.source import Source, Span, bytes_source

Target = Callable[[bytes], None]


def _read(parse: Callable[[Source], Parsed], magic: bytes, data: bytes) -> None:
    """A whole file: the signature is given, so that none is spent on finding it."""
    parsed = parse(bytes_source("f", magic + data))
    for problem in parsed.problems:
        assert problem.code in PROBLEM_TITLES
        assert problem.span.column >= 1


def _blob(read: Callable[[Blob, Diagnostics], object], data: bytes) -> None:
    """The data of one object: it is read, or refused with a place inside it."""
    notes = Diagnostics("")
    try:
        read(Blob(data, lambda offset, size: (Span("f", 1, offset + 1, size),)), notes)
    except BlobError as error:
        assert 1 <= error.span.column <= max(1, len(data))  # noqa: PT017 - the place is what is asked about
    for problem in notes.problems:
        assert 1 <= problem.span.column <= max(1, len(data))


TARGETS: dict[str, Target] = {
    "hive": partial(_read, wfw.parse, wfw.MAGIC),
    "registry-pol": partial(_read, registry_pol.parse, registry_pol.MAGIC + (1).to_bytes(4, "little")),
    "main-mode": partial(_blob, read_main_mode),
    "negotiation": partial(_blob, read_quick_mode),
    "rule": partial(_blob, read_nfa),
    "filters": partial(_blob, read_filters),
}
