"""Keys in variables of programs, templates and documents: `name = value`, `name: value`, arguments of a batch file."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Set

from ipseclint.late import late
from ipseclint.secrets.names import lowered, matches_at, occurrences, standing
from ipseclint.secrets.places import Place
from ipseclint.secrets.values import MARGIN_OF_LOG, end_of_line, value_at

_REFERENCE = late(
    r"\b(?:var|local)\.(\w+)|(?<!\$)\{{1,2}-?[ \t]{0,8}\.?(?:\w{1,64}\.){0,4}(\w+)|\$\{?(\w++)\}?(?!\.\w)"
    r"|\$\{(?:\w{1,64}\.){1,4}(\w+)\}|\b(?:parameters|variables)\('(\w+)'\)"
)
"""A variable of Terraform, of a template, in a text of Python, of a shell."""
_OF_A_SHELL = 3
_DECLARED = late(
    r"(?:^[ \t>]*+|(?<=[{,;])[ \t]*+)(?:(?:export|local|readonly|(?P<of_script>const|let|var)|string|-)[ \t]++){0,3}+"
    r"[\"']?(?P<name>\w++)[\"']?(?:[ \t]{0,4}:[ \t]{0,4}[\w.<>\[\]|]{1,40}(?=[ \t]{0,4}=))?+"
    r"(?P<space>[ \t]*+)(?P<sign>[:=])(?![=>])[ \t]*+",
    re.MULTILINE,
)
_DEFAULT = late(r"\bvariable[ \t]{1,8}\"(\w+)\"[ \t]{0,8}\{[^{}]{0,1000}?\bdefault[ \t]{0,40}=[ \t]{0,40}")
"""The value of a variable of Terraform that nobody gives another."""
_HEREDOC = late(r"<<[-~]?[\"']?(\w{1,64})[^\n]{0,8}\n")
_ALONE = late(r"^[ \t]*+(\w++)[ \t]*+$", re.MULTILINE)
_ARGUMENT = late(r"%~?[a-z]{0,8}([1-9])", re.IGNORECASE)
_CALL = late(r"\bcall[ \t]{1,8}(?::\w{1,64}|[^\s\"]{1,200})[ \t]+", re.IGNORECASE)
_WORD = late(r"\"([^\"\n]*)\"?|[^\s\"&|]+")
_OF_FUNCTIONS = ("function", "filter")
_FUNCTION = late(
    r"\b(?:function|filter)[ \t]{1,8}([\w-]{1,64})[\s{]{0,40}(?:param[ \t]{0,8})?"
    r"\(([^()\n]{1,400}(?:\([^()]{0,80}\)[^()\n]{0,200}){0,8})",
    re.IGNORECASE,
)
_WITH_ARGUMENTS = late(
    r"\b(?:function|filter)[ \t]{1,8}([\w-]{1,64})\s{0,40}\{"
    r"((?:(?!\b(?:function|filter)[ \t])[\s\S]){0,2000}+)",
    re.IGNORECASE,
)
"""A function without parameters, which may take its arguments by their numbers, and what it does."""
_BLOCK = late(r"\{[\s]{0,40}param[ \t]{0,8}\(([^()\n]{1,400})", re.IGNORECASE)
_PARAMETER = late(r"\$(\w{1,64})")
_CALLED = late(
    rf"(?:^[+>| \t]{{0,40}}(?:{MARGIN_OF_LOG})?|(?<=[;({{}}|=])[ \t>]{{0,40}})([A-Za-z][\w-]{{1,64}})[ \t]"
    r"|(-arg(?:s|umentlist))(?:[ \t:]|(?=\n[> \t]{0,8}[\"'@(]))",
    re.IGNORECASE | re.MULTILINE,
)
_QUOTED = late(r"\"([^\"\n]+)\"?|'((?:''|[^'\n])+)'?")
_LISTED = late(r"[ \t]{0,8}(?:`?\n[> \t]{0,8}(?=[\"'@(]))?(?:[`,][ \t]{0,8}\n|[^\n;|])*+")
_ARGUMENT_OF_BLOCK = late(rf"{_QUOTED.pattern}|(?<![^\s,(])(?![-@$])([^\s\"',;|(){{}}`]{{3,}})")
"""The arguments that a block is given, on lines that go on; and one of them, which may have no quotation marks."""
_MAX_CHARACTERS = 4096


def in_declared(text: str, keys: list[str], put_in: Set[str]) -> Iterator[Place]:
    """The values of variables that stand in the place of `keys`, and of those that are put in by their lower-case
    names."""
    references = [match for key in keys for match in _REFERENCE.finditer(key)]
    names = {match[match.lastindex or 0].casefold() for match in references if match.lastindex != _OF_A_SHELL}
    names |= put_in
    lower = lowered(text)
    of_shell = {match[_OF_A_SHELL].casefold() for match in references if match.lastindex == _OF_A_SHELL}
    of_shell = {name for name in of_shell if f"{name}=" in lower or f"{name} =" in lower or f"{name}:" in lower}
    if names or of_shell:
        yield from _values(text, names, of_shell)
    if names and "variable" in text:
        for match in _DEFAULT.finditer(text):
            if match[1].casefold() in names:
                yield from value_at(text, match.end(), False, "=")
    numbers = {int(match[1]) for key in keys for match in _ARGUMENT.finditer(key)}
    if numbers and "call" in lower:
        yield from _arguments(text, numbers)


def in_calls(text: str, names: Container[str]) -> Iterator[Place]:
    """What lines of PowerShell give a function or a block with such a parameter, or one that is named like a key."""
    begins = standing(_OF_FUNCTIONS, lower := lowered(text))
    heads = [at for begin in begins for at in occurrences(lower, begin)]
    functions = {match[1].casefold() for match in matches_at(_FUNCTION, text, heads) if _declares(match, names)}
    if heads and "args" in names:
        functions |= {match[1].casefold() for match in _WITH_ARGUMENTS.finditer(text) if _takes_key(match[2])}
    is_block = any(_declares(match, names) for match in _BLOCK.finditer(text))
    calls = _CALLED.finditer(text) if functions or is_block else ()
    for call in calls:
        if (call[2] and is_block) or (call[1] and call[1].casefold() in functions):
            yield from _arguments_at(text, call.end())


def _takes_key(body: str) -> bool:
    lower = body.casefold()
    return "$args" in lower and any(map(lower.__contains__, _NAMES_OF_KEYS))


def in_commands_of_keys(text: str) -> Iterator[Place]:
    """What commands and scripts are given whose names end with that of a key, as `Set-VpnPsk` and `set-psk.cmd`."""
    lower = lowered(text)
    for at in (end for name in _NAMES_OF_KEYS for end in occurrences(lower, name)):
        named = _CALLED_FOR_KEY.match(lower, at)
        before = None if named is None else _COMMAND_BEFORE.search(lower, max(0, at - _MAX_BEFORE), at)
        if named is not None and before is not None and (before["verb"] or named["ending"]):
            yield from _arguments_at(text, named.end())


_NAMES_OF_KEYS = ("psk", "sharedkey", "shared-key", "shared_key", "secret", "password", "passphrase", "tunnelkey")
_CALLED_FOR_KEY = late(rf"(?:{'|'.join(_NAMES_OF_KEYS)})(?P<ending>\.(?:ps1|cmd|bat|sh|py|pl))?[\"']?[ \t]")
_VERBS = (
    "add|apply|change|configure|copy|create|deploy|export|generate|get|import|install|invoke|make|new|push|put|read"
    "|register|remove|reset|rotate|save|set|store|sync|test|update|use|write"
)
_COMMAND_BEFORE = late(
    r"(?:^|[;({|=&\"']|(?:\b(?:call|start|then|do|else|sudo|python[\d.]{0,4}|bash|sh)|-file|-f|-c|-command)[ \t])"
    rf"[ \t>&.:\"']{{0,8}}(?:[^\s\"'<>|;=()]{{0,200}}[\\/])?(?P<verb>(?:{_VERBS})[-_])?[\w-]{{0,40}}\Z",
    re.MULTILINE,
)
"""A command of a key up to that name, which begins a statement, or stands behind a program that runs it."""
_MAX_BEFORE = 120


def _arguments_at(text: str, begin: int) -> Iterator[Place]:
    """What a command is given from a place on, on lines that go on."""
    for argument in _ARGUMENT_OF_BLOCK.finditer(text, *_LISTED.match(text, begin).span()):  # type: ignore[union-attr]
        yield argument.span(argument.lastindex or 0)


def _declares(match: re.Match[str], names: Container[str]) -> bool:
    parameters = [name[1].casefold() for name in _PARAMETER.finditer(match[match.lastindex or 0])]
    return any(name in names or name.endswith(_NAMES_OF_KEYS) for name in parameters)


def _values(text: str, names: Container[str], of_shell: Container[str]) -> Iterator[Place]:
    for match in _DECLARED.finditer(text):
        name = match["name"].casefold()
        is_in_shell = match["of_script"] is not None or (match["sign"] == "=" and not match["space"])
        if name not in names and not (is_in_shell and name in of_shell):
            continue
        heredoc = _HEREDOC.match(text, match.end())
        if heredoc is not None:
            last = min(len(text), heredoc.end() + _MAX_CHARACTERS)
            words = _ALONE.finditer(text, heredoc.end(), last)
            yield heredoc.end(), next((word.start() for word in words if word[1] == heredoc[1]), last)
        else:
            yield from value_at(text, match.end(), False, match["sign"])


def _arguments(text: str, numbers: Container[int]) -> Iterator[Place]:
    """The arguments with such numbers of each call in a batch file."""
    for call in _CALL.finditer(text):
        end = end_of_line(text, call.end(), min(len(text), call.end() + _MAX_CHARACTERS))
        for number, word in enumerate(_WORD.finditer(text, call.end(), end), 1):
            if number in numbers:
                yield word.span(word.lastindex or 0)
