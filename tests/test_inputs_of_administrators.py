"""What administrators write and paste, F2 to F12 of a field trial: each of its inputs, run through the whole program.

The name of a case is the trial's own: `F10` is about wrappers. What a kind is about in depth has tests of its own in
`formats/powershell/script`, `formats/netsh/test_batch.py`, `formats/test_transcript.py` and `formats/events`.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.outcomes import Row, run

COMMAND = (
    "advfirewall consec add rule name=Lab endpoint1=any endpoint2=10.9.0.0/16 "
    "action=requireinrequestout auth1=computerkerb"
)
LAB = f"netsh {COMMAND}\n"
CMDLETS = """$p = New-NetIPsecMainModeCryptoProposal -Encryption DES -Hash MD5 -KeyExchange DH1
New-NetIPsecMainModeCryptoSet -DisplayName 'Weak' -Proposal $p -MaxMinutes 1 -MaxSessions 1 -Default
New-NetIPsecRule -DisplayName 'Every host' -InboundSecurity Require -OutboundSecurity Require
"""
RULE = "New-NetIPsecRule -DisplayName A -InboundSecurity Require -OutboundSecurity Require\n"
CONFIGURATION = (
    "-AuthenticationTransformConstants SHA256128 -CipherTransformConstants AES128 -EncryptionMethod AES128 "
    "-IntegrityCheckMethod SHA256 -DHGroup Group14 -PfsGroup PFS2048"
)
PROFILE = (
    "<VPNProfile><NativeProfile><Servers>v.example</Servers><NativeProtocolType>IKEv2</NativeProtocolType>"
    "<CryptographySuite><AuthenticationTransformConstants>None</AuthenticationTransformConstants>"
    "<CipherTransformConstants>AES128</CipherTransformConstants><EncryptionMethod>AES128</EncryptionMethod>"
    "<IntegrityCheckMethod>SHA256</IntegrityCheckMethod><DHGroup>Group14</DHGroup><PfsGroup>None</PfsGroup>"
    "</CryptographySuite></NativeProfile></VPNProfile>"
)
SERVICES = "HKLM\\SYSTEM\\CurrentControlSet\\Services"
REG_FILE = (
    "$reg = @'\nWindows Registry Editor Version 5.00\n\n"
    "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent]\n"
    '"AssumeUDPEncapsulationContextOnSendRule"=dword:00000002\n\'@\n'
    "Set-Content $env:TEMP\\nat.reg $reg\nreg import $env:TEMP\\nat.reg\n"
)
REG_RULE = (
    f'reg add "{SERVICES}\\SharedAccess\\Parameters\\FirewallPolicy\\ConSecRules" /v r1 /t REG_SZ /d '
    '"v2.33|Action=SecureServer|Name=R1|Active=TRUE|Auth1Set={00000000-0000-0000-0000-000000000001}|" /f\n'
)
REG_VALUE = f"reg add {SERVICES}\\IKEEXT\\Parameters /v IkeNumEstablishedForInitialQuery /t REG_DWORD /d 10 /f\n"
STATIC = "netsh ipsec static"
LEGACY = (
    f"{STATIC} add policy name=P1\n{{}}\n{STATIC} add filterlist name=Web\n"
    f"{STATIC} add filter filterlist=Web srcaddr=any dstaddr=me dstport=443 protocol=tcp\n"
    f"{STATIC} add rule name=R1 policy=P1 filterlist=Web filteraction=Ok\n"
)
OK = f"{STATIC} add filteraction name=Ok action=permit"
LISTED = """IPsecRuleName      : {9C1F0D2A-0000-4000-8000-000000000001}
DisplayName        : Servers
Enabled            : True
Profile            : Domain
Mode               : Transport
InboundSecurity    : Require
OutboundSecurity   : Request
QuickModeCryptoSet : Default
Phase1AuthSet      : Default
Phase2AuthSet      :
KeyModule          : Default
LocalAddress       : Any
RemoteAddress      : 10.9.0.0/255.255.0.0
Protocol           : Any
LocalPort          : Any
RemotePort         : Any
"""
STARS = "**********************\n"
STARTED = (
    f"{STARS}Windows PowerShell transcript start\nStart time: 20240304091011\nUsername: CORP\\ana\n"
    f"Machine: SRV1 (Microsoft Windows NT 10.0.20348.0)\n{STARS}"
)
ENDED = f"{STARS}Windows PowerShell transcript end\nEnd time: 20240304091020\n{STARS}"
MENU = (
    ":menu\nset /p c=Choice:\nif %c%==1 goto add\nif %c%==2 goto remove\ngoto menu\n"
    f":add\n{STATIC} add policy name=P1\n{OK}\ngoto :eof\n:remove\n{STATIC} delete policy name=P1\ngoto menu\n"
)
MESSAGE = """An IPsec main mode negotiation failed.

Local Endpoint:
\tLocal Principal Name:\t-
\tNetwork Address:\t10.0.7.1
\tKeying Module Port:\t500

Remote Endpoint:
\tPrincipal Name:\t\t-
\tNetwork Address:\t10.0.7.20
\tKeying Module Port:\t500

Failure Information:
\tFailure Point:\t\tLocal computer
\tFailure Reason:\t\tNegotiation request sat in Queue too long
"""
AUDITING = "Microsoft-Windows-Security-Auditing"
GENERAL = "Log Name:      Security\nEvent ID:      4653\nDescription:\n"
WEVTUTIL = (
    f"Event[0]:\n  Log Name: Security\n  Source: {AUDITING}\n  Date: 2024-03-04T09:10:11.000\n  Event ID: 4653\n"
    "  Task: IPsec Main Mode\n  Level: Information\n  Keyword: Audit Failure\n  Computer: SRV1.corp.example\n"
    "  Description: \n"
)
FRIENDLY = f"""- <Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event">
- <System>
  <Provider Name="{AUDITING}" Guid="{{54849625-5478-4994-A5BA-3E3B0328C30D}}" />
  <EventID>4653</EventID>
  <TimeCreated SystemTime="2024-03-04T08:10:11.000000000Z" />
  <Computer>SRV1.corp.example</Computer>
  </System>
- <EventData>
  <Data Name="RemoteAddress">10.0.7.20</Data>
  <Data Name="FailureReason">Negotiation request sat in Queue too long</Data>
  </EventData>
  </Event>
"""
TYPOGRAPHIC = LAB.replace("auth1=computerkerb", "auth1=computercert auth1ca=\u201dDC=com, DC=lab, CN=lab-CA\u201d")
VARIABLE = LAB.replace("10.9.0.0/16", "{}")
FENCE = "`" * 3
PROMPTED = "exit 0 | t.txt is transcript of 1 ipsec_policy, 1 main_mode_crypto_set"
WRAPPED = "exit 0 | x.{} is {}-script of 1 authentication_set, 1 connection_security_rule"


def listed(**members: str) -> str:
    """Properties as Format-List prints them, the last over several lines."""
    return "".join(f"{name:<12} : {value}".replace("\n", "\n" + " " * 15) + "\n" for name, value in members.items())


ROWS = {
    "F2 script": Row(
        {"mixed.ps1": LAB + CMDLETS},
        "exit 1 "
        "| mixed.ps1 is powershell-script of 1 main_mode_crypto_set, 1 authentication_set, 2 "
        "connection_security_rule "
        "| error QD001 mixed.ps1:3, error QD002 mixed.ps1:3, error EX001 mixed.ps1:4, error CR001 "
        "mixed.ps1:2, error CR003 mixed.ps1:2, error CR005 mixed.ps1:2, warning QD025 "
        "mixed.ps1:3",
    ),
    "F2 page": Row(
        {"mixed.md": f"# Lab\n\n{FENCE}powershell\n{LAB}{CMDLETS}{FENCE}\n"},
        "exit 1 "
        "| mixed.md is powershell-script of 1 main_mode_crypto_set, 1 authentication_set, 2 "
        "connection_security_rule "
        "| error QD001 mixed.md:6, error QD002 mixed.md:6, error EX001 mixed.md:7, error CR001 "
        "mixed.md:5, error CR003 mixed.md:5, error CR005 mixed.md:5, warning QD025 "
        "mixed.md:6",
    ),
    "F2 page of two languages": Row(
        {"mixed.md": f"# Lab\n\n{FENCE}cmd\n{LAB}{FENCE}\n\nor\n\n{FENCE}powershell\n{CMDLETS}{FENCE}\n"},
        "exit 1 "
        "| mixed.md is transcript of 1 main_mode_crypto_set, 1 authentication_set, 2 "
        "connection_security_rule "
        "| error QD001 mixed.md:11, error QD002 mixed.md:11, error EX001 mixed.md:12, error CR001 "
        "mixed.md:10, error CR003 mixed.md:10, error CR005 mixed.md:10, warning QD025 mixed.md:11",
    ),
    "F3 rule": Row(
        {"a.ps1": RULE}, "exit 1 | a.ps1 is powershell-script of 1 connection_security_rule | error EX001 a.ps1:1"
    ),
    "F3 in a folder": Row(
        {"run/a.ps1": RULE, "run/good.cmd": LAB},
        "exit 1 "
        "| run/a.ps1 is powershell-script of 1 connection_security_rule; run/good.cmd is netsh-script "
        "of 1 authentication_set, 1 connection_security_rule "
        "| error EX001 run/a.ps1:1",
    ),
    "F3 connection": Row(
        {"a.ps1": f"Set-VpnConnectionIPsecConfiguration -ConnectionName V {CONFIGURATION} -Force\n"},
        "exit 0 | a.ps1 is powershell-script of 1 main_mode_crypto_set, 1 quick_mode_crypto_set, 1 vpn_connection",
    ),
    "F3 server": Row(
        {"a.ps1": f"Set-VpnServerConfiguration -CustomPolicy {CONFIGURATION} -SALifeTimeSeconds 600\n"},
        "exit 1 "
        "| a.ps1 is powershell-script of 1 main_mode_crypto_set, 1 quick_mode_crypto_set, 1 vpn_server "
        "| warning QD008 a.ps1:1, warning QD004 a.ps1:1",
    ),
    "F3 server without a suite": Row(
        {"a.ps1": "Set-VpnServerIPsecConfiguration -EncryptionType MaximumEncryption -SaLifeTime 600\n"},
        "exit 1 | a.ps1 is powershell-script of 1 vpn_server | warning QD004 a.ps1:1, warning CR025 a.ps1:1",
    ),
    "F3 interface": Row(
        {
            "a.ps1": "Add-VpnS2SInterface -Protocol IKEv2 -AuthenticationMethod PSKOnly -Name Far -NumberOfTries 3 "
            "-ResponderAuthenticationMethod PSKOnly -Destination 203.0.113.4 -SharedSecret 'TopSecretKey3'\n"
        },
        "exit 1 | a.ps1 is powershell-script of 1 authentication_set, 1 vpn_interface "
        "| warning CR025 a.ps1:1, info AU001 a.ps1:1",
    ),
    "F3 profile": Row(
        {
            "a.ps1": f"$xml = @'\n{PROFILE}\n'@\nNew-CimInstance -Namespace root\\cimv2\\mdm\\dmmap -ClassName "
            "MDM_VPNv2_01 -Property @{ParentID='./Vendor/MSFT/VPNv2'; InstanceID='Lab'; ProfileXML=$xml}\n"
        },
        "exit 1 "
        "| a.ps1 is powershell-script of 1 main_mode_crypto_set, 1 quick_mode_crypto_set, 1 "
        "vpn_connection "
        "| error CR008 a.ps1:2",
    ),
    "F3 registry file": Row({"a.ps1": REG_FILE}, "exit 0 | a.ps1 is powershell-script of 1 registry_value"),
    "F3 variables, splatting and a GPO": Row(
        {
            "a.ps1": "$gpo = 'corp.example\\Isolation'\n"
            "$p = New-NetIPsecQuickModeCryptoProposal -Encapsulation ESP -ESPHash MD5 -Encryption DES -MaxMinutes 5\n"
            "$set = New-NetIPsecQuickModeCryptoSet -DisplayName Q -Proposal $p -PolicyStore $gpo\n"
            "$rule = @{ DisplayName = 'S'; InboundSecurity = 'Require'; OutboundSecurity = 'Request'\n"
            "  RemoteAddress = '10.9.0.0/16'; QuickModeCryptoSet = $set.Name; PolicyStore = $gpo }\n"
            "New-NetIPsecRule @rule\n"
        },
        "exit 1 "
        "| a.ps1 is powershell-script of 1 quick_mode_crypto_set, 1 connection_security_rule "
        "| error CR003 a.ps1:2, error CR001 a.ps1:2, warning QD004 a.ps1:2, info QD007 a.ps1:2",
    ),
    "F4 beside netsh": Row(
        {"x.cmd": f"{LAB}{REG_RULE}{REG_VALUE}sc config PolicyAgent start= disabled\n"},
        "exit 1 "
        "| x.cmd is netsh-script of 1 authentication_set, 2 connection_security_rule, 1 "
        "registry_value, 1 service "
        "| error RF001 x.cmd:2, warning RF012 x.cmd:4, info QD014 x.cmd:2",
    ),
    "F4 value alone": Row({"x.cmd": REG_VALUE}, "exit 0 | x.cmd is netsh-script of 1 registry_value"),
    "F4 rule alone": Row(
        {"x.cmd": REG_RULE},
        "exit 0 | x.cmd is netsh-script of 1 connection_security_rule | info QD014 x.cmd:1, info RF001 x.cmd:1",
    ),
    "F4 service alone": Row(
        {"x.cmd": "sc config PolicyAgent start= disabled\n"}, "exit 0 | x.cmd is netsh-script of 1 service"
    ),
    "F4 ipseccmd": Row(
        {"x.cmd": f'{LAB}ipseccmd -w REG -p "Old" -r "R" -f 10.1.0.0/255.255.0.0=0 -n BLOCK -x\n'},
        "exit 1 "
        "| x.cmd is netsh-script of 1 ipsec_policy, 1 filter_list, 1 filter_action, 1 "
        "main_mode_crypto_set, 2 authentication_set, 2 connection_security_rule, 1 filter "
        "| warning RF011 x.cmd:2",
    ),
    "F4 ipsecpol": Row(
        {"x.cmd": 'ipsecpol -w REG -p "Old" -r "R" -f *+0:445:TCP -n BLOCK -x\n'},
        "exit 0 "
        "| x.cmd is netsh-script of 1 ipsec_policy, 1 filter_list, 1 filter_action, 1 "
        "main_mode_crypto_set, 1 authentication_set, 1 connection_security_rule, 1 filter",
    ),
    **{
        f"F5 prompt {prompt}": Row({"t.txt": f"{prompt}{STATIC} add policy name=P1\n"}, PROMPTED)
        for prompt in ("C:\\> ", "C:\\Windows\\system32>", "C:\\>", "C:> ")
    },
    "F5 context": Row(
        {"t.txt": f"{LAB}netsh ipsec static>add policy name=P1\nnetsh ipsec static>{OK.removeprefix(STATIC + ' ')}\n"},
        "exit 0 "
        "| t.txt is transcript of 1 ipsec_policy, 1 filter_action, 1 main_mode_crypto_set, 1 "
        "authentication_set, 1 connection_security_rule",
    ),
    "F5 netsh typed to PowerShell": Row(
        {"t.txt": f"PS C:\\> {LAB}"}, "exit 0 | t.txt is transcript of 1 authentication_set, 1 connection_security_rule"
    ),
    "F5 list behind a prompt": Row(
        {"t.txt": f"PS C:\\> Get-NetIPsecRule | fl\n\n{LISTED}"},
        "exit 4 | t.txt is transcript partial of 1 connection_security_rule | IN003 t.txt:3:1",
    ),
    "F5 list behind a command": Row(
        {"t.txt": f"Get-NetIPsecRule -PolicyStore ActiveStore | Format-List\n\n{LISTED}"},
        "exit 4 | t.txt is transcript partial of 1 connection_security_rule | IN003 t.txt:3:1",
    ),
    "F5 Start-Transcript": Row(
        {"t.txt": f"{STARTED}PS C:\\> Get-NetIPsecRule | fl\n\n{LISTED}\nPS C:\\> Stop-Transcript\n{ENDED}"},
        "exit 4 | t.txt is transcript partial of 1 connection_security_rule | IN003 t.txt:9:1",
    ),
    "F5 collector": Row(
        {"t.txt": f"_____ IPsec Rules (Show-NetIPsecRule -PolicyStore ActiveStore) ____________\n\n{LISTED}"},
        "exit 4 | t.txt is transcript partial of 1 connection_security_rule | IN003 t.txt:3:1",
    ),
    "F5 list of a few properties": Row(
        {"t.txt": "PS C:\\> Get-NetIPsecMainModeCryptoSet | fl Max*\n\nMaxMinutes  : 5\nMaxSessions : 1\n"},
        "exit 4 "
        "| t.txt is transcript partial of 1 main_mode_crypto_set "
        "| error QD001 t.txt:3, error QD002 t.txt:4 "
        "| IN003 t.txt:3:1",
    ),
    "F6 call": Row(
        {"x.cmd": LEGACY.format(f"call {OK}")},
        "exit 0 "
        "| x.cmd is netsh-script of 1 ipsec_policy, 1 filter_list, 1 filter_action, 1 "
        "main_mode_crypto_set, 1 authentication_set, 1 connection_security_rule, 1 filter",
    ),
    "F6 program": Row(
        {"x.cmd": LEGACY.format(f"elevate.exe /run {OK}")},
        "exit 4 "
        "| x.cmd is netsh-script partial of 1 ipsec_policy, 1 filter_list, 1 main_mode_crypto_set, 1 "
        "authentication_set, 1 connection_security_rule, 1 filter "
        "| IN003 x.cmd:2:1",
    ),
    "F6 loop": Row(
        {"x.cmd": LEGACY.format(f"for /f %%i in (names.txt) do {OK.replace('name=Ok', 'name=%%i')}")},
        "exit 4 "
        "| x.cmd is netsh-script partial of 1 ipsec_policy, 1 filter_list, 1 main_mode_crypto_set, 1 "
        "authentication_set, 1 connection_security_rule, 1 filter "
        "| info RF020 x.cmd:5 "
        "| IN003 x.cmd:2:30",
    ),
    "F6 file": Row(
        {"x.cmd": LEGACY.format("netsh -f more.txt")},
        "exit 4 "
        "| x.cmd is netsh-script partial of 1 ipsec_policy, 1 filter_list, 1 main_mode_crypto_set, 1 "
        "authentication_set, 1 connection_security_rule, 1 filter "
        "| info RF020 x.cmd:5 "
        "| IN003 x.cmd:2:7",
    ),
    "F7 fence without a language": Row(
        {"x.md": f"{FENCE}\n{OK}\n{STATIC} add policy name=P1\n{FENCE}\n"},
        "exit 0 | x.md is transcript of 1 ipsec_policy, 1 filter_action, 1 main_mode_crypto_set",
    ),
    "F7 list": Row(
        {"x.md": f"Do:\n\n* `{STATIC} add policy name=P1`\n* `{OK}`\n"},
        "exit 0 | x.md is transcript of 1 ipsec_policy, 1 filter_action, 1 main_mode_crypto_set",
    ),
    "F7 Jekyll": Row(
        {"x.md": f"---\ntitle: a\n---\n{{% highlight powershell %}}{LAB.strip()}{{% endhighlight %}}\n"},
        "exit 0 | x.md is transcript of 1 authentication_set, 1 connection_security_rule",
    ),
    "F8": Row(
        {"x.cmd": f"{STATIC} add filterlist name=A colour=blue\n"},
        "exit 1 | x.cmd is netsh-script of 1 refused_command | error RF019 x.cmd:1",
        says=("unknown tag `colour`",),
    ),
    "F9 menu": Row(
        {"x.cmd": MENU},
        "exit 4 | x.cmd is netsh-script partial of 1 ipsec_policy, 1 filter_action, 1 main_mode_crypto_set"
        " | IN003 x.cmd:3:4",
        says=("what runs is chosen when this is called: it is read with `%c%==1`",),
    ),
    "F9 label": Row(
        {"x.cmd": f"call :add\ngoto :eof\n:add\n{STATIC} add policy name=P1\ngoto :eof\n"},
        "exit 0 | x.cmd is netsh-script of 1 ipsec_policy, 1 main_mode_crypto_set",
    ),
    "F9 set": Row(
        {"x.cmd": "set NET=10.9.0.0/16\n" + VARIABLE.format("%NET%")},
        "exit 0 | x.cmd is netsh-script of 1 authentication_set, 1 connection_security_rule",
    ),
    "F9 variable of PowerShell": Row(
        {"x.ps1": "$net='10.9.0.0/16'\n" + VARIABLE.format("$net")},
        "exit 0 | x.ps1 is powershell-script of 1 authentication_set, 1 connection_security_rule",
    ),
    "F9 tags behind a variable": Row(
        {"x.cmd": VARIABLE.format("%NET%").strip() + " mmsecmethods=x psk=y\n"},
        "exit 1 | x.cmd is netsh-script of 1 refused_command | error RF019 x.cmd:1",
        says=("unknown tag `mmsecmethods`",),
    ),
    "F9 placeholder": Row(
        {"x.cmd": f"{STATIC} add policy name=<string>\n"},
        "exit 4 | x.cmd is netsh-script partial of nothing | IN003 x.cmd:1:1",
        says=("a placeholder in angle brackets",),
    ),
    "F9 one slip": Row(
        {"x.cmd": 'netsh advfirewall mainmode add rule="req x" mmsecmethods=sha256\n'},
        "exit 1 | x.cmd is netsh-script of 1 refused_command | error RF019 x.cmd:1",
    ),
    **{
        f"F10 {line}": Row(
            {f"x.{ending}": f"{line.replace('{}', COMMAND)}\n"},
            WRAPPED.format(ending, "powershell" if ending == "ps1" else "netsh"),
        )
        for ending, line in (
            ("cmd", "call netsh {}"),
            ("cmd", "cmd /c netsh {}"),
            ("cmd", 'cmd /c "netsh {}"'),
            ("cmd", "start /wait netsh {}"),
            ("cmd", 'start "" /b /wait netsh {}'),
            ("cmd", 'powershell -Command "netsh {}"'),
            ("ps1", "$r = netsh {}"),
            ("ps1", "Start-Process netsh -ArgumentList '{}' -Wait"),
            ("ps1", "cmd /c 'netsh {}'"),
            ("ps1", "Invoke-Expression 'netsh {}'"),
            ("ps1", "@'\n{}\nexit\n'@ | netsh"),
            ("ps1", "Start-Job { netsh {} } | Wait-Job"),
        )
    },
    "F10 splatting": Row(
        {"x.ps1": "$words = " + ", ".join(f"'{word}'" for word in COMMAND.split()) + "\nnetsh @words\n"},
        "exit 0 | x.ps1 is powershell-script of 1 authentication_set, 1 connection_security_rule",
    ),
    "F10 PowerShell in a batch file": Row(
        {"x.cmd": f'powershell -NoProfile -c "{RULE.strip()}"\n'},
        "exit 1 | x.cmd is netsh-script of 1 connection_security_rule | error EX001 x.cmd:1",
    ),
    "F10 Python": Row(
        {"x.py": f"import subprocess\nsubprocess.run({['netsh', *COMMAND.split()]})\n"},
        "exit 0 | x.py is carried-commands of 1 authentication_set, 1 connection_security_rule",
    ),
    "F10 RunOnce": Row(
        {
            "x.reg": "Windows Registry Editor Version 5.00\n\n"
            "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\RunOnce]\n"
            f'"lab"="C:\\\\Windows\\\\System32\\\\netsh.exe {COMMAND}"\n"other"="notepad.exe"\n'
        },
        "exit 4 | x.reg is firewall-registry-reg partial of nothing | IN003 x.reg:4:1",
    ),
    "F10 JSON": Row(
        {"x.json": json.dumps({"commands": [LAB.strip()]})},
        "exit 0 | x.json is carried-commands of 1 authentication_set, 1 connection_security_rule",
    ),
    "F11 PowerShell": Row(
        {"x.ps1": TYPOGRAPHIC},
        "exit 0 "
        "| x.ps1 is netsh-script of 1 authentication_set, 1 connection_security_rule "
        "| info CR036 x.ps1:1, info AU009 x.ps1:1",
        says=("under the root DC=com, DC=lab, CN=lab-CA authenticates",),
    ),
    "F11 batch file": Row(
        {"x.cmd": TYPOGRAPHIC},
        "exit 1 | x.cmd is netsh-script of 1 refused_command | error RF019 x.cmd:1",
        says=("typographic quotation marks are letters here",),
    ),
    "F12 General": Row({"e.txt": GENERAL + MESSAGE}, "exit 1 | e.txt is event-text of 1 event | warning RT001 e.txt:2"),
    "F12 wevtutil": Row(
        {"e.txt": WEVTUTIL + MESSAGE}, "exit 1 | e.txt is event-text of 1 event | warning RT001 e.txt:5"
    ),
    "F12 friendly view": Row({"e.txt": FRIENDLY}, "exit 1 | e.txt is event-text of 1 event | warning RT001 e.txt:4"),
    "F12 list": Row(
        {"e.txt": listed(TimeCreated="3/4/2024 9:10:11 AM", ProviderName=AUDITING, Id="4653", Message=MESSAGE)},
        "exit 1 | e.txt is event-text of 1 event | warning RT001 e.txt:3",
    ),
    "F12 JSON": Row(
        {"e.json": json.dumps([{"Id": 4653, "ProviderName": AUDITING, "LogName": "Security", "Message": MESSAGE}])},
        "exit 1 | e.json is event-json of 1 event | warning RT001 e.json:1",
    ),
    "F12 CSV": Row(
        {
            "e.csv": "Keywords,Date and Time,Source,Event ID,Task Category\n"
            f'Audit Failure,3/4/2024 9:10:11 AM,{AUDITING},4653,IPsec Main Mode,"{MESSAGE.rstrip()}"\n'
        },
        "exit 1 | e.csv is event-text of 1 event | warning RT001 e.csv:2",
    ),
}


NO_POLICY = MESSAGE.replace("Negotiation request sat in Queue too long", "No policy configured")
ROWS |= {
    "F5 prompts of other shells": Row(
        {"t.txt": f"PS C:\\repo [main]> {STATIC} add policy name=P1\n[srv1]: PS C:\\> {OK}\n"},
        "exit 0 | t.txt is transcript of 1 ipsec_policy, 1 main_mode_crypto_set; "
        "t.txt/SRV1 is transcript of 1 filter_action",
    ),
    "F5 a session of netsh": Row(
        {"t.txt": f"C:\\>netsh\nnetsh>ipsec static\nnetsh ipsec static>{OK.removeprefix(STATIC + ' ')}\nnetsh>exit\n"},
        "exit 0 | t.txt is transcript of 1 filter_action",
    ),
    "F7 tildes": Row(
        {"x.md": f"~~~\n{OK}\n{STATIC} add policy name=P1\n~~~\n"},
        "exit 0 | x.md is transcript of 1 ipsec_policy, 1 filter_action, 1 main_mode_crypto_set",
    ),
    "F7 quoted": Row(
        {"x.md": f"> {FENCE}\n> {OK}\n> {STATIC} add policy name=P1\n> {FENCE}\n"},
        "exit 0 | x.md is transcript of 1 ipsec_policy, 1 filter_action, 1 main_mode_crypto_set",
    ),
    "F7 within a list": Row(
        {"x.md": f"1. First:\n   {FENCE}bat\n   {OK}\n   {FENCE}\n2. Next:\n   - `{STATIC} add policy name=P1`\n"},
        "exit 0 | x.md is transcript of 1 ipsec_policy, 1 filter_action, 1 main_mode_crypto_set",
    ),
    "F8 twice": Row(
        {"x.cmd": f"{STATIC} add filterlist name=A\n" * 2},
        "exit 1 | x.cmd is netsh-script of 1 filter_list, 1 refused_command | error RF019 x.cmd:2",
        says=("filter list `A` exists since line 1",),
    ),
    "F8 no such value": Row(
        {"x.ps1": RULE.replace("-InboundSecurity Require", "-InboundSecurity Demand")},
        "exit 1 | x.ps1 is powershell-script of 1 refused_command | error RF019 x.ps1:1",
    ),
    "F9 variables in variables": Row(
        {"x.cmd": "set NET=10.9\nset RANGE=%NET%.0.0/16\n" + VARIABLE.format("%RANGE%")},
        "exit 0 | x.cmd is netsh-script of 1 authentication_set, 1 connection_security_rule",
    ),
    "F9 a subroutine with arguments": Row(
        {
            "x.cmd": "call :rule A 10.1.0.0/16\ncall :rule B 10.2.0.0/16\nexit /b\n:rule\n"
            + VARIABLE.format("%~2").replace("name=Lab", "name=%1")
            + "exit /b\n"
        },
        "exit 0 | x.cmd is netsh-script of 2 authentication_set, 2 connection_security_rule",
    ),
    "F11 low and single quotation marks": Row(
        {
            "x.ps1": RULE.replace(
                "DisplayName A", "DisplayName \u201eStandort\u201c -RemoteAddress \u201810.9.0.0/16\u2019"
            )
        },
        "exit 0 | x.ps1 is powershell-script of 1 connection_security_rule",
    ),
    "F11 dashes": Row(
        {"x.ps1": RULE.replace(" -", " \u2013").replace(" A ", " A \u2014RemoteAddress 10.9.0.0/16 ")},
        "exit 0 | x.ps1 is powershell-script of 1 connection_security_rule",
    ),
    "F12 CSV of PowerShell": Row(
        {"e.csv": f'"TimeCreated","Id","ProviderName","Message"\n"3/4/2024","4653","{AUDITING}","{NO_POLICY}"\n'},
        "exit 1 | e.csv is event-text of 1 event | warning RT015 e.csv:2",
    ),
    "F12 a forwarder's JSON": Row(
        {
            "e.json": json.dumps(
                {
                    "@timestamp": "2024-03-04T09:10:11Z",
                    "winlog": {
                        "event_id": 4653,
                        "channel": "Security",
                        "provider_name": AUDITING,
                        "event_data": {"RemoteAddress": "10.0.7.20", "FailureReason": "No policy configured"},
                    },
                }
            )
            + "\n"
        },
        "exit 1 | e.json is event-json of 1 event | warning RT015 e.json:1",
    ),
}
"""Further inputs of the same kinds, of other shapes and cuts."""


@pytest.mark.parametrize("name", ROWS)
def test_an_input_is_read_as_its_author_means_it(name: str, tmp_path: Path) -> None:
    row = ROWS[name]
    outcome, said = run(row, tmp_path)
    assert outcome == row.outcome
    assert [words for words in row.says if words not in said] == []
