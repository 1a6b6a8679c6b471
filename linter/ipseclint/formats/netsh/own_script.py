r"""The PowerShell that a batch file holds below its last command, and hands to PowerShell itself.

<# :                                                     @findstr /v "^@.*&" "%~f0" | powershell - & goto :eof
@powershell -c "iex ((gc '%~f0') -join [char]10)"        more +4 "%~f0" | powershell -NoProfile -
@exit /b                                                 @@:: ... -notmatch '^^@@')) & goto :EOF
#> New-NetIPsec...                                       copy "%~f0" "%TEMP%\x.ps1" & powershell -File ...
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import islice

from msgspec import Struct

from ipseclint.late import late
from ipseclint.source import lines_of_text

_OWN_NAME = r"%(?:~[dpxs]{0,5}[fn][dpnxfs]{0,5}|~s?)?0(?![\w.])"
"""The file itself, as cmd.exe names it: `%~f0`, not the folder `%~dp0` nor `%~dpn0.ps1` beside it."""
_OWN = late(_OWN_NAME)
_KEPT = late(rf"\bset[ \t]+\"?(\w{{1,40}})=\"?{_OWN_NAME}")
"""A variable that is given the name of the file."""
_READS = late(r"\b(?:get-content|gc|cat|type|more|findstr|copy|xcopy|readall(?:text|lines))\b|\$\{%|<[ \t]*+\"?%")
"""What reads a file or copies it."""
_WITH_RIGHTS = late(r"\bstart-process\b|\brunas\b")
"""What starts a file anew, with more rights."""
_POWERSHELL = late(r"\b(?:powershell|pwsh)\b")
_ENDS = late(r"(?<![\w-])(?:exit(?:[ \t]++/b\b|[ \t]*+(?:$|[&\d]))|goto[ \t]*+(?::[ \t]*+)?eof\b)")
_DECIDES = late(r"[ \t@(]*(?:if|for)\b")
_IN_QUOTES = late(r"\"[^\"]*+\"")
_SKIPS = late(r"\bmore(?:\.com)?[ \t]+(?:/\w+[ \t]+){0,3}\+(\d{1,5})|-skip[ \t]+(\d{1,5})|\[(\d{1,5})\.\.")
"""How many lines of the file are left out of what is run."""
_SCRIPT_FILE = late(r"[^\s\"']{1,260}\.ps1\b")
_STATEMENT = late(
    r"\n[ \t]*+(?:\$[\w:{]|[a-z]{2,12}-[a-z]{2}|param\b|function[ \t]|try\b|if[ \t]*\(|foreach[ \t]*\(|\[\w|&[ \t]"
    r"|netsh\b|reg(?:\.exe)?[ \t])"
)
"""A line of PowerShell."""
_LINE_END = late(r"\r\n|\n|\r")
_SIGNS = ("powershell", "pwsh")
_OPENS, _CLOSES = "<#", "#>"
_MAX_HEAD_CHARACTERS = 20_000
"""How much of a file has the batch part at most (reasoned: such a head has a few lines)."""
_MIN_MARK_CHARACTERS = 4
"""How long a line is that the head names as a mark (reasoned: a shorter one stands in it by chance)."""
_MAX_LINES_BEFORE_MARK = 100
"""How many lines below the head the mark is looked for (reasoned: it stands next to it)."""


class OwnScript(Struct, frozen=True):
    """Where the PowerShell of a batch file begins, and what cmd.exe runs of the lines before it.

    `left_out` is the line of a statement between both, which neither runs.
    """

    start: int
    batch: str
    left_out: int | None = None


def own_script(text: str) -> OwnScript | None:
    """The PowerShell that a batch file holds and runs; None if it holds none."""
    head = text[:_MAX_HEAD_CHARACTERS].casefold()
    if not any(sign in head for sign in _SIGNS) or _OWN.search(head) is None:
        return None
    head_lines = lines_of_text(head)
    kept = {match[1] for match in _KEPT.finditer(head)}
    own = [row for row, line in enumerate(head_lines) if _reads_itself(line, kept)]
    last = _last_row(head_lines, own[0], has_comment=_has_comment(head)) if own else None
    if last is None:
        return None
    begin = _first_row(head_lines, own, last)
    start = next(islice((end.end() for end in _LINE_END.finditer(text)), begin - 1, None), len(text))
    if _has_comment(head):
        start = max(start, text.find(_CLOSES, 0, _MAX_HEAD_CHARACTERS) + len(_CLOSES))
    if _STATEMENT.search(f"\n{text[start:].casefold()}") is None:
        return None
    before = lines_of_text(text[:start])
    between = (row for row in range(last + 1, len(before)) if _STATEMENT.match(f"\n{before[row].casefold()}"))
    return OwnScript(start, _batch(before[: last + 1], head_lines, own), next((row + 1 for row in between), None))


def _has_comment(head: str) -> bool:
    """Whether the batch part stands in a block comment of PowerShell."""
    return head.lstrip(" \t\r\n@:").startswith(_OPENS)


def _reads_itself(line: str, kept: Collection[str]) -> bool:
    names = _OWN.search(line) is not None or any(f"%{name}%" in line or f"env:{name}" in line for name in kept)
    return names and _READS.search(line) is not None and _WITH_RIGHTS.search(line) is None


def _last_row(lines: Sequence[str], first: int, *, has_comment: bool) -> int | None:
    """The row of the last command of cmd.exe, at or below that which reads the file; None if there is no last one."""
    calls = False
    for row in range(first, len(lines)):
        line = lines[row]
        calls = calls or _POWERSHELL.search(line) is not None
        if calls and _ENDS.search(_IN_QUOTES.sub("", line)) and not _DECIDES.match(line):
            return row
        if has_comment and _CLOSES in line:
            return row if calls else None
    return None


def _first_row(lines: Sequence[str], own: Sequence[int], last: int) -> int:
    """The row below which nothing is batch: the last command, a mark that the head names, or lines left out."""
    begin = last + 1
    head = "\n".join(lines[:begin])
    for row in range(begin, min(len(lines), begin + _MAX_LINES_BEFORE_MARK)):
        mark = lines[row].strip()
        if mark.startswith(":") and not lines[begin:row]:
            begin = row + 1  # a label
        elif len(mark) >= _MIN_MARK_CHARACTERS and mark in head and _STATEMENT.match(f"\n{mark}") is None:
            return row + 1
    skipped = [int(next(filter(None, match.groups()))) for row in own for match in _SKIPS.finditer(lines[row])]
    if begin < len(lines) and lines[begin].strip() == _CLOSES:
        begin += 1
    return max(begin, *skipped) if skipped else begin


def _batch(lines: Sequence[str], folded: Sequence[str], own: Sequence[int]) -> str:
    """The lines that cmd.exe runs, without those that hand the file to PowerShell and what hides them from it."""
    copies = {match[0] for row in own for match in _SCRIPT_FILE.finditer(folded[row])}
    shown: list[str] = []
    for row, line in enumerate(lines):
        runs_copy = _POWERSHELL.search(folded[row]) is not None and any(copy in folded[row] for copy in copies)
        is_mark = row in own or runs_copy or line.lstrip().startswith((_OPENS, _CLOSES))
        shown.append("" if is_mark else line.replace("@@", "  ", 1) if line.startswith("@@") else line)
    return "\n".join(shown)
