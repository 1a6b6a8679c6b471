"""Paths as reports name what is in a file: a member of an archive, and a machine of a text of several."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

RULE = (
    "netsh advfirewall consec add rule name={} endpoint1=any endpoint2=10.9.0.0/16 action=requestinrequestout"
    " auth1=computerkerb qmsecmethods=esp:sha1-des"
)
CONSOLES = "".join(f"[{host}]: PS C:\\> {RULE.format(host)}\nOk.\n\n" for host in ("srv01", "srv02"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "two.txt").write_text(CONSOLES)
    (tmp_path / "one.cmd").write_text(f"{RULE.format('A')}\n")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("srv1/one.cmd", f"{RULE.format('A')}\n")
        archive.writestr("srv1/b.cmd", "rem nothing\n")
        archive.writestr("srv2/two.txt", CONSOLES)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("path", "read"),
    [
        ("two.txt/SRV01", ["two.txt/SRV01"]),
        ("all.zip/srv1/one.cmd", ["all.zip/srv1/one.cmd"]),
        ("all.zip/srv1", ["all.zip/srv1/b.cmd", "all.zip/srv1/one.cmd"]),
        ("all.zip/srv2/two.txt", ["all.zip/srv2/two.txt/SRV01", "all.zip/srv2/two.txt/SRV02"]),
        ("all.zip/srv2/two.txt/SRV02", ["all.zip/srv2/two.txt/SRV02"]),
    ],
)
@pytest.mark.usefixtures("folder")
def test_what_a_report_names_can_be_given(path: str, read: list[str], cli: Callable[..., Any]) -> None:
    inputs = json.loads(cli("check", path, "-o", "json").out)["inputs"]
    assert sorted(each["path"] for each in inputs) == read


@pytest.mark.parametrize("path", ["two.txt/SRV01", "all.zip/srv1/one.cmd", "all.zip/srv2/two.txt/SRV02"])
@pytest.mark.usefixtures("folder")
def test_a_machine_that_is_named_is_repaired(path: str, cli: Callable[..., Any]) -> None:
    ran = cli("fix", path, "--include-risky", "-o", "netsh")
    assert f"Repair of {path}" in ran.out
    assert "esp:sha256-aes256" in ran.out


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("two.txt/SRV03", "it holds no machine of this name, and is not an archive or a folder"),
        ("one.cmd/x", "it holds no machine of this name, and is not an archive or a folder"),
        ("all.zip/none", "Not a directory"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_what_is_not_in_a_file_is_told(path: str, why: str, cli: Callable[..., Any]) -> None:
    body = json.loads(cli("check", path, "-o", "json").out)
    (problem,) = body["problems"]
    assert problem["location"]["path"] == path
    assert why in problem["message"]


def test_in_an_archive_nothing_is_changed_in_place(folder: Path, cli: Callable[..., Any]) -> None:
    before = (folder / "all.zip").read_bytes()
    ran = cli("fix", "all.zip/srv1/one.cmd", "--in-place", "--include-risky")
    assert ran.code == 2
    assert "--in-place needs a file" in ran.err
    assert (folder / "all.zip").read_bytes() == before
