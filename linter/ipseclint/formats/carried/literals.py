r"""The literals of a text in another language: what stands in quotes, in heredocs, between tags, behind keys.

    "netsh ... name=\"A B\""    'netsh ...'    @"netsh ... name=""A B"" "    <<-EOH ... EOH    ''' ... '''
    <Arguments>advfirewall ... name=&quot;A B&quot;</Arguments>             args="..."        RUN netsh ... \
    @("CMD"/L) ... | CMD        %x(netsh ...)  qx{netsh ...}
    0CmdLine=netsh              win_command: netsh ...              run: | ...          script: > ...

Each is as long as it is written, so that a word of it stands where it does in the text: what an escape is longer than
its sign becomes blanks beside the word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from ipseclint.formats.kit.yaml_blocks import end_of_block
from ipseclint.late import late
from ipseclint.vocabulary.ipsec_tools import PROGRAM

MAX_LITERALS = 20_000
"""How many literals of a text are looked at (reasoned: far above any real program of its size)."""

NEXT_LINE = "\v"
"""The placeholder for an escaped line end in a literal."""

_PROGRAM = rf"(?:[\w$%{{}}:()\\/. -]{{0,80}}[\\/])?(?:{PROGRAM}|powershell|pwsh|cmd|ipseccmd|ipsecpol)(?:\.exe)?"
"""A program that sets policy, with its folder or without."""
_LITERAL = late(
    r"(?P<quotes>\"\"\"|''')(?P<triple>[\s\S]*?)(?P=quotes)"
    r"|<<[-~]?[\"']?(?P<tag>[A-Za-z_]\w{0,40})[\"']?[^\r\n]{0,80}\r?\n"
    r"|@\([\"']?(?P<end>[A-Za-z][\w .-]{0,40})[\"']?(?::\w{1,20})?(?:/[\w$]{0,8})?\)[^\r\n]{0,80}\r?\n"
    r"|(?:%x|(?<![\w$@%&])qx)[ ]?(?:\((?P<round>[^()\r\n]*+)\)|\{(?P<curly>[^{}\r\n]*+)\}"
    r"|\[(?P<square>[^\[\]\r\n]*+)\])"
    r"|(?<![\\\"])\"(?P<double>(?:[^\"\\\r\n]|\\[^\r\n]|\"\")*+)\""
    r"|(?<![\\'])'(?P<single>(?:[^'\\\r\n]|\\[^\r\n]|'')*+)'"
    r"|`(?P<back>[^`]*+)`"
    r"|^[ \t]*(?:-[ \t]+)?(?i:RUN)[ \t]+(?!\[)(?P<run>(?:[^\r\n]*[\\`][ \t]*\r?\n)*+[^\r\n]*)"
    r"|^[ \t]*\d{1,3}(?:CmdLine|Parameters)[ \t]*=[ \t]*(?P<ini>[^\r\n]*)"
    r"|^(?P<indent>[ ]{0,80}(?:-[ ]{1,8})?)(?i:ansible\.(?:windows|builtin)\.)?"
    r"(?i:win_(?:shell|command)|powershell|pwsh|bat|batch|cmd|script|inline_?script|run|commands?|user_?data|name)"
    r"[ ]*:[ ]*(?P<style>[|>])[+-]?\d?[+-]?[ \t]*\r?\n"
    rf"|^[ \t]*(?:-[ \t]+)?[\w.]{{1,60}}:[ \t]+"
    rf"(?P<key>(?:{_PROGRAM}|[A-Za-z]{{2,12}}-(?:Net|Vpn)\w{{1,60}})[ \t][^\r\n]*)",
    re.MULTILINE,
)
_OF_MARKUP = late(
    r">[ \t]*+(?:\r?\n[ \t]*+)?<!\[CDATA\[(?P<data>[\s\S]*?)(?:\]\]>|\Z)"
    r"|>(?P<text>\s*+[^<>\s][^<>]*+)</|[ \t\r\n][\w:.-]{1,60}=(?:\"(?P<double>[^\"<]*)\"|'(?P<single>[^'<]*)')"
)
_STRINGS_OF_JSON = late(
    r"[\[\]{},: \t\r\n]*+(?:(?:\"(?:[^\"\\\r\n]++|\\[^\r\n])*+\"|-?\d[\d.eE+-]*+|true|false|null)"
    r"[ \t\r\n]*+(?:[:,\]}][\[\]{},: \t\r\n]*+|\Z))*+"
)
"""What is written like JSON, of which every literal is a string."""
_OF_SEQUENCE = late(r"\A\s*+smsswd\.exe[\"']?\s++/run:\S*+\s++", re.IGNORECASE)
"""What a step of a task sequence runs its command by."""
_COMMENT = late(
    r"^[ \t]*(?:#(?![ \t]*(?:include|define)\b|\{\w)|//|--(?!scripts?[ \t'\"])|;|\*[ \t])[^\r\n]*", re.MULTILINE
)
_COMMENT_OF_MARKUP = late(r"<!--[\s\S]*?(?:-->|\Z)")
_ESCAPE = late(
    r"\\n(?!etsh)|\\r(?!eg(?:\.exe)?[ ])|\\[\"'\\/t$]|\\u00[0-9A-Fa-f]{2}|\"\""
    r"|&(?:quot|amp|lt|gt|apos|#\d{1,3}|#x[0-9A-Fa-f]{1,2});"
)
_SIGNS = {"n": NEXT_LINE, "r": " ", "t": " "}
_BEHIND_A_WORD = frozenset(" \t\r\n,;)}]" + NEXT_LINE)
_BEFORE_A_WORD = frozenset(" \t\r\n(,;{[@" + NEXT_LINE)
_NOT_LINE_END = late(r"[^\r\n]")
_SHOWN_LINE = late(r"^[ \t]*[^ \t\r\n][^\r\n]*", re.MULTILINE)


class Literal(Struct, frozen=True):
    """The offsets of a literal without its quotes, and its text, padded to the same length.

    `is_folded`: its line ends are blanks, as in a YAML block behind `>`.
    """

    start: int
    end: int
    text: str
    is_folded: bool = False

    @property
    def commands(self) -> Iterator[Literal]:
        """Its parts that a shell runs separately: lines, blocks, and continued lines joined."""
        depth = 0
        start: int | None = None
        for match in _SHOWN_LINE.finditer(self.text):
            line = match[0].strip()
            start = match.start() if start is None else start
            depth = max(0, depth - line.startswith(")")) + line.endswith("(")
            if depth == 0 and line[-1:] not in {"^", "\\", "`"}:
                yield Literal(self.start + start, self.start + match.end(), self.text[start : match.end()])
                start = None
        if start is not None:
            yield Literal(self.start + start, self.end, self.text[start:])


def literals_of(text: str, *, is_markup: bool) -> Iterator[Literal]:
    """The literals of a text in order, without those in comments on lines of their own."""
    text = without_comments(text, is_markup=is_markup)
    if is_markup:
        for match in _OF_MARKUP.finditer(text):
            kind = match.lastgroup or ""
            shown = straightened(match[kind])
            yield Literal(*match.span(kind), _OF_SEQUENCE.sub(lambda step: blanks(step[0]), shown, count=1))
    else:
        yield from in_program(text)


def in_program(text: str, at: int = 0) -> Iterator[Literal]:
    """The literals of a program from an offset on that is in none of them."""
    endless: set[str] = set()
    while (match := _LITERAL.search(text, at)) is not None:
        at = match.end()
        kind = match.lastgroup or ""
        if kind == "style":
            at = end_of_block(text, match.end(), len(match["indent"]))
            yield Literal(match.end(), at, text[match.end() : at], is_folded=match[kind] == ">")
            continue
        if kind in {"tag", "end"}:
            start = match.end()
            end = None if match[kind] in endless else _end_of_heredoc(text, match[kind], start)
            if end is None:
                endless.add(match[kind])  # nor has a later one an end
            if end is None or text[start:end].lstrip()[:1] in {"{", "["}:
                continue
            at = end
            yield Literal(start, end, text[start:end])
            continue
        written = match[kind]
        yield Literal(*match.span(kind), written if kind in _AS_WRITTEN else straightened(written))


_AS_WRITTEN = frozenset({"run", "ini", "key", "back", "round", "curly", "square"})
"""Kinds of literals without escapes of their own."""


def end_of_strings(text: str) -> int:
    """How far a text is written like JSON, so that its literals are strings: 0 in a program."""
    match = _STRINGS_OF_JSON.match(text)
    return 0 if match is None else match.end()


def without_comments(text: str, *, is_markup: bool) -> str:
    """The text with comments blanked; in programs, those on lines of their own."""
    comment = _COMMENT_OF_MARKUP if is_markup else _COMMENT
    return comment.sub(lambda match: blanks(match[0]), text)


def blanks(text: str) -> str:
    """Blanks in place of a text, line ends kept."""
    return _NOT_LINE_END.sub(" ", text)


def _end_of_heredoc(text: str, tag: str, start: int) -> int | None:
    at = start
    while (at := text.find(tag, at)) >= 0:
        line = text.rfind("\n", 0, at) + 1
        behind = text[at + len(tag) : at + len(tag) + 1]
        if line >= start and not text[line:at].strip(" \t|-") and not behind.isalnum():
            return line
        at += len(tag)
    return None


def straightened(written: str) -> str:
    r"""A literal with escapes decoded, padded to the same length.

    The padding for an escape goes outside quotes: before an opening one, behind a closing one.
    """
    if "\\" not in written and '""' not in written and "&" not in written:
        return written
    shown: list[str] = []
    blanks: dict[int, int] = {}
    owed = at = word = looked = 0
    is_quoted = False
    for match in _ESCAPE.finditer(written):
        owed, is_quoted = _plain(written[at : match.start()], shown, owed, is_quoted=is_quoted)
        at = match.end()
        sign, longer = _sign_of(match[0]), len(match[0]) - 1
        if sign == '"' and not is_quoted:
            word, looked = _start_of_word(shown, looked) or word, len(shown)
            blanks[word] = blanks.get(word, 0) + longer
            shown.append(sign)
        elif sign == NEXT_LINE or sign.isspace():
            shown.append(" " * longer + sign)
        elif sign == '"' and written[at : at + 1] in {"", *_BEHIND_A_WORD}:
            shown.append(sign + " " * longer)
        else:
            shown.append(sign)
            owed += longer
        is_quoted = is_quoted != (sign == '"')
    owed, _ = _plain(written[at:], shown, owed, is_quoted=is_quoted)
    for place, count in blanks.items():
        shown[place] = " " * count + shown[place]
    return "".join(shown) + " " * owed


def _plain(part: str, shown: list[str], owed: int, *, is_quoted: bool) -> tuple[int, bool]:
    """Add a part without escapes; pending padding goes to its first blank outside quotes."""
    for sign in part:
        is_quoted = is_quoted != (sign == '"')
        shown.append(sign)
        if owed and not is_quoted and sign in " \t":
            shown.append(" " * owed)
            owed = 0
    return owed, is_quoted


def _start_of_word(shown: list[str], looked: int) -> int | None:
    """The start of the last word; None if it began in the part examined before."""
    return next((at for at in range(len(shown), looked, -1) if shown[at - 1][-1:] in _BEFORE_A_WORD), None)


def _sign_of(escape: str) -> str:
    if escape[0] == "&":
        from html import unescape

        return unescape(escape)
    if escape == '""':
        return '"'
    if escape[1] == "u":
        return chr(int(escape[-4:], 16))
    return _SIGNS.get(escape[1], escape[1])


def behind_program(text: str) -> str:
    """A literal without the program at its start, whose folder may contain a variable of the host."""
    match = _BEGINS.match(text)
    return text if match is None else text[match.end() - 1 :]


def is_program(text: str) -> bool:
    """Whether a literal is only the name of a program that sets policy."""
    return _PROGRAM_ALONE.fullmatch(text.strip()) is not None


def begins_with_program(text: str) -> bool:
    """Whether a line of a literal begins with such a program and arguments."""
    return _BEGINS.search(text) is not None


_PROGRAM_ALONE = late(rf"{_PROGRAM}|\{{cmd\}}", re.IGNORECASE)
_BEGINS = late(rf"^[ \t\v@&\"]{{0,60}}{_PROGRAM}\"?[ \t]+[^ \t\r\n]", re.IGNORECASE | re.MULTILINE)
