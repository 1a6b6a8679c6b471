"""What is packed by itself is unpacked whole, or said not to be."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma

import pytest

from ipseclint.engine.inputs import unpacking
from ipseclint.source import Source, bytes_source
from tests.cases import cases

TEXT = b"netsh advfirewall set global ipsec strongcrlcheck 1\n" * 40
PACKED = {"bz2": bz2.compress(TEXT), "xz": lzma.compress(TEXT, preset=0)}


@cases("kind", PACKED)
def test_what_is_packed_is_unpacked(kind: str) -> None:
    assert unpacking.unpacked(bytes_source("a", PACKED[kind])) == (TEXT, True)


@cases("kind", PACKED)
def test_what_follows_or_is_cut_is_told(kind: str) -> None:
    assert unpacking.unpacked(bytes_source("a", PACKED[kind] + b"more")) == (TEXT, False)
    cut, is_all = unpacking.unpacked(bytes_source("a", PACKED[kind][:-12]))
    assert (TEXT.startswith(cut), is_all) == (True, False)
    damaged = bytearray(PACKED[kind])
    damaged[len(damaged) // 2] ^= 0xFF
    assert unpacking.unpacked(bytes_source("a", bytes(damaged)))[1] is False


@pytest.mark.parametrize("kind", PACKED)
def test_so_much_is_unpacked_and_no_more(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MAX_UNPACKED_BYTES", len(TEXT) - 1)
    data, is_all = unpacking.unpacked(bytes_source("a", PACKED[kind]))
    assert (data, is_all) == (TEXT[:-1], False)
    monkeypatch.setattr(unpacking, "MAX_UNPACKED_BYTES", len(TEXT))
    assert unpacking.unpacked(bytes_source("a", PACKED[kind]))[0] == TEXT


@cases("data", [b"", TEXT, gzip.compress(TEXT, mtime=0), b"BZ", b"\xfd7zXZ"])
def test_what_is_packed_otherwise_or_not_is_none(data: bytes) -> None:
    assert unpacking.unpacked(bytes_source("a", data)) == (b"", False)


@cases("kind", PACKED)
def test_of_what_has_no_end_so_much_is_read_and_no_more(kind: str) -> None:
    class Endless(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            nonlocal count
            block = super().read(size) or bytes(size or 0)
            count += len(block)
            assert count < 2 * unpacking.MAX_UNPACKED_BYTES
            return block

    count = 0
    assert unpacking.unpacked(Source("a", lambda: Endless(PACKED[kind]))) == (TEXT, False)
