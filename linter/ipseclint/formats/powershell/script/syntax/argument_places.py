"""Whether a word of a script is an argument, judged by its line and the lines which that one continues."""

from __future__ import annotations

import re

_IN_QUOTES = re.compile(r"'[^'\n]*+'|\"[^\"\n]*+\"")
_CALLS = re.compile(
    r"(?:.*[;{}()|]|.*=(?=\s))?\s*+(?:[&.]\s*+)?(?P<name>[A-Za-z][\w.\\:-]*+)\s(?P<behind>.*)", re.DOTALL
)
_NO_COMMANDS = frozenset(
    {
        "return", "throw", "exit", "if", "elseif", "while", "until", "switch", "foreach", "for", "in",
        "function", "filter", "param",
    }
)  # fmt: skip
_BINARY = re.compile(
    r"-(?:[ic]?(?:eq|ne|gt|ge|lt|le|like|notlike|match|notmatch|replace|split|in|notin|contains|notcontains)"
    r"|f|join|and|or|xor|band|bor|bxor|shl|shr|is|isnot|as)\s*+\Z",
    re.IGNORECASE,
)
MAX_COMMAND = 4000
"""How many characters of a command before a word are examined (reasoned)."""


def is_argument(text: str, start: int, of: str = "", *, is_plain: bool = False) -> bool:
    """Whether a word stands behind a command's name, on its line or the lines which that one continues.

    `of`: the only command that counts. `is_plain`: nothing in between may begin another statement.
    """
    line = text.rfind("\n", 0, start) + 1
    while 1 < line > start - MAX_COMMAND and text[max(0, line - 3) : line].rstrip("\r\n").endswith("`"):
        line = text.rfind("\n", 0, line - 1) + 1
    shown = _IN_QUOTES.sub("x", text[max(line, start - MAX_COMMAND) : start]).replace("`", " ")
    called = _CALLS.fullmatch(f"{shown} ")
    if called is None or called["name"].casefold() in _NO_COMMANDS:
        return False
    if of and of != called["name"].rpartition("\\")[2].casefold().removesuffix(".exe"):
        return False
    if is_plain and any(sign in called["behind"] for sign in ";|{}"):
        return False
    return _BINARY.search(called["behind"].rstrip()) is None
