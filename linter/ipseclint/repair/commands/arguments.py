"""The parts of commands, the arguments for fields, and quoting.

Names and values are quoted so that netsh, cmd.exe and PowerShell read back exactly what was meant.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any

from msgspec import Struct

from ipseclint.escape import UNSAFE
from ipseclint.late import late
from ipseclint.model.machine import PolicyIndex
from ipseclint.model.setting import Setting, Unknown

PSK_PLACEHOLDER = "<preshared key>"
"""A placeholder for a preshared key in a command: keys are never written."""

GPO_PLACEHOLDER = "<DOMAIN\\GPO>"
"""A placeholder for the name of a GPO in a command, where the export does not name it."""
_PLAIN_FOR_NETSH = late(r"[A-Za-z0-9_.,:/+\-{}\[\]*]+")
_PLAIN_FOR_POWERSHELL = late(r"[A-Za-z0-9_.:/\\=+-]+")
_POWERSHELL_QUOTES = late("['\u2018\u2019\u201a\u201b]")
_WILDCARD = late(r"[*?\[\]`]")
_PART = late(r"\{(\w+)\}")


class Unwritable(Struct, frozen=True):
    """Why a command language cannot express something: an error as a value."""

    reason: str


def netsh_value(text: str) -> str | Unwritable:
    """A value for netsh, in double quotes where necessary; within them cmd.exe acts on nothing but `%`.

    netsh has no escape for a double quote, and C programs read a backslash before one as an escape.
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
    """The name of an object for netsh, always in quotes; `all` would mean every object."""
    if text.casefold() == "all":
        return Unwritable("netsh takes the name 'all' for every object")
    value = netsh_value(text)
    return f'"{value}"' if value == text else value


def for_batch(line: str) -> str:
    """A netsh line for a batch file, where `%` is doubled; all else that cmd.exe acts on is in quotes."""
    return line.replace("%", "%%")


def powershell_string(text: str) -> str:
    """A PowerShell expression for exactly this text: a literal in single quotes, with unsafe characters by number."""
    if UNSAFE.search(text) is None:
        return _literal(text)
    pieces = []
    position = 0
    for match in UNSAFE.finditer(text):
        pieces += [_literal(text[position : match.start()]), _by_number(match[0])]
        position = match.end()
    pieces.append(_literal(text[position:]))
    return f"({' + '.join(pieces)})"


def _by_number(character: str) -> str:
    """A character by its UTF-16 code units, which PowerShell calls characters."""
    data = character.encode("utf-16-le", "surrogatepass")
    return " + ".join(f"[char]{int.from_bytes(data[at : at + 2], 'little')}" for at in range(0, len(data), 2))


def powershell_argument(text: str) -> str:
    """An argument for a program started by PowerShell, quoted where it must be."""
    return text if _PLAIN_FOR_POWERSHELL.fullmatch(text) else powershell_string(text)


def has_wildcard(text: str) -> bool:
    """Whether a cmdlet that takes wildcards would match more than this exact text."""
    return _WILDCARD.search(text) is not None


def _literal(text: str) -> str:
    # PowerShell takes the typographic single quotes for plain ones, and a doubled one for itself.
    return "'" + _POWERSHELL_QUOTES.sub(lambda match: match[0] * 2, text) + "'"


class Argument(Struct, frozen=True):
    """A tag and its value, unquoted; `name` if the value is the name of an object."""

    tag: str
    value: str
    name: bool = False


Head = tuple[str | Argument, ...]
"""The words of a netsh command before its first changing argument."""

Writer = Callable[[Any, PolicyIndex], Iterable[Argument | Unwritable]]
"""A function that makes the arguments for some fields of an object."""


class Line(Struct, frozen=True):
    """One netsh command; `separator` stands between tag and value."""

    head: Head
    arguments: tuple[Argument, ...] = ()
    separator: str = "="


class Form(Struct, frozen=True):
    """How netsh changes objects of one kind.

    `heads` gives the commands that reach the object, more than one if it is written on several rules. `serves` tells
    for which objects of the kind it works.
    """

    heads: Callable[[Any, PolicyIndex], tuple[Head, ...] | Unwritable]
    writers: Mapping[str, Writer]
    serves: Callable[[Any], bool] = lambda _object: True
    separator: str = "="


def value_of(setting: Setting[Any] | None, what: str) -> Any | Unwritable:
    """The value of a setting, if it is present and understood."""
    if setting is None:
        return Unwritable(f"the {what} is not given")
    if isinstance(setting.value, Unknown):
        return Unwritable(f"the {what} was not understood")
    return setting.value


def spelled(setting: Setting[Any] | None, table: Mapping[Any, str], what: str, tool: str) -> str | Unwritable:
    """A tool's word for a setting's value."""
    value = value_of(setting, what)
    if isinstance(value, Unwritable):
        return value
    word = table.get(value)
    return word if word is not None else Unwritable(f"{tool} has no word for the {what} {value}")


def whole(setting: Setting[int] | None, unit: int, what: str, unit_name: str) -> str | Unwritable:
    """A number in a larger unit, if it is a multiple of that."""
    value = value_of(setting, what)
    if isinstance(value, Unwritable):
        return value
    if value % unit:
        return Unwritable(f"the {what} is {value} s, which is not a whole number of {unit_name}")
    return str(value // unit)


def yes_no(setting: Setting[bool] | None, what: str) -> str | Unwritable:
    """`yes` or `no`."""
    value = value_of(setting, what)
    return value if isinstance(value, Unwritable) else ("yes" if value else "no")


def filled(template: str, **parts: str | Unwritable) -> str | Unwritable:
    """The template with its parts filled in, or the first used part that cannot be written."""
    for name in _parts_of(template):
        part = parts[name]
        if isinstance(part, Unwritable):
            return part
    return template.format(**parts)


@lru_cache(maxsize=256)
def _parts_of(template: str) -> tuple[str, ...]:
    """The names of the parts of a template, cached."""
    return tuple(_PART.findall(template))


def joined(separator: str, parts: Iterable[str | Unwritable]) -> str | Unwritable:
    """The parts joined, or the first that cannot be written."""
    texts: list[str] = []
    for part in parts:
        if isinstance(part, Unwritable):
            return part
        texts.append(part)
    return separator.join(texts)


def argument(tag: str, value: str | Unwritable, *, name: bool = False) -> tuple[Argument | Unwritable, ...]:
    """One argument, as writers give them."""
    return (value if isinstance(value, Unwritable) else Argument(tag, value, name),)


def unsayable(reason: str) -> Writer:
    """The writer of a field for which a tool has no argument."""
    return lambda _object, _index: (Unwritable(reason),)


def stated_arguments(
    subject: Any, writers: Mapping[str, Writer], index: PolicyIndex, needed: Collection[str] = ()
) -> tuple[Argument, ...] | Unwritable:
    """The arguments for the explicit fields of an object, and for those needed, in the order of the table."""
    stated = (writer for field, writer in writers.items() if field in needed or is_stated(getattr(subject, field)))
    arguments: dict[Argument, None] = {}
    for writer in dict.fromkeys(stated):
        for part in writer(subject, index):
            if isinstance(part, Unwritable):
                return part
            arguments[part] = None
    return tuple(arguments)


def is_stated(value: object) -> bool:
    """Whether an input gave this value itself: an explicit setting, a reference, a text, proposals that are not
    default."""
    if isinstance(value, Setting):
        return value.is_explicit
    if isinstance(value, tuple):
        return not value or any(is_stated(_first_setting(each)) for each in value)
    return value is not None


def _first_setting(value: object) -> object:
    """The setting of a proposal or method that tells whether the input gave it as a whole."""
    return getattr(value, "encryption", None) or getattr(value, "method", None)
