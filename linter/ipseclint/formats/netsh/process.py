"""State of a netsh process: its current context, and the store that it chose.

`netsh … set store …` as a line of a batch file starts a process, sets the store in it and ends it. Source: Microsoft,
"Windows Firewall with Advanced Security administration with Windows PowerShell": the store "remains in effect until the
Netsh session is ended".
"""

from __future__ import annotations

from msgspec import Struct

from ipseclint.formats.kit.diagnostics import quoted
from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.called_files import RUNS_FILE
from ipseclint.formats.netsh.command import Command, named
from ipseclint.formats.netsh.command_words import READ_CONTEXTS, context_of, is_verb, names_machine, split_word
from ipseclint.formats.netsh.hosts import NETSH, Host
from ipseclint.formats.netsh.unfollowed import ON_ANOTHER_MACHINE, Unfollowed
from ipseclint.model.policy import LostStore
from ipseclint.source import Span
from ipseclint.words import slip_of

LEAVING = frozenset({"exit", "quit", "bye"})
"""What ends a session of netsh."""
_BEHIND_THE_END = "netsh ends at a line above this: whether what stands from here on runs is not known"
_NEUTRAL = LEAVING | {"help", "?", "commit", "online", "alias", "unalias"}
_OF_EVERY_CONTEXT = frozenset({"dump", "help", "?"})
"""What prints, and changes nothing (Syntax of the page `netsh ipsec`)."""
_UNDONE = frozenset({"abort", "offline"})
_OPTIONS_WITH_VALUE = frozenset({"-c", "-r", "-u", "-p"})
_HELP = frozenset({"-?", "-h", "-help"})
_OF_IPSEC = READ_CONTEXTS | {"ipsec", "ras"}
_WORDS_OF_A_SENTENCE = 4
_WORDS_OF_AN_OPTION = 4
"""How many words a misspelt option leaves before the context (reasoned: its value, and a sign between)."""


def _names_ipsec(words: tuple[Token, ...]) -> bool:
    """Whether one of the first words, whatever stands before it, enters a context whose commands are read."""
    return any(context_of(words[at : at + 2], "")[0] in _OF_IPSEC for at in range(min(len(words), _WORDS_OF_AN_OPTION)))


def _is_sentence(words: tuple[Token, ...]) -> bool:
    """Whether words that begin with a context are one that a console or a person wrote, and not its commands."""
    if len(words) < _WORDS_OF_A_SENTENCE or not words[-1].text.endswith((".", "!")):
        return False
    second = words[1]
    return second.text.isalpha() and context_of(words[:2], "")[1] == (second,) and not is_verb(second.word)


class CurrentContext:
    """The context of one netsh process, as its lines enter and leave contexts.

    `is_elsewhere`: its commands act on another machine.
    """

    def __init__(self, unfollowed: Unfollowed, name: str = "") -> None:
        self.name = name
        self.is_elsewhere = False
        self._saved: list[str] = []
        self._has_left = False
        self._unfollowed = unfollowed

    def takes(self, words: tuple[Token, ...]) -> bool:
        """Whether netsh would read a line here: a command, or a context. `set A=B` is cmd.exe's."""
        keyword = words[0].word if words else ""
        if keyword == "set":
            is_set = len(words) > 2 and words[1].text.isalpha() and words[2].text != "="
            return is_set and (bool(self.name) or words[1].word == "store")
        return (bool(self.name) and is_verb(keyword)) or context_of(words, self.name)[0] != self.name

    def of_line(self, words: tuple[Token, ...], host: Host) -> tuple[str | None, tuple[Token, ...]]:
        """The context and words of a line that does not call netsh; None and the words if netsh would not read it."""
        first = words[0]
        keyword = first.text.casefold()
        if self._goes(keyword, words, host):
            return None, ()
        if self._has_left:
            self._note_end(keyword, words)
        if keyword == "exec" and (self.name or host is NETSH):
            self._unfollowed.runs_elsewhere(first)
        elif host is NETSH and not self.name and names_machine(words):
            self.is_elsewhere = True
        elif keyword in _UNDONE and (self.name or host is NETSH):
            self._unfollowed.says(f"{quoted(first.text)}: which commands take effect is not known", first)
        elif self.name and is_verb(keyword):
            return self.name, words
        elif not self.name and keyword == "set" and self.takes(words):
            self._unfollowed.says(
                "`set store` is a command of `advfirewall` and `ipsec static`: no context is entered here", first
            )
        elif self.name and (entered := context_of(words, self.name))[0] != self.name:
            return entered
        elif keyword in {"ipsec", "ipsecdosprotection", "advfirewall"}:
            if not _is_sentence(words):
                return self.of_netsh(words)
            self._unfollowed.says("a sentence, and no command of netsh: what it says is not read", first)
        elif self.name in READ_CONTEXTS and host.continuation is None and keyword not in _NEUTRAL:
            self._unfollowed.says(f"unknown command {quoted(first.text)} in `{self.name}`", first)
        else:
            return None, words
        return None, ()

    def _note_end(self, keyword: str, words: tuple[Token, ...]) -> None:
        """Note the first command for IPsec behind the end of netsh."""
        if is_verb(keyword) or context_of(words, self.name)[0] in _OF_IPSEC:
            self._has_left = False
            self._unfollowed.says(_BEHIND_THE_END, words[0])

    def _goes(self, keyword: str, words: tuple[Token, ...], host: Host) -> bool:
        """Change to the context of a line that returns to one or saves one; whether it is such a line."""
        if keyword == "pushd":
            self._saved.append(self.name)
            within, outside = (context_of(words[1:], base)[0] for base in (self.name, ""))
            if host is NETSH and words[1:] and within == self.name and not outside:
                self._unfollowed.says(f"netsh has no context {quoted(words[1].text)} here", words[1])
            self.name = within if within != self.name else outside or self.name
        elif keyword == "popd":
            self.name = self._saved.pop() if self._saved else ""
        elif keyword == "..":
            self.name = self.name.rpartition(" ")[0]
        elif keyword in LEAVING:
            self.name, self._has_left = "", self._has_left or host is NETSH
        else:
            return False
        return True

    def of_netsh(self, words: tuple[Token, ...]) -> tuple[str | None, tuple[Token, ...]]:
        """The context that the words behind `netsh` lead to, and the remaining words."""
        unfollowed = self._unfollowed
        behind = self._behind_options(words)
        if behind is None:
            return None, ()
        words = behind
        if words and words[0].text.casefold() == "exec":
            unfollowed.runs_elsewhere(words[0])
            return None, ()
        context, rest = context_of(words, "")
        if rest and rest[0].text.casefold() in RUNS_FILE:
            unfollowed.runs_elsewhere(rest[0])
            return None, ()
        if context == "ipsecdosprotection" and rest:
            unfollowed.says("commands of `netsh ipsecdosprotection` are not read", words[0])
        elif context == "ipsec" and rest and rest[0].word in _OF_EVERY_CONTEXT:
            return None, ()
        elif context == "ipsec" and rest:
            unfollowed.says(f"unknown context {quoted(rest[0].text)} in `netsh ipsec`", rest[0])
        elif words and not context and "ipsec".startswith(words[0].text.casefold()) and len(words[0].text) > 2:
            unfollowed.says(f"{quoted(words[0].text)} can be `ipsec` or `ipsecdosprotection`", words[0])
        elif words and not context and (meant := slip_of(words[0].word, ("advfirewall", "ipsec"))) is not None:
            unfollowed.says(f"netsh has no context {quoted(words[0].text)}; did you mean `{meant}`?", words[0])
        return context or None, rest

    def _behind_options(self, words: tuple[Token, ...]) -> tuple[Token, ...] | None:
        """The words behind the options of `netsh`, with the context of `-c`; None if netsh does not run them here."""
        entered: tuple[Token, ...] = ()
        doubt: tuple[str, Token] | None = None
        index = 0
        while index < len(words) and words[index].text[:1] in {"-", "/"}:
            word = words[index]
            option = "-" + word.text[1:].casefold()
            if option in RUNS_FILE:
                self._unfollowed.runs_elsewhere(word)
                return None
            if option in _HELP:
                return None
            if option == "-r":
                doubt = doubt or (ON_ANOTHER_MACHINE, word)
            elif option == "-c" and index + 1 < len(words):
                entered = split_word(words[index + 1])
            elif option not in _OPTIONS_WITH_VALUE:
                doubt = doubt or (f"netsh has no option {quoted(word.text)}: nothing of this command is read", word)
            index += 2 if option in _OPTIONS_WITH_VALUE else 1
        behind = (*entered, *words[index:])
        if doubt is not None and (not behind or _names_ipsec(behind)):
            self._unfollowed.says(*doubt)
        return behind if doubt is None else None


class _Chosen(Struct):
    """A store other than the local one, the command that chose it, and the commands after its process ended."""

    store: str
    command: Command
    first: Span | None = None
    count: int = 0
    is_used: bool = False


class Session:
    """Follows the netsh processes of a script and the stores lost when they end."""

    def __init__(self) -> None:
        self._process = 0
        self._chosen: _Chosen | None = None
        self._is_over = False
        self._lost: list[_Chosen] = []

    def begins_anew(self, process: int) -> bool:
        """Take the process of a command: whether the chosen store was lost with the one before."""
        if process == self._process:
            return False
        self._process = process
        if self._chosen is None or self._is_over:
            return False
        self._is_over = True
        if not self._chosen.is_used:
            self._lost.append(self._chosen)
        return True

    @property
    def has_chosen(self) -> bool:
        """Whether a command chose another store, so that what changes is of interest."""
        return self._chosen is not None

    def choose(self, store: str | None, command: Command) -> None:
        """Take a change of the store; None is the local one."""
        self._chosen = None if store is None else _Chosen(store, command)
        self._is_over = False

    def change(self, span: Span) -> None:
        """Take a command that changes the current store."""
        if self._chosen is None:
            return
        if not self._is_over:
            self._chosen.is_used = True
            return
        self._chosen.first = self._chosen.first or span
        self._chosen.count += 1

    def lost(self) -> tuple[LostStore, ...]:
        """The stores that were lost before commands meant for them."""
        return tuple(
            LostStore(
                command=named(each.command),
                store=each.store,
                span=each.command.span,
                first=each.first,
                count=each.count,
            )
            for each in self._lost
            if each.first is not None
        )
