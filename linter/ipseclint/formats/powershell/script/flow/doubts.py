"""Doubts: code read as if it ran, and facts assumed; each is reported if it bears on IPsec."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.powershell.script.syntax.grammar import Syntax

ONLY_IF_IT_FAILS = "this runs only if something before it fails"


class _Effects(Protocol):
    @property
    def effects(self) -> int:
        """The number of commands so far that bear on IPsec."""


class Doubts:
    """The doubts of one script; true while code is followed that may not run."""

    def __init__(self, syntax: Syntax, diagnostics: Diagnostics, commands: _Effects) -> None:
        self._syntax = syntax
        self._diagnostics = diagnostics
        self._commands = commands
        self._count = self._untold = self._open = self._said = 0
        self._assumptions: dict[tuple[int, int], tuple[str, int]] = {}
        self._told: set[tuple[int, int]] = set()

    def __bool__(self) -> bool:
        return self._count > 0 or self._open > 0

    @property
    def are_told(self) -> bool:
        """Whether the ways followed now already represent every doubt about what runs."""
        return not self._untold

    @contextmanager
    def about(self, why: str, start: int, end: int, *, is_told: bool = False, is_said: bool = False) -> Iterator[None]:
        """Follow code that may not run; reported if it bears on IPsec, unless `is_said` already.

        `is_told`: the ways that are followed represent this doubt.
        """
        before = self._commands.effects - self._said
        self._count += 1
        self._untold += not is_told
        try:
            yield
        finally:
            self._count -= 1
            self._untold -= not is_told
            if self._commands.effects - self._said > before and not self._count and not is_said:
                self._diagnostics.not_understood(why, self._syntax.span(start, end))

    def say(self, commands: int = 1) -> None:
        """Note that it is told at commands that they are not followed at all: that they may not run matters no more."""
        self._said += commands

    @property
    def has_set(self) -> bool:
        """Whether a command before this bears on IPsec."""
        return self._commands.effects > 0

    def open(self) -> int:
        """Begin to follow code that something may have left out, up to the end of what that leaves."""
        self._open += 1
        return self._commands.effects

    def close(self, since: int, why: str, start: int, end: int) -> None:
        """End it; reported if anything since it began bears on IPsec."""
        self._open -= 1
        if self._commands.effects > since and not self._count:
            self.tell(why, start, end)

    def behind(self, why: str, start: int, end: int) -> None:
        """Note an assumption; reported if anything after it bears on IPsec."""
        self._assumptions.setdefault((start, end), (why, self._commands.effects))

    def of_all(self, why: str, start: int, end: int) -> None:
        """Note what the whole script hangs on; reported if anything in it bears on IPsec."""
        self._assumptions.setdefault((start, end), (why, 0))

    def tell(self, why: str, start: int, end: int) -> None:
        """Report an assumption whatever is behind it."""
        if (start, end) not in self._told:
            self._told.add((start, end))
            self._diagnostics.not_understood(why, self._syntax.span(start, end))

    def report_assumptions(self) -> None:
        """Report these assumptions, at the end of the script."""
        for place, (why, before) in self._assumptions.items():
            if self._commands.effects > before and place not in self._told:
                self._diagnostics.not_understood(why, self._syntax.span(*place))
