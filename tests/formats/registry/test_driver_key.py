"""The key of the IPsec driver, `Services\\IPSEC`: a script that sets nothing else is read as one that sets IPsec."""

from __future__ import annotations

from tests.cases import cases

from ipseclint import check_text

KEY = r"HKLM\System\CurrentControlSet\Services\IPSEC"
DRIVE = r"HKLM:\System\CurrentControlSet\Services\IPSEC"
SCRIPTS = {
    "batch": rf"reg add {KEY} /v NoDefaultExempt /t REG_DWORD /d 0 /f",
    "quoted": rf'reg.exe add "{KEY}" /v "NoDefaultExempt" /t REG_DWORD /d 0 /f',
    "in lower case": rf"reg add {KEY} /v NoDefaultExempt /t REG_DWORD /d 0 /f".lower(),
    "behind an echo": f'@echo off\necho "V-14232"\nreg add "{KEY}" /v "NoDefaultExempt" /t REG_DWORD /d 0 /f',
    "new": rf"New-ItemProperty -Path {DRIVE} -Name NoDefaultExempt -Value 0 -PropertyType DWord",
    "set": rf"Set-ItemProperty '{DRIVE}' NoDefaultExempt 0",
    "with slashes": DRIVE.replace("\\", "/").join(("Set-ItemProperty ", " NoDefaultExempt 0")),
}


@cases("name", SCRIPTS)
def test_an_exemption_level_alone_is_read(name: str) -> None:
    report = check_text(SCRIPTS[name])
    assert [finding.code for finding in report.findings] == ["EX009"]
    assert not report.problems


NEAR = {
    "another service": rf"reg add {KEY}Monitor /v NoDefaultExempt /t REG_DWORD /d 0 /f",
    "a folder": r"mkdir D:\Services\IPSECrets",
    "another key": r"reg add HKLM\Software\IPSEC /v NoDefaultExempt /t REG_DWORD /d 0 /f",
}


@cases("name", NEAR)
def test_what_is_only_called_alike_sets_nothing(name: str) -> None:
    report = check_text(NEAR[name])
    assert not report.findings
    assert [problem.code for problem in report.problems] == ["IN004"]


def test_a_key_with_a_backslash_before_the_quote_is_no_key() -> None:
    report = check_text(rf'reg add "{KEY}\" /v "NoDefaultExempt" /t REG_DWORD /d 0 /f')
    assert not report.findings
    assert [problem.code for problem in report.problems] == ["IN003"]
