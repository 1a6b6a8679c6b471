"""Distinguished names of certificate authorities, which tools write in two orders and in several spellings."""

from __future__ import annotations

from ipseclint.late import late

_SAME = {"s": "st", "e": "emailaddress"}
_BETWEEN = late(r"[,/](?=\s*[A-Za-z0-9.]+\s*=)")


def name_parts(name: str) -> tuple[tuple[str, str], ...]:
    """The attributes of a name and their values in order, normalised in case, blanks and spelling."""
    parts = []
    for part in _BETWEEN.split(name.strip().strip("/")):
        attribute, _, value = part.partition("=")
        attribute = attribute.strip().casefold()
        parts.append((_SAME.get(attribute, attribute), " ".join(value.replace('"', "").split()).casefold()))
    return tuple(parts)


def comparable_name(name: str) -> tuple[tuple[str, str], ...]:
    """A normal form of a name, the same whether it is written from root to leaf or from leaf to root."""
    parts = name_parts(name)
    return min(parts, parts[::-1])
