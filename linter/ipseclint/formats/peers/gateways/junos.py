"""Junos as peers, by its reference of "security ike" and "security ipsec".

The default IKE version of a gateway is unknown: "Configuring IKE Policies" (12.3) says of `services ipsec-vpn` that it
starts with IKEv1 and answers both; for `security ike` we found nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.formats.kit.diagnostics import quoted
from ipseclint.formats.peers.gateway_tree import DEACTIVATED, Node
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
from ipseclint.model.peer import Credential, Peer
from ipseclint.vocabulary.algorithms import Encapsulation


def junos(root: Node, make: Maker) -> Iterator[Peer]:
    """Junos: each VPN with its gateway and policies."""
    security = root.at("security") or root
    for _ in root.named(DEACTIVATED):
        make.diagnostics.not_read(SWITCHED_OFF)
    for vpn in security.named("ipsec", "vpn"):
        gateway = named_in(security, vpn.value("ike", "gateway"), make, "ike", "gateway")
        policy = None if gateway is None else named_in(security, gateway.value("ike-policy"), make, "ike", "policy")
        second = named_in(security, vpn.value("ike", "ipsec-policy"), make, "ipsec", "policy")
        place = vpn.place
        for own_policy in (policy, second):
            _tell_own_set(own_policy, make)
        proposals = [] if policy is None else all_of(security, policy.values("proposals"), make, "ike", "proposal")
        children = [] if second is None else all_of(security, second.values("proposals"), make, "ipsec", "proposal")
        pfs = [] if second is None else second.values("perfect-forward-secrecy", "keys")
        key = None if policy is None else policy.value("pre-shared-key", "ascii-text")
        methods = [token.text for node in proposals if (token := node.value("authentication-method")) is not None]
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
                or None,
                quick_mode_seconds=next((make.seconds(node.number("lifetime-seconds")) for node in children), None),
                mode=tunnel(place),
                local=selectors.local,
                remote=selectors.remote,
                own=own,
                accepted=own,
            )


def _tell_own_set(policy: Node | None, make: Maker) -> None:
    """Note that a policy offers a set of Junos' own, such as `standard`, which is not known here."""
    chosen = None if policy is None else policy.value("proposal-set")
    if chosen is not None:
        why = f"Junos offers its own set {quoted(chosen.text)} here, which is not known: write it as proposals"
        make.diagnostics.not_understood(why, chosen.span)
