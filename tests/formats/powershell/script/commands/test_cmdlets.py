"""What each cmdlet, and each program that a script runs, leaves behind."""

from __future__ import annotations

import pytest
from tests.cases import cases
from tests.formats.powershell.script.evaluating import format_of, parsed, policy_of, refused_of, rule_of, said_of

from ipseclint.finding import ProblemCode
from ipseclint.vocabulary.cmdlets import cmdlet

RULE = "New-NetIPsecRule -InboundSecurity Require -OutboundSecurity Require -DisplayName"


def test_what_a_rule_does_not_say_has_windows_default() -> None:
    policy = policy_of(f"{RULE} A")
    (rule,) = policy.connection_security_rules
    for setting in (rule.enabled, rule.profiles, rule.mode, rule.endpoint1, rule.endpoint2, rule.key_modules):
        assert not setting.is_explicit
    assert rule.quick_mode_crypto is not None
    assert rule.quick_mode_crypto.target == "{E5A5D32A-4BCE-4E4D-B07F-4AB1BA7E5FE2}"
    (exempt,) = policy_of("New-NetIPsecRule -DisplayName B").connection_security_rules
    assert (exempt.inbound.value, exempt.action.value, exempt.first_authentication) == ("none", "exempt", None)


def test_proposals_have_the_defaults_of_their_cmdlets() -> None:
    script = """$p = New-NetIPsecMainModeCryptoProposal
New-NetIPsecMainModeCryptoSet -DisplayName M -Proposal $p
New-NetIPsecQuickModeCryptoSet -DisplayName Q -Proposal (New-NetIPsecQuickModeCryptoProposal -Encapsulation AH,ESP `
    -AHHash SHA256 -ESPHash SHA256 -Encryption AES128)"""
    policy = policy_of(script)
    (main,) = policy.main_mode_crypto_sets[0].proposals
    assert (main.encryption.value, main.integrity.value, main.dh_group.value) == ("AES-256", "SHA-384", "none")
    assert not main.encryption.is_explicit
    (quick,) = policy.quick_mode_crypto_sets[0].proposals
    assert (quick.encapsulation.value, quick.lifetime_seconds.value) == ("AH+ESP", 3600)
    assert policy.main_mode_crypto_sets[0].quick_mode_limit.value == 0


@cases(
    ("switches", "method"),
    [
        ("-Machine -Kerberos", "computer-kerberos"),
        ("-User -Kerberos", "user-kerberos"),
        ("-Machine -Ntlm", "computer-ntlm"),
        ("-Anonymous", "anonymous"),
        ("-Machine -Cert -Authority 'CN=Root'", "computer-certificate"),
        ("-User -Cert -Authority 'CN=Root' -AuthorityType Intermediate", "user-certificate"),
        ("-Machine -PreSharedKey 'Four-green-pears'", "preshared-key"),
    ],
)
def test_the_switches_of_a_proposal_are_one_method(switches: str, method: str) -> None:
    phase = 2 if "-User" in switches else 1
    script = f"New-NetIPsecPhase{phase}AuthSet -DisplayName S -Proposal (New-NetIPsecAuthProposal {switches})"
    (made,) = policy_of(script).authentication_sets
    assert [str(each.method.value) for each in made.methods] == [method]


def test_a_health_certificate_is_told_from_another() -> None:
    proposal = "New-NetIPsecAuthProposal -Machine -Health -Cert -Authority 'CN=R'"
    script = f"New-NetIPsecPhase1AuthSet -DisplayName S -Proposal ({proposal})"
    (made,) = policy_of(script).authentication_sets
    health = made.methods[0].health
    assert health is not None
    assert health.value is True


def test_settings_of_several_commands_are_one_object_of_a_store() -> None:
    script = """Set-NetFirewallSetting -Exemptions None -PolicyStore d.example\\G
Set-NetFirewallSetting -MaxSAIdleTimeSeconds 600 -PolicyStore D.EXAMPLE\\g
Set-NetFirewallSetting -CertValidationLevel RequireCrlCheck
Set-NetFirewallProfile -All -AllowLocalIPsecRules False"""
    policy = policy_of(script)
    assert [
        (
            each.store,
            each.sa_idle_seconds and each.sa_idle_seconds.value,
            each.crl_check and each.crl_check.value,
            len(each.local_rules_merge),
        )
        for each in policy.global_settings
    ] == [("d.example\\G", 600, None, 0), (None, None, "fail-on-any-error", 3)]


def test_rules_of_the_firewall_that_demand_security_or_block_are_read() -> None:
    script = f"""{RULE} A
New-NetFirewallRule -DisplayName Allow -Direction Inbound -Action Allow -Protocol UDP -LocalPort 500, 4500
New-NetFirewallRule -DisplayName Block -Direction Inbound -Action Block -Protocol UDP -LocalPort 500, 4500
New-NetFirewallRule -DisplayName Secure -Action Allow -Authentication Required -OverrideBlockRules $true -LocalPort RPC
New-NetFirewallRule -DisplayName Null -Action Allow -Authentication NoEncap -Enabled False -Program C:\\x.exe"""
    rules = policy_of(script).firewall_rules
    assert [
        (rule.name, rule.action.value, rule.security and rule.security.value, rule.enabled.value, rule.narrowed)
        for rule in rules
    ] == [
        ("Block", "block", None, True, False),
        ("Secure", "bypass", "authenticate", True, False),
        ("Null", "allow", "authnoencap", False, True),
    ]
    assert [str(port) for port in rules[0].local_ports.known or ()] == ["500", "4500"]


def test_a_vpn_connection_is_built_of_its_commands() -> None:
    script = """Add-VpnConnection Work vpn.example.org Ikev2 -AuthenticationMethod MachineCertificate
Set-VpnConnectionIPsecConfiguration -ConnectionName work -AuthenticationTransformConstants SHA256128 `
  -CipherTransformConstants DES3 -EncryptionMethod DES -IntegrityCheckMethod MD5 -DHGroup Group1 -PfsGroup None -Force
Add-VpnConnection Plain vpn2.example.org L2tp -L2tpPsk 'Five-red-plums' -Force
Set-VpnConnection -Name Plain -SplitTunneling $true -ServerAddress vpn3.example.org"""
    result = parsed(script)
    assert [problem.message for problem in result.problems] == []
    work, plain = result.policy.vpn_connections
    assert (work.name, work.servers and work.servers.value) == ("Work", ("vpn.example.org",))
    assert (work.custom_policy and work.custom_policy.value, plain.custom_policy and plain.custom_policy.value) == (
        True,
        False,
    )
    assert (plain.servers and plain.servers.value, plain.strategy and plain.strategy.value) == (
        ("vpn3.example.org",),
        "L2TP",
    )
    (main,) = result.policy.main_mode_crypto_sets[0].proposals
    assert (main.encryption.value, main.dh_group.value, main.dh_group.span.line) == ("DES", "DH1", 3)
    (key,) = [span for span in result.secrets if span.line == 4]
    assert script.splitlines()[3][key.column - 1 : key.column - 1 + key.length] == "Five-red-plums"


def test_the_server_of_vpn_clients_and_interfaces_between_sites_are_built() -> None:
    script = """Set-VpnServerConfiguration -CustomPolicy -CipherTransformConstants AES128 -DHGroup Group2 `
  -AuthenticationTransformConstants SHA196 -EncryptionMethod AES128 -IntegrityCheckMethod SHA1 -PfsGroup PFS2 `
  -SALifeTimeSeconds 300
Set-VpnAuthProtocol -UserAuthProtocolAccepted Certificate, EAP
Add-VpnS2SInterface Branch 192.0.2.7 -Protocol IKEv2 -AuthenticationMethod PSKOnly -SharedSecret 'Six-blue-figs'"""
    policy = policy_of(script)
    (server,) = policy.vpn_servers
    assert server.lifetime_seconds is not None
    assert (server.lifetime_seconds.value, server.lifetime_seconds.span.line) == (300, 3)
    assert server.authentication is not None
    (interface,) = policy.vpn_interfaces
    assert (interface.name, interface.destinations and interface.destinations.value) == ("Branch", ("192.0.2.7",))


KEY = r"SYSTEM\CurrentControlSet\Services\IKEEXT\Parameters"


@cases(
    "line",
    [
        rf"Set-ItemProperty -Path HKLM:\{KEY} -Name Limit -Value 10 -Type DWord",
        rf"New-ItemProperty 'HKLM:\{KEY}' Limit -PropertyType DWORD -Value 0xA",
        rf"reg add HKLM\{KEY} /v Limit /t REG_DWORD /d 10 /f",
        rf"reg.exe add 'HKEY_LOCAL_MACHINE\{KEY}' /f /v Limit /t REG_DWORD /d 10",
        rf"Set-ItemProperty -Path Registry::HKEY_LOCAL_MACHINE\{KEY} Limit 10",
    ],
)
def test_a_value_of_the_registry_is_set(line: str) -> None:
    values = policy_of(f"{RULE} A\n{line}").registry
    assert [(value.path.rpartition("\\")[2], value.data.value) for value in values] == [("Limit", "10")]


def test_a_server_that_cmdlets_the_registry_and_netsh_set_is_one() -> None:
    policy = policy_of(
        r"""$key = 'HKLM:\SYSTEM\CurrentControlSet\Services\RemoteAccess\Parameters\Ikev2\'
New-ItemProperty -Path $key -Name EnableServerFragmentation -PropertyType DWORD -Value '1' -Force
Set-VpnServerConfiguration -CustomPolicy -AuthenticationTransformConstants GCMAES128 `
    -CipherTransformConstants GCMAES128 -DHGroup Group14 -EncryptionMethod GCMAES128 -IntegrityCheckMethod SHA256 `
    -PFSgroup ECP256 -SALifeTimeSeconds 28800 -MMSALifeTimeSeconds 86400
New-ItemProperty -Path $key -Name CertAuthFlags -PropertyType DWORD -Value 4 -Force
netsh ras set ikev2connection idletimeout = 30
Set-RemoteAccessAccounting -EnableAccountingType Inbox
"""
    )
    (server,) = policy.vpn_servers
    fields = (server.fragmentation, server.checks_revocation, server.lifetime_seconds, server.idle_disconnect_seconds)
    assert [(each.known, each.span.line) for each in fields if each is not None] == [
        (True, 2),
        (True, 6),
        (28800, 5),
        (1800, 7),
    ]
    assert server.main_mode_crypto is not None
    assert [crypto.name for crypto in policy.main_mode_crypto_sets] == [server.main_mode_crypto.target]


def test_netsh_lines_take_values_of_the_script() -> None:
    script = f"""{RULE} A
$net = '10.7.0.0/16'
netsh advfirewall consec add rule name="By netsh $net" endpoint1=any endpoint2=$net action=requireinrequestout
& netsh.exe ipsec static add policy name='Old one'
Start-Process netsh -ArgumentList 'advfirewall set global ipsec saidletimemin 7' -Wait
netsh advfirewall consec add rule name=Unknown endpoint1=any endpoint2=$unset action=requireinrequestout"""
    result = parsed(script)
    rules = result.policy.connection_security_rules
    assert sorted((rule.name, rule.endpoint2.span.line) for rule in rules) == [
        ("A", 1),
        ("By netsh 10.7.0.0/16", 3),
        ("Unknown", 6),
    ]
    assert [each.name for each in result.policy.policies] == ["Old one"]
    assert [each.sa_idle_seconds and each.sa_idle_seconds.value for each in result.policy.global_settings] == [420]
    assert [(line, message) for line, _, message in said_of(script)] == [
        (6, "a variable is put in here when the script runs: this value is not known")
    ]


def test_the_table_of_cmdlets_is_complete_for_those_that_are_carried_out() -> None:
    nouns = ("Rule", "MainModeRule", "MainModeCryptoSet", "QuickModeCryptoSet", "Phase1AuthSet", "Phase2AuthSet")
    for noun in nouns:
        for verb in ("New", "Set", "Get", "Remove", "Rename", "Copy"):
            row = cmdlet(f"{verb}-NetIPsec{noun}")
            assert row is not None
            assert row.name == f"{verb}-NetIPsec{noun}"
            assert row.names["policystore"].name == "PolicyStore"
    proposal = cmdlet("new-netipsecauthproposal")
    assert proposal is not None
    assert proposal.names["psk"].name == "PreSharedKey"
    assert set(proposal.sets.values()) >= {"PSK", "MachineKerb", "UserKerb", "Cert", "HealthCert", "Anonymous"}
    assert cmdlet("Get-Nothing") is None


@cases(
    ("text", "name"),
    [
        ("New-NetIPsecRule -DisplayName A", "powershell-script"),
        ("$x = Add-VpnConnection -Name a", "powershell-script"),
        ("if ($a) { Set-NetFirewallSetting -Exemptions None }", "powershell-script"),
        ("[CmdletBinding()]\nparam()\nNew-NetIPsecRule -DisplayName A", "powershell-script"),
        ("[string] $n = 'A'\nNew-NetIPsecRule -DisplayName $n", "powershell-script"),
        ("[link](x) to a page\n```powershell\nNew-NetIPsecRule -DisplayName A\n```\n", "powershell-script"),
        ("# New-NetIPsecRule is what makes one", None),
        ("Write-Host 'New-NetIPsecRule'", None),
        ("Get-NetIPsecRule | Format-List", None),
        ("@echo off\nnetsh advfirewall set global ipsec saidletimemin 5\n", "netsh-script"),
    ],
)
def test_a_script_is_known_by_the_commands_that_set_policy(text: str, name: str | None) -> None:
    assert format_of(text) == name


PROFILE = """$xml = @'
<VPNProfile>
  <NativeProfile>
    <Servers>vpn.example.org</Servers>
    <NativeProtocolType>IKEv2</NativeProtocolType>
    <CryptographySuite>
      <AuthenticationTransformConstants>SHA256128</AuthenticationTransformConstants>
      <CipherTransformConstants>AES256</CipherTransformConstants>
      <EncryptionMethod>DES</EncryptionMethod>
      <IntegrityCheckMethod>SHA256</IntegrityCheckMethod>
      <DHGroup>Group14</DHGroup>
      <PfsGroup>None</PfsGroup>
    </CryptographySuite>
  </NativeProfile>
</VPNProfile>
'@
$reg = @"
Windows Registry Editor Version 5.00

[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\IKEEXT\\Parameters]
"Limit"=dword:0000000a
"@
New-CimInstance -Namespace root\\cimv2\\mdm -ClassName X -Property @{ ProfileXML = $xml }
"""


@cases("line_end", ["\n", "\r\n"])
def test_a_profile_and_a_registry_file_in_here_strings_are_read_at_their_places(line_end: str) -> None:
    script = PROFILE.replace("\n", line_end)
    assert format_of(script) == "powershell-script"
    policy = parsed(script).policy
    (offer,) = policy.main_mode_crypto_sets[0].proposals
    assert (offer.encryption.value, offer.encryption.span.line, offer.encryption.span.column) == ("DES", 9, 25)
    assert [(each.data.value, each.data.span.line) for each in policy.registry] == [("10", 21)]


WRITES_REG = """$net = '10.9.0.0/255.255.0.0'
$reg = @"
Windows Registry Editor Version 5.00

[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall\\ConSecRules]
"r1"="v2.33|Action=SecureServer|Name=R1|Active=TRUE|EP2_4=$net|Auth1Set={E5A5D32A-4BCE-4E4D-B07F-4AB1BA7E5FE3}|"
"@
"""


@cases(
    "ending",
    [
        "Set-Content lab.reg $reg\nreg import lab.reg\n",
        "$reg | Out-File lab.reg -Encoding unicode\nregedit /s lab.reg\n",
        "$reg > lab.reg\nStart-Process reg -ArgumentList 'import lab.reg' -Wait\n",
    ],
)
def test_a_registry_file_that_a_script_writes_and_imports_is_read_once(ending: str) -> None:
    (rule,) = policy_of(WRITES_REG + ending).connection_security_rules
    assert (rule.name, [str(each) for each in rule.endpoint2.known or ()]) == ("R1", ["10.9.0.0/16"])
    assert said_of(WRITES_REG + ending) == []


@cases(
    ("profile", "said"),
    [
        ("'<VPNProfile><NativeProfile><Servers>v.example</Servers></NativeProfile></VPNProfile>'", []),
        ("$other", [2]),
    ],
)
def test_a_connection_that_is_made_through_cim_is_its_profile(profile: str, said: list[int]) -> None:
    script = (
        f"$xml = {profile}\nNew-CimInstance -Namespace root\\cimv2\\mdm\\dmmap -ClassName MDM_VPNv2_01 "
        "-Property @{ ParentID = './Vendor/MSFT/VPNv2'; InstanceID = 'Lab'; ProfileXML = $xml }\n"
    )
    about_wmi = [line for line, _, message in said_of(script) if "vpnv2" in message or "WMI" in message]
    assert about_wmi == said


@cases("opening", ["$xml = '", '$xml = @("\n', '$xml = @("', "$xml = ('"])
def test_a_profile_in_a_text_of_several_lines_is_read_at_its_place(opening: str) -> None:
    profile = PROFILE[PROFILE.index("<VPN") : PROFILE.index("\n'@")]
    quote = opening.rstrip()[-1]
    eap = '<Authentication><UserMethod>Eap</UserMethod><Eap><Configuration><EapHostConfig xmlns="urn:x" version="1"/>'
    eap += "</Configuration></Eap></Authentication>"
    written = eap if quote == "'" else eap.replace('"', '""')
    profile = profile.replace("</NativeProfile>", f"{written}</NativeProfile>")
    script = f"{opening}{profile}{quote}{')' if '(' in opening else ''}\n$node = './Vendor/MSFT/VPNv2'\n"
    assert format_of(script) == "powershell-script"
    result = parsed(script)
    assert [problem.message for problem in result.problems] == []
    (offer,) = result.policy.main_mode_crypto_sets[0].proposals
    line = next(number for number, text in enumerate(script.split("\n"), start=1) if "DES" in text)
    assert (offer.encryption.value, offer.encryption.span.line, offer.encryption.span.column) == ("DES", line, 25)


def test_a_word_cut_short_is_the_one_that_begins_so() -> None:
    script = """Add-VpnConnection Work vpn.example.org L2tp
Set-VpnConnectionIPsecConfiguration Work -AuthenticationTransformConstants SHA1 -CipherTransformConstants DES3 `
  -EncryptionMethod DES3 -IntegrityCheckMethod SHA1 -DHGroup Group2 -PfsGroup None -Force"""
    (quick,) = policy_of(script).quick_mode_crypto_sets
    assert quick.proposals[0].esp_integrity.value == "SHA-1"


SUITE = (
    "-AuthenticationTransformConstants SHA256128 -CipherTransformConstants AES256 -EncryptionMethod AES256 "
    "-IntegrityCheckMethod SHA256 -DHGroup Group14 -PfsGroup PFS2048 -Force"
)


@cases(
    ("made", "changed", "reason"),
    [
        ("", "", None),
        ("-AllUserConnection", "-AllUserConnection", None),
        ("-AllUserConnection", "", "is in the phone book of all users; without `-AllUserConnection` the user's own is"),
        ("", "-AllUserConnection", "is in the user's own phone book; with `-AllUserConnection` that of all users is"),
    ],
)
@cases("where", [("", ""), ("if ($Site -eq 'Here') { ", "}"), ("switch ($Site) { here { ", "}}")])
def test_a_suite_reaches_a_connection_in_its_phone_book_alone(
    made: str, changed: str, reason: str | None, where: tuple[str, str]
) -> None:
    script = (
        f"{where[0]}Add-VpnConnection Work vpn.example.org Ikev2 {made}\n"
        f"Set-VpnConnectionIPsecConfiguration -ConnectionName 'Work' {SUITE} {changed}\n{where[1]}"
    )
    (connection,) = parsed(script).policy.vpn_connections
    assert connection.custom_policy is not None
    assert connection.custom_policy.value is (reason is None)
    said = [] if reason is None else [(2, 54, f"`Work` {reason} looked at")]
    assert refused_of(script) == said


def test_a_suite_for_the_other_phone_book_is_refused_where_it_stands() -> None:
    script = (
        "$name = 'Work'\nAdd-VpnConnection $name vpn.example.org Ikev2 -AllUserConnection\n"
        f"Set-VpnConnectionIPsecConfiguration -ConnectionName $name {SUITE}\n"
    )
    assert [each[:2] for each in refused_of(script)] == [(3, 1)]


def test_a_connection_that_may_be_in_the_other_phone_book_refuses_nothing() -> None:
    made = "if ($Site -eq 'Here') { Add-VpnConnection Work vpn.example.org Ikev2 -AllUserConnection }\n"
    assert refused_of(f"{made}Set-VpnConnectionIPsecConfiguration -ConnectionName 'Work' {SUITE}\n") == []


def test_each_phone_book_may_have_a_connection_of_one_name() -> None:
    script = "".join(
        f"Add-VpnConnection Work vpn.example.org Ikev2 {switch}\n" for switch in ("", "-AllUserConnection")
    )
    assert [connection.name for connection in policy_of(script).vpn_connections] == ["Work", "Work"]


DIRECT_ACCESS = "{} sets up DirectAccess, whose rules Windows writes into GPOs: give a backup of these"


def test_the_role_of_a_server_and_other_contexts_of_netsh_are_of_no_concern() -> None:
    script = f"""# The role
Install-RemoteAccess -VpnType Vpn
netsh ras ip set addrassign method = pool
netsh http add sslcert ipport=0.0.0.0:443 certhash=$($cert.Thumbprint)
Get-VpnServerConfiguration
# The suite
$method = 'AES256'
Set-VpnServerConfiguration -CustomPolicy {SUITE.replace("-EncryptionMethod AES256", "-EncryptionMethod $method")}
""".replace(" -Force", "")
    assert format_of(script) == "powershell-script"
    assert policy_of(script).main_mode_crypto_sets[0].proposals[0].encryption.value == "AES-256"
    assert [
        message for _, _, message in said_of("Install-RemoteAccess -DAInstallType FullInstall\nNew-NetIPsecRule A")
    ] == [DIRECT_ACCESS.format("`install-remoteaccess` with `-DAInstallType`")]


RAS_MAN = r"HKLM:\SYSTEM\CurrentControlSet\Services\RasMan"


@cases(
    ("command", "said"),
    [
        ("Install-RemoteAccess -MultiTenancy -ErrorAction Ignore", []),
        ("Install-RemoteAccess -Prerequisite", []),
        (rf"Set-ItemProperty {RAS_MAN}\Config AutoTriggerDisabledProfilesList @()", []),
        (rf"Remove-Item '{RAS_MAN}\DeviceTunnel' -Recurse", []),
        (
            rf"Set-ItemProperty {RAS_MAN}\ConfigOther X 1",
            ["`rasman` in the registry bears on IPsec, and what is done to it here is not followed"],
        ),
        ("Install-RemoteAccess -ErrorAction Ignore", ["the cmdlet `install-remoteaccess` is not evaluated"]),
        ("(New-Object -ComObject HNetCfg.FwPolicy2).Rules | Where-Object { $_.Enabled -eq $true }", []),
        ("$f = New-Object -ComObject 'HNetCfg.FwPolicy2'\n$f.Rules | Select-Object Name, Action", []),
        (
            "$f = New-Object -ComObject HNetCfg.FwPolicy2\n$f.Rules.Remove('a')",
            ["`hnetcfg.fwpolicy2` is the firewall of Windows, and what is done to it here is not followed"],
        ),
        (
            "$f = New-Object -ComObject HNetCfg.FwPolicy2\n$f.Rules | % { $_.SecureFlags = 1 }",
            ["`hnetcfg.fwpolicy2` is the firewall of Windows, and what is done to it here is not followed"],
        ),
    ],
)
def test_what_sets_no_policy_or_only_reads_it_is_not_said(command: str, said: list[str]) -> None:
    rule = "New-NetIPsecRule -DisplayName A -InboundSecurity Require"
    assert [message for *_, message in said_of(f"{command}\n{rule}")] == said


def test_a_connection_whose_name_a_template_leaves_out_is_not_looked_for_in_another_phone_book() -> None:
    script = (
        f"$name = ''\nAdd-VpnConnection $name vpn.example.org L2tp\nSet-VpnConnectionIPsecConfiguration $name {SUITE}\n"
    )
    assert refused_of(script) == []


@cases(
    ("words", "ports"),
    [
        ("localport=500,4500", [(500, 500), (4500, 4500)]),
        ("localport=500,4500-4501,8 remoteip=10.0.0.0/8,any", [(500, 500), (4500, 4501), (8, 8)]),
        ('localport="500,4500"', [(500, 500), (4500, 4500)]),
    ],
)
def test_a_list_behind_a_tag_of_netsh_is_one_word(words: str, ports: list[tuple[int, int]]) -> None:
    script = (
        f"{RULE} A\n$many = @{{ a=1,2; b=3,4 }}\nnetsh advfirewall firewall add rule name=B dir=in action=block"
        f" protocol=udp {words}\n"
    )
    (rule,) = policy_of(script).firewall_rules
    assert [tuple(each) for each in rule.local_ports.known or ()] == ports


@cases(
    "line",
    [
        "$r = netsh {}",
        "$r = & netsh.exe {} 2>&1",
        "Start-Process netsh -ArgumentList '{}' -Wait",
        "Start-Process -FilePath netsh.exe -Wait -ArgumentList '{}'",
        "[void](netsh {})",
        "$all = '{}'\nStart-Process netsh $all -Wait",
        '$n = 1\n& "$env:windir\\system32\\netsh.exe" {}',
        "Invoke-Expression 'netsh {}'",
        'iex "netsh {}"',
        "cmd /c 'netsh {}'",
        "Start-Job -ScriptBlock { netsh {} } | Wait-Job",
        "Invoke-Command -ScriptBlock { netsh {} }",
        "'{}' | netsh",
        "@'\n{}\nexit\n'@ | netsh.exe",
        "$typed = '{}', 'exit'\n$typed | netsh",
        "@('{}', 'bye') | netsh",
    ],
)
def test_netsh_within_a_statement_is_carried_out(line: str) -> None:
    command = "advfirewall consec add rule name=A endpoint1=any endpoint2=10.7.0.0/16 action=requireinrequestout"
    text = line.replace("{}", command)
    assert format_of(text) == "powershell-script"
    assert rule_of(text).name == "A"
    assert said_of(text) == []


def test_what_netsh_is_handed_is_one_session_and_said_where_it_is_not_known() -> None:
    typed = (
        "advfirewall set store gpo=corp.example\\Lab\nadvfirewall\nconsec add rule name=A endpoint1=any endpoint2=any"
    )
    rule = rule_of(f"$lines = @'\n{typed} action=requestinrequestout\n'@\n$lines | netsh")
    assert (rule.name, rule.store, rule.span.line) == ("A", "corp.example\\Lab", 4)
    ((line, _, _),) = said_of(f"{RULE} A\n(Get-Content typed.txt) | netsh advfirewall")
    assert line == 2


FILTERED = f"{RULE} A -RemoteAddress 10.9.0.0/16\n"


@cases(
    ("change", "member", "value"),
    [
        (
            "Get-NetFirewallAddressFilter | Set-NetFirewallAddressFilter -RemoteAddress 10.1.0.0/16",
            "endpoint2",
            "10.1.0.0/16",
        ),
        (
            "Get-NetFirewallAddressFilter | Set-NetFirewallAddressFilter -RemoteIP 10.1.0.0/16",
            "endpoint2",
            "10.1.0.0/16",
        ),
        ("Get-NetFirewallPortFilter | Set-NetFirewallPortFilter -Protocol TCP -RemotePort 445", "port2", "445"),
    ],
)
def test_a_filter_of_a_rule_is_changed_in_the_rule(change: str, member: str, value: str) -> None:
    read, _, write = change.partition(" | ")
    for script in (
        f"Get-NetIPsecRule -DisplayName A | {change}",
        f"$a = Get-NetIPsecRule -DisplayName A\n{read} -AssociatedNetIPsecRule $a | {write}",
        f"$a = Get-NetIPsecRule -DisplayName A\n{write} -InputObject ({read} -AssociatedNetIPsecRule $a)",
        f"$a = Get-NetIPsecRule -DisplayName A\n$f = $a | {read}\n{write} -InputObject $f",
    ):
        (setting,) = getattr(rule_of(FILTERED + script), member).known
        assert str(setting) == value


def test_a_property_of_a_filter_that_a_script_keeps_is_changed_once_the_filter_is_set() -> None:
    script = f"{FILTERED}$f = Get-NetIPsecRule -DisplayName A | Get-NetFirewallAddressFilter\n"
    changed = f"{script}$f.RemoteAddress = '10.1.0.0/16'\n"
    for written, address in ((f"{changed}$f | Set-NetFirewallAddressFilter", "10.1.0.0/16"), (changed, "10.9.0.0/16")):
        (setting,) = rule_of(written).endpoint2.known
        assert str(setting) == address


def test_filters_that_are_kept_and_asked_are_those_of_their_rules() -> None:
    script = f"{FILTERED}{RULE} B -RemoteAddress Any\n$all = Get-NetIPsecRule | Get-NetFirewallAddressFilter\n"
    wide = "$all | Where-Object { $_.RemoteAddress -eq 'Any' }"
    policy = policy_of(
        f"{script}$wide = {wide}\nSet-NetFirewallAddressFilter -InputObject $wide -RemoteAddress 10.2.0.0/16"
    )
    assert [str(rule.endpoint2.known[0]) for rule in policy.connection_security_rules] == ["10.9.0.0/16", "10.2.0.0/16"]


@cases(
    ("script", "message"),
    [
        (
            "Get-NetIPsecRule X | Get-NetFirewallAddressFilter | Set-NetFirewallAddressFilter -LocalAddress Any",
            "Set-NetFirewallAddressFilter changes what this script does not make: it is not known",
        ),
        (
            "Set-NetFirewallPortFilter -PolicyStore a.example\\G -Protocol TCP",
            "which rules Set-NetFirewallPortFilter changes is not known",
        ),
        (
            "Get-NetFirewallRule | Get-NetFirewallSecurityFilter | Set-NetFirewallSecurityFilter -Encryption Required",
            "Set-NetFirewallSecurityFilter changes what this script does not make: it is not known",
        ),
    ],
)
def test_filters_of_rules_that_are_not_known_are_said(script: str, message: str) -> None:
    assert [said for _, _, said in said_of(script)] == [message]


def test_addresses_of_the_firewall_s_own_rules_are_of_no_concern() -> None:
    script = "Get-NetFirewallRule Web | Get-NetFirewallAddressFilter | Set-NetFirewallAddressFilter -RemoteAddress Any"
    assert said_of(f"{RULE} A\n{script}") == []


WRITES = "writes a command into a file, which is not followed"


@cases(
    "script",
    [
        "Set-Content C:\\setup.cmd 'netsh ipsec static set policy name=P assign=y'",
        'Add-Content -Path $path -Value "Add-VpnS2SInterface -Name Azure -Destination $peer -Protocol IKEv2"',
        "@'\nparam()\nNew-NetIPsecRule -DisplayName B\n'@ | Out-File setup.ps1",
    ],
)
def test_a_script_that_a_script_writes_is_said(script: str) -> None:
    assert [message for _, _, message in said_of(f"{RULE} A\n{script}")] == [WRITES]


@cases(
    "script",
    [
        'Add-Content -Path $log -Value "Ran New-NetIPsecRule for $name"',
        "Add-Content C:\\x.log 'netsh ipsec static set policy name=P assign=y'",
        "'Write-Host done' | Out-File setup.ps1",
    ],
)
def test_a_log_that_a_script_writes_is_no_script(script: str) -> None:
    assert said_of(f"{RULE} A\n{script}") == []


def test_a_configuration_of_dsc_is_read_where_its_values_are_written() -> None:
    policy = policy_of(
        """Configuration Harden
{
    param([string[]]$NodeName = 'localhost')
    Import-DscResource -ModuleName PSDesiredStateConfiguration
    Node $NodeName {
        Registry 'Ras'
        {
            Ensure = "Present"
            Key = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\RasMan\\Parameters"
            ValueName = "ProhibitIpSec"
            ValueType = "Dword"
            ValueData = @('1')
        }
        xRegistry Gone {
            Ensure = 'Absent'; Key = 'HKLM:\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent'; ValueName = 'X'
        }
        Registry Rras {
            Key = 'HKLM:\\SYSTEM\\CurrentControlSet\\Services\\RemoteAccess'
            ValueName = 'Start'; ValueData = 4; ValueType = 'Dword'
        }
        Registry Other { Key = 'HKLM:\\SOFTWARE\\X'; ValueName = 'Y'; ValueData = '1' }
        Service Agent {
            Name = 'PolicyAgent'
            StartupType = 'Disabled'; State = 'Stopped'
        }
        AuditPolicySubcategory Ipsec { Name = 'IPsec Driver'; AuditFlag = 'Failure'; Ensure = 'Present' }
    }
}
"""
    )
    assert [(value.path.rpartition("\\")[2], value.data.known, value.data.span.line) for value in policy.registry] == [
        ("ProhibitIpSec", "1", 12),
        ("X", None, 15),
    ]
    services = [
        (each.name, each.start and each.start.known, each.status and each.status.known) for each in policy.services
    ]
    assert services == [("PolicyAgent", "disabled", "stopped"), ("RemoteAccess", "disabled", None)]


def test_a_configuration_of_dsc_for_several_machines_is_said() -> None:
    node = "Node {} {{ Service Agent {{ Name = 'PolicyAgent'; StartupType = 'Disabled' }} }}\n"
    said = said_of(f"Configuration Two {{\n{node.format('A')}{node.format('B')}}}\n")
    assert [line for line, _, _ in said] == [1]


def test_a_configuration_of_dsc_that_sets_what_ipsec_stands_on_is_said_resource_by_resource() -> None:
    script = """Configuration Gateway
{
    Node $AllNodes.Where{$_.Role -eq 'Gateway'}.NodeName
    {
        VpnS2SInterface IKEv2
        {
            Name = 'Azure'
        }
        Service Agent
        {
            Name = 'PolicyAgent'
            State = 'Stopped'
        }
        Service Spooler { Name = 'Spooler'; State = 'Stopped' }
        VpnServerAddress Pool { Name = 'A' }
        Registry Ike { ValueName = 'X'; Key = $key + '\\IKEEXT\\Parameters' }
    }
}
"""
    said = "a resource of a DSC configuration sets this: it is not followed"
    assert [(line, message) for line, _, message in said_of(script) if message == said] == [
        (n, said) for n in (5, 15, 16)
    ]


@cases(
    ("resource", "failure"),
    [
        (
            "AuditPolicySubcategory A\n{\n Name = 'IPsec Main Mode'\n AuditFlag = 'Failure'\n Ensure = 'Absent'\n}",
            [("IPsec Main Mode", False)],
        ),
        (
            "AuditPolicyGUID A { Name='{0CCE9219-69AE-11D9-BED3-505054503030}'; AuditFlag='Failure'; Ensure='Absent' }",
            [("IPsec Quick Mode", False)],
        ),
        ("AuditPolicySubcategory A { Name = 'IPsec Main Mode'; AuditFlag = 'Failure'; Ensure = 'Present' }", []),
        ("AuditPolicySubcategory A { Name = 'Logon'; AuditFlag = 'Failure'; Ensure = 'Absent' }", []),
    ],
)
def test_a_resource_that_turns_the_auditing_of_ipsec_off_is_read(resource: str, failure: list[object]) -> None:
    result = parsed(f"{RULE} A\nConfiguration Audit {{\n{resource}\n}}")
    assert result.problems == ()
    assert [(each.subcategory, each.failure.known) for each in result.policy.audit] == failure


@cases(
    "resource",
    [
        "Name = 'IPsec Main Mode'; Ensure = 'Absent'",
        "Name = $it; AuditFlag = 'Failure'; Ensure = 'Absent' # IPsec Main Mode",
    ],
)
def test_one_of_which_not_all_is_known_is_said(resource: str) -> None:
    said = said_of(f"{RULE} A\nConfiguration Audit {{\nAuditPolicySubcategory A {{ {resource}\n }}\n}}")
    assert said == [(3, 1, "a resource of a DSC configuration sets this: it is not followed")]


def test_ipsec_that_is_demanded_for_the_queries_of_names_is_said() -> None:
    script = (
        f"{RULE} A\nAdd-DnsClientNrptRule -Namespace '.corp.example' `\n  -DnsSecEnable -DnsSecIPsecRequired\n"
        "Get-DnsClientNrptRule | Set-DnsClientNrptRule -DAIPsecRequired $true\n"
        "Add-DnsClientNrptRule -Namespace '.b.example' -NameServers 192.0.2.1\nGet-DnsClientNrptRule\n"
    )
    says = "`{}-dnsclientnrptrule` demands IPsec for the queries of names, and is not read"
    assert [(line, message) for line, _, message in said_of(script)] == [
        (2, says.format("add")),
        (4, says.format("set")),
    ]


@cases(
    "line",
    [
        "Mock New-NetIPsecRule",
        "Mock -CommandName Set-Service -ParameterFilter { $Name -eq 'PolicyAgent' } -MockWith { }",
        "Should -Invoke -CommandName New-NetIPsecRule -Exactly -Times 1 -Scope It",
        "Assert-MockCalled New-NetIPsecRule -Times 1",
    ],
)
def test_a_test_names_a_cmdlet_and_does_not_run_it(line: str) -> None:
    assert said_of(f"{RULE} A\n{line}") == []
    assert policy_of(f"{RULE} A\n{line}") == policy_of(f"{RULE} A\n")


def test_a_block_that_is_piped_is_read_as_if_it_ran() -> None:
    script = f"{{ {RULE} A }} | Should -Not -Throw"
    message = "`should` is handed a block: whether it runs is not known; it is read as if it did"
    assert said_of(script) == [(1, script.index("Should") + 1, message)]
    assert [rule.name for rule in parsed(script).policy.connection_security_rules] == ["A"]


def test_a_proposal_is_no_set_that_a_rule_could_name() -> None:
    script = f"{RULE} A -Phase1AuthSet (New-NetIPsecAuthProposal -Machine -Cert -Authority 'CN=R').InstanceID"
    (rule,) = parsed(script).policy.connection_security_rules
    assert rule.first_authentication is not None
    assert rule.first_authentication.target.startswith("(New-NetIPsecAuthProposal")


def test_a_file_of_netsh_that_is_not_there_is_said_where_it_is_run() -> None:
    said = said_of(f"{RULE} A\nnetsh.exe -f other.netsh")
    assert said
    assert {line for line, _, _ in said} == {2}


WRITTEN = """$name = 'All SMB'
$add = "add filterlist name=`"$name`""
$script = @"
pushd ipsec static
$add
add filter filterlist="$name" srcaddr=any dstaddr=me protocol=TCP dstport=445
add filteraction name=Block action=block
add policy name=SMB
add rule name=SMB policy=SMB filterlist="$name" filteraction=Block
popd
"@
$script | Out-File -FilePath C:\\temp\\smb.txt -Encoding ascii
"""


def test_a_file_for_netsh_that_a_script_writes_and_runs_is_carried_out_at_its_lines() -> None:
    policy = policy_of(f"{WRITTEN}netsh.exe -f C:\\temp\\smb.txt")
    assert [(each.name, each.span.line) for each in policy.policies] == [("SMB", 8)]
    assert [(each.name, each.span.line) for each in policy.filter_lists] == [("All SMB", 5)]
    assert [(rule.name, rule.span.line) for rule in policy.connection_security_rules] == [("SMB", 9)]


def test_a_file_for_netsh_that_a_script_only_writes_is_said() -> None:
    assert [message for _, _, message in said_of(WRITTEN)] == [WRITES]
    assert parsed(WRITTEN).policy.policies == ()


@cases("start", ["", "StartupType = 'Manual'; "])
def test_a_service_whose_state_does_not_matter_is_left_in_its_state(start: str) -> None:
    script = (
        f"Configuration Lab {{ Node one {{ Service Agent {{ Name = 'PolicyAgent'; {start}State = 'Ignore' }} }} }}\n"
    )
    assert said_of(script) == []


@pytest.mark.parametrize(
    ("command", "lacking"),
    [
        ("Set-VpnServerConfiguration -CustomPolicy", 6),
        ("Set-VpnServerIPsecConfiguration -CustomPolicy -EncryptionMethod AES256 -DHGroup ECP384", 4),
        ("Add-VpnS2SInterface Far 192.0.2.7 -Protocol IKEv2 -CustomPolicy -PfsGroup None", 5),
        (f"Set-VpnServerConfiguration -CustomPolicy {SUITE.removesuffix(' -Force')}", 0),
        ("Set-VpnServerConfiguration -TunnelType IKEv2", 0),
        ("Add-VpnS2SInterface Far 192.0.2.7 -Protocol IKEv2", 0),
    ],
)
def test_what_a_suite_of_a_server_or_an_interface_leaves_out_is_said_and_breaks_no_rule(
    command: str, lacking: int
) -> None:
    result = parsed(command)
    assert [problem.code for problem in result.problems] == [ProblemCode.NOT_UNDERSTOOD] * bool(lacking)
    assert sum(problem.message.count("`") // 2 for problem in result.problems) == lacking


@cases(
    ("command", "told"),
    [
        ("Set-DAServer -IPsecRootCertificate $c -Force", "`set-daserver` with `-IPsecRootCertificate`"),
        ("Set-DAAppServerConnection -TrafficProtection x", "`set-daappserverconnection` with `-TrafficProtection`"),
        ("Add-DAClient -SecurityGroupNameList a -PassThru", "`add-daclient` with `-SecurityGroupNameList`"),
        ("Enable-DAOtpAuthentication", "`enable-daotpauthentication`"),
        ("Update-DAMgmtServer", "`update-damgmtserver`"),
    ],
)
def test_what_direct_access_is_told_is_said(command: str, told: str) -> None:
    ((_, _, message),) = said_of(command)
    assert message == DIRECT_ACCESS.format(told)


@cases("command", ["Get-DAServer", "Get-DAClient -ComputerName a"])
def test_a_look_at_direct_access_says_nothing(command: str) -> None:
    assert rule_of(f"{RULE} A\n{command}").name == "A"


@cases(
    ("command", "name"),
    [
        (f"{RULE} A", "Phase1AuthSet"),
        (f"{RULE} A", "Phase2AuthSet"),
        (f"{RULE} A", "QuickModeCryptoSet"),
        ("New-NetIPsecMainModeRule -DisplayName A", "Phase1AuthSet"),
        ("New-NetIPsecMainModeRule -DisplayName A", "MainModeCryptoSet"),
    ],
)
def test_a_set_that_a_rule_names_by_what_is_not_known_is_said(command: str, name: str) -> None:
    said = f"the set that `-{name}` names is unknown: what it offers or requires is not read"
    for value in ("$env:X", "$env:X.Name"):
        written = f"{command} -{name} {value}"
        assert (1, written.index("$") + 1, said) in said_of(written)
    assert [message for _, _, message in said_of(f"{command} -{name} Named") if message == said] == []


@cases(
    ("name", "proposal"),
    [
        ("Phase1AuthSet", "New-NetIPsecAuthProposal -Machine -Kerberos"),
        ("Phase2AuthSet", "New-NetIPsecAuthProposal -User -Cert -Authority 'CN=Root' -AuthorityType Root"),
        (
            "QuickModeCryptoSet",
            "New-NetIPsecQuickModeCryptoProposal -Encapsulation ESP -Encryption AES256 -ESPHash SHA256",
        ),
    ],
)
def test_a_proposal_in_the_place_of_a_sets_name_is_said(name: str, proposal: str) -> None:
    said = (
        f"`-{name}` takes the name of a set, and is given an object: make a set with `New-NetIPsec{name}`, "
        "and give its `.Name`"
    )
    assert said in [message for _, _, message in said_of(f"{RULE} A -{name} ({proposal})")]
    made = f"$p = {proposal}\n$s = New-NetIPsec{name} -DisplayName S -Proposal $p\n{RULE} A -{name}"
    for value in ("$p", "$s"):
        assert said in [message for _, _, message in said_of(f"{made} {value}")]
    assert said not in [message for _, _, message in said_of(f"{made} $s.Name")]


L2TP = "Add-VpnConnection -Name V -ServerAddress v.example -TunnelType L2tp -L2tpPsk "


@cases(
    ("words", "hidden"),
    [
        ("open sesame -Force", ["open", "open sesame"]),
        ("'open' sesame -Force", ["open"]),
        ("open -Forcee", ["open"]),
        ("open -Force sesame", ["open"]),
        ("open", ["open"]),
    ],
)
def test_words_directly_behind_a_bare_key_are_hidden_with_it_unless_one_is_nearly_a_parameter(
    words: str, hidden: list[str]
) -> None:
    line = L2TP + words
    places = [(span.column - 1, span.length) for span in parsed(line).secrets]
    assert [line[at : at + length] for at, length in places] == hidden


OWN = "$MyInvocation.MyCommand"
ADMIN = "([Security.Principal.WindowsPrincipal][Security.Principal.WindowsIdentity]::GetCurrent()).IsInRole('A')"


@cases(
    "starts",
    [
        f'$words = "& \'" + {OWN}.Definition + "\'"\nStart-Process powershell -Verb runAs -ArgumentList $words\nbreak',
        f'$words = "& \'" + {OWN}.Path + "\'"\nStart-Process "$PSHOME\\powershell.exe" -Verb runAs $words\nreturn',
        'Start-Process powershell.exe "-NoProfile -File `"$PSCommandPath`"" -Verb RunAs\nexit',
    ],
)
def test_a_script_that_starts_itself_with_more_rights_runs_once(starts: str) -> None:
    script = f"if (-not {ADMIN}) {{\n{starts}\n}}\nAdd-VpnConnection -Name V -ServerAddress v.example -Force\n"
    assert [connection.name for connection in policy_of(script).vpn_connections] == ["V"]


@cases(
    ("command", "maker"),
    [
        ("New-NetIPsecMainModeCryptoSet -DisplayName M -Proposal $main, $quick", "New-NetIPsecMainModeCryptoProposal"),
        ("New-NetIPsecQuickModeCryptoSet -DisplayName M -Proposal $main", "New-NetIPsecQuickModeCryptoProposal"),
        ("New-NetIPsecPhase1AuthSet -DisplayName P -Proposal $main", "New-NetIPsecAuthProposal"),
        ("New-NetIPsecPhase2AuthSet -DisplayName P -Proposal $set", "New-NetIPsecAuthProposal"),
    ],
)
def test_a_set_does_not_take_the_proposals_of_another_kind(command: str, maker: str) -> None:
    script = f"""$main = New-NetIPsecMainModeCryptoProposal -Encryption AES256 -Hash SHA256 -KeyExchange DH14
$quick = New-NetIPsecQuickModeCryptoProposal -Encapsulation ESP -Encryption AES256 -ESPHash SHA256
$key = New-NetIPsecAuthProposal -Machine -Cert -Authority 'CN=R'
$set = New-NetIPsecQuickModeCryptoSet -DisplayName Q -Proposal $quick
New-NetIPsecPhase1AuthSet -DisplayName A -Proposal $key
{command}
"""
    assert refused_of(script) == [(6, 1, f"`-Proposal` takes what `{maker}` makes, and is given another object")]
    assert said_of(script) == []


def test_values_of_a_machines_own_gpo_are_read_of_a_resource_below_a_name_in_quotes() -> None:
    values = "Key = 'SOFTWARE\\Policies\\Microsoft\\WindowsFirewall\\PublicProfile'; ValueType = 'Dword'"
    script = f"""Configuration 'Firewall_Baseline'
{{
    Node 'localhost'
    {{
        RegistryPolicyFile 'Registry(POL): Machine'
        {{
            TargetType = 'ComputerConfiguration'; ValueName = 'AllowLocalIPsecPolicyMerge'; ValueData = 0; {values}
        }}
        RegistryPolicyFile 'Registry(POL): User'
        {{
            TargetType = 'UserConfiguration'; ValueName = 'AllowLocalIPsecPolicyMerge'; ValueData = 1; {values}
        }}
    }}
}}
"""
    assert format_of(script) == "powershell-script"
    (settings,) = policy_of(script).global_settings
    assert {profile.value: each.known for profile, each in settings.local_rules_merge.items()} == {"public": False}


def test_a_number_written_with_zeros_is_a_number_of_the_registry() -> None:
    script = rf"Set-ItemProperty -Path 'HKLM:\{KEY}' -Name Limit -Value 00000002"
    (value,) = policy_of(script).registry
    assert (value.data.known, value.is_text) == ("2", False)


@cases("command", ["New-ItemProperty {} -Name Limit -PropertyType REG_DWORD -Value 2", "sp {} Limit 2 -Type REG_DWORD"])
def test_a_type_of_reg_is_none_of_powershell(command: str) -> None:
    script = command.format(rf"HKLM:\{KEY}")
    why = "`REG_DWORD` is no type of a value to PowerShell, as DWord is: PowerShell refuses the command, and the value"
    assert [message for *_, message in said_of(script)] == [f"{why} is not set"]
    assert parsed(script).policy.registry == ()


@cases(
    "command", ["netsh exec $Path", "netsh -f 'C:\\vpn.txt'", "Invoke-Command -ScriptBlock { netsh.exe exec $Path }"]
)
def test_a_file_for_netsh_that_is_not_here_is_said_once(command: str) -> None:
    assert [message for *_, message in said_of(f"param($Path)\n{command}\n")] == [
        "runs netsh commands from another file, which is not part of this input"
    ]


PROVES = "Set-VpnAuthProtocol -TunnelAuthProtocolsAdvertised"


@cases(
    ("way", "proof"),
    [("PreSharedKey", "SharedSecret"), ("presharedkey", "SharedSecret"), ("Certificates", "CertificateAdvertised")],
)
def test_a_server_needs_what_it_is_to_prove_itself_with(way: str, proof: str) -> None:
    why = f"Set-VpnAuthProtocol is given no `-{proof}`, which it has to have with {way}"
    assert refused_of(f"{PROVES} {way}") == [(1, len(PROVES) + 2, why)]
    assert refused_of(f"{PROVES} {way} -{proof} $x") == []


@cases(
    "script", [f"{PROVES} $env:X", f"{PROVES} PreSharedKey @more", "Set-VpnAuthProtocol -UserAuthProtocolAccepted EAP"]
)
def test_what_is_not_known_of_it_is_not_refused(script: str) -> None:
    assert refused_of(script) == []


@cases(
    ("taken", "left"),
    [
        ("10.0.0.1", ["10.0.1.1-10.0.1.9"]),
        ("-IPAddress 10.0.1.1 -Force", ["10.0.0.1-10.0.0.9"]),
        ("10.9.9.9", ["10.0.0.1-10.0.0.9", "10.0.1.1-10.0.1.9"]),
        ("$env:FIRST", None),
    ],
)
def test_a_range_is_taken_out_of_the_pool_of_a_server_by_its_first_address(taken: str, left: list[str] | None) -> None:
    script = "Add-VpnIPAddressRange 10.0.0.1,10.0.0.9\nAdd-VpnIPAddressRange 10.0.1.1,10.0.1.9\n"
    (server,) = policy_of(f"{script}Remove-VpnIPAddressRange {taken}\n").vpn_servers
    pool = server.address_pool
    assert (None if pool is None else [str(each) for each in pool.value]) == left


def test_what_clears_counters_of_an_interface_is_no_command_of_policy() -> None:
    script = "Add-VpnIPAddressRange 10.0.0.1,10.0.0.9\nClear-VpnS2SInterfaceStatistics -Name 2-edge1\n"
    assert said_of(script) == []
