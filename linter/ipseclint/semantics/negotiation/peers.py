"""The ends of peers that are described by an input."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.model.machine import Machine
from ipseclint.model.peer import Credential, Peer, have_none_for, key_for
from ipseclint.model.policy import RuleAction
from ipseclint.semantics.negotiation.ends import End, Selectors
from ipseclint.semantics.negotiation.implementations import implementation_of
from ipseclint.vocabulary.authentication import AuthMethod


def peer_ends(machine: Machine) -> Iterator[End]:
    """The end of each connection that describes a peer."""
    return (_end(peer, machine) for peer in machine.policy.peers)


def _with_key(
    peer: Peer, machine: Machine, credentials: tuple[Credential, ...] | None
) -> tuple[Credential, ...] | None:
    """Credentials, completed by a key that is listed apart from them."""
    keys = machine.policy.peer_keys
    secret = key_for(keys, peer.identities)
    is_missing = have_none_for(keys, peer.identities)
    if credentials is None or not (secret or is_missing):
        return credentials
    update = {"secret": secret, "is_secret_known": secret is not None, "is_secret_missing": is_missing}
    return tuple(
        credential.model_copy(update=update)
        if credential.method is AuthMethod.PRESHARED_KEY and credential.secret is None
        else credential
        for credential in credentials
    )


def _end(peer: Peer, machine: Machine) -> End:
    """The end of a described peer. Authentication and suites that the description lacks are not known."""
    local = peer.local.known if peer.local is not None else None
    remote = peer.remote.known if peer.remote is not None else None
    selectors = None
    if peer.local is not None or peer.remote is not None or peer.protocol is not None:
        span = peer.local or peer.remote
        place = span.span if span is not None else peer.span
        ports = (peer.local_ports, peer.remote_ports)
        is_read = not any(side is not None and side.known is None for side in (peer.local, peer.remote))
        selectors = Selectors(local or (), remote or (), place, peer.protocol, *ports, is_understood=is_read)
    quick = peer.quick_mode
    return End(
        path=peer.span.path,
        subject=f'connection "{peer.name}"',
        span=peer.span,
        action=RuleAction.NEGOTIATE,
        implementation=implementation_of(peer),
        key_modules=peer.key_modules.known if peer.key_modules is not None else None,
        key_modules_span=peer.key_modules.span if peer.key_modules is not None else peer.span,
        is_aggressive=peer.is_aggressive,
        childless=peer.childless,
        main_mode=peer.main_mode,
        main_mode_span=peer.main_mode[0].span if peer.main_mode else peer.span,
        main_mode_seconds=peer.main_mode_seconds,
        quick_mode=quick,
        quick_mode_span=quick[0].span if quick else peer.span,
        quick_mode_seconds=peer.quick_mode_seconds,
        quick_mode_kilobytes=peer.quick_mode_kilobytes,
        renews=peer.renews,
        own=_with_key(peer, machine, peer.own),
        accepted=_with_key(peer, machine, peer.accepted),
        second=peer.second,
        day=machine.as_of,
        identity=peer.identity,
        expected_identity=peer.expected_identity,
        authentication_span=peer.own[0].span if peer.own else peer.span,
        mode=peer.mode.known if peer.mode is not None else None,
        mode_span=peer.mode.span if peer.mode is not None else peer.span,
        selectors=selectors,
        gateway=peer.answers_on,
        peer_gateway=peer.looks_for,
        is_client=peer.is_client,
        is_server=peer.is_server,
        is_either_side=peer.is_either_side,
    )
