"""The writing of stores: a new file or folder, or an earlier store, which is replaced in one step."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ipseclint.cli.messages import fail, reason
from ipseclint.outcome import Exit

if TYPE_CHECKING:
    from ipseclint.report import Report
    from ipseclint.reporters import Spread

_DUCKDB_MARK = b"DUCK"
_DUCKDB_MARK_AT = 8
"""The mark of a DuckDB file, after its checksum: https://duckdb.org/docs/stable/internals/storage."""


def refuse_store(kind: str, place: Path | None) -> None:
    """End where no store can be written, before any work is done for it."""
    from ipseclint.reporters.store import StoreError, connect

    if place is None:
        fail(f"-o {kind}: a store goes to a {'file' if kind == 'duckdb' else 'folder'}: -o {kind}:NAME")
    try:
        connect().close()
    except StoreError as error:
        fail(f"-o {kind}: {error}")
    if place.exists() and not _is_store(kind, place):
        fail(f"-o {kind}:{place}: it exists and is not a store of that kind; nothing is written")


def _is_store(kind: str, place: Path) -> bool:
    from ipseclint.reporters.store import TABLES

    if kind == "duckdb":
        if not place.is_file():
            return False
        with place.open("rb") as stream:
            head = stream.read(_DUCKDB_MARK_AT + len(_DUCKDB_MARK))
        return not head or head[_DUCKDB_MARK_AT:] == _DUCKDB_MARK
    return place.is_dir() and {path.name for path in place.iterdir()} <= {f"{name}.parquet" for name in TABLES}


def put_store(report: Report, kind: str, place: Path, spread: Spread) -> tuple[str, Exit] | None:
    """Write the store of a report; the error and exit code if that failed."""
    from ipseclint.reporters.store import write

    return put(place, lambda new: write(report, kind, new, spread))


def put(place: Path, save: Callable[[Path], None]) -> tuple[str, Exit] | None:
    """Write a store beside its place and move it there; the error and exit code if that failed."""
    from ipseclint.cli.files import beside
    from ipseclint.reporters.store import StoreError

    try:
        with beside(place) as new:
            save(new)
    except (OSError, StoreError) as error:
        return f"cannot write {place}: {reason(error)}", Exit.USAGE
    return None
