"""The tables of a chunk: rings in them are found, and read over."""

from __future__ import annotations

import io
import struct
from typing import cast

import pytest
from tests.cases import cases
from tests.formats.events.event_log_writer import CHUNK_BYTES, log_of_chunks

from ipseclint.formats.events import event_log
from ipseclint.formats.events.chunk_tables import has_ring, without_tables
from ipseclint.source import bytes_source

_NAMES, _TEMPLATES = 128, 384
_FAILURE = [(4653, {"RemoteAddress": "198.51.100.7"})]


def _chunk(*links: tuple[int, int]) -> bytes:
    """A chunk without records, in which each place leads to the other."""
    chunk = bytearray(CHUNK_BYTES)
    for place, next_place in links:
        struct.pack_into("<I", chunk, place, next_place)
    return bytes(chunk)


@pytest.mark.parametrize(
    "links",
    [
        pytest.param(((_NAMES, 600), (600, 600)), id="a name that is its own next"),
        pytest.param(((_NAMES + 4 * 63, 600), (600, 900), (900, 600)), id="two names in the last chain of names"),
        pytest.param(((_TEMPLATES, 600), (600, 900), (900, 950), (950, 900)), id="behind a beginning"),
        pytest.param(((_TEMPLATES + 4 * 31, 8), (8, 8)), id="the last chain of templates, into the header"),
        pytest.param(((_NAMES, CHUNK_BYTES - 4), (CHUNK_BYTES - 4, CHUNK_BYTES - 4)), id="at the end of the chunk"),
        pytest.param(((_NAMES, 600), (_NAMES + 4, 700), (700, 700)), id="behind a chain that ends"),
    ],
)
def test_a_ring_is_found(links: tuple[tuple[int, int], ...]) -> None:
    assert has_ring(_chunk(*links))


@pytest.mark.parametrize(
    "links",
    [
        pytest.param((), id="nothing in it"),
        pytest.param(((_NAMES, 600), (600, 900)), id="a chain that ends"),
        pytest.param(((_NAMES, 600), (_NAMES + 4, 700), (700, 600)), id="two chains with one end"),
        pytest.param(((_NAMES, 600), (_TEMPLATES, 600)), id="one place in both tables"),
        pytest.param(((_NAMES, 600), (600, CHUNK_BYTES - 3)), id="a chain out of the chunk"),
        pytest.param(((_TEMPLATES + 4 * 32, 600), (600, 600)), id="behind the tables"),
    ],
)
def test_what_ends_is_no_ring(links: tuple[tuple[int, int], ...]) -> None:
    assert not has_ring(_chunk(*links))


def test_a_chunk_that_is_cut_in_its_tables_has_none() -> None:
    assert not has_ring(_chunk((_NAMES, 200), (200, 200))[:511])
    assert has_ring(_chunk((_NAMES, 200), (200, 200))[:512])


@cases("size", [1, 7, 100, 384, 4096])
def test_tables_are_read_as_zeros_whatever_is_read_at_a_time(size: int) -> None:
    data = bytes(range(1, 256)) * 9
    file = without_tables(io.BytesIO(data), {10, 1000})
    expected = bytearray(data)
    expected[138:522] = bytes(384)
    expected[1128:1512] = bytes(384)
    assert b"".join(iter(lambda: file.read(size), b"")) == bytes(expected)
    assert file.seek(500) == file.tell() == 500
    assert file.read(30) == bytes(22) + data[522:530]
    file.seek(0)
    assert io.BufferedReader(cast("io.RawIOBase", file)).read() == bytes(expected)


def test_a_log_without_rings_is_left_alone() -> None:
    file = io.BytesIO()
    assert without_tables(file, set()) is file


@cases("table", [_NAMES, _TEMPLATES])
def test_the_records_of_a_chunk_with_a_ring_are_read_and_the_damage_said(table: int) -> None:
    data = bytearray(log_of_chunks(_FAILURE, _FAILURE))
    second, at = 4096 + CHUNK_BYTES, 60_000
    struct.pack_into("<I", data, second + table, at)
    # A name, or the beginning of a template, whose next one is itself.
    struct.pack_into("<IHHH", data, second + at, at, 0, 1, ord("A"))
    parsed = event_log.parse(bytes_source("s.evtx", bytes(data)))
    assert [event.remote_address for event in parsed.events] == ["198.51.100.7"] * 2
    assert [problem.message for problem in parsed.problems] == [
        "the tables of 1 chunk of the event log are damaged: they lead round in a ring"
    ]
