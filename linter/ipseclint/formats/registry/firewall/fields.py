"""Rule values, `v<major>.<minor>|Key=Value|Key=Value|`, and texts of single values."""

from __future__ import annotations

import re

from msgspec import Struct, field

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.token import Token
from ipseclint.formats.registry.tree import TEXTS, Key, Value
from ipseclint.late import late
from ipseclint.source import Span

_VERSION = late(r"v(\d{1,3})\.(\d{1,3})", re.IGNORECASE)
KNOWN_VERSIONS = "versions up to 2.33 are known"
"""What is said of a name that is none of them."""
OLDEST = (2, 0)
"""The first schema of connection security rules (MS-FASP 2.2.55)."""


class Fields(Struct):
    """The fields of a rule value by folded key, in the order written, and the keys asked for so far."""

    span: Span
    by_key: dict[str, list[Token]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)

    def all(self, key: str) -> list[Token]:
        """The values of a key that may repeat."""
        folded = key.casefold()
        values = self.by_key.get(folded)
        if values is None:  # as most are
            return []
        self.asked.add(folded)
        return values

    def one(self, key: str, diagnostics: Diagnostics) -> Token | None:
        """The value of a key that may occur only once."""
        values = self.all(key)
        for again in values[1:]:
            diagnostics.malformed(f"`{key}` stands twice; the first counts", again.span)
        return values[0] if values else None

    def ignore(self, *keys: str) -> None:
        """Mark keys as known that the model does not hold."""
        self.asked.update(key.casefold() for key in keys)

    def left(self) -> list[tuple[str, Token]]:
        """The fields that nothing asked for: no known version has them."""
        return [
            (self.names[key], value) for key, values in self.by_key.items() if key not in self.asked for value in values
        ]


def parse_fields(value: Value, diagnostics: Diagnostics) -> Fields | None:
    """The fields of a rule value; None, noted, if it is none."""
    text = value.text
    if value.kind not in TEXTS:
        diagnostics.malformed(f"the value {quoted(value.name)} is not a text, as a rule is", text.span)
        return None
    head, *parts = text.text.split("|")
    match = _VERSION.fullmatch(head.strip())
    if match is None:
        diagnostics.malformed(f"the value {quoted(value.name)} does not begin with a version such as v2.30", text.span)
        return None
    if (int(match[1]), int(match[2])) < OLDEST:
        version = text.part(0, len(head)).strip()
        diagnostics.malformed(f"{quoted(version.text)}: connection security begins with v2.0", version.span)
    if not parts or parts[-1].strip():
        diagnostics.malformed(f"the value {quoted(value.name)} does not end in `|`: it may be cut off", text.span)
    fields = Fields(text.span)
    end = len(head)
    for part in parts:
        begin, end = end + 1, end + 1 + len(part)
        name, is_field, written = part.partition("=")
        if is_field:
            key = name.strip()
            folded = key.casefold()
            begin = end - len(written.lstrip())
            fields.by_key.setdefault(folded, []).append(text.part(begin, begin + len(written.strip())))
            fields.names.setdefault(folded, key)
        elif part.strip():
            strange = text.part(begin, end).strip()
            diagnostics.malformed(f"{quoted(strange.text)} is not a field `Key=Value`", strange.span)
    return fields


def text_of(key: Key, name: str) -> Token | None:
    """The text of a value; for a number, its digits."""
    value = key.get(name)
    return None if value is None else value.text


def newer(key: Key, newer_name: str, name: str) -> Token | None:
    """The text of a value that current Windows prefers, else of the older one."""
    text = text_of(key, newer_name)
    return text_of(key, name) if text is None else text
