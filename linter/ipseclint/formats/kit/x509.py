"""Fields read from an X.509 certificate in DER: subject, issuer, validity and type of key."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from ipseclint.vocabulary.authentication import CertificateSigning

_SEQUENCE, _SET, _OBJECT_IDENTIFIER, _VERSION = 0x30, 0x31, 0x06, 0xA0
_TIMES = {0x17: "%y%m%d%H%M%SZ", 0x18: "%Y%m%d%H%M%SZ"}
"""UTCTime, which means 1950 to 2049, and GeneralizedTime (RFC 5280 4.1.2.5)."""

_RSA, _ELLIPTIC = bytes.fromhex("2a864886f70d010101"), bytes.fromhex("2a8648ce3d0201")
_CURVES = {
    bytes.fromhex("2a8648ce3d030107"): CertificateSigning.ECDSA_P256,
    bytes.fromhex("2b81040022"): CertificateSigning.ECDSA_P384,
}
"""The kinds of key, and the curves that Windows has methods for (RFC 3279 2.3.1, RFC 5480 2.1.1)."""

_STRINGS = {0x0C: "utf-8", 0x13: "ascii", 0x14: "latin-1", 0x16: "ascii", 0x1E: "utf-16-be"}
"""DER string types that names use, and how they are encoded (X.690, RFC 5280 appendix A)."""

_ATTRIBUTES = {
    bytes.fromhex("550403"): "CN",
    bytes.fromhex("550406"): "C",
    bytes.fromhex("550407"): "L",
    bytes.fromhex("550408"): "S",
    bytes.fromhex("55040a"): "O",
    bytes.fromhex("55040b"): "OU",
    bytes.fromhex("2a864886f70d010901"): "E",
    bytes.fromhex("0992268993f22c640119"): "DC",
}
"""Attribute types by their object identifier, with the abbreviations that Windows shows."""


_SPECIAL = frozenset(',+="\n<>#;')
"""Characters that CertNameToStr puts into quotes."""


class _Value(NamedTuple):
    """One DER value: its tag, its content, and the offset of the next one."""

    tag: int
    content: bytes
    end: int


_ISSUER, _VALIDITY, _SUBJECT, _KEY = 2, 3, 4, 5
"""Where they stand in a certificate without its version (RFC 5280 4.1)."""


def certificate_subject(certificate: bytes) -> str | None:
    """The subject's distinguished name, in the order of the certificate, as Windows shows it.

    None if the bytes are no certificate.
    """
    return _name(certificate, _SUBJECT)


def certificate_issuer(certificate: bytes) -> str | None:
    """The issuer's distinguished name; None if the bytes are no certificate."""
    return _name(certificate, _ISSUER)


def name_in_der(name: bytes) -> str | None:
    """A distinguished name by itself, as `certificate_subject` shows it; None if the bytes are none."""
    try:
        return _in_words(_expect(_read(name, 0), _SEQUENCE))
    except ValueError:
        return None


def certificate_days(certificate: bytes) -> tuple[date, date] | None:
    """The first and the last day of validity; None if they cannot be read."""
    try:
        first, last = (_day(value) for value in _children(_field(certificate, _VALIDITY)))
    except ValueError:
        return None
    return first, last


def certificate_signing(certificate: bytes) -> CertificateSigning | None:
    """The type of its key; None if it is no certificate, or if Windows has no authentication method for that type."""
    try:
        algorithm = _children(_expect(_children(_field(certificate, _KEY))[0], _SEQUENCE))
        kind = _expect(algorithm[0], _OBJECT_IDENTIFIER)
        if kind == _RSA:
            return CertificateSigning.RSA
        return _CURVES.get(_expect(algorithm[1], _OBJECT_IDENTIFIER)) if kind == _ELLIPTIC else None
    except (ValueError, IndexError):
        return None


def _name(certificate: bytes, field: int) -> str | None:
    try:
        return _in_words(_field(certificate, field))
    except ValueError:
        return None


def _in_words(name: bytes) -> str:
    return ", ".join(_part(child) for child in _children(name))


def _field(certificate: bytes, field: int) -> bytes:
    """The content of one of the sequences in a certificate's body."""
    fields = _children(_expect(_read(_expect(_read(certificate, 0), _SEQUENCE), 0), _SEQUENCE))
    if fields and fields[0].tag == _VERSION:
        fields = fields[1:]
    if len(fields) <= field:
        raise ValueError
    return _expect(fields[field], _SEQUENCE)


def _day(value: _Value) -> date:
    if value.tag not in _TIMES:
        raise ValueError
    day = datetime.strptime(value.content.decode("ascii"), _TIMES[value.tag]).date()  # noqa: DTZ007
    return day.replace(year=day.year - 100) if value.tag == min(_TIMES) and day.year >= 2050 else day


def _part(relative: _Value) -> str:
    names = []
    for pair in _children(_expect(relative, _SET)):
        kind, value = _children(_expect(pair, _SEQUENCE))
        if value.tag not in _STRINGS:
            raise ValueError
        text = value.content.decode(_STRINGS[value.tag])
        if _SPECIAL.intersection(text):
            text = '"' + text.replace('"', '""') + '"'
        names.append(f"{_ATTRIBUTES.get(_expect(kind, _OBJECT_IDENTIFIER), kind.content.hex())}={text}")
    return "+".join(names)


def _expect(value: _Value, tag: int) -> bytes:
    if value.tag != tag:
        raise ValueError
    return value.content


def _children(content: bytes) -> list[_Value]:
    values, place = [], 0
    while place < len(content):
        values.append(_read(content, place))
        place = values[-1].end
    return values


def _read(data: bytes, place: int) -> _Value:
    if place + 2 > len(data):
        raise ValueError
    tag, length = data[place], data[place + 1]
    begin = place + 2
    if length >= 0x80:
        size = length & 0x7F
        length = int.from_bytes(data[begin : begin + size], "big")
        begin += size
    if not begin <= begin + length <= len(data):
        raise ValueError
    return _Value(tag, data[begin : begin + length], begin + length)
