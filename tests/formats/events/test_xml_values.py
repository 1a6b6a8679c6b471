"""What the XML of an event within a value says of it, each with its place, in whatever quotes and blanks."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.events.xml_values import system_of, values_of
from ipseclint.formats.kit.token import Token

PLAIN = (
    '<Event><System><Provider Name="P"/><EventID>4653</EventID><TimeCreated SystemTime="T"/></System>'
    '<EventData><Data Name="Role">a</Data><Data>b</Data><Data Name="Other"></Data></EventData></Event>'
)
LOOSE = (
    "<Event><System><Provider Guid='{1}' Name = 'P' /><EventID Qualifiers='0'> 4653 </EventID>"
    "<TimeCreated  SystemTime = 'T'/></System><EventData><Data  Name = 'Role' >a</Data>\n<Data>b</Data>"
    "<Data Name='Other'></Data></EventData></Event>"
)


@cases("text", [PLAIN, LOOSE])
def test_each_field_and_value_is_read_where_it_stands(text: str) -> None:
    event = Token(text, "log.json", 2, 5)
    system = list(system_of(event))
    assert [(key, value.text) for key, value in system] == [
        ("eventid", "4653"),
        ("providername", "P"),
        ("systemtime", "T"),
    ]
    values = list(values_of(event))
    assert [(name, value.text) for name, value in values] == [("Role", "a"), (None, "b"), ("Other", "")]
    for value in [value for _, value in (*system, *values)]:
        assert text[value.column - 5 :].startswith(value.text)


def test_what_is_escaped_is_read_as_what_it_stands_for() -> None:
    ((name, value),) = values_of(Token('<Data Name="A">a &lt;b&gt; &amp; &#x43;</Data>', "log.json", 1, 1))
    assert (name, value.text, value.column) == ("A", "a <b> & C", 16)


@cases(
    "text",
    [
        "",
        "<EventID>x</EventID>",
        "<EventID>123456</EventID>",
        "<Provider/>",
        "<Data Name=''>a</Data>",
        "<Data><b/></Data>",
    ],
)
def test_what_is_damaged_says_nothing(text: str) -> None:
    event = Token(text, "log.json", 1, 1)
    assert (list(system_of(event)), list(values_of(event))) == ([], [])
