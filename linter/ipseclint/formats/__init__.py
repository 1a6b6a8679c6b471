"""The formats that Windows exports, each told by its content and read into the one model."""

from __future__ import annotations

import importlib
from functools import cache

from ipseclint.formats.parsed import Format
from ipseclint.source import Source

_MODULES: tuple[str, ...] = (
    "wfp",
    "wfw",
    "registry_pol",
    "reg_text",
    "reg_query",
    "netsh.advfirewall_show",
    "netsh.script",
)
"""The modules that each hold FORMATS, in the order they are asked: the most particular first."""


@cache
def all_formats() -> tuple[Format, ...]:
    """Every format, in the order of recognition."""
    formats: list[Format] = []
    for name in _MODULES:
        formats.extend(importlib.import_module(f"{__name__}.{name}").FORMATS)
    return tuple(formats)


def recognise(source: Source) -> Format | None:
    """The format of a source by its content, or None. Raises SourceError if it cannot be read."""
    return next((each for each in all_formats() if each.recognise(source)), None)
