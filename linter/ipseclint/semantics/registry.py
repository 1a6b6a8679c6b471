"""Values of a registry key in a policy."""

from __future__ import annotations

from ipseclint.model.policy import Policy, RegistryValue


def values_of(policy: Policy, key: str) -> dict[str, RegistryValue]:
    """The exported values of a key by name in lower case; the hive's name and the control set do not matter."""
    wanted = key.casefold() + "\\"
    by_name: dict[str, RegistryValue] = {}
    for value in policy.registry:
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
