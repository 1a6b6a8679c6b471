"""What share of the reading of an input it takes to tell its format, for each format.

Recognition looks at no more than the first 64 KB, so that its share is largest in inputs of up to that size. The
largest fixture of each format is measured as it is, and grown to 60 KB where that is possible: what stands in its root
or its list once more, its text once more. So are those of the others that take most (`SLOWEST`). What grows into
something else, or into what cannot be read, is not grown. Scripts of PowerShell are made in several lengths. Each is
read as a run does it (the search for keys, the parser, what is looked for beside), its format known beforehand, and
then recognised: what recognition and reading both need of a source, its text, its pieces, its sentences, is worked out
once, by whichever comes first, so that what recognition takes of a source that was read is what it adds. All is the
least of several turns in one process, with the collector of cycles off, as a run has it. What recognition takes by
itself, of a source that nobody has looked at, is printed beside it.

Run with the Python of the environment ipseclint is installed in: `.venv/bin/python -m tests.benchmarks.recognition`;
words behind it choose inputs that have one of them in the name of their format, or `ps1`. What is looked for in a line
is looked for in each line once, so that copies cost little. With `--varied` the names, addresses, ids, times and larger
numbers of a copy are its own, as in exports of a machine; with `--distinct` no line of a copy is that of another, which
is more than any export has. With `--documents` each copy of a text stands in a block of a document of Markdown, below
a heading and a sentence.

What people make of several outputs is made here, too: of the fixtures of all formats a document, a session at a prompt,
a ticket, the log of a pipeline, which has the time before each line, and a table of tickets with the outputs in cells.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Callable, Iterable, Iterator
from functools import _lru_cache_wrapper, cache, partial
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from ipseclint import formats
from ipseclint.engine import machines
from ipseclint.engine.collector import collector_off
from ipseclint.engine.inputs.paths import Candidate
from ipseclint.engine.machines import read_input
from ipseclint.finding import ProblemCode
from ipseclint.formats.carried.recognition import runs_commands
from ipseclint.formats.netsh import recognition
from ipseclint.formats.parsed import Format
from ipseclint.formats.powershell.script import format as scripts_in
from ipseclint.source import Source, bytes_source, file_source
from tests import ROOT
from tests.benchmarks import powershell_script

SIZE_BYTES = 60_000
LENGTHS = (300, 1_900, 5_000)
FOLDER = ROOT / "fixtures" / "formats"
LIMIT = 0.05
MIXES = {
    "document.md": "## {name}\n\nThis is what stands there.\n\n```\n{text}\n```\n\n",
    "tildes.md": "{name}:\n\n~~~\n{text}\n~~~\n\n",
    "session.txt": "PS C:\\> Get-Content {name}.txt\n{text}\n\n",
    "ticket.txt": "Then I have looked at the {name}, and this is what it says:\n\n{text}\n\n",
    "pipeline.log": "{logged}\n",
    "tickets.csv": '{name},"{cell}"\n',
}
"""How outputs of several formats stand in what people write, by the name of the file."""
SLOWEST = (
    *("advfirewall-show/global-weak.txt", "audit-commands/runbook.txt", "carried-commands/services.pp"),
    *("certutil-store/empty_german.txt", "error-sentences/mail.txt", "intune-json/vpn.json"),
    *("netsh-ipsec-show/policy-in-other-words.txt", "oma-uri/by-line.txt", "oma-uri/firewall.md"),
    *("performance-counters/get-counter.txt", "powershell-json/osquery-certificates.json"),
    *("powershell-script/runbook.md", "reg-query/asked-for.txt", "registry-properties/asked-for.txt"),
    *("wmic-services/asked.txt", "wmic-services/brief.txt", "wmic-services/by_key.txt"),
)
"""Fixtures that are not the largest of their formats, of which recognition once took most."""
MAX_OF_MIX_BYTES = 3_000
"""How large an output in such a text is at most."""
KEPT_BY_TEXT: tuple[_lru_cache_wrapper[Any], ...] = (recognition._host_of, runs_commands, scripts_in._told_blocks)
"""What is known of the last texts, kept with these and not with their sources."""
LEAST_TURNS, MOST_TURNS = 7, 300
SECONDS = 1.0

_ROOT = re.compile(rb"(?P<begin>.*?<(?![?!])(?P<name>[\w:]+)[^>]*>)(?P<inner>.*)(?P<end></(?P=name)>\s*)", re.DOTALL)
_LIST = re.compile(rb"(?P<begin>\s*\[)(?P<inner>.*)(?P<end>\]\s*)", re.DOTALL)
_OBJECT = re.compile(rb"(?P<begin>)(?P<inner>\s*\{.*\})(?P<end>\s*)", re.DOTALL)
_ID = re.compile(rb"\b[0-9A-Fa-f]{8}(?=-[0-9A-Fa-f]{4}-)")
_ADDRESS = re.compile(rb"\b(\d{1,3}\.\d{1,3})\.(\d{1,3})\.[1-9]\d{0,2}\b(?!\.\d)")
_TIME = re.compile(rb"\b(\d\d):\d\d:(\d\d)\b")
_NAME = re.compile(rb"(?i)name\"? *[:=]+ *['\"]?[\w-]+")
_NUMBER = re.compile(rb"(?<![\w.-])\d{5,9}(?![\w.])")


def _parser() -> argparse.ArgumentParser:
    own = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("recognition", description=__doc__, formatter_class=own)
    parser.add_argument("words", nargs="*", help="part of the name of a format, `ps1` or `mix`: those alone")
    parser.add_argument("--varied", action="store_true", help="names, addresses and numbers of each copy are its own")
    parser.add_argument("--distinct", action="store_true", help="no line of a copy is that of another")
    parser.add_argument("--documents", action="store_true", help="each copy stands in a block of a document")
    return parser


@cache
def _asked() -> argparse.Namespace:
    return _parser().parse_args()


def _is_wanted(name: str) -> bool:
    return any(word in name for word in _asked().words or ("",))


def scripts() -> Iterator[tuple[str, bytes]]:
    """Scripts of PowerShell, among prose and of cmdlets alone."""
    for lines in LENGTHS:
        for dense in (False, True) if _is_wanted("ps1") else ():
            text = powershell_script.script(dense=dense, lines=lines)
            yield f"{lines}-{'dense' if dense else 'usual'}.ps1", text.encode()


def _files() -> Iterator[tuple[str, Path]]:
    """The largest fixture of each format, by the name of that."""
    for folder in sorted(path for path in FOLDER.iterdir() if path.is_dir()):
        files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".toml"]
        of_format = [path for path in files if _name_of(file_source(path)) == folder.name]
        if of_format:
            yield folder.name, max(of_format, key=lambda path: path.stat().st_size)


def fixtures() -> Iterator[tuple[str, Callable[[], Source]]]:
    """The largest fixture of each format, as a file and grown."""
    for folder, path in _files():
        if not _is_wanted(folder):
            continue
        name, data = f"{folder}/{path.name}", path.read_bytes()
        if _asked().documents:
            yield f"{name}, grown", partial(bytes_source, f"{path.name}.md", _grown(data))
            continue
        yield name, partial(file_source, path)
        larger = _grown(data)
        if len(larger) > 2 * len(data) and _is_same(bytes_source(path.name, data), bytes_source(path.name, larger)):
            yield f"{name}, grown", partial(bytes_source, path.name, larger)


def slowest() -> Iterator[tuple[str, Callable[[], Source]]]:
    """The fixtures grown of which recognition takes most, beside the largest of their formats."""
    for name in filter(_is_wanted, () if _asked().documents else SLOWEST):
        path = FOLDER / name
        yield f"{name}, grown", partial(bytes_source, path.name, _grown(path.read_bytes()))


def mixes() -> Iterator[tuple[str, Callable[[], Source]]]:
    """Texts of several outputs, small and of up to 60 KB."""
    texts = {name: path.read_text("utf-8", "replace") for name, path in _files() if _may_be_mixed(path)}
    for path, form in MIXES.items() if _is_wanted("mix") else ():
        parts = [_part(form, name, text.strip()).encode() for name, text in texts.items()]
        yield f"mix/{path}", partial(bytes_source, path, b"".join(parts[:: len(parts) // 3]))
        yield f"mix/{path}, grown", partial(bytes_source, path, b"".join(parts)[:SIZE_BYTES].rpartition(b"\n")[0])


def _part(form: str, name: str, text: str) -> str:
    """An output in a text: as it is, behind what logs have before each line, and as the cell of a table."""
    stamp = "2026-03-02T08:00:01.1234567Z "
    logged = "\n".join(f"{stamp}{line}" for line in text.split("\n"))
    return form.format(name=name, text=text, logged=logged, cell=text.replace('"', '""'))


def _may_be_mixed(path: Path) -> bool:
    return path.stat().st_size <= MAX_OF_MIX_BYTES and b"\0" not in path.read_bytes()


def _grown(data: bytes) -> bytes:
    """An input whose content is repeated up to a size."""
    times = max(1, SIZE_BYTES // len(data))
    copied = _distinct if _asked().distinct else _varied if _asked().varied else _same
    if _asked().documents:
        blocks = (copied(data, number).decode("utf-8", "replace").strip() for number in range(times))
        return "".join(MIXES["document.md"].format(name="Machine", text=text) for text in blocks).encode()
    for pattern, between in ((_ROOT, b"\n"), (_LIST, b","), (_OBJECT, b"\n")):
        if match := pattern.fullmatch(data):
            inner = between.join(copied(match["inner"], number) for number in range(times))
            return match["begin"] + inner + match["end"]
    if b"\0" in data:
        return data
    return b"".join(copied(data, number).rstrip() + b"\n\n" for number in range(times))


def _same(data: bytes, number: int) -> bytes:
    return data


def _varied(data: bytes, number: int) -> bytes:
    """A copy of a text with names, addresses, ids, times and larger numbers of its own; the first is as it stands."""
    if not number:
        return data
    data = _ID.sub(b"%08x" % (number * 2_654_435_761 % 2**32), data)
    data = _ADDRESS.sub(lambda octets: b"%b.%d.%d" % (octets[1], (int(octets[2]) + number) % 250, number % 250), data)
    data = _TIME.sub(lambda time: b"%b:%02d:%02d" % (time[1], number % 60, (int(time[2]) + number) % 60), data)
    data = _NAME.sub(lambda name: b"%b-%d" % (name[0], number), data)
    return _NUMBER.sub(
        lambda digits: b"%0*d" % (len(digits[0]), (int(digits[0]) + number) % 10 ** len(digits[0])), data
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


class Row(NamedTuple):
    """What an input costs, in seconds: recognised by itself; read where its format is known; what recognition adds."""

    name: str
    alone: float
    reading: float
    more: float

    @property
    def share(self) -> float:
        """What recognition adds to reading."""
        return self.more / self.reading


def _turn(form: Format, opened: Callable[[], Source]) -> tuple[float, float, float]:
    """The CPU time of recognising an input by itself, of reading it, and of recognising it when it was read."""
    read = opened().without_frame()  # as a run takes it before it asks for its format
    _forget()
    with patch.object(machines, "recognise", lambda _: form):
        reading = _seconds(partial(read_input, Candidate(read, named=True)))
    not_known = [kept for kept in KEPT_BY_TEXT if not kept.cache_info().currsize]
    formats.recognise(opened())  # so that both of the following find the processor's caches alike
    _forget()
    alone = _seconds(partial(formats.recognise, opened()))
    _forget(not_known)
    return alone, reading, _seconds(partial(formats.recognise, read))


def _forget(caches: Iterable[_lru_cache_wrapper[Any]] = KEPT_BY_TEXT) -> None:
    for kept in caches:
        kept.cache_clear()


def _seconds(work: Callable[[], object]) -> float:
    """The CPU time of some work."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def row_of(name: str, form: Format, opened: Callable[[], Source]) -> Row:
    """What an input costs at least."""
    with collector_off():
        first = _turn(form, opened)
        turns = [first, *(_turn(form, opened) for _ in range(_turns_of(sum(first))))]
    return Row(name, *map(min, zip(*turns, strict=True)))


def _turns_of(seconds: float) -> int:
    """How many turns are taken: more of what takes little."""
    return min(MOST_TURNS, max(LEAST_TURNS, round(SECONDS / seconds)))


def main() -> None:
    """Print the shares."""
    _asked()
    inputs: list[tuple[str, Callable[[], Source]]] = [
        (name, partial(bytes_source, name, data)) for name, data in scripts()
    ]
    rows: list[Row] = []
    print(f"{'input':58}{'bytes':>8}{'by itself':>12}{'read, known':>13}{'more':>11}{'share':>7}")
    for name, opened in (*inputs, *fixtures(), *slowest(), *mixes()):
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
    if not rows:
        _parser().error(f"no input has one of these in the name of its format: {', '.join(_asked().words)}")
    large = [row for row in rows if row.name.endswith(("grown", ".ps1"))]
    above = [sum(row.share > LIMIT for row in own) for own in (large, rows)]
    print(f"above {LIMIT:.0%}: {above[0]} of {len(large)} that were grown or made, {above[1]} of all {len(rows)}")
    start = powershell_script.command_seconds(powershell_script.SMALL)
    most = max(row.alone for row in rows)
    print(f"the slowest to recognise is {most / start:.1%} of the command on a script of two lines")


if __name__ == "__main__":
    main()
