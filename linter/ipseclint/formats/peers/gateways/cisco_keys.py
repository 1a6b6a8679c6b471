"""The preshared keys of IOS and ASA, each with the peers that it is for, by Cisco's command references.

`crypto isakmp key`, keyrings of either IKE version, and the attributes of a tunnel group.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from ipseclint.formats.kit.token import Token
from ipseclint.formats.peers.gateway_tree import Node
from ipseclint.formats.peers.gateways.parts import IKEV1, IKEV2
from ipseclint.vocabulary.algorithms import KeyModule

LOCAL, REMOTE = "local", "remote"
_SIDES = (LOCAL, REMOTE)
_ENCRYPTED = "6"
_KINDS = frozenset({"0", _ENCRYPTED})
"""What stands before a key that is written as it is, or encrypted."""
_HOST_MASK = "255.255.255.255"
_NO_MASK = "0.0.0.0"  # noqa: S104 - the address and the mask of any peer


class Key(Struct, frozen=True):
    """A key of an IKE version for the peer at an address, a network if it has a mask; `sides` are whose it is.

    `token` is None where the key is encrypted.
    """

    module: frozenset[KeyModule]
    token: Token | None
    address: str | None
    mask: str | None = None
    sides: Sequence[str] = _SIDES

    @property
    def is_for_any(self) -> bool:
        """Whether it is for any peer."""
        return self.address == _NO_MASK

    @property
    def is_for_one(self) -> bool:
        """Whether it is for one address."""
        return not self.is_for_any and self.mask in {None, _HOST_MASK}


def key_for(keys: Sequence[Key], module: frozenset[KeyModule], side: str, peers: Sequence[str]) -> Token | None:
    """The key of a side towards the peers of a map entry; None if it is not known.

    The one for its address counts, else one for any peer. A key for a network may be meant in between. Without an
    address the only key is meant.
    """
    mine = [key for key in keys if key.module == module and side in key.sides]
    chosen = [key for key in mine if key.is_for_one and key.address in peers]
    if not chosen and all(key.is_for_one or key.is_for_any for key in mine):
        chosen = [key for key in mine if key.is_for_any] if peers else mine
    return chosen[0].token if len(chosen) == 1 else None


def keys_of(root: Node, crypto: Node) -> tuple[Key, ...]:
    """All keys of a configuration."""
    return (*_of_isakmp(root, crypto), *_of_keyrings(crypto), *_of_tunnel_groups(root))


def _of_isakmp(root: Node, crypto: Node) -> Iterator[Key]:
    for node in (crypto.at("isakmp", "key"), root.at("isakmp", "key")):
        for key, token in _written(node):
            for address in key.named("address"):
                yield Key(IKEV1, token, address.place.text, _mask(address))


def _of_keyrings(crypto: Node) -> Iterator[Key]:
    for ring in crypto.named("keyring"):
        for address in ring.named("pre-shared-key", "address"):
            for node in (address, *address.below.values()):
                for _, token in _written(node.at("key")):
                    yield Key(IKEV1, token, address.place.text, _mask(address))
    for ring in crypto.named("ikev2", "keyring"):
        written = ring.at("pre-shared-key")
        addresses = list(ring.named("address"))
        for side in _SIDES:
            for key, token in _written(None if written is None else written.at(side)):
                yield _of_peer(ring, addresses, key, token, (side,))
        for key, token in _written(written):
            if key.place.text not in _SIDES:
                yield _of_peer(ring, addresses, key, token, _SIDES)


def _of_peer(ring: Node, addresses: Sequence[Node], key: Node, token: Token | None, sides: Sequence[str]) -> Key:
    """A key of a keyring with the address of its peer: both stand below the same line."""
    lines = [each.span.line for each in ring.values("peer")]
    mine = [each for each in addresses if _above(lines, each.place) == _above(lines, key.place)]
    address = mine[0] if len(mine) == 1 else None
    name, mask = (None, None) if address is None else (address.place.text, _mask(address))
    return Key(IKEV2, token, name, mask, sides)


def _above(lines: Sequence[int], place: Token) -> int:
    """The last of some lines above a place."""
    return max((line for line in lines if line < place.span.line), default=0)


def _of_tunnel_groups(root: Node) -> Iterator[Key]:
    for group in root.named("tunnel-group"):
        attributes = group.at("ipsec-attributes")
        if attributes is None:
            continue
        for module, sides, words in (
            (IKEV1, _SIDES, ("ikev1", "pre-shared-key")),
            (IKEV1, _SIDES, ("pre-shared-key",)),
            (IKEV2, (LOCAL,), ("ikev2", "local-authentication", "pre-shared-key")),
            (IKEV2, (REMOTE,), ("ikev2", "remote-authentication", "pre-shared-key")),
        ):
            for _, token in _written(attributes.at(*words)):
                yield Key(module, token, group.place.text, sides=sides)


def _written(node: Node | None) -> Iterator[tuple[Node, Token | None]]:
    """The keys below a word, each with its token, None for one that is encrypted."""
    for below in () if node is None else node.below.values():
        below.is_read = True
        kind = below.place.text
        if kind in _KINDS and below.below:
            for key in below.below.values():
                key.is_read = True
                yield key, None if kind == _ENCRYPTED else key.place
        else:
            yield below, below.place


def _mask(address: Node) -> str | None:
    """The mask behind an address, if there is one."""
    return next((word for word in address.below if word[:1].isdigit()), None)
