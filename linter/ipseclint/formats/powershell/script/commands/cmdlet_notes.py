"""Problems noted of a script's cmdlets: what bears on IPsec and is not followed, and what PowerShell refuses."""

from __future__ import annotations

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted, shown
from ipseclint.formats.netsh.wrapped import LINES_OF_PAGE_BREAK
from ipseclint.formats.powershell.script.arguments.binding import Refusal, Stray, truth_meant
from ipseclint.formats.powershell.script.syntax.grammar import Syntax
from ipseclint.model.settings import StrayValue


class CmdletNotes:
    """Collects such problems of one script; `refused` are the places of the commands that PowerShell refuses."""

    def __init__(self, syntax: Syntax, diagnostics: Diagnostics) -> None:
        self._syntax = syntax
        self._diagnostics = diagnostics
        self._owed = (-1, -1)
        self.refused: list[tuple[int, int]] = []

    def not_followed(self, message: str, start: int, end: int) -> None:
        """Note something that bears on IPsec and is not followed."""
        self._diagnostics.not_understood(message, self._syntax.span(start, end))

    def given(self, start: int, end: int) -> None:
        """Note a value that is supplied when the script runs, and that no rule needs."""
        written = quoted(self._syntax.text[start:end])
        self._diagnostics.given[f"{written}, line {self._syntax.span(start, end).line}"] += 1

    def refuse(self, refusals: list[Refusal], name: str, place: tuple[int, int]) -> None:
        """Note that PowerShell refuses the command at this place, with the reasons."""
        self.refused.append(place)
        owed = [each for each in refusals if each.end == place[1] and self._syntax.text[each.start] == "-"]
        if owed:
            self._owed = (owed[0].start, place[1])
        first, *more = (
            (
                refusal.message,
                self._syntax.span(*((refusal.start, refusal.end) if refusal.start >= 0 else place)),
            )
            for refusal in refusals
        )
        self._diagnostics.refuse_command(name, *first, *more)

    def owed_at(self, start: int) -> str:
        """The parameter, as written, that ends the refused command above a place; empty if none does.

        The break of a page may leave lines between them empty.
        """
        begin, end = self._owed
        between = self._syntax.text[end:start] if 0 <= end < start else ""
        return (
            self._syntax.text[begin:end]
            if 1 <= between.count("\n") <= LINES_OF_PAGE_BREAK and not between.strip()
            else ""
        )

    def stray(self, stray: Stray, name: str, *, takes_key: bool) -> None:
        """Note that PowerShell gives a value to another parameter than to the switch before it."""
        place = (stray.value.start, stray.value.end)
        self._diagnostics.stray(
            StrayValue(
                command=name,
                switch=stray.switch.name,
                value=shown(self._syntax.text[slice(*place)]),
                truth=truth_meant(stray.value),
                taker=stray.taker.name,
                span=self._syntax.span(*place),
                takes_key=takes_key,
            )
        )
