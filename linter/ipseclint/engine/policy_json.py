"""The normalised policy as plain JSON values, for `inspect`."""

from __future__ import annotations

from typing import Any

from ipseclint.formats.parsed import Parsed
from ipseclint.model.plain import plain

_WORDS_OF_READING = frozenset({"names_not_followed", "names_given"})
"""Fields of a policy that hold words of lines which were left out, perhaps of a key."""


def parsed_dict(parsed: Parsed) -> dict[str, Any]:
    """All that an input says; empty parts are left out, and keys never appear."""
    parts = {name: plain(getattr(parsed, name)) for name in ("events", "counters", "associations", "problems")}
    policy = {name: part for name, part in plain(parsed.policy).items() if name not in _WORDS_OF_READING}
    return {name: part for name, part in {"policy": policy, **parts}.items() if part}
