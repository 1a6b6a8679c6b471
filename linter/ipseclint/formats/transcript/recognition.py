"""Whether a text is several outputs, read piece by piece, or one thing, read as a whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct

from ipseclint.formats.kit.run_files import BATCH_ENDINGS, POWERSHELL_ENDINGS
from ipseclint.formats.netsh.recognition import is_mail
from ipseclint.formats.parsed import QUOTED_ERRORS, SCRIPT_FORMATS, Format
from ipseclint.formats.pasted.chats import is_chat, is_headed
from ipseclint.formats.pasted.documents import SIGNS_OF_HUNKS, SUFFIXES, is_document, without_patches
from ipseclint.formats.pasted.help_pages import SIGNS as SIGNS_OF_HELP
from ipseclint.formats.pasted.inline_commands import (
    ELEMENT,
    MARKDOWN,
    names_commands,
    without_inline,
    without_marked,
    without_sentences,
)
from ipseclint.formats.pasted.marks import (
    BEGIN_EMPHASIS,
    LABEL,
    MAY_BE_STEP,
    STAMPED,
    counts_as_wiki,
    is_escaped,
    shows_history,
)
from ipseclint.formats.pasted.marks import SIGNS as SIGNS_OF_MARKS
from ipseclint.formats.pasted.prose import LETTERS, names_only
from ipseclint.formats.pasted.signs import BLOCK_COMMENT, BULLET
from ipseclint.formats.readers import is_page
from ipseclint.formats.transcript.families import OF_SCRIPTS, LineStarts, families_begun, may_hold_several
from ipseclint.formats.transcript.forms import FormOf, KnownPieces, formats_in, formats_of_pieces, has_pieces
from ipseclint.formats.transcript.parting_lines import (
    AT_PROMPT,
    FENCED,
    FRAMED,
    HIGHLIGHTED,
    LISTED,
    PARTED,
    QUOTED_ALONE,
    SHELL,
    is_quoted_in_part,
    may_be_cut,
)
from ipseclint.late import late, late_names
from ipseclint.source import (
    DOCUMENTS,
    Source,
    begin_of,
    each_line_once,
    lines_of_text,
    suffix_of,
    text_source,
)

if TYPE_CHECKING:
    from ipseclint.formats.powershell.script.format import code_blocks, has_others_beside
    from ipseclint.formats.transcript.alternatives import decisions_in
    from ipseclint.formats.transcript.beginnings import below
    from ipseclint.formats.transcript.empty_answers import shows_empty_store
    from ipseclint.formats.transcript.failed_commands import shows_errors
    from ipseclint.formats.transcript.laid_out import is_laid_out
    from ipseclint.formats.transcript.undone import has_undone
else:
    code_blocks, has_others_beside = late_names(
        "ipseclint.formats.powershell.script.format", "code_blocks", "has_others_beside"
    )
    (decisions_in,) = late_names("ipseclint.formats.transcript.alternatives", "decisions_in")
    (below,) = late_names("ipseclint.formats.transcript.beginnings", "below")
    (shows_empty_store,) = late_names("ipseclint.formats.transcript.empty_answers", "shows_empty_store")
    (shows_errors,) = late_names("ipseclint.formats.transcript.failed_commands", "shows_errors")
    (is_laid_out,) = late_names("ipseclint.formats.transcript.laid_out", "is_laid_out")
    (has_undone,) = late_names("ipseclint.formats.transcript.undone", "has_undone")

MayHold = Callable[[Source, Format | None], bool]
"""Tells whether a piece of a text may have a format, other than a given one."""
_OF_NETSH = frozenset(
    {
        *("netsh-script", "advfirewall-show", "advfirewall-monitor-sa"),
        *("netsh-ipsec-statistics", "netsh-ipsec-show", "netsh-ipsec-dynamic-show"),
    }
)
_OF_FILES = frozenset({"ipsec-conf", "ipsec-secrets"})
"""Formats of files of a peer, which a shell prints."""
_OF_BLOCKS = _OF_NETSH | _OF_FILES | {"swanctl-conf", "powershell-list"}
"""Formats that take what stands between the blocks of a document for lines of their own."""
_BESIDE_PROSE = SCRIPT_FORMATS | {
    *("azure-commands", "gateway-configuration", "ipsec-conf", "swanctl-conf", "powershell-list", "reg-query"),
}
"""Formats that take prose for lines of their own."""
_OF_PROSE = frozenset({"collector-notes"})
"""Formats that are prose, of which nothing is read in pieces."""
OF_FORMS = frozenset({"event-text"})
"""Formats of texts in several forms, of which one text is told to have one: pieces are read one by one."""
_TOLD_BY_PIECES = _BESIDE_PROSE | OF_FORMS
"""Formats of which a text is read in pieces even if all of these are of it."""
_OF_MARKS = (
    _OF_NETSH
    | OF_FORMS
    | {
        *("reg-query", "registry-properties", "asked-services", "wmic-services", "performance-counters"),
        *("certutil-store", "powershell-list", "powershell-printed-table"),
    }
)
"""Formats of outputs, of which less is read behind marks, or nothing."""
_NEVER_CUT = frozenset({"carried-commands"})
"""Formats of texts in other languages, whose comments and indents look like headings and prompts."""
_PARTS_OF = {"netsh-ipsec-dynamic-show": frozenset({"netsh-ipsec-statistics"})}
"""Formats of which an output has parts that are outputs too."""
_FAMILIES_OF = {"netsh-ipsec-dynamic-show": frozenset({"running", "statistics"})}
"""The families of the lines with which parts of such an output begin."""
_OF_LOGS = frozenset({"ike-log"})
"""Formats that read the lines they know, wherever these stand: what begins elsewhere in the text is of another."""
_LOG = frozenset({"log"})
_MAY_BE_LISTED = late(
    rf"\n[ \t>]{{0,24}}+(?:{BULLET}[ \t]|o\t|\(?\d{{1,6}}[.:)|\]]{{0,2}}[ \t]|[+|][^\s+|]|\d{{1,6}}[:|]\S"
    r"|\[\d{1,6}\]\S|`{1,3}[^`\n]|\{\{)"
)
"""The look of a line with the mark of a list, a number, or a sign of an addition before it."""
OF_LISTS = (".yml", ".yaml", ".json", ".diff", ".patch", ".csv", ".tsv")
"""Endings of files in which such marks have a meaning."""
_COMMENT = late(rf"\n[ \t]*+{BLOCK_COMMENT}")
"""A block comment of PowerShell behind the end of a line; its examples have prompts and are no transcript."""


def is_transcript(
    source: Source,
    whole: Callable[[], Format | None],
    known: KnownPieces,
    form_of: FormOf,
    may_hold: MayHold,
    *,
    is_text: bool,
) -> bool:
    """Whether a text is several outputs. `whole` gives the format of the text as a whole, `form_of` that of a piece.

    `may_hold` tells whether a piece of a text may have a format at all, other than a given one. `is_text`: the text
    does not begin like JSON or XML, or is neither, so that `whole` is conclusive.
    """
    head, lines = source.head_text, source.head_looks
    if is_mail(lines):
        return False  # what its parts say is encoded
    suffix = suffix_of(source.path)
    if (bare := _without_list_marks(source, known, suffix)) is not None and not _is_never_cut(whole()):
        return has_pieces(bare, known, form_of)
    has_layout = is_text and suffix in LETTERS and _is_laid_out(source, whole(), known, form_of)
    if has_layout or _has_around(source, whole, known, suffix, is_text=is_text):
        return True
    if suffix in MARKDOWN:
        plain, told = without_sentences(head, source.head_lines) if source.once(names_commands) else (head, [])
        form = None if plain is head else whole()
        if told or _is_read_otherwise(form, head) or _leaves_parts(whole(), head, plain):
            return True
        head = plain
    is_named = source.path.casefold().endswith(POWERSHELL_ENDINGS)
    if not is_named and ("{{" in lines or ELEMENT.search(lines)) and _has_marked(head):
        return True
    if suffix in SUFFIXES and is_document(head, source.path, lines.casefold, lines):
        form = whole()
        return has_pieces(head, known, form_of) or (form is not None and form.name in SCRIPT_FORMATS)
    known.plain = head
    if _is_never_cut(whole()) and not is_page(head):
        return False
    may_be_marked = not is_named and _may_be_marked(head, lines)
    marked = _whole_lines(head) if may_be_marked and not source.is_in_head else head
    plain = known.unmarked(marked, source.head_lines) if may_be_marked else head
    if plain is not marked:
        of_plain = partial(formats_of_pieces, plain, known, form_of)
        is_written_so = (
            (is_text and is_escaped(source.head_lines)) or _has_fewer_fences(plain, marked) or counts_as_wiki(lines)
        )
        if _is_of_marks(whole(), of_plain, marked, known, is_written_so=is_written_so):
            return has_pieces(plain, known, form_of)
        head = plain
    if is_page(head):
        return has_pieces(head, known, form_of)
    form = whole()
    may_have = not _is_of_none(form) or may_hold(source, None)
    return may_have and _has_others(source, head, form, known, form_of, may_hold, is_text=is_text)


def _is_laid_out(source: Source, form: Format | None, known: KnownPieces, form_of: FormOf) -> bool:
    return is_laid_out(source.path, source.head_text, form, known, form_of, may_be_broken=_is_of_none(form))


def _without_list_marks(source: Source, known: KnownPieces, suffix: str) -> str | None:
    """The start of a text without marks before each line of what it holds; None if it has none."""
    if suffix in OF_LISTS or _MAY_BE_LISTED.search(source.head_looks) is None:
        return None
    marked = source.head_text if source.is_in_head else _whole_lines(source.head_text)
    bare = known.bare(marked).text
    return None if bare is marked else bare


def _is_never_cut(form: Format | None) -> bool:
    return form is not None and form.name in _NEVER_CUT


def _whole_lines(head: str) -> str:
    """The start of a longer text without its last line, which may end within the mark that all lines begin with."""
    return head.rpartition("\n")[0] or head


def _is_of_marks(
    form: Format | None,
    of_plain: Callable[[], Iterable[Format]],
    text: str,
    known: KnownPieces,
    *,
    is_written_so: bool,
) -> bool:
    """Whether a text with marks is read in pieces without them, whatever `form` makes of it with them.

    `of_plain` gives the formats of the pieces. `is_written_so`: no program writes such marks.
    """
    if form is None or form.name in _OF_MARKS or is_written_so:
        return True
    if form.name == QUOTED_ERRORS and not all(map(_is_of_none, of_plain())):
        return True
    is_numbered = form.name == "powershell-script" and text[begin_of(text)] in "01"
    return is_numbered or known.unstamped(text) is not text or shows_history(text, text) or is_chat(text)


def _has_fewer_fences(plain: str, text: str) -> bool:
    """Whether marks of code beside its lines were taken away: nobody writes a script with them."""
    return "```" in text and plain.count("```") < text.count("```")


def _is_read_otherwise(form: Format | None, text: str) -> bool:
    """Whether more of a document is read than its PowerShell blocks: sentences beside them, too."""
    return form is not None and not (form.name == "powershell-script" and code_blocks(text))


def _leaves_parts(form: Format | None, text: str, plain: str) -> bool:
    """Whether a document with a script leaves it to its reader which parts of that to run, or has other blocks."""
    if form is None or form.name not in SCRIPT_FORMATS:
        return False
    lines = lines_of_text(plain)
    is_of_others = form.name == "powershell-script" and has_others_beside(text)
    return is_of_others or has_undone(lines) or bool(decisions_in(plain, lines, None))


def _is_undone(form: Format | None, lines: str) -> bool:
    """Whether a letter with a script says of a part of it that it takes the rest back."""
    return form is not None and form.name in SCRIPT_FORMATS and has_undone(lines.split("\n"))


def _has_around(
    source: Source, whole: Callable[[], Format | None], known: KnownPieces, suffix: str, *, is_text: bool
) -> bool:
    """Whether a text has others around commands: help, prose, the answer that a store is empty, a patch, a way back."""
    head, lines = source.head_text, source.head_looks
    return (
        (
            is_text
            and any(map(lines.__contains__, SIGNS_OF_HUNKS))
            and whole() is not None
            and bool(without_patches(head)[1])
        )
        or (is_text and "cert:\\" in source.head_lines_folded and shows_empty_store(head))
        or (
            any(map(lines.__contains__, SIGNS_OF_HELP))
            and not is_page(head)
            and bool(known.without_help(head, lines)[1])
        )
        or (suffix in DOCUMENTS and source.once(names_commands) and bool(without_inline(head, source.head_lines)[1]))
        or (is_text and suffix in LETTERS and _is_undone(whole(), lines))
    )


def _is_of_none(form: Format | None) -> bool:
    """Whether a text has no format, except for quoted messages."""
    return form is None or form.name == QUOTED_ERRORS


class _Whole(Struct, frozen=True):
    """A text that `form` reads as a whole, or no format does; `lines` has its distinct lines, `starts` their starts.

    `is_written`: prose may stand in it. `is_changed`: marks or comments were taken from what is in the file.
    """

    path: str
    form: Format | None
    text: str
    lines: str
    starts: LineStarts
    is_written: bool
    is_changed: bool

    @classmethod
    def of(cls, source: Source, form: Format | None, text: str, known: KnownPieces) -> _Whole:
        """A text that is the source's, or was made of that."""
        is_changed = text is not source.head_text
        lines = each_line_once(text) if is_changed else source.head_looks
        is_written = (form is None or form.name not in _OF_PROSE) and known.may_hold_prose(text, lines, lines.casefold)
        return cls(source.path, form, text, lines, LineStarts(lines.split("\n")), is_written, is_changed)

    def without_comments(self, source: Source, known: KnownPieces) -> _Whole:
        """The text without block comments of PowerShell."""
        if "<#" not in self.lines:
            return self
        return _Whole.of(source, self.form, _COMMENT.sub("\n", f"\n{self.text}")[1:], known)

    @property
    def name(self) -> str:
        """The name of its format; empty if it has none."""
        return "" if self.form is None else self.form.name

    @property
    def is_named(self) -> bool:
        """Whether its file is named as a script is."""
        return self.path.casefold().endswith((*POWERSHELL_ENDINGS, *BATCH_ENDINGS))

    @property
    def is_powershell(self) -> bool:
        """Whether it reads as a script of PowerShell."""
        return self.name == "powershell-script"

    @property
    def is_program(self) -> bool:
        """Whether it is such a script by the name of its file too."""
        return self.is_powershell and self.path.casefold().endswith(POWERSHELL_ENDINGS)

    @property
    def is_parted(self) -> bool:
        """Whether it has prompts, or marks around blocks, which no script has."""
        return PARTED.search(self.lines) is not None

    @property
    def may_hold_several(self) -> bool:
        """Whether outputs of several programs may begin in it."""
        own = _FAMILIES_OF.get(self.name, ())
        return may_hold_several(self.starts, None if self.form is None else self.text, own)


def _is_of_one(source: Source, text: str, form: Format | None, may_hold: MayHold) -> bool:
    """Whether a text, which is the source's or was made of that, is nothing but `form`, wherever it is cut: none of its
    pieces may be of another, and nothing stands between them."""
    if form is None or form.name in _TOLD_BY_PIECES:
        return False
    if text is not source.head_text and not (source := text_source(source.path, text)).is_in_head:
        return False
    return not (may_hold(source, form) or _has_text_between(source, form, source.head_looks))


def _has_others(
    source: Source,
    text: str,
    form: Format | None,
    known: KnownPieces,
    form_of: FormOf,
    may_hold: MayHold,
    *,
    is_text: bool,
) -> bool:
    """Whether a text that `form` reads as a whole, or no format does, has outputs of other formats."""
    whole = _Whole.of(source, form, text, known)

    def formats(part: str) -> Iterable[Format]:
        is_of_one = _is_of_one(source, text, form, may_hold)
        return () if is_of_one else formats_in(part, known, form_of, is_written=whole.is_written)

    # Before the text is cut, which is then done where others begin.
    has_begun = whole.name in _OF_LOGS and not families_begun(whole.starts) <= _LOG and known.others_begin(text, _LOG)
    of_prose = list(_until_another(form, formats(text))) if whole.is_written else []
    if any(form is None or part is not form or part.name in _BESIDE_PROSE for part in of_prose):
        return True
    if whole.is_powershell and whole.is_written and (not of_prose or names_only(text)):
        return True
    if not whole.is_named and _is_answered(form, whole.lines):
        return True
    if whole.is_program and not whole.is_parted:
        return False
    whole = whole.without_comments(source, known)
    if form is not None and _is_batch(form, whole.path, whole.lines) and families_begun(whole.starts) <= OF_SCRIPTS:
        return _has_text_between(source, form, whole.lines)  # a command that looks parts a script, and is a part of it
    is_quoted = not whole.is_named and is_quoted_in_part(whole.lines)
    is_below = is_text and _is_below(whole, known)
    is_cut = has_begun or is_below or is_quoted or may_be_cut(whole.text, whole.lines, whole.starts)
    if not ((is_cut and whole.is_parted) if whole.is_program else (is_cut or whole.may_hold_several)):
        return False
    is_one = not is_cut and _is_one(whole, known)
    parts = of_prose
    if not (is_one or of_prose):
        parts = list(_until_other(whole, formats(whole.text)))
        if parts and _is_other(parts[-1], whole):
            return True
        if {part.name for part in parts} - _PARTS_OF.get(whole.name, frozenset()) != {whole.name}:
            return False
    if form is None:
        return False
    is_of_forms = form.name in OF_FORMS and len(parts) > 1
    return is_of_forms or (is_quoted and form.name in SCRIPT_FORMATS) or _has_text_between(source, form, whole.lines)


def _is_below(whole: _Whole, known: KnownPieces) -> bool:
    """Whether a text that has no format may have one below a line, or with line ends that recognisers know."""
    is_of_none = _is_of_none(whole.form)
    return is_of_none and (_ends_in_cr(whole.text) or bool(below(dict(enumerate(known.lines(whole.text))))))


def _is_one(whole: _Whole, known: KnownPieces) -> bool:
    """Whether what looked like the beginnings of others are none."""
    if whole.form is None or whole.is_written or whole.is_changed:
        return False
    return not known.others_begin(whole.text, _FAMILIES_OF.get(whole.name, ()))


def _is_other(part: Format, whole: _Whole) -> bool:
    """Whether a piece shows that the whole text is not of one format."""
    if part.name == whole.name or part.name in _PARTS_OF.get(whole.name, ()):
        return False
    # A script of PowerShell may run netsh, and its comments look like headings of Markdown.
    return not (whole.is_powershell and part.name in SCRIPT_FORMATS and not whole.is_parted)


def _until_other(whole: _Whole, parts: Iterable[Format]) -> Iterator[Format]:
    """The formats of the pieces, up to the first that is not of the whole text."""
    for part in parts:
        yield part
        if _is_other(part, whole):
            return


def _is_answered(form: Format | None, lines: str) -> bool:
    """Whether a text with commands shows errors that answered them."""
    return form is not None and form.name in SCRIPT_FORMATS and shows_errors(lines)


def _is_batch(form: Format, path: str, lines: str) -> bool:
    is_named = form.name == "netsh-script" and path.casefold().endswith(BATCH_ENDINGS)
    return is_named and PARTED.search(lines) is None


def _ends_in_cr(text: str) -> bool:
    """Whether lines end in CR alone, which recognisers do not treat as line ends."""
    return "\r" in text and "\n" not in text


def _has_text_between(source: Source, form: Format, lines: str) -> bool:
    """Whether the pieces of one format have something else between: prose, frames, headers, prompts."""
    if (form.name in _OF_BLOCKS and FENCED.search(lines)) or HIGHLIGHTED.search(lines):
        return True
    if form.name in _OF_FILES and (SHELL.search(lines) or AT_PROMPT.search(lines)):
        return True
    if form.name == "powershell-list" and AT_PROMPT.search(lines):
        return True
    if FRAMED.search(lines) or (":" in lines and is_headed(source.head_text)):
        return True
    if form.name not in SCRIPT_FORMATS:
        return False
    listed = [match for line in lines.splitlines() if (match := LISTED.match(line) or QUOTED_ALONE.fullmatch(line))]
    if listed:
        return form.name == "netsh-script" or any(map({"cmdlet", "typed"}.intersection, map(_groups, listed)))
    return AT_PROMPT.search(lines) is not None


def _groups(match: re.Match[str]) -> Iterable[str]:
    """The names of the groups of a match that hold something."""
    return (name for name, held in match.groupdict().items() if held is not None)


def _has_marked(head: str) -> bool:
    """Whether a text, no page, has a command in wiki marks."""
    return not is_page(head) and bool(without_marked(head)[1])


def _may_be_marked(text: str, lines: str) -> bool:
    """Whether a text may have marks picked up on the way; `lines` has its distinct lines."""
    at = begin_of(text)
    begin = text[at : at + 1]
    return (
        not text.isascii()
        or begin.isdigit()
        or begin == "["
        or STAMPED.match(text, at) is not None
        or LABEL.match(text, at) is not None
        or (":" in lines and is_headed(text))
        or any(map(lines.__contains__, SIGNS_OF_MARKS))
        or any(sign.search(lines) for sign in BEGIN_EMPHASIS)
        or MAY_BE_STEP.search(lines) is not None
    )


def _until_another(form: Format | None, parts: Iterable[Format]) -> Iterator[Format]:
    """The formats of the pieces between prose, up to the first that differs."""
    for part in parts:
        yield part
        if part is not form or part.name in _BESIDE_PROSE:
            return
