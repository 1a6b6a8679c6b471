"""Output formats, one module each; pure: a report in, text out."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import cast

from msgspec import Struct

from ipseclint.finding import Report

DEFAULT_WIDTH = 100
MIN_WIDTH, MAX_WIDTH = 60, 200


class RenderOptions(Struct, frozen=True):
    """How a report is to be rendered.

    `color` and `links` for a terminal, `verbose` with what is usually folded. `width` in columns. `sort` is
    severity, place or rule, `group_by` rule, object or file. `statistics`: the table by rule alone. `sources`: what
    each finding rests on, by name. `action_plan`: a table has empty columns for who does it and until when.
    """

    color: bool = False
    verbose: bool = False
    links: bool = False
    width: int = DEFAULT_WIDTH
    sort: str = "severity"
    group_by: str = "rule"
    statistics: bool = False
    sources: bool = False
    action_plan: bool = False


Render = Callable[[Report, RenderOptions], str]

_MODULES = {
    "text": "text",
    "concise": "concise",
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


NEED_SCRIPT_REPAIRS = frozenset({"sarif"})
"""The formats that show repairs in the text of an input."""


STORES = ("duckdb", "parquet")
"""The kinds of stores: a file, and a folder with a file for each table; `store` writes them."""


def format_names() -> tuple[str, ...]:
    """The names of the output formats."""
    return tuple(_MODULES)


def reporter(name: str) -> Render:
    """The function that renders a format. Raises KeyError for a name that is none."""
    return cast("Render", importlib.import_module(f"{__name__}.{_MODULES[name]}").render)
