"""What reading costs beside a bare read of the carrier: registry files, JSON and CLIXML of PowerShell, GPOs, events.

Files of many objects, as `growth` writes them, are read bare (a pattern over each line, `json.loads`, lxml, every file
of a GPO's backup opened and its XML parsed, the evtx library), recognised and read into a policy, and read whole: keys
searched for and hidden too. The least CPU time of some turns counts, in which all three stand side by side, with the
collector of cycles off, as a run has it.

`.venv/bin/python -m tests.benchmarks.carriers [KIND ...] [--scale 1.0] [--turns 5]`.
"""

from __future__ import annotations

import argparse
import gc
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from ipseclint.engine.collector import collector_off
from ipseclint.engine.inputs.paths import candidates
from ipseclint.engine.machines import read_input
from ipseclint.formats import recognise
from tests.benchmarks import growth

Work = Callable[[], object]


class Carrier(NamedTuple):
    """So many objects of a kind, how many of them one of `growth` has, and a bare read of them."""

    size: int
    objects: int
    make: growth.Make
    bare: Callable[[Path, Work], Work] = lambda _path, bare: bare


def _every_file(folder: Path, _bare: Work) -> Work:
    """All files of a folder opened, and their XML parsed."""

    def read() -> None:
        for path in folder.rglob("*"):
            if path.is_file():
                data = path.read_bytes()
                if path.suffix == ".xml":
                    etree.fromstring(data)

    return read


CARRIERS = {
    "reg-rules": Carrier(5_000, 1, growth.registry_rules),
    "powershell-json": Carrier(500, 16, growth.powershell_json),
    "clixml": Carrier(250, 16, growth.clixml),
    "gpo-backups": Carrier(50, 1, growth.gpo_backups, _every_file),
    "events-xml": Carrier(2_000, 2, growth.security_events),
    "evtx": Carrier(100, 40, growth.event_logs),
}


_LARGE_BYTES = 1 << 20
"""Before it gives out so much, the allocator puts together what was freed: else the next work would pay for that."""


def bytes_to_policy(path: Path) -> None:
    """Every input at a path recognised and read, without a search for keys."""
    for candidate in candidates([str(path)]):
        form = recognise(candidate.source)
        if form is not None:
            form.parse(candidate.source)


def all_reading(path: Path) -> None:
    """Every input at a path read as a run does it."""
    for candidate in candidates([str(path)]):
        read_input(candidate)


def least(works: list[Work], turns: int) -> Iterator[float]:
    """The least CPU time of each, in seconds, in turns."""
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(turns):
        for work, times in zip(works, taken, strict=True):
            gc.collect()
            bytearray(_LARGE_BYTES)
            with collector_off():
                begin = time.process_time()
                work()
                times.append(time.process_time() - begin)
    return map(min, taken)


def main() -> None:
    """Print a line a kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="*", choices=[*CARRIERS, []])
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--turns", type=int, default=5)
    arguments = parser.parse_args()
    print(f"{'kind':<18}{'size':>7}{'bare read':>14}{'bytes to policy':>24}{'all reading':>24}")
    for name in arguments.kinds or CARRIERS:
        carrier = CARRIERS[name]
        size = max(1, round(carrier.size * arguments.scale))
        with tempfile.TemporaryDirectory() as folder:
            made = carrier.make(size, Path(folder))
            (path,) = Path(folder).iterdir()
            bare = carrier.bare(path, made.bare or _every_file(path, lambda: None))
            works = [bare, lambda: bytes_to_policy(path), lambda: all_reading(path)]  # noqa: B023
            times = list(least(works, arguments.turns))
        each, *columns = (seconds / size * 1e6 for seconds in times)
        shown = "".join(f"{column:>14.1f} us{column / each:>6.1f}x" for column in columns)
        print(f"{name:<18}{size:>7}{each:>11.1f} us{shown}", flush=True)


if __name__ == "__main__":
    main()
