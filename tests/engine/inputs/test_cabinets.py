"""Cabinets: what another program made is read, damage and what hostile ones say is refused."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipseclint.engine.inputs import archives
from ipseclint.engine.inputs.archives import entries_of
from ipseclint.source import SourceError, bytes_source
from tests import ROOT
from tests.cases import cases

MADE = ROOT / "tests" / "data" / "cabinets"
"""Two cabinets that gcab 1.5 made of fixtures."""
WINDOW = 32_768


def checksum(data: bytes, seed: int = 0) -> int:
    """The checksum of [MS-CAB] word by word."""
    whole = len(data) & ~3
    for (word,) in struct.iter_unpack("<I", data[:whole]):
        seed ^= word
    return seed ^ int.from_bytes(data[whole:], "big")


def blocks_of(data: bytes, *, is_packed: bool) -> list[tuple[bytes, int]]:
    """The blocks of a folder as they are stored, each with the size that it unpacks to."""
    found = []
    for at in range(0, len(data), WINDOW):
        part = data[at : at + WINDOW]
        if is_packed:
            deflate = zlib.compressobj(9, zlib.DEFLATED, -15, zdict=data[max(0, at - WINDOW) : at])
            found.append((b"CK" + deflate.compress(part) + deflate.flush(), len(part)))
        else:
            found.append((part, len(part)))
    return found


def cabinet(
    files: dict[str, bytes],
    *,
    method: int = 1,
    reserve: bool = False,
    blocks: list[tuple[bytes, int]] | None = None,
    checked: bool = True,
    **changed: int,
) -> bytes:
    """A cabinet of one folder; `changed` sets `folder`, `offset` or `size` of its last file, `attributes` of all."""
    content = b"".join(files.values())
    packed = blocks_of(content, is_packed=method == 1) if blocks is None else blocks
    of_header, of_folder, of_block = (3, 2, 4) if reserve else (0, 0, 0)
    entries, at = b"", 0
    for number, (name, data) in enumerate(files.items()):
        last = changed if number == len(files) - 1 else {}
        where = (last.get("size", len(data)), last.get("offset", at), last.get("folder", 0))
        attributes = changed.get("attributes", 0x80 if not name.isascii() else 0x20)
        encoded = name.encode("utf-8" if attributes & 0x80 else "cp437")
        entries += struct.pack("<IIHHHH", *where, 0, 0, attributes) + encoded + b"\0"
        at += len(data)
    reserved = struct.pack("<HBB", of_header, of_folder, of_block) + b"r" * of_header if reserve else b""
    files_at = 36 + len(reserved) + 8 + of_folder
    data_at = files_at + len(entries)
    folder = struct.pack("<IHH", data_at, len(packed), method) + b"f" * of_folder
    data = b""
    for part, size in packed:
        head = struct.pack("<HH", len(part), size) + b"b" * of_block
        data += struct.pack("<I", checksum(head, checksum(part)) if checked else 0) + head + part
    flags = 4 if reserve else 0
    head = struct.pack("<4s4xI4xI4xBBHHHHH", b"MSCF", data_at + len(data), files_at, 3, 1, 1, len(files), flags, 7, 0)
    return head + reserved + folder + entries + data


def read(data: bytes) -> dict[str, bytes | str]:
    """The files of an archive by path: their bytes, or why they are not read."""
    found: dict[str, bytes | str] = {}
    for entry in entries_of(bytes_source("a.cab", data)) or ():
        try:
            found[entry.path] = entry.source.read_bytes()
        except SourceError as error:
            found[entry.path] = str(error)
    return found


@cases("name", ["packed.cab", "stored.cab"])
def test_what_another_program_made_is_read(name: str) -> None:
    formats = ROOT / "fixtures" / "formats"
    assert read((MADE / name).read_bytes()) == {
        "capture.xml": (formats / "wfp-netevents" / "capture.xml").read_bytes(),
        "counters.csv": (formats / "performance-counters" / "typeperf.csv").read_bytes(),
    }


NO_ARCHIVES = st.binary(max_size=90_000).filter(lambda data: not archives.is_archive(data))
"""Contents that are given back as they are: archives within are opened."""


@given(st.lists(NO_ARCHIVES, min_size=1, max_size=3), st.sampled_from([0, 1]), st.booleans())
def test_a_cabinet_gives_back_what_went_in(contents: list[bytes], method: int, reserve: bool) -> None:
    files = {f"f{number}": data for number, data in enumerate(contents)}
    assert read(cabinet(files, method=method, reserve=reserve)) == files


def test_the_window_of_a_block_reaches_into_the_one_before() -> None:
    line = b"netsh advfirewall consec add rule name=%d endpoint1=any endpoint2=any action=requestinrequestout\r\n"
    script = b"".join(line % number for number in range(3000))
    data = cabinet({"a.cmd": script})
    assert len(data) < len(script) / 4
    assert read(data) == {"a.cmd": script}


def test_names_are_of_the_code_page_or_of_utf_8_and_may_hold_folders() -> None:
    assert list(read(cabinet({"logs\\gr\u00fc\u00df.txt": b"a"}))) == ["logs/gr\u00fc\u00df.txt"]
    assert list(read(cabinet({"\u00fc.txt": b"a"}, attributes=0x20))) == ["\u00fc.txt"]


def test_blocks_without_a_checksum_are_read() -> None:
    assert read(cabinet({"a": b"text"}, checked=False)) == {"a": b"text"}


@cases(
    ("method", "why"),
    [
        (3, "it is packed by LZX, which is not read; unpack it first with `expand -F:* FILE.cab FOLDER`"),
        (2, "it is packed by Quantum, which is not read; unpack it first with `expand -F:* FILE.cab FOLDER`"),
        (9, "it is packed by method 9, which is not read; unpack it first with `expand -F:* FILE.cab FOLDER`"),
    ],
)
def test_what_is_packed_otherwise_is_named(method: int, why: str) -> None:
    assert read(cabinet({"a.xml": b"<a/>", "b": b"b"}, method=method)) == {"a.xml": why, "b": why}


def test_a_file_that_goes_on_in_another_cabinet_is_named_and_the_others_are_read() -> None:
    assert read(cabinet({"a": b"first", "b": b"second"}, folder=0xFFFE)) == {
        "a": b"first",
        "b": "it goes on in another cabinet of a set",
    }


def with_its_folder_twice(data: bytes) -> bytes:
    """A cabinet whose one folder is entered twice, with the same blocks."""
    signature, size, files_at, minor, major, _, *rest = struct.unpack_from("<4s4xI4xI4xBBHHHHH", data)
    begins, blocks, method = struct.unpack_from("<IHH", data, 36)
    head = struct.pack("<4s4xI4xI4xBBHHHHH", signature, size + 8, files_at + 8, minor, major, 2, *rest)
    return head + struct.pack("<IHH", begins + 8, blocks, method) * 2 + data[44:]


DAMAGED: dict[str, tuple[Callable[[], bytes], str]] = {
    "cut": (lambda: cabinet({"a": b"a" * 99}, method=0)[:-3], "it ends too early"),
    "a header alone": (lambda: b"MSCF" + b"\0" * 8, "it ends too early"),
    "another version": (lambda: cabinet({"a": b"a"}).replace(b"\3\1", b"\3\2", 1), "its version is 2"),
    "another byte": (
        lambda: cabinet({"a": b"abcd"}, method=0).replace(b"abcd", b"abcx"),
        "the checksum of a block is wrong",
    ),
    "a byte of the rest": (
        lambda: cabinet({"a": b"abcde"}, method=0).replace(b"abcde", b"abcdx"),
        "the checksum of a block is wrong",
    ),
    "no MSZIP": (lambda: cabinet({"a": b"abcd"}, blocks=[(b"XX", 4)]), "a block of it does not begin like MSZIP"),
    "rubbish": (lambda: cabinet({"a": b"abcd"}, blocks=[(b"CK\xff\xff", 4)]), "a block of it cannot be unpacked"),
    "a short block": (
        lambda: cabinet({"a": b"abcd"}, method=0, blocks=[(b"abcd", 5)]),
        "a block of it has another size than it says",
    ),
    "a long block": (
        lambda: cabinet({"a": b"abcd"}, method=0, blocks=[(b"a", WINDOW + 1)]),
        "a block of it is too long",
    ),
    "no such folder": (lambda: cabinet({"a": b"abcd"}, folder=1), "a file of it is in no folder"),
    "beyond its folder": (
        lambda: cabinet({"a": b"abcd"}, size=5),
        "a file of it goes beyond the end of its folder",
    ),
    "files over each other": (
        lambda: cabinet({"a": b"abcd", "b": b"efgh"}, offset=0, size=8),
        "a file of it goes beyond the end of its folder",
    ),
    "folders over each other": (
        lambda: with_its_folder_twice(cabinet({"a": b"abcd" * 40}, method=0)),
        "its folders lie over each other",
    ),
    "a name without end": (lambda: cabinet({"n" * 300: b"a"}), "a name in it does not end"),
}


@cases(("made", "why"), DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_cabinet_says_what_is_wrong(made: Callable[[], bytes], why: str) -> None:
    assert read(made()) == {"": f"the archive is refused: it is damaged, {why}"}


@given(st.data())
def test_damage_never_raises(data: st.DataObject) -> None:
    whole = bytearray(cabinet({"a.txt": b"netsh ipsec static " * 9, "b": b"b"}, reserve=True))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(4, len(whole) - 1))] = data.draw(st.integers(0, 255))
    found = read(bytes(whole[: data.draw(st.integers(4, len(whole)))]))
    assert all(isinstance(each, bytes) or each for each in found.values())
    assert len(found) <= 2


def test_a_cabinet_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_UNPACKED_BYTES", 100_000)
    assert read(cabinet({"a": bytes(100_000)})) == {"a": bytes(100_000)}
    (why,) = read(cabinet({"a": bytes(100_001)})).values()
    assert str(why).startswith("the archive is refused: it unpacks to more than")


def test_a_captured_cabinet_is_judged_as_its_files_are(
    tmp_path: Path, cli: Callable[..., Any], unwrapped: None
) -> None:
    (tmp_path / "wfpdiag.cab").write_bytes((MADE / "packed.cab").read_bytes())
    ran = cli(tmp_path / "wfpdiag.cab")
    assert "wfpdiag.cab/capture.xml (wfp-netevents): understood: 2 events" in ran.out
    assert "wfpdiag.cab/counters.csv (performance-counters): understood: 15 counters" in ran.out
