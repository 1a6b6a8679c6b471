"""Values of a registry key, as rules ask for them."""

from __future__ import annotations

from ipseclint.finding import Subject
from ipseclint.model.machine import Machine
from ipseclint.model.policy import RegistryValue


def registry_values(machine: Machine, key: str) -> dict[str, RegistryValue]:
    """The exported values of a key by name in lower case; the hive's name and the control set do not matter."""
    wanted = key.casefold() + "\\"
    by_name: dict[str, RegistryValue] = {}
    for value in machine.policy.registry:
        path = value.path.casefold()
        start = path.find(wanted)
        name = path[start + len(wanted) :] if start >= 0 else ""
        if name and "\\" not in name:
            by_name[name] = value
    return by_name


def number(value: RegistryValue) -> int | None:
    """The number that a value holds, written as decimal or as `dword:` or `0x` hexadecimal; None if it is none."""
    text = (value.data.known or "").strip().casefold()
    digits, base = (text.partition(":")[2], 16) if text.startswith("dword:") else (text, 10)
    if digits.startswith("0x"):
        digits, base = digits[2:], 16
    try:
        return int(digits, base)
    except ValueError:
        return None


def registry_subject(value: RegistryValue) -> Subject:
    """A registry value as the thing to change."""
    return Subject(kind="registry_value", name=value.path.rpartition("\\")[2], id=value.path)
