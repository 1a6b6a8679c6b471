"""Transcripts, runbooks and collections: several outputs in one text, with prompts, commands and headings between.

    C:\\Windows\\system32>netsh advfirewall consec show rule name=all    PS C:\\> Get-NetIPsecRule | Format-List
    netsh ipsec static>add policy name=P                                ```  and  ~~~  of Markdown
    ********************** / Windows PowerShell transcript start        _____ IPsec Rules (Show-NetIPsecRule) ...
    > Rule Name: Servers    (quoted, as in mail)                        .. code-block:: text    of reStructuredText
    [source,powershell]  ----  and  ....  of AsciiDoc                   <pre> and <code> of HTML

The text is cut at these lines. What stands between is read by the format that it is of, typed commands as a script;
all keep their places.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from msgspec.structs import replace

from ipseclint.finding import Problem, ProblemCode
from ipseclint.formats.failed_commands import Failure, failure_in, is_nothing, is_one, name_of
from ipseclint.formats.help_pages import without_help
from ipseclint.formats.inline_commands import tell, without_inline
from ipseclint.formats.kit.diagnostics import Diagnostics, of_text, quoted
from ipseclint.formats.netsh.wrapped import goes_on_in, is_rest
from ipseclint.formats.parsed import SCRIPT_FORMATS, Format, Parsed
from ipseclint.formats.pasted import HISTORY, unmarked
from ipseclint.formats.peers.vendors import foreign, instead
from ipseclint.formats.prose import blocks_between, command_within, may_stand
from ipseclint.late import late
from ipseclint.model.machine import merge_policies
from ipseclint.model.policy import Policy
from ipseclint.model.settings import RefusedCommand
from ipseclint.source import DOCUMENTS, Source, Span, bytes_source, each_line_once, lines_of_text
from ipseclint.words import plural

MAX_PIECES = 500
"""How many pieces of one text are looked at (reasoned: far above any real transcript)."""

_THEMED = (
    r"(?:\u276f|\u03bb|\u279c(?:[ ][^\r\n]{0,80}?)?|\$)[ ]{1,4}"
    r"(?=netsh[ ]|\$\w{1,40}[ ]?=|[A-Za-z]{2,12}-[A-Za-z]{3})"
)
"""Prompts of themes and of other shells, before what is known for a command."""
_UNC = r"\\\\[\w.$-]{1,63}\\[^>\r\n<|\"]{1,200}>"
_PROMPT = late(
    r"[ \t]{0,8}(?:"
    rf"(?P<powershell>{_THEMED}"
    r"|(?:\[[^\]\r\n]{1,80}\]:[ ]?)?PS(?:[ ][^>\r\n]{0,200})?>{1,2})"
    r"|(?P<netsh>netsh(?P<context>(?:[ ][a-z]{2,20}){0,3})>)"
    rf"|(?P<cmd>[A-Za-z]:(?:\\[^>\r\n<|\"]{{0,200}})?>|{_UNC})"
    r")[ \t]?(?P<typed>[^\r\n]*)"
)
_MORE = late(r"(?:>>|More\?)[ \t]")
_HEADING = late(r"[ \t]{0,8}(?!={3,40} [^=\r\n]{1,30} \d{1,6} =)(?:[_=*+]{3,}|-{3,}(?=[ \t]{0,8}[A-Za-z])|#{1,6}[ \t])")
_FENCE = late(
    r"[ \t]{0,8}(?:(?:`{3,}|~{3,})[ \t]?(?:[\w+#.-]{0,40}|\{[^`{}\r\n]{0,80}\}|[\w+#.-]{1,40}[ \t][^`\r\n]{0,80})"
    r"|\.\. (?:code|code-block|sourcecode|parsed-literal)::[^\r\n]{0,40}"
    r"|\[/?code\]|\{(?:noformat|code(?::[a-z]{1,20})?)\})[ \t]*\r?",
    re.IGNORECASE,
)
_HIGHLIGHT = (
    r"\{%-?[ \t]*(?:end)?highlight\b[^%\r\n]{0,40}%\}|\{\{[<%][ \t]*/?[ \t]*highlight\b[^}\r\n]{0,60}\}\}"
    r"|</?syntaxhighlight\b[^>\r\n]{0,80}>"
)
_TAG = late(
    rf"\[/?code(?:=[^\]\r\n]{{0,20}})?\]|{_HIGHLIGHT}|</?pre\b[^>\r\n]{{0,80}}>(?:<code\b[^>\r\n]{{0,80}}>)?",
    re.IGNORECASE,
)
"""The mark of a block of code in Jekyll, Hugo, MediaWiki, forums and Markdown's HTML: the code may stand beside it."""
_ASCIIDOC = late(r"[ \t]{0,8}\[(?:source|listing)\b[^\]\r\n]{0,80}\][ \t]*\r?", re.IGNORECASE)
_DELIMITER = late(r"(?:-{4,80}|\.{4,80})[ \t]*\r?")
"""What begins and ends a listing of AsciiDoc; in other texts it may rule a table."""
_RULER = late(r"-{2,80}[ ]{1,80}-{2,80}[ -]*+\r?$")
_LISTED_PROPERTY = late(r"[A-Za-z][\w()]{0,60} {0,60}: ")
"""What stands below the head of a table, and how a list of properties begins."""
_QUOTED = late(r"[ \t]{0,3}>(?!>) ?(?:> ?){0,7}")
"""The marks of what is quoted, as in mail and in Markdown."""
_QUOTE = late(r"\n[ \t]{0,3}+> ?[A-Za-z-]")
_LOOKS = late(
    r"[ \t]{0,8}(?:(?:get|show)-[a-z0-9]+\b(?! ?:)|netsh\b[^\r\n]{0,300}?\bshow\b|wevtutil(?:\.exe)?[ ]+qe\b|certutil\b"
    r"|(?:dir|ls|gci|get-childitem)[ ]+cert:)",
    re.IGNORECASE,
)
_ASKS_REGISTRY = late(
    r"[ \t]{0,8}(?:reg(?:\.exe)?[ ]+query\b|\(?get-itemproperty(?:value)?\b|\(?gpv?[ ]+['\"]?(?:hklm:|registry::))",
    re.IGNORECASE,
)
"""A command that tells which key and value the answer below it is about, and so stays with it."""
_LISTED = late(
    r"[ \t]{0,8}(?:\d{1,2}[.)]|[-*\u2022])[ \t]{1,4}"
    r"(?=(?:reg(?:\.exe)?[ ]+(?:add|delete)|netsh(?:\.exe)?|sc(?:\.exe)?[ ]+config)[ ])",
    re.IGNORECASE,
)
"""The mark of an item of a list that is a command, as instructions give them."""
_SETTING = late(r"[ \t]{0,24}[\w.-]{1,60}[ \t]{0,24}(?:=|\{[ \t]*\r?$)")
"""A line of a file that sets up a peer."""
_STATEMENT = late(
    r"[ \t]{0,24}(?:\$\w+[ \t]*=|(?!get-|show-)[a-z]{2,12}-[a-z]{3,9}[a-z0-9]{0,40}[ \t]+[-@$\"']"
    r"|(?:foreach|if|while|switch|param)[ \t]*\(|function[ \t]+\w)",
    re.IGNORECASE,
)
"""A line of a script of PowerShell that is no look at what is there."""
_ASSIGNS = late(r"\s*\$\w+[ \t]*=")
_INDENT = r"[ \t]{0,8}"
_PARTS = (_PROMPT, _HEADING, _FENCE, _LOOKS, _ASKS_REGISTRY, _LISTED)
_MAY_PART = late(
    rf"(?:{_MORE.pattern}|{_INDENT}+(?:{'|'.join(f'(?:{part.pattern.removeprefix(_INDENT)})' for part in _PARTS)}))",
    re.IGNORECASE,
)
"""A line that is any of these: most lines are none, and are asked once."""
_MARK = late(
    rf"\n[ \t]{{0,8}}+(?:{_THEMED}|{_UNC}|"
    r"PS(?:[ ][^>\r\n]{0,200})?>|\[[^\]\r\n]{1,80}\]:[ ]?PS(?:[ ][^>\r\n]{0,200})?>"
    r"|netsh(?:[ ][a-z]{2,20}){0,3}>"
    r"|[A-Za-z]:(?:\\[^>\r\n<|\"]{0,200})?>|[_=*#+]{3,}|`{3}|~{3}"
    r"|\.\. (?:code|source|parsed-literal)|\[code\]|\[source\b|\{(?:code|nof)|> ?[A-Za-z-]"
    r"|\{%-?[ \t]*highlight\b|\{\{[<%][ \t]*highlight\b|<(?:syntaxhighlight|pre)\b"
    r"|[Gg]et-[A-Za-z0-9]+\b|[Ss]how-[A-Za-z0-9]+\b|\((?:[Gg]et|[Ss]how)-[A-Za-z0-9]+\b"
    r"|netsh\b[^\r\n]{0,300}\bshow\b|reg(?:\.exe)?[ ]+query\b"
    r"|\d{1,2}[.)][ \t]{1,4}(?i:reg|netsh|sc)\b|[-*\u2022][ \t]{1,4}(?i:reg|netsh|sc)\b)"
)
"""A line at which a text may be cut, behind the end of the one before it, which is quicker to look for."""


_PAGE = late(
    r"\s*(?:<!--.{0,2000}?-->\s*|<\?xml[^>]{0,200}\?>\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)

_NOT_IN_CONTEXT = frozenset({"ipsec", "advfirewall", "..", "pushd", "popd", "exit", "quit", "bye"})
"""What is typed at a prompt of netsh and leads elsewhere, whatever context the prompt shows."""


class Piece(NamedTuple):
    """Lines of one kind: `kind` is `output`, or what the lines were typed into; `lines` are by number from 1."""

    kind: str
    lines: dict[int, str]

    @property
    def text(self) -> str:
        """The lines alone, to see what they are."""
        return "\n".join(self.lines.values())


def is_page(head: str) -> bool:
    """Whether a text begins as a page of HTML does."""
    return _PAGE.match(head) is not None


def may_be_cut(text: str) -> bool:
    """Whether a text has a line at which one may be cut: without one it is no transcript."""
    return _MARK.search(f"\n{text}") is not None


def is_transcript(
    source: Source, whole: Callable[[], Format | None], recognise: Callable[[Source], Format | None]
) -> bool:
    """Whether a text is several outputs: `whole` tells what it is in one piece, `recognise` what a piece is."""
    head = source.head_text
    if not is_page(head) and without_help(head)[1]:
        return True
    if source.path.casefold().endswith(_DOCUMENTS) and without_inline(head)[1]:
        return True
    plain = unmarked(head)
    if plain is not head and not source.path.casefold().endswith(_SCRIPTS):
        form = whole()
        if form is None or form.name in _OF_NETSH or HISTORY.search(head):
            return any(True for _ in _read(plain, source.path, recognise, is_written=may_stand(plain, source.path)))
        head = plain
    if is_page(head):
        return any(True for _ in _read(head, source.path, recognise, is_written=may_stand(head, source.path)))
    form = whole()
    lines = source.head_lines if head is source.head_text else each_line_once(head)
    is_written = (form is None or form.name not in _OF_PROSE) and may_stand(lines, source.path)
    if is_written and any(
        form is None or part is not form or form.name in _BESIDE_PROSE
        for part, _ in _read(head, source.path, recognise, is_written=True)
    ):
        return True
    is_script = form is not None and form.name == "powershell-script"
    if is_script and source.path.casefold().endswith(_SCRIPTS) and _PARTED.search(lines) is None:
        return False
    if "<#" in head:
        head = _COMMENT.sub("\n", f"\n{head}")[1:]
        lines = each_line_once(head)
        is_written = may_stand(lines, source.path)
    if not may_be_cut(lines):
        return False
    is_parted = is_script and _PARTED.search(lines) is not None
    if is_script and source.path.casefold().endswith(_SCRIPTS) and not is_parted:
        return False  # the comments of a script look like headings of Markdown
    # A script of PowerShell may run netsh, and its comments look like headings of Markdown.
    whole_name = "" if form is None else form.name
    names: set[str] = set()
    for part, _ in _read(head, source.path, recognise, is_written=is_written):
        names.add(part.name)
        if part.name != whole_name and (part.name not in SCRIPT_FORMATS or is_parted or not is_script):
            return True
    if form is None or names != {form.name}:
        return False
    if (form.name in _OF_NETSH and _FENCED.search(lines)) or _HIGHLIGHTED.search(lines):
        return True  # the prose between is no part of the script
    if any(_LISTED.match(line) for line in lines.splitlines()):
        return form.name == "netsh-script"
    return form.name in SCRIPT_FORMATS and _PROMPTED.search(lines) is not None


def transcript(recognise: Callable[[Source], Format | None]) -> Format:
    """The format of transcripts, given what tells the format of a piece."""

    @of_text
    def parse(whole: str, diagnostics: Diagnostics) -> Parsed:
        text, helped = without_help(unmarked(whole))
        if diagnostics.path.casefold().endswith(_DOCUMENTS):
            text, told = without_inline(text)
            tell(told, diagnostics)
        lines = lines_of_text(text)
        pieces: dict[str, tuple[Format, dict[int, str]]] = {}
        shown = _Shown()
        failed: list[tuple[Piece, Failure]] = []
        is_written = may_stand(text, diagnostics.path)
        for number, (form, piece) in enumerate(_read(text, diagnostics.path, recognise, failed, is_written=is_written)):
            if number >= MAX_PIECES:
                place = diagnostics.place(next(iter(piece.lines)), 1)
                diagnostics.refused(f"more than {MAX_PIECES} pieces: the rest was not read", place)
                break
            own = shown.new_in(piece) if form.name == "netsh-script" else piece.lines
            pieces.setdefault(form.name, (form, {}))[1].update(own)
        folded = text.casefold()
        if "ipsec" in folded or "master pfs" in folded or "Filter" in text:
            from ipseclint.formats.netsh.ip_security.shown import INSTEAD_OF_SHOWN, unread

            done = {number for _, own in pieces.values() for number in own}
            for number in unread(dict(enumerate(lines, start=1)), done):
                length = len(lines[number - 1].strip())
                column = len(lines[number - 1]) - len(lines[number - 1].lstrip()) + 1
                diagnostics.not_understood(INSTEAD_OF_SHOWN, diagnostics.place(number, column, length))
        if is_written:
            for row, sentence in enumerate(lines, start=1):
                if (within := command_within(sentence)) is not None:
                    place = diagnostics.place(row, within[0] + 1, within[1])
                    diagnostics.not_understood("a command within a sentence is not read: put it on a line alone", place)
        if not is_page(text) and (gateway := foreign(text)) is not None:
            make, begin = gateway
            number = text.count("\n", 0, begin) + 1
            column = begin - text.rfind("\n", 0, begin)
            diagnostics.not_understood(instead(make), diagnostics.place(number, column, 1))
        if is_page(text):
            from ipseclint.formats.html_blocks import commands_outside

            for line, column, length in commands_outside(text):
                message = "a command outside of the page's blocks of code is not read"
                diagnostics.not_understood(message, diagnostics.place(line, column, length))
        parts = [_parsed(form, own, diagnostics.path) for form, own in pieces.values()]
        alone = [_failed_alone(typed, failure, recognise, diagnostics) for typed, failure in failed]
        joined = _joined(_without_typed(parts, [form for form, _ in pieces.values()]) + alone, diagnostics)
        return _with_help(joined, helped, diagnostics) if helped else joined

    return Format(
        name="transcript",
        title="transcripts, runbooks, help pages and collections that hold several outputs or typed commands",
        recognise=lambda source: is_transcript(source, partial(recognise, source), recognise),
        parse=parse,
        how_to_export="copy a console window, or Start-Transcript before the commands and Stop-Transcript after them",
        can_express="what the formats of its pieces can, and what was typed",
        cannot_express="what scrolled out of the window; what a typed command did that another tool ran",
    )


_SCRIPTS = (".ps1", ".psm1")
_DOCUMENTS = tuple(DOCUMENTS)
_OF_NETSH = frozenset({"netsh-script", "advfirewall-show", "advfirewall-monitor-sa", "netsh-ipsec-statistics"})
_ADDS = late(r"[ \t]*netsh\b[^\r\n]{0,200}?[ \t]add[ \t]", re.IGNORECASE)
_TAKES_OUT = late(r"[ \t]*netsh\b[^\r\n]{0,200}?[ \t](?:del(?:ete)?|reset|import)\b", re.IGNORECASE)


class _Shown:
    """The commands of netsh that the blocks of a document have shown so far, while none takes anything out."""

    def __init__(self) -> None:
        self._adds: set[str] = set()
        self._is_over = False

    def new_in(self, piece: Piece) -> dict[int, str]:
        """The lines of a block without those that add, word for word, what an earlier block adds: they repeat it."""
        self._is_over = self._is_over or any(_TAKES_OUT.match(line) for line in piece.lines.values())
        if piece.kind != "output" or self._is_over:
            return piece.lines
        lines = {number: line for number, line in piece.lines.items() if line.strip() not in self._adds}
        self._adds.update(
            line.strip() for line in lines.values() if _ADDS.match(line) and not line.rstrip().endswith("^")
        )
        return lines


_COMMENT = late(r"\n[ \t]*+<#[^#]*+(?:#(?!>)[^#]*+)*+(?:#>|\Z)")
"""A block comment of PowerShell behind the end of a line; its examples have prompts and are no transcript."""
_PROMPTED = late(
    rf"^[ \t]{{0,8}}+(?:>[ ]?){{0,8}}(?:{_THEMED}|{_UNC}|"
    r"(?:\[[^\]\r\n]{1,80}\]:[ ]?)?PS(?:[ ][^>\r\n]{0,200})?>|netsh(?:[ ][a-z]{2,20}){0,3}>"
    r"|[A-Za-z]:(?:\\[^>\r\n<|\"]{0,200})?>)",
    re.MULTILINE,
)

_FENCED = late(rf"^[ \t]{{0,8}}(?:`{{3}}|~{{3}}|{_TAG.pattern})", re.MULTILINE | re.IGNORECASE)
_HIGHLIGHTED = late(rf"^[ \t]{{0,8}}(?:{_HIGHLIGHT})", re.MULTILINE | re.IGNORECASE)
_PARTED = late(
    rf"\n(?:{_PROMPTED.pattern.removeprefix('^')}|[ \t]{{0,8}}+(?:`{{3}}|~{{3}}|\[source\b|(?i:{_HIGHLIGHT})))"
)
"""Where a text is cut, not counting headings: behind the end of a line, which is quicker to look for."""


def _read(
    text: str,
    path: str,
    recognise: Callable[[Source], Format | None],
    failed: list[tuple[Piece, Failure]] | None = None,
    *,
    is_written: bool,
) -> Iterator[tuple[Format, Piece]]:
    """The pieces that are of a format, each with it: outputs in order, then what was typed into each program.

    `failed` takes what was typed and ended with an error, which is then no piece.
    """
    typed: dict[str, dict[int, str]] = {}
    if is_page(text):
        from ipseclint.formats.html_blocks import blocks_of

        blocks = blocks_of(text)
    else:
        blocks = [dict(enumerate(lines_of_text(text), start=1))]
    parted = (piece for block in blocks for piece in _pieces(block))
    for piece in parted if failed is None else _carried_out(parted, failed):
        if piece.kind != "output":
            typed.setdefault(piece.kind, {}).update(piece.lines)
            continue
        form = recognise(bytes_source(path, piece.text.encode("utf-8", "replace")))
        if is_written:
            yield from _between_prose(piece, form, path, recognise)
        elif form is not None:
            yield form, piece
    for kind, own in typed.items():
        piece = Piece(kind, {number: line for number, line in own.items() if not _LOOKS.match(line.strip())})
        form = _form_of(piece, path, recognise) if piece.lines else None
        if form is not None:
            yield form, piece


def _carried_out(pieces: Iterator[Piece], failed: list[tuple[Piece, Failure]]) -> Iterator[Piece]:
    """The pieces without the errors below typed commands, and without a command that has failed alone."""
    typed: list[Piece] = []
    for piece in pieces:
        if piece.kind != "output":
            typed.append(piece)
            continue
        left = dict(piece.lines)
        lines = {number: line for own in typed for number, line in own.lines.items()}
        words = _words(lines)
        failure = failure_in(left, name_of(words)) if words else None
        if failure is not None:
            failed.append((Piece(typed[0].kind, lines), failure))
            if is_one(words):
                typed.clear()
        while failure is not None:
            left = {number: line for number, line in left.items() if number not in failure.rows}
            failure = failure_in(left, name_of(words))
        yield from typed
        typed.clear()
        yield Piece(piece.kind, left)
    yield from typed


def _words(typed: Mapping[int, str]) -> str:
    """What was typed, on one line."""
    return " ".join(line.strip() for line in typed.values())


def _failed_alone(
    typed: Piece, failure: Failure, recognise: Callable[[Source], Format | None], diagnostics: Diagnostics
) -> Parsed:
    """What a command that ended with an error leaves: its keys, which are not printed, and that it did nothing."""
    words = _words(typed.lines)
    place = diagnostics.place(failure.row, failure.column, 1)
    form = _form_of(typed, diagnostics.path, recognise)
    alone = Parsed(policy=Policy()) if form is None else _parsed(form, typed.lines, diagnostics.path)
    refused = alone.policy.refused_commands
    is_look, is_alone = _LOOKS.match(words) is not None, is_one(words)
    if is_look or not is_alone:
        several = "below several commands: which of them did nothing cannot be told"
        shown = "in place of what the command was to show, which is missing"
        if not (is_look and is_nothing(failure)):
            diagnostics.not_understood(f"an error is printed {shown if is_alone else several}", place)
        refused = ()
    elif form is not None and not refused:
        said = f"the text below it says {quoted(failure.reason)}" if failure.reason else "an error is printed below it"
        refused = (RefusedCommand(command=name_of(words), reason=said, span=place),)
    return Parsed(policy=Policy(refused_commands=refused), secrets=alone.secrets)


def _form_of(typed: Piece, path: str, recognise: Callable[[Source], Format | None]) -> Format | None:
    """The format of what was typed: at a prompt of PowerShell it is a script."""
    name = f"{path}.ps1" if typed.kind == "powershell" else path
    return recognise(bytes_source(name, typed.text.encode("utf-8", "replace")))


def _parsed(form: Format, lines: dict[int, str], path: str) -> Parsed:
    """What a format makes of some lines of a text, each where it stands in it."""
    return form.parse(bytes_source(path, _alone(lines).encode("utf-8", "replace")))


_BESIDE_PROSE = SCRIPT_FORMATS | {"ipsec-conf", "swanctl-conf", "powershell-list", "reg-query"}
"""Formats that take prose for lines of their own."""
_OF_PROSE = frozenset({"collector-notes"})
"""Formats that are prose, of which nothing is read in pieces."""
_OF_SENTENCES = frozenset({"event-text", "ike-log"})
"""Formats whose own lines read as prose does."""


def _between_prose(
    piece: Piece, form: Format | None, path: str, recognise: Callable[[Source], Format | None]
) -> Iterator[tuple[Format, Piece]]:
    """What stands between the prose of a piece, by its own formats; the whole piece if none of it is of another."""
    taken: set[int] = set()
    is_cut = False
    assigned: list[Piece] = []
    for lines in blocks_between(piece.lines):
        block = Piece("output", lines)
        own = recognise(bytes_source(path, block.text.encode("utf-8", "replace"))) if block.text.strip() else None
        if own is None and _ASSIGNS.match(block.text):
            assigned.append(block)
        if own is not None and own.name == "powershell-script":
            yield from ((own, before) for before in assigned)  # what the script takes is set up before a sentence
            assigned.clear()
        if own is not None and not (form is own and own.name in _OF_SENTENCES):
            is_cut = True
            yield own, block
            taken.update(lines)
    if form is not None and (not is_cut or form.name in _OF_SENTENCES):
        left = Piece("output", {number: line for number, line in piece.lines.items() if number not in taken})
        if not is_cut or recognise(bytes_source(path, left.text.encode("utf-8", "replace"))) is form:
            yield form, left


def _pieces(lines: Mapping[int, str]) -> Iterator[Piece]:
    """The pieces of lines by their numbers, in order; a line that only parts others belongs to none."""
    output: dict[int, str] = {}
    kind = typed = ""
    text = "\n".join(("", *lines.values()))
    is_quoted = _QUOTE.search(text) is not None
    is_asciidoc = "[" in text and any(_ASCIIDOC.fullmatch(line) for line in lines.values())
    is_tagged = _TAG.search(text) is not None
    parting = _parting(lines)
    for number, line in lines.items():
        tag = _TAG.search(line) if is_tagged else None
        if not (is_quoted or is_asciidoc or tag) and number not in parting:
            if kind and (is_rest(line) or _is_cut(typed, line, lines.get(number + 1, ""))):
                typed = line
                yield Piece(kind, {number: line})
                continue
            kind = kind if kind and not line.strip() else ""
            output[number] = line
            continue
        if is_quoted and (quote := _QUOTED.match(line)):
            line = " " * quote.end() + line[quote.end() :]  # noqa: PLW2901
        if tag is not None:
            if not line[: tag.start()].strip():
                yield Piece("output", output)
                output, kind = {}, ""
            output[number] = _TAG.sub(lambda match: " " * len(match[0]), line)
            if not output[number][len(line.rstrip()) - 1 :].strip():
                yield Piece("output", output)
                output = {}
            continue
        prompt = _PROMPT.match(line)
        typed = line if prompt is None else _typed(prompt, line)
        if _ASKS_REGISTRY.match(typed.lstrip()):
            yield Piece("output", output)
            output, kind = {number: typed}, ""
        elif prompt is not None:
            yield Piece("output", output)
            output, kind = {}, "powershell" if prompt["powershell"] else "cmd"
            yield Piece(kind, {number: typed})
        elif listed := _LISTED.match(line):
            yield Piece("output", output)
            yield Piece("cmd", {number: " " * listed.end() + line[listed.end() :]})
            output, kind = {}, ""
        elif kind and _MORE.match(line):
            yield Piece(kind, {number: _MORE.sub(lambda match: " " * len(match[0]), line)})
        elif (
            (is_asciidoc and (_ASCIIDOC.fullmatch(line) or _DELIMITER.fullmatch(line)))
            or _FENCE.fullmatch(line)
            or (_is_heading(line) and not _is_comment(line, lines.get(number + 1, "")))
            or _LOOKS.match(line)
        ):
            yield Piece("output", output)
            output, kind = {}, ""
        else:
            kind = kind if not line.strip() else ""
            output[number] = line
    yield Piece("output", output)


def _is_cut(typed: str, line: str, following: str) -> bool:
    """Whether a typed line goes on in the next, which is no head of a table and no property that was printed."""
    is_printed = _RULER.match(following) is not None or _LISTED_PROPERTY.match(line) is not None
    return not is_printed and goes_on_in(typed, line)


def _parting(lines: Mapping[int, str]) -> set[int]:
    """The numbers of the lines at which a text may be parted; each that stands in it many times is asked once."""
    parting = {line for line in set(lines.values()) if _MAY_PART.match(line)}
    return {number for number, line in lines.items() if line in parting}


def _is_heading(line: str) -> bool:
    """Whether a line is a heading of a collector or of Markdown, or a ruler that is none of an output's own."""
    return _HEADING.match(line) is not None


def _is_comment(line: str, following: str) -> bool:
    """Whether a line with a heading's mark is a comment, as files of peers and scripts of PowerShell have them."""
    mark = line.lstrip()[:1]
    is_code = _SETTING.match(following) is not None or _STATEMENT.match(following) is not None
    return mark == "#" and (line[:1] != "#" or is_code)


def _typed(prompt: re.Match[str], line: str) -> str:
    """What was typed, in its columns; in a context of netsh with the words that lead there."""
    begin = prompt.start("typed")
    if prompt["netsh"] is None:
        return " " * begin + line[begin:]
    words = prompt["context"] or ""
    if prompt["typed"].split(" ")[0].casefold() in _NOT_IN_CONTEXT:
        words = ""
    return (" " * (prompt.start("netsh") + len("netsh")) + words).ljust(begin) + line[begin:]


def _alone(lines: dict[int, str]) -> str:
    """Some lines of a text, each where it stands in it."""
    return "\n".join(lines.get(number, "") for number in range(1, max(lines, default=0) + 1))


def _without_typed(parts: Sequence[Parsed], forms: Sequence[Format]) -> list[Parsed]:
    """The parts without the typed rules of which all are printed too, as they are afterwards."""
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


def _with_help(parsed: Parsed, helped: Sequence[str], diagnostics: Diagnostics) -> Parsed:
    """What a text with help on commands says: that this is no policy, once."""
    named = [f"help on {quoted(name)}, which is no policy" for name in helped]
    if parsed.is_empty and not parsed.problems:
        of = plural(len(helped), "command") if len(helped) > 1 else quoted(helped[0])
        message = f"it is help on {of}: syntax says what a command takes, and is no policy"
        problem = Problem(code=ProblemCode.NO_POLICY, message=message, span=diagnostics.place(1, 1))
        return replace(parsed, problems=(problem,))
    return replace(parsed, unread=(*parsed.unread, *((name, 1) for name in named)))


def _joined(parts: Sequence[Parsed], diagnostics: Diagnostics) -> Parsed:
    policies = tuple(part.policy for part in parts if not part.policy.is_empty) or (Policy(),)
    problems = [problem for part in parts for problem in part.problems]
    for problem in problems:
        diagnostics.add(problem)
    secrets: list[Span] = [span for part in parts for span in part.secrets]
    return Parsed(
        policy=merge_policies(policies),
        events=tuple(event for part in parts for event in part.events),
        counters=tuple(counter for part in parts for counter in part.counters),
        associations=tuple(association for part in parts for association in part.associations),
        problems=diagnostics.listed(),
        secrets=tuple(secrets),
        other_events=tuple(other for part in parts for other in part.other_events),
        unread=tuple(member for part in parts for member in part.unread),
    )
