"""Values of a firewall store that no setting here stands for are shown as they are written, number or text."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.kit.token import Token
from ipseclint.formats.registry.firewall.settings import unread_values
from ipseclint.formats.registry.tree import Key, Kind, Value
from ipseclint.source import Span

SPAN = Span("a.reg", 2, 1)


@cases(
    ("name", "number", "text", "shown"),
    [
        ("LogFilePath", None, "C:\\log.txt", "C:\\log.txt"),
        ("EnableFirewall", 1, "00000001", "1"),
        ("EnableFirewall", 0, "00000000", "0"),
        ("PolicyVersion", 543, "0000021f", None),
        ("", None, "x", None),
    ],
)
def test_a_value_is_shown_as_it_is(name: str, number: int | None, text: str, shown: str | None) -> None:
    value = Value(
        name,
        Kind.DWORD if number is not None else Kind.SZ,
        Token(text, SPAN.path, SPAN.line, SPAN.column),
        number=number,
    )
    found = list(unread_values(Key("", SPAN, values={name.casefold(): value}), "HKLM\\F"))
    assert [(each.path, each.data.value, each.data.span) for each in found] == (
        [] if shown is None else [(f"HKLM\\F\\{name}", shown, value.text.span)]
    )
