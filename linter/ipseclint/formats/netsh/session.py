"""The store that commands are for, which lasts as long as a process of netsh does.

`netsh … set store …` as a line of a batch file starts a process, sets the store in it and ends it. Source: Microsoft,
"Windows Firewall with Advanced Security administration with Windows PowerShell": the store "remains in effect until the
Netsh session is ended".
"""

from __future__ import annotations

from msgspec import Struct

from ipseclint.formats.netsh.command import Command
from ipseclint.formats.netsh.refusal import named
from ipseclint.model.policy import LostStore
from ipseclint.source import Span


class _Chosen(Struct):
    """A store other than the local one, the command that chose it, and what comes after the end of its process."""

    store: str
    command: Command
    first: Span | None = None
    count: int = 0
    is_used: bool = False


class Session:
    """Follows the processes of a script and the stores that are lost with them."""

    def __init__(self) -> None:
        self._process = 0
        self._chosen: _Chosen | None = None
        self._is_over = False
        self._lost: list[_Chosen] = []

    def begins_anew(self, process: int) -> bool:
        """Take a command's process: whether the store of the one before has ended with it."""
        if process == self._process:
            return False
        self._process = process
        if self._chosen is None or self._is_over:
            return False
        self._is_over = True
        if not self._chosen.is_used:
            self._lost.append(self._chosen)
        return True

    def choose(self, store: str | None, command: Command) -> None:
        """Take a change of the store; None is the local one."""
        self._chosen = None if store is None else _Chosen(store, command)
        self._is_over = False

    def change(self, span: Span) -> None:
        """Take a command that changes the store at hand."""
        if self._chosen is None:
            return
        if not self._is_over:
            self._chosen.is_used = True
            return
        self._chosen.first = self._chosen.first or span
        self._chosen.count += 1

    def lost(self) -> tuple[LostStore, ...]:
        """The stores that were lost before a command that was meant for them."""
        return tuple(
            LostStore(
                command=named(each.command),
                store=each.store,
                span=each.command.span,
                first=each.first,
                count=each.count,
            )
            for each in self._lost
            if each.first is not None
        )
