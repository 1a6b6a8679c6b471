"""Fuzz one reader, guided by coverage, for a bounded time: `python -m tests.fuzz.fuzz hive -max_total_time=300`.

Needs the extra `fuzz`. What is found goes into the reader's folder in tests/fuzz/corpus, which a normal test replays.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["ipseclint"]):
    from tests.fuzz.targets import TARGETS

CORPUS = Path(__file__).parent / "corpus"


def main() -> None:
    """Fuzz the reader that the first argument names; the rest goes to libFuzzer."""
    name, *options = sys.argv[1:]
    seeds = CORPUS / name
    seeds.mkdir(parents=True, exist_ok=True)
    atheris.Setup([sys.argv[0], str(seeds), *options], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
