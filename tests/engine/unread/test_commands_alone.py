"""A command that stands alone in a file and bears on IPsec without a word of it is told, in every kind of file."""

from __future__ import annotations

from ipseclint.engine.unread.signs import sign_of
from ipseclint.source import bytes_source
from tests.cases import cases

SURE = {
    "netsh firewall set opmode disable": "`firewall set opmode` changes the state of Windows Firewall: give what",
    "netsh.exe firewall set opmode mode = disable profile = all": "`firewall set opmode` changes the state",
    "netsh firewall reset": "`firewall reset` changes the state of Windows Firewall: give what then holds",
    "netsh -r host firewall set op DISABLE": "`firewall set op` changes the state of Windows Firewall",
    "netsh wfp set options netevents=off": "`wfp set options netevents=off` keeps Windows from recording why",
    "netsh wfp set options netevents = off": "`wfp set options netevents = off` keeps Windows from recording",
    "wevtutil sl Security /e:false": "`wevtutil sl security` empties or changes the log in which failures of IPsec",
    "Clear-EventLog -LogName Security": "`clear-eventlog` empties or changes the log in which failures of IPsec",
    r"rd /s /q C:\Windows\System32\GroupPolicy": r"`\system32\grouppolicy` holds the GPO of the machine itself",
    r"copy /y r.pol C:\Windows\System32\GroupPolicy\Machine\Registry.pol": r"`\grouppolicy\machine\registry.pol` gets",
}
TOLD = {
    "regedit /s policy.reg": "`regedit /s` brings in a file that is not part of this input: give it too",
    r"%windir%\regedit.exe /s policy.reg": "`regedit.exe /s` brings in a file that is not part of this input",
    "start /wait regedit /s policy.reg": "`regedit /s` brings in a file that is not part of this input: give it too",
    "cmd /c reg import policy.reg": "`reg import` brings in a file that is not part of this input: give it too",
    "reg restore HKLM\\X p.hiv": "`reg restore` brings in a file that is not part of this input: give it too",
    "Start-Process regedit -ArgumentList '/s p.reg'": "`regedit -argumentlist` brings in a file that is not part",
    "Import-GPO -BackupGpoName A -TargetName B -Path C:\\b": "`import-gpo` changes a GPO and is not evaluated: give a",
    "Uninstall-WindowsFeature RemoteAccess": "`uninstall-windowsfeature` takes the server of VPN connections away",
    "netsh wfp show state": "`wfp show state` sets no policy: what it writes (a file of XML, or a cabinet) is an input",
    "netsh wfp capture start cab=off": "`wfp capture start` sets no policy: what it writes",
    "Restart-Service -Name PolicyAgent -Force": "`restart-service -name policyagent` sets no policy",
    "Restart-Service BFE, IKEEXT": "`restart-service bfe` sets no policy: the service reads again what the machine",
    "gpupdate /force": "`gpupdate` sets no policy itself: give a backup of the GPO that it applies",
    "Invoke-GPUpdate -Computer A": "`invoke-gpupdate` sets no policy itself: give a backup of the GPO that it applies",
    "Remove-GPO -Name Servers": "`remove-gpo` takes a GPO away, or says where one applies, and holds no policy",
    "New-GPLink -Name Servers -Target 'ou=A'": "`new-gplink` takes a GPO away, or says where one applies",
    "netsh wfp set options netevents=on": "`wfp set options netevents=on` sets no policy",
}
OF_NO_CONCERN = [
    "rem netsh firewall set opmode disable",
    "echo netsh firewall set opmode disable",
    "# reg import policy.reg",
    "netsh firewall set service type=FILEANDPRINT mode=ENABLE",
    "netsh firewall show opmode",
    "netsh firewall add portopening TCP 80 web",
    "regedit /e saved.reg HKEY_LOCAL_MACHINE\\Software\\A",
    "reg export HKLM\\Software\\A a.reg",
    "reg query HKLM\\Software\\A",
    "wevtutil cl Application",
    "Clear-EventLog -LogName System",
    r"rd /s /q C:\Temp\GroupPolicy",
    "Backup-GPO -Name A -Path C:\\b",
    "Get-GPO -Name Servers",
    "Restart-Service Spooler",
    "Start-Service PolicyAgent",
    "# gpupdate /force",
    "Then run gpupdate once.",
    "Uninstall-WindowsFeature Web-Server",
    "Whoever wants can run netsh firewall set opmode disable here.",
]
FORMS = (("a.cmd", "@echo off\r\n{}\r\n"), ("a.ps1", "{}\n"), ("a.txt", "{}"), ("a.bat", "\n@{} >nul\n"))


@cases(("command", "why"), list(SURE.items()))
def test_what_bears_on_ipsec_is_a_problem_at_its_line(command: str, why: str) -> None:
    for name, form in FORMS:
        sign = sign_of(bytes_source(name, form.format(command).encode()))
        assert sign.is_suspicious
        assert sign.why.startswith(why)
        assert sign.line == form.partition("{}")[0].count("\n") + 1


@cases(("command", "why"), list(TOLD.items()))
def test_what_brings_in_or_shows_is_told_and_no_problem(command: str, why: str) -> None:
    for name, form in FORMS:
        sign = sign_of(bytes_source(name, form.format(command).encode()))
        assert not sign.is_suspicious
        assert sign.why.startswith(why)


@cases("command", OF_NO_CONCERN)
def test_what_has_nothing_to_do_with_it_is_of_no_concern(command: str) -> None:
    for name, form in FORMS[:3]:
        sign = sign_of(bytes_source(name, form.format(command).encode()))
        assert (sign.kind, sign.why) == ("of no concern", "")


def test_what_is_sure_comes_before_what_is_only_told() -> None:
    text = "netsh wfp show state\nreg import a.reg\nnetsh firewall reset\n"
    assert sign_of(bytes_source("a.cmd", text.encode())).line == 3


def test_a_page_that_quotes_a_command_is_no_problem() -> None:
    for command in SURE:
        assert not sign_of(bytes_source("a.md", f"# Page\n\n{command}\n".encode())).is_suspicious
