"""An end as the description of a peer, for those at the other side: the first of several, the others named."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from ipseclint.escape import visible
from ipseclint.model.peer import Credential, Offer
from ipseclint.model.selectors import Addresses
from ipseclint.model.setting import Setting
from ipseclint.semantics.negotiation.ends import End
from ipseclint.semantics.negotiation.offers import NO_GROUP
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Encapsulation, Integrity
from ipseclint.vocabulary.authentication import AuthMethod

_WORDS = {
    **{cipher.value: cipher.row.strongswan for cipher in Cipher},
    **{integrity.value: integrity.row.strongswan for integrity in Integrity},
    **{group.value: group.row.strongswan for group in DhGroup},
}
_METHODS = {
    AuthMethod.PRESHARED_KEY: "psk",
    AuthMethod.COMPUTER_CERTIFICATE: "certificate",
    AuthMethod.COMPUTER_KERBEROS: "kerberos",
    AuthMethod.COMPUTER_NTLM: "ntlm",
    AuthMethod.EAP: "eap",
}


def render(ends: Sequence[End]) -> str:
    """The document. Preshared keys are never in it."""
    return "\n".join(_lines(ends[0], ends[1:])) + "\n"


def _lines(end: End, others: Iterable[End]) -> Iterator[str]:
    yield visible(f"# {end.subject}, {end.path}:{end.span.line}")
    for other in others:
        yield visible(f"# not described here: {other.subject}, line {other.span.line}")
    yield "[peer]"
    yield f"name = {_text(end.subject)}"
    yield f"implementation = {_text(end.implementation.name)}"
    if end.gateway:
        yield f"answers_on = {_list(map(str, end.gateway))}"
    if end.key_modules is not None:
        yield f"keying = {_list(sorted(module.casefold() for module in end.key_modules))}"
    if end.main_mode is not None:
        yield "\n[peer.main_mode]"
        yield f"proposals = {_list(_proposal(offer) for offer in end.main_mode)}"
        yield from _amount("lifetime", end.main_mode_seconds, "s")
    if end.quick_mode is not None:
        yield "\n[peer.quick_mode]"
        yield f"proposals = {_list(_proposal(offer) for offer in end.quick_mode)}"
        groups = dict.fromkeys(group for offer in end.quick_mode for group in offer.groups)
        yield f"pfs = {_list(_word(group) for group in groups if group != NO_GROUP)}"
        yield from _amount("lifetime", end.quick_mode_seconds, "s")
        yield from _amount("volume", end.quick_mode_kilobytes, "kb")
        if end.mode is not None:
            yield f"mode = {_text(end.mode.value)}"
        if end.selectors is not None:
            yield from _addresses("local", end.selectors.local)
            yield from _addresses("remote", end.selectors.remote)
    if end.own is not None:
        yield "\n[peer.auth]"
        yield f"methods = {_list(dict.fromkeys(map(_method, end.own)))}"
        authorities = dict.fromkeys(name for credential in end.own for name in credential.authorities)
        if authorities:
            yield f"authorities = {_list(authorities)}"


def _proposal(offer: Offer) -> str:
    integrity = offer.prfs if offer.encapsulation is None and not offer.integrity else offer.integrity
    hashes = integrity or offer.ah_integrity
    groups = offer.groups if offer.encapsulation is None else ()
    ciphers = () if offer.encapsulation is Encapsulation.AH else offer.encryption
    words = "-".join(_word(value) for values in (ciphers, hashes, groups) for value in values[:1])
    return words if offer.encapsulation is None else f"{offer.encapsulation.value.casefold()}:{words}"


def _word(value: str) -> str:
    return _WORDS.get(value) or value


def _method(credential: Credential) -> str:
    return _METHODS.get(credential.method, credential.method.value) if credential.method is not None else "?"


def _amount(key: str, setting: Setting[int] | None, unit: str) -> Iterator[str]:
    if setting is not None and setting.known:
        yield f'{key} = "{setting.known}{unit}"'


def _addresses(key: str, addresses: Addresses) -> Iterator[str]:
    if addresses and all(address.version for address in addresses):
        yield f"{key} = {_list(map(str, addresses))}"


def _text(words: str) -> str:
    """A string of TOML: the escapes of JSON are among its own."""
    return json.dumps(visible(words), ensure_ascii=False)


def _list(words: Iterable[str]) -> str:
    return f"[{', '.join(map(_text, words))}]"
