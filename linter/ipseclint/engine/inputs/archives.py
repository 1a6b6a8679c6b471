"""Archives as inputs: their files are read in memory, never unpacked to disk, and within limits.

A zip, a tar, a cabinet, a file packed by gzip, a mail with encoded parts, and archives within archives, recognised by
content.
What exceeds a limit is refused with the reason, since an archive of a few kilobytes can expand to terabytes.
"""

from __future__ import annotations

import io
import stat
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple, Protocol

from ipseclint.engine.inputs import mails
from ipseclint.late import LateModule
from ipseclint.source import Source, SourceError, bytes_source, failing_source

if TYPE_CHECKING:
    import gzip
    import lzma
    import tarfile
    import zipfile

    from ipseclint.engine.inputs import cabinets
else:  # few inputs are archives
    gzip, lzma, tarfile, zipfile = map(LateModule, ("gzip", "lzma", "tarfile", "zipfile"))
    cabinets = LateModule("ipseclint.engine.inputs.cabinets")

MAX_ENTRIES = 10_000
MAX_ARCHIVE_BYTES = 256 * 1024 * 1024
MAX_UNPACKED_BYTES = 256 * 1024 * 1024
MAX_RATIO = 200
"""The limits of an archive, nested ones included: its entries, its bytes packed and unpacked, all of which stay in
memory, and how many times larger a file may become by unpacking (reasoned: exports of text shrink to a tenth or a
twentieth)."""

MAX_DEPTH = 4
"""The deepest nesting of archives, the outermost included (reasoned: a zip of zips has two)."""

_RATIO_COUNTS_FROM_BYTES = 16 * 1024 * 1024
"""The least unpacked size for which the ratio counts: a text of one repeated letter is no attack."""

_TEXT_ENDINGS = (".cmd", ".bat", ".ps1", ".txt", ".xml", ".json", ".reg", ".csv", ".md", ".log", ".pol", ".toml")
_ZIP, _GZIP, _CABINET, _TAR = b"PK\x03\x04", b"\x1f\x8b", b"MSCF", slice(257, 262)
_ZIP_DIRECTORY_ENTRY = b"PK\x01\x02"


class Entry(NamedTuple):
    """One file of an archive: its path within it, and its source."""

    path: str
    source: Source
    skipped: str | None = None
    """Why it cannot be read, such as a pipe."""


class _Readable(Protocol):
    """What bytes are read from: at least so many, if there are."""

    def read(self, most: int, /) -> bytes: ...


class _RefusalError(Exception):
    """The reason why an archive, or a file in it, is not read."""


def may_be_archive(path: str) -> bool:
    """Whether a file in a folder may be an archive by its name: a file named as text is not opened to see."""
    return not path.casefold().endswith(_TEXT_ENDINGS)


def is_archive(head: bytes) -> bool:
    """Whether bytes begin like a kind of archive that is read."""
    return head.startswith((_ZIP, _GZIP, _CABINET)) or head[_TAR] == b"ustar"


def entries_of(source: Source) -> list[Entry] | None:
    """The files in an archive, including those of nested archives; None if it is no archive.

    A refused archive is one entry that says why.
    """
    try:
        with source.open_bytes() as stream:
            is_named = mails.may_be_mail(source.path)
            head = stream.read(mails.HEAD_BYTES if is_named else _TAR.stop)
            is_one = is_archive(head) or (is_named and mails.is_mail(source.path, head))
    except OSError:
        return None
    return list(_entries_of(source, _Budget(), 1)) if is_one else None


def _entries_of(source: Source, budget: _Budget, depth: int) -> Iterator[Entry]:
    """The files in an archive at a depth; nested archives share the budget of the outermost one."""
    if depth > MAX_DEPTH:
        return iter([_refused(source.path, f"archives lie more than {MAX_DEPTH} deep within each other")])
    try:
        data = source.read_bytes(MAX_ARCHIVE_BYTES)
        return iter(list(_nested(_named_once(_files(source.path, data, budget)), source.path, budget, depth)))
    except SourceError as error:
        reason = str(error)
    except _RefusalError as error:
        reason = f"the archive is refused: {error}"
    except _damages() as error:
        reason = f"the archive is damaged ({type(error).__name__})"
    return iter([_refused(source.path, reason)])


def _damages() -> tuple[type[Exception], ...]:
    """The exceptions that readers raise for a damaged archive."""
    own = (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError)
    return *own, EOFError, OSError, NotImplementedError, ValueError


def _refused(path: str, reason: str) -> Entry:
    return Entry("", failing_source(path, OSError(0, reason)))


class _Budget:
    """What an archive, with those nested in it, may still unpack."""

    def __init__(self) -> None:
        self._entries = 0
        self._unpacked = 0

    def entry(self) -> None:
        """Count a file."""
        self._entries += 1
        if self._entries > MAX_ENTRIES:
            raise _RefusalError(f"it holds more than {MAX_ENTRIES} files")

    def read(self, stream: _Readable, packed_bytes: int) -> bytes:
        """All bytes of a file, unless they exceed the budget."""
        left = MAX_UNPACKED_BYTES - self._unpacked
        most = min(left, max(_RATIO_COUNTS_FROM_BYTES, packed_bytes * MAX_RATIO))
        data = stream.read(most + 1)
        if len(data) > left:
            raise _RefusalError(f"it unpacks to more than {MAX_UNPACKED_BYTES // (1024 * 1024)} MB")
        if len(data) > most:
            raise _RefusalError(f"a file in it becomes more than {MAX_RATIO} times as large by unpacking")
        self._unpacked += len(data)
        return data


_File = tuple[str, bytes | Entry]
"""A file's name with its bytes, or with the entry that says why there are none."""


def _files(path: str, data: bytes, budget: _Budget) -> Iterator[_File]:
    if data.startswith(_ZIP):
        yield from _in_zip(path, data, budget)
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
    if data.startswith(_CABINET):
        try:
            yield from _in_cabinet(path, data, budget)
        except cabinets.CabinetError as error:
            raise _RefusalError(f"it is damaged, {error}") from None
        return
    if mails.is_mail(path, data):
        yield from _in_mail(data, budget)
        return
    yield from _in_tar(path, data, budget)


def _in_zip(path: str, data: bytes, budget: _Budget) -> Iterator[_File]:
    if data.count(_ZIP_DIRECTORY_ENTRY) > MAX_ENTRIES:  # before each of them takes its memory
        raise _RefusalError(f"it holds more than {MAX_ENTRIES} files")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            budget.entry()
            if stat.S_ISLNK(info.external_attr >> 16):
                yield (
                    info.filename,
                    _refused(f"{path}/{info.filename}", "it is a link; links in a zip are not followed"),
                )
            elif not info.is_dir():
                yield info.filename, _unpacked(path, archive, info, budget)


def _unpacked(path: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: _Budget) -> bytes | Entry:
    """A file of a zip, or the entry that says why it is not read."""
    try:
        with archive.open(info) as stream:
            return budget.read(stream, info.compress_size)
    except NotImplementedError:
        reason = f"it is packed by a method that is not read ({info.compress_type})"
    except _damages() as error:
        reason = f"it is damaged in the archive ({type(error).__name__})"
    except RuntimeError:
        reason = "it is encrypted"
    return _refused(f"{path}/{info.filename}", reason)


def _in_cabinet(path: str, data: bytes, budget: _Budget) -> Iterator[_File]:
    folders, files = cabinets.contents(data)
    unpacked: dict[int, bytes] = {}
    taken: Counter[int] = Counter()
    for file in files:
        budget.entry()
        if file.why_not is not None:
            yield file.name, _refused(f"{path}/{file.name}", file.why_not)
            continue
        folder = folders[file.folder]
        if file.folder not in unpacked:
            unpacked[file.folder] = budget.read(folder, folder.stored_bytes)
        taken[file.folder] += file.size
        if max(taken[file.folder], file.offset + file.size) > len(unpacked[file.folder]):
            raise cabinets.CabinetError("a file of it goes beyond the end of its folder")
        yield file.name, unpacked[file.folder][file.offset : file.offset + file.size]


def _in_mail(data: bytes, budget: _Budget) -> Iterator[_File]:
    try:
        for name, content in mails.parts_of(data):
            budget.entry()
            yield name, content
    except RecursionError:
        raise _RefusalError("its parts lie too deep within each other") from None


def _in_tar(path: str, data: bytes, budget: _Budget) -> Iterator[_File]:
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as tar:
        for member in tar:
            budget.entry()
            name = member.name
            if member.isfile():
                if (file := tar.extractfile(member)) is not None:
                    yield name, budget.read(file, member.size)
            elif member.issym() or member.islnk():
                yield name, _refused(f"{path}/{name}", "it is a link; links in an archive are not followed")
            elif not member.isdir():
                kind = "named pipe" if member.isfifo() else "device"
                yield name, Entry("", failing_source(f"{path}/{name}", OSError(0, f"it is a {kind}")), kind)
        if data[tar.offset :].strip(b"\0"):
            raise tarfile.ReadError("what follows the last file is not a file")


def _named_once(files: Iterator[_File]) -> Iterator[_File]:
    """Files with normalised names. Of two with one name the later would be unpacked, and only one could be named."""
    names: set[str] = set()
    for name, data in files:
        tidy = name.replace("\\", "/").lstrip("/")
        if tidy in names:
            raise _RefusalError(f"two files in it are called {tidy}")
        names.add(tidy)
        yield tidy, data


def _nested(files: Iterator[_File], path: str, budget: _Budget, depth: int) -> Iterator[Entry]:
    for tidy, data in files:
        if isinstance(data, Entry):
            yield data._replace(path=tidy)
            continue
        source = bytes_source(f"{path}/{tidy}", data)
        if is_archive(data[: _TAR.stop]) or mails.is_mail(tidy, data):
            yield from (_within(entry, tidy) for entry in _entries_of(source, budget, depth + 1))
        else:
            yield Entry(tidy, source)


def _within(entry: Entry, archive: str) -> Entry:
    """An entry of an inner archive, by its path in the outer one."""
    return entry._replace(path=f"{archive}/{entry.path}" if entry.path else archive)
