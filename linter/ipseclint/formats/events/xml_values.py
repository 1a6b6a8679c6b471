"""The XML of an event as one value of a table or of JSON: its values, and the fields of `System`."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.formats.kit.token import Token
from ipseclint.late import late

_VALUE = late(r"<Data\s+Name\s*=\s*[\"']([^\"'<>]{1,60})[\"']\s*>([^<>]*)</Data>|<Data>([^<>]*)</Data>")
_SYSTEM = (
    ("eventid", late(r"<EventID[^<>]*>\s*(\d{1,5})\s*<")),
    ("providername", late(r"<Provider\s[^<>]*?Name\s*=\s*[\"']([^\"'<>]{1,100})[\"']")),
    ("systemtime", late(r"<TimeCreated\s[^<>]*?SystemTime\s*=\s*[\"']([^\"'<>]{1,60})[\"']")),
)


def system_of(text: Token) -> Iterator[tuple[str, Token]]:
    """The fields of `System`, by our names."""
    for key, pattern in _SYSTEM:
        if match := pattern.search(text.text):
            yield key, text.part(match.start(1), match.end(1))


def values_of(text: Token) -> Iterator[tuple[str | None, Token]]:
    """The values of the event in order, with their names if they have any."""
    from html import unescape

    for match in _VALUE.finditer(text.text):
        value = text.part(*match.span(2 if match[1] else 3))
        yield match[1], value if "&" not in value.text else value.standing_for(unescape(value.text))
