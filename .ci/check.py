"""Every check of the project, the same for people and for the pipeline: style, types, layers, tests.

Run it with the Python of the virtual environment: `.venv/bin/python .ci/check.py`. Arguments go to pytest; without
them, or with `--long` alone, the tests run on every core.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import every_core

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent

CHECKS = (
    ("style", ["ruff", "check", "."]),
    ("format", ["ruff", "format", "--check", "."]),
    ("types", ["mypy"]),
    ("layers", ["lint-imports"]),
)


def main() -> int:
    failed = []
    for name, (tool, *arguments) in CHECKS:
        print(f"== {name}", flush=True)
        if subprocess.run([BIN / tool, *arguments], cwd=ROOT, check=False).returncode:
            failed.append(name)
    print("== site", flush=True)
    with TemporaryDirectory() as folder:
        if subprocess.run([BIN / "mkdocs", "build", "-q", "-d", folder], cwd=ROOT, check=False).returncode:
            failed.append("site")
    print("== tests", flush=True)
    # A selection is sooner done by one process.
    if set(sys.argv[1:]) <= {"--long"}:
        passed = every_core.run(*sys.argv[1:] or ["--drawn"])
    else:
        passed = not subprocess.run([sys.executable, "-m", "pytest", *sys.argv[1:]], cwd=ROOT, check=False).returncode
    if not passed:
        failed.append("tests")
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
