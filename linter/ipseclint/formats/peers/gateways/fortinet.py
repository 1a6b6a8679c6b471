"""FortiOS as peers, by the "FortiOS CLI Reference" (vpn ipsec phase1-interface, phase2-interface).

Anything not written is unknown: the default of `ike-version` is 1 in the references of 7.x and 2 in that of 8.0.0, and
those of proposals and groups have changed as well. A phase of `type dynamic` has no address to ask, and only answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
    or_none,
)
from ipseclint.formats.peers.gateways.selectors import NOTHING, of_fortinet
from ipseclint.model.peer import UNKNOWN_GROUP, Credential, Offer, Peer
from ipseclint.model.setting import Setting, Unknown
from ipseclint.vocabulary.algorithms import Encapsulation, KeyModule
from ipseclint.vocabulary.authentication import AuthMethod


def fortinet(root: Node, make: Maker) -> Iterator[Peer]:
    """FortiOS: each second phase with its first."""
    for kind in ("phase1-interface", "phase1"):
        _note_alone(root, kind, make)
        for first in root.named("vpn", "ipsec", kind):
            versions = _versions(first, make)
            groups = _groups(first)
            main = tuple(_dashed(make, token, groups, None) for token in first.values("proposal"))
            method = first.value("authmethod")
            second_phases = [
                node
                for node in root.named("vpn", "ipsec", kind.replace("1", "2"))
                if (named := node.value("phase1name")) is not None and named.text == first.place.text
            ]
            secret = _key(first, make)
            own = (
                (Credential(span=method.span, method=CERTIFICATE),)
                if method is not None and method.text == "signature"
                else make.secret(secret, first.place)
            )
            eap = first.value("eap")
            takes_eap = eap is not None and eap.text == "enable"
            for second in or_none(second_phases):
                quick = None if second is None else _quick(second, make)
                place = first.place if second is None else second.place
                selectors = NOTHING if second is None else of_fortinet(second, root, make)
                yield Peer(
                    name=place.text,
                    span=place.span,
                    implementation="fortios",
                    is_server=first.at("type", "dynamic") is not None,
                    looks_for=make.addresses(first.value("remote-gw")),
                    key_modules=versions,
                    is_aggressive=is_aggressive(first.value("mode")),
                    main_mode=main or None,
                    main_mode_seconds=make.seconds(first.number("keylife")),
                    quick_mode=quick,
                    quick_mode_seconds=None if second is None else make.seconds(second.number("keylifeseconds")),
                    mode=None if second is None else mode_of(second.value("encapsulation"), second.place),
                    local=selectors.local,
                    remote=selectors.remote,
                    own=own,
                    accepted=(Credential(span=first.place.span, method=AuthMethod.EAP),) if takes_eap else own,
                )


def _versions(first: Node, make: Maker) -> Setting[frozenset[KeyModule]] | None:
    """The version of IKE of a first phase; None if it is not written."""
    word = first.value("ike-version")
    if word is None:
        return None
    version = {"1": IKEV1, "2": IKEV2}.get(word.text)
    if version is None:
        make.diagnostics.not_understood(f"unknown version of IKE {quoted(word.text)}", word.span)
    return Setting(Unknown(word.text) if version is None else version, word.span)


def _note_alone(root: Node, kind: str, make: Maker) -> None:
    """Note the second phases that name a first one that is not there, in the same letters, beside others."""
    names = {first.place.text for first in root.named("vpn", "ipsec", kind)}
    for second in root.named("vpn", "ipsec", kind.replace("1", "2")) if names else ():
        if (named := second.value("phase1name")) is None or named.text in names:
            continue
        alike = next((name for name in sorted(names) if name.casefold() == named.text.casefold()), None)
        meant = "" if alike is None else f"; did you mean {quoted(alike)}?"
        make.diagnostics.not_understood(
            f"no `{kind}` here is called {quoted(named.text)}, so that this second phase belongs to none{meant}",
            named.span,
        )


def _key(first: Node, make: Maker) -> Token | None:
    """The key; behind `ENC` it is encrypted, and unknown here."""
    words = first.values("psksecret")
    make.diagnostics.secrets += [word.span for word in words]
    return words[0] if len(words) == 1 else None


def _groups(phase: Node) -> list[Token | str]:
    return [*phase.values("dhgrp")] or [UNKNOWN_GROUP]


def _quick(second: Node, make: Maker) -> tuple[Offer, ...] | None:
    pfs, groups = second.value("pfs"), _groups(second)
    is_off = pfs is not None and pfs.text == "disable"
    proposals = second.values("proposal")
    return tuple(_dashed(make, token, [] if is_off else groups, ESP) for token in proposals) or None


def _dashed(make: Maker, token: Token, groups: Sequence[Token | str], encapsulation: Encapsulation | None) -> Offer:
    """A proposal of FortiOS: `aes256-sha256`, `aes256gcm-prfsha384`."""
    words = token.split("-")
    prfs = [word.text.removeprefix("prf") for word in words if word.text.startswith("prf")]
    hashes = [word for word in words[1:] if not word.text.startswith("prf")]
    return make.offer(token, words[:1], hashes, groups, prfs=prfs, encapsulation=encapsulation)
