"""Registry values in texts of other tools: a word for the type, data as digits or text."""

from __future__ import annotations

import re

from ipseclint.formats.kit.diagnostics import quoted
from ipseclint.formats.kit.read import decimal
from ipseclint.formats.kit.token import Token
from ipseclint.formats.registry.tree import Kind, Value
from ipseclint.late import late

KINDS = {
    "REG_SZ": Kind.SZ, "REG_EXPAND_SZ": Kind.EXPAND_SZ, "REG_MULTI_SZ": Kind.MULTI_SZ, "REG_DWORD": Kind.DWORD,
    "REG_QWORD": Kind.QWORD, "REG_BINARY": Kind.BINARY,
}  # fmt: skip
"""The types by their words."""
KINDS_IN_SCRIPTS = {word.casefold(): kind for word, kind in KINDS.items()} | {
    "string": Kind.SZ, "expandstring": Kind.EXPAND_SZ, "multistring": Kind.MULTI_SZ, "dword": Kind.DWORD,
    "qword": Kind.QWORD, "binary": Kind.BINARY,
}  # fmt: skip
"""The same, folded, beside the words of .NET (RegistryValueKind), which PowerShell and modules of Ansible take."""

NUMBERS = frozenset({Kind.DWORD, Kind.QWORD})

HIVES = {
    "HKLM": "HKEY_LOCAL_MACHINE", "HKCU": "HKEY_CURRENT_USER", "HKCR": "HKEY_CLASSES_ROOT", "HKU": "HKEY_USERS",
}  # fmt: skip
"""The hives by their short names."""

_HIVE = late(
    r"(?:microsoft\.powershell\.core\\)?(?:registry::)?"
    r"(hklm|hkey_local_machine|hkcu|hkey_current_user|hkcr|hkey_classes_root)(?::[\\/]*|[\\/]+|\Z)",
    re.IGNORECASE,
)
_HEXADECIMAL = late(r"[0-9A-Fa-f]{1,16}")


def key_in_scripts(text: str) -> str | None:
    """The path of a key from the root, as PowerShell and Ansible name it; None for other hives and other texts.

    The drive `HKLM:` needs no separator behind it.
    """
    match = _HIVE.match(text)
    if match is None:
        return None
    hive = match[1].upper()
    return f"{HIVES.get(hive, hive)}\\" + text[match.end() :].replace("/", "\\").strip("\\")


def hexadecimal(text: str, sign: str = "") -> int | None:
    """The number of up to 64 bits in hexadecimal digits, behind the sign that tells of them; None if it is none."""
    before, digits = text[: len(sign)], text[len(sign) :]
    return int(digits, 16) if before.casefold() == sign and _HEXADECIMAL.fullmatch(digits) is not None else None


def no_number(name: str, data: Token) -> str:
    """What is said of a value whose data is no number."""
    return f"{quoted(name)} is not a number{f': {quoted(data.text)}' if data.text.strip() else ''}"


def written_value(name: str, kind: Kind, data: Token, *, number: int | None = None) -> Value:
    """A value from text: decimal digits, hexadecimal bytes, or the text itself, by its type.

    `number` is the number, if it is written in other digits.
    """
    if kind in NUMBERS:
        shown = decimal(data.text) if number is None else number
        is_number = shown is not None and shown >> 64 == 0
        return Value(name, kind, data, number=shown, data=(shown or 0).to_bytes(8, "little") if is_number else b"")
    if kind is Kind.BINARY:
        digits = data.text.removeprefix("0x")
        is_hexadecimal = len(digits) % 2 == 0 and all(sign in "0123456789abcdefABCDEF" for sign in digits)
        return Value(name, kind, data, data=bytes.fromhex(digits) if is_hexadecimal else b"")
    return Value(name, kind, data, data=data.text.encode("utf-16-le", "surrogatepass") + b"\0\0")
