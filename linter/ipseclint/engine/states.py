"""The states of a policy as they are read, from files, folders or standard input; and signs that a text was cut off."""

from __future__ import annotations

import os
import re
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.engine.inputs.paths import candidates
from ipseclint.engine.job import Job
from ipseclint.engine.keys.gate import Keys, joined
from ipseclint.engine.machines import ReadInput, called, make_machine, read_inputs, shortfall
from ipseclint.engine.negotiate import read_ends
from ipseclint.engine.one_machine import by_machine
from ipseclint.formats.parsed import SCRIPT_FORMATS
from ipseclint.late import late
from ipseclint.model.machine import Machine
from ipseclint.report import InputStatus
from ipseclint.source import SourceError

_NETSH = late(r"^[^#\r\n]*\bnetsh(?:\.exe)?\s+(?:advfirewall|ipsec)\b", re.IGNORECASE | re.MULTILINE)
_CMDLET = late(r"^[^#\r\n]*\b(?:New|Set|Copy|Remove)-NetIPsec\w+", re.IGNORECASE | re.MULTILINE)


class ReadState(Struct, frozen=True):
    """One of the two states as it was read; `cut` says where it ends within a line of the other."""

    name: str
    inputs: tuple[ReadInput, ...]
    machine: Machine
    cut: tuple[str, ...] = ()

    @property
    def shortfalls(self) -> tuple[str, ...]:
        """The parts of the inputs that were not understood, in words."""
        said = (shortfall(each.input, each.parsed.problems) for each in self.inputs)
        return tuple(why for why in said if why is not None) or self.cut

    @property
    def formats(self) -> tuple[str, ...]:
        """The formats of its inputs, except those without policy."""
        with_policy = (each.input for each in self.inputs if each.input.status is not InputStatus.NO_IPSEC)
        return tuple(dict.fromkeys(each.format or "unknown" for each in with_policy))

    @property
    def of_both_tools(self) -> tuple[str, ...]:
        """Its text inputs in which both netsh and cmdlets make rules."""
        scripts = [each for each in self.inputs if each.input.format in SCRIPT_FORMATS]
        texts = ((each.input.path, each.source.read_text()) for each in scripts)
        return tuple(path for path, text in texts if _NETSH.search(text) and _CMDLET.search(text))

    @property
    def keys(self) -> Keys:
        """The keys of all its inputs."""
        return joined(each.keys for each in self.inputs)


def read_state(path: str, job: Job) -> ReadState:
    """The machine that a file, a folder or standard input describes, however little of it was understood."""
    inputs = tuple(read_inputs(candidates([path])))
    machine = make_machine(called(path), inputs, job.site, job.today)
    return ReadState(machine.name, inputs, machine)


def read_states(old: str, new: str, job: Job) -> tuple[ReadState, ReadState]:
    """Both states; a text that ends within a line of the other one counts as understood in part."""
    before, after = read_state(old, job), read_state(new, job)
    return replace(before, cut=_damage_of_text(before, after)), replace(after, cut=_damage_of_text(after, before))


_TELLING_CHARACTERS = 12
"""Reasoned: the beginning of a line must be so long to identify the line."""


def comparable_texts(state: ReadState, other: ReadState) -> tuple[str, str] | None:
    """The texts of two states of one file each, in the same format; None if they have no whole texts of that sort."""
    if len(state.inputs) != 1 or len(other.inputs) != 1 or state.formats != other.formats:
        return None
    try:
        return state.inputs[0].source.read_text(), other.inputs[0].source.read_text()
    except SourceError:  # a log of events, or an export larger than a text may be, is read piece by piece
        return None


def _damage_of_text(state: ReadState, whole: ReadState) -> tuple[str, ...]:
    """Why a text is incomplete: it holds zeros, or its last line goes on in the other text of the same format."""
    if (texts := comparable_texts(state, whole)) is None:
        return ()
    text, other = texts
    if "\0" in text and "\0" not in other:
        return (f"{state.name} holds zero characters, and {whole.name} none: it was damaged",)
    last = text[max(text.rfind("\n"), text.rfind("\r")) + 1 :]
    if not last or not other.endswith(("\n", "\r")):
        return ()
    longer = [line for line in other.splitlines() if line.startswith(last)]
    is_beginning = other.startswith(text) or len(last) >= _TELLING_CHARACTERS
    if not is_beginning or not longer or last in longer:
        return ()
    return (f"{state.name} ends within a line that {whole.name} has whole: it was cut off there",)


def states_in(path: str, job: Job) -> list[ReadState]:
    """The machines that a path holds, each as a state of its own, without those that hold no policy."""
    states = []
    for name, group in by_machine(read_inputs(candidates([path])), None):
        machine = make_machine(name, group, job.site, job.today)
        states.append(ReadState(machine.name, tuple(group), machine))
    return [state for state in states if not state.machine.policy.is_empty]


def peers_in(path: str, job: Job) -> tuple[list[Machine], tuple[str, ...], Keys]:
    """The machines of a folder, each named by its path in it, what of them was not understood, and their keys."""
    ends = read_ends(path, job.site, job.today, as_one=False)
    machines = []
    for machine in ends.machines:
        name = os.path.relpath(machine.name, path) if Path(machine.name).exists() else machine.name
        machines.append(machine.model_copy(update={"name": machine.name if name == "." else name}))
    return machines, ends.shortfalls, ends.keys
