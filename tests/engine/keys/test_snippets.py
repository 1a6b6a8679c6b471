"""A line that is shown is that of its place alone, whatever other places of the same input are shown."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ipseclint.engine.keys.gate import Keys
from ipseclint.engine.keys.snippets import WIDTH, with_snippets
from ipseclint.finding import Problem, ProblemCode, Snippet
from ipseclint.secrets.masks import MASK
from ipseclint.source import Span, bytes_source
from tests.cases import cases

pytestmark = pytest.mark.drawn(4)

KEY = "k7Jq-example-X9"
WORDS = [f"{number:07}" for number in range(2000)]
LINE = " ".join([*WORDS[:1023], KEY, *WORDS[1023:]])
"""The key begins at column 8185: places among the first 4,096 are shown out of the first 8,192."""


def shown(columns: Sequence[int], keys: Keys) -> list[Snippet | None]:
    source = bytes_source("rules.json", f"{LINE}\n".encode())
    problems = [
        Problem(code=ProblemCode.NOT_UNDERSTOOD, message="unknown", span=Span("rules.json", 1, column, 7))
        for column in columns
    ]
    return [problem.snippet for problem in with_snippets([], problems, {source.path: source}, keys)[1]]


@pytest.mark.drawn(4)
@cases("column", [1, 4089, 4097, 8145, 8185, 8193, 12289, 15993])
@cases("keys", [Keys(), Keys(frozenset({KEY}))], ids=["no-key", "a-key"])
def test_a_place_in_a_long_line_is_shown_alike_alone_and_among_others(column: int, keys: Keys) -> None:
    (alone,) = shown([column], keys)

    assert alone is not None
    assert len(alone.text) >= WIDTH - 1  # a blank at its end is not shown
    assert shown([1, 4097, 8193, column], keys)[-1] == alone
    assert shown([column, 1, 4097, 8193], keys)[0] == alone


def test_what_is_asked_of_a_line_is_asked_once_however_many_places_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("ipseclint.engine.keys.snippets.may_name_key", lambda text: bool(asked.append(text)))

    snippets = shown(range(1, 4000, 8), Keys())

    assert len(snippets) == 500
    assert all(snippets)
    assert len(asked) == 1


def test_a_key_beside_the_end_of_what_is_looked_at_is_masked_for_each_place() -> None:
    snippets = [each for each in shown([1, 4089, 8145, 8185], Keys(frozenset({KEY}))) if each is not None]

    assert not any(KEY[:4] in each.text for each in snippets)
    assert [MASK in each.text for each in snippets] == [False, False, True, True]


@cases("turned", [False, True])
def test_of_equal_lines_that_one_is_masked_in_which_the_key_stands(turned: bool) -> None:
    keys = Keys(places={("a", 1): ((4, 9),)})
    spans = [Span(path, line, 1, 3) for path, line in (("b", 1), ("a", 4), ("a", 1), ("b", 4))]
    if turned:
        spans.reverse()
    problems = [Problem(code=ProblemCode.NOT_UNDERSTOOD, message="unknown", span=span) for span in spans]
    sources = {path: bytes_source(path, b"of kodak it\n\n\nof kodak it\n") for path in "ab"}
    lines = {each.span: each.snippet for each in with_snippets([], problems, sources, keys)[1]}
    assert {(span.path, span.line): line and line.text for span, line in lines.items()} == {
        **dict.fromkeys([("b", 1), ("a", 4), ("b", 4)], "of kodak it"),
        ("a", 1): f"of k{MASK}it",
    }


@cases(("head", "is_shown"), [("Name;Server;L2tpPks", False), ("Name;Server;Tunnel", True)])
def test_a_line_below_a_head_that_may_name_keys_is_not_shown(head: str, is_shown: bool) -> None:
    source = bytes_source("a.csv", f"{head}\nV;v.example;Sommer\n".encode())
    problem = Problem(code=ProblemCode.NOT_UNDERSTOOD, message="unknown", span=Span("a.csv", 2, 1, 1))
    (after,) = with_snippets([], [problem], {"a.csv": source}, Keys())[1]
    assert (after.snippet is not None) is is_shown


@cases(
    ("head", "is_shown"), [("[Version]", True), ("[Unicode]", True), ("[HKEY_LOCAL_MACHINE\\A]", False), ("[1,", False)]
)
def test_a_damaged_line_of_a_security_template_is_shown(head: str, is_shown: bool) -> None:
    source = bytes_source("a.inf", f"{head}\nPolicyAgent\\Start=4,Z\n".encode())
    problem = Problem(code=ProblemCode.MALFORMED, message="no number", span=Span(source.path, 2, 1, 3))
    ((told,),) = with_snippets([], [problem], {source.path: source}, Keys())[1:]
    assert (told.snippet is not None) == is_shown


LOOKALIKE = "q7X2m9Kp4Wz8"


@cases(
    ("keys", "line"),
    [
        (Keys(), f'"a":"{LOOKALIKE}{LOOKALIKE}","b":"odd","c":1'),
        (Keys(frozenset({KEY})), f'"{KEY}":"{LOOKALIKE}","{KEY}":"{LOOKALIKE}","b":"odd","c":"{LOOKALIKE}"'),
        (Keys(frozenset({KEY})), f'"{LOOKALIKE}":"{KEY}","b":"odd","c":"{KEY}"'),
    ],
)
def test_the_place_is_marked_behind_what_only_looks_like_a_key(keys: Keys, line: str) -> None:
    source = bytes_source("rules.json", f"{line}\n".encode())
    span = Span("rules.json", 1, line.index("odd") + 1, 3)
    problem = Problem(code=ProblemCode.NOT_UNDERSTOOD, message="unknown", span=span)
    (placed,) = with_snippets([], [problem], {source.path: source}, keys)[1]
    snippet = placed.snippet
    assert snippet is not None
    assert snippet.text[snippet.column - 1 :][: snippet.length] == "odd"
    assert LOOKALIKE not in snippet.text
    assert KEY not in snippet.text
