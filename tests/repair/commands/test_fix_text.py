"""The commands for changes of every kind, in every dialect that has commands."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from msgspec.structs import replace

from ipseclint.finding import FixText
from ipseclint.model.change import Add, Assign, Fix, Remove
from ipseclint.model.kinds import KIND_OF
from ipseclint.model.machine import PolicyIndex
from ipseclint.model.policy import (
    AuthMethod,
    CrlCheck,
    Dialect,
    Direction,
    DosProtection,
    Exemption,
    FilterAction,
    FilterList,
    FirewallAction,
    FirewallRule,
    GlobalSettings,
    InterfaceType,
    IpsecPolicy,
    MainModeCryptoSet,
    NatTraversal,
    Policy,
    PolicyObject,
    Profile,
    QuickModeCryptoSet,
    Reference,
    RemoteAccess,
    RuleAction,
    RuleMode,
    Security,
    VpnConnection,
    VpnInterface,
    VpnServer,
)
from ipseclint.model.selectors import ANY_ADDRESS, LegacyFilter, PortRange
from ipseclint.model.selectors import Address as Net
from ipseclint.model.setting import Secret, Setting, Unknown
from ipseclint.repair.commands.fix_text import fix_text
from ipseclint.vocabulary.addresses import AddressKeyword
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Encapsulation, Integrity, KeyModule
from ipseclint.vocabulary.settings import KeyEncoding, PacketQueuing
from tests.cases import cases
from tests.made_objects import (
    SPAN,
    addresses,
    authentication_set,
    exemption,
    left,
    main_mode_proposal,
    main_mode_rule,
    main_mode_set,
    method,
    quick_mode_proposal,
    quick_mode_set,
    rule,
    said,
    to,
)
from tests.repair.commands.powershell_reading import commands_of


def holding(*objects: PolicyObject) -> Policy:
    parts: defaultdict[str, list[PolicyObject]] = defaultdict(list)
    for thing in objects:
        parts[KIND_OF[thing.kind].field].append(thing)
    return Policy(**{field: tuple(things) for field, things in parts.items()})


def text_of(*changes: Assign | Add | Remove, beside: tuple[PolicyObject, ...] = ()) -> FixText:
    targets = [change.target for change in changes if not isinstance(change, Add)]
    known = {id(each): each for each in (*targets, *beside)}
    text = fix_text(Fix(changes), PolicyIndex(holding(*known.values())))
    if text.powershell is not None:
        assert all(len(each) >= 1 for each in commands_of(text.powershell))
    return text


DEFAULT_MAIN_MODE = main_mode_set("default", is_default=True, lifetime_seconds=said(300), quick_mode_limit=said(7))
LEGACY_MAIN_MODE = main_mode_set(
    "P & Q",
    dialect=Dialect.IP_SECURITY_POLICY,
    proposals=(main_mode_proposal(Cipher.TRIPLE_DES, Integrity.SHA1, DhGroup.GROUP_14),),
)
OWN_QUICK_MODE = quick_mode_set(
    "R 1",
    proposals=(
        quick_mode_proposal(lifetime_seconds=said(300)),
        quick_mode_proposal(
            esp_integrity=said(Integrity.AES_GMAC_256),
            encryption=said(Cipher.AES_GCM_256),
            lifetime_seconds=left(3600),
            lifetime_kilobytes=left(100_000),
        ),
        quick_mode_proposal(
            encapsulation=said(Encapsulation.AH_AND_ESP),
            ah_integrity=said(Integrity.SHA1),
            esp_integrity=said(Integrity.SHA1),
            encryption=said(Cipher.NONE),
        ),
    ),
    pfs_group=said(DhGroup.ECP_256),
)
OWNER = rule("R 1", quick_mode_crypto=to("R 1"))
POLICY = IpsecPolicy(
    name="P & Q",
    span=SPAN,
    assigned=said(True),
    polling_interval_seconds=said(60),
    master_pfs=said(True),
    activate_default_rule=said(False),
)
SETTINGS = GlobalSettings(span=SPAN, sa_idle_seconds=said(300))
DRIVER = GlobalSettings(span=SPAN, dialect=Dialect.DYNAMIC, legacy_exempt_level=said(0))


def longer(crypto: object) -> tuple[object, ...]:
    first, *rest = OWN_QUICK_MODE.proposals
    assert crypto is OWN_QUICK_MODE
    return (first.model_copy(update={"lifetime_seconds": said(3600)}), *rest)


def test_a_lifetime_keeps_the_session_limit_beside_it() -> None:
    text = text_of(Assign(DEFAULT_MAIN_MODE, "lifetime_seconds", 28_800))
    assert text.netsh == "netsh advfirewall set global mainmode mmkeylifetime 480min,7sess"
    assert text.powershell == (
        "Set-NetIPsecMainModeCryptoSet -Name '{E5A5D32A-4BCE-4E4D-B07F-4AB1BA7E5FE1}' -MaxMinutes 480"
    )
    assert text.note is None


def test_one_proposal_changed_states_the_whole_list_and_its_group_again() -> None:
    text = text_of(Assign(OWN_QUICK_MODE, "proposals", longer(OWN_QUICK_MODE)), beside=(OWNER,))
    assert text.netsh == (
        'netsh advfirewall consec set rule name="R 1" new '
        "qmsecmethods=esp:sha256-aes128+60min+100000kb,esp:aesgcm256-aesgcm256,ah:sha1+esp:sha1-none+60min+100000kb "
        "qmpfs=ecdhp256"
    )
    assert text.powershell == (
        "Get-NetIPsecRule -DisplayName 'R 1' | Get-NetIPsecQuickModeCryptoSet | Set-NetIPsecQuickModeCryptoSet "
        "-Proposal (New-NetIPsecQuickModeCryptoProposal -Encapsulation ESP -ESPHash SHA256 -Encryption AES128 "
        "-MaxMinutes 60 -MaxKiloBytes 100000),"
        "(New-NetIPsecQuickModeCryptoProposal -Encapsulation ESP -ESPHash AESGMAC256 -Encryption AESGCM256),"
        "(New-NetIPsecQuickModeCryptoProposal -Encapsulation 'AH','ESP' -AHHash SHA1 -ESPHash SHA1 -Encryption None "
        "-MaxMinutes 60 -MaxKiloBytes 100000)"
    )


def test_a_named_set_is_found_by_its_own_id_or_name() -> None:
    by_id = quick_mode_set("Strong", id="{11111111-2222-3333-4444-555555555555}")
    text = text_of(Assign(by_id, "pfs_group", DhGroup.ECP_384), beside=(rule("R", quick_mode_crypto=to("Strong")),))
    assert text.netsh == 'netsh advfirewall consec set rule name="R" new qmpfs=ecdhp384'
    assert text.powershell == (
        "Set-NetIPsecQuickModeCryptoSet -Name '{11111111-2222-3333-4444-555555555555}' -PerfectForwardSecrecyGroup DH20"
    )
    by_name = quick_mode_set("Strong")
    text = text_of(Assign(by_name, "pfs_group", DhGroup.NONE))
    assert text.netsh is None
    assert text.powershell == ("Set-NetIPsecQuickModeCryptoSet -DisplayName 'Strong' -PerfectForwardSecrecyGroup None")
    assert text.note == "Netsh reaches a set only through a rule that uses it, and none does."


def test_legacy_changes_of_one_policy_are_one_command() -> None:
    text = text_of(
        Assign(POLICY, "master_pfs", False),
        Assign(LEGACY_MAIN_MODE, "quick_mode_limit", 0),
        Assign(LEGACY_MAIN_MODE, "lifetime_seconds", 28_800),
        Assign(POLICY, "polling_interval_seconds", 10_800),
    )
    assert text.netsh == (
        'netsh ipsec static set policy name="P & Q" mmpfs=no pollinginterval=180 qmpermm=0 mmlifetime=480'
    )
    assert text.powershell == (
        "netsh.exe ipsec static set policy 'name=P & Q' mmpfs=no pollinginterval=180 qmpermm=0 mmlifetime=480"
    )


def test_legacy_filter_action_states_the_whole_list_again() -> None:
    crypto = quick_mode_set(
        "Require",
        dialect=Dialect.IP_SECURITY_POLICY,
        proposals=(
            quick_mode_proposal(encryption=said(Cipher.TRIPLE_DES), esp_integrity=said(Integrity.SHA1)),
            quick_mode_proposal(
                encapsulation=said(Encapsulation.AH),
                ah_integrity=said(Integrity.MD5),
                lifetime_kilobytes=left(100_000),
            ),
        ),
    )
    text = text_of(
        Assign(crypto, "proposals", crypto.proposals), Assign(crypto, "pfs_group", DhGroup.SAME_AS_MAIN_MODE)
    )
    assert text.netsh == (
        'netsh ipsec static set filteraction name="Require" '
        'qmsecmethods="ESP[3DES,SHA1]:100000k/3600s AH[MD5]:3600s" qmpfs=yes'
    )


def test_what_netsh_ipsec_cannot_offer_is_said_and_not_invented() -> None:
    text = text_of(Assign(LEGACY_MAIN_MODE, "proposals", (main_mode_proposal(),)))
    assert (text.netsh, text.powershell) == (None, None)
    assert text.note == "Netsh ipsec has no word for the encryption AES-256."


def test_default_response_rule_is_changed_by_its_own_command() -> None:
    crypto = quick_mode_set("P: default response", dialect=Dialect.IP_SECURITY_POLICY)
    owner = rule(
        "P: default response",
        dialect=Dialect.IP_SECURITY_POLICY,
        policy=to("P"),
        quick_mode_crypto=to("P: default response"),
    )
    text = text_of(Assign(crypto, "pfs_group", DhGroup.SAME_AS_MAIN_MODE), beside=(owner,))
    assert text.netsh == 'netsh ipsec static set defaultrule policy="P" qmpfs=yes'


def test_the_default_response_rule_is_no_rule_that_can_be_deleted() -> None:
    own = {"dialect": Dialect.IP_SECURITY_POLICY, "policy": to("P")}
    text = text_of(Remove(rule("R", filter_list=to("L"), filter_action=to("A"), **own)))
    assert (text.netsh, text.note) == ('netsh ipsec static delete rule name="R" policy="P"', None)
    text = text_of(Remove(rule("D", quick_mode_crypto=to("D"), **own)))
    assert (text.netsh, text.note) == (None, "The default response rule cannot be deleted.")


def test_methods_that_no_rule_has_are_set_by_none() -> None:
    methods = authentication_set("M", dialect=Dialect.IP_SECURITY_POLICY)
    text = text_of(Assign(methods, "methods", (method(AuthMethod.COMPUTER_KERBEROS),)))
    assert (text.netsh, text.note) == (None, "No rule has these authentication methods.")


def test_filters_come_before_filters_go() -> None:
    old = LegacyFilter(Net(keyword=AddressKeyword.ME), ANY_ADDRESS, None, 0, 0, True, 1, 1)
    new = LegacyFilter(Net(keyword=AddressKeyword.ME), addresses("10.1.0.0/16")[0], 6, 0, 445, False, 1, 1)
    filters = FilterList(name="F", span=SPAN, filters=(old,))
    text = text_of(Assign(filters, "filters", (new,)))
    assert text.netsh is not None
    assert text.netsh.splitlines() == [
        (
            'netsh ipsec static add filter filterlist="F" srcaddr=me dstaddr=10.1.0.0 protocol=TCP mirrored=no '
            "dstmask=255.255.0.0 dstport=445"
        ),
        (
            'netsh ipsec static delete filter filterlist="F" srcaddr=me dstaddr=any protocol=ANY mirrored=yes '
            "srcport=0 dstport=0"
        ),
    ]


@cases(
    ("changes", "netsh", "powershell"),
    [
        (
            {"profiles": frozenset({Profile.PRIVATE, Profile.DOMAIN})},
            "profile=domain,private",
            "-Profile 'Domain','Private'",
        ),
        ({"enabled": False}, "enable=no", "-Enabled False"),
        (
            {"outbound": Security.REQUIRE},
            "action=requireinrequireout",
            "-InboundSecurity Require -OutboundSecurity Require",
        ),
        ({"mode": RuleMode.TUNNEL}, "mode=tunnel", "-Mode Tunnel"),
        ({"protocol": 17}, "protocol=udp", "-Protocol UDP"),
        ({"protocol": None}, "protocol=any", "-Protocol Any"),
        ({"protocol": 47}, "protocol=47", "-Protocol 47"),
        ({"port2": (PortRange(53, 53), PortRange(88, 90))}, "port2=53,88-90", "-RemotePort '53','88-90'"),
        ({"port1": ()}, "port1=any", "-LocalPort Any"),
        ({"interface_types": frozenset({InterfaceType.LAN})}, "interfacetype=lan", "-InterfaceType Wired"),
        (
            {"endpoint2": addresses("dns", "10.0.0.0/8", "10.9.0.1-10.9.0.7", "2001:db8::/32")},
            "endpoint2=dns,10.0.0.0/8,10.9.0.1-10.9.0.7,2001:db8::/32",
            "-RemoteAddress 'DNS','10.0.0.0/8','10.9.0.1-10.9.0.7','2001:db8::/32'",
        ),
        (
            {"remote_tunnel_endpoint": addresses("203.0.113.1")},
            "remotetunnelendpoint=203.0.113.1",
            "-RemoteTunnelEndpoint '203.0.113.1'",
        ),
        ({"bypass_if_secured": True}, "exemptipsecprotectedconnections=yes", "-EncryptedTunnelBypass $true"),
        ({"require_authorization": False}, "applyauthz=no", "-RequireAuthorization $false"),
        ({"name": "New name"}, 'name="New name"', "-NewDisplayName 'New name'"),
        ({"key_modules": frozenset({KeyModule.AUTHIP})}, None, "-KeyModule AuthIP"),
        ({"second_authentication": None}, None, "-Phase2AuthSet None"),
    ],
)
def test_fields_of_a_rule(changes: dict[str, object], netsh: str | None, powershell: str) -> None:
    target = rule("R")
    text = text_of(*(Assign(target, field, value) for field, value in changes.items()))
    assert text.netsh == (None if netsh is None else f'netsh advfirewall consec set rule name="R" new {netsh}')
    assert text.powershell == f"Set-NetIPsecRule -DisplayName 'R' {powershell}"


@cases(
    ("field", "value", "netsh", "powershell"),
    [
        ("sa_idle_seconds", 1800, "saidletimemin 30", "-MaxSAIdleTimeSeconds 1800"),
        ("sa_idle_seconds", 310, None, "-MaxSAIdleTimeSeconds 310"),
        (
            "exemptions",
            frozenset({Exemption.DHCP, Exemption.NEIGHBOR_DISCOVERY, Exemption.ICMP}),
            "defaultexemptions neighbordiscovery,icmp,dhcp",
            "-Exemptions 'NeighborDiscovery','Icmp','Dhcp'",
        ),
        ("exemptions", frozenset({Exemption.ROUTER_DISCOVERY}), None, "-Exemptions RouterDiscovery"),
        ("exemptions", frozenset(), "defaultexemptions none", "-Exemptions None"),
        ("crl_check", CrlCheck.FAIL_IF_REVOKED, "strongcrlcheck 1", "-CertValidationLevel AttemptCrlCheck"),
        (
            "nat_traversal",
            NatTraversal.SERVER_AND_CLIENT,
            "ipsecthroughnat serverandclientbehindnat",
            "-AllowIPsecThroughNAT Both",
        ),
        ("packet_queuing", frozenset(PacketQueuing), None, "-EnablePacketQueuing 'Inbound','Forward'"),
        ("packet_queuing", frozenset(), None, "-EnablePacketQueuing None"),
        ("match_auth_set_per_key_module", True, None, "-RequireFullAuthSupport False"),
        ("match_auth_set_per_key_module", False, None, "-RequireFullAuthSupport True"),
        ("preshared_key_encoding", KeyEncoding.UTF_8, None, "-KeyEncoding UTF8"),
    ],
)
def test_global_settings(field: str, value: object, netsh: str | None, powershell: str) -> None:
    text = text_of(Assign(SETTINGS, field, value))
    assert text.netsh == (None if netsh is None else f"netsh advfirewall set global ipsec {netsh}")
    assert text.powershell == f"Set-NetFirewallSetting {powershell}"


def test_each_global_setting_takes_a_command_of_its_own() -> None:
    text = text_of(Assign(SETTINGS, "sa_idle_seconds", 1800), Assign(SETTINGS, "crl_check", CrlCheck.FAIL_IF_REVOKED))
    assert text.netsh is not None
    assert text.netsh.splitlines() == [
        "netsh advfirewall set global ipsec saidletimemin 30",
        "netsh advfirewall set global ipsec strongcrlcheck 1",
    ]
    text = text_of(
        Assign(DEFAULT_MAIN_MODE, "lifetime_seconds", 28_800), Assign(DEFAULT_MAIN_MODE, "force_dh", said(True).value)
    )
    assert text.netsh is not None
    assert text.netsh.splitlines() == [
        "netsh advfirewall set global mainmode mmkeylifetime 480min,7sess",
        "netsh advfirewall set global mainmode mmforcedh yes",
    ]


def test_merge_of_local_rules_by_profile() -> None:
    settings = GlobalSettings(span=SPAN, local_rules_merge={Profile.DOMAIN: said(False)})
    text = text_of(Assign(settings, "local_rules_merge", {Profile.DOMAIN: said(True)}))
    assert text.netsh == "netsh advfirewall set domainprofile settings localconsecrules enable"
    assert text.powershell == "Set-NetFirewallProfile -Profile Domain -AllowLocalIPsecRules True"


def test_driver_settings() -> None:
    text = text_of(Assign(DRIVER, "legacy_exempt_level", 3))
    assert text.netsh == "netsh ipsec dynamic set config property=ipsecexempt value=3"
    assert text.powershell == "netsh.exe ipsec dynamic set config property=ipsecexempt value=3"


def test_dynamic_policies() -> None:
    crypto = main_mode_set("mm", dialect=Dialect.DYNAMIC)
    assert (
        text_of(Assign(crypto, "quick_mode_limit", 0)).netsh == 'netsh ipsec dynamic set mmpolicy name="mm" qmpermm=0'
    )
    quick = quick_mode_set("qm", dialect=Dialect.DYNAMIC)
    text = text_of(Assign(quick, "pfs_group", DhGroup.GROUP_14))
    assert text.netsh == 'netsh ipsec dynamic set qmpolicy name="qm" pfsgroup=GRP3'


def test_authentication_is_stated_whole_and_keys_are_placeholders() -> None:
    methods = authentication_set(
        "R",
        method(AuthMethod.PRESHARED_KEY, preshared_key=said(Secret("swordfish"))),
        method(
            AuthMethod.COMPUTER_CERTIFICATE,
            certificate_authority=said('O=Contoso, CN="Root" & Co'),
            account_mapping=said(True),
        ),
    )
    owner = rule("R", first_authentication=to("R"))
    text = text_of(Assign(methods, "methods", methods.methods), beside=(owner,))
    assert text.netsh == (
        'netsh advfirewall consec set rule name="R" new auth1=computerpsk,computercert '
        'auth1psk="<preshared key>" auth1ca="O=Contoso, CN=\\\'Root\\\' & Co certmapping:yes"'
    )
    assert text.powershell == (
        "Get-NetIPsecRule -DisplayName 'R' | Get-NetIPsecPhase1AuthSet | Set-NetIPsecPhase1AuthSet -Proposal "
        "(New-NetIPsecAuthProposal -Machine -PreSharedKey '<preshared key>'),"
        "(New-NetIPsecAuthProposal -Machine -Cert -Authority 'O=Contoso, CN=\"Root\" & Co' -AccountMapping)"
    )
    assert text.note == "Put the preshared key in the place of <preshared key>."
    assert "swordfish" not in str(text)


def test_legacy_authentication_keeps_its_order() -> None:
    methods = authentication_set(
        "R",
        method(AuthMethod.COMPUTER_CERTIFICATE, certificate_authority=said("CN=Root"), account_mapping=said(False)),
        method(AuthMethod.COMPUTER_KERBEROS),
        dialect=Dialect.IP_SECURITY_POLICY,
        id="P/R",
    )
    owner = rule(
        "R", dialect=Dialect.IP_SECURITY_POLICY, policy=to("P"), filter_list=to("F"), first_authentication=to("P/R")
    )
    text = text_of(Assign(methods, "methods", methods.methods), beside=(owner,))
    assert text.netsh == ('netsh ipsec static set rule name="R" policy="P" rootca="CN=Root certmap:no" kerberos=yes')


def test_rules_are_created_with_what_they_state() -> None:
    text = text_of(Add(exemption("DCs", "10.0.0.10", "10.0.0.11", protocol=said(17), port2=said((PortRange(88, 88),)))))
    assert text.netsh == (
        'netsh advfirewall consec add rule name="DCs" endpoint1=any endpoint2=10.0.0.10,10.0.0.11 '
        "action=noauthentication protocol=udp port2=88"
    )
    assert text.powershell == (
        "New-NetIPsecRule -DisplayName 'DCs' -InboundSecurity None -OutboundSecurity None -LocalAddress Any "
        "-RemoteAddress '10.0.0.10','10.0.0.11' -Protocol UDP -RemotePort '88'"
    )


def test_legacy_rules_are_created_with_what_they_need() -> None:
    filters = FilterList(
        name="DCs",
        span=SPAN,
        filters=(LegacyFilter(Net(keyword=AddressKeyword.ME), addresses("10.0.0.10")[0], None, 0, 0, True, 1, 1),),
    )
    permit = FilterAction(
        name="Permit",
        span=SPAN,
        action=said(RuleAction.EXEMPT),
        accept_unsecured_inbound=left(value=False),
        allow_unsecured_fallback=left(value=False),
    )
    added = exemption(
        "DCs", dialect=Dialect.IP_SECURITY_POLICY, policy=to("P"), filter_list=to("DCs"), filter_action=to("Permit")
    )
    text = text_of(Add(filters), Add(permit), Add(added))
    assert text.netsh is not None
    assert text.netsh.splitlines() == [
        'netsh ipsec static add filterlist name="DCs"',
        'netsh ipsec static add filter filterlist="DCs" srcaddr=me dstaddr=10.0.0.10 mirrored=yes',
        'netsh ipsec static add filteraction name="Permit" action=permit',
        'netsh ipsec static add rule name="DCs" policy="P" filterlist="DCs" filteraction="Permit"',
    ]


def test_objects_are_deleted() -> None:
    target = main_mode_rule("M")
    text = text_of(Remove(target))
    assert text.netsh == 'netsh advfirewall mainmode delete rule name="M"'
    assert text.powershell == "Remove-NetIPsecMainModeRule -DisplayName 'M'"
    unused = quick_mode_set("Old")
    text = text_of(Remove(unused))
    assert (text.netsh, text.powershell) == (None, "Remove-NetIPsecQuickModeCryptoSet -DisplayName 'Old'")


def test_one_name_for_two_rules_is_no_name() -> None:
    one, other = rule("R"), rule("r", endpoint2=said(addresses("10.7.0.0/16")))
    text = text_of(Assign(one, "enabled", False), beside=(one, other))
    assert (text.netsh, text.powershell) == (None, None)
    assert text.note is not None
    assert "several" in text.note


def test_a_group_policy_object_is_changed_in_its_own_store() -> None:
    target = rule("R", store="CONTOSO\\Isolation")
    text = text_of(Assign(target, "enabled", False))
    assert text.netsh is None
    assert text.powershell == "Set-NetIPsecRule -DisplayName 'R' -PolicyStore 'CONTOSO\\Isolation' -Enabled False"


def test_dos_protection() -> None:
    protection = DosProtection(name="Edge", span=SPAN, max_state_entries=said(1000), dscp={"icmpv6": said(99)})
    text = text_of(
        Assign(protection, "max_state_entries", 75_000),
        Assign(protection, "key_modules", frozenset({KeyModule.IKEV2, KeyModule.AUTHIP})),
        Assign(protection, "dscp", {"icmpv6": said(46)}),
        Assign(protection, "public_interfaces", ("Wide area's",)),
    )
    assert text.netsh is None
    assert text.powershell == (
        "Set-NetIPsecDospSetting -Name 'Edge' -MaxStateEntries 75000 -EnabledKeyingModules 'IkeV2','AuthIP' "
        "-IcmpV6Dscp 46 -PublicInterfaceAliases 'Wide area''s'"
    )


def test_compiled_policy_gets_advice_and_no_command() -> None:
    crypto = main_mode_set("context", dialect=Dialect.WFP, id="{1}")
    text = text_of(Assign(crypto, "lifetime_seconds", 28_800))
    assert (text.netsh, text.powershell) == (None, None)
    assert text.note == (
        "This is compiled policy that nothing edits: change the rule, set or setting that it was made from. "
        "If it was made from the default set: "
        "Set-NetIPsecMainModeCryptoSet -Name '{E5A5D32A-4BCE-4E4D-B07F-4AB1BA7E5FE1}' -MaxMinutes 480"
    )


def test_of_a_compiled_value_that_no_cmdlet_takes_there_is_no_command_to_advise() -> None:
    text = text_of(Assign(main_mode_set("context", dialect=Dialect.WFP, id="{1}"), "lifetime_seconds", 90))
    assert (text.netsh, text.powershell) == (None, None)
    assert text.note == (
        "This is compiled policy that nothing edits: change the rule, set or setting that it was made from."
    )


def test_compiled_protection_against_floods_gets_advice_for_the_cmdlet_that_sets_it() -> None:
    protection = DosProtection(
        name="context", span=SPAN, dialect=Dialect.WFP, id="{1}", max_state_entries=said(1000), dscp={}
    )
    text = text_of(Assign(protection, "max_state_entries", 75_000))
    assert (text.netsh, text.powershell) == (None, None)
    assert text.note == (
        "This is compiled policy that nothing edits: change the rule, set or setting that it was made from. "
        "If it was made from a cmdlet's DoS setting: Set-NetIPsecDospSetting -Name '<name>' -MaxStateEntries 75000"
    )


@cases("change", [Add, Remove])
def test_of_a_compiled_set_that_comes_or_goes_there_is_no_source_to_change(change: type[Add | Remove]) -> None:
    text = text_of(change(main_mode_set("context", dialect=Dialect.WFP, id="{1}")))
    assert (text.netsh, text.powershell) == (None, None)
    assert text.note == (
        "This is compiled policy that nothing edits: change the rule, set or setting that it was made from."
    )


def vpn_suite(name: str, pfs: DhGroup = DhGroup.GROUP_2) -> tuple[MainModeCryptoSet, QuickModeCryptoSet]:
    main = main_mode_set(name, dialect=Dialect.VPN)
    return main, quick_mode_set(name, dialect=Dialect.VPN, pfs_group=said(pfs))


OF_SUITE: dict[str, Any] = {
    "span": SPAN,
    "custom_policy": said(True),
    "main_mode_crypto": Reference(target="Contoso VPN", span=SPAN),
    "quick_mode_crypto": Reference(target="Contoso VPN", span=SPAN),
}
SUITE = (
    "-AuthenticationTransformConstants SHA256128 -CipherTransformConstants AES128 -EncryptionMethod AES256 "
    "-IntegrityCheckMethod SHA256 -PfsGroup ECP384 -DHGroup ECP384"
)


@cases(
    ("owner", "command"),
    [
        (
            VpnConnection(name="Contoso VPN", **OF_SUITE),
            f"Set-VpnConnectionIPsecConfiguration -ConnectionName 'Contoso VPN' {SUITE} -Force",
        ),
        (
            VpnConnection(name="Contoso VPN", device_tunnel=said(True), **OF_SUITE),
            f"Set-VpnConnectionIPsecConfiguration -ConnectionName 'Contoso VPN' -AllUserConnection {SUITE} -Force",
        ),
        (VpnServer(name="Contoso VPN", **OF_SUITE), f"Set-VpnServerConfiguration -CustomPolicy {SUITE}"),
        (
            VpnInterface(name="Contoso VPN", **OF_SUITE),
            f"Set-VpnS2SInterface -Name 'Contoso VPN' -CustomPolicy {SUITE} -Force",
        ),
    ],
)
def test_a_suite_is_stated_whole_for_what_it_belongs_to(owner: RemoteAccess, command: str) -> None:
    main, quick = vpn_suite("Contoso VPN")
    text = text_of(Assign(quick, "pfs_group", DhGroup.ECP_384), beside=(main, owner))
    assert (text.netsh, text.powershell, text.note) == (None, command, None)


def test_half_a_repair_of_a_suite_mends_the_other_half_too() -> None:
    main, quick = vpn_suite("Contoso VPN")
    weak = main_mode_proposal(Cipher.DES, Integrity.MD5, DhGroup.GROUP_1)
    main = main.model_copy(update={"proposals": (weak,)})
    owner = VpnConnection(name="Contoso VPN", **OF_SUITE)
    text = text_of(Assign(quick, "pfs_group", DhGroup.ECP_384), beside=(main, owner))
    assert text.powershell == f"Set-VpnConnectionIPsecConfiguration -ConnectionName 'Contoso VPN' {SUITE} -Force"


def test_lifetimes_belong_to_a_server_and_not_to_a_connection() -> None:
    main, quick = vpn_suite("Contoso VPN", DhGroup.ECP_384)
    change = Assign(main, "lifetime_seconds", 36_000)
    own = OF_SUITE | {"custom_policy": said(False), "lifetime_seconds": said(3600), "lifetime_kilobytes": said(100_000)}
    text = text_of(change, beside=(quick, VpnServer(name="Contoso VPN", **own)))
    assert text.powershell == "Set-VpnServerConfiguration -MMSALifeTimeSeconds 36000"
    text = text_of(
        change, beside=(quick, VpnConnection(name="Contoso VPN", **OF_SUITE | {"custom_policy": said(False)}))
    )
    assert (text.netsh, text.powershell) == (None, None)


def test_ports_are_a_matter_of_the_server() -> None:
    server = VpnServer(span=SPAN, ikev2_ports=said(2))
    assert text_of(Assign(server, "ikev2_ports", 256)).powershell == "Set-VpnServerConfiguration -Ikev2Ports 256"
    text = text_of(Assign(server, "fragmentation", value=True))
    assert (text.powershell, text.note) == (None, "Set-VpnServerConfiguration has no parameter for this.")


def test_a_connection_whose_name_is_not_there_gets_no_command() -> None:
    main, quick = vpn_suite("vpn.example.org")
    references = {
        name: Reference(target="vpn.example.org", span=SPAN) for name in ("main_mode_crypto", "quick_mode_crypto")
    }
    owner = VpnConnection(name="vpn.example.org", is_named=False, span=SPAN, **references)
    text = text_of(Assign(quick, "pfs_group", DhGroup.ECP_384), beside=(main, owner))
    assert (text.netsh, text.powershell) == (None, None)
    assert text.note is not None
    assert "does not hold the name of the connection" in text.note


def test_the_rules_of_the_firewall_are_found_by_id() -> None:
    target = FirewallRule(
        name="No UDP",
        id="{1}",
        span=SPAN,
        enabled=said(True),
        direction=said(Direction.OUTBOUND),
        action=said(FirewallAction.BLOCK),
        profiles=left(frozenset(Profile)),
        protocol=said(17),
        local_ports=left(()),
        remote_ports=left(()),
        remote=left((ANY_ADDRESS,)),
        store="group policy",
    )
    text = text_of(Assign(target, "enabled", False))
    assert text.netsh is None
    assert text.powershell == "Set-NetFirewallRule -Name '{1}' -PolicyStore '<DOMAIN\\GPO>' -Enabled False"
    assert text.note is not None
    assert "Put the name of the group policy object in the place of <DOMAIN\\GPO>." in text.note


def test_all_of_a_repair_or_nothing() -> None:
    target = rule("R")
    text = text_of(
        Assign(target, "enabled", True),
        Assign(SETTINGS, "exemptions", frozenset({Exemption.ROUTER_DISCOVERY})),
    )
    assert text.netsh is None
    assert text.note == "Netsh advfirewall has no word for the exemption of router discovery."
    assert text.powershell is not None
    assert len(text.powershell.splitlines()) == 2


def test_what_was_not_understood_is_not_stated_again() -> None:
    odd = quick_mode_proposal(encryption=Setting(Unknown("camellia"), SPAN))
    crypto = quick_mode_set("R 1", proposals=(odd, quick_mode_proposal()))
    text = text_of(Assign(crypto, "proposals", crypto.proposals), beside=(OWNER,))
    assert (text.netsh, text.powershell) == (None, None)
    assert text.note == "The encryption was not understood."


def test_a_lifetime_that_is_no_whole_minute_is_refused() -> None:
    text = text_of(Assign(DEFAULT_MAIN_MODE, "lifetime_seconds", 500))
    assert (text.netsh, text.powershell) == (None, None)
    assert text.note == "The main-mode lifetime is 500 s, which is not a whole number of minutes."


def test_a_fix_without_changes_keeps_its_note_and_risk() -> None:
    fix = Fix(note="Ask the peer.", risky=True)
    assert fix_text(fix, PolicyIndex(Policy())) == FixText(note="Ask the peer.", risky=True)
    assert fix_text(replace(fix, note=None), PolicyIndex(Policy())) == FixText(risky=True)
