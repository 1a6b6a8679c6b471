"""Shared by the tests of netsh scripts: parse a text or a fixture, and see what a span covers."""

from __future__ import annotations

from tests import ROOT

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.netsh import script
from ipseclint.formats.netsh.command import Command
from ipseclint.formats.netsh.hosts import Host
from ipseclint.formats.netsh.lexer import Lexer
from ipseclint.formats.netsh.recognition import detect_host
from ipseclint.formats.parsed import Parsed
from ipseclint.source import Source, Span, bytes_source, file_source

FIXTURES = ROOT / "fixtures" / "formats" / "netsh-script"
STATIC = "netsh ipsec static"


def fixture(name: str) -> Source:
    return file_source(FIXTURES / name, name)


def replay(text: str, name: str = "policy.cmd") -> Parsed:
    return script.parse(bytes_source(name, text.encode("utf-8")))


def static(*lines: str) -> Parsed:
    """What the commands of `netsh ipsec static` leave behind, each written without its context."""
    return replay("\n".join(f"{STATIC} {line}" for line in lines))


def lex(text: str, host: Host | None = None) -> tuple[list[Command], Lexer]:
    lexer = Lexer(host or detect_host(text), Diagnostics("policy.cmd"))
    commands: list[Command] = []
    for number, line in enumerate(text.split("\n"), start=1):
        commands += lexer.feed(number, line)
    return commands + lexer.close(), lexer


def texts(command: Command) -> list[str]:
    return [word.text for word in command.words]


def covered(source: Source | str, span: Span) -> str:
    """What a span of one line covers."""
    text = source if isinstance(source, str) else source.read_text()
    line = text.replace("\r\n", "\n").split("\n")[span.line - 1]
    return line[span.column - 1 : span.column - 1 + span.length]


def messages(parsed: Parsed) -> list[str]:
    """What the problems and the refusals say, by place."""
    noted = [(each.span, each.message) for each in parsed.problems]
    noted += [(each.span, each.reason) for each in parsed.policy.refused_commands]
    return [message for _, message in sorted(noted, key=lambda each: (each[0].line, each[0].column))]


def places(parsed: Parsed) -> list[tuple[str, int, int, int]]:
    """Where problems are, by code, and what refuses a command."""
    noted = [(each.code.value, each.span) for each in parsed.problems]
    for command in parsed.policy.refused_commands:
        noted += [("refused", span) for span in (command.span, *(span for _, span in command.more))]
    return sorted(((code, span.line, span.column, span.length) for code, span in noted), key=lambda place: place[1:])
