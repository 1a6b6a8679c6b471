"""Common parts of the readers of all makes: proposals, lifetimes, keys, and references to nodes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TypeVar

from msgspec import Struct

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.read import decimal, key_of
from ipseclint.formats.kit.templates import NOT_RENDERED, VALUE
from ipseclint.formats.kit.token import Token
from ipseclint.formats.peers.gateway_tree import Node
from ipseclint.formats.peers.words import GROUP_NAMES, MODES, Parts, is_aead, is_gmac, note_no_address
from ipseclint.late import late
from ipseclint.model.peer import UNKNOWN_GROUP, Credential, Offer
from ipseclint.model.policy import RuleMode
from ipseclint.model.selectors import Addresses, parse_address
from ipseclint.model.setting import Setting, Unknown, default
from ipseclint.vocabulary.algorithms import Encapsulation, KeyModule
from ipseclint.vocabulary.authentication import AuthMethod

Word = TypeVar("Word", bound=Token | str)
IKEV1, IKEV2 = frozenset({KeyModule.IKEV1}), frozenset({KeyModule.IKEV2})
PSK, CERTIFICATE = AuthMethod.PRESHARED_KEY, AuthMethod.COMPUTER_CERTIFICATE
ESP = Encapsulation.ESP
SWITCHED_OFF = "a connection that is switched off"
"""What is counted among the parts not read of an end, so that nobody misses it."""
NO_LIMIT = frozenset({"none", "unlimited", "disable"})
"""Words for a lifetime without end: of ASA (`lifetime`, `crypto map set security-association lifetime`, Cisco ASA
Series Command Reference), and of IOS (`set security-association lifetime`, IOS Security Command Reference)."""
_HASH = late(r"(?:hmac-)?(?:sha-?(?:1|256|384|512)?|md5)(?:-\d{2,3})?\Z")
_SIZED_HASHES = {"sha-1": "sha1", "sha": "sha1", "hmac-sha1-96": "sha1", "hmac-md5-96": "md5"}
_GMAC = late(r"(?:esp-|aes-)gmac(?:-(128|192|256))?")
"""AES-GMAC as a transform of IOS and a cipher of ASA, which have 128 bits without a size (`crypto ipsec
transform-set`, IOS Security Command Reference; `protocol`, Cisco ASA Series Command Reference)."""
_TIME = late(r"(\d{1,9})([smhdw]?)")
_CLOCK = late(r"(?P<before>(?:\d{1,9}[dw]){0,2})(?P<h>\d{1,3}):(?P<m>\d\d):(?P<s>\d\d)")
"""A duration as RouterOS prints it, `1d08:00:00` ("Time and date values", MikroTik RouterOS v2.9)."""
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}

_VARIABLE = late(r"\$[A-Za-z_]\w*")


class Maker(Struct, frozen=True):
    """Makes the parts of peers, and notes what is not understood."""

    diagnostics: Diagnostics

    def offer(
        self,
        place: Token,
        ciphers: Iterable[Token | str],
        hashes: Iterable[Token | str],
        groups: Iterable[Token | str] = (),
        *,
        prfs: Iterable[Token | str] = (),
        encapsulation: Encapsulation | None = None,
    ) -> Offer:
        """A proposal from words; unknown words are a problem, but `UNKNOWN_GROUP` for groups that are not written."""
        parts = Parts()
        for written, spell in ((ciphers, _cipher), (hashes, _hash), (groups, _group), (prfs, _prf)):
            for word in written:
                text = word if isinstance(word, str) else word.text
                before = len(parts.unknown)
                if text == UNKNOWN_GROUP:
                    parts.groups.append(text)
                elif spelt := spell(text.casefold()):
                    parts.take(spelt)
                if len(parts.unknown) > before and isinstance(word, Token):
                    is_open = VALUE.search(text) is not None
                    message = NOT_RENDERED if is_open else f"unknown algorithm {quoted(text)}"
                    self.diagnostics.not_understood(message, word.span)
        return parts.offer(place, encapsulation)

    def children(
        self,
        place: Token,
        ciphers: Iterable[Token | str],
        hashes: Iterable[Token | str],
        groups: Iterable[Token | str],
    ) -> tuple[Offer, ...]:
        """The ESP proposals of such words: one with a hash, and one for the ciphers that need none, or are AES-GMAC."""
        words, groups = list(ciphers), list(groups)
        gmacs = [word for word in words if is_gmac(_cipher(_text(word)))]
        plain, combined = by_kind(word for word in words if word not in gmacs)
        offers = [(plain, hashes)] if plain or not (combined or gmacs) else []
        offers += [(own, ()) for own in (combined, gmacs) if own]
        return tuple(self.offer(place, own, of_own, groups, encapsulation=ESP) for own, of_own in offers)

    def seconds(
        self, token: Token | None, standard: int | None = None, place: Token | None = None
    ) -> Setting[int] | None:
        """A lifetime; the default if none is written, None if that is unknown."""
        if token is None:
            return None if standard is None or place is None else default(standard, place.span)
        parts = _TIME.findall(token.text)
        if (clock := _CLOCK.fullmatch(token.text)) is not None:
            parts = [*_TIME.findall(clock["before"]), *zip(clock.group("h", "m", "s"), "hms", strict=True)]
        elif not parts or "".join(map("".join, parts)) != token.text:
            self.diagnostics.not_understood(f"{quoted(token.text)} is not a duration", token.span)
            return Setting(Unknown(token.text), token.span)
        return Setting(sum(int(number) * _SECONDS[unit] for number, unit in parts), token.span)

    def kilobytes(self, token: Token | None) -> Setting[int] | None:
        """A volume in kilobytes; None if none is written, or no limit."""
        if token is None or token.text.casefold() in NO_LIMIT:
            return None
        known = decimal(token.text)
        if known is None:
            self.diagnostics.not_understood(f"{quoted(token.text)} is not a volume", token.span)
        return Setting(Unknown(token.text) if known is None else known, token.span)

    def secret(self, token: Token | None, place: Token) -> tuple[Credential, ...]:
        """A preshared key; unknown if encrypted, blotted out, or a variable of a script that writes it."""
        key = None if token is None or _VARIABLE.fullmatch(token.text) else key_of(token.text)
        if token is not None:
            self.diagnostics.secrets.append(token.span)
        return (Credential(span=place.span, method=PSK, secret=key, is_secret_known=key is not None),)

    def addresses(self, token: Token | None) -> Addresses:
        """A numeric address; a name gives none."""
        address = None if token is None else parse_address(token.text)
        if token is not None:
            note_no_address(token, self.diagnostics)
        return (address,) if address is not None and address.version else ()

    def modules(
        self, token: Token | None, words: Mapping[str, frozenset[KeyModule]]
    ) -> Setting[frozenset[KeyModule]] | None:
        """The IKE versions that a word means; None if there is no word."""
        if token is None:
            return None
        if (known := words.get(token.text.casefold())) is not None:
            return Setting(known, token.span)
        is_open = VALUE.search(token.text) is not None
        message = NOT_RENDERED if is_open else f"unknown version of IKE {quoted(token.text)}"
        self.diagnostics.not_understood(message, token.span)
        return Setting(Unknown(token.text), token.span)


_AES = late(
    r"(?:esp-)?aes(?:[- ]?(gcm|cbc|ctr))?(?:[- ]?(128|192|256))?(?:[- ]?(?:(cbc|ctr)|(gcm)(64|96|128|8|12|16)?))?\Z"
)
_SIZE_FIRST = late(r"(esp-)?(128|192|256)-aes")
"""How IOS shows a transform: `esp-256-aes`, which people write too."""
_OCTETS = {"64": "8", "96": "12", "128": "16"}


def _text(word: Token | str) -> str:
    return (word if isinstance(word, str) else word.text).casefold()


def _cipher(word: str) -> str:
    """A cipher in the words of IKE, from `aes-256-cbc`, `aes-256`, `aes256gcm128`, `esp-gcm-256` and the like.

    `aes` alone has a key of 128 bits ("Advanced Encryption Standard (AES)", Cisco IOS Release 12.2(13)T).
    """
    if word in {"null", "none"}:
        return "null"
    if (gmac := _GMAC.fullmatch(word)) is not None:
        return f"aes{gmac[1] or '128'}gmac"
    match = _AES.match(_SIZE_FIRST.sub(r"aes-\2", word.replace("esp-gcm", "aes-gcm")))
    if match is None:
        return word.replace("esp-", "").removesuffix("-cbc").replace("-", "")
    before, size, after, gcm, octets = match.groups()
    mode = before or after or gcm or "cbc"
    if size is None and (match[0] not in {"aes", "esp-aes"}):
        return word
    size = size or "128"
    if mode == "gcm":
        return f"aes{size}gcm{_OCTETS.get(octets or '128', octets)}"
    return f"aes{size}{'' if mode == 'cbc' else mode}"


def _hash(word: str) -> str:
    """A hash, from `hmac-sha-256-128`, `sha-1`, `sha2_256`; empty for `null` beside an AEAD cipher."""
    if word in {"null", "none", ""}:
        return ""
    if word in _SIZED_HASHES:
        return _SIZED_HASHES[word]
    if _HASH.match(word):
        return re.sub(r"^(?:hmac-)?(sha|md5)-?(\d{3})?.*$", lambda match: match[1] + (match[2] or ""), word)
    return word


def _prf(word: str) -> str:
    return f"prf{_hash(word)}" if _hash(word) else ""


def _group(word: str) -> str:
    """A group, from `14`, `group14`, `dh-group14`, `modp2048`, `ecp256`."""
    number = re.sub(r"^(?:dh-)?group-?", "", word)
    return f"dh{number}" if number in GROUP_NAMES else word


def by_kind(ciphers: Iterable[Word]) -> tuple[list[Word], list[Word]]:
    """The ciphers that need a hash, and those that do not, which no proposal mixes (RFC 7296, section 3.3)."""
    kinds: tuple[list[Word], list[Word]] = ([], [])
    for word in ciphers:
        parts = Parts()
        parts.take(_cipher(_text(word)))
        kinds[any(map(is_aead, parts.encryption))].append(word)
    return kinds


def is_aggressive(mode: Token | None) -> bool:
    """Whether a word for the exchange of IKEv1 means aggressive mode; main mode is every make's default."""
    return mode is not None and mode.text.casefold() in {"aggressive", "aggressive mode"}


def tunnel(place: Token) -> Setting[RuleMode]:
    """Tunnel mode by default."""
    return default(RuleMode.TUNNEL, place.span)


def mode_of(token: Token | None, place: Token) -> Setting[RuleMode]:
    """The mode, tunnel by default."""
    if token is None:
        return tunnel(place)
    known = MODES.get(token.text.removesuffix("-mode"))
    return Setting(Unknown(token.text) if known is None else known, token.span)


def follow(root: Node, name: Token | None, *words: str) -> Node | None:
    """The object with a name, at a path of words; None if there is none."""
    return None if name is None else root.at(*words, name.text)


def named_in(root: Node, name: Token | None, make: Maker, *words: str) -> Node | None:
    """The same; one that is not in the text is counted as not read."""
    node = follow(root, name, *words)
    if name is not None and node is None:
        note_absent(make, words[-1], name)
    return node


def note_absent(make: Maker, kind: str, name: Token) -> None:
    """Count an object that is used, and not in this text, as not read."""
    make.diagnostics.not_read(f"used, and not in this text: {kind} {name.text}")


def all_of(root: Node, names: Iterable[Token], make: Maker, *words: str) -> list[Node]:
    """The objects with these names, at a path of words; missing ones are counted as not read."""
    return [node for name in names if (node := named_in(root, name, make, *words)) is not None]


def switched_on(nodes: Iterable[Node], make: Maker, *off: str) -> list[Node]:
    """The objects without a path of words that switches one off; the others are counted."""
    on: list[Node] = []
    for node in nodes:
        if node.at(*off) is None:
            on.append(node)
        else:
            make.diagnostics.not_read(SWITCHED_OFF)
    return on


def or_none(nodes: Iterable[Node]) -> list[Node | None]:
    """The nodes, or a single None if there are none."""
    return [*nodes] or [None]
