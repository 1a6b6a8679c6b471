"""Typed commands answered by an error: they did nothing.

    C:\\> netsh advfirewall consec add rule ...          PS C:\\> New-NetIPsecRule ...
    The requested operation requires elevation ...      New-NetIPsecRule : Access is denied.
                                                            + CategoryInfo          : PermissionDenied ...

The programs' error marks are known in every language, sentences in those of the table `console_errors`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from ipseclint.late import late
from ipseclint.vocabulary.console_errors import error_at, says_that_rights_lack

_ROWS = 6
"""In how many rows below a command its error begins (reasoned: a console may print the rest of a long command)."""
_OF_CMDLET = late(r"(?:[A-Za-z]{2,20}-\w{2,60}|\w{2,20}\.exe) ?:(?:[ ]+(?P<reason>\S[^\r\n]*))?")
"""The first row of an error record: Windows PowerShell has a blank before the colon, PowerShell 7 has none."""
_OF_ONE_LINE = late(
    r"(?:Add|Copy|Disable|Enable|Get|New|Remove|Rename|Set|Show)-(?:Net|Vpn)\w{2,60}: \S", re.IGNORECASE
)
"""An error record of PowerShell 7, which may have one row."""
_ID = late(r"[ \t]*\+ FullyQualifiedErrorId")
_OF_RECORD = late(r"[ \t]*(?:\+ |At (?:line|.{1,260}):\d|\w{1,10} \||\|)")
"""The rows of an error record below the first."""
_BAR = late(r"[ \t]*\|[ \t]+(?P<reason>[^~\s][^\r\n]*)")
_SEVERAL = late(r"[;&|{}]|\b(?:foreach|for|while|if)\b[ ]?\(", re.IGNORECASE)
_QUOTE = late(r"(?<!\w)['\u2018]|[\"\u201c\u201d]")
_QUOTED = late(r"\"[^\"]*\"|'[^']*'")
_NO_CONNECTION = late(r"VPN connection [^\r\n]{1,260}? was not found\b")
"""What Get-VpnConnection says of one that is not there (VPN 623)."""
_MAX_LINES = 400
"""So many lines are looked at (reasoned: longer than what people paste of a console)."""
_ROWS_OF_RECORD = 14
"""How many rows of an error record stand above its identifier (reasoned: its parts are wrapped where they are long)."""
_WORDS = 5
"""How many words may name a command: `netsh advfirewall consec add rule`."""


class Failure(Struct, frozen=True):
    """An error printed below a command: its first row and column, its reason, and its rows.

    `lacks_rights`: the user lacks permission.
    """

    row: int
    column: int
    reason: str
    rows: frozenset[int]
    lacks_rights: bool


def failure_in(lines: Mapping[int, str], command: str) -> Failure | None:
    """The error at the start of the lines below a command; its reason quotes nothing that was typed."""
    seen = [(row, line) for row, line in lines.items() if line.strip()]
    for at, (row, line) in enumerate(seen[:_ROWS]):
        text = line.strip()
        column = len(line) - len(line.lstrip()) + 1
        if (record := _OF_CMDLET.fullmatch(text)) is not None:
            taken = _record(seen[at:])
            reason = record["reason"] or next((bar["reason"] for _, own in taken if (bar := _BAR.match(own))), "")
            is_own = text.casefold().startswith(command.casefold())
            if len(taken) > 1 or is_own:  # another row alone may be of a list of properties
                return _failure(row, column, reason, taken)
        elif (error := error_at(text)) is not None:
            behind = text[error.end() :].strip()
            goes_on = error[0].endswith(":") and not behind
            taken = seen[at : at + 2] if goes_on else seen[at : at + 1]
            more = error_at(behind)
            said = " ".join((error[0], *([more[0]] if more else []), *(own.strip() for _, own in taken[1:])))
            return _failure(row, column, said, taken)
    return None


def records_alone(lines: Mapping[int, str]) -> Iterator[tuple[str, Failure]]:
    """The error records of PowerShell in a text that does not show the commands, each with its cmdlet."""
    seen = [(row, line) for row, line in lines.items() if line.strip()]
    ids = [at for at, (_, line) in enumerate(seen) if _ID.match(line)]
    begin = 0
    for at in ids:
        heads = range(max(begin, at - _ROWS_OF_RECORD), at)
        head = next((row for row in heads if _OF_CMDLET.fullmatch(seen[row][1].strip())), None)
        begin = at + 1
        if head is not None and (failure := failure_in(dict(seen[head:begin]), "")) is not None:
            yield seen[head][1].split(":", maxsplit=1)[0].strip(), failure


def is_record(line: str) -> bool:
    """Whether a line may be the first of an error record of PowerShell."""
    return _OF_CMDLET.fullmatch(line.strip()) is not None


def of_one_line(text: str) -> bool:
    """Whether a text is an error record of PowerShell 7 that may have one row."""
    return _OF_ONE_LINE.match(text) is not None


def shows_errors(lines: str) -> bool:
    """Whether one of the first lines of a text is an error of a program, or belongs to the record of one."""
    first = [line.strip() for line in lines.split("\n", _MAX_LINES)[:_MAX_LINES]]
    return any(_ID.match(line) or _OF_ONE_LINE.match(line) or error_at(line) for line in first)


def _failure(row: int, column: int, said: str, taken: list[tuple[int, str]]) -> Failure:
    rows = frozenset(number for number, _ in taken)
    lacks_rights = any(says_that_rights_lack(line) for _, line in taken)
    return Failure(row, column, _unquoting(said) or "an error", rows, lacks_rights)


def _unquoting(said: str) -> str:
    """A sentence up to its first quotation."""
    return _QUOTE.split(said, maxsplit=1)[0].strip()


def _record(seen: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """The rows of an error record, which ends with its identifier."""
    last = next((at for at, (_, line) in enumerate(seen[:40]) if _ID.match(line)), None)
    if last is not None:
        return seen[: last + 1]
    count = 1
    while count < len(seen) and _OF_RECORD.match(seen[count][1]):
        count += 1
    return seen[:count]


def is_nothing(failure: Failure) -> bool:
    """Whether an error below a query only says that there are no objects."""
    return (
        failure.reason.startswith(("ERR IPsec[05072]", "No MSFT_")) or _NO_CONNECTION.match(failure.reason) is not None
    )


def is_one(typed: str) -> bool:
    """Whether a single command was typed, so that the error below belongs to it."""
    return _SEVERAL.search(_QUOTED.sub("", typed)) is None


def name_of(typed: str) -> str:
    """The words that name a command, without arguments."""
    words: list[str] = []
    for word in typed.split()[:_WORDS]:
        if words and (word[0] in "-/\"'$@{(<>" or "=" in word or "\\" in word):
            break
        words.append(word)
        if "-" in word:
            break
    return " ".join(words)
