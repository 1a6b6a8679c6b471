"""The text of a script as the grammar is shown it: ASCII of the same length, what the grammar does not know respelt.

tree-sitter-powershell lacks a few things that PowerShell takes: parameters with a digit (`-Phase1AuthSet`), words
without quotes in lists (`Domain, Private`), lists behind a tag of netsh (`localport=500,4500`), words with quotes,
`$(...)` or `${name}` within, members called like keywords, typographic quotes and dashes (language specification,
2.3.5.2 and 2.2.3). Each is shown as something of the same length that means the same to the grammar, a word of a list
as a variable, and so is what a document leaves to fill in (`<name of the GPO>`) or a template puts in (`{{ x }}`),
which no shell takes. What is quoted or commented out is blank. Offsets stay what they are, and every value is read from
the text itself.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ipseclint.formats.kit.token import OTHER_DASHES
from ipseclint.formats.powershell.script.syntax.argument_places import MAX_COMMAND, is_argument
from ipseclint.formats.powershell.script.syntax.closings import Closings
from ipseclint.formats.powershell.script.syntax.respelling import respelt
from ipseclint.late import late

_SAME_AS_ASCII = {
    **dict.fromkeys(map(ord, "\u2018\u2019\u201a\u201b"), "'"),
    **dict.fromkeys(map(ord, "\u201c\u201d\u201e"), '"'),
    **dict.fromkeys(map(ord, OTHER_DASHES), "-"),
    **dict.fromkeys(map(ord, "\u00a0\u0085\u2028\u2029\0\ufeff"), " "),
}
_NOT_ASCII = late(r"[^\x00-\x7f]")
_LONE_RETURN = late(r"\r(?!\n)")
_DIGIT = late(r"\d")

_WORD = r"(?!(?:\d+(?:\.\d*)?|\.\d+)(?:[kmgtp]b)?(?![^\s,;|&)}])|0x|-)[^\s,;|&(){}'\"$`<>#@=\[\]]+(?=[\s,;|&)}]|\Z)"
_KEYWORDS = (
    "begin|break|catch|class|continue|data|define|do|dynamicparam|else|elseif|end|enum|exit|filter|finally|for|foreach"
    "|from|function|if|in|inlinescript|parallel|param|process|return|sequence|switch|throw|trap|try|until|using|while"
)
_UNITS = "|".join(rf"{digit}(?:[kmgtp]b|l|d)\b" for digit in range(10))
_AROUND = r"[ \t\r\n,;=(){}]"
"""What stands around a text that is a value by itself."""
_PUT_IN = r"(?:\{[ \t]*+(?![a-z]+-[a-z])[A-Za-z_][^{}$;\r\n]{0,100}\}\}|%-?[ \t][^{}\r\n]{1,100}%\})"
"""What Jinja puts in, or a tag of it, behind the first brace."""
_NEXT = late(
    rf"""(?:  # each begins with a sign of its own: what begins with none of them is passed by at once
    '(?:(?<={_AROUND}')[^']*+'(?={_AROUND})(?P<text>)|(?P<single>))
    |"(?:(?<={_AROUND}")[^"`$]*+(?:\$(?!\()[^"`$]*+)*+"(?={_AROUND})(?P<quoted>)|(?P<double>))
    |\#(?<![^\s;(){{}},|&]\#)[^\n]*+(?P<line>)
    |<(?:(?P<block>\#)
        |(?P<put_in>%=[^%\r\n]{{1,100}}%>)
        |(?:(?<=\S[ \t]<)|(?<=[,(]<))(?P<placeholder>[A-Za-z](?:[^<>"`\n]{{0,100}}[\w.'-])?>)(?=[\s,;|)}}]|\Z))
    |\$(?:(?P<braced>\{{(?![^}}\n]{{1,200}}+\}}))
        |(?P<called>\w[\w:]*+)(?=(?:\[[^\]\n]{{0,60}}+\]|\.\w++)++\()
        |(?P<joined>(?:\w[\w:]*+|\{{[^}}\n]{{1,200}}+\}})(?:\\|\$(?=\w)|/(?=[A-Za-z_]|(?P<size>\d))|(?P<divided>/(?=\$[\w{{]|[.*?])|\*|[+-](?=[\w$])|@(?=[\w$])))
            (?:[^\s,;|&(){{}}'"<>]|(?<=\$)\{{[^}}\n]{{1,200}}+\}}){{0,400}}+)
        |(?P<stuck>(?:\w[\w:]*+|\{{[^}}\n]{{1,200}}+\}})(?=['"]))
        |(?P<glued>(?:(?<=[\w.:=\\/*?%~+}}-]\$)|(?<=`"\$))[({{]|\{{[^}}\n]{{1,200}}+\}}(?=[\w:\\/*%~$-])))
    |\{{(?P<rendered>{_PUT_IN}(?:[^\s,;|&(){{}}'"`<>]{{0,60}}\{{{_PUT_IN}){{0,8}})
    |,(?P<comma>)
    |\)(?P<asked>)(?=(?:\.\w++)++\()
    |@(?P<here>['"][ \t]*\r?\n)
    |`.
    |\[(?:[A-Za-z][\w.]*+\[[^\]\n]{{0,200}}+\]\]|(?P<attribute>[A-Za-z][\w.]*+[ \t]*+\())
    |-(?:(?<![^\s(){{}};|&,]-)(?P<parameter>[A-Za-z]+\d\w*+)|(?<=[ \t]-)-?(?P<last>)(?=[ \t]*+\r?\n))
    |\.(?:(?<=[\w)\]}}'"]\.)(?P<method>(?:foreach|where)[ \t]*+\{{)|(?P<keyword>(?:{_KEYWORDS})\b))
    |\((?P<declared>(?<=\bparam\()|(?<=\bparam[ \t]\()|(?<=\bparam[ \t]{{2}}\())
    |{_UNITS}
    )""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_LISTED = late(
    rf"(?:(?<![^\s,(])|(?<![^\s(){{}};|&,])-[A-Za-z]\w*+:)(?P<word>{_WORD})[ \t]*+\Z"
    r"|(?<!\S)(?P<tag>[A-Za-z]\w*+=)[^\s,;|&(){}'\"`<>$@]++\Z",
    re.IGNORECASE,
)
"""What stands before a comma: a word of a list, behind the name of a parameter too, or the first value of a tag."""
_TAGGED = late(r"[A-Za-z]\w*+=[^\s,;|&(){}'\"`<>$@]++(?:,[^\s,;|&(){}'\"`<>$@]++)++(?=\s|\Z)")
_LAST = late(rf"(?>(?:\s|`(?=\r?\n))*)(?P<word>{_WORD})", re.IGNORECASE)
_COMMENT_FOLLOWS = late(r"(?>(?:\s|`(?=\r?\n))*)(?:#|<#)")
_OF_SCRIPT = late(r"\[(?:CmdletBinding|OutputType|(?:\w+\.)*SuppressMessage(?:Attribute)?)\b", re.IGNORECASE)
_VARIABLE_FOLLOWS = late(r"\](?:\s*+\[\w[\w.]*+\((?:[^\n)]|\)(?!\]\s*+[\[$])){0,200}+\)\]){0,8}\s*+\$")
"""An attribute meant for a function without parameters, which PowerShell gives to the variable behind it."""
_CHECKS = late(r"\[Validate\w+[ \t]*+\(", re.IGNORECASE)
_ASSIGNED = late(r"\](?:\s*+\[[A-Za-z][\w.]*+(?:\[\])?\])*+\s*+\$[\w:]++[ \t]*+=(?!=)")
"""A check of what a variable holds, where the variable is set, with its type."""
_DECLARATION_FOLLOWS = late(
    r"\](?:\s*+\[[A-Za-z][\w.]*+[ \t]*+\([^()]{0,200}+\)\]){0,8}+\s*+(?:class|configuration|enum)\b", re.IGNORECASE
)
"""What the grammar takes no attribute before."""
_UNIT = late(r"(?<=\d)[kmgtp]b\b", re.IGNORECASE)
_VALUE_FIRST = late(r"[ \t]*+(?:\$\w[\w.:]*+[ \t]*+=[ \t]*+)?[$@('\"\[]")
"""A line on which the method of a list may stand as the cmdlet of that name does: no command begins before it."""
_LOOP = late("foreach", re.IGNORECASE)
_BLOCK_OF_LINE = late(r"\{[^{}\n]*+\}")
_ENDS = {"'": "\n'@", '"': '\n"@'}
_IN_WORD = late(r"[A-Za-z0-9_.\\/*?%]")
_OPERATOR = late(r"-[A-Za-z]+\Z")
_MAX_WORD = 200
_WORD_BEFORE = late(rf"(?:[^\s,;|&(){{}}'\"`<>#@]|`\S){{0,{_MAX_WORD}}}\Z")
_LIST_GOES_ON = late(r",[ \t]*+\r?\n\s*+\Z")
_PARAMETER = late(r"-[A-Za-z]\w*+:")
"""The name of a parameter, of which a colon parts the value."""
_WORD_AFTER = late(r"(?:[^\s,;|&(){}'\"`<>$]|`.|\$(?!\()(?:\{[^}\n]{1,200}+\})?)*+")
_MAX_LOOKS = 5_000
"""How often a command is looked for before a value of which a method is called (reasoned)."""
_MAX_OPENINGS = 16
"""How many parentheses are looked at for the one that is closed somewhere (reasoned)."""
_ASKED = late(r"\.\w++\(")
_METHOD_FOLLOWS = late(r"\.(?:foreach|where)[ \t]*+\{", re.IGNORECASE)
_MORE_OF_VALUE = late(rf"(?!{_METHOD_FOLLOWS.pattern})\.\w++\(?|\[[^\]\n]{{0,60}}+\]", re.IGNORECASE)
"""What may follow a value: a property or a method of it, an element."""
_HANDS_ON = frozenset({"return", "throw"})
"""Words behind which a comma makes a list of one: `return ,$all`."""
_MAX_OPERATOR = 16
_HOLDER = late(r"\$\w[\w:]*+(?:\.\w++|\[[^\]\n]{0,60}+\])*+")
_ENDS_VALUE = frozenset({"'", '"', ")", "}"})
"""What is asked for a property whose name is an expression: a variable, or what ends in one of these."""
_PROPERTIES = late(r"(?:\.\w++|\[[^\]\n]{0,60}+\])*+\.")
"""What of a value is asked for such a property, up to its name."""
_GLUED_BEHIND = frozenset({"$", "'", '"'})
_BETWEEN = late(r"[ \t]*+,?[ \t]*+")
"""What stands between two arguments: behind one, the other need not look back to the command."""
_ELEMENT = late(r"\$\w[\w:]*+(?:\.\w++|\[[^\]\n]{0,50}+\])*+\Z")
_MAX_ELEMENT = 120
_WORD_GOES_ON = late(r"[\w*/\\%~]")
"""What stands behind the quotes of a text that is the first part of an argument: `"="*80` is one without a sum."""


class Masked(NamedTuple):
    """The text as the grammar sees it, ASCII of the same length, and where the first unclosed quote or comment is."""

    text: str
    unclosed: int | None


def masked(text: str) -> Masked:
    """The text as the grammar sees it."""
    masker = _Masker(plain(text))
    return Masked(masker.run(), masker.unclosed)


def plain(text: str) -> str:
    """The text in ASCII, of the same length: PowerShell's other quotes, dashes and blanks become the ASCII ones."""
    shown = text.translate(_SAME_AS_ASCII)
    if not shown.isascii():
        shown = _NOT_ASCII.sub("x", shown)
    return _LONE_RETURN.sub("\n", shown) if "\r" in shown else shown


class _Masker:
    """Goes through a text once, and skips quotes and comments."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._closings = Closings(text)
        self._pieces: list[str] = []
        self._copied = 0
        self._settled = 0
        self._is_listing = False
        self._later: list[tuple[int, str]] = []
        self._argument_end = -1
        self._looks = self._sizes = self._declared = 0
        self.unclosed: int | None = None

    def run(self) -> str:
        """The text with what the grammar does not know respelt."""
        at = 0
        while match := _NEXT.search(self._text, at):
            at = self._shown(match)
        shown = "".join((*self._pieces, self._text[self._copied :]))
        if self._later:
            signs = list(shown)
            for at, sign in self._later:
                signs[at] = sign
            shown = "".join(signs)
        return respelt(shown)

    def _shown(self, match: re.Match[str]) -> int:
        """Respell one match; the offset behind it."""
        start, at = match.span()
        kind = match.lastgroup
        # What of a number or a word is respelt by itself is not settled yet: it may be one of a list.
        if kind is None:
            if self._text[start].isdigit():
                self._replace(start + 1, at, "0")
            elif self._text[start] == "`" and not match[0][1].isspace() and self._text[start - 1 : start].isspace():
                self._replace(start, at, "x")
            return at
        if kind == "keyword":
            self._replace(start + 1, at, "x")
            return at
        behind = self._quoted_or_commented(kind, match)
        if behind is None:
            behind = self._listed(start) if kind == "comma" else self._rarer(kind, match)
        self._settled = max(self._copied, at) if kind == "comma" else self._copied
        return behind

    def _quoted_or_commented(self, kind: str, match: re.Match[str]) -> int | None:
        """Blank a quote or comment; the offset behind it, None if the match is of another kind."""
        start, at = match.span()
        if kind in {"text", "quoted"}:
            self._replace(start + 1, at - 1, "x")
        elif kind in {"single", "double"}:
            at = self._closings.behind("'", at) if kind == "single" else self._closings.behind_double(at)
            at = self._string(start, at)
            if self._text.startswith(".", at) and _ASKED.match(self._text, at):
                at = self._called(start, at) or at
        elif kind == "here":
            end = self._closings.behind(_ENDS[match[0][1]], at - 1)
            self._quoted(start, at - 1, end, at, end - 3, "x")
            at = max(end, at)
        elif kind in {"line", "block"}:
            if kind == "line":
                self._replace(start, at, " ")
            else:
                at = self._closings.behind("#>", at)
                self._quoted(start, match.end(), at, start, at, " ")
            at = self._next_listed(at) if self._is_listing else at
        else:
            return None
        return at

    def _rarer(self, kind: str, match: re.Match[str]) -> int:
        """Respell one of the rarer constructs; the offset behind it."""
        start, at = match.span()
        if kind == "braced":
            self._replace(start, at, "x")
        elif kind in {"glued", "stuck", "rendered", "put_in"}:
            return (self._glued(start) if kind in {"glued", "stuck"} else self._rendered(start, at)) or start + 1
        elif kind == "attribute":
            return self._attribute(match)
        elif kind in {"parameter", "last"}:
            self._dashed(start, match[0], is_last=kind == "last")
        elif kind == "declared":
            self._end_declaration(at)
        elif kind == "method":
            return self._method(start, at)
        elif kind == "called":
            return self._called(start, at) or start + 1
        elif kind == "asked":
            opened = self._opening(start)
            return (self._called(opened, start + 1) if opened >= 0 else 0) or start + 1
        elif kind in {"joined", "placeholder"}:
            if self._is_calculation(match):
                return start + 1
            if self._text.startswith("$(", at - 1):
                return self._glued(at - 1) or start + 1
            self._variable(start, at)
        return at

    def _is_calculation(self, match: re.Match[str]) -> bool:
        """Whether signs behind a variable calculate with it; in an argument they are a part of it, as in `$net/24`."""
        if match["size"] is not None:
            self._sizes += 1
            is_known = self._sizes > _MAX_LOOKS or _LIST_GOES_ON.search(
                self._text, max(0, match.start() - 80), match.start()
            )
            return not is_known and not is_argument(self._text, match.start())
        self._looks += match["divided"] is not None
        return match["divided"] is not None and (self._looks > _MAX_LOOKS or not is_argument(self._text, match.start()))

    def _attribute(self, match: re.Match[str]) -> int:
        """Blank an attribute that the grammar does not take where it stands, else its units; the offset behind it."""
        start, at = match.start(), self._closings.behind_parenthesis(match.end())
        is_of_script = _OF_SCRIPT.match(match[0]) and _VARIABLE_FOLLOWS.match(self._text, at)
        is_check = self._is_check(match) and _ASSIGNED.match(self._text, at)
        if is_of_script or is_check or _DECLARATION_FOLLOWS.match(self._text, at):
            self._replace(start, at + 1, " ")
        else:
            for unit in _UNIT.finditer(self._text, match.end(), at):
                self._replace(*unit.span(), "0")
        return at

    def _is_check(self, match: re.Match[str]) -> bool:
        """Whether an attribute is a check that stands before a statement, not before a parameter."""
        start = match.start()
        before = self._text[max(0, start - _MAX_WORD) : start].rstrip()[-1:]
        return start >= self._declared and before not in {",", "(", "]"} and _CHECKS.match(match[0]) is not None

    def _listed(self, comma: int) -> int:
        """Respell the words on both sides of a comma as variables; the offset behind the part that was examined."""
        text = self._text
        before = _LISTED.search(text, max(self._settled, comma - _MAX_WORD), comma)
        if before is not None and before["word"]:
            if before["word"].casefold() not in _HANDS_ON:
                self._variable(before.start("word"), before.end("word"))
        elif (
            before is not None
            and (tagged := _TAGGED.match(text, before.start())) is not None
            and is_argument(self._text, before.start(), of="netsh")
        ):
            self._variable(*tagged.span())
            return tagged.end()
        return self._next_listed(comma + 1)

    def _next_listed(self, at: int) -> int:
        """Respell the next word of a list, behind comments, as a variable; the offset behind it."""
        last = _LAST.match(self._text, at)
        self._is_listing = last is None and _COMMENT_FOLLOWS.match(self._text, at) is not None
        if last is None:
            return at
        self._variable(last.start("word"), last.end())
        return last.end()

    def _dashed(self, start: int, words: str, *, is_last: bool) -> None:
        """Respell the name of a parameter; a dash that `is_last` on its line as a word, if no sum goes on below."""
        if not is_last:
            self._put(start, _DIGIT.sub("N", words))
        elif is_argument(self._text, start):
            self._put(start, "x" * len(words))

    def _variable(self, start: int, end: int) -> None:
        """Respell a word as a variable of its length; a single character as a number."""
        while self._copied > start:
            self._copied -= len(self._pieces.pop()) + len(self._pieces.pop())
        self._put(start, "$" + "x" * (end - start - 1) if end - start > 1 else "0")

    def _method(self, start: int, end: int) -> int:
        """Respell a method with a block behind it as the cmdlet of its name; in an argument, as an unknown value."""
        block = _BLOCK_OF_LINE.match(self._text, end - 1)
        closed = self._closings.behind_brace(end)
        is_first = _VALUE_FIRST.match(self._text, self._text.rfind("\n", 0, start) + 1, start) is not None
        has_room = self._text[end : end + 1].isspace() and self._text[closed - 2 : closed - 1].isspace()
        asked = "[." if is_first else "[.)"
        is_asked = not has_room and self._text[closed : closed + 1] in {*"[."}
        if (block is not None or is_asked) and (stop := self._value_of_method(start, closed, is_asked)) > closed - 1:
            return stop
        if has_room and closed > end + 2 and self._text[closed : closed + 1] in {*asked}:
            name = _LOOP.match(self._text, start + 1)
            if name is not None:
                self._replace(*name.span(), "x")
            self._put(end - 1, "({")  # what is asked of what it gives, the grammar knows behind these alone
            self._later += ((closed - 2, "}"), (closed - 1, ")"))
            return end + 1
        if is_first:
            self._put(start, "|")
        elif block is not None:
            self._replace(start, block.end(), "x")
            return block.end()
        name = _LOOP.match(self._text, start + 1)
        if name is not None:
            self._replace(*name.span(), "x")
        return start + 1

    def _value_of_method(self, start: int, closed: int, is_asked: bool) -> int:
        """Respell an argument that is a method call with a block as a variable; the offset behind it, or 0.

        So is any such value that `is_asked` for a part, where there is no room to show the block as an argument.
        """
        holder = _ELEMENT.search(self._text, max(self._settled, start - _MAX_ELEMENT), start)
        begin = self._opening(start - 1, is_asked) if holder is None and self._text[start - 1] == ")" else -1
        begin = begin if holder is None else holder.start()
        given = begin >= 0 and is_argument(self._text, begin)
        if begin < 0 or not (is_asked or given):
            return 0
        end = self._behind_asked(closed)
        while (more := _METHOD_FOLLOWS.match(self._text, end)) is not None:
            closed = self._closings.behind_brace(more.end())
            if not given and self._text[closed : closed + 1] not in {*"[."}:
                break
            end = self._behind_asked(closed)
        self._variable(begin, end)
        self._argument_end = end if given else -1
        return end

    def _behind_asked(self, end: int) -> int:
        """The offset behind the members and calls that follow a value ending at `end`."""
        stop = end
        while (more := _MORE_OF_VALUE.match(self._text, stop)) is not None:
            behind = self._closings.behind_parenthesis(more.end()) if more[0].endswith("(") else more.end()
            if more[0].endswith("(") and behind == more.end():
                break
            stop = behind
        return stop

    def _glued(self, at: int) -> int:
        """Respell a word that contains `$(...)` or `${name}` as a variable; the offset behind it, 0 if it is none."""
        text = self._text
        before = _WORD_BEFORE.search(text, max(self._settled, at - _MAX_WORD), at)
        start = at if before is None else before.start()
        parameter = _PARAMETER.match(text, start, at)
        if parameter is not None:
            start = parameter.end()
            if start == at and text.startswith("$(", at):
                return 0
        if text[start + 1 : at].endswith(".") and _HOLDER.fullmatch(text, start, at - 1):
            return 0
        if text[start - 1 : start] in _ENDS_VALUE and _PROPERTIES.fullmatch(text, start, at):
            return 0
        if not text[start:at].strip("=") and text.startswith("$(", at):
            return 0
        follows = 0 <= self._argument_end < start and _BETWEEN.fullmatch(text, self._argument_end, start)
        if not follows and not is_argument(self._text, start):
            return 0
        end = at
        while (stop := self._behind_piece(end)) > end:
            end = stop
        self._variable(start, end)
        self._argument_end = end
        return end

    def _rendered(self, at: int, behind: int) -> int:
        """Respell a word with what a template puts in as a variable; the offset behind it, 0 if it is no argument."""
        before = _WORD_BEFORE.search(self._text, max(self._settled, at - _MAX_WORD), at)
        start = at if before is None else before.start()
        parameter = _PARAMETER.match(self._text, start, at)
        start = start if parameter is None else parameter.end()
        if not is_argument(self._text, start):
            return 0
        more = _WORD_AFTER.match(self._text, behind)
        self._argument_end = behind if more is None else more.end()
        self._variable(start, self._argument_end)
        return self._argument_end

    def _called(self, start: int, end: int) -> int:
        """Respell a value with a method call as a variable, if it is an argument; the offset behind it, or 0.

        `end` is where the value itself ends, before its members.
        """
        follows = 0 <= self._argument_end < start and _BETWEEN.fullmatch(self._text, self._argument_end, start)
        self._looks += not follows
        if not follows and (self._looks > _MAX_LOOKS or not is_argument(self._text, start)):
            return 0
        stop = self._behind_asked(end)
        if stop > end:
            self._variable(start, stop)
            self._argument_end = stop
        return stop

    def _opening(self, closed: int, is_asked: bool = False) -> int:
        """The offset of the parenthesis that opens an argument and is closed at `closed`; -1 if none is near.

        `is_asked`: any value, which may stand right behind another sign.
        """
        line = max(self._text.rfind("\n", 0, closed) + 1, closed - MAX_COMMAND)
        for opens in ("$(", "@(", "(") if is_asked else (" (", " $("):
            at = self._text.rfind(opens, line, closed)
            for _ in range(_MAX_OPENINGS):
                if at < 0:
                    break
                if self._closings.behind_parenthesis(at + len(opens)) == closed + 1:
                    return at + (not is_asked)
                at = self._text.rfind(opens, line, at)
        return -1

    def _behind_piece(self, start: int) -> int:
        """The offset behind the next piece of a word: plain characters, `$(...)`, a quoted text."""
        if self._text.startswith("$(", start):
            return self._closings.behind_parenthesis(start + 2)
        quote = self._text[start : start + 1]
        if quote in {"'", '"'}:
            return self._closings.behind("'", start + 1) if quote == "'" else self._closings.behind_double(start + 1)
        match = _WORD_AFTER.match(self._text, start)
        return start if match is None else match.end()

    def _end_declaration(self, start: int) -> None:
        """End the line behind the parameters of a function, as the grammar wants it."""
        end = self._declared = self._closings.behind_parenthesis(start)
        if end > start and self._text[end : end + 1] in {" ", "\t"}:
            self._later.append((end, "\n"))

    def _quoted(self, start: int, opened: int, end: int, first: int, last: int, by: str) -> None:
        """Blank a quote or comment; an unclosed one is shown as a word, and noted."""
        if end > opened:
            self._replace(first, last, by)
        else:
            self.unclosed = start if self.unclosed is None else self.unclosed
            self._replace(start, opened, "x")

    def _string(self, start: int, end: int) -> int:
        """Blank the text between quotes, also of quotes within a word; the offset behind the part that was examined."""
        if end == start + 1:
            self._quoted(start, end, end, start, end, "x")
            return end
        before, behind = self._text[start - 1 : start], self._text[end : end + 1]
        # The grammar knows ranges of numbers only.
        if self._text.startswith("..", end) or self._text.endswith("..", 0, start):
            self._variable(start, end)
            return end
        if _WORD_GOES_ON.match(self._text, end) and (before.isspace() or not before) and is_argument(self._text, start):
            stop = end
            while (more := self._behind_piece(stop)) > stop:
                stop = more
            self._variable(start, stop)
            self._argument_end = stop
            return stop
        is_in_word = _IN_WORD.match(before) and not _OPERATOR.search(self._text, max(0, start - _MAX_OPERATOR), start)
        if is_in_word and behind in _GLUED_BEHIND and (stop := self._glued(start)) > end:
            return stop
        if end - start > 2 and behind in _GLUED_BEHIND and behind != self._text[start]:
            # The grammar is shown a blank in place of the last quote: `"of "$name` is two values.
            quote = self._text[start]
            self._put(start, f"{quote}{'x' * (end - start - 3)}{quote} ")
        elif before == "]" and end - start > 2 and _ELEMENT.search(self._text, max(0, start - _MAX_ELEMENT), start):
            quote = self._text[start]
            self._put(start, f" {quote}{'x' * (end - start - 3)}{quote}")
        elif is_in_word:
            self._replace(start, end, "x")
        elif end - 1 > start:
            self._replace(start + 1, end - 1, "x")
        return end

    def _put(self, start: int, word: str) -> None:
        self._pieces += (self._text[self._copied : start], word)
        self._copied = start + len(word)

    def _replace(self, start: int, end: int, by: str) -> None:
        if end > start:
            self._put(start, by * (end - start))


def behind_parentheses(text: str, start: int, end: int) -> int:
    """The offset behind the parenthesis that closes one opened before `start`; `start` if none before `end` does."""
    return start + Closings(plain(text[start:end])).behind_parenthesis(0)


def behind_brace(text: str, start: int) -> int:
    """The offset behind the brace that closes one opened before `start`; `start` if none does."""
    return Closings(plain(text)).behind_brace(start)
