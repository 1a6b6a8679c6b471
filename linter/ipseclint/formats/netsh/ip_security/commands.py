"""Parser of `netsh ipsec` commands: verb, object, arguments by tag, and their values."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.command import Command, is_taken, open_tags
from ipseclint.formats.netsh.ip_security.authentication import read_methods
from ipseclint.formats.netsh.ip_security.filters import FilterSelectors, read_traffic
from ipseclint.formats.netsh.ip_security.grammar import (
    ALL_TAGS,
    IMPORT_VERBS,
    REPEATABLE,
    SHOWN,
    SILENT_VERBS,
    VERBS,
    Form,
)
from ipseclint.formats.netsh.ip_security.tag_values import TagValues, fits, read_values
from ipseclint.formats.netsh.tags import Arguments, listing, resolve_arguments, swallowed, unique_prefix
from ipseclint.model.policy import AuthenticationMethod
from ipseclint.source import Span

_NOT_READ = TagValues()


class ParsedCommand(Struct, frozen=True):
    """One parsed command: what to do, to which kind of object, with which values.

    `values`, `methods` and, for a filter command, `traffic` are set once the arguments are read; `open_tags` are those
    that the script fills in when it runs.
    """

    verb: str
    kind: str
    arguments: Arguments
    span: Span
    source: Command
    values: TagValues = _NOT_READ
    methods: tuple[AuthenticationMethod, ...] | None = None
    traffic: FilterSelectors | None = None
    open_tags: frozenset[str] = frozenset()

    def get(self, tag: str) -> Token | None:
        """The value of a tag, or None if it is not given."""
        return self.arguments.get(tag)


def read_command(
    command: Command, grammar: dict[str, dict[str, Form]], diagnostics: Diagnostics
) -> ParsedCommand | None:
    """A command with the values of its arguments; None if it changes nothing, or netsh refuses it, which is noted."""
    trial = Diagnostics(diagnostics.path, of_command=True, open_places=tuple(place.span for place in command.variables))
    parsed = parse_command(command, grammar, trial)
    if parsed is not None:
        arguments = parsed.arguments
        parsed = replace(
            parsed,
            values=read_values(arguments, trial),
            methods=read_methods(arguments, trial),
            traffic=read_traffic(arguments, trial) if "srcaddr" in arguments.values else None,
            open_tags=open_tags(command.variables, arguments.values),
        )
    return parsed if is_taken(command, trial, diagnostics) else None


def parse_command(
    command: Command, grammar: dict[str, dict[str, Form]], diagnostics: Diagnostics
) -> ParsedCommand | None:
    """A command of a context by its grammar; None if it changes nothing or breaks the rules, which is noted."""
    first = command.words[0]
    verbs = unique_prefix(first.text, VERBS)
    if len(verbs) != 1:
        meanings = listing(verbs or VERBS)
        diagnostics.malformed(
            f"unknown command {quoted(first.text)} in `{command.context}`: there are {meanings}", first.span
        )
        return None
    verb = verbs[0]
    if verb in SILENT_VERBS:
        _note_misdirected(verb, command, diagnostics)
        return None
    if verb in IMPORT_VERBS and len(command.words) == 1:
        diagnostics.malformed(f"`{verb}` without a file", first.span)
        return None
    if verb in IMPORT_VERBS:
        diagnostics.not_understood("brings in a policy from a file that is not part of this input", command.span)
        return None
    forms = grammar[verb]
    if len(command.words) == 1:
        diagnostics.malformed(f"`{verb}` needs one of {listing(forms)}", first.span)
        return None
    second = command.words[1]
    kinds = unique_prefix(second.text, forms)
    if len(kinds) != 1:
        diagnostics.malformed(
            f"{quoted(second.text)} is not what `{verb}` takes: {listing(kinds or forms)}", second.span
        )
        return None
    form = forms[kinds[0]]
    arguments = resolve_arguments(
        command.words[2:], form.tags, repeatable=REPEATABLE, named_only=form.named_only, elsewhere=ALL_TAGS
    )
    for problem in arguments.problems:
        diagnostics.add(problem)
    if "psk" in form.tags:
        _guard_keys(arguments, diagnostics)
    if arguments.is_refused:
        return None
    missing = [tag for tag in form.required if tag not in arguments.values or not arguments.values[tag].value.text]
    if missing:
        values = {argument.tag: argument.value for argument in arguments.ordered}
        why = swallowed(missing, values)
        diagnostics.malformed(f"`{verb} {kinds[0]}` needs {listing(missing)}{why}", command.span)
        return None
    return ParsedCommand(verb, kinds[0], arguments, command.span, command)


def _note_misdirected(verb: str, command: Command, diagnostics: Diagnostics) -> None:
    """Note a command that changes nothing and names no file, or nothing that its context shows."""
    words, shown = command.words[1:], SHOWN[command.context]
    if verb == "exportpolicy" and not words:
        diagnostics.malformed("`exportpolicy` without a file: nothing is kept", command.span)
    elif verb == "show" and words and len(unique_prefix(words[0].text, shown)) != 1:
        diagnostics.malformed(f"{quoted(words[0].text)} is not what `show` takes: {listing(shown)}", words[0].span)


def _guard_keys(arguments: Arguments, diagnostics: Diagnostics) -> None:
    """Note the places of keys. A positional value that does not fit may be a misplaced key, and is hidden."""
    for argument in [each for each in arguments.ordered if each.name is None and not fits(each)]:
        diagnostics.malformed(f"not a value for `{argument.tag}`, which is next by position", argument.value.span)
        arguments.ordered.remove(argument)
        del arguments.values[argument.tag]
        arguments.unresolved.append(argument.value)
    keys = [each.value for each in arguments.ordered if each.tag == "psk"]
    diagnostics.secrets.extend(span for word in (*keys, *arguments.unresolved) for span in word.spans)
