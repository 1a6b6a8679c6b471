"""Messages of events are cut into lines and labels to the letter, each with its place."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.events.message import labelled, lines_of_message, lines_within, number_of
from ipseclint.formats.kit.token import Token
from ipseclint.vocabulary.audit_events import event_texts


def placed(*tokens: Token) -> list[tuple[str, int]]:
    return [(token.text, token.column) for token in tokens]


def test_the_lines_of_a_value_are_its_lines() -> None:
    lines = lines_of_message(Token("One:\t1\r\n\nTwo", "log.json", 4, 11))
    assert placed(*lines) == [("One:\t1", 11), ("", 19), ("Two", 20)]


@cases(
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


@cases(
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


@cases("line", ["", "no colon", "10:11:12", ": 1", "> : 1", "a" * 61 + ": 1"])
def test_other_lines_have_none(line: str) -> None:
    assert labelled(Token(line, "x.log", 1, 1)) is None


MANY_OF_ONE_BEGINNING = {
    4651: 4650,
    4652: 4653,
    4962: 4961,
    4980: 4979,
    4981: 4979,
    4982: 4979,
    4983: 4984,
    5041: 5040,
    5042: 5040,
    5044: 5043,
    5045: 5043,
    5464: 5463,
    5467: 5466,
    5468: 5466,
}
"""Events whose texts begin alike: which of them it is cannot be told, and what they are read as."""


def test_a_message_is_of_the_event_whose_text_it_begins_with() -> None:
    assert event_texts()
    for number, event in event_texts().items():
        expected = ("", str(MANY_OF_ONE_BEGINNING.get(number, number)))
        assert number_of(event.text) == expected
        assert number_of(event.text.upper().replace(" ", "\n ")) == expected
        assert number_of(f"x {event.text[2:]}") in {None, expected}


COID = "CoId={4D2A3F7E-8B2D-4E11-9C21-2B5D8F2E7A10}"


@cases(
    ("message", "expected"),
    [
        ("An IPsec main mode negotiation failed.", ("", "4653")),
        ("An IPsec main mode negotiation failed. SHA Thumbprint: 00", ("", "4652")),
        ("Yesterday an IPsec quick mode negotiation failed. SHA thumbprint: 00", ("", "4654")),
        ("An IPsec extended mode negotiation failed.", ("", "4984")),
        ("The user A dialed a connection named B which has failed.", ("RasClient", "20227")),
        ("The user A dialed a connection named B which has terminated.", ("RasClient", "20226")),
        ("The user A dialed a connection named B", None),
        ("Network Policy Server denied access to a user.", ("", "6273")),
        ("Somebody said that Network Policy Server denied access to a user.", None),
        (
            (
                f"{COID}: The user A connected from 203.0.113.9 but failed an authentication attempt due to the "
                "following reason: B"
            ),
            ("RemoteAccess", "20271"),
        ),
        (
            f"{COID}: The following error occurred in the Point to Point Protocol module on port: VPN2, UserName: A",
            ("RemoteAccess", "20255"),
        ),
        ("The following error occurred in the Point to Point Protocol module on port: VPN2, UserName: A", None),
        ("", None),
    ],
)
def test_a_message_alone_tells_its_event(message: str, expected: tuple[str, str] | None) -> None:
    assert number_of(message) == expected
