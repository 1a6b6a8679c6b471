"""Names of members, keys and elements that no reader looks at: one that looks like a misspelling is a problem."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.source import Span

_ALIKE = 0.85
"""How similar two names must be (difflib's ratio) for one to be a misspelling of the other (reasoned)."""

_MAX_NAME_CHARACTERS = 64
"""Longer names are like none that is read (reasoned)."""


def note_unread(
    name: str,
    span: Span,
    read: Iterable[str],
    diagnostics: Diagnostics,
    *,
    kind: str = "member",
    of: str = "",
    told: str = "",
) -> None:
    """Note a name that is not among those that are `read`: a problem if it is one of them misspelt, else counted.

    `kind` is what messages call it, `of` its parent, and `told` the name to count it by, if another.
    """
    meant = _meant(name.casefold(), tuple(read))
    if meant is None:
        diagnostics.not_read(told or name)
    else:
        within = f" of {of}" if of else ""
        diagnostics.not_understood(f"unknown {kind} {quoted(name)}{within}; {quoted(meant)} is what is read", span)


@lru_cache(maxsize=4096)
def _meant(name: str, read: tuple[str, ...]) -> str | None:
    """The name that a folded one resembles, other than in its digits alone. Cached, since objects repeat names."""
    if len(name) > _MAX_NAME_CHARACTERS:
        return None
    from difflib import get_close_matches

    letters, words = _letters(name), {word.casefold(): word for word in read}
    alike = get_close_matches(name, [word for word in words if _letters(word) != letters], n=1, cutoff=_ALIKE)
    return words[alike[0]] if alike else None


def _letters(name: str) -> str:
    return "".join(letter for letter in name if not letter.isdigit())
