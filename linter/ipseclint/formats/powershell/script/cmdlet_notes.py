"""What is noted of the cmdlets of a script: what bears on IPsec and is not followed, and what PowerShell refuses."""

from __future__ import annotations

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.powershell.script.binding import Refusal
from ipseclint.formats.powershell.script.grammar import Syntax


class CmdletNotes:
    """Takes what is noted of the cmdlets of one script."""

    def __init__(self, syntax: Syntax, diagnostics: Diagnostics) -> None:
        self._syntax = syntax
        self._diagnostics = diagnostics

    def not_followed(self, message: str, start: int, end: int) -> None:
        """Note what bears on IPsec and is not followed."""
        self._diagnostics.not_understood(message, self._syntax.span(start, end))

    def given(self, start: int, end: int) -> None:
        """Note a value that the script is given when it runs, and that no rule needs."""
        written = quoted(self._syntax.text[start:end])
        self._diagnostics.given[f"{written}, line {self._syntax.span(start, end).line}"] += 1

    def refuse(self, refusals: list[Refusal], name: str, place: tuple[int, int]) -> None:
        """Note that PowerShell refuses a command between two offsets, for one reason or several."""
        first, *more = (
            (
                refusal.message,
                self._syntax.span(*((refusal.start, refusal.end) if refusal.start >= 0 else place)),
            )
            for refusal in refusals
        )
        self._diagnostics.refuse_command(name, *first, *more)
