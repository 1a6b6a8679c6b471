"""Archives as inputs: their files are read in memory, never unpacked to disk, and within limits.

A zip, a tar, or a file packed by gzip, and one such archive within another. What is beyond a limit is refused with the
reason, since an archive of a few kilobytes can stand for terabytes.
"""

from __future__ import annotations

import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from ipseclint.source import Source, SourceError, bytes_source, failing_source

MAX_ENTRIES = 10_000
MAX_ARCHIVE_BYTES = 256 * 1024 * 1024
MAX_UNPACKED_BYTES = 256 * 1024 * 1024
MAX_RATIO = 200
"""Entries of an archive and of those in it, bytes of it packed and unpacked, all of which stay in memory, and how many
times larger a file may become by unpacking (reasoned: exports of text shrink to a tenth or a twentieth)."""

_RATIO_COUNTS_FROM_BYTES = 16 * 1024 * 1024
"""Up to so many bytes a file may shrink as far as it will: a text of one repeated letter is no attack."""

_ENDINGS = (".zip", ".tar", ".tgz", ".tar.gz", ".gz")
_ZIP, _GZIP, _TAR = b"PK\x03\x04", b"\x1f\x8b", slice(257, 262)
_ZIP_DIRECTORY_ENTRY = b"PK\x01\x02"
_DAMAGED = (
    *(zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError),
    *(EOFError, OSError, NotImplementedError, ValueError),
)


class Entry(NamedTuple):
    """One file of an archive: its path within it, and its source."""

    path: str
    source: Source


class _RefusalError(Exception):
    """Why an archive, or a file in it, is not read."""


def may_be_archive(path: str) -> bool:
    """Whether a name is that of an archive: what a walk over a folder goes by."""
    return path.casefold().endswith(_ENDINGS)


def entries_of(source: Source) -> list[Entry] | None:
    """The files in an archive, those of archives in it among them; None if it is none.

    What is refused is one entry that says why.
    """
    return _entries_of(source, None)


def _entries_of(source: Source, outer: _Budget | None) -> list[Entry] | None:
    """The files in an archive; one within another has the outer one's budget, and none within it is looked into."""
    try:
        head = source.head
    except SourceError:
        return None
    if not (head.startswith((_ZIP, _GZIP)) or head[_TAR] == b"ustar"):
        return None
    try:
        data = source.read_bytes(MAX_ARCHIVE_BYTES)
        budget = outer or _Budget()
        return list(_nested(_named_once(_files(source.path, data, budget)), source.path, budget, outer is None))
    except SourceError as error:
        return [_refused(source.path, str(error))]
    except _RefusalError as error:
        return [_refused(source.path, f"the archive is refused: {error}")]
    except _DAMAGED as error:
        return [_refused(source.path, f"the archive is damaged ({type(error).__name__})")]
    except RuntimeError:
        return [_refused(source.path, "the archive is encrypted")]


def _refused(path: str, reason: str) -> Entry:
    return Entry("", failing_source(path, OSError(0, reason)))


class _Budget:
    """What an archive, with those in it, may still unpack."""

    def __init__(self) -> None:
        self._entries = 0
        self._unpacked = 0

    def entry(self) -> None:
        """Count a file."""
        self._entries += 1
        if self._entries > MAX_ENTRIES:
            raise _RefusalError(f"it holds more than {MAX_ENTRIES} files")

    def read(self, stream: io.BufferedIOBase, packed_bytes: int) -> bytes:
        """All bytes of a file, unless that is more than is allowed."""
        left = MAX_UNPACKED_BYTES - self._unpacked
        most = min(left, max(_RATIO_COUNTS_FROM_BYTES, packed_bytes * MAX_RATIO))
        data = stream.read(most + 1)
        if len(data) > left:
            raise _RefusalError(f"it unpacks to more than {MAX_UNPACKED_BYTES // (1024 * 1024)} MB")
        if len(data) > most:
            raise _RefusalError(f"a file in it becomes more than {MAX_RATIO} times as large by unpacking")
        self._unpacked += len(data)
        return data


def _files(path: str, data: bytes, budget: _Budget) -> Iterator[tuple[str, bytes]]:
    if data.startswith(_ZIP):
        if data.count(_ZIP_DIRECTORY_ENTRY) > MAX_ENTRIES:  # before each of them takes its memory
            raise _RefusalError(f"it holds more than {MAX_ENTRIES} files")
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in archive.infolist():
                budget.entry()
                if not info.is_dir():
                    with archive.open(info) as stream:
                        yield info.filename, budget.read(stream, info.compress_size)  # type: ignore[arg-type]
        return
    if data.startswith(_GZIP):
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            unpacked = budget.read(stream, len(data))
        if unpacked[_TAR] != b"ustar":
            budget.entry()
            name = path.replace("\\", "/").rpartition("/")[2]
            yield name[:-3] if name.casefold().endswith(".gz") else name, unpacked
            return
        data = unpacked
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as tar:
        for member in tar:
            budget.entry()
            file = tar.extractfile(member) if member.isfile() else None
            if file is not None:
                yield member.name, budget.read(file, member.size)  # type: ignore[arg-type]
        if data[tar.offset :].strip(b"\0"):
            raise tarfile.ReadError("what stands behind the last file is none")


def _named_once(files: Iterator[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    """Files by tidy names. Of two with one name the later would be unpacked, and only one could be named."""
    names: set[str] = set()
    for name, data in files:
        tidy = name.replace("\\", "/").lstrip("/")
        if tidy in names:
            raise _RefusalError(f"two files in it are called {tidy}")
        names.add(tidy)
        yield tidy, data


def _nested(files: Iterator[tuple[str, bytes]], path: str, budget: _Budget, is_outermost: bool) -> Iterator[Entry]:
    for tidy, data in files:
        source = bytes_source(f"{path}/{tidy}", data)
        inner = _entries_of(source, budget) if is_outermost and may_be_archive(tidy) else None
        if inner is None:
            yield Entry(tidy, source)
        else:
            yield from (_within(entry, tidy) for entry in inner)


def _within(entry: Entry, archive: str) -> Entry:
    """An entry of an inner archive, by its path in the outer one."""
    return Entry(f"{archive}/{entry.path}" if entry.path else archive, entry.source)
