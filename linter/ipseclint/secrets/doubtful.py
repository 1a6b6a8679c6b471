"""What may be the rest of a key: masked where it stands, and nowhere else, for it may as well be none of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ipseclint.late import late
from ipseclint.secrets.places import Place
from ipseclint.secrets.values import MARGIN_OF_LOG, OTHER_COMMAND, places_of

_COMMENT = late(rf"[^\S\n]++(?:#|//|::|rem|;(?![^\S\n]*+[\"'(@]*+{OTHER_COMMAND}))[^\S\n][^\n]++", re.IGNORECASE)
"""A comment behind a bare value of a command, which has none in netsh, but in files of settings."""
_SETTING = r"[\"']?\w[\w .-]{0,40}[\"']?[ \t]{0,40}(?:=(?!=?[ \t]*(?:\n|\Z))|:(?:[ \t]|\n|\Z))"
_ENDS = r"(?:commit|configure|end|exit|next|quit|return)\s"
_MARGIN = rf"(?!{OTHER_COMMAND}|{_SETTING}|{_ENDS}|[\]<}})#;@|`~*!/-])"
_BELOW = late(
    rf"(?<![\"'])[ \t;]*\n[ \t>]*(?:(?>{MARGIN_OF_LOG})[ \t]*+|;[ \t])?+{_MARGIN}([^\s]{{3,}})"
    r"(?:[ \t]*(?=\n|\Z)|(?<=;)(?=[ \t]))",
    re.IGNORECASE,
)
"""A single word on the line below a value that ends with its line, which a log may hold, or between semicolons."""
_ODD = r"\w[$^&<>{}%!#~]++(?=[^\s.,;:)])"
_ODD_BELOW = late(
    rf"(?<![\"'])[ \t]*\n(?:[ \t]*\n)?[ \t>]*+{_MARGIN}"
    rf"((?=[^\n]{{0,80}}?{_ODD})(?:(?![ \t]{{1,8}}\w{{1,64}}=)[^\n])++)",
    re.IGNORECASE,
)
"""Words there, or below an empty line, with a sign within one of them that no sentence has."""
_BEYOND = late(r"[\v\f\x85\u2028\u2029]([^\s]{3,})")
"""A word right behind a line end of another kind than those that end lines here."""
_BELOW_APART = late(rf"[ \t]*\n[ \t]*\n{_MARGIN}([^\s]{{3,}})[ \t]*(?=\n|\Z)(?!\n[-=~]{{3}})", re.IGNORECASE)
"""A single word below an empty line."""
_IN_SETTINGS = late(r"^\w+=\Z", re.MULTILINE)
"""What stands before a value in a file of settings, in which no word is alone."""
_INSTEAD = late(
    rf"[ \t]*\n(?:[ \t]*\n {{4}})?[ \t>]*(?!{OTHER_COMMAND}|{_SETTING}|[\]<}})]|(?:#|;|[*-]|//)[ \t]|[-=~`]{{3}})"
    r"([^\s][^\n]*)",
    re.IGNORECASE,
)
"""The line below a name with nothing behind its sign."""
_ODD_INSTEAD = late(r"[ \t]*\n[ \t>]*([$@\[({%!/](?=[^\s]*\w[^\w\s:.,;=\"'%!/-])[^\s=]{7,256})[ \t]*(?=\n|\Z)")
"""A single word there that begins like a command and has another sign that none has."""
_BEFORE_ARGUMENT = late(
    r"[ \t]*\n(?:[ \t]*\n)?[ \t>]*(\"[^\"\n]{3,200}\"|[^\s=\[<]{3,200}(?:[ \t]{1,8}[^\s=]{1,200}){0,4})"
    r"(?=[ \t]{1,8}\w{1,64}=)"
)
"""Words there before an argument, below a command with others."""
_REST_BEFORE_ARGUMENT = late(
    rf"(?<![\"'^`])[ \t]*\n[ \t>]*{_MARGIN}([^\s=\[<]{{3,200}})(?=[ \t]{{1,8}}\w{{1,64}}=)", re.IGNORECASE
)
"""A single word there before an argument, as where a line was broken within the key."""
_REST_BEFORE_PARAMETER = late(
    rf"(?<![\"'^`])[ \t]*\n[ \t>]*{_MARGIN}([^\s=\[<\"']{{3,200}})(?=[\"'][ \t]{{1,8}}-[a-z])", re.IGNORECASE
)
"""The same before a parameter, with a quotation mark that nothing opens on its line."""
_CARRIED_ON = late(r"\\|[\^`\\=]+")
"""Signs with which a line goes on, alone in the place of a key."""
_OF_MARKUP = late(r"<!--((?:(?!--)[\s\S]){1,1000})")
"""A comment in markup, which may mention a key in any words."""
_SENTENCE = late(
    r"(?=[\s\S]*?\b(?:the|this|that|of|to|for|is|are|in|with|and|your|you|if|or|from|be)\b)"
    r"(?:[(\"']?(?:[A-Z]?[a-z]{1,14}(?:[-/'\u2019][A-Za-z]{1,14})?|[A-Z]{1,6}s?|\d{1,4})[)\"']?[.,:;!?]?(?:\s{1,40}|\Z)){3,160}+"
)
_OF_KEYS = late(r"key|psk|secret|pass|\bpin\b|pwd|\bpw\b|token|credential|kennwort|\bold\b|\bwas\b", re.IGNORECASE)
"""A sentence of plain words, and a word with which one may tell of a key."""
_MAX_MARGIN = 200


def in_doubt(text: str, places: Iterable[Place]) -> Iterator[Place]:
    """The places behind those of keys, of which an empty one is that of a key that may stand below."""
    for begin, end in places:
        is_bare = text[begin - 1 : begin] == "="
        if is_bare and (comment := _COMMENT.match(text, end)) is not None:
            yield comment.span()
            yield from places_of(_first_below(text, comment.end(), (_BELOW, _ODD_BELOW)))
            continue
        is_missing = begin == end or _CARRIED_ON.fullmatch(text, begin, end) is not None
        below = _in_place_of(text, begin, end) if is_missing else _rest_below(text, begin, end)
        yield from places_of(below)


def _in_place_of(text: str, begin: int, end: int) -> re.Match[str] | None:
    """What may stand below for a key that is missing."""
    before = text[max(0, begin - 8) : begin].rstrip(" \t^`\"'")
    if before[-1:] not in {"=", ":", ","} and text[begin - 1 : begin] not in {'"', "'"}:
        return None
    line = text[text.rfind("\n", max(0, begin - _MAX_MARGIN), begin) + 1 : begin]
    argument = _BEFORE_ARGUMENT.match(text, end) if line.count("=") > 1 else None
    return argument or _INSTEAD.match(text, end) or _ODD_INSTEAD.match(text, end)


def _rest_below(text: str, begin: int, end: int) -> re.Match[str] | None:
    """What may be the rest of a key below it."""
    below = _first_below(text, end, (_BEYOND, _BELOW, _REST_BEFORE_ARGUMENT, _REST_BEFORE_PARAMETER, _ODD_BELOW))
    if below is None and _IN_SETTINGS.search(text, max(0, begin - _MAX_MARGIN), begin) is not None:
        return _BELOW_APART.match(text, end)
    return below


def _first_below(text: str, end: int, rests: Iterable[re.Pattern[str]]) -> re.Match[str] | None:
    """The first of some rests that stands behind a place."""
    below = next(filter(None, (rest.match(text, end) for rest in rests)), None)
    ends_at_semicolon = below is not None and text[below.end() - 1 : below.end() + 1] in {"; ", ";\t"}
    return (_ODD_BELOW.match(text, end) or below) if ends_at_semicolon else below


def in_comments(text: str) -> Iterator[Place]:
    """The comments in markup that may tell a key: all but sentences of plain words that say nothing of any."""
    for comment in _OF_MARKUP.finditer(text) if "<!--" in text else ():
        if _OF_KEYS.search(comment[1]) is not None or _SENTENCE.fullmatch(comment[1].strip()) is None:
            yield comment.span(1)
