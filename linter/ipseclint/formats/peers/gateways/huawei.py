"""VRP of Huawei as peers: the policies of IPsec, each with the peer of IKE and the proposals that it names.

Views and commands: "Configuring an IPSec Proposal" and `ike proposal` in the product documentation of the USG6000E and
of the AR routers, and their examples. What a proposal leaves out has a default that differs between versions, and is
not read; of what is written `authentication-algorithm` is of IKEv1, `integrity-algorithm` and `prf` are of IKEv2.
"""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.formats.kit.token import Token, lines_of
from ipseclint.formats.peers.gateway_tree import Node, words_of
from ipseclint.formats.peers.gateways.parts import (
    CERTIFICATE,
    IKEV1,
    IKEV2,
    PSK,
    Maker,
    all_of,
    is_aggressive,
    mode_of,
    named_in,
)
from ipseclint.formats.peers.gateways.selectors import NOTHING, Selectors, called, mask_of, setting
from ipseclint.formats.peers.words import written_identity
from ipseclint.late import late
from ipseclint.model.peer import UNKNOWN_GROUP, Credential, Offer, Peer
from ipseclint.model.selectors import Address, Addresses, parse_address
from ipseclint.model.setting import Setting, Unknown
from ipseclint.vocabulary.algorithms import Encapsulation, KeyModule

_PROMPT = late(r"[ \t]*(?:\[[~*]?[\w./-]{1,60}\]|<[\w./-]{1,60}>)[ \t]?")
_VIEW = late(
    r"ike (?:proposal|peer) |ipsec (?:proposal|policy|policy-template|profile) |acl |interface |ike local-name "
)
_IN_VIEW = frozenset(
    {
        *("esp", "ah", "transform", "encapsulation-mode", "encryption-algorithm", "authentication-algorithm"),
        *("authentication-method", "integrity-algorithm", "prf", "dh", "sa", "version", "undo", "exchange-mode"),
        *(
            "ike-proposal",
            "pre-shared-key",
            "remote-address",
            "local-id-type",
            "remote-id-type",
            "local-id",
            "remote-id",
        ),
        *("security", "pfs", "ike-peer", "proposal", "rule", "nat", "dpd", "certificate", "alias"),
    }
)
"""What stands in a view of these without an indentation, as it is typed."""
_ENDS_VIEW = frozenset({"quit", "return"})
_ENCRYPTED = late(r"%[\^$@%]%?[#$@%]|\$1[ac]\$")
"""How a key begins that the device shows, encrypted."""
_CIPHER = late(r"aes-(\d{3})-(gcm|gmac)(?:-(\d{2,3}))?")
_SHA2 = late(r"sha2-(?=(?:256|384|512)\b)")
_OF_HMAC = late(r"\Ahmac-|-96\Z")
_METHODS = {"pre-share": PSK, "rsa-signature": CERTIFICATE, "dss-signature": None, "digital-envelope": None}
_EITHER = "auto"
"""A mode that asks for a tunnel and takes either ("Configuring an IPSec Proposal", USG6000E)."""
_MAX_RULES = 64
"""Of an access list with more rules the traffic is not known (reasoned: each rule is a connection of its own)."""


def of_views(text: str, path: str) -> Node:
    """The tree of VRP: a line that enters a view, and the lines of the view, indented or as they are typed."""
    root = Node(Token("", path, 1, 1))
    head, margin = root, 0
    for line in lines_of(text, path):
        prompt = _PROMPT.match(line.text)
        typed = line if prompt is None else line.part(prompt.end(), len(line.text))
        words = words_of(typed)
        if not words:
            continue
        if words[0].text in _ENDS_VIEW or words[0].text.startswith("#"):
            head = root
            continue
        is_deeper = prompt is None and words[0].span.column > margin
        if head is not root and (is_deeper or words[0].text in _IN_VIEW):
            head.grown(words)
        elif _VIEW.match(typed.text.lstrip()) is not None:
            head, margin = root.grown(words), words[0].span.column
        else:
            head = root
    return root


def huawei(root: Node, make: Maker) -> Iterator[Peer]:
    """VRP: each policy, template of one or profile that names a peer of IKE."""
    for kind in ("policy", "policy-template"):
        for policy in root.named("ipsec", kind):
            for entry in policy.named():
                yield from _peers(f"{policy.place.text} {entry.place.text}", entry.at("isakmp") or entry, root, make)
    for profile in root.named("ipsec", "profile"):
        yield from _peers(f"profile {profile.place.text}", profile, root, make)


def _peers(name: str, entry: Node, root: Node, make: Maker) -> Iterator[Peer]:
    peer = named_in(root, entry.value("ike-peer"), make, "ike", "peer")
    if peer is None:
        return
    peer = peer.at("v1") or peer.at("v2") or peer
    modules = _modules(peer)
    first = named_in(root, peer.value("ike-proposal"), make, "ike", "proposal")
    if peer.value("ike-proposal") is None:
        make.diagnostics.not_read("ike-proposal left to the version's default")
    children = all_of(root, entry.values("proposal"), make, "ipsec", "proposal")
    encapsulation = next((mode for node in children if (mode := node.value("encapsulation-mode")) is not None), None)
    takes_either = encapsulation is not None and encapsulation.text == _EITHER
    own = _credentials(peer, first, make)
    mode = peer.value("exchange-mode")
    is_by_name = (kind := peer.value("local-id-type")) is not None and kind.text in {"fqdn", "name"}
    pairs = _traffic(entry.value("security", "acl"), root) or [NOTHING]
    for selectors in pairs:
        yield Peer(
            name=called(f"Huawei {name}", selectors, len(pairs)),
            span=entry.place.span,
            looks_for=_looked_for(peer.at("remote-address"), make),
            key_modules=modules,
            is_aggressive=is_aggressive(mode),
            main_mode=None if first is None else _main(first, modules, make),
            main_mode_seconds=None if first is None else make.seconds(first.number("sa", "duration")),
            quick_mode=_quick(entry, children, make),
            quick_mode_seconds=make.seconds(_lasting(entry, root, "time-based")),
            quick_mode_kilobytes=make.kilobytes(_lasting(entry, root, "traffic-based")),
            mode=None if takes_either else mode_of(encapsulation, entry.place),
            local=selectors.local,
            remote=selectors.remote,
            own=own,
            accepted=own,
            identity=written_identity(
                peer.value("local-id") or (root.value("ike", "local-name") if is_by_name else None)
            ),
            expected_identity=written_identity(_last(peer.at("remote-id"))),
        )


def _all(node: Node | None) -> list[Token]:
    """The words of a line, each of which is a value."""
    return [] if node is None else node.chain()


def _last(node: Node | None) -> Token | None:
    """The last word of a line, behind what says where an address is looked for."""
    words = _all(node)
    return words[-1] if words else None


def _looked_for(node: Node | None, make: Maker) -> Addresses:
    """The addresses that a peer is looked for at: two on a line are the ends of a range; what follows says when.

    `authentication-address` is the one that it has behind a NAT.
    """
    found: list[Address] = []
    for first in () if node is None else node.named():
        words = [first.place, *first.chain()]
        skipped = {"authentication-address": len(words), "vpn-instance": 2, "host-name": 1}.get(first.place.text, 0)
        begin, end = (*words[skipped:], None, None)[:2]
        is_range = begin is not None and end is not None and parse_address(end.text) is not None
        found += make.addresses(begin.standing_for(f"{begin.text}-{end.text}") if is_range and begin and end else begin)
    return tuple(found)


def _modules(peer: Node) -> Setting[frozenset[KeyModule]] | None:
    """The versions of IKE of a peer, where it says so by its name or leaves one out."""
    if peer.place.text in {"v1", "v2"}:
        return Setting(IKEV1 if peer.place.text == "v1" else IKEV2, peer.place.span)
    off = {word.text: word for word in peer.values("undo", "version")}
    on = {word.text: word for word in peer.values("version")}
    for left_out, kept in (("2", IKEV1), ("1", IKEV2)):
        if left_out in off and left_out not in on:
            return Setting(kept, off[left_out].span)
    return Setting(IKEV1 | IKEV2, on["1"].span) if {"1", "2"} <= on.keys() else None


def _main(first: Node, modules: Setting[frozenset[KeyModule]] | None, make: Maker) -> tuple[Offer, ...] | None:
    """The proposal of IKE; None if a part of it is left to the version's default."""
    is_first = modules is not None and modules.known == IKEV1
    of_each = [_hashes(first, f"{kind}-algorithm") for kind in ("authentication", "integrity")]
    if (modules is None or modules.known == IKEV1 | IKEV2) and not _are_alike(*of_each):
        make.diagnostics.not_read("hash that differs between the versions of IKE")
        return None
    hashes = _hashes(first, "authentication-algorithm" if is_first else "integrity-algorithm")
    parts = (_ciphers(first.at("encryption-algorithm")), hashes, _all(first.at("dh")))
    prfs = [] if is_first else _hashes(first, "prf")
    for words, name in zip((*parts, prfs or is_first), ("encryption", "hash", "group", "prf"), strict=True):
        if not words:
            make.diagnostics.not_read(f"{name} left to the version's default")
            return None
    return (make.offer(first.place, *parts, prfs=prfs),)


def _are_alike(of_first: list[Token], of_second: list[Token]) -> bool:
    """Whether the hashes of both versions of IKE are the same, of which one has further words for them."""
    plain = [{_OF_HMAC.sub("", word.text) for word in words} for words in (of_first, of_second)]
    return not all(plain) or plain[0] == plain[1]


def _quick(entry: Node, children: list[Node], make: Maker) -> tuple[Offer, ...] | None:
    """The proposals of IPsec; None if one of them cannot be told whole."""
    groups: list[Token | str] = [*_all(entry.at("pfs"))] or [UNKNOWN_GROUP]
    offers: list[Offer] = []
    for child in children:
        kind = child.value("transform")
        is_ah = kind is not None and kind.text == "ah"
        ciphers = [] if is_ah else _ciphers(child.at("esp", "encryption-algorithm"))
        hashes = _hashes(child, "ah" if is_ah else "esp", "authentication-algorithm")
        needs_hash = is_ah or not all("gcm" in word.text or "gmac" in word.text for word in ciphers)
        if kind is not None and kind.text not in {"ah", "esp"}:
            make.diagnostics.not_read(f"transform {kind.text}")
            return None
        for words, name in ((ciphers or is_ah, "encryption"), (hashes or not needs_hash, "authentication")):
            if not words:
                make.diagnostics.not_read(f"{'ah' if is_ah else 'esp'} {name}-algorithm left to the version's default")
                return None
        if is_ah:
            offers.append(make.offer(child.place, [], hashes, groups, encapsulation=Encapsulation.AH))
        else:
            offers += make.children(child.place, ciphers, hashes, groups)
    return tuple(offers) or None


def _ciphers(node: Node | None) -> list[Token]:
    """Ciphers in the words of the other makes: `aes-256-gcm-128`, `aes 256`."""
    ciphers: list[Token] = []
    for word in _all(node):
        if word.text.isdecimal() and ciphers:
            ciphers[-1] = ciphers[-1].standing_for(f"{ciphers[-1].text}-{word.text}")
        elif (sized := _CIPHER.fullmatch(word.text)) is not None:
            size = sized[3] or ""
            of_make = f"aes-gmac-{sized[1]}" if sized[2] == "gmac" else f"aes-{sized[1]}-gcm{size}"
            ciphers.append(word.standing_for(of_make))
        else:
            ciphers.append(word)
    return ciphers


def _hashes(node: Node, *path: str) -> list[Token]:
    words = _all(node.at(*path))
    return [word.standing_for(_SHA2.sub("sha-", word.text)) if _SHA2.search(word.text) else word for word in words]


def _lasting(entry: Node, root: Node, unit: str) -> Token | None:
    """The lifetime of associations in a unit, of the policy, else of all."""
    return entry.number("sa", "duration", unit) or root.number("ipsec", "sa", "global-duration", unit)


def _credentials(peer: Node, first: Node | None, make: Maker) -> tuple[Credential, ...] | None:
    """How both ends prove who they are; without a method it is the key, if there is one."""
    key = _last(peer.at("pre-shared-key"))
    method = None if first is None else first.value("authentication-method")
    kind = PSK if method is None else _METHODS.get(method.text)
    if kind is PSK:
        if key is None:
            return None
        known = None if _ENCRYPTED.match(key.text) is not None else key
        make.diagnostics.secrets.append(key.span)
        return make.secret(known, key)
    return None if method is None else (Credential(span=method.span, method=kind),)


def _traffic(acl: Token | None, root: Node) -> list[Selectors]:
    """The traffic of an access list: each rule that permits some; a list that is not here is traffic not known."""
    if acl is None:
        return []
    numbered = root.at("acl", "number", acl.text) or root.at("acl", acl.text) or root.at("acl", "name", acl.text)
    rules = [] if numbered is None else [rule for rule in _rules(numbered) if _said_by(rule)[:1] != ["description"]]
    if rules and _said_by(rules[-1]) == ["deny", "ip"]:  # as all is that no rule permits
        rules.pop()
    found = [each for rule in rules[:_MAX_RULES] if (each := _of_rule(rule)) is not None]
    if found and len(found) == len(rules):
        return found
    missing = Setting[Addresses](Unknown(acl.text), acl.span)
    return [Selectors(missing, missing)]


def _rules(acl: Node) -> Iterator[list[Token]]:
    """The words of each rule of a list."""
    for node in acl.named("rule"):
        yield from _branches(node)


def _branches(node: Node) -> Iterator[list[Token]]:
    node.is_read = True
    if not node.below:
        yield [node.place]
    for below in node.below.values():
        for words in _branches(below):
            yield [node.place, *words]


def _said_by(rule: list[Token]) -> list[str]:
    """The words of a rule behind its number."""
    return [word.text for word in rule[rule[0].text.isdecimal() :]]


def _of_rule(words: list[Token]) -> Selectors | None:
    """The networks of `5 permit ip source 10.1.0.0 0.0.0.255 destination 10.2.0.0 0.0.0.255`."""
    rest = words[1:] if words[0].text.isdecimal() else words
    texts = [word.text for word in rest]
    if texts[:1] != ["permit"] or len(texts) < 2:
        return None
    local, remote = (_side(rest, word) for word in ("source", "destination"))
    if texts[1] != "ip" or local is None or remote is None:
        unknown = Setting[Addresses](Unknown(texts[1]), rest[1].span)
        return Selectors(unknown, unknown)
    return Selectors(local, remote, texts[texts.index("destination") + 1])


def _side(words: list[Token], key: str) -> Setting[Addresses] | None:
    at = next((at for at, word in enumerate(words) if word.text == key), None)
    if at is None or at + 2 >= len(words):
        return None
    mask = "0.0.0.0" if words[at + 2].text == "0" else words[at + 2].text  # noqa: S104
    return setting(words[at + 1], f"{words[at + 1].text}/{mask_of(mask)}")
