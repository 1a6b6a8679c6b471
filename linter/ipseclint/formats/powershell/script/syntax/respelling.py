"""Operators, options and labels that the grammar does not know, respelt in text whose quotes are blanked already."""

from __future__ import annotations

import re
from collections.abc import Callable

from ipseclint.formats.carried.literals import blanks
from ipseclint.late import late

_VALUE_OR_OTHER = late(r"(?<=[\w)\]}'\"])([ \t]*+)\?\?(?:(=)|(?=[\s$('\"@\w]))")
_CONDITION = late(r"(?<=[\w)\]}'\"])[ \t]++(\?)[ \t\n](?![ \t]*\{)")
_BRANCH = late(r"(?<=\s)([?:])[ \t\n]|[(\[{]|[)\]};|]")
_ELSE = late(r"(?<=\})\s++(?=else(?:if)?\b)", re.IGNORECASE)
"""What stands before `else`, which the grammar takes on the same line only where the whole is a value."""
_KEYWORDS = ("foreach-object", "class-", "data-", "do-", "enum-", "inlinescript-", "param-", "sequence-")
_NAMED_SO = late(
    r"((?:\A|[\n;{}(=])[ \t]*+)(?:for(?=each-object\b)|(?:class|data|do|enum|inlinescript|param|sequence)(?=-[a-z]))",
    re.IGNORECASE,
)
"""A command that begins a statement, which the grammar takes for the keyword with which it begins."""
_QUOTED = r"(?:\"x*+\"|'x*+')++"
_END = r"\r?\n"
_GROUP = r"\((?:[^()\n]|\((?:[^()\n]|\([^()\n]*+\))*+\))*+\)"
_OF_BITS = late(r"(?<=\s)-b(?:and|x?or)(?=\s)", re.IGNORECASE)
_MORE_OF_STATEMENT = r"(?i:else|elseif|catch|finally)\b"
_RESPELT: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    ("./", late(r"(?<![^\s;|&({=])\.{1,2}/(?=\w)"), lambda match: match[0].replace("/", "\\")),
    (" --", late(r"(?<= )--[A-Za-z][\w-]*+(?:=[^\s;|&(){}]*+)?"), lambda match: "x" * len(match[0])),
    (
        "base",
        late(r"(?<=\))\s*+:\s*+base\s*+\([^{}]{0,1000}?\)(?=\s*+\{)"),
        lambda match: blanks(match[0]),
    ),
    ("[...", late(r"(?<!\S)\[\.{3,}\](?!\S)"), lambda match: "." * len(match[0])),
    (
        ":",
        late(rf"(?<=[ \t])/[A-Za-z]++:{_QUOTED}(?:[ \t]*+,[ \t]*+{_QUOTED})++"),
        lambda match: "x" * len(match[0]),
    ),
    (
        " --%",
        late(r"(?<=[ \t])--%(?=[ \t]++(?:[^$`(){}@;,&|#'\"<>%\r\n]|\"x*+\")++\r?(?:\n|\Z))"),
        lambda match: blanks(match[0]),
    ),
    ("+", late(r"(?<=\[)[A-Za-z][\w.]*+(?:\+\w++)++(?=\])"), lambda match: match[0].replace("+", ".")),
    (" ,", late(r"(\$\w++|(?<![\w-])\d++|['\")\]}])([ \t]++),"), lambda match: f"{match[1]},{match[2]}"),
    (
        "`",
        late(rf"`(?=[ \t]*+{_END}\s*+[)}}])|(?<=[{{}}])`(?=[ \t]*+{_END}\s*+{_MORE_OF_STATEMENT})|(?<=\{{)`(?={_END})"),
        lambda _: " ",
    ),
    ("|", late(r"(?<![`\r\n])\r?\n(?=[ \t]*+\|(?!\|))"), lambda match: blanks(match[0].replace("\n", " "))),
    (
        "WindowsRuntime]",
        late(r"\[[A-Za-z][^\[\]\n]{0,300}?=[ ]*+WindowsRuntime\]"),
        lambda match: f"[{'x' * (len(match[0]) - 2)}]",
    ),
    (
        "class ",
        late(r"(?<=\bclass )\w++[ \t]*+:[ \t]*+\w++(?:\.\w++)++"),
        lambda match: match[0].replace(".", "x"),
    ),
    (
        "..",
        late(rf"(?<=[\w)]\.\.)(?:\$?{_GROUP}(?:\.\w++)*+(?!\()|\$\w++(?:\.\w++)++{_GROUP})"),
        lambda match: "$".ljust(len(match[0]), "x"),
    ),
    (
        "..",
        late(r"((?:\A|(?<!`)\n|[({;=]|\b(?:in|return)\b)[ \t]*+\d{1,6}+)\.\.(?=[\d$(-])", re.IGNORECASE),
        lambda match: f"{match[1]} *",
    ),
    (
        "-b",
        late(rf"(?<=[\w)\]])(?:\.|::)\w++{_GROUP}"),
        lambda match: _OF_BITS.sub(lambda sign: "-shl".rjust(len(sign[0])), match[0]),
    ),
    ("break ", late(r"(?<=\bbreak) +[A-Za-z]\w*+(?=\s*+(?:[;}\n]|\Z))"), lambda match: " " * len(match[0])),
    ("continue ", late(r"(?<=\bcontinue) +[A-Za-z]\w*+(?=\s*+(?:[;}\n]|\Z))"), lambda match: " " * len(match[0])),
)
"""What else the grammar does not know, each behind a sign of it: a script beside this one, long options, dots by which
a document cuts a command short, lists in an option of another program (`/subcategory:"A","B"`), the sign that hands the
rest of a line on as it stands where PowerShell would hand on the same, types within a type, of Windows Runtime, and as
the base of a class, blanks before a comma, what is put together behind `..`, a range with which a statement begins (for
the grammar a command's name), operators on bits in what a method is given, a sign of continuation where a line goes
on without, a pipeline that goes on with its bar on the next line, labels."""
_WITH_CASE = late(r"-[ci](?=(?:not)?in\b)|-c(?=notcontains\b)", re.IGNORECASE)
"""Operators that the grammar does not know, to which those without the letter are the same."""
_BRACKET_OR_CUT = late(r"(?<![^\n;{])[ \t]*+(?P<dots>\.{3,})[ \t\r]*+(?![^\n;}])|@?[({\[]|[)}\]]")
_HOLDER = late(r"(?<![\w$\[.-])(?:switch|class)\b", re.IGNORECASE)
_BRACKET_OR_HOLDER = late(r"(?<![\w$\[.-])(?:switch|class)\b|[(){}]", re.IGNORECASE)
_ENDS_MEMBER = late(r"[ \t]*+;")
_EMPTY_BLOCK = late(r"\{\s*+\}")
_BEFORE_VALUE = late(
    r"(?:[=&,(%?:]|(?<!\S)\.|(?<![\w-])(?P<word>\w*-[A-Za-z]\w*)(?::|(?=\s))|\breturn)\s*\Z", re.IGNORECASE
)
_DECLARES = late(r"\b(?:function|filter|workflow|configuration)\s+[\w:]*\Z", re.IGNORECASE)
_BEFORE_CHARACTERS = 120
"""What stands before a block that is a value, and how far it is looked for; and before the name of what is declared."""
_CLAUSE_FOLLOWS = late(r"[ \t]*+(?=[^\s;}])")
"""What follows the block of a clause of `switch` where another clause stands on the same line."""
_BRACKETS = late(r"[()\[\]{}]")
_TAKES_ARGUMENTS = late(
    r"(?:[\w)\]}'\"](?:\.|::)\w++|(?<![\w$-])(?:param|(?:function|filter)[ \t]++[\w:-]++)\s*+)\Z", re.IGNORECASE
)
_MAX_BRANCH_CHARACTERS = 2000
_MAX_CONDITIONS = 1000
"""How far the other branch of `a ? b : c` is looked for, and of how many (reasoned)."""


def respelt(shown: str) -> str:
    """The text with these replaced by something the grammar knows, of the same length."""
    shown = _WITH_CASE.sub(" -", shown)
    for sign, pattern, by in _RESPELT:
        if sign in shown:
            shown = pattern.sub(by, shown)
    lowered = shown.lower()
    if any(map(lowered.__contains__, _KEYWORDS)):
        shown = _NAMED_SO.sub(lambda match: match[1].ljust(len(match[0]), "x"), shown)
    if "else" in lowered:
        shown = _ELSE.sub(lambda match: " " * len(match[0]), shown)
    if ("switch" in lowered or "class" in lowered) and (first := _HOLDER.search(shown)) is not None:
        shown = _parts_apart(shown, first.start())
    if "..." in shown and "@{" in shown:
        shown = _tables_cut_short(shown)
    if "{" in shown:
        shown = _EMPTY_BLOCK.sub(_empty_block, shown)
    return _chosen(shown) if "?" in shown else shown


def _tables_cut_short(shown: str) -> str:
    """The text with an entry for dots of the same length, by which a document cuts a hashtable short."""
    pieces: list[str] = []
    opened: list[str] = []
    end = 0
    for match in _BRACKET_OR_CUT.finditer(shown):
        if match["dots"] is None:
            if match[0] in ")}]":
                del opened[-1:]
            else:
                opened.append(match[0])
        elif opened[-1:] == ["@{"]:
            pieces += (shown[end : match.start("dots")], "x=0".ljust(len(match["dots"])))
            end = match.end("dots")
    return "".join((*pieces, shown[end:]))


def _parts_apart(shown: str, start: int) -> str:
    """The text with each clause of a `switch` on its own line, and without `;` behind a method of a class."""
    signs = list(shown)
    depth = 0
    opening: dict[int, str] = {}
    holders: dict[int, tuple[str, int]] = {}
    bodies: list[str] = []
    for match in _BRACKET_OR_HOLDER.finditer(shown, start):
        sign, at = match[0], match.start()
        if sign in "({":
            holder, begin = holders.get(depth, ("", 0)) if sign == "{" else ("", 0)
            is_test = holder == "switch" and not shown[begin:at].strip(" \t\r\n;")
            bodies.append("" if is_test else holder)
            own = opening.pop(depth, None) if sign == "{" and not holder else None
            depth += 1
            if own is not None:
                holders[depth] = own, match.end()
        elif sign in ")}":
            if not bodies:
                continue
            holders.pop(depth, None)
            opening.pop(depth, None)
            depth -= 1
            holder = bodies.pop()
            if holder:
                holders[depth] = holder, match.end()
            if holder == "switch":
                _end_line(signs, shown, at)
            elif holder and (more := _ENDS_MEMBER.match(shown, match.end())) is not None:
                signs[more.end() - 1] = " "
        elif depth not in holders:
            opening[depth] = sign.casefold()
    return "".join(signs)


def _empty_block(match: re.Match[str]) -> str:
    """An empty block used as a value, which the grammar rejects, as a variable of its length."""
    begin = max(0, match.start() - _BEFORE_CHARACTERS)
    before = _BEFORE_VALUE.search(match.string, begin, match.start())
    if before is None or (before["word"] and _DECLARES.search(match.string, begin, before.start("word"))):
        return match[0]
    return "$" + "x" * (len(match[0]) - 1)


def _end_line(signs: list[str], shown: str, at: int) -> None:
    """Insert a line end behind a block, if more follows on its line."""
    more = _CLAUSE_FOLLOWS.match(shown, at + 1)
    if more is not None and more.end() > at + 1:
        signs[at + 1] = "\n"
    elif more is not None and shown[at - 1] in " \t":
        signs[at - 1 : at + 1] = "}\n"


def _chosen(shown: str) -> str:
    """The text with PowerShell 7's choosing operators replaced by pipeline chains; `||` binds least.

    `a ? b : c` is `a ||b ||c`, `a ?? b` is `a || b`; `a ??= b` is `a   = b`. Where the grammar takes no pipeline, as
    an index, an argument of a method and a default, it is `-or` instead: `a-orb-orc`.
    """
    pieces = list(shown)
    for count, match in enumerate(_VALUE_OR_OTHER.finditer(shown)):
        at = match.end(1)
        if not match[2] and match[1] and count < _MAX_CONDITIONS and _takes_no_pipeline(shown, at):
            pieces[at - 1 : at + 2] = "-or"
        else:
            pieces[at : at + 2] = "  " if match[2] else "||"
    for count, match in enumerate(_CONDITION.finditer(shown)):
        other = _other_branch(shown, match.end()) if count < _MAX_CONDITIONS else None
        if other is None:
            continue
        if _takes_no_pipeline(shown, match.start(1)):
            pieces[match.start(1) - 1 : match.start(1) + 2] = pieces[other - 1 : other + 2] = "-or"
        else:
            pieces[match.start(1) : match.start(1) + 2] = pieces[other : other + 2] = "||"
    return "".join(pieces)


def _takes_no_pipeline(shown: str, at: int) -> bool:
    """Whether what stands here is an index, an argument of a method, or the default of a parameter."""
    begin = max(0, at - _MAX_BRANCH_CHARACTERS)
    closed = 0
    for match in reversed(list(_BRACKETS.finditer(shown, begin, at))):
        closed += 1 if match[0] in ")]}" else -1
        if closed < 0:
            before = shown[max(0, match.start() - _BEFORE_CHARACTERS) : match.start()]
            return match[0] == "[" or (match[0] == "(" and _TAKES_ARGUMENTS.search(before) is not None)
    return False


def _other_branch(shown: str, start: int) -> int | None:
    """The offset of the colon of a conditional whose first branch begins at `start`."""
    depth = conditions = 0
    for match in _BRANCH.finditer(shown, start, start + _MAX_BRANCH_CHARACTERS):
        sign = match[1] or match[0]
        if sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth -= 1
        elif depth == 0 and sign in ";|":
            return None
        elif depth == 0:
            conditions += 1 if sign == "?" else -1
        if depth < 0:
            return None
        if conditions < 0:
            return match.start(1)
    return None
