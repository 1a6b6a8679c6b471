"""Configurations that a shell script writes to files, each line at its place in the script.

    NET=10.1.0.0/16                    echo "conn ...
    cat > /etc/ipsec.conf <<EOF          leftsubnet=$NET
    conn ...                           " | sudo tee /etc/ipsec.conf
      leftsubnet=$NET
    EOF

What several commands add to one file is one configuration. The shell fills in variables unless the word behind `<<` is
quoted (POSIX, Shell Command Language, 2.7.4), or the text behind `echo` stands in single quotation marks (2.2.2).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate

from msgspec import Struct
from msgspec.structs import astuple, replace

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.templates import NAMED, VALUE
from ipseclint.formats.kit.token import OpenToken, Token, joined
from ipseclint.late import late
from ipseclint.source import Source, bytes_source, lines_of_text

_WRITES = late(r"\b(?:cat|tee|sudo|install)\b")
_OPENING = late(r"((?:[^#<]|<(?!<))*+)<<(-?)[ \t]*+(['\"\\]?)(\w++)\3(?:[ \t>|;].*)?")
_PRINTED = late(
    r"\b(?:echo[ \t]++(?:-[A-Za-z]{1,4}+[ \t]++){0,4}+|(?P<formats>printf)[ \t]++(?:--[ \t]++)?)"
    r"(?P<text>(?=[\"'])(?:[^\s\"'\\;&|<>]++|[ \t]++|\\[\s\S]|\"(?:[^\"\\]++|\\[\s\S])*+\"|'[^']*+')++)"
)
"""A printed text; other words, and marks within it, may part its quoted ones."""
_ENDS_LINE = "\\n"
"""How a text for `printf` ends a line."""
_TO_TEE = r"tee\b(?P<options>(?:[ \t]++-{1,2}[a-z]{1,10}){0,3}+)"
_TO_FILE = late(
    rf"(?:(?P<mark>>>?)|\|[ \t]*+(?:sudo[ \t]++)?{_TO_TEE})[ \t]*+"
    r"(?P<quote>[\"']?)(?P<file>[^\s\"'|;&<>]{1,300})"
)
"""What makes a file of it, or adds it to one."""
_TEE = late(rf"\b{_TO_TEE}[ \t]++[\"']?(?P<file>[^\s\"'|;&<>-][^\s\"'|;&<>]{{0,300}})")
_BARE = late(
    r"^[ \t]*+echo[ \t]++(?P<text>[^\s\"'\\;&|<>`$(){-][^\s\"'\\;&|<>`()]*+(?:[ \t]++[^\s\"'\\;&|<>`()]++)*+)[ \t]*+"
    r"(?=>|\|[ \t]*+(?:sudo[ \t]++)?tee\b)",
    re.MULTILINE,
)
"""A printed text without quotation marks."""
BEFORE_PRINTED = r"(?:[^\S\n]*+(?:echo|printf)[ \t]++(?:-[A-Za-z]{1,4}+[ \t]++){0,4}+[\"']?)?"
"""What may stand before the first line of a printed text."""
_LITERAL = late(r"'[^']*+'")
_ESCAPE = late(r"\\(?=[\"\\`])")
"""The backslash before a mark within double quotation marks (POSIX, 2.2.3)."""
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
_PART = late(
    r"\n[ \t]*+(?:(?:connections|secrets)[ \t]*\{[ \t]*\r?(?:\n|\Z)"
    r"|(?:(?:esp_|ah_)?proposals|ike|esp|phase2alg|keyexchange|remote_addrs)[ \t]*=[ \t]*\S"
    r"|conn[ \t]++[\w%-]{1,60}+[ \t]*+\r?(?:\n|\Z)"
    r"|(?:conn[ \t]++[\w%-]{1,60}+|config[ \t]++setup|(?:connections|secrets)[ \t]*\{)[ \t]*\\n)"
)
"""A line that only a configuration of a daemon has."""
_LEFT_OUT = "a script puts this part of a configuration together, which is not followed: give the file that comes of it"
_SCRIPT = "#!"
_MAX_OPENING_CHARACTERS = 400
"""Reasoned: how long the line is that opens a here-document."""


class Written(Struct, frozen=True):
    """A configuration: of a script only what it writes to files, other lines emptied; any other text unchanged.

    `open_lines` are the lines, from 1, in which the shell fills in variables, `variables` those whose value is known.
    `parts` are the columns, from 0, of what is written in the lines of a printed text; `begins` the lines, from 1, in
    which what is written at once begins; `left_out` those of parts of a configuration that the script puts together
    otherwise.
    """

    text: str
    path: str
    open_lines: frozenset[int] = frozenset()
    variables: Mapping[str, str] = {}
    is_in_script: bool = False
    parts: Mapping[int, tuple[int, int]] = {}
    begins: Sequence[int] = ()
    left_out: Sequence[int] = ()

    def tell_left_out(self, diagnostics: Diagnostics) -> None:
        """Note the parts that are not read."""
        for row in self.left_out:
            diagnostics.not_understood(_LEFT_OUT, diagnostics.place(row, 1))

    def lines(self, lines: Iterable[Token]) -> Iterator[Token]:
        """Lines of the text and of files that it includes, of a printed text without what is around it."""
        for line in lines:
            part = self.parts.get(line.line) if line.path == self.path else None
            if part is None:
                yield line
            else:
                yield _unescaped(line.part(*part)) if line.line in self.open_lines else line.part(*part)

    def filled(self, token: Token) -> Token:
        """A value with what is put in it; an open one where that is not known."""
        if token.path != self.path or token.line not in self.open_lines:
            is_open = any(each.search(token.text) is not None for each in (VALUE, NAMED))
        else:
            text = _VARIABLE.sub(lambda match: self.variables.get(match[1] or match[2], match[0]), token.text)
            is_open = _FILLED.search(text) is not None
            text = text.replace("\\$", "$")
            token = token if text == token.text else token.replaced_by(text)
        return OpenToken(*astuple(token)) if is_open else token


class _Body(Struct, frozen=True):
    """Lines of a script, from 0, that are written to a file; `part` is the columns of each, where not all of it is.

    `file` is the name of the file as it is written, empty if that is not known; `appends`: it is added to the file.
    """

    first: int
    lines: Sequence[str]
    is_open: bool
    parts: Sequence[tuple[int, int]] = ()
    file: str = ""
    appends: bool = False

    @property
    def text(self) -> str:
        """What is written."""
        if not self.parts:
            return "\n".join(self.lines)
        text = "\n".join(line[slice(*part)] for line, part in zip(self.lines, self.parts, strict=True))
        return _ESCAPE.sub("", text) if self.is_open else text


def written(text: str, path: str, recognise: Callable[[Source], bool]) -> Written:
    """The configuration of a format in a text, which may be a script."""
    lines = lines_of_text(text)
    kept: dict[int, str] = {}
    open_lines: set[int] = set()
    parts: dict[int, tuple[int, int]] = {}
    begins: list[int] = []
    spans: list[tuple[int, int]] = []
    bodies = [*_here_documents(lines), *_printed("\n".join(lines), lines)]
    for together in (*_of_files(bodies), *([body] for body in bodies)):
        rows = {row for body in together for row in range(body.first, body.first + max(1, len(body.lines)))}
        said = "\n".join(body.text for body in together)
        if any(body.parts and _ENDS_LINE in body.text for body in together):
            continue
        is_apart = len(rows) == sum(max(1, len(body.lines)) for body in together)  # two on one line are not told apart
        first, last = min(rows), max(rows)
        at = bisect_right(spans, (first, last))
        is_mixed = any(first <= end and begin <= last for begin, end in spans[max(at - 1, 0) : at + 1])
        if not is_apart or is_mixed or not recognise(bytes_source(path, said.encode("utf-8", "replace"))):
            continue
        spans.insert(at, (first, last))
        begins.append(first + 1)
        for body in together:
            kept |= dict(enumerate(body.lines, start=body.first))
            parts |= dict(enumerate(body.parts, start=body.first + 1))
            open_lines |= set(range(body.first + 1, body.first + len(body.lines) + 1)) if body.is_open else set()
    left_out = [body.first + 1 for body in bodies if body.first not in kept and _PART.search(f"\n{body.text}")]
    if not kept:
        is_script = bool(left_out) and text.startswith(_SCRIPT)
        return Written("" if is_script else text, path, is_in_script=is_script, left_out=left_out)
    shown = "\n".join(kept.get(number, "") for number in range(len(lines)))
    variables = _variables(lines, min(kept))
    return Written(
        text=shown,
        path=path,
        open_lines=frozenset(open_lines),
        variables=variables,
        is_in_script=True,
        parts=parts,
        begins=sorted(begins),
        left_out=left_out,
    )


def _of_files(bodies: Iterable[_Body]) -> Iterator[list[_Body]]:
    """What commands write to each file one after another, in the order of the lines, where there are several."""
    files: dict[str, list[_Body]] = {}
    for body in sorted(bodies, key=lambda body: body.first):
        if not body.appends and body.file in files:
            yield from (together for together in [files.pop(body.file)] if len(together) > 1)
        if body.file:
            files.setdefault(body.file, []).append(body)
    yield from (together for together in files.values() if len(together) > 1)


def _here_documents(lines: Sequence[str]) -> Iterator[_Body]:
    """The here-documents of a script, each behind those of a script that it is itself."""
    for body in _outer_documents(lines):
        for inner in _outer_documents(body.lines):
            yield replace(inner, first=body.first + inner.first, is_open=inner.is_open or body.is_open)
        yield body


def _outer_documents(lines: Sequence[str]) -> Iterator[_Body]:
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
        file, appends = _target(line)
        yield _Body(begin, lines[begin:at], is_open=not opening[3], file=file, appends=appends)


def _target(line: str) -> tuple[str, bool]:
    """The file that a line writes a here-document to, empty if it is not known, and whether it is added to it."""
    tee = _TEE.search(line)
    if tee is not None:
        return tee["file"], _is_append(tee["options"])
    plain = line.replace("<<", "  ")
    found = next((each for each in _TO_FILE.finditer(plain) if each["file"] != "/dev/null"), None)
    return ("", False) if found is None else (found["file"], found["mark"] == ">>")


def _is_append(options: str) -> bool:
    """Whether `tee` with these options adds to its file."""
    return "a" in options.replace("--append", "-a")


def _printed(text: str, lines: Sequence[str]) -> Iterator[_Body]:
    """The texts that `echo` and `printf` print to files."""
    if "echo" not in text and "printf" not in text:
        return
    ends = list(accumulate(len(line) + 1 for line in lines))
    for match in (*_PRINTED.finditer(text), *_BARE.finditer(text)):
        target = _TO_FILE.match(text, match.end())
        if target is None:
            continue
        file = target["file"]
        appends = target["mark"] == ">>" or _is_append(target["options"] or "")
        begin, end = match.start("text"), match.start("text") + len(match["text"].rstrip())
        is_open = match["text"][0] != "'" or '"' in _LITERAL.sub("", match["text"])
        if text[begin] in "\"'":
            begin, end = begin + 1, end - (text[end - 1] in "\"'")
        if "formats" in match.re.groupindex and match["formats"] is not None:
            end -= len(_ENDS_LINE) if text[begin:end].endswith(_ENDS_LINE) else 0
            if "%" in text[begin:end]:
                continue
        if _ENDS_LINE in text[begin:end]:
            file = ""  # several lines on one, whose places are not told apart
        first, last = bisect_right(ends, begin), bisect_right(ends, end)
        starts = [0, *ends][first : last + 1]
        parts = [
            (max(begin - start, 0), min(end - start, len(line)))
            for start, line in zip(starts, lines[first : last + 1], strict=True)
        ]
        yield _Body(first, lines[first : last + 1], is_open, parts, file, appends)


def _unescaped(line: Token) -> Token:
    """A line of a text in double quotation marks as the shell prints it."""
    begins = [0, *(match.end() for match in _ESCAPE.finditer(line.text))]
    ends = [*(begin - 1 for begin in begins[1:]), len(line.text)]
    return joined(line.part(begin, end) for begin, end in zip(begins, ends, strict=True))


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
