"""SonicOS as peers, by the policies that `show current-config` prints and that AWS' configurations for SonicWall type.

A policy has one proposal for each phase. What it leaves out has a default that differs between versions, and is not
read; its networks are names of objects, which are not known. Where `show current-config` prints a key, it is encrypted
behind `4,`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.formats.kit.diagnostics import quoted
from ipseclint.formats.kit.token import Token
from ipseclint.formats.peers.gateway_tree import Node
from ipseclint.formats.peers.gateways.parts import (
    CERTIFICATE,
    ESP,
    IKEV1,
    IKEV2,
    Maker,
    is_aggressive,
    switched_on,
    tunnel,
)
from ipseclint.late import late
from ipseclint.model.peer import UNKNOWN_GROUP, Credential, Offer, Peer
from ipseclint.model.selectors import Addresses
from ipseclint.model.setting import Setting, Unknown
from ipseclint.vocabulary.algorithms import Encapsulation

_KINDS = ("site-to-site", "tunnel-interface")
_OF_CLIENTS = "group-vpn"
"""The policies for SonicWall's own client, which are not read."""
_EXCHANGES = {"main": IKEV1, "aggressive": IKEV1, "ikev2": IKEV2}
_ENCRYPTED = late(r"\d,[0-9A-Fa-f]{8,}")
_PFS = "perfect-forward-secrecy"


def sonicwall(root: Node, make: Maker) -> Iterator[Peer]:
    """SonicOS: each policy between sites that is not switched off, with its two proposals."""
    if root.at("vpn", "policy", _OF_CLIENTS) is not None:
        make.diagnostics.not_read(_OF_CLIENTS)
    told: set[str] = set()
    for kind in _KINDS:
        for policy in switched_on(root.named("vpn", "policy", kind), make, "no", "enable"):
            own = _credentials(policy, make)
            first, second = policy.at("proposal", "ike"), policy.at("proposal", "ipsec")
            if policy.place.text in told:
                why = f"a policy {quoted(policy.place.text)} stands above, too: each is taken as a whole"
                make.diagnostics.not_understood(why, policy.place.span)
            told.add(policy.place.text)
            if first is None and second is None:
                continue
            exchange = None if first is None else first.value("exchange")
            yield Peer(
                name=policy.place.text,
                span=policy.place.span,
                looks_for=make.addresses(policy.value("gateway", "primary")),
                key_modules=make.modules(exchange, _EXCHANGES),
                is_aggressive=is_aggressive(exchange),
                main_mode=None if first is None else _main(first, make),
                main_mode_seconds=None if first is None else make.seconds(first.number("lifetime")),
                quick_mode=None if second is None else _quick(policy, second, make),
                quick_mode_seconds=None if second is None else make.seconds(second.number("lifetime")),
                mode=tunnel(policy.place),
                local=_networks(policy, "local"),
                remote=_networks(policy, "remote"),
                own=own,
                accepted=own,
            )


def _networks(policy: Node, side: str) -> Setting[Addresses] | None:
    """The networks of a side, which a policy names and another part of the configuration tells."""
    node = policy.at("network", side)
    words = [] if node is None else node.chain()
    return Setting(Unknown(words[-1].text), words[-1].span) if words else None


def _main(first: Node, make: Maker) -> tuple[Offer, ...] | None:
    cipher, hash_, group = (first.value(word) for word in ("encryption", "authentication", "dh-group"))
    if cipher is None or hash_ is None or group is None:
        make.diagnostics.not_read("a part of proposal ike left to the version's default")
        return None
    return (make.offer(first.place, [_cipher(cipher)], [hash_], [group]),)


def _quick(policy: Node, second: Node, make: Maker) -> tuple[Offer, ...] | None:
    protocol, cipher, hash_ = (second.value(word) for word in ("protocol", "encryption", "authentication"))
    is_ah = protocol is not None and protocol.text.casefold() == "ah"
    if hash_ is None or (cipher is None and not is_ah):
        make.diagnostics.not_read("a part of proposal ipsec left to the version's default")
        return None
    groups: list[Token | str] = [*second.values(_PFS, "dh-group")] or [UNKNOWN_GROUP]
    if policy.at("no", "proposal", "ipsec", _PFS) is not None:
        groups = []
    ciphers = [] if is_ah or cipher is None else [_cipher(cipher)]
    return (make.offer(second.place, ciphers, [hash_], groups, encapsulation=Encapsulation.AH if is_ah else ESP),)


def _cipher(word: Token) -> Token:
    """A cipher in the words of the other makes: `triple-des`, `aesgcm16-256`."""
    text = word.text.casefold()
    if text.startswith("aesgcm16-"):
        return word.standing_for(f"aes{text.removeprefix('aesgcm16-')}gcm128")
    return word.standing_for("3des") if text == "triple-des" else word


def _credentials(policy: Node, make: Maker) -> tuple[Credential, ...] | None:
    """How both ends prove who they are; None where it is not said."""
    node = policy.at("shared-secret")
    words = [] if node is None else node.chain()
    make.diagnostics.secrets += [word.span for word in words]
    method = policy.value("auth-method")
    if method is not None and method.text == "shared-secret":
        key = words[0] if len(words) == 1 and _ENCRYPTED.fullmatch(words[0].text) is None else None
        return make.secret(key, method)
    is_signed = method is not None and method.text.startswith("certificate")
    return (Credential(span=method.span, method=CERTIFICATE),) if method is not None and is_signed else None
