"""Junos as peers, by its reference of "security ike" and "security ipsec".

A policy may offer a set of Junos' own; those for IKEv2 alone and of Suite B are not known. What `apply-groups` names is
inherited.

The default IKE version of a gateway is unknown: "Configuring IKE Policies" (12.3) says of `services ipsec-vpn` that it
starts with IKEv1 and answers both; for `security ike` we found nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ipseclint.formats.kit.diagnostics import quoted
from ipseclint.formats.peers.gateway_tree import DEACTIVATED, Node
from ipseclint.formats.peers.gateways.juniper_sets import FIRST, SECOND, brought
from ipseclint.formats.peers.gateways.junos_groups import inherit
from ipseclint.formats.peers.gateways.parts import (
    CERTIFICATE,
    ESP,
    IKEV1,
    IKEV2,
    SWITCHED_OFF,
    Maker,
    all_of,
    is_aggressive,
    named_in,
    tunnel,
)
from ipseclint.formats.peers.gateways.selectors import NOTHING, called, of_junos
from ipseclint.model.peer import Credential, Offer, Peer
from ipseclint.vocabulary.algorithms import Encapsulation


def junos(root: Node, make: Maker) -> Iterator[Peer]:
    """Junos: each VPN with its gateway and policies."""
    inherit(root, make)
    security = root.at("security") or root
    for _ in root.named(DEACTIVATED):
        make.diagnostics.not_read(SWITCHED_OFF)
    for vpn in security.named("ipsec", "vpn"):
        gateway = named_in(security, vpn.value("ike", "gateway"), make, "ike", "gateway")
        policy = None if gateway is None else named_in(security, gateway.value("ike-policy"), make, "ike", "policy")
        second = named_in(security, vpn.value("ike", "ipsec-policy"), make, "ipsec", "policy")
        place = vpn.place
        proposals = [] if policy is None else all_of(security, policy.values("proposals"), make, "ike", "proposal")
        children = [] if second is None else all_of(security, second.values("proposals"), make, "ipsec", "proposal")
        pfs = [] if second is None else second.values("perfect-forward-secrecy", "keys")
        own_main, own_quick = _own_set(policy, FIRST, make), _own_set(second, SECOND, make)
        key = None if policy is None else policy.value("pre-shared-key", "ascii-text")
        methods = ["pre-shared-keys"] if own_main else []
        methods += [token.text for node in proposals if (token := node.value("authentication-method")) is not None]
        own = None
        if methods:
            is_psk = methods[0] == "pre-shared-keys"
            hidden = None if key is None or key.text.startswith("$") else key
            own = make.secret(hidden, place) if is_psk else (Credential(span=place.span, method=CERTIFICATE),)
        if key is not None:
            make.diagnostics.secrets.append(key.span)
        version = None if gateway is None else gateway.value("version")
        children_of = of_junos(vpn) or [NOTHING]
        for selectors in children_of:
            yield Peer(
                name=called(place.text, selectors, len(children_of)),
                span=place.span,
                looks_for=make.addresses(None if gateway is None else gateway.value("address")),
                key_modules=make.modules(version, {"v2-only": IKEV2, "v1-only": IKEV1}),
                is_aggressive=policy is not None and is_aggressive(policy.value("mode")),
                main_mode=tuple(
                    make.offer(
                        node.place,
                        node.only("encryption-algorithm"),
                        node.only("authentication-algorithm"),
                        node.only("dh-group"),
                    )
                    for node in proposals
                )
                + own_main
                or None,
                main_mode_seconds=next((make.seconds(node.number("lifetime-seconds")) for node in proposals), None),
                quick_mode=tuple(
                    make.offer(
                        node.place,
                        node.only("encryption-algorithm"),
                        node.only("authentication-algorithm"),
                        pfs,
                        encapsulation=Encapsulation.AH if node.at("protocol", "ah") is not None else ESP,
                    )
                    for node in children
                )
                + own_quick
                or None,
                quick_mode_seconds=next((make.seconds(node.number("lifetime-seconds")) for node in children), None),
                mode=tunnel(place),
                local=selectors.local,
                remote=selectors.remote,
                own=own,
                accepted=own,
            )


def _own_set(policy: Node | None, sets: Mapping[str, tuple[str, ...]], make: Maker) -> tuple[Offer, ...]:
    """The offers of a set of Junos' own that a policy names; one that is not known is told."""
    chosen = None if policy is None else policy.value("proposal-set")
    if policy is None or chosen is None:
        return ()
    if chosen.text not in sets:
        why = f"Junos offers its own set {quoted(chosen.text)} here, which is not known: write it as proposals"
        make.diagnostics.not_understood(why, chosen.span)
        return ()
    pfs = policy.values("perfect-forward-secrecy", "keys")
    offers = (brought(chosen.standing_for(name), make, pfs) for name in sets[chosen.text])
    return tuple(offer for offer in offers if offer is not None)
