"""Security associations of a host compared with its policy: what the rules for their peers offer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ipseclint.model.events import EventKind, SecurityAssociation
from ipseclint.model.machine import Machine
from ipseclint.model.policy import ConnectionSecurityRule, Dialect, MainModeProposal, QuickModeProposal
from ipseclint.model.selectors import parse_address
from ipseclint.semantics.reach import meets
from ipseclint.semantics.scope import local_side, remote_side, secured_rules

Proposals = tuple[MainModeProposal, ...] | tuple[QuickModeProposal, ...]


def rules_for(machine: Machine, own: str | None, peer: str | None) -> list[ConnectionSecurityRule]:
    """The rules that negotiate between two addresses, in either direction; none if one is not known."""
    here, there = parse_address(own or ""), parse_address(peer or "")
    if here is None or there is None or not (here.version and there.version):
        return []
    return [
        rule
        for rule in secured_rules(machine)
        for local, remote in [(local_side(machine, rule), remote_side(machine, rule))]
        if (meets(local, here) and meets(remote, there)) or (meets(local, there) and meets(remote, here))
    ]


def offers_for(machine: Machine, association: SecurityAssociation) -> list[Proposals] | None:
    """The proposals of the policy for the peer of an association, set by set; None where they are not certain."""
    rules = rules_for(machine, association.local_address, association.remote_address)
    if not rules or any(rule.dialect is Dialect.WFP for rule in rules):
        return None
    sets = list(_sets(machine, rules, association.kind))
    if any(not each for each in sets) or not all(_is_known(each) for each in sets if each):
        return None
    return [each for each in sets if each]


def _sets(machine: Machine, rules: Sequence[ConnectionSecurityRule], kind: EventKind) -> Iterator[Proposals | None]:
    index = machine.index
    for rule in rules:
        crypto = index.quick_mode_of(rule) if kind is EventKind.QUICK_MODE else index.main_mode_of(rule)
        yield None if crypto is None else crypto.proposals
    if kind is EventKind.MAIN_MODE:
        for main_rule in machine.policy.main_mode_rules:
            main = index.main_mode_of(main_rule)
            yield None if main is None else main.proposals


def _is_known(proposals: Proposals) -> bool:
    return all(
        getattr(proposal, name).known is not None
        for proposal in proposals
        for name in proposal.__struct_fields__
        if name in {"encryption", "integrity", "dh_group", "encapsulation", "ah_integrity", "esp_integrity"}
    )
