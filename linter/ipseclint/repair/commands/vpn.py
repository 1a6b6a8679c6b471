"""The cryptography of VPN connections as PowerShell: one cmdlet states all six parts of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ipseclint.model.change import Edit
from ipseclint.model.index import PolicyIndex
from ipseclint.model.policy import Dialect, MainModeCryptoSet, QuickModeCryptoSet
from ipseclint.model.setting import Setting
from ipseclint.repair.commands.forms import joined, spelled
from ipseclint.repair.commands.quoting import Unwritable, powershell_string
from ipseclint.vocabulary.vpn import WORDS

_CHANGEABLE = frozenset({"proposals", "pfs_group"})
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
    return next((each for each in sets if each.name == name and each.dialect is Dialect.VPN), None)


def _quick_mode(name: str, index: PolicyIndex) -> QuickModeCryptoSet | None:
    sets = index.policy.quick_mode_crypto_sets
    return next((each for each in sets if each.name == name and each.dialect is Dialect.VPN), None)


def _command(name: str, main: MainModeCryptoSet | None, quick: QuickModeCryptoSet | None) -> str | Unwritable:
    if main is None or quick is None or len(main.proposals) != 1 or len(quick.proposals) != 1:
        return Unwritable(f"{_TOOL} wants one proposal for main mode and one for quick mode")
    parts: Mapping[str, Setting[Any]] = {
        "AuthenticationTransformConstants": quick.proposals[0].esp_integrity,
        "CipherTransformConstants": quick.proposals[0].encryption,
        "EncryptionMethod": main.proposals[0].encryption,
        "IntegrityCheckMethod": main.proposals[0].integrity,
        "PfsGroup": quick.pfs_group,
        "DHGroup": main.proposals[0].dh_group,
    }
    words = [_parameter(part, setting) for part, setting in parts.items()]
    return joined(" ", (f"{_TOOL} -ConnectionName {powershell_string(name)}", *words, "-Force"))


def _parameter(part: str, setting: Setting[Any]) -> str | Unwritable:
    # Spellings with underscores are those of the configuration service provider, not of the cmdlet.
    table = {value: word for word, value in reversed(WORDS[part].items()) if "_" not in word}
    word = spelled(setting, table, part, _TOOL)
    return word if isinstance(word, Unwritable) else f"-{part} {word}"
