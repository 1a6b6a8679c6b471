"""Files that are kept beside the program, as Python keeps its compiled modules."""

from __future__ import annotations

import contextlib
import os
import sys
import zlib
from _thread import allocate_lock
from pathlib import Path

CHECK_BYTES = 4
"""How many bytes stand before what is kept."""


def place_of(file: Path) -> Path:
    """The path of what is kept for a file. Raises ValueError for a name that no module could have."""
    from importlib.util import cache_from_source  # nothing that is shown at once needs it

    return Path(cache_from_source(str(file)))


def kept_at(place: Path) -> bytes:
    """The bytes kept there. Raises OSError where there are none, ValueError where they are damaged."""
    _must_be_file(place)
    return checked(place.read_bytes())


class KeptFile:
    """A file that is kept, of which parts are read. Raises OSError where there is none."""

    def __init__(self, place: Path) -> None:
        _must_be_file(place)
        self._stream = place.open("rb", buffering=0)
        self._lock = allocate_lock()
        self.size = os.fstat(self._stream.fileno()).st_size

    def part(self, begin: int, end: int) -> bytes:
        """The bytes between two positions. Raises OSError, or ValueError where it has no such part."""
        if not 0 <= begin <= end <= self.size:
            raise ValueError("it has no such part")
        if sys.platform != "win32":
            return os.pread(self._stream.fileno(), end - begin, begin)  # processes that were forked have one position
        with self._lock:
            self._stream.seek(begin)
            return self._stream.read(end - begin)

    def close(self) -> None:
        """Let it go: Windows replaces no file that is open."""
        self._stream.close()


def checked(said: bytes) -> bytes:
    """The bytes behind their check. Raises ValueError where they are damaged."""
    data = said[CHECK_BYTES:]
    if said[:CHECK_BYTES] != check_of(data):
        raise ValueError("it is damaged")
    return data


def check_of(data: bytes) -> bytes:
    """What stands before data that is kept: a checksum against damage.

    It is none against malice, since whoever may write here may change the modules beside it too.
    """
    return zlib.crc32(data).to_bytes(CHECK_BYTES, "big")


def _must_be_file(place: Path) -> None:
    if not place.is_file():  # a pipe that somebody put there would wait for ever
        raise FileNotFoundError(str(place))


def keep(place: Path, data: bytes) -> bool:
    """Whether the bytes were written there, in one step: not if Python may not write, or was told not to."""
    if may_keep(place):
        with contextlib.suppress(OSError):  # a folder that is not ours
            _write(place, check_of(data) + data)
            return True
    return False


def may_keep(place: Path) -> bool:
    """Whether Python may write there, as far as can be told before."""
    folder = next((each for each in place.parents if each.exists()), place)
    return not sys.dont_write_bytecode and os.access(folder, os.W_OK)


def _write(place: Path, data: bytes) -> None:
    import tempfile  # tempfile loads much, and this is written once

    place.parent.mkdir(exist_ok=True, parents=True)
    number, name = tempfile.mkstemp(dir=place.parent)
    new = Path(name)
    try:
        with os.fdopen(number, "wb") as stream:
            stream.write(data)
        new.chmod(0o644)  # other users run the program too
        new.replace(place)
    finally:
        new.unlink(missing_ok=True)
