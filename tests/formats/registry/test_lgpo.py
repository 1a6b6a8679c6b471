"""The four lines of a value: what stands around them moves none, and one that is short or alone is said."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.registry import lgpo
from ipseclint.source import bytes_source

KEY = r"SYSTEM\CurrentControlSet\Services\PolicyAgent"
VALUE = f"Computer\n{KEY}\nAssumeUDPEncapsulationContextOnSendRule\nDWORD:2\n"


def read(text: str) -> tuple[int, list[tuple[int, str]]]:
    """How many values are read, and the problems by their lines."""
    parsed = lgpo.parse(bytes_source("policy.txt", text.encode()))
    return len(parsed.policy.registry), [(each.span.line, each.message) for each in parsed.problems]


@cases("above", ["```\n", "Output:\n", "; of the GPO\n", "\n\n", "This is what\nLGPO says:\n"])
@cases("below", ["```\n", "\nand no more\n", "User\nControl Panel\\Desktop\nA\nSZ:1\n", ""])
def test_what_stands_around_the_lines_of_a_value_moves_none(above: str, below: str) -> None:
    assert read(above + VALUE + below) == (1, [])


@cases(
    ("text", "values", "line", "words"),
    [
        (f"Computer\n{KEY}\nA\n\n{VALUE}", 1, 1, "3 of the 4 lines of a value"),
        (f"{VALUE}\nComputer\n{KEY}\n", 1, 6, "2 of the 4 lines of a value"),
        (f"{VALUE}{KEY}\nA\n", 1, 5, "has no line above that says whose it is"),
        (f"{VALUE}Computer\n", 1, 5, "1 of the 4 lines of a value"),
    ],
)
def test_lines_that_make_no_value_are_said(text: str, values: int, line: int, words: str) -> None:
    number, problems = read(text)
    assert number == values
    assert [(at, words in message) for at, message in problems] == [(line, True)]


@cases("more", ["Computer\nSYSTEM\\Spooler\nA\n", "User\nControl Panel\\Desktop\n", "DWORD:1\n", "User\n"])
def test_what_says_nothing_of_ipsec_may_lack_lines(more: str) -> None:
    assert read(f"{VALUE}{more}") == (1, [])
    assert read(f"{more}\n{VALUE}") == (1, [])


@cases("behind", [1, 2, 3])
def test_a_comment_between_the_lines_of_a_value_is_none_of_them_and_said(behind: int) -> None:
    lines = VALUE.splitlines(keepends=True)
    text = "".join((*lines[:behind], "; of the hub\n", *lines[behind:]))
    number, problems = read(text)
    assert number == 1
    assert [line for line, _ in problems] == [behind + 1]
    assert read(f"User\nControl Panel\\Desktop\n; mine\nA\nSZ:1\n{VALUE}") == (1, [])
    assert read(f"Computer\nSOFTWARE\\Other\n; mine\nA\nSZ:1\n{VALUE}") == (1, [])
    assert read(f"Computer\n; mine\nSOFTWARE\\Other\nA\nSZ:1\n{VALUE}") == (1, [])
