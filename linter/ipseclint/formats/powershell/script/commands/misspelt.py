"""Commands whose names Windows does not have, one letter off one that would bear on IPsec."""

from __future__ import annotations

from collections.abc import Iterable

from ipseclint.formats.kit.imported_certificates import of_certutil
from ipseclint.formats.kit.token import OTHER_DASHES
from ipseclint.formats.powershell.script.evaluator import Call
from ipseclint.formats.powershell.script.values.lists import flat
from ipseclint.formats.powershell.script.values.value import Table, Value, text_of
from ipseclint.formats.registry.policy import concerns_ipsec
from ipseclint.formats.registry.written import key_in_scripts
from ipseclint.vocabulary.cmdlets import IMPORTS, OTHER_NAMES, cmdlet, is_no_cmdlet
from ipseclint.vocabulary.services import SERVICES
from ipseclint.words import slip_of

_PROGRAM = "certutil"
_DASHES = dict.fromkeys(map(ord, OTHER_DASHES), "-")
"""What PowerShell takes for a hyphen before a parameter (language specification, 2.2.3)."""
OTHER_DASH = "a dash that is no hyphen stands in the name of a cmdlet: whether Windows finds it is not known"


def is_for_service_or_key(call: Call) -> bool:
    """Whether a command is handed the name of a service that IPsec stands on, or a key of IPsec."""
    given = (item for each in call.arguments if each.value is not None for item in flat(each.value))
    piped = (value for item in call.piped or () for value in _said(item))
    texts = [text_of(value) for value in (*given, *piped) if not value.is_unknown]
    return any(text.casefold() in SERVICES or concerns_ipsec(key_in_scripts(text) or "") for text in texts)


def _said(item: Value) -> Iterable[Value]:
    """A text that is piped in, or what an object says of its name and its key."""
    if not isinstance(item.data, Table):
        return (item,)
    return [item.data.values[name] for name in ("name", "pspath") if name in item.data.values]


def has_other_dash(call: Call) -> bool:
    """Whether the name of a cmdlet that would bear on IPsec has a dash of PowerShell in place of its hyphen."""
    plain = call.name.translate(_DASHES)
    if plain == call.name or plain.startswith("get-"):
        return False
    return cmdlet(plain) is not None or (plain in OTHER_NAMES and _bears(plain, call))


def _bears(name: str, call: Call) -> bool:
    """Whether a cmdlet of a name would bear on IPsec."""
    return name in IMPORTS or is_for_service_or_key(call)


def why_none(call: Call, written: str) -> str | None:
    """Why a command, as it is written, does nothing: Windows has none of its name; None for any other."""
    name = call.name
    if has_other_dash(call):
        return None
    if is_no_cmdlet(name):
        return "Windows has no cmdlet of this name"
    meant = None if name.startswith("get-") else slip_of(name, (*OTHER_NAMES, _PROGRAM))
    if meant is None:
        return None
    if meant == _PROGRAM:
        return "Windows has no program of this name" if of_certutil(written.split()[1:]) is not None else None
    return "Windows has no cmdlet of this name" if _bears(meant, call) else None
