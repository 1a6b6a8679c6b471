"""PowerShell scripts in the lines of a batch file: `powershell -Command "..."`.

Source: about_PowerShell_exe and about_Pwsh, and how programs of Windows cut their command line (`\\"` is a quote).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.token import Token
from ipseclint.formats.powershell.script.reader import read_script
from ipseclint.late import late
from ipseclint.model.policy import Policy

_QUOTE = late(r"\\\"|\"\"")
_CHANGES = late(r"\b(?:remove|disable|enable|rename|set|copy)-netipsec(?!dosp)\w*+", re.IGNORECASE)
"""Cmdlets that change rules and sets which may have existed before."""
_VARIABLE = late(r"%[^%\s]+%")


def policy_of(scripts: Iterable[Sequence[Token]], lines: Sequence[str], diagnostics: Diagnostics) -> Policy:
    """The policy that these scripts set up, each given as the words passed to PowerShell; values keep their places.

    If a word is longer than the variable it replaces, the words beside it are moved.
    """
    shown = [" " * len(line) for line in lines]
    free_from = [0] * len(lines)
    ends: list[tuple[int, int, int, int]] = []
    for script in scripts:
        placed = _placed(script, lines, free_from)
        if placed is None:
            message = "a value that is put in here makes the script longer than its line: it is not evaluated"
            diagnostics.not_understood(message, script[0].span)
            continue
        for number, at, text in placed:
            shown[number] = shown[number][:at] + text + shown[number][at + len(text) :]
            free_from[number] = at + len(text) + 1
        (first, begin, _), (number, at, text) = placed[0], placed[-1]
        ends.append((first, begin, number, at + len(text)))
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    ranges = tuple((starts[first] + begin, starts[number] + end) for first, begin, number, end in ends)
    return read_script("\n".join(shown), diagnostics, ranges).policy if ranges else Policy()


def _placed(
    script: Sequence[Token], lines: Sequence[str], free_from: Sequence[int]
) -> Sequence[tuple[int, int, str]] | None:
    """The line, column (both from 0) and text of each word; None if they do not fit in their lines."""
    placed: list[tuple[int, int, str]] = []
    for number, words in groupby(script, key=lambda word: word.line - 1):
        of_line = list(words)
        texts = [_written(word, lines) for word in of_line]
        columns = [word.column - 1 for word in of_line]
        if of_line[-1] is not script[-1]:  # a backtick continues a line where it is its last sign
            columns.append(len(lines[number]) - 1)
            texts.append("`")
        at = free_from[number]
        for index, text in enumerate(texts):
            columns[index] = at = max(columns[index], at)
            at += len(text) + 1
        end = len(lines[number])
        for index in reversed(range(len(texts))):
            columns[index] = min(columns[index], end - len(texts[index]))
            end = columns[index] - 1
        if columns[0] < free_from[number]:
            return None
        placed += [(number, column, text) for column, text in zip(columns, texts, strict=True)]
    return placed


def note_changes(scripts: Iterable[Sequence[Token]], diagnostics: Diagnostics) -> None:
    """Report scripts that change rules, which netsh commands around them may have made.

    That PowerShell itself does not know what they change is no second problem.
    """
    noted = dict[tuple[str, int, str], Token]()
    for script in scripts:
        found = ((word, _CHANGES.search(word.text)) for word in script)
        word, cmdlet = next(((word, match[0]) for word, match in found if match is not None), (None, ""))
        if word is not None:
            noted[word.path, word.line, cmdlet] = word
    diagnostics.problems[:] = [
        each
        for each in diagnostics.problems
        if (each.span.path, each.span.line, each.message.partition(" ")[0]) not in noted
    ]
    for word in noted.values():
        message = "changes rules: what it does to those that netsh makes in this script is not followed"
        diagnostics.not_understood(message, word.span)


def _written(word: Token, lines: Sequence[str]) -> str:
    """A word as it stands in its line, so that its places are right; the substituted text if it is a variable."""
    line, column = word.end
    raw = lines[word.line - 1][word.column - 1 : column - 1] if line == word.line else word.text
    if '^"' in raw and raw.replace('^"', "") == word.text.replace('"', ""):
        return raw.replace('^"', "  ")  # quotes around the script, which cmd.exe hands on and the program takes off
    shown = _QUOTE.sub(' "', raw)
    is_itself = shown.replace(' "', '"') == word.text.replace(' "', '"') and _VARIABLE.search(raw) is None
    return shown if is_itself else word.text
