"""Wildcard patterns with `*`, `?`, `[a-c]` and the backtick as escape (about_Wildcards)."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from functools import lru_cache

from ipseclint.late import late

_SIGN = late(r"`(?P<itself>.)|\[(?P<set>[^\]]{1,200})\]|.", re.DOTALL)
_REMEMBERED_PATTERNS = 1024
_STANDS_FOR_MORE = late(r"[*?\[]")


def like(text: str, pattern: str) -> bool:
    """Whether a text matches a pattern, ignoring case."""
    return like_exactly(text.casefold(), pattern.casefold())


def like_exactly(text: str, pattern: str) -> bool:
    """Whether a text matches a pattern, case-sensitive."""
    if "`" not in pattern and _STANDS_FOR_MORE.search(pattern) is None:
        return text == pattern
    return fnmatchcase(text, _of_shell(pattern))


def is_pattern(text: str) -> bool:
    """Whether a text, as a pattern, may match others than itself."""
    return _STANDS_FOR_MORE.search(text) is not None


@lru_cache(_REMEMBERED_PATTERNS)
def _of_shell(pattern: str) -> str:
    """The same pattern in the syntax of `fnmatch`, where `!` negates a set and there is no escape."""
    return "".join(map(_sign_of_shell, _SIGN.finditer(pattern)))


def _sign_of_shell(match: re.Match[str]) -> str:
    if match["itself"] is not None:
        return f"[{match['itself']}]" if match["itself"] in "*?[" else match["itself"]
    signs = match["set"]
    if signs is None:
        return "[[]" if match[0] == "[" else match[0]
    if not signs.startswith("!"):
        return match[0]
    return f"[{signs[1:]}!]" if signs[1:] else "!"
