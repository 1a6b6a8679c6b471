"""Writes anew what tests have stored: all of it, or that of the folders and files that are named.

`python -m tests.stored_anew [PATH ...]` runs every module of tests that stores something when it is run. After a change
that is meant, read the difference.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests import ROOT

_STORES = 'if __name__ == "__main__":'


def storing(paths: list[Path]) -> Iterator[str]:
    """The modules of tests below some paths that store something."""
    files = {file for path in paths for file in ([path] if path.is_file() else path.rglob("test_*.py"))}
    for file in sorted(files):
        if _STORES in file.read_text(encoding="utf-8"):
            yield ".".join(file.resolve().relative_to(ROOT).with_suffix("").parts)


if __name__ == "__main__":
    for module in storing([Path(path) for path in sys.argv[1:]] or [ROOT / "tests"]):
        print(module, flush=True)
        subprocess.run([sys.executable, "-m", module], cwd=ROOT, check=True)
