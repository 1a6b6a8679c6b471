"""Rewrites the netsh script that a policy came from, and reads the result again to verify it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.finding import ProblemCode
from ipseclint.formats.netsh.recognition import detect_host
from ipseclint.formats.netsh.script import parse
from ipseclint.model.change import Edit
from ipseclint.model.kinds import OBJECT_KINDS
from ipseclint.model.machine import Machine, PolicyIndex
from ipseclint.model.policy import Policy, PolicyObject
from ipseclint.repair.commands.arguments import PSK_PLACEHOLDER, Line, Unwritable
from ipseclint.repair.commands.netsh import line_words, netsh_lines
from ipseclint.repair.script.editing import Placement, Script, Words
from ipseclint.repair.script.rewritten import KEY_AGAIN, NO_PLACE, Edits, LeftOut, Rewritten, policy_after
from ipseclint.semantics.sameness import same_policy
from ipseclint.source import Source, SourceError

MAX_READINGS = 200
"""The most times a script is read again while edits are tried (reasoned: two for each that is tried alone)."""


class _Task:
    """The policy before all edits, and the number of problems of each kind in the script.

    The script itself selects the store of a GPO before its commands: they are written as if all objects were local.
    """

    def __init__(self, policy: Policy, problems: Counter[ProblemCode]) -> None:
        self.policy = policy
        self.problems = problems
        self._twins = {id(each): _local(each) for each in policy.objects()}
        objects = {kind.field: getattr(policy, kind.field) for kind in OBJECT_KINDS}
        twins = {name: tuple(self._twins[id(each)] for each in value) for name, value in objects.items()}
        self.index = PolicyIndex(policy.model_copy(update=twins))

    def local(self, edit: Edit) -> Edit:
        """An edit as if its object were in the local store."""
        before = edit.before and self._twins.get(id(edit.before), edit.before)
        return replace(edit, before=before, result=edit.after and _local(edit.after))


def _local(policy_object: PolicyObject) -> PolicyObject:
    if getattr(policy_object, "store", None) is None:
        return policy_object
    return policy_object.model_copy(update={"store": None})


class _State(Struct, frozen=True):
    """The state of the work: the script so far, the edits that are in it, and those left out."""

    source: Source
    readings: int = 0
    done: Edits = ()
    left_out: tuple[LeftOut, ...] = ()


def rewritten(source: Source, policy: Policy, groups: Sequence[Edits]) -> Rewritten:
    """The script with all groups of edits of its policy, each whole or not at all. Raises SourceError.

    The result is always read again: a text that does not say exactly what was meant is discarded.
    """
    source.with_text(source.read_text())
    task = _Task(policy, Counter(each.code for each in parse(source).problems))
    state = _with_groups(_State(source), task, tuple(groups))
    return Rewritten(state.source, policy_after(policy, state.done), state.left_out)


def why_not_in_script(edits: Sequence[Edit], machine: Machine) -> str | None:
    """Why edits of a policy cannot be written in any netsh script. None: they can, if the script has a place
    for them."""
    commands = _commands(tuple(edits), machine.once(_task_of))
    return commands.reason if isinstance(commands, Unwritable) else None


def _task_of(machine: Machine) -> _Task:
    return _Task(machine.policy, Counter())


def _with_groups(state: _State, task: _Task, groups: tuple[Edits, ...]) -> _State:
    """All groups at once if the result reads as meant; else one half of them after the other."""
    if not groups:
        return state
    todo = tuple(edit for group in groups for edit in group)
    commands = _commands(todo, task)
    reason = commands.reason if isinstance(commands, Unwritable) else _no_place(commands)
    if not isinstance(commands, Unwritable):
        meant = policy_after(task.policy, (*state.done, *todo))
        for placement in Placement if len(groups) == 1 else (Placement.IN_PLACE,):
            if state.readings == MAX_READINGS:
                return replace(state, left_out=(*state.left_out, LeftOut(todo, "too many edits had to be tried")))
            source = _written(state.source, commands, placement)
            state = replace(state, readings=state.readings + 1)
            if source is not None and _reads_as(source, meant, task):
                return replace(state, source=source, done=(*state.done, *todo))
    if len(groups) == 1:
        return replace(state, left_out=(*state.left_out, LeftOut(todo, reason)))
    half = len(groups) // 2
    return _with_groups(_with_groups(state, task, groups[:half]), task, groups[half:])


def _no_place(commands: Sequence[Words]) -> str:
    if any(PSK_PLACEHOLDER in word for words in commands for word in words):
        return KEY_AGAIN
    return NO_PLACE


def _commands(edits: Edits, task: _Task) -> Sequence[Words] | Unwritable:
    """The commands for edits; an object that no command can change is deleted and created anew."""
    lines: list[Line] = []
    for edit in map(task.local, edits):
        edit_lines = netsh_lines([edit], task.index)
        if isinstance(edit_lines, Unwritable) and edit.before is not None and edit.after is not None:
            anew = netsh_lines([replace(edit, result=None), replace(edit, before=None)], task.index)
            edit_lines = edit_lines if isinstance(anew, Unwritable) else anew
        if isinstance(edit_lines, Unwritable):
            return edit_lines
        lines += edit_lines
    commands: list[Words] = []
    for words in map(line_words, lines):
        if isinstance(words, Unwritable):
            return words
        commands.append(words)
    return commands


def _written(source: Source, commands: Sequence[Words], placement: Placement) -> Source | None:
    text = Script(source.read_text(), detect_host(source.head_text)).edited(commands, placement)
    try:
        return None if text is None else source.with_text(text)
    except SourceError:
        return None


def _reads_as(source: Source, meant: Policy, task: _Task) -> bool:
    """Whether the script now gives exactly this policy, and no new problem."""
    parsed = parse(source)
    problems = Counter(each.code for each in parsed.problems)
    return problems <= task.problems and same_policy(parsed.policy, meant)
