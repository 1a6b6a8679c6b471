"""Cuts a text of several outputs at prompts, commands, headings, fences and tags, by the look of lines.

A line that only separates belongs to no piece; the others keep their numbers and columns.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import compress, count, pairwise

from msgspec import Struct

from ipseclint.formats.netsh.wrapped import goes_on_in, is_rest
from ipseclint.formats.pasted.signs import CMD, FENCES, MARKS, NETSH, POWERSHELL, SESSION
from ipseclint.formats.transcript.beginnings import OF_CERTIFICATE, LineStarts, beginnings, may_hold_several
from ipseclint.late import late
from ipseclint.source import lines_with

_THEMED = (
    r"(?:(?:[\u256d\u2570\u2514\u251c\ue0b0\ue0b6]|~|[A-Za-z]:\\|/\w|[\w.-]{1,40}+@)"
    r"[^\r\n$>]{0,80}?)?"
    r"(?:[\u276f\u03bb\u00bb\u25b6\ue0b0]{1,3}|\u279c(?:[ ][^\r\n]{0,80}?)?|\$)[ ]{1,4}"
    r"(?=netsh[ ]|\$\w{1,40}[ ]?=|[A-Za-z]{2,12}-[A-Za-z]{3})"
)
"""Prompts of themes and of other shells, before what is known for a command."""
_FRAME = r"[\u250c\u256d\u2570][\u2500\u2501]"
"""How each of the two lines of a theme's prompt begins."""
_UNC = r"\\\\[\w.$-]{1,63}\\[^>\r\n<|\"]{1,200}>"
_PROMPT = late(
    r"[ \t]{0,8}(?:"
    rf"(?P<powershell>{_THEMED}"
    rf"|(?:{SESSION})?{POWERSHELL}{{1,2}})"
    r"|(?P<netsh>netsh(?P<context>(?:[ ][a-z]{2,20}){0,3})>)"
    rf"|(?P<cmd>{CMD}|{_UNC})"
    r")[ \t]?(?P<typed>[^\r\n]*)"
)
_SHELL = (
    r"[ \t]{0,8}\[?[\w.-]{1,40}@[\w.-]{1,60}(?:[: ][^\r\n#$>]{0,80})?\]?[#$][ ](?!netsh|[A-Za-z]{2,12}-[A-Za-z]{3})"
)
"""The prompt of a shell of Unix, at which a file of a peer was printed."""
_OF_SHELL = late(_SHELL)
_MORE = late(r"(?:>>|More\?)[ \t]")
_HEADING = late(
    rf"[ \t]{{0,8}}(?!{OF_CERTIFICATE})(?:[_=*+]{{3,}}|-{{3,}}(?=[ \t]{{0,8}}[A-Za-z])|#{{1,6}}[ \t]|{_FRAME})"
)
_FENCE = late(
    r"[ \t]{0,8}(?:(?:`{3,}|~{3,})[ \t]?(?:[\w+#.-]{0,40}|\{[^`{}\r\n]{0,80}\}|[\w+#.-]{1,40}[ \t][^`\r\n]{0,80})"
    r"|\.\. (?:code|code-block|sourcecode|parsed-literal)::[^\r\n]{0,40}"
    r"|\[/?code\]|\{(?:noformat|code)(?::[^{}\r\n]{1,120})?\})[ \t]*\r?",
    re.IGNORECASE,
)
_HIGHLIGHT = (
    r"\{%-?[ \t]*(?:end)?highlight\b[^%\r\n]{0,40}%\}|\{\{[<%][ \t]*+/?+[ \t]*+highlight\b[^}\r\n]{0,60}\}\}"
    r"|</?(?:syntaxhighlight|source)\b[^>\r\n]{0,80}>|\{(?:noformat|code)(?::[^{}\r\n]{1,120})?\}"
)
_TAG = late(
    rf"\[/?code(?:=[^\]\r\n]{{0,20}})?\]|{_HIGHLIGHT}|</?pre\b[^>\r\n]{{0,80}}>(?:<code\b[^>\r\n]{{0,80}}>)?",
    re.IGNORECASE,
)
"""The mark of a block of code in Jekyll, Hugo, MediaWiki, Jira, forums and Markdown's HTML; code may stand beside."""
_SIGNS_OF_TAGS = ("[code", "[/code", "{code", "{noformat", "highlight", "<source", "</source", "<pre", "</pre")
"""One of these stands in every such mark, in lower case: quicker to look for."""
_ASCIIDOC = late(r"[ \t]{0,8}\[(?:source|listing)\b[^\]\r\n]{0,80}\][ \t]*\r?", re.IGNORECASE)
_DELIMITER = late(r"(?:-{4,80}|\.{4,80})[ \t]*\r?")
"""What begins and ends a listing of AsciiDoc; in other texts it may rule a table."""
_RULER = late(r"-{2,80}[ ]{1,80}-{2,80}[ -]*+\r?$")
_LISTED_PROPERTY = late(r"[A-Za-z][\w()]{0,60} {0,60}: ")
"""What stands below the head of a table, and how a list of properties begins."""
_QUOTED = late(r"[ \t]{0,3}>(?!>) ?(?:> ?){0,7}")
"""The marks of what is quoted, as in mail and in Markdown."""
_QUOTE = late(r"\n[ \t]{0,3}+>(?: >){0,7}(?: [\"<{;#:]| ?[A-Za-z\[-])")
_CHANGES = (
    r"[^\r\n]{0,400}[|{;][ \t]*(?:set|new|remove|rename|enable|disable|copy|add)-"
    r"(?:netipsec(?!(?:main|quick)modesa)|netfirewall|vpn)"
)
"""How a line continues that queries objects and pipes them into a command that changes them."""
LOOKS = late(
    rf"[ \t]{{0,8}}(?:(?:get|show)-[a-z0-9]+\b(?! ?:)(?!{_CHANGES})|"
    r"netsh\b[^\r\n]{0,300}?\bshow\b|wevtutil(?:\.exe)?[ ]+qe\b"
    r"|certutil\b(?![ \u00a0]?:)|(?:dir|ls|gci|get-childitem)[ ]+cert:)",
    re.IGNORECASE,
)
_OF_STORE = rf"(?:{OF_CERTIFICATE}|[^\s\"]{{1,40}} \"[^\"\r\n]*\"[ \t]*(?:[\r\n]|$))"
_IS_OF_STORE = late(rf"[ \t]*(?:\r?$|{_OF_STORE})")
_END_OF_STORE = late(r"[ \t]{0,8}CertUtil[ \u00a0]?:")
"""How the line begins with which `certutil` ends, in every language: it parts a store only from what is none.

It belongs to the store, which it may show to be empty.
"""
_BEHIND_STORE = late(rf"CertUtil(?<![^\r\n]CertUtil)[ \u00a0]?:[^\r\n]*+\s++(?!{_OF_STORE})\S")
_ASKS_OF_ONE = late(
    r"[ \t]{0,8}(?:reg(?:\.exe)?[ ]+query\b|\(?get-itemproperty(?:value)?\b|\(?gpv?[ ]+['\"]?(?:hklm:|registry::)"
    r"|wmic(?:\.exe)?[ ][^\r\n]{0,40}?\bservice[ ]+"
    r"(?:where\b|(?!get\b|list\b)['\"]?[\w$.-]{1,80}['\"]?[ ]+(?:get|list)\b)"
    r"|\(?(?:get-service|gsv|get-ciminstance|gcim|get-wmiobject|gwmi)[ ][^|\r\n,]{1,120}"
    r"(?:\)\.sta(?:rt(?:type|mode)|tus|te)\b|\|[ ]*select(?:-object)?[ ](?![^\r\n|]*\bname\b)[^\r\n|]*\bsta(?:rt|t)))",
    re.IGNORECASE,
)
"""A command that tells what the answer below it is about, a key and value or a service, and so stays with it."""
_LISTED_CMDLET = r"(?:add|disable|enable|new|remove|set)-(?:net(?:ipsec|firewall)|vpn)\w{1,50}[ ]+-"
"""A cmdlet that an item of a list begins with; behind a hyphen it may be one of a list of YAML, which is a script."""
_LISTED_TOOL = r"(?:reg(?:\.exe)?[ ]+(?:add|delete)|netsh(?:\.exe)?|sc(?:\.exe)?[ ]+(?:config|stop)|net1?[ ]+stop)[ ]"
LISTED = late(
    r"[ \t]{0,8}(?:(?:\d{1,2}[.)]|[*\u2022])[ \t]{1,4}"
    rf"(?={_LISTED_TOOL}|(?P<cmdlet>{_LISTED_CMDLET}))|-[ \t]{{1,4}}(?={_LISTED_TOOL}))",
    re.IGNORECASE,
)
"""The mark of an item of a list that is a command, as instructions give them."""
_BEFORE_QUOTED = r"(?:(?:[-*+\u2022]|\d{1,2}[.)])[ \t]{1,4})?`(?!`)"
_IS_QUOTED = _BEFORE_QUOTED + r"(?:(?i:netsh|reg|sc|net1?)(?:\.exe)?[ ]|[A-Za-z]{2,12}-[A-Za-z0-9]{3,60}[ ])"
QUOTED_ALONE = late(
    rf"[ \t]{{0,8}}{_BEFORE_QUOTED}(?P<typed>(?:(?P<shell>netsh|reg|sc|net1?)(?:\.exe)?[ ]"
    r"|[a-z]{2,12}-[a-z0-9]{3,60}[ ]+[-$@\"'])[^`\r\n]{1,2000})`[ \t.,;:]{0,8}\r?",
    re.IGNORECASE,
)
"""A line, or an item of a list, that is one command between backticks."""
_SETTING = late(r"[ \t]{0,24}[\w.-]{1,60}[ \t]{0,24}(?:=|\{[ \t]*\r?$)")
"""A line of a file that sets up a peer."""
_STATEMENT = late(
    r"[ \t]{0,24}(?:\$\w+[ \t]*=|(?!get-|show-)[a-z]{2,12}-[a-z]{3,9}[a-z0-9]{0,40}[ \t]+[-@$\"']"
    r"|(?:foreach|if|while|switch|param)[ \t]*\(|function[ \t]+\w)",
    re.IGNORECASE,
)
"""A line of a script of PowerShell that is no look at what is there."""
_CMDLET = late(r"[ \t]*(?:[A-Za-z]{2,12}-[A-Za-z]{3,60}|-[A-Za-z]\w{1,60})(?=[ \t]|\r?$)")
_PARAMETER = late(r"[ \t]{0,24}-[A-Za-z]\w{1,60}(?:[ \t:]|\r?$)")
_FILE = (
    r"(?:(?:~|[A-Za-z]:)?[/\\](?:[\w.-]{1,40}[/\\]){0,8})?"
    r"[\w.-]{1,60}\.(?:conf|cfg|secrets|log|txt|xml|reg|pbk|json|ya?ml|tf|inf|ini|csv)"
)
_END = (
    r"(?:(?:vpn|ipsec|windows|linux|strongswan|libreswan|cisco|mikrotik|fortigate|pfsense)[ ]){0,2}"
    r"(?:server|client|gateway|router|firewall|peer|initiator|responder|linux|windows)"
    r"(?:[ ](?:side|end|config|configuration|settings?|logs?))?"
)
_CAPTION = late(
    r"[ \t]{0,8}(?:\d{1,2}[.)]|[*_#>=-]{1,5})?[ ]{0,2}(?:"
    r"[^\W\d_][\w ()/'.&,-]{0,60}[*_]{0,3}[:\uff1a]"
    rf"|(?:[^\W\d_]{{1,20}}:[ ]|[$#][ ](?:sudo[ ])?(?:cat|less|more)[ ])?[`\"'<\[(]?{_FILE}[`\"'>\])]?"
    rf"(?:[ ]\(?(?:on|of|from|at)[ ][\w -]{{1,40}}\)?)?[*_]{{0,3}}:?"
    rf"|{_END}"
    r")(?:[ ]?[*_#<=-]{1,5})?>?[ \t]*\r?",
    re.IGNORECASE,
)
"""A line that announces what stands below it: words before a colon, the name of a file, one of two ends.

A file that Windows would run is none, since its name alone may be a command.
"""
_GOES_ON = " `"
_INDENT = r"[ \t]{0,8}"
_PARTS = (_PROMPT, _OF_SHELL, _HEADING, _FENCE, LOOKS, _ASKS_OF_ONE, LISTED, _END_OF_STORE)
_MAY_PART = late(
    rf"(?:{_MORE.pattern}|{_INDENT}+(?:{_IS_QUOTED}|"
    rf"{'|'.join(f'(?:{part.pattern.removeprefix(_INDENT)})' for part in _PARTS)}))",
    re.IGNORECASE,
)
"""A line that is any of these; most lines are none, and are tested only once."""
_MARK = late(
    rf"\n(?:{_SHELL}|[ \t]{{0,8}}+(?:{_THEMED}|{_UNC}|"
    rf"{POWERSHELL}|{SESSION}{POWERSHELL}|{NETSH}"
    rf"|[A-Za-z]:(?:\\[^>\r\n<|\"]{{0,200}})?>|(?!{OF_CERTIFICATE})[_=*#+]{{3,}}|`{{3}}|~{{3}}"
    r"|\.\. (?:code|source|parsed-literal)|\[code\]|\[source\b|\{(?:code|nof)|>(?: >){0,7}(?: [\"{;#:]| ?[A-Za-z\[-])"
    r"|\{%-?[ \t]*highlight\b|\{\{[<%][ \t]*highlight\b|<(?:syntaxhighlight|source|pre)\b"
    r"|[Gg]et-[A-Za-z0-9]+\b|[Ss]how-[A-Za-z0-9]+\b|\((?:[Gg]et|[Ss]how)-[A-Za-z0-9]+\b"
    r"|netsh\b[^\r\n]{0,300}\bshow\b|reg(?:\.exe)?[ ]+query\b"
    rf"|(?:\d{{1,2}}[.)]|[*\u2022])[ \t]{{1,4}}(?i:(?:reg|netsh|sc|net1?)\b|{_LISTED_CMDLET})"
    r"|-[ \t]{1,4}(?i:reg|netsh|sc|net1?)\b"
    rf"|{_IS_QUOTED}))"
)
"""A line at which a text may be cut, behind the end of the one before it, which is quicker to look for."""
_MAY_MARK = late(
    r"[ \t]{0,8}+(?:\\\\|PS[ >]|\[|netsh|[A-Za-z]:[\\>]|[_=*#+]{3}|`|~{3}|\.\. |\{|>|<[sp]|[Gg]et-|[Ss]how-|\([GgSs]"
    r"|reg|\d{1,2}[.)][ \t]|[-*\u2022][ \t]|[\w.-]{1,14}@)"
)
"""How the start of such a line looks, and of few others, without prompts of themes."""
_THEME_SIGNS = "$\u276f\u03bb\u00bb\u25b6\ue0b0\u279c"
"""What one of such prompts ends with."""
PROMPTED = late(
    rf"[ \t]{{0,8}}+(?:>[ ]?){{0,8}}(?:{_THEMED}|{_UNC}|"
    rf"(?:{SESSION})?{POWERSHELL}|{NETSH}|{CMD})"
)
"""How a line begins at which something was typed."""
AT_PROMPT = late(rf"\n{PROMPTED.pattern}")
"""The same behind the end of the line before it, which is quicker to look for, as are those that follow."""
SHELL = late(rf"\n{_SHELL}")
FENCED = late(rf"\n[ \t]{{0,8}}(?:{MARKS}|{_TAG.pattern})", re.IGNORECASE)
FRAMED = late(rf"\n(?:\*{{20,80}}|{_FRAME}[^\r\n]{{0,400}})[ \t]*\r?$", re.MULTILINE)
"""The lines around the head of a transcript and its end, and those of a theme's prompt: no output has them."""
HIGHLIGHTED = late(rf"\n[ \t]{{0,8}}(?:{_HIGHLIGHT})", re.IGNORECASE)
PARTED = late(rf"\n(?:{PROMPTED.pattern}|[ \t]{{0,8}}+(?:{MARKS}|\[source\b|(?i:{_HIGHLIGHT})))")
"""Where a text is cut, not counting headings."""


_NOT_IN_CONTEXT = frozenset({"ipsec", "advfirewall", "..", "pushd", "popd", "exit", "quit", "bye"})
"""What is typed at a prompt of netsh and leads elsewhere, whatever context the prompt shows."""


class Piece(Struct, frozen=True):
    """Lines of one kind: `kind` is `output`, or the program that they were typed into; `lines` are numbered from 1.

    `margins` is the number of characters removed before a line, if any.
    """

    kind: str
    lines: dict[int, str]
    margins: Mapping[int, int] = {}

    @property
    def text(self) -> str:
        """The lines alone, for recognition."""
        return "\n".join(self.lines.values())


def may_be_cut(text: str, lines: str, starts: LineStarts) -> bool:
    """Whether a text has a line at which it may be cut; without one it is no transcript.

    `lines` has its distinct lines, each behind a line end; `starts` are their starts.
    """
    if "CertUtil" in lines and _BEHIND_STORE.search(text) is not None:
        return True
    themed = "".join(f"\n{lines[begin:end]}" for begin, end in lines_with(lines, _THEME_SIGNS))
    return any(_MARK.search(each) is not None for each in (starts.begun_with(_MAY_MARK), themed))


def is_quoted_in_part(lines: str) -> bool:
    """Whether some lines are quoted, as in a mail, and others are not; each line is behind a line end."""
    return _QUOTE.search(lines) is not None and any(
        line.strip() and _QUOTED.match(line) is None for line in lines.split("\n")
    )


class _Marks(Struct, frozen=True):
    """What cuts a text besides prompts, headings and commands: quote marks, AsciiDoc listings, tags.

    `once` has its distinct lines.
    """

    once: Collection[str]
    is_quoted: bool
    is_asciidoc: bool
    is_tagged: bool

    @classmethod
    def of(cls, once: Collection[str]) -> _Marks:
        """The marks in a text, given its distinct lines."""
        text = "\n".join(("", *once))
        folded = text.casefold()
        return cls(
            once,
            ">" in text and _QUOTE.search(text) is not None,
            "[" in text and any(map(_ASCIIDOC.fullmatch, once)),
            any(sign in folded for sign in _SIGNS_OF_TAGS) and _TAG.search(text) is not None,
        )

    def stops(self, lines: Sequence[str]) -> Iterable[int]:
        """The indices of lines at which the text may be cut."""
        if self.is_quoted or self.is_asciidoc:
            return range(len(lines))
        parting = {line for line in self.once if _MAY_PART.match(line) or (self.is_tagged and _TAG.search(line))}
        return compress(count(), map(parting.__contains__, lines)) if parting else ()


def pieces_of(lines: Mapping[int, str], begins: Collection[int] | None = None) -> Iterator[Piece]:
    """The pieces of numbered lines, in order; a line that only separates belongs to none.

    `begins`: the rows at which other outputs begin, if known already. Consecutive empty outputs are one piece.
    """
    is_empty = False
    for piece in _cut(lines, begins):
        was_empty, is_empty = is_empty, not piece.lines and piece.kind == "output"
        if not (was_empty and is_empty):
            yield piece


def _cut(lines: Mapping[int, str], begins: Collection[int] | None) -> Iterator[Piece]:
    output: dict[int, str] = {}
    kind = typed = ""
    rows, texts = list(lines.items()), list(lines.values())
    marks = _Marks.of(frozenset(texts))
    begins = _begins_in(texts, marks, begins)
    begin, is_fenced = 0, False
    for stop in (*sorted({*marks.stops(texts), *begins}), len(rows)):
        while kind and begin < stop:
            number, line = rows[begin]
            begin += 1
            following = lines.get(number + 1, "")
            if (
                is_rest(line)
                or _is_cut(typed, line, following)
                or (typed.endswith(_GOES_ON) and _PARAMETER.match(line))
            ):
                typed = _with_parameters(line, following) if kind == "powershell" else line
                yield Piece(kind, {number: typed})
                continue
            kind = kind if not line.strip() else ""
            output[number] = line
        output.update(rows[begin:stop])
        begin = stop + 1
        if stop == len(rows):
            break
        number, line = rows[stop]
        if stop in begins:
            yield Piece("output", _without_caption(output))
            output, kind = {}, ""
        tag = _TAG.search(line) if marks.is_tagged else None
        if marks.is_quoted and (quote := _QUOTED.match(line)):
            line = " " * quote.end() + line[quote.end() :]
        if tag is not None:
            if not line[: tag.start()].strip():
                yield Piece("output", output)
                output, kind = {}, ""
            output[number] = _TAG.sub(lambda match: " " * len(match[0]), line)
            if not output[number][len(line.rstrip()) - 1 :].strip():
                yield Piece("output", output)
                output = {}
            continue
        typed = line
        if kind and _MORE.match(line):
            yield Piece(kind, {number: _MORE.sub(lambda match: " " * len(match[0]), line)})
        elif (cut := _cut_at(number, line, lines, marks, is_fenced=is_fenced)) is not None:
            is_fenced = is_fenced is not cut.is_fence
            yield Piece("output", _ended(output, number, line))
            yield from cut.pieces
            output, kind, typed = cut.output, cut.kind, cut.typed
        else:
            kind = kind if not line.strip() else ""
            output[number] = line
    yield Piece("output", output)


def _without_caption(output: dict[int, str]) -> dict[int, str]:
    """The output without a last line that stands apart and announces what begins below it: `Windows client:`."""
    rows = [number for number, line in output.items() if line.strip()]
    is_apart = len(rows) > 1 and rows[-1] - 1 != rows[-2]
    if not is_apart or _CAPTION.fullmatch(output[rows[-1]]) is None:
        return output
    return {number: line for number, line in output.items() if number != rows[-1]}


def _ended(output: dict[int, str], number: int, line: str) -> dict[int, str]:
    """The output, with the next line if that ends a listing of a store."""
    return {**output, number: line} if _END_OF_STORE.match(line) else output


def _turns(lines: Sequence[str]) -> frozenset[int]:
    """The rows where quoting begins or ends: behind an empty line, below words that announce it, or for good.

    A line without the mark between two that have it is the rest of a line that a mail broke, and what follows a single
    line with the mark goes on with it, as Markdown has it.
    """
    written = [(at, _QUOTED.match(line) is not None) for at, line in enumerate(lines) if line.strip()]
    turns = [(last, at, now) for (last, before), (at, now) in pairwise(written) if now is not before]
    return frozenset(
        at
        for (last, at, now), (end, again, _) in pairwise((*turns, (len(lines), len(lines) + 2, True)))
        if at > last + 1
        or (lines[last].rstrip().endswith(":") if now else again > end + 1 and _is_of_several(lines, last))
    )


def _is_of_several(lines: Sequence[str], last: int) -> bool:
    """Whether the last line of a quotation has one above it."""
    return last > 0 and _QUOTED.match(lines[last - 1]) is not None


def _begins_in(lines: Sequence[str], marks: _Marks, known: Collection[int] | None) -> Collection[int]:
    """The rows where something other begins: an output, a quote, or the text below a quote."""
    if marks.is_quoted:
        return _begins([_QUOTED.sub("", line) for line in lines]) | _turns(lines)
    return _begins(lines) if known is None else known


def _begins(lines: Sequence[str]) -> frozenset[int]:
    """The rows at which other outputs begin."""
    return frozenset(beginnings(lines)) if may_hold_several(LineStarts(set(lines))) else frozenset()


class _Cut(Struct, frozen=True):
    """What a cutting line begins: pieces of its own, the next output, text typed at a prompt.

    `is_fence`: it begins or ends a block of code in Markdown.
    """

    pieces: tuple[Piece, ...]
    output: dict[int, str]
    kind: str
    typed: str
    is_fence: bool = False


def _cut_at(number: int, line: str, lines: Mapping[int, str], marks: _Marks, *, is_fenced: bool) -> _Cut | None:
    """What a line begins; None if it does not cut, such as a comment within a Markdown fence."""
    if line.lstrip()[:3] in FENCES and _FENCE.fullmatch(line):
        return _Cut((), {}, "", line, is_fence=True)
    prompt = _PROMPT.match(line)
    typed = line if prompt is None else _typed(prompt, line)
    if _ASKS_OF_ONE.match(typed.lstrip()):
        return _Cut((), {number: typed}, "", typed)
    if prompt is not None:
        kind = "powershell" if prompt["powershell"] else "cmd"
        typed = _with_parameters(typed, lines.get(number + 1, "")) if prompt["powershell"] else typed
        return _Cut((Piece(kind, {number: typed}),), {}, kind, typed)
    if (quoted := QUOTED_ALONE.fullmatch(line)) and not is_fenced:
        kind = "cmd" if quoted["shell"] else "powershell"
        typed = " " * quoted.start("typed") + quoted["typed"]
        return _Cut((Piece(kind, {number: typed}),), {}, "", typed)
    if listed := LISTED.match(line):
        kind = "cmd" if listed["cmdlet"] is None else "powershell"
        return _Cut((Piece(kind, {number: " " * listed.end() + line[listed.end() :]}),), {}, "", typed)
    is_mark = (
        (marks.is_asciidoc and (_ASCIIDOC.fullmatch(line) or _DELIMITER.fullmatch(line)))
        or _FENCE.fullmatch(line)
        or (_is_heading(line) and not _is_comment(line, lines.get(number + 1, ""), is_fenced=is_fenced))
        or LOOKS.match(line)
        or _OF_SHELL.match(line)
        or (_END_OF_STORE.match(line) and not _is_of_store(number + 1, lines))
    )
    return _Cut((), {}, "", typed) if is_mark else None


def _is_of_store(number: int, lines: Mapping[int, str]) -> bool:
    """Whether the next line that is not empty belongs to a listing of a certificate store, or there is none."""
    while number in lines and not lines[number].strip():
        number += 1
    return number not in lines or _IS_OF_STORE.match(lines[number]) is not None


def _with_parameters(typed: str, following: str) -> str:
    """A typed PowerShell line; with a continuation mark if a document broke it before a parameter."""
    is_broken = _PARAMETER.match(following) is not None and _CMDLET.match(typed) is not None
    return f"{typed.rstrip().removesuffix(_GOES_ON)}{_GOES_ON}" if is_broken else typed


def _is_cut(typed: str, line: str, following: str) -> bool:
    """Whether a typed line continues on the next, which is no table header or printed property."""
    is_printed = _RULER.match(following) is not None or _LISTED_PROPERTY.match(line) is not None
    return not is_printed and goes_on_in(typed, line)


def _is_heading(line: str) -> bool:
    """Whether a line is a heading of a collector or of Markdown, or a ruler that belongs to no output."""
    return _HEADING.match(line) is not None


def _is_comment(line: str, following: str, *, is_fenced: bool) -> bool:
    """Whether a line with a heading's mark is a comment, as in configurations of peers and PowerShell scripts."""
    mark = line.lstrip()[:1]
    is_code = _SETTING.match(following) is not None or _STATEMENT.match(following) is not None
    return mark == "#" and (line[:1] != "#" or is_code or is_fenced)


def _typed(prompt: re.Match[str], line: str) -> str:
    """The typed text in its columns; in a netsh context, with the words of the context."""
    begin = prompt.start("typed")
    if prompt["netsh"] is None:
        return " " * begin + line[begin:]
    words = prompt["context"] or ""
    if prompt["typed"].split(" ")[0].casefold() in _NOT_IN_CONTEXT:
        words = ""
    return (" " * (prompt.start("netsh") + len("netsh")) + words).ljust(begin) + line[begin:]
