"""Which of the keys that stand apart from their connections is for whom."""

from __future__ import annotations

import pytest

from ipseclint.model.peer import PeerKey, have_none_for, key_for, only_key
from ipseclint.model.setting import Secret
from tests.made_objects import SPAN

ONE, TWO = Secret("Sommerregen"), Secret("Winterregen")


def keys(*given: tuple[Secret | None, str]) -> list[PeerKey]:
    return [PeerKey(span=SPAN, identities=tuple(names.split()), secret=secret) for secret, names in given]


@pytest.mark.parametrize(
    ("given", "names", "only", "chosen", "is_none"),
    [
        (keys(), "a", None, None, False),
        (keys((ONE, "")), "a", ONE, ONE, False),
        (keys((ONE, "")), "", ONE, ONE, False),
        (keys((ONE, "a")), "a", ONE, ONE, False),
        (keys((ONE, "a")), "b", ONE, None, True),
        (keys((ONE, "a")), "", ONE, None, False),
        (keys((ONE, "a"), (TWO, "b")), "b", None, TWO, False),
        (keys((ONE, "a"), (TWO, "b")), "c", None, None, True),
        (keys((ONE, "a"), (TWO, "a b")), "a b", None, TWO, False),
        (keys((ONE, "a"), (TWO, "a")), "a", None, None, False),
        (keys((ONE, "a"), (ONE, "a")), "a", ONE, ONE, False),
        (keys((ONE, ""), (TWO, "a")), "a", None, TWO, False),
        (keys((ONE, ""), (TWO, "a")), "b", None, ONE, False),
        (keys((ONE, ""), (TWO, "")), "b", None, None, False),
        (keys((None, "a")), "a", None, None, False),
        (keys((ONE, "*.a")), "b.a", ONE, None, False),
        (keys((ONE, "10.0.0.0/8")), "10.0.0.1", ONE, None, False),
        (keys((ONE, "%any")), "a", ONE, None, False),
        (keys((ONE, "a")), "*", ONE, None, False),
    ],
)
def test_the_key_for_some_identities(
    given: list[PeerKey], names: str, only: Secret | None, chosen: Secret | None, is_none: bool
) -> None:
    identities = names.split()
    assert (only_key(given), key_for(given, identities)) == (only, chosen)
    assert have_none_for(given, identities) is is_none
