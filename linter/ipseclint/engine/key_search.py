"""Where keys stand in texts: whole, cut off where an input or a message ends, or in pieces that damage left."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache

from msgspec import Struct, json

from ipseclint.packing import texts_in
from ipseclint.secrets.masks import MIN_KEY_CHARACTERS, is_ordinary, lookalikes
from ipseclint.secrets.names import occurrences

_CUT = "…"
"""What a piece of an input that is too long to be shown ends with; an input may be cut at its end too."""
_PIECE = 8
"""So many characters of a key that is no word are masked wherever they stand (reasoned: fewer could be chance)."""
_PART = 5
"""Of a piece such a part begins at each fourth character of its key."""
_TELLING_CHARACTERS, _CUT_CHARACTERS = 4, 80
"""The fewest and the most characters of a key that a cut may leave."""
_FEW = 200
"""Up to so many keys are looked for one by one (measured: of more, to look at each piece of a text is quicker)."""
_FEW_SIGNS = 64
"""With up to so many signs of keys it is quicker to look for each in what is packed than to unpack it (measured)."""


@lru_cache(maxsize=2)
def search_for(keys: frozenset[str]) -> KeySearch:
    """The search for keys: made once for all that holds the same ones, before and after an input is read."""
    return KeySearch(keys)


class KeySearch(Struct, frozen=True, dict=True):
    """A search for keys in texts: made once, asked of many."""

    keys: frozenset[str]

    def __repr__(self) -> str:
        return f"KeySearch({len(self.keys)} keys)"

    def places(self, text: str) -> Iterator[tuple[int, int]]:
        """Where keys stand in a text, and what is left of them: begin and end, in no order and perhaps overlapping."""
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
        """Whether a key, or what is left of one, may stand in JSON."""
        return self._signs is None or self._signs.search(data) is not None

    def may_be_in_packed(self, data: bytes) -> bool:
        """Whether a key, or what is left of one, may stand in what was packed: told before it is unpacked."""
        if not self.keys:
            return False
        signs = self._few_signs
        if not signs:
            return True
        texts = texts_in(data)
        return any(sign in texts for sign in signs)

    @cached_property
    def _lengths(self) -> Mapping[str, set[int]]:
        """How many characters the keys with one beginning have."""
        lengths: dict[str, set[int]] = {}
        for text in self.keys:
            lengths.setdefault(text[:MIN_KEY_CHARACTERS], set()).add(len(text))
        return lengths

    def _is_beginning(self, left: str) -> bool:
        """Whether a text is what a cut may leave of a key."""
        place = bisect_right(self._in_order, left)
        return (
            self._in_order[place : place + 1] != [] and self._in_order[place].startswith(left) and not is_ordinary(left)
        )

    @cached_property
    def _in_order(self) -> Sequence[str]:
        """The keys by their characters: those with one beginning stand together, behind it."""
        return sorted(self.keys)

    @cached_property
    def _cut_lengths(self) -> Mapping[str, set[int]]:
        """How long what a cut may leave is, by its last character."""
        last = _TELLING_CHARACTERS - 1
        ends = {end for key in self.keys for end in enumerate(key[last : min(_CUT_CHARACTERS, len(key) - 1)], last + 1)}
        lengths: dict[str, set[int]] = {}
        for length, sign in ends:
            lengths.setdefault(sign, set()).add(length)
        return lengths

    @cached_property
    def _pieces(self) -> frozenset[str]:
        """What damage may leave of keys that are no words."""
        return frozenset(key[at : at + _PIECE] for key in self._no_words for at in range(len(key) - _PIECE + 1))

    @cached_property
    def _parts_of_pieces(self) -> frozenset[str]:
        """Texts of which each piece holds one, far fewer than there are pieces."""
        starts = ((key, range(0, len(key) - _PART + 1, _PIECE - _PART + 1)) for key in self._no_words)
        return frozenset(key[at : at + _PART] for key, places in starts for at in places if len(key) >= _PIECE)

    @cached_property
    def _no_words(self) -> Sequence[str]:
        return [key for key in self.keys if len(key) <= _CUT_CHARACTERS and lookalikes(key) == [key]]

    @cached_property
    def _signs(self) -> re.Pattern[bytes] | None:
        """What JSON of texts holds wherever a text is masked, and perhaps elsewhere; None if the keys are too many."""
        if len(self.keys) > _FEW:
            return None
        return re.compile(b"|".join(re.escape(json.encode(sign)[1:-1]) for sign in sorted(self._all_signs)))

    @cached_property
    def _few_signs(self) -> Sequence[bytes]:
        """What packed texts hold wherever a text is masked, and perhaps elsewhere; none if they are too many."""
        if len(self.keys) > _FEW or len(self._all_signs) > _FEW_SIGNS:
            return ()
        return [sign.encode("utf-8", "surrogatepass") for sign in sorted(self._all_signs)]

    @property
    def _all_signs(self) -> frozenset[str]:
        return self._parts_of_pieces.union({_CUT}, (key[:_PIECE] for key in self.keys))

    def _may_be_pieces(self, text: str) -> Iterable[int]:
        """Where a piece of a key may begin: around each of the parts of which it holds one, if they are few."""
        parts = self._parts_of_pieces
        if len(parts) > _FEW_SIGNS:
            return range(len(text) - _PIECE + 1)
        begins = (begin for part in parts for begin in occurrences(text, part))
        return {start for begin in begins for start in range(max(0, begin - _PIECE + _PART), begin + 1)}
