"""The machines of a run, each described by one input, or by several that are then checked together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from msgspec import Struct

from ipseclint.engine.apply_rules import Plan, run_rules, show_lines
from ipseclint.engine.checked import Checked, Work, crashes_of, findings_of, objects_of
from ipseclint.engine.keys.gate import joined
from ipseclint.engine.machines import make_machine
from ipseclint.engine.one_machine import by_machine
from ipseclint.finding import Finding
from ipseclint.model.machine import Machine
from ipseclint.model.site import Site
from ipseclint.packing import Chunk
from ipseclint.report import Crash
from ipseclint.rule import Scope
from ipseclint.semantics.digest import Digest


class Described(Struct, frozen=True):
    """One machine of a run and the inputs that describe it.

    `findings` are on several inputs taken together; None: the findings on its only input hold.
    """

    name: str
    inputs: tuple[Checked, ...]
    findings: tuple[Finding, ...] | None
    crashes: tuple[Crash, ...]
    objects: Chunk | None
    digest: Digest | None

    @property
    def has_evidence(self) -> bool:
        """Whether an input holds run-time evidence."""
        return any(each.has_evidence for each in self.inputs)

    def machine(self, site: Site, as_of: date) -> Machine:
        """The machine as it was read."""
        return make_machine(self.name, [each.read() for each in self.inputs], site, as_of)


def described(checked: Sequence[Checked], machine: str | None, work: Work) -> Iterator[Described]:
    """The machines that inputs describe; one machine if a name is given."""
    plans = [plan.only(Scope.MACHINE) for plan in work.plans]
    for name, group in by_machine(checked, machine):
        # The path of a single input is already masked.
        hidden = name if name == group[0].source.path else joined(each.keys for each in group).hidden(name)
        if work.alone and len(group) == 1:
            (only,) = group
            yield Described(hidden, (only,), None, only.crashes, only.objects, only.digest)
        else:
            yield _together(hidden, group, plans, work)


def _together(name: str, group: Sequence[Checked], plans: Sequence[Plan], work: Work) -> Described:
    read = [each.read() for each in group]
    machine = make_machine(name, read, work.site, work.as_of)
    outcomes = list(run_rules([machine], plans, work.site))
    found, _ = show_lines(findings_of(outcomes), (), group)
    return Described(
        machine.name,
        tuple(group),
        tuple(found),
        crashes_of(outcomes),
        Chunk.of(list(objects_of(machine))) if work.objects else None,
        work.digest(machine) if work.digests else None,
    )
