"""Values at the root of a store, and of its profiles (MS-GPFAS 2.2.1, 2.2.2)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.read import flags, word
from ipseclint.formats.kit.token import token_at
from ipseclint.formats.kit.unread import note_unread
from ipseclint.formats.registry.firewall.fields import KNOWN_VERSIONS
from ipseclint.formats.registry.firewall.words import (
    CRL_LEVELS,
    KEY_ENCODINGS,
    NAT_LEVELS,
    PROFILE_KEYS,
)
from ipseclint.formats.registry.tree import Key, Value
from ipseclint.late import late
from ipseclint.model.policy import Exemption, GlobalSettings, Profile, RegistryValue, WindowsHost
from ipseclint.model.setting import Setting
from ipseclint.vocabulary.registry_keys import FIREWALL_RULES
from ipseclint.vocabulary.rows import names
from ipseclint.vocabulary.settings import EXEMPTION_BITS, QUEUING_BITS
from ipseclint.words import slip_of

T = TypeVar("T")

Reader = Callable[[Value, int, Diagnostics], dict[str, Setting[Any]]]
"""What makes settings of a value and its number."""

_FLAGS = {0: False, 1: True}

_UNREAD = frozenset(
    {
        "ipsectunnelremotemachineauthorizationlist",
        "ipsectunnelremoteuserauthorizationlist",
        "ipsectransportremotemachineauthorizationlist",
        "ipsectransportremoteuserauthorizationlist",
    }
)
"""Values that say who may connect (MS-GPFAS 2.2.1): kept as they are, for reports to say that no rule judges them."""

_RULE = late(r"[ \t]*v\d{1,3}\.\d{1,3}\|", re.IGNORECASE)
"""How the text of a rule begins."""
_OF_RULES = ", ".join(FIREWALL_RULES)

_MERGE = "allowlocalipsecpolicymerge"
"""Whether local connection security rules hold, in the key of a profile."""

_OF_NO_CONCERN = names(
    "enablefirewall disablestealthmode shielded disableunicastresponsestomulticastbroadcast logdroppedpackets "
    "logsuccessfulconnections logignoredrules logfilesize logfilepath disablenotifications allowuserprefmerge "
    "allowlocalpolicymerge defaultoutboundaction defaultinboundaction donotallowexceptions disabledinterfaces "
    "disablestealthmodeipsecsecuredpacketexemption"
)
"""The other values of a profile (MS-GPFAS 2.2.2)."""

_VERSION = "policyversion"
"""The version that the policy is written in, which tells the Windows that wrote it."""


def unread_values(root: Key, path: str) -> Iterator[RegistryValue]:
    """The values at the root of a store that are no known settings, with their path.

    `global_settings` notes those among them whose names look like IPsec settings.
    """
    for folded, value in root.values.items():
        is_known = folded in _READERS or folded == _VERSION
        if folded and not is_known and (folded in _UNREAD or not _is_ipsec(folded)):
            shown = str(value.number) if value.number is not None else value.text.text
            yield RegistryValue(path=f"{path}\\{value.name}", data=Setting(shown, value.text.span))


def writing_host(root: Key, store: str | None) -> WindowsHost | None:
    """The Windows version that wrote a store, from its policy version (MS-FASP 2.2.42)."""
    value = root.values.get(_VERSION)
    if value is None or value.number is None:
        return None
    return WindowsHost(span=value.text.span, policy_version=Setting(value.number, value.text.span), store=store)


def _is_ipsec(folded: str) -> bool:
    return folded.startswith("ipsec") or (folded != _VERSION and slip_of(folded, (*_READERS, _VERSION)) is not None)


def global_settings(root: Key, store: str | None, diagnostics: Diagnostics) -> GlobalSettings | None:
    """The settings of a store; None if none concern IPsec."""
    settings: dict[str, Setting[Any]] = {}
    for folded, value in root.values.items():
        reader = _READERS.get(folded)
        if reader is not None:
            settings |= _read(reader, value, diagnostics)
        elif _is_ipsec(folded) and folded not in _UNREAD:
            diagnostics.not_understood(f"unknown setting {quoted(value.name)} ({KNOWN_VERSIONS})", value.text.span)
        elif _RULE.match(value.text.text) is not None:
            message = f"a rule stands here: Windows reads rules only below {_OF_RULES}"
            diagnostics.not_understood(message, value.text.span)
    merge = _merge(root, diagnostics)
    if not (settings or merge):
        return None
    places = [each.span for each in (*settings.values(), *merge.values())]
    first = min(places, key=lambda each: (each.line, each.column))
    name = "global settings" if store is None else f"global settings of {store}"
    return GlobalSettings(name=name, span=first, local_rules_merge=merge, store=store).model_copy(update=settings)


def _read(reader: Reader, value: Value, diagnostics: Diagnostics) -> dict[str, Setting[Any]]:
    if value.number is None:
        diagnostics.malformed(f"{quoted(value.name)} is not a number", value.text.span)
        return {}
    return reader(value, value.number, diagnostics)


def _idle(value: Value, number: int, _diagnostics: Diagnostics) -> dict[str, Setting[Any]]:
    return {"sa_idle_seconds": Setting(number, value.text.span)}


def _exemptions(value: Value, number: int, _diagnostics: Diagnostics) -> dict[str, Setting[Any]]:
    span = value.text.span
    members: frozenset[Exemption] = frozenset(item for bit, item in EXEMPTION_BITS.items() if number & bit)
    return {"exemptions": Setting(members, span), "exemption_bits": Setting(number, span)}


def _crl(value: Value, number: int, _diagnostics: Diagnostics) -> dict[str, Setting[Any]]:
    # A level without a meaning is kept: a rule reports it.
    level: dict[str, Setting[Any]] = {"crl_check_level": Setting(number, value.text.span)}
    if number in CRL_LEVELS:
        level["crl_check"] = Setting(CRL_LEVELS[number], value.text.span)
    return level


def _nat(value: Value, _number: int, diagnostics: Diagnostics) -> dict[str, Setting[Any]]:
    return {"nat_traversal": _looked_up(value, NAT_LEVELS, diagnostics)}


def _encoding(value: Value, _number: int, diagnostics: Diagnostics) -> dict[str, Setting[Any]]:
    return {"preshared_key_encoding": _looked_up(value, KEY_ENCODINGS, diagnostics)}


def _queuing(value: Value, number: int, diagnostics: Diagnostics) -> dict[str, Setting[Any]]:
    written = [token_at(str(number), value.text.span)]
    directions = flags(written, QUEUING_BITS, {}, f"value of {quoted(value.name)}", diagnostics)
    return {} if directions is None else {"packet_queuing": directions}


def _matching(value: Value, _number: int, diagnostics: Diagnostics) -> dict[str, Setting[Any]]:
    return {"match_auth_set_per_key_module": _looked_up(value, _FLAGS, diagnostics)}


_READERS: dict[str, Reader] = {
    "saidltime": _idle,
    "ipsecexempt": _exemptions,
    "strongcrlcheck": _crl,
    "ipsecthroughnat": _nat,
    "presharedkeyencoding": _encoding,
    "enablepacketqueue": _queuing,
    "ipsecopportunisticallymatchauthsetperkm": _matching,
}
"""What reads each value, by its folded name."""


def _merge(root: Key, diagnostics: Diagnostics) -> dict[Profile, Setting[bool]]:
    merge: dict[Profile, Setting[bool]] = {}
    for folded, key in root.keys.items():
        profile = PROFILE_KEYS.get(folded)
        if profile is None:
            continue
        for other in key.values.values():
            if (other_folded := other.name.casefold()) != _MERGE and other_folded not in _OF_NO_CONCERN:
                note_unread(other.name, other.text.span, (_MERGE,), diagnostics, kind="value")
        value = key.values.get(_MERGE)
        if value is None:
            continue
        merge.setdefault(profile, _looked_up(value, _FLAGS, diagnostics))
    return merge


def _looked_up(value: Value, table: Mapping[int, T], diagnostics: Diagnostics) -> Setting[T]:
    if value.number is not None and value.number in table:
        return Setting(table[value.number], value.text.span)
    token = value.text if value.number is None else token_at(str(value.number), value.text.span)
    words = {str(number): meaning for number, meaning in table.items()}
    return word(token, words, f"value of {quoted(value.name)}", diagnostics)
