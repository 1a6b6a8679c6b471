"""The extent of a value: quoted, in brackets, in digits, or bare with its continuation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ipseclint.late import late
from ipseclint.secrets.names import VARIABLE
from ipseclint.secrets.places import Place

MAX_VALUE_CHARACTERS = 65_536
REST = late(r"[^\n]+")
_WRAPPED = late(
    r"\n(?:[ \t]*\n)?[ \u00a0]{10,}+(?![\"'][^\"'\n]{0,80}[\"'][ \t]*(?:[,:\]}]|\n)"
    r"|\w[\w /-]{0,40}:(?: |\n|\Z)|\w[\w-]{0,40} {1,40}: )([^\n]++)"
)
"""A line below a labelled value and far from the margin, if it has no label itself, and is no text of a list."""
_LINE_BELOW_IN_TEXT = late(r"(?:\\{1,8}r)?\\{1,8}n(?=[A-Z][\w /()-]{1,40}:[ \t]{2,}|(?:\\{1,8}r)?\\{1,8}n)")
"""The end of a line of a printed list, whose next has a label, or nothing, in a text of a program."""
_CLOSED = late(r"(?:\"[^\"\n]*\"|'[^'\n]*')(?=[)\]}]++(?:\.\w|[,;]?(?:[\s(]|\Z)))")
"""A quotation at the end of a bracket."""
_COMMANDS = (
    "add call cat cd choice clip cls cmd color copy cscript del dir do done echo else endlocal exit fi find findstr"
    " for foreach goto gpupdate grep if ipconfig ipsec ipseccmd ipsecpol md mkdir more move net netsh pause ping popd"
    " powershell psexec pushd pwsh rasdial rasphone rd reg rem ren return robocopy sc schtasks set setlocal shutdown"
    " sleep sort start sudo swanctl systemctl taskkill tee then throw timeout title true type where whoami wscript"
    " xcopy"
)
_VERBS = (
    "add clear convertfrom convertto copy disable enable export for format get import invoke new out remove rename"
    " restart select set sort start stop tee test wait where write"
)
OTHER_COMMAND = (
    rf"(?:(?:{_COMMANDS.replace(' ', '|')})(?:\.exe)?(?![\w-])|[\w\\.:%~\"-]{{1,256}}?\.(?:bat|cmd|com|exe|ps1|vbs)\b"
    rf"|(?:{_VERBS.replace(' ', '|')})-[a-z]|[$@\[({{%!/]|:|\.\\|[a-z]:\\)"
)
"""The beginning of another command, as the commands of this field's scripts are; another word may be of the key."""
_ENDS_OF_REST = {
    is_of_parameter: late(
        r"[\])}]*+[^\S\n]*+(?:[;,&|]*+[^\S\n]*+(?=[\"'\])};,]*+(?:\n|\Z))"  # nothing more
        rf"|(?:&&?|\|\|?|[;,])[^\S\n]*+[\"'(@]*+{OTHER_COMMAND}|[;,][^\S\n]*+[\"'(@]*+\w++[ \t]*+[=(:]"
        r"|(?<!\]\])\d?>>?[^\S\n]*+(?:nul\b|&\d|\$null|[^\s>]{0,256}[.\\/%])|</[A-Za-z][\w.:-]{0,64}>|\]\]>(?=\s|<|\Z)|else\b"
        r"|[;,]?[ \t]*## SECRET-DATA|[\^`]\n[ \t]*+(?:[-\s]|\w+[ \t]*=))"
        r"|(?P<comment>[^\S\n]++(?:#|//|;|::|rem)[^\S\n])"
        rf"|[^\S\n]++(?:{following})",
        re.IGNORECASE,
    )
    for is_of_parameter, following in (
        (False, r"[^\s=;]{1,64}+=(?![ \t=])"),
        (True, r"(?:--?|/)[A-Za-z]\w*+(?:-\w++)*+(?=[\s:]|\Z)|#|<(?:#|[/!A-Za-z][^<>'\n]{0,200}>)"),
    )
}
"""What stands behind a value in a command and certainly is no rest of it: nothing, another command or member, a
redirection, a tag, a comment; a parameter behind the value of one, an argument with its sign behind another."""
_PIECE_OF_REST = late(
    r"[^\S\n]*+(?:[\^`]\n[ \t]*+(?![-\s]|\w+[ \t]*=))?(?![\^`]\n)(?:&#?\w{1,8};|[^\s\"'&|;,<>)\]}]++|[^\s])"
)
_MAX_REST_CHARACTERS = 256
"""How far the rest of a broken value goes (reasoned: keys are shorter, and a document may be one line)."""
_ESCAPED_QUOTE = late(r"(?:&amp;|&)(?:quot|apos|#0*3[49]|#x0*2[27]);|\\+[\"']", re.IGNORECASE)
"""A quote as escaped in markup or in a program."""
_DOUBLED = late(
    r"([\"'])\1(?=[^\s,;)\]}\"'])((?:(?!\1)[^\n]){1,256}(?:\1(?!\1)(?:(?!\1)[^\n]){1,256}){0,8})(?:\1\1(?=[\s,;)\]}<>&|]|\Z)|\1?\Z)"
)
"""A value in doubled quotes, as a cell of a table or a text of a program holds a quotation."""
_UNQUOTED = late(r"(?:\"[^\"\n]*\"?|'[^'\n]*'?|[^\s\"'&|]|&#?\w{1,8};)+")
_GOES_ON = {
    quote: late(
        rf"(?:\n(?![ \t>]*(?:\n|{OTHER_COMMAND}))[^\n{quote}]{{0,200}}+){{1,2}}"
        rf"{quote}(?=[^\n{quote}]*+(?:{quote}[^\n{quote}]*+{quote}[^\n{quote}]*+)*+(?:\n|\Z))",
        re.IGNORECASE,
    )
    for quote in "\"'"
}
"""The rest of a quoted value whose line was broken: the lines below, no commands, up to the quote that closes it."""
_BELOW = late(r"(?:[ \t>]++(?!-))?(?!\w+[ \t]*=)")
"""What stands before the rest of a value on a line that continues its own; another argument is none."""
_QUOTATION = late(r"(?<![^\s(=*])`[^`\n]*\Z")
_ON_NEXT_LINE = late(
    r"\n[ \t]*(?:(?:\n[ \t]*)?(?:`{3}|~{3})\w{0,16}[ \t]*\n[ \t]*)?(?!\[|`{3}|~{3})([^\s=:<>\"']+)[ \t]*(?=\n|\Z)"
)
"""A single word on the line below a name with nothing after its sign."""
_SET_APART = late(
    r"\n[ \t]*\n(?: {4,}+`?([^\s=:<>\"'`]+)`?"
    r"|[> \t]{0,40}(?P<marks>[\"'`]{1,3})([^\n\"'`]{3,256})(?P=marks))[ \t]*(?=\n|\Z)"
)
"""Such a word below an empty line, indented like a block of a document, or a text that is quoted."""
_BLOCK = late(r"[|>][+-]?[ \t]*\n[ \t]+([^\n]+)")
"""A text that begins on the next line in YAML."""
MARGIN_OF_LOG = (
    r"\d{4}-\d\d-\d\d[ T][\d:.,+Z-]{5,16}[ \t]{1,4}(?:\[?(?:debug|error|info|notice|trace|warn(?:ing)?)\]?:?[ \t]+)?"
)
"""What a log writes before a line."""
MARGIN = rf"[> \t+*#_\u2022-]{{0,40}}(?:\d{{1,4}}(?:[:.)]|(?=[ \t]{{2}}))[ \t]+|(?i:{MARGIN_OF_LOG}))?"
"""What stands before a line: the margin of a mail, a list, a change, numbered lines or a log."""
_BEFORE_MEMBER = late(
    rf"\s*+(?:(?<=\n)(?:>[>\s]*+|{MARGIN_OF_LOG}\s*+))?(?:(?<=[ \t\n])(?:`{{3}}|~{{3}})\w{{0,16}}[ \t]*\n\s*+)?",
    re.IGNORECASE,
)
"""What stands before a value on the next line, which a mail may quote, a log hold or a document set off."""
_COMMENT = late(r"(?:/\*[^\n*]{0,200}\*/|//[^\n]{0,200}\n|#[^\n]{0,200}\n)\s*+(?=[\"'])")
"""A comment before a value."""
_MEMBER = late(r"[^\s,\]}\"][^\"\n]{0,256}(?=\"{1,2}\s{0,40}[,}\]])|[^\s,\]}]+")
"""A value without quotes, or one that has lost its first."""
_BEHIND_MEMBER = late(r"[ \t]*(?:[,}\]):;#\n]|//|[\"'][\w .-]{1,64}[\"'][ \t]*:|\Z)")
_BEHIND_ESCAPED = late(r"[)\]},;&|<>]*(?:[\s\"'\\/]|\Z)")
_BEHIND_TEXT = late(r"[\s,}\]):;.]|\Z")
"""What follows the quote that ends a member, or another quoted text, and no quote within a key."""
_TYPE_OF_PARAMETER = late(r"\s*\"type\"\s*:\s*\"(?:secure)?string\"\s*,?", re.IGNORECASE)
"""How a template declares the parameter that a key is given by."""
_GIVEN_TO_PARAMETER = late(r"\"(?:default)?value\"\s{0,40}:", re.IGNORECASE)
"""What stands before the value in a declaration that has one."""
_HEXADECIMAL = late(r"hex(?:\([0-9a-f]+\))?:(?:[^\n\\]|\\\n?)*", re.IGNORECASE)
"""Bytes listed in a registry file, to the end of the value's last line, damaged or not."""


_OPTION_OF_HEADER = late(r"(?:-H|--header)[ =]?[\"']\Z")
_NAME_OF_HEADER = late(r"[\w-]*")
_OF_ADDRESS = late(r"://[^\s\"'<>]*[?&;][\w-]{0,40}")
_WITHIN_ADDRESS = late(r"[^\s&\"'<>#]*")
_MAX_BEFORE_NAME = 400
_MAX_OPTION_CHARACTERS = 10
"""So far before a name an address begins, and an option before its text (reasoned: both are shorter)."""


def value_within(text: str, name: int, at: int, sign: str) -> Place | None:
    """The place of a value in a header that a command sends, or in an address: more stands behind it on the line."""
    low = max(0, name - _MAX_BEFORE_NAME)
    if sign == ":":
        quote = max(text.rfind('"', low, name), text.rfind("'", low, name))
        option = _OPTION_OF_HEADER.search(text, max(0, quote - _MAX_OPTION_CHARACTERS), quote + 1)
        is_header = option is not None and _NAME_OF_HEADER.fullmatch(text, quote + 1, name) is not None
        return (at, closing_quote(text, at, text[quote], is_member=False)) if is_header else None
    begin = text.rfind("://", low, name) if sign == "=" else -1
    if begin < 0 or _OF_ADDRESS.fullmatch(text, begin, name) is None:
        return None
    return at, end_of(_WITHIN_ADDRESS.match(text, at), at)


def value_at(text: str, at: int, is_member: bool, sign: str) -> Iterator[Place]:
    """The places of a value: quoted, in brackets, in hexadecimal digits, or bare with the words behind it."""
    if is_member:
        at = end_of(_BEFORE_MEMBER.match(text, at, at + 4096), at)
        comment = _COMMENT.match(text, at)
        yield from places_of(comment)
        at = end_of(comment, at)
    first = text[at : at + 1]
    if (whole := _HEXADECIMAL.match(text, at) or _DOUBLED.match(text, at)) is not None:
        yield from places_of(whole)
    elif (quote := _ESCAPED_QUOTE.match(text, at)) is not None:
        end = end_of_line(text, quote.end(), min(len(text), quote.end() + MAX_VALUE_CHARACTERS))
        closing = _closing_escape(text, quote, end)
        yield quote.end(), closing
        behind = closing + len(quote[0])
        if text[behind : behind + 1].isalnum() and behind < end:  # the quote was one of the key
            yield behind, end_of_rest(text, behind, is_closed=False, is_of_parameter=sign == "-")
    elif text.startswith(('@"', "@'"), at):
        closing = text.find("\n" + text[at + 1] + "@", at)
        yield at + 2, closing if closing >= 0 else len(text)
    elif first in {"[", "{", "("} or text.startswith(("@(", "$("), at):
        yield from _in_brackets(text, at, sign)
    elif first in {'"', "'", "\\", "“", "„"} and (sign == ":" or is_member):
        skipped, sign_of_end = 2 if first == "\\" else 1, "'" if first == "'" else '"'
        end = closing_quote(text, at + skipped, sign_of_end, is_member=is_member)
        yield at + skipped, end
        yield from places_of(_GOES_ON[sign_of_end].match(text, end))
    elif sign == ">" and (closing := text.find("<", at, end_of(REST.match(text, at), at))) >= 0:
        yield at, closing
    elif is_member and sign != "=":
        yield from places_of(_MEMBER.match(text, at))
    elif sign == ":":
        yield from _labelled(text, at)
    else:
        yield from bare_value_at(text, at, is_of_parameter=sign == "-")


def _labelled(text: str, at: int) -> Iterator[Place]:
    """A value behind a label: to the end of its line, which a text of a program may write, and what goes on below."""
    listed = _LINE_BELOW_IN_TEXT.search(text, at, end_of_line(text, at, min(len(text), at + _MAX_REST_CHARACTERS)))
    if listed is not None:
        yield at, listed.start()
        return
    end = end_of(REST.match(text, at), at)
    yield at, end
    yield from _wrapped(text, end)
    yield from places_of(_BLOCK.match(text, at))
    if end == at:
        yield from places_of(_ON_NEXT_LINE.match(text, end) or _SET_APART.match(text, end))


def _in_brackets(text: str, at: int, sign: str) -> Iterator[Place]:
    closing = _closing_bracket(text, at)
    typed = _TYPE_OF_PARAMETER.match(text, at + 1, closing)
    given = typed and _GIVEN_TO_PARAMETER.search(text, typed.end(), closing)
    if typed is None or given is not None:
        yield end_of(given, at + 1), closing
    if sign in "=-" and text[closing + 1 : closing + 2].isalnum():  # the bracket was one of the key
        yield closing, end_of_rest(text, closing + 1, is_closed=False, is_of_parameter=sign == "-")


def bare_value_at(text: str, at: int, *, is_of_parameter: bool) -> Iterator[Place]:
    """A value in a command, with its continuation on the next line and what may be the rest of it behind."""
    for _ in range(64):
        quote = text[at : at + 1] if text[at : at + 1] in {'"', "'"} else ""
        end = end_of_value(text, at)
        end -= (is_of_parameter or bool(quote)) and text[end - 1 : end] == ";"
        is_closed = bool(quote) and end > at + 1 and text[end - 1] == quote
        is_missing = end == at and text[at + 1 : at + 2].isspace()
        whole = end
        if not is_missing and VARIABLE.fullmatch(text, at + len(quote), end - is_closed) is None:
            is_open = bool(quote) and not is_closed
            whole = end_of_rest(text, end, is_closed=is_closed, is_of_parameter=is_of_parameter, is_open=is_open)
        if is_closed and whole == end:
            yield at + 1, end - 1
        else:
            yield at + len(quote), whole
        if quote and not is_closed:
            yield from places_of(_GOES_ON[quote].match(text, whole))
        if text[whole - 1 : whole + 1] not in {"^\n", "`\n"}:
            yield from places_of(_ON_NEXT_LINE.match(text, end) if end == at else None)
            return
        below = _BELOW.match(text, whole + 1)
        if below is None or _ends_a_quotation(text, whole - 1):
            return
        is_alone = whole == at + 1 and text[below.end() : below.end() + 1] not in {'"', "'"}
        at = whole + 1 if is_alone else below.end()  # below a sign alone stands what may be a key


def _ends_a_quotation(text: str, at: int) -> bool:
    """Whether the sign at the end of a line is the second of two backticks, as a document has them around a word."""
    return text[at] == "`" and _QUOTATION.search(text, max(0, at - _MAX_REST_CHARACTERS), at) is not None


def end_of_value(text: str, at: int) -> int:
    """The end of a value in a command as a reader takes it: up to a blank or a sign of another command, quotations
    whole."""
    return end_of(_CLOSED.match(text, at) or _UNQUOTED.match(text, at), at)


def end_of_rest(text: str, begin: int, *, is_closed: bool, is_of_parameter: bool, is_open: bool = False) -> int:
    """The end of the rest of a value that a sign in it has broken, behind the part that a reader takes for all of it.

    Behind a closed quotation there is a rest only if another quotation mark follows. In an open one no comment begins.
    """
    ends, at = _ENDS_OF_REST[is_of_parameter], begin
    while at - begin < _MAX_REST_CHARACTERS:
        ended = ends.match(text, at)
        if ended is not None and not (is_open and ended["comment"]):
            break
        piece = _PIECE_OF_REST.match(text, at)
        if piece is None:
            break
        at = piece.end()
    return begin if is_closed and not any(map(text[begin:at].__contains__, "\"'")) else at


def _wrapped(text: str, end: int) -> Iterator[Place]:
    """A continuation line of a value in a printed list: indented far, and without a label."""
    match = _WRAPPED.match(text, end)
    if match is not None:
        yield match.span(1)


def _closing_bracket(text: str, at: int) -> int:
    depth = 0
    last = min(len(text), at + MAX_VALUE_CHARACTERS)
    for index in range(at, last):
        if text[index] in "[{(":
            depth += 1
        elif text[index] in "]})":
            depth -= 1
            if depth == 0:
                return index
    return last


def _closing_escape(text: str, quote: re.Match[str], end: int) -> int:
    """The end of a text behind an escaped quote: such a quote again that no sign of a word follows, or else the next
    one."""
    sign = quote[0]
    first = closing = text.find(sign, quote.end(), end)
    while closing >= 0:
        behind = closing + len(sign)
        is_alone = not text[behind : behind + 40].lstrip(" \t").startswith(sign)
        if text[closing - 1] != "\\" and is_alone and _BEHIND_ESCAPED.match(text, behind) is not None:
            return closing
        following = text.find(sign, closing + 1, min(end, first + _MAX_REST_CHARACTERS))
        first = following if not is_alone and closing == first else first  # a second quotation that is not closed
        closing = following
    return first if first >= 0 else end


def closing_quote(text: str, at: int, quote: str, *, is_member: bool) -> int:
    """The end of a quoted text: its quote, which in a member may be lines away, or the end of its line."""
    last = min(len(text), at + MAX_VALUE_CHARACTERS)
    line_end = end_of_line(text, at, last)
    follows = _BEHIND_MEMBER if is_member else _BEHIND_TEXT
    index = at
    while index < last and (is_member or text[index] != "\n"):
        if text[index] == quote and (follows.match(text, index + 1) or text.find(quote, index + 1, line_end) < 0):
            break
        index += 2 if text[index] == "\\" and is_member else 1
    return min(index, last)


def begin_of_line(text: str, at: int, within: int) -> int:
    """The beginning of the line of a place, or the place so many characters before it: a text may be one line."""
    low = max(0, at - within)
    return max(low, text.rfind("\n", low, at) + 1)


def end_of_line(text: str, at: int, last: int) -> int:
    """The end of a line, at most `last`: a text may be one line of megabytes."""
    end = text.find("\n", at, last)
    return end if end >= 0 else last


def places_of(match: re.Match[str] | None) -> Iterator[Place]:
    """The place of a match, of its last group if it has any; nothing for None."""
    if match is not None:
        yield match.span(match.lastindex or 0)


def end_of(match: re.Match[str] | None, otherwise: int) -> int:
    """The end of a match; `otherwise` for None."""
    return otherwise if match is None else match.end()
