"""Errors that programs printed, beside an output, where the text does not show the commands they answer.

Rule Name:     Servers                      Get-NetIPsecRule : No MSFT_NetConSecRule objects found ...
...                                         At line:1 char:1
Access is denied.                           + Get-NetIPsecRule -DisplayName Servers
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import islice

from ipseclint.engine.unread.failed_exports import ELEVATED, NOT_TYPED, NOTHING_FOUND
from ipseclint.formats.kit.diagnostics import quoted
from ipseclint.formats.pasted.signs import COLOUR
from ipseclint.formats.transcript.failed_commands import Failure, failure_in, is_record, of_one_line
from ipseclint.formats.transcript.parting_lines import LOOKS, PROMPTED
from ipseclint.late import late
from ipseclint.source import Source, lines_of_text
from ipseclint.vocabulary.console_errors import error_at, says_that_rights_lack
from ipseclint.vocabulary.ipsec_tools import CMDLET, PROGRAM
from ipseclint.vocabulary.services import failed_services

_MAX_LINES = 20_000
"""So many lines are looked at (reasoned: above what a window of a console holds)."""
_MAX_ROWS = 40
"""So many rows of an error record are looked at (reasoned: a long one has half as many)."""
_MAY_BE = late(r"[ \t]{0,4}(?:\S+ )*\S+[ ]{0,4}\r?")
"""A line without the wide gaps and tabs that outputs have between labels and values."""
_TYPED = late(
    rf"[ \t]*+(?:(?:{PROGRAM}|wevtutil|certutil|gpupdate|gpresult|wmic|powershell|pwsh)(?:\.exe)?[ \t]"
    rf"|\$\w+[ \t]*=|{CMDLET}(?:[ \t]+[^\s:]|[ \t]*\r?$))",
    re.IGNORECASE,
)
"""A command of a console that stands without a prompt."""
_OF_IPSEC = late(r"-(?:NetIPsec|NetFirewall|Vpn)|ipsec|ikeext|policyagent|firewall|rasman|\bvpn", re.IGNORECASE)
"""What an error record is about that concerns IPsec, by its cmdlet or by what was typed."""
_UNREACHED = late(
    r"[ \t]*(?:Minion did not return\. \[|(?:\S{1,200} \||fatal: \[[^\]\r\n]{1,200}\]:) UNREACHABLE!"
    r"|Couldn't access \S{1,200}:[ \t]*\r?$|(?:\S{1,200} )?ssh: connect to host \S{1,200} port \d{1,5}: "
    r"|(?:OpenError: )?(?:\[[^\]\r\n]{1,200}\] )?Connecting to remote server \S{1,200} failed "
    r"|\+ [^\r\n]{1,200}\bPSRemotingTransportException)"
)
"""What is printed of a machine that was not reached: by Salt, Ansible, PsExec, ssh and the remoting of PowerShell.

Sources: Salt's output of `salt` (No response, Not connected), Ansible's default callback, PsExec, OpenSSH,
about_Remote_Troubleshooting."""
_SIGNS_OF_UNREACHED = (
    "Minion did",
    "UNREACHABLE!",
    "Couldn't access",
    "connect to host",
    "to remote server",
    "PSRemoting",
)
_IS_MISSING = "a machine was not reached here: what it would have shown is missing"
_LINES_OF_RECORD = 12
"""So many lines has the record of one such error at most (reasoned)."""


def _unreached(rows: Sequence[tuple[int, str]]) -> Iterator[tuple[str, int]]:
    """What is said of each machine that was not reached, with its line."""
    last = -_LINES_OF_RECORD
    for row, line in rows:
        if _UNREACHED.match(line) is None:
            continue
        if not (line.lstrip().startswith("+") and row - last < _LINES_OF_RECORD):
            yield _IS_MISSING, row
        last = row


def errors_alone(source: Source, told: Collection[int]) -> Iterator[tuple[str, int]]:
    """What is said of each such error of which nothing is told yet, with its line."""
    text = COLOUR.sub("", source.head_text) if "\x1b" in source.head_text else source.head_text
    lines = enumerate(islice(lines_of_text(text), _MAX_LINES), start=1)
    rows = [(row, line) for row, line in lines if line.strip()]
    if any(map(text.__contains__, _SIGNS_OF_UNREACHED)):
        yield from _unreached(rows)
    behind, is_answer = 0, False
    for at, (row, line) in enumerate(rows):
        if at < behind or (failure := _failure(rows, at)) is None:
            continue
        is_next = bool(at) and at == behind
        is_answer = is_answer if is_next else _answers(line, rows[at - 1][1] if at else "")
        behind = at + len(failure.rows)
        record = "\n".join(line for _, line in rows[at:behind])
        is_of_others = is_record(line) and _OF_IPSEC.search(record) is None
        if not (is_answer or is_next or is_of_others or not failure.rows.isdisjoint(told)):
            advice = ELEVATED if failure.lacks_rights else ""
            said = quoted(failure.reason.rstrip(":"))
            yield f"Windows answered {said} to a command that is not shown: what that was to do is missing{advice}", row


def _failure(rows: list[tuple[int, str]], at: int) -> Failure | None:
    """The error that begins in a row, if one does."""
    row, line = rows[at]
    text = line.strip()
    if text in NOTHING_FOUND or of_one_line(text):
        return Failure(row, 1, text.partition(": ")[2] or text, frozenset({row}), says_that_rights_lack(text))
    if not (is_record(text) or (_MAY_BE.fullmatch(line) and error_at(text))):
        return None
    failure = failure_in(dict(rows[at : at + _MAX_ROWS]), NOT_TYPED)
    return failure if failure is not None and failure.row == row else None


_NO_ASSOCIATION = "No SAs match the specified criteria."
"""What only `netsh advfirewall monitor show mmsa` and `qmsa` answer, which change nothing."""
_LOOKS_WITHIN = late(r"[`\"'\u201c]netsh(?:\.exe)?\s[^`\"'\u201d\r\n]{0,80}\bshow\s")
"""Such a command, quoted in a sentence."""


def _is_of_event(above: str) -> bool:
    """Whether it is the message of an event on a service, which ends with the error that Windows gave it."""
    is_known = above.endswith(("following error:", "service-specific error:"))
    return is_known or (above.endswith((":", "\uff1a")) and bool(failed_services([above])))


def _answers(error: str, above: str) -> bool:
    """Whether an error is the answer to what stands above it: to a command that it names, or that may print it."""
    if PROMPTED.match(above) is not None or LOOKS.match(above) is not None or _LOOKS_WITHIN.search(above) is not None:
        return True
    if error.strip() == _NO_ASSOCIATION or _is_of_event(above.rstrip()):
        return True
    if is_record(error):
        return error.split(":", maxsplit=1)[0].strip().casefold() in above.casefold()
    return error.strip() not in NOTHING_FOUND and _TYPED.match(above) is not None
