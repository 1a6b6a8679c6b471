"""Repairs a PowerShell script, in its literals or by appended commands, and reads the result again to verify it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ipseclint.finding import ProblemCode
from ipseclint.formats.powershell.script.format import parse
from ipseclint.model.dialect import UNKNOWN_DOMAIN
from ipseclint.model.machine import PolicyIndex
from ipseclint.model.policy import Dialect, Policy
from ipseclint.repair.commands.arguments import GPO_PLACEHOLDER, PSK_PLACEHOLDER, Unwritable
from ipseclint.repair.commands.given_names import as_if_named, is_beside_names
from ipseclint.repair.commands.powershell import powershell_commands
from ipseclint.repair.commands.vpn import vpn_commands
from ipseclint.repair.script.literals import with_literals
from ipseclint.repair.script.rewritten import KEY_AGAIN, NO_PLACE, Edits, LeftOut, Rewritten, policy_after
from ipseclint.semantics.defaults import completed
from ipseclint.semantics.sameness import same_policy, same_remote_access, without_remote_access
from ipseclint.source import Source


def appended(source: Source, policy: Policy, groups: Sequence[Edits]) -> Rewritten:
    """The script with all groups of edits of its policy, each whole or not at all. Raises SourceError."""
    index = PolicyIndex(as_if_named(policy))
    known = Counter(problem.code for problem in parse(source).problems)
    result, done = source, Edits()
    worked_in: tuple[tuple[Edits, Sequence[str]], ...] = ()
    behind: tuple[Edits, ...] = ()
    left_out: list[LeftOut] = []
    for group in groups:
        commands = _commands([group], index)
        if isinstance(commands, Unwritable):
            left_out.append(LeftOut(group, commands.reason))
            continue
        if any(PSK_PLACEHOLDER in command for command in commands):
            left_out.append(LeftOut(group, KEY_AGAIN))
            continue
        meant = policy_after(policy, (*done, *group))
        # Always from the script as it was, whose places the policy has.
        ways_in = (((*worked_in, (group, commands)), behind), (worked_in, (*behind, group)))
        must_be_worked_in = is_beside_names(group, policy) or any(
            placeholder in command for command in commands for placeholder in (GPO_PLACEHOLDER, UNKNOWN_DOMAIN)
        )
        for ways in ways_in[:1] if must_be_worked_in else ways_in:
            written = with_literals(source, ways[0])
            lines = _commands(ways[1], index)
            if written is None or isinstance(lines, Unwritable):
                continue
            written = _with_commands(written, lines)
            if _reads_as(written, meant, known):
                (worked_in, behind), result, done = ways, written, (*done, *group)
                break
        else:
            left_out.append(LeftOut(group, NO_PLACE))
    return Rewritten(result, policy_after(policy, done), tuple(left_out))


def _commands(groups: Sequence[Edits], index: PolicyIndex) -> Sequence[str] | Unwritable:
    """The commands for groups of edits; those of a VPN are joined, since one command states a suite whole."""
    edits = [edit for group in groups for edit in group]
    of_vpns = [edit for edit in edits if edit.subject.dialect is Dialect.VPN]
    others = [edit for edit in edits if edit.subject.dialect is not Dialect.VPN]
    commands: list[str] = []
    for written in (powershell_commands(others, index), vpn_commands(of_vpns, index, as_it_is=True)):
        if isinstance(written, Unwritable):
            return written
        commands += written
    return commands


def _reads_as(source: Source, meant: Policy, known: Counter[ProblemCode]) -> bool:
    """Whether the script now gives exactly this policy, and no new problem."""
    parsed = parse(source)
    if not Counter(problem.code for problem in parsed.problems) <= known:
        return False
    # Which kinds a text holds none of is no part of what it sets up: the last of one may have gone.
    meant = meant.model_copy(update={"kinds_not_held": parsed.policy.kinds_not_held})
    return same_policy(without_remote_access(parsed.policy), without_remote_access(meant)) and same_remote_access(
        completed(parsed.policy), meant
    )


def _with_commands(source: Source, commands: Sequence[str]) -> Source:
    if not commands:
        return source
    text = source.read_text()
    end = "\r\n" if "\r\n" in text else "\n"
    lines = "".join(f"{command}{end}" for command in commands)
    return source.with_text(f"{text}{'' if text.endswith(end) else end}{lines}")
