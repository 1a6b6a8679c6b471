"""Main-mode and quick-mode crypto sets: MSFT_NetIKEMMCryptoSet and MSFT_NetIKEQMCryptoSet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.policy_parts import (
    default_main_mode_proposals,
    default_quick_mode_proposals,
    unknown_main_mode_proposal,
    unknown_quick_mode_proposal,
)
from ipseclint.formats.kit.set_builder import Head, Parts, SetBuilder, Words
from ipseclint.formats.kit.token import Token, token_at
from ipseclint.formats.powershell.instance import NOT_HELD, Instance
from ipseclint.formats.powershell.rules import id_of, is_from_windows, name_of, store_of
from ipseclint.formats.powershell.words import BOOLEANS, CIPHERS, ENCAPSULATIONS, GROUPS, HASHES
from ipseclint.model.policy import MainModeCryptoSet, MainModeProposal, QuickModeCryptoSet
from ipseclint.model.setting import Setting, Unknown
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Encapsulation, Integrity
from ipseclint.vocabulary.builtin import DEFAULT_SET_NAMES

_WORDS = Words(
    encryption=CIPHERS,
    integrity=HASHES,
    dh_group=GROUPS,
    quick_mode_encryption=CIPHERS,
    quick_mode_integrity=HASHES,
    pfs_group=GROUPS,
    encapsulation=ENCAPSULATIONS,
    flags=BOOLEANS,
)

MAX_PROPOSALS = 100
"""Proposals of one set that are read before the rest is refused (reasoned: Windows offers fewer)."""


def proposals(item: Instance, diagnostics: Diagnostics) -> Iterator[Instance]:
    """The objects in `Proposals`; a list cut by the export's depth is noted."""
    listed = item.instances("Proposals", "Proposal")
    for proposal in listed[:MAX_PROPOSALS]:
        if isinstance(proposal, Instance):
            yield proposal
    cut = next((each for each in listed if not isinstance(each, Instance)), None)
    if cut is not None:
        why = (
            "that is not known"
            if item.is_complete
            else "that the export cut short: export with `ConvertTo-Json -Depth 5`"
        )
        diagnostics.not_understood(f"a proposal {why}", cut.span)
    if len(listed) > MAX_PROPOSALS:
        diagnostics.refused(f"more than {MAX_PROPOSALS} proposals in one set: the rest was not read", item.span)


def hides(item: Instance, diagnostics: Diagnostics) -> bool:
    """Whether the export lacks proposals of a set, because it was cut or has no such property."""
    if not (item.has("Proposals") or item.has("Proposal")):
        if not item.is_changed_alone:  # else that its other values are not known is said
            diagnostics.not_understood("the proposals of this set are not in the export", item.span)
        return True
    return any(isinstance(each, Token) for each in item.instances("Proposals", "Proposal"))


def is_default(item: Instance, kind: str) -> bool:
    """Whether a set is the default of its kind."""
    return (id_of(item) or "").casefold() == DEFAULT_SET_NAMES[kind].casefold()


def _keeps_default(item: Instance, kind: str) -> bool:
    """Whether a script changes the default set of Windows but not its proposals."""
    return item.is_complete and is_default(item, kind) and not (item.has("Proposals") or item.has("Proposal"))


def set_name(item: Instance, kind: str) -> str:
    """The display name of a set; a script names the default set by its id, which is no name for a reader."""
    name = name_of(item)
    if not is_default(item, kind) or name.casefold() != DEFAULT_SET_NAMES[kind].casefold():
        return name
    of_store = f" of {store}" if (store := store_of(item)) is not None else ""
    return f"default {kind.replace('-crypto', ' crypto').replace('-auth', ' auth')} set{of_store}"


def set_fields(item: Instance, _diagnostics: Diagnostics, kind: str) -> dict[str, Any]:
    """The fields that tell a set of a kind from sets like it."""
    return {"name": set_name(item, kind), "id": id_of(item)}


def main_mode_set(item: Instance, diagnostics: Diagnostics) -> MainModeCryptoSet:
    """An object as a main-mode crypto set."""
    builder = SetBuilder(_WORDS, diagnostics)
    parts: Parts = {
        "lifetime_seconds": _said(item, diagnostics, "MaxLifetimeMinutes", "MaxMinutes"),
        "quick_mode_limit": _said(item, diagnostics, "MaxLifetimeSessions", "MaxSessions"),
        "force_dh": _said(item, diagnostics, "ForceDiffieHellman"),
    }
    offered = [
        builder.main_mode_proposal(proposal.span, _main_mode_parts(proposal))
        for proposal in proposals(item, diagnostics)
    ]
    if _keeps_default(item, "main-mode-crypto"):
        offered += default_main_mode_proposals(item.span)
    elif hides(item, diagnostics):
        offered.append(unknown_main_mode_proposal(item.span, Unknown(NOT_HELD)))
    return builder.main_mode_set(_head(item, "main-mode-crypto"), parts, offered)


def agreed_main_mode(item: Instance, diagnostics: Diagnostics) -> MainModeProposal | None:
    """The proposal that a main-mode association agreed on; None if not understood, or if no keys were exchanged."""
    unknown = Diagnostics(item.span.path)
    parts: Parts = {
        "encryption": item.text("CipherAlgorithm"),
        "integrity": item.text("HashAlgorithm"),
        "dh_group": item.text("GroupId"),
    }
    if None in parts.values():
        return None
    proposal = SetBuilder(_WORDS, unknown).main_mode_proposal(item.span, parts)
    diagnostics.take(unknown)
    return None if unknown.listed() else proposal


def quick_mode_set(item: Instance, diagnostics: Diagnostics) -> QuickModeCryptoSet:
    """An object as a quick-mode crypto set."""
    builder = SetBuilder(_WORDS, diagnostics)
    parts: Parts = {"pfs_group": _said(item, diagnostics, "PfsGroupID", "PerfectForwardSecrecyGroup")}
    offered = [
        builder.quick_mode_proposal(proposal.span, _quick_mode_parts(proposal, diagnostics))
        for proposal in proposals(item, diagnostics)
    ]
    if _keeps_default(item, "quick-mode-crypto"):
        offered += default_quick_mode_proposals(item.span)
    elif hides(item, diagnostics):
        offered.append(unknown_quick_mode_proposal(item.span, Unknown(NOT_HELD)))
    return builder.quick_mode_set(_head(item, "quick-mode-crypto"), parts, offered)


def _head(item: Instance, kind: str) -> Head:
    return Head(
        name=set_name(item, kind),
        id=id_of(item),
        span=item.span,
        is_default=is_default(item, kind),
        builtin=is_from_windows(item),
        store=store_of(item),
    )


def _main_mode_parts(item: Instance) -> Parts:
    return {
        "encryption": item.text("CipherAlgorithm", "Encryption") or item.by_default(Cipher.AES_256),
        "integrity": item.text("HashAlgorithm", "Hash") or item.by_default(Integrity.SHA384),
        "dh_group": item.text("GroupID", "KeyExchange") or item.by_default(DhGroup.NONE),
    }


def _said(item: Instance, diagnostics: Diagnostics, *names: str) -> Token | Setting[Any] | None:
    """A part of a set; unknown if an export lacks the member."""
    return item.text(*names) or item.left_out(diagnostics, *names)


def _encapsulation(item: Instance) -> Token | None:
    """The encapsulation as one word; PowerShell writes AH and ESP as a list of two."""
    words = item.texts("Encapsulation")
    if len(words) > 1:
        return token_at(",".join(sorted(word.word for word in words)), words[0].span)
    return words[0] if words else None


def _quick_mode_parts(item: Instance, diagnostics: Diagnostics) -> Parts:
    encapsulation = _encapsulation(item)
    is_esp = encapsulation is None or ENCAPSULATIONS.get(encapsulation.word) is not Encapsulation.AH
    return {
        "encapsulation": encapsulation,
        "ah_integrity": item.text("HashAlgorithmAH", "AHHash"),
        "esp_integrity": _said(item, diagnostics, "HashAlgorithmESP", "ESPHash") if is_esp else None,
        "encryption": _said(item, diagnostics, "CipherAlgorithm", "Encryption") if is_esp else None,
        "lifetime_seconds": _said(item, diagnostics, "MaxLifetimeMinutes", "MaxMinutes"),
        "lifetime_kilobytes": _said(item, diagnostics, "MaxLifetimeKilobytes", "MaxKiloBytes"),
    }
