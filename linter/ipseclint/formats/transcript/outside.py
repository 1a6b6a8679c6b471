"""Text of a document or page outside its code blocks: reported if it bears on IPsec, and not read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count, takewhile

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.parsed import SCRIPT_FORMATS, Format
from ipseclint.formats.pasted.document_blocks import Block, outside
from ipseclint.formats.pasted.documents import is_of_shell
from ipseclint.formats.pasted.inline_commands import COMMAND_ALONE, Told, tell
from ipseclint.formats.pasted.prose import COMMAND, may_command
from ipseclint.formats.pasted.signs import CMD, NETSH, POWERSHELL
from ipseclint.formats.transcript.forms import FormOf, KnownPieces, formed
from ipseclint.formats.transcript.piece import Piece
from ipseclint.late import late
from ipseclint.source import text_source
from ipseclint.vocabulary.ipsec_tools import mention_in

_AT_PROMPT = late(rf"[ \t]*(?:{POWERSHELL}|{CMD}|{NETSH})[ \t]*")
_OF_SENTENCES = frozenset({"event-text", "ike-log", "collector-notes"})
"""Formats whose lines read as prose does."""
_NAME = "outside.log"
"""A name that says of no language that a text is in it."""


_OF_SEVERAL_BLOCKS = "several blocks of code share this line, of which the last is read: begin a line with each"
_NOT_READ = "outside of the {}'s blocks of code"
_MAX_PARAGRAPHS = 20
"""How many paragraphs above an output are looked at for its place (reasoned)."""
_Line = tuple[int, int, str]
"""Where a piece of a line begins, line and column from 1, and the piece."""


def tell_outside_of_document(
    lines: Sequence[str], blocks: Sequence[Block], form_of: FormOf, diagnostics: Diagnostics
) -> None:
    """Report commands and outputs outside a document's blocks; those in a sentence are no policy."""
    is_script = is_of_shell(lines[0] if lines else "", diagnostics.path)
    told: list[Told] = []
    rest: list[_Line] = []
    for number, line in outside(lines, blocks):
        commands = list(COMMAND.finditer(line)) if may_command(line) else []
        for match in commands:
            before = line[: match.start()]
            if before.strip() and _AT_PROMPT.fullmatch(before) is None and not is_script:
                told.append(Told(number, match.start() + 1, match[0]))
            else:
                _tell_command(number, match.start() + 1, match[0], "document", diagnostics)
        named = mention_in(line) if is_script and not commands and line.lstrip()[:1] != "#" else None
        if named is not None:  # what a shell prints, or has another machine run
            begin = max(0, line.casefold().find(named.words))
            _tell_command(number, begin + 1, named.words, "document", diagnostics)
        rest.append((number, 1, "" if commands or named else line))
    tell(told, diagnostics)
    _tell_others(rest, "document", form_of, diagnostics)


def tell_outside_of_page(text: str, form_of: FormOf, diagnostics: Diagnostics) -> None:
    """Report commands and outputs outside a page's blocks, and lines of which several blocks have a part."""
    from ipseclint.formats.pasted.html_blocks import around_blocks

    shared, outside = around_blocks(text)
    for number in shared:
        diagnostics.not_understood(_OF_SEVERAL_BLOCKS, diagnostics.place(number, 1))
    rest: list[_Line] = []
    for number, column, line in outside:
        commands = list(COMMAND.finditer(line))
        for match in commands:
            _tell_command(number, column + match.start(), match[0], "page", diagnostics)
        rest.append((number, column, "" if commands else line))
    _tell_others(rest, "page", form_of, diagnostics)


def _tell_others(lines: Sequence[_Line], what: str, form_of: FormOf, diagnostics: Diagnostics) -> None:
    left: list[str] = []
    for number, column, line in lines:
        prompt = _AT_PROMPT.match(line)
        begin = len(line) - len(line.lstrip()) if prompt is None else prompt.end()
        match = COMMAND_ALONE.match(line, begin)
        is_told = match is not None and mention_in(match[0]) is not None
        if match is not None and is_told:
            _tell_command(number, column + begin, match[0], what, diagnostics)
        left.append("" if is_told else line)
    for form, row in _outputs("\n".join(left), form_of):
        number, column, line = lines[row - 1]
        begin = len(line) - len(line.lstrip())
        message = f"this reads as {quoted(form.name)} {_NOT_READ.format(what)}: it is not read"
        diagnostics.not_understood(message, diagnostics.place(number, column + begin, len(line.strip())))


def _outputs(text: str, form_of: FormOf) -> Iterator[tuple[Format, int]]:
    """The format of each output in a text, with the row where it begins."""
    known = KnownPieces(text_source(_NAME, text))
    for form, piece in formed(text, known, form_of, is_written=known.may_hold_prose(text)):
        if form.name not in SCRIPT_FORMATS | _OF_SENTENCES:
            yield form, _row_of(form, piece, form_of)


def _row_of(form: Format, piece: Piece, form_of: FormOf) -> int:
    """The row of the paragraph by which a piece is recognised; its first row if there is none."""
    rows = [row for row, line in piece.lines.items() if line.strip()]
    begins = [row for row in rows if not piece.lines.get(row - 1, "").strip()]
    for begin in begins[:_MAX_PARAGRAPHS]:
        paragraph = takewhile(lambda row: piece.lines.get(row, "").strip(), count(begin))
        if form_of(_NAME, "\n".join(piece.lines[row] for row in paragraph)) is form:
            return begin
    return rows[0]


def _tell_command(number: int, column: int, words: str, what: str, diagnostics: Diagnostics) -> None:
    message = f"a command {_NOT_READ.format(what)} is not read"
    diagnostics.not_understood(message, diagnostics.place(number, column, len(words)))
