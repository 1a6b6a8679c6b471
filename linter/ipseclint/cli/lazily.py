"""Typer, loaded when one of its names is first used: a plain command line is answered without it. And how pydantic is.

pydantic imports its search for plugins even where they are switched off: two to three times Python's start.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
from types import ModuleType
from typing import TYPE_CHECKING

from ipseclint.late import BEFORE, LateModule

if TYPE_CHECKING:
    import typer as typer  # noqa: PLC0414 - given on
else:
    typer = LateModule("typer")

__all__ = ["leave_out_plugins", "typer"]

_FINDS_PLUGINS = "importlib.metadata"


def leave_out_plugins() -> None:
    """Have pydantic loaded, where it is, without the module that finds plugins: other packages have no say in how
    values are validated."""
    BEFORE["pydantic"] = _load_without_plugins


def _load_without_plugins() -> None:
    if os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1") != "1" or _FINDS_PLUGINS in sys.modules:
        return
    stand_in = ModuleType(_FINDS_PLUGINS)
    stand_in.entry_points = lambda **_: ()  # type: ignore[attr-defined]
    sys.modules[_FINDS_PLUGINS] = stand_in
    try:
        with contextlib.suppress(ImportError):
            importlib.import_module("pydantic.plugin._loader")
    finally:
        del sys.modules[_FINDS_PLUGINS]
