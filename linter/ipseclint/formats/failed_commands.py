"""Typed commands whose printed answer is an error: they did nothing, and make no object.

    C:\\> netsh advfirewall consec add rule ...          PS C:\\> New-NetIPsecRule ...
    The requested operation requires elevation ...      New-NetIPsecRule : Access is denied.
                                                            + CategoryInfo          : PermissionDenied ...

Of what is printed, the marks of the programs are known in every language, that the user may not do it in some, other
sentences in English.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from ipseclint.late import late

_ROWS = 6
"""In how many rows below a command its error begins (reasoned: a console may print the rest of a long command)."""
_OF_PROGRAMS = late(
    r"\[SC\] .{1,80} \d{1,5}:[ ]?"  # what sc.exe says in every language: the call, and the number of its error
    r"|ERR IPsec ?\[\d{1,6}\]|(?:ERROR|FEHLER|ERREUR) ?: |System error \d{1,5} has occurred"
    r"|'[^'\r\n]{1,260}' is not recognized as an internal or external command"
    r"|Access is denied\.|Zugriff verweigert|Acc\u00e8s refus\u00e9\.|Acceso denegado\."
    r"|The requested operation requires elevation|Der angeforderte Vorgang erfordert erh\u00f6hte Rechte"
    r"|L[\u2019']op\u00e9ration demand\u00e9e n\u00e9cessite une \u00e9l\u00e9vation"
    r"|La operaci\u00f3n solicitada requiere elevaci\u00f3n"
    r"|\u8bf7\u6c42\u7684\u64cd\u4f5c\u9700\u8981\u63d0\u5347"
    r"|The following command was not found: "
    r"|The syntax supplied for this command is not valid|A specified value is not valid\."
    r"|One or more essential parameters |An error occurred while attempting to contact "
    r"|The system cannot find the (?:file|path) specified\.|Cannot create a file when that file already exists\."
    r"|The parameter is incorrect\.|The object already exists\.",
    re.IGNORECASE,
)
"""How the error of a program for the console begins."""
_OF_CMDLET = late(r"[A-Za-z]{2,20}-\w{2,60} ?:(?:[ ]+(?P<reason>\S[^\r\n]*))?")
"""The first row of an error record: Windows PowerShell has a blank before the colon, PowerShell 7 has none."""
_ID = late(r"[ \t]*\+ FullyQualifiedErrorId")
_OF_RECORD = late(r"[ \t]*(?:\+ |At (?:line|.{1,260}):\d|Line \||\d{1,6} \||\|)")
"""The rows of an error record below the first."""
_BAR = late(r"[ \t]*\|[ \t]+(?P<reason>[^~\s][^\r\n]*)")
_SEVERAL = late(r"[;&|{}]|\b(?:foreach|for|while|if)\b[ ]?\(", re.IGNORECASE)
_QUOTE = late(r"(?<!\w)['\u2018]|[\"\u201c\u201d]")
_QUOTED = late(r"\"[^\"]*\"|'[^']*'")
_WORDS = 5
"""How many words may name a command: `netsh advfirewall consec add rule`."""


class Failure(NamedTuple):
    """An error that is printed below a command: its first row and column, what it says, and the rows that it takes."""

    row: int
    column: int
    reason: str
    rows: frozenset[int]


def failure_in(lines: Mapping[int, str], command: str) -> Failure | None:
    """The error with which the lines below a command begin; its reason quotes nothing that was typed."""
    seen = [(row, line) for row, line in lines.items() if line.strip()]
    for at, (row, line) in enumerate(seen[:_ROWS]):
        text = line.strip()
        column = len(line) - len(line.lstrip()) + 1
        if (record := _OF_CMDLET.fullmatch(text)) is not None:
            taken = _record(seen[at:])
            reason = record["reason"] or next((bar["reason"] for _, own in taken if (bar := _BAR.match(own))), "")
            is_own = text.casefold().startswith(command.casefold())
            if len(taken) > 1 or is_own:  # another row alone may be of a list of properties
                return Failure(row, column, _unquoting(reason), frozenset(number for number, _ in taken))
        elif (error := _OF_PROGRAMS.match(text)) is not None:
            taken = seen[at : at + 2] if error[0].endswith(":") else seen[at : at + 1]
            said = " ".join((error[0], *(own.strip() for _, own in taken[1:])))
            return Failure(row, column, _unquoting(said) or "an error", frozenset(number for number, _ in taken))
    return None


def _unquoting(said: str) -> str:
    """What a sentence says before it quotes something."""
    return _QUOTE.split(said, maxsplit=1)[0].strip()


def _record(seen: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """The rows of an error record, of which its identifier is the last."""
    last = next((at for at, (_, line) in enumerate(seen[:40]) if _ID.match(line)), None)
    if last is not None:
        return seen[: last + 1]
    count = 1
    while count < len(seen) and _OF_RECORD.match(seen[count][1]):
        count += 1
    return seen[:count]


def is_nothing(failure: Failure) -> bool:
    """Whether an error below a command that shows objects says that there are none."""
    return failure.reason.startswith(("ERR IPsec[05072]", "No MSFT_"))


def is_one(typed: str) -> bool:
    """Whether what was typed is one command, so that an error below it is its own."""
    return _SEVERAL.search(_QUOTED.sub("", typed)) is None


def name_of(typed: str) -> str:
    """The words that say which command it is, without what is handed to it."""
    words: list[str] = []
    for word in typed.split()[:_WORDS]:
        if words and (word[0] in "-/\"'$@{(<>" or "=" in word or "\\" in word):
            break
        words.append(word)
        if "-" in word:
            break
    return " ".join(words)
