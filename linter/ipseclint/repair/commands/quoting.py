"""Quoting of names and values, so that netsh, cmd.exe and PowerShell read back exactly what was meant."""

from __future__ import annotations

from msgspec import Struct

from ipseclint.escape import UNSAFE
from ipseclint.late import late

PSK_PLACEHOLDER = "<preshared key>"
"""What stands in a command where a preshared key is needed: keys are never written."""

GPO_PLACEHOLDER = "<DOMAIN\\GPO>"
"""What stands in a command where the name of a group policy object is needed and the export does not tell it."""


class Unwritable(Struct, frozen=True):
    """Why something cannot be said in a command language: an error as a value."""

    reason: str


_PLAIN_FOR_NETSH = late(r"[A-Za-z0-9_.,:/+\-{}\[\]*]+")
_PLAIN_FOR_POWERSHELL = late(r"[A-Za-z0-9_.:/\\=+-]+")
_POWERSHELL_QUOTES = late("['\u2018\u2019\u201a\u201b]")
_WILDCARD = late(r"[*?\[\]`]")


def netsh_value(text: str) -> str | Unwritable:
    """A value as netsh reads it, in double quotes where it needs them; cmd.exe leaves quoted text alone but for `%`.

    netsh knows no escape for a double quote, and C programs read a backslash before one as an escape.
    """
    if '"' in text:
        return Unwritable("netsh has no escape for a double quote in a name")
    if UNSAFE.search(text):
        return Unwritable("netsh cannot be given control characters, nor what a pipeline agent takes for a command")
    if _PLAIN_FOR_NETSH.fullmatch(text):
        return text
    if text.endswith("\\"):
        return Unwritable("netsh takes a backslash before the closing quote for an escape")
    return f'"{text}"'


def netsh_name(text: str) -> str | Unwritable:
    """The name of an object as netsh reads it, always in quotes; `all` would mean every object."""
    if text.casefold() == "all":
        return Unwritable("netsh takes the name 'all' for every object")
    value = netsh_value(text)
    return f'"{value}"' if value == text else value


def for_batch(line: str) -> str:
    """A netsh line for a batch file, where `%` is doubled; all else that cmd.exe acts on stands in quotes."""
    return line.replace("%", "%%")


def powershell_string(text: str) -> str:
    """A PowerShell expression for exactly this text: a literal in single quotes, by number what is not safe to show."""
    pieces = []
    position = 0
    for match in UNSAFE.finditer(text):
        pieces += [_literal(text[position : match.start()]), _by_number(match[0])]
        position = match.end()
    pieces.append(_literal(text[position:]))
    return pieces[0] if len(pieces) == 1 else f"({' + '.join(pieces)})"


def _by_number(character: str) -> str:
    """A character as its units of UTF-16, which are what PowerShell calls characters."""
    data = character.encode("utf-16-le", "surrogatepass")
    return " + ".join(f"[char]{int.from_bytes(data[at : at + 2], 'little')}" for at in range(0, len(data), 2))


def powershell_argument(text: str) -> str:
    """An argument for a program started by PowerShell, quoted where it must be."""
    return text if _PLAIN_FOR_POWERSHELL.fullmatch(text) else powershell_string(text)


def has_wildcard(text: str) -> bool:
    """Whether a cmdlet that takes wildcards would read the text as anything but itself."""
    return _WILDCARD.search(text) is not None


def _literal(text: str) -> str:
    # PowerShell takes the typographic single quotes for plain ones, and a doubled one for itself.
    return "'" + _POWERSHELL_QUOTES.sub(lambda match: match[0] * 2, text) + "'"
