"""Nodes of device management that a script sets through WMI."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import parsed, policy_of

NODES = r"""
$name = 'Corp VPN' -replace ' ', '%20'
$top = './Vendor/MSFT/VPNv2'
$in = @{ Namespace = 'root\cimv2\mdm\dmmap' }
New-CimInstance @in -ClassName MDM_VPNv2_01 -Property @{ ParentID = $top; InstanceID = $name; AlwaysOn = $true }
New-CimInstance @in MDM_VPNv2_NativeProfile02 -Property @{ ParentID = "$top/$name"; InstanceID = 'NativeProfile'
    Servers = 'vpn.example.com'; NativeProtocolType = 'L2tp'; L2tpPsk = 'never-to-be-shown' }
Set-WmiInstance @in -Class MDM_VPNv2_Authentication03 -Arguments @{
    ParentID = "$top/$name/NativeProfile"; InstanceID = 'Authentication'; UserMethod = 'MSChapv2' }
New-CimInstance @in -ClassName MDM_VPNv2_CryptographySuite03 -Property @{
    ParentID = "$top/$name/NativeProfile/"; InstanceID = 'CryptographySuite'; CipherTransformConstants = 'GCMAES256'
    AuthenticationTransformConstants = 'GCMAES256'; EncryptionMethod = 'AES256'; IntegrityCheckMethod = 'SHA256'
    DHGroup = 'Group2'; PfsGroup = 'None' }
New-CimInstance @in -ClassName MDM_Firewall_Global02 -Property @{
    ParentID = './Vendor/MSFT/Firewall/MdmStore'; InstanceID = 'Global'; SaIdleTime = 420 }
"""


def test_the_instances_of_a_connection_are_its_profile() -> None:
    policy = policy_of(NODES)
    (connection,) = policy.vpn_connections
    assert connection.name == "Corp VPN"
    assert connection.servers is not None
    assert connection.servers.known == ("vpn.example.com",)
    (proposal,) = policy.main_mode_crypto_sets[0].proposals
    assert proposal.dh_group.span.line == 13


def test_the_firewall_is_set_by_an_instance() -> None:
    (settings,) = policy_of(NODES).global_settings
    assert settings.sa_idle_seconds is not None
    assert settings.sa_idle_seconds.known == 420


def test_the_key_of_an_instance_is_hidden() -> None:
    lines = NODES.split("\n")
    (key,) = {span for span in parsed(NODES).secrets if lines[span.line - 1][span.column - 1 :].startswith("never")}
    assert key.length == len("never-to-be-shown")


@cases(
    "properties",
    [
        "@{ InstanceID = 'NativeProfile'; Servers = 'a.example' }",
        "@{ ParentID = $env:X; InstanceID = 'NativeProfile'; Servers = 'a.example' }",
        "@{ ParentID = './Vendor/MSFT/Other'; InstanceID = 'NativeProfile'; Servers = 'a.example' }",
        "@{ ParentID = './Vendor/MSFT/VPNv2'; InstanceID = 'Corp'; ProfileXML = $env:X }",
        "$env:X",
    ],
)
def test_an_instance_whose_node_is_not_known_is_said(properties: str) -> None:
    script = (
        rf"New-CimInstance -Namespace root\cimv2\mdm\dmmap -ClassName MDM_VPNv2_NativeProfile02 -Property {properties}"
    )
    (problem,) = parsed(script).problems
    assert problem.message.endswith("what is done to it here is not followed")


def test_a_value_of_an_instance_that_is_not_known_is_given_later() -> None:
    read = parsed(NODES.replace("'vpn.example.com'", "$env:SERVER"))
    assert dict(read.given) == {"`$env:SERVER`, line 7": 1}
    assert len(read.policy.vpn_connections) == 1


@cases("sign", [". .\\profile.ps1\n", '. "$PSScriptRoot\\profile.ps1"\n'])
def test_a_profile_of_another_script_is_said_once(sign: str) -> None:
    makes = "New-CimInstance -Namespace $in -ClassName MDM_VPNv2_01 -Property @{ ProfileXML = $ProfileXML }"
    (problem,) = parsed(sign + makes).problems
    assert problem.message.startswith("another script is run here")
