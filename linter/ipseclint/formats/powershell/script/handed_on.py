"""Scripts that a batch file hands to PowerShell in its lines: `powershell -Command "..."`.

Source: about_PowerShell_exe and about_Pwsh, and how programs of Windows cut their command line (`\\"` is a quote).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.token import Token
from ipseclint.formats.powershell.script.reader import read_script
from ipseclint.model.policy import Policy

_QUOTE = re.compile(r"\\\"|\"\"")
_CHANGES = re.compile(r"\b(?:remove|disable|enable|rename|set|copy)-netipsec(?!dosp)\w*+", re.IGNORECASE)
"""Cmdlets that change rules and sets which may have been there before."""
_VARIABLE = re.compile(r"%[^%\s]+%")


def policy_of(scripts: Iterable[Sequence[Token]], lines: Sequence[str], diagnostics: Diagnostics) -> Policy:
    """What the scripts set up, each by the words that PowerShell is handed; every value is at its place."""
    shown = [" " * len(line) for line in lines]
    ends: list[tuple[Sequence[Token], int]] = []
    for script in scripts:
        room = {word.line: list(shown[word.line - 1]) for word in script}
        overflow = False
        last = 0
        for word, following in zip(script, (*script[1:], None), strict=True):
            goes_on = following is not None and following.line > word.line
            text = _written(word, lines) + (" `" if goes_on else "")
            at = word.column - 1
            behind = len(lines[word.line - 1]) - 1
            if goes_on and at + len(text) <= behind:  # a backtick continues a line where it is its last sign
                text = text[:-1].ljust(behind - at) + "`"
            room[word.line][at : at + len(text)] = text
            overflow = overflow or len(room[word.line]) > len(lines[word.line - 1])
            last = at + len(text)
        if overflow:
            message = "a value that is put in here makes the script longer than its line: it is not evaluated"
            diagnostics.not_understood(message, script[0].span)
            continue
        for number, signs in room.items():
            shown[number - 1] = "".join(signs)
        ends.append((script, last))
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    ranges = tuple(
        (starts[script[0].line - 1] + script[0].column - 1, starts[script[-1].line - 1] + last) for script, last in ends
    )
    return read_script("\n".join(shown), diagnostics, ranges).policy if ranges else Policy()


def note_changes(scripts: Iterable[Sequence[Token]], diagnostics: Diagnostics) -> None:
    """Say where a script changes rules, which the commands of netsh around it may have made."""
    for script in scripts:
        word = next((word for word in script if _CHANGES.search(word.text)), None)
        if word is not None:
            message = "changes rules: what it does to those that netsh makes in this script is not followed"
            diagnostics.not_understood(message, word.span)


def _written(word: Token, lines: Sequence[str]) -> str:
    """A word as it stands in its line, so that all places in it are true; where another text stands for it, that."""
    line, column = word.end
    raw = lines[word.line - 1][word.column - 1 : column - 1] if line == word.line else word.text
    if '^"' in raw and raw.replace('^"', "") == word.text.replace('"', ""):
        return raw.replace('^"', "  ")  # quotes around the script, which cmd.exe hands on and the program takes off
    shown = _QUOTE.sub(' "', raw)
    is_itself = shown.replace(' "', '"') == word.text.replace(' "', '"') and _VARIABLE.search(raw) is None
    return shown if is_itself else word.text
