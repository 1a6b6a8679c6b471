"""Messages of a VPN connection's dialog in other languages, recognised by their words.

The sentences are those of "Routing and Remote Access Error Codes" and of "Troubleshoot Always On VPN" in the languages
of learn.microsoft.com, Chinese ones also those of github.com/hwdsl2/setup-ipsec-vpn; of Spanish and Portuguese, the
second page's alone. Several translations are in use, which share these words. A row matches a sentence that has each of
its words, with `|` between alternatives.
"""

from __future__ import annotations

import csv
from functools import cache
from typing import NamedTuple

from ipseclint.late import late
from ipseclint.vocabulary import table_text
from ipseclint.vocabulary.rows_of_words import RowsOfWords

_APART = late(r"[^\W_]+")


class RasSentence(NamedTuple):
    """Parts of words that a sentence must have in a language, each with its alternatives, and its error."""

    code: int
    language: str
    words: tuple[tuple[str, ...], ...]


@cache
def ras_sentences() -> tuple[RasSentence, ...]:
    """The rows of the table, in its order."""
    return tuple(
        RasSentence(
            int(row["code"]), row["language"], tuple(tuple(each.split("|")) for each in row["words"].split(" & "))
        )
        for row in csv.DictReader(table_text("ras_sentences.csv").splitlines())
    )


@cache
def _rows() -> RowsOfWords[RasSentence]:
    return RowsOfWords((row, row.words) for row in ras_sentences())


def may_speak_of_ras(text: str) -> bool:
    """Whether all words of a row stand anywhere in a text: without them none of its sentences is examined."""
    return bool(_rows().fitting(_plain(text)))


def ras_error_as_spoken(sentence: str) -> int | None:
    """The error of Remote Access that a sentence in another language means; None if none or several."""
    codes = {row.code for row in _rows().fitting(_plain(sentence))}
    return codes.pop() if len(codes) == 1 else None


def _plain(text: str) -> str:
    return " ".join(_APART.findall(text.casefold()))
