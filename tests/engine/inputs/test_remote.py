"""Inputs named by URLs: read as those of a folder, when that was asked for, and without showing who has access."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ipseclint.engine.inputs import remote
from ipseclint.engine.inputs.paths import candidates
from tests import ROOT
from tests.engine.test_stored_inputs import lay, told

pytestmark = pytest.mark.drawn(3)

POLICY = b'netsh ipsec static add policy name="P" mmlifetime=5\r\n'
PASSWORD = "hunter2"  # noqa: S105 - of nothing
FILES = {
    "a.cmd": POLICY,
    "lan/b.cmd": POLICY,
    "lan/notes.txt": b"of no concern",
    ".git/c.cmd": POLICY,
    "odd name [1].cmd": POLICY,
}


@pytest.fixture(autouse=True)
def fsspec() -> Any:
    """The library, loaded by the tests that need it; without it they are skipped."""
    return pytest.importorskip("fsspec")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The files on disk, and packed."""
    for name, data in FILES.items():
        (tmp_path / "tree" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "tree" / name).write_bytes(data)
    with zipfile.ZipFile(tmp_path / "tree.zip", "w") as archive:
        for name, data in FILES.items():
            archive.writestr(name, data)
    return tmp_path


@pytest.fixture
def memory(fsspec: Any) -> Iterator[str]:
    """The files in memory."""
    system = fsspec.filesystem("memory")
    for name, data in FILES.items():
        system.pipe(f"/exports/{name}", data)
    yield "memory://exports"
    system.rm("/exports", recursive=True)


def report(cli: Callable[..., Any], *arguments: str) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(cli("check", *arguments, "--remote", "-o", "json").out)
    return body


def inputs(cli: Callable[..., Any], *arguments: str) -> list[str]:
    return [each["path"] for each in report(cli, *arguments)["inputs"]]


def test_a_folder_of_each_file_system_is_read_as_one_on_disk(tree: Path, memory: str, cli: Callable[..., Any]) -> None:
    names = ["a.cmd", "odd name [1].cmd", "lan/b.cmd"]
    assert inputs(cli, memory) == [f"{memory}/{name}" for name in names]
    assert inputs(cli, f"file://{tree}/tree") == [f"file://{tree}/tree/{name}" for name in names]
    archive = f"file://{tree}/tree.zip"
    assert inputs(cli, f"zip::{archive}") == [f"zip://{name}::{archive}" for name in names]
    on_disk = json.loads(cli("check", f"{tree}/tree.zip", "-o", "json").out)
    assert inputs(cli, archive) == [f"file://{each['path']}" for each in on_disk["inputs"]]


def test_what_is_told_of_each_input_is_what_is_told_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(tmp_path, monkeypatch)
    here, there = (
        {
            told(each).replace(f"file://{tmp_path}", str(tmp_path))
            for each in candidates([place], remote=True)
            if each.skipped is None and not each.source.path.endswith("link")
        }
        for place in (str(tmp_path), f"file://{tmp_path}")
    )
    assert len(here) == 13
    assert there == here


def test_one_file_and_patterns(tree: Path, memory: str, cli: Callable[..., Any]) -> None:
    assert inputs(cli, f"{memory}/a.cmd") == ["memory://exports/a.cmd"]
    assert inputs(cli, f"{memory}/*.cmd") == ["memory://exports/a.cmd", "memory://exports/odd name [1].cmd"]
    assert inputs(cli, f"{memory}/l*") == ["memory://exports/lan/b.cmd"]
    assert inputs(cli, f"zip://lan/*::file://{tree}/tree.zip") == [f"zip://lan/b.cmd::file://{tree}/tree.zip"]


def test_findings_are_those_of_the_same_files_on_disk(
    tree: Path, memory: str, cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tree / "tree")
    here = json.loads(cli("check", ".", "-o", "json").out)
    there = report(cli, memory)
    assert here["findings"]
    text = json.dumps(there["findings"]).replace("memory://exports/", "")
    assert json.loads(text) == here["findings"]


def test_workers_read_them_too(tree: Path, cli: Callable[..., Any]) -> None:
    url = f"file://{tree}/tree"
    assert cli(url, "--remote", "-j", "2", "-o", "json").out == cli(url, "--remote", "-j", "1", "-o", "json").out


def test_a_backup_of_a_gpo_is_one_input(cli: Callable[..., Any]) -> None:
    folder = ROOT / "fixtures" / "formats" / "gpo-backup"
    here = json.loads(cli("check", folder, "-o", "json").out)
    there = report(cli, f"file://{folder}")
    assert len(there["inputs"]) == len(here["inputs"])
    assert [each["format"] for each in there["inputs"]] == [each["format"] for each in here["inputs"]]


def test_without_being_asked_nothing_is_fetched(
    memory: str, cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def listed(*_: object) -> Any:
        raise AssertionError

    monkeypatch.setattr(remote, "_listed", listed)
    ran = cli(f"s3://user:{PASSWORD}@bucket/x", "-o", "json")
    assert ran.code == 4
    (problem,) = json.loads(ran.out)["problems"]
    assert problem["message"] == "it is a URL, which only `ipseclint check --remote` reads"
    assert problem["location"]["path"] == "s3://***@bucket/x"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smb://anna:{}@host/share/x", "smb://***@host/share/x"),
        ("smb://lan;anna:{}@host:445/share", "smb://***@host:445/share"),
        ("smb://anna:a/{}@host/share", "smb://***"),
        ("smb://anna:a?{}@host/share", "smb://***?***"),
        ("smb://anna:a#{}@host/share", "smb://***?***"),
        ("smb://anna:a@{}@host/share", "smb://***@host/share"),
        ("smb://anna:a::{}@host/share", "smb://***::***"),
        ("https://{}@host/x", "https://***@host/x"),
        ("https://acct.blob.core.windows.net/c/x?sv=1&sig={}", "https://acct.blob.core.windows.net/c/x?***"),
        ("zip::https://u:{}@host/x.zip", "zip::https://***@host/x.zip"),
        ("abfs://container:{}@acct/x", "abfs://***@acct/x"),
        ("ABFS://a:{}@b", "ABFS://***@b"),
        ("github://anna:{}@repo/x", "github://***@repo/x"),
    ],
)
def test_no_access_is_shown(url: str, expected: str, cli: Callable[..., Any]) -> None:
    url = url.format(PASSWORD)
    assert remote.shown(url) == expected
    for arguments in (("check", url), ("check", url, "-v", "-o", "json"), ("negotiate", url, url)):
        ran = cli(*arguments)
        assert PASSWORD not in ran.out + ran.err
    (entry,) = remote.entries_of(url.replace("://", "://\0", 1))
    assert PASSWORD not in repr(entry)


@pytest.mark.parametrize("path", ["abfs://container@acct/x", "s3://bucket/a@b:c", "C:\\x@y", "a.cmd"])
def test_what_gives_no_access_is_shown(path: str) -> None:
    assert remote.shown(path) == path


def test_an_opener_shows_no_access_either(memory: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "_listed", lambda *_: [("a.cmd", "/share/a.cmd")])
    (candidate,) = candidates([f"smb://anna:{PASSWORD}@host/share"], remote=True)
    assert candidate.source.path == "smb://***@host/share/a.cmd"
    assert PASSWORD not in repr(candidate)


def test_what_cannot_be_had_is_a_problem_with_its_input(
    fsspec: Any, tree: Path, memory: str, cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tree / "bad.zip").write_bytes(b"PK\3\4 not really")
    monkeypatch.setattr(remote, "MAX_FILE_BYTES", 1_000)
    fsspec.filesystem("memory").pipe("/exports/large.cmd", POLICY * 100)

    def problems(*urls: str) -> list[tuple[str, str]]:
        ran = cli("check", *urls, "--remote", "-o", "json")
        assert ran.code == 4
        return [(each["location"]["path"], each["message"]) for each in json.loads(ran.out)["problems"]]

    nowhere = f"file://{tree}/nowhere"
    assert problems(nowhere, memory) == [
        (nowhere, "it does not exist"),
        ("memory://exports/large.cmd", "larger than 1,000 bytes, the limit for files elsewhere"),
    ]
    assert problems(f"zip::file://{tree}/bad.zip") == [
        (f"zip::file://{tree}/bad.zip", "it cannot be reached or read (BadZipFile)")
    ]
    assert problems("github://a/b") == [
        ("github://a/b", f"only URLs that begin with {', '.join(remote.PROTOCOLS)} are read")
    ]
    monkeypatch.setattr(remote, "MAX_FILES", 1)
    assert problems(f"{memory}/*.cmd") == [("memory://exports/*.cmd", "more than 1 files: the others are not read")]


def test_a_folder_that_cannot_be_listed_is_said(fsspec: Any, memory: str, monkeypatch: pytest.MonkeyPatch) -> None:
    system = fsspec.filesystem("memory")
    ls = system.ls

    def refusing(path: str, *arguments: Any, **options: Any) -> Any:
        if path.rstrip("/").endswith("/lan"):
            raise PermissionError(13, "smb://anna:hunter2@host is not for you")
        return ls(path, *arguments, **options)

    monkeypatch.setattr(system, "ls", refusing)
    read = [each.source.path for each in candidates([memory], remote=True) if each.skipped is None]
    assert read == ["memory://exports/a.cmd", "memory://exports/odd name [1].cmd", "memory://exports"]
    *_, failed = candidates([memory], remote=True)
    with pytest.raises(OSError, match=r"a folder in it cannot be listed: Permission denied$"):
        failed.source.open_bytes()


def test_a_folder_that_lists_itself_or_a_link_is_walked_once(
    fsspec: Any, memory: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As object stores do, which list a folder among what is in it, and disks, where a link may lead back."""
    system = fsspec.filesystem("memory")
    ls = system.ls
    listed: list[str] = []

    def listing(path: str, *arguments: Any, **options: Any) -> Any:
        listed.append(path.strip("/"))
        assert len(listed) < 20, "it goes in circles"
        own, back = (
            {"name": name, "size": 0, "type": "directory"} for name in (f"/{path.strip('/')}/", f"{path}/back")
        )
        return [*ls(path, *arguments, **options), own, back | {"islink": True}] if options.get("detail") else ls(path)

    monkeypatch.setattr(system, "ls", listing)
    read = [each.source.path for each in candidates([memory], remote=True) if each.skipped is None]
    assert read == [f"memory://exports/{name}" for name in ("a.cmd", "odd name [1].cmd", "lan/b.cmd", "lan/notes.txt")]
    assert sorted(set(listed)) == ["exports", "exports/.git", "exports/lan"]


def test_without_the_library_that_is_said(cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    (problem,) = report(cli, "memory://x")["problems"]
    assert problem["message"] == "a URL needs the package fsspec: pip install 'ipseclint[remote]'"


def test_a_file_that_changes_is_fetched_again(fsspec: Any, memory: str, cli: Callable[..., Any]) -> None:
    assert len(report(cli, f"{memory}/a.cmd")["findings"]) == 1
    fsspec.filesystem("memory").pipe("/exports/a.cmd", POLICY.replace(b"=5", b"=480"))
    assert report(cli, f"{memory}/a.cmd")["findings"] == []


@pytest.fixture
def bucket(fsspec: Any, tmp_path: Path) -> Iterator[dict[str, str]]:
    """A server of S3 with the files in a bucket, and the environment by which it is reached."""
    pytest.importorskip("flask", reason="moto's server is one of flask")
    pytest.importorskip("flask_cors", reason="moto's server is one of flask")
    pytest.importorskip("moto.server", reason="the server of S3 is moto's: pip install 'moto[s3]' flask flask-cors")
    pytest.importorskip("s3fs", reason="S3 is read through s3fs")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=tmp_path)
    access = {"key": "someone", "secret": PASSWORD, "endpoint_url": f"http://127.0.0.1:{port}"}
    try:
        while server.poll() is None:
            with socket.socket() as trying:
                if trying.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        system = fsspec.filesystem("s3", **access)
        system.mkdir("exports")
        for name, data in FILES.items():
            system.pipe(f"exports/{name}", data)
        yield os.environ | {f"FSSPEC_S3_{name.upper()}": value for name, value in access.items()}
    finally:
        server.terminate()
        server.wait()


@pytest.mark.long
def test_a_bucket_is_read_from_a_server(bucket: dict[str, str], tmp_path: Path) -> None:
    def run(*arguments: str) -> Any:
        command = [sys.executable, "-m", "ipseclint", *arguments, "--remote", "-o", "json", "-q"]
        return subprocess.run(command, env=bucket, cwd=tmp_path, capture_output=True, text=True, check=False)

    for jobs in ("1", "2"):
        ran = run("s3://exports", "-j", jobs)
        assert ran.returncode == 1, ran.stderr
        body = json.loads(ran.stdout)
        assert [each["path"] for each in body["inputs"]] == [
            "s3://exports/a.cmd",
            "s3://exports/odd name [1].cmd",
            "s3://exports/lan/b.cmd",
        ]
        assert len(body["findings"]) == 3
    ran = run("s3://exports/nothing/x.cmd", "s3://no-such-bucket", "s3://exports/a.cmd")
    assert ran.returncode == 4
    body = json.loads(ran.stdout)
    assert [(each["location"]["path"], each["message"]) for each in body["problems"]] == [
        ("s3://exports/nothing/x.cmd", "it does not exist"),
        ("s3://no-such-bucket", "it does not exist"),
    ]
    assert PASSWORD not in ran.stdout + ran.stderr
