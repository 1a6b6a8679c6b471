"""The format of each piece of a text: outputs one by one, typed lines together.

Prose is dropped from output, and commands answered by an error from typed lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, TypeAlias

from ipseclint.formats.netsh.wrapped import is_rest
from ipseclint.formats.parsed import SCRIPT_FORMATS, Format
from ipseclint.formats.pasted.documents import WITH_TABLES, blocks_of, is_document
from ipseclint.formats.pasted.help_pages import without_help
from ipseclint.formats.pasted.inline_commands import MARKDOWN
from ipseclint.formats.pasted.marks import unmarked, unstamped
from ipseclint.formats.pasted.prose import LETTERS, IsProse, blocks_between, is_prose, may_stand, names_only
from ipseclint.formats.pasted.signs import FENCES
from ipseclint.formats.readers import is_page
from ipseclint.formats.transcript.families import family_of
from ipseclint.formats.transcript.parting_lines import LOOKS
from ipseclint.late import late, late_names
from ipseclint.source import DOCUMENTS, Source, begin_of, lines_of_text, look_of, suffix_of, text_source

if TYPE_CHECKING:
    from ipseclint.formats.pasted.list_marks import Bare, without_list_marks
    from ipseclint.formats.transcript.beginnings import beginnings, below
    from ipseclint.formats.transcript.carried_out import carried_out, without_text_below
    from ipseclint.formats.transcript.failed_commands import Failure
    from ipseclint.formats.transcript.margins import without_margin, without_margins
    from ipseclint.formats.transcript.piece import Piece
    from ipseclint.formats.transcript.pieces import Run, pieces_of, runs_of
else:
    Bare, without_list_marks = late_names("ipseclint.formats.pasted.list_marks", "Bare", "without_list_marks")
    beginnings, below = late_names("ipseclint.formats.transcript.beginnings", "beginnings", "below")
    carried_out, without_text_below = late_names(
        "ipseclint.formats.transcript.carried_out", "carried_out", "without_text_below"
    )
    without_margin, without_margins = late_names(
        "ipseclint.formats.transcript.margins", "without_margin", "without_margins"
    )
    (Piece,) = late_names("ipseclint.formats.transcript.piece", "Piece")
    pieces_of, runs_of = late_names("ipseclint.formats.transcript.pieces", "pieces_of", "runs_of")

_SCRIPT = "powershell-script"
_ASSIGNS = late(r"\s*\$\w+[ \t]*=")
_OF_SENTENCES = frozenset({"event-text", "ike-log"})
"""Formats whose own lines read as prose does."""


_SEVERAL = 2
"""So many pieces of one format are several."""

_LEAVES = frozenset({"exit", "exit-pssession"})
"""Commands that end a session, behind which others may follow in the text."""

FormOf: TypeAlias = Callable[[str, str], Format | None]
"""A function for the format of a piece, given the path of its input and its text."""
_Tell: TypeAlias = "Callable[[Piece], tuple[Format | None, Piece]]"
"""A function for the format of a piece, and the piece as it is read."""


def _same_if_equal(text: str, kept: str) -> str:
    """What was kept of an equal text, or the text itself, by which callers tell that nothing was blanked."""
    return text if kept == text else kept


class KnownPieces:
    """Cached pieces of one text, shared by recognition and reading."""

    def __init__(self, source: Source) -> None:
        self.path = source.path
        suffix = suffix_of(source.path)
        self._is_letter, self._is_named_document = suffix in LETTERS, suffix in DOCUMENTS
        self._forms: dict[tuple[str, str], Format | None] = {}
        self._pieces: dict[str, tuple[list[Piece], Iterator[Piece]]] = {}
        self._begins: dict[str, frozenset[int]] = {}
        self._lines: dict[str, list[str]] = {}
        self._holds_prose: dict[str, bool] = {}
        self._unstamped: dict[str, str] = {}
        self._unmarked: dict[tuple[str, str], str] = {}
        self._bare: dict[str, Bare] = {}
        self._without_help: dict[str, tuple[str, tuple[str, ...]]] = {}
        self.of_none: set[str] = set()
        """Texts of pieces that are of no format, without a margin and below a line too."""
        self.read: dict[str, set[int]] = {}
        """The rows of the source that each format was given to read, by its name."""
        self.plain: str | None = None
        """The text of which it is known that it is no document in a markup language."""

    @cached_property
    def is_prose(self) -> IsProse:
        """Whether a line reads like a sentence."""
        return cache(is_prose)

    def may_hold_prose(self, text: str, lines: str | None = None, words: Callable[[], str] | None = None) -> bool:
        """Whether prose may be between pasted parts, judged by the file's name and the lines.

        `lines` are the distinct lines, of which `words` gives the folded words: less to search.
        """
        if lines is not None:
            return self._is_plain(text) and may_stand(lines, self.is_prose, words)
        if text not in self._holds_prose:
            self._holds_prose[text] = self._is_plain(text) and may_stand(text, self.is_prose)
        return self._holds_prose[text]

    def _is_plain(self, text: str) -> bool:
        """Whether a text is a letter, or a document without marks."""
        return self._is_letter or (
            self._is_named_document and not self._is_fenced(text) and not is_document(text, self.path)
        )

    def _is_fenced(self, text: str) -> bool:
        """Whether a document has fences: of tildes only Markdown has some, elsewhere they underline a title."""
        is_markdown = suffix_of(self.path) in MARKDOWN
        return any(map(text.__contains__, FENCES if is_markdown else FENCES[:1]))

    def handed_on(self, pieces: Iterable[tuple[Format, dict[int, str]]]) -> list[tuple[Format, dict[int, str]]]:
        """The lines that formats are given to read; which ones is kept."""
        given = list(pieces)
        for form, rows in given:
            self.read.setdefault(form.name, set()).update(rows)
        return given

    def others_begin(self, text: str, own: Collection[str] = ()) -> bool:
        """Whether outputs of other families begin in a text that looks so.

        A text counts as one if it begins like its `own` families, as do all outputs in it.
        """
        lines = self.lines(text)
        self._begins[text] = begins = frozenset(beginnings(lines))
        first = next(filter(str.strip, lines), "")
        return bool(begins) and any(family_of(line) not in own for line in {first, *(lines[at] for at in begins)})

    def by(self, recognise: Callable[[Source], Format | None]) -> FormOf:
        """A cached function for the format of a piece."""

        def form_of(path: str, text: str) -> Format | None:
            if (path, text) not in self._forms:
                self._forms[path, text] = recognise(text_source(path, text))
            return self._forms[path, text]

        return form_of

    def unstamped(self, text: str) -> str:
        """The text with what a log has before each line blanked; the same object if it has none."""
        if text not in self._unstamped:
            self._unstamped[text] = unstamped(text)
        return _same_if_equal(text, self._unstamped[text])

    def unmarked(self, text: str, once: str) -> str:
        """The text with its marks blanked; the same object if it has none. `once` has its distinct lines."""
        if (text, once) not in self._unmarked:
            self._unmarked[text, once] = unmarked(text, once, self.unstamped)
        return _same_if_equal(text, self._unmarked[text, once])

    def bare(self, text: str) -> Bare:
        """The text without marks of a list before each line of an output or a script."""
        if text not in self._bare:
            has_tables = suffix_of(self.path) not in WITH_TABLES
            self._bare[text] = without_list_marks(text, has_tables=has_tables)
        return self._bare[text]

    def without_help(self, text: str, once: str | None) -> tuple[str, tuple[str, ...]]:
        """The text without what is help, and the subjects of that. `once` has its distinct lines."""
        if text not in self._without_help:
            self._without_help[text] = without_help(text, once)
        return self._without_help[text]

    def pieces(self, text: str) -> Iterator[Piece]:
        """The pieces of a text, or of a page's code blocks, cut on demand."""
        if text not in self._pieces:
            self._pieces[text] = [], self._cut(text)
        cut, rest = self._pieces[text]
        yield from cut[:]
        for piece in rest:
            cut.append(piece)
            yield piece

    def runs(self, text: str) -> list[tuple[int, Run]] | None:
        """The runs of a text that is no document and was not cut; None if it has none that are equal."""
        if text is not self.plain or text in self._pieces or is_page(text):
            return None
        return runs_of(self.lines(text), self._begins.get(text))

    def lines(self, text: str) -> list[str]:
        """The lines of a text."""
        if text not in self._lines:
            self._lines[text] = lines_of_text(text)
        return self._lines[text]

    def _cut(self, text: str) -> Iterator[Piece]:
        if is_page(text):
            from ipseclint.formats.pasted.html_blocks import blocks_of as blocks_of_page

            return (piece for block in blocks_of_page(text) for piece in _pieces_of_block(block))
        lines = self.lines(text)
        blocks = None if text is self.plain else blocks_of(text, self.path, lines)
        if blocks is not None:
            return (piece for block in blocks for piece in _pieces_of_block(block))
        rows = dict(enumerate(lines, start=1))
        if any(map(text.__contains__, FENCES)) or text[max(begin_of(text) - 1, 0) :][:1] in {" ", "\t"}:
            bare = without_margins(rows)
            if len(bare.margins) > 1:
                return _at_columns(pieces_of(bare.lines), bare.margins, rows)
        return pieces_of(rows, self._begins.get(text))


def _pieces_of_block(block: dict[int, str]) -> Iterator[Piece]:
    """The pieces of a block of a page, at their columns: what is indented as a whole is cut as if it were not."""
    bare = without_margins(block)
    return _at_columns(pieces_of(bare.lines), bare.margins, block) if bare.margins else pieces_of(block)


def _at_columns(pieces: Iterable[Piece], margins: Mapping[int, int], rows: Mapping[int, str]) -> Iterator[Piece]:
    """Pieces that were cut without margins, with what stands in the rows for these."""
    return (
        Piece(piece.kind, {row: rows[row][: margins.get(row, 0)] + line for row, line in piece.lines.items()})
        for piece in pieces
    )


def formed(
    text: str,
    known: KnownPieces,
    form_of: FormOf,
    failed: list[tuple[Piece, Failure]] | None = None,
    *,
    is_written: bool,
) -> Iterator[tuple[Format, Piece]]:
    """The pieces with a format, each with it: outputs in order, then the lines typed into each program.

    `failed` receives typed commands that ended in an error, which are then no pieces.
    """
    pieces = known.pieces(text)
    told = partial(_told, known=known, form_of=form_of)
    parts = partial(_parts, known=known, told=told, is_written=is_written)
    typed = _Typed()
    assigned: list[Piece] = []
    for piece in pieces if failed is None else without_text_below(carried_out(pieces, failed)):
        if piece.kind != "output":
            typed.take(piece)
            continue
        own = list(parts(piece))
        if not own and (values := _assigned(piece, known)) is not None:
            assigned.append(values)
        for form, part in own:
            if form.name == _SCRIPT:
                yield from ((form, before) for before in assigned)  # what it takes is set above a heading or a fence
                assigned.clear()
            yield form, part
    yield from typed.formed(known.path, form_of)


def _assigned(piece: Piece, known: KnownPieces) -> Piece | None:
    """The lines of a piece without prose, if each gives a variable of PowerShell its value, or is a comment."""
    if not any(map(_ASSIGNS.match, piece.lines.values())):
        return None
    lines = {row: line for row, line in piece.lines.items() if line.strip() and not known.is_prose(line)}
    are_values = all(_ASSIGNS.match(line) or line.lstrip()[:1] == "#" for line in lines.values())
    return Piece(piece.kind, lines) if are_values else None


def formats_in(text: str, known: KnownPieces, form_of: FormOf, *, is_written: bool) -> Iterator[Format]:
    """The formats of the pieces alone, outputs before typed lines. Outputs that are equal are told once, and those of a
    format that differ in numbers alone; runs of equal lines are cut once, and those behind the second are left
    out: they make neither another format nor another number than several."""
    told: dict[str, tuple[Format | None, Piece]] = {}
    of_looks: dict[str, Format] = {}
    of_pieces: dict[str, list[Format]] = {}

    def told_once(piece: Piece) -> tuple[Format | None, Piece]:
        own = piece.text
        if own not in told:
            look = look_of(own)
            told[own] = (of_looks[look], piece) if look in of_looks else _told(piece, known, form_of)
            form, _ = told[own]
            if form is not None:
                of_looks[look] = form
        return told[own]

    def formats(piece: Piece) -> list[Format]:
        own = piece.text
        if own not in of_pieces:
            of_pieces[own] = [form for form, _ in _parts(piece, known, told_once, is_written=is_written)]
        return of_pieces[own]

    runs = known.runs(text)
    if runs is None:
        typed = _Typed()
        for piece in known.pieces(text):
            if piece.kind == "output":
                yield from formats(piece)
            else:
                typed.take(piece)
        yield from (form for form, _ in typed.formed(known.path, form_of))
        return
    order = [run for _, run in runs]
    for run, times in Counter(order).items():
        outputs = (piece for piece in run.pieces if piece.kind == "output")
        yield from [form for piece in outputs for form in formats(piece)] * min(times, _SEVERAL)
    yield from (form for form, _ in _formed(_typed_in(order), known.path, form_of))


class _Typed:
    """The lines typed into each program."""

    def __init__(self) -> None:
        self._lines: dict[str, dict[int, str]] = {}

    def take(self, piece: Piece) -> None:
        """Take a piece."""
        self._lines.setdefault(piece.kind, {}).update(piece.lines)

    def pieces(self) -> Iterator[Piece]:
        """What was typed into each program but to look at something or to leave it."""
        for kind, own in self._lines.items():
            lines = {row: line for row, line in _without_looks(own).items() if line.strip().casefold() not in _LEAVES}
            if lines:
                yield Piece(kind, lines)

    def formed(self, path: str, form_of: FormOf) -> Iterator[tuple[Format, Piece]]:
        """The same, each with its format; nothing if it has none."""
        return _formed(self.pieces(), path, form_of)


def _formed(typed: Iterable[Piece], path: str, form_of: FormOf) -> Iterator[tuple[Format, Piece]]:
    """The pieces of typed lines that have a format, each with it."""
    for piece in typed:
        if (form := form_of_typed(piece, path, form_of)) is not None:
            yield form, piece


def _typed_in(runs: Sequence[Run]) -> Iterator[Piece]:
    """What was typed into each program in all runs, as text alone: of equal ones it is made once."""
    texts: dict[str, dict[Run, str]] = {}
    for run in dict.fromkeys(runs):
        typed = _Typed()
        for piece in run.pieces:
            if piece.kind != "output":
                typed.take(piece)
        for piece in typed.pieces():
            texts.setdefault(piece.kind, {})[run] = piece.text
    for kind, own in texts.items():
        yield Piece(kind, dict(enumerate(own[run] for run in runs if run in own)))


def _parts(piece: Piece, known: KnownPieces, told: _Tell, *, is_written: bool) -> Iterator[tuple[Format, Piece]]:
    """An output with its format, or the parts between its prose if it may have such; none if nothing has a format."""
    form, own = told(piece)
    if is_written:
        yield from _between_prose(piece, form, known, told)
    elif form is not None:
        yield form, own


def _without_looks(typed: Mapping[int, str]) -> dict[int, str]:
    """Typed lines without commands that only query, including their continuations."""
    kept: dict[int, str] = {}
    dropped = 0
    for number, line in typed.items():
        if LOOKS.match(line.strip()) or (dropped == number - 1 and is_rest(line)):
            dropped = number
        else:
            kept[number] = line
    return kept


def form_of_typed(typed: Piece, path: str, form_of: FormOf) -> Format | None:
    """The format of typed lines; at a PowerShell prompt they are a script."""
    name = f"{path}.ps1" if typed.kind == "powershell" else path
    return form_of(name, typed.text)


def _told(piece: Piece, known: KnownPieces, form_of: FormOf) -> tuple[Format | None, Piece]:
    """The format of a piece, and the piece, without its margin if it is an output recognised so.

    A piece without a format may have one below a line that somebody wrote above it: a name, a time, a caption.
    """
    text = piece.text
    if text in known.of_none:
        return None, piece
    form, told = _told_whole(piece, text, known.path, form_of)
    if form is None and (rest := below(piece.lines)):
        lower = Piece(piece.kind, rest)
        return _told_whole(lower, lower.text, known.path, form_of)
    if form is None:
        known.of_none.add(text)
    return form, told


def _told_whole(piece: Piece, text: str, path: str, form_of: FormOf) -> tuple[Format | None, Piece]:
    bare = without_margin(piece)
    if bare.margins:
        form = form_of(path, bare.text)
        if form is not None and form.name not in SCRIPT_FORMATS:
            return form, bare
    return form_of(path, text), piece


def _between_prose(
    piece: Piece, form: Format | None, known: KnownPieces, told: _Tell
) -> Iterator[tuple[Format, Piece]]:
    """The parts between the prose of a piece, each with its format; the whole piece if none has another format."""
    taken: set[int] = set()
    is_cut = False
    assigned: list[Piece] = []
    for lines in blocks_between(piece.lines, known.is_prose):
        own, block = told(Piece("output", lines))
        if own is None and _ASSIGNS.match(block.text):
            assigned.append(block)
        if own is not None and own.name == _SCRIPT:
            yield from ((own, before) for before in assigned)  # what the script takes is set up before a sentence
            assigned.clear()
        if own is not None and not (form is own and own.name in _OF_SENTENCES):
            is_cut = True
            yield own, block
            taken.update(lines)
    if form is None or (form.name == _SCRIPT and names_only(piece.text)):
        return
    left = Piece("output", {number: line for number, line in piece.lines.items() if number not in taken})
    own, left = told(left)
    form = own if is_cut else form
    if form is not None and (not is_cut or form.name in _OF_SENTENCES):
        yield form, left


def has_pieces(text: str, known: KnownPieces, form_of: FormOf) -> bool:
    """Whether a piece of a text has a format."""
    return any(True for _ in formats_of_pieces(text, known, form_of))


def formats_of_pieces(text: str, known: KnownPieces, form_of: FormOf) -> Iterator[Format]:
    """The formats of the pieces of a text."""
    return formats_in(text, known, form_of, is_written=known.may_hold_prose(text))
