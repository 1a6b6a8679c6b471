"""Parts of the path that a variable of a batch file holds: known where the text says them."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.netsh.path_parts import path_part
from ipseclint.formats.netsh.script import parse
from ipseclint.source import bytes_source

MAKES = "netsh ipsec static add filterlist name="


def made(text: str) -> tuple[list[str], bool]:
    parsed = parse(bytes_source("a.cmd", text.encode()))
    return [each.name for each in parsed.policy.filter_lists], not parsed.problems


@cases(
    ("text", "wanted", "expected"),
    [
        (r"C:\ipsec\web list.txt", "n", "web list"),
        (r'"C:\ipsec\web list.txt"', "nx", "web list.txt"),
        (r"C:\ipsec\web.lst", "dp", "C:\\ipsec\\"),
        (r"C:\ipsec\web.lst", "XN", "web.lst"),
        (r"C:\ipsec\web.lst", "f", r"C:\ipsec\web.lst"),
        (r"C:/ipsec/web.lst", "n", None),
        (r"C:\ipsec/web.lst", "pn", r"\ipsec\web"),
        ("lists/web.lst", "n", "web"),
        ("10.1.0.0/16", "n", "16"),
        ("web", "x", ""),
        ("a.b.c", "n", "a.b"),
        ("web.lst", "f", None),
        ("web.lst", "d", None),
        ("web.lst", "t", None),
        ("web.lst", "s", None),
        (r"C:\a\..\web.lst", "n", None),
        (r"C:\a\web.", "n", None),
        ("..", "n", None),
        ("C:web.lst", "n", None),
        ("C:\\", "n", None),
        ("", "n", None),
        ("web*.lst", "n", None),
    ],
)
def test_a_part_is_known_where_the_text_says_it(text: str, wanted: str, expected: str | None) -> None:
    assert path_part(text, wanted) == expected


@cases(
    ("value", "names"),
    [
        ('"%%~nf"', ["web list", "b"]),
        ('"%%~nxf"', ["web list.txt", "b.lst"]),
        ('"%%~f"', [r"C:\x\web list.txt", "b.lst"]),
        ('"%%~nfx"', ["web listx", "bx"]),
    ],
)
def test_a_loop_over_literals_gives_parts_of_them(value: str, names: list[str]) -> None:
    assert made(f'for %%f in ("C:\\x\\web list.txt" b.lst) do {MAKES}{value}\n') == (names, True)


def test_the_longest_row_of_letters_before_a_variable_asks_for_parts() -> None:
    assert made(f"for %%x in (C:\\a\\q.txt) do {MAKES}%%~nxx-%%~xx-%%~x\n") == (["q.txt-.txt-C:\\a\\q.txt"], True)


@cases(
    ("given", "value", "name"),
    [
        ("C:\\x\\web.lst", "%~n1", "web"),
        ('"C:\\x\\web list.lst"', '"%~nx1"', "web list.lst"),
        ("C:\\x\\web.lst", "%~dp1", "C:\\x\\"),
    ],
)
def test_an_argument_of_a_section_gives_parts_of_it(given: str, value: str, name: str) -> None:
    assert made(f"call :add {given}\nexit /b\n:add\n{MAKES}{value}\nexit /b\n") == ([name], True)


@cases("value", ["%~f1", "%~t1", "%~$PATH:1"])
def test_a_part_that_the_argument_does_not_say_is_told(value: str) -> None:
    assert made(f"call :add web.lst\nexit /b\n:add\n{MAKES}{value}\nexit /b\n")[1] is False
