"""The end of a mail, which is part of no output: closing words and a name."""

from __future__ import annotations

from ipseclint.late import late

CLOSING = (
    "(?i:(?:kind|best|many)? ?regards|(?:many )?thanks(?: in advance| a lot)?|thank you|thx|cheers"
    "|(?:mit )?(?:freundlichen? |viele |beste )?gr\u00fc(?:\u00df|ss)en?|mfg|(?:vielen )?dank(?:e)?(?: im voraus)?"
    "|(?:bien )?cordialement|merci(?: d'avance| beaucoup)?|(?:un )?saludos?(?: cordiales)?"
    "|(?:muchas )?gracias(?: de antemano)?|(?:muito )?obrigad[oa](?: desde j\u00e1)?|att|atenciosamente|abra\u00e7os?"
    "|(?:cordiali )?saluti|grazie(?: mille)?|bedankt|(?:met vriendelijke )?groet(?:en|jes)?|pozdrawiam"
    "|(?:\u0437\u0430\u0440\u0430\u043d\u0435\u0435 )?\u0441\u043f\u0430\u0441\u0438\u0431\u043e"
    "(?: \u0437\u0430\u0440\u0430\u043d\u0435\u0435)?"
    "|\u0441 \u0443\u0432\u0430\u0436\u0435\u043d\u0438\u0435\u043c"
    "|(?:\u591a)?\u8c22\u8c22(?:\u5927\u5bb6|\u5404\u4f4d)?|\u611f\u8c22|\u8b1d\u8b1d"
    "|\u3088\u308d\u3057\u304f\u304a\u9858\u3044(?:\u3044\u305f)?\u3057\u307e\u3059"
    "|\u3042\u308a\u304c\u3068\u3046\u3054\u3056\u3044\u307e\u3059|\uac10\uc0ac\ud569\ub2c8\ub2e4)"
)
"""The words, without a mark behind."""
_NAME = r"[^\W\d_a-z][^\W\d_]{0,20}"
_CLOSED = late(rf"{CLOSING}[ ]?[,.!\u3002\uff01\uff0c]{{0,3}}(?:[ ]?{_NAME}(?:[ ]{_NAME}){{0,2}})?")
_CONTACT = late(
    r"(?i:(?:tel|telefon|phone|fon|mob(?:ile)?|handy|fax|mail|e-mail|web|[tmfew])\b\.?[:]?[ ]?(?=[+(\d]|\S{1,40}[@.]))?"
    r"[^=<>\r\n]{0,60}(?:\+?\(?\d[\d ()/.-]{6,20}|[\w.-]{1,40}@[\w.-]{1,40}\.[a-z]{2,12}|\bwww\.[\w.-]{1,60}"
    r"|https?://[\w./-]{1,80}|[ ]\|[ ][^=<>\r\n|]{1,60})[^=<>\r\n]{0,60}"
    r"|(?=[^\r\n]{0,50}\b\d{4,5}[ ][^\W\d_])[^\W\d_][\w .,/-]{3,60}|[\"\u201c\u201e][^\r\n]{3,120}[\"\u201c\u201d]"
)
"""A line with a telephone number, a mail address, a site, a post code, or parts with bars between; a motto."""
_MAX_SIGNATURE_WORDS = 12
_ASKED = late(r"[^\W\d_]{1,20}(?:[ ][^\W\d_']{1,20}){1,5}[ ]?[?\uff1f]")
"""A short question to those who read it."""
_COMMAND = late(r"[A-Za-z]{2,12}-[A-Za-z]{3,60}(?:\s|$)|[^\r\n:]{1,40}[ ]:[ ]|\$|\[")
"""How a command, or a row of its output, begins."""
_DELIMITER = "--"
"""What programs put above a signature (RFC 3676 4.3)."""
_MAX_LINES = 8
"""So many lines are looked at (reasoned: a name, a role and a place stand below, with empty ones)."""
_WORDS_OF_NAME = 4
_INITIALS = 3
_PROGRAMS = frozenset({"netsh", "reg", "sc", "net", "cmd", "powershell", "pwsh", "ipsec", "swanctl"})


def without_closing(text: str) -> str:
    """A text with the end of a mail blanked; other lines stay in place."""
    lines = text.rsplit("\n", _MAX_LINES)
    for at in range(1, len(lines)):
        if _closes(lines[at]) and all(_is_signature(line) or _closes(line) for line in lines[at + 1 :]):
            return "\n".join(lines[:at]) + "\n" * (len(lines) - at)
    return text


def _closes(line: str) -> bool:
    """Whether a line thanks, greets or addresses the readers of a post, with or without a name."""
    text = line.strip()
    if text == _DELIMITER:
        return True
    if _ASKED.fullmatch(text) is not None:
        return _PROGRAMS.isdisjoint(text.casefold().split())
    return _CLOSED.fullmatch(text) is not None


def _is_contact(text: str, words: list[str]) -> bool:
    is_command = not _PROGRAMS.isdisjoint(map(str.casefold, words)) or _COMMAND.match(text) is not None
    return len(words) <= _MAX_SIGNATURE_WORDS and not is_command and _CONTACT.fullmatch(text) is not None


def _is_signature(line: str) -> bool:
    """Whether a line is empty, a name, role or place, which are few words in the form of names, or says how to reach
    somebody."""
    words = [word.strip(".,") for word in line.split()]
    if _is_contact(line.strip(), words):
        return True
    named = all(
        word.isalpha() and word[0].isupper() and (not word.isupper() or len(word) <= _INITIALS) for word in words
    )
    return len(words) <= _WORDS_OF_NAME and named and not _PROGRAMS.intersection(map(str.casefold, words))
