"""Values as TOML text on one line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ipseclint.model.values import Table

_LAST_SHORT = 0xFFFF


def toml_value(value: object) -> str:
    """Text, numbers, booleans, lists and tables as TOML on one line. A table is written inline, in braces, without the
    keys that are not given."""
    if isinstance(value, str):
        return toml_string(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Table):
        value = {name: item for name in value.__struct_fields__ if (item := getattr(value, name)) is not None}
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{toml_key(key)} = {toml_value(item)}" for key, item in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, Sequence):
        return f"[{', '.join(map(toml_value, value))}]"
    return str(value)


def toml_key(key: str) -> str:
    """A key of a table, quoted where necessary."""
    is_bare = key.isascii() and key.replace("-", "").replace("_", "").isalnum()
    return key if is_bare else toml_string(key)


def toml_string(text: str) -> str:
    """Text as a basic string of TOML, with invisible characters escaped."""

    def escaped(letter: str) -> str:
        if letter in {'"', "\\"}:
            return f"\\{letter}"
        if letter.isprintable():
            return letter
        return f"\\u{ord(letter):04x}" if ord(letter) <= _LAST_SHORT else f"\\U{ord(letter):08x}"

    return f'"{"".join(map(escaped, text))}"'
