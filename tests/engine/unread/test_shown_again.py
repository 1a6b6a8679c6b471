"""Outputs that begin with the same line below two short titles."""

from __future__ import annotations

from ipseclint import check_text
from ipseclint.engine.unread.shown_again import shown_again
from ipseclint.source import text_source
from tests.cases import cases

RULE = """Rule Name:                            Hub
----------------------------------------------------------------------
Enabled:                              Yes
Profiles:                             Domain
Endpoint1:                            Any
Endpoint2:                            10.{}.0.0/16
Auth1:                                ComputerKerb
Action:                               RequireInRequestOut
"""


def shown(one: str, other: str, between: str = "\n") -> list[tuple[str, int]]:
    text = f"{one}{between}{RULE.format(1)}\n{other}{between}{RULE.format(2)}"
    return list(shown_again(text_source("a.txt", text)))


@cases(
    ("one", "other"),
    [
        ("## A", "## B"),
        ("A:", "B:"),
        ("Berlin:", "Munich:"),
        ("## 10.1.1.10", "## 10.1.1.20"),
        ("**alpha1**", "**alpha2**"),
        ("=== Site 1 ===", "=== Site 2 ==="),
    ],
)
@cases("between", ["\n", "\n\n```text\n", "\nC:\\> netsh advfirewall consec show rule name=all\n\n"])
def test_an_output_shown_again_below_another_title_is_told(one: str, other: str, between: str) -> None:
    ((message, row),) = shown(one, other, between)
    assert "are judged as of one machine" in message
    assert row == 10 + between.count("\n")


@cases(("one", "other"), [("A:", "A:"), ("Output:", "Results:"), ("A", "B"), ("## Rule names here", "## More of them")])
def test_other_lines_above_an_output_tell_nothing(one: str, other: str) -> None:
    assert shown(one, other) == []


def test_other_outputs_below_titles_tell_nothing() -> None:
    text = f"A:\n{RULE.format(1)}\nB:\n{RULE.format(2).replace('Hub', 'Spoke')}"
    assert list(shown_again(text_source("a.txt", text))) == []
    assert list(shown_again(text_source("a.txt", "Local:\n\tAddress: 1\nPeer:\n\tAddress: 1\n"))) == []


def test_it_is_a_problem_of_the_text() -> None:
    report = check_text(f"Berlin:\n{RULE.format(1)}\nMunich:\n{RULE.format(2)}", "a.txt")
    assert [(problem.code, problem.span.line) for problem in report.problems] == [("IN003", 11)]
