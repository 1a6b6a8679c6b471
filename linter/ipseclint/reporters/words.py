"""The words that every reporter for people uses for the same things."""

from __future__ import annotations

from ipseclint.model.kinds import KINDS
from ipseclint.report import InputStatus

KIND_WORDS = {kind.key: kind.counted for kind in KINDS} | {
    "builtin": ("object that every Windows has", "objects that every Windows has"),
    "filter": ("filter", "filters"),
    "event": ("event", "events"),
    "counter": ("counter", "counters"),
    "security_association": ("security association", "security associations"),
}
"""The noun of each kind of object, singular and plural."""

STATUS_WORDS = {
    InputStatus.UNDERSTOOD: "understood",
    InputStatus.PARTIAL: "understood in part",
    InputStatus.UNREADABLE: "not read",
    InputStatus.NO_IPSEC: "no IPsec policy",
}


def of_gpo(gpo: str | None) -> str:
    """The addition to a message whose place belongs to a GPO."""
    return f" (GPO {gpo})" if gpo else ""


def kind_word(kind: str, number: int = 1) -> str:
    """The noun of a kind of object, singular or plural."""
    one, many = KIND_WORDS.get(kind, (kind.replace("_", " "), kind.replace("_", " ")))
    return one if number == 1 else many
