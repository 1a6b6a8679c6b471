"""Netsh commands that a document or a console broke over several lines.

    C:\\> netsh ipsec static add filter              netsh ipsec static add policy \\
    filterlist=Web srcaddr=any dstaddr=me                name=P assign=yes

A console breaks at its width, even within a word; a document between words. In a batch file such lines are separate
commands and are not joined.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from ipseclint.formats.netsh.hosts import POWERSHELL, Host
from ipseclint.formats.netsh.unfollowed import LINES_OF_PAGE_BREAK
from ipseclint.late import late

CONSOLE_WIDTHS = frozenset({80, 100, 120, 132, 160})
"""How many columns a console has (reasoned: those that consoles are set to; 80 and 120 are the defaults of Windows)."""
_BEGINS = late(r"[ \t]*netsh(?:\.exe)?[ \t][^\r\n]*?[ \t](?:add|set|del(?:ete)?)[ \t]", re.IGNORECASE)
_TAGS = late(r"[ \t]*(?:[A-Za-z][A-Za-z0-9]{1,40}=(?:\"[^\"]*\"|[^\s\"]+)[ \t]*)+\\?[ \t]*", re.IGNORECASE)
_ANSWER = late(r"[ \t]*(?:netsh\b|\[|ok\.|the [a-z]|err|no [a-z]|[a-z]:\\|ps[ >]|$)", re.IGNORECASE)
"""What stands below a command that has ended."""
_BEHIND_BLANK = late(r"[ ]\S")
"""How a row begins where the one above it ended with a word; what is printed has more blanks before it."""
_OWES_VALUE = late(r"[ \t]+[a-z][a-z0-9]{1,40}[ \t]*=[ \t]*", re.IGNORECASE)
_RUNS = late(
    r"[ \t@]*(?:$|[:(){}#&|]|<#|[a-z]:|\\\\|\.{1,2}[\\/]|[$%!]\w|\S+\.(?:exe|cmd|bat|ps1|vbs)\b|[a-z]+-[a-z]+[ \t]"
    r"|\w+[ \t]+/\w|(?:netsh|rem|echo|pause|exit|quit|bye|goto|if|for|call|set|reg|sc|net|gpupdate|ipconfig|start"
    r"|timeout|powershell|pwsh|endlocal|cls|ping|shutdown|add|delete|show|dump|popd|pushd|cd|del|copy|wevtutil|auditpol)\b)",
    re.IGNORECASE,
)
"""The end of a line whose last tag has no value; and how a line begins that may run something of its own."""


_VALUE = late(r"\s*[\w.,:;/*+-]{1,200}\s*")


def is_rest(line: str) -> bool:
    """Whether a line holds only tags with values."""
    return _TAGS.fullmatch(line) is not None


def goes_on_in(line: str, following: str, width: int = 0) -> bool:
    """Whether a full console row ends within a command that continues on the next. `width` is that of the console, if
    it is known: then the row may end beside a blank, too."""
    if len(line) == width and (line[-1:] == " " or _BEHIND_BLANK.match(following) is not None):
        return _ANSWER.match(following) is None
    return (len(line) == width or len(line) in CONSOLE_WIDTHS) and _is_cut_within_word(line, following)


def _is_cut_within_word(line: str, following: str) -> bool:
    """Whether the console broke within a word that continues on the next line."""
    from ipseclint.formats.netsh.advfirewall.commands import GRAMMARS
    from ipseclint.formats.netsh.ip_security.grammar import ALL_TAGS

    if line[-1:].isspace() or following[:1].isspace() or _ANSWER.match(following):
        return False
    tag, sign, _ = following.partition("=")
    known = ALL_TAGS.union(*(grammar.tags for grammar in GRAMMARS.values()))
    return not (sign and tag.casefold() in known)


def rejoined(lines: Sequence[str], mark: str | None) -> list[str]:
    """The lines, with the continuation mark added to those that were broken."""
    if mark is None:
        return list(lines)
    whole: list[str] = []
    is_command = False
    for line, following in pairwise((*lines, "")):
        is_command = _BEGINS.match(line) is not None or (is_command and bool(whole) and whole[-1].endswith(mark))
        if not is_command or line.rstrip().endswith(mark):
            whole.append(line)
        elif goes_on_in(line, following):
            whole.append(line + mark)
        elif is_rest(following):
            whole.append(f"{line.rstrip().removesuffix(chr(92))} {mark}")
        else:
            whole.append(line)
    return whole


def rests(lines: Sequence[str], host: Host, short: Collection[int]) -> Iterator[tuple[int, int]]:
    """The numbers of the lines of netsh that break off, each with that of the line that reads as its rest: the value of
    its last word, or what ends a text in quotation marks that begins there.

    `short` are the lines at whose last word netsh refuses the command. The break of a page may leave lines empty.
    """
    for number, line in enumerate(lines, start=1):
        if number == len(lines) or _BEGINS.match(line) is None:
            continue
        is_open = host is not POWERSHELL and line.count('"') % 2 == 1 == lines[number].count('"') % 2
        owes = not is_open and line.rstrip().endswith("=") and _is_without_value(line)
        below = number if is_open else _filled(lines, number)
        if _RUNS.match(lines[below]):
            continue
        if is_open or owes or (number in short and _VALUE.fullmatch(lines[below])):
            yield number, below + 1


def _filled(lines: Sequence[str], start: int) -> int:
    """The offset of the first line that is not empty, from one on, if a page break alone is before it."""
    ahead = range(start, min(start + LINES_OF_PAGE_BREAK, len(lines)))
    return next((at for at in ahead if lines[at].strip()), start)


def _is_without_value(line: str) -> bool:
    """Whether the last word of a line is a tag without its value."""
    start = max(line.rstrip("= \t\r").rfind(" "), 0)
    return _OWES_VALUE.fullmatch(line.rstrip("\r"), start) is not None
