"""The registry values of a policy, looked up by key, and as subjects of findings."""

from __future__ import annotations

from ipseclint.finding import Subject
from ipseclint.model.policy import Policy, RegistryValue
from ipseclint.vocabulary import registry_keys

CONTROL_SET = rf"HKLM\{registry_keys.CONTROL_SET}"
SERVICES = rf"{CONTROL_SET}\Services"
"""The keys of the system and of its services, as `reg` writes them."""


def values_of(policy: Policy, key: str) -> dict[str, RegistryValue]:
    """The exported values of a key, by lower-case name; the hive's name and the control set do not matter."""
    return {name: value for name, value in _below(policy, key).items() if value.data.value is not None}


def absence_of(policy: Policy, key: str, name: str) -> RegistryValue | None:
    """The evidence that a key has no value of a name: the input says so, or it holds another value of a key exported
    whole.

    None: the value exists, or there is no evidence.
    """
    held = values_of(policy, key)
    if name.casefold() in held:
        return None
    below = _below(policy, key)
    said = below.get(name.casefold()) or below.get(registry_keys.ANY_VALUE)
    return said or next((value for value in held.values() if not value.alone), None)


def number(value: RegistryValue) -> int | None:
    """The number that a value holds, written in decimal, or in hexadecimal after `dword:` or `0x`; None if it
    is none."""
    text = (value.data.known or "").strip().casefold()
    digits, base = (text.partition(":")[2], 16) if text.startswith("dword:") else (text, 10)
    if digits.startswith("0x"):
        digits, base = digits[2:], 16
    try:
        return int(digits, base)
    except ValueError:
        return None


def registry_subject(value: RegistryValue) -> Subject:
    """A registry value as the subject of a finding."""
    return Subject(kind="registry_value", name=value.path.rpartition("\\")[2], id=value.path)


def _below(policy: Policy, key: str) -> dict[str, RegistryValue]:
    """The values of a key by name, including those that it is said not to have."""
    wanted = key.casefold() + "\\"
    by_name: dict[str, RegistryValue] = {}
    for value in policy.registry:
        path = value.path.casefold()
        start = path.find(wanted)
        name = path[start + len(wanted) :] if start >= 0 else ""
        if name and "\\" not in name and (value.data.value is not None or name not in by_name):
            by_name[name] = value
    return by_name
