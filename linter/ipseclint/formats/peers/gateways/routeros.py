"""RouterOS as peers, by its manual ("IPsec"), whose tables of peers, profiles and proposals give the defaults.

An export leaves out default values. A profile missing from it, such as that of a new router, is unknown. An L2TP server
that uses IPsec makes a peer of its own, with IKEv1 and the server's key ("L2TP"). That it uses the profile and proposal
named default is reasoned: nothing names others. A passive peer waits for the other end to begin ("Peers"). Clients that
a mode config gives addresses have tunnels: that is reasoned, for such an address is one of the network behind the
gateway (RFC 7296, 2.19).
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from ipseclint.formats.peers.gateway_tree import Node
from ipseclint.formats.peers.gateways.parts import (
    CERTIFICATE,
    IKEV1,
    IKEV2,
    Maker,
    is_aggressive,
    named_in,
    switched_on,
    tunnel,
)
from ipseclint.formats.peers.gateways.selectors import NOTHING, called, enabled, of_routeros
from ipseclint.model.peer import Credential, Offer, Peer
from ipseclint.model.policy import RuleMode
from ipseclint.model.setting import Setting, Unknown, default
from ipseclint.vocabulary.authentication import AuthMethod

_EXCHANGES = {"ike2": IKEV2, **dict.fromkeys(("main", "main-l2tp", "aggressive"), IKEV1)}
"""The values of `exchange-mode` that are compared: base mode is one of IKEv1 that no other end here has."""

_UNUSED = "a proposal that no peer uses"
"""What is counted among the parts not read, so that nobody takes it for an offer."""


def routeros(root: Node, make: Maker) -> Iterator[Peer]:
    """RouterOS: each peer with its profile, and the proposals in its policies."""
    ipsec = root.at("ip", "ipsec")
    if ipsec is None:
        return
    used = {"default"}
    for server in root.named("interface", "l2tp-server", "server"):
        if server.at("enabled", "yes") and (server.at("use-ipsec", "yes") or server.at("use-ipsec", "required")):
            yield _of_l2tp(ipsec, server, make)
            used.update(node.place.text for node in _proposals(ipsec, _OF_L2TP, by_template=True))
    for peer in switched_on(ipsec.named("peer"), make, "disabled", "yes"):
        place = peer.place
        wanted = peer.value("profile")
        profile = ipsec.at("profile", "default") if wanted is None else named_in(ipsec, wanted, make, "profile")
        identities = [
            node
            for node in enabled(ipsec, "identity")
            if (named := node.value("peer")) is not None and named.text == place.text
        ]
        method = next((token for node in identities if (token := node.value("auth-method")) is not None), None)
        key = next((token for node in identities if (token := node.value("secret")) is not None), None)
        exchange = peer.value("exchange-mode")
        own = make.secret(key, place)
        if method is not None and not method.text.startswith("pre-shared-key"):
            own = (Credential(span=method.span, method=CERTIFICATE),)
        accepted = own
        if method is not None and method.text.startswith("eap"):
            accepted = (Credential(span=method.span, method=AuthMethod.EAP),)
        by_template = any(map(_generates_policies, identities))
        gives = next((word for node in identities if (word := node.value("mode-config")) is not None), None)
        generated = NOTHING if gives is None or not by_template else replace(NOTHING, mode=tunnel(gives))
        children = of_routeros(ipsec, peer) or [generated]
        for selectors in children:
            proposals = _proposals(ipsec, place.text, selectors.child, by_template=by_template)
            used.update(node.place.text for node in proposals)
            yield Peer(
                name=called(place.text, selectors, len(children)),
                span=place.span,
                implementation="routeros",
                is_server=peer.at("passive", "yes") is not None,
                looks_for=make.addresses(peer.value("address")),
                key_modules=default(IKEV1, place.span)
                if exchange is None
                else Setting(_EXCHANGES.get(exchange.text, Unknown(exchange.text)), exchange.span),
                is_aggressive=is_aggressive(exchange),
                main_mode=_main(profile, make),
                main_mode_seconds=_seconds(profile, make),
                quick_mode=_quick(proposals, make),
                quick_mode_seconds=_lasting(proposals, make),
                mode=selectors.mode,
                local=selectors.local,
                remote=selectors.remote,
                own=own if identities else None,
                accepted=accepted if identities else None,
            )
    _note_absent(ipsec, make)
    proposed = ipsec.at("proposal")
    for name in () if proposed is None else proposed.below:  # what it has is counted with it
        if name not in used:
            make.diagnostics.not_read(_UNUSED)


_NAMES = (("policy", "proposal", "proposal"), ("policy", "peer", "peer"), ("identity", "peer", "peer"))
"""Where an object names another one: its menu, its key, and the menu of that."""


def _note_absent(ipsec: Node, make: Maker) -> None:
    """Count what policies and identities name and this text has not."""
    for menu, key, of in _NAMES:
        for name in (name for node in enabled(ipsec, menu) for name in node.values(key)):
            if name.text not in _MADE:
                named_in(ipsec, name, make, of)


_OF_L2TP = "l2tp-in-server"
"""What RouterOS calls the peer that a server of L2TP makes."""
_MADE = frozenset({_OF_L2TP, "any"})
"""Peers that no line of a configuration makes, by name."""


def _of_l2tp(ipsec: Node, server: Node, make: Maker) -> Peer:
    """The peer for L2TP clients."""
    profile, place = ipsec.at("profile", "default"), server.place
    own = make.secret(server.value("ipsec-secret"), place)
    proposals = _proposals(ipsec, _OF_L2TP, by_template=True)
    return Peer(
        name=_OF_L2TP,
        span=place.span,
        implementation="routeros",
        is_server=True,
        key_modules=default(IKEV1, place.span),
        main_mode=_main(profile, make),
        main_mode_seconds=_seconds(profile, make),
        quick_mode=_quick(proposals, make),
        quick_mode_seconds=_lasting(proposals, make),
        mode=default(RuleMode.TRANSPORT, place.span),
        own=own,
        accepted=own,
    )


def _main(profile: Node | None, make: Maker) -> tuple[Offer, ...] | None:
    """The IKE proposals of a profile."""
    if profile is None:
        return None
    offer = make.offer(
        profile.place,
        profile.values("enc-algorithm") or ["aes-128"],
        profile.values("hash-algorithm") or ["sha1"],
        profile.values("dh-group") or ["modp2048", "modp1024"],
        prfs=[token for token in profile.values("prf-algorithm") if token.text != "auto"],
    )
    return (offer,)


def _seconds(profile: Node | None, make: Maker) -> Setting[int] | None:
    return None if profile is None else make.seconds(profile.number("lifetime"), 86_400, profile.place)


def _generates_policies(identity: Node) -> bool:
    """Whether policies are made of templates for those who are identified so; `no` is the default."""
    generates = identity.value("generate-policy")
    return generates is not None and generates.text != "no"


def _proposals(ipsec: Node, peer: str, child: Node | None = None, *, by_template: bool) -> list[Node]:
    """The proposals named by a policy of a peer, or by all its policies and those of any.

    `by_template`: templates are policies of it, too. Of a peer without a policy they are all that can be.
    """
    own: list[str] = [] if child is None else [_proposal(child)]
    of_templates: list[str] = []
    for policy in enabled(ipsec, "policy"):
        of, is_template = policy.values("peer"), policy.at("template", "yes") is not None
        if (child is None or is_template) and (not of or peer in {each.text for each in of}):
            (of_templates if is_template else own).append(_proposal(policy))
    names = own + of_templates if by_template else own or of_templates
    return [node for name in dict.fromkeys(names or ["default"]) if (node := ipsec.at("proposal", name)) is not None]


def _proposal(policy: Node) -> str:
    """The name of the proposal of a policy."""
    named = policy.value("proposal")
    return "default" if named is None else named.text


def _quick(proposals: list[Node], make: Maker) -> tuple[Offer, ...] | None:
    """The offers of proposals; defaults are those of a new router."""
    offers = [
        make.children(
            node.place,
            node.values("enc-algorithms") or ["aes-256-cbc", "aes-192-cbc", "aes-128-cbc"],
            node.values("auth-algorithms") or ["sha1"],
            [token for token in node.values("pfs-group") if token.text != "none"]
            if node.at("pfs-group") is not None
            else ["modp1024"],
        )
        for node in proposals
    ]
    return tuple(offer for of_one in offers for offer in of_one) or None


def _lasting(proposals: list[Node], make: Maker) -> Setting[int] | None:
    """The lifetime of proposals, if they have one in common; 0 is none."""
    lasting = [make.seconds(node.number("lifetime"), 1800, node.place) for node in proposals]
    first = next(iter(lasting), None)
    is_common = first is not None and {each and each.value for each in lasting} == {first.value}
    return first if is_common and first is not None and first.value != 0 else None
