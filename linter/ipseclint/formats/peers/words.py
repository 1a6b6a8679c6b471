"""The words of IKE for algorithms, as strongSwan, libreswan and our own descriptions of peers write them.

strongSwan: docs.strongswan.org, "IKEv1 and IKEv2 Cipher Suites"; libreswan: ipsec.conf(5). An algorithm that Windows
has gets the name of our vocabulary; others have one name of their own for all spellings.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterable

from msgspec import Struct, field

from ipseclint.formats.kit import read
from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.read import key_of
from ipseclint.formats.kit.templates import NOT_RENDERED, VALUE
from ipseclint.formats.kit.token import TO_FILL_IN, TYPOGRAPHIC, OpenToken, Token, token_at
from ipseclint.formats.kit.x509 import name_in_der
from ipseclint.late import late
from ipseclint.model.peer import Offer, Peer
from ipseclint.model.selectors import parse_address
from ipseclint.model.setting import Secret, Setting, Unknown
from ipseclint.secrets.masks import MASK
from ipseclint.vocabulary.algorithms import GMACS, Cipher, DhGroup, Encapsulation, Integrity
from ipseclint.vocabulary.other_algorithms import OTHER_ENCRYPTION, OTHER_GROUPS, OTHER_INTEGRITY, OtherAlgorithm
from ipseclint.vocabulary.rows import names, readings
from ipseclint.vocabulary.settings import RuleMode

_ENCODED = late(r"0x((?:[0-9a-f]{2})+)|0s([a-z0-9+/]+={0,2})", re.IGNORECASE)


def daemon_key(text: str) -> Secret | None:
    """A preshared key as a daemon reads it; None for one that is blotted out.

    It may be written in hexadecimal (0x) or base64 (0s), by ipsec.secrets(5) and swanctl.conf(5).
    """
    encoded = _ENCODED.fullmatch(text)
    if encoded is None:
        return key_of(text)
    try:
        data = bytes.fromhex(encoded[1]) if encoded[1] else b64decode(encoded[2] + "=" * (-len(encoded[2]) % 4))
    except ValueError:
        return Secret(text)
    return Secret(data.decode("utf-8", "surrogateescape"))


def name_of(token: Token) -> str:
    """An identity as written; a mask for one that is put in later, as it may be any."""
    return MASK if isinstance(token, OpenToken) else token.text


_BLOTTED = late(r"(?=[^xX*#?]*[xX*#?])(?=[^.:]*[.:])[0-9a-fA-FxX*#?.:/-]+")
"""An address of which digits were replaced before it was shown to others."""


def when_used(token: Token, what: str) -> str:
    """What is said of a value that a script or a template puts in."""
    if VALUE.search(token.text) is not None:
        return NOT_RENDERED
    return f"{what} is only known when the script or template is used: {quoted(token.text)}"


_ADDITIONAL = late(r"(?<![^-\s,])ke([1-7])_(\w{1,40})", re.IGNORECASE)
"""An additional key exchange, as strongSwan writes it: `ke1_mlkem768`."""


_SIGNS_OF_OPEN = ("$", "`", "{{", "<%")
"""No proposal has one of these: something is put in there later."""


def no_proposal(token: Token, *, lacks_group: bool = False) -> str:
    """Why a value, or one in a list of them, is not a proposal that can be compared."""
    if isinstance(token, OpenToken) or any(sign in token.text for sign in _SIGNS_OF_OPEN):
        return when_used(token, "a proposal")
    if _ADDITIONAL.search(token.text) is not None:
        return f"proposal {quoted(token.text)} asks for additional key exchanges (RFC 9370), which are not compared"
    if lacks_group:  # RFC 7296 3.3.3
        return f"proposal {quoted(token.text)} names no Diffie-Hellman group, and one for IKE must have one"
    return f"proposal {quoted(token.text)} is not understood"


_TYPOGRAPHIC_MARKS = ("\u201c", "\u201d", "\u201e", "\u2018", "\u2019", "\u201a", "\u00ab")


def note_typographic(token: Token, diagnostics: Diagnostics) -> None:
    """Note a value that begins with a quotation mark of a word processor, which no configuration takes for one."""
    if token.text.startswith(_TYPOGRAPHIC_MARKS):
        diagnostics.not_understood(TYPOGRAPHIC, token.span)


def note_no_address(token: Token, diagnostics: Diagnostics) -> None:
    """Note a word that can be no name of a host, and is no address either."""
    if read.is_no_host(token.text):
        diagnostics.not_understood(no_address(token), token.span)


def note_networks(peers: Iterable[Peer], diagnostics: Diagnostics) -> None:
    """Note what stands where a network of a peer has to, and is none: what else is not known is a name, or a limit."""
    for peer in peers:
        for side in (peer.local, peer.remote):
            if side is not None and isinstance(side.value, Unknown):
                note_no_address(token_at(side.value.raw, side.span), diagnostics)


def no_address(token: Token) -> str:
    """Why a value is not an address that can be compared."""
    shown = quoted(token.text)
    if isinstance(token, OpenToken):
        return when_used(token, "an address")
    if token.text.startswith("<") and token.text.endswith(">"):
        return f"the placeholder {shown} stands where an address has to"
    if _BLOTTED.fullmatch(token.text) is not None:
        return f"the address {shown} was made unreadable"
    return f"{shown} is not an address"


_YES = frozenset({"yes", "insist", "propose", "1", "true", "on", "enabled"})
NO = frozenset({"no", "never", "0", "false", "off", "disabled"})


def is_yes(token: Token | None, key: str, diagnostics: Diagnostics) -> bool | None:
    """What a key of a daemon says; None without it, and for a word that is neither yes nor no, which is noted."""
    if token is None or token.word in NO:
        return None if token is None else False
    if token.word not in _YES:
        diagnostics.unknown_value(f"{key} {quoted(token.text)} is not yes or no", token.span)
        return None
    return True


_EAP_METHODS = names("aka aka' dynamic gtc identity md5 mschapv2 peap radius sim tls tnc ttls")


def is_eap(word: str) -> bool:
    """Whether a word names EAP, with or without a method, as `auth` of swanctl.conf(5): `eap`, `eap-tls`, `eap-6`."""
    first, _, method = word.partition("-")
    return first == "eap" and (not method or method in _EAP_METHODS or method.split("-")[0].isdigit())


def with_short_hashes(offers: tuple[Offer, ...], key: Token, diagnostics: Diagnostics) -> tuple[Offer, ...]:
    """ESP and AH proposals with SHA-256 truncated to 96 bits: they are agreed on as usual, and no packet passes."""
    why = f"{quoted(key.text)} cuts SHA-256 to 96 bits, which is not compared: the other end must do it, too"
    sha256 = Integrity.SHA256.value
    cut = [sha256 in (*offer.integrity, *offer.ah_integrity) for offer in offers]
    if any(cut):
        diagnostics.not_understood(why, key.span)
    return tuple(
        offer.model_copy(update={"is_understood": False}) if is_cut else offer
        for offer, is_cut in zip(offers, cut, strict=True)
    )


_AEAD = late(r"aes(?:128|192|256)?(?:gcm|ccm)|aes-gcm|aes-ccm|chacha", re.IGNORECASE)


def _table(values: Iterable[Cipher | Integrity | DhGroup], others: Iterable[OtherAlgorithm]) -> dict[str, str]:
    """The words for algorithms of Windows, from their rows, and for other algorithms."""
    known = readings(values, lambda value: value.row.strongswan) | readings(values, lambda value: value.row.peers)
    return {word: other.name for other in others for word in other.words} | known


_ENCRYPTION = _table(Cipher, OTHER_ENCRYPTION)
_INTEGRITY = _table(Integrity, OTHER_INTEGRITY)
_GROUPS = _table(DhGroup, OTHER_GROUPS)

GROUP_NAMES = {
    str(number): name for spelling, name in _GROUPS.items() if (number := spelling.removeprefix("dh")).isdigit()
}
"""Groups by their IANA number, as vendors' lists write them."""

MODES = {each.value: each for each in RuleMode}
MODES_OF_STRONGSWAN = MODES | {"beet": RuleMode.TUNNEL, "transport_proxy": RuleMode.TRANSPORT}
"""The words of strongSwan; with an end that has no BEET mode, such as Windows, tunnel mode is what it negotiates, and
on the wire the proxy of Mobile IPv6 is transport mode (`mode` in swanctl.conf(5), `type` in ipsec.conf(5))."""


class Parts(Struct):
    """The values of one proposal by attribute, in order; `unknown` are unknown words.

    `additional` are the additional key exchanges by their number, of which the other end may choose one each.
    """

    encryption: list[str] = field(default_factory=list)
    integrity: list[str] = field(default_factory=list)
    prfs: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    numbers: list[bool] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    additional: dict[str, list[str]] = field(default_factory=dict)

    def take(self, word: str) -> None:
        """Add a value, given its word."""
        word = word.casefold()
        if word in _ENCRYPTION:
            self.encryption.append(_ENCRYPTION[word])
        elif word in _INTEGRITY:
            if is_gmac(word):  # strongSwan counts it among the ciphers
                self.encryption.append(Cipher.NONE)
            self.integrity.append(_INTEGRITY[word])
        elif word in _GROUPS:
            self.groups.append(_GROUPS[word])
        elif word.startswith("prf") and word.removeprefix("prf").lstrip("_") in _INTEGRITY:
            self.prfs.append(_INTEGRITY[word.removeprefix("prf").lstrip("_")])
        elif word in {"esn", "noesn", "no_ext_seq", "ext_seq"}:
            self.numbers.append(word in {"esn", "ext_seq"})
        elif (exchange := _ADDITIONAL.fullmatch(word)) is not None:
            self.additional.setdefault(exchange[1], []).append(exchange[2])
        else:
            self.unknown.append(word)

    def offer(self, token: Token, encapsulation: Encapsulation | None) -> Offer:
        """The proposal. In main mode, an integrity beside an AEAD cipher is the PRF."""
        integrity, prfs = tuple(dict.fromkeys(self.integrity)), tuple(dict.fromkeys(self.prfs))
        authenticates = bool(self.encryption) and all(is_aead(each) for each in self.encryption)
        if authenticates:
            prfs = prfs or (integrity if encapsulation is None else ())
            integrity = ()
        uses_ah = encapsulation is Encapsulation.AH
        has_gmac = any(each in GMACS for each in self.integrity)
        kinds = {is_aead(each) for each in self.encryption}
        are_mixed = len(kinds) > 1 or (has_gmac and any(each != Cipher.NONE for each in self.encryption))
        are_mixed = are_mixed and not uses_ah  # two proposals: RFC 7296 3.3
        complete = bool(integrity) if uses_ah else bool(self.encryption) and not are_mixed
        complete = complete and (encapsulation is not None or (bool(self.groups) and bool(integrity or prfs)))
        return Offer(
            span=token.span,
            encapsulation=encapsulation,
            encryption=() if uses_ah else tuple(dict.fromkeys(self.encryption)),
            integrity=() if uses_ah else integrity,
            ah_integrity=integrity if uses_ah else (),
            prfs=prfs if encapsulation is None else (),
            groups=tuple(dict.fromkeys(self.groups)),
            extended_sequence_numbers=tuple(dict.fromkeys(self.numbers)) or (False,),
            is_understood=complete and not self.unknown and all("none" in each for each in self.additional.values()),
        )


_SIGNATURE_HASH = late(r"sha(?:1|2(?:_(?:256|384|512))?|256|384|512)\Z")
_SHA2 = ("sha256", "sha384", "sha512")


def signature_hashes(word: str) -> frozenset[str]:
    """The signature hashes that a word for certificates allows; empty if it names none.

    `rsa-sha1` and `rsa-sha2_256` of libreswan, `pubkey-sha256-sha512` and `rsa-2048-sha256` of strongSwan.
    """
    named = [part for part in word.casefold().split("-") if _SIGNATURE_HASH.match(part)]
    return frozenset(name for part in named for name in (_SHA2 if part == "sha2" else (part.replace("sha2_", "sha"),)))


def written_identity(token: Token | None) -> Setting[str] | None:
    """A literal identity, unknown if it is put in later; None for a pattern, a certificate's value or a key id."""
    if token is None or not token.text:
        return None
    if isinstance(token, OpenToken) or _PUT_IN.search(token.text):
        return Setting(Unknown(token.text), token.span)
    if any(sign in token.text for sign in "*%#") or token.text.startswith("@@"):
        return None
    return Setting(token.text, token.span)


def typed_identity(token: Token | None) -> Setting[str] | None:
    """An identity that strongSwan shows or expects, a pattern and a key id among them; None for any, and for what is
    no text."""
    if token is None or token.text in {"", "*"} or _is_no_address(token.text):
        return None
    if (written := written_identity(token)) is not None:
        return written
    if (digits := _IN_DER.fullmatch(token.text)) is not None:
        return Setting(_name_in_der(digits[1]) or Unknown(token.text), token.span)
    is_no_text = token.text.startswith("%any") or "#" in _HEXADECIMAL.sub("", token.text)
    return None if is_no_text else Setting(token.text, token.span)


_IN_DER = late(r"(?i:asn1dn):#([0-9A-Fa-f:]+)")
_HEXADECIMAL = late(r"\A(?:@|(?i:keyid|fqdn|dns|email|rfc822|userfqdn):)#")
"""The beginning of an identity that is written in hexadecimal digits (strongSwan, "Identity Parsing")."""


def _name_in_der(digits: str) -> str | None:
    """A distinguished name as strongSwan writes one, which calls the state ST; None if it cannot be so written."""
    try:
        name = name_in_der(bytes.fromhex(digits.replace(":", "")))
    except ValueError:
        return None
    if name is None or '"' in name or "+" in name:
        return None
    return ", ".join("ST" + part[1:] if part.startswith("S=") else part for part in name.split(", "))


def _is_no_address(text: str) -> bool:
    """Whether it is the address of nobody, which stands for any identity (strongSwan, "Identity Parsing")."""
    address = parse_address(text)
    return address is not None and address.version != 0 and address.first == address.last == 0


_PUT_IN = late(rf"<[A-Za-z][\w .-]{{0,60}}>|{TO_FILL_IN}")
"""What a reader of a document puts in, so that what is written is no name: `<id>`."""


def is_aead(name: str) -> bool:
    """Whether a cipher, by its name here, is an AEAD cipher."""
    return _AEAD.match(name) is not None


def is_gmac(word: str) -> bool:
    """Whether a word is AES-GMAC's, which authenticates and does not encrypt."""
    return _INTEGRITY.get(word.strip().casefold()) in GMACS
