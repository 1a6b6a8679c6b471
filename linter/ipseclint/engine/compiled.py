"""What a file of the program itself says, kept beside it as Python keeps its compiled modules.

To parse the default ruleset takes more than twice as long as Python takes to start.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

from ipseclint.packing import PackingError, packed, unpacked
from ipseclint.source import is_file


def compiled(file: Path, parse: Callable[[Path], dict[str, Any]]) -> dict[str, Any]:
    """What `parse` makes of a file; unless the file has changed since, what it made of it at another start.

    Raises what `parse` raises.
    """
    if not is_file(file):
        return parse(file)
    state = file.stat()
    stamp = (state.st_size, state.st_mtime_ns)
    place = Path(cache_from_source(str(file)))
    with contextlib.suppress(OSError, PackingError, TypeError, ValueError):
        of, kept = unpacked(place.read_bytes())
        if of == stamp:
            return dict(kept)
    said = parse(file)
    if not sys.dont_write_bytecode:
        with contextlib.suppress(OSError):  # a folder that is not ours
            _write(place, packed((stamp, said)))
    return said


def _write(place: Path, data: bytes) -> None:
    import tempfile  # what makes temporary files loads much, and it is written once

    place.parent.mkdir(exist_ok=True, parents=True)
    number, name = tempfile.mkstemp(dir=place.parent)
    new = Path(name)
    try:
        with os.fdopen(number, "wb") as stream:
            stream.write(data)
        new.chmod(0o644)  # others start the program too
        new.replace(place)
    finally:
        new.unlink(missing_ok=True)
