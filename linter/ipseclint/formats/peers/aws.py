"""Tunnels of an AWS site-to-site VPN: options in JSON, and the customer gateway's configuration in XML.

TunnelOptions of `aws ec2 describe-vpn-connections`, VpnTunnelOptionsSpecifications of CloudFormation
(AWS::EC2::VPNConnection), `tunnel1_phase1_dh_group_numbers` and the like of Terraform (aws_vpn_connection).
An option that is not listed allows all its defaults (VPN user guide, "Tunnel options").
CustomerGatewayConfiguration (EC2 API, VpnConnection) has addresses, keys and lifetimes of each tunnel, and one suite,
which is an example of what AWS takes (VPN user guide, "Your customer gateway device").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.json_places import MERGES, Json, JsonObject
from ipseclint.formats.kit.token import Token, token_at
from ipseclint.formats.kit.unread import note_unread
from ipseclint.formats.kit.xml.element import Element, build_document
from ipseclint.formats.peers.members import (
    Members,
    is_worked_out,
    literal_key,
    members_of,
    note_defaults,
    note_members,
    note_worked_out,
    number,
    preshared,
    text,
)
from ipseclint.formats.peers.words import Parts, note_no_address
from ipseclint.late import late
from ipseclint.model.peer import Offer, Order, Peer
from ipseclint.model.policy import RuleMode
from ipseclint.model.selectors import Addresses, parse_address
from ipseclint.model.setting import Setting, Unknown, default
from ipseclint.source import Span
from ipseclint.vocabulary.algorithms import Encapsulation
from ipseclint.vocabulary.key_modules import STANDARDS
from ipseclint.vocabulary.rows import names

_CIPHERS = ("AES128", "AES256", "AES128-GCM-16", "AES256-GCM-16")
_HASHES = ("SHA1", "SHA2-256", "SHA2-384", "SHA2-512")
_GROUPS = tuple(map(str, (2, *range(14, 25))))
_PFS_GROUPS = tuple(map(str, (2, 5, *range(14, 25))))
_PARTS = ("encryptionalgorithms", "integrityalgorithms", "dhgroupnumbers")
_MAIN = tuple(zip(_PARTS, (_CIPHERS, _HASHES, _GROUPS), strict=True))
_QUICK = tuple(zip(_PARTS, (_CIPHERS, _HASHES, _PFS_GROUPS), strict=True))
_CONNECTION = names(
    "vpnconnectionid name customergatewayid customergatewayconfiguration state options tunneloptions "
    "vpntunneloptionsspecifications localipv4networkcidr remoteipv4networkcidr"
)
_OFFERED = (
    *("ikeversions", "phase1lifetimeseconds", "phase2lifetimeseconds"),
    *(f"phase{phase}{part}" for phase in (1, 2) for part in _PARTS),
)
_TUNNEL = names("outsideipaddress presharedkey") | frozenset(_OFFERED)
_VALUE = frozenset({"value"})
"""The members of a connection, of a tunnel's options and of a listed value that are read, folded."""

_OF_NO_CONCERN = names(
    "tags routes vgwtelemetry category type deletionprotection vpngatewayid transitgatewayid corenetworkarn "
    "corenetworkattachmentarn gatewayassociationstate vpnconcentratorid presharedkeyarn properties metadata "
    "tunnelinsidecidr tunnelinsideipv6cidr logoptions enabletunnellifecyclecontrol localipv6networkcidr "
    "remoteipv6networkcidr staticroutesonly enableacceleration startupaction dpdtimeoutaction dpdtimeoutseconds "
    "<< replaywindowsize rekeyfuzzpercentage rekeymargintimeseconds tunnelinsideipversion outsideipaddresstype "
    "transporttransitgatewayattachmentid presharedkeystorage count foreach dependson provider lifecycle"
)
"""Members by which a connection is made, kept and watched, and the addresses within its tunnels."""

AROUND = names("vpnconnections awstemplateformatversion description responsemetadata")
"""Members of what a connection stands in."""

_ELEMENTS = names("ipsec_tunnel vpn_gateway tunnel_outside_address ip_address ike ipsec pre_shared_key lifetime")
"""The elements of a configuration for the customer's gateway that are read."""

_OTHER_ELEMENTS = names(
    "vpn_connection customer_gateway_id vpn_gateway_id vpn_connection_type vpn_connection_attributes customer_gateway "
    "tunnel_inside_address network_mask network_cidr bgp asn hold_time authentication_protocol encryption_protocol "
    "perfect_forward_secrecy mode protocol clear_df_bit fragmentation_before_encryption tcp_mss_adjustment "
    "dead_peer_detection interval retries"
)
"""Those of the suite, which is an example, and of what a gateway does with packets."""

TUNNELS = "vpntunneloptionsspecifications"
"""What the list of the options of tunnels is called where a connection is made, folded."""
DECLARED = "aws_vpn_connection"
"""What Terraform calls a connection."""
_OF_TUNNEL = late(r"tunnel([12])_(\w+)")
_STORED_ELSEWHERE = "{{resolve:"
"""How CloudFormation begins a value that it takes from a store of secrets when it is deployed."""

_GONE = frozenset({"deleted", "deleting"})
_DELETED = "a connection that is deleted"
"""What is counted among the parts not read: AWS lists one for a while (`describe-vpn-connections`, `State`)."""
_MAIN_SECONDS, _QUICK_SECONDS = 28_800, 3600


class Tunnel(Struct, frozen=True):
    """A tunnel in the customer gateway's configuration; None for values that it lacks."""

    span: Span
    outside: str
    key: str | None
    main_seconds: int | Unknown | None
    quick_seconds: int | Unknown | None


def is_connection(members: Members) -> bool:
    """Whether an object is an AWS VPN connection, with or without options."""
    return "vpnconnectionid" in members and "customergatewayid" in members


def declared(label: Token, arguments: Sequence[tuple[Token, Json]]) -> JsonObject:
    """A connection with these arguments of Terraform, as CloudFormation has it.

    AWS makes two tunnels of it; one without arguments of its own has all defaults.
    """
    own: list[tuple[Token, Json]] = [(label.standing_for("name"), label)]
    tunnels: dict[str, list[tuple[Token, Json]]] = {"1": [], "2": []}
    for name, value in arguments:
        match = _OF_TUNNEL.fullmatch(name.text)
        folded = (match[2] if match is not None else name.text).replace("_", "")
        is_known = folded in _CONNECTION | _TUNNEL | _OF_NO_CONCERN
        (own if match is None else tunnels[match[1]]).append((name.standing_for(folded) if is_known else name, value))
    listed: list[Json] = [JsonObject(label.line, label.column, tuple(options)) for options in tunnels.values()]
    own.append((label.standing_for("VpnTunnelOptionsSpecifications"), listed if any(tunnels.values()) else []))
    return JsonObject(label.line, label.column, tuple(own))


def note_connection(value: JsonObject, settings: Json | None, listed: Json | None, diagnostics: Diagnostics) -> None:
    """Note unread members of a connection, its options, its tunnels and their values."""
    note_members(value, _CONNECTION, _OF_NO_CONCERN, diagnostics)
    if isinstance(settings, JsonObject):
        note_members(settings, _CONNECTION, _OF_NO_CONCERN, diagnostics)
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, JsonObject):
            note_members(one, _TUNNEL, _OF_NO_CONCERN, diagnostics)
            parts = [part for _, member in one.members if isinstance(member, list) for part in member]
            for part in parts:
                if isinstance(part, JsonObject):
                    note_members(part, _VALUE, frozenset(), diagnostics)


def note_elements(root: Element, diagnostics: Diagnostics, place: Span | None = None) -> None:
    """Note unknown elements of the customer gateway's configuration."""
    for element in root.walk():
        if element.name not in _ELEMENTS and element.name not in _OTHER_ELEMENTS:
            span = place or Span(diagnostics.path, element.line, element.column)
            note_unread(element.name, span, _ELEMENTS | _OTHER_ELEMENTS, diagnostics, kind="element")


def connection_peers(known: Members, options: Json | None, diagnostics: Diagnostics) -> Iterator[Peer]:
    """A peer for each tunnel of a connection: by its options, else by the customer gateway's configuration."""
    state = text(known, "state")
    if state is not None and state.word in _GONE:
        diagnostics.not_read(_DELETED)
        return
    configuration = text(known, "customergatewayconfiguration")
    tunnels = [] if configuration is None else _tunnels(configuration, diagnostics)
    name = text(known, "vpnconnectionid", "name")
    title = "AWS VPN" if name is None else name.text
    listed = [one for one in options if isinstance(one, JsonObject | Token)] if isinstance(options, list) else []
    by_address = {tunnel.outside: tunnel for tunnel in tunnels}
    for position, one in enumerate(listed, start=1):
        members = _options(one)
        outside = text(members, "outsideipaddress")
        other = by_address.get(outside.text) if outside is not None else None
        span = Span(diagnostics.path, one.line, one.column)
        yield _peer(f"{title}, tunnel {position}", members, known, other, span, diagnostics)
    if not listed:
        for position, tunnel in enumerate(tunnels, start=1):
            yield _peer(f"{title}, tunnel {position}", {}, known, tunnel, tunnel.span, diagnostics)
        if not tunnels and name is not None:
            yield _peer(title, {}, known, None, name.span, diagnostics)


def _options(one: JsonObject | Token) -> Members:
    """The options of a tunnel: none is known of those that are worked out, nor of what an alias brings."""
    if isinstance(one, Token):
        return dict.fromkeys(_OFFERED, one)
    members = members_of(one)
    return dict.fromkeys(_OFFERED, members[MERGES]) | members if MERGES in members else members


def document_peers(root: Element, diagnostics: Diagnostics) -> Iterator[Peer]:
    """A peer for each tunnel of a customer gateway's configuration that is an input of its own."""
    title = root.attributes.get("id") or "AWS VPN"
    note_elements(root, diagnostics)
    for position, element in enumerate(root.named("ipsec_tunnel"), start=1):
        tunnel = _tunnel(element, Span(diagnostics.path, element.line, element.column), diagnostics)
        yield _peer(f"{title}, tunnel {position}", {}, {}, tunnel, tunnel.span, diagnostics)


def _tunnels(configuration: Token, diagnostics: Diagnostics) -> list[Tunnel]:
    start = configuration.text.find("<vpn_connection")
    if start < 0:
        return []
    root = build_document(configuration.text[start:].encode("utf-8", "replace"))
    if root is None:
        diagnostics.malformed("the configuration for the customer's gateway is not well-formed", configuration.span)
        return []
    note_elements(root, diagnostics, configuration.span)
    return [_tunnel(element, configuration.span, diagnostics) for element in root.named("ipsec_tunnel")]


def _tunnel(element: Element, span: Span, diagnostics: Diagnostics) -> Tunnel:
    gateway = element.child("vpn_gateway")
    address = None if gateway is None else gateway.child("tunnel_outside_address")
    ike, ipsec = element.child("ike"), element.child("ipsec")
    outside = "" if address is None else address.child_text("ip_address")
    note_no_address(token_at(outside, span), diagnostics)
    return Tunnel(
        span=span,
        outside=outside,
        key=None if ike is None else ike.child_text("pre_shared_key") or None,
        main_seconds=_seconds(ike, span, diagnostics),
        quick_seconds=_seconds(ipsec, span, diagnostics),
    )


def _seconds(element: Element | None, span: Span, diagnostics: Diagnostics) -> int | Unknown | None:
    words = "" if element is None else element.child_text("lifetime")
    if not words or (words.isdecimal() and len(words) < len(str(2**63))):
        return int(words) if words else None
    diagnostics.not_understood(f"{quoted(words)} is not a number of seconds", span)
    return Unknown(words)


def _peer(
    name: str, members: Members, known: Members, tunnel: Tunnel | None, span: Span, diagnostics: Diagnostics
) -> Peer:
    versions = _listed(members, "ikeversions", tuple(STANDARDS), diagnostics)
    words = [word.casefold() for word in versions or ()]
    if unknown := set(words).difference(each.casefold() for each in STANDARDS):
        diagnostics.not_understood(f"unknown version of IKE {quoted(min(unknown))}", span)
    modules = frozenset(module for module in STANDARDS if module.casefold() in words)
    outside = text(members, "outsideipaddress")
    if outside is not None:
        note_no_address(outside, diagnostics)
    address = parse_address(outside.text if outside is not None else tunnel.outside if tunnel is not None else "")
    key = text(members, "presharedkey")
    literal = literal_key(key, diagnostics)
    own = preshared(None if literal is None or literal.startswith(_STORED_ELSEWHERE) else literal, span)
    if own[0].secret is None and tunnel is not None:
        own = preshared(tunnel.key, span)
    main, quick = (
        [_listed(members, f"phase{phase}{part}", usual, diagnostics) for part, usual in standard]
        for phase, standard in ((1, _MAIN), (2, _QUICK))
    )
    lives = [f"phase{phase}lifetimeseconds" for phase in (1, 2)]
    note_defaults((members[name] for name in lives if name in members), diagnostics)
    life = (number(members, diagnostics, name) for name in lives)
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
        key_modules=Setting(modules if versions is not None else Unknown("ikeversions"), span),
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


def _listed(members: Members, name: str, standard: tuple[str, ...], diagnostics: Diagnostics) -> list[str] | None:
    """The words of a list, or of objects with a member Value, as two tools write it; without it, the standard ones.

    None, and noted, where a part of it is worked out when it is deployed.
    """
    listed = members.get(name)
    words = []
    for one in listed if isinstance(listed, list) else () if listed is None else (listed,):
        value = members_of(one).get("value") if isinstance(one, JsonObject) else one
        if isinstance(value, Token) and not is_worked_out(value):
            note_defaults((value,), diagnostics)
            words.append(value.text)
        elif isinstance(value, Token):
            note_worked_out(value, diagnostics)
            return None
        else:
            line, column = (one.line, one.column) if isinstance(one, JsonObject) else (1, 1)
            why = f"{quoted(name)} is worked out when it is deployed"
            diagnostics.not_understood(why, Span(diagnostics.path, line, column))
            return None
    return words or list(standard)


def _offers(
    parts: Sequence[list[str] | None], encapsulation: Encapsulation | None, span: Span, diagnostics: Diagnostics
) -> tuple[Offer, ...]:
    """All combinations, with AEAD and other ciphers in separate proposals; one not understood if a part is unknown."""
    if None in parts:
        return (Offer(span=span, encapsulation=encapsulation, encryption=(), integrity=(), is_understood=False),)
    ciphers, hashes, groups = (part or [] for part in parts)
    offers = []
    for aead in (False, True):
        some = [cipher for cipher in ciphers if ("gcm" in cipher.casefold()) is aead]
        if not some:
            continue
        made = Parts()
        for word in some:
            made.take(word)
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
        diagnostics.not_understood(f"{quoted(token.text)} is not an address", token.span)
        return Setting(Unknown(token.text), token.span)
    return Setting((address,), token.span)
