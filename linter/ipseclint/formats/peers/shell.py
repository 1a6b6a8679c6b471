"""Configurations in the here-documents of a shell script, each line at its place in the script.

    NET=10.1.0.0/16
    cat > /etc/ipsec.conf <<EOF
    conn ...
      leftsubnet=$NET
    EOF

The shell fills in variables unless the word behind `<<` is quoted (POSIX, Shell Command Language, 2.7.4).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import astuple

from ipseclint.formats.kit.token import OpenToken, Token
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
_ASSIGNED = late(
    r"(?:export[ \t]++|readonly[ \t]++)?(?P<name>[A-Za-z_]\w{0,60}+)="
    r"(?P<value>\"[^\"$`\\]*+\"|'[^']*+'|[^\s\"'$`\\;|&()<>]*+)[ \t]*+(?:#.*|;[ \t]*)?"
)
"""A line that sets a variable to a text, in no function or branch: those are indented."""
_SETS = late(r"(?<![\w$.{-])(\w{1,60}+)\+?=|\bread\b([^;|&<>#]{0,200})|\bfor[ \t]+(\w+)[ \t]+in\b|\{(\w+):?=")
"""What may set a variable: an assignment, `read` and the names behind it, a loop, `${NAME:=...}`."""
_VARIABLE = late(r"(?<!\\)\$(?:\{(\w++)\}|(\w++))")
_FILLED = late(r"(?<!\\)\$[\w{(@*#?!-]|(?<!\\)`")
"""What the shell puts something in for."""
_TEMPLATE = late(r"\{\{.{0,200}?\}\}|<%=.{0,200}?%>")
"""What a template is filled in with, in any file."""
_MAX_OPENING_CHARACTERS = 400
"""Reasoned: how long the line is that opens a here-document."""


class Written(Struct, frozen=True):
    """A configuration: of a script only its here-documents, other lines emptied; any other text unchanged.

    `open_lines` are the lines, from 1, in which the shell fills in variables, `variables` those whose value is known.
    """

    text: str
    path: str
    open_lines: frozenset[int] = frozenset()
    variables: Mapping[str, str] = {}
    is_in_script: bool = False

    def filled(self, token: Token) -> Token:
        """A value with what is put in it; an open one where that is not known."""
        if token.path != self.path or token.line not in self.open_lines:
            is_open = _TEMPLATE.search(token.text) is not None
        else:
            text = _VARIABLE.sub(lambda match: self.variables.get(match[1] or match[2], match[0]), token.text)
            is_open = _FILLED.search(text) is not None
            text = text.replace("\\$", "$")
            token = token if text == token.text else token.replaced_by(text)
        return OpenToken(*astuple(token)) if is_open else token


def written(text: str, path: str, recognise: Callable[[Source], bool]) -> Written:
    """The configuration of a format in a text, which may be a script."""
    lines = lines_of_text(text)
    kept: dict[int, str] = {}
    open_lines: set[int] = set()
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
            open_lines |= set() if opening[3] else set(range(begin + 1, at + 1))
    if not kept:
        return Written(text, path)
    shown = "\n".join(kept.get(number, "") for number in range(len(lines)))
    return Written(shown, path, frozenset(open_lines), _variables(lines, min(kept)), is_in_script=True)


def _variables(lines: Sequence[str], until: int) -> dict[str, str]:
    """The variables that are set to a text before a line, and nowhere else."""
    sets: Counter[str] = Counter()
    for match in (match for line in lines for match in _SETS.finditer(line)):
        sets.update([match[1] or match[3] or match[4]] if match[2] is None else match[2].split())
    found = (_ASSIGNED.fullmatch(line.rstrip("\r")) for line in lines[:until])
    known = (match for match in found if match is not None and sets[match["name"]] == 1)
    return {match["name"]: match["value"].strip("\"'") for match in known}


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
