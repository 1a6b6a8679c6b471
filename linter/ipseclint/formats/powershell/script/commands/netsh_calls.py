"""netsh in a script of PowerShell: its commands are replayed with the words that it receives."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.run_files import RunFiles
from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.advfirewall.aims import Aim
from ipseclint.formats.netsh.called_files import RUNS_FILE, FileRun, netsh_context
from ipseclint.formats.netsh.command import Command, are_values, without_keys
from ipseclint.formats.netsh.command_words import context_of, only_looks
from ipseclint.formats.netsh.hosts import POWERSHELL
from ipseclint.formats.netsh.lexer import Lexer
from ipseclint.formats.netsh.replays import Replays
from ipseclint.formats.netsh.unfollowed import FED_FROM_ELSEWHERE, UNKNOWN_WORK_OF_NETSH
from ipseclint.formats.powershell.script.arguments.binding import Argument
from ipseclint.formats.powershell.script.commands.written_files import WrittenFiles
from ipseclint.formats.powershell.script.evaluator import Call, Evaluator
from ipseclint.formats.powershell.script.syntax.grammar import Syntax
from ipseclint.formats.powershell.script.values.lists import flat
from ipseclint.formats.powershell.script.values.value import Value, Way, left_to_fill_in
from ipseclint.late import late
from ipseclint.model.policy import Policy
from ipseclint.source import Source
from ipseclint.vocabulary.ipsec_tools import mention_in

_IN_ONE_WORD = late(r"(?:advf|ips)\w*[ \t]", re.IGNORECASE)
"""A whole command in one word, as a variable with blanks in it is handed on."""
_TAG = late(r"[A-Za-z0-9]+(?==)")
_REPLACING = frozenset({"import", "importpolicy", "reset"})
"""Words of netsh that replace a whole policy."""
_SETTINGS = frozenset({"advfirewall", "ras"})
"""The contexts in which `set` changes no object that may not be there."""
_FIREWALL = "advfirewall firewall"
_MAY_NOT_RUN = "whether this command runs is not known: it is not followed, as it changes what may not be there"


class NetshCalls:
    """Replays the netsh commands of one script.

    `is_aside`: the last one has nothing to do with IPsec. `adds`: one adds rules. `aims`: what the last one looks for.
    `replayed` are the places of the commands followed, each with the ways on which it runs.
    """

    def __init__(self, syntax: Syntax, diagnostics: Diagnostics, files: RunFiles, written: WrittenFiles) -> None:
        self.is_aside = False
        self.adds = False
        self._adds_to_firewall = False
        self.aims: Sequence[Aim] = ()
        self.replayed: list[tuple[int, int, tuple[Way, ...]]] = []
        self._attempts: set[tuple[int, tuple[str, ...]]] = set()
        self._syntax = syntax
        self._diagnostics = diagnostics
        self._files = files
        self._written = written
        self._lexer = Lexer(POWERSHELL, diagnostics, files)
        self._replays = Replays(diagnostics)

    def policy(self) -> Policy:
        """The policy that netsh sets up."""
        return self._lexer.unfollowed.without_certainty(self._replays.finish())

    def run_file(self, file: Source, run: FileRun, call: Call, evaluator: Evaluator) -> bool:
        """Carry out the commands of a batch file, or of a file for netsh; whether it is followed."""
        commands = self._lexer.of_file(file, run)
        if commands and evaluator.doubts:
            self._note("whether this file runs is not known: its commands are not followed", call)
            return True
        for command in commands or ():
            self._replay(command)
        if self._lexer.apart or self._lexer.handed_on:
            self._note("this file runs scripts of PowerShell, or imports files: they are not followed", call)
            self._lexer.apart.clear()
            self._lexer.handed_on.clear()
        return commands is not None

    def run(self, call: Call, evaluator: Evaluator) -> bool:
        """Replay a command of netsh with its words as it receives them."""
        filled = [
            each if each.value is None else each._replace(value=left_to_fill_in(each.value)) for each in call.arguments
        ]
        call = call._replace(arguments=filled)
        values = [each.value for each in call.arguments if each.value is not None]
        words = [word for argument in call.arguments for word in self._words(argument)]
        if len(words) > 1 and words[-2].word in RUNS_FILE and self._runs_written(words, values, evaluator):
            return True
        told = len(self._diagnostics.problems)
        command = self._lexer.called(tuple(words))
        if _replaces_policy(words):
            self._note("netsh resets or imports a whole policy here: what it leaves is not known", call)
            return True
        if command is None:
            return self._take_other(call, words, evaluator) or len(self._diagnostics.problems) > told
        if only_looks(command.words[0].word):
            self.is_aside = True
            return True
        self._carry_out(command, call, words, evaluator)
        return True

    def _take_other(self, call: Call, words: Sequence[Token], evaluator: Evaluator) -> bool:
        """Take a call that is no command of IPsec by its words; whether it bears on IPsec, or on nothing at all."""
        if call.piped and _takes_typed(words):
            if not self._runs_typed(words, call.piped, evaluator):
                self._note(FED_FROM_ELSEWHERE, call)
            return True
        mention = mention_in(" ".join(word.text for word in words))
        if mention is not None and mention.tool.kind == "another context":
            return False
        if words and _IN_ONE_WORD.match(words[0].text):
            self._note(UNKNOWN_WORK_OF_NETSH, call)
            return True
        self.is_aside = bool(words) and _is_of_another_context(words)
        return self.is_aside or (bool(words) and words[0].word[:3] in {"ips", "adv"})

    def _carry_out(self, command: Command, call: Call, words: Sequence[Token], evaluator: Evaluator) -> None:
        """Replay a command that surely runs, or adds, and whose words are known but for values."""
        values = [each.value for each in call.arguments if each.value is not None]
        unknown = next((item for value in values for item in flat(value) if item.is_unknown), None)
        may_not_run = evaluator.doubts and not _is_read_in_doubt(command)
        places = self._places(call, words)
        if places is not None and are_values(places, command.context, command.words):
            self._lexer.unfollowed.fills_in(places, command.words)
            command = replace(command, words=without_keys(places, command.words), variables=places)
            unknown = None
        if may_not_run and command.context == _FIREWALL and not self._adds_to_firewall:
            self.is_aside = True
            return
        if unknown is not None or may_not_run:
            value = "a value that is put in here is not known: it is not followed"
            self._note(_MAY_NOT_RUN if unknown is None else value, unknown or call)
            self._lexer.unfollowed.keeps(words)
            return
        attempt = call.start, tuple(word.text for word in words)
        if evaluator.tries.is_behind_failure and attempt in self._attempts:
            return  # it is tried again where an attempt before has failed
        self._attempts.add(attempt)
        self._replay(command)
        self.replayed.append((call.start, call.end, evaluator.tries.ways_here))
        if evaluator.doubts:  # another branch or function may make the same, and only one of them run
            refusals = self._diagnostics.refusals
            refusals[:] = [refusal for refusal in refusals if "exists since" not in refusal.reason]

    def _note(self, message: str, place: Call | Value) -> None:
        self._diagnostics.not_understood(message, self._syntax.span(place.start, place.end))

    def _places(self, call: Call, words: Sequence[Token]) -> tuple[Token, ...] | None:
        """The places of unknown values; None if one of them is more than a value."""
        places: list[Token] = []
        for item in [item for each in call.arguments if each.value is not None for item in flat(each.value)]:
            if not item.is_unknown:
                continue
            place = self._syntax.span(item.start, item.end)
            columns = range(place.column, place.column + place.length)
            inside = [word for word in words if word.line == place.line and word.column in columns]
            if len(inside) != 1 and [word.text for word in inside[1:2]] != ["="]:
                return None
            places.append(inside[-1])
        return tuple(places)

    def _runs_written(self, words: Sequence[Token], values: Sequence[Value], evaluator: Evaluator) -> bool:
        """Run a netsh script file that the script itself wrote; whether it is one."""
        name = self._written.name_of(values[-1]) if values else ""
        lines = None if evaluator.doubts else self._files.written(name)
        if lines is None:
            return False
        self._run_session(lines, netsh_context(words[:-2]))
        return True

    def _runs_typed(self, words: Sequence[Token], piped: Sequence[Value], evaluator: Evaluator) -> bool:
        """Run the lines piped into netsh; whether all of them are known."""
        texts = [item for value in piped for item in flat(value)]
        if evaluator.doubts or any(text.is_unknown for text in texts):
            return False
        self._run_session([line for text in texts for line in self._written.lines(text)], netsh_context(words))
        return True

    def _run_session(self, lines: Iterable[Token], context: str) -> None:
        for command in self._lexer.session([line for line in lines if line.text.strip()], context):
            self._replay(command)

    def _replay(self, command: Command) -> None:
        known = len(self._replays.aims)
        self._replays.apply(command, self._lexer)
        self.aims = (*self.aims, *self._replays.aims[known:])
        is_of_rules = command.context in {"advfirewall consec", "advfirewall mainmode"}
        self._adds_to_firewall |= command.context == _FIREWALL and "add".startswith(command.words[0].word)
        self.adds |= is_of_rules and "add".startswith(command.words[0].word)

    def _words(self, argument: Argument) -> list[Token]:
        """The words of an argument: a tag, its sign and its value are three."""
        name, value = argument.name, argument.value
        place = self._syntax.span(argument.start, argument.end)
        words = [] if name is None else [Token(f"-{name}", self._syntax.path, place.line, place.column)]
        for item in flat(value) if value is not None else ():
            token = self._syntax.token(item)
            if item.is_unknown and token.text[:1] == token.text[-1:] == '"':
                token = token.part(1, len(token.text) - 1)
            match = _TAG.match(token.text)
            if match is None:
                words.append(token)
                continue
            end = match.end()
            words += [token.part(0, end), token.part(end, end + 1)]
            written = self._syntax.text[item.start : item.end]
            is_quoted = len(written) > end + 1 and written[end + 1] in "\"'"
            value_ = token.part(end + 1)
            if item.is_unknown and is_quoted:
                value_ = value_.part(1, max(1, len(value_.text) - 1))
            words.append(replace(value_, quoted=is_quoted))
        return words


def _is_read_in_doubt(command: Command) -> bool:
    """Whether a command adds an object or sets what is there once, so that it can be read as if it ran."""
    word = command.words[0].word
    return word.startswith("ad") or (word.startswith("se") and command.context in _SETTINGS)


def _replaces_policy(words: Sequence[Token]) -> bool:
    """Whether a command replaces the whole policy."""
    context, rest = context_of(tuple(words), "")
    return context in {"advfirewall", "ipsec static"} and bool(rest) and rest[0].word in _REPLACING


def _takes_typed(words: Sequence[Token]) -> bool:
    """Whether netsh, called with these words, reads commands from its input that may be about IPsec."""
    context, rest = context_of(tuple(words[1:] if words and words[0].word in {"-c", "/c"} else words), "")
    return not rest and (not context or context.startswith(("ipsec", "advfirewall")))


def _is_of_another_context(words: Sequence[Token]) -> bool:
    """Whether the words behind `netsh` lead to a context that has nothing to do with IPsec."""
    context, _ = context_of(tuple(words), "")
    if context == "ras":
        return not any(word.word.startswith("ikev2") for word in words)
    return bool(context) and not context.startswith("ipsec")
