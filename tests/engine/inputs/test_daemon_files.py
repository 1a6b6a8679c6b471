"""Which files belong to the configuration of a daemon: what it includes, and the certificates that it names."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipseclint.engine.inputs import daemon_files as configurations
from ipseclint.engine.inputs.daemon_files import in_archive, may_include, on_disk
from ipseclint.source import Source, bytes_source
from tests.cases import cases

FILES = {
    "swanctl.conf": "include conf.d/*.conf\ninclude /etc/swanctl/more/one.conf\ninclude ../outside.conf\n",
    "conf.d/a.conf": "include b.txt\n# include c.conf\ncacerts = root.pem\n",
    "conf.d/b.txt": "include a.conf\n",
    "conf.d/c.conf": "connections {}\n",
    "more/one.conf": "connections {}\n",
    "more/two.conf": "connections {}\n",
    "x509ca/root.pem": "include other.conf\n",
    "x509ca/other.conf": "\n",
    "conf.d/root.pem": "\n",
    "other.conf": "\n",
}
BELONGING = ["conf.d/a.conf", "conf.d/b.txt", "conf.d/c.conf", "more/one.conf", "x509ca/root.pem"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    here = tmp_path / "swanctl"
    for name, text in FILES.items():
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).write_text(text)
    (here / "conf.d" / "folder.conf").mkdir()
    (tmp_path / "outside.conf").write_text("\n")
    return here


def below(folder: Path, paths: list[str]) -> list[str]:
    return [path.removeprefix(f"{folder}/") for path in paths]


def test_on_disk_what_is_included_and_named_belongs_to_it(folder: Path) -> None:
    source, places = on_disk(folder / "swanctl.conf", lambda path: path)
    assert below(folder, [member.path for member in source.members]) == BELONGING
    assert below(folder, list(map(str, places))) == BELONGING
    shown, _ = on_disk(folder / "swanctl.conf", lambda path: f"shown {Path(path).name}")
    assert [member.path for member in shown.members] == sorted(f"shown {Path(name).name}" for name in BELONGING)


def test_in_an_archive_the_same_belongs_to_it() -> None:
    entries = [bytes_source(f"a.zip/{name}", text.encode()) for name, text in FILES.items()]
    entries.append(bytes_source("outside.conf", b"\n"))
    source = in_archive(entries[0], entries)
    assert [member.path for member in source.members] == [f"a.zip/{name}" for name in BELONGING]


def test_so_many_files_belong_to_one_and_no_more(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for most in range(len(BELONGING) + 2):
        monkeypatch.setattr(configurations, "MAX_MEMBERS", most)
        source, places = on_disk(folder / "swanctl.conf", str)
        assert len(source.members) == len(places) == min(most, len(BELONGING))


def test_what_is_no_file_or_includes_nothing_is_alone(folder: Path) -> None:
    for name in ("other.conf", "conf.d/folder.conf", "no-such.conf"):
        source, places = on_disk(folder / name, str)
        assert (source.members, places) == ((), ())
    unreadable: Source = on_disk(folder / "no-such.conf", str)[0]
    assert in_archive(unreadable, [bytes_source("x", b"")]).members == ()


@cases(("name", "may"), [("ipsec.conf", True), ("A.CONF", True), ("conf", False), ("a.conf.txt", False)])
def test_only_files_of_that_name_have_others(name: str, may: bool) -> None:
    assert may_include(name) is may
