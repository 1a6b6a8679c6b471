"""Values in `netsh ipsec`: the argument for each field."""

from __future__ import annotations

import ipaddress
from typing import Any

from ipseclint.model.machine import PolicyIndex
from ipseclint.model.policy import (
    ConnectionSecurityRule,
    Dialect,
    FilterAction,
    GlobalSettings,
    InterfaceType,
    IpsecPolicy,
    MainModeCryptoSet,
    MainModeProposal,
    QuickModeCryptoSet,
    QuickModeProposal,
    Reference,
    RuleAction,
)
from ipseclint.model.selectors import Address, LegacyFilter
from ipseclint.repair.commands.arguments import (
    Argument,
    Unwritable,
    Writer,
    argument,
    filled,
    joined,
    spelled,
    value_of,
    whole,
    yes_no,
)
from ipseclint.repair.commands.authentication import legacy_methods
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Encapsulation, Integrity
from ipseclint.vocabulary.protocols import PROTOCOLS
from ipseclint.vocabulary.rows import writings
from ipseclint.vocabulary.settings import CrlCheck

_TOOL = "netsh ipsec"
Parts = tuple[Argument | Unwritable, ...]

_CIPHERS = writings(Cipher, lambda cipher: cipher.row.netsh_ipsec)
_INTEGRITIES = writings(Integrity, lambda integrity: integrity.row.netsh_ipsec)
_GROUPS = writings(DhGroup, lambda group: group.row.netsh_ipsec)
_PFS_GROUPS = writings(DhGroup, lambda group: group.row.netsh_ipsec_pfs)
_ENCAPSULATIONS = {
    Encapsulation.AH: "AH[{ah}]",
    Encapsulation.ESP: "ESP[{encryption},{esp}]",
    Encapsulation.AH_AND_ESP: "AH[{ah}]+ESP[{encryption},{esp}]",
}
"""How `qmsecmethods` writes a proposal: encryption before integrity."""

_ACTIONS = writings(RuleAction, lambda action: action.row.netsh_ipsec)
_CRL_CHECKS = writings(CrlCheck, lambda check: check.row.netsh_ipsec)
_CONNECTION_TYPES = {frozenset[InterfaceType](): "all"} | {
    frozenset({kind}): word for kind, word in writings(InterfaceType, lambda kind: kind.row.netsh_ipsec).items()
}


def text(tag: str, field: str) -> Writer:
    """The writer of a text field."""

    def write(subject: Any, _index: PolicyIndex) -> Parts:
        text = getattr(subject, field)
        return (Argument(tag, text),) if text is not None else (Unwritable(f"{_TOOL} cannot empty the {field}"),)

    return write


def flag(tag: str, field: str) -> Writer:
    """The writer of a yes-or-no field."""
    return lambda subject, _index: argument(tag, yes_no(getattr(subject, field), field.replace("_", " ")))


def reference(tag: str, field: str) -> Writer:
    """The writer of a field that names another object."""

    def write(rule: ConnectionSecurityRule, _index: PolicyIndex) -> Parts:
        reference: Reference | None = getattr(rule, field)
        if reference is None:
            return (Unwritable(f"a rule of {_TOOL} needs a {field.replace('_', ' ')}"),)
        return (Argument(tag, reference.target, name=True),)

    return write


def main_mode_methods(crypto: MainModeCryptoSet, _index: PolicyIndex) -> Parts:
    """`mmsecmethods`, the whole list."""
    return argument("mmsecmethods", joined(" ", map(_main_mode_method, crypto.proposals)))


def _main_mode_method(proposal: MainModeProposal) -> str | Unwritable:
    return filled(
        "{encryption}-{integrity}-{group}",
        encryption=spelled(proposal.encryption, _CIPHERS, "encryption", _TOOL),
        integrity=spelled(proposal.integrity, _INTEGRITIES, "integrity", _TOOL),
        group=spelled(proposal.dh_group, _GROUPS, "key exchange", _TOOL),
    )


def main_mode_minutes(crypto: MainModeCryptoSet, _index: PolicyIndex) -> Parts:
    """`mmlifetime`, in minutes."""
    return argument("mmlifetime", whole(crypto.lifetime_seconds, 60, "main-mode lifetime", "minutes"))


def quick_mode_limit(crypto: MainModeCryptoSet, _index: PolicyIndex) -> Parts:
    """`qmpermm`."""
    return argument("qmpermm", whole(crypto.quick_mode_limit, 1, "quick-mode limit", ""))


def quick_mode_methods(crypto: QuickModeCryptoSet, _index: PolicyIndex) -> Parts:
    """`qmsecmethods`, the whole list."""
    return argument("qmsecmethods", joined(" ", map(_quick_mode_method, crypto.proposals)))


def _quick_mode_method(proposal: QuickModeProposal) -> str | Unwritable:
    template = spelled(proposal.encapsulation, _ENCAPSULATIONS, "encapsulation", _TOOL)
    if isinstance(template, Unwritable):
        return template
    method = filled(
        template,
        encryption=spelled(proposal.encryption, _CIPHERS, "encryption", _TOOL),
        ah=spelled(proposal.ah_integrity, _INTEGRITIES, "integrity of AH", _TOOL),
        esp=spelled(proposal.esp_integrity, _INTEGRITIES, "integrity of ESP", _TOOL),
    )
    halves = [
        filled("{number}" + unit, number=whole(setting, 1, "quick-mode lifetime", ""))
        for setting, unit in ((proposal.lifetime_kilobytes, "k"), (proposal.lifetime_seconds, "s"))
        if setting.is_explicit
    ]
    return joined(":", (method, joined("/", halves))) if halves else method


def static_pfs(crypto: QuickModeCryptoSet, _index: PolicyIndex) -> Parts:
    """`qmpfs`, which takes the group of main mode."""
    group = value_of(crypto.pfs_group, "group for perfect forward secrecy")
    if isinstance(group, Unwritable):
        return (group,)
    if group not in {DhGroup.NONE, DhGroup.SAME_AS_MAIN_MODE}:
        return (Unwritable(f"{_TOOL} static has no group for quick mode but that of main mode"),)
    return (Argument("qmpfs", "no" if group is DhGroup.NONE else "yes"),)


def dynamic_pfs(crypto: QuickModeCryptoSet, _index: PolicyIndex) -> Parts:
    """`pfsgroup`."""
    return argument("pfsgroup", spelled(crypto.pfs_group, _PFS_GROUPS, "group for perfect forward secrecy", _TOOL))


def action(action: FilterAction, _index: PolicyIndex) -> Parts:
    """`action`."""
    value = value_of(action.action, "action")
    return argument("action", value if isinstance(value, Unwritable) else _ACTIONS[value])


def polling(policy: IpsecPolicy, _index: PolicyIndex) -> Parts:
    """`pollinginterval`, in minutes."""
    return argument("pollinginterval", whole(policy.polling_interval_seconds, 60, "polling interval", "minutes"))


def tunnel(rule: ConnectionSecurityRule, _index: PolicyIndex) -> Parts:
    """`tunnel`, the far end."""
    addresses = value_of(rule.remote_tunnel_endpoint, "tunnel endpoint")
    if isinstance(addresses, Unwritable):
        return (addresses,)
    if len(addresses) != 1:
        return (Unwritable(f"{_TOOL} takes one tunnel endpoint"),)
    return (Argument("tunnel", str(addresses[0])),)


def is_default_response(rule: ConnectionSecurityRule) -> bool:
    """Whether it is the default response rule of its policy, which has its own methods and no filters."""
    return (
        rule.dialect is Dialect.IP_SECURITY_POLICY and rule.quick_mode_crypto is not None and rule.filter_list is None
    )


def connection_type(rule: ConnectionSecurityRule, _index: PolicyIndex) -> Parts:
    """`conntype`, which a default response rule does not have."""
    types = value_of(rule.interface_types, "interface type")
    word = None if isinstance(types, Unwritable) else _CONNECTION_TYPES.get(frozenset(types))
    if word == "all" and is_default_response(rule):
        return ()
    return (Argument("conntype", word) if word else Unwritable(f"{_TOOL} has no word for these interface types"),)


def authentication(rule: ConnectionSecurityRule, index: PolicyIndex) -> Parts:
    """`kerberos`, `psk` and `rootca` for the methods that a rule names."""
    auth_set = index.first_auth_of(rule)
    return legacy_methods(auth_set, index) if auth_set else (Unwritable(f"{_TOOL} cannot empty the authentication"),)


def exempt_level(settings: GlobalSettings, _index: PolicyIndex) -> Parts:
    """`value` for `ipsecexempt`."""
    return argument("value", whole(settings.legacy_exempt_level, 1, "exemption level", ""))


def crl_level(settings: GlobalSettings, _index: PolicyIndex) -> Parts:
    """`value` for `strongcrlcheck`."""
    return argument("value", spelled(settings.crl_check, _CRL_CHECKS, "revocation check", _TOOL))


_PROTOCOLS = {protocol.number: protocol.netsh_ipsec for protocol in PROTOCOLS if protocol.netsh_ipsec is not None}


def filter_arguments(legacy_filter: LegacyFilter, *, whole: bool = False) -> tuple[Argument, ...]:
    """The arguments of `add filter` after the filter list; `whole` for `delete filter`, where a missing argument means
    any."""
    parts = [*_side("src", legacy_filter.source), *_side("dst", legacy_filter.destination)]
    if legacy_filter.protocol is not None or whole:
        parts.append(Argument("protocol", _PROTOCOLS.get(legacy_filter.protocol, str(legacy_filter.protocol))))
    for tag, port in (("srcport", legacy_filter.source_port), ("dstport", legacy_filter.destination_port)):
        if port or whole:
            parts.append(Argument(tag, str(port)))
    parts.append(Argument("mirrored", "yes" if legacy_filter.mirrored else "no"))
    order = ("srcaddr", "dstaddr", "protocol", "mirrored", "srcmask", "dstmask", "srcport", "dstport")
    return tuple(sorted(parts, key=lambda part: order.index(part.tag)))


def _side(side: str, address: Address) -> list[Argument]:
    if address.keyword is not None:
        return [Argument(f"{side}addr", address.keyword.row.netsh_ipsec or address.keyword.value)]
    if address.version == 0 or address.first == address.last:
        return [Argument(f"{side}addr", str(address))]
    text, _, prefix = str(address).partition("/")
    if address.version == 4 and prefix:
        mask = ipaddress.IPv4Network(f"0.0.0.0/{prefix}").netmask
        return [Argument(f"{side}addr", text), Argument(f"{side}mask", str(mask))]
    if prefix:
        network = ipaddress.IPv6Network(f"{text}/{prefix}")
        return [Argument(f"{side}addr", f"{network[0]}-{network[-1]}")]
    return [Argument(f"{side}addr", text)]
