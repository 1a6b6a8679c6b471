"""Archives: their files are inputs, a GPO's backup in them is one, and what is beyond a limit is refused."""

from __future__ import annotations

import gzip
import io
import json
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ipseclint.engine.inputs import archives
from ipseclint.engine.inputs.paths import candidates
from ipseclint.engine.machines import read_inputs
from ipseclint.source import Source, SourceError
from tests import ROOT

SCRIPT = b"netsh advfirewall set global mainmode mmkeylifetime 5min,0sess\r\n"
BACKUPS = ROOT / "fixtures" / "formats" / "gpo-backup"


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def tarred(files: dict[str, bytes], mode: str = "w") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def inputs(path: Path) -> list[tuple[str, str | None]]:
    read = read_inputs(candidates([str(path)]))
    return [(each.input.path.removeprefix(f"{path}"), each.input.format) for each in read]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.zip", zipped({"site/policy.cmd": SCRIPT, "readme.txt": b"hello"})),
        ("a.tar", tarred({"site/policy.cmd": SCRIPT, "readme.txt": b"hello"})),
        ("a.tar.gz", tarred({"site/policy.cmd": SCRIPT, "readme.txt": b"hello"}, "w:gz")),
        ("a.bin", zipped({"site/policy.cmd": SCRIPT})),
    ],
)
def test_the_files_of_an_archive_are_inputs(name: str, data: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    assert inputs(tmp_path / name) == [("/site/policy.cmd", "netsh-script")]


def test_a_packed_file_is_an_input(tmp_path: Path) -> None:
    (tmp_path / "policy.cmd.gz").write_bytes(gzip.compress(SCRIPT))
    assert inputs(tmp_path / "policy.cmd.gz") == [("/policy.cmd", "netsh-script")]


def test_archives_within_archives_are_read_whatever_their_names_and_too_deep_ones_refused(tmp_path: Path) -> None:
    deep = {"policy.cmd": SCRIPT}
    for name in ("inner.zip", "middle.dat", "outer.bin"):
        deep = {name: zipped(deep)}
    (tmp_path / "a.bin").write_bytes(deep["outer.bin"])
    assert inputs(tmp_path) == [("/a.bin/middle.dat/inner.zip/policy.cmd", "netsh-script")]
    (tmp_path / "a.bin").write_bytes(zipped(deep))
    assert inputs(tmp_path) == [("/a.bin/outer.bin/middle.dat/inner.zip/policy.cmd", "netsh-script")]
    (tmp_path / "a.bin").write_bytes(zipped({"b.tgz": tarred({"c": zipped(deep)}, "w:gz")}))
    ((path, form),) = inputs(tmp_path)
    assert (path, form) == ("/a.bin/b.tgz/c/outer.bin/middle.dat", None)


def test_links_pipes_and_devices_in_a_tar_are_named(tmp_path: Path, cli: Callable[..., Any]) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, kind in (
            ("weak.cmd", tarfile.SYMTYPE),
            ("same.cmd", tarfile.LNKTYPE),
            ("pipe", tarfile.FIFOTYPE),
            ("disk", tarfile.BLKTYPE),
            ("folder", tarfile.DIRTYPE),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "elsewhere.cmd"
            archive.addfile(info)
    (tmp_path / "a.tar").write_bytes(buffer.getvalue())
    ran = cli(str(tmp_path), "-o", "json")
    body = json.loads(ran.out)
    linked = {problem["location"]["path"].rpartition("/")[2]: problem["code"] for problem in body["problems"]}
    ignored = {path.rpartition("/")[2]: kind for kind, paths in body["coverage"]["ignored"].items() for path in paths}
    assert (ran.code, linked, ignored) == (
        4,
        {"weak.cmd": "IN001", "same.cmd": "IN001"},
        {"pipe": "named pipe", "disk": "device"},
    )


def test_a_link_in_a_zip_is_named(tmp_path: Path, cli: Callable[..., Any]) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo("weak.cmd")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "../elsewhere.cmd")
    (tmp_path / "a.zip").write_bytes(buffer.getvalue())
    ran = cli(str(tmp_path))
    assert ran.code == 4
    assert "it is a link" in ran.out


def test_several_backups_of_gpos_in_one_archive_are_an_input_each(tmp_path: Path) -> None:
    files = {path.relative_to(BACKUPS).as_posix(): path.read_bytes() for path in BACKUPS.rglob("*") if path.is_file()}
    (tmp_path / "backups.zip").write_bytes(zipped(files))
    in_folder = [each for each in read_inputs(candidates([str(BACKUPS)])) if each.input.format == "gpo-backup"]
    in_archive = [
        each for each in read_inputs(candidates([str(tmp_path / "backups.zip")])) if each.input.format == "gpo-backup"
    ]
    assert len(in_archive) == len(in_folder) >= 2
    assert [each.input.objects for each in in_archive] == [each.input.objects for each in in_folder]


def spoilt_entry(data: bytes, name: str, offset: int, value: int) -> bytes:
    """A zip with a byte changed of what its directory says of a file, and of what stands before that file."""
    changed = bytearray(data)
    entry = data.rindex(name.encode()) - 46  # where the names in the directory begin
    for at in (entry + offset, int.from_bytes(data[entry + 42 : entry + 46], "little") + offset - 2):
        changed[at] = value
    return bytes(changed)


@pytest.mark.parametrize(
    ("offset", "value", "why"),
    [(8, 1, "it is encrypted"), (10, 9, "it is packed by a method that is not read (9)"), (16, 0, "it is damaged")],
    ids=["encrypted", "Deflate64", "another checksum"],
)
def test_a_file_of_a_zip_that_is_not_read_is_named_and_the_others_are_read(
    offset: int, value: int, why: str, tmp_path: Path, cli: Callable[..., Any]
) -> None:
    data = zipped({"policy.cmd": SCRIPT, "more.cmd": SCRIPT * 2})
    (tmp_path / "a.zip").write_bytes(spoilt_entry(data, "more.cmd", offset, value))
    ran = cli(str(tmp_path / "a.zip"), "--format", "json")
    body = json.loads(ran.out)
    assert ran.code == 4
    assert [(each["path"].rpartition("/")[2], each["status"]) for each in body["inputs"]] == [
        ("policy.cmd", "understood"),
        ("more.cmd", "unreadable"),
    ]
    assert why in ran.out


def test_an_archive_in_a_folder_is_looked_into(tmp_path: Path, cli: Callable[..., Any]) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({"policy.cmd": SCRIPT}))
    ran = cli(str(tmp_path))
    assert ran.code == 1
    assert "a.zip/policy.cmd" in ran.out


def reason(path: Path) -> str:
    (candidate,) = candidates([str(path)])
    with pytest.raises(SourceError) as raised:
        candidate.source.read_bytes()
    return str(raised.value)


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (lambda: zipped({"a": b"\0" * (20 * 1024 * 1024)}), "a file in it becomes more than 200 times as large"),
        (lambda: zipped({str(number): b"" for number in range(10_001)}), "it holds more than 10000 files"),
        (lambda: zipped({"a": SCRIPT})[:-30], "the archive is damaged"),
        (lambda: gzip.compress(b"\0" * (20 * 1024 * 1024)), "a file in it becomes more than 200 times as large"),
        (lambda: gzip.compress(SCRIPT)[:20], "the archive is damaged"),
        (lambda: gzip.compress(SCRIPT) + b"more", "the archive is damaged"),
        (lambda: tarred({"a": SCRIPT})[:1024] + b"X" * 512 + tarred({"b": SCRIPT}), "the archive is damaged"),
        (lambda: zipped({"a.cmd": SCRIPT, "\\a.cmd": b"echo"}), "two files in it are called a.cmd"),
    ],
    ids=["ratio", "entries", "damaged", "packed ratio", "cut", "behind a packed file", "within a tar", "one name"],
)
def test_what_is_beyond_a_limit_is_refused_with_the_reason(made: Callable[[], bytes], why: str, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(made())
    assert why in reason(tmp_path / "a.zip")


def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_UNPACKED_BYTES", 100)
    (tmp_path / "a.zip").write_bytes(zipped({"a.cmd": SCRIPT, "b.cmd": SCRIPT}))
    assert "unpacks to more than" in reason(tmp_path / "a.zip")
    (tmp_path / "a.zip").write_bytes(zipped({f"{name}.zip": zipped({"a.cmd": b"rem " * 10}) for name in "abcdef"}))
    monkeypatch.setattr(archives, "MAX_UNPACKED_BYTES", 300)
    refused = [each.source for each in candidates([str(tmp_path / "a.zip")]) if b"rem" not in head(each.source)]
    assert refused


SHRINKS = b"rem " * 500


def stored(files: dict[str, bytes]) -> bytes:
    """A zip that shrinks nothing."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def is_refused(path: Path, data: bytes) -> bool:
    path.write_bytes(data)
    found = list(candidates([str(path)]))
    return any(b"rem " not in head(candidate.source) for candidate in found)


@pytest.mark.parametrize(
    ("data", "packed"),
    [
        (zipped({"a.cmd": SHRINKS}), None),
        (gzip.compress(SHRINKS, mtime=0), len(gzip.compress(SHRINKS, mtime=0))),
        (stored({"a.cmd": SHRINKS}), len(SHRINKS)),
        (tarred({"a.cmd": SHRINKS}), len(SHRINKS)),
    ],
    ids=["zip", "gz", "stored", "tar"],
)
def test_a_file_may_become_so_many_times_as_large_and_no_more(
    data: bytes, packed: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "_RATIO_COUNTS_FROM_BYTES", 0)
    if packed is None:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            packed = archive.infolist()[0].compress_size
    ratio = -(-len(SHRINKS) // packed)
    for most, refused in ((ratio, False), (ratio - 1, True)):
        monkeypatch.setattr(archives, "MAX_RATIO", most)
        assert is_refused(tmp_path / "a.zip", data) == refused
    for most, refused in ((len(SHRINKS), False), (len(SHRINKS) - 1, True)):
        monkeypatch.setattr(archives, "_RATIO_COUNTS_FROM_BYTES", most)
        monkeypatch.setattr(archives, "MAX_RATIO", 0)
        assert is_refused(tmp_path / "a.zip", data) == refused


@pytest.mark.parametrize("pack", [zipped, stored, tarred, lambda files: tarred(files, "w:gz")])
def test_an_archive_may_hold_so_much_and_no_more(
    pack: Callable[[dict[str, bytes]], bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = pack(dict.fromkeys(("a.cmd", "b.cmd", "c.cmd"), SHRINKS))
    for most, refused in ((3, False), (2, True)):
        monkeypatch.setattr(archives, "MAX_ENTRIES", most)
        assert is_refused(tmp_path / "a.zip", data) == refused
    monkeypatch.setattr(archives, "MAX_ENTRIES", 3)
    unpacked = len(gzip.decompress(data)) if data.startswith(b"\x1f") else 0  # what is packed twice counts twice
    for most, refused in ((unpacked + 3 * len(SHRINKS), False), (unpacked + 3 * len(SHRINKS) - 1, True)):
        monkeypatch.setattr(archives, "MAX_UNPACKED_BYTES", most)
        assert is_refused(tmp_path / "a.zip", data) == refused


@pytest.mark.parametrize("pack", [stored, zipped, tarred])  # what is pressed is not seen before it is unpacked
def test_an_archive_within_another_counts_with_it(
    pack: Callable[[dict[str, bytes]], bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = pack({"a.cmd": SHRINKS, "b.cmd": SHRINKS})
    data = pack({"in.zip": inner, "c.cmd": SHRINKS})
    for most, refused in ((4, False), (3, True)):
        monkeypatch.setattr(archives, "MAX_ENTRIES", most)
        assert is_refused(tmp_path / "a.zip", data) == refused
    monkeypatch.setattr(archives, "MAX_ENTRIES", 4)
    whole = len(inner) + 3 * len(SHRINKS)
    for most, refused in ((whole, False), (whole - 1, True)):
        monkeypatch.setattr(archives, "MAX_UNPACKED_BYTES", most)
        assert is_refused(tmp_path / "a.zip", data) == refused


def test_a_file_that_is_larger_than_an_archive_may_be_is_not_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = zipped({"a.cmd": SHRINKS})
    for most, refused in ((len(data), False), (len(data) - 1, True)):
        monkeypatch.setattr(archives, "MAX_ARCHIVE_BYTES", most)
        assert is_refused(tmp_path / "a.zip", data) == refused


def packed_by_xz(data: bytes) -> bytes:
    """Data as xz holds what it cannot shrink: as it is, between its own marks."""

    def checked(part: bytes) -> bytes:
        return part + zlib.crc32(part).to_bytes(4, "little")

    block = checked(b"\x02\x00\x21\x01\x16\x00\x00\x00") + b"\x01" + (len(data) - 1).to_bytes(2, "big") + data + b"\x00"
    sizes = b"".join(bytes((size & 127 | 128, size >> 7)) for size in (len(block), len(data)))
    index = checked((b"\x00\x01" + sizes).ljust(8, b"\x00"))
    footer = (len(index) // 4 - 1).to_bytes(4, "little") + b"\x00\x00"
    header = b"\xfd7zXZ\x00" + checked(b"\x00\x00")
    block = block.ljust(-(-len(block) // 4) * 4, b"\x00")
    return header + block + index + zlib.crc32(footer).to_bytes(4, "little") + footer + b"YZ"


def test_what_only_looks_like_a_tar_and_is_packed_is_not_unpacked(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        info = tarfile.TarInfo("policy.cmd")
        info.size, info.linkname = len(SCRIPT), "x" * 73 + "ustar"  # where a tar has its mark, seen from without
        archive.addfile(info, io.BytesIO(SCRIPT))
    data = packed_by_xz(buffer.getvalue())
    assert (lzma.decompress(data), data[257:262]) == (buffer.getvalue(), b"ustar")
    (tmp_path / "a.bin").write_bytes(data)
    assert reason(tmp_path / "a.bin").endswith("the archive is damaged (ReadError)")


def head(source: Source) -> bytes:
    try:
        return source.head
    except SourceError:
        return b""


def test_a_refused_archive_that_was_named_ends_a_run_with_4(tmp_path: Path, cli: Callable[..., Any]) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({"a": SCRIPT})[:-30])
    assert cli(str(tmp_path / "a.zip")).code == 4
