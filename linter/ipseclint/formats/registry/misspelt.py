"""Registry keys that differ in one letter from a key of IPsec: Windows stores them, and never reads them."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

from ipseclint.formats.kit.diagnostics import quoted
from ipseclint.vocabulary import registry_keys as keys
from ipseclint.vocabulary.services import ROWS as SERVICE_ROWS
from ipseclint.words import slip_of

_OBJECTS = (*keys.FIREWALL_RULES, *(f"{name}{s}" for name in keys.FIREWALL_SETS for s in ("s", "")))
_KNOWN = tuple(
    tuple(key.split("\\"))
    for key in (
        *(rf"{way}Services\{row.name}" for row in SERVICE_ROWS for way in ("", "CurrentControlSet\\")),
        *(keys.IPSEC_DRIVER, rf"CurrentControlSet\{keys.IPSEC_DRIVER}", rf"CurrentControlSet\{keys.FIREWALL}"),
        *(keys.IKE, keys.VPN_CLIENT, keys.VPN_AUTHENTICATION, keys.VPN_SUITE, keys.VPN_ADDRESSES, keys.KERBEROS),
        *(keys.IP_SECURITY_POLICIES, keys.WINDOWS),
        *(rf"{store}\{name}" for store in (keys.FIREWALL, rf"SOFTWARE\{keys.FIREWALL_OF_GPO}") for name in _OBJECTS),
    )
)
"""The names on the path of each key."""
_RELEASE = tuple(keys.WINDOWS.split("\\"))
"""A key of which only its own values matter: what lies below it is of no concern."""
_HIVES = (
    *("HKEY_LOCAL_MACHINE", "HKEY_CURRENT_USER", "HKEY_CLASSES_ROOT", "HKEY_CURRENT_CONFIG", "HKEY_USERS"),
    *("HKLM", "HKCU", "HKCR", "HKCC", "HKU", "HKEY_PERFORMANCE_DATA", "HKEY_DYN_DATA"),
)
_MIN_LETTERS = 5
"""Shorter names are too alike: `bfs` is a service of its own beside `BFE`."""

_MIN_NAMES = 3
"""How many names identify a long key: other keys begin alike."""


_Beside = dict[tuple[str, int], dict[str, str]]
"""Names that may be meant, folded, and how they are written, by a name beside them, folded, and nearly their length."""


def _beside() -> tuple[_Beside, _Beside]:
    """The names behind, and before, each name in known keys, by that neighbour and their length, one more or less."""
    behind: _Beside = {}
    before: _Beside = {}
    for first, second in (pair for names in _KNOWN for pair in pairwise(names)):
        for table, neighbour, name in ((behind, first, second), (before, second, first)):
            for length in range(len(name) - 1, len(name) + 2):
                table.setdefault((neighbour.casefold(), length), {})[name.casefold()] = name
    return behind, before


def _joined() -> dict[tuple[int, str], list[tuple[str, str]]]:
    """Pairs of adjacent names in known keys: the folded end of the second, and both as written.

    The key is the length of both, with or without a separator, and how they begin.
    """
    pairs: dict[tuple[int, str], list[tuple[str, str]]] = {}
    for first, second in dict.fromkeys(pair for names in _KNOWN for pair in pairwise(names)):
        for length in (len(first + second), len(first + second) + 1):
            begin = first.casefold()[:_MIN_LETTERS]
            pairs.setdefault((length, begin), []).append((second.casefold(), f"{first}\\{second}"))
    return pairs


_BEHIND, _BEFORE = _beside()
_JOINED = _joined()


@lru_cache(maxsize=1024)
def misspelt_name(path: str) -> tuple[str, str] | None:
    """The name in a path that is one character off, and the correction that leads to a key of IPsec; or None.

    The character may be the backslash between two names, which are then one.
    """
    folded = path.casefold().strip("\\").split("\\")
    for at, name in enumerate(folded):
        if len(name) < _MIN_LETTERS:
            continue
        for meant in _meant(folded, at, name):
            mended = [*folded[:at], *meant.casefold().split("\\"), *folded[at + 1 :]]
            if any(_leads(mended, names, at) for names in _KNOWN):
                return path.strip("\\").split("\\")[at], meant
    return None


def no_hive(name: str) -> str | None:
    """Why the first name of a path, which is meant for a hive, is none; None for one that is, or is not meant so."""
    folded = name.upper()
    if folded in _HIVES:
        return None
    meant = slip_of(folded, _HIVES) or (_HIVES[0] if folded.startswith("HKEY_") else None)
    return None if meant is None else f"Windows has no hive {quoted(name)}, as {meant} is one"


def _meant(folded: list[str], at: int, name: str) -> list[str]:
    """The likely names for a name in a path: names that known keys have beside its neighbours, or two joined ones."""
    length = len(name)
    behind = _BEHIND.get((folded[at - 1], length)) if at else None
    before = _BEFORE.get((folded[at + 1], length)) if at + 1 < len(folded) else None
    meant = [
        pair
        for second, pair in _JOINED.get((length, name[:_MIN_LETTERS]), ())
        if name.endswith(second) and name.startswith(pair.casefold().partition("\\")[0])
    ]
    for known in (behind, before):
        slip = None if known is None else slip_of(name, known)
        if known is not None and slip is not None:
            meant.append(known[slip])
    return meant


def _leads(folded: list[str], names: tuple[str, ...], at: int) -> bool:
    """Whether a path follows a known key through the name at `at`, as far as either reaches."""
    wanted = [name.casefold() for name in names]
    if names == _RELEASE and folded[-1] != wanted[-1]:
        return False
    parts = (folded[begin : begin + len(wanted)] for begin in range(max(0, at - len(wanted) + 1), at + 1))
    return any(part == wanted[: len(part)] and len(part) >= min(len(wanted), _MIN_NAMES) for part in parts)
