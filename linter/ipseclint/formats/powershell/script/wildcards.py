"""Patterns with `*`, `?`, `[a-c]` and a backtick before what stands for itself (about_Wildcards)."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from functools import lru_cache

_SIGN = re.compile(r"`(?P<itself>.)|\[(?P<set>[^\]]{1,200})\]|.", re.DOTALL)
_REMEMBERED_PATTERNS = 1024
_STANDS_FOR_MORE = re.compile(r"[*?\[]")


def like(text: str, pattern: str) -> bool:
    """Whether a text fits a pattern, without regard to case."""
    return like_exactly(text.casefold(), pattern.casefold())


def like_exactly(text: str, pattern: str) -> bool:
    """Whether a text fits a pattern, in its case."""
    if "`" not in pattern and _STANDS_FOR_MORE.search(pattern) is None:
        return text == pattern
    return fnmatchcase(text, _of_shell(pattern))


@lru_cache(_REMEMBERED_PATTERNS)
def _of_shell(pattern: str) -> str:
    """The same pattern as a shell would have it: there `!` turns a set round, and no sign escapes another."""
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
