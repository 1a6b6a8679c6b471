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
    """How a reporter goes through many values: what a function makes of some portions at a time, in their order.

    The function may be called in other processes: it is one of a module. Portions are always the same, those of an
    input together; how many it is given at a time is not.
    """

    def __call__(
        self, function: Callable[[Iterable[Sequence[Value]]], Made], values: Sequence[Value], /
    ) -> Iterator[Made]:
        """What is made of the values."""


def in_turn(function: Callable[[Iterable[Sequence[Value]]], Made], values: Sequence[Value]) -> Iterator[Made]:
    """What a function makes of a portion of values at a time, in this process."""
    return (function((portion,)) for portion in portions(values))


class RenderOptions(Struct, frozen=True):
    """How a report is to be rendered.

    `color` and `links` for a terminal, `verbose` with what is usually folded. `width` in columns. `sort` is
    severity, place or rule, `group_by` rule, object or file. `statistics`: the table by rule alone. `sources`: what
    each finding rests on, by name. `action_plan`: a table has empty columns for who does it and until when. `spread` is
    how it goes through findings.
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
    """An output format: the module that renders it, and how what it renders begins.

    `begins` is an expression for text in lower case without leading blanks: an input that begins so is our own.
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
    """The function that renders a format, part by part of whole lines. Raises KeyError for a name that is none."""
    module = importlib.import_module(f"{__name__}.{OUTPUTS[name].module}")
    if hasattr(module, "parts"):
        return cast("Parts", module.parts)
    return lambda report, options: iter((module.render(report, options),))
