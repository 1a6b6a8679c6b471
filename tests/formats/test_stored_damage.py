"""What readers say of damaged inputs: of each format's fixtures with one word, number, line or byte spoilt, or one
element or member left out.

Stored is what each damage changes in what is read: each problem with its place, each object that is another or gone.
After a change that is meant, `python -m tests.formats.test_stored_damage` stores it anew: read the difference.
"""

from __future__ import annotations

import random
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from itertools import takewhile, zip_longest

import pytest
from tests import ROOT
from tests.cases import cases
from tests.formats.test_every_format import FORMATS, sources_of
from tests.formats.test_stored_decodings import lines_of

from ipseclint.formats.parsed import Format
from ipseclint.source import Source, bytes_source

EXPECTED = ROOT / "tests" / "data" / "damaged"
DAMAGES = 30
"""So many of each format."""

MAX_BYTES = 100_000
"""A larger fixture is not damaged: it would cost more than it shows."""

MAX_LINES, MAX_LENGTH, CONTEXT = 12, 300, 40
"""So much of each damage and of each line is stored, and so much around what differs."""

WORD = re.compile(rb"[A-Za-z_][\w.-]*")
NUMBER = re.compile(rb"\d+")
VALUE = re.compile(rb"(?<==)\S+|(?<=: )\S+|(?<=>)[^<>\r\n]+(?=<)")
SPOILT = (
    (WORD, b"nonsense"),
    (NUMBER, b"999999999999"),
    (NUMBER, b"-1"),
    (NUMBER, b"0"),
    (VALUE, b"nonsense"),
    (VALUE, b""),
    (VALUE, b"1.5"),
    (re.compile(rb"[^\r\n]+"), b""),
    (re.compile(rb"[=<>{}()\[\]\",;:]"), b""),
    (re.compile(rb"(?s)."), b"\xff"),
)
PARTS = (
    re.compile(rb"(?s)(?=(<([\w:.-]+)(?:\s[^<>]*)?>.*?</\2>))"),
    re.compile(rb'(?=((?<=[{,\s])("\w+")\s*:\s*(?:"(?:[^"\\\n]|\\.)*"|[\w.-]+)\s*,))'),
)
"""An element of XML and a member of JSON with its name."""
PARTS_LEFT_OUT = 50
"""So many of each format, each by another name."""


def damaged(kind: Format) -> Iterator[tuple[str, Source, Source]]:
    """Titles, fixtures as they are, and the same with one place spoilt: always the same ones."""
    rng = random.Random(kind.name)
    whole = [source for source in sources_of(kind.name) if not source.members]
    inputs = [(source, data) for source in whole if len(data := source.read_bytes()) <= MAX_BYTES]
    for number in range(DAMAGES if inputs else 0):
        source, data = inputs[number % len(inputs)]
        pattern, instead = SPOILT[number % len(SPOILT)]
        if places := list(pattern.finditer(data)):
            place = rng.choice(places)
            spoilt = bytes_source(source.path, data[: place.start()] + instead + data[place.end() :])
            name = source.path.removeprefix(f"{ROOT.as_posix()}/")
            yield f"# {name}: {place[0][:60]!r} at {place.start()} becomes {instead!r}", source, spoilt
    parts = {part[2]: (source, data, part) for source, data in inputs for each in PARTS for part in each.finditer(data)}
    for source, data, part in random.Random(kind.name).sample([*parts.values()], min(PARTS_LEFT_OUT, len(parts))):
        spoilt = bytes_source(source.path, data[: part.start(1)] + data[part.end(1) :])
        name = source.path.removeprefix(f"{ROOT.as_posix()}/")
        yield f"# {name}: {part[1][:60]!r} at {part.start(1)} is left out", source, spoilt


def changes(kind: Format) -> list[str]:
    """What each damage changes in what is read: lines that are gone, and new ones."""
    lines = []
    for title, source, spoilt in damaged(kind):
        before, after = Counter(lines_of(kind, source)), Counter(lines_of(kind, spoilt))
        gone, new = list((before - after).elements()), list((after - before).elements())
        told = [f"- {line}"[:MAX_LENGTH] for line in gone[len(new) :]]
        told += [f"+ {changed(line, old)}" for line, old in zip_longest(new, gone[: len(new)], fillvalue="")]
        lines += [title, *told[:MAX_LINES], *([f"... {len(told)} in all"] if len(told) > MAX_LINES else [])]
    return lines


def changed(new: str, old: str) -> str:
    """A line, or of one that is another than before its beginning and the part that differs."""
    start = alike(new, old)
    end = len(new) - alike(new[start:][::-1], old[start:][::-1])
    if start <= CONTEXT:
        return new[:MAX_LENGTH]
    return f"{new[:CONTEXT]} ... {new[start - CONTEXT // 2 : end + CONTEXT // 2]}"[:MAX_LENGTH]


def alike(one: str, other: str) -> int:
    """With how many equal characters two texts begin."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


@pytest.mark.drawn(10)
@cases("name", FORMATS)
def test_damage_is_told_as_stored(name: str) -> None:
    assert changes(FORMATS[name]) == (EXPECTED / f"{name}.txt").read_text("utf-8").split("\n")[:-1]


def test_every_stored_damage_belongs_to_a_format() -> None:
    assert {path.stem for path in EXPECTED.iterdir()} == set(FORMATS)


def store() -> None:
    shutil.rmtree(EXPECTED, ignore_errors=True)
    EXPECTED.mkdir(parents=True)
    for name, kind in FORMATS.items():
        (EXPECTED / f"{name}.txt").write_text("\n".join([*changes(kind), ""]), "utf-8", newline="\n")


if __name__ == "__main__":
    store()
