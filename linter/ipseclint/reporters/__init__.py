"""Output formats, one module each; pure: a report in, text out, by `render` whole or by `parts` as it is made."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol, TypeVar, cast

from msgspec import Struct

from ipseclint.packing import portions
from ipseclint.report import Report
from ipseclint.reporters.beginnings import BLANK, CODE, HEADED, LINE, OF_SCHEMA, SEVERITY, STRING

DEFAULT_WIDTH = 100
MIN_WIDTH, MAX_WIDTH = 60, 200


Value = TypeVar("Value")
Made = TypeVar("Made")


class Spread(Protocol):
    """How a reporter processes many values: the results of a function for portions of them, in order.

    The function may run in other processes, so it must be one of a module. The portions are fixed, those of an input
    stay together; how many are given to a call is not.
    """

    def __call__(
        self, function: Callable[[Iterable[Sequence[Value]]], Made], values: Sequence[Value], /
    ) -> Iterator[Made]:
        """The results for the values."""


def in_turn(function: Callable[[Iterable[Sequence[Value]]], Made], values: Sequence[Value]) -> Iterator[Made]:
    """The results of a function for one portion at a time, in this process."""
    return (function((portion,)) for portion in portions(values))


class RenderOptions(Struct, frozen=True):
    """How a report is to be rendered.

    `color` and `links` for a terminal, `verbose` unfolds what is usually folded. `width` in columns. `sort` is
    severity, place or rule, `group_by` rule, object or file. `statistics`: the table by rule alone. `sources`: the
    sources behind each finding, by name. `action_plan`: a table has empty columns for who does it and until when.
    `spread` is how findings are processed.
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
    spread: Spread = in_turn


Parts = Callable[[Report, RenderOptions], Iterator[str]]


class Output(Struct, frozen=True):
    """An output format: the module that renders it, and how its output begins.

    `begins` is an expression for text in lower case without leading blanks: an input that matches is our own output.
    """

    module: str
    begins: str


OUTPUTS = {
    "text": Output("text", rf"(?:{LINE}{BLANK})?{HEADED}|[^\n]{{0,200}} \(exit code [0-9]{{1,2}}\)\r?\n"),
    "concise": Output("concise", rf"{LINE}:[0-9]{{1,9}}:[0-9]{{1,9}}: (?:{SEVERITY}|problem) {CODE}[ :]"),
    "json": Output("json_v1", OF_SCHEMA),
    "jsonl": Output("jsonl", OF_SCHEMA),
    "sarif": Output(
        "sarif",
        r'\{\s*"\$schema":\s*"(?>[^"]*?sarif)[^"]*",\s*"version":\s*"2\.1\.0",\s*"runs":\s*\[\s*\{\s*"tool":'
        r'\s*\{\s*"driver":\s*\{\s*"name":\s*"ipseclint"',
    ),
    "junit": Output("junit", r'<\?xml[^>]*>\s*<testsuites name="ipseclint"'),
    "github": Output("github", "::(?:error|warning|notice) (?:file=|title=ipseclint::)"),
    "azure": Output("azure", r"##vso\[task\.logissue "),
    "gitlab": Output("gitlab", rf'(?:\[\s*)?\{{\s*"description":\s*{STRING},\s*"check_name":\s*"'),
    "markdown": Output("markdown", r"#{1,3} ipsec policy check\s"),
    "csv": Output("table_csv", "code,name,severity,basis,message"),
    "html": Output("html", "<!doctype html>.{0,900}<title>ipsec policy check"),
}
"""The output formats by name."""


STORES = ("duckdb", "parquet")
"""The kinds of stores: a file, and a folder with a file for each table; `store` writes them."""


NEED_DETAILS = frozenset({"html"})
NEED_OBJECTS = frozenset({"junit", *STORES})
"""The formats that show more than findings: pictures and load of the policies, or their objects."""


NEED_SCRIPT_REPAIRS = frozenset({"sarif"})
"""The formats that show repairs in the text of an input."""


def format_names() -> tuple[str, ...]:
    """The names of the output formats."""
    return tuple(OUTPUTS)


def reporter(name: str) -> Parts:
    """The function that renders a format, in parts of whole lines. Raises KeyError for an unknown name."""
    module = importlib.import_module(f"{__name__}.{OUTPUTS[name].module}")
    if hasattr(module, "parts"):
        return cast("Parts", module.parts)
    return lambda report, options: iter((module.render(report, options),))
