"""The version of ipseclint, and the address of its documentation."""

__version__ = "0.2.0"

PAGES = "https://ipseclint.github.io/ipseclint"
"""Where the documentation is published."""


def rule_page(code: str, name: str) -> str:
    """The address of the page of a rule."""
    return f"{PAGES}/rules/{code}-{name}/"
