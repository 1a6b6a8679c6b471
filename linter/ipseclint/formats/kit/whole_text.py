"""Parsers of an input's whole text."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from ipseclint.formats.kit.diagnostics import Diagnostics, unreadable
from ipseclint.formats.parsed import Parsed
from ipseclint.source import Source, SourceError


def of_text(read: Callable[[str, Diagnostics], Parsed]) -> Callable[[Source], Parsed]:
    """The parser that hands a source's text on; a source that cannot be read at all is a problem."""

    @wraps(read)
    def parse(source: Source) -> Parsed:
        try:
            text = source.read_text()
        except SourceError as error:
            return Parsed(problems=(unreadable(source, error),))
        return read(text, Diagnostics(source.path))

    return parse
