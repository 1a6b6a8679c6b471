from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from tests.cases import cases

from ipseclint.formats.kit.x509 import (
    certificate_days,
    certificate_issuer,
    certificate_signing,
    certificate_subject,
)
from ipseclint.vocabulary.authentication import CertificateSigning


def der(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    size = (length.bit_length() + 7) // 8
    return bytes([tag, 0x80 | size]) + length.to_bytes(size, "big") + content


def name(*attributes: tuple[str, int, bytes]) -> bytes:
    pairs = (der(0x31, der(0x30, der(0x06, bytes.fromhex(kind)), der(tag, text))) for kind, tag, text in attributes)
    return der(0x30, *pairs)


def certificate(
    subject: bytes, version: bytes = b"\xa0\x03\x02\x01\x02", days: bytes = b"", key: tuple[str, ...] = ()
) -> bytes:
    """A certificate of "Issuer"; `days` are two times in DER, `key` object identifiers in hexadecimal."""
    algorithm, validity = der(0x30), der(0x30, days)
    kind = der(0x30, *(der(0x06, bytes.fromhex(each)) for each in key))
    issuer = name(("550403", 0x13, b"Issuer"))
    body = der(0x30, version, der(0x02, b"\x01"), algorithm, issuer, validity, subject, der(0x30, kind))
    return der(0x30, body, algorithm, der(0x03, b"\0"))


def days(first: str, last: str) -> bytes:
    """The first and the last time of a certificate, of two digits for a year (UTCTime) or of four."""
    times = (f"{day}120000Z".encode() for day in (first, last))
    return b"".join(der(0x17 if len(time) == 13 else 0x18, time) for time in times)


RSA, P256, P384 = (
    ("2a864886f70d010101",),
    ("2a8648ce3d0201", "2a8648ce3d030107"),
    ("2a8648ce3d0201", "2b81040022"),
)


SUBJECT = name(
    ("550406", 0x13, b"DE"), ("55040a", 0x0C, "Bäume, GmbH".encode()), ("550403", 0x1E, "根".encode("utf-16-be"))
)


@cases("version", [b"\xa0\x03\x02\x01\x02", b""])
def test_subject_in_the_order_of_the_certificate(version: bytes) -> None:
    assert certificate_subject(certificate(SUBJECT, version)) == 'C=DE, O="Bäume, GmbH", CN=根'


def test_long_names_and_attributes_without_a_name() -> None:
    subject = name(("2a0304", 0x13, b"x" * 300))
    assert certificate_subject(certificate(subject)) == "2a0304=" + "x" * 300


@cases("data", [b"", b"0", b"\x30\x84\xff\xff\xff\xff", certificate(b""), certificate(b"\x31\x00")])
def test_what_is_no_certificate(data: bytes) -> None:
    assert certificate_subject(data) is None


@cases(
    ("first", "last", "expected"),
    [
        ("240102", "340506", (date(2024, 1, 2), date(2034, 5, 6))),
        ("991231", "20500101", (date(1999, 12, 31), date(2050, 1, 1))),
        ("500101", "490101", (date(1950, 1, 1), date(2049, 1, 1))),
        ("240230", "340506", None),
    ],
)
def test_days(first: str, last: str, expected: tuple[date, date] | None) -> None:
    assert certificate_days(certificate(SUBJECT, days=days(first, last))) == expected


@cases(
    ("key", "expected"),
    [
        (RSA, CertificateSigning.RSA),
        (P256, CertificateSigning.ECDSA_P256),
        (P384, CertificateSigning.ECDSA_P384),
        (("2a8648ce3d0201", "2b81040023"), None),
        (("2b6570",), None),
        ((), None),
    ],
)
def test_type_of_key(key: tuple[str, ...], expected: CertificateSigning | None) -> None:
    assert certificate_signing(certificate(SUBJECT, key=key)) is expected


@given(st.integers(0, 200), st.integers(0, 255))
def test_any_changed_byte_is_survived(place: int, value: int) -> None:
    whole = certificate(SUBJECT, days=days("240102", "340506"), key=P256)
    said = certificate_subject(whole), certificate_days(whole), certificate_signing(whole)
    cut = whole[:place]
    parts = certificate_subject(cut), certificate_days(cut), certificate_signing(cut)
    assert all(part in {None, of_whole} for part, of_whole in zip(parts, said, strict=True))
    data = bytearray(whole)
    data[place % len(data)] = value
    changed = bytes(data)
    subject, valid, signing = certificate_subject(changed), certificate_days(changed), certificate_signing(changed)
    assert isinstance(subject, str | None)
    assert valid is None or all(isinstance(day, date | None) for day in valid)
    assert signing in {None, *CertificateSigning}


def test_a_certificate_names_who_issued_it_and_says_nothing_where_it_is_cut() -> None:
    whole = certificate(name(("550403", 0x13, b"Subject")))
    assert (certificate_issuer(whole), certificate_subject(whole)) == ("CN=Issuer", "CN=Subject")
    short = der(0x30, der(0x30, der(0x02, b"\x01"), der(0x30), name(("550403", 0x13, b"Issuer"))))
    assert (certificate_issuer(short), certificate_subject(short), certificate_days(short)) == ("CN=Issuer", None, None)
    assert certificate_issuer(der(0x30, der(0x30))) is None
