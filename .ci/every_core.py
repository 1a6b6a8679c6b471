"""The tests on every core: a process for each part of their files. Arguments go to pytest.

Handing them out one by one costs more than most of them take, and each process would collect all of them.
"""

from __future__ import annotations

import compileall
import os
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryFile

ROOT = Path(__file__).parents[1]


def run(*arguments: str) -> bool:
    """Whether all tests pass. The first part shows how far it is, the others what they say when they are done."""
    compileall.compile_dir(ROOT / "linter", quiet=2)  # or each process compiles it
    parts = os.cpu_count() or 1
    command = [sys.executable, "-m", "pytest", *arguments, "--part"]
    with ExitStack() as stack:
        outputs = [stack.enter_context(TemporaryFile("w+", encoding="utf-8")) for _ in range(1, parts)]
        others = [
            subprocess.Popen([*command, f"{number}/{parts}"], cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
            for number, output in enumerate(outputs, start=2)
        ]
        codes = [subprocess.run([*command, f"1/{parts}"], cwd=ROOT, check=False).returncode]
        for process, output in zip(others, outputs, strict=True):
            codes.append(process.wait())
            output.seek(0)
            shutil.copyfileobj(output, sys.stdout)
    return not any(codes)


if __name__ == "__main__":
    sys.exit(not run(*sys.argv[1:]))
