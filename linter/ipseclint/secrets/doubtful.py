"""What may be the rest of a key: masked where it stands, and nowhere else, for it may as well be none of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ipseclint.late import late
from ipseclint.secrets.places import Place
from ipseclint.secrets.values import OTHER_COMMAND, places_of

_COMMENT = late(rf"[^\S\n]++(?:#|//|::|rem|;(?![^\S\n]*+[\"'(@]*+{OTHER_COMMAND}))[^\S\n][^\n]++", re.IGNORECASE)
"""A comment behind a bare value of a command, which has none in netsh, but in files of settings."""
_SETTING = r"[\"']?\w[\w .-]{0,40}[\"']?[ \t]{0,40}(?:=(?!=?[ \t]*(?:\n|\Z))|:(?:[ \t]|\n|\Z))"
_ENDS = r"(?:commit|configure|end|exit|next|quit|return)\s"
_MARGIN = rf"(?!{OTHER_COMMAND}|{_SETTING}|{_ENDS}|[\]<}})#;@|`~*!/-])"
_BELOW = late(rf"(?<![\"'])[ \t;]*\n[ \t>]*{_MARGIN}([^\s]{{3,}})[ \t]*(?=\n|\Z)", re.IGNORECASE)
"""A single word on the line below a value that ends with its line."""
_ODD = r"\w[$^&<>{}%!#~]++(?=[^\s.,;:)])"
_ODD_BELOW = late(
    rf"(?<![\"'])[ \t]*\n(?:[ \t]*\n)?[ \t>]*+{_MARGIN}"
    rf"((?=[^\n]{{0,80}}?{_ODD})(?:(?![ \t]{{1,8}}\w{{1,64}}=)[^\n])++)",
    re.IGNORECASE,
)
"""Words there, or below an empty line, with a sign within one of them that no sentence has."""
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
_BEFORE_ARGUMENT = late(
    r"[ \t]*\n(?:[ \t]*\n)?[ \t>]*(\"[^\"\n]{3,200}\"|[^\s=\[<]{3,200}(?:[ \t]{1,8}[^\s=]{1,200}){0,4})"
    r"(?=[ \t]{1,8}\w{1,64}=)"
)
"""Words there before an argument, below a command with others."""
_REST_BEFORE_ARGUMENT = late(
    rf"(?<![\"'^`])[ \t]*\n[ \t>]*{_MARGIN}([^\s=\[<]{{3,200}})(?=[ \t]{{1,8}}\w{{1,64}}=)", re.IGNORECASE
)
"""A single word there before an argument, as where a line was broken within the key."""
_CARRIED_ON = late(r"\\|[\^`\\=]+")
"""Signs with which a line goes on, alone in the place of a key."""
_MAX_MARGIN = 200


def in_doubt(text: str, places: Iterable[Place]) -> Iterator[Place]:
    """The places behind those of keys, of which an empty one is that of a key that may stand below."""
    for begin, end in places:
        is_bare = text[begin - 1 : begin] == "="
        if is_bare and (comment := _COMMENT.match(text, end)) is not None:
            yield comment.span()
            yield from places_of(_BELOW.match(text, comment.end()) or _ODD_BELOW.match(text, comment.end()))
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
    return argument or _INSTEAD.match(text, end)


def _rest_below(text: str, begin: int, end: int) -> re.Match[str] | None:
    """What may be the rest of a key below it."""
    below = _BELOW.match(text, end) or _REST_BEFORE_ARGUMENT.match(text, end) or _ODD_BELOW.match(text, end)
    if below is None and _IN_SETTINGS.search(text, max(0, begin - _MAX_MARGIN), begin) is not None:
        return _BELOW_APART.match(text, end)
    return below
