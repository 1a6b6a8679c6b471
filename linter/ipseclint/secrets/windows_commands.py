"""Keys and passwords in commands of Windows and of the tools beside them, identified by an option or by position.

The positions are from Microsoft's pages on `net`, `rasdial` and `ftp` and on Autologon; `programs.py` has the options.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, pairwise

from ipseclint.late import late
from ipseclint.secrets.masks import is_odd, lookalike_places
from ipseclint.secrets.names import LongText, asked, matches_at, occurrences, replaced, standing
from ipseclint.secrets.places import Place
from ipseclint.secrets.programs import PROGRAMS
from ipseclint.secrets.values import MARGIN, OTHER_COMMAND, bare_value_at, end_of, end_of_line, places_of
from ipseclint.source import lines_with

_EXTENSION = r"(?:\.(?:exe|com))?"
_CALLED = rf"{_EXTENSION}(?=[\"']{{0,2}}(?:[ \t,]|\n[> \t]{{0,8}}-))"
_SPOKEN = tuple(
    late(rf"({name}){_CALLED}[\"']{{0,2}}")
    for name in (r"net(?:\.exe)?(?:[ \t]{1,8}|[ \t]?[`^]?\n[> \t]{0,8})user?", "rasdial", "autologon")
)
_BEFORE_SPOKEN = late(
    r"(?:(?:\A|[\n&|(>;\[{\"'`@\\/]|[\"'][-+]|(?<![\w-])(?:call|start(?:-process)?|sudo|do|else|then|/[bckw]|/min|/wait"
    r"|-c(?:ommand)?|if[ \t](?:not[ \t])?(?:exist|errorlevel|defined|[%!\"])[^\n]{0,60}))[ \t]{0,8}[\"']?"
    r"|(?P<said>(?:[:\]#]|\d[.)]|\b(?:debug|error|info|notice|trace|warn(?:ing)?)|\d:\d\d(?:[.,]\d{1,9})?z?)[ \t]{1,8}"
    r"|(?:\A|[\n\"'])[-+*<][ \t]{0,4}|(?:\A|[\n\"'\]:])[ \t]{0,8}\d{1,6}[ \t]{1,4}"
    r"|(?:\A|[\n\"'])(?:[> \t]{0,8}[\w.-]{0,60}[ \t]{0,4}:?[ \t]{0,4}\d{1,6}[ \t]{0,4}:[ \t]{0,4})))\Z"
)
_BEFORE_CHARACTERS = 100
"""Programs with names that are ordinary words, and what stands before a command; `said` is also in a sentence."""
_SMALL_WORDS = late(
    r"(?<=[ \t])(?:a|an|and|are|as|at|be|by|can|command|commands|does|for|from|has|in|is|it|not|of|on|or|that|the|then"
    r"|to|was|will|with)(?=[\s.,;:]|\Z)"
)
_OPTION_OF_SPOKEN = late(r"[ \t]/(?:active|add|delete|domain|expires|persistent|phonebook|savecred|times|user)\b:?")
"""An option that a sentence about a command does not have as often as the command."""
_ERROR_OF_RASDIAL = late(
    r"[ \t]{1,8}(?:(?:api|call(?:back|ed)?|ended|ends|event|failed|fails|gave|gives|reported|reports|returned|returns"
    r"|said|says|status|with|an?):?[ \t]{1,4}){1,4}"
    r"error(?:[ \t]code)?[ \t:]{1,4}(?:[6-9]\d\d|13[89]\d\d)(?![^\s,.:;)\"'])"
    r"|[ \t]{1,8}(?:api|call(?:back|ed)?|event|function|returned|state|status)\b[^\n:\"']{0,40}:(?=[ \t])"
)
"""What a program's log says of `rasdial`, or of the function of that name: the words behind it are no arguments."""
_LINE = late(r"(?:[`^\\,]\n|[^\n&|]){0,1000}")
_STATEMENT = late(r"(?:[`\\]\n|\"[^\"\n]{0,256}\"|'[^'\n]{0,256}'|[^\n|;]){0,1000}+")
_OPTION_LAST = late(r"[ \t]((?:--?|/)[a-z]{1,24})[:=]?[ \t]*\Z")
_VALUE_BELOW = late(rf"(?:\n(?:[> \t]{{0,8}}\n)?[> \t]{{0,8}}|[|&](?=\w))(?!{OTHER_COMMAND})[^\s]+")
_ARGUMENTS_BELOW = late(
    r"\n(?:[> \t]{0,8}\n)?[> \t]{0,8}(?=(?:--?|/)[a-z]|\"[^\"\n]{1,60}\"[ \t]|[\w.-]{1,64}\\\w"
    r"|\\\\[\w.-]{1,64}[ \t])"
)
"""What stands at the end of the line of a command, and below it, where a mail has broken it; a sign may
stand for a blank."""
_OF_USERS = frozenset({"u", "ru", "l", "user", "username"})
_USER_BELOW = late(
    rf"\n(?:[> \t]{{0,8}}\n)?[> \t]{{0,8}}(?!{OTHER_COMMAND})(?=[\w.@-]{{1,64}}[ \t]{{1,8}}(?:--?|/)[a-z])"
)
"""Options for a user, behind which one may stand on the line below, and another option behind that."""
_WORD = late(r"(?:[^\s\"',&|<>\0^`;(){}\[\]=]|[\^`;(){}\[\]=](?!-{1,2}[a-z]))+")
"""A word; a sign that stands for the blank before an option parts two."""
_WHOLE_WORD = late(r"\"([^\"\n]*)\"?|'([^'\n]*)'?|,(?=[\"'])|[^\s\"&|<>]+")
_REST_OF_NET = late(
    r"\n[> \t]{0,8}[^\s/]+[ \t]+/(?:active|add|domain|expires|passwordreq|persistent|savecred|times|user|y)\b[^\n]*"
)
"""The end of a command of `net` that a mail has broken: its options are on the line below."""
_LINE_GOES_ON = frozenset({"^", "`", "\\"})
_REST_OF_RASDIAL = late(
    rf"\n(?:[> \t]{{0,8}}\n)?{MARGIN}(?!{OTHER_COMMAND})[\w.@\\-]{{1,64}}[ \t]+([^\s/*][^\s]{{2,255}})"
    r"(?:[ \t]+/[a-z][^\s]*)*[ \t]*(?=\n|\Z)"
)
"""The user and the password on the line below, where a command of `rasdial` is broken behind the connection."""
_OPENED = late(r"[ \t]{1,8}\"(?=[^\"\n]*\Z)")
"""A quotation mark that nothing closes."""
_OF_LIST = late(r",|-(?:a|arg|args|argumentlist)")
"""What stands among the arguments of a process and is none."""
_LETTERS = late(r"-[a-z]{2,8}")
_BARE = late(r"[^\s\"'<>;)|&]\S*")
_CLOSING = {quote: late(rf"{quote}(?=[)\]}},;&|<>]*(?:[\s\"']|\Z))") for quote in "\"'"}
"""The quote that ends a value: no sign of a word follows."""
_MAX_QUOTED_CHARACTERS = 256
"""How far a quoted value goes (reasoned: no key or password is longer)."""
_PROGRAMS = {
    name: late(
        rf"{name}(?:(?<![\w-]{name})|(?<=^-{name})|(?<=[\]>|:zo\d] -{name})){_EXTENSION}"
        rf"(?:[)\]{{}}\[^`=]?{_CALLED}|[)\]{{}}\[^`=;,](?=--?[a-z]))",
        re.MULTILINE,
    )
    for name in PROGRAMS
}
"""The expression for each program, which is tried where the name stands, also behind the sign of a change that begins
its line, or stands behind what a mail or a log puts there: a sign, its time, or the word `info`."""
_FORMS = {name: late(program.form) for name, program in PROGRAMS.items() if program.form}
_SIGNS_ASTRAY = ";:=^`(){}[]"
"""Signs that damage leaves at the end of an option."""
_IN_PLACE_OF_SIGN = late(r"[\w.@\\-]{1,64}[^\w\s.@\\$/*?-]([^\s]{3,256})")
"""What stands behind a user and another sign than the one that parts a password from it."""
_COLON = late(r"[ \t]{0,8}:[ \t]{0,8}(?=[^\s])")
_GLUED = frozenset({"-p", "/p", "-password", "/password", "-pass", "/pass"})
"""Options of the other programs, with a password after a colon."""
_SECURE = late(
    r"(?:^|[=(;{])[ \t]{0,8}(?:(?P<quote>[\"'])(?P<piped>[^\n]{1,200}?)"
    r"(?:(?P=quote)[ \t]{1,4}|(?P=quote)?[ \t)]{0,4}\|[ \t]{0,8})"
    r"|(?P<torn>[^\s\"'$|;()]{3,80})[\"'][ \t)]{0,4}\|[ \t]{0,8})"
    r"convertto-securestring\b"
    r"|\bconvertto-securestring\b(?:[ \t]{1,8}-(?!string)[\w:$]{1,20}){0,4}[\"']?(?:[ \t]{1,8}|[ \t]?\n[> \t]{0,8})"
    r"(?:-string(?:[ \t:]{1,8}|[ \t]?\n[> \t]{0,8}))?(?=[^-$(\s;|)])"
    r"|\bnetworkcredential[^\n,]{0,80}(?:,|(?<=[\"'])[ \t])[ \t]{0,8}(?=[\"'])",
    re.MULTILINE,
)
"""The text from which PowerShell makes a secure string, or a password, or what stands before it."""
_MADE_OF = late(
    r"\$(?:\w{1,16}:)?(\w{1,64})[ \t)]{0,4}\|[ \t]{0,8}convertto-securestring\b"
    r"|\bconvertto-securestring\b(?:[ \t]{1,8}-(?!string)[\w:$]{1,20}){0,4}[ \t]{1,8}(?:-string[ \t:]{1,8})?"
    r"\$(?:\w{1,16}:)?(\w{1,64})"
)
"""A variable from which a secure string is made: the text that it is given is one."""
_MAKE_SECURE = ("convertto-securestring", "networkcredential")
_ABBREVIATED: Mapping[str, re.Pattern[str]] = {
    name: late(rf"[ \t]-(?:{shorter})(?:[:=][ \t]{{0,8}}|[ \t]{{1,8}}(?!-))(?=\S)")
    for names, shorter in (
        (("new-netipsecauthproposal",), "p(?:r(?:e(?:s(?:h(?:a(?:r)?)?)?)?)?)?"),
        (("add-vpnconnection", "set-vpnconnection"), "l(?:2(?:t(?:p(?:p(?:s)?)?)?)?)?|pre(?:s(?:h(?:a(?:r)?)?)?)?"),
        (("add-vpns2sinterface", "set-vpns2sinterface"), "shar?"),
        (("set-azvirtualnetworkgatewayconnectionsharedkey",), "v(?:a(?:l(?:u(?:e)?)?)?)?"),
        (("shared-key update", "keyvault secret set", "put-parameter"), r"-value(?![ \t:]{1,8}[\"']?\$)"),
    )
    for name in names
}
"""The parameters that give a key to a cmdlet, as short as PowerShell takes them and shorter than a name of keys; that
of the Azure CLI in full."""
_SOURCE = late(
    r"-pass(?:in|out|word)?[ \t]{1,8}(?P<quote>[\"'])?pass(?:[^\w\s:\"']{0,2}:)?"
    r"|\.(?:pfx|p12)[\"']{1,2}[ \t]{0,8},[ \t]{0,8}"
    r"(?:[\"']{1,2}|(?=[^\s\"'$,()]{3,80}[\"'][ \t]{0,8}[,)]))"
)
"""What stands before a password that OpenSSL is given, and before one with which a file of keys is opened."""
_OF_SOURCES = ("pass", ".pfx", ".p12")
_ECHOED = late(r"\b(?:echo|printf)[ \t.:,;=^`{}\[\]]{1,8}(?P<given>[^&|>()\n]{0,256}[^&|>()\s])")
_TO_A_PROMPT = late(
    r"\|[ \t]{0,8}(?:[\w.:/\\-]{0,80}[/\\])?"
    r"(?:ftp|gcloud secrets|kinit|openconnect|passwd|plink|runas|sudo[ \t]{1,8}-s|vpncli|wg[ \t]{1,8}pubkey)"
)
"""A pipe to a program that reads a password, whose line may be glued to the next; before it a text is printed."""
_PRINTED = ("echo", "printf")
_GIVEN_TO_FTP = ("user", "quote", "literal")
_OF_FTP = late(
    r"(?:^|\becho)[ \t]{0,8}(?:user[ \t]{1,8}[^\s>&|]{1,64}|(?:quote|literal)[ \t]{1,8}pass)[ \t]{1,8}([^\s>&|]+)",
    re.MULTILINE,
)
"""A line of a script for `ftp` that has a password."""
_SCRIPT = late(r"\.(?:ps1|psm1|cmd|bat|vbs|js|wsf)(?=[\"']?[ \t])")
_PASS = late(r"(?<=[ \t\"',])(?:--?|/)pass(?:[ \t]{1,8}|:)(?![\s+-])")
_KEYS = frozenset({"-key", "/key"})
_GLUED_TO_SIGN = late(r"[-/]p(?!ass|ort|rinter|roxy|rivileges|rotocol|ersist|rompt)(\w[^\s:=]{5,})")
"""A password right behind its option, whose colon is lost."""
_GLUED_TO_KEY = late(
    r"[-/]key(?!(?:(?:algorithm|board|chain|container|exchange|file|length|lifetime|log|module|name|only|pair|path"
    r"|prefix|protection|provider|ring|size|spec|storage|store|type|usage|vault|word)\w{0,24}|ids?|ing|s)"
    r"(?:[\s:=\"']|\Z))"
    r"(\w[^\s\"':=]{5,255})(?=[\"']?(?:[ \t]+[-/]|[ \t]*(?:[\n|;&]|\Z)))"
)
"""An option for a key with a word that goes on to the next option: the sign between them is lost."""
_OF_REGISTRY = late(r"(?:registry::)?hk\w{0,30}[:\\]|(?:software|system|security)\\|[^\\]{0,80}\\[^\\]{0,80}\\")
"""The path of a key of the registry, which has a hive, or more parts than two."""
_TYPED = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
    **dict.fromkeys("\u2018\u2019", "'"),
    **dict.fromkeys("\u201c\u201d\u201e", '"'),
}
"""The signs of which a mail or a document makes others, as they were typed."""


def in_windows_commands(lower: str, searched: str | LongText) -> Iterator[Place]:
    """The places of keys and passwords in commands; `lower` is the text in lower case, `searched` what `asked` makes
    of that."""
    if (typed := replaced(lower, _TYPED)) is not lower:
        lower, searched = typed, asked(typed)
    yield from _by_options(lower, searched)
    yield from _spoken(lower)
    yield from _abbreviated(lower, searched)
    for begin, end in sorted({*lines_with(lower, standing(_OF_SOURCES, searched))}):
        for source in _SOURCE.finditer(lower, begin, end):
            yield from _value(lower, source.end(), source["quote"] or lower[source.end() - 1])
    made = standing(_MAKE_SECURE, searched)
    for name in {match[match.lastindex or 0] for match in _MADE_OF.finditer(lower)} if made else ():
        given = re.compile(rf"\$(?:\w{{1,16}}:)?{name}[ \t]*=[ \t]*(?=[\"'])")
        for match in given.finditer(lower):
            yield from bare_value_at(lower, match.end(), is_of_parameter=True)
    for begin, end in sorted({*lines_with(lower, made)}):
        for match in _SECURE.finditer(lower, begin, _end_of_next_line(lower, end)):
            piped = [match.span(name) for name in ("piped", "torn") if match[name] is not None]
            yield from piped or bare_value_at(lower, match.end(), is_of_parameter=True)
    yield from _given_to_prompts(lower, searched)
    signs = {at - dashes for at in occurrences(lower, "pass") for dashes in (1, 2)} if "pass" in searched else ()
    for option in matches_at(_PASS, lower, signs):
        yield from _value(lower, option.end())
    for words in _words_behind(lower, _SCRIPT.finditer(lower), _KEYS) if "key" in searched else ():
        places = _behind(lower, words, _KEYS)
        yield from (place for place in places if _OF_REGISTRY.match(lower, *place) is None)
        for begin, _ in words:
            yield from places_of(_GLUED_TO_KEY.match(lower, begin))


def _end_of_next_line(lower: str, end: int) -> int:
    following = lower.find("\n", end + 1)
    return len(lower) if following < 0 else following


def _by_options(lower: str, searched: str | LongText) -> Iterator[Place]:
    for name in standing(_PROGRAMS, searched):
        calls = [*matches_at(_PROGRAMS[name], lower, occurrences(lower, name))]
        behind, directly, of_user, sign, form, _ = PROGRAMS[name]
        for call in calls if form else ():
            yield from places_of(_FORMS[name].match(lower, call.end()))
        for words in _words_behind(lower, calls, {*behind, *directly, *of_user, *(sign for _ in of_user)} or {sign}):
            yield from _behind(lower, words, behind)
            yield from _directly_behind(lower, words, directly)
            yield from _behind_user(lower, words, of_user, sign)
            is_key = name.startswith("ipsec")
            if is_key or not (behind or directly or of_user or form):
                yield from _glued(lower, words, is_key=is_key)


def _given_to_prompts(lower: str, searched: str | LongText) -> Iterator[Place]:
    """The texts printed into programs that ask for a password, and passwords in scripts for one of these."""
    for begin, end in sorted({*lines_with(lower, standing(_PRINTED, searched))}):
        pipe = _TO_A_PROMPT.search(lower, begin, end)
        yield from (echo.span("given") for echo in _ECHOED.finditer(lower, begin, pipe.start() if pipe else begin))
    lines = {*lines_with(lower, standing(_GIVEN_TO_FTP, searched))} if "ftp" in searched else ()
    yield from (given.span(1) for begin, end in sorted(lines) for given in _OF_FTP.finditer(lower, begin, end))


def _spoken(lower: str) -> Iterator[Place]:
    """The passwords of programs whose names are ordinary words."""
    for program in chain.from_iterable(expression.finditer(lower) for expression in _SPOKEN):
        at = program.start()
        before = _BEFORE_SPOKEN.search(lower[max(0, at - _BEFORE_CHARACTERS) : at])
        if before is not None:
            yield from _at_its_place(lower, program.end(), program[1], before)


def _abbreviated(lower: str, searched: str | LongText) -> Iterator[Place]:
    for name in standing(_ABBREVIATED, searched):
        for call in occurrences(lower, name):
            begin = call + len(name)
            for parameter in _ABBREVIATED[name].finditer(lower, begin, end_of(_STATEMENT.match(lower, begin), begin)):
                yield from bare_value_at(lower, parameter.end(), is_of_parameter=True)


def _words_behind(lower: str, calls: Iterable[re.Match[str]], options: Collection[str]) -> Iterator[Sequence[Place]]:
    """The words behind each call on its line, if one of the options stands there, up to the next call, whose words are
    its own: they may be on one line."""
    ends = [call.end() for call in calls]
    for end, last in zip(ends, [*ends[1:], len(lower)], strict=False):
        line_end = _end_of_command(lower, end_of(_LINE.match(lower, end, last), last), options)
        if any(lower.find(option, end, line_end) >= 0 for option in options):
            yield [word.span() for word in _WORD.finditer(lower, end, line_end) if word[0] != "="]


def _end_of_command(lower: str, end: int, options: Collection[str]) -> int:
    """The end of a command whose line ends at a place: where the line is broken it goes on below."""
    option = _OPTION_LAST.search(lower, max(0, end - _BEFORE_CHARACTERS), end)
    if option is not None and option[1] in options:
        return end_of(_VALUE_BELOW.match(lower, end), end)
    below = _ARGUMENTS_BELOW.match(lower, end) or (
        _USER_BELOW.match(lower, end) if option is not None and option[1].strip("-/") in _OF_USERS else None
    )
    return end if below is None else end_of(_LINE.match(lower, below.end()), end)


def _behind(lower: str, words: Sequence[Place], options: Collection[str]) -> Iterator[Place]:
    for number, (begin, end) in enumerate(words):
        word, _, glued = lower[begin:end].partition(":")
        option = f"-{word.lstrip('-')}" if word.startswith("--") else word  # a sign of it is doubled
        if option in options and glued:
            yield from _value(lower, begin + len(word) + 1)
        elif option in options and number + 1 < len(words):
            yield from _value(lower, words[number + 1][0])


def _directly_behind(lower: str, words: Sequence[Place], options: Iterable[str]) -> Iterator[Place]:
    undoubled = ((begin + lower.startswith("--", begin), end) for begin, end in words)  # a sign of it may be doubled
    for begin, end in undoubled:
        option = next(filter(lower[begin:end].startswith, options), "")
        if option and not lower[begin + len(option) : begin + len(option) + 1].isspace():
            yield from _value(lower, begin + len(option))


def _behind_user(lower: str, words: Sequence[Place], options: Collection[str], sign: str) -> Iterator[Place]:
    for (begin, end), (following, _) in pairwise([*words, (len(lower), len(lower))] if options else ()):
        word = lower[begin:end].rstrip(_SIGNS_ASTRAY)
        word = word[1:] if word.startswith("--") and word[1:] in options else word  # a sign of it is doubled
        is_option = word in options or (_LETTERS.fullmatch(word) is not None and f"-{word[-1]}" in options)
        whole = _extent(lower, following) if is_option else (begin, end)
        is_given = is_option or any(map(word.startswith, options))
        at = lower.find(sign, *whole) if is_given else -1
        if at >= 0:
            yield at + 1, whole[1]
        elif is_given and (other := _IN_PLACE_OF_SIGN.match(lower, *whole)) is not None:
            yield other.span(1)
        elif is_given:
            yield from lookalike_places(lower, *whole)


def _extent(lower: str, begin: int) -> Place:
    return next(_value(lower, begin), (begin, begin))


def _glued(lower: str, words: Sequence[Place], *, is_key: bool) -> Iterator[Place]:
    for begin, end in words:
        yield from () if is_key else places_of(_GLUED_TO_SIGN.fullmatch(lower, begin, end))
        option = lower[begin:end].partition(":")[0]
        colon = _COLON.match(lower, begin + len(option))
        if colon is not None and ("presharedkey".startswith(option) if is_key else option in _GLUED):
            at = colon.end()
            yield from bare_value_at(lower, at, is_of_parameter=True) if is_key else _value(lower, at)


def _at_its_place(lower: str, at: int, name: str, before: re.Match[str]) -> Iterator[Place]:
    """The password: the first word of `net use` that is no share or drive, the second of `net user`, the third of
    others."""
    if name == "rasdial" and _ERROR_OF_RASDIAL.match(lower, at) is not None:
        return
    line_end = end_of(_LINE.match(lower, at), at)
    if name.startswith("net"):
        line_end = end_of(_REST_OF_NET.match(lower, line_end), line_end)
    if before[0].endswith("`") and (closing := lower.find("`", at, line_end)) >= 0:  # code within a sentence
        line_end = closing
    may_be_said = before["said"] is not None and _OPTION_OF_SPOKEN.search(lower, at, line_end) is None
    if may_be_said and _SMALL_WORDS.search(lower, at, line_end) is not None:
        return
    words = [word.span(word.lastindex or 0) for word in _WHOLE_WORD.finditer(lower, at, line_end)]
    words = [(begin, end) for begin, end in words if begin < end and _OF_LIST.fullmatch(lower, begin, end) is None]
    if words and before[0].strip("\"' \t") == "start-process" and lower[words[0][1] + 1 : words[0][1] + 2] != ",":
        words = [word.span() for word in _WORD.finditer(lower, *words[0])]  # one text with all arguments
    plain = [(begin, end) for begin, end in words if lower[begin] not in "/*" and lower[begin:end] not in _LINE_GOES_ON]
    if name == "rasdial" and len(plain) == 1:
        yield from (
            place for place in places_of(_REST_OF_RASDIAL.match(lower, line_end)) if is_odd(lower[slice(*place)])
        )
    if name == "rasdial" and (opened := _OPENED.match(lower, at, line_end)) is not None:
        plain = [word.span() for word in _WORD.finditer(lower, opened.end(), line_end)]
        plain = [(begin, end) for begin, end in plain if lower[begin] not in "/*"]
        yield from plain[2:]  # where the name of the connection ends is not known
        return
    if name.endswith("use"):
        plain = [place for place in plain if lower[place[0]] != "\\" and lower[place[0] + 1 : place[1]] != ":"]
    number = 0 if name.endswith("use") else 1 if name.endswith("user") else 2
    if number == len(plain) > 0:  # a sign may stand in the place of the blank before it, or nothing
        is_given = name == "rasdial" and not any(lower.startswith("*", begin) for begin, _ in words)
        # where no user has to stand, the sign may be one of the password
        yield from [plain[-1]] if is_given else places_of(_IN_PLACE_OF_SIGN.fullmatch(lower, *plain[-1]))
    for begin, _ in plain[number : number + 1]:
        yield from _value(lower, begin)


def _value(lower: str, begin: int, before: str = "") -> Iterator[Place]:
    """A value: up to its closing quote, or bare; not `*`, which prompts for one, nor another option, which begins no
    value directly behind a colon. `before` is the sign before it, if it does not stand there."""
    begin += not before and lower[begin : begin + 1] in {'"', "'"}
    quote = before or lower[begin - 1]
    if quote in "\"'":
        end = end_of_line(lower, begin, min(len(lower), begin + _MAX_QUOTED_CHARACTERS))
        closing = _CLOSING[quote].search(lower, begin, end)
        yield begin, closing.start() if closing is not None else end
    elif (bare := _BARE.match(lower, begin)) is not None and (lower[begin] not in "/-" or quote == ":"):
        value = bare[0].rstrip("\"'`;)|&")
        yield from [] if value == "*" else [(begin, begin + len(value))]
