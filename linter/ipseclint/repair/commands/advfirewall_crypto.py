"""Cryptographic sets in `netsh advfirewall`."""

from __future__ import annotations

from ipseclint.model.machine import PolicyIndex
from ipseclint.model.policy import MainModeCryptoSet, MainModeProposal, QuickModeCryptoSet, QuickModeProposal
from ipseclint.repair.commands.arguments import Argument, Unwritable, argument, filled, joined, spelled, whole, yes_no
from ipseclint.vocabulary.algorithms import AEAD_CIPHERS, Cipher, DhGroup, Encapsulation, Integrity
from ipseclint.vocabulary.rows import writings

_TOOL = "netsh advfirewall"
Parts = tuple[Argument | Unwritable, ...]

_CIPHERS = writings(Cipher, lambda cipher: cipher.row.netsh)
_INTEGRITIES = writings(Integrity, lambda integrity: integrity.row.netsh)
_BESIDE_GCM = _INTEGRITIES | writings(Integrity, lambda integrity: integrity.row.netsh_beside_gcm)
_GROUPS = writings(DhGroup, lambda group: group.row.netsh)
_NO_GROUP = (None, DhGroup.NONE)
_ENCAPSULATIONS = {
    Encapsulation.AH: "ah:{ah}",
    Encapsulation.ESP: "esp:{esp}-{encryption}",
    Encapsulation.AH_AND_ESP: "ah:{ah}+esp:{esp}-{encryption}",
    Encapsulation.AUTH_NO_ENCAP: "authnoencap:{esp}",
}
"""The form of a proposal in `qmsecmethods`."""


def key_lifetime(crypto: MainModeCryptoSet, _index: PolicyIndex) -> Parts:
    """`mmkeylifetime`, which holds the time in minutes and the number of quick modes."""
    minutes = whole(crypto.lifetime_seconds, 60, "main-mode lifetime", "minutes")
    sessions = whole(crypto.quick_mode_limit, 1, "quick-mode limit", "")
    return argument("mmkeylifetime", filled("{minutes}min,{sessions}sess", minutes=minutes, sessions=sessions))


def main_mode_methods(crypto: MainModeCryptoSet, _index: PolicyIndex) -> Parts:
    """`mmsecmethods`, the whole list."""
    return argument("mmsecmethods", joined(",", map(_main_mode_method, crypto.proposals)))


def _main_mode_method(proposal: MainModeProposal) -> str | Unwritable:
    return filled(
        "{group}:{encryption}-{integrity}",
        group=spelled(proposal.dh_group, _GROUPS, "key exchange", _TOOL),
        encryption=spelled(proposal.encryption, _CIPHERS, "encryption", _TOOL),
        integrity=spelled(proposal.integrity, _INTEGRITIES, "integrity", _TOOL),
    )


def forced_dh(crypto: MainModeCryptoSet, _index: PolicyIndex) -> Parts:
    """`mmforcedh`."""
    return argument("mmforcedh", yes_no(crypto.force_dh, "forced Diffie-Hellman"))


def _quick_mode_methods(crypto: QuickModeCryptoSet, _index: PolicyIndex) -> Parts:
    if {proposal.encapsulation.known for proposal in crypto.proposals} == {Encapsulation.AUTH_NO_ENCAP}:
        return (Unwritable(f"{_TOOL} offers traffic without encapsulation only beside AH or ESP"),)
    return argument("qmsecmethods", joined(",", map(_quick_mode_method, crypto.proposals)))


def _quick_mode_method(proposal: QuickModeProposal) -> str | Unwritable:
    template = spelled(proposal.encapsulation, _ENCAPSULATIONS, "encapsulation", _TOOL)
    if isinstance(template, Unwritable):
        return template
    if proposal.lifetime_packets is not None and proposal.lifetime_packets.known:
        return Unwritable(f"{_TOOL} has no lifetime in packets")
    gcm = proposal.encryption.known in AEAD_CIPHERS
    method = filled(
        template,
        ah=spelled(proposal.ah_integrity, _INTEGRITIES, "integrity of AH", _TOOL),
        esp=spelled(
            proposal.esp_integrity,
            _BESIDE_GCM if gcm else _INTEGRITIES,
            "integrity of ESP",
            _TOOL,
        ),
        encryption=spelled(proposal.encryption, _CIPHERS, "encryption", _TOOL),
    )
    terms = [method]
    if proposal.lifetime_seconds.is_explicit:
        minutes = whole(proposal.lifetime_seconds, 60, "quick-mode lifetime", "minutes")
        terms.append(filled("{minutes}min", minutes=minutes))
    if proposal.lifetime_kilobytes.is_explicit:
        kilobytes = whole(proposal.lifetime_kilobytes, 1, "quick-mode lifetime", "kilobytes")
        terms.append(filled("{kilobytes}kb", kilobytes=kilobytes))
    return joined("+", terms)


def perfect_forward_secrecy(crypto: QuickModeCryptoSet, _index: PolicyIndex) -> Parts:
    """`qmpfs`, which does not go with traffic without encapsulation."""
    if crypto.pfs_group.known not in _NO_GROUP and Encapsulation.AUTH_NO_ENCAP in {
        proposal.encapsulation.known for proposal in crypto.proposals
    }:
        return (Unwritable(f"{_TOOL} takes no `qmpfs` beside traffic without encapsulation"),)
    return argument("qmpfs", spelled(crypto.pfs_group, _GROUPS, "group for perfect forward secrecy", _TOOL))


def quick_mode(crypto: QuickModeCryptoSet, index: PolicyIndex) -> Parts:
    """The proposals, and the group where there is one: netsh may not keep it when proposals are set."""
    methods = _quick_mode_methods(crypto, index)
    if crypto.pfs_group.known in {None, DhGroup.NONE}:
        return methods
    return (*methods, *perfect_forward_secrecy(crypto, index))
