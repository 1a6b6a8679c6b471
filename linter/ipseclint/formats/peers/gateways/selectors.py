"""Traffic selectors of a gateway's children, in each maker's words.

Selectors for a single protocol or port, a named object or anything but an address are unknown, and not compared.
Missing ones tell nothing, but of a tunnel of a make that asks for all addresses then.
"""

from __future__ import annotations

from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.formats.kit.token import Token
from ipseclint.formats.peers.gateway_tree import Node
from ipseclint.formats.peers.gateways.parts import Maker, follow, named_in
from ipseclint.model.policy import RuleMode
from ipseclint.model.selectors import Address, Addresses, parse_address
from ipseclint.model.setting import Setting, Unknown, default

_ANY = frozenset({"any", "any4", "all", "0", "ip"})
ALL = "0.0.0.0"  # noqa: S104 - a network, not a place to listen


class Selectors(Struct, frozen=True):
    """The networks of one child, on the gateway's side and the peer's, and its mode; None: not written.

    `child`: the object that makes it, if it may name a proposal of its own.
    """

    local: Setting[Addresses] | None = None
    remote: Setting[Addresses] | None = None
    name: str = ""
    mode: Setting[RuleMode] | None = None
    child: Node | None = None


NOTHING = Selectors()


def enabled(ipsec: Node, kind: str) -> list[Node]:
    """The objects in a menu of RouterOS that are not disabled."""
    return [node for node in ipsec.named(kind) if node.at("disabled", "yes") is None]


def of_routeros(ipsec: Node, peer: Node) -> list[Selectors]:
    """The policies of a RouterOS peer that are no templates; without `tunnel=yes` they are in transport mode."""
    selectors = []
    for policy in enabled(ipsec, "policy"):
        of, template = {each.text for each in policy.values("peer")}, policy.value("template")
        source, destination = policy.value("src-address"), policy.value("dst-address")
        if peer.place.text not in of or (template is not None and template.text == "yes"):
            continue
        if source is not None and destination is not None:
            limits = [policy.value(word) for word in ("protocol", "src-port", "dst-port")]
            pair = _pair([source], [destination], limits, destination.text)
            selectors.append(replace(pair, mode=_mode(policy.value("tunnel"), policy.place), child=policy))
    return selectors


def _mode(tunnel: Token | None, place: Token) -> Setting[RuleMode]:
    if tunnel is None:
        return default(RuleMode.TRANSPORT, place.span)
    known = {"yes": RuleMode.TUNNEL, "no": RuleMode.TRANSPORT}.get(tunnel.text)
    return Setting(Unknown(tunnel.text) if known is None else known, tunnel.span)


def of_fortinet(second: Node, root: Node, make: Maker) -> Selectors:
    """The networks of a second phase of FortiOS: all by default ("vpn ipsec phase2-interface", CLI Reference)."""
    sides = [_of_second_phase(second, side, root, make) for side in ("src", "dst")]
    limits = [second.value(word) for word in ("protocol", "src-port", "dst-port")]
    limit = next((token for token in limits if token is not None and token.text not in _ANY), None)
    if limit is not None:
        sides = [Setting(Unknown(limit.text), limit.span)] * len(sides)
    every = everywhere(second.place)
    local, remote = sides
    return Selectors(local or every.local, remote or every.remote)


def _of_second_phase(second: Node, side: str, root: Node, make: Maker) -> Setting[Addresses] | None:
    begin, end = second.value(f"{side}-start-ip"), second.value(f"{side}-end-ip")
    named, subnet = second.value(f"{side}-name"), second.values(f"{side}-subnet")
    kind = second.value(f"{side}-addr-type")
    if named is not None and (kind is None or kind.text == "name"):
        return _of_address(named, root, make)
    if begin is not None and (kind is None or kind.text in {"range", "ip"}):
        return setting(begin, begin.text if end is None else f"{begin.text}-{end.text}")
    if not subnet:
        return None
    if len(subnet) == 1:  # the same word twice is there once
        return setting(subnet[0], f"{ALL}/0" if subnet[0].text == ALL else subnet[0].text)
    return setting(subnet[0], f"{subnet[0].text}/{subnet[1].text}")


def _of_address(name: Token, root: Node, make: Maker) -> Setting[Addresses]:
    """The network or range of an address of FortiOS; one that is a group, or is not in the text, is unknown.

    `all` is every address ("Addresses", FortiOS Administration Guide).
    """
    if name.text == "all":
        return setting(name, f"{ALL}/0")
    if follow(root, name, "firewall", "addrgrp") is not None:
        return Setting(Unknown(name.text), name.span)
    address = named_in(root, name, make, "firewall", "address")
    begin, end, subnet = (
        ([], [], []) if address is None else (address.values(key) for key in ("start-ip", "end-ip", "subnet"))
    )
    if begin and end:
        return setting(name, f"{begin[0].text}-{end[0].text}")
    return setting(name, "/".join(word.text for word in subnet))


def of_junos(vpn: Node) -> list[Selectors]:
    """The traffic selectors of a VPN of Junos, or its proxy identity."""
    selectors = []
    for selector in vpn.named("traffic-selector"):
        local, remote = selector.values("local-ip"), selector.values("remote-ip")
        if local and remote:
            limits = [selector.value(word) for word in ("protocol", "source-port", "destination-port")]
            selectors.append(_pair(local[:1], remote[:1], limits, selector.place.text))
    identity = vpn.at("ike", "proxy-identity")
    if selectors or identity is None:
        return selectors
    local, remote = identity.values("local"), identity.values("remote")
    return [_pair(local[:1], remote[:1], [identity.value("service")], "")] if local and remote else []


def of_paloalto(tunnel: Node) -> list[Selectors]:
    """The proxy IDs of a tunnel of PAN-OS, whose keys may stand on one line."""
    selectors = []
    for key in ("proxy-id", "proxy-id-v6"):
        for proxy in tunnel.named("auto-key", key):
            behind = {word.text: after for word, after in pairwise(proxy.chain())}
            local, remote = behind.get("local"), behind.get("remote")
            if local is not None and remote is not None:
                selectors.append(_pair([local], [remote], [behind.get("protocol")], proxy.place.text))
    return selectors


def of_screenos(vpn: Node) -> list[Selectors]:
    """The proxy identities of a VPN of ScreenOS; a service other than any limits one."""
    identity = vpn.at("proxy-id")
    words = [] if identity is None else identity.chain()
    behind = {word.text: after for word, after in pairwise(words)}
    local, remote = behind.get("local-ip"), behind.get("remote-ip")
    return [] if local is None or remote is None else [_pair([local], [remote], [behind.get(remote.text)], "")]


def of_vyos(tunnels: list[Node]) -> list[Selectors]:
    """The networks of tunnels of a peer of VyOS."""
    selectors = []
    for tunnel in tunnels:
        local, remote = tunnel.values("local", "prefix"), tunnel.values("remote", "prefix")
        if local and remote:
            limits = [tunnel.value("protocol"), tunnel.value("local", "port"), tunnel.value("remote", "port")]
            pair = _pair(local, remote, limits, f"tunnel {tunnel.place.text}")
            selectors.append(replace(pair, child=tunnel))
    return selectors


def everywhere(place: Token, networks: tuple[str, ...] = (f"{ALL}/0",)) -> Selectors:
    """The selectors of a tunnel to which routes send what is protected: all addresses."""
    every = default(tuple(each for text in networks if (each := network(text)) is not None), place.span)
    return Selectors(every, every)


def _pair(local: list[Token], remote: list[Token], limits: list[Token | None], name: str) -> Selectors:
    limit = next((token for token in limits if token is not None and token.text.casefold() not in _ANY), None)
    if limit is not None:
        unknown = Setting[Addresses](Unknown(limit.text), limit.span)
        return Selectors(unknown, unknown, name)
    return Selectors(_networks(local), _networks(remote), name)


def _networks(words: list[Token]) -> Setting[Addresses]:
    networks = [network(word.text) for word in words]
    known = tuple(each for each in networks if each is not None)
    unknown = next((word for word, each in zip(words, networks, strict=True) if each is None), None)
    return Setting(known, words[0].span) if unknown is None else Setting(Unknown(unknown.text), unknown.span)


def setting(place: Token, text: str) -> Setting[Addresses]:
    """The network that a text is, which stands at a place; unknown if it is none."""
    known = network(text)
    return Setting(Unknown(place.text) if known is None else (known,), place.span)


def network(text: str) -> Address | None:
    """The network or range that a text is; None if it is none."""
    address = parse_address(text)
    return address if address is not None and address.version else None


def called(name: str, selectors: Selectors, count: int) -> str:
    """The name of a child, if its gateway has several for one peer."""
    return f"{name}, {selectors.name}" if count > 1 and selectors.name else name


def mask_of(wildcard: str) -> str:
    """The mask for a wildcard."""
    parts = wildcard.split(".")
    if not all(part.isdecimal() and part.isascii() and len(part) < 4 for part in parts):
        return wildcard
    return ".".join(str(255 - int(part)) for part in parts)
