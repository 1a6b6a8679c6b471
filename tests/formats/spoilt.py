"""Each word of an input spoilt, and each line left out: what then is read otherwise, for tests that store it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from pathlib import Path

from tests import ROOT
from tests.formats.test_every_format import FORMATS, sources_of
from tests.formats.test_stored_damage import changed
from tests.formats.test_stored_decodings import lines_of

from ipseclint.formats.parsed import Format
from ipseclint.source import bytes_source

STORED = ROOT / "tests" / "data" / "spoilt"
_WORD = re.compile(rb"[\w.-]+")
_INSTEAD = (b"nonsense", b"", b"0", b"999999999999", b"1.5")
"""What a word becomes: one of these in turn, so that the next input or place tries another."""
_MAX_LINES = 8
"""So many of the lines that one place changes are stored."""


def inputs_of(name: str) -> Iterator[tuple[str, bytes]]:
    """The fixtures of a format that are one file, with their names."""
    for source in sources_of(name):
        if not source.members:
            yield Path(source.path).name, source.read_bytes()


def answers(name: str, inputs: Iterable[tuple[str, bytes]]) -> list[str]:
    """What a format says of inputs as they are, and what each spoilt place changes in that."""
    told: list[str] = []
    turn = 0
    for title, data in inputs:
        whole = told_by(FORMATS[name], title, data)
        told += [f"# {title}", *whole]
        for match in _WORD.finditer(data):
            turn += 1
            instead = _INSTEAD[turn % len(_INSTEAD)]
            spoilt = data[: match.start()] + instead + data[match.end() :]
            if new := differences(whole, told_by(FORMATS[name], title, spoilt)):
                told += [f"# {match.start()}: {match[0][:40]!r} is {instead!r}", *new]
        lines = data.split(b"\n")
        for number, line in enumerate(lines):
            spoilt = b"\n".join(lines[:number] + lines[number + 1 :])
            if line.strip() and (new := differences(whole, told_by(FORMATS[name], title, spoilt))):
                told += [f"# without line {number + 1}: {line.strip()[:40]!r}", *new]
    return told


def told_by(kind: Format, title: str, data: bytes) -> list[str]:
    """What a format says of an input, a line for each object or problem."""
    lines = lines_of(kind, bytes_source(title, data))
    return [
        line.replace('"', "").replace("is: Setting, value: ", "").replace(", origin: explicit", "") for line in lines
    ]


def differences(before: list[str], after: list[str]) -> list[str]:
    """Lines that are new, by what is another in them, and how many are gone."""
    gone, new = list((Counter(before) - Counter(after)).elements()), list((Counter(after) - Counter(before)).elements())
    told = [f"+ {changed(line, old)}" for line, old in zip_longest(new, gone[: len(new)], fillvalue="")]
    told += [f"- {len(gone) - len(new)}"] if len(gone) > len(new) else []
    return told[:_MAX_LINES]


def hold_to_stored(name: str, inputs: Iterable[tuple[str, bytes]]) -> None:
    """Fail where something else is said than what is stored."""
    assert answers(name, inputs) == (STORED / f"{name}.txt").read_text("utf-8").split("\n")[:-1]


def store(name: str, inputs: Iterable[tuple[str, bytes]]) -> None:
    """Store what is said."""
    STORED.mkdir(exist_ok=True)
    (STORED / f"{name}.txt").write_text("\n".join([*answers(name, inputs), ""]), "utf-8", newline="\n")
