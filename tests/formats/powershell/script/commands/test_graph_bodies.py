"""Device configurations of Intune that a script sends to Microsoft Graph: read as their export is, or said."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import parsed, policy_of, said_of

from ipseclint.formats.netsh.recognition import calls_cmdlets
from ipseclint.vocabulary.algorithms import DhGroup

URI = "https://graph.microsoft.com/beta/deviceManagement/deviceConfigurations"
SUITE = (
    '"encryptionMethod":"aes256", "integrityCheckMethod":"sha2_256", "dhGroup":"group2", "pfsGroup":"pfs2048",'
    ' "cipherTransformConstants":"aes256", "authenticationTransformConstants":"sha_256_128"'
)
JSON = (
    '{ "@odata.type": "#microsoft.graph.windows10VpnConfiguration", "connectionName": "Office",'
    ' "servers": [{"address": "vpn.example.org"}], "connectionType": "ikEv2", "authenticationMethod": "certificate",\n'
    f' "cryptographySuite": {{{SUITE}}} }}'
)
LINE = JSON.replace("\n", "")
TABLE = LINE.replace("[", "@(").replace("]", ")").replace("{", "@{").replace(",", ";").replace(":", "=", 1)
TABLE = TABLE.replace('": ', '" = ').replace('":', '" =')
GROUP, NAME = '"group2"', '"servers"'
SENT = f"Invoke-RestMethod -Uri '{URI}' -Method Post -ContentType 'application/json' -Body"
NODE = "./Vendor/MSFT/Firewall/MdmStore/Global/SaIdleTime"
IDLE = f"@{{ omaSettings = @(@{{ omaUri = '{NODE}'; value = 400 }}) }}"
PROFILE = (
    "<VPNProfile><NativeProfile><Servers>vpn.example.org</Servers><NativeProtocolType>IKEv2</NativeProtocolType>"
    "</NativeProfile></VPNProfile>"
)


@cases(
    "script",
    [
        f"{SENT} '{LINE}'",
        f"$j = @'\n{JSON}\n'@\n{SENT} $j",
        f'$dh = "group2"\n$j = @"\n{JSON.replace("group2", "$dh")}\n"@\n{SENT} $j',
        f"function Add-Configuration {{ param($JSON) {SENT} $JSON }}\nAdd-Configuration -JSON '{LINE}'",
        f"$p = @{{ Method = 'POST'; Uri = '{URI}'; Body = '{LINE}' }}\nInvoke-MgGraphRequest @p",
        f"New-MgDeviceManagementDeviceConfiguration -BodyParameter {TABLE}",
        f"$b = {TABLE} | ConvertTo-Json -Depth 9\nInvoke-MgGraphRequest -Method POST -Uri '{URI}' -Body $b",
        f"$dh = @{{ old = 'group2' }}\n$b = {TABLE.replace(GROUP, '$dh.old')}\n{SENT} (ConvertTo-Json $b)",
    ],
)
def test_a_connection_that_is_sent_is_read(script: str) -> None:
    assert calls_cmdlets(script, "vpn.ps1")
    assert not said_of(script)
    policy = policy_of(script)
    (connection,), (crypto_set,) = policy.vpn_connections, policy.main_mode_crypto_sets
    assert connection.name == "Office"
    assert crypto_set.proposals[0].dh_group.known is DhGroup.GROUP_2


def test_a_value_of_json_has_the_place_at_which_the_script_has_it() -> None:
    (crypto_set,) = policy_of(f"$j = @'\n{JSON}\n'@\n{SENT} $j").main_mode_crypto_sets
    span = crypto_set.proposals[0].dh_group.span
    assert (span.line, span.column, span.length) == (3, JSON.split("\n")[1].index("group2") + 1, 6)


@cases(
    "script",
    [
        f"{SENT} ({IDLE} | ConvertTo-Json -Depth 5)",
        f"$a = {IDLE}\nConvertTo-Json $a | Out-Host\n{SENT} (ConvertTo-Json -InputObject $a -Depth 9)",
        f"$s = @()\n$s += @{{ omaUri='{NODE}'; value=400 }}\n{SENT} (ConvertTo-Json ([pscustomobject]@{{ x = $s }}))",
    ],
)
def test_a_setting_that_is_sent_is_read_once(script: str) -> None:
    (settings,) = policy_of(script).global_settings
    assert settings.sa_idle_seconds is not None
    assert settings.sa_idle_seconds.value == 400
    assert not said_of(script)


def test_a_profile_in_a_setting_is_read_once() -> None:
    setting = "@{ omaSettings = @(@{ omaUri = './User/Vendor/MSFT/VPNv2/Office/ProfileXML'; value = $x }) }"
    assert len(policy_of(f"$x = '{PROFILE}'\n{SENT} ({setting} | ConvertTo-Json)").vpn_connections) == 1


@cases(
    ("script", "message"),
    [
        (
            f"param($idle)\n{SENT} ({IDLE.replace('400', '$idle')} | ConvertTo-Json)",
            "unknown value of `SaIdleTime`: `$idle`",
        ),
        (
            f"param($dh)\n{SENT} ({TABLE.replace(GROUP, '$dh')} | ConvertTo-Json)",
            "unknown Diffie-Hellman group `$dh`",
        ),
        (f"$j = @'\n{JSON}\n'@\nSend-It $j", "a device configuration of Intune is made here, which is not followed"),
        (
            f'param($dh)\n$j = @"\n{JSON.replace("group2", "$dh")}\n"@\n{SENT} $j',
            "a device configuration of Intune is made here, which is not followed",
        ),
        (f"$j = @'\n{JSON.replace(NAME, 'servers')}\n'@\n{SENT} $j", "no name of a member where one should be"),
    ],
)
def test_what_is_not_known_of_a_configuration_is_said(script: str, message: str) -> None:
    ((_, _, said),) = said_of(script)
    assert message in said


@cases(
    "script",
    [
        IDLE.replace("Firewall/MdmStore/Global/SaIdleTime", "Policy/Config/Update/BranchReadinessLevel"),
        IDLE.replace("MdmStore/Global/SaIdleTime", "MdmStore/FirewallRules/Web/Enabled"),
    ],
)
def test_a_configuration_of_other_settings_is_of_no_concern(script: str) -> None:
    sent = f"{SENT} ({script} | ConvertTo-Json)"
    assert not calls_cmdlets(sent, "update.ps1")
    assert parsed(sent).policy.is_empty
    assert not said_of(sent)


def test_a_script_that_only_speaks_of_a_node_is_of_no_concern() -> None:
    script = f"# a policy such as {NODE}\n$i = Invoke-MSGraphRequest -Url '{URI}?$select=omaSettings'\n$i.omaUri\n"
    assert not calls_cmdlets(script, "results.ps1")
