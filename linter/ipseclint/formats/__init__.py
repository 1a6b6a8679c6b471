"""The formats that Windows exports, each detected from its content and read into one model."""

from __future__ import annotations

import importlib
from enum import StrEnum
from functools import cache

from ipseclint.formats.parsed import Format
from ipseclint.source import BINARY_SIGNATURES, Source


class Shape(StrEnum):
    """What the first character of an input shows: enough to leave most readers out."""

    XML = "xml"
    JSON = "json"
    BINARY = "binary"
    TEXT = "text"


_MODULES: tuple[tuple[str, Shape], ...] = (
    ("wfp.state", Shape.XML),
    ("events.security_events", Shape.XML),
    ("gpo.report", Shape.XML),
    ("gpo.backup", Shape.XML),
    ("registry.wfw", Shape.BINARY),
    ("events.event_log", Shape.BINARY),
    ("registry.pol", Shape.BINARY),
    ("registry.reg_text", Shape.TEXT),
    ("registry.reg_query", Shape.TEXT),
    ("registry.ip_security.ldif", Shape.TEXT),
    ("powershell.clixml", Shape.XML),
    ("powershell.cim_xml", Shape.XML),
    ("powershell.cim_json", Shape.JSON),
    ("vpn.profile_xml", Shape.XML),
    ("vpn.rasphone", Shape.JSON),  # begins with a bracket too
    ("events.audit_policy", Shape.TEXT),
    ("powershell.list_text", Shape.TEXT),
    ("netsh.ip_security.dynamic_statistics", Shape.TEXT),
    ("netsh.advfirewall.show", Shape.TEXT),
    ("netsh.script", Shape.TEXT),
)
"""The modules that each hold FORMATS, with the shape of their inputs, in the order they are asked: the most
particular first."""


def all_formats() -> tuple[Format, ...]:
    """Every format, in the order of recognition."""
    return tuple(each for name, _ in _MODULES for each in _formats_of(name))


def recognise(source: Source, shape: Shape | None = None) -> Format | None:
    """The format of a source by its content, or None. Raises SourceError if it cannot be read.

    Only readers of `shape` are asked, by default that of the first bytes.

    A reader is loaded when its turn comes: an input seldom needs more than the first few.
    """
    shape = shape or shape_of(source)
    names = (name for name, wanted in _MODULES if wanted is shape)
    return next((format_ for name in names for format_ in _formats_of(name) if format_.recognise(source)), None)


def shape_of(source: Source) -> Shape:
    """The shape of a source by its first bytes. Raises SourceError if it cannot be read."""
    if source.head.startswith(BINARY_SIGNATURES):
        return Shape.BINARY
    text = source.head_text.lstrip()
    if text.startswith("<") and not text.startswith("<#"):  # `<#` begins a comment of PowerShell
        return Shape.XML
    return Shape.JSON if text[:1] in {"[", "{"} else Shape.TEXT


@cache
def _formats_of(module: str) -> tuple[Format, ...]:
    formats: tuple[Format, ...] = importlib.import_module(f"{__name__}.{module}").FORMATS
    return formats
