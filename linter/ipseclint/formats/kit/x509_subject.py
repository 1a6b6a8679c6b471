"""The subject and the issuer of an X.509 certificate in DER, as text."""

from __future__ import annotations

from typing import NamedTuple

_SEQUENCE, _SET, _OBJECT_IDENTIFIER, _VERSION = 0x30, 0x31, 0x06, 0xA0

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
    """One DER value: its tag, its content, and where the next one begins."""

    tag: int
    content: bytes
    end: int


_ISSUER, _SUBJECT = 2, 4
"""Where they stand in a certificate without its version (RFC 5280 4.1)."""


def certificate_subject(certificate: bytes) -> str | None:
    """The distinguished name of a certificate's subject, in the order of the certificate, as Windows shows it.

    None if it is no certificate.
    """
    return _name(certificate, _SUBJECT)


def certificate_issuer(certificate: bytes) -> str | None:
    """The same of the authority that issued it."""
    return _name(certificate, _ISSUER)


def _name(certificate: bytes, field: int) -> str | None:
    try:
        fields = _children(_expect(_read(_expect(_read(certificate, 0), _SEQUENCE), 0), _SEQUENCE))
        if fields and fields[0].tag == _VERSION:
            fields = fields[1:]
        if len(fields) <= _SUBJECT:
            return None
        parts = [_part(child) for child in _children(_expect(fields[field], _SEQUENCE))]
    except ValueError:
        return None
    return ", ".join(parts)


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
