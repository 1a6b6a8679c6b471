"""All that is read of many small scripts, with its places, is as it stands below each of them.

A file of `tests/data/scripts` has scripts, each below a line `=== PATH`, with files of its run below `+++ PATH`, and
what is read of it below `--- read`. After a change that is meant, or with a script added to such a file, `python -m
tests.formats.powershell.script.test_stored_scripts` writes what is read anew: read the difference.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pydantic import BaseModel
from tests import ROOT

from ipseclint.formats.netsh import script as netsh
from ipseclint.formats.powershell.script.format import parse
from ipseclint.model.setting import Origin, Secret, Setting
from ipseclint.source import Source, Span, bytes_source

FOLDER = ROOT / "tests" / "data" / "scripts"
READ = "--- read"
_SCRIPT = re.compile(r"^=== (.+)\n", re.MULTILINE)
_MEMBER = re.compile(r"\n\+\+\+ (.+)$", re.MULTILINE)
_LEFT_OUT = frozenset({"dialect", "kinds_not_held"})


def scripts_in(text: str) -> list[tuple[str, str]]:
    """The path of each script of a file, and its text with those of the files of its run."""
    _, *parts = _SCRIPT.split(text)
    return [(path, part.partition(f"\n{READ}\n")[0]) for path, part in zip(parts[::2], parts[1::2], strict=True)]


def source_of(path: str, text: str) -> Source:
    """A script with the files of its run."""
    own, *parts = _MEMBER.split(text)
    members = [bytes_source(name, part[1:].encode()) for name, part in zip(parts[::2], parts[1::2], strict=True)]
    return msgspec.structs.replace(bytes_source(path, own.encode()), members=tuple(members))


def lines_of(source: Source) -> Iterator[str]:
    """What is read of a script, a line for each object or problem."""
    result = (netsh.parse if source.path.endswith(".cmd") else parse)(source)
    for holder in (result.policy, result):
        for name, member in _fields(holder):
            for each in member if isinstance(member, tuple) else (member,):
                if name not in {"policy", "problems"} and not getattr(each, "builtin", False):
                    yield f"{name} {json.dumps(_said(each, source.path))}"
    for problem in result.problems:
        yield f"{_said(problem.span, source.path)} {problem.message}"


def _fields(holder: BaseModel | msgspec.Struct) -> Iterator[tuple[str, Any]]:
    """The fields of an object that say something: neither empty nor what Windows takes for unsaid."""
    names = type(holder).model_fields if isinstance(holder, BaseModel) else holder.__struct_fields__
    for name in names:
        value = getattr(holder, name)
        if value is False or value in (None, (), "", {}) or name in _LEFT_OUT:
            continue
        if not (isinstance(value, Setting) and value.origin is Origin.DEFAULT):
            yield name, value


def _said(value: Any, path: str) -> Any:
    """A value as JSON has it: a place as LINE:COLUMN+LENGTH, a setting as VALUE @ PLACE."""
    match value:
        case Secret():
            return "secret"
        case Span():
            place = f"{value.line}:{value.column}+{value.length}"
            return place if value.path == path else f"{value.path}:{place}"
        case Setting():
            said = _said(value.value, path)
            shown = said if isinstance(said, str) else json.dumps(said)
            return f"{shown} @ {_said(value.span, path)}" + (" inherited" if value.origin is Origin.INHERITED else "")
        case BaseModel() | msgspec.Struct():
            return {name: _said(member, path) for name, member in _fields(value)}
        case tuple() | list():
            return [_said(member, path) for member in value]
        case frozenset() | set():
            return sorted(map(str, value))
        case dict():
            return {str(name): _said(member, path) for name, member in value.items()}
        case None | bool() | int() | float():
            return value
    return str(value)


def read_anew(text: str) -> str:
    """A file of scripts with what is read of each."""
    scripts = scripts_in(text)
    blocks = [[f"=== {path}", script, READ, *lines_of(source_of(path, script))] for path, script in scripts]
    return "\n".join(line for block in blocks for line in block) + "\n"


FILES: list[Path] = sorted(FOLDER.iterdir())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_is_read_of_a_script_is_as_stored(path: Path) -> None:
    text = path.read_text("utf-8")
    assert scripts_in(text)
    assert read_anew(text).splitlines() == text.splitlines()


if __name__ == "__main__":
    for stored in FILES:
        stored.write_text(read_anew(stored.read_text("utf-8")), "utf-8", newline="\n")
