"""Values of a registry key, as rules ask for them."""

from __future__ import annotations

from ipseclint.finding import Subject
from ipseclint.model.machine import Machine
from ipseclint.model.policy import RegistryValue
from ipseclint.semantics.registry import absence_of, number, values_of
from ipseclint.vocabulary import registry_keys

__all__ = ["CONTROL_SET", "SERVICES", "number", "registry_absence", "registry_subject", "registry_values"]

CONTROL_SET = rf"HKLM\{registry_keys.CONTROL_SET}"
SERVICES = rf"{CONTROL_SET}\Services"
"""The keys of the system and of its services, as `reg` writes them."""


def registry_values(machine: Machine, key: str) -> dict[str, RegistryValue]:
    """The exported values of a key by name in lower case; the hive's name and the control set do not matter."""
    return values_of(machine.policy, key)


def registry_absence(machine: Machine, key: str, name: str) -> RegistryValue | None:
    """What tells that a key has no value of a name; None: it has one, or nothing tells."""
    return absence_of(machine.policy, key, name)


def registry_subject(value: RegistryValue) -> Subject:
    """A registry value as the thing to change."""
    return Subject(kind="registry_value", name=value.path.rpartition("\\")[2], id=value.path)
