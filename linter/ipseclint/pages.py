"""Pages of HTML that need no network: their templates, each compiled once a process, and the style that they share."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from ipseclint.escape import visible

if TYPE_CHECKING:
    from jinja2 import Template


@cache
def template(package: str, name: str, *filters: tuple[str, Callable[..., object]]) -> Template:
    """The template in a package's file, with its own filters beside `visible`; values are escaped."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"visible": visible, **dict(filters)}
    return environment.from_string(resources.files(package).joinpath(name).read_text(encoding="utf-8"))


@cache
def style() -> str:
    """The style sheet of every page."""
    return resources.files("ipseclint").joinpath("assets/page.css").read_text(encoding="utf-8")
