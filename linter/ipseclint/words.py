"""How messages name objects and write numbers."""

from __future__ import annotations

SECONDS_PER_MINUTE = 60


def minutes(seconds: int) -> str:
    """A time in minutes where it is whole minutes, else in seconds."""
    whole, rest = divmod(seconds, SECONDS_PER_MINUTE)
    return f"{seconds} s" if rest or not whole else f"{whole} min"


def duration(seconds: int) -> str:
    """A time in both units, for example `5 min (300 s)`: exports differ in which they write."""
    text = minutes(seconds)
    return text if text.endswith(" s") else f"{text} ({seconds} s)"


def short(number: float) -> str:
    """A number with three significant digits, never in powers of ten."""
    return f"{number:.3g}" if number < 1000 else f"{number:,.0f}"


def plural(number: int, noun: str) -> str:
    """A count with its noun, for example `1 proposal`, `3 proposals`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
