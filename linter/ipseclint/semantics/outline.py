"""The outline of a policy: its rules, the sets that each uses, and their content."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Subject, subject_of
from ipseclint.model.machine import Crypto, Machine
from ipseclint.model.policy import (
    AuthenticationSet,
    ConnectionSecurityRule,
    MainModeCryptoSet,
    MainModeProposal,
    MainModeRule,
    QuickModeProposal,
    RuleAction,
)
from ipseclint.model.setting import Setting, in_words
from ipseclint.report import Outline, OutlineNode
from ipseclint.semantics.algorithms_in_use import CryptoSet
from ipseclint.vocabulary.algorithms import Cipher, Encapsulation
from ipseclint.words import minutes

MAX_RULES = 400
"""The most rules in one picture: a page cannot show more."""


def outline(machine: Machine) -> Outline | None:
    """The picture of a machine's policy, or None if there is nothing to draw."""
    policy = machine.policy
    rules: list[ConnectionSecurityRule | MainModeRule] = [*policy.connection_security_rules, *policy.main_mode_rules]
    nodes = [_rule(rule, machine) for rule in rules[:MAX_RULES]]
    used = {id(used_set) for rule in rules for used_set in _used(rule, machine)}
    sets: list[Crypto] = [*policy.main_mode_crypto_sets, *policy.quick_mode_crypto_sets, *policy.authentication_sets]
    loose = [_node(set_) for set_ in sets if id(set_) not in used and not set_.builtin]
    nodes += loose[:MAX_RULES]
    if not nodes:
        return None
    return Outline(
        machine=machine.name,
        nodes=tuple(nodes),
        left_out=max(0, len(rules) - MAX_RULES) + max(0, len(loose) - MAX_RULES),
    )


def _used(rule: ConnectionSecurityRule | MainModeRule, machine: Machine) -> Iterator[Crypto]:
    sets = machine.index.sets_of(rule)
    in_order = (sets.main_mode_crypto, sets.first_authentication, sets.second_authentication, sets.quick_mode_crypto)
    yield from (crypto for crypto in in_order if crypto is not None)


def _rule(rule: ConnectionSecurityRule | MainModeRule, machine: Machine) -> OutlineNode:
    return OutlineNode(
        subject=subject_of(rule), detail=_rule_detail(rule), uses=tuple(_node(each) for each in _used(rule, machine))
    )


def _rule_detail(rule: ConnectionSecurityRule | MainModeRule) -> str:
    state = "" if rule.enabled.known is not False else "disabled; "
    ends = f"{_addresses(rule.endpoint1)} to {_addresses(rule.endpoint2)}"
    if isinstance(rule, MainModeRule):
        return state + ends
    if rule.filter_list is not None:
        ends = f"filter list {rule.filter_list.target}"
    if rule.action.known is RuleAction.NEGOTIATE:
        return f"{state}{ends}; in {in_words(rule.inbound)}, out {in_words(rule.outbound)}"
    return f"{state}{ends}; {in_words(rule.action)}"


def _addresses(setting: Setting[tuple[object, ...]]) -> str:
    value = setting.known
    if value is None:
        return "?"
    words = [str(each) for each in value[:3]] or ["any"]
    return ", ".join(words) + (f" and {len(value) - 3} more" if len(value) > 3 else "")


def _node(crypto_set: Crypto) -> OutlineNode:
    if isinstance(crypto_set, AuthenticationSet):
        methods = ", ".join(in_words(method.method) for method in crypto_set.methods) or "no methods"
        return OutlineNode(subject=subject_of(crypto_set), detail=f"{crypto_set.phase.value} authentication: {methods}")
    proposals = tuple(
        OutlineNode(subject=Subject(kind="proposal", name=proposal_words(proposal)))
        for proposal in crypto_set.proposals
    )
    return OutlineNode(subject=subject_of(crypto_set), detail=_crypto_detail(crypto_set), uses=proposals)


def _crypto_detail(crypto_set: CryptoSet) -> str:
    if isinstance(crypto_set, MainModeCryptoSet):
        seconds, limit = crypto_set.lifetime_seconds.known, crypto_set.quick_mode_limit.known
        sessions = "no limit of quick modes" if limit == 0 else f"{'?' if limit is None else limit} quick modes each"
        return f"{_time(seconds)}, {sessions}"
    return f"PFS {in_words(crypto_set.pfs_group)}"


def _time(seconds: int | None) -> str:
    return "? min" if seconds is None else minutes(seconds)


def proposal_words(proposal: MainModeProposal | QuickModeProposal) -> str:
    """A proposal in a few words, the most important first."""
    if isinstance(proposal, MainModeProposal):
        return f"{in_words(proposal.dh_group)} {in_words(proposal.encryption)} {in_words(proposal.integrity)}"
    words = [in_words(proposal.encapsulation)]
    if proposal.encapsulation.known is not Encapsulation.AH and proposal.encryption.known is Cipher.NONE:
        words.append("unencrypted")
    words += [
        in_words(algorithm)
        for algorithm in (proposal.encryption, proposal.esp_integrity, proposal.ah_integrity)
        if algorithm.known is None or algorithm.known.value != "none"
    ]
    seconds, kilobytes = proposal.lifetime_seconds.known, proposal.lifetime_kilobytes.known
    words.append(_time(seconds))
    words.append(f"{'?' if kilobytes is None else kilobytes} KB")
    return " ".join(words)
