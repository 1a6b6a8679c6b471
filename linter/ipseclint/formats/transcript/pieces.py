"""Cuts a text of several outputs into pieces, each of one kind: an output, or lines typed into one program.

A line that only separates belongs to no piece; the others keep their numbers and columns.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import compress, count, pairwise

from msgspec import Struct

from ipseclint.formats.netsh.wrapped import goes_on_in, is_rest
from ipseclint.formats.pasted.signs import FENCES
from ipseclint.formats.transcript.beginnings import beginnings
from ipseclint.formats.transcript.families import LineStarts, may_hold_several
from ipseclint.formats.transcript.parting_lines import (
    ASCIIDOC,
    ASKS_OF_ONE,
    DELIMITER,
    END_OF_STORE,
    FENCE,
    HEADING,
    IS_OF_STORE,
    LISTED,
    LOOKS,
    MAY_PART,
    MORE,
    OF_SHELL,
    PROMPT,
    QUOTE,
    QUOTED,
    QUOTED_ALONE,
    SIGNS_OF_TAGS,
    TAG,
)
from ipseclint.late import late

_RULER = late(r"-{2,80}[ ]{1,80}-{2,80}[ -]*+\r?$")
_LISTED_PROPERTY = late(r"[A-Za-z][\w()]{0,60} {0,60}: ")
"""What stands below the head of a table, and how a list of properties begins."""
_SETTING = late(r"[ \t]{0,24}[\w.-]{1,60}[ \t]{0,24}(?:=|\{[ \t]*\r?$)")
"""A line of a file that sets up a peer."""
_STATEMENT = late(
    r"[ \t]{0,24}(?:\$\w+[ \t]*=|(?!get-|show-)[a-z]{2,12}-[a-z]{3,9}[a-z0-9]{0,40}[ \t]+[-@$\"']"
    r"|(?:foreach|if|while|switch|param)[ \t]*\(|function[ \t]+\w)",
    re.IGNORECASE,
)
"""A line of a script of PowerShell that is no look at what is there."""
_CMDLET = late(r"[ \t]*(?:[A-Za-z]{2,12}-[A-Za-z]{3,60}|-[A-Za-z]\w{1,60})(?=[ \t]|\r?$)")
_PARAMETER = late(r"[ \t]{0,24}-[A-Za-z]\w{1,60}(?:[ \t:]|\r?$)")
_MAX_OF_CHANGE = 50
"""So many lines on each side of one with a hyphen are looked at for a plus sign (reasoned)."""
_FILE = (
    r"(?:(?:~|[A-Za-z]:)?[/\\](?:[\w.-]{1,40}[/\\]){0,8})?"
    r"[\w.-]{1,60}\.(?:conf|cfg|secrets|log|txt|xml|reg|pbk|json|ya?ml|tf|inf|ini|csv)"
)
_END = (
    r"(?:(?:vpn|ipsec|windows|linux|strongswan|libreswan|cisco|mikrotik|fortigate|pfsense)[ ]){0,2}"
    r"(?:server|client|gateway|router|firewall|peer|initiator|responder|linux|windows)"
    r"(?:[ ](?:side|end|config|configuration|settings?|logs?))?"
)
_CAPTION = late(
    r"[ \t]{0,8}(?:\d{1,2}[.)]|[*_#>=-]{1,5})?[ ]{0,2}(?:"
    r"[^\W\d_][\w ()/'.&,-]{0,60}[*_]{0,3}[:\uff1a]"
    rf"|(?:[^\W\d_]{{1,20}}:[ ]|[$#][ ](?:sudo[ ])?(?:cat|less|more)[ ])?[`\"'<\[(]?{_FILE}[`\"'>\])]?"
    rf"(?:[ ]\(?(?:on|of|from|at)[ ][\w -]{{1,40}}\)?)?[*_]{{0,3}}:?"
    rf"|{_END}"
    r")(?:[ ]?[*_#<=-]{1,5})?>?[ \t]*\r?",
    re.IGNORECASE,
)
"""A line that announces what stands below it: words before a colon, the name of a file, one of two ends.

A file that Windows would run is none, since its name alone may be a command.
"""
_COPIES = 3
"""From so many times as many lines as there are distinct ones on, runs are sought (reasoned: else few are equal)."""
_GOES_ON = " `"
_NOT_IN_CONTEXT = frozenset({"ipsec", "advfirewall", "..", "pushd", "popd", "exit", "quit", "bye"})
"""What is typed at a prompt of netsh and leads elsewhere, whatever context the prompt shows."""


class Piece(Struct, frozen=True, dict=True):
    """Lines of one kind: `kind` is `output`, or the program that they were typed into; `lines` are numbered from 1.

    `margins` is the number of characters removed before a line, if any.
    """

    kind: str
    lines: dict[int, str]
    margins: Mapping[int, int] = {}

    @cached_property
    def text(self) -> str:
        """The lines alone, for recognition."""
        return "\n".join(self.lines.values())


class _Marks(Struct, frozen=True):
    """What cuts a text besides prompts, headings and commands: quote marks, AsciiDoc listings, tags.

    `once` has its distinct lines.
    """

    once: Collection[str]
    is_quoted: bool
    is_asciidoc: bool
    is_tagged: bool

    @classmethod
    def of(cls, once: Collection[str]) -> _Marks:
        """The marks in a text, given its distinct lines."""
        text = "\n".join(("", *once))
        folded = text.casefold()
        return cls(
            once,
            ">" in text and QUOTE.search(text) is not None,
            "[" in text and any(map(ASCIIDOC.fullmatch, once)),
            any(sign in folded for sign in SIGNS_OF_TAGS) and TAG.search(text) is not None,
        )

    def stops(self, lines: Sequence[str]) -> Iterable[int]:
        """The indices of lines at which the text may be cut."""
        if self.is_quoted or self.is_asciidoc:
            return range(len(lines))
        parting = {line for line in self.once if MAY_PART.match(line) or (self.is_tagged and TAG.search(line))}
        return compress(count(), map(parting.__contains__, lines)) if parting else ()


def pieces_of(lines: Mapping[int, str], begins: Collection[int] | None = None) -> Iterator[Piece]:
    """The pieces of numbered lines, in order; a line that only separates belongs to none.

    `begins`: the rows at which other outputs begin, if known already. Consecutive empty outputs are one piece.
    """
    is_empty = False
    for piece in _cut(lines, begins):
        was_empty, is_empty = is_empty, not piece.lines and piece.kind == "output"
        if not (was_empty and is_empty):
            yield piece


def _cut(lines: Mapping[int, str], begins: Collection[int] | None) -> Iterator[Piece]:
    texts = list(lines.values())
    marks = _Marks.of(frozenset(texts))
    begins = _begins_in(texts, marks, begins)
    return _cut_rows(lines, list(lines.items()), sorted({*marks.stops(texts), *begins}), begins, marks)


def _cut_rows(
    lines: Mapping[int, str],
    rows: Sequence[tuple[int, str]],
    stops: Iterable[int],
    begins: Collection[int],
    marks: _Marks,
    *,
    is_fenced: bool = False,
) -> Iterator[Piece]:
    """The pieces of some rows of a text, cut at most at `stops`; the line below the last tells whether that goes on."""
    cutter = _Cutter(lines, marks, is_fenced=is_fenced)
    begin = 0
    for stop in stops:
        yield from cutter.take(rows[begin:stop])
        if stop in begins:
            yield cutter.ended(_without_caption(cutter.output))
        yield from cutter.part(*rows[stop])
        begin = stop + 1
    yield from cutter.take(rows[begin:])
    yield Piece("output", cutter.output)


class Run(Struct, frozen=True, eq=False):
    """The pieces of the lines from one prompt, or the beginning of an output, up to the next, numbered from 1."""

    pieces: tuple[Piece, ...]


def runs_of(lines: Sequence[str], begins: Collection[int] | None = None) -> list[tuple[int, Run]] | None:
    """The runs of a text in which most lines come again, each with the number of lines above it.

    Those of equal lines are cut once, and are the same. None for any other text, and if something may reach from one
    into the next: quotes, tags, the rest of a command at a prompt.
    """
    once = frozenset(lines)
    if len(lines) < _COPIES * len(once):
        return None
    marks = _Marks.of(once)
    if marks.is_quoted or marks.is_asciidoc or marks.is_tagged:
        return None
    parting = list(marks.stops(lines))
    stopping = {lines[at] for at in parting}
    prompts = {line: prompt for line in stopping if (prompt := PROMPT.match(line)) is not None}
    if any(is_rest(prompt["typed"]) for prompt in prompts.values()):
        return None
    begins = _begins_in(lines, marks, begins)
    fences = frozenset(filter(_is_fence, stopping))
    starts = sorted({0, *begins, *(at for at in parting if lines[at] in prompts or lines[at] in fences), len(lines)})
    stops = frozenset((*parting, *begins))
    made: dict[tuple[bool, bool, tuple[str, ...]], Run] = {}
    runs: list[tuple[int, Run]] = []
    is_fenced = False
    for begin, end in pairwise(starts):
        key = is_fenced, end in begins, tuple(lines[begin : end + 1])
        if (run := made.get(key)) is None:
            cut = [at - begin for at in range(begin, end) if at in stops]
            run = made[key] = _run(*key, end - begin, cut, marks)
        runs.append((begin, run))
        is_fenced = is_fenced is not (lines[begin] in fences)
    return runs


def _run(
    is_fenced: bool, is_begun: bool, lines: Sequence[str], length: int, stops: Iterable[int], marks: _Marks
) -> Run:
    """A run of so many lines, with the line below, which tells whether a command goes on. `is_fenced`: it begins in a
    block of code; `is_begun`: an output begins below it."""
    numbered = dict(enumerate(lines, start=1))
    rows = list(numbered.items())[:length]
    *pieces, last = _cut_rows(numbered, rows, stops, (), marks, is_fenced=is_fenced)
    return Run((*pieces, Piece(last.kind, _without_caption(last.lines)) if is_begun else last))


class _Cutter:
    """Cuts a text line by line: `output` is what is shown since the last cut.

    `kind` is the program into which the last line was typed, empty behind the first line of its answer; `typed` is what
    stands in the last line at which the text may be cut, or in what goes on with that.
    """

    def __init__(self, lines: Mapping[int, str], marks: _Marks, *, is_fenced: bool) -> None:
        self._lines = lines
        self._marks = marks
        self._is_fenced = is_fenced
        self._kind = self._typed = ""
        self.output: dict[int, str] = {}

    def ended(self, output: dict[int, str]) -> Piece:
        """The output as a piece; what follows is another, and nothing is typed."""
        self.output, self._kind = {}, ""
        return Piece("output", output)

    def take(self, rows: Sequence[tuple[int, str]]) -> Iterator[Piece]:
        """Takes lines at which nothing is cut: first the rest of what was typed, each line a piece, then output."""
        taken = 0
        while self._kind and taken < len(rows):
            number, line = rows[taken]
            taken += 1
            following = self._lines.get(number + 1, "")
            if self._goes_on(line, following):
                self._typed = _with_parameters(line, following) if self._kind == "powershell" else line
                yield Piece(self._kind, {number: self._typed})
            else:
                self._show(number, line)
        self.output.update(rows[taken:])

    def part(self, number: int, line: str) -> Iterator[Piece]:
        """Takes a line at which the text may be cut."""
        tag = TAG.search(line) if self._marks.is_tagged else None
        if self._marks.is_quoted and (quote := QUOTED.match(line)):
            line = " " * quote.end() + line[quote.end() :]
        if tag is not None:
            yield from self._part_at_tag(number, line, tag.start())
            return
        self._typed = line
        if self._kind and MORE.match(line):
            yield Piece(self._kind, {number: MORE.sub(_blank, line)})
        elif (cut := _cut_at(number, line, self._lines, self._marks, is_fenced=self._is_fenced)) is not None:
            self._is_fenced = self._is_fenced is not cut.is_fence
            yield Piece("output", _ended(self.output, number, line))
            yield from cut.pieces
            self.output, self._kind, self._typed = cut.output, cut.kind, cut.typed
        else:
            self._show(number, line)

    def _part_at_tag(self, number: int, line: str, begin: int) -> Iterator[Piece]:
        """Cuts before a line that a tag begins, and behind one that a tag ends."""
        if not line[:begin].strip():
            yield self.ended(self.output)
        self.output[number] = TAG.sub(_blank, line)
        if not self.output[number][len(line.rstrip()) - 1 :].strip():
            yield Piece("output", self.output)
            self.output = {}

    def _goes_on(self, line: str, following: str) -> bool:
        """Whether a line goes on with what was typed above it."""
        is_parameter = self._typed.endswith(_GOES_ON) and _PARAMETER.match(line) is not None
        return is_parameter or is_rest(line) or is_cut(self._typed, line, following)

    def _show(self, number: int, line: str) -> None:
        """A line of output: unless it is empty, nothing below it goes on with what was typed."""
        self._kind = self._kind if not line.strip() else ""
        self.output[number] = line


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _without_caption(output: dict[int, str]) -> dict[int, str]:
    """The output without a last line that stands apart and announces what begins below it: `Windows client:`."""
    rows = [number for number, line in output.items() if line.strip()]
    is_apart = len(rows) > 1 and rows[-1] - 1 != rows[-2]
    if not is_apart or _CAPTION.fullmatch(output[rows[-1]]) is None:
        return output
    return {number: line for number, line in output.items() if number != rows[-1]}


def _ended(output: dict[int, str], number: int, line: str) -> dict[int, str]:
    """The output, with the next line if that ends a listing of a store."""
    return {**output, number: line} if END_OF_STORE.match(line) else output


def _turns(lines: Sequence[str]) -> frozenset[int]:
    """The rows where quoting begins or ends: behind an empty line, below words that announce it, or for good.

    A line without the mark between two that have it is the rest of a line that a mail broke, and what follows a single
    line with the mark goes on with it, as Markdown has it.
    """
    written = [(at, QUOTED.match(line) is not None) for at, line in enumerate(lines) if line.strip()]
    turns = [(last, at, now) for (last, before), (at, now) in pairwise(written) if now is not before]
    return frozenset(
        at
        for (last, at, now), (end, again, _) in pairwise((*turns, (len(lines), len(lines) + 2, True)))
        if at > last + 1
        or (lines[last].rstrip().endswith(":") if now else again > end + 1 and _is_of_several(lines, last))
    )


def _is_of_several(lines: Sequence[str], last: int) -> bool:
    """Whether the last line of a quotation has one above it."""
    return last > 0 and QUOTED.match(lines[last - 1]) is not None


def _begins_in(lines: Sequence[str], marks: _Marks, known: Collection[int] | None) -> Collection[int]:
    """The rows where something other begins: an output, a quote, or the text below a quote."""
    if marks.is_quoted:
        return _begins([QUOTED.sub("", line) for line in lines]) | _turns(lines)
    return _begins(lines) if known is None else known


def _begins(lines: Sequence[str]) -> frozenset[int]:
    """The rows at which other outputs begin."""
    return frozenset(beginnings(lines)) if may_hold_several(LineStarts(set(lines))) else frozenset()


class _Cut(Struct, frozen=True):
    """What a cutting line begins: pieces of its own, the next output, text typed at a prompt.

    `is_fence`: it begins or ends a block of code in Markdown.
    """

    pieces: tuple[Piece, ...]
    output: dict[int, str]
    kind: str
    typed: str
    is_fence: bool = False


def _cut_at(number: int, line: str, lines: Mapping[int, str], marks: _Marks, *, is_fenced: bool) -> _Cut | None:
    """What a line begins; None if it does not cut, such as a comment within a Markdown fence."""
    if _is_fence(line):
        return _Cut((), {}, "", line, is_fence=True)
    prompt = PROMPT.match(line)
    typed = line if prompt is None else _typed(prompt, line)
    if ASKS_OF_ONE.match(typed.lstrip()):
        return _Cut((), {number: typed}, "", typed)
    if prompt is not None:
        kind = "powershell" if prompt["powershell"] else "cmd"
        typed = _with_parameters(typed, lines.get(number + 1, "")) if prompt["powershell"] else typed
        return _Cut((Piece(kind, {number: typed}),), {}, kind, typed)
    if (quoted := QUOTED_ALONE.fullmatch(line)) and not is_fenced:
        kind = "cmd" if quoted["shell"] else "powershell"
        typed = " " * quoted.start("typed") + quoted["typed"]
        return _Cut((Piece(kind, {number: typed}),), {}, "", typed)
    if listed := LISTED.match(line):
        if _is_of_change(number, lines):
            return _Cut((), {}, "", typed)
        kind = "cmd" if listed["cmdlet"] is None else "powershell"
        return _Cut((Piece(kind, {number: " " * listed.end() + line[listed.end() :]}),), {}, "", typed)
    is_mark = (
        (marks.is_asciidoc and (ASCIIDOC.fullmatch(line) or DELIMITER.fullmatch(line)))
        or FENCE.fullmatch(line)
        or (_is_heading(line) and not _is_comment(line, lines.get(number + 1, ""), is_fenced=is_fenced))
        or LOOKS.match(line)
        or OF_SHELL.match(line)
        or (END_OF_STORE.match(line) and not _is_of_store(number + 1, lines))
    )
    return _Cut((), {}, "", typed) if is_mark else None


def _is_fence(line: str) -> bool:
    """Whether a line begins or ends a block of code in Markdown."""
    return line.lstrip()[:3] in FENCES and FENCE.fullmatch(line) is not None


def _is_of_store(number: int, lines: Mapping[int, str]) -> bool:
    """Whether the next line that is not empty belongs to a listing of a certificate store, or there is none."""
    while number in lines and not lines[number].strip():
        number += 1
    return number not in lines or IS_OF_STORE.match(lines[number]) is not None


def _with_parameters(typed: str, following: str) -> str:
    """A typed PowerShell line; with a continuation mark if a document broke it before a parameter."""
    is_broken = _PARAMETER.match(following) is not None and _CMDLET.match(typed) is not None
    return f"{typed.rstrip().removesuffix(_GOES_ON)}{_GOES_ON}" if is_broken else typed


def is_cut(typed: str, line: str, following: str, width: int = 0) -> bool:
    """Whether a typed line continues on the next, which is no table header or printed property. `width` is that of the
    console, if it is known."""
    is_printed = _RULER.match(following) is not None or _LISTED_PROPERTY.match(line) is not None
    if is_printed:
        return False
    return goes_on_in(typed, line, width)


def _is_of_change(number: int, lines: Mapping[int, str]) -> bool:
    """Whether a line is one that a change takes out, as lines beside it tell that it puts in."""
    if not lines[number].lstrip().startswith("-"):
        return False
    for step in (1, -1):
        for row in range(number + step, number + step * _MAX_OF_CHANGE, step):
            if (line := lines.get(row, "").lstrip())[:1] == "+":
                return True
            if line[:1] != "-":
                break
    return False


def _is_heading(line: str) -> bool:
    """Whether a line is a heading of a collector or of Markdown, or a ruler that belongs to no output."""
    return HEADING.match(line) is not None


def _is_comment(line: str, following: str, *, is_fenced: bool) -> bool:
    """Whether a line with a heading's mark is a comment, as in configurations of peers and PowerShell scripts."""
    mark = line.lstrip()[:1]
    is_code = _SETTING.match(following) is not None or _STATEMENT.match(following) is not None
    return mark == "#" and (line[:1] != "#" or is_code or is_fenced)


def _typed(prompt: re.Match[str], line: str) -> str:
    """The typed text in its columns; in a netsh context, with the words of the context."""
    begin = prompt.start("typed")
    if prompt["netsh"] is None:
        return " " * begin + line[begin:]
    words = prompt["context"] or ""
    if prompt["typed"].split(" ")[0].casefold() in _NOT_IN_CONTEXT:
        words = ""
    return (" " * (prompt.start("netsh") + len("netsh")) + words).ljust(begin) + line[begin:]
