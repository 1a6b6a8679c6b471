"""Shared by the tests of netsh advfirewall: parse a text, and see what a span covers."""

from __future__ import annotations

from tests.formats.netsh.inputs import messages

from ipseclint.formats.netsh import script
from ipseclint.formats.netsh.advfirewall import show as advfirewall_show
from ipseclint.formats.parsed import Parsed
from ipseclint.source import Span, bytes_source

__all__ = ["PATH", "covered", "messages", "read_shown", "replay"]

PATH = "input.txt"


def replay(text: str) -> Parsed:
    return script.parse(bytes_source(PATH, text.encode("utf-8")))


def read_shown(text: str) -> Parsed:
    return advfirewall_show.parse(bytes_source(PATH, text.encode("utf-8")))


def covered(text: str, span: Span) -> str:
    """What a span of one line covers."""
    line = text.split("\n")[span.line - 1]
    return line[span.column - 1 : span.column - 1 + span.length]
