"""Atomic writes: a reader sees the old file or the new one, and one process writes at a time.

A program that is asked to end while it writes leaves nothing half written behind.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import FrameType

_PATIENCE_SECONDS = 60.0
_PAUSE_SECONDS = 0.05


def replace_file(file: Path, data: bytes | Iterable[bytes]) -> None:
    """Replace the content of a file by bytes, or parts as they are made, in one step, keeping its mode.

    Raises OSError, and then the old file is unchanged, as when making the parts raises.

    The bytes are written beside it, into a new file with an unpredictable name that only its owner can read. A link
    stays a link. A device or pipe is written to directly.
    """
    target = real_path(file)
    if target.exists() and not target.is_file():
        with target.open("wb") as stream:
            stream.writelines((data,) if isinstance(data, bytes) else data)
        return
    with _cleaning_up():
        number, name = tempfile.mkstemp(prefix=".ipseclint-", suffix=".new", dir=target.parent)
        beside = Path(name)
        try:
            with os.fdopen(number, "wb") as stream:
                stream.writelines((data,) if isinstance(data, bytes) else data)
                stream.flush()
                os.fsync(stream.fileno())
            beside.chmod(_mode(target))
            beside.replace(target)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise


@contextlib.contextmanager
def beside(place: Path) -> Iterator[Path]:
    """A temporary path beside a file or folder, which replaces it on success. Raises OSError: then the old one is
    unchanged."""
    target = real_path(place)
    with _cleaning_up():
        folder = Path(tempfile.mkdtemp(prefix=".ipseclint-", dir=target.parent))
        new, old = folder / "new", folder / "old"
        try:
            yield new
            if new.is_file():
                new.chmod(_mode(target))
                new.replace(target)
            elif target.exists():  # no system puts one folder in the place of another in one step
                target.rename(old)
                try:
                    new.rename(target)
                except BaseException:
                    if not target.exists():
                        old.rename(target)
                    raise
            else:
                new.rename(target)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _cleaning_up() -> Iterator[None]:
    """A context in which a signal that asks the program to end raises SystemExit, as Ctrl-C raises
    KeyboardInterrupt."""
    if threading.current_thread() is not threading.main_thread():  # no other may say what a signal does
        yield
        return
    asking = [number for number in _ASKING_TO_END if signal.getsignal(number) is signal.SIG_DFL]

    def end(number: int, _frame: FrameType | None) -> None:
        for asked in asking:
            signal.signal(asked, signal.SIG_IGN)  # it ends already
        raise SystemExit(128 + number)

    for number in asking:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number in asking:
            signal.signal(number, signal.SIG_DFL)


_ASKING_TO_END = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)]
"""The signals of `kill`, of a scheduler, or of the system when a terminal is closed."""


def real_path(path: str | Path) -> Path:
    """A path with its links resolved, as far as possible: a link to itself stays as it is."""
    try:
        return Path(os.path.realpath(path))
    except ValueError:  # a zero byte, or half of a pair of UTF-16: no file can be called so
        return Path(path)


def _mode(file: Path) -> int:
    """The permissions of a file, or those of a new one here."""
    if file.exists():
        return file.stat().st_mode & 0o7777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


@contextlib.contextmanager
def locked(file: Path) -> Iterator[None]:
    """A lock under which only one process at a time changes files of this folder. Raises OSError if it cannot
    be had."""
    folder = real_path(file).parent
    if sys.platform == "win32":
        with _lock_file(folder / ".ipseclint.lock"):
            yield
        return
    import fcntl

    number = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(number, fcntl.LOCK_EX)
        yield
    finally:
        os.close(number)


@contextlib.contextmanager
def _lock_file(file: Path) -> Iterator[None]:
    """A file that exists while its maker works, for systems whose folders cannot be locked."""
    end = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            number = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
            break
        except FileExistsError:
            if time.monotonic() > end:
                raise
            time.sleep(_PAUSE_SECONDS)
    try:
        yield
    finally:
        os.close(number)
        file.unlink(missing_ok=True)
