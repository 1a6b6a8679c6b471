"""VyOS as peers.

Defaults are from its documentation ("VPN", "IPsec") and the definitions of its commands (vyos-1x,
interface-definitions: vpn_ipsec.xml.in, include/vpn-ipsec-encryption.xml.i and vpn-ipsec-hash.xml.i). For
`key-exchange` some versions say IKEv1 and others nothing: it is unknown. L2TP clients use transport mode, with either
IKE version (data/templates/ipsec/swanctl/l2tp.j2); proposals without groups depend on the release.
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
    mode_of,
    named_in,
    or_none,
    switched_on,
)
from ipseclint.formats.peers.gateways.selectors import NOTHING, Selectors, called, everywhere, of_vyos
from ipseclint.model.peer import Credential, Peer
from ipseclint.model.policy import RuleMode
from ipseclint.model.setting import default
from ipseclint.vocabulary.authentication import AuthMethod

_EVERYWHERE = ("0.0.0.0/0", "::/0")
"""The selectors of a virtual interface (data/templates/ipsec/swanctl/peer.j2)."""
_BETWEEN_SITES = ("site-to-site", "peer")
_OF_CLIENTS = ("remote-access", "connection")
_EXCHANGES = {"ikev1": IKEV1, "ikev2": IKEV2, "1": IKEV1, "2": IKEV2}
"""The versions of IKE, the second way as Vyatta 5600 writes them (`ike-version`)."""
_BY_CERTIFICATE = frozenset({"x509", "rsa"})


def vyos(root: Node, make: Maker) -> Iterator[Peer]:
    """VyOS: each connection with its groups; groups that no connection names, together."""
    root = root.at("security") or root
    ipsec = root.at("vpn", "ipsec")
    if ipsec is None:
        return
    dialled = root.at("vpn", "l2tp", "remote-access", "ipsec-settings")
    if dialled is not None:
        yield _of_l2tp(root, ipsec, dialled, make)
    for kind in (_BETWEEN_SITES, _OF_CLIENTS):
        for connection in switched_on(ipsec.named(*kind), make, "disable"):
            ike = named_in(ipsec, connection.value("ike-group"), make, "ike-group")
            tunnels = switched_on(connection.named("tunnel"), make, "disable")
            if not tunnels and connection.at("tunnel") is not None:
                continue
            interface = None if tunnels else connection.at("vti")
            children = of_vyos(tunnels) or [NOTHING if interface is None else everywhere(interface.place, _EVERYWHERE)]
            for selectors in children:
                own = tunnels if selectors.child is None else [selectors.child]
                name = called(connection.place.text, selectors, len(children))
                peer = _peer(connection, ike, _second(ipsec, connection, own, make), make, selectors, name)
                waits = kind is _OF_CLIENTS or connection.at("connection-type", "respond") is not None
                yield peer.model_copy(update={"is_server": waits})
    if dialled is None and not any(ipsec.at(kind) for kind in ("site-to-site", "remote-access")):
        for ike in ipsec.named("ike-group"):
            for esp in or_none(ipsec.named("esp-group")):
                yield _peer(ike, ike, esp, make, NOTHING, ike.place.text)


def _second(ipsec: Node, connection: Node, tunnels: list[Node], make: Maker) -> Node | None:
    """The group of a child, which is that of its connection unless it names one (vyos-1x, swanctl/peer.j2)."""
    names = [tunnel.value("esp-group") for tunnel in tunnels]
    names += [connection.value(*way) for way in (("vti", "esp-group"), ("esp-group",), ("default-esp-group",))]
    named = next((name for name in names if name is not None), None)
    return named_in(ipsec, named, make, "esp-group")


def _of_l2tp(root: Node, ipsec: Node, settings: Node, make: Maker) -> Peer:
    """The peer for L2TP clients."""
    ike, esp = (named_in(ipsec, settings.value(name), make, name) for name in ("ike-group", "esp-group"))
    outside = root.at("vpn", "l2tp", "remote-access")
    place = settings.place
    return _peer(settings, ike, esp, make, NOTHING, "l2tp remote-access").model_copy(
        update={
            "is_server": True,
            "answers_on": make.addresses(None if outside is None else outside.value("outside-address")),
            "key_modules": default(IKEV1 | IKEV2, place.span),
            "mode": default(RuleMode.TRANSPORT, place.span),
        }
    )


def _proposals(group: Node, make: Maker) -> list[Node]:
    """The proposals of a group, each of which has a number."""
    nodes = [*group.named("proposal")]
    for node in nodes:
        if not node.place.text.isdecimal():
            message = f"{quoted(node.place.text)} is not the number of a proposal"
            make.diagnostics.not_understood(message, node.place.span)
    return nodes


def _peer(connection: Node, ike: Node | None, esp: Node | None, make: Maker, selectors: Selectors, name: str) -> Peer:
    place = connection.place
    main = [] if ike is None else _proposals(ike, make)
    pfs = None if esp is None else esp.value("pfs")
    groups: list[Token | str]
    if pfs is None or pfs.text == "enable":
        groups = [token for node in main[:1] for token in node.only("dh-group")] or ["2"]
    else:
        groups = [] if pfs.text == "disable" else [pfs]
    exchange = None if ike is None else ike.value("key-exchange") or ike.value("ike-version")
    mode = None if esp is None else esp.value("mode")
    methods = [connection.value("authentication", name) for name in ("mode", "client-mode")]
    method = next((token for token in methods if token is not None), None)
    key = connection.value("authentication", "pre-shared-secret")
    accepted = _credentials(method, key, make)
    server = connection.value("authentication", "server-mode")
    return Peer(
        name=name,
        span=place.span,
        implementation="strongswan",
        answers_on=make.addresses(connection.value("local-address")),
        looks_for=make.addresses(connection.value("remote-address")) or make.addresses(place),
        key_modules=make.modules(exchange, _EXCHANGES),
        is_aggressive=ike is not None and is_aggressive(ike.value("mode")),
        main_mode=tuple(
            make.offer(
                node.place,
                node.only("encryption") or ["aes128"],
                node.only("hash") or ["sha1"],
                node.only("dh-group") or ["2"],
                prfs=[token.text.removeprefix("prf") for token in node.only("prf")],
            )
            for node in main
        )
        or None,
        main_mode_seconds=None if ike is None else make.seconds(ike.number("lifetime"), 28_800, ike.place),
        quick_mode=None
        if esp is None
        else tuple(
            make.offer(
                node.place,
                node.only("encryption") or ["aes128"],
                node.only("hash") or ["sha1"],
                groups,
                encapsulation=ESP,
            )
            for node in _proposals(esp, make)
        )
        or None,
        quick_mode_seconds=None if esp is None else make.seconds(esp.number("lifetime"), 3600, esp.place),
        mode=mode_of(mode, place),
        local=selectors.local,
        remote=selectors.remote,
        own=accepted if server is None else _credentials(server, key, make),
        accepted=accepted,
    )


def _credentials(method: Token | None, key: Token | None, make: Maker) -> tuple[Credential, ...] | None:
    if method is None:
        return None
    if method.text == "pre-shared-secret":
        return make.secret(key, method)
    if method.text not in _BY_CERTIFICATE and not method.text.startswith("eap"):
        make.diagnostics.not_understood(f"unknown authentication {quoted(method.text)}", method.span)
        return None
    kind = AuthMethod.EAP if method.text.startswith("eap") else CERTIFICATE
    return (Credential(span=method.span, method=kind),)
