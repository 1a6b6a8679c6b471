"""Common parts of crypto and authentication sets: a key with values, and a subkey for each suite."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.read import decimal
from ipseclint.formats.registry.firewall.fields import KNOWN_VERSIONS
from ipseclint.formats.registry.tree import Key, Value
from ipseclint.vocabulary.rows import names

SET_VALUES = names("version name description embeddedcontext")
"""Values of every set that say what it is called and where it comes from, folded (MS-GPFAS 2.2.4, 2.2.5)."""

SUITE_VALUES = names("skipversion")
"""Values of every suite that tell older Windows to leave it out, folded."""


def suites(key: Key, diagnostics: Diagnostics) -> Iterator[Key]:
    """The suites of a set in order of preference, which is that of their names (0000, 0001, …)."""
    numbered = []
    for subkey in key.keys.values():
        number = decimal(subkey.name)
        if number is None:
            diagnostics.not_understood(f"{quoted(subkey.name)} is not the number of a suite", subkey.span)
        else:
            numbered.append((number, subkey))
    for _, each in sorted(numbered, key=lambda pair: pair[0]):
        yield each


def set_name(key: Key) -> str:
    """The name of a set, else its id."""
    value = key.get("Name")
    return value.text.text if value is not None and value.text.text else key.name


def note_unknown_values(key: Key, known: frozenset[str], what: str, diagnostics: Diagnostics) -> list[Value]:
    """Note each value of a key that no known version has, as its folded name says, and return them."""
    unknown = [value for name, value in key.values.items() if name not in known]
    for value in unknown:
        diagnostics.not_understood(f"unknown value {quoted(value.name)} in {what} ({KNOWN_VERSIONS})", value.text.span)
    return unknown
