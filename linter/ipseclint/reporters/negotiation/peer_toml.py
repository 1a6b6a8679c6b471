"""An end as the description of a peer, for use at the other side: the first of several, the others named."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence

from ipseclint.escape import visible
from ipseclint.late import late
from ipseclint.model.peer import UNKNOWN_GROUP, Credential, Offer, of_any_key
from ipseclint.model.selectors import Addresses, Ports
from ipseclint.model.setting import Setting
from ipseclint.semantics.negotiation.ends import End
from ipseclint.semantics.negotiation.offers import NO_GROUP
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Encapsulation, Integrity
from ipseclint.vocabulary.authentication import AuthMethod, CertificateSigning

_WORDS = {
    **{cipher.value: cipher.row.strongswan for cipher in Cipher},
    **{integrity.value: integrity.row.strongswan for integrity in Integrity},
    **{group.value: group.row.strongswan for group in DhGroup},
}
_NULL = "null"
"""The word for no encryption; `none` is a group."""
_METHODS = {
    AuthMethod.PRESHARED_KEY: "psk",
    AuthMethod.COMPUTER_CERTIFICATE: "certificate",
    AuthMethod.COMPUTER_KERBEROS: "kerberos",
    AuthMethod.COMPUTER_NTLM: "ntlm",
    AuthMethod.EAP: "eap",
}
_RSA, _P256, _P384 = CertificateSigning.RSA, CertificateSigning.ECDSA_P256, CertificateSigning.ECDSA_P384
_CERTIFICATES = {
    frozenset({_RSA}): ("rsa",),
    frozenset({_P256}): ("ecdsa256",),
    frozenset({_P384}): ("ecdsa384",),
    frozenset({_P256, _P384}): ("ecdsa",),
    frozenset({_RSA, _P256}): ("rsa", "ecdsa256"),
    frozenset({_RSA, _P384}): ("rsa", "ecdsa384"),
}
"""The words for certificates with some types of key; any other word covers all types."""


_QUOTED = late(r'[^"]+"(.*)"\Z', re.DOTALL)
"""The kind of an end, and its name within quotes."""


def render(ends: Sequence[End]) -> str:
    """The document. Preshared keys are never in it."""
    return "\n".join(_lines(ends[0], ends[1:])) + "\n"


def _lines(end: End, others: Iterable[End]) -> Iterator[str]:
    yield visible(f"# {end.subject}, {end.path}:{end.span.line}")
    for other in others:
        yield visible(f"# not described here: {other.subject}, line {other.span.line}")
    yield "[peer]"
    quoted = _QUOTED.match(end.subject)
    yield f"name = {_text(end.subject if quoted is None else quoted[1])}"
    yield f"implementation = {_text(end.implementation.name)}"
    if end.is_client or end.is_server:
        yield f"role = {_text('client' if end.is_client else 'server')}"
    if end.gateway:
        yield f"answers_on = {_list(map(str, end.gateway))}"
    if end.key_modules is not None:
        yield f"keying = {_list(sorted(module.casefold() for module in end.key_modules))}"
    if end.is_aggressive:
        yield "aggressive = true"
    if end.main_mode is not None:
        yield "\n[peer.main_mode]"
        yield from _main_mode(end, end.main_mode)
    if end.quick_mode is not None:
        yield "\n[peer.quick_mode]"
        yield from _quick_mode(end, end.quick_mode)
    if end.own is not None:
        yield "\n[peer.auth]"
        yield from _authentication(end, end.own)


def _main_mode(end: End, offers: Sequence[Offer]) -> Iterator[str]:
    yield from _left_out(offers)
    yield f"proposals = {_list(_proposal(offer, _known(offer.groups)) for offer in offers if _has_words(offer))}"
    yield from _amount("lifetime", end.main_mode_seconds, "s")


def _quick_mode(end: End, offers: Sequence[Offer]) -> Iterator[str]:
    yield from _left_out(offers)
    written = [offer for offer in offers if _has_words(offer)]
    groups = {offer.groups for offer in written}
    shared = groups.pop() if len(groups) == 1 else ()
    yield f"proposals = {_list(_proposal(each, () if shared else each.groups or (NO_GROUP,)) for each in written)}"
    yield f"pfs = {_list(map(_word, shared))}"
    yield from _amount("lifetime", end.quick_mode_seconds, "s")
    yield from _amount("volume", end.quick_mode_kilobytes, "kb")
    if end.mode is not None:
        yield f"mode = {_text(end.mode.value)}"
    if end.selectors is not None:
        yield from _side("local", end.selectors.local, end.selectors.protocol, end.selectors.local_ports)
        yield from _side("remote", end.selectors.remote, end.selectors.protocol, end.selectors.remote_ports)


def _authentication(end: End, own: Sequence[Credential]) -> Iterator[str]:
    yield f"methods = {_methods(own)}"
    if end.accepted is not None and end.accepted != of_any_key(own):
        yield f"accepts = {_methods(end.accepted)}"
    if end.second:
        yield f"second = {_methods(end.second)}"
    credentials = (*own, *(end.accepted or ()))
    signed = (credential for credential in credentials if credential.method is not AuthMethod.PRESHARED_KEY)
    authorities = dict.fromkeys(name for credential in signed for name in credential.authorities)
    if authorities:
        yield f"authorities = {_list(authorities)}"
    for key, identity in (("identity", end.identity), ("expects", end.expected_identity)):
        if identity is not None and identity.known:
            yield f"{key} = {_text(identity.known)}"


def _has_words(offer: Offer) -> bool:
    """Whether a proposal was understood, and is for AH or ESP but not both."""
    return offer.is_understood and offer.encapsulation is not Encapsulation.AH_AND_ESP


def _left_out(offers: Iterable[Offer]) -> Iterator[str]:
    yield from (
        f"# not written here: a proposal of line {offer.span.line}" for offer in offers if not _has_words(offer)
    )


def _proposal(offer: Offer, groups: Sequence[str]) -> str:
    hashes = offer.integrity or offer.ah_integrity
    ciphers = () if offer.ah_integrity else offer.encryption
    words = [_NULL if cipher == Cipher.NONE.value else _word(cipher) for cipher in ciphers]
    words += [_word(value) for value in hashes]
    words += [f"prf{_word(value)}" for value in offer.prfs]
    words += [_word(value) for value in groups]
    if True in offer.extended_sequence_numbers:
        words += ["esn" if numbers else "noesn" for numbers in offer.extended_sequence_numbers]
    suite = "-".join(words)
    return suite if offer.encapsulation is None else f"{offer.encapsulation.value.casefold()}:{suite}"


def _known(groups: Sequence[str]) -> list[str]:
    """The groups that are known: without them a proposal is read as not whole."""
    return [group for group in groups if group != UNKNOWN_GROUP]


def _word(value: str) -> str:
    return _WORDS.get(value) or value


def _methods(credentials: Iterable[Credential]) -> str:
    return _list(dict.fromkeys(word for credential in credentials for word in _method(credential)))


def _method(credential: Credential) -> tuple[str, ...]:
    if credential.method is AuthMethod.COMPUTER_CERTIFICATE:
        hashes = "".join(f"-{name}" for name in sorted(credential.hashes))
        return tuple(word + hashes for word in _CERTIFICATES.get(credential.signings, ("certificate",)))
    return ("?" if credential.method is None else _METHODS.get(credential.method, credential.method.value),)


def _amount(key: str, setting: Setting[int] | None, unit: str) -> Iterator[str]:
    if setting is not None and setting.known:
        yield f'{key} = "{setting.known}{unit}"'


def _side(key: str, addresses: Addresses, protocol: int | None, ports: Ports) -> Iterator[str]:
    if addresses and all(address.version for address in addresses):
        yield f"{key} = {_list(map(str, addresses))}"
    if protocol is not None and len(ports) <= 1:
        yield f'{key}_protoport = "{"/".join(map(str, (protocol, *ports)))}"'
    elif protocol is not None:
        yield f"# not written here: the {len(ports)} ranges of {key} ports"


def _text(words: str) -> str:
    """A TOML string: the escapes of JSON are valid in it."""
    return json.dumps(visible(words), ensure_ascii=False)


def _list(words: Iterable[str]) -> str:
    return f"[{', '.join(map(_text, words))}]"
