"""The parsed content of a file of the program itself, kept beside it as Python keeps its compiled modules.

Parsing the default ruleset takes more than twice as long as Python takes to start.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ipseclint.kept import keep, kept_at, place_of
from ipseclint.packing import PackingError, packed, unpacked
from ipseclint.source import is_file


def compiled(file: Path, parse: Callable[[Path], dict[str, Any]]) -> dict[str, Any]:
    """The result of `parse` for a file, from an earlier start unless the file has changed since.

    Raises what `parse` raises.
    """
    if not is_file(file):
        return parse(file)
    state = file.stat()
    stamp = (state.st_size, state.st_mtime_ns)
    place = place_of(file)
    with contextlib.suppress(OSError, PackingError, TypeError, ValueError):
        of, kept = unpacked(kept_at(place))
        if of == stamp:
            return dict(kept)
    said = parse(file)
    keep(place, packed((stamp, said)))
    return said
