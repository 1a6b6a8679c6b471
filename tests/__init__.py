"""The tests; they mirror the tree of the package."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
"""The checkout that the tests belong to."""


def unwrapped(text: str) -> str:
    """Text of a report as one line, as wide as it may be."""
    return " ".join(text.split())
