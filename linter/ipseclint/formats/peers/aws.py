"""The tunnels of an AWS site-to-site VPN: its options in JSON, and the configuration for the customer's gateway in XML.

TunnelOptions of `aws ec2 describe-vpn-connections`, VpnTunnelOptionsSpecifications of CloudFormation
(AWS::EC2::VPNConnection). What is not listed there is allowed with all its defaults (VPN user guide, "Tunnel options").
CustomerGatewayConfiguration (EC2 API, VpnConnection) names addresses, keys and lifetimes of each tunnel, and one suite,
which is an example of what AWS takes (VPN user guide, "Your customer gateway device").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.json_places import Json, JsonObject
from ipseclint.formats.kit.token import Token
from ipseclint.formats.kit.xml.element import Element, build_document
from ipseclint.formats.peers.members import Members, members_of, number, preshared, text
from ipseclint.formats.peers.words import Parts
from ipseclint.model.peer import Offer, Order, Peer
from ipseclint.model.policy import RuleMode
from ipseclint.model.selectors import Addresses, parse_address
from ipseclint.model.setting import Setting, Unknown, default
from ipseclint.source import Span
from ipseclint.vocabulary.algorithms import Encapsulation, KeyModule

_WORDS = {"aes128-gcm-16": "aes128gcm16", "aes256-gcm-16": "aes256gcm16"}
_CIPHERS = ("AES128", "AES256", "AES128-GCM-16", "AES256-GCM-16")
_HASHES = ("SHA1", "SHA2-256", "SHA2-384", "SHA2-512")
_GROUPS = tuple(map(str, (2, *range(14, 25))))
_PFS_GROUPS = tuple(map(str, (2, 5, *range(14, 25))))
_PARTS = ("encryptionalgorithms", "integrityalgorithms", "dhgroupnumbers")
_MAIN = (_CIPHERS, _HASHES, _GROUPS)
_QUICK = (_CIPHERS, _HASHES, _PFS_GROUPS)
_BOTH = frozenset({KeyModule.IKEV1, KeyModule.IKEV2})
_GONE = frozenset({"deleted", "deleting"})
_MAIN_SECONDS, _QUICK_SECONDS = 28_800, 3600


class Tunnel(Struct, frozen=True):
    """What the configuration for the customer's gateway says of a tunnel; None: nothing."""

    span: Span
    outside: str
    key: str | None
    main_seconds: int | None
    quick_seconds: int | None


def is_connection(members: Members) -> bool:
    """Whether an object is a VPN connection of AWS, with or without options."""
    return "vpnconnectionid" in members and "customergatewayid" in members


def connection_peers(known: Members, options: Json | None, diagnostics: Diagnostics) -> Iterator[Peer]:
    """A peer for each tunnel of a connection: by its options, else by the configuration for the customer's gateway."""
    state = text(known, "state")
    if state is not None and state.word in _GONE:
        return
    configuration = text(known, "customergatewayconfiguration")
    tunnels = [] if configuration is None else _tunnels(configuration, diagnostics)
    name = text(known, "vpnconnectionid", "name")
    title = "AWS VPN" if name is None else name.text
    listed = [one for one in options if isinstance(one, JsonObject)] if isinstance(options, list) else []
    by_address = {tunnel.outside: tunnel for tunnel in tunnels}
    for position, one in enumerate(listed, start=1):
        members = members_of(one)
        outside = text(members, "outsideipaddress")
        other = by_address.get(outside.text) if outside is not None else None
        span = Span(diagnostics.path, one.line, one.column)
        yield _peer(f"{title}, tunnel {position}", members, known, other, span, diagnostics)
    if not listed:
        for position, tunnel in enumerate(tunnels, start=1):
            yield _peer(f"{title}, tunnel {position}", {}, known, tunnel, tunnel.span, diagnostics)
        if not tunnels and name is not None:
            yield _peer(title, {}, known, None, name.span, diagnostics)


def document_peers(root: Element, diagnostics: Diagnostics) -> Iterator[Peer]:
    """A peer for each tunnel of a configuration for the customer's gateway that is an input of its own."""
    title = root.attributes.get("id") or "AWS VPN"
    for position, element in enumerate(root.named("ipsec_tunnel"), start=1):
        tunnel = _tunnel(element, Span(diagnostics.path, element.line, element.column))
        yield _peer(f"{title}, tunnel {position}", {}, {}, tunnel, tunnel.span, diagnostics)


def _tunnels(configuration: Token, diagnostics: Diagnostics) -> list[Tunnel]:
    start = configuration.text.find("<vpn_connection")
    if start < 0:
        return []
    root = build_document(configuration.text[start:].encode("utf-8", "replace"))
    if root is None:
        diagnostics.malformed("the configuration for the customer's gateway is not well-formed", configuration.span)
        return []
    return [_tunnel(element, configuration.span) for element in root.named("ipsec_tunnel")]


def _tunnel(element: Element, span: Span) -> Tunnel:
    gateway = element.child("vpn_gateway")
    address = None if gateway is None else gateway.child("tunnel_outside_address")
    ike, ipsec = element.child("ike"), element.child("ipsec")
    return Tunnel(
        span=span,
        outside="" if address is None else address.child_text("ip_address"),
        key=None if ike is None else ike.child_text("pre_shared_key") or None,
        main_seconds=_seconds(ike),
        quick_seconds=_seconds(ipsec),
    )


def _seconds(element: Element | None) -> int | None:
    words = "" if element is None else element.child_text("lifetime")
    return int(words) if words.isdecimal() and len(words) < len(str(2**63)) else None


def _peer(
    name: str, members: Members, known: Members, tunnel: Tunnel | None, span: Span, diagnostics: Diagnostics
) -> Peer:
    words = [token.word for token in _values(members, "ikeversions")] or ["ikev1", "ikev2"]
    modules = frozenset(module for module in _BOTH if module.casefold() in words)
    outside = text(members, "outsideipaddress")
    address = parse_address(outside.text if outside is not None else tunnel.outside if tunnel is not None else "")
    key = text(members, "presharedkey")
    own = preshared(None if key is None else key.text, span)
    if own[0].secret is None and tunnel is not None:
        own = preshared(tunnel.key, span)
    main = [_listed(members, f"phase1{part}", standard) for part, standard in zip(_PARTS, _MAIN, strict=True)]
    quick = [_listed(members, f"phase2{part}", standard) for part, standard in zip(_PARTS, _QUICK, strict=True)]
    life = (number(members, diagnostics, f"phase{phase}lifetimeseconds") for phase in (1, 2))
    told = (None, None) if tunnel is None else (tunnel.main_seconds, tunnel.quick_seconds)
    usual = (_MAIN_SECONDS, _QUICK_SECONDS)
    main_seconds, quick_seconds = (
        said or (Setting(other, span) if other is not None else default(standard, span))
        for said, other, standard in zip(life, told, usual, strict=True)
    )
    return Peer(
        name=name,
        span=span,
        implementation="aws",
        answers_on=() if address is None else (address,),
        key_modules=Setting(modules, span),
        order=Order.OWN,
        main_mode=_offers(main, None, span, diagnostics),
        main_mode_seconds=main_seconds,
        quick_mode=_offers(quick, Encapsulation.ESP, span, diagnostics),
        quick_mode_seconds=quick_seconds,
        mode=default(RuleMode.TUNNEL, span),
        local=_network(known, members, "remoteipv4networkcidr", diagnostics),
        remote=_network(known, members, "localipv4networkcidr", diagnostics),
        own=own,
        accepted=own,
    )


def _listed(members: Members, name: str, standard: tuple[str, ...]) -> list[str]:
    return [token.text for token in _values(members, name)] or list(standard)


def _values(members: Members, name: str) -> list[Token]:
    """A list of words, or of objects with a member Value, as two tools write it."""
    listed = members.get(name)
    values = []
    for one in listed if isinstance(listed, list) else ():
        value = members_of(one).get("value") if isinstance(one, JsonObject) else one
        if isinstance(value, Token):
            values.append(value)
    return values


def _offers(
    parts: Sequence[list[str]], encapsulation: Encapsulation | None, span: Span, diagnostics: Diagnostics
) -> tuple[Offer, ...]:
    """All combinations, those with and without a cipher that authenticates apart."""
    ciphers, hashes, groups = parts
    offers = []
    for aead in (False, True):
        some = [cipher for cipher in ciphers if ("gcm" in cipher.casefold()) is aead]
        if not some:
            continue
        made = Parts()
        for word in some:
            made.take(_WORDS.get(word.casefold(), word))
        for word in hashes if not aead or encapsulation is None else ():
            made.take(word.casefold().replace("sha2-", "sha"))
        for word in groups:
            made.take(f"dh{word}")
        if made.unknown:
            diagnostics.not_understood(f"unknown algorithm {quoted(', '.join(made.unknown))}", span)
        offers.append(made.offer(Token("", span.path, span.line, span.column), encapsulation))
    return tuple(offers)


def _network(known: Members, members: Members, name: str, diagnostics: Diagnostics) -> Setting[Addresses] | None:
    token = text(members, name) or text(known, name)
    if token is None or not token.text:
        return None
    address = parse_address(token.text)
    if address is None:
        diagnostics.not_understood(f"{quoted(token.text)} is no address", token.span)
        return Setting(Unknown(token.text), token.span)
    return Setting((address,), token.span)
