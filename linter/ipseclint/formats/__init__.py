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
    "powershell.clixml",
    "powershell.cim_xml",
    "powershell.cim_json",
    "vpn.profile_xml",
    "vpn.rasphone",
    "audit_policy",
    "powershell.list_text",
    "netsh.advfirewall_show",
    "netsh.script",
)
"""The modules that each hold FORMATS, in the order they are asked: the most particular first."""


def all_formats() -> tuple[Format, ...]:
    """Every format, in the order of recognition."""
    return tuple(each for name in _MODULES for each in _formats_of(name))


def recognise(source: Source) -> Format | None:
    """The format of a source by its content, or None. Raises SourceError if it cannot be read.

    A reader is loaded when its turn comes: an input seldom needs more than the first few.
    """
    return next((each for name in _MODULES for each in _formats_of(name) if each.recognise(source)), None)


@cache
def _formats_of(module: str) -> tuple[Format, ...]:
    found: tuple[Format, ...] = importlib.import_module(f"{__name__}.{module}").FORMATS
    return found
