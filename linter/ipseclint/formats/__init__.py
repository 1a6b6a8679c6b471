"""The formats that are read: each is recognised by content, and parsed into the same model."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache, partial
from itertools import takewhile
from operator import methodcaller
from typing import TYPE_CHECKING

from ipseclint.formats.parsed import SCRIPT_FORMATS, Format
from ipseclint.formats.readers import (
    BEGINNING_CHARACTERS,
    FEW_READERS,
    NAMED_AS_TABLES,
    Looked,
    Reader,
    Shape,
    first_of,
    formats_of,
    has_text_below,
    has_text_below_json,
    is_of,
    is_page,
    may_be_in,
    shape_of,
    with_sign,
)
from ipseclint.formats.rows import BY_COLLECTOR, NOTES, OF_SENTENCES, READERS, SCRIPT
from ipseclint.formats.transcript.forms import KnownPieces
from ipseclint.formats.transcript.recognition import is_transcript
from ipseclint.late import late, late_names
from ipseclint.source import DOCUMENTS, Source, bytes_source, first_line, suffix_of

if TYPE_CHECKING:
    from ipseclint.formats.transcript.page_lines import is_page_of_lines
    from ipseclint.formats.transcript.script_comments import without_comments
else:
    (is_page_of_lines,) = late_names("ipseclint.formats.transcript.page_lines", "is_page_of_lines")
    (without_comments,) = late_names("ipseclint.formats.transcript.script_comments", "without_comments")

_BEGINS_PATCH = late(
    r"diff (?:--git |-|\S+ \S+\Z)|@@ -|\d{1,6}(?:,\d{1,6})?[acd]\d{1,6}(?:,\d{1,6})?\Z|comparing files \S"
    r"|\*{5} \S+\.\w{2,4}\Z|inputobject +sideindicator\b"
)
"""How a patch begins, or what `diff`, `fc` and Compare-Object print, folded: each shows parts of two states."""
_BEGIN_FILES = ("--- ", "*** ")
_HEAD_OF_PATCH = late(r"\s*(?:--- [^\n]{1,400}\n\+\+\+ |\*{3} [^\n]{1,400}\n--- [^\n]{1,400}\n\*{15})")
"""The same by its first lines."""
_OPENS_HERE_STRING = r"@['\"][ \t]*+\r?$"
"""How a text of several lines begins in a PowerShell script."""
_STATEMENT = late(
    r"^[ \t]*(?:\$\w+[ \t]*=|param[ \t]*\(|#requires[ \t]+-|<#|\[cmdletbinding|function[ \t]+\w+-\w|\[[\w.]{1,60}\]::|"
    + _OPENS_HERE_STRING
    + ")",
    re.MULTILINE,
)
"""How a PowerShell script begins, in lower case, and no other text; a shell script may embed files and scripts too."""
_ESCAPE = late(r"\\u00((?:2[0-13-9]|[3467][0-9]|5[0-9abdef]|[346][a-f]|7[a-e]|2[a-f]))", re.IGNORECASE)
"""A letter or a sign of ASCII in an escape of JSON, but those that an escape has to keep apart."""
_NAME_IN_ESCAPES = late(
    rf'"(?:[^"\\\r\n]{{0,200}}{_ESCAPE.pattern}){{1,200}}[^"\\\r\n]{{0,200}}"[ \t]*:', re.IGNORECASE
)
"""A name of a member with such a letter: values have them for signs that are no letters of a page."""
_HERE_STRING = late(_OPENS_HERE_STRING, re.MULTILINE)
_NO_SCRIPTS = frozenset({*DOCUMENTS, *NAMED_AS_TABLES})
_OF_PIECES = READERS[:-1]
"""The readers for pieces of a transcript; quoted messages in prose are searched in the whole text."""
_BEGIN_SHAPE = {Shape.XML: ("<", "&"), Shape.JSON: ("{", "[", "&")}
"""What a document of such a shape begins with, or with the escape of which."""


def all_formats() -> tuple[Format, ...]:
    """Every format, in the order of recognition."""
    modules = dict.fromkeys(reader.module for reader in READERS)
    return (*(each for module in modules for each in formats_of(module)), _transcript())


@cache
def _transcript() -> Format:
    from ipseclint.formats.transcript.reading import transcript  # what reads pieces loads much

    return transcript(_recognise_piece, recognise)


def _recognise_piece(source: Source, readers: Sequence[Reader] = _OF_PIECES) -> Format | None:
    """The format of a piece of a transcript."""
    return _recognise(source, readers=readers)


def _of_pieces(source: Source) -> Sequence[Reader]:
    """The readers for pieces of a source: those with a sign in it, of a shape that begins in it, and of files of such a
    name; all of them for a page, which hides signs."""
    if is_page(source.head_text):
        return _OF_PIECES
    none = {shape for shape, signs in _BEGIN_SHAPE.items() if not any(map(source.head_looks.__contains__, signs))}
    readers = (reader for reader in _OF_PIECES if reader.shape not in none and may_be_in(reader, source.path))
    return tuple(with_sign(readers, source.once(Looked.through_text)))


def _may_hold_pieces(source: Source, form: Format | None) -> bool:
    """Whether a part of a text may be of some format, other than `form`."""
    modules = {reader.module for reader in source.once(_of_pieces) if reader.shape is not Shape.BINARY}
    return bool(modules) and (form is None or len(modules) > 1 or formats_of(*modules) != (form,))


def recognise(source: Source, shape: Shape | None = None) -> Format | None:
    """The format of a source by content, or None. Raises SourceError if it cannot be read.

    Only readers of `shape` are asked, by default that of the first bytes. A reader is loaded only if one of its signs
    is there: an input seldom needs more than its own. What stands in comments of a script tells no format; a file that
    is named as a document or a table is none.
    """
    shape = shape or shape_of(source)
    form = _recognised(source, shape)
    is_told = form is None or form.name in SCRIPT_FORMATS or shape is not Shape.TEXT
    if is_told or suffix_of(source.path) in _NO_SCRIPTS or (bare := without_comments(source)) is None:
        return form
    script = _recognised(bare, shape)
    return script if script is not None and script.name in SCRIPT_FORMATS else form


def _recognised(source: Source, shape: Shape) -> Format | None:
    """The format of a source of a shape, its comments with it."""
    whole = partial(source.once, partial(_recognise, shape=shape))
    if shape is Shape.BINARY:
        return whole()
    first = first_line(source.head_text).casefold() if shape is Shape.TEXT else ""
    if BY_COLLECTOR in first and (
        notes := first_of((NOTES,), Looked.through(first), source.path, methodcaller("recognise", source))
    ):
        return notes
    is_patch = _BEGINS_PATCH.match(first) or (first.startswith(_BEGIN_FILES) and _HEAD_OF_PATCH.match(source.head_text))
    if is_patch and suffix_of(source.path) not in DOCUMENTS:
        return None
    form = whole() if shape in {Shape.TEXT, Shape.JSON} else None
    is_alone = form is not None and form.is_alone is not None and form.is_alone(source)
    if is_alone and suffix_of(source.path) not in DOCUMENTS:
        return form
    is_above_text = (shape is Shape.XML and has_text_below(source.head_text)) or (
        shape is Shape.JSON and has_text_below_json(source)
    )
    if shape in {Shape.TEXT, Shape.JSON} or is_page(source.head_text) or is_above_text:
        known = source.once(KnownPieces)

        def of_piece(piece: Source) -> Format | None:
            is_all = (piece.path, piece.head_text) == (source.path, source.head_text) and shape is shape_of(source)
            if not is_all:
                return _recognise_piece(piece, source.once(_of_pieces))
            return whole() if whole() not in formats_of(OF_SENTENCES.module) else None

        form_of = known.by(of_piece)
        if is_transcript(source, whole, known, form_of, _may_hold_pieces, is_text=shape is Shape.TEXT) or (
            "<" in source.head_text and is_page(source.head_text) and is_page_of_lines(source, recognise)
        ):
            return _transcript()
        if is_above_text and whole() is not None:
            return _transcript()
    return whole()


def _recognise(source: Source, shape: Shape | None = None, readers: Sequence[Reader] = READERS) -> Format | None:
    """The format that a source as a whole has, or None.

    A text that begins with PowerShell statements is a script: signs found only far behind them are quoted in it.
    """
    shape = shape or shape_of(source)
    if shape is Shape.JSON and "\\u00" in source.head_text and _NAME_IN_ESCAPES.search(source.head_text) is not None:
        source = source.once(_with_plain_names)
    readers = [reader for reader in readers if reader.shape is shape]
    looked = Looked.through_head(source, shape, for_few=len(readers) <= FEW_READERS)
    asked: Callable[[Format], bool] = is_of(source) if shape is Shape.JSON else methodcaller("recognise", source)
    beginning = _beginning(source) if SCRIPT in readers else ""
    if beginning and _STATEMENT.search(beginning):
        asked = cache(asked)
        before = takewhile(lambda reader: reader is not SCRIPT, readers)
        if first_of(before, Looked.through_words(beginning), source.path, asked) is None:
            script = first_of((SCRIPT,), Looked.through(source.head_folded), source.path, asked)
            if script is not None:
                return script
    first = first_of(readers, looked, source.path, asked)
    if first is None or shape is not Shape.JSON:
        return first
    from ipseclint.formats.json_of_several import with_others

    return with_others(first, source, (reader for reader in READERS if reader.shape is Shape.JSON))


def _with_plain_names(source: Source) -> Source:
    """A document of JSON whose names of members are written in escapes, with the letters that these stand for."""
    plain = _NAME_IN_ESCAPES.sub(
        lambda name: _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), name[0]), source.read_text()
    )
    return bytes_source(source.path, plain.encode("utf-8", "replace"))


def _beginning(source: Source) -> str:
    """The folded beginning of a long text, or of one with a here-string up to that; empty for any other."""
    text = source.head_text
    if (opening := _HERE_STRING.search(text)) is not None:
        return text[: min(opening.end(), BEGINNING_CHARACTERS)].casefold()
    return text[:BEGINNING_CHARACTERS].casefold() if len(text) > BEGINNING_CHARACTERS else ""
