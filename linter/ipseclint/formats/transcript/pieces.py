"""Cuts a text of several outputs into pieces, each of one kind: an output, or lines typed into one program.

A line that only separates belongs to no piece; the others keep their numbers and columns.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import compress, count, pairwise

from msgspec import Struct

from ipseclint.formats.netsh.wrapped import is_rest
from ipseclint.formats.transcript.beginnings import beginnings
from ipseclint.formats.transcript.cutting_lines import GOES_ON, PARAMETER, cut_at, is_cut, is_fence, with_parameters
from ipseclint.formats.transcript.families import LineStarts, may_hold_several
from ipseclint.formats.transcript.parting_lines import (
    ASCIIDOC,
    END_OF_STORE,
    MAY_PART,
    MORE,
    PROMPT,
    QUOTE,
    QUOTED,
    SIGNS_OF_TAGS,
    TAG,
)
from ipseclint.formats.transcript.piece import Piece
from ipseclint.late import late

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
    fences = frozenset(filter(is_fence, stopping))
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
                self._typed = with_parameters(line, following) if self._kind == "powershell" else line
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
        elif (
            cut := cut_at(number, line, self._lines, is_asciidoc=self._marks.is_asciidoc, is_fenced=self._is_fenced)
        ) is not None:
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
        is_parameter = self._typed.endswith(GOES_ON) and PARAMETER.match(line) is not None
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
