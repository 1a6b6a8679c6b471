"""The effect of a change, as a page that needs no network and no script."""

from __future__ import annotations

from ipseclint.escape import inert
from ipseclint.pages import style, template
from ipseclint.reporters.difference import words
from ipseclint.semantics.difference import Difference


def render(difference: Difference) -> str:
    """The whole answer as one HTML document; everything from the input is escaped by the template."""
    page = template(__package__, "page.html")
    return inert(page.render(difference=difference, words=words, style=style()))
