"""Windows' defaults where a policy leaves a value out, by release, each with its source.

Read in November 2026; a default that no document restates for newer releases says so.
"""

from __future__ import annotations

import csv
from functools import cache
from typing import NamedTuple

from ipseclint.vocabulary import table_text


class WindowsDefault(NamedTuple):
    """One default: the first and the last release that it applies to ("" for all since), its value and its source."""

    item: str
    from_release: str
    to_release: str
    value: str
    source: str

    @property
    def releases(self) -> str:
        """The releases in words."""
        return f"{self.from_release} to {self.to_release}" if self.to_release else f"{self.from_release} and later"


@cache
def windows_defaults() -> tuple[WindowsDefault, ...]:
    """Every default, those of one item together, oldest first."""
    text = table_text("windows_defaults.csv")
    return tuple(WindowsDefault(**row) for row in csv.DictReader(text.splitlines()))
