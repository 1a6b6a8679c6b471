"""Site-to-site VPNs of UniFi as its controller gives them: objects of `rest/networkconf` with the purpose `site-vpn`.

What members mean is public in the clients of that controller (ubiquiti-community/go-unifi, `network.generated.go`):
`ipsec_ike_*` are main mode, which older controllers name `ipsec_encryption`, `ipsec_hash` and `ipsec_dh_group`, and
`ipsec_esp_*` quick mode, whose group counts if `ipsec_pfs` is set. A profile other than `customized` need not give any.
"""

from __future__ import annotations

from collections.abc import Iterable

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.json_places import JsonObject
from ipseclint.formats.kit.token import Token
from ipseclint.formats.peers.members import Members, members_of, note_members, number, preshared, text
from ipseclint.formats.peers.words import Parts, note_no_address
from ipseclint.model.peer import Offer, Peer
from ipseclint.model.policy import RuleMode
from ipseclint.model.selectors import Addresses, parse_address
from ipseclint.model.setting import Setting, Unknown, default
from ipseclint.source import Span
from ipseclint.vocabulary.algorithms import Encapsulation, KeyModule

_MAIN = (
    ("ipsec_ike_encryption", "ipsec_encryption"),
    ("ipsec_ike_hash", "ipsec_hash"),
    ("ipsec_ike_dh_group", "ipsec_dh_group"),
)
_QUICK = (("ipsec_esp_encryption",), ("ipsec_esp_hash",))
_QUICK_GROUP = "ipsec_esp_dh_group"
_READ = frozenset(
    {
        *(name for names in (*_MAIN, *_QUICK) for name in names),
        *("name", "purpose", "ipsec_key_exchange", "ipsec_peer_ip", "ipsec_local_ip", "ipsec_pfs", "ipsec_profile"),
        *("ipsec_ike_lifetime", "ipsec_esp_lifetime", "x_ipsec_pre_shared_key", _QUICK_GROUP),
    }
)
_OF_NO_CONCERN = frozenset({"_id", "site_id", "vpn_type", "ipsec_interface", "enabled", "setting_preference"})
_VERSIONS = {"ikev1": KeyModule.IKEV1, "ikev2": KeyModule.IKEV2}
_SITE = "site-vpn"


def is_connection(members: Members) -> bool:
    """Whether these are the members of such a VPN."""
    purpose = text(members, "purpose")
    return purpose is not None and purpose.word == _SITE and any(name.startswith("ipsec_") for name in members)


def connection(value: JsonObject, diagnostics: Diagnostics) -> Peer:
    """The other end that an object describes."""
    members, span = members_of(value), Span(diagnostics.path, value.line, value.column)
    note_members(value, _READ, _OF_NO_CONCERN, diagnostics)
    name, key = text(members, "name"), text(members, "x_ipsec_pre_shared_key")
    if key is not None:
        diagnostics.secrets += key.spans
    secret = preshared(None if key is None else key.text, span)
    return Peer(
        name="UniFi gateway" if name is None else name.text,
        span=span,
        answers_on=_address(members, "ipsec_local_ip", diagnostics),
        looks_for=_address(members, "ipsec_peer_ip", diagnostics),
        key_modules=_modules(members, span, diagnostics),
        main_mode=_main_mode(members, span, diagnostics),
        main_mode_seconds=number(members, diagnostics, "ipsec_ike_lifetime"),
        quick_mode=_quick_mode(members, span, diagnostics),
        quick_mode_seconds=number(members, diagnostics, "ipsec_esp_lifetime"),
        mode=default(RuleMode.TUNNEL, span),
        own=secret,
        accepted=secret,
    )


def _address(members: Members, name: str, diagnostics: Diagnostics) -> Addresses:
    token = text(members, name)
    address = None if token is None else parse_address(token.text)
    if token is not None:
        note_no_address(token, diagnostics)
    return (address,) if address is not None and address.version else ()


def _modules(members: Members, span: Span, diagnostics: Diagnostics) -> Setting[frozenset[KeyModule]]:
    token = text(members, "ipsec_key_exchange")
    if token is None:
        return Setting(Unknown("ipsec_key_exchange"), span)
    if (module := _VERSIONS.get(token.word)) is None:
        diagnostics.not_understood(f"{quoted(token.text)} is neither IKEv1 nor IKEv2", token.span)
        return Setting(Unknown(token.text), token.span)
    return Setting(frozenset({module}), token.span)


def _main_mode(members: Members, span: Span, diagnostics: Diagnostics) -> tuple[Offer, ...]:
    words = [text(members, *names) for names in _MAIN]
    if None in words:
        profile = text(members, "ipsec_profile")
        shown = "" if profile is None else f" {quoted(profile.text)}"
        message = f"the profile{shown} does not say what phase 1 offers: give the connection with all of its values"
        diagnostics.not_understood(message, span)
        return (Offer(span=span, encapsulation=None, encryption=(), integrity=(), is_understood=False),)
    cipher, integrity, group = words
    return (_offer((cipher, integrity), group, None, span, diagnostics),)


def _quick_mode(members: Members, span: Span, diagnostics: Diagnostics) -> tuple[Offer, ...] | None:
    """What phase 2 offers; None where it is not said, nor whether it has a group."""
    words = [text(members, *names) for names in _QUICK]
    pfs, group = text(members, "ipsec_pfs"), text(members, _QUICK_GROUP)
    has_group = pfs is not None and pfs.word == "true"
    if None in words or pfs is None or (has_group and group is None):
        return None
    return (_offer(words, group if has_group else None, Encapsulation.ESP, span, diagnostics),)


def _offer(
    words: Iterable[Token | None],
    group: Token | None,
    encapsulation: Encapsulation | None,
    span: Span,
    diagnostics: Diagnostics,
) -> Offer:
    parts = Parts()
    spelt = [(word, word.text) for word in words if word is not None]
    for token, word in (*spelt, *(() if group is None else ((group, f"dh{group.text}"),))):
        before = len(parts.unknown)
        parts.take(word)
        if len(parts.unknown) > before:
            diagnostics.not_understood(f"unknown algorithm {quoted(token.text)}", token.span)
    return parts.offer(Token("", span.path, span.line, span.column), encapsulation)
