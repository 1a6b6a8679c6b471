"""What is written is written whole, over nothing that was read, and by one process at a time."""

from __future__ import annotations

import contextlib
import datetime
import os
import re
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ipseclint.cli import files
from ipseclint.cli.files import beside, replace_file
from ipseclint.engine.machines import current_day

pytestmark = pytest.mark.drawn(4)

WEAK = "netsh advfirewall set global mainmode mmkeylifetime 5min,0sess\r\n"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "policy.cmd").write_bytes(WEAK.encode())
    return tmp_path


def test_a_replaced_file_keeps_its_mode_and_leaves_nothing_behind(desk: Path) -> None:
    file = desk / "secret.cmd"
    file.write_text("old")
    file.chmod(0o600)
    replace_file(file, b"new")
    assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode)) == (b"new", 0o600)
    assert {path.name for path in desk.iterdir()} == {"secret.cmd", "policy.cmd"}


def test_nobody_else_can_read_the_file_while_it_is_written(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    sync = os.fsync

    def looking(number: int) -> None:
        seen.append(stat.S_IMODE(os.fstat(number).st_mode))
        sync(number)

    monkeypatch.setattr(os, "fsync", looking)
    file = desk / "wide.cmd"
    file.write_text("old")
    file.chmod(0o644)
    replace_file(file, b"new")
    assert (seen, stat.S_IMODE(file.stat().st_mode)) == ([0o600], 0o644)


ENDED = """
import os, signal, sys
from pathlib import Path
from ipseclint.cli.files import beside, replace_file

signal.signal(signal.{name}, signal.default_int_handler if "{name}" == "SIGINT" else signal.SIG_DFL)

def ended():
    os.kill(os.getpid(), signal.{name})
    yield b"whole"

if sys.argv[1] == "file":
    replace_file(Path("there"), ended())
else:
    with beside(Path("there")) as new:
        new.mkdir()
        (new / "table").write_bytes(b"".join(ended()))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of other systems")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
@pytest.mark.parametrize("kind", ["file", "folder"])
def test_a_program_that_is_asked_to_end_while_it_writes_leaves_what_was_there(desk: Path, name: str, kind: str) -> None:
    there = desk / "there"
    if kind == "folder":
        there.mkdir()
        there /= "table"
    there.write_bytes(b"old")
    ran = subprocess.run([sys.executable, "-c", ENDED.format(name=name), kind], capture_output=True, check=False)
    number = getattr(signal, name)
    assert ran.returncode in {128 + number, -number}
    assert there.read_bytes() == b"old"
    assert {path.name for path in desk.iterdir()} == {"there", "policy.cmd"}


@pytest.mark.skipif(sys.platform == "win32", reason="signals of other systems")
def test_what_a_signal_does_is_as_before_once_a_file_is_written(desk: Path) -> None:
    names = ("SIGTERM", "SIGHUP")
    before = [signal.getsignal(getattr(signal, name)) for name in names]
    try:
        for name, handler in zip(names, (signal.SIG_DFL, signal.SIG_IGN), strict=True):
            signal.signal(getattr(signal, name), handler)
        replace_file(desk / "there", b"new")
        assert [signal.getsignal(getattr(signal, name)) for name in names] == [signal.SIG_DFL, signal.SIG_IGN]
    finally:
        for name, handler in zip(names, before, strict=True):
            signal.signal(getattr(signal, name), handler)


def test_a_file_is_written_beside_the_one_that_it_replaces(
    desk: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Elsewhere it may be another disk, from which nothing takes a place in one step."""
    folder = tmp_path_factory.mktemp("policies")
    seen: list[str] = []

    def parts() -> Iterator[bytes]:
        seen.extend(each.name for each in folder.iterdir())
        yield b"new"

    replace_file(folder / "policy.cmd", parts())
    assert len(seen) == 1
    assert re.fullmatch(r"\.ipseclint-\w+\.new", seen[0])
    assert [each.name for each in folder.iterdir()] == ["policy.cmd"]


def test_a_link_stays_a_link(desk: Path) -> None:
    (desk / "link.cmd").symlink_to("policy.cmd")
    replace_file(desk / "link.cmd", b"new")
    assert (desk / "link.cmd").is_symlink()
    assert (desk / "policy.cmd").read_bytes() == b"new"


def test_what_cannot_be_written_leaves_the_old_file(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        replace_file(desk / "policy.cmd", b"new")
    assert (desk / "policy.cmd").read_bytes() == WEAK.encode()
    assert [path.name for path in desk.iterdir()] == ["policy.cmd"]


def test_a_program_that_is_ended_as_the_new_file_takes_its_place_ends_by_that(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = Path.replace

    def interrupted(new: Path, target: Path) -> None:
        replace(new, target)
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        replace_file(desk / "policy.cmd", b"new")
    assert (desk / "policy.cmd").read_bytes() == b"new"
    assert [path.name for path in desk.iterdir()] == ["policy.cmd"]


@pytest.mark.parametrize("was", ["nothing", "file", "folder"])
@pytest.mark.parametrize("becomes", ["file", "folder"])
@pytest.mark.parametrize("ends", ["well", "in the writing", "in the renaming", "in the renaming, and another is there"])
def test_what_takes_a_place_takes_it_whole_or_not_at_all(
    desk: Path, monkeypatch: pytest.MonkeyPatch, was: str, becomes: str, ends: str
) -> None:
    def make(kind: str, place: Path, text: str) -> None:
        if kind == "folder":
            place.mkdir()
        if kind != "nothing":
            (place / "table" if kind == "folder" else place).write_text(text)

    def there() -> dict[str, str]:
        return {path.relative_to(desk).as_posix(): path.read_text() for path in desk.rglob("*") if path.is_file()}

    def failing(path: Path, target: Path) -> Path:
        if path.name == "new":
            if "another" in ends and not Path(target).exists():
                make("folder", Path(target), "another")
            raise OSError(5, "Input/output error")
        return rename(path, target)

    rename = Path.rename
    place = desk / "place"
    make(was, place, "old")
    before = there()
    if ends.startswith("in the renaming"):
        monkeypatch.setattr(Path, "rename", failing)
        monkeypatch.setattr(Path, "replace", failing)
    refused = ends != "well" or (was, becomes) == ("folder", "file")
    raised = pytest.raises(OSError, match=r"No space|Input/output|directory")
    with raised if refused else contextlib.nullcontext(), beside(place) as new:
        make(becomes, new, "new")
        if ends == "in the writing":
            raise OSError(28, "No space left on device")
    path = {"file": "place", "folder": "place/table"}
    if not refused:
        assert there() == {"policy.cmd": WEAK.replace("\r\n", "\n"), path[becomes]: "new"}
    elif "another" in ends and (becomes == "folder" or was == "nothing"):
        assert there() == {"policy.cmd": WEAK.replace("\r\n", "\n"), "place/table": "another"}
    else:
        assert there() == before
    assert not list(desk.glob(".ipseclint*"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["policy.cmd", "-o", "text:policy.cmd"], "is an input"),
        (["policy.cmd", "-o", "text:./policy.cmd"], "is an input"),
        ([".", "-o", "text:policy.cmd"], "has read this file"),
        (["policy.cmd", "-o", "json:o", "-o", "csv:./o"], "two reports"),
        (["policy.cmd", "-o", "json:ipseclint.toml"], "has read this file"),
    ],
)
def test_a_report_never_overwrites_what_was_read(
    desk: Path, cli: Callable[..., Any], arguments: list[str], words: str
) -> None:
    (desk / "ipseclint.toml").write_text('select = ["QD"]\n')
    before = {path.name: path.read_bytes() for path in desk.iterdir()}
    ran = cli(*arguments)
    assert ran.code == 2
    assert words in ran.err
    assert {path.name: path.read_bytes() for path in desk.iterdir()} == before


def test_a_report_that_fails_takes_no_other_with_it(desk: Path, cli: Callable[..., Any]) -> None:
    ran = cli("policy.cmd", "-o", "json:missing/o.json", "-o", "csv:o.csv", "-o", "text")
    assert ran.code == 2
    assert "cannot write missing" in ran.err
    assert "QD001" in (desk / "o.csv").read_text()
    assert "QD001" in ran.out


def test_a_report_can_be_written_anew(desk: Path, cli: Callable[..., Any]) -> None:
    for _ in range(2):
        assert cli(".", "-o", "json:o.json", "-o", "text:o.txt", "-o", "html:o.html").code == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_a_waiver_is_added_in_the_encoding_of_the_file(desk: Path, cli: Callable[..., Any], encoding: str) -> None:
    file = desk / "ipseclint-waivers.toml"
    file.write_bytes('[[waiver]]\r\nrule = "QD002"\r\nreason = "Grüße"\r\n'.encode(encoding))
    assert cli("waive", "QD001", "policy.cmd", "--reason", "für März").code == 0
    text = file.read_bytes().decode(encoding)
    assert re.findall('reason = "(.*)"', text) == ["Grüße", "für März"]
    ran = cli("policy.cmd", "--select", "QD001")
    assert (ran.code, "1 waived" in ran.out) == (0, True)


@pytest.mark.parametrize("name", ["policy.cmd", ".", "x\0y"])
def test_a_waiver_is_added_to_nothing_but_waivers(desk: Path, cli: Callable[..., Any], name: str) -> None:
    assert cli("waive", "QD001", "policy.cmd", "--reason", "r", "--file", name).code == 2
    assert (desk / "policy.cmd").read_bytes() == WEAK.encode()


def test_a_reason_that_is_no_text_is_refused(desk: Path, cli: Callable[..., Any]) -> None:
    assert cli("waive", "QD001", "policy.cmd", "--reason", "caf\udce9").code == 2
    assert not (desk / "ipseclint-waivers.toml").exists()


def test_a_waiver_shows_what_does_not_show(desk: Path, cli: Callable[..., Any]) -> None:
    (desk / "policy.cmd").write_text('netsh ipsec static add policy name="a\u202eb" mmlifetime=5\r\n', encoding="utf-8")
    assert cli("waive", "QD001", "policy.cmd", "--reason", 'it\'s "fine"').code == 0
    text = (desk / "ipseclint-waivers.toml").read_text(encoding="utf-8")
    assert r'subject = "a\u202eb"' in text
    assert r'reason = "it' + "'" + r's \"fine\""' in text
    assert cli("policy.cmd", "--select", "QD001").code == 0


def test_half_a_character_in_a_name_loses_nothing(desk: Path, cli: Callable[..., Any]) -> None:
    (desk / "lone.cmd").write_bytes(
        'netsh ipsec static add policy name="a\ud800" mmlifetime=5\r\n'.encode("utf-16-le", "surrogatepass")
    )
    assert cli("waive", "QD001", "lone.cmd", "--reason", "r").code == 0
    assert cli("lone.cmd", "--select", "QD001").code == 0
    assert cli("baseline", "create", "lone.cmd").code == 0
    assert cli("baseline", "update", "lone.cmd").code == 0


def test_three_waivers_at_once_are_three(desk: Path) -> None:
    codes = []
    for number in range(3):
        (desk / f"p{number}.cmd").write_text(f'netsh ipsec static add policy name="P{number}" mmlifetime=5\r\n')
        command = [sys.executable, "-m", "ipseclint", "waive", "QD001", f"p{number}.cmd", "--reason", "r"]
        codes.append(subprocess.Popen(command, stderr=subprocess.DEVNULL))
    assert [process.wait(120) for process in codes] == [0] * 3
    text = (desk / "ipseclint-waivers.toml").read_text()
    assert sorted(re.findall('subject = "(P.)"', text)) == [f"P{number}" for number in range(3)]
    assert sorted(path.name for path in desk.iterdir() if path.suffix != ".cmd") == ["ipseclint-waivers.toml"]


def test_a_reporter_that_crashes_takes_no_other_report_with_it(
    desk: Path, cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ipseclint.reporters import json_v1

    def fails(_report: object, _options: object) -> Iterator[str]:
        yield "{"
        raise ZeroDivisionError("the text of an error may quote the input")

    monkeypatch.setattr(json_v1, "parts", fails)
    ran = cli("policy.cmd", "-o", "json:o.json", "-o", "csv:o.csv")
    assert ran.code == 70
    assert "the report json failed: ZeroDivisionError at test_files.py" in ran.err
    assert "may quote" not in ran.err
    assert "QD001" in (desk / "o.csv").read_text()
    assert not (desk / "o.json").exists()


def test_a_waiver_is_written_where_the_next_check_reads_it(
    desk: Path, cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    (desk / "ipseclint.toml").write_text('select = ["QD001"]\n')
    (desk / "deep").mkdir()
    (desk / "policy.cmd").rename(desk / "deep" / "policy.cmd")
    monkeypatch.chdir(desk / "deep")
    assert cli("policy.cmd").code == 1
    assert cli("waive", "QD001", "policy.cmd", "--reason", "r", "--expires", "20990531").code == 0
    assert "expires = 2099-05-31\n" in (desk / "ipseclint-waivers.toml").read_text()
    assert cli("policy.cmd").code == 0


@pytest.mark.parametrize("day", ["2020-01-01", "soon", "2027-13-01"])
def test_a_waiver_needs_a_day_to_come(desk: Path, cli: Callable[..., Any], day: str) -> None:
    assert cli("waive", "QD001", "policy.cmd", "--reason", "r", "--expires", day).code == 2
    assert not (desk / "ipseclint-waivers.toml").exists()


def test_a_waiver_may_end_today(desk: Path, cli: Callable[..., Any]) -> None:
    today = current_day()
    before = (today - datetime.timedelta(days=1)).isoformat()
    assert cli("waive", "QD001", "policy.cmd", "--reason", "r", "--expires", before).code == 2
    assert cli("waive", "QD001", "policy.cmd", "--reason", "r", "--expires", today.isoformat()).code == 0


def test_an_answer_on_load_never_overwrites_the_policy(desk: Path, cli: Callable[..., Any]) -> None:
    ran = cli("load", "policy.cmd", "--peers", "10", "-o", "text:policy.cmd")
    assert (ran.code, (desk / "policy.cmd").read_bytes()) == (2, WEAK.encode())
    assert "is an input" in ran.err


def test_a_lock_file_is_waited_for_no_longer_than_patience_and_goes_with_its_maker(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = desk / "a.lock"
    with files._lock_file(lock):
        assert lock.exists()
        monkeypatch.setattr(files, "_PATIENCE_SECONDS", 0.0)
        with pytest.raises(FileExistsError), files._lock_file(lock):
            pass
        assert lock.exists()
    assert not lock.exists()


def test_a_lock_file_that_somebody_took_away_ends_nothing(desk: Path) -> None:
    lock = desk / "a.lock"
    with files._lock_file(lock):
        lock.unlink()
    assert not lock.exists()
