"""Which inputs are behind paths: each with its path, and whether it was named, is part of a folder, or is left out.

What is told is as stored; after a change that is meant, `python -m tests.engine.test_stored_inputs` stores it anew.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ipseclint.engine.inputs.paths import Candidate, candidates
from tests import ROOT

EXPECTED = ROOT / "tests" / "data" / "inputs.txt"

INDEX = (
    b'<GroupPolicyBackupScheme xmlns="http://www.microsoft.com/GroupPolicy/GPOOperations"></GroupPolicyBackupScheme>'
)
BACKUP = {
    "gpo/Backup.xml": INDEX,
    "gpo/bkupInfo.xml": b"<a/>",
    "gpo/DomainSysvol/GPO/Machine/registry.pol": b"PReg",
}
FILES = {
    "b.cmd": b"rem\n",
    "a.cmd": b"rem\n",
    "c [1].cmd": b"rem\n",
    "sub/d.cmd": b"rem\n",
    "sub/deep/e.cmd": b"rem\n",
    ".git/f.cmd": b"rem\n",
    ".hidden/f.cmd": b"rem\n",
    "node_modules/f.cmd": b"rem\n",
    "plain/Backup.xml": b"<other/>",
    "site/ipsec.conf": b"include other.conf\ninclude gone.conf\n",
    "site/other.conf": b"conn a\n",
    **BACKUP,
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(tmp_path, monkeypatch)


def lay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, data in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        for name in ("b.cmd", "a.cmd", *BACKUP, "site/ipsec.conf", "site/other.conf"):
            archive.writestr(name, FILES[name])
    with zipfile.ZipFile(tmp_path / "one.zip", "w") as archive:
        archive.writestr("a.cmd", b"rem\n")
    (tmp_path / "link").symlink_to(tmp_path / "sub")


def told(each: Candidate) -> str:
    members = [member.path for member in each.source.members]
    named = "named" if each.named else "found"
    return f"{each.source.path} {named} {each.folder} {each.skipped} {members}"


def behind(*paths: str, exclude: tuple[str, ...] = (), any_files: bool = False) -> list[str]:
    return [told(each) for each in candidates(paths, exclude=exclude, any_files=any_files)]


CASES: dict[str, tuple[tuple[str, ...], tuple[str, ...], bool]] = {
    "a folder": ((".",), (), False),
    "a folder without some": ((".",), ("sub/", "*.zip"), False),
    "files": (("b.cmd", "a.cmd", "b.cmd", "gone.cmd"), ("a.cmd",), False),
    "files of a hook": (("b.cmd", "a.cmd", "gone.cmd"), ("a.cmd",), True),
    "a pattern": (("*.cmd",), (), False),
    "a pattern through folders": (("sub/**/*.cmd",), (), False),
    "a pattern of nothing": (("*.none",), (), False),
    "a name that is a pattern": (("c [1].cmd",), (), False),
    "a word of another command": (("file=a.cmd",), (), False),
    "an index": (("gpo/Backup.xml", "plain/Backup.xml"), (), False),
    "a configuration": (("site/ipsec.conf", "site/other.conf"), (), False),
    "archives": (("z.zip", "one.zip"), (), False),
    "a URL": (("https://example.org/a.cmd",), (), False),
}


def answers() -> Iterator[str]:
    for name, (paths, exclude, any_files) in CASES.items():
        yield f"# {name}"
        yield from behind(*paths, exclude=exclude, any_files=any_files)


@pytest.mark.usefixtures("folder")
def test_what_is_behind_paths_is_as_stored() -> None:
    assert list(answers()) == EXPECTED.read_text("utf-8").split("\n")[:-1]


@pytest.mark.usefixtures("folder")
def test_standard_input_has_the_name_that_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"rem\n")))
    (one,) = candidates(["-"], "given.cmd")
    assert (one.source.path, one.named, one.source.head) == ("given.cmd", True, b"rem\n")


def store() -> None:
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        lay(Path(name), patch)
        EXPECTED.write_text("\n".join([*answers(), ""]), "utf-8", newline="\n")


if __name__ == "__main__":
    store()
