"""Scripts of netsh advfirewall commands: what they leave behind, and where each value stands."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import ROOT
from tests.cases import cases
from tests.formats.netsh.advfirewall.inputs import PATH, covered, messages, replay
from tests.formats.places import read_in_place

from ipseclint.finding import ProblemCode
from ipseclint.formats.kit.policy_parts import FIRST_AUTHENTICATION_ID, MAIN_MODE_ID, QUICK_MODE_ID
from ipseclint.formats.netsh import script
from ipseclint.model.machine import PolicyIndex
from ipseclint.model.policy import (
    AuthMethod,
    CertificateSigning,
    CrlCheck,
    Exemption,
    InterfaceType,
    NatTraversal,
    Profile,
    RuleAction,
    RuleMode,
    Security,
)
from ipseclint.model.selectors import PortRange
from ipseclint.model.setting import Origin, Secret
from ipseclint.source import Span, bytes_source, file_source
from ipseclint.vocabulary.addresses import AddressKeyword
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Encapsulation, Integrity

RULE = "netsh advfirewall consec add rule name=r endpoint1=any endpoint2=any action=requireinrequireout"
ADD = f"{RULE} auth1=computerkerb"


@pytest.fixture(scope="module")
def isolation() -> str:
    path = ROOT / "fixtures" / "formats" / "netsh-script" / "isolation.bat"
    return path.read_text(encoding="utf-8")


def test_a_whole_script_is_understood(isolation: str) -> None:
    parsed = replay(isolation)
    assert parsed.problems == ()
    assert [each.name for each in parsed.policy.connection_security_rules] == [
        "Domain isolation",
        "Partner",
        "DNS stays clear",
    ]
    assert [each.name for each in parsed.policy.main_mode_rules] == ["Hub"]


def test_rule_values_and_their_places(isolation: str) -> None:
    rule, partner, clear = replay(isolation).policy.connection_security_rules
    assert (rule.inbound.value, rule.outbound.value) == (Security.REQUIRE, Security.REQUEST)
    assert covered(isolation, rule.inbound.span) == "requireinrequestout"
    assert rule.profiles.value == {Profile.DOMAIN, Profile.PRIVATE}
    assert covered(isolation, rule.profiles.span) == "domain,private"
    assert rule.interface_types.value == {InterfaceType.LAN}
    assert [str(each) for each in rule.endpoint2.known or ()] == ["10.0.0.0/8", "192.168.1.5-192.168.1.9"]
    assert covered(isolation, rule.endpoint2.span) == "10.0.0.0/8,192.168.1.5-192.168.1.9"
    assert rule.description == "All servers"
    assert rule.enabled.origin is Origin.DEFAULT
    assert rule.mode.value is RuleMode.TRANSPORT
    assert partner.port2.value == (PortRange(443, 443), PortRange(8000, 8010))
    assert covered(isolation, partner.port2.span) == "443,8000-8010"
    assert partner.protocol.value == 6
    assert clear.action.value is RuleAction.EXEMPT
    assert clear.endpoint2.known is not None
    assert clear.endpoint2.known[0].keyword is AddressKeyword.DNS
    assert (clear.first_authentication, clear.quick_mode_crypto) == (None, None)


def test_quick_mode_proposals_and_their_places(isolation: str) -> None:
    policy = replay(isolation).policy
    crypto = PolicyIndex(policy).quick_mode_of(policy.connection_security_rules[0])
    assert crypto is not None
    esp, both = crypto.proposals
    assert covered(isolation, esp.span) == "esp:sha256-aes128+30min"
    assert (esp.esp_integrity.value, esp.encryption.value) == (Integrity.SHA256, Cipher.AES_128)
    assert covered(isolation, esp.encryption.span) == "aes128"
    assert (esp.lifetime_seconds.value, covered(isolation, esp.lifetime_seconds.span)) == (1800, "30min")
    assert (esp.lifetime_kilobytes.value, esp.lifetime_kilobytes.origin) == (100_000, Origin.DEFAULT)
    assert both.encapsulation.value is Encapsulation.AH_AND_ESP
    assert (both.ah_integrity.value, covered(isolation, both.ah_integrity.span)) == (Integrity.SHA1, "sha1")
    assert (both.lifetime_kilobytes.value, covered(isolation, both.lifetime_kilobytes.span)) == (200_000, "200000kb")
    assert (crypto.pfs_group.value, covered(isolation, crypto.pfs_group.span)) == (DhGroup.ECP_256, "ecdhp256")


def test_certificates_and_their_places(isolation: str) -> None:
    policy = replay(isolation).policy
    first = PolicyIndex(policy).first_auth_of(policy.connection_security_rules[0])
    assert first is not None
    assert first.inline
    kerberos, one, two = first.methods
    assert kerberos.method.value is AuthMethod.COMPUTER_KERBEROS
    assert one.certificate_authority is not None
    assert one.certificate_authority.value == 'C=US, O=Contoso, CN="Contoso Root"'
    assert covered(isolation, one.certificate_authority.span) == r"C=US, O=Contoso, CN=\'Contoso Root\'"
    assert one.account_mapping is not None
    assert (one.account_mapping.value, covered(isolation, one.account_mapping.span)) == (True, "yes")
    assert one.signing is not None
    assert one.signing.value is CertificateSigning.RSA
    assert two.certificate_authority_type is not None
    assert two.certificate_authority_type.value == "intermediate"
    second = PolicyIndex(policy).second_auth_of(policy.connection_security_rules[0])
    assert second is not None
    assert [each.method.value for each in second.methods] == [AuthMethod.USER_KERBEROS, AuthMethod.ANONYMOUS]


def test_global_settings_and_default_main_mode(isolation: str) -> None:
    policy = replay(isolation).policy
    (settings,) = policy.global_settings
    assert settings.sa_idle_seconds is not None
    assert (settings.sa_idle_seconds.value, covered(isolation, settings.sa_idle_seconds.span)) == (600, "10")
    assert settings.exemptions is not None
    assert settings.exemptions.value == {Exemption.NEIGHBOR_DISCOVERY, Exemption.ICMP, Exemption.DHCP}
    assert settings.crl_check is not None
    assert settings.crl_check.value is CrlCheck.FAIL_ON_ANY_ERROR
    assert settings.nat_traversal is not None
    assert settings.nat_traversal.value is NatTraversal.SERVER_AND_CLIENT
    assert settings.local_rules_merge[Profile.DOMAIN].value is False
    crypto = policy.main_mode_crypto_sets[0]
    assert (crypto.id, crypto.is_default, crypto.builtin) == (MAIN_MODE_ID, True, False)
    assert (crypto.lifetime_seconds.value, covered(isolation, crypto.lifetime_seconds.span)) == (300, "5min")
    assert (crypto.quick_mode_limit.value, covered(isolation, crypto.quick_mode_limit.span)) == (1, "1sess")
    assert crypto.force_dh.value is True
    assert [(each.dh_group.value, each.encryption.value, each.integrity.value) for each in crypto.proposals] == [
        (DhGroup.GROUP_2, Cipher.TRIPLE_DES, Integrity.MD5),
        (DhGroup.GROUP_2, Cipher.AES_128, Integrity.SHA1),
        (DhGroup.ECP_384, Cipher.AES_256, Integrity.SHA384),
    ]
    assert covered(isolation, crypto.proposals[1].dh_group.span) == "dhgroup2"


def test_main_mode_rule_has_its_own_sets(isolation: str) -> None:
    policy = replay(isolation).policy
    (rule,) = policy.main_mode_rules
    crypto = PolicyIndex(policy).main_mode_of(rule)
    assert crypto is not None
    assert (crypto.name, crypto.lifetime_seconds.value, crypto.quick_mode_limit.origin) == ("Hub", 3600, Origin.DEFAULT)


def test_a_rule_that_names_nothing_uses_the_default_sets() -> None:
    text = "netsh advfirewall consec add rule name=r endpoint1=any endpoint2=any action=requestinrequestout"
    policy = replay(text).policy
    (rule,) = policy.connection_security_rules
    assert rule.first_authentication is not None
    assert rule.quick_mode_crypto is not None
    assert (rule.first_authentication.target, rule.quick_mode_crypto.target) == (FIRST_AUTHENTICATION_ID, QUICK_MODE_ID)
    index = PolicyIndex(policy)
    for found in (index.first_auth_of(rule), index.quick_mode_of(rule), index.main_mode_of(rule)):
        assert found is not None
        assert found.builtin


def test_quick_mode_default_is_windows_own_set() -> None:
    policy = replay(f"{ADD} qmsecmethods=default qmpfs=default").policy
    assert [each.builtin for each in policy.quick_mode_crypto_sets] == [True]


def test_pfs_alone_keeps_the_default_proposals() -> None:
    policy = replay(f"{ADD} qmpfs=dhgroup14").policy
    (crypto,) = policy.quick_mode_crypto_sets
    assert (crypto.builtin, crypto.pfs_group.value) == (False, DhGroup.GROUP_14)
    assert {each.encryption.origin for each in crypto.proposals} == {Origin.DEFAULT}


@pytest.mark.parametrize(
    ("methods", "expected"),
    [
        ("esp:aesgcm256-aesgcm256", (Encapsulation.ESP, Integrity.NONE, Integrity.AES_GMAC_256, Cipher.AES_GCM_256)),
        ("ah:aesgmac128", (Encapsulation.AH, Integrity.AES_GMAC_128, Integrity.NONE, Cipher.NONE)),
        ("esp:none-3des", (Encapsulation.ESP, Integrity.NONE, Integrity.NONE, Cipher.TRIPLE_DES)),
        (
            "ah:aesgmac256+esp:aesgcm256-aesgcm256",
            (Encapsulation.AH_AND_ESP, Integrity.AES_GMAC_256, Integrity.AES_GMAC_256, Cipher.AES_GCM_256),
        ),
        ("ESP:SHA1-AES192", (Encapsulation.ESP, Integrity.NONE, Integrity.SHA1, Cipher.AES_192)),
    ],
)
def test_quick_mode_item(methods: str, expected: tuple[Encapsulation, Integrity, Integrity, Cipher]) -> None:
    parsed = replay(f"{ADD} qmsecmethods={methods}")
    assert parsed.problems == ()
    (proposal,) = parsed.policy.quick_mode_crypto_sets[0].proposals
    found = (proposal.encapsulation, proposal.ah_integrity, proposal.esp_integrity, proposal.encryption)
    assert tuple(each.value for each in found) == expected


@cases(
    ("methods", "place"),
    [
        ("esp:sha1-aes512", "aes512"),
        ("esp:sha1", "esp:sha1"),
        ("esp:sha1-3des+60min+30min", "30min"),
        ("esp:sha1-3des+60h", "60h"),
        ("ah:sha1,", "ah:sha1,"[:0]),
        ("60min", "60min"),
        ("ah:sha1+authnoencap:sha1", "ah:sha1+authnoencap:sha1"),
        ("esp:sha1-3des+99999999999999999999min", "99999999999999999999min"),
        ("esp:aesgcm128-none", "aesgcm128"),
        ("esp:aesgmac128-aesgcm128", "aesgcm128"),
        ("ah:aesgcm128", "aesgcm128"),
    ],
)
def test_what_no_quick_mode_item_says_refuses_the_rule(methods: str, place: str) -> None:
    text = f"{ADD} qmsecmethods={methods}"
    parsed = replay(text)
    (command,) = parsed.policy.refused_commands
    assert covered(text, command.span).startswith(place)
    assert not parsed.problems
    assert parsed.policy.connection_security_rules == ()


def test_a_change_that_netsh_refuses_leaves_the_rule_as_it_was() -> None:
    text = f"{ADD} qmsecmethods=esp:sha1-aes128+5min\nnetsh advfirewall consec set rule name=r new qmsecmethods=esp:x"
    parsed = replay(text)
    assert [command.command for command in parsed.policy.refused_commands] == ["netsh advfirewall consec set rule"]
    (proposal,) = parsed.policy.quick_mode_crypto_sets[0].proposals
    assert (proposal.encryption.value, proposal.lifetime_seconds.value) == (Cipher.AES_128, 300)


def test_out_of_range_numbers_are_kept_for_rules() -> None:
    text = f"{ADD} qmsecmethods=esp:sha1-3des+1min+1kb\nnetsh advfirewall set global mainmode mmkeylifetime 0min,0sess"
    parsed = replay(text)
    assert parsed.problems == ()
    assert parsed.policy.quick_mode_crypto_sets[0].proposals[0].lifetime_kilobytes.value == 1
    assert parsed.policy.main_mode_crypto_sets[0].lifetime_seconds.value == 0


@cases(
    "methods",
    ["dhgroup2:aes128-sha1,3des-sha1", "dhgroup2-aes128-sha1,dhgroup2-3des-sha1", "dhgroup2:aes128-sha1, 3des-sha1"],
)
def test_main_mode_spellings_mean_the_same(methods: str) -> None:
    text = f"netsh advfirewall set global mainmode mmsecmethods {methods}"
    parsed = replay(text)
    assert parsed.problems == ()
    assert [
        (each.dh_group.value, each.encryption.value) for each in parsed.policy.main_mode_crypto_sets[0].proposals
    ] == [
        (DhGroup.GROUP_2, Cipher.AES_128),
        (DhGroup.GROUP_2, Cipher.TRIPLE_DES),
    ]


def test_main_mode_item_without_key_exchange_is_a_problem() -> None:
    text = "netsh advfirewall set global mainmode mmsecmethods aes128-sha1"
    parsed = replay(text)
    assert [covered(text, each.span) for each in parsed.policy.refused_commands] == ["aes128-sha1"]


def test_set_rule_changes_what_it_names() -> None:
    text = "\n".join(
        (
            f"{ADD} profile=domain qmsecmethods=ah:sha1 qmpfs=dhgroup2",
            "netsh advfirewall consec set rule name=R profile=domain new enable=no qmsecmethods=default name=new",
            "netsh advfirewall consec set rule name=new profile=public new enable=yes",
        )
    )
    parsed = replay(text)
    (rule,) = parsed.policy.connection_security_rules
    assert (rule.name, rule.enabled.value) == ("new", False)
    assert [each.builtin for each in parsed.policy.quick_mode_crypto_sets] == [True]
    assert messages(parsed) == ["changes a rule that this script does not create"]


def test_the_sets_that_a_rule_is_given_are_known_where_the_rule_is_not() -> None:
    text = "\n".join(
        (
            "netsh advfirewall consec set rule name=R new auth1=computerpsk auth1psk=x qmsecmethods=esp:sha1-3des",
            "netsh advfirewall consec set rule name=r new qmpfs=dhgroup1",
            "netsh advfirewall mainmode set rule name=M new mmsecmethods=dhgroup2:3des-sha1",
            "netsh advfirewall mainmode set rule name=N new mmkeylifetime=60min",
            "netsh advfirewall consec set rule name=all new auth1=computerkerb",
        )
    )
    parsed = replay(text)
    policy = parsed.policy
    assert (policy.connection_security_rules, policy.main_mode_rules) == ((), ())
    (quick,), (main,) = policy.quick_mode_crypto_sets, policy.main_mode_crypto_sets
    assert quick.pfs_group is not None
    assert (quick.name, quick.pfs_group.known, quick.proposals[0].encryption.known) == (
        "r",
        DhGroup.GROUP_1,
        Cipher.TRIPLE_DES,
    )
    assert (main.name, main.proposals[0].dh_group.known) == ("M", DhGroup.GROUP_2)
    assert [each.method.known for each in policy.authentication_sets[0].methods] == [AuthMethod.PRESHARED_KEY]
    assert policy.names_not_followed == ("m", "n", "r")
    assert messages(parsed) == ["changes a rule that this script does not create"] * 5


SET = "netsh advfirewall consec set rule"


@cases(
    "then",
    [
        "netsh advfirewall consec delete rule name=r",
        "netsh advfirewall consec delete rule name=all",
        "netsh advfirewall reset",
        f"{SET} name=r new name=S\n{SET} name=s new qmsecmethods=default",
    ],
)
def test_what_a_rule_of_another_script_was_given_is_gone_with_it_or_replaced(then: str) -> None:
    given = "netsh advfirewall consec set rule name=R new qmsecmethods=esp:md5-des"
    assert [each.name for each in replay(given).policy.quick_mode_crypto_sets] == ["R"]
    policy = replay(f"{given}\n{then}").policy
    assert [each for each in policy.quick_mode_crypto_sets if not each.builtin] == []


@cases(
    "then",
    [
        "netsh advfirewall consec delete rule name=R profile=public",
        "netsh advfirewall mainmode delete rule name=R",
        "netsh advfirewall mainmode delete rule name=all",
    ],
)
def test_what_a_rule_of_another_script_was_given_stays_where_another_is_deleted(then: str) -> None:
    given = "netsh advfirewall consec set rule name=R new qmsecmethods=esp:md5-des"
    assert [each.name for each in replay(f"{given}\n{then}").policy.quick_mode_crypto_sets] == ["R"]


def test_a_rule_of_another_script_keeps_what_it_was_given_under_its_new_name() -> None:
    text = (
        "netsh advfirewall consec set rule name=R new qmsecmethods=esp:md5-des\n"
        "netsh advfirewall consec set rule name=R new name=S"
    )
    policy = replay(text).policy
    assert [each.name for each in policy.quick_mode_crypto_sets] == ["S"]
    assert policy.names_not_followed == ("s",)


def test_new_authentication_comes_with_its_own_key() -> None:
    text = "\n".join(
        (
            f"{RULE} auth1=computerpsk auth1psk=first",
            "netsh advfirewall consec set rule name=r new auth1=computercert auth1ca=CN=x",
        )
    )
    parsed = replay(text)
    assert parsed.problems == ()
    (authentication,) = parsed.policy.authentication_sets
    assert [each.method.value for each in authentication.methods] == [AuthMethod.COMPUTER_CERTIFICATE]


def test_delete_rule_by_name_profile_and_all() -> None:
    three = "\n".join(
        f"{ADD.replace('name=r', f'name={name}')} profile={profile}"
        for name, profile in (("a", "domain"), ("a", "public"), ("b", "domain"))
    )
    left = replay(f"{three}\nnetsh advfirewall consec delete rule name=A profile=public").policy
    assert [each.name for each in left.connection_security_rules] == ["a", "b"]
    assert not replay(f"{three}\nnetsh advfirewall consec delete rule name=all").policy.connection_security_rules
    assert not replay(f"{three}\nnetsh advfirewall consec delete rule all").policy.connection_security_rules
    left = replay(f"{three}\nnetsh advfirewall consec delete rule all profile=domain").policy
    assert [each.name for each in left.connection_security_rules] == ["a"]
    off = replay(f"{three}\nnetsh advfirewall consec set rule all new enable=no").policy
    assert [each.enabled.known for each in off.connection_security_rules] == [False] * 3
    assert not replay(f"{three}\nnetsh advfirewall reset").policy.connection_security_rules


def test_rules_of_one_name_keep_their_own_sets() -> None:
    text = f"{ADD} qmsecmethods=ah:sha1\n{ADD} qmsecmethods=ah:md5"
    policy = replay(text).policy
    index = PolicyIndex(policy)
    found = [index.quick_mode_of(rule) for rule in policy.connection_security_rules]
    assert [each.proposals[0].ah_integrity.value for each in found if each] == [Integrity.SHA1, Integrity.MD5]


@cases(
    ("written", "store"),
    [
        (r"gpo=lab.example\Isolation", r"lab.example\Isolation"),
        (r"gpo = lab.example\Isolation", r"lab.example\Isolation"),
        (r'gpo="lab.example\Of servers"', r"lab.example\Of servers"),
        (r'"gpo=lab.example\Of servers"', r"lab.example\Of servers"),
        (r'gpo=lab.example\"Of servers"', r"lab.example\Of servers"),
        (r'gpo="lab.example"\"Of servers"', r"lab.example\Of servers"),
        (r"gpo=lab.example\Of servers", None),
        (r'gpo=lab.example\Of "servers"', None),
        (r'gpo="lab.example\Of" servers', None),
        ("local now", None),
    ],
)
def test_a_store_with_a_blank_in_its_name_needs_quotation_marks(written: str, store: str | None) -> None:
    parsed = replay(f"netsh\nadvfirewall set store {written}\nadvfirewall set global ipsec strongcrlcheck 1\n")
    reasons = [each.reason for each in parsed.policy.refused_commands]
    assert reasons == ([] if store else ["a store with a blank in its name needs quotation marks"])
    assert [each.store for each in parsed.policy.global_settings] == [store]


def test_stores_are_kept_apart() -> None:
    text = "\n".join(
        (
            "advfirewall set global mainmode mmkeylifetime 60min,0sess",
            r"advfirewall set store gpo=CONTOSO\Isolation",
            "advfirewall consec add rule name=r endpoint1=any endpoint2=any action=noauthentication",
            "advfirewall set store local",
            "advfirewall consec delete rule name=r",
        )
    )
    policy = replay(text).policy
    assert [each.store for each in policy.connection_security_rules] == [r"CONTOSO\Isolation"]


def test_notconfigured_leaves_nothing() -> None:
    text = "\n".join(
        (
            "netsh advfirewall set global ipsec saidletimemin 10",
            "netsh advfirewall set global ipsec saidletimemin notconfigured",
            "netsh advfirewall set global mainmode mmkeylifetime 5min",
            "netsh advfirewall set global mainmode notconfigured",
            "netsh advfirewall set allprofiles settings localconsecrules enable",
            "netsh advfirewall set allprofiles settings localconsecrules notconfigured",
        )
    )
    parsed = replay(text)
    assert parsed.problems == ()
    assert parsed.policy.is_empty


@cases(
    ("line", "place"),
    [
        ("netsh advfirewall consec add rule name=r endpoint1=any action=noauthentication", "add"),
        ("netsh advfirewall consec set rule name=r enable=no", "set"),
        ("netsh advfirewall consec set rule group=g new enable=no", "g"),
        ("netsh advfirewall import policy.wfw", "import"),
        ("netsh advfirewall set global ipsec saidletimemin ten", "ten"),
        ("netsh advfirewall set global ipsec saidletimemin 5 6", "6"),
        ("netsh advfirewall set global ipsec nosuchthing 5", "nosuchthing"),
        ("netsh advfirewall set currentprofile settings localconsecrules disable", "set"),
        ("netsh advfirewall set store elsewhere", "elsewhere"),
        (f"{ADD} endpoint2=10.0.0.0/33".replace("endpoint2=any ", ""), "10.0.0.0/33"),
        (f"{ADD} port1=70000", "70000"),
        (f"{ADD} protocol=256", "256"),
        (f"{ADD} profile=domain,moon", "moon"),
        (f"{ADD} mode=teleport", "teleport"),
        (f"{ADD} auth2=userkerb,oath", "oath"),
        (f"{ADD} auth1ca=CN=x", "CN=x"),
        (f"{ADD} nonsense=1", "nonsense"),
    ],
)
def test_what_is_not_understood_is_reported_at_its_place(line: str, place: str) -> None:
    parsed = replay(line)
    (noted,) = parsed.problems or parsed.policy.refused_commands
    assert covered(line, noted.span).startswith(place)


@cases("parameter", ["statefulftp disable", "statefulpptp enable", "ipsec authzusergrp none"])
def test_global_settings_that_the_model_does_not_hold_change_nothing(parameter: str) -> None:
    parsed = replay(f"netsh advfirewall set global {parameter}\nnetsh advfirewall set global ipsec saidletimemin 5\n")
    assert parsed.problems == ()
    (settings,) = parsed.policy.global_settings
    assert settings.sa_idle_seconds is not None
    assert settings.sa_idle_seconds.known == 300


@cases(
    ("words", "name"),
    [("name=r new name=new", "new"), ("name=r new name = new", "new"), ("name=r new enable=no", "r")],
)
def test_new_as_a_value_is_no_separator(words: str, name: str) -> None:
    parsed = replay(f"{ADD}\nnetsh advfirewall consec set rule {words}\n")
    assert parsed.problems == ()
    assert [rule.name for rule in parsed.policy.connection_security_rules] == [name]


def test_new_as_the_last_word_changes_nothing_and_is_said() -> None:
    line = "netsh advfirewall consec set rule name=r new"
    parsed = replay(f"{ADD}\n{line}\n")
    assert [rule.name for rule in parsed.policy.connection_security_rules] == ["r"]
    assert messages(parsed) == ["`new` without a value behind it: nothing is changed"]


@cases(
    "line",
    [
        f"{ADD.replace('computerkerb', 'computerpsk')} auth1psk=hunter2",
        f'{ADD.replace("computerkerb", "computerpsk")} auth1psk="hunter2"',
        f'{ADD.replace("computerkerb", "computerpsk")} "auth1psk=hunter2"',
        f"{ADD.replace('computerkerb', 'computerpsk')} AUTH1PSK = hunter2",
        f"{ADD} auth1psk=hunter2",
        "netsh advfirewall consec add rule name=r auth1psk=hunter2",
        "netsh advfirewall consec set rule name=nobody new auth1=computerpsk auth1psk=hunter2",
        "netsh advfirewall consec set rule name=nobody auth1psk=hunter2",
        "netsh advfirewall mainmode add rule name=m auth1=computerpsk auth1psk=hunter2",
        f"{ADD} auth1psk=other auth1psk=hunter2",
        f"{ADD} auth1psk=other hunter2",
    ],
)
def test_a_key_is_marked_and_never_said(line: str) -> None:
    parsed = replay(line)
    assert any(covered(line, span) == "hunter2" for span in parsed.secrets)
    assert "hunter2" not in "".join(messages(parsed))
    assert "hunter2" not in repr(parsed.policy)


def test_keys_can_be_compared() -> None:
    policy = replay(f"{ADD.replace('computerkerb', 'computerpsk')} auth1psk=hunter2").policy
    key = policy.authentication_sets[0].methods[0].preshared_key
    assert key is not None
    assert key.value == Secret("hunter2")


def test_certificate_criteria() -> None:
    text = (
        f'{RULE} auth1=computercert auth1ca="CN=A certhash:ab12 followrenewal:yes certeku:1.2.3,1.2.4 '
        'certname:host certnametype:CN certcriteriatype:both"'
    )
    parsed = replay(text)
    assert parsed.problems == ()
    (criteria,) = parsed.policy.authentication_sets[0].methods[0].criteria
    assert (criteria.selection, criteria.validation, criteria.follow_renewal) == (True, True, True)
    assert (criteria.thumbprint, criteria.ekus, criteria.name, criteria.name_type) == (
        "ab12",
        ("1.2.3", "1.2.4"),
        "host",
        "CN",
    )
    assert covered(text, criteria.span) == "ab12"


def test_many_changes_to_many_rules_stop_at_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ipseclint.formats.netsh.advfirewall.commands.MAX_EXAMINED_RULES", 50)
    text = "\n".join([ADD] * 10 + ["netsh advfirewall consec set rule name=r new enable=no"] * 10)
    parsed = replay(text)
    assert {each.code for each in parsed.problems} == {ProblemCode.REFUSED, ProblemCode.NOT_UNDERSTOOD}
    assert len(parsed.policy.connection_security_rules) == 10


def test_every_real_file_is_read(corpus: Path) -> None:
    for path in sorted((corpus / "netsh-text").iterdir()):
        text = file_source(path).read_text()
        read_in_place(script.parse, bytes_source(PATH, text.encode()))


_FIXTURE = (ROOT / "fixtures" / "formats" / "netsh-script" / "isolation.bat").read_text(encoding="utf-8")


@given(st.data())
def test_a_damaged_script_never_raises(data: st.DataObject) -> None:
    text = _FIXTURE
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        length = data.draw(st.integers(0, 40))
        patch = data.draw(st.text(alphabet="=,:+-|\"'\\ \n^%x0é", max_size=8))
        text = text[:start] + patch + text[start + length :]
    parsed = replay(text)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for problem in parsed.problems:
        assert problem.span.path == PATH
        assert 1 <= problem.span.line <= len(lines)
        assert isinstance(problem.span, Span)
