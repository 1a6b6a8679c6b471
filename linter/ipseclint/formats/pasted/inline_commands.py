"""Commands in the sentences and tables of a document, which are reported, and not read.

    First run `netsh advfirewall set global ipsec strongcrlcheck 2`, then ...      | 1 | `Set-NetIPsecRule -Name x` |
    Then {{code|netsh ...}}, {{netsh ...}} and <code>netsh ...</code>: MediaWiki, Jira
    Under `HKLM\\SYSTEM\\...\\RasMan\\Parameters` we set `NegotiateDH2048_AES256` to 2.

There a document tells what to do in some case, or what not to do; commands in code blocks are read. Commands that a
ticket or a mail quotes were carried out, and are read: see `prose`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cache, partial
from itertools import compress, count, islice, pairwise, takewhile

from msgspec import Struct

from ipseclint.finding import Problem, ProblemCode
from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.pasted.marks import EMPHASISED
from ipseclint.formats.pasted.signs import CMD, FENCE, FENCES, POWERSHELL
from ipseclint.late import late
from ipseclint.source import Source
from ipseclint.vocabulary.ipsec_tools import mention_in
from ipseclint.vocabulary.registry_keys import TOLD_VALUES
from ipseclint.words import plural

_WHOLE = (
    r"(?:netsh(?:\.exe)?[ ][^`|\r\n]{0,200}?\b(?:add|set|del(?:ete)?|reset|import(?:policy)?|assignpolicy)\b[^`|\r\n]*"
    r"|reg(?:\.exe)?[ ]+(?:add|delete)[ ][^`|\r\n]+|sc(?:\.exe)?[ ]+config[ ][^`|\r\n]+"
    r"|(?:new|set|remove|rename|copy|enable|disable|add)-(?:netipsec|netfirewall|vpn)\w{1,60}[ ]+-[^`|\r\n]+)"
)
"""A command with what it is told; what only names one is prose."""
COMMAND_ALONE = late(_WHOLE, re.IGNORECASE)
_INLINE = late(rf"(`{{1,2}}|\*{{1,2}}|__){_WHOLE}\1", re.IGNORECASE)
_MARKS = ("`", "|", "*", "__")
"""One of these stands in every line with a command between marks, or in a cell."""
_CELL = late(rf"(?<=\|)[ \t]*{_WHOLE}(?=\|)", re.IGNORECASE)
_MARKED = late(
    r"\{\{(?:[A-Za-z][\w -]{0,20}\|(?:1=)?)?(?P<braces>[^{}|\r\n]{1,2000})\}\}"
    r"|<(?P<tag>code|kbd|nowiki|samp|tt)>(?P<element>[^<>\r\n]{1,2000})</(?P=tag)>",
    re.IGNORECASE,
)
"""Code within a line of a wiki, by a template, by braces or by an element."""
ELEMENT = late(r"<(?:code|kbd|nowiki|samp|tt)>")
"""How such an element begins. It or `{{` stands in every text with such a mark: quicker to look for."""
_ALONE = late(r"[ \t]*(?:(?:[-*+]|\d{1,3}[.)])[ \t]+)?`[^`\r\n]*`[ \t.;:]*\r?")
"""A line, or an item of a list, that is one command: it is read, as one in bold or italics is."""
_ANY_VALUE = rf"\b(?:{'|'.join(TOLD_VALUES)})\b"
VALUE = late(_ANY_VALUE, re.IGNORECASE)
_NAMES = ("netsh", "-net", "-vpn", "reg add", "reg delete", "sc config", *TOLD_VALUES)
MARKDOWN = frozenset({".md", ".markdown"})
"""How the names of documents end in which sentences stand beside what is pasted, unmarked."""
_STATEMENTS = (
    *("call", "cmd", "echo", "else", "for", "foreach", "function", "if", "pause", "powershell", "pwsh", "rem"),
    *("runas", "set", "start", "title", "try", "while"),
)
"""Words of scripts that begin a line, whatever their cases."""
_SET = late(rf"{_WHOLE}|{_ANY_VALUE}", re.IGNORECASE)
_NAMED = late(rf"\bnetsh\b|[a-z]-(?:netipsec|netfirewall|vpn)|\bipsec(?:cmd|pol)\b|{_ANY_VALUE}", re.IGNORECASE)
"""What of IPsec a sentence names, that would be a command at the beginning of a line."""
_IN_CAPITALS = (
    r"(?:(?i:reg(?:\.exe)?[ ]+(?:add|delete)[ ]+\"?hk|sc(?:\.exe)?[ ]+config[ ]+\w{1,40}[ ]+start=)"
    r"|NETSH(?:\.EXE)?[ ]+(?:ADVFIREWALL|IPSEC|RAS)[ ])"
)
"""A command that somebody wrote in capitals, as guides to a VPN do, where a sentence would begin with one."""
_WRITTEN = late(
    r"(?:[ \t]*(?:>|#{1,6}[ \t]|(?P<item>[-*\u2022]|\d{1,3}[.)])[ \t]))*+[ \t]*+"
    r"(?:\*\*|__|!?\[[^\]\r\n]{1,200}\]\(|\[[ xX]\][ \t]"
    r"|`{1,2}[^`\r\n]{1,200}`{1,2}(?![ \t.;:]*\r?$)"
    rf"|(?!{POWERSHELL}|{CMD}|(?i:{'|'.join(_STATEMENTS)})\b|{_IN_CAPITALS})"
    r"(?:[A-Z]|[^\W\d_a-zA-Z])[^\W\d_]*+(?![\w\\/.$=({-])"
    r"|(?i:netsh(?:[ ][a-z]{2,20}){0,3}|[a-z]{2,12}-[a-z]{2,60})(?:,|(?P<named>:)))"
)
"""How a line begins that somebody has written: emphasis, a link, a box to tick, code with words behind it, a word of a
sentence, a name with what is said of it."""
_TARGET = r"(?:\([^()\r\n]{0,1000}+(?:\([^()\r\n]{0,200}+\)[^()\r\n]{0,200}+){0,4}\)|\[[^\[\]\r\n]{0,200}+\])"
_LINK = (
    rf"!?\[(?:[^\[\]\r\n]{{1,500}}+|!\[[^\[\]\r\n]{{0,500}}+\]{_TARGET})*+\]{_TARGET}(?:\{{[^{{}}\r\n]{{0,200}}+\}})?"
)
_SHOWN = late(
    rf"[ \t>]*+(?:[-*+\u2022][ \t]|\d{{1,3}}[.)][ \t]|\|)?[ \t|*_]*+"
    rf"(?:{_LINK}[ \t|,.;*_\u00b7\\]*+)++\r?"
    r"|[ \t>]*+\[[^\[\]\r\n]{1,200}+\]:[ \t]+<?(?:[a-z][a-z\d+.-]{1,20}:|\.{0,2}/|#|[\w-]{1,40}[./])[^\r\n]*+"
    r"|[ \t>]*+(?:</?(?:a|abbr|b|br|center|details|div|em|figcaption|figure|h[1-6]|hr|i|img|p|picture|small|source|span"
    r"|strong|sub|summary|sup|svg|video)\b|<!--)[^\r\n]*>[ \t]*+\r?",
    re.IGNORECASE,
)
"""A line of Markdown that is pictures and links alone, where a link goes to, or an element of HTML."""
_HEAD_OF_PAGE = late(
    r"\ufeff?(?P<mark>---|\+\+\+)[ \t]*\r?\n(?=[\w.-]{1,60}[ \t]*[:=])"
    r"(?:(?!(?P=mark)[ \t]*\r?$)[^\n]{0,2000}\n){1,100}?(?P=mark)[ \t]*\r?$",
    re.MULTILINE,
)
"""What a page of Markdown says of itself above its text: its title, its tags."""
_ITEM = late(r"[ \t]{0,12}(?:[-*\u2022]|\d{1,3}[.)])[ \t]")
_PRINTED = late(rf"[ \t]{{2}}REG_[A-Z_]{{2,24}}[ \t]|\A[ \t]*(?i:{_ANY_VALUE})[ \t]*:[ \t]*-?\d{{1,10}}[ \t]*\r?\Z")
"""A value of the registry as `reg query` or `Get-ItemProperty` prints it."""
_OPTION = late(r"[ ][-/][A-Za-z]")


class Told(Struct, frozen=True):
    """A command in prose: its line and column, from 1, and its words."""

    line: int
    column: int
    words: str


def names_commands(source: Source) -> bool:
    """Whether a program or cmdlet is named in the start of a source."""
    return source.holds_any_folded(_NAMES)


def without_marked(text: str) -> tuple[str, list[Told]]:
    """The text with commands in wiki marks blanked, and these; the same text if it has none."""
    folded = text.casefold()
    if not any(name in folded for name in _NAMES):
        return text, []
    told: list[Told] = []
    lines = text.split("\n")
    for index, line in enumerate(lines):
        if "{{" in line or "</" in line:
            lines[index] = _MARKED.sub(partial(_blank_marked, told, index + 1), line)
    return ("\n".join(lines), told) if told else (text, told)


def _blank_marked(told: list[Told], number: int, match: re.Match[str]) -> str:
    """Blanks for a command in marks, which is recorded; other text unchanged."""
    held = "element" if match["braces"] is None else "braces"
    words = match[held].strip()
    if COMMAND_ALONE.match(words) is None or mention_in(words) is None:
        return match[0]
    told.append(Told(number, match.start(held) + match[held].index(words[:1]) + 1, words))
    return " " * len(match[0])


def without_inline(
    text: str, once: str | None = None, steps: Callable[[], Collection[int]] = frozenset
) -> tuple[str, list[Told]]:
    """The text with commands in sentences and tables blanked, and these; the same text if it has none.

    `once` has its distinct lines: less to search. `steps` gives the numbers of lines of tables that are read.
    """
    if not any(map((once or text).__contains__, _MARKS)) or not _is_named(once or text):
        return text, []
    told: list[Told] = []
    lines, may_tell, read = text.split("\n"), cache(_may_tell), steps()
    for index in _outside_of_fences(lines):
        if index + 1 not in read and may_tell(line := lines[index]):
            blank = partial(_blank, told, index + 1)
            lines[index] = _CELL.sub(blank, _INLINE.sub(blank, line)) if _is_row(line) else _INLINE.sub(blank, line)
    return ("\n".join(lines), told) if told else (text, told)


def _is_named(text: str) -> bool:
    """Whether a program or cmdlet is named in a text."""
    return any(map(text.casefold().__contains__, _NAMES))


def _outside_of_fences(lines: Sequence[str]) -> Iterator[int]:
    """The indices of lines of a document outside of its blocks of code."""
    fences = {line for line in set(lines) if any(map(line.__contains__, FENCES)) and FENCE.match(line)}
    parting = (-1, *compress(count(), map(fences.__contains__, lines)), len(lines))
    for above, end in islice(pairwise(parting), 0, None, 2):
        yield from range(above + 1, end)


def _may_tell(line: str) -> bool:
    """Whether a line has a command between other words, or in a cell of a table."""
    if not any(map(line.__contains__, _MARKS)):
        return False
    has_some = _INLINE.search(line) is not None or (_is_row(line) and _CELL.search(line) is not None)
    return has_some and _ALONE.fullmatch(line) is None and EMPHASISED.match(line) is None


def without_sentences(text: str, once: str | None = None) -> tuple[str, list[Told]]:
    """The text without sentences that name commands, and those commands that would set something; the same if none.

    Pictures, links, elements of HTML and the head of a page are no commands either, whatever they name. `once` has the
    distinct lines of the text.
    """
    if not _is_named(once or text):
        return text, []
    told: list[Told] = []
    lines = text.split("\n")
    head = _HEAD_OF_PAGE.match(text)
    behind_head = 0 if head is None else head[0].count("\n") + 1
    is_no_command, set_in = cache(_is_no_command), cache(_set_in)
    is_changed = False
    for index in _outside_of_fences(lines):
        if index < behind_head or is_no_command(lines[index]):
            told += [Told(index + 1, each.column, each.words) for each in set_in(lines[index])]
            lines[index] = ""
            is_changed = True
    return ("\n".join(lines), told) if is_changed else (text, told)


def _set_in(line: str) -> list[Told]:
    """The commands in a line that would set something."""
    told: list[Told] = []
    _SET.sub(partial(_blank, told, 1), line)
    return told


def _is_no_command(line: str) -> bool:
    """Whether a line of Markdown shows something, or is a sentence that names a command."""
    return _SHOWN.fullmatch(line) is not None or _is_sentence(line)


def _is_sentence(line: str) -> bool:
    """Whether a line names a command and is no command itself."""
    if _NAMED.search(line) is None or _PRINTED.search(line) is not None:
        return False
    return _is_row(line) or _is_written(line) or _is_of_value(line)


def _is_written(line: str) -> bool:
    """Whether a line begins like a sentence, or is a list item that explains a name."""
    match = _WRITTEN.match(line)
    return match is not None and (match["named"] is None or match["item"] is not None)


def _is_of_value(line: str) -> bool:
    """Whether an item of a list, or a row of a table, says what a value of the registry is: no command that sets it."""
    is_told = "|" in line or _ITEM.match(line) is not None
    return is_told and VALUE.search(line) is not None and _OPTION.search(line) is None


def _is_row(line: str) -> bool:
    """Whether a line is a row of a table."""
    return line.lstrip().startswith("|") and line.rstrip().endswith("|")


def _blank(told: list[Told], number: int, match: re.Match[str]) -> str:
    """Blanks for a command in a line, which is recorded; other words unchanged."""
    words = match[0].strip("`*_ \t")
    if mention_in(words) is None and VALUE.fullmatch(words) is None:
        return match[0]
    told.append(Told(number, match.start() + match[0].index(words[:1]) + 1, words))
    return " " * len(match[0])


def tell(told: list[Told], diagnostics: Diagnostics) -> None:
    """Report such commands once, at the first: they are no policy, nor misunderstood parts of one."""
    if not told:
        return
    first = told[0]
    others = "more name" if any(VALUE.fullmatch(each.words) for each in told[1:]) else "more command"
    more = f", and {plural(len(told) - 1, others)}" if len(told) > 1 else ""
    stands = "stand" if more else "stands"
    message = (
        f"{quoted(_name(first))}{more} {stands} in a sentence or a table, which is not read: "
        "what is to be checked belongs into a block of code"
    )
    place = diagnostics.place(first.line, first.column, len(first.words))
    diagnostics.add(Problem(code=ProblemCode.NO_POLICY, message=message, span=place))
    for each in told:
        tell_unread(_name(each), diagnostics)


def tell_unread(name: str, diagnostics: Diagnostics) -> None:
    """Count what a sentence or a table names as unread."""
    diagnostics.unread[f"{quoted(name)} in a sentence or a table, which is not policy"] += 1


def _name(told: Told) -> str:
    """What a command is called, without what it takes."""
    return " ".join(takewhile(lambda word: "=" not in word and word[:1] != "-", told.words.split()[:5]))
