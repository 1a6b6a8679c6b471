"""Commands within the sentences and tables of a document: they are reported, and not read.

    First run `netsh advfirewall set global ipsec strongcrlcheck 2`, then ...      | 1 | `Set-NetIPsecRule -Name x` |
    Then {{code|netsh ...}}, {{netsh ...}} and <code>netsh ...</code>: MediaWiki, Jira

A document says there what to do in which case, or what not to do; what it lists in blocks of code is read. What a
ticket or a mail quotes so has been done, and is read: see `prose`.
"""

from __future__ import annotations

import re
from functools import partial
from itertools import takewhile

from msgspec import Struct

from ipseclint.finding import Problem, ProblemCode
from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.pasted.fences import FENCE
from ipseclint.late import late
from ipseclint.vocabulary.ipsec_tools import mention_in
from ipseclint.words import plural

_WHOLE = (
    r"(?:netsh(?:\.exe)?[ ][^`|\r\n]{0,200}?\b(?:add|set|del(?:ete)?|reset|import(?:policy)?|assignpolicy)\b[^`|\r\n]*"
    r"|reg(?:\.exe)?[ ]+(?:add|delete)[ ][^`|\r\n]+|sc(?:\.exe)?[ ]+config[ ][^`|\r\n]+"
    r"|(?:new|set|remove|rename|copy|enable|disable|add)-(?:netipsec|netfirewall|vpn)\w{1,60}[ ]+-[^`|\r\n]+)"
)
"""A command with what it is told; what only names one is prose."""
COMMAND_ALONE = late(_WHOLE, re.IGNORECASE)
_INLINE = late(rf"(`{{1,2}}){_WHOLE}\1", re.IGNORECASE)
_CELL = late(rf"(?<=\|)[ \t]*{_WHOLE}(?=\|)", re.IGNORECASE)
_MARKED = late(
    r"\{\{(?:[A-Za-z][\w -]{0,20}\|(?:1=)?)?(?P<braces>[^{}|\r\n]{1,2000})\}\}"
    r"|<(?P<tag>code|kbd|samp|tt)>(?P<element>[^<>\r\n]{1,2000})</(?P=tag)>",
    re.IGNORECASE,
)
"""Code within a line of a wiki, by a template, by braces or by an element."""
SIGNS_OF_CODE = ("{{", "<code>", "<kbd>", "<samp>", "<tt>")
"""One of these stands in every text with such a mark: quicker to look for."""
_ALONE = late(r"[ \t]*(?:(?:[-*+]|\d{1,3}[.)])[ \t]+)?`[^`\r\n]*`[ \t.;:]*\r?", re.IGNORECASE)
"""A line, or an item of a list, that is one command: it is read."""
_NAMES = ("netsh", "-net", "-vpn", "reg add", "reg delete", "sc config")


class Told(Struct, frozen=True):
    """A command in prose: its line and column, from 1, and the words."""

    line: int
    column: int
    words: str


def without_marked(text: str) -> tuple[str, list[Told]]:
    """The text with blanks for the commands that marks of a wiki hold, and these; the same text if it has none."""
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
    """What stands in the place of a command in marks; the whole as it is written if it holds none."""
    held = "element" if match["braces"] is None else "braces"
    words = match[held].strip()
    if COMMAND_ALONE.match(words) is None or mention_in(words) is None:
        return match[0]
    told.append(Told(number, match.start(held) + match[held].index(words[:1]) + 1, words))
    return " " * len(match[0])


def without_inline(text: str) -> tuple[str, list[Told]]:
    """The text with blanks for the commands in its sentences and tables, and these; the same text if it has none."""
    folded = text.casefold()
    if not ("`" in text or "|" in text) or not any(name in folded for name in _NAMES):
        return text, []
    told: list[Told] = []
    lines = text.split("\n")
    in_fence = False
    for index, line in enumerate(lines):
        if "`" not in line and "|" not in line and "~" not in line:
            continue
        if FENCE.match(line):
            in_fence = not in_fence
            continue
        if in_fence or _ALONE.fullmatch(line):
            continue
        is_row = line.lstrip().startswith("|") and line.rstrip().endswith("|")
        blank = partial(_blank, told, index + 1)
        lines[index] = _CELL.sub(blank, _INLINE.sub(blank, line)) if is_row else _INLINE.sub(blank, line)
    return ("\n".join(lines), told) if told else (text, told)


def _blank(told: list[Told], number: int, match: re.Match[str]) -> str:
    """What stands in the place of a command in a line, which is kept; the words themselves if they are none."""
    words = match[0].strip("` \t")
    if mention_in(words) is None:
        return match[0]
    told.append(Told(number, match.start() + match[0].index(words[:1]) + 1, words))
    return " " * len(match[0])


def tell(told: list[Told], diagnostics: Diagnostics) -> None:
    """Note such commands once, at the first: they are no policy, and no part of one that was not understood."""
    if not told:
        return
    first = told[0]
    more = f", and {plural(len(told) - 1, 'more command')}" if len(told) > 1 else ""
    stands = "stand" if more else "stands"
    name = " ".join(takewhile(lambda word: "=" not in word and word[:1] != "-", first.words.split()[:5]))
    message = (
        f"{quoted(name)}{more} {stands} in a sentence or a table, which is not read: "
        "what is to be checked belongs into a block of code"
    )
    place = diagnostics.place(first.line, first.column, len(first.words))
    diagnostics.add(Problem(code=ProblemCode.NO_POLICY, message=message, span=place))
    diagnostics.unread[f"{quoted(name)} in a sentence or a table, which is not policy"] += 1
