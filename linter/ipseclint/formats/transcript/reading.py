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
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.finding import Problem, ProblemCode
from ipseclint.formats.kit.diagnostics import Diagnostics, of_source, quoted
from ipseclint.formats.kit.user_stores import told_by_store
from ipseclint.formats.netsh.hosts import BATCH
from ipseclint.formats.netsh.recognition import is_of_other_tool
from ipseclint.formats.netsh.wrapped import with_rests_told
from ipseclint.formats.parsed import OF_ATTEMPTS, SCRIPT_FORMATS, Format, Parsed, joined
from ipseclint.formats.pasted.closings import without_closing
from ipseclint.formats.pasted.documents import blocks_of, without_patches
from ipseclint.formats.pasted.inline_commands import (
    MARKDOWN,
    SIGNS_OF_CODE,
    VALUE,
    tell,
    tell_unread,
    without_inline,
    without_marked,
    without_sentences,
)
from ipseclint.formats.pasted.marks import tell_pager_left
from ipseclint.formats.pasted.prose import COMMAND, LETTERS, command_within
from ipseclint.formats.peers.vendors import not_read
from ipseclint.formats.readers import is_page
from ipseclint.formats.transcript.alternatives import Decision, apart, decisions_in, in_ways
from ipseclint.formats.transcript.answers import Answer, answers_in, told_by_commands
from ipseclint.formats.transcript.carried_out import RECORD
from ipseclint.formats.transcript.console_rows import unbroken
from ipseclint.formats.transcript.empty_answers import told_by_nothing
from ipseclint.formats.transcript.failed_alone import failed_alone
from ipseclint.formats.transcript.failed_commands import Failure
from ipseclint.formats.transcript.forms import FormOf, KnownPieces, formed
from ipseclint.formats.transcript.gateway_parts import OF_GATEWAY, joined_parts, may_be_in_parts, other_parts
from ipseclint.formats.transcript.headings import sections_of, states_crowded_in_page
from ipseclint.formats.transcript.hosts import hosts_in, may_name, tell_hosts
from ipseclint.formats.transcript.laid_out import double_spaced
from ipseclint.formats.transcript.margins import moved
from ipseclint.formats.transcript.outside import tell_outside_of_document, tell_outside_of_page
from ipseclint.formats.transcript.pieces import Piece
from ipseclint.formats.transcript.recognition import OF_FORMS, OF_LISTS, is_transcript
from ipseclint.formats.transcript.shown_twice import Shown
from ipseclint.formats.transcript.stores import one_store
from ipseclint.formats.transcript.told_twice import told_once
from ipseclint.formats.transcript.undone import is_undone
from ipseclint.formats.transcript.unread_answers import (
    may_show_policy,
    shows_objects,
    unread_answers,
    unread_changes,
    unread_commands,
    unread_policy,
)
from ipseclint.late import late, late_names
from ipseclint.source import DOCUMENTS, Source, each_line_once, lines_of_text, suffix_of, text_source
from ipseclint.vocabulary.ipsec_tools import mention_in
from ipseclint.words import plural

if TYPE_CHECKING:
    from ipseclint.formats.peers.ipsec_conf_sections import FilesShown
    from ipseclint.formats.transcript.page_lines import is_page_of_lines, page_of
else:
    (FilesShown,) = late_names("ipseclint.formats.peers.ipsec_conf_sections", "FilesShown")
    is_page_of_lines, page_of = late_names("ipseclint.formats.transcript.page_lines", "is_page_of_lines", "page_of")

Recognise = Callable[[Source], Format | None]
MAX_PIECES = 500
"""How many pieces of one text are looked at (reasoned: far above any real transcript)."""
MAX_LINES = 500_000
"""How many lines of one text are looked at (reasoned: a window of a console holds 9,999)."""
_FIRST_LINES = late(rf"(?:[^\r\n]*+(?:\r\n?|\n)){{{MAX_LINES}}}+(?=[\s\S])")
_MAKES = late(r"\bnetsh\b[^\r\n]{0,200}?[ \t]add[ \t]|\b(?:New-NetIPsec|Add-Vpn)\w", re.IGNORECASE)
_OF_FIREWALL = late(r"\bfirewall[ \t]+add[ \t]", re.IGNORECASE)

_DECLARATION = late(r"^[ \t]*\ufeff?<\?xml[ \t][^<>\r\n]{0,200}\?>", re.MULTILINE)
_TYPED_CMDLETS = "powershell-script"
_OF_PATCH = "patch.txt"
"""A name that says of no language that a text is in it."""
_MAY_BE_SHOWN_TWICE = frozenset({"netsh-script"})
"""Formats of which a document may show the same command in two blocks; of one machine cmdlets too."""
_OF_CONNECTIONS = "ipsec-conf"
"""The format of which a document may show several files that name their connections alike."""
_NOTHING = Parsed()
_LEFT_OUT_BEFORE = "the number of this line tells that others are left out before it: give the whole file"
_GATEWAYS = (OF_GATEWAY, "gateway-xml")
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
    plain = without_closing(plain)
    plain = _without_patches(plain, form_of, diagnostics)
    text, helped = known.without_help(plain, once if plain is whole else None)
    if suffix_of(diagnostics.path) in DOCUMENTS:
        text, inline = without_inline(text)
        tell(inline, diagnostics)
    if any(sign in text for sign in SIGNS_OF_CODE) and not is_page(text):
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
    pieces = _pieces(text, known, form_of, diagnostics, decisions, is_written=is_written)
    folded = text.casefold()
    if "ipsec" in folded or "master pfs" in folded or "Filter" in text:
        _tell_unread_shown(lines, pieces.by_format, diagnostics)
    _tell_unread_answers(known.pieces(text) if shows_objects(folded) else (), pieces.by_format, diagnostics)
    if len(pieces.hosts) > 1:
        tell_hosts(pieces.hosts, diagnostics)
    if is_written:
        _tell_within_sentences(lines, known, diagnostics)
    _tell_of_others(text, lines, form_of, pieces, diagnostics)
    known.read = _leave_out_answers(pieces.by_format, list(answers_in(known.pieces(text), text)), diagnostics.path)
    kept = known.handed_on((form, own) for form, own in pieces.by_format.values() if own)
    forms = [form for form, _ in kept]
    read = _read_each(kept, pieces.margins, diagnostics)
    alone = [failed_alone(typed, failure, form_of, diagnostics) for typed, failure in pieces.failed]
    single = _without_typed(told_once(one_store(read, forms), forms, lines), forms)
    said = apart(_joined(single + alone, diagnostics), diagnostics.path, decisions)
    if helped:
        return _with_help(said, helped, diagnostics)
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
        return _of_vain_commands(said, lines, pieces, diagnostics)
    return _of_prose_alone(plain, said, diagnostics) if has_none and is_prose else said


class _Pieces(Struct):
    """The lines of a text by format, the margin of each, and the commands that failed; `rows` are all of these lines.

    If a format reads several forms, or cmdlets in a file of another tool, each piece is separate. A line that is shown
    once more is in `rows` alone. `hosts` are the machines that the text names, each with a line.
    """

    by_format: dict[str, tuple[Format, dict[int, str]]]
    margins: dict[int, int]
    failed: list[tuple[Piece, Failure]]
    rows: set[int]
    hosts: Mapping[str, int]
    are_too_many: bool = False


def _pieces(
    text: str,
    known: KnownPieces,
    form_of: FormOf,
    diagnostics: Diagnostics,
    decisions: Sequence[Decision],
    *,
    is_written: bool,
) -> _Pieces:
    hosts = hosts_in(known.lines(text), known.path) if may_name(text, known.path) else {}
    shown_twice = _MAY_BE_SHOWN_TWICE if len(hosts) > 1 else {*_MAY_BE_SHOWN_TWICE, _TYPED_CMDLETS}
    pieces = _Pieces({}, {}, [], set(), hosts)
    shown: dict[str, Shown] = {}
    of_files: dict[str, FilesShown] = {}
    found = list(islice(formed(text, known, form_of, pieces.failed, is_written=is_written), MAX_PIECES + 1))
    for number, (form, piece, way) in enumerate(in_ways(found, decisions)):
        if number >= MAX_PIECES:
            place = diagnostics.place(next(iter(piece.lines)), 1)
            diagnostics.refused(f"more than {MAX_PIECES} pieces: the rest was not read", place)
            pieces.are_too_many = True
            break
        pieces.rows.update(piece.lines)
        if pieces.by_format and is_undone(form, piece, known.lines(text)):
            continue
        own = shown.setdefault(way, Shown()).new_in(piece) if form.name in shown_twice else piece.lines
        is_apart = form.name in OF_FORMS or (form.name == _TYPED_CMDLETS and is_of_other_tool(piece.text, ""))
        key = f"{form.name} {number}" if is_apart else f"{form.name}{way}"
        if form.name == _OF_CONNECTIONS:
            key += f" {of_files.setdefault(way, FilesShown()).file_of(piece.text)}"
        pieces.by_format.setdefault(key, (form, {}))[1].update(own)
        pieces.margins.update((row, margin) for row, margin in piece.margins.items() if row in own)
    for typed, failure in pieces.failed:
        pieces.rows.update(failure.rows if typed.kind == RECORD else typed.lines)
    if len(hosts) < 2 and not decisions and may_be_in_parts(text):
        _take_parts_of_gateway(text, known, form_of, pieces)
    return pieces


def _take_parts_of_gateway(text: str, known: KnownPieces, form_of: FormOf, pieces: _Pieces) -> None:
    """Add what else of the gateway's configuration a document shows elsewhere, unless its headings tell of several."""
    parts = list(other_parts(known.pieces(text), pieces.rows, known.is_prose))
    machines = sections_of(known.lines(text), known.path).machines if parts else {}
    if len({*filter(None, machines.values())}) > 1:
        return
    _, own = pieces.by_format.get(OF_GATEWAY, (None, {}))
    if (whole := joined_parts(known.path, own, parts, form_of)) is not None:
        pieces.by_format[OF_GATEWAY] = whole
        pieces.rows.update(whole[1])
        for part in parts:
            pieces.margins.update(part.margins)


def _without_patches(text: str, form_of: FormOf, diagnostics: Diagnostics) -> str:
    """The text without blocks that show changes; those of policy, told by the state after the change, are reported."""
    plain, patches = without_patches(text)
    for row, after in patches:
        is_named = any(mention_in(line) is not None for line in lines_of_text(after))
        if is_named or form_of(_OF_PATCH, after) is not None:
            message = "this block shows parts of two states, and is not read: give the file after the change"
            diagnostics.not_understood(message, diagnostics.place(row, 1))
    return plain


def _tell_unread_shown(
    lines: Sequence[str], pieces: Mapping[str, tuple[Format, dict[int, str]]], diagnostics: Diagnostics
) -> None:
    """Report output lines of `netsh ipsec` that are in no piece."""
    from ipseclint.formats.netsh.ip_security.shown import INSTEAD_OF_SHOWN, unread

    done = {number for _, own in pieces.values() for number in own}
    for number in unread(dict(enumerate(lines, start=1)), done):
        length = len(lines[number - 1].strip())
        column = len(lines[number - 1]) - len(lines[number - 1].lstrip()) + 1
        diagnostics.not_understood(INSTEAD_OF_SHOWN, diagnostics.place(number, column, length))


def _tell_unread_answers(
    cut: Iterable[Piece], pieces: Mapping[str, tuple[Format, dict[int, str]]], diagnostics: Diagnostics
) -> None:
    """Report what a cmdlet printed of policy, where it is in no piece."""
    done = {number for _, own in pieces.values() for number in own}
    for row, cmdlet in unread_answers(cut, done):
        message = f"what {quoted(cmdlet)} printed is not read: print the objects with `| ConvertTo-Json -Depth 5`"
        diagnostics.not_understood(message, diagnostics.place(row, 1))


def _tell_within_sentences(lines: Sequence[str], known: KnownPieces, diagnostics: Diagnostics) -> None:
    """Report commands within sentences, and values of the registry that these tell of."""
    for row, sentence in enumerate(lines, start=1):
        if (within := command_within(sentence, known.is_prose)) is not None:
            place = diagnostics.place(row, within[0] + 1, within[1])
            diagnostics.not_understood("a command within a sentence is not read: put it on a line alone", place)
        elif (value := VALUE.search(sentence)) is not None and known.is_prose(sentence):
            tell_unread(value[0], diagnostics)


def _tell_of_others(
    text: str, lines: Sequence[str], form_of: FormOf, pieces: _Pieces, diagnostics: Diagnostics
) -> None:
    """Report text outside a page's code blocks; of other texts configurations of gateways, and commands, that are in no
    piece and of which nothing is said.
    """
    if is_page(text):
        tell_outside_of_page(text, form_of, diagnostics)
        if (row := states_crowded_in_page(text)) is not None:
            message = "it shows a state before a change and one after it, judged as one: begin a line with each heading"
            diagnostics.not_understood(message, diagnostics.place(row, 1))
        return
    of_gateways = {number for name in _GATEWAYS if name in pieces.by_format for number in pieces.by_format[name][1]}
    for message, number, column in not_read(text):
        if number not in of_gateways:
            diagnostics.not_understood(message, diagnostics.place(number, column, 1))
    told = {problem.span.line for problem in diagnostics.problems} | pieces.rows
    for row, column, words in unread_changes(text, told):
        message = f"{quoted(words)} is changed here by a script that is not read: give it as a script of its own"
        diagnostics.not_understood(message, diagnostics.place(row, column, len(words)))
    for row, column, length in unread_commands(lines, told) if not pieces.are_too_many else ():
        message = "a command behind other words or marks is not read: put it on a line alone"
        diagnostics.not_understood(message, diagnostics.place(row, column, length))
    if may_show_policy(text.casefold()) and not pieces.are_too_many:
        passed_over = {row for form, own in pieces.by_format.values() if form.name in OF_ATTEMPTS for row in own}
        told = told if not passed_over else {problem.span.line for problem in diagnostics.problems}
        for row, column, length in unread_policy(lines, pieces.rows - passed_over, told):
            message = "policy is shown here in no output that is read: give the output whole, as a file of its own"
            diagnostics.not_understood(message, diagnostics.place(row, column, length))


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
    typed = pieces.get(_TYPED_CMDLETS) if answers else None
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


def _of_vain_commands(parsed: Parsed, lines: Sequence[str], pieces: _Pieces, diagnostics: Diagnostics) -> Parsed:
    """The result for a text of scripts none of which sets anything: its commands only query or remove."""
    read = {number for _, own in pieces.by_format.values() for number in own}
    beside = (line for number, line in enumerate(lines, start=1) if number not in read)
    are_scripts = all(form.name in SCRIPT_FORMATS for form, _ in pieces.by_format.values())
    if not are_scripts or any(map(COMMAND.search, beside)):
        return parsed
    first = min((number for number in read if lines[number - 1].strip()), default=1)
    made = [lines[number - 1] for number in read if _MAKES.search(lines[number - 1])]
    if made:
        is_of_firewall = all(map(_OF_FIREWALL.search, made))
        why = "its firewall rules ask for no IPsec" if is_of_firewall else "what they set they take out again"
    else:
        why = "what they take out or show is not in the input"
    message = f"its commands are read, and set no IPsec policy: {why}"
    problem = Problem(code=ProblemCode.NO_POLICY, message=message, span=diagnostics.place(first, 1))
    return replace(parsed, problems=(problem,))


def _of_prose_alone(text: str, parsed: Parsed, diagnostics: Diagnostics) -> Parsed:
    """The result for a text that mentions commands and runs none."""
    named = next((mention for line in lines_of_text(text) if (mention := mention_in(line)) is not None), None)
    what = "commands of IPsec" if named is None else quoted(named.words)
    message = f"it is prose that mentions {what} and gives no command: it holds no policy"
    problem = Problem(code=ProblemCode.NO_POLICY, message=message, span=diagnostics.place(1, 1))
    return replace(parsed, problems=(problem,))


def _with_help(parsed: Parsed, helped: Sequence[str], diagnostics: Diagnostics) -> Parsed:
    """The result for a text with help on commands: one report that help is no policy."""
    named = [f"help on {quoted(name)}, which is not policy" for name in helped]
    if parsed.is_empty and not parsed.problems:
        of = plural(len(helped), "command") if len(helped) > 1 else quoted(helped[0])
        message = f"it is help on {of}: syntax shows what a command accepts and is not policy"
        problem = Problem(code=ProblemCode.NO_POLICY, message=message, span=diagnostics.place(1, 1))
        return replace(parsed, problems=(problem,))
    return replace(parsed, unread=(*parsed.unread, *((name, 1) for name in named)))


def _joined(parts: Sequence[Parsed], diagnostics: Diagnostics) -> Parsed:
    whole = joined(parts)
    for problem in whole.problems:
        diagnostics.add(problem)
    return replace(whole, problems=diagnostics.listed(), unread=(*diagnostics.unread_names(), *whole.unread))
