"""Scripts that run other scripts of the same run are read as one, and nothing outside of the run is opened."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ipseclint.api import check_paths, read
from ipseclint.engine.inputs.scripts import FOLLOWED
from ipseclint.formats.kit import run_files
from ipseclint.formats.kit.run_files import mentioned
from ipseclint.outcome import Exit, exit_code
from ipseclint.report import InputStatus, Report
from tests.cases import cases

pytestmark = pytest.mark.drawn(4)

RULE = "New-NetIPsecRule -DisplayName {} -RemoteAddress 10.1.0.0/16 -InboundSecurity Require -OutboundSecurity Request"
POLICY = "netsh ipsec static add policy name=P\n"
MD5_SET = (
    "$p = New-NetIPsecQuickModeCryptoProposal -Encapsulation ESP -ESPHash MD5 -Encryption DES3\n"
    "New-NetIPsecQuickModeCryptoSet -DisplayName QM -Default -Proposal $p\n"
)
WEAK = 'netsh ipsec static add filteraction name=FA action=negotiate qmsecmethods="ESP[3DES,MD5]"\n'


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        place = folder / name.replace("__", "/").replace("_", ".")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")


def checked(*paths: Path) -> Report:
    return check_paths(list(paths), isolated=True)


def judged(report: Report) -> dict[str, InputStatus]:
    return {Path(each.path).name: each.status for each in report.inputs}


@pytest.mark.parametrize(
    "line",
    [
        ". .\\lib.ps1",
        '. "$PSScriptRoot\\lib.ps1"',
        ". $PSScriptRoot/lib.ps1",
        ". (Join-Path $PSScriptRoot 'lib.ps1')",
        '. "$(Split-Path -Parent $PSCommandPath)\\lib.ps1"',
        "$here = Split-Path -Parent $MyInvocation.MyCommand.Path\n. $here\\lib.ps1",
        "Import-Module .\\lib.ps1 -Force",
        "Import-Module $PSScriptRoot\\LIB.ps1",
    ],
)
def test_functions_and_values_of_a_script_that_is_brought_in_are_known(line: str, tmp_path: Path) -> None:
    lib = "$net = '10.7.0.0/16'\nfunction Add-Peer($Name, $Remote) {\n    " + RULE.format("$Name").replace(
        "10.1.0.0/16", "$Remote"
    )
    write(tmp_path, deploy_ps1=f"{line}\nAdd-Peer Branch '10.7.0.0/16'\n", lib_ps1=lib + "\n}\n")
    report = checked(tmp_path)
    assert (judged(report), report.problems) == ({"deploy.ps1": InputStatus.UNDERSTOOD}, ())
    rule = read(tmp_path).policy.connection_security_rules[0]
    assert (rule.name, Path(rule.span.path).name, rule.span.line) == ("Branch", "lib.ps1", 3)


def test_a_variable_of_a_dot_sourced_script_is_known_and_one_of_a_script_that_is_called_is_not(tmp_path: Path) -> None:
    main = "{} .\\lib.ps1\n" + RULE.format("$name") + "\n"
    write(tmp_path, deploy_ps1=main.format("."), lib_ps1="$name = 'Branch'\n")
    assert checked(tmp_path).problems == ()
    assert [rule.name for rule in read(tmp_path).policy.connection_security_rules] == ["Branch"]
    write(tmp_path, deploy_ps1=main.format("&"))
    assert [rule.name for rule in read(tmp_path, partial=True).policy.connection_security_rules] != ["Branch"]


BATCH = (
    "call rules.cmd",
    "call rules",
    'call "%~dp0rules.cmd"',
    "cmd /c rules.cmd",
    'cmd.exe /c "%~dp0rules.cmd"',
    "start /wait rules.cmd",
    "rules.cmd",
    "set HERE=%~dp0\ncall %HERE%rules.cmd",
)


@pytest.mark.parametrize("line", BATCH)
def test_a_batch_file_that_another_runs_is_carried_out_in_its_place(line: str, tmp_path: Path) -> None:
    write(tmp_path, deploy_cmd=f"@echo off\n{POLICY}{line}\n", rules_cmd=f"{WEAK}exit /b 0\n")
    report = checked(tmp_path)
    assert (judged(report), report.problems) == ({"deploy.cmd": InputStatus.UNDERSTOOD}, ())
    found = {(each.code, Path(each.span.path).name, each.span.line) for each in report.findings}
    assert ("CR003", "rules.cmd", 1) in found
    assert exit_code(report) is Exit.FINDINGS


def test_commands_behind_a_batch_file_that_was_called_go_on_and_behind_one_that_was_not_do_not(tmp_path: Path) -> None:
    write(tmp_path, deploy_cmd=f"call rules.cmd\n{POLICY}{WEAK}", rules_cmd=f"{POLICY}exit /b\n")
    policy = read(tmp_path).policy
    assert [(Path(each.span.path).name, each.span.line) for each in policy.refused_commands] == [("deploy.cmd", 2)]
    write(tmp_path, deploy_cmd=f"rules.cmd\n{POLICY}{WEAK}")
    problem = checked(tmp_path).problems[0]
    assert (Path(problem.span.path).name, problem.span.line) == ("deploy.cmd", 2)


@pytest.mark.parametrize(
    "line", ["netsh -f ipsec.txt", 'netsh -f "%~dp0ipsec.txt"', "netsh exec ipsec.txt", "netsh /f ipsec.txt"]
)
def test_a_file_for_netsh_is_carried_out_with_its_contexts(line: str, tmp_path: Path) -> None:
    write(
        tmp_path, deploy_cmd=f"{POLICY}{line}\n", ipsec_txt="pushd ipsec static\nset policy name=P assign=yes\npopd\n"
    )
    report = checked(tmp_path)
    assert (judged(report), report.problems) == ({"deploy.cmd": InputStatus.UNDERSTOOD}, ())
    assert read(tmp_path).policy.policies[0].assigned.value is True


@pytest.mark.parametrize(
    "line",
    [
        "powershell -ExecutionPolicy Bypass -File x.ps1",
        'powershell -NoProfile -File "%~dp0x.ps1"',
        "powershell .\\x.ps1",
        "powershell -Command \"& '%~dp0x.ps1'\"",
        "pwsh -f x.ps1",
    ],
)
def test_a_script_of_powershell_that_a_batch_file_runs_is_part_of_it(line: str, tmp_path: Path) -> None:
    write(tmp_path, deploy_cmd=f"{POLICY}{line}\n", x_ps1=RULE.format("R") + "\n")
    report = checked(tmp_path)
    assert (judged(report), report.problems) == ({"deploy.cmd": InputStatus.UNDERSTOOD}, ())
    assert [rule.name for rule in read(tmp_path).policy.connection_security_rules if rule.dialect == "wfas"] == ["R"]


REGISTRY = (
    "Windows Registry Editor Version 5.00\n\n[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent]\n"
    '"AssumeUDPEncapsulationContextOnSendRule"=dword:00000002\n'
)


@pytest.mark.parametrize("line", ["reg import x.reg", "regedit /s x.reg", "regedit.exe /s x.reg"])
@pytest.mark.parametrize("script", ["deploy_cmd", "deploy_ps1"])
def test_a_registry_file_that_is_imported_is_part_of_the_script(line: str, script: str, tmp_path: Path) -> None:
    first = POLICY if script == "deploy_cmd" else RULE.format("R") + "\n"
    write(tmp_path, **{script: f"{first}{line}\n", "x_reg": REGISTRY})
    report = checked(tmp_path)
    assert (list(judged(report)), report.problems) == ([script.replace("_", ".")], ())
    assert [each.data.value for each in read(tmp_path).policy.registry] == ["2"]


@pytest.mark.parametrize("line", ["& .\\rules.cmd", ".\\rules.cmd", "cmd /c rules.cmd", 'cmd.exe /c "rules.cmd"'])
def test_a_batch_file_that_powershell_runs_is_part_of_the_script(line: str, tmp_path: Path) -> None:
    write(tmp_path, deploy_ps1=f"{RULE.format('R')}\n{line}\n", rules_cmd=POLICY + WEAK)
    report = checked(tmp_path)
    assert (judged(report), report.problems) == ({"deploy.ps1": InputStatus.UNDERSTOOD}, ())
    assert "CR003" in {each.code for each in report.findings}


@pytest.mark.parametrize(
    "line", ["netsh -f ipsec.txt", "netsh exec .\\ipsec.txt", "netsh.exe -f $PSScriptRoot\\ipsec.txt"]
)
def test_a_file_for_netsh_that_powershell_runs_is_part_of_the_script(line: str, tmp_path: Path) -> None:
    write(tmp_path, deploy_ps1=f"{RULE.format('R')}\n{line}\n", ipsec_txt="ipsec static\nadd policy name=P\n")
    report = checked(tmp_path)
    assert (judged(report), report.problems) == ({"deploy.ps1": InputStatus.UNDERSTOOD}, ())
    assert [each.name for each in read(tmp_path).policy.policies] == ["P"]


def test_files_are_known_when_all_are_named_and_in_an_archive(tmp_path: Path) -> None:
    write(tmp_path, deploy_ps1=f". .\\lib.ps1\n{RULE.format('$name')}\n", lib_ps1="$name = 'N'\n" + RULE.format("L"))
    assert list(judged(checked(tmp_path / "lib.ps1", tmp_path / "deploy.ps1"))) == ["deploy.ps1"]
    with zipfile.ZipFile(tmp_path / "both.zip", "w") as archive:
        archive.write(tmp_path / "deploy.ps1", "scripts/deploy.ps1")
        archive.write(tmp_path / "lib.ps1", "scripts/lib.ps1")
    report = checked(tmp_path / "both.zip")
    assert (list(judged(report)), report.problems) == (["deploy.ps1"], ())
    assert [each.kind for each in report.ignored] == [FOLLOWED]


def test_a_file_that_is_not_given_is_not_opened(tmp_path: Path) -> None:
    write(tmp_path, in__deploy_ps1=f". ..\\lib.ps1\n{RULE.format('R')}\n", lib_ps1=RULE.format("L") + "\n")
    report = checked(tmp_path / "in")
    assert [each.message for each in report.problems] == [
        "another script is run here, which is not part of this run: it is not read"
    ]
    assert [rule.name for rule in read(tmp_path / "in", partial=True).policy.connection_security_rules] == ["R"]
    assert checked(tmp_path).problems == ()


@pytest.mark.parametrize(
    "path", ["C:\\x\\lib.ps1", "\\\\server\\share\\lib.ps1", "/lib.ps1", "$other\\lib.ps1", "~\\lib.ps1"]
)
def test_a_path_from_a_root_is_no_file_of_the_run(path: str, tmp_path: Path) -> None:
    write(tmp_path, deploy_ps1=f". {path}\n{RULE.format('R')}\n", lib_ps1=RULE.format("L") + "\n")
    report = checked(tmp_path)
    assert set(judged(report)) == {"deploy.ps1", "lib.ps1"}
    assert exit_code(report) is Exit.PARTIAL


def test_scripts_that_run_each_other_end(tmp_path: Path) -> None:
    write(tmp_path, a_ps1=f". .\\b.ps1\n{RULE.format('A')}\n", b_ps1=f". .\\a.ps1\n{RULE.format('B')}\n")
    report = checked(tmp_path)
    assert list(judged(report)) == ["a.ps1"]
    assert ["within itself" in each.message for each in report.problems] == [True]
    assert sorted(rule.name for rule in read(tmp_path, partial=True).policy.connection_security_rules) == ["A", "B"]


def test_batch_files_that_run_each_other_end(tmp_path: Path) -> None:
    write(tmp_path, a_cmd=f"call b.cmd\ncall b.cmd\n{POLICY}", b_cmd=f"call a.cmd\ncall b.cmd\n{WEAK}")
    report = checked(tmp_path)
    assert list(judged(report)) == ["a.cmd"]
    assert all("within itself" in each.message for each in report.problems)


def test_files_that_run_the_next_twice_each_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_files, "MAX_FILES_DEEP", 7)
    for number in range(9):  # 2 ** 8 are more than may run
        run = f". .\\f{number + 1}.ps1\n" * 2
        (tmp_path / f"f{number}.ps1").write_text(f"{run}{RULE.format(f'R{number}')}\n")
    report = check_paths([tmp_path], isolated=True, select="QD001")  # all rules cost far more than reading
    assert any("too deep" in each.message for each in report.problems)


def test_what_may_not_run_is_judged_by_itself(tmp_path: Path) -> None:
    write(tmp_path, deploy_cmd=f"{POLICY}if exist c:\\x call rules.cmd\n", rules_cmd=WEAK)
    report = checked(tmp_path)
    assert set(judged(report)) == {"deploy.cmd", "rules.cmd"}
    assert "is judged by itself" in report.problems[0].message


def test_a_key_in_a_script_that_is_run_is_never_shown(tmp_path: Path) -> None:
    key = "Tr0ub4dor-and-3"
    rule = (
        "netsh advfirewall consec add rule name=R endpoint1=any endpoint2=any action=requireinrequireout "
        f'auth1=computerpsk auth1psk="{key}"\n'
    )
    write(
        tmp_path,
        deploy_ps1=f". .\\lib.ps1\n& .\\rules.cmd\n{RULE.format('R2')}\n",
        lib_ps1=f"$psk = '{key}'\n",
        rules_cmd=rule,
    )
    report = checked(tmp_path)
    assert key not in repr((report, list(report.findings), report.problems))
    assert [each.path for each in report.inputs] == [str(tmp_path / "deploy.ps1")]


def test_findings_of_a_script_that_is_run_stand_where_they_are_in_any_number_of_processes(tmp_path: Path) -> None:
    write(tmp_path, deploy_ps1=". .\\lib.ps1\n" + RULE.format("R"), lib_ps1="\r\n\r\n" + RULE.format("R") + "\r\n")
    one, two = (check_paths([tmp_path], isolated=True, jobs=jobs) for jobs in (1, 2))
    assert list(one.findings) == list(two.findings)
    assert {(Path(each.span.path).name, each.span.line) for each in one.findings if each.code == "RF025"} <= {
        ("deploy.ps1", 2)
    }


@pytest.mark.parametrize(
    "line",
    [
        "Import-Module .\\Tools",
        "Import-Module $PSScriptRoot\\Tools -Force",
        "Import-Module .\\Tools\\Tools.psd1",
        "Import-Module -Name (Join-Path $PSScriptRoot 'Tools')",
        "using module .\\Tools\\Tools.psm1",
    ],
)
def test_a_module_is_found_by_its_folder_and_its_manifest(line: str, tmp_path: Path) -> None:
    manifest = "@{\n    RootModule = 'Tools.psm1'\n    ModuleVersion = '1.0'\n}\n"
    module = "function Add-Peer($Name) {\n    " + RULE.format("$Name") + "\n}\nExport-ModuleMember -Function Add-Peer\n"
    write(tmp_path, deploy_ps1=f"{line}\nAdd-Peer Branch\n", Tools__Tools_psd1=manifest, Tools__Tools_psm1=module)
    report = checked(tmp_path)
    assert (judged(report), report.problems) == ({"deploy.ps1": InputStatus.UNDERSTOOD}, ())


@pytest.mark.parametrize("name", ["policy", "policy_ipsec", "policy_scr"])
def test_a_file_for_netsh_may_have_any_name(name: str, tmp_path: Path) -> None:
    file = name.replace("_", ".")
    write(tmp_path, deploy_cmd=f"{WEAK}netsh -f {file}\n", **{name: "ipsec static\nadd policy name=P\n"})
    report = checked(tmp_path)
    assert (judged(report), report.problems) == ({"deploy.cmd": InputStatus.UNDERSTOOD}, ())


def test_what_a_file_for_netsh_executes_is_part_of_it(tmp_path: Path) -> None:
    write(
        tmp_path, deploy_cmd="netsh -f one.txt\n", one_txt="exec two.txt\n", two_txt="ipsec static\nadd policy name=P\n"
    )
    report = checked(tmp_path)
    assert (judged(report), report.problems) == ({"deploy.cmd": InputStatus.UNDERSTOOD}, ())


def test_a_file_that_is_there_decides_a_condition(tmp_path: Path) -> None:
    test = 'if (Test-Path "$PSScriptRoot\\lib.ps1") {{ . "$PSScriptRoot\\lib.ps1" }} else {{ throw \'missing\' }}\n'
    write(tmp_path, deploy_ps1=test.format() + RULE.format("$name"), lib_ps1="$name = 'N'\n" + RULE.format("L"))
    report = checked(tmp_path)
    assert (judged(report), report.problems) == ({"deploy.ps1": InputStatus.UNDERSTOOD}, ())
    batch = tmp_path / "batch"
    guard = 'if not exist "%~dp0rules.cmd" (\n  echo missing\n  exit /b 1\n)\nif exist rules.cmd call rules.cmd\n'
    write(batch, deploy_cmd=f"@echo off\n{guard}{POLICY}", rules_cmd=WEAK)
    report = checked(batch)
    assert (judged(report), report.problems) == ({"deploy.cmd": InputStatus.UNDERSTOOD}, ())


@cases("piece", ["a" * 100, "x.ps1 ", ". .\\x.ps1;", "call ", "import-module ", " exec "])
def test_names_of_files_are_looked_for_in_linear_time(piece: str) -> None:
    text = piece * (400_000 // len(piece))
    assert len(list(mentioned(text))) <= 50_000


def test_what_mends_a_file_that_a_script_runs_is_the_repair_of_their_folder(
    tmp_path: Path, cli: Callable[..., Any]
) -> None:
    write(tmp_path, deploy_ps1=". .\\lib\\lib.ps1\n" + RULE.format("R"), lib__lib_ps1=MD5_SET)
    shown = cli(tmp_path, "--isolated").out
    assert f"ipseclint fix {tmp_path.as_posix()} " in shown.replace("\n", " ")


WITH_PARAMETERS = "param([Parameter(Mandatory)][string]$Name, $Address = '10.9.0.0/16')\n" + RULE.format(
    "$Name"
).replace("10.1.0.0/16", "$Address")


@pytest.mark.parametrize(
    "line",
    [
        "$given = @{ Name = 'Branch' }\n& .\\x.ps1 @given",
        ".\\x.ps1 Branch",
        "Invoke-Expression '& .\\x.ps1 -Name Branch'",
        "powershell.exe -NoProfile -ExecutionPolicy Bypass -File .\\x.ps1 -Name Branch",
        "powershell -Command \"& '.\\x.ps1' -Name Branch\"",
        "pwsh .\\x.ps1 -Name Branch",
        "Start-Process powershell -ArgumentList '-NoProfile -File .\\x.ps1 -Name Branch' -Wait",
        "foreach ($site in 'Branch') { & .\\x.ps1 -Name $site }",
        "$site = & .\\site.ps1\n& .\\x.ps1 -Name $site.Name",
    ],
)
def test_a_script_that_is_called_is_given_its_arguments(line: str, tmp_path: Path) -> None:
    site = "return [pscustomobject]@{ Name = 'Branch' }\n"
    write(tmp_path, deploy_ps1=line + "\n", x_ps1=WITH_PARAMETERS, site_ps1=site)
    report = checked(tmp_path)
    assert (judged(report), report.problems) == ({"deploy.ps1": InputStatus.UNDERSTOOD}, ())
    assert [rule.name for rule in read(tmp_path).policy.connection_security_rules] == ["Branch"]


@pytest.mark.parametrize(
    "line",
    [
        'powershell -ExecutionPolicy Bypass -File "%~dp0x.ps1" -Name Branch',
        "powershell -Command \"& '%~dp0x.ps1' -Name Branch\"",
        "powershell .\\x.ps1 Branch",
    ],
)
def test_a_batch_file_gives_a_script_its_arguments(line: str, tmp_path: Path) -> None:
    write(tmp_path, deploy_cmd=f"@echo off\n{line}\n", x_ps1=WITH_PARAMETERS)
    report = checked(tmp_path)
    assert (judged(report), report.problems) == ({"deploy.cmd": InputStatus.UNDERSTOOD}, ())
    assert [rule.name for rule in read(tmp_path).policy.connection_security_rules] == ["Branch"]


def test_a_script_that_starts_itself_with_more_rights_runs_no_other(tmp_path: Path) -> None:
    again = (
        'if (-not $admin) { Start-Process powershell.exe -ArgumentList "-File `"$PSCommandPath`"" -Verb RunAs; exit }'
    )
    write(tmp_path, deploy_ps1=f"{again}\n. .\\x.ps1\n{RULE.format('R')}\n", x_ps1="$y = 1\n")
    report = checked(tmp_path)
    assert (judged(report), report.problems) == ({"deploy.ps1": InputStatus.UNDERSTOOD}, ())


@pytest.mark.parametrize(
    "line",
    [
        "Get-ChildItem -Path .\\parts\\*.ps1 | ForEach-Object { . $_.FullName }",
        "Get-ChildItem -Path $PSScriptRoot\\parts -Filter *.ps1 | Sort-Object Name | % { . $_.FullName }",
        'foreach ($part in gci "$PSScriptRoot\\parts" -Filter *.ps1 -Recurse) { . $part.FullName }',
        "$all = @(Get-ChildItem (Join-Path $PSScriptRoot 'parts/*.ps1'))\nforeach ($part in $all) { . $part.FullName }",
    ],
)
def test_scripts_that_a_loader_finds_are_run_by_name(line: str, tmp_path: Path) -> None:
    parts = {
        "parts__10_ps1": "$name = 'First'\n",
        "parts__20_ps1": RULE.format("$name"),
        "parts__note_txt": "$name = 1",
    }
    write(tmp_path, deploy_ps1=f"{line}\n{RULE.format('Last')}\n", **parts)
    report = checked(tmp_path)
    assert (judged(report), report.problems) == ({"deploy.ps1": InputStatus.UNDERSTOOD}, ())
    rules = read(tmp_path).policy.connection_security_rules
    assert [(rule.name, Path(rule.span.path).name) for rule in rules] == [("First", "20.ps1"), ("Last", "deploy.ps1")]


def test_a_loader_that_finds_nothing_of_the_run_is_not_known(tmp_path: Path) -> None:
    line = "Get-ChildItem C:\\parts\\*.ps1 | ForEach-Object { . $_.FullName }"
    write(tmp_path, deploy_ps1=f"{line}\n{RULE.format('Last')}\n", parts__10_ps1="$x = 1\n")
    assert judged(checked(tmp_path)) == {"deploy.ps1": InputStatus.PARTIAL}


@pytest.mark.parametrize("pattern", ["parts\\*.cmd", '"%~dp0parts\\*.cmd"'])
def test_a_loop_of_a_batch_file_over_files_runs_those_of_the_run(pattern: str, tmp_path: Path) -> None:
    main = f'@echo off\nfor %%f in ({pattern}) do call "%%~f"\nfor %%f in (*.reg) do reg import %%f\n{POLICY}'
    parts = {"parts__1_cmd": POLICY.replace("=P", "=A"), "parts__2_cmd": POLICY.replace("=P", "=B")}
    write(tmp_path, deploy_cmd=main, **parts)
    (tmp_path / "x.reg").write_text(
        "Windows Registry Editor Version 5.00\n\n[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\RasMan"
        '\\Parameters]\n"ProhibitIpSec"=dword:1\n'
    )
    report = checked(tmp_path)
    assert (judged(report), report.problems) == ({"deploy.cmd": InputStatus.UNDERSTOOD}, ())
    policy = read(tmp_path).policy
    assert [policy.name for policy in policy.policies] == ["A", "B", "P"]
    assert [value.data.value for value in policy.registry] == ["1"]


TABLES = {
    "nets_csv": ("Import-Csv .\\nets.csv", "Name,Remote\r\nBranch,10.7.0.0/16\r\n", (2, 8)),
    "nets_txt": ("Get-Content nets.txt | ConvertFrom-Csv", "Name,Remote\nBranch,10.7.0.0/16\n", (2, 8)),
    "nets_xml": (
        "([xml](Get-Content $PSScriptRoot\\nets.xml)).nets.net",
        '<nets>\r\n  <net Name="Branch">\r\n    <Remote>10.7.0.0/16</Remote>\r\n  </net>\r\n</nets>\r\n',
        (3, 13),
    ),
    "nets_json": (
        "Get-Content -Raw .\\nets.json | ConvertFrom-Json",
        '[\n  {"Name": "Branch", "Remote": "10.7.0.0/16"}\n]\n',
        (2, 33),
    ),
    "more_json": (
        'ConvertFrom-Json ([IO.File]::ReadAllText("$PSScriptRoot\\more.json"))',
        '{"Name": "Branch",\n"Remote": "10.7.0.0/16"}',
        (2, 12),
    ),
    "nets_psd1": (
        "(Import-PowerShellDataFile -Path $PSScriptRoot\\nets.psd1).Nets",
        "# nets\n@{\n  Nets = @(\n    @{ Name = 'Branch'; Remote = '10.7.0.0/16' }\n  )\n}\n",
        (4, 35),
    ),
    "own_psd1": (
        "Import-LocalizedData -FileName own.psd1 -BaseDirectory $PSScriptRoot",
        "@{ Name = 'Branch'\n   Remote = '10.7.0.0/16' }\n",
        (2, 14),
    ),
}


@pytest.mark.parametrize("name", TABLES)
def test_values_of_a_file_that_a_script_reads_stand_in_that_file(name: str, tmp_path: Path) -> None:
    given, text, place = TABLES[name]
    rule = RULE.format("$net.Name").replace("10.1.0.0/16", "$net.Remote")
    write(tmp_path, deploy_ps1=f"foreach ($net in {given}) {{\n{rule}\n}}\n", **{name: text})
    report = checked(tmp_path)
    assert (judged(report), report.problems) == ({"deploy.ps1": InputStatus.UNDERSTOOD}, ())
    (made,) = read(tmp_path).policy.connection_security_rules
    span = made.endpoint2.span
    assert (made.name, Path(span.path).name, span.line, span.column) == ("Branch", name.replace("_", "."), *place)


def test_a_script_beside_another_is_run_by_a_path_with_slashes_of_either_kind(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "rule.ps1").write_text(RULE.format("$($args[0])") + "\n")
    write(tmp_path, deploy_ps1="./lib/rule.ps1 A\n.\\lib\\rule.ps1 B\n$done = ./lib/rule.ps1 C\n" + RULE.format("D"))
    assert [rule.name for rule in read(tmp_path).policy.connection_security_rules] == ["A", "B", "C", "D"]


def test_a_file_of_data_is_put_into_the_variable_that_is_named_and_its_commands_are_not_run(tmp_path: Path) -> None:
    script = "Import-LocalizedData -BindingVariable net -FileName nets.psd1\n" + RULE.format("$net.Name")
    write(tmp_path, deploy_ps1=script, nets_psd1="@{ Name = 'Branch' }\n")
    assert [rule.name for rule in read(tmp_path, partial=True).policy.connection_security_rules] == ["Branch"]
    write(tmp_path, nets_psd1="@{ Name = (Remove-NetIPsecRule -All) }\n")
    assert [rule.name for rule in read(tmp_path, partial=True).policy.connection_security_rules] == ["$net.Name"]


def test_fields_of_a_file_of_data_that_is_not_part_of_the_run_are_not_known(tmp_path: Path) -> None:
    script = "$net = Import-PowerShellDataFile .\\nets.psd1\n" + RULE.format("A").replace("10.1.0.0/16", "$net.Remote")
    write(tmp_path, deploy_ps1=script)
    assert [problem.message for problem in checked(tmp_path).problems] == [
        "unknown address `$net.Remote`; not known: what `import-powershelldatafile` gives"
    ]


def test_a_key_in_a_file_that_a_script_reads_is_never_shown(tmp_path: Path) -> None:
    rows = "Name,Key\nBranch,Tr1cky-Br4nch-K3y\n"
    script = (
        "foreach ($net in Import-Csv .\\nets.csv) {\n"
        "    $p = New-NetIPsecAuthProposal -Machine -PreSharedKey $net.Key\n"
        "    New-NetIPsecPhase1AuthSet -DisplayName $net.Name -Proposal $p -Bogus 1\n}\n"
    )
    write(tmp_path, deploy_ps1=script, nets_csv=rows)
    assert "Tr1cky" not in str(checked(tmp_path))
    script = script.replace("Import-Csv .\\nets.csv", "Import-PowerShellDataFile .\\nets.psd1")
    write(tmp_path, deploy_ps1=script, nets_psd1="@{ Name = 'Branch'\n  Key = 'Tr1cky-Br4nch-K3y' }\n")
    assert "Tr1cky" not in str(checked(tmp_path))


MADE = "foreach ($r in $rules) { New-NetIPsecRule -DisplayName $r.DisplayName -InboundSecurity $r.InboundSecurity }\n"


@pytest.mark.parametrize(
    ("takes", "file", "data"),
    [
        ("(Import-PowerShellDataFile $PSScriptRoot\\rules.psd1).Rules", "rules_psd1",
         "@{ Rules = @(@{ DisplayName = 'A'; InboundSecurity = 'Require' }) }\n"),
        ("Import-Csv $PSScriptRoot\\rules.csv", "rules_csv", "DisplayName,InboundSecurity\nA,Require\n"),
        ("Get-Content .\\rules.json -Raw | ConvertFrom-Json", "rules_json",
         '[{"DisplayName": "A", "InboundSecurity": "Require"}]\n'),
    ],
)  # fmt: skip
def test_data_that_a_script_takes_is_not_judged_by_itself(takes: str, file: str, data: str, tmp_path: Path) -> None:
    write(tmp_path, deploy_ps1=f"$rules = {takes}\n{MADE}", **{file: data})
    report = checked(tmp_path)
    assert judged(report) == {"deploy.ps1": InputStatus.UNDERSTOOD}
    assert [(Path(each.path).stem, each.kind) for each in report.ignored] == [("rules", FOLLOWED)]
    write(tmp_path, deploy_ps1=MADE)
    assert set(judged(checked(tmp_path)).values()) == {InputStatus.PARTIAL}


def test_an_export_that_a_script_takes_values_from_is_judged(tmp_path: Path) -> None:
    write(tmp_path, deploy_ps1=f"Get-Content .\\old.cmd | Out-Host\n{RULE.format('A')}\n", old_cmd=WEAK)
    assert judged(checked(tmp_path)) == dict.fromkeys(("deploy.ps1", "old.cmd"), InputStatus.UNDERSTOOD)
