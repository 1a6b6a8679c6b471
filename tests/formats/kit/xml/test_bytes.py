"""The bytes of an XML input are UTF-8 whatever it is written in, and the first that is none has its place."""

from __future__ import annotations

import codecs

import pytest
from tests.cases import cases

from ipseclint.formats.kit.xml import bytes as xml_bytes
from ipseclint.formats.kit.xml.bytes import begins_character, first_undecodable, utf8_pieces, xml_encoding
from ipseclint.source import bytes_source

TEXT = "<?xml version='1.0'?>\n<a>é€</a>\r\n"
DECLARED = '<?xml version="1.0" encoding="{}"?>\n<a>é</a>'


@cases("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@cases("chunk", [1, 2, 5, 1000])
def test_every_encoding_becomes_utf_8_without_a_mark(codec: str, chunk: int) -> None:
    source = bytes_source("a.xml", TEXT.encode(codec))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(xml_bytes, "CHUNK_BYTES", max(chunk, 3))
        for replace in (False, True):
            assert b"".join(utf8_pieces(source, replace=replace)) == TEXT.encode()
        assert first_undecodable(source) is None


@cases(
    ("declared", "codec", "encoding"),
    [
        ("windows-1252", "cp1252", "cp1252"),
        ("ISO-8859-1", "latin-1", "iso8859-1"),
        ("UTF-8", "utf-8", "utf-8"),
        ("windows-1252", "utf-8-sig", "utf-8"),
        ("utf-16", "utf-8", "utf-8"),
        ("utf-8", "utf-16", "utf-16"),
        ("rot13", "utf-8", "utf-8"),
        ("no-such", "utf-8", "utf-8"),
        ("utf-7", "utf-8", "utf-8"),
    ],
)
def test_a_declaration_counts_where_the_bytes_do_not_contradict_it(declared: str, codec: str, encoding: str) -> None:
    text = DECLARED.format(declared)
    source = bytes_source("a.xml", text.encode(codec))
    assert xml_encoding(source).startswith(encoding)
    assert b"".join(utf8_pieces(source)) == text.encode()


@cases(
    ("data", "place"),
    [
        (b"<a>\xff</a>", (1, 4)),
        (b"\xef\xbb\xbf<a>\xff</a>", (1, 4)),
        (b"<a>\n\n<b>\xc3\xa9\xff</b></a>", (3, 5)),
        (b"<a>\r\n\xe9", None),
        ("<a>".encode("utf-16") + b"\x00\xd8\x41\x00", (1, 4)),
        (b"<a>\xc3\xa9</a>", None),
    ],
)
def test_the_first_byte_that_is_no_text_has_its_place(data: bytes, place: tuple[int, int] | None) -> None:
    source = bytes_source("a.xml", data)
    for chunk in (4, 7, 1000):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(xml_bytes, "CHUNK_BYTES", chunk)
            found = first_undecodable(source)
        assert (found and (found.line, found.column)) == place


def test_what_is_no_text_becomes_the_sign_for_it_only_where_that_is_asked_for() -> None:
    source = bytes_source("a.xml", b"<a>\xff</a>")
    assert b"".join(utf8_pieces(source)) == b"<a>\xff</a>"
    assert b"".join(utf8_pieces(source, replace=True)) == "<a>\ufffd</a>".encode()
    assert b"".join(utf8_pieces(bytes_source("b.xml", b"<a>\xc3"), replace=True)) == "<a>\ufffd".encode()


@cases(
    ("data", "begins"),
    [
        (b"a", True),
        ("é".encode(), True),
        ("€".encode()[:2], True),
        (b"a\xff", True),
        (b"\xff", False),
        ("€".encode()[1:], False),
        (codecs.BOM_UTF8, True),
        (b"", True),
    ],
)
def test_a_character_begins_whole_or_cut(data: bytes, begins: bool) -> None:
    assert begins_character(data) is begins
