"""The words in which every reporter for people speaks of the same things."""

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
"""Each kind of object, one and many."""

STATUS_WORDS = {
    InputStatus.UNDERSTOOD: "understood",
    InputStatus.PARTIAL: "understood in part",
    InputStatus.UNREADABLE: "not read",
    InputStatus.NO_IPSEC: "no IPsec policy",
}


def of_gpo(gpo: str | None) -> str:
    """What is added to a message whose place belongs to a GPO."""
    return f" (GPO {gpo})" if gpo else ""


def kind_word(kind: str, number: int = 1) -> str:
    """The word for a kind of object, for one or for many."""
    one, many = KIND_WORDS.get(kind, (kind.replace("_", " "), kind.replace("_", " ")))
    return one if number == 1 else many
