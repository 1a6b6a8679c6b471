"""From the lines of a script to netsh commands with their context.

The contexts are spelled out in full, whatever the script abbreviates:

    ipsec static, ipsec dynamic
    advfirewall             set global, set store, set ...profile, reset, export, import
    advfirewall consec      add, set, delete and show rule
    advfirewall mainmode
    advfirewall firewall
    advfirewall monitor

`Command.words` begin with the verb as written: for `netsh advfirewall set global ipsec saidletimemin 5` the
context is `advfirewall` and the words are `set`, `global`, `ipsec`, `saidletimemin`, `5`; for
`netsh ipsec static add policy name=P` it is `ipsec static` and `add`, `policy`, `name`, `=`, `P`. Where a
word ends: see `words`.

A command whose effect depends on what a script does not say (a variable, `if`, `for`, another file) is a
Problem and no Command. Commands of other contexts, and lines that do not concern IPsec, are left out.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.token import Token, joined
from ipseclint.formats.netsh.hosts import BATCH, POWERSHELL, Host
from ipseclint.formats.netsh.words import Part, split_parts
from ipseclint.source import Span

MAX_LINE_CHARACTERS = 32_767
"""The longest command line that Windows passes to a program, in characters (CreateProcessW)."""

CONTEXTS: dict[str, tuple[str, ...]] = {
    "": (
        "advfirewall", "branchcache", "bridge", "dhcpclient", "dnsclient", "firewall", "http", "interface",
        "ipsec", "ipsecdosprotection", "lan", "mbn", "namespace", "netio", "nlm", "p2p", "ras", "rpc", "trace",
        "wcn", "wfp", "winhttp", "winsock", "wlan",
    ),
    "ipsec": ("static", "dynamic"),
    "advfirewall": ("consec", "firewall", "mainmode", "monitor"),
}  # fmt: skip
"""The contexts of netsh that a context holds: those of the root as `netsh ?` lists them."""

READ_CONTEXTS = frozenset(
    {"ipsec static", "ipsec dynamic", "advfirewall"} | {f"advfirewall {each}" for each in CONTEXTS["advfirewall"]}
)
"""The contexts whose commands become Commands."""

VERBS = ("add", "delete", "dump", "export", "exportpolicy", "help", "import", "importpolicy", "reset", "set", "show")
"""What a line may begin with inside a context."""

_NEUTRAL = frozenset({"help", "?", "commit", "online", "exit", "quit", "bye", "alias", "unalias"})
_UNDONE = frozenset({"abort", "offline"})
_NETSH = re.compile(r"(?:.*[\\/])?netsh(?:\.exe)?", re.IGNORECASE | re.DOTALL)
_MENTION = re.compile(r"\bips(?:e|ec)?\s+(?:sta|dyn)|\bipsecdos|\badv\w*\s+(?:c|ma|mo|set\s+(?:g|st))", re.IGNORECASE)
_NETSH_MENTION = re.compile(rf"netsh(?:\.exe)?\b[^\r\n]*?(?:{_MENTION.pattern})", re.IGNORECASE)
_COMMENT = re.compile(r"\s*(?:@?\s*rem(?![^\s.,;:=+/\\])|:|#)", re.IGNORECASE)
_LABEL = re.compile(r"\s*:\s*([^\s:+,;=]+)")
_CONDITIONS = frozenset({"if", "for", "do", "else", "elseif", "foreach", "while", "switch"})
_PRINTERS = frozenset({"echo", "title", "write-host", "write-verbose", "write-output"})
_OPTIONS_WITH_VALUE = frozenset({"-a", "-r", "-u", "-p"})


class Command(NamedTuple):
    """One netsh command: the context in full, the words from the verb on, the line it begins on."""

    context: str
    words: tuple[Token, ...]
    line: int

    @property
    def span(self) -> Span:
        """The place of the command, from the verb to the end of its last word on that line."""
        first = self.words[0]
        last = next(word for word in reversed(self.words) if word.line == first.line)
        return Span(first.path, first.line, first.column, last.column + last.length - first.column)


class Lexer:
    """Reads a script line by line; what it cannot tell for certain is in `diagnostics`."""

    def __init__(self, host: Host, diagnostics: Diagnostics) -> None:
        self.host = host
        self.context = ""
        self.diagnostics = diagnostics
        self._saved: list[str] = []
        self._pending: list[Token] = []
        self._blocks: list[str] = []
        self._in_comment = False
        self._jumped_to: str | None = None

    @property
    def at_rest(self) -> bool:
        """Whether the next line stands for itself: no continuation, block or comment is open, no jump undecided."""
        return not (self._pending or self._blocks or self._in_comment) and self._jumped_to is None

    @property
    def continues(self) -> bool:
        """Whether the last line goes on in the next."""
        return bool(self._pending)

    def feed(self, number: int, line: str) -> list[Command]:
        """The commands that are complete with this physical line, given without its line end."""
        if self._in_comment or (self.host is POWERSHELL and line.lstrip().startswith("<#")):
            self._in_comment = "#>" not in line
            return []
        if not self._pending and _COMMENT.match(line):
            self._arrive(line)
            return []
        mark = self.host.continuation
        if mark is not None and _continues(line, mark):
            self._pending.append(self._line(line.rstrip()[:-1], number))
            return []
        if not self._pending:
            return self._read(self._line(line, number))
        self._pending.append(self._line(line, number))
        return self.end()

    def end(self) -> list[Command]:
        """The commands of a line that the end of the script leaves in continuation."""
        pieces, self._pending = self._pending, []
        return self._read(joined(pieces)) if pieces else []

    def _line(self, text: str, number: int) -> Token:
        return Token(text, self.diagnostics.path, number, 1)

    def _arrive(self, line: str) -> None:
        """After `goto`, what is certain to run begins at its label."""
        label = _LABEL.match(line)
        if label is not None and label[1].casefold() == self._jumped_to:
            self._jumped_to = None

    def _read(self, line: Token) -> list[Command]:
        if len(line.text) > MAX_LINE_CHARACTERS:
            if self.context or _MENTION.search(line.text):
                message = f"a line of {len(line.text)} characters, more than Windows accepts ({MAX_LINE_CHARACTERS})"
                self.diagnostics.refused(message, self.diagnostics.place(line.line, 1))
            return []
        commands: list[Command] = []
        condition = ""
        for part in split_parts(line, self.host, len(self._blocks)):
            del self._blocks[len(self._blocks) - part.closes :]
            words = _without_at(part.words)
            keyword = words[0].text.casefold() if words else ""
            if keyword == "rem":
                break
            if keyword in _CONDITIONS:
                condition = condition or keyword
            reason = condition or next((each for each in self._blocks if each), "")
            if self.host is BATCH and keyword in {"goto", "exit"} and not reason and part.separator in {"", "&"}:
                target = words[1].text.lstrip(":").casefold() if len(words) > 1 else ""
                self._jumped_to = target if keyword == "goto" and target != "eof" else ""
            if part.opens:
                self._blocks.append("" if keyword in self.host.plain_blocks and not reason else reason or keyword)
            if words and (command := self._command(part, words, reason)):
                commands.append(command)
        return commands

    def _command(self, part: Part, words: tuple[Token, ...], condition: str) -> Command | None:
        first = words[0]
        keyword = first.text.casefold()
        if self.host is POWERSHELL and keyword == "&" and len(words) > 1:
            words = words[1:]
            first = words[0]
        if keyword in _PRINTERS or keyword.startswith("echo."):
            if part.redirected and _MENTION.search(part.raw):
                self._not_understood("writes this command into a file, which is not part of this input", first)
            return None
        is_netsh = _NETSH.fullmatch(first.text) is not None
        if is_netsh and (part.separator == "|" or part.fed):
            self._not_understood("netsh takes its commands from elsewhere here, which is not followed", first)
            return None
        context, rest = self._resolve(words[1:], "") if is_netsh else self._bare(words)
        if context is None:
            if not is_netsh and _NETSH_MENTION.search(part.raw):
                self._not_understood(f"a netsh command for IPsec behind {quoted(first.text)} is not followed", first)
            return None
        if not rest or not (
            is_netsh or context in READ_CONTEXTS or any(_is_verb(each.text.casefold()) for each in rest)
        ):
            self.context = context
            return None
        if context not in READ_CONTEXTS:
            return None
        variable = next((each for each in part.variables if _after(each, first, is_netsh)), None)
        if variable is not None:
            self._not_understood(
                "a variable is put in here when the script runs: what this command does is not known", variable
            )
        elif self._jumped_to is not None:
            self._not_understood("this command stands behind a jump: whether it runs is not known", first)
        elif condition:
            self._not_understood(f"this command runs only under `{condition}`: whether it does is not known", first)
        elif part.separator == "||":
            self._not_understood("this command runs only if the one before `||` fails", first)
        else:
            return Command(context, rest, rest[0].line)
        return None

    def _bare(self, words: tuple[Token, ...]) -> tuple[str | None, tuple[Token, ...]]:
        """The context and words of a line that does not call netsh, or None if it is not for netsh."""
        first = words[0]
        keyword = first.text.casefold()
        if keyword == "pushd":
            self._saved.append(self.context)
            context, rest = _context_of(words[1:], "")
            self.context = context if context and not rest else self.context
        elif keyword == "popd":
            self.context = self._saved.pop() if self._saved else ""
        elif keyword == "..":
            self.context = self.context.rpartition(" ")[0]
        elif keyword in {"exit", "quit", "bye"}:
            self.context = ""
        elif keyword == "exec" and self.context:
            self._elsewhere(first)
        elif keyword in _UNDONE and self.context:
            self._not_understood(f"{quoted(first.text)}: which commands take effect is not known", first)
        elif self.context and _is_verb(keyword):
            return self.context, words
        elif self.context and (found := _context_of(words, self.context))[0] != self.context:
            return found
        elif keyword in {"ipsec", "ipsecdosprotection", "advfirewall"}:
            return self._resolve(words, "")
        elif self.context in READ_CONTEXTS and self.host.continuation is None and keyword not in _NEUTRAL:
            self._not_understood(f"unknown command {quoted(first.text)} in `{self.context}`", first)
        return None, ()

    def _resolve(self, words: tuple[Token, ...], base: str) -> tuple[str | None, tuple[Token, ...]]:
        """The context that the words behind `netsh` lead to, and the words that are left."""
        index = 0
        while index < len(words) and words[index].text[:1] in {"-", "/"}:
            option = "-" + words[index].text[1:].casefold()
            if option == "-f":
                self._elsewhere(words[index])
                return None, ()
            if option == "-c" and index + 1 < len(words):
                words = (*words[:index], *_split_word(words[index + 1]), *words[index + 2 :])
                break
            index += 2 if option in _OPTIONS_WITH_VALUE else 1
        words = words[index:]
        if words and words[0].text.casefold() == "exec":
            self._elsewhere(words[0])
            return None, ()
        context, rest = _context_of(words, base)
        if context == "ipsecdosprotection" and rest:
            self._not_understood("commands of `netsh ipsecdosprotection` are not read", words[0])
        elif context == "ipsec" and rest:
            self._not_understood(f"unknown context {quoted(rest[0].text)} in `netsh ipsec`", rest[0])
        elif words and not context and "ipsec".startswith(words[0].text.casefold()) and len(words[0].text) > 2:
            self._not_understood(f"{quoted(words[0].text)} can be `ipsec` or `ipsecdosprotection`", words[0])
        return context or None, rest

    def _elsewhere(self, word: Token) -> None:
        self._not_understood("runs netsh commands from another file, which is not part of this input", word)

    def _not_understood(self, message: str, word: Token) -> None:
        self.diagnostics.not_understood(message, word.span)


def _context_of(words: tuple[Token, ...], base: str) -> tuple[str, tuple[Token, ...]]:
    """The context reached from a base by as many words as name one, and the words that are left."""
    context = base
    for index, word in enumerate(words):
        names = CONTEXTS.get(context, ())
        text = word.text.casefold()
        found = [text] if text in names else [each for each in names if each.startswith(text)] if text else []
        if len(found) != 1 or (context and text not in names and _is_verb(text)):
            return context, words[index:]
        context = f"{context} {found[0]}".lstrip()
    return context, ()


def _is_verb(text: str) -> bool:
    return bool(text) and any(each.startswith(text) for each in VERBS)


def _continues(line: str, mark: str) -> bool:
    if mark == "`":
        return line.rstrip().endswith("`")
    # A caret at the end continues the line unless it is itself escaped or inside quotes.
    carets = len(line) - len(line.rstrip(mark))
    return carets % 2 == 1 and line.count('"') % 2 == 0


def _without_at(words: tuple[Token, ...]) -> tuple[Token, ...]:
    """The words without the `@` that hides a batch command from being echoed."""
    if not words or not words[0].text.startswith("@"):
        return words
    first = words[0]
    rest = first.part(len(first.text) - len(first.text.lstrip("@")), len(first.text))
    return (rest, *words[1:]) if rest.text else words[1:]


def _split_word(word: Token) -> tuple[Token, ...]:
    return tuple(word.part(each.start(), each.end()) for each in re.finditer(r"\S+", word.text))


def _after(place: Token, first: Token, is_netsh: bool) -> bool:
    """Whether a place is behind the first word, which as a program's path may hold `%SystemRoot%`."""
    if not is_netsh:
        return True
    return (place.line, place.column) >= (first.line, first.column + first.length)
