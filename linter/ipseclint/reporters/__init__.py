"""Output formats, one module each; pure: a report in, text out."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from ipseclint.finding import Report


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """How a report is to be rendered: `color` for a terminal, `verbose` with what is usually folded."""

    color: bool = False
    verbose: bool = False


Render = Callable[[Report, RenderOptions], str]

_MODULES = {
    "text": "text",
    "json": "json_v1",
    "jsonl": "jsonl",
    "sarif": "sarif",
    "junit": "junit",
    "github": "github",
    "azure": "azure",
    "gitlab": "gitlab",
    "markdown": "markdown",
    "csv": "table_csv",
    "html": "html",
}
"""The name of each output format and the module that renders it."""


NEED_DETAILS = frozenset({"html", "junit"})
"""The formats that show more than findings: the engine then keeps it."""


def format_names() -> tuple[str, ...]:
    """The names of the output formats."""
    return tuple(_MODULES)


def reporter(name: str) -> Render:
    """The function that renders a format. Raises KeyError for a name that is none."""
    return cast("Render", importlib.import_module(f"{__name__}.{_MODULES[name]}").render)
