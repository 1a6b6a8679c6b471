"""Which files a script may run, as it writes them: whatever slashes it uses, and with or without the folder."""

from __future__ import annotations

from contextlib import ExitStack
from typing import BinaryIO

import pytest
from msgspec.structs import replace
from tests.cases import cases

from ipseclint.formats.kit import run_files
from ipseclint.formats.kit.run_files import RunFiles, lists_scripts, mentioned, modules_in, modules_of, paths_of
from ipseclint.formats.kit.token import Token
from ipseclint.source import Source, SourceError, bytes_source


@cases(
    ("written", "files"),
    [
        ("Policy.psm1", ("Policy.psm1",)),
        ("Policy", ("Policy.psd1", "Policy.psm1", r"Policy\Policy.psd1", r"Policy\Policy.psm1")),
        *(
            (
                f"Modules{slash}Policy{end}",
                tuple(
                    f"Modules{slash}Policy{end}{inner}{ending}"
                    for inner in ("", "\\Policy")
                    for ending in (".psd1", ".psm1")
                ),
            )
            for slash in ("/", "\\")
            for end in ("",)
        ),
    ],
)
def test_a_module_is_a_file_of_its_name_or_in_a_folder_of_it(written: str, files: tuple[str, ...]) -> None:
    assert modules_of(written) == files


@cases(
    ("text", "files"),
    [
        ("call rules.cmd", {"rules.cmd"}),
        ("@echo off & call sub\\rules.cmd", {"sub\\rules.cmd"}),
        (". $PSScriptRoot\\rules.ps1", {"$PSScriptRoot\\rules.ps1", "rules.ps1"}),
        ("& ./rules.ps1", {"./rules.ps1"}),
        ("echo hello", set()),
        ("& (Get-Folder)\\rules.ps1", {"rules.ps1"}),
        ("& (Get-Folder) rules.ps1", {"rules.ps1"}),
        ("call rules", {"rules.cmd", "rules.bat"}),
        ("Import-Module -Name $here\\Policy", {"$here\\Policy.psm1", "Policy.psm1", "Policy.psd1"}),
        ("using module Policy.psm1", {"Policy.psm1"}),
        ("netsh -f rules", {"rules"}),
        ("netsh exec %here%rules.txt more", {"%here%rules.txt", "rules.txt"}),
        ("rules.ps1x", set()),
    ],
)
def test_what_a_script_runs_is_among_what_it_mentions(text: str, files: set[str]) -> None:
    found = set(mentioned(text))
    assert files <= found
    assert bool(found) == bool(files)


def test_what_a_script_writes_is_run_as_long_as_all_of_it_is_known() -> None:
    one, two = Token("echo 1", "a.cmd", 1, 1), Token("echo 2", "a.cmd", 2, 1)
    files = RunFiles(bytes_source("a.cmd", b""))
    assert (files.has_any, files.is_known("b.cmd"), files.written("b.cmd")) == (False, False, None)
    files.append("b.cmd", [one])
    assert files.written("b.cmd") is None
    files.write("b.cmd", [one])
    files.append("b.cmd", [two])
    assert (files.has_any, files.is_known("b.cmd"), files.written("b.cmd")) == (True, True, [one, two])
    files.write("b.cmd", None)
    assert (files.has_any, files.is_known("b.cmd"), files.written("b.cmd")) == (False, False, None)


@cases(
    ("written", "paths"),
    [
        ("b.cmd", ["sub/b.cmd", "b.cmd"]),
        (' "B.CMD" ', ["sub/b.cmd", "b.cmd"]),
        ("%~dp0b.cmd", ["sub/b.cmd", "b.cmd"]),
        ("%~dp0\\in\\b.cmd", ["sub/in/b.cmd", "in/b.cmd"]),
        ("$PSScriptRoot\\b.ps1", ["sub/b.ps1", "b.ps1"]),
        (".\\..\\b.ps1", ["b.ps1", "../b.ps1"]),
        ("\\b.cmd", []),
        ("C:\\b.cmd", []),
        ("%x%\\b.cmd", []),
        ("", []),
    ],
)
def test_a_file_lies_by_the_script_that_names_it_or_by_the_first(written: str, paths: list[str]) -> None:
    assert list(paths_of(written, "sub\\a.cmd", "first.cmd")) == paths


def test_a_member_is_run_once_within_itself_and_counted() -> None:
    members = tuple(bytes_source(f"dir/{name}", name.encode()) for name in ("b.cmd", "in/c.cmd", "in/deep/d.cmd"))
    files = RunFiles(Source("dir/a.cmd", bytes_source("dir/a.cmd", b"a").open_bytes, members))
    assert files.has_any
    own, other = files.named("a.cmd", "dir/a.cmd"), files.named("B.cmd", "dir/a.cmd")
    assert own is not None
    assert other is members[0]
    assert files.named("e.cmd", "dir/a.cmd") is None
    with files.running(own) as text:
        assert text is None  # it runs already
    for _ in range(2):
        with files.running(other) as text, files.running(other) as again:
            assert (text, again) == ("b.cmd", None)
    assert files.followed == ["dir/b.cmd"]
    assert files.below("in", "dir/a.cmd") == [("c.cmd", members[1]), ("deep/d.cmd", members[2])]
    assert files.below("none", "dir/a.cmd") == []
    assert files.matching("in\\*.CMD", "dir/a.cmd") == ["in\\c.cmd"]
    assert files.matching("%~dp0in\\c.cmd", "dir/a.cmd") == []
    assert (files.read(other), files.is_written(other)) == ("b.cmd", False)


@cases(("numbers", "lines"), [((2, 5), None), ((5, 2), [5, 2]), ((3, 3), [3, 3])])
def test_a_written_file_has_its_lines_where_they_stand_or_one_after_another(
    numbers: tuple[int, int], lines: list[int] | None
) -> None:
    files = RunFiles(bytes_source("a.cmd", b""))
    tokens = [Token(f"echo {number}", "a.cmd", number, 4) for number in numbers]
    files.write("b.cmd", tokens)
    files.write("c.cmd", [tokens[0]])
    assert (files.has_run("b.cmd"), files.not_run()) == (False, [*tokens, tokens[0]])
    made, other = files.named("sub\\B.cmd", "a.cmd"), files.named("c.cmd", "a.cmd")
    assert made is not None
    assert other is not None
    assert files.named("b.cmd", "a.cmd") is made
    assert (files.is_written(made), files.read(made), files.numbers_of(made)) == (True, None, lines)
    with files.running(made) as text, files.running(made) as again:
        assert text is not None
        assert again == text
        ahead = [""] * (numbers[0] - 1) if lines is None else []
        between = [""] * (numbers[1] - numbers[0] - 1) if lines is None else []
        assert text.split("\n") == [*ahead, f"   echo {numbers[0]}", *between, f"   echo {numbers[1]}"]
    assert (files.has_run("b.cmd"), files.has_run("c.cmd"), files.followed) == (True, False, [])
    assert files.not_run() == [tokens[0]]


def test_files_run_so_deep_so_often_and_so_much_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    members = tuple(bytes_source(f"{number}.cmd", b"12345") for number in range(4))
    for limit, value, most in (("MAX_FILES_DEEP", 2, 2), ("MAX_FILES_RUN", 3, 3), ("MAX_CHARACTERS_RUN", 14, 2)):
        with monkeypatch.context() as patch, ExitStack() as stack:
            patch.setattr(run_files, limit, value)
            files = RunFiles(Source("a.cmd", bytes_source("a.cmd", b"").open_bytes, members))
            texts = [stack.enter_context(files.running(member)) for member in members]
            assert texts == ["12345"] * most + [None] * (4 - most), limit


@cases(
    ("text", "is_asked"),
    [
        ("Get-ChildItem *.ps1 | % { & $_ }", True),
        ("for %%f in (*.cmd) do call %%f", True),
        ("dir rules.ps1", False),
        ("Get-ChildItem *.txt", False),
        ("2 * 3", False),
    ],
)
def test_a_script_that_asks_for_all_scripts_of_a_folder_is_told(text: str, *, is_asked: bool) -> None:
    assert lists_scripts(text) is is_asked


def test_a_manifest_names_the_files_of_its_module() -> None:
    manifest = (
        "@{\n  RootModule = 'A.psm1'\n ModuleToProcess=\"B.psm1\"; NestedModules = @( 'C.psm1')\nOther = 'D.psm1' }"
    )
    assert modules_in(manifest) == ["A.psm1", "B.psm1", "C.psm1"]


def test_members_in_a_folder_are_found_from_the_script_that_asks() -> None:
    members = tuple(bytes_source(path, b"x") for path in ("run/a.cmd", "run/b.CMD", "run/sub/c.cmd", "other/d.cmd"))
    files = RunFiles(replace(bytes_source("run/main.cmd", b""), members=members))
    assert [path for path, _ in files.below("sub", "run/main.cmd")] == ["c.cmd"]
    assert [path for path, _ in files.below("..", "run/main.cmd")] == [
        "other/d.cmd", "run/a.cmd", "run/b.cmd", "run/main.cmd", "run/sub/c.cmd",
    ]  # fmt: skip
    assert files.below("none", "run/main.cmd") == []
    assert files.matching('"*.cmd"', "run/main.cmd") == ["a.cmd", "b.cmd", "main.cmd"]
    assert files.matching("%~dp0sub\\*.cmd", "run/main.cmd") == ["sub\\c.cmd"]
    assert files.matching("sub\\c.cmd", "run/main.cmd") == []
    assert files.has_any
    assert files.named("B.cmd", "run/main.cmd") is members[1]
    assert files.named("none.cmd", "run/main.cmd") is None


def test_no_more_is_run_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_files, "MAX_CHARACTERS_RUN", 5)
    monkeypatch.setattr(run_files, "MAX_FILES_RUN", 2)
    members = tuple(bytes_source(f"{name}.cmd", b"xx") for name in "abcd")
    files = RunFiles(replace(bytes_source("main.cmd", b""), members=members))
    with files.running(members[0]) as text, files.running(members[0]) as again:
        assert (text, again) == ("xx", None)
    assert files.read(members[1]) == "xx"
    assert files.read(members[2]) is None
    with files.running(members[3]) as text:
        assert text is None
    assert files.followed == ["a.cmd"]

    def fail() -> BinaryIO:
        raise SourceError("none")

    unreadable = Source("e.cmd", fail)
    assert files.read(unreadable) is None
