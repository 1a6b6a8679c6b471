"""Works a repair into a PowerShell script, or puts it behind as commands, and reads the result again to prove it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ipseclint.finding import ProblemCode
from ipseclint.formats.powershell.script.format import parse
from ipseclint.model.index import PolicyIndex
from ipseclint.model.policy import Policy
from ipseclint.repair.commands.powershell import powershell_commands
from ipseclint.repair.commands.quoting import PSK_PLACEHOLDER, Unwritable
from ipseclint.repair.script.literals import with_literals
from ipseclint.repair.script.rewriting import Edits, LeftOut, Rewritten, policy_after
from ipseclint.semantics.sameness import same_policy
from ipseclint.source import Source

_NO_PLACE = "the script as it is written leaves no place for it"


def appended(source: Source, policy: Policy, groups: Sequence[Edits]) -> Rewritten:
    """The script with all groups of edits of its policy behind it, each whole or not at all. Raises SourceError."""
    index = PolicyIndex(policy)
    known = Counter(problem.code for problem in parse(source).problems)
    done: Edits = ()
    left_out: list[LeftOut] = []
    for group in groups:
        commands = powershell_commands(group, index)
        if isinstance(commands, Unwritable):
            left_out.append(LeftOut(group, commands.reason))
            continue
        if any(PSK_PLACEHOLDER in command for command in commands):
            left_out.append(LeftOut(group, "a preshared key would have to be written again"))
            continue
        meant = policy_after(policy, (*done, *group))
        ways = (with_literals(source, group, commands), _with_commands(source, commands))
        written = next((way for way in ways if way is not None and _reads_as(way, meant, known)), None)
        if written is None:
            left_out.append(LeftOut(group, _NO_PLACE))
        else:
            source, done = written, (*done, *group)
    return Rewritten(source, policy_after(policy, done), tuple(left_out))


def _reads_as(source: Source, meant: Policy, known: Counter[ProblemCode]) -> bool:
    """Whether the script says exactly this, and nothing in it became unreadable."""
    parsed = parse(source)
    return Counter(problem.code for problem in parsed.problems) <= known and same_policy(parsed.policy, meant)


def _with_commands(source: Source, commands: Sequence[str]) -> Source:
    text = source.read_text()
    end = "\r\n" if "\r\n" in text else "\n"
    lines = "".join(f"{command}{end}" for command in commands)
    return source.with_text(f"{text}{'' if text.endswith(end) else end}{lines}")
