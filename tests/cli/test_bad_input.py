"""Whatever is fed in: a clear message with a place, the right exit code, and the rest of the run intact."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cases import cases
from tests.command_line import run_cli

pytestmark = pytest.mark.drawn(3)

WFP_HEAD = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n<wfpstate>\r\n'
GOOD = b"netsh advfirewall set global mainmode mmkeylifetime 5min,0sess\r\n"

BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE wfpstate [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><wfpstate><providerContexts>&c;</providerContexts></wfpstate>'
)

INPUTS = {
    "empty": (b"", 3),
    "only a byte order mark": (b"\xef\xbb\xbf", 3),
    "truncated XML": (WFP_HEAD + b'\t<providerContexts numItems="1">\r\n\t\t<item>\r\n\t\t\t<providerCont', 4),
    "DOCTYPE bomb": (BOMB, 4),
    "300 deep": (WFP_HEAD + b"<item>" * 300 + b"</item>" * 300 + b"</wfpstate>", 4),
    "binary rubbish": (bytes(range(256)) * 64, 3),
    "zeros": (b"\0" * 5000, 3),
    "1 MB on one line": (WFP_HEAD + b"<layers>" + b"<item><a>b</a></item>" * 50_000 + b"</layers></wfpstate>", 3),
    "a 1 MB line of netsh": (b"netsh ipsec static add policy name=" + b"x" * 1_000_000, 4),
}


@pytest.mark.parametrize(("data", "code"), INPUTS.values(), ids=INPUTS)
def test_bad_input_is_said_clearly_and_loses_nothing(
    tmp_path: Path, cli: Callable[..., object], data: bytes, code: int
) -> None:
    bad, good = tmp_path / "bad.xml", tmp_path / "good.cmd"
    bad.write_bytes(data)
    good.write_bytes(GOOD)
    alone = cli(bad, "--fail-on", "never")
    assert alone.code == code, alone.out[-2000:] + alone.err
    if code:
        assert f"{bad.name}:" in alone.out
        assert "problem[IN" in alone.out
    both = cli(bad, good, "-o", "json", "--allow-partial")
    assert both.code == 1
    assert "QD001" in {each["code"] for each in json.loads(both.out)["findings"]}
    for ran in (alone, both):
        assert "Traceback" not in ran.out + ran.err


def test_utf16_that_says_utf8(tmp_path: Path, cli: Callable[..., object], fixtures: Path) -> None:
    text = WFP_HEAD.decode() + "<providerContexts></providerContexts></wfpstate>"
    path = tmp_path / "state.xml"
    path.write_bytes(b"\xff\xfe" + text.encode("utf-16-le"))
    ran = cli(path)
    assert ran.code == 3
    assert "Traceback" not in ran.out + ran.err


def test_unreadable_file(tmp_path: Path, cli: Callable[..., object]) -> None:
    path = tmp_path / "locked.cmd"
    path.write_bytes(GOOD)
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user reads everything")
    ran = cli(path)
    assert ran.code == 4
    assert "cannot be read" in ran.out


def test_a_folder_in_the_place_of_a_file_that_cannot_be_opened(tmp_path: Path, cli: Callable[..., object]) -> None:
    (tmp_path / "loop.cmd").symlink_to(tmp_path / "loop.cmd")
    ran = cli(tmp_path / "loop.cmd")
    assert ran.code == 4
    assert ran.out.count("cannot be read") == 1


def test_a_link_to_what_does_not_exist_is_said_to_be_one(tmp_path: Path, cli: Callable[..., object]) -> None:
    (tmp_path / "gone.cmd").symlink_to(tmp_path / "nowhere.cmd")
    for arguments in ([tmp_path], [tmp_path / "gone.cmd"]):
        ran = cli(*arguments)
        assert ran.code == 4
        assert "it is a link to what does not exist" in ran.out


def test_folder_without_policies(tmp_path: Path, cli: Callable[..., object]) -> None:
    (tmp_path / "readme.txt").write_text("nothing here")
    ran = cli(tmp_path)
    assert ran.code == 3
    assert "nothing to check" in ran.err


def test_a_folder_and_a_pattern_that_give_nothing_are_named(
    tmp_path: Path, cli: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("good.cmd").write_text("netsh ipsec static add policy name=P\n")
    Path("exported", "within").mkdir(parents=True)
    for others in ([], ["good.cmd"]):
        body = json.loads(cli(*others, "exported", "gpo*.xml", "-o", "json", "--allow-empty").out)
        assert body["coverage"]["ignored"] == {
            "folder without a file": ["exported/"],
            "pattern that no file matches": ["gpo*.xml"],
        }
    assert "passed over: 1 folder without a file: exported/" in cli("exported").out


def test_a_missing_file_is_named(tmp_path: Path, cli: Callable[..., object]) -> None:
    ran = cli(tmp_path / "policy.xml")
    assert ran.code == 4
    assert "it does not exist" in ran.out


@pytest.mark.drawn(3)
@pytest.mark.parametrize("page", ["cp437", "cp850", "cp932", "cp1252", "ascii"])
def test_consoles_that_cannot_show_a_name(tmp_path: Path, cli: Callable[..., object], page: str) -> None:
    path = tmp_path / "policy.cmd"
    path.write_text('netsh ipsec static add policy name="Büro 日本 Ω \U0001f512" mmlifetime=5\r\n', encoding="utf-8")
    for name in ("text", "json", "markdown", "csv", "html", "github"):
        ran = cli(path, "-o", name, encoding=page)
        assert ran.code == 1
        assert "Traceback" not in ran.out + ran.err


def test_the_whole_corpus_of_real_exports(corpus: Path, cli: Callable[..., object]) -> None:
    files = sorted(path for path in corpus.rglob("*") if path.is_file() and path.suffix != ".md")
    assert len(files) >= 20
    for path in files:
        ran = cli(path, "-o", "json")
        assert ran.code in {0, 1, 3, 4}, (path, ran.err)
        assert json.loads(ran.out)["schema"] == "ipseclint.report/1"
        assert "Traceback" not in ran.out + ran.err


@cases("name", ["wfpstate-en-hyperv-names.xml", "wfpstate-zh-cn-ikeext-statistics.xml"])
def test_an_untouched_windows_gives_no_finding(corpus: Path, cli: Callable[..., object], name: str) -> None:
    ran = cli(corpus / "wfp" / name, "-o", "json", "--fail-on", "info")
    assert ran.code in {0, 3}
    assert json.loads(ran.out)["findings"] == []


@cases("word", ["\0", "\ud800", "x\udcffy"])
@cases(
    ("command", "code", "said"),
    [("check", 4, "problem[IN001] the input cannot be read: "), ("explain", 2, "unknown rule, error or event '")],
)
def test_a_word_that_no_file_can_be_called_is_refused(
    cli: Callable[..., Any], command: str, code: int, said: str, word: str
) -> None:
    ran = cli(command, word)
    assert ran.code == code
    assert said in ran.out + ran.err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a named pipe of other systems")
@pytest.mark.parametrize(
    "command",
    [
        ("waive", "QD001", "p.cmd", "--reason", "r", "--file", "pipe"),
        ("baseline", "update", "p.cmd", "--file", "pipe"),
        ("check", "p.cmd", "--baseline", "pipe"),
        ("check", "p.cmd", "--since", "pipe"),
    ],
    ids=" ".join,
)
def test_no_command_waits_for_a_pipe_in_place_of_a_file_of_the_user(
    command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    Path("p.cmd").write_text("netsh advfirewall set global mainmode mmkeylifetime 5min,1sess\n", encoding="utf-8")
    ran = run_cli(*command)
    assert ran.code == 2
    assert "pipe" in ran.err
