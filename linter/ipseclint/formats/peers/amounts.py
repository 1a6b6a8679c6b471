"""Durations and volumes as strongSwan and libreswan write them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.token import OpenToken, Token
from ipseclint.formats.peers.words import when_used
from ipseclint.late import late
from ipseclint.model.setting import Setting, Unknown, default

_TIME = late(r"([0-9]{1,19})\s*(s|m|h|d|w)?")
_VOLUME = late(r"([0-9]{1,19})\s*([kmgt]?)(?:i?b)?", re.IGNORECASE)
STRONGSWAN: Mapping[str | None, int] = {"s": 1, "m": 60, "h": 3600, "d": 86_400, None: 1}
LIBRESWAN: Mapping[str | None, int] = {**STRONGSWAN, "w": 604_800}
"""The units that libreswan has (lib/libswan/timescale.c), whole seconds and more; strongSwan knows no weeks."""
_BYTES = {"": 1, "k": 1024, "m": 1024**2, "g": 1024**3, "t": 1024**4}


def seconds(
    token: Token | None,
    standard: int,
    place: Token,
    diagnostics: Diagnostics,
    units: Mapping[str | None, int] = STRONGSWAN,
) -> Setting[int]:
    """A duration in seconds, or the default if there is none. Several parts, as in `1h 30m`, add up."""
    if token is None:
        return default(standard, place.span)
    parts = token.text.split()
    matches = [_TIME.fullmatch(part) for part in parts]
    has_part_without_unit = len(parts) > 1 and any(match is not None and match[2] is None for match in matches)
    if not parts or has_part_without_unit or any(match is None or match[2] not in units for match in matches):
        diagnostics.not_understood(_not_one(token, "a duration"), token.span)
        return Setting(Unknown(token.text), token.span)
    return Setting(sum(int(match[1]) * units[match[2]] for match in matches if match is not None), token.span)


def kilobytes(token: Token | None, diagnostics: Diagnostics) -> Setting[int] | None:
    """A volume in kilobytes; None if there is none, or no limit."""
    if token is None or token.text == "0":
        return None
    match = _VOLUME.fullmatch(token.text.strip())
    if match is None:
        diagnostics.not_understood(_not_one(token, "a volume"), token.span)
        return Setting(Unknown(token.text), token.span)
    return Setting(int(match[1]) * _BYTES[match[2].lower()] // 1024, token.span)


def _not_one(token: Token, what: str) -> str:
    """Why a value is none of its kind."""
    return when_used(token, what) if isinstance(token, OpenToken) else f"{quoted(token.text)} is not {what}"
