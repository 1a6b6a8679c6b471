"""Keys of the registry that are one letter off a key of IPsec: Windows keeps what they hold, and reads none of it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ipseclint.vocabulary import registry_keys as keys
from ipseclint.vocabulary.services import ROWS as SERVICE_ROWS
from ipseclint.words import slip_of

_OBJECTS = (
    *("ConSecRules", "MainModeRules", "FirewallRules"),
    *(f"Phase{phase}{kind}Set{s}" for phase in "12" for kind in ("Crypto", "Authentication") for s in ("s", "")),
)
"""What a store of the firewall holds of IPsec; of the sets the specification has both numbers (MS-GPFAS 2.2)."""
_KNOWN = tuple(
    tuple(key.split("\\"))
    for key in (
        *(rf"Services\{row.name}" for row in SERVICE_ROWS),
        *(keys.IKE, keys.VPN_CLIENT, keys.VPN_AUTHENTICATION, keys.VPN_SUITE, keys.VPN_ADDRESSES, keys.KERBEROS),
        *(keys.IP_SECURITY_POLICIES, keys.WINDOWS),
        *(rf"{store}\{name}" for store in (keys.FIREWALL, keys.FIREWALL_OF_GPO) for name in _OBJECTS),
    )
)
"""The names on the way to each key."""
_MIN_LETTERS = 5
"""Shorter names are too alike: `bfs` is a service of its own beside `BFE`."""

_MIN_NAMES = 3
"""So many names of a long key tell it: other keys begin alike."""


def _neighbours() -> tuple[dict[str, dict[str, str]], dict[str, dict[str, str]]]:
    """Of each name, folded, those that stand behind it in a known key, and those before it, by how they are folded."""
    behind: dict[str, dict[str, str]] = {}
    before: dict[str, dict[str, str]] = {}
    for names in _KNOWN:
        for first, second in pairwise(names):
            behind.setdefault(first.casefold(), {})[second.casefold()] = second
            before.setdefault(second.casefold(), {})[first.casefold()] = first
    return behind, before


_BEHIND, _BEFORE = _neighbours()


def misspelt_name(path: str) -> tuple[str, str] | None:
    """The name in a path that is one letter off, and the one that makes the path lead to a key of IPsec; or None."""
    folded = path.casefold().strip("\\").split("\\")
    for at, meant in _slips(folded):
        mended = [*folded[:at], meant.casefold(), *folded[at + 1 :]]
        if any(_leads(mended, names, at) for names in _KNOWN):
            return path.strip("\\").split("\\")[at], meant
    return None


def _slips(folded: list[str]) -> Iterator[tuple[int, str]]:
    """The places of names that nearly are those which known keys have beside their neighbours."""
    for at, (first, second) in enumerate(pairwise(folded)):
        for place, known in ((at + 1, _BEHIND.get(first)), (at, _BEFORE.get(second))):
            if known is not None and len(folded[place]) >= _MIN_LETTERS and folded[place] not in known:
                meant = slip_of(folded[place], known)
                if meant is not None:
                    yield place, known[meant]


def _leads(folded: list[str], names: tuple[str, ...], at: int) -> bool:
    """Whether a path goes through the name at a place along a known key, as far as either goes."""
    wanted = [name.casefold() for name in names]
    parts = (folded[begin : begin + len(wanted)] for begin in range(max(0, at - len(wanted) + 1), at + 1))
    return any(part == wanted[: len(part)] and len(part) >= min(len(wanted), _MIN_NAMES) for part in parts)
