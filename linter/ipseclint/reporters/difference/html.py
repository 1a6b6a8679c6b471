"""What a change does, as a page that needs no network and no script."""

from __future__ import annotations

from importlib import resources

from ipseclint.escape import inert, visible
from ipseclint.reporters.difference import words
from ipseclint.semantics.difference import Difference


def render(difference: Difference) -> str:
    """The whole answer as one HTML document; everything from the input is escaped by the template."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["visible"] = visible
    template = resources.files(__package__).joinpath("page.html").read_text(encoding="utf-8")
    style = resources.files("ipseclint").joinpath("assets/page.css").read_text(encoding="utf-8")
    return inert(environment.from_string(template).render(difference=difference, words=words, style=style))
