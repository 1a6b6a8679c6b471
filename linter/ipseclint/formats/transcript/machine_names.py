"""Names of machines in titles that are known as such only beside another one: srv01 and srv02, on A and on B.

## srv01       === server1 ===      On A:       On 10.1.1.10:       **dc1** (10.0.0.1)       Host: berlin
## srv02       === server2 ===      On B:       On 10.1.1.20:       **dc2** (10.0.0.2)       Host: munich
"""

from __future__ import annotations

import re

from ipseclint.formats.transcript.titles import WRITTEN_SMALL, Titled
from ipseclint.late import late
from ipseclint.vocabulary.words_of_titles import NAMES, NOTHING, PLACED, SAYING, STEMS

_OF_STEM = late(rf"(?:[\w-]{{1,20}}?-)?[a-z]{{0,10}}?(?:{'|'.join(sorted(STEMS))})-?\d{{1,4}}[a-z]?", re.IGNORECASE)
"""A name that ends as those of machines do before their number."""
_ADDRESS = late(r"\d{1,3}(?:\.\d{1,3}){3}")
_NAMED_FULL = late(r"[A-Za-z][\w-]{0,62}(?:\.[A-Za-z][\w-]{0,62}){2,8}")
_LETTER = late(r"[A-H]")
_WITHIN = late(r"[ ]?\([^()]{1,60}\)$")
_NO_NAME = r"(?!(?:any|all|no|yes|none|true|false|local|localhost|unknown)\b)"
FIELD = (
    rf"(?:{'|'.join(sorted(NAMES))})(?:[ ]?name)?(?:[ ]?:[ ]|:(?:\*\*|__)[ ]|(?:\*\*|__):[ ]){_NO_NAME}"
    r"(?P<named>[A-Za-z][\w-]{0,62}(?:\.[\w-]{1,62}){0,8}|\d{1,3}(?:\.\d{1,3}){3})"
)
"""A field whose value is what a machine is called."""
_FIELD = late(FIELD, re.IGNORECASE)
_CMDLET = late(r"[A-Z][a-z]{1,11}-[A-Z]\w{2,60}")


def named_beside(title: str) -> Titled | None:
    """The machine that a title names if another one beside it names another."""
    plain = " ".join(title.strip(" \t*_`#:\uff1a").replace("`", "").replace("**", "").split())
    if (field := _FIELD.fullmatch(plain)) is not None:
        return Titled("", host=field["named"].upper(), is_end=True)
    words = [word.strip(",;:") for word in _WITHIN.sub("", plain).split()]
    telling = [word for word in words if not _says_nothing(word)]
    if len(telling) != 1:
        return None
    name = telling[0]
    is_placed = any(word.casefold() in PLACED for word in words[: words.index(name)])
    if WRITTEN_SMALL.fullmatch(name) is not None:
        is_named = is_placed or _OF_STEM.fullmatch(name) is not None
    else:
        is_named = is_placed and (_ADDRESS.fullmatch(name) or _LETTER.fullmatch(name)) is not None
    return Titled("", host=name.upper(), is_end=True) if is_named else None


def is_name(word: str) -> bool:
    """Whether a word is the name or the address of a machine, and of nothing else."""
    own = word.partition(".")[0] if _NAMED_FULL.fullmatch(word) else word
    return (
        _ADDRESS.fullmatch(word) is not None
        or own != word
        or (WRITTEN_SMALL.fullmatch(own) is not None and (own.isupper() or _OF_STEM.fullmatch(own) is not None))
    )


def _says_nothing(word: str) -> bool:
    """Whether a word says nothing of which machine it is: `a` does not, `A` does."""
    folded = word.casefold()
    return word != "A" and (folded in NOTHING or folded in SAYING or _CMDLET.fullmatch(word) is not None)
