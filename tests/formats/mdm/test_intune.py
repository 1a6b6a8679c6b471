"""Configurations of Intune of which an export holds less than there is, or that set one thing twice."""

from __future__ import annotations

import json

import pytest
from tests.cases import cases

from ipseclint.api import check_text
from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.source import bytes_source

SUITE = {
    "encryptionMethod": "des",
    "integrityCheckMethod": "sha2_256",
    "dhGroup": "group14",
    "cipherTransformConstants": "aes256",
    "authenticationTransformConstants": "sha_256_128",
    "pfsGroup": "pfs2048",
}
CONNECTION = {
    "@odata.type": "#microsoft.graph.windows10VpnConfiguration",
    "displayName": "A",
    "connectionName": "A",
    "servers": [{"address": "vpn.example.org", "isDefaultServer": True}],
    "connectionType": "ikEv2",
    "cryptographySuite": SUITE,
}
CUSTOM = {"@odata.type": "#microsoft.graph.windows10CustomConfiguration", "displayName": "C"}
ENDPOINT = {"@odata.type": "#microsoft.graph.windows10EndpointProtectionConfiguration"}
INTENT = "deviceConfiguration--windows10EndpointProtectionConfiguration_"
CHOICE = {"settingDefinitionId": "vendor_msft_firewall_mdmstore_global_crlcheck"}
OF_VPN = {"settingDefinitionId": "device_vendor_msft_vpnv2_{name}_nativeprofile", "simpleSettingValue": {"value": "x"}}
LEFT_OUT = "the name of an object in its place"
CUT = "@{encryptionMethod=des}"


def parsed(value: object) -> Parsed:
    source = bytes_source("intune.json", json.dumps(value).encode())
    form = recognise(source)
    assert form is not None
    assert form.name == "intune-json"
    return form.parse(source)


@cases(
    ("value", "said"),
    [
        ({"@odata.nextLink": "https://graph.example/x?$skip=1", "value": [CONNECTION]}, ["one page of several"]),
        ({"settings@odata.nextLink": "https://graph.example/x", "settings": [CONNECTION]}, ["one page of several"]),
        ({"@odata.nextLink": None, "value": [CONNECTION]}, []),
        ({"@odata.count": 1, "value": [CONNECTION]}, []),
        (CONNECTION | {"servers": "System.Object[]"}, [LEFT_OUT]),
        (CONNECTION | {"cryptographySuite": None}, []),
        (CUSTOM | {"omaSettings": "@{omaUri=./Vendor/MSFT/VPNv2/A/ProfileXML}"}, [LEFT_OUT]),
        (CUSTOM | {"omaSettings": []}, []),
        (ENDPOINT | {"firewallProfileDomain": "@{firewallEnabled=allowed}"}, [LEFT_OUT]),
        (ENDPOINT | {"firewallProfileDomain": None}, []),
        (CUSTOM | {"omaSettings": [{"omaUri": "./Vendor/MSFT/VPNv2/A/ProfileXML"}]}, ["the setting `./Vendor"]),
        (CUSTOM | {"omaSettings": [{"omaUri": "./Vendor/MSFT/Defender/X"}]}, []),
        ({"settings": [{"settingInstance": CHOICE | {"choiceSettingValue": "@{value=x}"}}]}, [LEFT_OUT]),
        ({"settings": [{"settingInstance": CHOICE | {"choiceSettingCollectionValue": "x"}}]}, [LEFT_OUT]),
        ({"settings": [{"settingInstance": OF_VPN}]}, ["`device_vendor_msft_vpnv2_{name}_nativep"]),
    ],
)
def test_what_an_export_leaves_out_is_said(value: object, said: list[str]) -> None:
    problems = [each.message for each in parsed(value).problems]
    assert len(problems) == len(said)
    assert all(message.startswith(begin) for message, begin in zip(problems, said, strict=True))


@pytest.mark.parametrize("suite", [CUT, "System.Collections.Hashtable"])
def test_a_suite_of_which_the_name_alone_was_written_is_not_known(suite: str) -> None:
    report = check_text(json.dumps(CONNECTION | {"cryptographySuite": suite}))
    assert [each.message for each in report.problems] == [
        "the elements of <CryptographySuite> come from elsewhere: give what they are in"
    ]
    assert report.findings == ()  # not that it has none


def test_a_suite_that_is_not_there_is_found_fault_with() -> None:
    (finding,) = check_text(json.dumps(CONNECTION | {"cryptographySuite": None})).findings
    assert finding.code == "CR005"


@cases(("names", "count"), [(["A", "A"], 2), (["A", "B"], 2), (["A"], 1)])
def test_connections_of_one_name_are_each_read(names: list[str], count: int) -> None:
    result = parsed([CONNECTION | {"connectionName": name} for name in names])
    assert [each.name for each in result.policy.vpn_connections] == names
    assert len(result.policy.main_mode_crypto_sets) == count


@cases(
    ("first", "second", "is_said"),
    [
        ({"firewallPacketQueueingMethod": "queueBoth"}, {"firewallPacketQueueingMethod": "disabled"}, True),
        ({"firewallPacketQueueingMethod": "disabled"}, {"firewallPacketQueueingMethod": "disabled"}, False),
        ({"firewallPacketQueueingMethod": "disabled"}, {"firewallPacketQueueingMethod": "deviceDefault"}, False),
    ],
)
def test_a_setting_that_two_configurations_differ_in_is_said(
    first: dict[str, str], second: dict[str, str], *, is_said: bool
) -> None:
    problems = parsed([ENDPOINT | first, ENDPOINT | second]).problems
    assert [each.message.partition(":")[0] for each in problems] == (
        ["`EnablePacketQueue` has another value in a configuration above"] if is_said else []
    )


@cases(
    ("name", "value", "idle", "said"),
    [
        ("firewallIdleTimeoutForSecurityAssociationInSeconds", "600", 600, 0),
        ("firewallCertificateRevocationListCheckMethod", '"never"', None, 1),
        ("firewallProfileDomain", '{"firewallEnabled":"allowed"}', None, 0),
        ("firewallProfileDomain", '{"connectionSecurityRulesFromGroupPolicyMerged":true}', None, 1),
        ("firewallRules", "[]", None, 0),
    ],
)
def test_settings_of_a_template_are_members_of_a_configuration(
    name: str, value: str, idle: int | None, said: int
) -> None:
    result = parsed({"displayName": "P", "settings": [{"definitionId": f"{INTENT}{name}", "valueJson": value}, {}]})
    settings = result.policy.global_settings
    assert [each.sa_idle_seconds and each.sa_idle_seconds.known for each in settings] == ([idle] if idle else [])
    assert len(result.problems) == said


def test_exemptions_of_a_template_are_added_up() -> None:
    names = ("firewallIPSecExemptionsAllowICMP", "firewallIPSecExemptionsAllowDHCP")
    rows = [{"definitionId": f"{INTENT}{name}", "value": True} for name in names]
    (settings,) = parsed({"settings": rows}).policy.global_settings
    assert settings.exemptions is not None
    assert len(settings.exemptions.known or ()) == len(names)
