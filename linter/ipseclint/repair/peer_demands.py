"""What must hold at the peers once a policy is changed: what both ends have to agree on, and did not before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ipseclint.model.change import Edit
from ipseclint.model.policy import (
    AuthenticationSet,
    ConnectionSecurityRule,
    MainModeCryptoSet,
    MainModeProposal,
    QuickModeCryptoSet,
    QuickModeProposal,
    Security,
)
from ipseclint.semantics.proposals import words

_LISTED = 4
"""Proposals that a sentence names; reasoned: more are not read."""


def peer_demands(edits: Iterable[Edit]) -> tuple[str, ...]:
    """What every peer must do or have after the edits, a sentence each; none where peers notice nothing."""
    return tuple(dict.fromkeys(demand for edit in edits for demand in _demands(edit)))


def _demands(edit: Edit) -> Iterator[str]:
    match edit.before, edit.after:
        case (MainModeCryptoSet() as before, MainModeCryptoSet() as after):
            yield from _offers(before.proposals, after.proposals, "main mode")
        case (QuickModeCryptoSet() as before, QuickModeCryptoSet() as after):
            yield from _offers(before.proposals, after.proposals, "quick mode")
            if before.pfs_group.value != after.pfs_group.value:
                yield f"Every peer must have {after.pfs_group.known} as its group of perfect forward secrecy."
        case (AuthenticationSet() as before, AuthenticationSet() as after):
            methods = [each.method.known for each in after.methods]
            if methods != [each.method.known for each in before.methods]:
                names = " or ".join(str(method) for method in methods if method is not None)
                yield f"Every peer must be able to authenticate by {names}."
        case (ConnectionSecurityRule() as before, ConnectionSecurityRule() as after):
            yield from _rule_demands(before, after)


def _offers(
    before: Sequence[MainModeProposal | QuickModeProposal],
    after: Sequence[MainModeProposal | QuickModeProposal],
    mode: str,
) -> Iterator[str]:
    """A peer is concerned if something that it may have offered is gone."""
    kept = {each.algorithms for each in after}
    if any(each.algorithms not in kept for each in before) and after:
        names = " or ".join(dict.fromkeys(words(each) for each in after[:_LISTED]))
        yield f"Every peer must offer in {mode} {names}{' or one of the others' if len(after) > _LISTED else ''}."


def _rule_demands(before: ConnectionSecurityRule, after: ConnectionSecurityRule) -> Iterator[str]:
    if before.key_modules.value != after.key_modules.value and after.key_modules.known:
        yield f"Every peer must use {' or '.join(sorted(after.key_modules.known))}."
    ways = ((before.inbound, after.inbound), (before.outbound, after.outbound))
    if any(new.known is Security.REQUIRE and old.known is not Security.REQUIRE for old, new in ways):
        yield "Every peer of the rule must negotiate: traffic that is not protected is dropped."
    if (before.second_authentication is None) != (after.second_authentication is None):
        yield "Every peer must have the same second authentication, or none."
    if before.mode.value != after.mode.value:
        yield "The peer needs the mirror of this rule in the same mode."
