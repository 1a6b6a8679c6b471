"""What reading costs beside a bare read of the carrier: registry files, JSON and CLIXML of PowerShell, GPOs, events.

Files of many objects, as `growth` writes them, are read bare (a pattern over each line, `json.loads`, lxml, every file
of a GPO's backup opened and its XML parsed, the evtx library), recognised and read into a policy, and read whole: keys
searched for and hidden too. Beside them stands what no reader can do without: the objects of the same policy made anew
of ready values, each place and setting with them, as they are cast from others and as pydantic makes them, which checks
each. The least CPU time of some turns counts, in which all stand side by side, with the collector of cycles off, as a
run has it. `--whole` measures the whole check too.

`.venv/bin/python -m tests.benchmarks.carriers [KIND ...] [--scale 1.0] [--turns 5] [--whole]`.
"""

from __future__ import annotations

import argparse
import gc
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from lxml import etree
from msgspec.structs import replace

from ipseclint.engine.collector import collector_off
from ipseclint.engine.inputs.paths import candidates
from ipseclint.engine.machines import read_input
from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.model.kinds import KINDS
from ipseclint.model.setting import Setting, of_origin
from ipseclint.packing import filled
from ipseclint.source import Span
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
    for _ in _policies(path):
        pass


def _policies(path: Path) -> Iterator[Parsed]:
    for candidate in candidates([str(path)]):
        form = recognise(candidate.source)
        if form is not None:
            yield form.parse(candidate.source)


def models_alone(read: list[Parsed], make: Callable[[Any, dict[str, object]], object]) -> Work:
    """All objects and events of what was read made anew of its values."""
    policies = [each.policy for each in read]
    made = [each for policy in policies for kind in KINDS for each in getattr(policy, kind.field)]
    objects = [(type(each), [(name, getattr(each, name)) for name in type(each).model_fields]) for each in made]
    events = [event for each in read for event in each.events]

    def work() -> list[object]:
        return [
            *[make(kind, {name: _anew(value) for name, value in values}) for kind, values in objects],
            *[replace(event, span=_anew(event.span)) for event in events],
        ]

    return work


def _anew(value: Any) -> Any:
    """A value with places and settings of its own."""
    if isinstance(value, Setting):
        span = value.span
        return of_origin(value.value, Span(span.path, span.line, span.column, span.length), value.origin)
    return Span(value.path, value.line, value.column, value.length) if type(value) is Span else value


def checked(kind: Any, values: dict[str, object]) -> object:
    """An object as pydantic makes it."""
    return kind(**values)


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


def works_of(path: Path, bare: Work, *, is_whole: bool) -> dict[str, Work]:
    """What is measured of the inputs at a path, by name."""
    read = list(_policies(path))
    return {
        "bare read": bare,
        "models cast": models_alone(read, filled),
        "models checked": models_alone(read, checked),
        "bytes to policy": lambda: bytes_to_policy(path),
        "all reading": lambda: all_reading(path),
        **({"whole check": growth.check(path)} if is_whole else {}),
    }


def main() -> None:
    """Print a line a kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="*", choices=[*CARRIERS, []])
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--whole", action="store_true")
    arguments = parser.parse_args()
    for name in arguments.kinds or CARRIERS:
        carrier = CARRIERS[name]
        size = max(1, round(carrier.size * arguments.scale))
        with tempfile.TemporaryDirectory() as folder:
            made = carrier.make(size, Path(folder))
            (path,) = Path(folder).iterdir()
            bare = carrier.bare(path, made.bare or _every_file(path, lambda: None))
            works = works_of(path, bare, is_whole=arguments.whole)
            times = list(least([*works.values()], arguments.turns))
        print(f"{name}, {size}")
        for what, seconds in zip(works, times, strict=True):
            print(f"  {what:<16}{seconds / size * 1e6:>10.1f} us{seconds / times[0]:>8.1f}x", flush=True)


if __name__ == "__main__":
    main()
