"""Modules whose code is kept together are as Python finds them, and are found by Python when anything has changed."""

from __future__ import annotations

import atexit
import importlib
import inspect
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from ipseclint import __version__, kept_modules
from ipseclint import kept as kept_files
from ipseclint.kept import CHECK_BYTES, keep
from ipseclint.kept_modules import KeptModules
from tests import ROOT

NAMES = ("things.inner", "things.inner.part", "things.other")
ANSWERS = "import sys; from ipseclint.__main__ import answer\ntry: answer()\nfinally: print(*map(kind, sys.modules))"
KIND = "def kind(name): return f'{name}={type(sys.modules[name].__spec__.loader).__name__}' if '.cli.' in name else ''"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a package of several modules, which are kept in one run and found in the next."""
    for name, text in (
        ("things/__init__.py", ""),
        ("things/inner/__init__.py", "from things.inner.part import value as value"),
        ("things/inner/part.py", 'def value():\n    return "first"\n'),
        ("things/other.py", "from things.inner import value\nshown = value()"),
    ):
        place = tmp_path / name
        place.parent.mkdir(exist_ok=True)
        place.write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(kept_modules, "_OURS", "things.")
    monkeypatch.setattr(atexit, "register", lambda _function: None)
    yield tmp_path
    forget()


def forget() -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "things"]:
        del sys.modules[name]
    importlib.invalidate_caches()


def a_run(home: Path) -> dict[str, tuple[ModuleType, str]]:
    """The modules after one run, each with the name of its loader."""
    forget()
    kept = KeptModules(home / "kept" / "code", home / "kept" / "index")
    kept.take_up()
    try:
        importlib.import_module("things.other")
    finally:
        kept.end()
    return {name: (sys.modules[name], type(sys.modules[name].__spec__.loader).__name__) for name in NAMES}  # type: ignore[union-attr]


def loaders(home: Path) -> list[str]:
    return [loader for _, loader in a_run(home).values()]


def test_the_next_run_finds_what_was_loaded_and_nothing_tells_it_from_what_python_finds(home: Path) -> None:
    finders = [*sys.meta_path]
    first, second = a_run(home), a_run(home)
    assert [loader for _, loader in first.values()] == ["SourceFileLoader"] * 3
    assert [loader for _, loader in second.values()] == ["_Loader"] * 3
    for name in NAMES:
        before, after = first[name][0], second[name][0]
        for told in ("__name__", "__file__", "__cached__", "__package__", "__path__", "__doc__"):
            assert getattr(after, told, None) == getattr(before, told, None), (name, told)
    part = second["things.inner.part"][0]
    assert part.value() == "first"
    assert inspect.getsource(part) == (home / "things/inner/part.py").read_text()
    assert part.value.__code__.co_filename == part.__file__
    assert sys.meta_path == finders


def test_a_source_that_has_changed_is_read_anew_and_the_others_stay(home: Path) -> None:
    a_run(home)
    part = home / "things/inner/part.py"
    state = part.stat()
    part.write_text(part.read_text().replace("first", "other"))
    os.utime(part, ns=(state.st_atime_ns, state.st_mtime_ns + 2_000_000_000))
    run = a_run(home)
    assert run["things.other"][0].shown == "other"
    assert [loader for _, loader in run.values()] == ["_Loader", "SourceFileLoader", "_Loader"]
    assert a_run(home)["things.other"][0].shown == "other"
    assert loaders(home) == ["_Loader"] * 3
    part.unlink()
    with pytest.raises(ModuleNotFoundError):
        a_run(home)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows tells no time of a change but the one that may be set")
def test_a_package_whose_files_all_have_one_time_and_size_is_read_anew_where_it_is_replaced(home: Path) -> None:
    part = home / "things/inner/part.py"
    os.utime(part, ns=(1, 1))
    a_run(home)
    part.write_text(part.read_text().replace("first", "other"))
    os.utime(part, ns=(1, 1))
    for compiled in home.rglob("part.*.pyc"):
        compiled.unlink()  # as an installer does
    assert a_run(home)["things.other"][0].shown == "other"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows forks no processes")
def test_processes_that_were_forked_do_not_move_each_other_in_the_file(home: Path) -> None:
    a_run(home)
    forget()
    kept = KeptModules(home / "kept" / "code", home / "kept" / "index")
    kept.take_up()
    assert kept._file is not None
    file = kept._file._stream  # all of them have its position
    before = file.tell()
    loaded = importlib.import_module("things.other")
    assert type(loaded.__loader__).__name__ == "_Loader"
    assert file.tell() == before
    kept.end()


def test_where_another_run_holds_the_code_fast_the_index_stays_as_it_was(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_run(home)
    (home / "things/other.py").write_text("from things.inner import value\nshown = 2 * value()")
    write = kept_files._write

    def held(place: Path, data: bytes) -> None:
        if place.name == "code":
            raise PermissionError(13, "it is used by another process")
        write(place, data)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(kept_files, "_write", held)
        assert loaders(home) == ["_Loader", "_Loader", "SourceFileLoader"]
    assert loaders(home) == ["_Loader", "_Loader", "SourceFileLoader"]
    assert loaders(home) == ["_Loader"] * 3


def of_another_run(kept: Path) -> None:
    said = bytearray((kept / "code").read_bytes())
    keep(kept / "code", bytes(len(said) - CHECK_BYTES))


def spoil_index(kept: Path) -> None:
    (kept / "index").write_bytes((kept / "index").read_bytes()[:-3])


def cut(kept: Path) -> None:
    (kept / "code").write_bytes((kept / "code").read_bytes()[:-1])


def remove(kept: Path) -> None:
    (kept / "code").unlink()


@pytest.mark.parametrize("spoil", [of_another_run, spoil_index, cut, remove])
def test_what_does_not_belong_together_is_not_taken_up_and_kept_anew(home: Path, spoil: Callable[[Path], None]) -> None:
    a_run(home)
    spoil(home / "kept")
    assert loaders(home) == ["SourceFileLoader"] * 3
    assert loaders(home) == ["_Loader"] * 3


def test_another_python_or_another_place_of_the_program_takes_nothing_up(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_run(home)
    assert __version__ in kept_modules._common()
    monkeypatch.setattr(kept_modules, "_common", lambda: (b"other", __version__, "elsewhere"))
    assert loaders(home) == ["SourceFileLoader"] * 3


def test_where_python_keeps_nothing_nothing_is_kept(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    a_run(home)
    assert not (home / "kept").exists()


def test_the_command_finds_its_own_modules_so() -> None:
    alone = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-c", f"{KIND}\n{ANSWERS}".replace("def kind", "import sys\ndef kind"), "formats"]
    for _ in ("the first run keeps what the next finds", "the next"):
        ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env=alone)
    assert "ipseclint.cli.app=_Loader" in ran.stdout, ran.stderr
