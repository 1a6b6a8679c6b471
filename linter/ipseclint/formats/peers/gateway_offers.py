"""Proposals of both ends in IKE debug output of gateways, Cisco's and Fortinet's, and in output of ike-scan.

Cisco: `debug crypto ikev2` has "Received Policies" and "Expected Policies", each followed by lines "Proposal 1:
AES-CBC-256 SHA1 SHA96 DH_GROUP_1024_MODP/Group 2": ciphers, pseudorandom functions, integrity, groups; newer releases
write names before each. Fortinet: `diagnose debug application ike -1` has "incoming proposal" and "my proposal", each
followed by lines "type=ENCR, val=AES_CBC (key_len = 256)" (Fortinet's community, articles 278503 and 380380). ike-scan
has "SA=(Enc=AES KeyLength=256 Hash=SHA1 Group=20 Auth=PSK ...)" of each proposal that the server chose
(nm-l2tp/NetworkManager-l2tp issue 139). `debug crypto isakmp` of Cisco's IOS has "Checking ISAKMP transform 1 against
priority 10 policy" of each that the peer offers, and lines "encryption AES-CBC", "keylength of 256", "hash SHA",
"default group 2" below it (Cisco, document 5409).

RouterOS with the topic `ipsec,debug`: of IKEv1, as racoon, "transform #1 len=36, id=1" and lines "type=Encryption
Algorithm, flag=0x8000, lorv=AES-CBC"; of IKEv2 "proposal #1" and lines "enc: aes256-cbc", "dh: modp1024" (logs in
MikroTik's forum). They are what the peer offers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Set
from typing import NamedTuple

from msgspec import Struct

from ipseclint.formats.kit.token import Token
from ipseclint.formats.peers.words import GROUP_NAMES, Parts, is_aead
from ipseclint.late import late
from ipseclint.model.peer import Offer
from ipseclint.vocabulary.algorithms import Encapsulation

SCANNED = late(r"\bSA=\((?P<values>Enc=[^()\r\n]{1,200})")
"""A proposal that ike-scan found a server choose."""
CHECKED = late(r"\bChecking ISAKMP transform \d{1,4} against priority \d{1,6} policy")
"""A proposal of IKEv1 that IOS compares with one of its own."""
DUMPED = late(r"\btransform #\d{1,4} len=\d{1,5}\b")
"""A transform of IKEv1 that racoon shows."""
_OF_ROUTEROS = late(r"\bipsec\S{0,16}[ \t]+proposal #\d{1,4}[ \t]*$")
SIGN = late(
    rf"\b(?:Received|Expected) Policies:|\b(?:incoming|my) proposal\b[^\r\n:]{{0,60}}:|{SCANNED.pattern}"
    rf"|{CHECKED.pattern}|{DUMPED.pattern}|{_OF_ROUTEROS.pattern}",
    re.MULTILINE,
)
"""A line behind which the proposals of one end are listed."""
_TITLE = late(
    r"\b(?:(?P<theirs>Received Policies:|incoming proposal\b[^:]{0,60}:)"
    r"|(?P<own>Expected Policies:|my proposal\b[^:]{0,60}:))"
)
_CISCO = late(r"Proposal \d{1,4}:\s+(\S.*)")
_CISCO_LABEL = late(r"\b(?:ENCRYPTION|PRF|INTEGRITY|DH[ _]GROUP):")
_CISCO_GROUP = late(r"/Group (\d{1,3})(?!\w)")
_CISCO_CIPHER = late(r"(?:AES-(?:CBC|GCM)-\d{3}|3DES|DES)\Z")
_CISCO_HASH = late(r"(?:SHA|MD5)\w{0,4}\Z")
_CISCO_WORD = late(rf"{_CISCO_CIPHER.pattern}|{_CISCO_HASH.pattern}|DH_GROUP_\w+/Group\Z|\d{{1,3}}\Z|None\Z")
_PROPOSAL = late(r"\bproposal id\s*=\s*\d{1,4}")
_PROTOCOL = late(r"\bprotocol(?: id)?\s*=\s*(\w+)")
_TYPE = late(r"\btype\s*=\s*(\w+),\s*val\s*=\s*([\w-]+)(?:[ ,.]*\(?key[-_]len\s*=\s*(\w{1,12})\)?)?")
_TRANSFORM = late(r"\btrans_id\s*=\s*ESP_(\w+)(?:\s*\(key_len\s*=\s*(\w{1,12})\))?")
_VALUE = late(r"\b(Enc|KeyLength|Hash|Group)=([\w-]{1,40})")
_CHECKED_VALUE = late(
    r"\bISAKMP[^\r\n ]{0,12}[ \t]+(?P<name>encryption|keylength of|hash|default group|unknown DH group) "
    r"(?P<value>[\w-]{1,24})"
)
_DUMPED_VALUE = late(
    r"\btype=(?P<name>Encryption Algorithm|Key Length|Hash Algorithm|Group Description), ?flag=0x[0-9a-f]{1,8}, ?"
    r"lorv=(?P<value>[^\r\n]{1,60})"
)
_DUMPED_NAMES = {
    "Encryption Algorithm": "Enc",
    "Key Length": "KeyLength",
    "Hash Algorithm": "Hash",
    "Group Description": "Group",
}
_DUMPED_GROUP = late(r"(?P<bits>\d{3,4})-bit (?:random )?(?P<kind>MODP|ECP) group")
_ROUTEROS_VALUE = late(r"\bipsec\S{0,16}[ \t]+(?P<name>enc|prf|auth|dh): (?P<value>[\w-]{2,24})[ \t]*$")
_CIPHERS = frozenset({"ENCR", "OAKLEY_ENCRYPT_ALG"})
_HASHES = frozenset({"INTEGR", "INTEG", "AUTH_ALG", "AUTH", "OAKLEY_HASH_ALG"})
_GROUPS = frozenset({"DH_GROUP", "DH", "OAKLEY_GROUP"})
_CHECKED_NAMES = {"encryption": "Enc", "keylength of": "KeyLength", "hash": "Hash"}
"""The names of values that IOS checks, as ike-scan has them; the rest is the group."""
_SPELT = {"sha96": "sha1", "sha": "sha1", "sha1": "sha1", "md596": "md5", "sha2": "sha256"}
"""Hashes that these gateways spell as nobody else does."""


class Told(NamedTuple):
    """A proposal that a gateway lists, whether it is the gateway's own, and the words in it that are not known."""

    is_own: bool
    offer: Offer
    unknown: tuple[str, ...] = ()


def _told(parts: Parts, place: Token, encapsulation: Encapsulation | None = None, *, is_own: bool) -> Told:
    return Told(is_own, parts.offer(place, encapsulation), tuple(parts.unknown))


class _Proposal(Struct):
    """A Fortinet proposal, whose values are on lines of their own."""

    place: Token
    is_own: bool
    parts: Parts
    encapsulation: Encapsulation | None = None

    def told(self) -> Iterator[Told]:
        """The proposal, if it has any value."""
        if self.parts != Parts():
            yield _told(self.parts, self.place, self.encapsulation, is_own=self.is_own)


def _checked(lines: Iterable[Token]) -> Iterator[Told]:
    """The proposals that IOS compares with its own."""
    return _by_values(lines, CHECKED, _checked_value, {"Enc"})


def _dumped(lines: Iterable[Token]) -> Iterator[Told]:
    """The transforms that racoon shows of a peer's offer for the main mode."""
    return _by_values(lines, DUMPED, _dumped_value, {"Enc", "Hash"})


def _by_values(
    lines: Iterable[Token],
    begins: re.Pattern[str],
    value_in: Callable[[str], tuple[str, str] | None],
    needed: Set[str],
) -> Iterator[Told]:
    """The peer's proposals that have the values which are `needed`, each on lines below one that begins it, once."""
    known: set[tuple[tuple[str, str], ...]] = set()
    values: dict[str, str] = {}
    place: Token | None = None
    for line in (*lines, None):
        if line is None or begins.search(line.text) is not None:
            if place is not None and needed <= values.keys() and (said := tuple(sorted(values.items()))) not in known:
                known.add(said)
                yield _scanned(place, values, is_own=False)
            place, values = None if line is None else line.strip(), {}
        elif place is not None and (value := value_in(line.text)) is not None:
            values.setdefault(*value)


def _checked_value(text: str) -> tuple[str, str] | None:
    value = _CHECKED_VALUE.search(text)
    return value and (_CHECKED_NAMES.get(value["name"], "Group"), value["value"].removesuffix("-CBC"))


def _dumped_value(text: str) -> tuple[str, str] | None:
    value = _DUMPED_VALUE.search(text)
    return value and (_DUMPED_NAMES[value["name"]], _undumped(value["value"].strip()))


def _undumped(value: str) -> str:
    """A value as ike-scan writes it: `AES`, `3DES`, `modp1024`, `ecp384`."""
    group = _DUMPED_GROUP.search(value)
    return value.removesuffix("-CBC") if group is None else f"{group['kind']}{group['bits']}".lower()


def _of_routeros(lines: Iterable[Token]) -> Iterator[Told]:
    """The proposals of IKEv2 that RouterOS shows of a peer's offer, up to the one that it took."""
    parts, place = Parts(), None
    for line in (*lines, None):
        value = _ROUTEROS_VALUE.search(line.text) if line is not None else None
        if value is not None and place is not None:
            word = value["value"].removesuffix("-cbc").removeprefix("hmac-")
            parts.take(f"prf{word}" if value["name"] == "prf" else word)
        elif place is not None and (line is None or value is None):
            if parts != Parts():
                yield _told(parts, place, is_own=False)
            parts, place = Parts(), None
        if line is not None and _OF_ROUTEROS.search(line.text) is not None:
            place = line.strip()


def told_offers(lines: Iterable[Token]) -> Iterator[Told]:
    """The proposals behind such lines, in order."""
    lines = tuple(lines)
    for sign, read in ((CHECKED, _checked), (DUMPED, _dumped), (_OF_ROUTEROS, _of_routeros)):
        if any(sign.search(line.text) is not None for line in lines):
            yield from read(lines)
    yield from _titled(lines)


def _titled(lines: Iterable[Token]) -> Iterator[Told]:
    """The proposals below the title of an end, and those that ike-scan found."""
    is_own: bool | None = None
    proposal: _Proposal | None = None
    known: set[tuple[tuple[str, str], ...]] = set()
    for line in lines:
        if (title := _TITLE.search(line.text)) is not None:
            yield from proposal.told() if proposal is not None else ()
            is_own, proposal = title["own"] is not None, None
        if (scanned := SCANNED.search(line.text)) is not None:
            values = dict(_VALUE.findall(scanned["values"]))
            if (chosen := tuple(sorted(values.items()))) not in known:
                known.add(chosen)
                yield _scanned(line.part(*scanned.span("values")), values, is_own=True)
        if is_own is None:
            continue
        if (listed := _CISCO.search(line.text)) is not None:
            yield _cisco(line.part(listed.start(1), listed.end(1)), is_own=is_own)
        elif _PROPOSAL.search(line.text) is not None:
            yield from proposal.told() if proposal is not None else ()
            proposal = _Proposal(line.strip(), is_own, Parts())
        elif (value := _TYPE.search(line.text)) is not None:
            proposal = proposal or _Proposal(line.strip(), is_own, Parts())
            _take(proposal, value[1].upper(), value[2], value[3])
        elif proposal is not None and (transform := _TRANSFORM.search(line.text)) is not None:
            proposal.encapsulation = Encapsulation.ESP
            proposal.parts.take(_sized(transform[1], transform[2]))
        elif proposal is not None and (protocol := _PROTOCOL.search(line.text)) is not None:
            proposal.encapsulation = {"ESP": Encapsulation.ESP, "AH": Encapsulation.AH}.get(protocol[1].upper())
    yield from proposal.told() if proposal is not None else ()


def _cisco(token: Token, *, is_own: bool) -> Told:
    """The proposal on a line; without names, the first half of the hashes are pseudorandom functions."""
    parts = Parts()
    words = _CISCO_LABEL.sub(" ", token.text).split()
    for word in filter(_CISCO_CIPHER.match, words):
        name, _, size = word.lower().rpartition("-")
        parts.take(_sized(name.replace("-", "_"), size) if name else size)
    hashes = [_spelt(word) for word in words if _CISCO_HASH.match(word)]
    authenticates = bool(parts.encryption) and all(map(is_aead, parts.encryption))
    half = len(hashes) if authenticates else len(hashes) // 2
    for word in hashes[:half]:
        parts.take(f"prf{word}")
    for word in hashes[half:]:
        parts.take(word)
    for number in _CISCO_GROUP.findall(token.text):
        parts.take(f"dh{number}")
    parts.unknown += (word for word in words if _CISCO_WORD.match(word) is None)
    return _told(parts, token, is_own=is_own)


def _scanned(token: Token, values: dict[str, str], *, is_own: bool) -> Told:
    """The proposal in the words of ike-scan, which writes no size of a key that has one only."""
    parts = Parts()
    parts.take(_sized(values["Enc"], values.get("KeyLength", "128")))
    if "Hash" in values:
        parts.take(_spelt(values["Hash"].replace("-", "_")))
    if "Group" in values:
        group = values["Group"]
        parts.take(group if group[0].isalpha() else f"dh{group}")
    return _told(parts, token, is_own=is_own)


def _take(proposal: _Proposal, kind: str, value: str, size: str | None) -> None:
    """Add a Fortinet value by its type; other types are ignored."""
    word = value.lower()
    if kind in _CIPHERS:
        proposal.parts.take(_sized(word, size))
    elif kind == "PRF":
        proposal.parts.take(f"prf{_spelt(word)}")
    elif kind in _HASHES and word not in {"none", "null"}:
        proposal.parts.take(_spelt(word))
    elif kind in _GROUPS:
        proposal.parts.take(GROUP_NAMES.get(word, word))


def _sized(word: str, size: str | None) -> str:
    """A cipher with its key size: `AES_CBC` and 256 are AES with 256 bits, `AES_GCM_16` is GCM."""
    name = word.lower()
    if not name.startswith("aes") or size is None:
        return name.removesuffix("_cbc")
    if "gcm" in name:
        return f"aes{size}gcm{name.rpartition('_')[2] if name[-1].isdigit() else 16}"
    return f"aes{size}"


def _spelt(word: str) -> str:
    """A hash in common spelling: `AUTH_HMAC_SHA2_256_128` is SHA-256, `SHA96` is SHA-1."""
    name = word.lower().removeprefix("auth_").removeprefix("prf_").removeprefix("hmac_").removesuffix("_96")
    name = re.sub(r"^sha2_(256|384|512)\w*$", r"sha\1", name)
    return _SPELT.get(name, name)
