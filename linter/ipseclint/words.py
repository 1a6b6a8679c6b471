"""Counts, shares and times as text for people."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence

from ipseclint.late import late

SECONDS_PER_MINUTE = 60
_MIN_PERCENT = 0.001
_MAX_PERCENT = 99.9
_CODE = late(r"([a-z]{2,10})(\d{1,4})", re.ASCII)
_NEGLIGIBLE_SECONDS = 1e-6


def minutes(seconds: int) -> str:
    """A time in whole minutes where it is that, else in seconds."""
    whole, rest = divmod(seconds, SECONDS_PER_MINUTE)
    return f"{seconds} s" if rest or not whole else f"{whole} min"


def duration(seconds: int) -> str:
    """A time in both units, for example `5 min (300 s)`, since exports use either."""
    text = minutes(seconds)
    return text if text.endswith(" s") else f"{text} ({seconds} s)"


def bound(seconds: int, shown: int) -> str:
    """A bound in the unit in which `minutes` shows the time compared with it."""
    return f"{seconds} s" if minutes(shown).endswith(" s") else minutes(seconds)


def seconds_words(seconds: float) -> str:
    """A measured or computed time: seconds, milliseconds below a tenth, `endless` for one without end."""
    if math.isinf(seconds):
        return "endless"
    if 0 < seconds < _NEGLIGIBLE_SECONDS:
        return "~0 s"
    return f"{short(1000 * seconds)} ms" if 0 < abs(seconds) < 0.1 else f"{short(seconds)} s"


def short(number: float) -> str:
    """A number with three significant digits, never in powers of ten."""
    return f"{number:.3g}" if number < 1000 else f"{number:,.0f}"


def percent(share: float) -> str:
    """A share of 0 to 1, for example `12.5%`: three significant digits, in which little is not 0% nor most 100%."""
    if 0 < share < _MIN_PERCENT / 100:
        return f"less than {_MIN_PERCENT}%"
    if _MAX_PERCENT / 100 < share < 1:
        return f"more than {_MAX_PERCENT}%"
    return "unlimited" if math.isinf(share) else f"{short(100 * share)}%"


def plural(number: int, noun: str) -> str:
    """A count with its noun, for example `1 proposal`, `3 proposals`, `2 policies`."""
    if number == 1:
        return f"{number} {noun}"
    return f"{number} {noun[:-1]}ies" if noun.endswith("y") and noun[-2:-1] not in "aeiou" else f"{number} {noun}s"


_SHOWN = 3


def listed(words: Sequence[object], between: str = ", ") -> str:
    """The first of some words, and the number of the others, for example `a, b, c and 2 more`."""
    more = f" and {len(words) - _SHOWN} more" if len(words) > _SHOWN else ""
    return between.join(map(str, words[:_SHOWN])) + more


def series(words: Iterable[object]) -> str:
    """Some words as one phrase, for example `a`, `a and b`, `a, b and c`; empty without a word."""
    *before, last = ("", *map(str, words))
    return f"{', '.join(before[1:])} and {last}" if before[1:] else last


def the(names: Sequence[str], noun: str) -> str:
    """The ones with these names, for example `the domain profile`, `the domain and public profiles`."""
    return f"the {series(names)} {noun}{'s' if len(names) > 1 else ''}"


def nearest(word: str, known: Iterable[str]) -> str:
    """`; did you mean X?` for a word that is close to a known one, else nothing."""
    near = near_name(word, known)
    return "" if near is None else f"; did you mean {near}?"


_MIN_BEGINNING = 3
"""The least number of letters of a word that may abbreviate a name."""


def near_name(word: str, known: Iterable[str]) -> str | None:
    """The known name that a word resembles or begins, for example QD002 for `QD2`; None if there is none."""
    from difflib import get_close_matches

    names = {name.casefold(): name for name in known}
    folded = word.casefold()
    padded = padded_code(folded)
    near = [padded] if padded in names else get_close_matches(folded, names, n=1, cutoff=0.7)
    if not near and len(folded) >= _MIN_BEGINNING:
        near = [name for name in names if name.startswith(folded)]
    return names[near[0]] if near else None


def capitalised(text: str) -> str:
    """A text with its first letter in upper case."""
    return f"{text[:1].upper()}{text[1:]}"


def slip_of(word: str, known: Iterable[str]) -> str | None:
    """The known word from which a word differs by one slip: a letter more, less or other, or two swapped.

    None if there is none, or if the word itself is known. Case counts.
    """
    near = None
    for name in known:
        if name == word:
            return None
        if near is None and abs(len(name) - len(word)) < 2 and _is_slip(word, name):
            near = name
    return near


def _is_slip(word: str, name: str) -> bool:
    first = next((at for at, (one, other) in enumerate(zip(word, name, strict=False)) if one != other), len(name))
    one, other = word[first:], name[first:]
    if len(word) != len(name):
        return one[1:] == other or one == other[1:]
    return one[1:] == other[1:] or (one[:2] == other[1::-1] and one[2:] == other[2:])


def padded_code(word: str) -> str:
    """A code in lower case with its full number of digits, `qd002` for `QD2` or `QD0002`; else nothing."""
    code = _CODE.fullmatch(word.casefold())
    return f"{code[1]}{int(code[2]):03}" if code else ""
