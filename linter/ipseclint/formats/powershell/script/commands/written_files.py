"""Files that a script writes: their lines, as long as all are known, and whether it runs them.

Sources: the pages of Set-Content, Add-Content and Out-File (Microsoft.PowerShell.Management and .Utility),
about_Redirection, and File.WriteAllText of .NET.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ipseclint.formats.kit.run_files import RunFiles, file_name
from ipseclint.formats.kit.token import Token, token_at
from ipseclint.formats.powershell.script.arguments.parameters import given, parameters, path_given
from ipseclint.formats.powershell.script.evaluator import Call
from ipseclint.formats.powershell.script.syntax.grammar import Syntax
from ipseclint.formats.powershell.script.values.lists import flat
from ipseclint.formats.powershell.script.values.value import Unknown, Value, text_of
from ipseclint.late import late
from ipseclint.source import lines_of_text
from ipseclint.vocabulary.ipsec_tools import folded, mention_in

_APPENDERS = frozenset({"add-content", "ac"})
_WRITERS = frozenset({"set-content", "out-file", "tee-object", "sc"}) | _APPENDERS
_NO_SCRIPT = late(r"\.(?:log|csv|html?|json|evtx|clixml|pbk)\Z", re.IGNORECASE)
"""Endings of files that are never run."""
_PROFILE = "<vpnprofile"
_BEFORE_A_COMMAND = " \t\"'@&("


class WrittenFiles:
    """The files that a script writes, for its own commands that run them."""

    def __init__(self, syntax: Syntax, files: RunFiles) -> None:
        self._syntax = syntax
        self._files = files
        self._not_run: list[tuple[str, Value]] = []
        self._unknown: list[Unknown] = []

    def take(self, call: Call, *, is_certain: bool) -> bool:
        """Record what a command writes; whether a line of it is a command that bears on IPsec."""
        if call.name not in _WRITERS:
            return False
        named, rest = parameters(call)
        path = given(named, "filepath") or path_given(named, rest)
        value = given(named, "value") or given(named, "inputobject") or (rest.pop(0) if rest else None)
        texts = [item for each in (value, *(call.piped or ())) if each is not None for item in flat(each)]
        name = "" if path is None else self.name_of(path)
        if path is None or _NO_SCRIPT.search(name):
            return False
        is_known = is_certain and bool(texts) and not any(text.is_unknown for text in texts)
        lines = [line for text in texts for line in self.lines(text)] if is_known else None
        appends = call.name in _APPENDERS or "append" in named
        if appends and lines is not None and self._files.is_known(name):
            self._files.append(name, lines)
        else:
            self._files.write(name, lines)
        command = next((text for text in texts if _has_command(self._shown(text))), None)
        if command is not None:
            self._not_run.append((name, command))
        return command is not None

    def name_of(self, path: Value) -> str:
        """The folded name of a file without its folder, which may be unknown; a placeholder for an unknown name."""
        if not isinstance(path.data, Unknown):
            return file_name(text_of(path))
        if path.data.ending:
            return file_name(path.data.ending)
        if not any(each is path.data for each in self._unknown):
            self._unknown.append(path.data)
        return f"?{next(number for number, each in enumerate(self._unknown) if each is path.data)}"

    def not_run(self) -> Iterator[Value]:
        """The commands in files that are never run."""
        return (command for name, command in self._not_run if not self._files.has_run(name))

    def _shown(self, value: Value) -> str:
        return self._syntax.text[value.start : value.end] if value.is_unknown else text_of(value)

    def lines(self, text: Value) -> Iterator[Token]:
        """The lines of a text, each at its place; if a multi-line value is inserted, at the place of the text."""
        token = self._syntax.token(text)
        lines = lines_of_text(token.text)
        if len(lines) == 1:
            yield token
            return
        source = lines_of_text(self._syntax.text[text.start : text.end])
        at = text.start
        for number, line in enumerate(lines):
            if len(source) != len(lines):
                yield token_at(line, token.span)
            elif source[number] == line:
                yield self._syntax.token(Value(line, at, at + len(line)))
            else:
                yield token_at(line, self._syntax.span(at, at + len(source[number])))
            at = self._syntax.next_line(at)


def _has_command(text: str) -> bool:
    """Whether a line of a text begins with a command that bears on IPsec; a VPN profile is read where it stands."""
    return _PROFILE not in text.casefold() and any(map(_is_command, text.splitlines()))


def _is_command(line: str) -> bool:
    """Whether a line begins with a command that bears on IPsec."""
    shown = line.strip(_BEFORE_A_COMMAND)
    mention = mention_in(shown)
    if mention is None or mention.tool.kind == "hidden code":
        return False
    first = folded(shown).split(None, 1)[0].removesuffix(".exe")
    return first in {"netsh", "reg", "sc", "net"} or folded(shown).startswith(mention.words)
