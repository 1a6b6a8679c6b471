"""The cryptography of VPN connections as PowerShell: one cmdlet states all six parts of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from ipseclint.model.change import Edit
from ipseclint.model.index import PolicyIndex
from ipseclint.model.policy import Dialect, MainModeCryptoSet, QuickModeCryptoSet
from ipseclint.model.setting import Setting
from ipseclint.repair.commands.forms import joined, spelled
from ipseclint.repair.commands.quoting import Unwritable, powershell_string
from ipseclint.vocabulary import vpn
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Integrity

_CHANGEABLE = frozenset({"proposals", "pfs_group"})
V = TypeVar("V", Cipher, Integrity, DhGroup)

_TOOL = "Set-VpnConnectionIPsecConfiguration"


def vpn_commands(edits: Iterable[Edit], index: PolicyIndex) -> tuple[str, ...] | Unwritable:
    """The commands for edits of VPN connections, one for each connection, or why one cannot be said."""
    main: dict[str, MainModeCryptoSet] = {}
    quick: dict[str, QuickModeCryptoSet] = {}
    for edit in edits:
        if not set(edit.fields) <= _CHANGEABLE:
            return Unwritable(f"{_TOOL} sets algorithms and groups only")
        match edit.after:
            case MainModeCryptoSet(name=name) as crypto:
                main[name] = crypto
            case QuickModeCryptoSet(name=name) as crypto:
                quick[name] = crypto
            case _:
                return Unwritable(f"{_TOOL} neither makes nor deletes anything")
    commands: list[str] = []
    for name in dict.fromkeys((*main, *quick)):
        command = _command(name, main.get(name) or _main_mode(name, index), quick.get(name) or _quick_mode(name, index))
        if isinstance(command, Unwritable):
            return command
        commands.append(command)
    return tuple(commands)


def _main_mode(name: str, index: PolicyIndex) -> MainModeCryptoSet | None:
    sets = index.policy.main_mode_crypto_sets
    return next((set_ for set_ in sets if set_.name == name and set_.dialect is Dialect.VPN), None)


def _quick_mode(name: str, index: PolicyIndex) -> QuickModeCryptoSet | None:
    sets = index.policy.quick_mode_crypto_sets
    return next((set_ for set_ in sets if set_.name == name and set_.dialect is Dialect.VPN), None)


def _command(name: str, main: MainModeCryptoSet | None, quick: QuickModeCryptoSet | None) -> str | Unwritable:
    if main is None or quick is None or len(main.proposals) != 1 or len(quick.proposals) != 1:
        return Unwritable(f"{_TOOL} wants one proposal for main mode and one for quick mode")
    words = [
        _parameter(vpn.AUTHENTICATION_TRANSFORM, quick.proposals[0].esp_integrity),
        _parameter(vpn.CIPHER_TRANSFORM, quick.proposals[0].encryption),
        _parameter(vpn.ENCRYPTION_METHOD, main.proposals[0].encryption),
        _parameter(vpn.INTEGRITY_CHECK_METHOD, main.proposals[0].integrity),
        _parameter(vpn.PFS_GROUP, quick.pfs_group),
        _parameter(vpn.DH_GROUP, main.proposals[0].dh_group),
    ]
    return joined(" ", (f"{_TOOL} -ConnectionName {powershell_string(name)}", *words, "-Force"))


def _parameter(part: vpn.Part[V], setting: Setting[V]) -> str | Unwritable:
    word = spelled(setting, part.written, part.name, _TOOL)
    return word if isinstance(word, Unwritable) else f"-{part.name} {word}"
