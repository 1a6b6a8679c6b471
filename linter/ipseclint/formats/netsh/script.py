"""The format of netsh scripts: batch files, PowerShell scripts and `netsh -f` files with IPsec commands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Protocol

from ipseclint.finding import Problem
from ipseclint.formats.kit.diagnostics import Diagnostics, of_text
from ipseclint.formats.netsh.command import Command
from ipseclint.formats.netsh.course import course_of
from ipseclint.formats.netsh.flow import DOUBT, sections_by_argument
from ipseclint.formats.netsh.hosts import BATCH, calls_cmdlets, detect_host, hands_cmdlets_on
from ipseclint.formats.netsh.lexer import Lexer
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.model.machine import merge_policies
from ipseclint.model.policy import Policy
from ipseclint.secrets import key_spans
from ipseclint.source import HEAD_BYTES, Source, lines_of_text
from ipseclint.vocabulary.ipsec_tools import COMMANDS

_MARKUP = re.compile(r"\s*<(?!#)")
_COMMAND = re.compile(
    r"^(?![a-z]:\\[^>\r\n]*>|<)(?>[^\r\n]*?\bnetsh(?:\.exe)?\b)[^\r\n]*?\b(?:ips|adv)"
    r"|^[ \t]*(?:pushd[ \t]+|@?(?:>>?[ \t]*\S+[ \t]*)?echo[ \t]+)?"
    r"(?:ipsec[ \t]+(?:static|dynamic)|advfirewall[ \t]+(?:consec|mainmode|set[ \t]+global))\b",
    re.IGNORECASE | re.MULTILINE,
)


_ENTERED = re.compile(
    r"^[ \t]*(?:pushd[ \t]+)?(?:ipsec|advfirewall)(?:[ \t]+(?:static|dynamic|consec|mainmode|firewall))?[ \t]*\r?$",
    re.IGNORECASE | re.MULTILINE,
)
_IN_CONTEXT = re.compile(
    r"^[ \t]*(?:(?:static|dynamic|consec|mainmode)[ \t]+)?"
    r"(?:add|set|delete)[ \t]+(?:rule|policy|filter|mmpolicy|qmpolicy|global|store|config)",
    re.IGNORECASE | re.MULTILINE,
)
"""A context that is entered by a line of its own, and a command in one."""


_SIGN = re.compile(rf"^[ \t]*(?:\$\w+[ \t]*=[ \t]*)?(?:{COMMANDS})", re.IGNORECASE | re.MULTILINE)
"""A command of another tool at the start of a line."""

_FENCE = re.compile(r"^[ \t]*`{3}", re.MULTILINE)
"""What tells prose with quoted commands from a script of them."""


_MAX_PIECES = 16
"""Reasoned: over so many lines at most is a filter written."""

_STATIC = "ipsec static"
_OLDER = "ipseccmd"


class Replay(Protocol):
    """What carries out the commands of one group of contexts and tells what they leave behind."""

    def apply(self, command: Command) -> bool | None:
        """Carry out one command; True if it surely finds what it changes."""

    def finish(self) -> Policy:
        """The policy that the commands so far amount to."""


def recognise(source: Source) -> bool:
    """Whether a line calls netsh for IPsec or enters one of its IPsec contexts."""
    head = source.head_text
    if _MARKUP.match(head) or calls_cmdlets(head):
        return False
    if hands_cmdlets_on(head):
        return True
    if _COMMAND.search(head) is not None or (_ENTERED.search(head) and _IN_CONTEXT.search(head)):
        return True
    return _SIGN.search(head) is not None and _FENCE.search(head) is None


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """Replay the script's commands in order into the policy that they leave behind."""
    lexer = Lexer(detect_host(text[:HEAD_BYTES], diagnostics.path), diagnostics)
    diagnostics.secrets += key_spans(text, diagnostics.path)
    replays = Replays(diagnostics)
    lines = lines_of_text(text)
    course = None
    if lexer.host is BATCH:
        course = course_of(lines)
        lexer.skip(sections_by_argument(lines))
    until = 0
    for number, line, arguments in course or ((number, line, None) for number, line in enumerate(lines, start=1)):
        if number <= until or replays.takes_filter(number, line, lexer):
            continue
        if course is None and line.endswith("^"):
            until = replays.takes_continued_filter(number, lines, lexer)
            if until:
                continue
        for command in lexer.feed(number, line, arguments):
            replays.apply(command, lexer)
    for command in lexer.close():
        replays.apply(command, lexer)
    made = replays.finish()
    if lexer.handed_on:
        from ipseclint.formats.powershell.script.handed_on import policy_of

        made = merge_policies((made, policy_of(lexer.handed_on, lines, diagnostics)))
    policy = _without_certainty(made, lexer)
    policy = policy.model_copy(update={"refused_commands": diagnostics.refused_commands()})
    _summarise_doubts(diagnostics)
    secrets = sorted(set(diagnostics.secrets), key=lambda span: (span.line, span.column, span.length))
    return Parsed(policy=policy, problems=diagnostics.listed(), secrets=tuple(secrets))


def _without_certainty(policy: Policy, lexer: Lexer) -> Policy:
    """The policy that knows which names its rules refer to may stand in commands that were not followed."""
    words = lexer.words_not_followed
    references = (
        reference.target.casefold()
        for rule in policy.connection_security_rules
        for reference in (rule.policy, rule.filter_list, rule.filter_action)
        if reference is not None
    )
    names = tuple(sorted(words.intersection(references))) if words else ()
    update = {"names_not_followed": names, "open_ends": tuple(lexer.open_ends)}
    return policy.model_copy(update=update) if names or lexer.open_ends else policy


def _summarise_doubts(diagnostics: Diagnostics) -> None:
    """Say once, with a number, what is said of many commands: that they may not run."""
    first: dict[str, int] = {}
    counts: Counter[str] = Counter()
    kept: list[Problem] = []
    for problem in diagnostics.problems:
        is_doubt = problem.message.startswith(DOUBT)
        if is_doubt:
            counts[problem.message] += 1
        if not is_doubt or counts[problem.message] == 1:
            first.setdefault(problem.message, len(kept))
            kept.append(problem)
    for message, number in counts.items():
        if number > 1:
            more = "; so does 1 more" if number == 2 else f"; so do {number - 1} more"
            kept[first[message]] = kept[first[message]].model_copy(update={"message": message + more})
    diagnostics.problems[:] = kept


class Replays:
    """One replay for each tool. The modules of the rarer ones are loaded with their first command."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        self._diagnostics = diagnostics
        self._by_tool: dict[str, Replay] = {}
        self._take_filter: Callable[..., bool] | None = None
        self._policies: Callable[[], frozenset[str]] = frozenset
        self._older_commands = 0

    def takes_filter(self, number: int, line: str, lexer: Lexer) -> bool:
        """Whether a line is a plain filter of a script that has set up IP Security Policies before, and is done."""
        return self._take_filter is not None and self._take_filter(line, number, lexer)

    def takes_continued_filter(self, number: int, lines: Sequence[str], lexer: Lexer) -> int:
        """The number of the last line of a plain filter over several lines of a batch file, if it is done; else 0."""
        if self._take_filter is None or lexer.host is not BATCH:
            return 0
        pieces: list[str] = []
        for last, line in enumerate(lines[number - 1 : number - 1 + _MAX_PIECES], start=number):
            # cmd.exe takes the first letter of a further line for what it is, which makes no difference to a blank.
            if pieces and line[:1] not in {" ", "\t"}:
                return 0
            pieces.append(line.removesuffix("^"))
            if line.endswith("^") and line.count('"') % 2:
                return 0
            if not line.endswith("^"):
                whole = "".join(pieces)
                return last if self._take_filter(whole, number, lexer, len(pieces[0])) else 0
        return 0

    def apply(self, command: Command, lexer: Lexer) -> None:
        """Hand a command to the replay of its tool; what it names may exist if it is not understood."""
        if command.context == _OLDER:
            self._apply_older(command, lexer)
            return
        tool = "sc" if command.context == "net" else command.context
        tool = tool if tool in {_STATIC, *_MAKERS} else "advfirewall"
        if tool not in self._by_tool:
            self._by_tool[tool] = self._static() if tool == _STATIC else _MAKERS[tool](self._diagnostics)
        noted = self._diagnostics.count
        if not self._by_tool[tool].apply(command):
            lexer.failed()
        if self._diagnostics.count > noted:
            lexer.remember(command.words)

    def _apply_older(self, command: Command, lexer: Lexer) -> None:
        """Carry out a command of an older tool as those of netsh that leave the same."""
        from ipseclint.formats.netsh.ip_security.older_tools import static_commands

        self._older_commands += 1
        for netsh_command in static_commands(command, self._older_commands, self._policies()):
            self.apply(netsh_command, lexer)

    def _static(self) -> Replay:
        from ipseclint.formats.netsh.ip_security.fast_filters import take_filter
        from ipseclint.formats.netsh.ip_security.static import StaticReplay

        static = StaticReplay(self._diagnostics)
        self._policies = static.policy_names
        self._take_filter = lambda line, number, lexer, first_line=None: take_filter(
            line, number, lexer, static, first_line
        )
        return static

    def finish(self) -> Policy:
        """What all tools' commands amount to."""
        tools = sorted(self._by_tool, key=lambda tool: tool != _STATIC)
        policies = [self._by_tool[tool].finish() for tool in tools]
        return merge_policies(tuple(policy for policy in policies if not policy.is_empty) or (Policy(),))


def _advfirewall(diagnostics: Diagnostics) -> Replay:
    from ipseclint.formats.netsh.advfirewall.commands import AdvfirewallReplay

    return AdvfirewallReplay(diagnostics)


def _dynamic(diagnostics: Diagnostics) -> Replay:
    from ipseclint.formats.netsh.ip_security.dynamic import DynamicReplay

    return DynamicReplay(diagnostics)


def _registry(diagnostics: Diagnostics) -> Replay:
    from ipseclint.formats.netsh.tools import RegistryReplay

    return RegistryReplay(diagnostics)


def _services(diagnostics: Diagnostics) -> Replay:
    from ipseclint.formats.netsh.tools import ServiceReplay

    return ServiceReplay(diagnostics)


_MAKERS: dict[str, Callable[[Diagnostics], Replay]] = {
    "ipsec dynamic": _dynamic,
    "advfirewall": _advfirewall,
    "reg": _registry,
    "sc": _services,
}


FORMATS = (
    Format(
        name="netsh-script",
        title="netsh script with IPsec commands",
        recognise=recognise,
        parse=parse,
        how_to_export="none: it is the script that sets the policy up (.bat, .cmd, .ps1 or for netsh -f)",
        can_express="everything that netsh ipsec and netsh advfirewall consec, mainmode and set global can set; "
        "services and registry values of IPsec; rules of ipseccmd that block or permit",
        cannot_express="the state of the machine before the script ran",
    ),
)
