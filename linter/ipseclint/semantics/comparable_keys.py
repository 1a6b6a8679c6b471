"""Two states without preshared keys where one is hidden, of which nobody knows whether it is another."""

from __future__ import annotations

from ipseclint.model.machine import Machine
from ipseclint.model.policy import AuthenticationSet
from ipseclint.model.setting import Unknown


def with_comparable_keys(old: Machine, new: Machine) -> tuple[Machine, Machine, int]:
    """Both states, and how many keys of theirs are hidden: if any is, neither has keys any more."""
    hidden = sum(map(_hidden_keys, (old, new)))
    return (_without_keys(old), _without_keys(new), hidden) if hidden else (old, new, 0)


def _hidden_keys(machine: Machine) -> int:
    """The keys that Windows withheld, or that a script asks for."""
    keys = (method.preshared_key for each in machine.policy.authentication_sets for method in each.methods)
    return sum(key is not None and isinstance(key.value, Unknown) and key.value.hidden for key in keys)


def _without_keys(machine: Machine) -> Machine:
    sets = tuple(map(_without_key, machine.policy.authentication_sets))
    return machine.with_policy(machine.policy.model_copy(update={"authentication_sets": sets}))


def _without_key(crypto: AuthenticationSet) -> AuthenticationSet:
    methods = tuple(
        method if method.preshared_key is None else method.model_copy(update={"preshared_key": None})
        for method in crypto.methods
    )
    return crypto.model_copy(update={"methods": methods})
