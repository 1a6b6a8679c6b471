"""Gateways as XML: Azure's VPN client package, AWS' configuration, the backups of pfSense, OPNsense and PAN-OS.

Azure: `Generic/VpnSettings.xml` of the package (New-AzVpnClientConfiguration) has a `VpnProfile` with the gateway's
name, its types of tunnel, the networks behind it (Microsoft Learn, "Configure a point-to-site VPN on Linux for use with
Azure Files"). Its cryptography is not in it: that is the gateway's default, which is shipped, or a policy of its own.
`AzureVPN/azurevpnconfig.xml` is for OpenVPN, which negotiates no IPsec; its `serversecret` is a key all the same.
AWS: `CustomerGatewayConfiguration` of a connection as a file (`terraform output`, EC2 API).
pfSense and OPNsense: the phases of config.xml, and the connections of OPNsense that stand in `Swanctl`.
PAN-OS: gateways, profiles and tunnels in the configuration of a firewall, or of Panorama.
Apple: the IKEv2 connections of a configuration profile, or a part of one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ipseclint.finding import Problem
from ipseclint.formats.kit.diagnostics import Diagnostics, of_source, quoted
from ipseclint.formats.kit.token import Token
from ipseclint.formats.kit.unread import note_unread
from ipseclint.formats.kit.xml.document import read
from ipseclint.formats.kit.xml.element import Element, secret_places, text_of
from ipseclint.formats.kit.xml.wanted import Subtree, Wanted
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.peers import apple, aws, description, opnsense
from ipseclint.formats.peers.appliances import peers_of
from ipseclint.formats.peers.gateway_tree import of_elements
from ipseclint.formats.peers.gateways.paloalto import of_network
from ipseclint.formats.peers.gateways.parts import Maker
from ipseclint.formats.peers.words import note_networks
from ipseclint.late import late
from ipseclint.model.peer import Peer
from ipseclint.model.policy import Policy
from ipseclint.model.selectors import Address, Addresses, parse_address
from ipseclint.model.setting import Setting, Unknown
from ipseclint.source import Source, Span
from ipseclint.vocabulary.algorithms import KeyModule

_SETTINGS = late(r"<VpnProfile[\s>](?:(?!</VpnProfile>).)*?<VpnServer[\s>]", re.DOTALL)
_OPENVPN = late(r"<(?:\w+:)?(?:AzVpnProfile[\s>]|serversecret>)", re.IGNORECASE)
_PLUGGED_IN = "<PluginProfile>"
"""In a VPN profile of Windows the same elements configure the client that is plugged in."""
_AWS = late(r"<vpn_connection[\s>]")
_PHASE = late(r"<phase1>(?:(?!</?phase1>).)*?<ikeid>", re.DOTALL)
_SWANCTL = late(r"<Connection\s+uuid=")
"""A connection of OPNsense's page of that name."""
_PAN_OS = late(r"<(?:ike|ipsec)-crypto-profiles[\s>]")
_BACKUP = late(r"<(?:pfsense|opnsense)[\s>]|<mgt-config[\s>]")
"""A whole backup of pfSense, OPNsense or PAN-OS, in which much may stand before the connections."""
_OF_NETWORK = dict.fromkeys(("ike", "tunnel"), frozenset({"network"}))
"""What is read of a network of PAN-OS, which holds all else of a firewall, too."""
_KEYS = frozenset({"pre_shared_key", "pre-shared-key", "serversecret", "Key"})
_PHASES = frozenset({"phase1", "phase2"})
_ROOTS = frozenset({"VpnProfile", "vpn_connection", opnsense.ROOT, opnsense.KEYS}) | _PHASES
_READ = frozenset({"VpnServer", "VpnType", "Routes"})
_OF_NO_CONCERN = frozenset({"CaCert", "Auth", "UserName"})
"""The elements of a VpnProfile that are read, and others that a package may have."""

_ALL = frozenset[str]()
_SUBTREES = {**dict.fromkeys((*_ROOTS, *_KEYS), _ALL), opnsense.SWITCH: frozenset({opnsense.SETTINGS})}
_SEPARATORS = late(r"[\s,;]+")
_IKEV2 = "ikev2"
_OTHER_TUNNELS = frozenset({"openvpn", "sstp"})


def recognise(source: Source) -> bool:
    """Whether it has elements that only these documents have."""
    head = source.head_text
    return (
        head.lstrip("\ufeff \t\r\n").startswith("<")
        and _PLUGGED_IN not in head
        and (
            any(sign.search(head) is not None for sign in (_SETTINGS, _OPENVPN, _AWS, apple.SIGN))
            or any(sign.search(source.once(_backup)) is not None for sign in (_PHASE, _SWANCTL, _PAN_OS))
        )
    )


def _backup(source: Source) -> str:
    """The start of a source, or all of it where it is a backup."""
    return source.read_text() if _BACKUP.search(source.head_text) is not None else source.head_text


@of_source
def parse(source: Source) -> Parsed:
    """The gateways of a document; none of an OpenVPN one."""
    if apple.SIGN.search(source.head_text) is not None:
        return apple.parse(source)
    diagnostics = Diagnostics(source.path)
    if _PAN_OS.search(source.once(_backup)) is not None:
        firewalls = tuple(_of_pan_os(source, diagnostics))
        note_networks(firewalls, diagnostics)
        return diagnostics.parsed(Policy(peers=firewalls))
    peers: list[Peer] = []
    phases: list[Element] = []
    of_swanctl: dict[str, list[Element]] = {opnsense.ROOT: [], opnsense.KEYS: [], opnsense.SWITCH: []}
    for part in read(source, Wanted(subtrees=_SUBTREES)):
        if isinstance(part, Problem):
            diagnostics.add(part)
        elif isinstance(part, Subtree):
            for element in part.element.walk():
                if element.name in _KEYS and element.text.strip():
                    diagnostics.secrets.extend(secret_places(element, source.path))
            if part.element.name in _PHASES:
                phases.append(part.element)
            elif part.element.name in of_swanctl:
                of_swanctl[part.element.name].append(part.element)
            elif part.element.name == "vpn_connection":
                peers.extend(aws.document_peers(part.element, diagnostics))
            elif part.element.child("VpnServer") is not None:
                peers.extend(_azure(part.element, diagnostics))
    peers.extend(peers_of(phases, diagnostics))
    roots, keys, switches = (of_swanctl[each] for each in (opnsense.ROOT, opnsense.KEYS, opnsense.SWITCH))
    peers.extend(opnsense.peers_of(roots, keys, switches, diagnostics))
    note_networks(peers, diagnostics)
    return diagnostics.parsed(Policy(peers=tuple(peers)))


def _of_pan_os(source: Source, diagnostics: Diagnostics) -> Iterator[Peer]:
    """The peers of each network: a firewall has one, Panorama one a template."""
    networks: list[dict[str, Element]] = []
    for part in read(source, Wanted(subtrees=_OF_NETWORK)):
        if isinstance(part, Problem):
            diagnostics.add(part)
        elif isinstance(part, Subtree):
            if not networks or part.element.name in networks[-1]:
                networks.append({})
            networks[-1][part.element.name] = part.element
            for element in part.element.walk():
                if element.name == "pre-shared-key":
                    for key in element.children:
                        diagnostics.secrets.extend(secret_places(key, source.path))
    for network in networks:
        yield from of_network(of_elements(network.values(), source.path), Maker(diagnostics))


def _azure(profile: Element, diagnostics: Diagnostics) -> list[Peer]:
    """The gateway as its clients see it; none if it does not use IKEv2."""
    for child in profile.children:
        if child.name not in _READ and child.name not in _OF_NO_CONCERN:
            span = Span(diagnostics.path, child.line, child.column)
            note_unread(child.name, span, _READ, diagnostics, kind="element")
    usual = description.shipped_peer("azure-gateway-point-to-site")
    kind = _token(profile, "VpnType", diagnostics)
    types = [] if kind is None else [word for word in _SEPARATORS.split(kind.word) if word]
    unknown = [word for word in types if word != _IKEV2 and word not in _OTHER_TUNNELS]
    if kind is not None and unknown:
        diagnostics.not_understood(f"unknown type of tunnel {quoted(kind.text)}", kind.span)
    if usual is None or (types and _IKEV2 not in types):
        return []
    span = Span(diagnostics.path, profile.line, profile.column)
    server = _token(profile, "VpnServer", diagnostics)
    name = "Azure gateway" if server is None else server.text
    address = parse_address(name)
    modules = None if kind is None else Setting(frozenset({KeyModule.IKEV2}), kind.span)
    return [
        usual.model_copy(
            update={
                "name": f"{name}, default policy",
                "span": span,
                "answers_on": (address,) if address is not None and address.version else (),
                "key_modules": modules or usual.key_modules,
                "local": _routes(profile, diagnostics),
            }
        )
    ]


def _routes(profile: Element, diagnostics: Diagnostics) -> Setting[Addresses] | None:
    """The networks behind the gateway, which itself assigns the client's address."""
    token = _token(profile, "Routes", diagnostics)
    if token is None:
        return None
    addresses: list[Address] = []
    for word in filter(None, _SEPARATORS.split(token.text)):
        address = parse_address(word)
        if address is None:
            diagnostics.not_understood(f"{quoted(word)} is not a network", token.span)
            return Setting(Unknown(token.text), token.span)
        addresses.append(address)
    return Setting(tuple(addresses), token.span)


def _token(profile: Element, name: str, diagnostics: Diagnostics) -> Token | None:
    child = profile.child(name)
    return None if child is None or not child.text.strip() else text_of(child, diagnostics.path).strip()


FORMATS = (
    Format(
        name="gateway-xml",
        title="Azure VPN client package, AWS customer gateway configuration, config.xml of pfSense and OPNsense, "
        "PAN-OS as XML, Apple's profiles",
        short="a configuration of a gateway or VPN client as XML",
        recognise=recognise,
        parse=parse,
        how_to_export="New-AzVpnClientConfiguration, or aws ec2 describe-vpn-connections "
        "--query VpnConnections[0].CustomerGatewayConfiguration --output text, or Diagnostics > Backup & Restore, or "
        "Export named configuration snapshot (PAN-OS), or the .mobileconfig of an iPhone or a Mac",
        can_express=(
            "the gateway's address, the networks behind it, AWS' preshared keys and lifetimes, the phases of pfSense "
            "and OPNsense, its connections, the gateways and profiles of PAN-OS, what Apple's IKEv2 clients offer"
        ),
        cannot_express="a gateway's policy of its own: its cloud's default is taken; Windows policy",
    ),
)
