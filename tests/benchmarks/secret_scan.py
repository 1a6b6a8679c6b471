"""What the search for keys costs beside reading, in CPU time of one run: decoding alone, the search, the parser.

    python -m tests.benchmarks.secret_scan [--megabytes 5]

The search must stay below half of what the parser takes of the same input.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ipseclint.formats import recognise
from ipseclint.secrets import key_places
from ipseclint.source import Source, file_source
from tests.benchmarks.netsh_script import script_lines
from tests.benchmarks.wfp_states import write_state

ROUNDS = 3


def cpu_seconds(work: Callable[[], object]) -> float:
    """The least CPU time of some rounds."""
    times = []
    for _ in range(ROUNDS):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return min(times)


def decode(source: Source) -> None:
    for block in source.text_blocks():
        block.text  # noqa: B018


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=float, default=5.0)
    size_bytes = int(parser.parse_args().megabytes * 1_000_000)
    with tempfile.TemporaryDirectory() as folder:
        script, keyed, state = (Path(folder) / name for name in ("script.cmd", "keyed.cmd", "wfpstate.xml"))
        lines = script_lines(size_bytes // 120)
        script.write_text("\n".join(lines), encoding="utf-8", newline="\r\n")
        rule = 'netsh ipsec static add rule name=k policy="Server isolation" filterlist="Branch 1" psk="Key-of-{}"'
        keyed.write_text("\n".join([*lines, rule.format("Branch7x1")]), encoding="utf-8", newline="\r\n")
        write_state(state, size_bytes / 1_000_000)
        for path in (script, keyed, state):
            source = file_source(path)
            kind = recognise(source)
            if kind is None:
                raise SystemExit(f"{path.name} is not recognised")
            bare, search = cpu_seconds(lambda: decode(source)), cpu_seconds(lambda: key_places(source))  # noqa: B023
            reading = cpu_seconds(lambda: kind.parse(source))  # noqa: B023
            print(
                f"{path.name:<14}{path.stat().st_size / 1e6:5.1f} MB   decoding 1.0x   search {search / bare:5.1f}x"
                f"   parser {reading / bare:6.1f}x   search/parser {search / reading:.2f}"
            )


if __name__ == "__main__":
    main()
