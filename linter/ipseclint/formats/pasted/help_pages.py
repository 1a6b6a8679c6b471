"""Help on commands, from Microsoft's docs in Markdown, `Get-Help` or `netsh ... ?`, which is no policy.

    # Disable-NetIPsecRule                    NAME                            Usage: add rule name=<string>
    ## SYNTAX                                     Disable-NetIPsecRule              endpoint1=any|<subnet>
    Disable-NetIPsecRule [-All]               SYNTAX                                [description=<string>]
     [<CommonParameters>]                         Disable-NetIPsecRule [-All] ...   Remarks:

Syntax, and the prose about it, tell what a command takes. Examples on a page are commands and stay; those that netsh
itself prints are help too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from msgspec import Struct

from ipseclint.formats.pasted.signs import CMD, NETSH, POWERSHELL, SESSION
from ipseclint.late import late
from ipseclint.source import each_line_once, lines_of_text

_PARAMETERS = late(r"<[A-Za-z]{9,40}+(?:(?<=Parameters)|(?<=Parameter))>")
_SYNTAX = late(r"[ \t]{0,12}([A-Z][A-Za-z]{1,15}-[A-Z][A-Za-z0-9]{2,60})(?:[ \t]+[\[<{-]|[ \t]*\r?$)")
"""The first line of a syntax: the cmdlet, and what it takes there or in the lines below."""
_END_OF_SYNTAX = late(_PARAMETERS.pattern + r"\]?[ \t]*+\r?$")
_IN_SYNTAX = late(r"[ \t]*(?:$|\r|\[?\[?-|\[?<|[\w|]+\]|[{|])")
_OPTION = late(r"\[-(?<![^ \t\[\n]\[-)[A-Z][A-Za-z0-9]{1,40}(?:\]?[ \t]{1,4}[<{]|\](?=[\s\]]|\Z))")
"""A parameter in brackets, which no command has: a syntax may end without `[<CommonParameters>]`."""
_MAX_SYNTAX_LINES = 120
_NAME = late(r"[ \t]{0,12}(?:#{1,3}[ \t]+|[A-Z]{2,12}[ \t]+)?([A-Z][A-Za-z]{1,15}-[A-Z][A-Za-z0-9]{2,60})[ \t]*\r?")
"""A line with the name of a cmdlet alone, which begins a page."""
_MAX_LINES_TO_SYNTAX = 40
_HEADING_OF_HELP = late(r"[^\W\d_][^a-z\r\n:;=<>\\/\[\](){}$\"'-]{1,40}\r?")
"""A heading of what `Get-Help` prints: in capitals, at the begin of its line; what it heads is indented."""
_TITLES = (
    "NAME",
    "NOM",
    "NOMBRE",
    "NOME",
    "NAAM",
    "NAZWA",
    "\u0418\u041c\u042f",
    "\u540d\u524d",
    "\u540d\u79f0",
    "\uc774\ub984",
)
_TITLE = late(
    rf"^((?:{'|'.join(_TITLES)})[ \t]{{0,8}}\r?\n[ \t]{{2,12}})([A-Z][A-Za-z]{{1,15}}-[A-Z][A-Za-z0-9]{{2,60}})"
    r"(?=[ \t]*\r?$)",
    re.MULTILINE,
)
"""The first heading of what `Get-Help` prints, and below it the cmdlet; examples may follow without a syntax."""
_LINE_OF_TITLE = late(rf"\n(?:{'|'.join(_TITLES)})[ \t]{{0,8}}\r?\n")
_FRONT_MATTER = late(r"---[ \t]*\r?")

_USAGE = late(
    r"[ \t]{0,8}+[^\W\d][\w -]{1,20}+[ \u00a0]?[:\uff1a][ \t]{1,8}(?:[a-z]{2,12}[ ]){1,3}?"
    r"(?:\[[ ]?)?[a-z0-9]{2,20}[ ]?(?:\][ ]?)?=(?:[ ]?\][ ]?)?[ ]?[<(\[a-z].*"
)
"""How the help of netsh begins: a word for it, and a command with its first tag."""
_USAGE_ALONE = late(r"[ \t]{0,8}+(?![a-z])[^\W\d][\w -]{1,20}+[ \u00a0]?[:\uff1a][ \t]*\r?")
"""A label of help begins with a capital, or has none: what opens a block of a program is a word of its language."""
_USAGE_OF_SETTINGS = late(
    r"[ \t]{0,8}+[^\W\d][\w -]{1,20}+[ \u00a0]?[:\uff1a][ \t]{1,8}"
    r"set[ ][a-z]{5,20}[ ](?:[a-z]{2,20}\||\([^()\r\n]{1,40}\)).*"
)
"""How the help of `netsh advfirewall set` begins, whose settings have no tags."""
_LINE_OF_SETTINGS = late(r"\n" + _USAGE_OF_SETTINGS.pattern)
_LISTED = late(r"[ \t>]{0,12}(?:[a-z]\w{1,24}|\?|\.\.)[ \t]{1,20}-[ ]\S.*")
"""A command, or a context, in what netsh lists of a context, and what it is for."""
_LISTS = late(r"\n[ \t>]{0,12}\?[ \t]{1,20}-[ ]\S")
"""The command that stands in every such list."""
_MIN_LISTED = 3
_CONSOLE_COLUMNS = frozenset({80, 120})
"""A line as long as that goes on in the next one, where a console has wrapped it."""
_COLONS = {
    colon: (
        late(colon + r"[ \t]{1,8}(?:[a-z]{2,12}[ ]){1,3}?(?:\[[ ]?)?[a-z0-9]{2,20}[ ]?(?:\][ ]?)?="),
        late(colon + r"[ \t]*\r?(?:\n|\Z)"),
    )
    for colon in ":\uff1a"
}
"""What stands in the first line of a usage, however it is called, with a command and alone: quick to look for."""
_LINE_OF_USAGE = late(r"\n" + _USAGE.pattern)
_LINE_BEFORE_USAGE = late(r"\n" + _USAGE_ALONE.pattern + r"(?:\n|\Z)")
_TAGS = late(r"[ \t]+(?:[a-z]{2,20}[ ]+)?\[?[ ]?(?:\[[ ])?[a-z][a-z0-9]{1,24}(?:[ ]?\])?[ ]?=[^\r\n]*[<|(\[]")
_LINE_OF_TAGS = late(r"\n" + _TAGS.pattern)
_HEADING_OF_USAGE = late(r"[^\W\d_][^\r\n:\uff1a=<>]{1,40}[ \u00a0]?[:\uff1a][ \t]*\r?")

_FENCE = late(r"[ \t]{0,8}(`{3,}|~{3,})[ \t]?([\w+#.-]{0,40})[ \t]*\r?")
_DATA = frozenset({"yaml", "yml", "output"})
"""Languages of fences that hold no command: what a parameter is like."""
_COMMAND = late(
    r"[ \t]{0,12}(?:(?:\d{1,2}[.)]|[-*\u2022])[ \t]{1,4})?(?:"
    rf"(?:{SESSION})?{POWERSHELL}{{1,2}}|{CMD}|{NETSH}|>>[ \t]"
    r"|(?:\$[\w:.]+[ \t]*=[ \t]*)?[A-Za-z]{2,15}-[A-Za-z][A-Za-z0-9]{2,60}[ \t]+[-|$\"'@]|\$[\w:.]+[ \t]*\|?="
    r"|(?:netsh|reg|sc)(?:\.exe)?[ \t]+[a-z])"
)
"""A command with something that it takes: prose names one, and goes on with a word."""
_GOES_ON = ("`", "|", ",", "{", "(", "^")
_MIN_INDENT = 4
_ENDS_CAPTION = (":", "\uff1a")
_NETSH = late(r"[ \t]*(?:[A-Za-z]:\\[^>\r\n]{0,200}>)?netsh\b", 0)


SIGNS = ("<", "[", "]")
"""One of these stands in every syntax and usage."""


_LISTING = "netsh ... ?"
"""The command that lists what a context of netsh has."""


class _Part(Struct, frozen=True):
    """Lines of help: the first, from 0, and the end; its subject, and whether it is a usage of netsh."""

    start: int
    end: int
    of: str
    is_usage: bool = False


def without_help(text: str, once: str | None = None) -> tuple[str, tuple[str, ...]]:
    """A text with the syntax and prose of help blanked, and the subjects of the help.

    `once` has its distinct lines.
    """
    if "<#" in text:
        return text, ()
    once = each_line_once(text) if once is None else once
    if not _may_be_help(once):
        return _without_titles(text, once)
    lines = lines_of_text(text)
    told: dict[str, None] = {}
    for part in _parts(lines):
        told.setdefault(part.of)
        if part.is_usage:
            _keep_commands_of_netsh(lines, part)
        else:
            _keep_commands(lines, part)
    for start, end in _lists_of_contexts(lines):
        told.setdefault(_LISTING)
        _leave_out(lines, start, end)
    text, named = _without_titles("\n".join(lines) if told else text, once)
    return text, tuple({**told, **dict.fromkeys(named)})


def _without_titles(text: str, once: str) -> tuple[str, tuple[str, ...]]:
    """A text without the names of cmdlets that `Get-Help` prints below their heading, and these names.

    `once` has its distinct lines.
    """
    if _LINE_OF_TITLE.search(f"{once}\n") is None:
        return text, ()
    named = tuple(dict.fromkeys(match[2] for match in _TITLE.finditer(text)))
    return _TITLE.sub(lambda match: match[1] + " " * len(match[2]), text) if named else text, named


def _may_be_help(lines: str) -> bool:
    """Whether a syntax may stand in lines, each of which is there once, or a usage may begin in one."""
    if "<" in lines and "arameter" in lines and _PARAMETERS.search(lines) is not None:
        return True
    if "[-" in lines and _OPTION.search(lines) is not None:
        return True
    if _LISTS.search(lines) is not None:
        return True
    if " set " in lines and _LINE_OF_SETTINGS.search(lines) is not None:
        return True
    if "=" not in lines or not any(sign in lines for sign in SIGNS):
        return False
    colons = [colon for colon in _COLONS if colon in lines]
    if any(_COLONS[colon][0].search(lines) for colon in colons) and _LINE_OF_USAGE.search(lines) is not None:
        return True
    is_labelled = any(_COLONS[colon][1].search(lines) for colon in colons)
    return is_labelled and _LINE_BEFORE_USAGE.search(lines) is not None and _LINE_OF_TAGS.search(lines) is not None


def _parts(lines: Sequence[str]) -> Iterator[_Part]:
    """The parts of a text that are help, in order."""
    number, name_at = 0, -1
    front_at = 0 if lines and _FRONT_MATTER.fullmatch(lines[0].removeprefix("\ufeff")) else -1
    name = ""
    while number < len(lines):
        line = lines[number]
        if _FRONT_MATTER.fullmatch(line) and number + 1 < len(lines) and ":" in lines[number + 1]:
            front_at = number
        elif (end := _syntax_until(lines, number)) and (cmdlet := _SYNTAX.match(line)):
            if name_at >= 0 and name == cmdlet[1] and number - name_at <= _MAX_LINES_TO_SYNTAX:
                has_front = front_at >= 0 and name_at - front_at <= _MAX_LINES_TO_SYNTAX
                start = front_at if has_front else name_at
                until = _page_until(lines, name_at, end)
                yield _Part(start, until, name)
                number, name_at, front_at = until, -1, -1
                continue
            yield _Part(number, end, cmdlet[1])
            number = end
            continue
        elif named := _NAME.fullmatch(line):
            name_at, name = number, named[1]
        elif _begins_usage(lines, number):
            end = _usage_until(lines, number + 1)
            words = (line + " " + lines[number + 1] if _USAGE_ALONE.fullmatch(line) else line).replace("\uff1a", ":")
            yield _Part(number, end, _command_of(words), is_usage=True)
            number = end
            continue
        number += 1


def _lists_of_contexts(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The first line, and the one behind the last, of each list of the commands of a context of netsh."""
    if _LISTS.search("\n".join(["", *lines])) is None:
        return
    start = 0
    for is_listed, run in groupby(lines, lambda line: _LISTED.fullmatch(line) is not None):
        end = start + len(list(run))
        if is_listed and end - start >= _MIN_LISTED:
            yield start, end
        start = end


def _command_of(usage: str) -> str:
    """The words of a usage before its first tag."""
    words = usage.partition(":")[2].split()
    first_tag = next((at for at, word in enumerate(words) if any(sign in word for sign in "=[|(")), 1)
    return "netsh ... " + " ".join(words[: max(first_tag, 1)])


def _syntax_until(lines: Sequence[str], start: int) -> int:
    """The line behind the syntax of a cmdlet that begins at a line; 0 if none does."""
    if _SYNTAX.match(lines[start]) is None:
        return 0
    last = min(start + _MAX_SYNTAX_LINES, len(lines))
    has_option = False
    for number in range(start, last):
        line = lines[number]
        if number > start and _IN_SYNTAX.match(line) is None:
            return number if has_option else 0
        if _END_OF_SYNTAX.search(line):
            return number + 1
        has_option = has_option or _OPTION.search(line) is not None
    return last if has_option else 0


def _page_until(lines: Sequence[str], name_at: int, start: int) -> int:
    """The line behind a page: where indentation ends, or the next page begins."""
    is_indented = lines[name_at][:1] in {" ", "\t"}
    for number in range(start, len(lines)):
        line = lines[number]
        if is_indented:
            if line.strip() and line[0] not in " \t" and not _HEADING_OF_HELP.fullmatch(line):
                return number
        elif (_FRONT_MATTER.fullmatch(line) and number + 1 < len(lines) and ": " in lines[number + 1]) or (
            line.startswith("# ") and number > start
        ):
            return number
    return len(lines)


def _begins_usage(lines: Sequence[str], number: int) -> bool:
    line = lines[number]
    following = lines[number + 1] if number + 1 < len(lines) else ""
    if _USAGE_OF_SETTINGS.fullmatch(line):
        return True
    if _USAGE_ALONE.fullmatch(line):
        return "[" in following and _TAGS.match(following) is not None
    if _USAGE.fullmatch(line) is None:
        return False
    return "=<" in line or "= ]" in line or ("|" in line and "[" in following)


def _usage_until(lines: Sequence[str], start: int) -> int:
    """The line behind the help of netsh: its lines are indented, or headings that end in a colon."""
    for number in range(start, len(lines)):
        line = lines[number]
        is_wrapped = len(lines[number - 1].rstrip("\r")) in _CONSOLE_COLUMNS
        if line.strip() and line[0] not in " \t" and not (is_wrapped or _HEADING_OF_USAGE.fullmatch(line)):
            return number
    return len(lines)


def _keep_commands(lines: list[str], part: _Part) -> None:
    """Blank a page except commands and code blocks with commands."""
    number = part.start
    goes_on = False
    while number < part.end:
        line = lines[number]
        if (end := _syntax_until(lines, number)) and (cmdlet := _SYNTAX.match(line)) and cmdlet[1] == part.of:
            _leave_out(lines, number, end)
            number = end
            continue
        if fence := _FENCE.fullmatch(line):
            closing = _closing(lines, number, part.end, fence[1])
            content = lines[number + 1 : closing]
            if fence[2].casefold() in _DATA or any(_END_OF_SYNTAX.search(row) for row in content):
                _leave_out(lines, number, closing + 1)
            number = closing + 1
            continue
        if _COMMAND.match(line) or goes_on:
            goes_on = line.rstrip().endswith(_GOES_ON)
        else:
            lines[number] = ""
        number += 1


def _closing(lines: Sequence[str], number: int, end: int, mark: str) -> int:
    """The line that ends a block of code."""
    for closing in range(number + 1, end):
        if lines[closing].strip().startswith(mark) and not lines[closing].strip().strip(mark[0]):
            return closing
    return end - 1


def _keep_commands_of_netsh(lines: list[str], part: _Part) -> None:
    """Blank the help of netsh except commands, each of which continues up to a blank line.

    Its own examples are blanked too: each is below a caption, with the same indentation.
    """
    is_command = is_example = False
    caption = ""
    for number in range(part.start, part.end):
        line = lines[number]
        following = lines[number + 1] if number + 1 < part.end else ""
        if _NETSH.match(line):
            is_example = _is_example(caption, line) or (is_example and is_command)
            is_command = True
        is_command = is_command and bool(line.strip())
        caption = line
        if not is_command or is_example:
            lines[number] = ""
        elif following.strip() and not _NETSH.match(following):
            lines[number] = line.rstrip("\r").rstrip() + " ^"


def _is_example(caption: str, command: str) -> bool:
    """Whether a command in netsh's help is below a caption, indented like its text."""
    indent = len(command) - len(command.lstrip())
    return indent >= _MIN_INDENT and caption.rstrip().endswith(_ENDS_CAPTION) and caption[:indent].isspace()


def _leave_out(lines: list[str], start: int, end: int) -> None:
    lines[start:end] = [""] * (end - start)
