"""What may be the rest of a key: masked where it stands, and nowhere else, for it may as well be none of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ipseclint.late import late
from ipseclint.secrets.places import Place
from ipseclint.secrets.values import OTHER_COMMAND

_COMMENT = late(rf"[^\S\n]++(?:#|//|::|rem|;(?![^\S\n]*+[\"'(@]*+{OTHER_COMMAND}))[^\S\n][^\n]++", re.IGNORECASE)
"""A comment behind a bare value of a command, which has none in netsh, but in files of settings."""
_SETTING = r"[\"']?\w[\w .-]{0,40}[\"']?[ \t]{0,40}(?:=(?!=?[ \t]*(?:\n|\Z))|:(?:[ \t]|\n|\Z))"
_ENDS = r"(?:commit|configure|end|exit|next|quit|return)\s"
_BELOW = late(
    rf"(?<![\"'])[ \t;]*\n[ \t>]*(?!{OTHER_COMMAND}|{_SETTING}|{_ENDS}|[\]<}})#;@|`~*!/-])([^\s]{{3,}})[ \t]*(?=\n|\Z)",
    re.IGNORECASE,
)
"""A single word on the line below a value that ends with its line."""
_INSTEAD = late(
    rf"[ \t]*\n(?:[ \t]*\n {{4}})?[ \t>]*(?!{OTHER_COMMAND}|{_SETTING}|[\]<}})]|(?:#|;|[*-]|//)[ \t]|[-=~`]{{3}})"
    r"([^\s][^\n]*)",
    re.IGNORECASE,
)
"""The line below a name with nothing behind its sign."""


def in_doubt(text: str, places: Iterable[Place]) -> Iterator[Place]:
    """The places behind those of keys, of which an empty one is that of a key that may stand below."""
    for begin, end in places:
        is_bare = text[begin - 1 : begin] == "="
        if is_bare and (comment := _COMMENT.match(text, end)) is not None:
            yield comment.span()
            continue
        is_missing = begin == end and text[max(0, begin - 8) : begin].rstrip(" \t^`")[-1:] in {"=", ":", ","}
        below = _INSTEAD.match(text, end) if is_missing else _BELOW.match(text, end) if begin < end else None
        if below is not None:
            yield below.span(1)
