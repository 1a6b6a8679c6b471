"""Lists of properties, with what people write around them."""

from __future__ import annotations

import json

import pytest
from tests.cases import cases

from ipseclint.api import check_text
from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.powershell import list_text
from ipseclint.source import bytes_source
from ipseclint.vocabulary.algorithms import Cipher, DhGroup

OBJECT = "Name : Work\nServerAddress : vpn.example.org\nTunnelType : Ikev2\nIPSecCustomPolicy :\n"


def parsed_list(text: str) -> Parsed:
    return list_text.parse(bytes_source("list.txt", text.encode()))


def test_a_list_behind_prose_is_read_and_the_prose_is_not() -> None:
    text = (
        "Hello: since Monday it fails.\n\nIt says: no connection.\n\nName                  : Work\n"
        "ServerAddress         : 203.0.113.40\nTunnelType            : Ikev2\nAuthenticationMethod  : {Eap}\n"
    )
    report = check_text(text, "ticket.txt")
    assert [(each.format, each.objects) for each in report.inputs] == [("transcript", {"vpn_connection": 1})]
    assert [(each.code, each.span.line) for each in report.findings] == [("AU026", 6)]
    assert report.problems == ()


def test_the_suite_of_a_server_whose_lifetimes_have_their_full_names_is_no_connection() -> None:
    text = (
        "TunnelType                          : IKEV2\nSADataSizeForRenegotiationKilobytes : 102400\n"
        "SALifeTimeSeconds                   : 28800\nIkev2Ports                          : 128\n"
        "EncryptionMethod                    : AES256\nIntegrityCheckMethod                : SHA256\n"
        "DHGroup                             : Group14\nCipherTransformConstants            : AES256\n"
        "AuthenticationTransformConstants    : SHA256128\nPfsGroup                            : PFS2048\n"
    )
    report = check_text(text, "server.txt")
    assert [each.objects["vpn_server"] for each in report.inputs] == [1]
    assert report.problems == ()


def test_a_list_whose_first_property_is_empty_is_one() -> None:
    text = (
        "RoutingDomain                    :\nName                             : Seattle\n"
        "Destination                      : {131.107.0.2}\nProtocol                         : Ikev2\n"
        "AuthenticationMethod             : PSKOnly\nSALifeTime(s)                    : 300\n"
    )
    for shown in (text, f"PS C:\\> Get-VpnS2SInterface | fl *\n{text}"):
        report = check_text(shown, "site.txt")
        assert [each.objects["vpn_interface"] for each in report.inputs] == [1]
        assert "QD004" in {each.code for each in report.findings}


def test_a_member_of_esp_that_an_export_leaves_out_is_not_known() -> None:
    proposal = {"CimClass": {"CimClassName": "MSFT_NetIKEQMCryptoProposal"}, "Encapsulation": 2, "Encryption": 6}
    crypto_set = {"CimClass": {"CimClassName": "MSFT_NetIKEQMCryptoSet"}, "InstanceID": "{A}", "DisplayName": "QM"}
    codes = {
        str(more): {
            finding.code
            for finding in check_text(json.dumps([crypto_set | {"Proposals": [proposal | more]}]), "a.json").findings
        }
        for more in ({}, {"ESPHash": None}, {"ESPHash": 3})
    }
    assert [("CR008" in found, "CR002" in found) for found in codes.values()] == [
        (False, True),
        (True, True),
        (False, True),
    ]


def test_a_member_whose_value_stands_below_it_is_not_taken_for_empty() -> None:
    text = (
        "Name                        : X\nServerAddress               : vpn.example.org\n"
        "TunnelType                  : Ikev2\nIPSecCustomPolicy           :\n"
        "                              DHGroup : Group14\n"
    )
    report = check_text(text, "vpn.txt")
    assert [problem.span.line for problem in report.problems] == [5]
    assert report.findings == ()


def test_a_sentence_between_two_lists_is_part_of_neither() -> None:
    text = f"{OBJECT}\nAnd on the RRAS server, which is new:\n\n{OBJECT}"
    parsed = list_text.parse(bytes_source("x.txt", text.encode()))
    assert parsed.problems == ()
    assert len(parsed.policy.vpn_connections) == 2


@pytest.mark.parametrize("line", ["DHGroup ECP384", "TunnelType Ikev2:", "On the server"])
def test_what_may_be_a_torn_property_is_a_problem(line: str) -> None:
    parsed = list_text.parse(bytes_source("x.txt", f"{OBJECT}\n{line}\n\n{OBJECT}".encode()))
    assert [problem.code.value for problem in parsed.problems] == ["IN003"]


def test_the_names_of_an_objects_own_members_may_be_cut_short() -> None:
    told = "Name : Office\nServerAddress : vpn.example.org\nTunnelType : Ikev2\n"
    parsed = parsed_list(f"{told}CimInstanceProperties : {{AllUserConnection, AuthenticationMethod...}}\n")
    assert parsed.problems == ()
    assert [connection.name for connection in parsed.policy.vpn_connections] == ["Office"]
    assert parsed_list(f"{told}Routes : {{a, b...}}\n").problems != ()


def test_an_association_is_known_by_its_algorithms() -> None:
    parsed = parsed_list(
        "LocalEndpoint : 10.0.0.5\nRemoteEndpoint : 10.0.0.6\nCipherAlgorithm : DES3\nHashAlgorithm : SHA1\n"
    )
    assert len(parsed.associations) == 1


def test_a_server_is_known_by_how_long_its_main_modes_hold() -> None:
    suite = "AuthenticationTransformConstants : SHA256128\nEncryptionMethod : AES256\nIntegrityCheckMethod : SHA256\n"
    more = "CipherTransformConstants : AES256\nDHGroup : Group14\nPfsGroup : None\nMMSALifeTime(s) : 300\n"
    parsed = parsed_list(suite + more)
    (server,) = parsed.policy.vpn_servers
    assert server.main_mode_lifetime_seconds is not None
    assert (server.main_mode_lifetime_seconds.known, parsed.problems) == (300, ())


@cases(
    ("text", "rules", "sets"),
    [
        ("DisplayName      : A\nInboundSecurity  : Require\nOutboundSecurity : Request\n", ["A"], []),
        ("DisplayName : Weak\nMaxMinutes  : 5\nMaxSessions : 1\n", [], ["Weak"]),
    ],
)
def test_a_few_selected_properties_tell_what_an_object_is(text: str, rules: list[str], sets: list[str]) -> None:
    form = recognise(bytes_source("pasted.txt", text.encode()))
    assert form is not None
    parsed = form.parse(bytes_source("pasted.txt", text.encode()))
    assert [rule.name for rule in parsed.policy.connection_security_rules] == rules
    assert [crypto.name for crypto in parsed.policy.main_mode_crypto_sets if not crypto.builtin] == sets
    assert parsed.problems != ()


def test_what_explains_a_value_is_no_part_of_it() -> None:
    text = (
        "Name                 : Work #2                # what we call it\n"
        "ServerAddress        : vpn.example.org  #1\n"
        "TunnelType           : Ikev2  # always\n"
        "AuthenticationMethod : {Eap}            # with a card\n"
        "DnsSuffix            : # none\n"
        "SplitTunneling       : True\n"
    )
    parsed = parsed_list(text)
    (connection,) = parsed.policy.vpn_connections
    assert (connection.name, connection.servers.known) == ("Work #2", ("vpn.example.org  #1",))
    assert parsed.problems == ()


@cases("end", ["\n", "\r\n"])
@cases("above", ["", "Since Monday it fails.\n\n", "Hello: it fails.\n\nIt says: no.\n  \n", "\n\n"])
def test_a_list_is_known_behind_prose_whatever_ends_its_lines(above: str, end: str) -> None:
    text = f"{above}Name                  : Work\nServerAddress         : 203.0.113.40\nTunnelType            : Ikev2\n"
    source = bytes_source("list.txt", text.replace("\n", end).encode())
    assert list_text.recognise(source)
    assert [each.name for each in list_text.parse(source).policy.vpn_connections] == ["Work"]


def test_a_certificate_that_is_a_value_goes_on_over_its_parts() -> None:
    text = (
        "UserAuthProtocolAccepted      : {EAP, Certificate}\nTunnelAuthProtocolsAdvertised : Certificates\n"
        "RootCertificateNameToAccept   : [Subject]\n"
        "                                  CN=Example Root, O=Example\n\n"
        "                                [Issuer]\n                                  CN=Other Root\n\n"
        "                                [Not After]\n                                  3/4/2031 9:10:11 AM\n\n"
        "CertificateAdvertised         :\nCertificateEKUsToAccept       :\n"
    )
    parsed = parsed_list(text)
    assert parsed.problems == ()
    (server,) = parsed.policy.vpn_servers
    assert server.root_certificate is not None
    assert (server.root_certificate.known, server.root_certificate.span.line) == ("CN=Example Root, O=Example", 4)


@cases("words", ["Mit freundlichen Grüßen", "Kind regards,", "Danke!", "Cordialement,"])
def test_how_a_mail_ends_is_no_part_of_the_list_above(words: str) -> None:
    assert parsed_list(f"{OBJECT}\n{words}\n").problems == ()


@pytest.mark.parametrize("words", ["ServerAddress", "IKEv2 14", "SHA256, SHA384", "{MachineCertificate}"])
def test_what_may_be_a_value_is_said(words: str) -> None:
    assert [each.message for each in parsed_list(f"{OBJECT}\n{words}\n").problems] == [
        "neither a property nor its continuation"
    ]


@cases(
    "words",
    [
        "Sophos XG / UTM ipsec.conf:",
        "pfSense /var/etc/ipsec/swanctl.conf",
        "the router (7.2.5), phase 1:",
        "/etc/ipsec.conf",
    ],
)
def test_what_somebody_writes_above_the_other_end_is_no_part_of_the_list(words: str) -> None:
    assert parsed_list(f"{OBJECT}\n{words}\n").problems == ()


MAIN_MODE = "Encryption     : {}\nHash           : {}\nKeyExchange    : {}\nPSComputerName : \n"
QUICK_MODE = (
    "AHHash         : None\nEncapsulation  : ESP\nEncryption     : DES3\nESPHash        : SHA1\n"
    "MaxKiloBytes   : 100000\nMaxMinutes     : 60\n"
)


def test_proposals_shown_alone_are_one_set_that_no_rule_need_name() -> None:
    first, second = MAIN_MODE.format("AES256", "SHA256", "DH14"), MAIN_MODE.format("DES3", "SHA1", "DH2")
    parsed = parsed_list(f"{first}\n{second}\n{QUICK_MODE}")
    (main,), (quick,) = parsed.policy.main_mode_crypto_sets, parsed.policy.quick_mode_crypto_sets
    assert [(each.encryption.known, each.dh_group.known) for each in main.proposals] == [
        (Cipher.AES_256, DhGroup.GROUP_14),
        (Cipher.TRIPLE_DES, DhGroup.GROUP_2),
    ]
    assert [each.lifetime_seconds.known for each in quick.proposals] == [3600]
    assert parsed.problems == ()
    rule = (
        "IPsecRuleName : {5a5a0011-0000-4000-8000-000000000001}\nInboundSecurity : Require\nOutboundSecurity : None\n"
    )
    found = check_text(f"PS C:\\> $s.Proposal\n\n{first}\nPS C:\\> Get-NetIPsecRule\n\n{rule}", "post.txt").findings
    assert "RF007" not in {finding.code for finding in found}


def test_a_table_of_proposals_is_read() -> None:
    table = "Encryption Hash KeyExchange\n---------- ---- -----------\nAES128     SHA1 DH2        \n"
    found = check_text(f"PS C:\\> (Get-NetIPsecMainModeCryptoSet).Proposal\n\n{table}", "post.txt").findings
    assert {finding.code for finding in found} == {"CR004", "CR005"}


@cases("dots", ["...", "[...]", "(...)", "\u2026", "... ..."])
def test_dots_below_a_property_are_said_to_leave_something_out(dots: str) -> None:
    assert [(each.message, each.span.line) for each in parsed_list(f"{OBJECT}{dots}\n").problems] == [
        ("what is left out here is not known", 5)
    ]


PROFILE = (
    "<VPNProfile><NativeProfile><Servers>vpn.example.org</Servers><NativeProtocolType>IKEv2</NativeProtocolType>"
    "<CryptographySuite><AuthenticationTransformConstants>SHA256128</AuthenticationTransformConstants>"
    "<CipherTransformConstants>AES128</CipherTransformConstants><EncryptionMethod>AES128</EncryptionMethod>"
    "<IntegrityCheckMethod>SHA256</IntegrityCheckMethod><DHGroup>Group2</DHGroup><PfsGroup>None</PfsGroup>"
    "</CryptographySuite></NativeProfile></VPNProfile>"
)
MANAGED = "InstanceID : Always%20On\nParentID   : ./Vendor/MSFT/VPNv2\nAlwaysOn   : True\nProfileXML : {}\n"


def test_a_profile_of_device_management_is_read_in_its_place() -> None:
    report = check_text(MANAGED.format(PROFILE), "list.txt")
    (finding,) = report.findings
    assert (finding.code, finding.subject.name, finding.span.line) == ("CR005", "Always On", 4)
    assert finding.span.column == len("ProfileXML : ") + PROFILE.index("Group2") + 1
    assert report.problems == ()


def test_a_profile_over_several_lines_is_read_in_its_lines() -> None:
    lines = PROFILE.replace("><", f">\n{' ' * 13}<")
    (finding,) = check_text(f"PS C:\\> Get-CimInstance MDM_VPNv2_01\n\n{MANAGED.format(lines)}", "window.txt").findings
    assert (finding.code, finding.span.line) == ("CR005", 6 + lines[: lines.index("Group2")].count("\n"))


def test_a_profile_as_json_is_read_as_its_list_is() -> None:
    item = {"InstanceID": "Always%20On", "ProfileXML": PROFILE, "CimClass": {"CimClassName": "MDM_VPNv2_01"}}
    (finding,) = check_text(json.dumps(item), "profile.json").findings
    assert (finding.code, finding.subject.name) == ("CR005", "Always On")


def test_the_key_in_such_a_profile_is_shown_by_no_report() -> None:
    keyed = PROFILE.replace("<CryptographySuite>", "<L2tpPsk>Zwiebelkuchen77</L2tpPsk><CryptographySuite>")
    for text, name in ((MANAGED.format(keyed), "list.txt"), (json.dumps({"ProfileXML": keyed}), "profile.json")):
        assert "Zwiebelkuchen77" not in repr(check_text(text, name))


@cases("profile", ["", "<VPNPro...", "see the file"])
def test_a_profile_without_its_xml_is_said(profile: str) -> None:
    (problem,) = check_text(MANAGED.format(profile), "list.txt").problems
    assert "of which the XML is not shown" in problem.message


PROFILES = (
    "Name                  : Domain\nEnabled               : True\nAllowLocalIPsecRules  : False\n\n"
    "Name                  : Public\nEnabled               : True\nAllowLocalIPsecRules  : NotConfigured\n\n"
    "Name                  : Private\nEnabled               : True\nAllowLocalIPsecRules  : True\n"
)


def merged(parsed: Parsed) -> list[dict[str, bool | None]]:
    return [
        {str(profile): setting.known for profile, setting in settings.local_rules_merge.items()}
        for settings in parsed.policy.global_settings
    ]


def read_any(text: str, name: str) -> Parsed:
    source = bytes_source(name, text.encode())
    form = recognise(source)
    assert form is not None
    return form.parse(source)


def test_profiles_tell_where_local_rules_apply_in_every_form() -> None:
    objects = [
        {"Name": name, "AllowLocalIPsecRules": number, "CimClass": {"CimClassName": "MSFT_NetFirewallProfile"}}
        for name, number in (("Domain", 0), ("Public", 2), ("Private", 1))
    ]
    table = (
        "Name    AllowLocalIPsecRules\n----    --------------------\n"
        "Domain                 False\nPrivate                 True\n"
    )
    commas = '"Name","AllowLocalIPsecRules"\n"Domain","False"\n"Private","True"\n'
    forms = {"list.txt": PROFILES, "all.json": json.dumps(objects), "table.txt": table, "table.csv": commas}
    for name, text in forms.items():
        parsed = read_any(text, name)
        assert (name, merged(parsed), parsed.problems) == (name, [{"domain": False, "private": True}], ())


def test_profiles_and_settings_of_a_store_are_one_group() -> None:
    settings = (
        "Name                  : Global\nMaxSAIdleTimeSeconds  : 600\nCertValidationLevel   : None\n"
        "AllowIPsecThroughNAT  : None\n"
    )
    parsed = parsed_list(f"{PROFILES}\n{settings}")
    assert merged(parsed) == [{"domain": False, "private": True}]
    (group,) = parsed.policy.global_settings
    assert group.sa_idle_seconds is not None
    assert group.sa_idle_seconds.known == 600


def test_profiles_that_say_nothing_of_ipsec_are_no_policy() -> None:
    parsed = parsed_list(PROFILES.replace("False", "NotConfigured").replace("ules  : True", "ules  : NotConfigured"))
    assert (parsed.policy.is_empty, parsed.problems) == (True, ())


def test_a_profile_without_its_name_is_said() -> None:
    (problem,) = parsed_list("Enabled : True\nAllowLocalIPsecRules : False\n").problems
    assert problem.message == "a profile of the firewall without its name"


@cases(
    ("more", "sets", "associations"),
    [
        ("EncapsulationMode : Transport\n", 0, 1),
        ("TransportLayerFilterName :\n", 0, 1),
        ("FirstTransformType : 2\n", 0, 1),
        ("Description :\n", 1, 0),
    ],
)
def test_a_quick_mode_with_its_group_is_no_set(more: str, sets: int, associations: int) -> None:
    text = f"Name : 1\nLocalEndpoint : 10.0.0.1\nRemoteEndpoint : 10.0.0.2\nPfsGroupId : 2\n{more}"
    parsed = list_text.parse(bytes_source("sa.txt", text.encode()))
    assert (len(parsed.policy.quick_mode_crypto_sets), len(parsed.associations)) == (sets, associations)


@cases(
    ("more", "is_said"),
    [
        ("Proposal : {MSFT_NetIKEBasicAuthProposal}\nPolicyStoreSource : PersistentStore\n", True),
        ("Proposal :\nPolicyStoreSource : PersistentStore\n", True),
        ("Proposals : x\nPolicyStoreSource : PersistentStore\n", True),
        ("Proposal : x\n", False),  # of whatever
        ("PolicyStoreSource : PersistentStore\n", False),
        ("MaxMinutes : 480\nMaxSessions : 0\nProposal :\nPolicyStoreSource : PersistentStore\n", False),
    ],
)
def test_a_set_of_unknown_kind_behind_a_rule_is_said(more: str, *, is_said: bool) -> None:
    rule = "IPsecRuleName : {R}\nInboundSecurity : Require\nOutboundSecurity : Require\n"
    text = f"{rule}\nName : {{P1}}\nDisplayName : Auth\n{more}"
    said = [each.span.line for each in list_text.parse(bytes_source("a.txt", text.encode())).problems]
    assert (5 in said) is is_said


CERTIFICATE = (
    "Subject              : CN=srv\nThumbprint           : 0000000000000000000000000000000000000001\n"
    "EnhancedKeyUsageList : {}\nHasPrivateKey        : True\n"
    "PSParentPath         : Microsoft.PowerShell.Security\\Certificate::LocalMachine\\My\n"
)


@cases(("member", "is_problem"), [("Extensions", False), ("DnsNameList", True)])
def test_a_cut_list_of_what_has_no_values_is_no_problem(member: str, is_problem: bool) -> None:
    report = check_text(f"{CERTIFICATE}{member:<21}: {{System.A, System.A, System.A, System.A...}}\n", "c.txt")
    assert any("cut short" in problem.message for problem in report.problems) == is_problem
