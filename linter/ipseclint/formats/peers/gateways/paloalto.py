"""PAN-OS as peers.

The words are those of its configuration as `set` commands and as XML, which public backups show. Its groups are group 2
by default, and PFS is on ("IKE Phase 1" and "IKE Phase 2" of "IPSec VPN Administration"); a tunnel without a proxy ID
asks for 0.0.0.0/0 at both ends ("Set Up an IPSec Tunnel", PAN-OS Administrator's Guide). For the version of IKE, and
for what a profile holds that the text does not show, we found nothing: they are unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from ipseclint.formats.kit.token import Token
from ipseclint.formats.peers.gateway_tree import Node
from ipseclint.formats.peers.gateways.parts import (
    CERTIFICATE,
    ESP,
    IKEV1,
    IKEV2,
    Maker,
    by_kind,
    is_aggressive,
    named_in,
    or_none,
    switched_on,
    tunnel,
)
from ipseclint.formats.peers.gateways.selectors import NOTHING, called, everywhere, of_paloalto
from ipseclint.formats.peers.words import written_identity
from ipseclint.model.peer import Credential, Offer, Peer
from ipseclint.model.setting import Setting
from ipseclint.vocabulary.algorithms import Encapsulation

_PROFILES = ("ike", "crypto-profiles")
_FIRST, _SECOND = (*_PROFILES, "ike-crypto-profiles"), (*_PROFILES, "ipsec-crypto-profiles")
_KEYS = frozenset({"encryption", "hash", "authentication", "dh-group", "lifetime", "lifesize", "esp", "ah"})
_OTHERS = frozenset({"authentication-multiple", "comment"})
"""Keys of a profile; one line may set several of them."""
_UNITS = {"seconds": "s", "minutes": "m", "hours": "h", "days": "d"}
_NONE = frozenset({"no-pfs", "non-auth", "none"})
_DEFAULT_GROUP = "2"
_ENCRYPTED = "-AQ=="
"""How a key begins that PAN-OS has encrypted."""
_OFF = ("disabled", "yes")
_VERSIONS = {"ikev1": IKEV1, "ikev2": IKEV2, "ikev2-preferred": IKEV1 | IKEV2}


def paloalto(root: Node, make: Maker) -> Iterator[Peer]:
    """PAN-OS: the peers of a firewall, or of each template of Panorama; in braces below `config`, as in its files."""
    devices = [*_devices(root)]
    devices += [each for device in devices for template in device.named("template") for each in _devices(template)]
    for device in devices:
        network = device.at("network")
        if network is not None:
            yield from of_network(network, make)


def _devices(root: Node) -> Iterator[Node]:
    """What may hold the network of a device."""
    for top in (root, root.at("config")):
        yield from () if top is None else (top, *top.named("devices"))


def of_network(network: Node, make: Maker) -> Iterator[Peer]:
    """Each tunnel of a network with its gateway and profiles; gateways without a tunnel; or profiles alone."""
    tunnels = [*network.named("tunnel", "ipsec")]
    names = [name for node in tunnels if (name := node.value("auto-key", "ike-gateway")) is not None]
    used = {name.text for name in names}
    gateways = switched_on(network.named("ike", "gateway"), make, *_OFF)
    on = {gateway.place.text: gateway for gateway in gateways}
    for node in switched_on(tunnels, make, *_OFF):
        name = node.value("auto-key", "ike-gateway")
        if name is not None and (name.text in on or network.at("ike", "gateway", name.text) is None):
            named_in(network, name, make, "ike", "gateway")
            second = named_in(network, node.value("auto-key", "ipsec-crypto-profile"), make, *_SECOND)
            gateway = on.get(name.text)
            yield from _peers(network, node, gateway, second, make)
    for gateway in gateways:
        if gateway.place.text not in used:
            yield from _peers(network, gateway, gateway, None, make)
    if not tunnels and network.at("ike", "gateway") is None:
        yield from _of_profiles(network, make)


def _of_profiles(network: Node, make: Maker) -> Iterator[Peer]:
    """Profiles that no gateway names, each of the first phase with each of the second."""
    for first in network.named(*_FIRST):
        values = _values(first)
        if "encryption" in values:
            for second in or_none(network.named(*_SECOND)):
                quick, seconds = _children(second, make)
                yield Peer(
                    name=first.place.text,
                    span=first.place.span,
                    implementation="unknown",
                    main_mode=_main(first, values, make),
                    main_mode_seconds=_seconds(values, make),
                    quick_mode=quick,
                    quick_mode_seconds=seconds,
                )


def _peers(network: Node, node: Node, gateway: Node | None, second: Node | None, make: Maker) -> Iterator[Peer]:
    """A peer for each pair of networks that a tunnel protects."""
    version = None if gateway is None else gateway.value("protocol", "version")
    firsts = [] if gateway is None else _firsts(network, gateway, version, make)
    lifetimes = [_seconds(_values(each), make) for each in firsts]
    quick, seconds = _children(second, make)
    own = None if gateway is None else _credentials(gateway, make)
    pairs = of_paloalto(node) or [NOTHING if node.at("auto-key") is None else everywhere(node.place)]
    for selectors in pairs:
        yield Peer(
            name=called(node.place.text, selectors, len(pairs)),
            span=node.place.span,
            implementation="unknown",
            is_server=gateway is not None and gateway.at("protocol-common", "passive-mode", "yes") is not None,
            answers_on=() if gateway is None else make.addresses(_local_address(gateway)),
            looks_for=() if gateway is None else make.addresses(gateway.value("peer-address", "ip")),
            key_modules=make.modules(version, _VERSIONS),
            is_aggressive=gateway is not None and is_aggressive(gateway.value("protocol", "ikev1", "exchange-mode")),
            main_mode=tuple(offer for each in firsts for offer in _main(each, _values(each), make)) or None,
            main_mode_seconds=next(iter(lifetimes), None),
            quick_mode=quick,
            quick_mode_seconds=seconds,
            mode=tunnel(node.place),
            local=selectors.local,
            remote=selectors.remote,
            own=own,
            accepted=own,
            identity=None if gateway is None else written_identity(gateway.value("local-id", "id")),
            expected_identity=None if gateway is None else written_identity(gateway.value("peer-id", "id")),
        )


def _firsts(network: Node, gateway: Node, version: Token | None, make: Maker) -> list[Node]:
    """The profiles of the first phase, of each version of IKE that a gateway speaks."""
    spoken = ["ikev1", "ikev2"] if version is None or version.text not in {"ikev1", "ikev2"} else [version.text]
    named = [gateway.value("protocol", module, "ike-crypto-profile") for module in spoken]
    found = {name.text: node for name in named if name is not None if (node := named_in(network, name, make, *_FIRST))}
    return [*found.values()]


def _local_address(gateway: Node) -> Token | None:
    """The address of its interface that a gateway answers on, without its prefix."""
    node = gateway.at("local-address")
    words = [] if node is None else node.chain()
    address = next((after for word, after in pairwise(words) if word.text == "ip"), None)
    return None if address is None else address.part(0, len(address.text.partition("/")[0]))


def _credentials(gateway: Node, make: Maker) -> tuple[Credential, ...] | None:
    method = gateway.at("authentication")
    if method is None:
        return None
    if method.at("certificate") is not None:
        return (Credential(span=method.place.span, method=CERTIFICATE),)
    key = method.value("pre-shared-key", "key")
    if key is not None and key.text.startswith(_ENCRYPTED):
        make.diagnostics.secrets.append(key.span)
        key = None
    return make.secret(key, method.place)


def _values(profile: Node) -> Mapping[str, list[Token]]:
    """The words behind each key of a profile, whether its keys stand on lines of their own or on one."""
    values: dict[str, list[Token]] = {}
    key = ""
    for word in profile.chain():
        if word.text in _KEYS | _OTHERS:
            key = word.text
            values.setdefault(key, [])
        else:
            values.setdefault(key, []).append(word)
    return values


def _main(profile: Node, values: Mapping[str, list[Token]], make: Maker) -> tuple[Offer, ...]:
    """The proposals of a profile of the first phase; which pseudorandom function goes with AES-GCM is unknown."""
    ciphers, combined = by_kind(values.get("encryption", ()))
    groups = _groups(values)
    plain = [make.offer(profile.place, ciphers, _written(values, "hash"), groups)] if ciphers or not combined else []
    more = [make.offer(profile.place, combined, (), groups)] if combined else []
    return (*plain, *(offer.model_copy(update={"is_understood": False}) for offer in more))


def _children(profile: Node | None, make: Maker) -> tuple[tuple[Offer, ...] | None, Setting[int] | None]:
    """The proposals of a profile of the second phase, and its lifetime; None without one."""
    if profile is None:
        return None, None
    values = _values(profile)
    ciphers, combined = by_kind(values.get("encryption", ()))
    hashes, groups = _written(values, "authentication"), _groups(values)
    form = Encapsulation.AH if "ah" in values else ESP
    plain = [make.offer(profile.place, ciphers, hashes, groups, encapsulation=form)] if ciphers or not combined else []
    more = [make.offer(profile.place, combined, (), groups, encapsulation=form)] if combined else []
    return (*plain, *more), _seconds(values, make)


def _groups(values: Mapping[str, list[Token]]) -> list[Token] | list[str]:
    return _written(values, "dh-group") if values.get("dh-group") else [_DEFAULT_GROUP]


def _written(values: Mapping[str, list[Token]], key: str) -> list[Token]:
    """The values of a key, but for those that say that there is none."""
    return [word for word in values.get(key, ()) if word.text not in _NONE]


def _seconds(values: Mapping[str, list[Token]], make: Maker) -> Setting[int] | None:
    """The lifetime, a number behind its unit; None if it is not written."""
    words = values.get("lifetime", [])
    if len(words) != len(("unit", "number")):
        return None
    unit, number = words
    return make.seconds(number.standing_for(f"{number.text}{_UNITS.get(unit.text, unit.text)}"))
