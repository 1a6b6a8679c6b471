"""What share of the reading of an input it takes to tell its format, for each format.

Recognition looks at no more than the first 64 KB, so that its share is largest in inputs of up to that size. A fixture
of each format is measured as it is, and grown to 60 KB where that is possible: what stands in its root or its list once
more, its text once more. What grows into something else, or into what cannot be read, is not grown. Scripts of
PowerShell are made in several lengths. Reading an input whole as a run does (recognition, the search for keys, the
parser), and reading it so when its format is known beforehand, take turns in one process, with the collector of cycles
off, as a run has it. What recognition costs is what it takes by itself; where the reader takes over what it has worked
out (the pieces of a transcript, what a script of netsh is written for, the sentences of a ticket, the configuration of
a gateway), it is the difference of the least times: only what is worked out in vain is left. Since that is a small
difference of large numbers, which other work on the machine makes larger or smaller by some hundredths of reading, it
counts for no more than recognition by itself.

Run with the Python of the environment ipseclint is installed in: `.venv/bin/python -m tests.benchmarks.recognition`;
words behind it choose inputs that have one of them in the name of their format, or `ps1`. What is looked for in a line
is looked for in each line once, so that copies cost little: with `--distinct` no line of a copy is that of another.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple
from unittest.mock import patch

from ipseclint import formats
from ipseclint.engine import machines
from ipseclint.engine.collector import collector_off
from ipseclint.engine.inputs.paths import Candidate
from ipseclint.engine.machines import read_input
from ipseclint.finding import ProblemCode
from ipseclint.formats.netsh import hosts
from ipseclint.formats.parsed import Format
from ipseclint.source import Source, bytes_source, file_source
from tests import ROOT
from tests.benchmarks import powershell_script

SIZE_BYTES = 60_000
LENGTHS = (300, 1_900, 5_000)
FOLDER = ROOT / "fixtures" / "formats"
LIMIT = 0.05
TAKE_OVER = frozenset({"transcript", "netsh-script", "error-sentences", "gateway-configuration"})
"""The formats whose readers take over what recognition has worked out."""
DISTINCT = "--distinct"
ROUNDS = 9
ROUND_SECONDS = 0.02

_ROOT = re.compile(rb"(?P<begin>.*?<(?![?!])(?P<name>[\w:]+)[^>]*>)(?P<inner>.*)(?P<end></(?P=name)>\s*)", re.DOTALL)
_LIST = re.compile(rb"(?P<begin>\s*\[)(?P<inner>.*)(?P<end>\]\s*)", re.DOTALL)
_OBJECT = re.compile(rb"(?P<begin>)(?P<inner>\s*\{.*\})(?P<end>\s*)", re.DOTALL)


def _is_wanted(name: str) -> bool:
    parts = [word for word in sys.argv[1:] if word != DISTINCT]
    return any(part in name for part in parts or ("",))


def scripts() -> Iterator[tuple[str, bytes]]:
    """Scripts of PowerShell, among prose and of cmdlets alone."""
    for lines in LENGTHS:
        for dense in (False, True) if _is_wanted("ps1") else ():
            text = powershell_script.script(dense=dense, lines=lines)
            yield f"{lines}-{'dense' if dense else 'usual'}.ps1", text.encode()


def fixtures() -> Iterator[tuple[str, Callable[[], Source]]]:
    """The largest fixture of each format, as a file and grown."""
    for folder in sorted(path for path in FOLDER.iterdir() if path.is_dir() and _is_wanted(path.name)):
        files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".toml"]
        of_format = [path for path in files if _name_of(file_source(path)) == folder.name]
        if not of_format:
            continue
        path = max(of_format, key=lambda path: path.stat().st_size)
        name, data = f"{folder.name}/{path.name}", path.read_bytes()
        yield name, partial(file_source, path)
        larger = _grown(data)
        if len(larger) > 2 * len(data) and _is_same(bytes_source(path.name, data), bytes_source(path.name, larger)):
            yield f"{name}, grown", partial(bytes_source, path.name, larger)


def _grown(data: bytes) -> bytes:
    """An input whose content is repeated up to a size."""
    times = max(1, SIZE_BYTES // len(data))
    for pattern, between in ((_ROOT, b"\n"), (_LIST, b","), (_OBJECT, b"\n")):
        if match := pattern.fullmatch(data):
            return match["begin"] + between.join([match["inner"]] * times) + match["end"]
    if b"\0" in data:
        return data
    return b"".join(
        (_distinct(data, number) if DISTINCT in sys.argv else data).rstrip() + b"\n\n" for number in range(times)
    )


def _distinct(data: bytes, number: int) -> bytes:
    """A copy of a text whose lines end in blanks of its own, but for those that go on."""
    end = bytes(b" \t"[number >> bit & 1] for bit in range(8))
    lines = data.replace(b"\r\n", b"\n").split(b"\n")
    return b"\n".join(line + end if line.strip() and line.rstrip()[-1:] not in b"^`" else line for line in lines)


def _name_of(source: Source) -> str:
    form = formats.recognise(source)
    return "" if form is None else form.name


def _is_same(one: Source, other: Source) -> bool:
    """Whether two inputs are of one format and are read alike well."""
    form = formats.recognise(one)
    if form is None or form is not formats.recognise(other):
        return False
    bad = {ProblemCode.MALFORMED, ProblemCode.REFUSED}
    before, after = ({problem.code for problem in form.parse(source).problems} & bad for source in (one, other))
    return before == after


def least(*works: Callable[[], object]) -> list[float]:
    """The least CPU time of each, taking turns so that they meet the same machine; short work is done many times."""
    times = []
    for work in works:
        begin = time.process_time()
        work()
        times.append(max(1, round(ROUND_SECONDS / max(time.process_time() - begin, 1e-6))))
    rounds: list[list[float]] = [[] for _ in works]
    for _ in range(ROUNDS):
        for number, work in enumerate(works):
            begin = time.process_time()
            for _ in range(times[number]):
                work()
            rounds[number].append((time.process_time() - begin) / times[number])
    return [min(each) for each in rounds]


class Row(NamedTuple):
    """What an input costs, in seconds: recognised by itself; read whole where its format is known; not known: more."""

    name: str
    alone: float
    reading: float
    more: float

    @property
    def share(self) -> float:
        """What recognition adds to reading."""
        return self.more / self.reading


def _forget() -> None:
    """Let go of what is known of the last scripts, so that each is told anew."""
    hosts._host_of.cache_clear()


def row_of(name: str, form: Format, opened: Callable[[], Source]) -> Row:
    """What an input costs."""

    def alone() -> object:
        _forget()
        return formats.recognise(opened())

    def read() -> object:
        _forget()
        return read_input(Candidate(opened(), named=True))

    def read_known() -> object:
        _forget()
        with patch.object(machines, "recognise", lambda _: form):
            return read_input(Candidate(opened(), named=True))

    with collector_off():
        known, of_alone, unknown = least(read_known, alone, read)
    more = max(0.0, unknown - known) if form.name in TAKE_OVER else of_alone
    return Row(name, of_alone, known, min(of_alone, more))


def main() -> None:
    """Print the shares."""
    inputs = [(name, partial(bytes_source, name, data)) for name, data in scripts()]
    rows: list[Row] = []
    print(f"{'input':58}{'bytes':>8}{'by itself':>12}{'read, known':>13}{'more':>11}{'share':>7}")
    for name, opened in (*inputs, *fixtures()):
        form = formats.recognise(opened())
        if form is None:
            continue
        row = row_of(name, form, opened)
        rows.append(row)
        print(
            f"{name:58}{len(opened().read_bytes()):>8}{row.alone * 1000:>9.3f} ms{row.reading * 1000:>10.2f} ms"
            f"{row.more * 1000:>8.3f} ms{row.share:>7.1%}",
            flush=True,
        )
    large = [row for row in rows if row.name.endswith(("grown", ".ps1"))]
    above = [sum(row.share > LIMIT for row in own) for own in (large, rows)]
    print(f"above {LIMIT:.0%}: {above[0]} of {len(large)} that were grown or made, {above[1]} of all {len(rows)}")
    start = powershell_script.command_seconds(powershell_script.SMALL)
    most = max(row.alone for row in rows)
    print(f"the slowest to recognise is {most / start:.1%} of the command on a script of two lines")


if __name__ == "__main__":
    main()
