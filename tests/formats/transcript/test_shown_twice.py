"""A command that a document shows in several blocks is one, unless what it made was taken out between them."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.source import bytes_source

ADD = 'netsh advfirewall consec add rule name="{}" endpoint1=any endpoint2=10.1.0.0/16 action=requireinrequireout\n'
A, B = ADD.format("A"), ADD.format("B")


def rules(*blocks: str, name: str = "guide.md") -> list[tuple[str, int]]:
    shown = [f"Then do this on each of the servers:\n\n```\n{block}```\n" for block in blocks]
    text = "# Guide\n\nThis sets up the rules of the servers and of the clients.\n\n" + "\n".join(shown)
    source = bytes_source(name, text.encode())
    form = recognise(source)
    assert form is not None
    parsed = form.parse(source)
    assert parsed.problems == ()
    return [(rule.name, rule.span.line) for rule in parsed.policy.connection_security_rules]


@cases(
    ("blocks", "made"),
    [
        ((A, A), [("A", 8)]),
        ((A, f"  {A}"), [("A", 8)]),
        ((A, A + B, B + A), [("A", 8), ("B", 15)]),
        ((A, 'netsh advfirewall consec delete rule name="A"\n', A), [("A", 20)]),
        ((A, "netsh advfirewall reset\n", A), [("A", 20)]),
    ],
    ids=["again", "indented", "with another", "deleted", "reset"],
)
def test_what_is_shown_again_is_made_once(blocks: tuple[str, ...], made: list[tuple[str, int]]) -> None:
    assert rules(*blocks) == made


def test_in_a_text_without_an_ending_of_markdown_too() -> None:
    assert rules(A, A, name="guide.txt") == [("A", 8)]
