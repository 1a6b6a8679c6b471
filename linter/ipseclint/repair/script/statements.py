"""The commands of a netsh script as editable text: the object of each, and its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.advfirewall.commands import GRAMMARS, is_new
from ipseclint.formats.netsh.advfirewall.global_settings import IPSEC_PARAMETERS, MAIN_MODE_PARAMETERS
from ipseclint.formats.netsh.advfirewall.state import PROFILES
from ipseclint.formats.netsh.command import Command
from ipseclint.formats.netsh.command_words import VERBS
from ipseclint.formats.netsh.hosts import Host
from ipseclint.formats.netsh.ip_security.commands import parse_command
from ipseclint.formats.netsh.ip_security.grammar import DYNAMIC, STATIC
from ipseclint.formats.netsh.lexer import Lexer
from ipseclint.formats.netsh.tags import Argument, Arguments, resolve_arguments, unique_prefix

KEYS: dict[str, tuple[str, ...]] = {
    "policy": ("name",),
    "filterlist": ("name",),
    "filteraction": ("name",),
    "mmpolicy": ("name",),
    "qmpolicy": ("name",),
    "filter": ("filterlist",),
    "rule": ("policy", "name"),
    "defaultrule": ("policy",),
    "config": ("property",),
}
"""The tags that identify the object of a `netsh ipsec` command."""

_CONTEXTS = {"ipsec static": STATIC, "ipsec dynamic": DYNAMIC}
_GLOBAL_PARAMETERS = {"ipsec": IPSEC_PARAMETERS, "mainmode": MAIN_MODE_PARAMETERS}


class Subject(NamedTuple):
    """The object of a command: the context, the kind, and its names, case folded."""

    context: str
    kind: str
    names: tuple[str, ...] = ()


class Statement(NamedTuple):
    """One command of a script. `arguments` are those that change something; `lines` its first and last physical
    line."""

    subject: Subject
    verb: str
    arguments: Arguments
    words: tuple[Token, ...]
    lines: tuple[int, int]


def read_statements(lines: Sequence[str], host: Host) -> Iterator[Statement]:
    """The commands of a script's lines, in their parsed. What changes no object is about nothing."""
    lexer = Lexer(host, Diagnostics(""))
    first = 1
    for number, line in enumerate(lines, start=1):
        for command in lexer.feed(number, line):
            yield Statement(*_read(command), command.words, (first, number))
        if not lexer.continues:
            first = number + 1
    for command in lexer.end():
        yield Statement(*_read(command), command.words, (first, len(lines)))


def _read(command: Command) -> tuple[Subject, str, Arguments]:
    if command.context in _CONTEXTS:
        return _ipsec(command)
    verbs = unique_prefix(command.words[0].text, VERBS)
    verb = verbs[0] if len(verbs) == 1 else ""
    if command.context in GRAMMARS:
        return _rule(command, verb)
    return _setting(command, verb)


def _ipsec(command: Command) -> tuple[Subject, str, Arguments]:
    parsed = parse_command(command, _CONTEXTS[command.context], Diagnostics(""))
    if parsed is None:
        return Subject(command.context, ""), "", Arguments()
    keys = KEYS.get(parsed.kind, ())
    if parsed.kind == "rule" and command.context == "ipsec dynamic":
        keys = ()
    names = tuple(word.text.casefold() for tag in keys if (word := parsed.get(tag)) is not None)
    return Subject(command.context, parsed.kind, names), parsed.verb, parsed.arguments


def _rule(command: Command, verb: str) -> tuple[Subject, str, Arguments]:
    grammar, words = GRAMMARS[command.context], command.words[2:]
    chosen = Arguments()
    if verb != "add":
        end = next((place for place, _ in enumerate(words) if is_new(words, place)), len(words))
        chosen = resolve_arguments(words[:end], grammar.selectors, positional=False)
        words = words[end + 1 :]
    arguments = resolve_arguments(words, grammar.tags, positional=False)
    name = (arguments if verb == "add" else chosen).get("name")
    alone = verb == "add" or set(chosen.values) == {"name"}
    names = (name.text.casefold(),) if name is not None and alone else ()
    return Subject(command.context, "rule", names), verb, arguments


def _setting(command: Command, verb: str) -> tuple[Subject, str, Arguments]:
    """`set global GROUP PARAMETER VALUE` and `set PROFILE settings PARAMETER VALUE`: the parameter is the tag."""
    words = command.words[1:]
    names: list[str] = []
    for known in (("global", *PROFILES), (*_GLOBAL_PARAMETERS, "settings")):
        matches = unique_prefix(words[len(names)].text, known) if len(names) < len(words) else ()
        if verb != "set" or len(matches) != 1:
            return Subject(command.context, ""), verb, Arguments()
        names.append(matches[0])
    parameters = _GLOBAL_PARAMETERS.get(names[1], ("localconsecrules",))
    matches = unique_prefix(words[2].text, parameters) if len(words) > 3 else ()
    if len(matches) != 1:
        return Subject(command.context, ""), verb, Arguments()
    first, last = words[3], words[-1]
    value = first if first is last else _through(first, last)
    argument = Argument(matches[0], value, words[2])
    subject = Subject(command.context, names[0], (names[1], matches[0]))
    return subject, verb, Arguments(ordered=[argument], values={matches[0]: argument})


def _through(first: Token, last: Token) -> Token:
    """The place from one word to another, as of a list with blanks after its commas."""
    if first.line != last.line:
        return first
    return replace(first, breaks=((len(first.text), *last.end),), quoted=first.quoted and first is last)
