"""Identities by their type, as strongSwan reads them in its configuration, and which of them it takes.

The types: "Identity Parsing" (docs.strongswan.org). What meets what was seen with two daemons of strongSwan 5.9.8: a
star stands only at the beginning of a name or a mail address, for one character or more, or for the whole value of an
attribute of a distinguished name; all else is equal, in one order. Case matters in a value alone that is no
PrintableString, and no mail address.
"""

from __future__ import annotations

from typing import NamedTuple

from ipseclint.late import late
from ipseclint.model.selectors import Address, parse_address
from ipseclint.semantics.certificate_names import name_parts
from ipseclint.semantics.scope import covers

_NAME, _MAIL, _DISTINGUISHED, _KEY, _ADDRESS, _OTHER = "name", "mail", "distinguished name", "key", "address", "other"
_PREFIXES = {
    "fqdn": _NAME,
    "dns": _NAME,
    "email": _MAIL,
    "rfc822": _MAIL,
    "userfqdn": _MAIL,
    "asn1dn": _DISTINGUISHED,
    "keyid": _KEY,
    **dict.fromkeys(("ipv4", "ipv6", "asn1gn"), _OTHER),
}
"""The words before a colon that say the type; what follows `ipv4:` is taken as it stands, which is no address."""
_STAR = "*"

_ATTRIBUTES = {
    name.casefold(): names[0]
    for row in (
        "CN C L ST O OU T D N G I ND UID DC S dnQualifier ID TCGID SN serialNumber",
        "EN/employeeNumber E/Email/emailAddress UN/unstructuredName UA/unstructuredAddress",
    )
    for names in (word.split("/") for word in row.split())
    for name in names
}
"""The attributes that a distinguished name may have, by their spellings: `S` is no state, and `SN` no serial number."""
_PRINTABLE = late(r"[A-Za-z0-9 '()+,./:=?-]*")
"""What a PrintableString may hold (X.680 41.4)."""


class Identity(NamedTuple):
    """The type of an identity, and its words without what says the type."""

    kind: str
    words: str

    @property
    def address(self) -> Address | None:
        """The address, or the addresses, that it is."""
        found = parse_address(self.words) if self.kind == _ADDRESS else None
        return found if found is not None and found.version else None

    @property
    def is_literal(self) -> bool:
        """Whether one end alone can be meant, which an initiator asks for by this name: no pattern, no range."""
        if (address := self.address) is not None:
            return address.first == address.last
        return not self.is_pattern

    @property
    def is_pattern(self) -> bool:
        """Whether a star in it stands for a part of a name."""
        return _STAR in self.words and self.kind in {_NAME, _MAIL, _DISTINGUISHED}

    def takes(self, shown: Identity, *, is_typed: bool) -> bool:
        """Whether an end that expects this one takes another. `is_typed`: the type of that one is known."""
        if is_typed and self.kind != shown.kind:
            return False
        if self.kind == _ADDRESS:
            mine, theirs = self.address, parse_address(shown.words)
            return mine is not None and theirs is not None and covers(mine, theirs)
        if self.kind == _DISTINGUISHED:
            return _names_meet(self.words, shown.words, is_typed=is_typed)
        mine_words, their_words = self.words.casefold(), shown.words.casefold()
        if self.kind in {_NAME, _MAIL} and mine_words.startswith(_STAR):
            return their_words.endswith(mine_words[1:]) and len(their_words) >= len(mine_words)
        return mine_words == their_words


def identity_of(text: str) -> Identity:
    """The identity that a text is in a configuration of strongSwan."""
    text = text.strip()
    prefix, colon, rest = text.partition(":")
    if colon and (kind := _PREFIXES.get(prefix.casefold())) is not None:
        return Identity(kind, _printed(rest[1:]) if rest.startswith("#") else rest)
    if "=" in text:
        return Identity(_KEY if _attributes(text) is None else _DISTINGUISHED, text)
    if text.startswith("@#"):
        return Identity(_KEY, _printed(text[2:]))
    if text.startswith("@@"):
        return Identity(_MAIL, text[2:])
    if text.startswith("@"):
        return Identity(_NAME, text[1:])
    if "@" in text:
        return Identity(_MAIL, text)
    if (address := parse_address(text)) is not None and address.version:
        return Identity(_ADDRESS, text)
    return Identity(_KEY if ":" in text else _NAME, text)


def _printed(digits: str) -> str:
    """A key id of hexadecimal digits as strongSwan shows it: as text if all of it can be printed."""
    try:
        octets = bytes.fromhex(digits.replace(":", ""))
    except ValueError:
        return digits
    text = octets.decode("latin-1")
    return text if text.isascii() and text.isprintable() else octets.hex(":")


def _attributes(name: str) -> tuple[tuple[str, str], ...] | None:
    """The attributes of a distinguished name and their values; None where it is none, as with a comma in a value."""
    name = name.strip()
    separator = "/" if name.startswith("/") else ","
    parts = []
    for part in name.removeprefix("/").removesuffix(separator).split(separator):
        attribute, is_given, value = part.partition("=")
        kind = _ATTRIBUTES.get(attribute.strip().casefold())
        if not is_given or kind is None:
            return None
        parts.append((kind, value.lstrip(" =").rstrip(" ")))
    return tuple(parts)


def _names_meet(expected: str, shown: str, *, is_typed: bool) -> bool:
    """Whether a distinguished name is one that is expected, attribute for attribute."""
    if not is_typed:
        mine, theirs = name_parts(expected), name_parts(shown)
        return _parts_meet(mine, theirs) or _parts_meet(mine, theirs[::-1])
    return _parts_meet(_comparable(expected), _comparable(shown))


def _comparable(name: str) -> tuple[tuple[str, str], ...]:
    """Its attributes, with values in small letters where their case does not matter."""
    return tuple(
        (kind, value.casefold() if kind == "E" or _PRINTABLE.fullmatch(value) else value)
        for kind, value in _attributes(name) or (("", name),)
    )


def _parts_meet(expected: tuple[tuple[str, str], ...], shown: tuple[tuple[str, str], ...]) -> bool:
    return len(expected) == len(shown) and all(
        name == other and value in {_STAR, given} for (name, value), (other, given) in zip(expected, shown, strict=True)
    )
