"""Whether a word of a script is an argument, judged by its line and the lines which that one continues."""

from __future__ import annotations

import re

from ipseclint.late import late

_IN_QUOTES = late(r"'[^'\n]*+'|\"[^\"\n]*+\"")
_GROUP = late(r"[@$]?(?:\([^(){}]*+\)|\{[^(){}]*+\})")
"""What stands in brackets within an argument, or is one."""
_CALLS = late(
    r"(?>(?:.*[;{}()|])?)(?:.*=(?=\s)|[^=]*\$[\w:.]++=)?\s*+(?P<name>(?:&\s*+[\w$]|\.\s++[\w$]|\.?[A-Za-z])[\w.\\:-]*+)\s(?!\s*+=)(?P<behind>.*)",
    re.DOTALL,
)
_GOES_ON = late(r"\s*+\}\s*+(?P<name>-[A-Za-z]\w*+)\s(?P<behind>.*)", re.DOTALL)
"""A line that begins with the end of a block and more arguments of the command that the block is for."""
_NO_COMMANDS = frozenset(
    {
        "return", "throw", "exit", "if", "elseif", "while", "until", "switch", "foreach", "for", "in",
        "function", "filter", "param",
    }
)  # fmt: skip
_BINARY = late(
    r"-(?:[ic]?(?:eq|ne|gt|ge|lt|le|like|notlike|match|notmatch|replace|split|in|notin|contains|notcontains)"
    r"|f|join|and|or|xor|band|bor|bxor|shl|shr|is|isnot|as)",
    re.IGNORECASE,
)
MAX_COMMAND = 4000
"""How many characters of a command before a word are examined (reasoned)."""
_MAX_GROUPS = 4
"""How deep brackets in an argument may lie within each other (reasoned)."""


def is_argument(text: str, start: int, of: str = "") -> bool:
    """Whether a word stands behind a command's name, on its line or the lines which that one continues.

    `of`: the only command that counts.
    """
    line = text.rfind("\n", 0, start) + 1
    while 1 < line > start - MAX_COMMAND and text[max(0, line - 3) : line].rstrip("\r\n").endswith("`"):
        line = text.rfind("\n", 0, line - 1) + 1
    shown = _IN_QUOTES.sub("0", text[max(line, start - MAX_COMMAND) : start]).replace("`", " ")
    for _ in range(_MAX_GROUPS if "(" in shown or "{" in shown else 0):
        shown, count = _GROUP.subn("0", shown)
        if not count:
            break
    called = _CALLS.fullmatch(f"{shown} ") or _GOES_ON.fullmatch(f"{shown} ")
    if called is None or called["name"].casefold() in _NO_COMMANDS or _BINARY.fullmatch(called["name"]):
        return False
    if of and of != called["name"].lstrip("&. ").rpartition("\\")[2].casefold().removesuffix(".exe"):
        return False
    return not any(sign in called["behind"] for sign in ";|{}")
