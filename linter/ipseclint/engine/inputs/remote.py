"""Remote files, named by a URL and read through fsspec: shares, object stores, archives in them.

Nothing is fetched without a request. A password, or what follows a question mark, is never shown: a URL is reported by
`shown`. A URL that cannot be listed or read is a problem of its input.
"""

from __future__ import annotations

import errno
import importlib
import io
import os
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Any, BinaryIO

from msgspec import Struct

from ipseclint.engine.inputs.archives import Entry
from ipseclint.late import late
from ipseclint.source import Source, failing_source

PROTOCOLS = ("file", "memory", "zip", "smb", "abfs", "abfss", "az", "s3", "s3a", "gs", "gcs", "sftp", "https")
"""The protocols that a URL may have; fsspec knows more, some of which run commands or write caches."""

MAX_FILES = 200_000
"""The most files behind one URL."""

MAX_FILE_BYTES = 64 * 1024 * 1024
"""The largest file that is fetched: it is held in memory."""

_KEPT_FILES = 4
"""How many fetched files are kept, since an input is opened several times while it is read."""

_URL = late(r"[A-Za-z][A-Za-z0-9+.-]+(://|::)")
_PROTOCOL = late(r"[A-Za-z][A-Za-z0-9+.-]*")
_PORT = late(r"[^:]*|\[[0-9A-Fa-f:.]*\]|.*:[0-9]*")
_CONTAINER_FIRST = ("abfs", "abfss", "az")
"""Protocols in which the part before the @ is a container, unless a password follows."""

SKIPPED_FOLDERS = frozenset({"__pycache__", "node_modules"})
"""Folders of tools, in which nobody keeps policy: they are not entered, here or on disk."""


def is_url(path: str) -> bool:
    """Whether a path is written as a URL, `s3://bucket/x`, or as a chain of them, `zip::s3://bucket/x.zip`."""
    return _URL.match(path) is not None


def shown(url: str) -> str:
    """A URL for display: without credentials, query and fragment."""
    return "::".join(map(_shown, url.split("::"))) if is_url(url) else url


def _shown(part: str) -> str:
    protocol, colon, rest = part.partition("://")
    if not colon:
        return part if _PROTOCOL.fullmatch(part) else "***"
    place = re.split(r"[?#]", rest, maxsplit=1)[0]
    host, slash, path = place.partition("/")
    before, at, after = host.rpartition("@")
    if at:
        is_container = protocol.casefold() in _CONTAINER_FIRST and ":" not in before
        place = f"{before if is_container else '***'}@{after}{slash}{path}"
    elif not _PORT.fullmatch(host):  # a password that is not escaped, and holds a slash or a question mark
        place = "***"
    return f"{protocol}://{place}{'?***' if re.search('[?#]', rest) else ''}"


def entries_of(url: str) -> Iterator[Entry]:
    """The files behind a URL: those in a folder and below, those that match a pattern, or one file.

    Each has its path from the folder or from where the pattern begins, and its source. What cannot be listed is an
    entry whose source says why.
    """
    if any(part.partition("://")[0].casefold() not in PROTOCOLS for part in url.split("::")):
        yield _failed(url, OSError(errno.EINVAL, f"only URLs that begin with {', '.join(PROTOCOLS)} are read"))
        return
    failed: list[Exception] = []
    try:
        files = _listed(url, failed)
    except Exception as error:  # noqa: BLE001 - each protocol has errors of its own
        yield _failed(url, _as_os_error(error))
        return
    base, listing = shown(_base(url)), os.urandom(8).hex()
    for name, path in files[:MAX_FILES]:
        yield Entry(name, Source(_place(base, name), _Opener(url, path, listing)), _why_skipped(name))
    if len(files) > MAX_FILES:
        yield _failed(url, OSError(errno.E2BIG, f"more than {MAX_FILES:,} files: the others are not read"))
    for failure in failed:
        why = f"a folder in it cannot be listed: {_as_os_error(failure).strerror}"
        yield _failed(url, OSError(errno.EIO, why))


def _place(base: str, name: str) -> str:
    """The place of a file, by its path from a base."""
    first, chain, rest = base.partition("::")
    if not name:
        return base
    folder = first if "://" in first else f"{first}://"
    return f"{folder}{'' if folder.endswith('/') else '/'}{name}{chain}{rest}"


class _Opener(Struct, frozen=True):
    """Opens one file behind a URL, in the state it had when listed; its representation shows no credentials."""

    url: str
    path: str
    listing: str

    def __call__(self) -> BinaryIO:
        """The bytes of the file. Raises OSError in our words."""
        try:
            data = _fetched(self)
        except Exception as error:  # noqa: BLE001 - each protocol has errors of its own
            raise _as_os_error(error) from None
        if len(data) > MAX_FILE_BYTES:
            raise OSError(errno.EFBIG, f"larger than {MAX_FILE_BYTES:,} bytes, the limit for files elsewhere")
        return io.BytesIO(data)

    def __repr__(self) -> str:
        return f"_Opener({shown(self.url)!r})"


@lru_cache(maxsize=_KEPT_FILES)
def _fetched(opener: _Opener) -> bytes:
    file_system, _ = _file_system(opener.url)
    with file_system.open(opener.path, "rb") as stream:
        data: bytes = stream.read(MAX_FILE_BYTES + 1)
    return data


def _file_system(url: str) -> tuple[Any, str]:
    """The file system of a URL, and the path in it."""
    core: Any = importlib.import_module("fsspec.core")
    file_system, path = core.url_to_fs(url)
    return file_system, path


def _listed(url: str, failed: list[Exception]) -> list[tuple[str, str]]:
    """The files behind a URL: the path from its base (empty for a single file), and the path in its file system."""
    file_system, path = _file_system(url)
    file_system.invalidate_cache()
    base = _base(url)
    if base != url:
        _, root = _file_system(base)
        met = file_system.glob(path, detail=True)
        folders = [each for each, info in met.items() if info["type"] == "directory"]
        paths = {each for each in met if each not in folders}
    elif file_system.isfile(path):
        return [("", path)]
    else:
        file_system.ls(path)  # says what is wrong where there is no such folder
        root, folders, paths = path, [path], set()
    paths |= set(islice(_below(file_system, folders, failed), MAX_FILES + 1))
    return sorted(((each.removeprefix(root).lstrip("/"), each) for each in paths), key=_walked)


def _below(file_system: Any, folders: Iterable[str], failed: list[Exception]) -> Iterator[str]:
    """The files in folders and below; fsspec's own walk skips a folder that cannot be listed."""
    waiting = list(folders)
    while waiting:
        folder = waiting.pop()
        try:
            listing = file_system.ls(folder, detail=True)
        except Exception as error:  # noqa: BLE001 - each protocol has errors of its own
            failed.append(error)
            continue
        for info in listing:
            if info["type"] != "directory":
                yield info["name"]
            elif info["name"].strip("/") != folder.strip("/") and not info.get("islink"):
                waiting.append(info["name"])


def _walked(file: tuple[str, str]) -> list[tuple[bool, str]]:
    """The sort key of a walk on disk: the files of a folder, then those of its folders."""
    *folders, name = file[0].split("/")
    return [*((True, folder) for folder in folders), (False, name)]


def _base(url: str) -> str:
    """A URL up to the folder in which its first pattern begins; a question mark begins a query and is no pattern."""
    first, chain, rest = url.partition("::")
    magic = re.search(r"[*\[]", first)
    if magic is None:
        return url
    return f"{first[: first.rindex('/', 0, magic.start()) + 1]}{chain}{rest}"


def _why_skipped(name: str) -> str | None:
    """Why a file is skipped, as a walk on disk skips it."""
    folders = name.split("/")[:-1]
    if any(folder.startswith(".") for folder in folders):
        return "in a hidden folder"
    return "in a folder of tools" if SKIPPED_FOLDERS & set(folders) else None


def _failed(url: str, error: OSError) -> Entry:
    return Entry("", failing_source(shown(url), error))


_REASONS = {
    FileNotFoundError: (errno.ENOENT, "No such file or directory"),
    PermissionError: (errno.EACCES, "Permission denied"),
    TimeoutError: (errno.ETIMEDOUT, "Connection timed out"),
}


def _as_os_error(error: Exception) -> OSError:
    """An error in our own words: its own may quote the URL with its credentials."""
    if isinstance(error, ImportError):
        if (error.name or "").partition(".")[0] == "fsspec":
            return OSError(errno.ENOSYS, "a URL needs the package fsspec: pip install 'ipseclint[remote]'")
        return OSError(errno.ENOSYS, "fsspec needs another package for it: s3fs, adlfs, smbprotocol, gcsfs or paramiko")
    for kind, (number, words) in _REASONS.items():
        if isinstance(error, kind):
            return OSError(number, words)
    if isinstance(error, OSError) and error.errno:
        return OSError(error.errno, os.strerror(error.errno))
    return OSError(errno.EIO, f"it cannot be reached or read ({type(error).__name__})")
