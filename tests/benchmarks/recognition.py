"""What share of the reading of an input it takes to tell its format, for the ordinary input of each kind.

A fixture of each format is repeated up to a size, or taken as it is where it cannot be; scripts of PowerShell are made
in several lengths. Recognising and reading take turns in one process, with the collector of cycles off, as a run has
it.

Run with the Python of the environment ipseclint is installed in: `.venv/bin/python -m tests.benchmarks.recognition`;
words behind it choose inputs that have one of them in the name of their format, or `ps1`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from ipseclint import formats
from ipseclint.engine.collector import collector_off
from ipseclint.formats.netsh.hosts import calls_cmdlets
from ipseclint.formats.parsed import Format
from ipseclint.source import bytes_source
from tests import ROOT
from tests.benchmarks import powershell_script
from tests.benchmarks.powershell_script import seconds

SIZE_BYTES = 1_000_000
LENGTHS = (300, 1_900, 5_000)
FOLDER = ROOT / "fixtures" / "formats"


def _is_wanted(name: str) -> bool:
    return any(part in name for part in sys.argv[1:] or ("",))


def scripts() -> Iterator[tuple[str, bytes]]:
    """Scripts of PowerShell, among prose and of cmdlets alone."""
    for lines in LENGTHS:
        for dense in (False, True) if _is_wanted("ps1") else ():
            text = powershell_script.script(dense=dense, lines=lines)
            yield f"{lines}-{'dense' if dense else 'usual'}.ps1", text.encode()


def ordinary() -> Iterator[tuple[str, bytes]]:
    """The largest fixture of each format; what is text and has no end of its own, repeated."""
    for folder in sorted(path for path in FOLDER.iterdir() if path.is_dir() and _is_wanted(path.name)):
        files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".toml"]
        if not files:
            continue
        file = max(files, key=lambda path: path.stat().st_size)
        data, name = file.read_bytes(), f"{folder.name}/{file.name}"
        repeated = data.rstrip() + b"\n\n"
        repeated *= max(1, SIZE_BYTES // len(repeated))
        before, after = (formats.recognise(bytes_source(name, each)) for each in (data, repeated))
        is_repeatable = data.lstrip()[:1] not in {b"<", b"{", b"["} and before == after
        yield name, repeated if is_repeatable and b"\0" not in data else data


def main() -> None:
    """Print the shares."""
    print(f"{'input':58}{'format':26}{'bytes':>9}{'read':>11}{'recognised':>12}{'share':>8}")
    for name, data in (*scripts(), *ordinary()):
        form = formats.recognise(bytes_source(name, data))
        if form is None:
            continue

        def read(form: Format = form, data: bytes = data, name: str = name) -> object:
            return form.parse(bytes_source(name, data))

        def known(data: bytes = data, name: str = name) -> object:
            calls_cmdlets.cache_clear()
            return formats.recognise(bytes_source(name, data))

        with collector_off():
            reading, knowing = seconds(read, known)
        print(
            f"{name:58}{form.name:26}{len(data):>9}{reading * 1000:>8.1f} ms{knowing * 1000:>9.2f} ms"
            f"{knowing / reading:>8.1%}"
        )


if __name__ == "__main__":
    main()
