"""Configurations in the here-documents of a shell script, each line at its place in the script.

cat > /etc/ipsec.conf <<EOF conn ... EOF
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ipseclint.late import late
from ipseclint.source import Source, bytes_source, lines_of_text

_WRITES = late(r"\b(?:cat|tee|sudo|install)\b")
_OPENING = late(r"((?:[^#<]|<(?!<))*+)<<(-?)[ \t]*+(['\"\\]?)(\w++)\3(?:[ \t>|;].*)?")
_PROGRAM = late(
    r"\n[ \t]*+(?:def[ \t]+\w+\(|from[ \t]+[\w.]+[ \t]+import[ \t]"
    r"|[A-Za-z_][\w.]*[ \t]*=[ \t]*[bfruBFRU]{0,2}(?:\"{3}|'{3})"
    r"|package[ \t]++[\w.]++;?[ \t]*+\r?\n"
    r"|(?:pub[ \t]++)?(?:func|fn)[ \t]++(?:\([^)\n]{0,80}+\)[ \t]*+)?\w++[<(]"
    r"|(?:export[ \t]++)?(?:const|let|var)[ \t]++\w++[ \t]++=[ \t]"
    r"|(?:using|namespace)[ \t]++[\w.\\]++[ \t]*+[;{]|<\?php\b)"
)
_MAX_OPENING_CHARACTERS = 400
"""Reasoned: how long the line is that opens a here-document."""


def written(text: str, path: str, recognise: Callable[[Source], bool]) -> str:
    """A script with only its here-documents of a format, other lines emptied; a text without any unchanged."""
    lines = lines_of_text(text)
    kept: dict[int, str] = {}
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        opening = _opening(line.rstrip("\r")) if len(line) <= _MAX_OPENING_CHARACTERS else None
        if opening is None:
            continue
        begin = at
        while at < len(lines) and not _is_end(lines[at], opening):
            at += 1
        body = lines[begin:at]
        if recognise(bytes_source(path, "\n".join(body).encode("utf-8", "replace"))):
            kept |= dict(enumerate(body, start=begin))
    return "\n".join(kept.get(number, "") for number in range(len(lines))) if kept else text


def is_program(text: str) -> bool:
    """Whether it is a program of Python, Go, Rust, JavaScript, C# or PHP, whose texts are no host's configuration."""
    return _PROGRAM.search(f"\n{text}") is not None


def _opening(line: str) -> re.Match[str] | None:
    """The start of a here-document: its head, a dash if tabs are stripped, a quote, and its end word."""
    opening = _OPENING.fullmatch(line)
    writer = None if opening is None else _WRITES.search(opening[1])
    if opening is None or writer is None:
        return None
    before = opening[1][: writer.start()]
    return None if "'" in before or '"' in before else opening


def _is_end(line: str, opening: re.Match[str]) -> bool:
    plain = line.rstrip("\r")
    return (plain.lstrip("\t") if opening[2] else plain) == opening[4]
