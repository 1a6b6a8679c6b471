"""Each word of an input spoilt, and each line left out: what then is read otherwise, for tests that store it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import TypeVar

from tests import ROOT
from tests.formats.places import misplaced
from tests.formats.test_every_format import FORMATS, sources_of
from tests.formats.test_stored_damage import changed
from tests.formats.test_stored_decodings import plain

from ipseclint.formats.parsed import Format
from ipseclint.source import bytes_source

STORED = ROOT / "tests" / "data" / "spoilt"
SMALL = ROOT / "tests" / "data" / "to_spoil"
"""Small inputs in one file, each below a line `=== NAME`."""
Place = TypeVar("Place")
_NAME = re.compile(r"^=== (.+)\n", re.MULTILINE)
_WORD = re.compile(rb"[\w.-]+")
_INSTEAD = (b"nonsense", b"", b"0", b"999999999999", b"1.5")
"""What a word becomes: one of these in turn, so that the next input or place tries another."""
_MAX_LINES = 16
"""So many of the lines that one place changes are stored."""


def inputs_of(name: str) -> Iterator[tuple[str, bytes]]:
    """The fixtures of a format that are one file, with their names."""
    for source in sources_of(name):
        if not source.members:
            yield Path(source.path).name, source.read_bytes()


def small_inputs(name: str) -> Iterator[tuple[str, bytes]]:
    """The small inputs of a name, with their own names."""
    return ((title, text.encode()) for title, text in _parts(SMALL / f"{name}.txt"))


def _parts(path: Path) -> Iterator[tuple[str, str]]:
    """What stands in a file below each line with a name."""
    _, *parts = _NAME.split(path.read_text("utf-8"))
    return zip(parts[::2], parts[1::2], strict=True)


def answers(
    kind: Format, inputs: Iterable[tuple[str, bytes]], most: int | None = None, *, is_repeated: bool = True
) -> list[str]:
    """What a format says of inputs as they are, and what each spoilt place changes in that.

    `most` is of how many words and of how many lines of an input, evenly spread, this is said; of all without it.
    Unless `is_repeated`, a word that an input has several times is spoilt in one place.
    """
    told: list[str] = []
    turn = 0
    for title, data in inputs:
        source = bytes_source(title, data)
        assert not misplaced(kind.parse(source), source)
        whole = told_by(kind, title, data)
        told += [f"# {title}", *whole]
        words = [*_WORD.finditer(data)]
        if not is_repeated:
            words = sorted({word[0]: word for word in words}.values(), key=re.Match.start)
        for match in _spread(words, most):
            turn += 1
            instead = _INSTEAD[turn % len(_INSTEAD)]
            spoilt = data[: match.start()] + instead + data[match.end() :]
            if new := differences(whole, told_by(kind, title, spoilt)):
                told += [f"# {match.start()}: {match[0][:40]!r} is {instead!r}", *new]
        lines = data.split(b"\n")
        for number, line in _spread([*enumerate(lines)], most):
            spoilt = b"\n".join(lines[:number] + lines[number + 1 :])
            if line.strip() and (new := differences(whole, told_by(kind, title, spoilt))):
                told += [f"# without line {number + 1}: {line.strip()[:40]!r}", *new]
    return told


def _spread(places: list[Place], most: int | None) -> list[Place]:
    return places[:: 1 + len(places) // most] if most else places


def told_by(kind: Format, title: str, data: bytes) -> list[str]:
    """What a format says of an input, a line for each field of each object, and for each problem."""
    told: list[str] = []
    for name, member in plain(kind.parse(bytes_source(title, data))).items():
        for part, row in member.items() if isinstance(member, dict) else [("", member)]:
            for number, thing in enumerate(row if isinstance(row, list) else [row]):
                if name == "policy" and isinstance(thing, dict):
                    told += [f"{part} {number} {key} {_short(value)}" for key, value in thing.items()]
                else:
                    told.append(f"{name}{part} {_short(thing)}")
    return told


def _short(value: object) -> str:
    text = json.dumps(value).replace('"', "").replace("is: Setting, value: ", "").replace(", origin: explicit", "")
    return text.replace(", hidden: false", "").replace("span: ", "")


def differences(before: list[str], after: list[str]) -> list[str]:
    """Lines that are new, by what is another in them, and how many are gone."""
    gone, new = list((Counter(before) - Counter(after)).elements()), list((Counter(after) - Counter(before)).elements())
    told = [f"+ {changed(line, old)}" for line, old in zip_longest(new, gone[: len(new)], fillvalue="")]
    told += [f"- {len(gone) - len(new)}"] if len(gone) > len(new) else []
    return told[:_MAX_LINES]


def hold_to_stored(name: str, inputs: Iterable[tuple[str, bytes]], most: int | None = None) -> None:
    """Fail where something else is said than what is stored."""
    assert answers(FORMATS[name], inputs, most) == (STORED / f"{name}.txt").read_text("utf-8").split("\n")[:-1]


def hold_small_to_stored(kind: Format, name: str, title: str) -> None:
    """Fail where a format says something else of one of the small inputs of a name than what is stored."""
    ((_, data),) = (each for each in small_inputs(name) if each[0] == title)
    (stored,) = (text for named, text in _parts(STORED / f"{name}.txt") if named == title)
    assert answers(kind, [(title, data)], is_repeated=False) == stored.split("\n")[:-1]


def store(name: str, inputs: Iterable[tuple[str, bytes]], most: int | None = None) -> None:
    """Store what is said."""
    _store(name, answers(FORMATS[name], inputs, most))


def store_small(kind: Format, name: str) -> None:
    """Store what a format says of the small inputs of a name."""
    told = ([f"=== {each[0]}", *answers(kind, [each], is_repeated=False)] for each in small_inputs(name))
    _store(name, [line for lines in told for line in lines])


def _store(name: str, told: list[str]) -> None:
    STORED.mkdir(exist_ok=True)
    (STORED / f"{name}.txt").write_text("\n".join([*told, ""]), "utf-8", newline="\n")
