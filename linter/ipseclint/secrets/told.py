"""Sentences that go on behind the words for a key, as in "the pre-shared key matches at both ends"."""

from __future__ import annotations

from ipseclint.secrets.masks import SIGNS_OF_SENTENCES

_NAMES = ("shared key ", "shared secret ")
"""How such words end where a sentence has them; commands write them in one."""
_NAME_CHARACTERS = max(map(len, _NAMES))
_MIN_WORDS = 3
"""Fewer words may all be of the key (reasoned)."""
_GOING_ON = frozenset(
    """agreed already also always appears before behind belongs between changed changes chosen comes
    configured copied created defined differs during either entered exactly expires exported expired follows generated
    given inside into issued likewise listed matched matches mentioned mismatch needs never onto passed previously
    provided received remains rotated secured shared should stays stored their there therefore through toward towards
    typed under until using within without would written yours""".split()  # noqa: SIM905 - a list of words reads better as one
)
"""Words with which a sentence goes on that says no key there."""


def is_told(text: str, begin: int, end: int) -> bool:
    """Whether a place has the end of a sentence: plain words behind the name of a key, with no sign between."""
    if not text[max(0, begin - _NAME_CHARACTERS) : begin].casefold().endswith(_NAMES):
        return False
    words = text[begin:end].split()
    return len(words) >= _MIN_WORDS and all(_bare(word).isalpha() for word in words)


def first_of(sentence: str) -> str:
    """The word right behind the name of a key, which may be the key; nothing if the sentence goes on with it."""
    first = _bare(sentence.split(maxsplit=1)[0])
    return "" if first.casefold() in _GOING_ON else first


def _bare(word: str) -> str:
    return word.strip(SIGNS_OF_SENTENCES)
