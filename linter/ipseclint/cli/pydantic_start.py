"""Loads pydantic for one command without its search for plugins, which takes two to three times Python's start.

pydantic imports that search even where plugins are switched off. If pydantic is loaded already it is left as it is.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
from types import ModuleType

_FINDS_PLUGINS = "importlib.metadata"


def load() -> None:
    """Load pydantic without the module that finds plugins: other packages have no say in how values are validated."""
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
