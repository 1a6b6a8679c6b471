from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipseclint.formats.kit.x509_subject import certificate_subject


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


def certificate(subject: bytes, version: bytes = b"\xa0\x03\x02\x01\x02") -> bytes:
    algorithm, validity = der(0x30), der(0x30)
    body = der(0x30, version, der(0x02, b"\x01"), algorithm, name(("550403", 0x13, b"Issuer")), validity, subject)
    return der(0x30, body, algorithm, der(0x03, b"\0"))


SUBJECT = name(
    ("550406", 0x13, b"DE"), ("55040a", 0x0C, "Bäume, GmbH".encode()), ("550403", 0x1E, "根".encode("utf-16-be"))
)


@pytest.mark.parametrize("version", [b"\xa0\x03\x02\x01\x02", b""])
def test_subject_in_the_order_of_the_certificate(version: bytes) -> None:
    assert certificate_subject(certificate(SUBJECT, version)) == 'C=DE, O="Bäume, GmbH", CN=根'


def test_long_names_and_attributes_without_a_name() -> None:
    subject = name(("2a0304", 0x13, b"x" * 300))
    assert certificate_subject(certificate(subject)) == "2a0304=" + "x" * 300


@pytest.mark.parametrize("data", [b"", b"0", b"\x30\x84\xff\xff\xff\xff", certificate(b""), certificate(b"\x31\x00")])
def test_what_is_no_certificate(data: bytes) -> None:
    assert certificate_subject(data) is None


@given(st.integers(0, 200), st.integers(0, 255))
def test_any_changed_byte_is_survived(place: int, value: int) -> None:
    data = bytearray(certificate(SUBJECT))
    data[place % len(data)] = value
    certificate_subject(bytes(data))
    certificate_subject(bytes(data[:place]))
