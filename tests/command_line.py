"""A command line, run in this process as the entry point does."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import NamedTuple


class Ran(NamedTuple):
    """What a command line left behind."""

    code: int
    out: str
    err: str


def run_cli(*arguments: str | Path, stdin: bytes = b"", encoding: str = "utf-8") -> Ran:
    from ipseclint.cli.app import run

    out, err = (io.TextIOWrapper(io.BytesIO(), encoding=encoding, write_through=True) for _ in range(2))
    kept = sys.stdin, sys.stdout, sys.stderr, sys.argv
    sys.argv = ["ipseclint", *map(str, arguments)]
    sys.stdin, sys.stdout, sys.stderr = io.TextIOWrapper(io.BytesIO(stdin)), out, err
    code = 0
    try:
        run([str(each) for each in arguments])
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    finally:
        sys.stdin, sys.stdout, sys.stderr, sys.argv = kept
    texts = [stream.buffer.getvalue().decode(encoding, errors="replace") for stream in (out, err)]  # type: ignore[attr-defined]
    return Ran(code, *texts)
