"""Phases in the config.xml of pfSense and OPNsense as peers.

Public backups show the elements: `phase1` with proposals in `encryption/item`, or one proposal directly, and `phase2`
with the same `ikeid`. Both run strongSwan. A key length of `auto` means all of AES, longest first (ipsec.inc of
pfSense, `$p2_ealgos`). Networks named by an interface are unknown. A disabled phase is no connection.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ipseclint.formats.kit import read
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.token import Token
from ipseclint.formats.kit.xml.element import Element, text_of
from ipseclint.formats.peers.gateways.parts import CERTIFICATE, ESP, IKEV1, IKEV2, SWITCHED_OFF, Maker, is_aggressive
from ipseclint.model.peer import Credential, Offer, Peer
from ipseclint.model.policy import RuleMode
from ipseclint.model.selectors import Addresses, parse_address
from ipseclint.model.setting import Setting, Unknown
from ipseclint.vocabulary.algorithms import Encapsulation
from ipseclint.vocabulary.authentication import AuthMethod

_MODES = {
    "tunnel": RuleMode.TUNNEL,
    "tunnel6": RuleMode.TUNNEL,
    "vti": RuleMode.TUNNEL,
    "route-based": RuleMode.TUNNEL,
    "transport": RuleMode.TRANSPORT,
}
_OF_NO_FIRST = "no `phase1` here has the `ikeid` that this `phase2` names, so that it is not used"
_GCM = "gcm"
_AUTO = ("256", "192", "128")
_NO_GROUP = frozenset({"0", "off", "none"})
_OF_NETWORK = frozenset({"network", "address"})


def peers_of(phases: Sequence[Element], diagnostics: Diagnostics) -> list[Peer]:
    """A peer for each second phase with its first, and for each first phase without one."""
    make = Maker(diagnostics)
    active = [each for each in phases if each.child("disabled") is None]
    for _ in range(len(phases) - len(active)):
        diagnostics.not_read(SWITCHED_OFF)
    seconds = [each for each in active if each.name == "phase2"]
    numbers = {_text(each, "ikeid") for each in phases if each.name == "phase1"}
    for second in seconds:
        if _text(second, "ikeid") not in numbers:
            diagnostics.not_understood(_OF_NO_FIRST, diagnostics.place(second.line, second.column))
    peers: list[Peer] = []
    for first in active:
        if first.name == "phase1":
            number = _text(first, "ikeid")
            own: list[Element | None] = [
                each for each in seconds if number is not None and _text(each, "ikeid") == number
            ]
            peers.extend(_peer(first, second, len(own), make) for second in own or (None,))
    return peers


def _peer(first: Element, second: Element | None, children: int, make: Maker) -> Peer:
    path = make.diagnostics.path
    place = Token(first.name, path, first.line, first.column)
    name = _text(first, "descr") or f"phase1 {_text(first, 'ikeid') or ''}".strip()
    more = None if second is None else _text(second, "descr")
    method, key = _token(first, "authentication_method", path), _token(first, "pre-shared-key", path)
    own: tuple[Credential, ...] | None = None
    if method is not None:
        is_key = method.text in {"pre_shared_key", "xauth_psk_server"}
        own = make.secret(key, method) if is_key else (Credential(span=method.span, method=CERTIFICATE),)
    takes_eap = method is not None and method.text.startswith("eap")
    main = tuple(_main(each, place, make) for each in _proposals(first))
    mode = None if second is None else _token(second, "mode", path)
    return Peer(
        name=f"{name}, {more}" if more and children > 1 else name,
        span=place.span,
        implementation="strongswan",
        is_server=first.child("mobile") is not None,
        looks_for=make.addresses(_token(first, "remote-gateway", path)),
        key_modules=make.modules(
            _token(first, "iketype", path), {"ikev1": IKEV1, "ikev2": IKEV2, "auto": IKEV1 | IKEV2}
        ),
        is_aggressive=is_aggressive(_token(first, "mode", path)),
        main_mode=main or None,
        main_mode_seconds=make.seconds(_token(first, "lifetime", path)),
        quick_mode=None if second is None else _quick(second, make),
        quick_mode_seconds=None if second is None else make.seconds(_token(second, "lifetime", path)),
        mode=None if mode is None else read.word(mode, _MODES, "mode", make.diagnostics),
        local=None if second is None else _network(second.child("localid"), path),
        remote=None if second is None else _network(second.child("remoteid"), path),
        own=own,
        accepted=(Credential(span=place.span, method=AuthMethod.EAP),) if takes_eap else own,
    )


def _proposals(first: Element) -> list[Element]:
    encryption = first.child("encryption")
    items = [] if encryption is None else [each for each in encryption.children if each.name == "item"]
    return items or ([first] if first.child("encryption-algorithm") is not None else [])


def _main(element: Element, place: Token, make: Maker) -> Offer:
    path = make.diagnostics.path
    ciphers = _ciphers(_named(element, "encryption-algorithm"), path)
    hashes = _words(_named(element, "hash-algorithm"), path)
    return make.offer(
        ciphers[0] if ciphers else place,
        ciphers,
        [] if any(_GCM in cipher.text for cipher in ciphers) else hashes,
        _words(_named(element, "dhgroup"), path),
        prfs=_words(_named(element, "prf-algorithm"), path),
    )


def _quick(second: Element, make: Maker) -> tuple[Offer, ...] | None:
    """The proposals of a second phase: each cipher with each hash, as strongSwan is configured."""
    path = make.diagnostics.path
    ciphers = _ciphers(_named(second, "encryption-algorithm-option"), path)
    hashes = [
        word.standing_for(word.text.removeprefix("hmac_").removeprefix("hmac-"))
        for word in _words(_named(second, "hash-algorithm-option"), path)
    ]
    groups = [word for word in _words(_named(second, "pfsgroup"), path) if word.text not in _NO_GROUP]
    protocol = _text(second, "protocol")
    if protocol == "ah" or not ciphers:
        return None
    encapsulation: Encapsulation = ESP
    return tuple(
        make.offer(cipher, [cipher], [] if _GCM in cipher.text else hashes, groups, encapsulation=encapsulation)
        for cipher in ciphers
    )


def _ciphers(elements: Iterable[Element], path: str) -> list[Token]:
    """Ciphers with key sizes; GCM is followed by its tag size."""
    ciphers: list[Token] = []
    for element in elements:
        named, size = _token(element, "name", path), _text(element, "keylen")
        if named is None:
            continue
        name = named.text
        if _GCM in name:
            name = f"{name}{size if size in {'64', '96', '128'} else '128'}"
        elif size is not None:
            ciphers += [named.standing_for(f"{name}-{each}") for each in (_AUTO if size == "auto" else (size,))]
            continue
        ciphers.append(named.standing_for(name))
    return ciphers


def _network(element: Element | None, path: str) -> Setting[Addresses] | None:
    """The network of a side; unknown if an interface names it."""
    if element is None:
        return None
    kind, address, bits = (_token(element, name, path) for name in ("type", "address", "netbits"))
    if address is None or (kind is not None and kind.text not in _OF_NETWORK):
        place = address or kind or Token(element.name, path, element.line, element.column)
        return Setting(Unknown(place.text), place.span)
    network = parse_address(address.text if bits is None else f"{address.text}/{bits.text}")
    return Setting(Unknown(address.text) if network is None or not network.version else (network,), address.span)


def _named(element: Element, name: str) -> list[Element]:
    return [each for each in element.children if each.name == name]


def _words(elements: Iterable[Element], path: str) -> list[Token]:
    """The comma-separated words of elements; for one with a name element, that name."""
    words: list[Token] = []
    for element in elements:
        token = _token(element, "name", path) or (text_of(element, path).strip() if element.text.strip() else None)
        words.extend([] if token is None else [word for word in token.split(",") if word.text])
    return words


def _token(element: Element, name: str, path: str) -> Token | None:
    child = element.child(name)
    return None if child is None or not child.text.strip() else text_of(child, path).strip()


def _text(element: Element, name: str) -> str | None:
    child = element.child(name)
    return None if child is None else child.text.strip() or None
