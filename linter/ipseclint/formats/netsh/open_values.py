"""Values of a command that a script fills in when it runs: where the rest of the command says what it does.

Such a value is one of a tag that tells no object from another, so that the command is carried out and this one value of
it is unknown. Where it tells which object is changed, nobody knows what the command does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ipseclint.formats.kit.preshared_keys import FILLED_IN
from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.tags import Argument

MAX_OPEN_VALUES = 64
"""How many values of one command a script may fill in (reasoned: twice as many as any command has tags)."""

_ADDS = ("add",)
_SETS = ("set", "config")
_CHOOSES = ("name", "guid", "id", "policy", "location", "property", "file")
"""Tags of `set` by which one object is told from another."""
_TRAFFIC = ("srcaddr", "dstaddr", "protocol", "srcport", "dstport", "mirrored", "conntype", "srcmask", "dstmask")
"""Tags by which `set rule` of `ipsec dynamic` tells its rule."""
_NAMES = ("name", "newname", "filterlist", "policy", "mmpolicy", "qmpolicy", "filteraction")
"""Tags that name an object."""
_KEYS = ("psk", "auth1psk")
_AT = 4
"""Which word is the value in `set global ipsec saidletimemin 5` and `set store gpo=NAME`."""


def are_values(places: Sequence[Token], context: str, words: Sequence[Token]) -> bool:
    """Whether all that is filled in at these places are values, and what the command does is known but for them."""
    verb = words[0].word
    if len(places) > MAX_OPEN_VALUES:
        return False
    if context == "reg":
        return verb == "add" and all(words[_index(place, words) - 1].word == "/d" for place in places)
    if _is_short(verb, _ADDS):
        return all(tag_of(place, words) is not None for place in places)
    if not _is_short(verb, _SETS) or len(verb) < 2:
        return False
    if context == "advfirewall":
        return all(_index(place, words) >= _AT for place in places)
    if context.startswith("advfirewall"):
        new = next((index for index, word in enumerate(words) if word.word == "new"), len(words))
        return all(_index(place, words) > new and tag_of(place, words) is not None for place in places)
    choosing = (*_CHOOSES, *_TRAFFIC) if context == "ipsec dynamic" and words[1].word == "rule" else _CHOOSES
    tags = [tag_of(place, words) for place in places]
    return all(tag is not None and not _is_short(tag, choosing) for tag in tags)


def open_names(places: Sequence[Token], words: Sequence[Token]) -> list[Token]:
    """The words that name an object and hold one of these places."""
    indices = {_index(place, words) for place in places if _is_short(tag_of(place, words) or "", _NAMES)}
    return [words[index] for index in sorted(indices)]


def without_keys(places: Sequence[Token], words: tuple[Token, ...]) -> tuple[Token, ...]:
    """The words with what stands for a key that is filled in, in the place of one of which a part may be written."""
    keys = {_index(place, words) for place in places if _is_key(tag_of(place, words) or "")}
    return tuple(word.standing_for(FILLED_IN) if index in keys else word for index, word in enumerate(words))


def tag_of(place: Token, words: Sequence[Token]) -> str | None:
    """The tag in whose value a place is, folded, as it is written; None if it is in none."""
    at = _index(place, words)
    return words[at - 2].word if at > 1 and words[at - 1].text == "=" else None


def open_tags(places: Sequence[Token], arguments: Mapping[str, Argument]) -> frozenset[str]:
    """The tags in whose values something is filled in."""
    return frozenset(
        tag for tag, argument in arguments.items() for place in places if _is_within(place, argument.value)
    )


def _index(place: Token, words: Sequence[Token]) -> int:
    return next((index for index, word in enumerate(words) if _is_within(place, word)), 0)


def _is_within(place: Token, word: Token) -> bool:
    return (word.line, word.column) <= (place.line, place.column) < word.end


def _is_short(text: str, words: Sequence[str]) -> bool:
    return bool(text) and any(word.startswith(text) for word in words)


def _is_key(tag: str) -> bool:
    return len(tag) > 1 and _is_short(tag, _KEYS) and tag not in {"auth1", "auth"}
