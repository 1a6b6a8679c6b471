"""The normalised policy as plain JSON values: what `inspect` prints."""

from __future__ import annotations

from typing import Any

from ipseclint.formats.parsed import Parsed
from ipseclint.model.plain import plain


def parsed_dict(parsed: Parsed) -> dict[str, Any]:
    """All that an input says; empty parts are left out, keys never appear."""
    return {
        name: value
        for name in ("policy", "events", "counters", "associations", "problems")
        if (value := plain(getattr(parsed, name)))
    }
