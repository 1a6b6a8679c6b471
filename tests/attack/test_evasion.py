"""Tricks by which a script could hide weak policy: none ends with 0, whatever good policy stands beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ipseclint.formats.netsh import script
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.powershell.script import format as powershell
from ipseclint.source import bytes_source
from tests.cases import cases

pytestmark = pytest.mark.drawn(3)

GOOD = (
    'netsh advfirewall consec add rule name="Good" endpoint1=any endpoint2=10.9.0.0/16 action=requireinrequestout'
    " auth1=computerkerb qmsecmethods=esp:aesgcm128-aesgcm128\n"
)
ADD = "consec add rule name=w endpoint1=any endpoint2=any action=requireinrequireout qmsecmethods=esp:md5-des"
DELETE = 'netsh advfirewall consec delete rule name="Good"'
KEY = r"HKLM\SYSTEM\CurrentControlSet\Services"
BEHIND = "a netsh command for IPsec behind `{}` is not followed"
UNKNOWN = "a variable is put in here when the script runs: what is run is not known"
OTHER_SCRIPT = "runs another script, which is not part of this input"
LEFT = "this command stands behind a jump under a condition: whether it runs is not known"
OTHER_MACHINE = "this command acts on another machine"
SPEAKS = "an unknown program mentions IPsec here: what it does is not followed"
HIDDEN = "runs a text whose commands are not known"


def read(text: str) -> Parsed:
    return script.parse(bytes_source("x.cmd", text.encode()))


def problems(text: str) -> list[tuple[int, str]]:
    return [(each.span.line, each.message) for each in read(text).problems]


def cmdlet(name: str) -> str:
    return f"the cmdlet `{name}` is not evaluated"


def registry(name: str) -> str:
    return f"`{name}` in the registry bears on IPsec, and what is done to it here is not followed"


def service(name: str) -> str:
    return f"the service `{name}` bears on IPsec, and what is done to it here is not followed"


def brings(words: str) -> str:
    return f"`{words}` brings in a file that is not part of this input"


STATE = "the state of a profile's firewall is not read: what it does to the rules here is not known"


def audited(words: str) -> str:
    return (
        f"`{words}` changes what is audited, and with it whether failures of IPsec leave an event; it is not read: "
        "give it as a script of its own, or `auditpol /backup /file:FILE` of the machine"
    )


LATER = "`schtasks` makes a task that runs this later: what it then does is not followed"
BATCH: dict[str, str] = {
    "netsh advfirewall set allprofiles state off": STATE,
    "netsh advf set domain st notconfigured": STATE,
    'if exist a auditpol /set /subcategory:"IPsec Main Mode" /failure:disable': audited("auditpol /set"),
    "if exist a AuditPol.exe /set /subcategory:{0CCE9218-69AE-11D9-BED3-505054503030} /failure:disable": audited(
        "AuditPol.exe /set"
    ),
    'if exist a auditpol /set /category:"Logon/Logoff" /failure:disable': audited("auditpol /set"),
    'if exist a auditpol /set /category:"Account Logon","Logon/Logoff" /failure:disable': audited("auditpol /set"),
    "if exist a auditpol /clear /y": audited("auditpol /clear"),
    r"auditpol /restore /file:a.csv": "the file that is restored here is not part of this input",
    f"%N% advfirewall {ADD}": BEHIND.format("%N%"),
    f"!N! advfirewall {ADD}": BEHIND.format("!N!"),
    f"%X:~0,5% advfirewall {ADD}": BEHIND.format("%X:~0,5%"),
    f"%N% %A% {ADD}": BEHIND.format("%N%"),
    "%N% %A% %C%": UNKNOWN,
    "%~1 x": UNKNOWN,
    "%WINDIR%\\%TOOL%.exe x": UNKNOWN,
    f"netsh %A% {ADD}": "what netsh is to do here is not known",
    "netsh %A% %C% %V%": "what netsh is to do here is not known",
    "for /f %%c in (commands.txt) do %%c": UNKNOWN,
    f"rem. & netsh advfirewall {ADD}": BEHIND.format(f"rem. & netsh advfirewall {ADD}"[:60] + "…"),
    f"rem & netsh advfirewall {ADD}": BEHIND.format(f"rem & netsh advfirewall {ADD}"[:60] + "…"),
    f"cls & rem & netsh advfirewall {ADD}": BEHIND.format(f"cls & rem & netsh advfirewall {ADD}"[:60] + "…"),
    f"@rem|netsh advfirewall {ADD}": BEHIND.format(f"@rem|netsh advfirewall {ADD}"[:60] + "…"),
    f"# & netsh advfirewall {ADD}": BEHIND.format(f"# & netsh advfirewall {ADD}"[:60] + "…"),
    r"copy %SystemRoot%\System32\netsh.exe n.exe": BEHIND.format("copy"),
    f"n.exe advfirewall {ADD}": BEHIND.format("n.exe"),
    "doskey n=netsh $*": BEHIND.format("doskey"),
    f"psexec \\\\other netsh advfirewall {ADD}": (
        "`psexec` runs this on another machine: it is not policy of this machine"
    ),
    f'schtasks /create /s other /tn x /tr "netsh advfirewall {ADD}"': LATER,
    f'wmic process call create "netsh advfirewall {ADD}"': BEHIND.format("wmic"),
    f"echo netsh advfirewall {ADD} | cmd": "hands this command to another program, which is not followed",
    f"echo netsh advfirewall {ADD} > x.cmd": "writes this command into a file, which is not part of this input",
    "powershell -enc UwBlAHQALQBOAGUAdABJAFAAcwBlAGM=": HIDDEN,
    "pwsh -EncodedCommand UwBlAHQALQBOAGUAdABJAFAAcwBlAGM=": HIDDEN,
    "powershell -ExecutionPolicy Bypass -File weak.ps1": OTHER_SCRIPT,
    "call weak.cmd": OTHER_SCRIPT,
    "call weak": OTHER_SCRIPT,
    r"call %~dp0sub\weak /quiet": OTHER_SCRIPT,
    r'call "c:\my scripts\weak"': OTHER_SCRIPT,
    "for %%a in (1 2) do call weak %%a": OTHER_SCRIPT,
    r"powershell . .\weak.ps1": OTHER_SCRIPT,
    r'powershell -Command ". .\weak.ps1"': OTHER_SCRIPT,
    r"""powershell -NoProfile "& '%~dp0weak.ps1' -All" """: OTHER_SCRIPT,
    r"""powershell -c "& 'c:\my scripts\weak.ps1'" """: OTHER_SCRIPT,
    r'powershell -c "Set-Location c:\x; .\weak.ps1"': OTHER_SCRIPT,
    r'powershell -c "if (1) { . .\weak.ps1 }"': OTHER_SCRIPT,
    r'powershell -c "$x = .\weak.ps1"': OTHER_SCRIPT,
    r'powershell -c "1..3 | % { .\weak.ps1 $_ }"': OTHER_SCRIPT,
    r'pwsh -c "Import-Module ./weak.psm1"': OTHER_SCRIPT,
    r'powershell -c "Import-Module c:\m\weak.psd1 -Force"': OTHER_SCRIPT,
    "powershell Invoke-Command -FilePath weak.ps1 -ComputerName x": OTHER_SCRIPT,
    'powershell -c "Start-Job -FilePath weak.ps1"': OTHER_SCRIPT,
    "powershell -c \"Start-Process -FilePath 'weak.bat' -Verb RunAs\"": OTHER_SCRIPT,
    'powershell -c "cmd /c weak.cmd"': OTHER_SCRIPT,
    r'start /wait powershell -c "& .\weak.ps1"': OTHER_SCRIPT,
    "weak.bat": OTHER_SCRIPT,
    r"%~dp0weak.cmd": OTHER_SCRIPT,
    "cscript //nologo weak.vbs": OTHER_SCRIPT,
    f'reg add "{KEY}\\SharedAccess\\Parameters\\FirewallPolicy\\ConSecRules" /v r1 /d x /f': (
        "the value `r1` does not begin with a version such as v2.30"
    ),
    "reg import weak.reg": brings("reg import"),
    "regedit /s weak.reg": brings("regedit /s"),
    "ipseccmd -f 0+* -n ESP[3DES,MD5]": "`ipseccmd` changes the policy of the machine and is not read",
    "ipsecpol -w REG -p x": "`ipsecpol` changes the policy of the machine and is not read",
    "LGPO.exe /g backup": "`LGPO.exe /g` changes the policy of the machine and is not read",
    "secedit /configure /db x": "`secedit /configure` changes the policy of the machine and is not read",
    "netsh -f weak.txt": "runs netsh commands from another file, which is not part of this input",
    "netsh -a weak.txt": "runs netsh commands from another file, which is not part of this input",
    "netsh -c advfirewall -a weak.txt": "runs netsh commands from another file, which is not part of this input",
    "netsh exec weak.txt": "runs netsh commands from another file, which is not part of this input",
    "netsh -c advfirewall -f weak.txt": "runs netsh commands from another file, which is not part of this input",
    "netsh advfirewall -f weak.txt": "runs netsh commands from another file, which is not part of this input",
    "for /f %%i in (x.txt) do netsh %%i": "what netsh is to do here is not known",
    "cmd < x.txt": "takes its commands from elsewhere here, which is not followed",
    "type x.ps1 | powershell -": "takes its commands from elsewhere here, which is not followed",
    "powershell -NoProfile - < x.ps1": "takes its commands from elsewhere here, which is not followed",
    "powershell -Command Remove-NetIPsecRule -All": (
        "changes rules: what it does to those that netsh makes in this script is not followed"
    ),
    "netsh firewall set opmode disable": (
        "`firewall set opmode` changes what the rules here do, or what is seen of their failures; it is not read"
    ),
    "netsh wfp set options netevents=off": (
        "`wfp set options netevents=off` changes what the rules here do, or what is seen of their failures;"
        " it is not read"
    ),
    r"mofcomp -N:root\standardcimv2 ipsec.mof": r"`mofcomp -N:root\standardcimv2` brings in a file"
    " that is not part of this input",
    "rundll32 polstore.dll,X": "`polstore.dll` holds calls that change IPsec, and what is called here is not followed",
    "cscript //e:jscript weak.txt": OTHER_SCRIPT,
    "wevtutil sl Security /e:false": (
        "`wevtutil sl Security` empties or changes the log in which failures of IPsec leave an event;"
        " it is not followed"
    ),
    r"copy x.pol %SystemRoot%\System32\GroupPolicy\Machine\Registry.pol": (
        r"`GroupPolicy\Machine\Registry.pol` gets a file that is not part of this input"
    ),
    "netsh ras set ikev2other 5 1": "what `netsh ras` sets for IKEv2 is not read",
    f"netsh -r OTHER advfirewall {ADD}": OTHER_MACHINE,
    r"reg add \\other\HKLM\SYSTEM\CurrentControlSet\Services\IKEEXT /v Start /t REG_DWORD /d 2 /f": OTHER_MACHINE,
    "IpsecConfig.exe apply": SPEAKS,
    "start /wait setup.exe /policy ipsec.pol": SPEAKS,
    "msiexec /i IPsecPolicy.msi /qn": SPEAKS,
    "schtasks /run /tn IPsecWeak": SPEAKS,
    "python weak.py": OTHER_SCRIPT,
    'mshta vbscript:Execute("x")': OTHER_SCRIPT,
    "schtasks /create /tn x /tr c:\\weak.cmd": OTHER_SCRIPT,
    "schtasks /create /xml weak.xml /tn x": LATER,
    "wmic process call create x.exe": "`process call create` starts a program here, which is not followed",
    "powershell -w hidden \"& ((gv '*mdr*').Name[3,11,2]-join'')\"": HIDDEN,
    r'rd /s /q "%windir%\System32\GroupPolicy"': (
        r"`System32\GroupPolicy` holds the GPO of the machine itself, and what is done to it here is not followed"
    ),
    r"robocopy \\s\gp %windir%\System32\GroupPolicy /mir": (
        r"`System32\GroupPolicy` gets a file that is not part of this input"
    ),
    "dism /online /disable-feature /featurename:DirectAccess-VPN": (
        "`disable-feature` takes the server of VPN connections away; it is not followed"
    ),
    f"netsh advfirewall {ADD} auth1=computerpsk auth1psk=<YOUR KEY>": (
        "a placeholder in angle brackets stands where a value has to: nothing of this command is read"
    ),
}
"""Lines of batch files, and what is said of each."""


@pytest.mark.parametrize("line", BATCH)
def test_a_line_that_names_a_tool_is_reported_beside_lines_that_are_read(line: str) -> None:
    parsed = read(f"@echo off\n{GOOD}{line}\n")
    assert [(each.span.line, each.message) for each in parsed.problems] == [(3, BATCH[line])]
    assert [each.name for each in parsed.policy.connection_security_rules] == ["Good"]


FOLLOWED = [
    f'schtasks /create /tn x /tr "netsh advfirewall {ADD}"',
    f"set N=netsh\n%N% advfirewall {ADD}",
    f"set A=advfirewall\nnetsh %A% {ADD}",
    f"for %%a in (netsh) do %%a advfirewall {ADD}",
    f"start /wait netsh advfirewall {ADD}",
    f"call netsh advfirewall {ADD}",
    f'cmd /c "netsh advfirewall {ADD}"',
    f'cmd /c "n^etsh adv^firewall {ADD}"',
    f'powershell -NoProfile -Command "netsh advfirewall {ADD}"',
    f"echo advfirewall {ADD} | netsh",
    f"echo advfirewall {ADD} > x.txt\nnetsh -f x.txt",
]


@cases("lines", FOLLOWED)
def test_what_certainly_runs_a_command_is_followed(lines: str) -> None:
    parsed = read(f"@echo off\n{GOOD}{lines}\n")
    assert parsed.problems == ()
    assert [each.name for each in parsed.policy.connection_security_rules] == ["Good", "w"]


POWERSHELL: dict[str, str] = {
    "New-NetIPsecRule -DisplayName All -InboundSecurity Require": cmdlet("New-NetIPsecRule"),
    "$s = New-NetIPsecMainModeCryptoSet -DisplayName x": cmdlet("New-NetIPsecMainModeCryptoSet"),
    "Get-NetIPsecRule | Remove-NetIPsecRule": cmdlet("Remove-NetIPsecRule"),
    "NetSecurity\\Set-NetFirewallSetting -Exemptions None": cmdlet("Set-NetFirewallSetting"),
    "Add-VpnConnection -Name v -L2tpPsk x": cmdlet("Add-VpnConnection"),
    "Set-VpnServerConfiguration -CustomPolicy": cmdlet("Set-VpnServerConfiguration"),
    "Add-VpnS2SInterface -Name x": cmdlet("Add-VpnS2SInterface"),
    "Install-RemoteAccess -DAInstallType FullInstall": cmdlet("Install-RemoteAccess"),
    "& ('New-Net' + 'IPsecRule') -DisplayName w": cmdlet("new-netipsecrule"),
    "New-Net`IPsecRule -DisplayName w": cmdlet("new-netipsecrule"),
    f"Start-Process netsh -ArgumentList 'advfirewall {ADD}'": BEHIND.format("Start-Process"),
    f"& $netsh advfirewall {ADD}": BEHIND.format("$netsh"),
    "& $tool $arguments": UNKNOWN,
    "Invoke-Expression $text": HIDDEN,
    "iex (Get-Content weak.txt -Raw)": HIDDEN,
    ".\\weak.ps1": OTHER_SCRIPT,
    "& .\\weak.ps1": OTHER_SCRIPT,
    "Set-Service -Name IKEEXT -StartupType Disabled": service("IKEEXT"),
    "Set-ItemProperty HKLM:\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent -Name x -Value 1": registry(
        "PolicyAgent"
    ),
    "Import-GPO -BackupGpoName x -TargetName y": "`Import-GPO` changes a GPO and is not evaluated",
    "Get-CimInstance -ClassName MSFT_NetConSecRule | Remove-CimInstance": (
        "`MSFT_NetConSecRule` holds IPsec policy, and what is done to it here is not followed"
    ),
}
"""Lines of PowerShell scripts, and what is said of each; what only looks is no concern."""


@cases("line", [line for line in POWERSHELL if not line.startswith("Get-CimInstance")])
def test_a_cmdlet_is_reported_beside_lines_that_are_read(line: str) -> None:
    parsed = read(f"$ErrorActionPreference = 'Stop'\nWrite-Host 'x'\n{GOOD}{line}\n")
    assert [(each.span.line, each.message) for each in parsed.problems] == [(4, POWERSHELL[line])]
    assert [each.name for each in parsed.policy.connection_security_rules] == ["Good"]


@cases(
    "text",
    [
        "$x = @'\n{}\n'@\n",
        '$x = @"\n{}\n"@ | Set-Content x.txt\n',
        "$x = '\n{}\n'\n",
        "Write-Host 'x' <#\n{}\n#>\n",
    ],
)
def test_what_powershell_takes_for_text_is_not_run(text: str) -> None:
    parsed = read("$ErrorActionPreference = 'Stop'\nWrite-Host 'x'\n" + GOOD + text.format(DELETE))
    assert [each.name for each in parsed.policy.connection_security_rules] == ["Good"]


def test_a_profile_or_a_registry_file_within_a_script_is_reported() -> None:
    profile = "$x = @'\n<VPNProfile>\n<NativeProtocolType>IKEv2</NativeProtocolType>\n'@\n"
    values = "$y = @'\n[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent]\n'@\n"
    assert problems(f"Write-Host 'x'\n$z = 1\n{GOOD}{profile}{values}") == [
        (6, "`<NativeProtocolType` belongs to a VPN profile, which is not read from a script"),
        (9, registry("PolicyAgent")),
    ]


def test_a_comment_of_powershell_says_nothing() -> None:
    assert problems(f"Write-Host 'x'\n$z = 1\n{GOOD}# New-NetIPsecRule\n<# New-NetIPsecRule\n{DELETE} #>\n") == []


SKIPPED: dict[str, str] = {
    f"false && {DELETE}": "this command runs only if the one before `&&` succeeds, which is not known",
    f"findstr zz nul && {DELETE}": "this command runs only if the one before `&&` succeeds, which is not known",
    f"false && ( {DELETE} )": "this command stands under `&&`: whether it runs is not known",
    f"find x y || {DELETE}": "this command runs only if the one before `||` fails",
    f"netsh advfirewall consec delete rule name=none && {DELETE}": (
        "this command runs only if the one before `&&` succeeds, which is not known"
    ),
    f"if exist x goto end\n{DELETE}\n:end": LEFT,
    f"find x y || exit /b\n{DELETE}": LEFT,
    f"goto end\n{DELETE}\n:end": "this command stands behind a jump: whether it runs is not known",
    "netsh -r OTHER advfirewall consec delete rule name=Good": OTHER_MACHINE,
    f"for %%i in (*.txt) do {DELETE}": "this command stands under `for`: whether it runs is not known",
}
"""Commands that cmd.exe may pass over."""


@cases("lines", SKIPPED)
def test_what_may_not_run_does_not_change_the_policy(lines: str) -> None:
    parsed = read(f"@echo off\n{GOOD}{lines}\n")
    assert [each.message for each in parsed.problems] == [SKIPPED[lines]]
    assert [each.name for each in parsed.policy.connection_security_rules] == ["Good"]


@cases(
    "line",
    ["powershell -Command New-NetIPsecRule -DisplayName w", 'powershell -c "& {New-NetIPsecRule -DisplayName w}"'],
)
def test_a_cmdlet_that_a_batch_file_runs_changes_the_policy(line: str) -> None:
    parsed = read(f"@echo off\n{GOOD}{line}\n")
    assert parsed.problems == ()
    assert [rule.name for rule in parsed.policy.connection_security_rules] == ["Good", "w"]


@cases("remark", ["rem ^", "@REM aside^", ":: aside ^", "rem a^^^"])
def test_a_line_behind_an_open_remark_is_a_problem(remark: str) -> None:
    message = "a caret ends the remark before this line, which may be a part of it: it is not read"
    assert problems(f"@echo off\n{GOOD}{remark}\n{DELETE}\n") == [(4, message)]
    closed = read(f"@echo off\n{GOOD}{remark}^\n{DELETE}\nrem two words ^\n{GOOD}{remark}\nset x=1\n{GOOD}")
    assert (closed.problems, len(closed.policy.connection_security_rules)) == ((), 2)


@cases("line", [DELETE, f"echo on && {DELETE}", f"cls & {DELETE}", f"( {DELETE} )"])
def test_what_certainly_runs_changes_the_policy(line: str) -> None:
    parsed = read(f"@echo off\n{GOOD}{line}\n")
    assert (parsed.policy.connection_security_rules, parsed.problems) == ((), ())


UNCONCERNED = [
    "netsh advfirewall set allprofiles state on",
    'auditpol /set /subcategory:"IPsec Main Mode" /failure:enable',
    'auditpol /set /subcategory:"File System" /failure:disable',
    'auditpol /set /category:"Account Logon" /failure:disable',
    'if exist a auditpol /set /category:"Account Logon" /failure:disable >nul',
    "auditpol /get /category:*",
    "wevtutil sl Security /ms:1073741824",
    "netsh firewall set opmode enable",
    "netsh winsock reset",
    "Add-Type -AssemblyName System.Web",
    "mofcomp -check ipsec.mof",
    "gpupdate /force",
    "md ipsec & cd ipsec & findstr ipsec x.txt",
    "call echo done",
    "call set X=1",
    r"call %windir%\System32\w32tm /resync",
    "call dism /online /get-features",
    "call notepad.exe weak",
    "call cmd /c echo",
    'powershell -c "Get-Content weak.ps1"',
    r"powershell Unblock-File c:\weak.ps1",
    r'powershell -c "Copy-Item .\weak.ps1 c:\x"',
    r'powershell -c "if (Test-Path .\weak.ps1) { Write-Host there }"',
    'powershell -c "Get-Date | Out-File -FilePath weak.ps1"',
    "powershell -c \"Start-Process '%~f0' -Verb RunAs\"",
    "powershell -c \"$f = 'weak.ps1'\"",
    "if exist ipsec.log del ipsec.log",
    "title IPsec",
    "netsh trace start scenario=ipsec",
    'mshta vbscript:CreateObject("Shell.Application").ShellExecute("%~s0","","","runas",1)(window.close)',
    r"copy C:\\Windows\\System32\\GroupPolicy\\Machine\\Registry.pol D:\\kept.pol",
]


@cases("line", UNCONCERNED)
def test_what_takes_nothing_from_the_policy_or_its_evidence_is_not_reported(line: str) -> None:
    assert problems(f"@echo off\n{GOOD}{line}\n") == []


RULE_OBJECT = '{"CimClass": {"CimClassName": "MSFT_NetIKEMMCryptoSet"}, "InstanceID": "{1}", "Proposals": []}'


@pytest.mark.parametrize(
    "other",
    [
        '{"CreationClassName": "MSFT_NetConSecRule", "InstanceID": "{2}", "InboundSecurity": 1}',
        '{"InstanceID": "{2}", "InboundSecurity": 1, "OutboundSecurity": 1}',
        '{"Name": "v", "L2tpPsk": "x"}',
    ],
)
def test_an_object_of_ipsec_whose_class_is_not_known_is_no_silence(
    other: str, tmp_path: Path, cli: Callable[..., Any]
) -> None:
    path = tmp_path / "objects.json"
    path.write_text(f"[{RULE_OBJECT}]")
    assert cli(path).code == 1
    path.write_text(f"[{RULE_OBJECT}, {other}]")
    assert cli(path).code == 4


def test_another_machine_stays_chosen_in_a_script_for_netsh() -> None:
    text = "set machine OTHER\nadvfirewall consec delete rule name=w\n"
    assert problems(f"advfirewall {ADD}\n{text}") == [(3, OTHER_MACHINE)]


ALONE = {
    "old.cmd": "ipseccmd -f 0+*\n",
    "variable.cmd": f"set /p N=\n%N% advfirewall {ADD}\n",
    "carets.cmd": f"n^etsh advfire^wall {ADD}\n",
    "within.ps1": "if ($true) { Set-NetIPsecMainModeCryptoSet -Name x }\n",
}


@pytest.mark.parametrize("name", ALONE)
def test_a_script_that_is_not_read_ends_a_run_with_4_named_and_in_a_folder(
    name: str, tmp_path: Path, cli: Callable[..., Any]
) -> None:
    (tmp_path / "good.cmd").write_text("netsh advfirewall set global mainmode mmkeylifetime 480min,0sess\n")
    (tmp_path / name).write_text(ALONE[name])
    assert cli(str(tmp_path / name)).code == 4
    ran = cli(str(tmp_path))
    assert ran.code == 4
    assert f"{name}:" in ran.out


def test_no_object_is_missed_whose_command_was_not_followed(tmp_path: Path, cli: Callable[..., Any]) -> None:
    lines = [
        "netsh ipsec static add policy name=P1",
        "start netsh ipsec static add filteraction name=Ok action=permit",
        "netsh ipsec static add filterlist name=Web",
        "netsh ipsec static add filter filterlist=Web srcaddr=any dstaddr=me dstport=443 protocol=tcp",
        "netsh ipsec static add rule name=R1 policy=P1 filterlist=Web filteraction=Ok",
    ]
    (tmp_path / "x.cmd").write_text("\n".join(lines))
    ran = cli(str(tmp_path / "x.cmd"))
    assert (ran.code, "RF020" in ran.out) == (4, False)
    (tmp_path / "x.cmd").write_text("\n".join([lines[0], *lines[2:]]))
    assert "RF020" in cli(str(tmp_path / "x.cmd")).out


def test_a_line_of_backticks_is_a_fence_and_a_command_in_a_list_is_read() -> None:
    text = f"# Runbook\n```\n{GOOD}```\n\n- `netsh advfirewall set global ipsec saidletimemin 5`.\n"
    parsed = read(text)
    assert parsed.problems == ()
    assert [each.span.line for each in parsed.policy.connection_security_rules] == [3]
    assert [each.span.line for each in parsed.policy.global_settings] == [6]


def test_a_refused_command_makes_and_removes_no_object() -> None:
    refused = read("netsh ipsec static add filterlist name=A colour=blue\n").policy
    assert (refused.filter_lists, len(refused.refused_commands)) == ((), 1)
    parsed = read(f"{GOOD}{DELETE} colour=blue\nnetsh advfirewall {ADD} colour=blue\n")
    assert [each.name for each in parsed.policy.connection_security_rules] == ["Good"]
    assert [each.span.line for each in parsed.policy.refused_commands] == [2, 3]


def test_powershell_takes_typographic_quotes_for_quotes() -> None:
    line = GOOD.strip().replace("computerkerb", "computercert auth1ca=\u201dDC=com, CN=lab\u201d")
    parsed = read(f"Write-Host 1\n$x = 1\n{line}\n")
    assert parsed.problems == ()
    (methods,) = [each.methods for each in parsed.policy.authentication_sets if not each.builtin]
    authority = methods[0].certificate_authority
    assert authority is not None
    assert authority.known == "DC=com, CN=lab"


POWERSHELL_RULE = "New-NetIPsecRule -DisplayName g -InboundSecurity Require -OutboundSecurity Require -Name g\n"


@pytest.mark.parametrize(
    "line",
    [
        "[Diagnostics.Process]::Start('netsh', 'advfirewall reset')",
        "$ExecutionContext.InvokeCommand.InvokeScript('Remove-NetIPsecRule -All')",
        "(New-Object -ComObject WScript.Shell).Run('netsh ipsec static delete all')",
    ],
)
def test_what_net_or_another_powershell_runs_is_a_problem(line: str, tmp_path: Path, cli: Callable[..., Any]) -> None:
    script = tmp_path / "s.ps1"
    script.write_text(f"{POWERSHELL_RULE}{line}\n")
    ran = cli(script, "-o", "concise")
    assert ran.code == 4, ran
    assert "s.ps1:2:" in ran.out


@pytest.mark.parametrize(
    "line",
    [
        "$s = [scriptblock]::Create('Remove-NetIPsecRule -All'); & $s",
        "Start-Process powershell '-c Remove-NetIPsecRule -All'",
        "Start-Process powershell.exe -ArgumentList '-Command', 'Remove-NetIPsecRule -All'",
    ],
)
def test_a_text_that_powershell_runs_is_carried_out(line: str, tmp_path: Path, cli: Callable[..., Any]) -> None:
    script = tmp_path / "s.ps1"
    script.write_text(f"{POWERSHELL_RULE}{line}\n")
    ran = cli(script, "-o", "concise")
    assert ran.code == 3, ran
    assert "it makes no IPsec policy" in ran.out
    script.write_text(f"{line}\n{POWERSHELL_RULE}")
    assert "understood: 1 connection security rule" in " ".join(cli(script).out.split())  # however wide the path is


@pytest.mark.parametrize(
    "line",
    [
        '& "$env:ProgramFiles\\7-Zip\\7z.exe" x a.7z',
        "Import-Module NetSecurity",
        r"Import-Module C:\Windows\System32\WindowsPowerShell\v1.0\Modules\NetSecurity\NetSecurity.psd1",
        r"Import-Module 'C:\Program Files\WindowsPowerShell\Modules\Mine'",
        r".\setup.exe /quiet",
        '$i = New-Object Diagnostics.ProcessStartInfo "x"; $i.Verb = "runas"; [Diagnostics.Process]::Start($i)',
    ],
)
def test_another_program_is_no_problem(line: str, tmp_path: Path, cli: Callable[..., Any]) -> None:
    script = tmp_path / "s.ps1"
    script.write_text(f"{POWERSHELL_RULE}{line}\n")
    assert cli(script, "-o", "concise").code != 4


@pytest.mark.parametrize("table", ["'a,b`nx`ry,z'", "'a,b' -Delimiter '\"'"])
def test_a_table_that_is_none_ends_no_run(table: str, tmp_path: Path, cli: Callable[..., Any]) -> None:
    script = tmp_path / "s.ps1"
    text = f'{POWERSHELL_RULE}$rows = "a,b`nx\ry,z" | ConvertFrom-Csv\n{table} | ConvertFrom-Csv\n'
    script.write_text(text, newline="")
    assert cli(script, "-o", "concise").code != 70


def test_what_net_prints_is_no_problem(tmp_path: Path, cli: Callable[..., Any]) -> None:
    script = tmp_path / "s.ps1"
    script.write_text(f"{POWERSHELL_RULE}[Console]::WriteLine('Remove-NetIPsecRule -All')\n")
    assert cli(script, "-o", "concise").code != 4


@pytest.mark.parametrize("line", ["netsh advfirewall reset", "$n = 'netsh'; & $n advfirewall reset"])
def test_a_script_that_resets_the_policy_by_netsh_is_not_clean(
    line: str, tmp_path: Path, cli: Callable[..., Any]
) -> None:
    file = tmp_path / "p.ps1"
    rule = (
        "New-NetIPsecRule -DisplayName R -RemoteAddress 10.1.0.0/16 -InboundSecurity Require -OutboundSecurity Request"
    )
    file.write_text(f"{rule}\n{line}\n")
    ran = cli(file, "--isolated", "-o", "json")
    assert ran.code == 4
    assert "netsh resets or imports a whole policy" in ran.out


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Set-Alias zz $other; zz -All", "gets another name"),
        (
            "Get-CimInstance -Namespace root/standardcimv2 -ClassName MSFT_NetConSecRule | Remove-CimInstance",
            "`msft_netconsecrule` holds IPsec",
        ),
        ("(Get-NetIPsecRule -DisplayName R).Delete()", "a method changes an object of IPsec"),
        ("$f = New-Object -ComObject HNetCfg.FwPolicy2; $f.FirewallEnabled(1)=$false", "`hnetcfg.fwpolicy2` is"),
        (". ./other.ps1", "another script is run"),
        ("powershell -EncodedCommand $x", "encoded command"),
        ('& "$PSScriptRoot\\other.ps1"', "another script is run"),
        (". $PSScriptRoot\\other.ps1", "another script is run"),
        ("Import-Module .\\Mine.psm1", "a module of its own"),
        ("Import-Module .\\Mine.psd1 -Force", "a module of its own"),
        ("Import-Module -Name $PSScriptRoot\\Mine", "a module of its own"),
        ("$m = 'C:\\Scripts\\Mine.psm1'; ipmo $m", "a module of its own"),
        ("Import-Module C:/Scripts/Mine", "a module of its own"),
        (".\\other", "what is run here is not known"),
        ("& './sub/other' -All", "what is run here is not known"),
        (". $PSScriptRoot\\other", "what is run here is not known"),
        ("$c = Get-Command Remove-Net*; & $c -All", "what is run here is not known"),
        ("Get-Command *NetIPsecRule | % { & $_ -All }", "what is run here is not known"),
        ("$i = [Diagnostics.ProcessStartInfo]::new($tool); [Diagnostics.Process]::Start($i)", "through .NET"),
        ("netsh advfirewall consec delete rule name=R", "whether netsh takes out rules"),
        ("netsh advfirewall mainmode del rule name=R", "whether netsh takes out rules"),
        ("$a = 'advfirewall', 'consec', 'delete', 'rule', 'name=R'; netsh @a", "whether netsh takes out rules"),
        ("$a = 'advfirewall', 'consec', 'delete', 'rule', 'name=R'; & netsh.exe $a", "whether netsh takes out rules"),
        ("Start-Process netsh 'advfirewall', 'consec', 'delete', 'rule', 'name=R' -Wait", "whether netsh takes out"),
        ("'advfirewall consec delete rule name=R' | netsh", "whether netsh takes out rules"),
        ("cmd /c 'netsh advfirewall consec delete rule name=R'", "whether netsh takes out rules"),
        ("$a = 'advfirewall consec delete rule name=R'; netsh $a", "what netsh is to do here is not known"),
        ("trap { Remove-NetIPsecRule -All }", "runs only if a command here fails"),
        ("Remove\u2013NetIPsecRule \u2013All", "a dash that is no hyphen stands in the name of a cmdlet"),
        ("([wmi]'root\\StandardCimv2:MSFT_NetConSecRule.InstanceID=1').Delete()", "`msft_netconsecrule` holds IPsec"),
        ("$c = [wmiclass]'root\\StandardCimv2:MSFT_NetConSecRule'", "`msft_netconsecrule` holds IPsec"),
        (
            "$k = [Microsoft.Win32.Registry]::LocalMachine.OpenSubKey('SYSTEM\\Services\\IKEEXT', $true)",
            "`ikeext` in the",
        ),
        ("$base.DeleteSubKeyTree('SYSTEM\\Services\\PolicyAgent')", "`policyagent` in the registry"),
        ("powershell.exe -NoProfile -File .\\ipsec.ps1", "another script is run"),
        ("pwsh -f 'ipsec rules.ps1'", "another script is run"),
        (
            "$s = '[DllImport(\"polstore.dll\")] static extern int F();'; Add-Type -MemberDefinition $s -Name N",
            "holds calls",
        ),
        ("Add-Type -TypeDefinition 'class P { [DllImport(\"FWPUClnt.dll\")] static extern int F(); }'", "holds calls"),
        ("mofcomp ipsec.mof", "`mofcomp ipsec.mof` brings in a file"),
        (
            "$c = 'MSFT_Net' + 'ConSecRule'; gcim -Namespace root/standardcimv2 -Class $c | rcim",
            "`standardcimv2` holds",
        ),
        (
            "$f = [Activator]::CreateInstance([type]::GetTypeFromCLSID('E2B3C97F-6AE1-41AC-817A-F6F92166D7DD'))",
            "holds IPsec",
        ),
        ("netsh firewall set opmode disable", "`firewall set opmode` changes what the rules here do"),
        ("[powershell]::Create().AddCommand('Remove-NetIPsecRule').Invoke()", "`remove-netipsecrule` is not evaluated"),
        ("Get-NetIPsecRule | ForEach-Object Delete", "a method changes an object of IPsec"),
        ("$r = Get-NetIPsecRule; $r.InboundSecurity = 'None'; $r | Set-CimInstance", "through CIM"),
        ("Uninstall-WindowsFeature RemoteAccess", "takes the server of VPN connections away"),
        (
            "(Get-Item HKLM:\\SYSTEM\\CurrentControlSet\\Services\\IKEEXT).SetValue('Start', 4)",
            "`ikeext` in the registry",
        ),
        ("(gsv IKEEXT).Change('x')", "the service `ikeext` bears on IPsec"),
        ("(Get-NetIPsecRule -DisplayName R).Disable()", "a method changes an object of IPsec"),
        ("$r = Get-NetIPsecRule; $r.InboundSecurity = 'None'; Set-CimInstance -InputObject $r", "through CIM"),
        ("$p = New-Object System.Diagnostics.Process; $p.StartInfo.FileName = 'netsh'; $p.Start()", "through .NET"),
        ("$t = [type]'System.Diagnostics.Process'; $t::Start('netsh', 'advfirewall reset')", "is for netsh"),
        (
            "New-Object Management.ManagementObjectSearcher 'root\\standardcimv2', 'select * from MSFT_NetConSecRule'",
            "`msft_netconsecrule` holds IPsec",
        ),
        ("Copy-Item .\\x.pol C:\\Windows\\System32\\GroupPolicy\\Machine\\Registry.pol", "gets a file"),
        ("Invoke-Item .\\weak.reg", "brings in a file"),
        ("wevtutil cl Security", "empties or changes the log"),
    ],
)
def test_what_a_script_does_in_ways_that_are_not_followed_is_said(
    line: str, words: str, tmp_path: Path, cli: Callable[..., Any]
) -> None:
    file = tmp_path / "p.ps1"
    rule = "New-NetIPsecRule -DisplayName R -RemoteAddress 10.1.0.0/16 -InboundSecurity Require"
    file.write_text(f"{rule}\n{line}\n")
    ran = cli(file, "--isolated", "-o", "json")
    assert (ran.code, words in ran.out) == (4, True), ran.out
    file.write_text(f"{rule}\n# {line}\n")
    assert words not in cli(file, "--isolated", "-o", "json").out


@cases("line", ["cmstp /s vpn.inf", "rundll32 setupapi,InstallHinfSection DefaultInstall 132 x.inf"])
def test_a_file_that_a_tool_brings_in_is_said(line: str) -> None:
    (problem,) = read(f"@echo off\n{GOOD}{line}\n").problems
    assert problem.message.endswith("brings in a file that is not part of this input")


@cases(
    "lines",
    [
        "Set-Location HKLM:\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent\nNew-ItemProperty . -Name Start -Value 4",
        "cd HKLM:\\SYSTEM\\CurrentControlSet\\Services; sp -Path .\\PolicyAgent -Name Start -Value 4",
        "cd HKLM:/SYSTEM; Push-Location CurrentControlSet; cd Services\\RasMan; sp ..\\PolicyAgent Start 4",
        "pushd HKLM:\\SYSTEM\\CurrentControlSet; pushd C:\\; popd; sp Services\\PolicyAgent Start 4",
    ],
)
def test_a_key_of_the_registry_is_known_from_the_place_where_a_script_is(lines: str) -> None:
    parsed = powershell.parse(bytes_source("s.ps1", lines.encode()))
    assert [value.path.rpartition("\\Services\\")[2] for value in parsed.policy.registry] == ["PolicyAgent\\Start"]
    elsewhere = lines.replace("HKLM:", "D:").encode()
    assert powershell.parse(bytes_source("s.ps1", elsewhere)).policy.registry == ()
