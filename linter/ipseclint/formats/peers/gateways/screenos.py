"""ScreenOS as peers, by Juniper's "ScreenOS CLI Reference Guide" (`ike`, `vpn`) and "Concepts & Examples, Volume 5".

A security level (`sec-level`) stands for proposals that it brings along. A gateway speaks IKEv1, but for `set ike
gateway ikev2`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from ipseclint.formats.kit.token import Token
from ipseclint.formats.peers.gateway_tree import Node
from ipseclint.formats.peers.gateways.juniper_sets import FIRST, SECOND, brought
from ipseclint.formats.peers.gateways.parts import CERTIFICATE, ESP, IKEV1, IKEV2, Maker, mode_of, note_absent
from ipseclint.formats.peers.gateways.selectors import NOTHING, called, of_screenos
from ipseclint.model.peer import Credential, Offer, Peer
from ipseclint.model.setting import Setting, default
from ipseclint.vocabulary.algorithms import Encapsulation

_UNITS = {"second": "s", "minute": "m", "hour": "h", "day": "d"}
_BY_CERTIFICATE = frozenset({"rsa-sig", "dsa-sig", "ecdsa-sig"})
_MODES = frozenset({"tunnel", "transport"})
_KEYWORDS = frozenset(
    {
        *("preshare", "esp", "ah", "second", "minute", "hour", "day", "kbyte", "no-pfs"),
        *_BY_CERTIFICATE,
    }
)
"""What stands in a proposal beside its group, cipher, hash and numbers."""


def screenos(root: Node, make: Maker) -> Iterator[Peer]:
    """ScreenOS: each VPN with its gateway and the proposals of both."""
    ike = root.at("ike")
    if ike is None:
        return
    for vpn in root.named("vpn"):
        name = vpn.value("gateway")
        if name is None:
            continue
        of_second = ike.at("gateway", "ikev2", name.text)
        words = [word for node in (ike.at("gateway", name.text), of_second) if node for word in node.chain()]
        behind = {word.text.casefold(): after for word, after in pairwise(words)}
        firsts = _proposals(words, FIRST)
        own = _credentials(ike, firsts, behind, make)
        main, main_seconds = _offers(ike, firsts, "p1-proposal", make)
        quick, quick_seconds = _offers(ike, _proposals(vpn.chain(), SECOND), "p2-proposal", make)
        mode = next((word for word in vpn.chain() if word.text in _MODES), None)
        pairs = of_screenos(vpn) or [NOTHING]
        for selectors in pairs:
            yield Peer(
                name=called(vpn.place.text, selectors, len(pairs)),
                span=vpn.place.span,
                answers_on=make.addresses(behind.get("local-address")),
                looks_for=make.addresses(behind.get("address")),
                key_modules=default(IKEV1, vpn.place.span)
                if of_second is None
                else Setting(IKEV2, of_second.place.span),
                is_aggressive=any(word.text.casefold() in {"aggr", "aggressive"} for word in words),
                main_mode=main,
                main_mode_seconds=main_seconds,
                quick_mode=quick,
                quick_mode_seconds=quick_seconds,
                mode=mode_of(mode, vpn.place),
                local=selectors.local,
                remote=selectors.remote,
                own=own,
                accepted=own,
            )


def _proposals(words: list[Token], levels: Mapping[str, tuple[str, ...]]) -> list[Token]:
    """The names of proposals: what stands behind `proposal` on its line, or what its security level stands for."""
    begin = next((word for word in words if word.text == "proposal"), None)
    if begin is None:
        level = next((after for word, after in pairwise(words) if word.text == "sec-level"), None)
        return [] if level is None else [level.standing_for(name) for name in levels.get(level.text, (level.text,))]
    line = [word for word in words if word.span.line == begin.span.line]
    return [word for word in line if word.span.column > begin.span.column]


def _offers(
    ike: Node, names: list[Token], kind: str, make: Maker
) -> tuple[tuple[Offer, ...] | None, Setting[int] | None]:
    """The proposals with these names, and their lifetime; a name that is neither written here nor shipped is none."""
    offers: list[Offer] = []
    seconds: Setting[int] | None = None
    is_first = kind == "p1-proposal"
    for name in names:
        node = ike.at(kind, name.text)
        if node is not None:
            offers.append(_written(node, make, None if is_first else ESP))
            seconds = seconds or _seconds(node, make)
        elif (offer := brought(name, make)) is not None and (offer.encapsulation is None) is is_first:
            offers.append(offer)
        else:
            note_absent(make, kind, name)
    return (tuple(offers) if len(offers) == len(names) else None) or None, seconds


def _written(node: Node, make: Maker, encapsulation: Encapsulation | None) -> Offer:
    chain = node.chain()
    words = [word for word in chain if word.text not in _KEYWORDS and not word.text.isdecimal()]
    if encapsulation is not None and any(word.text == "ah" for word in chain):
        encapsulation = Encapsulation.AH
    groups = [word for word in words if word.text.startswith("group")]
    rest = [word for word in words if word not in groups]
    hashes = [word.standing_for(word.text.replace("sha2-", "sha-")) for word in rest[-1:]]
    return make.offer(node.place, rest[:-1], hashes, groups, encapsulation=encapsulation)


def _seconds(node: Node, make: Maker) -> Setting[int] | None:
    for unit, number in pairwise(node.chain()):
        if unit.text in _UNITS:
            return make.seconds(number.standing_for(f"{number.text}{_UNITS[unit.text]}"))
    return None


def _credentials(
    ike: Node, names: list[Token], behind: Mapping[str, Token], make: Maker
) -> tuple[Credential, ...] | None:
    """How its ends prove who they are; `get config` shows a key as it is stored, with `=` at its end."""
    key = behind.get("preshare")
    if key is not None:
        make.diagnostics.secrets.append(key.span)
        return make.secret(None if key.text.endswith("=") else key, key)
    written = [node for name in names if (node := ike.at("p1-proposal", name.text)) is not None]
    signed = next((word for node in written for word in node.chain() if word.text in _BY_CERTIFICATE), None)
    return None if signed is None else (Credential(span=signed.span, method=CERTIFICATE),)
