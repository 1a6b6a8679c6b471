"""The search for keys in texts: whole, cut off where an input or a message ends, or in pieces that damage left."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct, json

from ipseclint.packing import texts_in
from ipseclint.secrets.masks import MIN_KEY_CHARACTERS, is_ordinary, is_within_a_word, lookalikes
from ipseclint.secrets.names import literal, occurrences, searcher
from ipseclint.secrets.places import merged

if TYPE_CHECKING:
    from pydantic_core import SchemaValidator

_CUT = "…"
"""The end of a shortened piece of an input; an input may also be cut at its own end."""
_PIECE = 8
"""The length of a piece of a key, if the key is no word, that is masked anywhere (reasoned: a shorter one could be
chance)."""
_PART = 5
"""The length of the parts of pieces; one begins at each fourth character of a key."""
_TELLING_CHARACTERS, _CUT_CHARACTERS = 4, 80
"""The fewest and the most characters of a key that a cut may leave."""
_FEW = 200
"""How many keys are searched one by one (measured: with more, looking up each piece of a text is quicker)."""
_FEW_SIGNS = 64
"""How many signs of keys are searched in packed data one by one (measured: with more, unpacking is quicker)."""


@lru_cache(maxsize=2)
def search_for(keys: frozenset[str]) -> KeySearch:
    """The search for keys, made once for all holders of the same keys."""
    return KeySearch(keys)


class KeySearch(Struct, frozen=True, dict=True):
    """A search for keys in texts, made once and used for many."""

    keys: frozenset[str]

    def __repr__(self) -> str:
        return f"KeySearch({len(self.keys)} keys)"

    def places(self, text: str) -> Iterator[tuple[int, int]]:
        """The begin and end of each key, or rest of one, in a text; unordered, and perhaps overlapping."""
        found = list(self._found(text))
        in_words = {place for place in found if is_within_a_word(text, *place)}
        are_alone = in_words.issubset(merged(found))  # no other key is beside or over one of them
        return (place for place in found if not are_alone or place not in in_words)

    def _found(self, text: str) -> Iterator[tuple[int, int]]:
        for end in (*occurrences(text, _CUT), len(text)):
            least = _PIECE if end == len(text) else _TELLING_CHARACTERS
            for length in self._cut_lengths.get(text[end - 1 : end], ()):
                if least <= length <= end and self._is_beginning(text[end - length : end]):
                    yield end - length, end
        for start in self._may_be_pieces(text):
            if text[start : start + _PIECE] in self._pieces:
                yield start, start + _PIECE
        if len(self.keys) <= _FEW:
            for key in self.keys:
                for start in occurrences(text, key):
                    yield start, start + len(key)
            return
        for start in range(len(text) - MIN_KEY_CHARACTERS + 1):
            for length in self._lengths.get(text[start : start + MIN_KEY_CHARACTERS], ()):
                if start + length <= len(text) and text[start : start + length] in self.keys:
                    yield start, start + length

    def may_be_in_json(self, data: bytes) -> bool:
        """Whether a key, or the rest of one, may stand in JSON."""
        return self._signs is None or self._signs.isinstance_python(data)

    def may_be_in_packed(self, data: bytes) -> bool:
        """Whether a key, or the rest of one, may stand in packed data, which need not be unpacked."""
        if not self.keys:
            return False
        signs = self._few_signs
        if not signs:
            return True
        texts = texts_in(data)
        return any(sign in texts for sign in signs)

    @cached_property
    def _lengths(self) -> Mapping[str, set[int]]:
        """The lengths of the keys with each beginning."""
        lengths: dict[str, set[int]] = {}
        for text in self.keys:
            lengths.setdefault(text[:MIN_KEY_CHARACTERS], set()).add(len(text))
        return lengths

    def _is_beginning(self, left: str) -> bool:
        """Whether a text may be the beginning of a key that a cut has left."""
        place = bisect_right(self._in_order, left)
        return (
            self._in_order[place : place + 1] != [] and self._in_order[place].startswith(left) and not is_ordinary(left)
        )

    @cached_property
    def _in_order(self) -> Sequence[str]:
        """The keys sorted, so that those with a common beginning stand together."""
        return sorted(self.keys)

    @cached_property
    def _cut_lengths(self) -> Mapping[str, set[int]]:
        """The possible lengths of the rest of a cut key, by its last character."""
        last = _TELLING_CHARACTERS - 1
        ends = {end for key in self.keys for end in enumerate(key[last : min(_CUT_CHARACTERS, len(key) - 1)], last + 1)}
        lengths: dict[str, set[int]] = {}
        for length, sign in ends:
            lengths.setdefault(sign, set()).add(length)
        return lengths

    @cached_property
    def _pieces(self) -> frozenset[str]:
        """The pieces that damage may leave of keys that are no words."""
        return frozenset(key[at : at + _PIECE] for key in self._no_words for at in range(len(key) - _PIECE + 1))

    @cached_property
    def _parts_of_pieces(self) -> frozenset[str]:
        """Short texts of which each piece contains one, far fewer than there are pieces."""
        starts = ((key, range(0, len(key) - _PART + 1, _PIECE - _PART + 1)) for key in self._no_words)
        return frozenset(key[at : at + _PART] for key, places in starts for at in places if len(key) >= _PIECE)

    @cached_property
    def _no_words(self) -> Sequence[str]:
        return [key for key in self.keys if len(key) <= _CUT_CHARACTERS and lookalikes(key) == [key]]

    @cached_property
    def _signs(self) -> SchemaValidator | None:
        """An expression that matches in any JSON with a text to mask, and perhaps elsewhere; None if the keys are
        too many."""
        if len(self.keys) > _FEW:
            return None
        return searcher("|".join(literal(json.encode(sign)[1:-1].decode()) for sign in sorted(self._all_signs)))

    @cached_property
    def _few_signs(self) -> Sequence[bytes]:
        """Bytes of which one stands in any packed data with a text to mask, and perhaps elsewhere; none if they are too
        many."""
        if len(self.keys) > _FEW or len(self._all_signs) > _FEW_SIGNS:
            return ()
        return [sign.encode("utf-8", "surrogatepass") for sign in sorted(self._all_signs)]

    @property
    def _all_signs(self) -> frozenset[str]:
        return self._parts_of_pieces.union({_CUT}, (key[:_PIECE] for key in self.keys))

    def _may_be_pieces(self, text: str) -> Iterable[int]:
        """The places where a piece of a key may begin: around each part found, if these are few."""
        parts = self._parts_of_pieces
        if len(parts) > _FEW_SIGNS:
            return range(len(text) - _PIECE + 1)
        begins = (begin for part in parts for begin in occurrences(text, part))
        return {start for begin in begins for start in range(max(0, begin - _PIECE + _PART), begin + 1)}
