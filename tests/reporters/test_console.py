"""Sentences and the last cells of tables stand on lines of a width; what is short stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipseclint.reporters import RenderOptions
from ipseclint.reporters.console import Console, fitted
from ipseclint.source import Span
from tests.cases import cases

_SENTENCE = "a sentence of words that is wider than the line can be, for it goes on and on"
_ROW = "name  value  a cell of words that is wider than what is left of its row"


@cases(
    ("text", "width", "lines"),
    [
        ("short\n", 40, ["short", ""]),
        ("", 40, [""]),
        ("\nafter an empty line\n", 40, ["", "after an empty line", ""]),
        (_SENTENCE, 40, ["a sentence of words that is wider than", "   the line can be, for it goes on and", "   on"]),
        (
            f"    {_SENTENCE}",
            40,
            ["    a sentence of words that is wider", "       than the line can be, for it goes", "       on and on"],
        ),
        (_ROW, 50, ["name  value  a cell of words that is wider than", "             what is left of its row"]),
        (_ROW, 28, ["name  value  a cell of words", "   that is wider than what", "   is left of its row"]),
        (
            "somebody has to type this: netsh wfp show state",
            31,
            ["somebody has to type", "   this: netsh wfp show state"],
        ),
        (
            "a connection of a VPN is changed by Set-VpnConnection alone",
            38,
            ["a connection of a VPN is changed", "   by Set-VpnConnection alone"],
        ),
        (
            "somebody types: netsh advfirewall consec add rule",
            36,
            ["somebody", "   types: netsh advfirewall consec", "   add rule"],
        ),
        ("x" * 60, 40, ["x" * 60]),
    ],
)
def test_what_is_wider_than_the_terminal_goes_on_below(text: str, width: int, lines: list[str]) -> None:
    assert fitted(text, width) == "\n".join(lines)


@pytest.mark.parametrize("error", [OSError("a ring of links"), ValueError("a zero byte")])
def test_a_place_that_no_address_leads_to_has_no_link(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    console, span = Console(RenderOptions(links=True)), Span("a.cmd", 3, 7)
    assert console.place(span) == f"\x1b]8;;{Path('a.cmd').resolve().as_uri()}\x1b\\a.cmd:3:7\x1b]8;;\x1b\\"

    def resolve(_path: Path) -> Path:
        raise error

    monkeypatch.setattr(Path, "resolve", resolve)
    assert console.place(span) == "a.cmd:3:7"
