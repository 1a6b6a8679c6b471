"""Error messages of console programs, in the languages in which public texts show them.

Each row of the table is the beginning of a sentence: `#` stands for a number, `*` for a quotation, and the number or
the sentence tells whether rights are missing. The sentences of 5 and 740 are those of "System Error Codes (500-999)"
and "(0-499)", of 53 those of "Troubleshoot Azure Files" and of a command that netsh does not find those of "Netsh
command syntax, contexts, and formatting", each in the languages of learn.microsoft.com; the others are quoted in public
issues and repositories.
"""

from __future__ import annotations

import csv
import re
from functools import cache

from msgspec import Struct

from ipseclint.expressions import compiled
from ipseclint.vocabulary import table_text

_IN_EVERY_LANGUAGE = r"\+ CategoryInfo +: PermissionDenied\b|\bWindows System Error 5\b|\[SC\] .{1,80}? 5[ ]?[:\uff1a]"
"""Signs of missing rights in every language: marks of PowerShell and of `sc.exe`."""
_STANDS_FOR = {
    "#": r"\d{1,6}",
    "*": r".{1,260}?",
    "'": "['\u2019]",
    '"': '["\u201c\u201d\u00ab\u00bb]',
    ":": "[ ]?[:\uff1a]",
}


class ConsoleError(Struct, frozen=True):
    """The beginning of a program's sentence, as an expression, and whether it means that rights are missing."""

    language: str
    begins: str
    lacks_rights: bool


@cache
def console_errors() -> tuple[ConsoleError, ...]:
    """The rows of the table, in its order."""
    text = table_text("console_errors.csv")
    return tuple(
        ConsoleError(row["language"], _expression(row["begins"]), row["lacks_rights"] == "yes")
        for row in csv.DictReader(text.splitlines())
    )


def _expression(begins: str) -> str:
    signs = (_STANDS_FOR.get(sign, re.escape(sign)) for sign in begins.replace(" :", ":"))
    return "".join(signs)


@cache
def _all() -> re.Pattern[str]:
    return compiled("|".join(each.begins for each in console_errors()), re.IGNORECASE)


@cache
def _of_rights() -> re.Pattern[str]:
    of_rights = "|".join(each.begins for each in console_errors() if each.lacks_rights)
    return compiled(rf"(?:{of_rights})(?!\d)|{_IN_EVERY_LANGUAGE}", re.IGNORECASE)


def error_at(text: str) -> re.Match[str] | None:
    """The match at the beginning of a text, if it is an error message of a program."""
    return _all().match(text)


def says_that_rights_lack(text: str) -> bool:
    """Whether a text says anywhere that rights are missing."""
    return _of_rights().search(text) is not None
