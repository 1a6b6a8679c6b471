"""Reasons for a failed negotiation in the words of a Windows in other languages.

The sentences are those of "System Error Codes (12000-15999)" in the languages of learn.microsoft.com, of which several
translations are in use that share these words; German ones are in `german_sentences`. What a Russian dialog says of
13868 is that of Ideco UTM's documentation of VPN connections. A row matches a text that has each of its words, with `|`
between alternatives; it is asked of the reason of a failure, never of prose.
"""

from __future__ import annotations

import csv
from functools import cache
from typing import NamedTuple

from ipseclint.late import late
from ipseclint.vocabulary import table_text
from ipseclint.vocabulary.german_sentences import german_sentences
from ipseclint.vocabulary.rows_of_words import RowsOfWords

_APART = late(r"[^\W_]+")
_END = late(r"\.(?=\s)|\u3002")
"""The end of the first sentence, which says what is wrong; the others advise."""
_MAX_CHARACTERS = 400
"""The longest reason (reasoned: the longest of Windows has 300 characters)."""


class SpokenReason(NamedTuple):
    """Parts of words that a reason must have in a language, each with its alternatives, and its errors."""

    errors: tuple[int, ...]
    language: str
    words: tuple[tuple[str, ...], ...]


@cache
def spoken_reasons() -> tuple[SpokenReason, ...]:
    """The rows of the table, in its order."""
    return tuple(
        SpokenReason(
            tuple(map(int, row["errors"].split())),
            row["language"],
            tuple(tuple(each.split("|")) for each in row["words"].split(" & ")),
        )
        for row in csv.DictReader(table_text("spoken_reasons.csv").splitlines())
    )


@cache
def _shortest_first() -> RowsOfWords[SpokenReason]:
    rows = sorted(spoken_reasons(), key=lambda row: len(row.words))
    return RowsOfWords((row, row.words) for row in rows)


def codes_as_spoken(reason: str) -> tuple[int, ...]:
    """The errors of a reason, by its first sentence and the rows with the most words; none if these differ."""
    if len(reason) > _MAX_CHARACTERS:
        return ()
    first = _END.split(reason, maxsplit=1)[0]
    plain = " ".join(_APART.findall(first.casefold()))
    said = {row.errors: len(row.words) for row in _shortest_first().fitting(plain)}
    said |= {row.errors: len(row.parts) for row in german_sentences(first) if row.errors}
    most = [errors for errors, count in said.items() if count == max(said.values())]
    return most[0] if len(most) == 1 else ()
