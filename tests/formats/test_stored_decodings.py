"""What each fixture of a format says, field by field with its place, is as stored.

After a change that is meant, `python -m tests.formats.test_stored_decodings` stores it anew: read the difference.
"""

from __future__ import annotations

import errno
import json
import shutil
from collections.abc import Iterator
from itertools import count
from typing import Any, BinaryIO

import msgspec
from pydantic import BaseModel
from tests import ROOT
from tests.cases import cases
from tests.formats.stored_inputs import may_be_none
from tests.formats.test_every_format import FORMATS, sources_of

from ipseclint.formats.parsed import Format
from ipseclint.model.setting import Secret, Setting
from ipseclint.source import Source, Span

EXPECTED = ROOT / "tests" / "data" / "decodings"


def plain(value: Any) -> Any:
    """A value as JSON has it: a place as LINE:COLUMN-LINE:COLUMN, what is empty or absent left out."""
    match value:
        case Secret():
            return "secret"
        case Span():
            return f"{value.line}:{value.column}+{value.length}"
        case Setting():
            said = {} if value.value in (None, (), "") else {"value": plain(value.value)}
            return {"is": "Setting", **said, "span": plain(value.span), "origin": value.origin.value}
        case BaseModel():
            fields = {name: getattr(value, name) for name in type(value).model_fields}
        case msgspec.Struct():
            fields = {name: getattr(value, name) for name in value.__struct_fields__}
        case tuple() | list():
            return [plain(member) for member in value]
        case frozenset() | set():
            return sorted(map(str, value))
        case dict():
            return {str(name): plain(member) for name, member in value.items()}
        case None | bool() | int() | float():
            return value
        case _:
            return str(value).removeprefix(f"{ROOT.as_posix()}/")
    assert not [name for name, member in fields.items() if member is None and not may_be_none(type(value), name)]
    return {"is": type(value).__name__} | {
        name: plain(member) for name, member in fields.items() if member not in (None, (), "", {})
    }


def lines_of(kind: Format, source: Source) -> list[str]:
    """What a format makes of an input, a line for each object or problem."""
    lines = []
    for name, member in plain(kind.parse(source)).items():
        rows = member.items() if isinstance(member, dict) else [("", member)]
        for part, row in rows:
            objects = row if isinstance(row, list) else [row]
            lines += [f"{name}.{part} {json.dumps(line)}" for line in objects]
    return lines


def decoded(kind: Format) -> str:
    """What the fixtures of a format say."""
    lines = []
    for source in sources_of(kind.name):
        lines += [f"# {source.path.removeprefix(f'{ROOT.as_posix()}/')}", *lines_of(kind, source)]
    return "\n".join(lines) + "\n"


@cases("name", FORMATS)
def test_the_fixtures_of_a_format_say_what_is_stored(name: str) -> None:
    assert decoded(FORMATS[name]).splitlines() == (EXPECTED / f"{name}.txt").read_text("utf-8").splitlines()


@cases("name", FORMATS)
def test_a_fixture_whose_disk_fails_behind_its_beginning_says_that_alone(name: str) -> None:
    for whole in sources_of(name):
        opened = count()

        def open_once(whole: Source = whole, opened: Iterator[int] = opened) -> BinaryIO:
            if next(opened):
                raise OSError(errno.EIO, "the disk does not answer")
            return whole.open_bytes()

        source = Source(whole.path, open_once, head_bytes=40)
        assert source.head
        parsed = FORMATS[name].parse(source)
        (problem, *others) = parsed.problems
        assert (parsed.is_empty, problem.span) == (True, Span(whole.path, 1, 1))
        assert problem.message == "the disk does not answer"
        assert bool(others) == (name == "gpo-backup")


def test_every_stored_decoding_belongs_to_a_format() -> None:
    assert {path.stem for path in EXPECTED.iterdir()} == set(FORMATS)


def store() -> None:
    shutil.rmtree(EXPECTED, ignore_errors=True)
    EXPECTED.mkdir(parents=True)
    for name, kind in FORMATS.items():
        (EXPECTED / f"{name}.txt").write_text(decoded(kind), "utf-8", newline="\n")


if __name__ == "__main__":
    store()
