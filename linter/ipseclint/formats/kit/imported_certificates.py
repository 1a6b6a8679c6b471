"""Certificates that a script imports into the personal store of the computer or a user.

Source: the pages of `certutil`, Import-PfxCertificate and Import-Certificate. `certutil` uses the computer's store
unless `-user` is among its options.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ipseclint.late import late

_LOCATION = late(
    r"(?:microsoft\.powershell\.security\\certificate::|cert:[\\/]?)(localmachine|currentuser)[\\/]my[\\/]?"
)
_WITH_VALUE = frozenset({"p", "csp", "t", "dc", "pin", "sid"})
_VERBS = frozenset({"importpfx", "addstore"})
_OWN = "my"
_OF_KEYS = (".pfx", ".p12")


class Imported(NamedTuple):
    """An import by `certutil`: the index of the word that is the file, and the store."""

    file: int
    of_user: bool
    has_key: bool


def of_certutil(words: Sequence[str]) -> Imported | None:
    """The import into the personal store that the words behind `certutil` ask for; None if there is none."""
    options: set[str] = set()
    places: list[int] = []
    at = 0
    while at < len(words):
        if words[at][:1] in {"-", "/"}:
            option = words[at][1:].casefold()
            options.add(option)
            at += 2 if option in _WITH_VALUE else 1
        else:
            places.append(at)
            at += 1
    verbs = options & _VERBS
    if len(verbs) != 1 or not places:
        return None
    has_key = "importpfx" in verbs
    first = words[places[0]].casefold()
    if has_key and (first.endswith(_OF_KEYS) or len(places) == 1):
        file = places[0]
    elif first == _OWN and len(places) > 1:
        file = places[1]
    else:
        return None
    return Imported(file, "user" in options, has_key)


def is_of_user(location: str) -> bool | None:
    """Whether a path is a user's personal store, or False for the computer's; None for any other store."""
    match = _LOCATION.fullmatch(location.strip().casefold())
    return None if match is None else match[1] == "currentuser"


def name_of(path: str) -> str:
    """The name of a file without its folder."""
    return path.replace("/", "\\").rpartition("\\")[2] or path
