"""How a mail ends, of which no output is a part: words that close it, and a name below."""

from __future__ import annotations

from ipseclint.late import late

CLOSING = (
    "(?i:(?:kind|best|many)? ?regards|(?:many )?thanks(?: in advance)?|thank you"
    "|(?:mit )?(?:freundlichen? |viele |beste )?gr\u00fc(?:\u00df|ss)en?"
    "|danke|vielen dank|cordialement|merci|saludos|gracias)"
)
"""The words, without a mark behind."""
_CLOSED = late(rf"{CLOSING}[ ]?[,.!]?")
_MAX_LINES = 8
"""So many lines are looked at (reasoned: a name, a role and a place stand below, with empty ones)."""
_WORDS_OF_NAME = 4
_INITIALS = 3
_PROGRAMS = frozenset({"netsh", "reg", "sc", "net", "cmd", "powershell", "pwsh", "ipsec", "swanctl"})


def without_closing(text: str) -> str:
    """A text without the end of a mail; its lines stay where they are."""
    lines = text.rsplit("\n", _MAX_LINES)
    for at in range(1, len(lines)):
        if _CLOSED.fullmatch(lines[at].strip()) and all(map(_is_signature, lines[at + 1 :])):
            return "\n".join(lines[:at]) + "\n" * (len(lines) - at)
    return text


def _is_signature(line: str) -> bool:
    """Whether a line is empty or a name, a role or a place: few words, each as a name is written."""
    words = [word.strip(".,") for word in line.split()]
    named = all(
        word.isalpha() and word[0].isupper() and (not word.isupper() or len(word) <= _INITIALS) for word in words
    )
    return len(words) <= _WORDS_OF_NAME and named and not _PROGRAMS.intersection(map(str.casefold, words))
