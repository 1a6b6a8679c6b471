"""What Windows does differently: paths, patterns, pipes, code pages, NUL. Set up so that any system can run it."""

from __future__ import annotations

import json
import ntpath
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from ipseclint.cli.check import _outputs
from ipseclint.engine.inputs import paths as inputs
from ipseclint.outcome import Exit
from ipseclint.reporters import format_names
from tests.cases import cases

Cli = Callable[..., Any]

BAD = "netsh advfirewall set global mainmode mmkeylifetime 5min,0sess\r\n"
ONLY = ("--select", "QD001")
PATHS = {
    "drive": r"C:\policies\servers.cmd",
    "relative to a drive": r"C:policies\servers.cmd",
    "share": r"\\server\policies$\servers.cmd",
    "long": r"\\?\C:\policies\servers.cmd",
}


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("a.cmd", "sub/b.cmd", "sub/deep/c.bat", "sub/[d].cmd"):
        place = tmp_path / "policies" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(BAD.encode())
    return tmp_path


def checked(cli: Cli, *paths: str) -> list[str]:
    ran = cli(*paths, "-o", "json", *ONLY)
    return [each["path"] for each in json.loads(ran.out)["inputs"]]


# ---- paths ----


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (r"C:\policies\servers.cmd", "C:/policies/servers.cmd"),
        (r"C:/policies\..\servers.cmd", "C:/servers.cmd"),
        (r".\policies\servers.cmd", "policies/servers.cmd"),
        (r"\\server\share\servers.cmd", "//server/share/servers.cmd"),
        ("policies/servers.cmd", "policies/servers.cmd"),
    ],
)
def test_reports_show_paths_with_forward_slashes(monkeypatch: pytest.MonkeyPatch, path: str, shown: str) -> None:
    monkeypatch.setattr(inputs, "os", SimpleNamespace(sep="\\", path=ntpath))
    assert inputs.shown(path) == shown


@pytest.mark.skipif(os.sep == "\\", reason="here a backslash is no character of a name")
def test_elsewhere_a_backslash_is_part_of_a_name(cli: Cli, desk: Path) -> None:
    (desk / r"C:\a.cmd").write_bytes(BAD.encode())
    assert checked(cli, r"C:\a.cmd") == [r"C:\a.cmd"]


@pytest.mark.drawn(3)
@cases("path", PATHS.values(), ids=PATHS)
@cases("name", format_names())
def test_every_report_takes_every_path(cli: Cli, name: str, path: str) -> None:
    ran = cli("-", "--stdin-filename", path, "-o", name, *ONLY, stdin=BAD.encode())
    assert ran.code == Exit.FINDINGS, ran
    match name:
        case "json":
            assert json.loads(ran.out)["findings"][0]["location"]["path"] == path
        case "junit":
            suite = ET.fromstring(ran.out).find("testsuite")
            assert suite is not None
            assert suite.get("name") == path
        case "sarif" | "gitlab":
            assert json.loads(ran.out)
        case "jsonl":
            assert path in [json.loads(line).get("location", {}).get("path") for line in ran.out.splitlines()]
        case "text":
            assert f" --> {path}:1:53 " in ran.out
        case "github":
            escaped = path.replace(":", "%3A").replace(",", "%2C")
            assert f"file={escaped}," in ran.out
        case _:
            assert "servers.cmd" in ran.out


@cases("path", [*PATHS.values(), "NUL", "report.json"])
def test_the_file_of_an_output_keeps_its_colons_and_backslashes(path: str) -> None:
    assert _outputs([f"json:{path}"], None) == [("json", Path(path))]


# ---- patterns ----


def test_patterns_are_expanded_here_since_cmd_does_not(cli: Cli, desk: Path) -> None:
    assert checked(cli, "policies/*.cmd") == ["policies/a.cmd"]
    every = ["policies/a.cmd", "policies/sub/[d].cmd", "policies/sub/b.cmd", "policies/sub/deep/c.bat"]
    assert checked(cli, "policies/**/*.cmd") == [each for each in every if each.endswith(".cmd")]
    assert sorted(checked(cli, "policies/**/*")) == every
    assert checked(cli, "policies/s?b/[bc].cmd") == ["policies/sub/b.cmd"]


def test_a_file_goes_before_the_pattern_of_its_name(cli: Cli, desk: Path) -> None:
    assert checked(cli, "policies/sub/[d].cmd") == ["policies/sub/[d].cmd"]


def test_a_pattern_that_matches_nothing_is_nothing_to_check(cli: Cli, desk: Path) -> None:
    ran = cli("policies/*.xml", *ONLY)
    assert ran.code == Exit.NOTHING
    assert "no path matched" in ran.err


@pytest.mark.skipif(os.sep != "\\", reason="needs Windows' own separator")
def test_patterns_with_backslashes(cli: Cli, desk: Path) -> None:
    assert checked(cli, "policies\\*.cmd") == ["policies/a.cmd"]


# ---- pipes and code pages ----


@cases("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@cases("line_end", ["\r\n", "\n"])
def test_piped_input(cli: Cli, encoding: str, line_end: str) -> None:
    script = f'rem größer{line_end}netsh ipsec static add policy name="Büro" mmlifetime=5{line_end}'
    ran = cli("-", "-o", "json", *ONLY, stdin=script.encode(encoding))
    (finding,) = json.loads(ran.out)["findings"]
    assert finding["subject"]["name"] == "Büro"
    assert finding["location"] == {"path": "<stdin>", "line": 2, "column": 54}


@pytest.mark.drawn(3)
@cases("code_page", ["cp437", "cp850", "cp1252", "cp932"])
@cases("name", format_names())
def test_what_a_code_page_cannot_show_is_escaped(cli: Cli, code_page: str, name: str) -> None:
    script = 'netsh ipsec static add policy name="Büro 東京" mmlifetime=5\r\n'
    ran = cli("-", "-o", name, *ONLY, stdin=script.encode("utf-16"), encoding=code_page)
    assert ran.code == Exit.FINDINGS, ran
    assert "Traceback" not in ran.err
    shown = "Büro 東京".encode(code_page, errors="backslashreplace").decode(code_page)
    plain = ran.out.replace("&#252;", "ü").replace("\\\\u", "\\u")
    assert shown in plain or "B\\u00fcro \\u6771\\u4eac" in plain or name in {"azure", "concise", "github", "gitlab"}


def test_files_are_utf8_whatever_the_console_is(cli: Cli, tmp_path: Path) -> None:
    script = 'netsh ipsec static add policy name="Büro 東京" mmlifetime=5\r\n'
    file = tmp_path / "report.txt"
    ran = cli("-", "-o", f"text:{file}", *ONLY, stdin=script.encode("utf-16"), encoding="cp437")
    assert (ran.code, ran.out) == (Exit.FINDINGS, "")
    assert "Büro 東京" in file.read_bytes().decode("utf-8")


# ---- NUL ----


def test_reports_can_go_nowhere(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Windows knows NUL in every folder; elsewhere a link to the same nothing stands in for it.
    monkeypatch.chdir(tmp_path)
    if os.devnull.casefold() != "nul":
        Path("NUL").symlink_to(os.devnull)
    ran = cli("-", "-o", "json:NUL", "-o", "text", *ONLY, stdin=BAD.encode())
    assert ran.code == Exit.FINDINGS
    assert "QD001" in ran.out
    assert os.devnull.casefold() == "nul" or Path("NUL").is_symlink()


def test_nothing_is_an_empty_input(cli: Cli) -> None:
    ran = cli(os.devnull)
    assert ran.code == Exit.NOTHING
    assert "the input is empty" in ran.out
    assert f"{os.devnull}: empty" in ran.out
    ran = cli("-")
    assert ran.code == Exit.NOTHING
    assert "<stdin>: empty" in ran.out


# ---- configuration ----


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_configuration_as_notepad_and_powershell_save_it(cli: Cli, desk: Path, encoding: str) -> None:
    (desk / "ipseclint.toml").write_bytes('select = ["QD001"]\r\nfail-on = "never"\r\n'.encode(encoding))
    ran = cli("policies/a.cmd", "-o", "json")
    assert ran.code == Exit.CLEAN
    assert [each["code"] for each in json.loads(ran.out)["findings"]] == ["QD001"]


def test_overrides_match_whatever_the_line_ends_of_the_script(cli: Cli, desk: Path) -> None:
    shutil.copy(desk / "policies" / "a.cmd", desk / "policies" / "unix.cmd")
    (desk / "policies" / "unix.cmd").write_bytes(BAD.replace("\r\n", "\n").encode())
    (desk / "ipseclint.toml").write_bytes(b'[[overrides]]\r\npaths = ["policies/sub/"]\r\nignore = ["QD001"]\r\n')
    ran = cli("policies", "-o", "json", *ONLY)
    report = json.loads(ran.out)
    assert [each["location"]["path"] for each in report["findings"]] == ["policies/a.cmd", "policies/unix.cmd"]
    assert len({each["fingerprint"] for each in report["findings"]}) == 1
