"""Certificates that a script imports into the own store of the computer or of a user.

Source: the pages of `certutil`, Import-PfxCertificate and Import-Certificate. `certutil` takes the computer's store
unless `-user` stands among its options.
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
    """What `certutil` imports: which of its words is the file, and the store that takes it."""

    file: int
    of_user: bool
    has_key: bool


def of_certutil(words: Sequence[str]) -> Imported | None:
    """What the words behind `certutil` import into the own store; None if they do nothing of the kind."""
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
    """Whether an own store is that of a user, or the computer's, by its path; None for any other store."""
    match = _LOCATION.fullmatch(location.strip().casefold())
    return None if match is None else match[1] == "currentuser"


def name_of(path: str) -> str:
    """The file's own name."""
    return path.replace("/", "\\").rpartition("\\")[2] or path
