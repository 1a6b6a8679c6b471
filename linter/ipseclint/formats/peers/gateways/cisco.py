"""IOS and ASA as peers, by Cisco's command references (crypto ikev2, crypto isakmp, crypto ipsec)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from msgspec.structs import replace

from ipseclint.formats.kit.diagnostics import quoted
from ipseclint.formats.kit.read import decimal
from ipseclint.formats.kit.token import Token
from ipseclint.formats.peers.gateway_tree import Node
from ipseclint.formats.peers.gateways.cisco_keys import LOCAL, REMOTE, Key, key_for, keys_of
from ipseclint.formats.peers.gateways.cisco_traffic import of_cisco
from ipseclint.formats.peers.gateways.parts import (
    CERTIFICATE,
    IKEV1,
    IKEV2,
    NO_LIMIT,
    PSK,
    Maker,
    is_aggressive,
    mode_of,
)
from ipseclint.formats.peers.gateways.selectors import NOTHING, called
from ipseclint.model.peer import UNKNOWN_GROUP, Credential, Offer, Peer
from ipseclint.model.setting import Setting
from ipseclint.vocabulary.algorithms import KeyModule
from ipseclint.vocabulary.authentication import AuthMethod

_NOT_HERE = "{} is named here, and no transform set and no proposal of ESP in this input has the name"
_OF_IOS = "default"
"""The transform set that IOS has without any configuration ("IKEv2 Smart Defaults", FlexVPN and IKEv2 Configuration
Guide)."""
_NOT_NAMED = (
    "which of several transform sets is used is not known: no `crypto map` and no `crypto ipsec profile` here names one"
)


_OF_SUITE = ("encryption", "integrity", "group", "prf")
"""What a policy of ASA says of its suite; one of IOS names a proposal instead."""
_METHODS = {
    "pre-share": PSK,
    "rsa-sig": CERTIFICATE,
    "ecdsa-sig": CERTIFICATE,
    "eap": AuthMethod.EAP,
    "rsa-encr": None,
    "crack": None,
    "dsa-sig": None,
    "anyconnect-eap": None,
}
"""How a policy or a profile authenticates (`authentication`, in both command references)."""
_MAX_PEERS = 1000
"""Where the lines of access lists would make more peers, they are not told apart (reasoned)."""
_TRANSFORMS = ("esp-", "ah-", "comp-")
_WORDS_OF_SET = frozenset({"mode", "tunnel", "transport", "require", "transform"})
"""How the transforms of a set begin, and what else stands in one (`crypto ipsec transform-set`, IOS Security Command
Reference; `transform`, Cisco IOS XR System Security Command Reference)."""


def cisco(root: Node, make: Maker) -> Iterator[Peer]:
    """IOS and ASA: the proposals of each IKE version, with the maps or profiles that configure its children."""
    crypto = root.at("crypto")
    if crypto is None:
        return
    for each in (node for kind in ("map", "dynamic-map") for node in crypto.named(kind)):
        for entry in each.named():
            if not entry.place.text.isdecimal() and (entry.at("set") or entry.at("match")) is not None:
                message = f"{quoted(entry.place.text)} is not the number of an entry of a map"
                make.diagnostics.not_understood(message, entry.place.span)
    keys = keys_of(root, crypto)
    make.diagnostics.secrets += [key.token.span for key in keys if key.token is not None]
    second = [*_proposals(crypto, make), *crypto.named("ikev2", "policy")]
    second = [node for node in second if any(node.at(word) is not None for word in _OF_SUITE)]
    first = [*crypto.named("isakmp", "policy"), *crypto.named("ikev1", "policy")]
    first.sort(key=_priority)
    second.sort(key=_priority)
    # A profile alone uses the proposal and the policy that IOS has ("IKEv2 Smart Defaults"), which differ by release.
    profiles = [] if second else [*crypto.named("ikev2", "profile")]
    for module, policies, places in ((IKEV2, second, second or profiles), (IKEV1, first, first)):
        for policy in places:
            if absent := [word for word, *ways in _OF_MAIN_MODE if not any(map(policy.at, ways))]:
                make.diagnostics.not_read(f"{' and '.join(absent)} left to the version's default")
        if places:
            yield from _peers(root, crypto, module, policies, make, keys, places[0].place)


def _priority(policy: Node) -> int:
    """The number of a policy, of which the smallest goes first; proposals of IOS have names and keep their order."""
    return decimal(policy.place.text) or 0


class _Entry(NamedTuple):
    """An entry of a map, or a profile, with the words that name it."""

    name: str
    node: Node


def _peers(
    root: Node,
    crypto: Node,
    module: frozenset[KeyModule],
    policies: list[Node],
    make: Maker,
    keys: tuple[Key, ...],
    first: Token,
) -> Iterator[Peer]:
    """The peers of an IKE version: one for each map entry where there are several, else one."""
    profiles = [_Entry(f"profile {node.place.text}", node) for node in crypto.named("ipsec", "profile")]
    entries = [*(entry for entry in _entries(crypto) if _serves(entry.node, module)), *profiles]
    several = [[entry] for entry in entries if entry.node.at("set") is not None]
    groups = several if len(several) > 1 else [entries]
    for group in groups:
        nodes = [entry.node for entry in group]
        children, pfs, place = _children(crypto, module, nodes, make)
        quick = tuple(offer for node in children for offer in _child(node, pfs, make))
        at = place or first
        transport = next((word for node in children for word in _chain(node) if word.text == "transport"), None)
        pairs = of_cisco(root, nodes) or [NOTHING]
        pairs = pairs if len(pairs) * len(groups) <= _MAX_PEERS else [NOTHING]
        name = f"Cisco {'IKEv2' if module is IKEV2 else 'IKEv1'}"
        ends = [word for node in nodes for word in _chain(node.at("set", "peer"))]
        own, accepted = (
            _credentials(crypto, policies, module, side, make, key_for(keys, module, side, [end.text for end in ends]))
            for side in (LOCAL, REMOTE)
        )
        name = f"{name}, {group[0].name}" if len(several) > 1 else name
        for selectors in pairs:
            yield Peer(
                name=called(name, selectors, len(pairs)),
                span=at.span,
                looks_for=tuple(address for word in ends for address in make.addresses(word)),
                key_modules=Setting(module, first.span),
                is_aggressive=any(is_aggressive(node.value("set", "ikev1", "phase1-mode")) for node in nodes),
                main_mode=tuple(_main(node, make) for node in policies) or None,
                main_mode_seconds=make.seconds(_life(crypto, policies, nodes, module)),
                quick_mode=quick or None,
                quick_mode_seconds=make.seconds(_lasting(crypto, nodes, "seconds")),
                quick_mode_kilobytes=make.kilobytes(_lasting(crypto, nodes, "kilobytes")),
                mode=mode_of(transport, at),
                local=selectors.local,
                remote=selectors.remote,
                own=own,
                accepted=accepted,
            )


def _life(crypto: Node, policies: list[Node], entries: list[Node], module: frozenset[KeyModule]) -> Token | None:
    """The lifetime of IKE, of a policy or the profile of IOS that the entries name; None without one or its end."""
    named = {word.text for entry in entries for word in _chain(entry.at("set", "ikev2-profile"))}
    profiles = [node for node in crypto.named("ikev2", "profile") if not named or node.place.text in named]
    for nodes in (policies, profiles if module is IKEV2 else []):
        lives = [
            life
            for node in nodes
            if (life := node.number("lifetime", "seconds") or node.number("lifetime")) is not None
        ]
        if lives and (nodes is policies or len({life.text for life in lives}) == 1):
            return None if lives[0].text.casefold() in NO_LIMIT else lives[0]
    return None


def _lasting(crypto: Node, entries: list[Node], unit: str) -> Token | None:
    """The lifetime of associations in a unit, of a map entry or profile, else of all; None without one or its end."""
    words = ("security-association", "lifetime", unit)
    token = next((token for node in entries if (token := node.number("set", *words)) is not None), None)
    token = token or crypto.number("ipsec", *words)
    return None if token is None or token.text.casefold() in NO_LIMIT else token


def _serves(entry: Node, module: frozenset[KeyModule]) -> bool:
    """Whether a map entry may be for an IKE version: what it sets for one alone is for that."""
    of_second = entry.at("set", "ikev2") is not None or entry.at("set", "ikev2-profile") is not None
    of_first = entry.at("set", "ikev1") is not None
    return of_second or not of_first if module is IKEV2 else of_first or not of_second


def _proposals(crypto: Node, make: Maker) -> Iterator[Node]:
    """The IKEv2 proposals of IOS that a policy names; others are not used, which is reported.

    A single proposal in a text without policies was cut out of a configuration: it is taken as used.
    """
    policies, proposals = (list(crypto.named("ikev2", kind)) for kind in ("policy", "proposal"))
    named = {word.text for policy in policies for word in _chain(policy.at("proposal"))}
    is_cut = not policies and len(proposals) == 1
    for proposal in proposals:
        if is_cut or proposal.place.text in named:
            yield proposal
        else:
            name = quoted(proposal.place.text)
            make.diagnostics.not_understood(
                f"no `crypto ikev2 policy` here names the proposal {name}, so that it is not offered",
                proposal.place.span,
            )


_OF_MAIN_MODE = (("encryption", "encryption", "encr"), ("hash", "integrity", "hash", "prf"), ("group", "group", "dh"))
"""What a policy of IKE has a default for, which differs between versions, and the words for each."""


def _chain(node: Node | None) -> list[Token]:
    return [] if node is None else node.chain()


def _main(node: Node, make: Maker) -> Offer:
    ciphers = _aes_with_sizes(_chain(node.at("encryption") or node.at("encr")))
    hashes = _chain(node.at("integrity") or node.at("hash"))
    groups: list[Token | str] = [*_chain(node.at("group") or node.at("dh"))] or [UNKNOWN_GROUP]
    return make.offer(node.place, ciphers, hashes, groups, prfs=_chain(node.at("prf")))


def _aes_with_sizes(words: list[Token]) -> list[Token]:
    """Ciphers joined with key sizes in words of their own: `aes 256`.

    `aes-gcm` of ASA has 128 bits, by the names of ASA's own proposals.
    """
    ciphers: list[Token] = []
    for word in words:
        if word.text in {"128", "192", "256"} and ciphers:
            ciphers[-1] = replace(ciphers[-1], text=f"{ciphers[-1].text}-{word.text}")
        else:
            ciphers.append(word)
    return [replace(word, text="aes-gcm-128") if word.text == "aes-gcm" else word for word in ciphers]


def _children(
    crypto: Node, module: frozenset[KeyModule], entries: list[Node], make: Maker
) -> tuple[list[Node], list[Token] | None, Token | None]:
    """The ESP proposals of an IKE version as they are named, the PFS groups, and the first map or profile, if any.

    Of a text without any map or profile, which was cut out of a configuration, a single one is taken as used.
    """
    sets = [*crypto.named("ipsec", "transform-set"), *crypto.named("ipsec", "ikev1", "transform-set")]
    proposals = [*crypto.named("ipsec", "ikev2", "ipsec-proposal")]
    names = [word for entry in entries for word in _names_of_children(entry)]
    known = {_OF_IOS, *(node.place.text for node in (*sets, *proposals))}
    for word in names if len(known) > 1 else ():
        if word.text not in known:
            make.diagnostics.not_understood(_NOT_HERE.format(quoted(word.text)), word.span)
    named = dict.fromkeys(word.text for word in names)
    groups = [_chain(entry.at("set", "pfs")) for entry in entries]
    place = next((entry.place for entry in entries), None)
    children = proposals or sets if module is IKEV2 else sets
    if not entries and len(children) == 1:
        return children, None, None
    if not entries and children:
        make.diagnostics.not_understood(_NOT_NAMED, children[0].place.span)
    by_name = {node.place.text: node for node in children}
    return [by_name[name] for name in named if name in by_name], next(iter(groups), None), place


def _entries(crypto: Node) -> list[_Entry]:
    """The entries of maps."""
    maps = [*crypto.named("map"), *crypto.named("dynamic-map")]
    entries = [_Entry(f"{each.place.text} {entry.place.text}", entry) for each in maps for entry in each.named()]
    return [entry._replace(node=entry.node.at("ipsec-isakmp") or entry.node) for entry in entries]


def _names_of_children(entry: Node) -> list[Token]:
    """The transform sets and ESP proposals that a map entry or a profile uses."""
    ways = (("transform-set",), ("ikev1", "transform-set"), ("ikev2", "ipsec-proposal"))
    return [word for way in ways for word in _chain(entry.at("set", *way))]


def _child(node: Node, pfs: list[Token] | None, make: Maker) -> tuple[Offer, ...]:
    """The offers of an ESP proposal; without a map or profile, which tell of PFS, their group is not known."""
    if (esp := node.at("protocol", "esp")) is not None:
        ciphers, hashes = _aes_with_sizes(_chain(esp.at("encryption"))), _chain(esp.at("integrity"))
    else:
        words = _aes_with_sizes(_chain(node))
        for word in words:
            if not word.text.startswith(_TRANSFORMS) and word.text not in _WORDS_OF_SET:
                make.diagnostics.not_understood(f"unknown transform {quoted(word.text)}", word.span)
        ciphers = [word for word in words if word.text.startswith("esp-") and "hmac" not in word.text]
        hashes = [
            replace(word, text=word.text.removeprefix("esp-").removesuffix("-hmac"))
            for word in words
            if "hmac" in word.text
        ]
    if not ciphers:
        return ()
    return make.children(node.place, ciphers, hashes, [UNKNOWN_GROUP] if pfs is None else pfs)


def _credentials(
    crypto: Node, policies: list[Node], module: frozenset[KeyModule], side: str, make: Maker, key: Token | None
) -> tuple[Credential, ...] | None:
    """The authentication of a side for an IKE version, if policies or profiles tell."""
    if module is IKEV1:
        token = next((token for node in policies if (token := node.value("authentication")) is not None), None)
    else:
        profiles = crypto.named("ikev2", "profile")
        token = next((token for node in profiles for token in node.values("authentication", side)), None)
    if token is None:
        # ASA has no profiles: the key of the tunnel group tells.
        return None if key is None or module is IKEV1 else make.secret(key, key)
    if token.text not in _METHODS:
        make.diagnostics.not_understood(f"unknown authentication {quoted(token.text)}", token.span)
    kind = _METHODS.get(token.text)
    return make.secret(key, token) if kind is PSK else (Credential(span=token.span, method=kind),)
