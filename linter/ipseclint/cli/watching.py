"""Watch mode: runs again when an input changes. Polls, since shared folders send no change notifications."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path

LOOK_EVERY_SECONDS = 0.5


def watch(
    paths: Callable[[], Iterable[str]], again: Callable[[], object], pause: Callable[[float], None] = time.sleep
) -> None:
    """Call `again` now and after each change of the files, until interrupted."""
    seen: dict[str, tuple[int, int]] | None = None
    try:
        while True:
            now = {path: stamp for path in paths() if (stamp := _stamp(path)) is not None}
            if now != seen:
                seen = now
                again()
            pause(LOOK_EVERY_SECONDS)
    except KeyboardInterrupt:
        return


def _stamp(path: str) -> tuple[int, int] | None:
    try:
        status = Path(path).stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
