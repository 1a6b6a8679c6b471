"""Switches that a script is assumed to be called without, and the code that depends on them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tree_sitter import Node

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.powershell.script.syntax.grammar import Syntax
from ipseclint.late import late
from ipseclint.vocabulary.ipsec_tools import mention_within

_VARIABLE = late(r"\$(?:\w{1,20}:)?(\w{1,100})")
_RESTARTS = late(r"\brestart-service\b[^\n;|]*", re.IGNORECASE)
"""Commands that do not change a service, but make it use its settings."""


class NotGiven:
    """The folded names of such switches, and the conditions on them that skip code on IPsec."""

    def __init__(self, syntax: Syntax) -> None:
        self.switches: set[str] = set()
        self._syntax = syntax
        self._decides: dict[int, str] = {}

    def decides(self, test: Node, passed_over: Sequence[Node]) -> None:
        """Note the code that a condition skips, if it tests such a switch and the code bears on IPsec."""
        for match in _VARIABLE.finditer(self._syntax.text, test.start_byte, test.end_byte):
            if match[1].casefold() in self.switches and any(
                mention_within(_RESTARTS.sub("", self._syntax.source(block))) is not None for block in passed_over
            ):
                self._decides.setdefault(match.start(), match[0])
                return

    def say(self, diagnostics: Diagnostics, *, is_idle: bool) -> None:
        """Report these conditions: if the script does nothing without the switches, that it was not read."""
        for start, written in sorted(self._decides.items()):
            span = self._syntax.span(start, start + len(written))
            if is_idle:
                why = "the script is read as it runs without {}, which decides here: what it does with it was not read"
                diagnostics.not_understood(why.format(quoted(written)), span)
            else:
                diagnostics.given[f"{quoted(written)}, line {span.line}"] += 1
