"""Text is read in the encoding it was written in: by its mark, by the zero bytes of UTF-16, else by code page."""

from __future__ import annotations

import pytest

from ipseclint.source import Source, bytes_source, detect_encoding

SCRIPT = 'netsh advfirewall consec add rule name="{}" endpoint1=any endpoint2=10.0.0.0/8 action=requireinrequireout\r\n'

NAMES = [
    ("cp936", "域控制器"),
    ("cp936", "限制"),
    ("cp936", "允许 VPN"),
    ("cp936", "服务器与客户端之间的安全连接"),
    ("cp949", "서버"),
    ("cp949", "도메인 컨트롤러 예외"),
    ("cp949", "보안 연결 규칙"),
    ("cp932", "サーバー"),
    ("cp932", "ドメイン コントローラーの除外"),
    ("cp932", "接続セキュリティ規則"),
    ("cp1252", "Règle sécurisée"),
    ("cp1252", "Größe"),
    ("cp1252", "créée"),
    ("cp1252", "Straße, “Süd”"),
    ("utf-8", "Größe 域控制器 서버 サーバー"),
]
"""Names of rules in the code page of a localised Windows: short, within a script that is mostly ASCII."""


def text_of(data: bytes) -> str:
    return bytes_source("script.cmd", data).read_text()


@pytest.mark.parametrize(("encoding", "name"), NAMES)
def test_a_script_without_a_mark_is_read_in_its_code_page(encoding: str, name: str) -> None:
    script = SCRIPT.format(name)
    assert text_of(script.encode(encoding)) == script


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("name", ["Servers", "域控制器"])
def test_a_script_with_a_mark_is_read_by_it(encoding: str, name: str) -> None:
    script = SCRIPT.format(name)
    assert text_of(script.encode(encoding)) == script


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
        (b"\xff\xfe\0\0", "utf-32-le"),
        (b"\0\0\xfe\xff", "utf-32-be"),
    ],
)
def test_each_mark_says_the_order_of_bytes(mark: bytes, encoding: str) -> None:
    script = SCRIPT.format("Größe")
    assert text_of(mark + script.encode(encoding)) == script


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", ["Servers", "Größe", "域控制器"])
def test_utf_16_without_a_mark_is_known_by_its_zero_bytes(encoding: str, name: str) -> None:
    script = SCRIPT.format(name)
    assert detect_encoding(script.encode(encoding)) == encoding
    assert text_of(script.encode(encoding)) == script


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        (b"", "utf-8"),
        (b"a\0", "utf-8"),
        (b"a\0b\0", "utf-16-le"),
        (b"\0a\0b", "utf-16-be"),
        # Zero bytes on both sides are no text in UTF-16.
        (b"a\0\0\0" * 40, "utf-8"),
        (b"\0\0\0a" * 40, "utf-8"),
        # A few are not enough, on either side.
        (b"a\0b\0" + b"abcd" * 4, "utf-8"),
        (b"\0a\0b" + b"abcd" * 4, "utf-8"),
        # Up to six in ten characters may be of another script than ASCII.
        ("Größe 域控制器".encode("utf-16-le"), "utf-16-le"),
        ("域控制器".encode("utf-16-le"), "utf-8"),
    ],
)
def test_what_is_taken_for_utf_16(head: bytes, encoding: str) -> None:
    assert detect_encoding(head) == encoding


def test_bytes_that_no_code_page_has_are_read_one_by_one() -> None:
    source: Source = bytes_source("script.cmd", b"\x81\xff\x8d")
    assert source.read_text() == "\x81\xff\x8d"
