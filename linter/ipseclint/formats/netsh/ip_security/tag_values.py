"""The values of `netsh ipsec` by tag: what the text of each tag becomes, and what holds without it.

Defaults are those seen in exported policies that were made without the value: main mode 480 minutes without a
limit of quick modes, polling every 180 minutes, no perfect forward secrecy, action negotiate. The default of
`activatedefaultrule` is yes (Microsoft's questions and answers on IPsec, cc987611: "activated by default for all
policies"); since Windows Vista the default response rule is ignored (the tool's help).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.netsh.ip_security.filters import legacy_address
from ipseclint.formats.netsh.ip_security.methods import main_mode_proposals, quick_mode_proposals
from ipseclint.formats.netsh.ip_security.values import choice, integer, minutes, yes_no
from ipseclint.formats.netsh.tags import Argument, Arguments
from ipseclint.formats.netsh.words import Word
from ipseclint.model.policy import InterfaceType, RuleAction
from ipseclint.model.selectors import Address, Addresses
from ipseclint.model.setting import Origin, Setting, Unknown
from ipseclint.source import Span
from ipseclint.vocabulary.algorithms import DhGroup
from ipseclint.vocabulary.spellings import DYNAMIC_PFS_GROUPS, reverse

SUSPICIOUS_POLLING_MINUTES = 600
"""From here on a polling interval is more likely meant in seconds (reasoned: 600 s is a common choice, 10 hours
is not). The tool's help says minutes, Microsoft's reference page says seconds."""

ACTIONS = {"permit": RuleAction.EXEMPT, "block": RuleAction.BLOCK, "negotiate": RuleAction.NEGOTIATE}

CONNECTION_TYPES: dict[str, frozenset[InterfaceType]] = {
    "lan": frozenset({InterfaceType.LAN}),
    "dialup": frozenset({InterfaceType.REMOTE_ACCESS}),
    "all": frozenset(),
}

_PFS_GROUPS = {word: DhGroup(value) for word, value in reverse(DYNAMIC_PFS_GROUPS).items()}

MAIN_MODE_LIFETIME_SECONDS = 480 * 60
POLLING_INTERVAL_SECONDS = 180 * 60

NOT_HERE = "set outside this input"

T = TypeVar("T")


def read_values(arguments: Arguments, diagnostics: Diagnostics, path: str) -> dict[str, Any]:
    """The values of a command by tag: settings, or proposals for lists of methods. Names are left out."""
    return {
        argument.tag: _READERS[argument.tag](argument.value, diagnostics, path)
        for argument in arguments.ordered
        if argument.tag in _READERS
    }


def fits(argument: Argument, path: str) -> bool:
    """Whether a value can be that of its tag."""
    reader = yes_no if argument.tag == "kerberos" else _READERS.get(argument.tag)
    if reader is None:
        return True
    diagnostics = Diagnostics(path)
    reader(argument.value, diagnostics, path)
    return not diagnostics.problems


def given_or(values: Mapping[str, Any], tag: str, *, default: T, span: Span, created: bool = True) -> Setting[T]:
    """The value of a tag, else Windows' default; unknown for an object that the script does not create."""
    given: Setting[T] | None = values.get(tag)
    if given is not None:
        return given
    return Setting(default, span, Origin.DEFAULT) if created else Setting(Unknown(NOT_HERE), span)


def tunnel_endpoint(word: Word, diagnostics: Diagnostics, path: str) -> Setting[Addresses]:
    """The far end of a tunnel: one address or DNS name."""
    span = word.span(path)
    found = legacy_address(word.text, None)
    if isinstance(found, Address) and found.keyword is None and found.first == found.last:
        return Setting((found,), span)
    diagnostics.malformed(f"{quoted(word.text)} is no tunnel endpoint: an address or a DNS name", span)
    return Setting(Unknown(word.text), span)


def _polling_interval(word: Word, diagnostics: Diagnostics, path: str) -> Setting[int]:
    setting = minutes(word, diagnostics, path)
    seconds = setting.known
    if seconds is not None and seconds >= SUSPICIOUS_POLLING_MINUTES * 60:
        diagnostics.contradictory(
            f"pollinginterval {word.text} is read as minutes, as the tool's help says; "
            "Microsoft's reference page says seconds",
            word.span(path),
        )
    return setting


def _action(word: Word, diagnostics: Diagnostics, path: str) -> Setting[RuleAction]:
    return choice(word, ACTIONS, diagnostics, path)


def _connection_type(word: Word, diagnostics: Diagnostics, path: str) -> Setting[frozenset[InterfaceType]]:
    return choice(word, CONNECTION_TYPES, diagnostics, path)


def _pfs_group(word: Word, diagnostics: Diagnostics, path: str) -> Setting[DhGroup]:
    return choice(word, _PFS_GROUPS, diagnostics, path)


def _text(word: Word, _diagnostics: Diagnostics, _path: str) -> str:
    return word.text


_READERS: dict[str, Callable[[Word, Diagnostics, str], Any]] = {
    "description": _text,
    "mmpfs": yes_no,
    "qmpermm": integer,
    "mmlifetime": minutes,
    "activatedefaultrule": yes_no,
    "pollinginterval": _polling_interval,
    "assign": yes_no,
    "mmsecmethods": main_mode_proposals,
    "qmpfs": yes_no,
    "inpass": yes_no,
    "soft": yes_no,
    "action": _action,
    "qmsecmethods": quick_mode_proposals,
    "tunnel": tunnel_endpoint,
    "tunneldstaddress": tunnel_endpoint,
    "actioninbound": _action,
    "actionoutbound": _action,
    "pfsgroup": _pfs_group,
    "conntype": _connection_type,
    "activate": yes_no,
}
