"""Files that are kept beside the program, as Python keeps its compiled modules."""

from __future__ import annotations

import contextlib
import os
import sys
import zlib
from pathlib import Path

CHECK_BYTES = 4
"""How many bytes stand before what is kept."""


def place_of(file: Path) -> Path:
    """The path of what is kept for a file. Raises ValueError for a name that no module could have."""
    from importlib.util import cache_from_source  # nothing that is shown at once needs it

    return Path(cache_from_source(str(file)))


def kept_at(place: Path) -> bytes:
    """The bytes kept there. Raises OSError where there are none, ValueError where they are damaged."""
    if not place.is_file():  # a pipe that somebody put there would wait for ever
        raise FileNotFoundError(str(place))
    said = place.read_bytes()
    data = said[CHECK_BYTES:]
    if said[:CHECK_BYTES] != check_of(data):
        raise ValueError("it is damaged")
    return data


def check_of(data: bytes) -> bytes:
    """What stands before data that is kept: a checksum against damage.

    It is none against malice, since whoever may write here may change the modules beside it too.
    """
    return zlib.crc32(data).to_bytes(CHECK_BYTES, "big")


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
