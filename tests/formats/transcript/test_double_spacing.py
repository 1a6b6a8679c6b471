"""Outputs with an empty line below each line say what they say without, at their lines."""

from __future__ import annotations

from tests import ROOT
from tests.cases import cases
from tests.formats.stored_inputs import said_of

from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.transcript.double_spacing import single_spaced
from ipseclint.source import bytes_source

FIXTURES = ROOT / "fixtures" / "formats"
OUTPUTS = [
    "advfirewall-show/rules-aligned.txt",
    "netsh-ipsec-show/as-in-an-article.txt",
    "powershell-list/rule-with-filters.txt",
    "powershell-printed-table/connections.txt",
    "registry-properties/rasman.txt",
    "event-text/russian.txt",
    "wmic-services/full.txt",
]


def read(text: str) -> Parsed:
    source = bytes_source("mail.txt", text.encode())
    form = recognise(source)
    assert form is not None
    return form.parse(source)


@cases("name", OUTPUTS)
@cases("end", ["\r\r\n", "\n\n", "\r\n \r\n"])
def test_an_output_says_the_same_with_an_empty_line_below_each_line(name: str, end: str) -> None:
    text = (FIXTURES / name).read_text("utf-8")
    plain, spaced = read(text), read(text.replace("\n", end))
    assert [each.name for each in spaced.policy.connection_security_rules] == [
        each.name for each in plain.policy.connection_security_rules
    ]
    assert len(list(said_of(spaced, "mail.txt"))) == len(list(said_of(plain, "mail.txt")))
    assert [each.message for each in spaced.problems] == [each.message for each in plain.problems]


def test_what_is_read_stands_at_its_line() -> None:
    text = (FIXTURES / "advfirewall-show" / "rules-aligned.txt").read_text("utf-8")
    (plain, *_), (spaced, *_) = (
        read(each).policy.connection_security_rules for each in (text, text.replace("\n", "\n\n"))
    )
    assert spaced.span.line == 2 * plain.span.line - 1
    assert spaced.span.column == plain.span.column
    assert spaced.endpoint2.span.line == 2 * plain.endpoint2.span.line - 1


@cases(
    ("text", "single"),
    [
        ("a\n\nb\n\n\n\nc\n\n", ("a\nb\n\nc\n", (1, 3, 5, 7, 9))),
        ("a\r\r\nb\r\r\nc\r\r\n", ("a\nb\nc\n", (1, 3, 5, 7))),
        ("a\nb\n\nc\n", None),
        ("a\n\nb\n\nc\nd\n", None),
        ("a\n\nb\n\n", None),
        ("a\rb\rc\rd\r", None),
    ],
)
def test_only_a_text_that_is_spaced_throughout_is_changed(
    text: str, single: tuple[str, tuple[int, ...]] | None
) -> None:
    made = single_spaced(text)
    assert (made and (made.text, made.rows)) == single
