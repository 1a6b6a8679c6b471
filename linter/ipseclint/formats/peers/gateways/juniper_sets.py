"""Proposals that Junos and ScreenOS bring along, by name, and the sets that they make of them.

`pre-g2-aes128-sha`, `nopfs-esp-3des-sha`, `g2-esp-aes128-sha`; the sets are `proposal-set` of Junos and `sec-level` of
ScreenOS. Source: "Understanding Phase 1 of IKE Tunnel Negotiation" and "Understanding Phase 2 of IKE Tunnel
Negotiation" (Junos OS Security Configuration Guide 10.3, juniper.net, topics 40777 and 40784), which list them in the
order that stands here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ipseclint.formats.kit.token import Token
from ipseclint.formats.peers.gateways.parts import ESP, Maker
from ipseclint.late import late
from ipseclint.model.peer import Offer

_NAME = late(
    r"(?:(?:pre|rsa|dsa|nopfs)(?:-g(?P<first>\d{1,2}))?|g(?P<second>\d{1,2}))-(?P<form>esp-)?"
    r"(?P<cipher>3?des|aes\d{3})-(?P<hash>sha|md5)"
)
FIRST: Mapping[str, tuple[str, ...]] = {
    "basic": ("pre-g1-des-sha", "pre-g1-des-md5"),
    "compatible": ("pre-g2-3des-sha", "pre-g2-3des-md5", "pre-g2-des-sha", "pre-g2-des-md5"),
    "standard": ("pre-g2-aes128-sha", "pre-g2-3des-sha"),
}
"""The proposals of each set for the first phase, all with preshared keys."""
SECOND: Mapping[str, tuple[str, ...]] = {
    "basic": ("nopfs-esp-des-sha", "nopfs-esp-des-md5"),
    "compatible": ("nopfs-esp-3des-sha", "nopfs-esp-3des-md5", "nopfs-esp-des-sha", "nopfs-esp-des-md5"),
    "standard": ("g2-esp-3des-sha", "g2-esp-aes128-sha"),
}
"""The same for the second phase."""


def brought(name: Token, make: Maker, pfs: Iterable[Token] = ()) -> Offer | None:
    """The proposal that a name stands for, with other groups for PFS if there are any; None for another name."""
    known = _NAME.fullmatch(name.text)
    if known is None:
        return None
    own = known["first"] or known["second"]
    groups: list[Token | str] = [*pfs] or ([] if own is None else [own])
    return make.offer(
        name, [known["cipher"]], [known["hash"]], groups, encapsulation=ESP if known["form"] is not None else None
    )
