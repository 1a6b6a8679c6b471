"""Which files a script may run, as it writes them: whatever slashes it uses, and with or without the folder."""

from __future__ import annotations

import pytest

from ipseclint.formats.kit.run_files import RunFiles, mentioned, modules_of
from ipseclint.formats.kit.token import Token
from ipseclint.source import bytes_source


@pytest.mark.parametrize(
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


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ("call rules.cmd", {"rules.cmd"}),
        ("@echo off & call sub\\rules.cmd", {"sub\\rules.cmd"}),
        (". $PSScriptRoot\\rules.ps1", {"$PSScriptRoot\\rules.ps1", "rules.ps1"}),
        ("& ./rules.ps1", {"./rules.ps1"}),
        ("echo hello", set()),
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
