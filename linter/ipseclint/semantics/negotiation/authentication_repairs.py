"""Repairs of how an end proves who it is, and of what it asks of the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ipseclint.model.peer import Credential
from ipseclint.semantics.negotiation.authentication import A_KEY, NO_HASH, credential_words
from ipseclint.semantics.negotiation.ends import End
from ipseclint.semantics.negotiation.repair import ASKS_LESS, OFFERS_LESS, TAKES_MORE, Repair
from ipseclint.semantics.negotiation.stage import Kind, Stage
from ipseclint.semantics.negotiation.verdict import Outcome
from ipseclint.semantics.protection import method_rank
from ipseclint.vocabulary.algorithms import KeyModule
from ipseclint.vocabulary.authentication import NOT_SUPPORTED, AuthMethod


def _trust(outcome: Outcome, end: End) -> Repair:
    named = (difference for difference in outcome.differences if difference.attribute == "certificate authority")
    authorities = next(named, None)
    name = ""
    if authorities is not None:
        name = authorities.responder if end is outcome.initiator else authorities.initiator
    return Repair(f"Use a certificate of the other end's authority, and trust it: {name}.")


def _ask_second(end: End, other: End) -> Repair | None:
    asked = [credential for credential in other.second or () if credential.method]
    if end.is_windows and any(credential.method is AuthMethod.XAUTH for credential in asked):
        return None
    if not asked:
        return Repair("Leave the second authentication out, as the other end does.", loss=ASKS_LESS)
    names = ", ".join(credential.method for credential in asked if credential.method)
    return Repair(f"Ask for the second authentication of the other end: {names}.", loss=_loss(end.second, asked))


def _loss(now: Sequence[Credential] | None, then: Sequence[Credential]) -> str | None:
    """What an end loses that takes other methods, too."""
    return ASKS_LESS if _is_weaker_proof(now, then) else None


def _is_weaker_proof(now: Sequence[Credential] | None, then: Sequence[Credential]) -> bool:
    """Whether one of some methods is weaker than all of now."""
    ranks = [[method_rank(each.method) for each in side if each.method] for side in (now or (), then)]
    return all(ranks) and min(ranks[1]) < min(ranks[0])


def authenticate(outcome: Outcome, end: End, other: End) -> Repair | None:
    """The repair of an end where authentication fails; None if it can do nothing."""
    kind = outcome.result.kind if outcome.result is not None else None
    by_kind = None if kind is None else _BY_KIND.get(kind)
    if by_kind is not None:
        return by_kind(outcome, end)
    if outcome.stage is Stage.SECOND_AUTHENTICATION:
        return _ask_second(end, other)
    is_ikev2 = outcome.key_module is KeyModule.IKEV2
    taken = _not_taken(end, other) if is_ikev2 else ()
    able = [each for each in taken or other.own or () if _can_prove(end, each, outcome.key_module)]
    words = ", ".join(dict.fromkeys(map(credential_words, able)))
    if not words:
        return None
    if taken:
        loss = OFFERS_LESS if _is_weaker_proof(end.own, able) else None
        return Repair(f"Prove who this end is by what the other takes: {words}.", loss=loss)
    if is_ikev2 and _is_vpn_client(end):
        return None  # its server proves itself by a certificate, and nothing can be set there
    if is_ikev2:
        return Repair(f"Accept what the other end proves itself by: {words}.", loss=_loss(end.accepted, able))
    return Repair(f"Add the other end's authentication method: {words}.", loss=_loss(end.own, able))


def _enter_key(outcome: Outcome, end: End) -> Repair | None:
    mine, theirs = _sides(outcome, end)
    has_the_only_one = mine != theirs and mine == A_KEY
    return None if has_the_only_one else Repair("Enter the preshared key of the other end.")


def _sides(outcome: Outcome, end: End) -> tuple[str, str]:
    """The values of the decisive difference: this end's and the other's."""
    difference = outcome.differences[0]
    values = difference.initiator, difference.responder
    return values if end is outcome.initiator else values[::-1]


def _take_certificates(_outcome: Outcome, end: End) -> Repair | None:
    is_bound = any(credential.authorities for credential in end.accepted or ())
    words = "Take certificates of the other end, or ask for none besides the key, which is weaker."
    return Repair(words) if is_bound else None


def _change_method(_outcome: Outcome, _end: End) -> Repair:
    return Repair("Use certificates at both ends, or a key module that has the method.")


def _show_identity(_outcome: Outcome, _end: End) -> Repair:
    return Repair("Show the identity that the other end expects, and expect the one that it shows.")


def _match_name(_outcome: Outcome, end: End) -> Repair:
    is_dialling = end.dials is not None
    return Repair(
        "Dial the name that the other end shows." if is_dialling else "Show a certificate with the name dialled."
    )


def _renew(outcome: Outcome, end: End) -> Repair | None:
    is_initiators = outcome.differences[0].initiator_span is not None
    return Repair("Renew the certificate.") if is_initiators == (end is outcome.initiator) else None


def _not_taken(end: End, other: End) -> tuple[Credential, ...]:
    """The methods that an end could authenticate by, if the other accepts none of its present ones: in IKEv2 each has
    its own."""
    taken = other.accepted or ()
    shown = {credential.method for credential in end.own or ()}
    return () if any(credential.method in shown for credential in taken) else taken


def _sign(outcome: Outcome, end: End) -> Repair | None:
    """The repair for the hash of signatures, which no setting of Windows names."""
    mine, theirs = _sides(outcome, end)
    if mine == NO_HASH:
        return None if end.is_windows else Repair(f"Sign with {theirs}.")
    words = "Take signatures with any hash." if theirs == NO_HASH else f"Take signatures with {theirs}, too."
    return Repair(words, loss=TAKES_MORE if _shortest(theirs) < _shortest(mine) else None)


def _shortest(hashes: str) -> int:
    """The number in the names of the shortest of some hashes: `sha1` has the least, which any hash may be."""
    numbers = (each.removeprefix("sha") for each in hashes.split(", "))
    return min((int(number) for number in numbers if number.isdecimal()), default=1)


_OF_WINDOWS = frozenset(
    {AuthMethod.COMPUTER_KERBEROS, AuthMethod.COMPUTER_NTLM, AuthMethod.USER_KERBEROS, AuthMethod.USER_NTLM}
)
"""Methods that only Windows has."""
_BY_KIND: dict[Kind, Callable[[Outcome, End], Repair | None]] = {
    Kind.KEY: _enter_key,
    Kind.CONSTRAINT: _take_certificates,
    Kind.UNSUPPORTED: _change_method,
    Kind.IDENTITY: _show_identity,
    Kind.NAME: _match_name,
    Kind.HASH: _sign,
    Kind.VALIDITY: _renew,
    Kind.AUTHORITY: _trust,
}
"""The repair at an end for each known reason that authentication fails."""


def _is_vpn_client(end: End) -> bool:
    """Whether an end is a VPN connection of Windows: in IKEv2 it proves itself by EAP or a certificate alone
    (`-AuthenticationMethod` of Set-VpnConnection)."""
    return end.is_windows and end.is_client


def _can_prove(end: End, credential: Credential, module: KeyModule | None) -> bool:
    """Whether an end could support a method: a Windows rule has those of `auth1`, a connection also EAP.

    Kerberos and NTLM are Windows' own.
    """
    if credential.method is None or not end.is_windows:
        return credential.method is not None and (
            end.implementation.name == "unknown" or credential.method not in _OF_WINDOWS
        )
    if end.is_rule and module in NOT_SUPPORTED and credential.method in NOT_SUPPORTED[module]:
        return False
    if not end.is_rule and credential.method is AuthMethod.EAP:
        return True
    if module is KeyModule.IKEV2 and _is_vpn_client(end) and credential.method is AuthMethod.PRESHARED_KEY:
        return False
    return credential.method.row.netsh_first is not None
