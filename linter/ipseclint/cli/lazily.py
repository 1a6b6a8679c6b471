"""Libraries that take long to load: typer is loaded when one of its names is first used, pydantic without its search
for plugins and without what compares secrets.

A plain command line is answered without typer. pydantic's search takes two to three times Python's start, and is
imported even where plugins are switched off. What compares secrets would load OpenSSL.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from ipseclint.expressions import take_kept_expressions
from ipseclint.late import LateModule

if TYPE_CHECKING:
    import typer as typer  # noqa: PLC0414 - given on
else:
    typer = LateModule("typer")

__all__ = ["load_pydantic", "typer"]

_FINDS_PLUGINS = "importlib.metadata"
_COMPARES_SECRETS = "secrets"


def load_pydantic() -> None:
    """Load pydantic, unless it is, so that other packages have no say in how values are validated."""
    if os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1") != "1" or _FINDS_PLUGINS in sys.modules:
        return
    finder = ModuleType(_FINDS_PLUGINS)
    finder.entry_points = lambda **_: ()  # type: ignore[attr-defined]
    others: dict[str, Any] = {_FINDS_PLUGINS: finder, _COMPARES_SECRETS: LateModule(_COMPARES_SECRETS)}
    stand_ins = {name: module for name, module in others.items() if name not in sys.modules}
    sys.modules.update(stand_ins)
    try:
        with contextlib.suppress(ImportError), take_kept_expressions():
            importlib.import_module("pydantic.plugin._loader")
            importlib.import_module("pydantic.types")
    finally:
        for name in stand_ins:
            del sys.modules[name]
