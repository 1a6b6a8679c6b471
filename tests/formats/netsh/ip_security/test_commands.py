"""Scripts of netsh ipsec: what they leave behind, where each value stands, and what Windows would refuse."""

from __future__ import annotations

import pytest
from tests.cases import cases
from tests.formats.netsh.inputs import STATIC, covered, fixture, messages, places, replay, static

from ipseclint.formats.netsh import script
from ipseclint.formats.parsed import Parsed
from ipseclint.model.machine import PolicyIndex
from ipseclint.model.policy import (
    AuthMethod,
    CrlCheck,
    Dialect,
    InterfaceType,
    QuickModeProposal,
    RuleAction,
    RuleMode,
    Security,
)
from ipseclint.model.selectors import ANY_ADDRESS, Address
from ipseclint.model.setting import Origin, Secret, Setting, Unknown
from ipseclint.source import Span
from ipseclint.vocabulary.addresses import AddressKeyword
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Encapsulation, Integrity

WEAK = f'{STATIC} add policy name="Branch" qmpermm=1 mmpfs=yes mmlifetime=5 mmsecmethods="3DES-MD5-1"'


def v4(text: str) -> int:
    first, second, third, fourth = map(int, text.split("."))
    return first << 24 | second << 16 | third << 8 | fourth


def test_every_value_of_a_weak_policy_has_its_exact_place() -> None:
    parsed = replay(f"@echo off\n{WEAK}\n")
    assert not parsed.problems
    (policy,), (crypto,) = parsed.policy.policies, parsed.policy.main_mode_crypto_sets
    (offer,) = crypto.proposals

    def place(setting: Setting[object]) -> tuple[object, int, int, int]:
        assert setting.is_explicit
        return setting.value, setting.span.line, setting.span.column, setting.span.length

    assert place(crypto.quick_mode_limit) == (1, 2, 53, 1)
    assert place(policy.master_pfs) == (True, 2, 61, 3)
    assert place(crypto.lifetime_seconds) == (300, 2, 76, 1)
    assert place(offer.encryption) == (Cipher.TRIPLE_DES, 2, 92, 4)
    assert place(offer.integrity) == (Integrity.MD5, 2, 97, 3)
    assert place(offer.dh_group) == (DhGroup.GROUP_1, 2, 101, 1)
    assert (offer.span.column, offer.span.length) == (92, 10)
    assert (policy.span.line, policy.span.column, policy.span.length) == (2, 20, 82)


@pytest.fixture(scope="module")
def file_servers() -> Parsed:
    return script.parse(fixture("file-servers.cmd"))


def test_a_batch_file_as_it_is_in_the_wild(file_servers: Parsed) -> None:
    assert messages(file_servers) == []
    policy = file_servers.policy
    assert [(each.name, each.assigned.value, each.description) for each in policy.policies] == [
        ("File servers", True, "Both sites")
    ]
    assert [each.name for each in policy.filter_lists] == ["Web", "Sites", "Management"]
    assert [(each.name, each.action.value) for each in policy.filter_actions] == [
        ("Open", RuleAction.EXEMPT),
        ("Closed", RuleAction.BLOCK),
        ("Secure", RuleAction.NEGOTIATE),
    ]
    assert [each.name for each in policy.quick_mode_crypto_sets] == ["Secure"]
    assert {each.dialect for each in policy.connection_security_rules} == {Dialect.IP_SECURITY_POLICY}


def test_filters_with_masks_ranges_and_positions(file_servers: Parsed) -> None:
    web, sites, management = (each.filters for each in file_servers.policy.filter_lists)
    me = Address(keyword=AddressKeyword.ME)
    assert [tuple(each) for each in web] == [(ANY_ADDRESS, me, 6, 0, 443, True, 11, 24)]
    assert [tuple(each) for each in sites] == [
        (
            Address(4, v4("10.1.0.0"), v4("10.1.255.255")),
            Address(4, v4("10.2.0.0"), v4("10.2.255.255")),
            None,
            0,
            0,
            True,
            13,
            5,
        )
    ]
    ends = Address(4, v4("192.0.2.10"), v4("192.0.2.20"))
    assert [tuple(each) for each in management] == [(ends, me, 6, 0, 3389, False, 15, 46)]


def offer(
    found: QuickModeProposal,
) -> tuple[object, object, object, object, tuple[object, Origin], tuple[object, Origin]]:
    seconds, kilobytes = found.lifetime_seconds, found.lifetime_kilobytes
    return (
        found.encapsulation.value,
        found.ah_integrity.value,
        found.esp_integrity.value,
        found.encryption.value,
        (seconds.value, seconds.origin),
        (kilobytes.value, kilobytes.origin),
    )


def test_quick_mode_offers_and_the_half_of_a_lifetime_that_is_not_written(file_servers: Parsed) -> None:
    source = fixture("file-servers.cmd")
    (crypto,) = file_servers.policy.quick_mode_crypto_sets
    written, default = Origin.EXPLICIT, Origin.DEFAULT
    assert [offer(each) for each in crypto.proposals] == [
        (Encapsulation.AH, Integrity.SHA1, Integrity.NONE, Cipher.NONE, (300, written), (204_800, written)),
        (
            Encapsulation.AH_AND_ESP,
            Integrity.MD5,
            Integrity.NONE,
            Cipher.TRIPLE_DES,
            (3600, written),
            (100_000, default),
        ),
        (Encapsulation.ESP, Integrity.NONE, Integrity.SHA1, Cipher.TRIPLE_DES, (3600, default), (10**5, written)),
    ]
    both = crypto.proposals[1]
    settings = (both.ah_integrity, both.encryption, both.esp_integrity, both.lifetime_seconds, both.lifetime_kilobytes)
    assert [covered(source, each.span) for each in settings] == [
        "MD5",
        "3DES",
        "None",
        "3600",
        "AH[MD5]+ESP[3DES,None]:3600s",
    ]
    assert (crypto.pfs_group.value, covered(source, crypto.pfs_group.span)) == (DhGroup.SAME_AS_MAIN_MODE, "y")


def test_authentication_keeps_the_order_of_the_command(file_servers: Parsed) -> None:
    source = fixture("file-servers.cmd")
    rules = {each.name: each for each in file_servers.policy.connection_security_rules}
    index = PolicyIndex(file_servers.policy)
    methods = index.first_auth_of(rules["Between sites"])
    assert methods is not None
    assert methods.inline
    assert [each.method.value for each in methods.methods] == [
        AuthMethod.COMPUTER_CERTIFICATE,
        AuthMethod.PRESHARED_KEY,
        AuthMethod.COMPUTER_KERBEROS,
        AuthMethod.COMPUTER_CERTIFICATE,
    ]
    certificate, key = methods.methods[:2]
    assert certificate.certificate_authority is not None
    assert certificate.account_mapping is not None
    assert certificate.exclude_ca_name is not None
    assert certificate.certificate_authority.value == 'C=DE, O=Contoso, CN="Contoso" Root'
    assert (certificate.account_mapping.value, covered(source, certificate.account_mapping.span)) == (True, "yes")
    assert (certificate.exclude_ca_name.value, covered(source, certificate.exclude_ca_name.span)) == (False, "no")
    assert key.preshared_key is not None
    assert key.preshared_key.value == Secret("correct horse")
    assert "correct horse" in [covered(source, each) for each in file_servers.secrets]
    web = index.first_auth_of(rules["Web"])
    assert web is not None
    assert [(each.method.value, each.method.origin) for each in web.methods] == [
        (AuthMethod.COMPUTER_KERBEROS, Origin.DEFAULT)
    ]


def test_rules_inherit_what_their_filter_action_says(file_servers: Parsed) -> None:
    source = fixture("file-servers.cmd")
    rules = {each.name: each for each in file_servers.policy.connection_security_rules}
    assert [(name, each.action.value, each.inbound.value, each.outbound.value) for name, each in rules.items()] == [
        ("Web", RuleAction.EXEMPT, Security.NONE, Security.NONE),
        ("Management", RuleAction.BLOCK, Security.NONE, Security.NONE),
        ("Between sites", RuleAction.NEGOTIATE, Security.REQUEST, Security.REQUIRE),
    ]
    between = rules["Between sites"]
    assert between.inbound.origin is Origin.INHERITED
    assert covered(source, between.inbound.span) == "yes"
    assert rules["Management"].interface_types.value == frozenset({InterfaceType.LAN})
    references = (between.policy, between.filter_list, between.filter_action)
    assert [(each.target, covered(source, each.span)) for each in references if each] == [
        ("File servers", "File servers"),
        ("Sites", "Sites"),
        ("Secure", "Secure"),
    ]


def test_what_is_left_out_has_the_tools_default() -> None:
    parsed = static("add policy P", "add filteraction A", "add filter L me 10.0.0.1", "add rule R P L A")
    policy = parsed.policy
    (legacy,), (crypto,), (quick,), (rule,) = (
        policy.policies,
        policy.main_mode_crypto_sets,
        policy.quick_mode_crypto_sets,
        policy.connection_security_rules,
    )
    assert [(each.encryption.value, each.integrity.value, each.dh_group.value) for each in crypto.proposals] == [
        (Cipher.TRIPLE_DES, Integrity.SHA1, DhGroup.GROUP_2)
    ]
    assert [offer(each)[:4] for each in quick.proposals] == [
        (Encapsulation.ESP, Integrity.NONE, Integrity.SHA1, Cipher.TRIPLE_DES),
        (Encapsulation.AH, Integrity.SHA1, Integrity.NONE, Cipher.NONE),
    ]
    settings = {
        "lifetime": (crypto.lifetime_seconds, 28_800),
        "limit": (crypto.quick_mode_limit, 0),
        "polling": (legacy.polling_interval_seconds, 10_800),
        "master": (legacy.master_pfs, False),
        "assigned": (legacy.assigned, False),
        "default rule": (legacy.activate_default_rule, True),
        "pfs": (quick.pfs_group, DhGroup.NONE),
        "seconds": (quick.proposals[0].lifetime_seconds, 3600),
        "kilobytes": (quick.proposals[0].lifetime_kilobytes, 100_000),
        "active": (rule.enabled, True),
        "interfaces": (rule.interface_types, frozenset()),
        "mode": (rule.mode, RuleMode.TRANSPORT),
    }
    assert {name: (each.value, each.origin) for name, (each, _) in settings.items()} == {
        name: (value, Origin.DEFAULT) for name, (_, value) in settings.items()
    }
    assert policy.filter_lists[0].filters[0][2:6] == (None, 0, 0, True)


def test_a_tunnel_has_its_far_end() -> None:
    parsed = static("add policy P", "add rule R P L A tunnel=198.51.100.1 kerberos=n psk=k")
    (rule,) = parsed.policy.connection_security_rules
    assert rule.mode.value is RuleMode.TUNNEL
    assert rule.remote_tunnel_endpoint is not None
    end = v4("198.51.100.1")
    assert rule.remote_tunnel_endpoint.value == (Address(4, end, end),)
    assert [each.method.value for each in parsed.policy.authentication_sets[0].methods] == [AuthMethod.PRESHARED_KEY]


def test_commands_are_replayed_in_their_order() -> None:
    source = fixture("replayed.cmd")
    parsed = script.parse(source)
    assert places(parsed) == [("refused", 3, 36, 5)]
    policy = parsed.policy
    assert [(each.name, each.assigned.value) for each in policy.policies] == [("Second", False), ("Main", True)]
    assert [
        (each.name, each.lifetime_seconds.value, each.quick_mode_limit.value) for each in policy.main_mode_crypto_sets
    ] == [
        ("Second", 28_800, 0),
        ("Main", 3600, 50),
    ]
    (filters,) = policy.filter_lists
    assert (filters.name, [(each.destination_port, each.line) for each in filters.filters]) == ("List", [(2, 5)])
    (rule,) = policy.connection_security_rules
    assert (rule.name, rule.enabled.value) == ("Rule", False)
    references = (rule.policy, rule.filter_list, rule.filter_action)
    assert [each.target for each in references if each] == ["Main", "List", "Action"]
    assert rule.inbound.value is Security.REQUEST
    assert [each.method.value for each in policy.authentication_sets[0].methods] == [AuthMethod.PRESHARED_KEY]


def test_names_are_compared_without_regard_to_case_and_all_means_all() -> None:
    parsed = static("add policy One", "add policy Two", "add filter L me any", "add rule R ONE L A", "del rule all one")
    assert [each.name for each in parsed.policy.policies] == ["One", "Two"]
    assert parsed.policy.connection_security_rules == ()
    for command in ("delete all", "del policy all"):
        assert static("add policy One", "add policy Two", command).policy.policies == ()
    assert static("add filter L me any", "delete filterlist name=l").policy.filter_lists == ()


def test_stores_keep_their_objects_apart() -> None:
    parsed = replay(
        "ipsec static\n"
        "add policy P mmlifetime=60\n"
        "set store location=domain domain=example.com\n"
        "add policy P mmlifetime=120 assign=yes\n"
        "delete policy Q\n"
        "set store local\n"
        "set policy P qmpermm=9\n"
    )
    assert [each.quick_mode_limit.value for each in parsed.policy.main_mode_crypto_sets] == [9, 0]
    assert [each.lifetime_seconds.value for each in parsed.policy.main_mode_crypto_sets] == [3600, 7200]
    assert [each.assigned.value for each in parsed.policy.policies] == [False, False]
    assert places(parsed) == [("IN007", 4, 36, 3)]


def test_references_to_nothing_stay_references() -> None:
    parsed = static("add rule name=R policy=NoPolicy filterlist=NoList filteraction=NoAction")
    assert not parsed.problems
    (rule,) = parsed.policy.connection_security_rules
    references = (rule.policy, rule.filter_list, rule.filter_action)
    assert [(each.target, each.span.column) for each in references if each] == [
        ("NoPolicy", 43),
        ("NoList", 63),
        ("NoAction", 83),
    ]
    assert parsed.policy.policies == parsed.policy.filter_lists == parsed.policy.filter_actions == ()
    assert isinstance(rule.action.value, Unknown)


@cases(
    ("late", "column", "line"),
    [("add policy P", 20, 1), ("add filterlist L", 33, 1), ("add filteraction A", 35, 1)],
)
def test_a_rule_before_what_it_names_is_a_contradiction(late: str, column: int, line: int) -> None:
    objects = ["add policy P", "add filterlist L", "add filteraction A"]
    early = [each for each in objects if each != late]
    parsed = static(*early, "add rule R P L A", late)
    assert [place[:3] for place in places(parsed)] == [("refused", line + 2, column)]


def test_the_default_response_rule_is_a_rule_of_its_policy() -> None:
    parsed = static("add policy P", 'set defaultrule P qmpfs=y activate=n qmsec="ESP[DES,MD5]" psk=k')
    (rule,) = parsed.policy.connection_security_rules
    assert (rule.name, rule.enabled.value, rule.filter_list) == ("P: default response", False, None)
    crypto = PolicyIndex(parsed.policy).quick_mode_of(rule)
    assert crypto is not None
    assert (crypto.pfs_group.value, crypto.proposals[0].encryption.value) == (DhGroup.SAME_AS_MAIN_MODE, Cipher.DES)


def test_what_the_script_does_not_create_is_known_only_in_part() -> None:
    parsed = static("set policy Elsewhere mmlifetime=5", "set filteraction Other inpass=yes")
    assert places(parsed) == [("IN003", 1, 31, 9), ("IN003", 2, 37, 5)]
    (crypto,) = parsed.policy.main_mode_crypto_sets
    assert crypto.lifetime_seconds.value == 300
    assert isinstance(crypto.quick_mode_limit.value, Unknown)
    assert isinstance(crypto.proposals[0].encryption.value, Unknown)
    (action,) = parsed.policy.filter_actions
    assert isinstance(action.action.value, Unknown)
    assert action.accept_unsecured_inbound.value is True


@pytest.mark.parametrize(
    ("command", "code", "column", "length"),
    [
        ("add policy", "refused", 20, 10),
        ("add policy P mmpfs=maybe", "refused", 39, 5),
        ("add policy P mm=yes", "refused", 33, 2),
        ("add policy P bogus=1", "refused", 33, 5),
        ("add policy P mmlifetime=1 mmlifetime=2", "refused", 46, 10),
        ("add policy P mmlifetime=-5", "refused", 44, 2),
        ("add policy P mmlifetime=99999999999", "refused", 44, 11),
        ("add policy P pollinginterval=600", "IN007", 49, 3),
        ('add policy P mmsecmethods="3DES-SHA1-2 3DES-SHA1"', "refused", 59, 9),
        ('add policy P mmsecmethods="AES128-SHA1-2"', "refused", 47, 13),
        ('add policy P mmsecmethods="3DES-SHA1-14"', "refused", 47, 12),
        ('add policy P mmsecmethods="3DES-SHA1-2-2"', "refused", 47, 13),
        ("add filteraction A action=request", "refused", 46, 7),
        ('add filteraction A qmsec="ESP[3DES,SHA1]:100000k3600s"', "refused", 46, 27),
        ('add filteraction A qmsec="ESP[3DES]"', "refused", 46, 9),
        ('add filteraction A qmsec="AH[None]"', "refused", 46, 8),
        ('add filteraction A qmsec="AH[SHA1]+:1k"', "refused", 46, 12),
        ('add filteraction A qmsec="ESP[3DES,SHA1]+AH[SHA1]"', "refused", 46, 23),
        ('add filteraction A qmsec="ESP[3DES,SHA1]: AH[SHA1]"', "refused", 46, 15),
        ("add filter L me", "refused", 20, 15),
        ("add filter L me 10.0.0.0/8", "refused", 36, 10),
        ("add filter L me 10.0.0.256", "refused", 36, 10),
        ("add filter L me 10.0.0.1 dstmask=33", "refused", 36, 8),
        ("add filter L me 10.0.0.1 dstmask=255.0.255.0", "refused", 36, 8),
        ("add filter L me 10.0.0.1-10.0.0.9 dstmask=24", "refused", 36, 17),
        ("add filter L me any srcmask=255.255.255.0", "IN007", 48, 13),
        ("add filter L DNS any", "refused", 33, 3),
        ("add filter L me any protocol=tpc", "refused", 49, 3),
        ("add filter L me any protocol=256", "refused", 49, 3),
        ("add filter L me any dstport=80-90", "refused", 48, 5),
        ("add filter L me any mirrored=x", "refused", 49, 1),
        ("add rule R P L A tunnel=10.0.0.1-10.0.0.2", "refused", 44, 17),
        ('add rule R P L A rootca="CN=x certmap:perhaps"', "refused", 58, 7),
        ('add rule R P L A rootca="CN=x certmap:yes extra"', "refused", 61, 6),
        ("add rule R P L A filter=F", "refused", 37, 6),
        ("add nonsense N", "refused", 24, 8),
        ("frobnicate policy P", "refused", 20, 10),
        ("add", "refused", 20, 3),
        ("set policy assign=y", "refused", 20, 19),
        ("set policy guid={11111111-2222-3333-4444-555555555555} assign=y", "IN003", 36, 38),
        ("set rule id=1 policy=P", "IN003", 32, 1),
        ("importpolicy file=x.ipsec", "IN003", 20, 25),
        ("set store location=moon", "refused", 39, 4),
    ],
)
def test_what_does_not_fit_the_grammar_is_reported_at_its_place(
    command: str, code: str, column: int, length: int
) -> None:
    assert places(static(command)) == [(code, 1, column, length)]


@cases(
    "command",
    [
        "show all",
        "show policy name=P level=verbose",
        "exportpolicy file=x",
        "dump",
        "set batch enable",
        "delete policy P",
    ],
)
def test_what_changes_nothing_known_is_no_problem(command: str) -> None:
    parsed = static(command)
    assert parsed.is_empty
    assert not parsed.problems


def test_a_command_with_one_offer_that_is_none_changes_nothing() -> None:
    parsed = static('add policy P mmsecmethods="3DES-SHA1 AES128-MD5-1"', 'add policy P mmsecmethods="3DES-SHA1-2"')
    assert [place[:3] for place in places(parsed)] == [("refused", 1, 47), ("refused", 1, 57)]
    (command,) = parsed.policy.refused_commands
    assert command.command == "netsh ipsec static add policy"
    assert [(each.name, each.span.line) for each in parsed.policy.policies] == [("P", 2)]


def test_what_set_refuses_leaves_an_object_as_it_was() -> None:
    parsed = static("add policy P mmlifetime=60", "set policy P mmlifetime=later", "set policy P colour=blue")
    assert parsed.policy.main_mode_crypto_sets[0].lifetime_seconds.value == 3600
    assert [command.command for command in parsed.policy.refused_commands] == ["netsh ipsec static set policy"] * 2
    assert not parsed.problems


def test_a_form_of_the_reference_page_is_called_so() -> None:
    parsed = static('add policy P mmsecmethods="3DES-SHA1"', 'add filteraction A qmsec="ESP:3DES-SHA1"')
    assert parsed.policy.policies == parsed.policy.filter_actions == ()
    assert len(parsed.policy.refused_commands) == 2
    assert all("Microsoft's reference page" in each for each in messages(parsed))
    assert static("add policy P mmlifetime=28800").policy.main_mode_crypto_sets[0].lifetime_seconds.value == 28_800 * 60


@cases(
    ("text", "address"),
    [
        ("10.0.0.5 srcmask=255.255.255.0", Address(4, v4("10.0.0.0"), v4("10.0.0.255"))),
        ("10.0.0.5 srcmask=32", Address(4, v4("10.0.0.5"), v4("10.0.0.5"))),
        ("0.0.0.0 srcmask=0.0.0.0", Address(4, 0, 2**32 - 1)),
        ("2001:db8::1", Address(6, 0x20010DB8 << 96 | 1, 0x20010DB8 << 96 | 1)),
        ("2001:db8:: srcmask=32", Address(6, 0x20010DB8 << 96, (0x20010DB9 << 96) - 1)),
        ("any srcmask=0.0.0.0", ANY_ADDRESS),
        ("GATEWAY", Address(keyword=AddressKeyword.DEFAULT_GATEWAY)),
        ("fs1.example.com", Address(name="fs1.example.com")),
        ("localsubnet", Address(name="localsubnet")),
    ],
)
def test_addresses_and_masks(text: str, address: Address) -> None:
    parsed = static(f"add filter filterlist=L dstaddr=me srcaddr={text}")
    assert messages(parsed) == []
    assert parsed.policy.filter_lists[0].filters[0].source == address


def test_a_keyword_is_read_without_a_mask_that_does_not_go_with_it() -> None:
    parsed = static("add filter L any me srcmask=32 dstmask=32 protocol=tcp dstport=21")
    assert places(parsed) == [("IN007", 1, 48, 2)]
    assert parsed.policy.filter_lists[0].filters[0].source == ANY_ADDRESS


def test_a_delete_that_could_mean_more_says_so() -> None:
    both = ("add filter L me 10.0.0.1", "add filter L me 10.0.0.1 protocol=tcp dstport=80")
    parsed = static(*both, "delete filter L me 10.0.0.1")
    assert [each.protocol for each in parsed.policy.filter_lists[0].filters] == [6]
    assert [each.code.value for each in parsed.problems] == ["IN003"]
    parsed = static(*both, "delete filter L me 10.0.0.1 protocol=any srcport=0 dstport=0 mirrored=yes")
    assert [each.protocol for each in parsed.policy.filter_lists[0].filters] == [6]
    assert not parsed.problems


def test_contexts_of_a_netsh_file() -> None:
    source = fixture("contexts.txt")
    parsed = script.parse(source)
    assert messages(parsed) == []
    (settings,) = parsed.policy.global_settings
    assert settings.legacy_exempt_level is not None
    assert settings.crl_check is not None
    assert (settings.legacy_exempt_level.value, covered(source, settings.legacy_exempt_level.span)) == (1, "1")
    assert settings.crl_check.value is CrlCheck.FAIL_ON_ANY_ERROR
    assert settings.dialect is Dialect.DYNAMIC
    rules = {each.name: each for each in parsed.policy.connection_security_rules}
    assert list(rules) == ["To head office", "Branch offices: default response", "me to 203.0.113.5:514 udp"]
    dynamic = rules["me to 203.0.113.5:514 udp"]
    assert dynamic.dialect is Dialect.DYNAMIC
    assert (dynamic.inbound.value, dynamic.outbound.value) == (Security.REQUIRE, Security.REQUEST)
    assert [covered(source, each.span) for each in (dynamic.endpoint1, dynamic.endpoint2, dynamic.port2)] == [
        "me",
        "203.0.113.5",
        "514",
    ]
    index = PolicyIndex(parsed.policy)
    main, quick = index.main_mode_of(dynamic), index.quick_mode_of(dynamic)
    assert main is not None
    assert quick is not None
    assert (main.name, main.lifetime_seconds.value) == ("Fast", 600)
    assert (quick.name, quick.pfs_group.value) == ("Strict", DhGroup.SAME_AS_MAIN_MODE)
    assert {covered(source, each) for each in parsed.secrets} == {"letmein"}


def dynamic(*lines: str) -> Parsed:
    return replay("\n".join(f"netsh ipsec dynamic {line}" for line in lines))


def test_dynamic_commands_are_replayed_too() -> None:
    rule = "add rule 10.0.0.1 10.0.0.2 M Q tcp 0 80 yes all actionin=permit actionout=permit"
    parsed = dynamic("add mmpolicy M 5 10", "set mmpolicy M qmpermm=7", "add qmpolicy Q", "add qmpolicy q", rule)
    assert places(parsed) == [("refused", 4, 34, 1)]
    (crypto,) = parsed.policy.main_mode_crypto_sets
    assert (crypto.quick_mode_limit.value, crypto.lifetime_seconds.value) == (7, 600)
    (found,) = parsed.policy.connection_security_rules
    assert (found.action.value, found.inbound.value) == (RuleAction.EXEMPT, Security.NONE)
    parsed = dynamic(rule, "delete rule 10.0.0.1 10.0.0.2 tcp 0 80 yes all")
    assert parsed.is_empty
    parsed = dynamic(rule, "add mmpolicy M", "delete all")
    assert parsed.is_empty


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("set config ipsecexempt 4", "refused"),
        ("set config nonsense 1", "refused"),
        ("set config ipsec 1", "refused"),
        ("set config bootmode perhaps", "refused"),
        ("set config ipsecloginterval 59", "refused"),
        ("set mmpolicy M 1", "IN003"),
        ("add qmpolicy Q pfsgroup=GRP9", "refused"),
        ("add rule any me M Q mirrored=no", "IN003"),
        ("add rule any me M Q actionin=block actionout=permit", "IN003"),
        ("add rule any me", "refused"),
    ],
)
def test_dynamic_commands_that_cannot_be_read_as_they_are(command: str, code: str) -> None:
    assert [place[0] for place in places(dynamic(command))] == [code]


ADDED = "add rule 10.0.0.1 10.0.0.2 M Q tcp 0 80 yes all"
THE_SAME = "rule 10.0.0.1 10.0.0.2 tcp 0 80 yes all"


@cases(
    ("commands", "expected", "policy"),
    [
        ((ADDED,), [], "M"),
        ((ADDED, f"set {THE_SAME} mmpolicy=N"), [], "N"),
        ((ADDED, f"set {THE_SAME} qmpolicy=N"), [], "M"),
        ((ADDED, ADDED), [("refused", 2, 21, 47)], "M"),
        ((f"set {THE_SAME} mmpolicy=M",), [("IN003", 1, 21, 54)], None),
        ((ADDED, f"set {THE_SAME.replace('80', '81')} mmpolicy=N"), [("IN003", 2, 21, 54)], "M"),
        ((ADDED, f"delete {THE_SAME}"), [], None),
        ((ADDED, f"delete {THE_SAME.replace('80', '81')}"), [("IN003", 2, 21, 46)], "M"),
    ],
)
def test_a_dynamic_rule_is_found_again_by_its_traffic(
    commands: tuple[str, ...], expected: list[tuple[str, int, int, int]], policy: str | None
) -> None:
    parsed = dynamic(*commands)
    assert places(parsed) == expected
    named = [rule.main_mode_crypto.target for rule in parsed.policy.connection_security_rules if rule.main_mode_crypto]
    assert named == ([policy] if policy else [])


def test_several_tools_in_one_script_make_one_policy() -> None:
    parsed = replay(
        f"{WEAK}\nnetsh advfirewall set global mainmode mmkeylifetime 5min,0sess\nnetsh ipsec dynamic add mmpolicy M"
    )
    assert {each.dialect for each in parsed.policy.main_mode_crypto_sets} == {
        Dialect.IP_SECURITY_POLICY,
        Dialect.WFAS,
        Dialect.DYNAMIC,
    }


KEYS = [
    'add rule name=R policy=P filterlist=L filteraction=A psk="{key}"',
    "add rule R P L A psk={key}",
    "add rule R P L A 10.0.0.1 all yes text no {key}",
    "add rule R P L A 10.0.0.1 all yes text {key}",
    "add rule R P L A 10.0.0.1 {key}",
    "add rule R P L A p={key}",
    "add rule R P L A bogus={key}",
    "add rule R P L A {key}=x",
    "add rule R P L A psk=a psk={key}",
    "add rule R P ps={key}",
    "add rule R P L A psk={key} description=%TEXT%",
    "set defaultrule P yes yes ESP[3DES,SHA1] no {key}",
    "set rule R policy=P ps = {key}",
    "add nonsense psk={key}",
]


@cases("line", KEYS)
@cases("before", ["", "rem ", "if exist x "])
def test_a_key_is_masked_and_in_no_message(line: str, before: str) -> None:
    key = "Tr0ub4dor3"
    text = f"@echo off\n{before}{STATIC} {line.format(key=key)}\n"
    parsed = replay(text)
    at = text.split("\n")[1].index(key) + 1
    masked = [each for each in parsed.secrets if each.line == 2 and each.column <= at]
    tagged = "ps" in line
    if not before or tagged:
        assert any(each.column + each.length >= at + len(key) for each in masked), parsed.secrets
    assert not any(key in each for each in messages(parsed))
    assert key not in repr(parsed.policy.authentication_sets)


def test_what_cannot_be_a_key_is_not_masked() -> None:
    parsed = static("add rule R P L A name=Twice filter=F mm=5 psk=sesame")
    text = f"{STATIC} add rule R P L A name=Twice filter=F mm=5 psk=sesame"
    assert {covered(text, each) for each in parsed.secrets} == {"sesame"}


def test_spans_name_the_input() -> None:
    parsed = replay(WEAK)
    assert parsed.policy.policies[0].span == Span("policy.cmd", 1, 20, 82)


def test_a_script_full_of_conditions_is_followed_where_it_is_certain() -> None:
    parsed = script.parse(fixture("not-followed.bat"))
    assert [(code, line, column) for code, line, column, _ in places(parsed)] == [
        ("IN003", 4, 56),
        ("IN003", 5, 56),
        ("IN003", 6, 1),
        ("IN003", 7, 30),
        ("IN003", 9, 3),
        ("IN003", 11, 3),
        ("IN003", 13, 1),
        ("IN003", 14, 61),
        ("IN003", 15, 7),
        ("IN003", 16, 20),
        ("IN003", 17, 13),
        ("refused", 18, 20),
        ("IN003", 19, 6),
        ("IN003", 20, 36),
        ("IN003", 22, 1),
    ]
    assert [(each.name, each.filters) for each in parsed.policy.filter_lists] == [("Known", ())]
    assert [each.name for each in parsed.policy.filter_actions] == ["D", "H"]


def test_a_script_copied_from_a_web_page_is_corrected_line_by_line() -> None:
    source = fixture("from-a-web-page.cmd")
    parsed = script.parse(source)
    marked = [
        (code, line, covered(source, Span("", line, column, length))) for code, line, column, length in places(parsed)
    ]
    assert marked[:9] == [
        ("refused", 1, "3DES-SHA1"),
        ("refused", 2, "3DES-SHA1"),
        ("refused", 2, "DHGroup2;AES128-SHA256"),
        ("refused", 2, "DHGroup14"),
        ("refused", 3, "request"),
        ("refused", 3, "ESP:3DES-SHA1"),
        ("refused", 3, "ESP[AES128,SHA256]:100000k/3600s"),
        ("refused", 4, "192.168.2.1-192,168.2.10"),
        ("IN007", 5, "255.255.255.0"),
    ]
    assert {line for _, line, _ in marked} == set(range(1, 15))
    assert "hunter2hunter2" not in "".join(messages(parsed))
    assert {covered(source, each) for each in parsed.secrets} >= {"hunter2hunter2"}


MADE = (
    f"{STATIC} add policy name=X\n{STATIC} add policy name=P\n{STATIC} add filterlist name=L\n"
    f"{STATIC} add filter filterlist=L srcaddr=me dstaddr=any\n{STATIC} add filteraction name=F\n"
    f"{STATIC} add rule name=R policy=P filterlist=L filteraction=F\n"
)


@cases(
    ("there", "not_there"),
    [
        ("policy name=P", "policy name=Q"),
        ("filterlist name=L", "filterlist name=M"),
        ("filteraction name=F", "filteraction name=G"),
        ("filter filterlist=L srcaddr=me dstaddr=any", "filter filterlist=L srcaddr=any dstaddr=me"),
        ("filter filterlist=L srcaddr=me dstaddr=any", "filter filterlist=M srcaddr=me dstaddr=any"),
        ("rule name=R policy=P", "rule name=S policy=P"),
        ("rule name=R policy=P", "rule name=R policy=Q"),
    ],
)
def test_a_script_that_ends_if_a_delete_fails_goes_on_if_what_it_names_is_there(there: str, not_there: str) -> None:
    def doubts(what: str) -> int:
        deleted = f"{STATIC} delete {what} || exit /b 1\n"
        told = messages(replay(f"{MADE}{deleted}{STATIC} set policy name=X newname=Y\n"))
        return len([message for message in told if "behind a jump" in message])

    assert (doubts(there), doubts(not_there)) == (0, 1)


@cases(
    ("commands", "assigned"),
    [
        (("add policy name=A assign=yes", "add policy name=B"), ["A"]),
        (("add policy name=A assign=yes", "add policy name=B assign=no"), ["A"]),
        (("add policy name=A assign=yes", "add policy name=B", "set policy name=B assign=no"), ["A"]),
        (("add policy name=A assign=yes", "set policy name=A assign=no"), []),
        (("add policy name=A assign=yes", "set policy name=A mmpfs=no"), ["A"]),
        (("add policy name=A assign=yes", "add policy name=B assign=yes"), ["B"]),
        (("add policy name=A assign=yes", "add policy name=B assign=yes", "set policy name=A assign=no"), ["B"]),
        (("add policy name=A assign=yes", "add policy name=B assign=yes", "set policy name=B assign=no"), []),
    ],
)
def test_one_policy_is_assigned_until_another_is_or_it_is_no_more(
    commands: tuple[str, ...], assigned: list[str]
) -> None:
    policies = static(*commands).policy.policies
    assert [each.name for each in policies if each.assigned.known] == assigned
