"""Libraries that take long to load: typer is loaded when one of its names is first used, pydantic without its search
for plugins.

A plain command line is answered without typer. pydantic's search takes two to three times Python's start, and is
imported even where plugins are switched off.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
from types import ModuleType
from typing import TYPE_CHECKING

from ipseclint.late import LateModule

if TYPE_CHECKING:
    import typer as typer  # noqa: PLC0414 - given on
else:
    typer = LateModule("typer")

__all__ = ["load_pydantic", "typer"]

_FINDS_PLUGINS = "importlib.metadata"


def load_pydantic() -> None:
    """Load pydantic, unless it is, so that other packages have no say in how values are validated."""
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
