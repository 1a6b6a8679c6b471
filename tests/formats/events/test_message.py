"""Messages of events are cut into lines and labels to the letter, each with its place."""

from __future__ import annotations

import pytest

from ipseclint.formats.events.message import labelled, lines_of_message, lines_within
from ipseclint.formats.kit.token import Token


def placed(*tokens: Token) -> list[tuple[str, int]]:
    return [(token.text, token.column) for token in tokens]


def test_the_lines_of_a_value_are_its_lines() -> None:
    lines = lines_of_message(Token("One:\t1\r\n\nTwo", "log.json", 4, 11))
    assert placed(*lines) == [("One:\t1", 11), ("", 19), ("Two", 20)]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("no label here", [("no label here", 5)]),
        (
            "Failed. Local Endpoint: Network Address: 10.1.0.5 Keying Module Port: 500",
            [
                ("Failed.", 5),
                ("Local Endpoint:", 13),
                ("Network Address: 10.1.0.5", 29),
                ("Keying Module Port: 500", 55),
            ],
        ),
        ("Role: Initiator", [("Role: Initiator", 5)]),
        # What is no word of its own, or has no blank behind its colon, is no label.
        ("a xRole: b Role:c", [("a xRole: b Role:c", 5)]),
        ("a" * 70 + " Role: b", [("a" * 70, 5), ("Role: b", 76)]),
    ],
)
def test_a_message_on_one_line_is_cut_before_its_labels(text: str, lines: list[tuple[str, int]]) -> None:
    assert placed(*lines_within(Token(text, "x.log", 1, 5))) == lines


@pytest.mark.parametrize(
    ("line", "label", "value"),
    [
        ("\tNetwork Address:\t10.1.0.5", "network address", ("10.1.0.5", 19)),
        ("> Local  Endpoint :", "local endpoint", ("", 20)),
        ("Adresse\uff1a 1", "adresse", ("1", 10)),
        ("a" * 60 + ": 1", "a" * 60, ("1", 63)),
    ],
)
def test_a_label_stands_before_a_colon_and_a_blank(line: str, label: str, value: tuple[str, int]) -> None:
    found = labelled(Token(line, "x.log", 1, 1))
    assert found is not None
    assert (found[0], placed(found[1])) == (label, [value])


@pytest.mark.parametrize("line", ["", "no colon", "10:11:12", ": 1", "> : 1", "a" * 61 + ": 1"])
def test_other_lines_have_none(line: str) -> None:
    assert labelled(Token(line, "x.log", 1, 1)) is None
