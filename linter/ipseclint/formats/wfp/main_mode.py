"""Main-mode policies of WFP (IKEEXT_POLICY): crypto sets and first authentication."""

from __future__ import annotations

from typing import TypeVar

from ipseclint.formats.kit.read import decimal
from ipseclint.formats.kit.xml.element import Element
from ipseclint.formats.wfp.authentication import authentication_set
from ipseclint.formats.wfp.context import Context
from ipseclint.formats.wfp.values import ElementReader, flag, flags, optional, setting, smallest
from ipseclint.model.policy import AuthenticationSet, AuthPhase, Dialect, MainModeCryptoSet, MainModeProposal
from ipseclint.model.setting import Setting, Unknown
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Integrity
from ipseclint.vocabulary.rows import readings
from ipseclint.vocabulary.wfp_words import MAIN_MODE_FLAGS

T = TypeVar("T")

_CIPHERS = readings(Cipher, lambda cipher: cipher.row.wfp_main_mode)
_INTEGRITY = readings(Integrity, lambda integrity: integrity.row.wfp_main_mode)
_DH_GROUPS = readings(DhGroup, lambda group: group.row.wfp)

_POLICY_ELEMENTS = frozenset(
    {
        "softExpirationTime",
        "authenticationMethods",
        "initiatorImpersonationType",
        "ikeProposals",
        "flags",
        "maxDynamicFilters",
        "retransmitDurationSecs",
    }
)
_PROPOSAL_ELEMENTS = frozenset(
    {"cipherAlgorithm", "integrityAlgorithm", "maxLifetimeSeconds", "dhGroup", "quickModeLimit"}
)
_UNUSED = ("keyLen", "rounds")
"""What is always 0 of an algorithm (IKEEXT_CIPHER_ALGORITHM0, iketypes.h): another number is damage."""
_ALGORITHM_ELEMENTS = frozenset({"algoIdentifier", *_UNUSED})
_OPTIONAL_DH = "IKEEXT_POLICY_FLAG_ENABLE_OPTIONAL_DH"


def main_mode_policy(reader: ElementReader, context: Context) -> tuple[MainModeCryptoSet, AuthenticationSet]:
    """The main-mode crypto set and the first authentication set of a main-mode context."""
    policy = context.policy
    reader.check_children(policy, _POLICY_ELEMENTS)
    proposals = tuple(_proposal(reader, item) for item in reader.items(policy, "ikeProposals"))
    place = reader.span(policy)
    missing: Setting[int] = Setting(Unknown(""), place)
    lifetimes = [each.lifetime_seconds for each in proposals]
    limits = [each.quick_mode_limit for each in proposals]
    limited = [limit for limit in limits if limit is not None and limit.known != 0]
    optional_dh = _OPTIONAL_DH in flags(reader, policy, MAIN_MODE_FLAGS)
    crypto = MainModeCryptoSet(
        name=context.name,
        id=context.key,
        span=context.span,
        dialect=Dialect.WFP,
        proposals=proposals,
        lifetime_seconds=smallest(lifetimes) or missing,
        quick_mode_limit=smallest(limited) or smallest(limits) or missing,
        force_dh=flag(reader, policy, _OPTIONAL_DH, not optional_dh),
        key_module=context.key_module,
        retransmit_duration_seconds=optional(reader, policy, "retransmitDurationSecs", decimal),
        max_dynamic_filters=optional(reader, policy, "maxDynamicFilters", decimal),
        builtin=context.builtin,
    )
    return crypto, authentication_set(reader, context, policy, AuthPhase.FIRST)


def _proposal(reader: ElementReader, item: Element) -> MainModeProposal:
    reader.check_children(item, _PROPOSAL_ELEMENTS)
    return MainModeProposal(
        span=reader.span(item),
        encryption=_algorithm(reader, item, "cipherAlgorithm", _CIPHERS),
        integrity=_algorithm(reader, item, "integrityAlgorithm", _INTEGRITY),
        dh_group=setting(reader, item, "dhGroup", _DH_GROUPS.get),
        lifetime_seconds=setting(reader, item, "maxLifetimeSeconds", decimal),
        quick_mode_limit=setting(reader, item, "quickModeLimit", decimal),
    )


def _algorithm(reader: ElementReader, item: Element, name: str, words: dict[str, T]) -> Setting[T]:
    algorithm = item.child(name)
    if algorithm is None:
        return setting(reader, item, name, words.get)
    reader.check_children(algorithm, _ALGORITHM_ELEMENTS)
    for unused in _UNUSED:
        if algorithm.child_text(unused) not in {"", "0"}:
            optional(reader, algorithm, unused, lambda _: None)
    return setting(reader, algorithm, "algoIdentifier", words.get)
