"""Keys and passwords in Windows commands, identified by an option or by position.

The options and positions are from Microsoft's pages on `netsh`, `schtasks`, `winrs`, `certutil`, `cmdkey`, `net`,
`rasdial` and PsExec, and from PuTTY's manual.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

from ipseclint.late import late
from ipseclint.secrets.names import LongText, matches_at, occurrences, standing
from ipseclint.secrets.places import Place
from ipseclint.secrets.values import bare_value_at, end_of, end_of_line
from ipseclint.source import lines_with

_CALLED = r"(?:\.exe)?(?=[\"']?[ \t,])"
_PROGRAMS = {
    name: late(rf"{name}(?<![\w-]{name}){_CALLED}")
    for name in (
        *("netsh", "psexec", "psexec64", "paexec", "certutil", "plink", "pscp", "psftp", "schtasks", "winrs", "cmdkey"),
        *("ipseccmd", "ipsecpol"),
    )
}
"""The expression for each program, which is tried where the name stands."""
_SPOKEN = (late(rf"(net[ \t]{{1,8}}user?){_CALLED}"), late(rf"(rasdial){_CALLED}"))
_BEFORE_SPOKEN = late(r"(?:\A|[\n&|(>;{\"'@])[ \t]{0,8}\Z")
_BEFORE_CHARACTERS = 9
"""Programs with names that are ordinary words, and the characters before a command."""
_LINE = late(r"[^\n&|]{0,1000}")
_WORD = late(r"[^\s\"',&|<>]+")
_WHOLE_WORD = late(r"\"([^\"\n]*)\"?|'([^'\n]*)'?|[^\s\"&|<>]+")
_BARE = late(r"[^\s\"'<>;)|&]\S*")
_CLOSING = {quote: late(rf"{quote}(?=[)\]}},;&|<>]*(?:[\s\"']|\Z))") for quote in "\"'"}
"""The quote that ends a value: no sign of a word follows."""
_MAX_QUOTED_CHARACTERS = 256
"""How far a quoted value goes (reasoned: no key or password is longer)."""
_BEHIND: Mapping[str, frozenset[str]] = {
    "netsh": frozenset({"-p", "/p"}),
    "psexec": frozenset({"-p", "/p"}),
    "psexec64": frozenset({"-p", "/p"}),
    "paexec": frozenset({"-p", "/p"}),
    "certutil": frozenset({"-p", "/p"}),
    "schtasks": frozenset({"-p", "/p", "-rp", "/rp"}),
    "plink": frozenset({"-pw"}),
    "pscp": frozenset({"-pw"}),
    "psftp": frozenset({"-pw"}),
}
"""For each program the options whose password is the next word."""
_GLUED = frozenset({"-p", "/p", "-password", "/password", "-pass", "/pass"})
"""Options of the other programs, with a password after a colon."""
_SECURE = late(
    r"(?:^|[=(;{])[ \t]{0,8}(?P<quote>[\"'])(?P<piped>[^\n]{1,200}?)(?P=quote)[ \t)]{0,4}\|[ \t]{0,8}"
    r"convertto-securestring\b"
    r"|\bconvertto-securestring\b(?:[ \t]{1,8}-(?!string)\w{1,20}){0,4}[ \t]{1,8}(?:-string[ \t:]{1,8})?(?=[^-$(\s;|)])"
    r"|\bnetworkcredential[^\n,]{0,80},[ \t]{0,8}(?=[\"'])",
    re.MULTILINE,
)
"""The text from which PowerShell makes a secure string, or a password, or what stands before it."""
_MAKE_SECURE = ("convertto-securestring", "networkcredential")
_SCRIPT = late(r"\.(?:ps1|psm1|cmd|bat|vbs|js|wsf)(?=[\"']?[ \t])")
_KEYS = frozenset({"-key", "/key"})


def in_windows_commands(lower: str, searched: str | LongText) -> Iterator[Place]:
    """The places of keys and passwords in commands; `lower` is the text in lower case, `searched` what `asked` makes
    of that."""
    for name in standing(_PROGRAMS, searched):
        calls = matches_at(_PROGRAMS[name], lower, occurrences(lower, name))
        options = _BEHIND.get(name)
        for words in _words_behind(lower, calls, options or {":"}):
            if options:
                yield from _behind(lower, words, options)
            else:
                yield from _glued(lower, words, is_key=name.startswith("ipsec"))
    for program in chain.from_iterable(expression.finditer(lower) for expression in _SPOKEN):
        at = program.start()
        if _BEFORE_SPOKEN.search(lower[max(0, at - _BEFORE_CHARACTERS) : at]) is not None:
            yield from _at_its_place(lower, program.end(), program[1])
    for begin, end in sorted({*lines_with(lower, standing(_MAKE_SECURE, searched))}):
        for match in _SECURE.finditer(lower, begin, end):
            is_piped = match["piped"] is not None
            yield from [match.span("piped")] if is_piped else bare_value_at(lower, match.end(), is_of_parameter=True)
    for words in _words_behind(lower, _SCRIPT.finditer(lower), _KEYS) if "key" in searched else ():
        places = _behind(lower, words, _KEYS)
        yield from (place for place in places if "\\" not in lower[place[0] : place[1]])  # a key of the registry


def _words_behind(lower: str, calls: Iterable[re.Match[str]], options: Collection[str]) -> Iterator[Sequence[Place]]:
    """The words behind each call on its line, if one of the options stands there, up to the next call, whose words are
    its own: they may be on one line."""
    ends = [call.end() for call in calls]
    for end, last in zip(ends, [*ends[1:], len(lower)], strict=False):
        line_end = end_of(_LINE.match(lower, end, last), last)
        if any(lower.find(option, end, line_end) >= 0 for option in options):
            yield [word.span() for word in _WORD.finditer(lower, end, line_end)]


def _behind(lower: str, words: Sequence[Place], options: frozenset[str]) -> Iterator[Place]:
    for number, (begin, end) in enumerate(words[:-1]):
        option, colon, _ = lower[begin:end].partition(":")
        if option in options and colon:
            yield from _value(lower, begin + len(option) + 1)
        elif option in options:
            yield from _value(lower, words[number + 1][0])


def _glued(lower: str, words: Sequence[Place], *, is_key: bool) -> Iterator[Place]:
    for begin, end in words:
        option, colon, _ = lower[begin:end].partition(":")
        if colon and ("presharedkey".startswith(option) if is_key else option in _GLUED):
            at = begin + len(option) + 1
            if is_key:
                yield from bare_value_at(lower, at, is_of_parameter=True)
            else:
                yield from _value(lower, at + 1 if lower[at : at + 1] in {'"', "'"} else at)


def _at_its_place(lower: str, at: int, name: str) -> Iterator[Place]:
    """The password: the first word of `net use` that is no share or drive, the second of `net user`, the third of
    `rasdial`."""
    line_end = end_of(_LINE.match(lower, at), at)
    words = (word.span(word.lastindex or 0) for word in _WHOLE_WORD.finditer(lower, at, line_end))
    plain = ((begin, end) for begin, end in words if begin < end and lower[begin] not in "/*")
    if name.endswith("use"):
        plain = (place for place in plain if lower[place[0]] != "\\" and lower[place[0] + 1 : place[1]] != ":")
    number = 0 if name.endswith("use") else 1 if name.endswith("user") else 2
    for begin, _ in islice(plain, number, number + 1):
        yield from _value(lower, begin)


def _value(lower: str, begin: int) -> Iterator[Place]:
    """A value: up to its closing quote, or bare; not `*`, which prompts for one."""
    quote = lower[begin - 1]
    if quote in "\"'":
        end = end_of_line(lower, begin, min(len(lower), begin + _MAX_QUOTED_CHARACTERS))
        closing = _CLOSING[quote].search(lower, begin, end)
        yield begin, closing.start() if closing is not None else end
    elif (bare := _BARE.match(lower, begin)) is not None and lower[begin] not in "*/-":
        yield begin, begin + len(bare[0].rstrip("\"';)|&"))
