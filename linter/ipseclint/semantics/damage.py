"""Whether a state is a policy that changed, or an export that is damaged, cut off or mixed from two machines."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.model.index import PolicyIndex, Rule
from ipseclint.model.kinds import label
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Dialect
from ipseclint.semantics.meaning import meaning

_ROLES = ("first_authentication", "second_authentication", "quick_mode_crypto", "main_mode_crypto")


def signs_of_damage(machine: Machine, name: str, other: Machine, other_name: str) -> Iterator[str]:
    """What no change of policy leaves behind: references into the void that held before, and one id for two objects."""
    index, before = machine.index, other.index
    rules: tuple[Rule, ...] = (*machine.policy.connection_security_rules, *machine.policy.main_mode_rules)
    for rule in rules:
        for role in _ROLES:
            reference = getattr(rule, role, None)
            if reference is None or rule.dialect is not Dialect.WFAS:
                continue
            target = reference.target.casefold()
            if not _has(index, target) and _has(before, target):
                yield (
                    f"{label(rule)} uses {reference.target}, which {other_name} has and {name} has not: "
                    f"{name} is incomplete, or mixed from two machines; {other_name} has what is missing"
                )
    by_id: dict[tuple[str, str, str | None], object] = {}
    for thing in machine.policy.objects():
        if thing.id is None or getattr(thing, "builtin", False):
            continue
        # Every GPO has its own objects: default sets have one id in all of them.
        key, says = (thing.kind, thing.id.casefold(), getattr(thing, "store", None)), meaning(machine, thing)
        if by_id.setdefault(key, says) != says:
            yield f"{name} has two objects of the id {thing.id} that say different things: it is mixed from two states"


def _has(index: PolicyIndex, target: str) -> bool:
    tables = (index.first_authentication, index.second_authentication, index.quick_mode, index.main_mode)
    return any(target in table for table in tables)
