"""Transcripts, runbooks and collections: several outputs in one text, between prompts, commands and headings.

    C:\\Windows\\system32>netsh advfirewall consec show rule name=all    PS C:\\> Get-NetIPsecRule | Format-List
    netsh ipsec static>add policy name=P                                ```  and  ~~~  of Markdown
    ********************** / Windows PowerShell transcript start        _____ IPsec Rules (Show-NetIPsecRule) ...
    > Rule Name: Servers    (quoted, as in mail)                        .. code-block:: text    of reStructuredText
    [source,powershell]  ----  and  ....  of AsciiDoc                   <pre> and <code> of HTML

The text is cut at these lines. Each piece is read by its own format, typed commands as a script; all keep their places.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ipseclint.formats.kit.diagnostics import Diagnostics, of_source
from ipseclint.formats.kit.user_stores import told_by_store
from ipseclint.formats.netsh.hosts import BATCH
from ipseclint.formats.netsh.wrapped import with_rests_told
from ipseclint.formats.parsed import SCRIPT_FORMATS, Format, Parsed, joined
from ipseclint.formats.pasted.closings import without_closing
from ipseclint.formats.pasted.documents import blocks_of, rows_of_steps, without_patches
from ipseclint.formats.pasted.inline_commands import (
    ELEMENT,
    MARKDOWN,
    tell,
    without_inline,
    without_marked,
    without_sentences,
)
from ipseclint.formats.pasted.marks import tell_pager_left
from ipseclint.formats.pasted.prose import LETTERS
from ipseclint.formats.readers import is_page
from ipseclint.formats.transcript.alternatives import apart, decisions_in
from ipseclint.formats.transcript.answers import Answer, answers_in, told_by_commands
from ipseclint.formats.transcript.beside_pieces import (
    tell_of_others,
    tell_unread_answers,
    tell_unread_shown,
    tell_within_sentences,
)
from ipseclint.formats.transcript.by_format import TYPED_CMDLETS, pieces_by_format
from ipseclint.formats.transcript.console_rows import unbroken
from ipseclint.formats.transcript.empty_answers import told_by_nothing
from ipseclint.formats.transcript.failed_alone import failed_alone
from ipseclint.formats.transcript.forms import FormOf, KnownPieces
from ipseclint.formats.transcript.hosts import tell_hosts
from ipseclint.formats.transcript.laid_out import double_spaced
from ipseclint.formats.transcript.margins import moved
from ipseclint.formats.transcript.no_policy import of_prose_alone, of_vain_commands, with_help
from ipseclint.formats.transcript.outside import tell_outside_of_document
from ipseclint.formats.transcript.recognition import OF_LISTS, is_transcript
from ipseclint.formats.transcript.stores import one_store
from ipseclint.formats.transcript.told_twice import told_once
from ipseclint.formats.transcript.undone import without_undone
from ipseclint.formats.transcript.unread_answers import shows_objects
from ipseclint.late import late, late_names
from ipseclint.source import DOCUMENTS, Source, each_line_once, lines_of_text, suffix_of, text_source
from ipseclint.vocabulary.ipsec_tools import mention_in

if TYPE_CHECKING:
    from ipseclint.formats.transcript.page_lines import is_page_of_lines, page_of
else:
    is_page_of_lines, page_of = late_names("ipseclint.formats.transcript.page_lines", "is_page_of_lines", "page_of")

Recognise = Callable[[Source], Format | None]
MAX_LINES = 500_000
"""How many lines of one text are looked at (reasoned: a window of a console holds 9,999)."""
_FIRST_LINES = late(rf"(?:[^\r\n]*+(?:\r\n?|\n)){{{MAX_LINES}}}+(?=[\s\S])")

_DECLARATION = late(r"^[ \t]*\ufeff?<\?xml[ \t][^<>\r\n]{0,200}\?>", re.MULTILINE)
_OF_PATCH = "patch.txt"
"""A name that says of no language that a text is in it."""
_NOTHING = Parsed()
_LEFT_OUT_BEFORE = "the number of this line tells that others are left out before it: give the whole file"
_NOTICE_SIGN = 'netsh firewall" is deprecated'
_NOTICE = late(
    r"^IMPORTANT: [^\r\n]{1,80}+(?:\r?\n(?!IMPORTANT: )(?:(?!linkid=)[^\r\n]){0,120}+){1,6}+linkid=121488[^\r\n]*+",
    re.MULTILINE,
)
"""What `netsh firewall` prints about itself, which names the commands to take instead and gives none."""


def transcript(recognise: Recognise, recognise_whole: Recognise) -> Format:
    """The format of transcripts, given functions for the format of a piece and for that of an input."""

    def is_of_several(source: Source) -> bool:
        known = source.once(KnownPieces)
        whole = partial(recognise, source)
        return is_transcript(source, whole, known, known.by(recognise), lambda _source, _form: True, is_text=True)

    @of_source
    def parse(source: Source) -> Parsed:
        known = source.once(KnownPieces)
        text = source.read_text()
        if is_page(text) and (page := page_of(source, recognise_whole)) is not None:
            return page.parsed(source.path, known)
        is_letter = suffix_of(source.path) in LETTERS
        single = double_spaced(source.path, text, known, known.by(recognise)) if is_letter else None
        rows = unbroken(text if single is None else single.text)
        text = rows.text
        diagnostics = Diagnostics(source.path)
        bare, margins, gap = (text, {}, None) if suffix_of(source.path) in OF_LISTS else known.bare(text)
        if gap is not None:
            diagnostics.not_understood(_LEFT_OUT_BEFORE, diagnostics.place(gap, 1))
        said = rows.told(moved(_read(source, known, known.by(recognise), bare, diagnostics), margins))
        if single is None:
            return said
        known.read = {name: {single.rows[row - 1] for row in rows} for name, rows in known.read.items()}
        return single.told(said)

    return Format(
        name="transcript",
        title="transcripts, runbooks, help pages and collections that hold several outputs or typed commands",
        short="a transcript, runbook or page",
        recognise=lambda source: (
            is_of_several(source) or (is_page(source.head_text) and is_page_of_lines(source, recognise_whole))
        ),
        parse=parse,
        how_to_export="copy a console window, or Start-Transcript before the commands and Stop-Transcript after them",
        can_express="what the formats of its pieces can, and what was typed",
        cannot_express="what scrolled out of the window; what a typed command did that another tool ran",
    )


def _read(source: Source, known: KnownPieces, form_of: FormOf, whole: str, diagnostics: Diagnostics) -> Parsed:
    """The merged result of all pieces; text between them is reported as not read."""
    if (first := _FIRST_LINES.match(whole)) is not None:
        message = f"more than {MAX_LINES:,} lines: the rest was not read"
        diagnostics.refused(message, diagnostics.place(MAX_LINES + 1, 1))
        whole = first[0]
    once = source.head_lines if whole is source.head_text else each_line_once(whole)
    plain = known.unmarked(whole, once)
    if _NOTICE_SIGN in plain:
        plain = _NOTICE.sub(lambda notice: "\n" * notice[0].count("\n"), plain)
    tell_pager_left(whole, diagnostics)
    plain = without_undone(without_closing(plain), diagnostics.path)
    plain = _without_patches(plain, form_of, diagnostics)
    text, helped = known.without_help(plain, once if plain is whole else None)
    if suffix_of(diagnostics.path) in DOCUMENTS:
        text, inline = without_inline(text, steps=partial(rows_of_steps, text, diagnostics.path))
        tell(inline, diagnostics)
    if ("{{" in text or ELEMENT.search(text)) and not is_page(text):
        text, marked = without_marked(text)
        tell(marked, diagnostics)
    if suffix_of(diagnostics.path) in MARKDOWN:
        text, written = without_sentences(text)
        tell(written, diagnostics)
    lines = lines_of_text(text)
    blocks = blocks_of(text, diagnostics.path, lines)
    if blocks is not None:
        tell_outside_of_document(lines, blocks, form_of, diagnostics)
    decisions = decisions_in(plain, lines_of_text(plain), blocks)  # what heads examples is help, too
    is_written = known.may_hold_prose(text)
    pieces = pieces_by_format(text, known, form_of, diagnostics, decisions, is_written=is_written)
    folded = text.casefold()
    if "ipsec" in folded or "master pfs" in folded or "Filter" in text:
        tell_unread_shown(lines, pieces.by_format, diagnostics)
    tell_unread_answers(known.pieces(text) if shows_objects(folded) else (), pieces.by_format, diagnostics)
    if len(pieces.hosts) > 1:
        tell_hosts(pieces.hosts, diagnostics)
    if is_written:
        tell_within_sentences(lines, known, diagnostics)
    tell_of_others(text, lines, form_of, pieces, diagnostics)
    known.read = _leave_out_answers(pieces.by_format, list(answers_in(known.pieces(text), text)), diagnostics.path)
    kept = known.handed_on((form, own) for form, own in pieces.by_format.values() if own)
    forms = [form for form, _ in kept]
    read = _read_each(kept, pieces.margins, diagnostics)
    alone = [failed_alone(typed, failure, form_of, diagnostics) for typed, failure in pieces.failed]
    single = _without_typed(told_once(one_store(read, forms), forms, lines), forms)
    said = apart(_joined(single + alone, diagnostics), diagnostics.path, decisions)
    if helped:
        return with_help(said, helped, diagnostics)
    said = with_rests_told(
        told_by_nothing(told_by_store(said, whole), text, folded, diagnostics.path),
        lines,
        BATCH,
        diagnostics.path,
        read=pieces.rows,
        reach=1,
    )
    has_none = not (pieces.by_format or pieces.failed) and said.is_empty and not said.problems
    is_prose = is_written or blocks is not None or text is not plain
    if pieces.by_format and said.is_empty and not said.problems:
        return of_vain_commands(said, lines, pieces, diagnostics)
    return of_prose_alone(plain, said, diagnostics) if has_none and is_prose else said


def _without_patches(text: str, form_of: FormOf, diagnostics: Diagnostics) -> str:
    """The text without blocks that show changes; those of policy, told by the state after the change, are reported."""
    plain, patches = without_patches(text)
    for row, after in patches:
        is_named = any(mention_in(line) is not None for line in lines_of_text(after))
        if is_named or form_of(_OF_PATCH, after) is not None:
            message = "this block shows parts of two states, and is not read: give the file after the change"
            diagnostics.not_understood(message, diagnostics.place(row, 1))
    return plain


def _parsed(form: Format, lines: dict[int, str], path: str) -> Parsed:
    """The result of a format for some lines of a text, in their places.

    XML is parsed without its declarations, which may only begin an input.
    """
    text = _alone(lines)
    if text.lstrip().removeprefix("\ufeff").startswith("<"):
        text = _DECLARATION.sub(lambda declaration: " " * len(declaration[0]), text)
    return form.parse(text_source(path, text))


def _read_each(
    kept: Sequence[tuple[Format, dict[int, str]]], margins: Mapping[int, int], diagnostics: Diagnostics
) -> list[Parsed]:
    """The result of each piece. An output that holds nothing and says none is counted; scripts may ask."""
    read = [moved(_parsed(form, own, diagnostics.path), margins) for form, own in kept]
    for (form, _), parsed in zip(kept, read, strict=True):
        if form.name not in SCRIPT_FORMATS and replace(parsed, secrets=()) == _NOTHING:
            diagnostics.not_read(form.holding_nothing)
    return read


def _leave_out_answers(
    pieces: Mapping[str, tuple[Format, dict[int, str]]], answers: Sequence[Answer], path: str
) -> dict[str, set[int]]:
    """Remove from the printed lines the answers to typed commands, which tell nothing else; those of each format."""
    typed = pieces.get(TYPED_CMDLETS) if answers else None
    if typed is None:
        return {}
    told = told_by_commands(answers, _parsed(*typed, path))
    left_out: dict[str, set[int]] = {}
    for form, own in pieces.values():
        if form.name not in SCRIPT_FORMATS:
            left_out.setdefault(form.name, set()).update(told & own.keys())
            for number in told & own.keys():
                del own[number]
    return left_out


def _alone(lines: dict[int, str]) -> str:
    """Some lines of a text in their places, the others empty."""
    return "\n".join(lines.get(number, "") for number in range(1, max(lines, default=0) + 1))


def _without_typed(parts: Sequence[Parsed], forms: Sequence[Format]) -> list[Parsed]:
    """The parts without typed rules, if all of them are printed too, in their final state."""
    printed = {
        rule.name.casefold()
        for part, form in zip(parts, forms, strict=True)
        if form.name not in SCRIPT_FORMATS
        for rule in part.policy.connection_security_rules
    }
    kept: list[Parsed] = []
    for part, form in zip(parts, forms, strict=True):
        typed = {rule.name.casefold() for rule in part.policy.connection_security_rules}
        if form.name in SCRIPT_FORMATS and typed and typed <= printed:
            nothing = dict.fromkeys(("connection_security_rules", "authentication_sets", "quick_mode_crypto_sets"), ())
            kept.append(replace(part, policy=part.policy.model_copy(update=nothing)))
        else:
            kept.append(part)
    return kept


def _joined(parts: Sequence[Parsed], diagnostics: Diagnostics) -> Parsed:
    whole = joined(parts)
    for problem in whole.problems:
        diagnostics.add(problem)
    return replace(whole, problems=diagnostics.listed(), unread=(*diagnostics.unread_names(), *whole.unread))
