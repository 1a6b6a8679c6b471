"""IKEv2 connections in Apple configuration profiles (.mobileconfig), for an iPhone or a Mac.

Apple's reference of device management, VPN.IKEv2, names the keys and values: the dictionaries
`IKESecurityAssociationParameters` and `ChildSecurityAssociationParameters` have `EncryptionAlgorithm`,
`IntegrityAlgorithm`, `DiffieHellmanGroup` and `LifeTimeInMinutes`. Defaults have changed with the system's versions,
and are unknown here. A text may show only a part of a profile, so tags are read rather than a document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct, field

from ipseclint.formats.kit.diagnostics import Diagnostics, of_text
from ipseclint.formats.kit.token import Token
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.peers.gateways.parts import CERTIFICATE, ESP, IKEV2, PSK, Maker
from ipseclint.late import late
from ipseclint.model.peer import Credential, Offer, Peer
from ipseclint.model.policy import Policy, RuleMode
from ipseclint.model.setting import Setting, Unknown, default
from ipseclint.secrets import key_spans
from ipseclint.vocabulary.authentication import AuthMethod

SIGN = late(r"<key>\s{0,8}(?:IKE|Child)SecurityAssociationParameters\s{0,8}</key>")
"""The key of a dictionary that only such a connection has."""
_TAG = late(r"<key>([^<]{1,120})</key>|<(string|integer)>([^<]{0,2000})</\2>|<(true|false|string|dict)\s*/>|<(/?)dict>")
_IKE, _CHILD = "IKESecurityAssociationParameters", "ChildSecurityAssociationParameters"
_METHODS = {"sharedsecret": PSK, "certificate": CERTIFICATE}
_MINUTE = 60
_MAX_DEPTH = 32
_HASHES = {"sha1-96": "sha1", "sha1-160": "sha1", "sha2-256": "sha256", "sha2-384": "sha384", "sha2-512": "sha512"}
_CHACHA = {"chacha20poly1305": "chacha20poly1305"}


class _Dictionary(Struct):
    """A dictionary of a profile: its texts and its dictionaries by key."""

    place: Token
    values: dict[str, Token] = field(default_factory=dict)
    below: dict[str, _Dictionary] = field(default_factory=dict)

    def is_set(self, key: str) -> bool | None:
        """Whether a switch is on; None if absent."""
        value = self.values.get(key)
        return None if value is None else value.text.strip().casefold() in {"1", "true"}


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """The connections of a profile."""
    diagnostics.secrets += key_spans(text, diagnostics.path)
    make = Maker(diagnostics)
    connections = [each for each in _dictionaries(text, diagnostics.path) if _IKE in each.below or _CHILD in each.below]
    return diagnostics.parsed(Policy(peers=tuple(_peer(each, make) for each in connections)))


def _dictionaries(text: str, path: str) -> Iterator[_Dictionary]:
    """All dictionaries of a text, inner ones first; unclosed ones end with the text."""
    line, counted = 1, 0
    stack = [_Dictionary(Token("", path, 1, 1))]
    key = ""
    for match in _TAG.finditer(text):
        begin = match.start(3) if match[3] is not None else match.start()
        line += text.count("\n", counted, begin)
        counted = begin
        column = begin - text.rfind("\n", 0, begin)
        if match[1] is not None:
            key = match[1].strip()
        elif match[2] is not None or match[4] is not None:
            word = match[3] if match[2] is not None else match[4]
            stack[-1].values[key] = Token(word, path, line, column).strip()
        elif match[5] and len(stack) > 1:
            yield stack.pop()
        elif not match[5] and len(stack) < _MAX_DEPTH:
            inner = _Dictionary(Token(key, path, line, column))
            stack[-1].below[key] = inner
            stack.append(inner)
    yield from reversed(stack)


def _peer(profile: _Dictionary, make: Maker) -> Peer:
    ike, child = profile.below.get(_IKE), profile.below.get(_CHILD)
    place = next(part.place for part in (ike, child) if part is not None)
    name = profile.values.get("RemoteAddress")
    method = profile.values.get("AuthenticationMethod")
    own: tuple[Credential, ...] | None = None
    if profile.is_set("ExtendedAuthEnabled"):
        own = (Credential(span=place.span, method=AuthMethod.EAP),)
    elif method is not None and (known := _METHODS.get(method.text.casefold())) is not None:
        key = profile.values.get("SharedSecret")
        own = make.secret(key, method) if known is PSK else (Credential(span=method.span, method=known),)
    return Peer(
        name="Apple's client" if name is None else f"Apple's client of {name.text}",
        span=place.span,
        is_client=True,
        looks_for=make.addresses(name),
        key_modules=default(IKEV2, place.span),
        main_mode=None if ike is None else _offers(ike, make),
        main_mode_seconds=_minutes(ike),
        quick_mode=None if child is None else _offers(child, make, has_group=profile.is_set("EnablePFS") is True),
        quick_mode_seconds=_minutes(child),
        mode=default(RuleMode.TUNNEL, place.span),
        own=own,
    )


def _offers(part: _Dictionary, make: Maker, *, has_group: bool | None = None) -> tuple[Offer, ...] | None:
    """The proposal in a dictionary; None if it leaves out something whose default is unknown.

    `has_group` is given for quick mode only, where keys are exchanged if the profile enables PFS.
    """
    cipher, integrity, group = (
        part.values.get(key) for key in ("EncryptionAlgorithm", "IntegrityAlgorithm", "DiffieHellmanGroup")
    )
    needs_group = has_group is not False
    if cipher is None or integrity is None or (needs_group and group is None):
        return None
    authenticates = "gcm" in cipher.text.casefold() or "poly1305" in cipher.text.casefold()
    spelt = _HASHES.get(integrity.text.casefold())
    hashes = [integrity if spelt is None else integrity.standing_for(spelt)]
    word = _CHACHA.get(cipher.text.casefold())
    return (
        make.offer(
            cipher,
            [cipher if word is None else cipher.standing_for(word)],
            [] if authenticates else hashes,
            [group] if needs_group and group is not None else [],
            prfs=hashes if authenticates and has_group is None else [],
            encapsulation=None if has_group is None else ESP,
        ),
    )


def _minutes(part: _Dictionary | None) -> Setting[int] | None:
    token = None if part is None else part.values.get("LifeTimeInMinutes")
    if token is None:
        return None
    number = int(token.text) if re.fullmatch(r"[0-9]{1,6}", token.text) else None
    return Setting(Unknown(token.text) if number is None else number * _MINUTE, token.span)
