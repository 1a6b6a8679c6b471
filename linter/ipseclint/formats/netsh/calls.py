"""Calls of netsh and tools beside it: the command in a part of a line, and whether it surely runs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ipseclint.formats.kit.run_files import BATCH_ENDINGS
from ipseclint.formats.kit.token import CALLED, LEFT_OUT, Token
from ipseclint.formats.netsh.command import (
    MAX_OPEN_VALUES,
    TOOL_CONTEXTS,
    WHAT_IS_NOT_KNOWN,
    Command,
    are_values,
    is_aside,
    sets_a_profile_aside,
    without_keys,
)
from ipseclint.formats.netsh.command_words import (
    PRINTERS,
    READ_CONTEXTS,
    calls_netsh,
    context_of,
    is_behind,
    is_verb,
    names_command,
    only_looks,
    sets_ikev2,
    sets_preshared_key,
    tool_command,
)
from ipseclint.formats.netsh.flow import MAY_BE_JUMPED_OVER, READ_AS_IF_RUN, Flow
from ipseclint.formats.netsh.hosts import BATCH, POWERSHELL, Host
from ipseclint.formats.netsh.process import LEAVING, CurrentContext
from ipseclint.formats.netsh.unfollowed import FED_FROM_ELSEWHERE, ON_ANOTHER_MACHINE, WRITES_A_FILE, Unfollowed
from ipseclint.formats.netsh.words import Part
from ipseclint.late import late
from ipseclint.vocabulary.ipsec_tools import mention_in

_CONTEXTS = READ_CONTEXTS | TOOL_CONTEXTS
_FIREWALL = "advfirewall firewall"
AT_PROMPT = "netsh is given no command here: cmd.exe, not netsh, takes the lines below for its own"
_OF_A_LOOP = late(r"%%?(?:~[a-z]{0,6})?[a-z](?![a-z0-9_]*%)", re.IGNORECASE)
"""The variable of a loop whose turns are not known."""
_OBJECT_OF_RAS = 3
"""How many words of `aaaa set ipsecpolicy` stand before its values."""
_PLACEHOLDER = late(r"<[A-Za-z][\w .-]{0,60}>")


class Calls:
    """Finds the calls of netsh and of the tools beside it in the parts of a script, in order.

    `context` is that of the next line. `prompt` is where netsh is called without a command, so that the lines below are
    typed to it. `process` counts the netsh processes.
    """

    def __init__(self, unfollowed: Unfollowed, flow: Flow) -> None:
        self.context = CurrentContext(unfollowed)
        self.prompt: Token | None = None
        self.process = 0
        self._is_prompt_told = False
        self._unfollowed = unfollowed
        self._flow = flow

    def begin_process(self) -> int:
        """Count a netsh process."""
        self.process += 1
        return self.process

    def takes(self, words: tuple[Token, ...], path: str) -> bool:
        """Whether words below a bare call of netsh are for it: typed to it, or lost in a batch file."""
        if self.prompt is None:
            return False
        is_typed = not path.casefold().endswith(BATCH_ENDINGS)
        if is_typed and words and words[0].word in LEAVING:
            self.prompt = None
            return True
        if not self.context.takes(words):
            return False
        if not is_typed and not self._is_prompt_told:
            self._is_prompt_told = True
            self._unfollowed.opens(AT_PROMPT, self.prompt)
        return True

    def called(self, words: tuple[Token, ...]) -> Command | None:
        """The command of a netsh call, given the words that netsh receives; None for one that is not read."""
        context, rest = self.context.of_netsh(words)
        if context == "ras" and sets_preshared_key(rest):
            self._note_key(rest)
        if not context or not rest or not (context in READ_CONTEXTS or (context == "ras" and sets_ikev2(rest))):
            return None
        return Command(context, rest, rest[0].line, self.begin_process())

    def command(
        self, part: Part, words: tuple[Token, ...], host: Host, doubt: str, *, is_piped: bool
    ) -> Command | None:
        """The command in the words of a part, if it runs; its open values are noted.

        `doubt` is the message why the part may not run, empty if it surely does.
        """
        if self._is_printed(part, words[0], is_piped=is_piped):
            return None
        if host is POWERSHELL and words[0].text in {"&", "."} and len(words) > 1:
            words = words[1:]
        first = words[0]
        is_netsh = calls_netsh(first.text)
        if is_netsh and self._is_without_words(part, words):
            return None
        noted = self._unfollowed.diagnostics.count
        if is_netsh:
            self.begin_process()
        context, rest = self._of_words(words, host, is_netsh=is_netsh)
        if is_netsh and host is BATCH and not (rest if context else words[1:]):
            self.prompt = first
        if context is None:
            if rest and self._unfollowed.diagnostics.count == noted:
                self._unfollowed.command(part, words, host, is_netsh=is_netsh)
            return None
        if not rest or not (is_netsh or context in _CONTEXTS or any(is_verb(each.text.casefold()) for each in rest)):
            self.context.name = context
            return None
        if not self._is_read(part, context, rest, first):
            return None
        variables = tuple(
            each
            for each in part.variables[: MAX_OPEN_VALUES + 1]
            if is_behind(each, first, is_netsh or context in TOOL_CONTEXTS) and not is_aside(each, rest)
        )
        return self._carried_out(part, Command(context, rest, rest[0].line, self.process, variables), first, doubt)

    def decides_on_no_concern(self, part: Part, words: tuple[Token, ...]) -> bool:
        """Whether the line of a condition is a single command on firewall rules without bearing on IPsec."""
        at = next((index for index, word in enumerate(words) if calls_netsh(word.text)), len(words) - 1)
        context, rest = context_of(words[at + 1 :], "")
        if not rest or part.raw.casefold().count("netsh") != 1:
            return False
        variables = tuple(each for each in part.variables if is_behind(each, words[at], True))
        return self._is_of_no_concern(context, rest, variables)

    def _is_read(self, part: Part, context: str, words: tuple[Token, ...], first: Token) -> bool:
        """Whether commands of a context are read; the effect on IPsec of others is noted."""
        if context in _CONTEXTS or (context == "ras" and sets_ikev2(words)):
            return True
        if context == "ras" and sets_preshared_key(words):
            self._note_key(words)
        elif context == "ras" and any(each.text.casefold().startswith("ikev2") for each in words):
            self._unfollowed.says("what `netsh ras` sets for IKEv2 is not read", words[0])
        elif (mention := mention_in(part.raw)) is not None and mention.tool.kind == "another context":
            self._unfollowed.names(mention, first, part.raw)
        return False

    def _note_key(self, words: tuple[Token, ...]) -> None:
        """Note the preshared key of L2TP that a VPN server is given, which no message shows."""
        self._unfollowed.diagnostics.secrets.extend(span for word in words[_OBJECT_OF_RAS:] for span in word.spans)
        self._unfollowed.says("the preshared key that `netsh ras` sets for L2TP is not read", words[0])

    def _is_printed(self, part: Part, first: Token, *, is_piped: bool) -> bool:
        """Whether words are printed rather than run; a program that reads them from there is not followed."""
        keyword = first.text.casefold()
        if keyword not in PRINTERS and not keyword.startswith("echo."):
            return False
        if part.redirected and mention_in(part.raw):
            self._unfollowed.says(WRITES_A_FILE, first)
        elif is_piped and mention_in(part.raw):
            self._unfollowed.says("hands this command to another program, which is not followed", first)
        return True

    def _is_without_words(self, part: Part, words: tuple[Token, ...]) -> bool:
        """Whether netsh is called with an incomplete command: with a placeholder, or read from elsewhere."""
        if part.fed and _PLACEHOLDER.search(part.raw):
            message = "a placeholder in angle brackets stands where a value has to: nothing of this command is read"
            self._unfollowed.says(message, words[0])
            return True
        if (part.separator == "|" or part.fed) and not names_command(words[1:]):
            self._unfollowed.opens(FED_FROM_ELSEWHERE, words[0])
            return True
        return False

    def _carried_out(self, part: Part, command: Command, first: Token, doubt: str) -> Command | None:
        """A command, if it surely runs and its effect is known; what is open is noted."""
        context, rest, variables = command.context, command.words, command.variables
        verb = rest[0].text.casefold()
        if (variables and (only_looks(verb) or sets_a_profile_aside(context, rest))) or (
            self._is_of_no_concern(context, rest, variables) and (doubt or self._flow.may_not_run(verb))
        ):
            return None
        left_out = None if only_looks(verb) else _left_out(rest)
        if left_out is not None:
            self._unfollowed.keeps(rest)
            self._unfollowed.opens("what is left out here is not known: nothing of this command is read", left_out)
            return None
        if variables and not are_values(variables, context, rest):
            self._unfollowed.opens(WHAT_IS_NOT_KNOWN, variables[0])
        elif self.context.is_elsewhere:
            self._unfollowed.says(ON_ANOTHER_MACHINE, first)
        elif doubt and not only_looks(verb):
            self._unfollowed.leaves_open(variables or ((first,) if _OF_A_LOOP.search(part.raw) else ()))
            self._unfollowed.says(doubt, first)
        elif self._flow.may_not_run(verb) and not only_looks(verb):
            self._unfollowed.leaves_open(variables)
            self._unfollowed.says(MAY_BE_JUMPED_OVER, first)
        else:
            if self._flow.may_have_left and self._flow.owes_word_of_jump and not only_looks(verb):
                self._flow.owes_word_of_jump = False
                self._unfollowed.says(READ_AS_IF_RUN, first)
            if variables and context != _FIREWALL:  # nothing names its rules
                self._unfollowed.fills_in(variables, rest)
            return Command(context, without_keys(variables, rest), command.line, command.process, variables)
        return None

    def _is_of_no_concern(self, context: str, words: tuple[Token, ...], variables: tuple[Token, ...]) -> bool:
        """Whether a command on firewall rules leaves alone those that bear on IPsec."""
        if context != _FIREWALL:
            return False
        from ipseclint.formats.netsh.advfirewall.firewall_rules import is_of_no_concern

        is_none = not variables and is_of_no_concern(words, has_rules=self._unfollowed.has_firewall_rules)
        self._unfollowed.has_firewall_rules |= not is_none and not only_looks(words[0].text.casefold())
        return is_none

    def _of_words(
        self, words: tuple[Token, ...], host: Host, *, is_netsh: bool
    ) -> tuple[str | None, tuple[Token, ...]]:
        """The context of a command, and its words in that context."""
        if is_netsh:
            return self.context.of_netsh(words[1:])
        return (tool_command(words) if host is BATCH else None) or self.context.of_line(words, host)


def _left_out(words: Sequence[Token]) -> Token | None:
    """The ellipsis by which a document shortens a command, if any."""
    tags = ("", "", *(word.text.casefold() for word in words))
    return next(
        (word for word, tag in zip(words, tags, strict=False) if tag not in CALLED and LEFT_OUT.fullmatch(word.text)),
        None,
    )
