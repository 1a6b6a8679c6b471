"""Letters that are outputs, or hold some, without empty lines below all others or breaks of a console."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipseclint.formats.parsed import OF_ATTEMPTS, SCRIPT_FORMATS, Format
from ipseclint.formats.transcript.double_spacing import SingleSpaced, single_spaced
from ipseclint.formats.transcript.forms import FormOf, KnownPieces, formats_of_pieces, has_pieces
from ipseclint.late import late_names
from ipseclint.vocabulary.audit_events import LOG_NAMES

if TYPE_CHECKING:
    from ipseclint.formats.transcript.console_rows import unbroken
else:
    (unbroken,) = late_names("ipseclint.formats.transcript.console_rows", "unbroken")

_READ_SPACED = frozenset({"powershell-printed-table", "wmic-services"})
"""Formats whose readers take an empty line below each line."""
_OF_LETTERS = SCRIPT_FORMATS | OF_ATTEMPTS
"""Formats of what people write in letters, line by line."""


def is_laid_out(
    path: str, text: str, form: Format | None, known: KnownPieces, form_of: FormOf, *, may_be_broken: bool
) -> bool:
    """Whether a letter is an output, or holds some, without empty lines below all others or breaks of a console.

    `form` reads it as it is; if none does, a console may have broken its lines.
    """
    if form is not None and form.name in _READ_SPACED:
        return False
    if double_spaced(path, text, known, form_of) is not None:
        return True
    if not may_be_broken:
        return False
    rows = unbroken(text)
    return bool(rows.widths) and has_pieces(rows.text, known, form_of)


def double_spaced(path: str, text: str, known: KnownPieces, form_of: FormOf) -> SingleSpaced | None:
    """A letter that is an output, or holds some, without the empty line that it has below each line; None for others.

    What people write has one below each paragraph: commands, and sentences but those of an event that is copied whole,
    tell of no output.
    """
    if (single := single_spaced(text)) is None:
        return None
    form = form_of(path, single.text)
    forms = {each.name for each in (formats_of_pieces(single.text, known, form_of) if form is None else (form,))}
    if len({each.name for each in formats_of_pieces(text, known, form_of)}) > len(forms):
        return None  # code below captions
    is_event = any(line.lstrip().startswith(LOG_NAMES) for line in single.text.split("\n"))
    return single if is_event or not forms <= _OF_LETTERS else None
