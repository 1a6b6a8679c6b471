"""Files of the run that a script reads or runs: what is taken from each, and where keys stand in it."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.parsed import Parsed
from ipseclint.formats.powershell.script.commands.only_shown import MAY_BE_SHOWN
from ipseclint.formats.powershell.script.flow.run_scripts import first_line
from ipseclint.formats.powershell.script.format import parse
from ipseclint.source import Source, bytes_source

RULE = "New-NetIPsecRule -InboundSecurity Require -OutboundSecurity Require -DisplayName"


def parsed(script: str, **files: str) -> Parsed:
    """What is read of a script beside files of the run: `sub__lib_ps1` is `sub/lib.ps1`."""
    names = {name: name.replace("__", "/").replace("_", ".") for name in files}
    members = tuple(bytes_source(f"dir/{names[name]}", text.encode()) for name, text in files.items())
    return parse(Source("dir/main.ps1", bytes_source("", script.encode()).open_bytes, members))


def names_of(result: Parsed) -> list[str]:
    assert [problem.message for problem in result.problems] == []
    return [rule.name for rule in result.policy.connection_security_rules]


@cases(
    ("script", "name"),
    [
        (f"foreach ($line in Get-Content .\\key.txt) {{ }}\n{RULE} a", "key_txt"),
        (f"$rows = Import-Csv .\\key.csv\n{RULE} a", "key_csv"),
        (f"$data = Import-PowerShellDataFile .\\key.psd1\n{RULE} a", "key_psd1"),
        (f"Import-LocalizedData -BindingVariable d -FileName key.psd1\n{RULE} a", "key_psd1"),
        (f". .\\key.ps1\n{RULE} a", "key_ps1"),
        (f"cmd /c key.cmd\n{RULE} a", "key_cmd"),
        (f"netsh -f key.txt\n{RULE} a", "key_txt"),
    ],
)
def test_a_key_in_a_file_that_is_read_or_run_has_its_place_there(script: str, name: str) -> None:
    files = {
        "key_csv": "Name,PresharedKey\nx,Sesame-7531\n",
        "key_psd1": "@{\n  PresharedKey = 'Sesame-7531'\n}\n",
        "key_ps1": "# the first line\n$PresharedKey = 'Sesame-7531'\n",
        "key_cmd": "rem\nset psk=Sesame-7531\n",
        "key_txt": "rem\nset psk=Sesame-7531\n",
    }
    result = parsed(script, **{name: files[name]})
    lines = files[name].splitlines()
    places = [span for span in result.secrets if span.path.startswith("dir/key.")]
    shown = [lines[span.line - 1][span.column - 1 : span.column - 1 + span.length] for span in places]
    assert any("Sesame-7531" in text for text in shown), (result.secrets, result.problems)


@cases(
    ("script", "names"),
    [
        ("if (Test-Path .\\a.txt) { RULE here }", ["here"]),
        ("if (Test-Path -LiteralPath .\\a.txt) { RULE here }", ["here"]),
        ("foreach ($n in Get-Content .\\a.txt) { RULE $n }", ["one", "two"]),
        ('RULE "$(Get-Content -Raw a.txt)"', ["one\ntwo"]),
        ("RULE ((gc a.txt).Count)", ["2"]),
        ("foreach ($r in Import-Csv .\\a.csv) { RULE $r.Name }", ["x", "y"]),
        ("foreach ($r in Import-Csv .\\b.csv -Delimiter ';') { RULE $r.Name }", ["x", "y"]),
        ("$d = Import-PowerShellDataFile .\\a.psd1; RULE $d.Name", ["Data"]),
        ("Import-LocalizedData -BindingVariable d -FileName a.psd1; RULE $d.Name", ["Data"]),
        ("Import-LocalizedData d -FileName a; RULE $d.Name", ["Data"]),
        ("Import-LocalizedData d -FileName a -BaseDirectory sub; RULE $d.Name", ["Below"]),
        ("$d = Import-LocalizedData -FileName a; RULE $d.Name", ["Data"]),
        ("foreach ($f in Get-ChildItem *.csv) { RULE $f.Name }", ["a.csv", "b.csv"]),
        ("foreach ($f in Get-ChildItem . -Filter a.*) { RULE $f.BaseName }", ["a", "a", "a"]),
        ("foreach ($f in Get-ChildItem -Recurse -Include *.psd1) { RULE $f.Extension }", [".psd1", ".psd1"]),
        ("foreach ($f in Get-ChildItem sub -Filter *.ps1) { . $f.FullName }", ["Below"]),
        ("foreach ($f in Get-ChildItem sub\\*.psd1 -File) { RULE $f.Name }", ["a.psd1"]),
    ],
)
def test_what_is_asked_of_files_of_the_run_is_answered_from_them(script: str, names: list[str]) -> None:
    result = parsed(
        script.replace("RULE", RULE),
        a_txt="one\ntwo\n",
        a_csv="Name,Net\nx,10.0.0.0/8\ny,10.1.0.0/16\n",
        b_csv="Name;Net\nx;10.0.0.0/8\ny;10.1.0.0/16\n",
        a_psd1="@{ Name = 'Data' }\n",
        sub__a_psd1="@{ Name = 'Below' }\n",
        sub__b_ps1=f"{RULE} Below\n",
    )
    assert names_of(result) == names


@cases(
    "script",
    [
        "if (Test-Path .\\c.txt) { RULE there }",
        "$d = Import-PowerShellDataFile .\\two.psd1; RULE $d.Name",
        "$d = Import-PowerShellDataFile .\\runs.psd1; RULE $d.Name",
        "foreach ($r in Import-Csv .\\a.csv -Header One, Two) { RULE $r.One }",
        "Import-LocalizedData d -FileName $asked; RULE $d.Name",
        "Import-LocalizedData d -FileName two -BaseDirectory $asked; RULE $d.Name",
        "foreach ($f in Get-ChildItem -Filter $asked) { RULE $f.Name }",
    ],
)
def test_what_files_of_the_run_do_not_answer_is_said(script: str) -> None:
    result = parsed(
        "param($asked)\n" + script.replace("RULE", RULE),
        a_csv="Name,Net\nx,10.0.0.0/8\n",
        two_psd1="@{ Name = 'Data' }\n@{ Name = 'More' }\n",
        runs_psd1="@{ Name = (Get-Name) }\n",
    )
    said = [*(problem.message for problem in result.problems), *(name for name, _ in result.given)]
    assert said, result.policy.connection_security_rules


@cases(
    ("run", "names"),
    [
        (". .\\lib.ps1", ["lib"]),
        ("& .\\lib.ps1", ["lib"]),
        (".\\lib.ps1", ["lib"]),
        ("powershell -File lib.ps1", ["lib"]),
        ("powershell.exe lib.ps1", ["lib"]),
        ("Start-Process powershell -ArgumentList '-File lib.ps1'", ["lib"]),
        ("Start-Process -FilePath pwsh -ArgumentList '-File', 'lib.ps1'", ["lib"]),
        ("Import-Module .\\module.psm1", ["module"]),
        ("Import-Module module", ["module"]),
        ("using module .\\module.psm1", ["module"]),
        ("Import-Module .\\named.psd1", ["module"]),
        ("cmd /c rules.cmd", ["batch"]),
        ("cmd.exe /k call rules.cmd", ["batch"]),
        (".\\rules.cmd", ["batch"]),
        ("Start-Process cmd -ArgumentList '/c', 'rules.cmd'", ["batch"]),
        ("netsh -f rules.txt", ["netsh"]),
        ("netsh exec rules.txt", ["netsh"]),
    ],
)
def test_a_file_is_followed_however_it_is_run(run: str, names: list[str]) -> None:
    add = "advfirewall consec add rule name={} endpoint1=any endpoint2=any action=requireinrequestout\n"
    result = parsed(
        run,
        lib_ps1=f"{RULE} lib\n",
        module_psm1=f"{RULE} module\n",
        named_psd1="@{\n  RootModule = 'module.psm1'\n}\n",
        rules_cmd="netsh " + add.format("batch"),
        rules_txt=add.format("netsh"),
    )
    assert names_of(result) == names


@cases(("whatif", "names"), [("-WhatIf", []), ("-WhatIf:$env:DRY", ["lib"]), ("-WhatIf:$false", ["lib"])])
def test_a_file_that_is_only_said_to_be_run_is_not_followed(whatif: str, names: list[str]) -> None:
    result = parsed(f"Start-Process powershell '-File lib.ps1' {whatif}\n{RULE} own", lib_ps1=f"{RULE} lib\n")
    assert [rule.name for rule in result.policy.connection_security_rules] == [*names, "own"]
    assert any(problem.message == MAY_BE_SHOWN for problem in result.problems) is ("$env" in whatif)


@cases(("text", "at", "line"), [("a", 0, 1), ("\n\n a", 0, 3), ("a\nb\n\nc", 1, 2), ("a\nb\n\nc", 3, 4)])
def test_the_first_line_is_the_first_that_is_not_blank(text: str, at: int, line: int) -> None:
    assert first_line(text, at) == line
