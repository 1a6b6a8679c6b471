"""Edits the text of a netsh script: merges each command of a repair into the script's own commands.

A `set` replaces the value that the script states, a `delete` removes the commands about the object, an `add` is placed
beside similar commands. A command that cannot be merged so is inserted after them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from enum import Enum, auto
from functools import cached_property
from typing import NamedTuple

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.hosts import BATCH, NETSH, POWERSHELL, Host
from ipseclint.formats.netsh.ip_security.filters import FilterSelectors, read_traffic
from ipseclint.formats.netsh.ip_security.grammar import AUTHENTICATION
from ipseclint.formats.netsh.tags import Argument
from ipseclint.late import late
from ipseclint.repair.commands.arguments import (
    PSK_PLACEHOLDER,
    Unwritable,
    for_batch,
    netsh_value,
    powershell_argument,
)
from ipseclint.repair.script.statements import KEYS, Statement, Subject, read_statements

_LINE_END = late(r"\r\n|\r|\n")
_PLAIN_START = late(r"[\w \t@.\\/:-]*")
_PLAIN_END = late(r'["\']?[ \t]*(?:\d?>[ \t]*nul[ \t]*)?(?:2>&1[ \t]*)?', re.IGNORECASE)
_ACTS_IN_POWERSHELL = late("[`$\u2018\u2019\u201a\u201b\u201c\u201d\u201e]")
_PLAIN_VALUE = late(r"[\w.:/+-]+")
_QUOTES = "\"'"


Words = Sequence[str]
"""The words of a netsh command after `netsh`, quoted for netsh."""


class Placement(Enum):
    """How a command is inserted: merged, after the last command about its object, or after all."""

    IN_PLACE = auto()
    AFTER_OBJECT = auto()
    AT_END = auto()


class _Change(NamedTuple):
    """A replacement of the characters of a text from `start` to `end`."""

    start: int
    end: int
    text: str


class Script:
    """A script's text with its commands. Offsets count characters from 0, lines from 1."""

    def __init__(self, text: str, host: Host) -> None:
        self.text = text
        self.host = host
        ends = list(_LINE_END.finditer(text))
        self.line_end = ends[0][0] if ends else "\r\n"
        self._starts = [0, *(each.end() for each in ends)]
        bounds = zip(self._starts, [*(each.start() for each in ends), len(text)], strict=True)
        self.statements = tuple(read_statements([text[start:end] for start, end in bounds], host))
        self._about: defaultdict[Subject, list[Statement]] = defaultdict(list)
        self._beside: dict[Subject, Sequence[Statement]] = {}
        for statement in self.statements:
            self._about[statement.subject].append(statement)

    def edited(self, commands: Iterable[Words], placement: Placement) -> str | None:
        """The text with the commands inserted; None if one of them cannot be inserted this way."""
        changes: list[_Change] = []
        for words in commands:
            line_changes = self._changes(words, placement)
            if line_changes is None:
                return None
            changes += line_changes
        return self._changed(changes)

    def _changes(self, words: Words, placement: Placement) -> Sequence[_Change] | None:
        command = next(read_statements([" ".join(("netsh", *words))], NETSH), None)
        if command is None:
            return None
        if placement is Placement.IN_PLACE:
            match command.verb:
                case "set":
                    return self._restated(command) if self._stating(command.subject) else self._inserted(words, command)
                case "delete" if command.subject.kind == "filter":
                    return self._without(self._filters_like(command))
                case "delete":
                    return self._without(self._concerning(command.subject))
        return self._inserted(words, command, at_end=placement is Placement.AT_END)

    # ---- another value ----

    def _stating(self, subject: Subject) -> list[Statement]:
        return [each for each in self._about[subject] if each.verb in {"add", "set"}] if subject.names else []

    def _restated(self, command: Statement) -> list[_Change] | None:
        """The arguments of a `set`, put where the script states them last, or after the command that creates the
        object."""
        stating = self._stating(command.subject)
        wanted: defaultdict[str, list[Argument]] = defaultdict(list)
        for argument in _changing(command):
            wanted[argument.tag].append(argument)
        if "newname" in wanted or "name" in wanted or any(len(each) > 1 for each in wanted.values()):
            return None
        creator = next((each for each in reversed(stating) if each.verb == "add"), stating[-1])
        changes: list[_Change] = []
        for tag, (argument,) in wanted.items():
            family = _family(tag)
            holder = next(
                (
                    statement
                    for statement in reversed(stating)
                    if any(_family(one.tag) == family for one in statement.arguments.ordered)
                ),
                creator,
            )
            there = [each for each in holder.arguments.ordered if each.tag == tag]
            argument_changes = self._stated(argument, there, holder)
            if argument_changes is None:
                return None
            changes += argument_changes
            for extra in holder.arguments.ordered:
                if _family(extra.tag) == family and extra.tag not in wanted:
                    cut = self._cut(extra)
                    if cut is None:
                        return None
                    changes.append(cut)
        return list(dict.fromkeys(changes))

    def _stated(self, wanted: Argument, there: Sequence[Argument], holder: Statement) -> list[_Change] | None:
        value = wanted.value.text
        if len(there) > 1 or (PSK_PLACEHOLDER in value and not there):
            return None
        if there and (PSK_PLACEHOLDER in value or there[0].value.text == value):
            return []
        place = self._extent(there[0].value) if there else None
        if place is None:
            end = self._extent(holder.words[-1])[1]
            text = self._spelled(value, bare=False)
            return None if text is None else [_Change(end, end, f" {wanted.tag}={text}")]
        in_quotes = self.text[place[0]] in _QUOTES
        text = self._spelled(value, bare=there[0].value.quoted and not in_quotes)
        if text is not None and in_quotes and not text.startswith('"'):
            text = f'"{text}"'
        return None if text is None else [_Change(*place, text)]

    def _cut(self, argument: Argument) -> _Change | None:
        """An argument removed with the blanks before it, unless its line would become empty."""
        if argument.name is None:
            return None
        start, end = self._extent(argument.name)[0], self._extent(argument.value)[1]
        line_start, line_end = self._line(argument.value.line)
        rest = (self.text[line_start:start] + self.text[end:line_end]).strip(" \t^`")
        start = len(self.text[:start].rstrip(" \t"))
        return _Change(start, end, "") if rest and argument.name.line == argument.value.line else None

    def _spelled(self, value: str, *, bare: bool) -> str | None:
        """A value in the quoting of this script; `bare` within quotes that stay."""
        text = netsh_value(value)
        if isinstance(text, Unwritable):
            return None
        if self.host is POWERSHELL:
            if _ACTS_IN_POWERSHELL.search(text):
                return None
            text = text if text.startswith('"') or _PLAIN_VALUE.fullmatch(text) else f'"{text}"'
        text = for_batch(text) if self.host is BATCH else text
        return text.strip('"') if bare else text

    # ---- commands taken out ----

    def _concerning(self, subject: Subject) -> list[Statement]:
        """The commands about an object; for a policy also those about its rules."""
        statements = list(self._about[subject])
        if subject.kind == "filterlist":
            statements += self._about[subject._replace(kind="filter")]
        if subject.kind == "policy":
            rules = (statement for statement in self.statements if statement.subject.kind in {"rule", "defaultrule"})
            statements += (rule for rule in rules if rule.subject.names[:1] == subject.names)
        return statements if subject.names else []

    @cached_property
    def _filters(self) -> dict[tuple[Subject, FilterSelectors | None], list[Statement]]:
        table: defaultdict[tuple[Subject, FilterSelectors | None], list[Statement]] = defaultdict(list)
        for statement in self.statements:
            if statement.subject.kind == "filter" and statement.verb == "add":
                table[statement.subject, read_traffic(statement.arguments, Diagnostics(""))].append(statement)
        return table

    def _filters_like(self, command: Statement) -> list[Statement]:
        return self._filters.get((command.subject, read_traffic(command.arguments, Diagnostics(""))), [])

    def _without(self, statements: Sequence[Statement]) -> list[_Change] | None:
        """The lines of some commands removed; None if one shares its line with anything else."""
        changes = []
        for statement in statements:
            start, line_end = self._line(statement.lines[0])[0], self._line(statement.lines[1])[1]
            first, last = self._offset(statement.words[0]), self._extent(statement.words[-1])[1]
            before, after = re.sub(r"[\^`]?[\r\n]", "", self.text[start:first]), self.text[last:line_end]
            if not (_PLAIN_START.fullmatch(before) and _PLAIN_END.fullmatch(after)):
                return None
            end = self._starts[statement.lines[1]] if statement.lines[1] < len(self._starts) else line_end
            changes.append(_Change(start, end, ""))
        return changes or None

    # ---- commands put in ----

    def _inserted(self, words: Words, command: Statement, *, at_end: bool = False) -> list[_Change] | None:
        """The command on a new line: after similar commands, an exemption before the first of them."""
        like = () if at_end else self._neighbours(command.subject)
        beside = like or self.statements[-1:]
        if not beside or any(PSK_PLACEHOLDER in word for word in words):
            return None
        first = bool(like) and command.verb == "add" and _is_exemption(command)
        anchor = beside[0] if first else beside[-1]
        start, (_, end) = self._line(anchor.lines[0])[0], self._line(anchor.lines[1])
        text = self._command_beside(words, command, anchor, self.text[start : self._offset(anchor.words[0])])
        return [
            _Change(start, start, f"{text}{self.line_end}") if first else _Change(end, end, f"{self.line_end}{text}")
        ]

    def _neighbours(self, subject: Subject) -> Sequence[Statement]:
        """The commands to place a new one beside: about the same object, else the same kind, else the same context."""
        if subject not in self._beside:
            self._beside[subject] = self._found_beside(subject)
        return self._beside[subject]

    def _found_beside(self, subject: Subject) -> list[Statement]:
        kinds = {"filter", "filterlist"} if subject.kind in {"filter", "filterlist"} else {subject.kind}
        same = [each for kind in kinds for each in self._about[subject._replace(kind=kind)] if subject.names]
        if same:
            return sorted(same, key=lambda each: each.lines)
        context = subject.context
        kin = [
            statement
            for statement in self.statements
            if statement.subject.context == context and statement.subject.kind in kinds
        ]
        return kin or [statement for statement in self.statements if statement.subject.context == context]

    def _command_beside(self, words: Words, command: Statement, anchor: Statement, before: str) -> str:
        """The command, invoked like the one beside it if both are in one context."""
        context = command.subject.context
        if anchor.subject.context == context and _PLAIN_START.fullmatch(before):
            return before + self._command_text(words[len(context.split()) :])
        indent = before[: len(before) - len(before.lstrip())]
        return f"{indent}{'' if self.host is NETSH else 'netsh '}{self._command_text(words)}"

    def _command_text(self, words: Words) -> str:
        if self.host is POWERSHELL:
            # What a word has in quotes is one argument to PowerShell only if the whole word is in quotes.
            words = [powershell_argument(word.replace('"', "")) for word in words]
        text = " ".join(words)
        return for_batch(text) if self.host is BATCH else text

    # ---- places ----

    def _line(self, number: int) -> tuple[int, int]:
        """The begin of a line, and the end of its text."""
        start = self._starts[number - 1]
        end = self._starts[number] if number < len(self._starts) else len(self.text)
        return start, start + len(self.text[start:end].rstrip("\r\n"))

    def _offset(self, word: Token) -> int:
        return self._place(word.line, word.column)

    def _place(self, line: int, column: int) -> int:
        return self._starts[line - 1] + column - 1

    def _extent(self, word: Token) -> tuple[int, int]:
        """The begin and end of a word, with its quotes."""
        start, end = self._offset(word), self._place(*word.end)
        if word.quoted and start and self.text[start - 1] in _QUOTES:
            return start - 1, end + (self.text[end : end + 1] in tuple(_QUOTES))
        return start, end

    def _changed(self, changes: Sequence[_Change]) -> str | None:
        """The text with all changes applied; None if two of them overlap."""
        pieces: list[str] = []
        position = 0
        for change in sorted(changes, key=lambda change: (change.start, change.end)):
            if change.start < position:
                return None
            pieces += (self.text[position : change.start], change.text)
            position = change.end
        return "".join((*pieces, self.text[position:]))


def _identity(statement: Statement) -> frozenset[str]:
    """The tags that only identify the object."""
    if statement.subject.context.startswith("ipsec"):
        return frozenset(KEYS.get(statement.subject.kind, ()))
    return frozenset({"name"} if statement.verb == "add" else ())


def _changing(statement: Statement) -> list[Argument]:
    return [argument for argument in statement.arguments.ordered if argument.tag not in _identity(statement)]


def _family(tag: str) -> str:
    """The arguments that are restated together with a tag: all of an authentication, else the tag alone."""
    if tag in AUTHENTICATION:
        return "authentication"
    return tag[:5] if tag.startswith(("auth1", "auth2")) else tag


def _is_exemption(command: Statement) -> bool:
    action = command.arguments.get("action")
    return action is not None and action.text == "noauthentication"
