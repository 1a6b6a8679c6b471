"""What netsh advfirewall prints, aligned and mangled, and where each value stands."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import ROOT
from tests.cases import cases
from tests.formats.netsh.advfirewall.inputs import PATH, covered, messages, read_shown, replay

from ipseclint.api import check_text
from ipseclint.finding import ProblemCode
from ipseclint.formats.netsh.advfirewall.show import recognise, recognise_associations
from ipseclint.model.events import EventKind
from ipseclint.model.machine import PolicyIndex
from ipseclint.model.policy import AuthMethod, CrlCheck, MainModeProposal, NatTraversal, Profile, RuleMode, Security
from ipseclint.model.setting import Origin, Secret, Unknown
from ipseclint.source import bytes_source, file_source, lines_of_text
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Encapsulation, Integrity

FOLDER = ROOT / "fixtures" / "formats" / "advfirewall-show"
RULES = (FOLDER / "rules-aligned.txt").read_text(encoding="utf-8")
GLOBAL = (FOLDER / "global-weak.txt").read_text(encoding="utf-8")

UNTOUCHED_GLOBAL = """\
Global Settings:
----------------------------------------------------------------------
IPsec:
StrongCRLCheck                        0:Disabled
SAIdleTimeMin                         5min
DefaultExemptions                     NeighborDiscovery,DHCP
IPsecThroughNAT                       Never
AuthzUserGrp                          None

Main Mode:
KeyLifetime                           480min,0sess
SecMethods                            DHGroup2-AES128-SHA1,DHGroup2-3DES-SHA1
ForceDH                               No
Ok.
"""

PASTED = """\
Rule Name:test
Enabled:Yes
Profiles:Domain,Private,Public
Mode:Transport
Endpoint1:Any
Endpoint2:Any
Protocol:Any
Action:RequestInRequestOut
Auth1:ComputerPSK
Auth1PSK: hunter2
MainModeSecMethods ECDHP384-3DES-SHA256,ECDHP384-3DES-SHA384
QuickModeSecMethodsAH:AESGMAC256+ESP:AESGCM256-AESGCM256+60 min+100000kb
"""


def test_what_stands_behind_the_end_of_an_output_is_no_part_of_it() -> None:
    text = f"{PASTED}Ok.\n\nany ideas?\nNote: it began in May\nThanks\n"
    assert read_shown(text).problems == ()
    read = read_shown(f"{text}\n{PASTED}strange line\n")
    assert len(read.policy.connection_security_rules) == 2
    assert ["strange line" in problem.message for problem in read.problems] == [True]


def test_rules_and_the_places_of_their_values() -> None:
    parsed = read_shown(RULES)
    assert parsed.problems == ()
    rule, partner = parsed.policy.connection_security_rules
    assert rule.name == "Domain isolation"
    assert (rule.inbound.value, rule.outbound.value) == (Security.REQUIRE, Security.REQUEST)
    assert covered(RULES, rule.action.span) == "RequireInRequestOut"
    assert rule.profiles.value == {Profile.DOMAIN, Profile.PRIVATE}
    assert (partner.mode.value, partner.enabled.value) == (RuleMode.TUNNEL, False)
    assert partner.bypass_if_secured is not None
    assert covered(RULES, partner.bypass_if_secured.span) == "Yes"
    assert partner.local_tunnel_endpoint is not None
    assert covered(RULES, partner.local_tunnel_endpoint.span) == "198.51.100.1"


def test_wrapped_values_have_places_on_both_lines() -> None:
    policy = read_shown(RULES).policy
    rule = policy.connection_security_rules[0]
    assert [str(each) for each in rule.endpoint2.known or ()] == ["10.0.0.0/8", "192.168.1.5-192.168.1.9"]
    crypto = PolicyIndex(policy).quick_mode_of(rule)
    assert crypto is not None
    assert [covered(RULES, each.span) for each in crypto.proposals] == [
        "ESP:SHA1-None+60min+100000kb",
        "ESP:SHA1-AES128+60min+100000kb",
    ]
    assert crypto.pfs_group.value is DhGroup.SAME_AS_MAIN_MODE


def test_each_authority_belongs_to_the_certificate_method() -> None:
    policy = read_shown(RULES).policy
    first = PolicyIndex(policy).first_auth_of(policy.connection_security_rules[0])
    assert first is not None
    kerberos, one, two = first.methods
    assert kerberos.method.value is AuthMethod.COMPUTER_KERBEROS
    assert [each.certificate_authority.value for each in (one, two) if each.certificate_authority] == [
        'C=US, O=Contoso, CN="Contoso Root"',
        "CN=Second CA",
    ]
    assert one.account_mapping is not None
    assert covered(RULES, one.account_mapping.span) == "Yes"


def test_authorities_that_cannot_be_told_apart_are_reported() -> None:
    text = RULES.replace("ComputerKerb,ComputerCert", "ComputerCert,ComputerCertECDSAP256,ComputerCertECDSAP384")
    parsed = read_shown(text)
    assert ["which belongs to which" in each for each in messages(parsed)] == [True]
    first = parsed.policy.authentication_sets[0]
    assert [each.certificate_authority for each in first.methods] == [None, None, None]


def test_windows_own_values_are_builtin() -> None:
    policy = read_shown(RULES).policy
    assert [each.builtin for each in policy.main_mode_crypto_sets] == [True]
    partner = policy.connection_security_rules[1]
    crypto = PolicyIndex(policy).quick_mode_of(partner)
    assert crypto is not None
    assert crypto.builtin


def test_untouched_global_settings_are_defaults() -> None:
    parsed = read_shown(UNTOUCHED_GLOBAL)
    assert parsed.problems == ()
    (settings,) = parsed.policy.global_settings
    for setting in (settings.sa_idle_seconds, settings.exemptions, settings.crl_check, settings.nat_traversal):
        assert setting is not None
        assert setting.origin is Origin.DEFAULT
    assert [each.builtin for each in parsed.policy.main_mode_crypto_sets] == [True]


@cases("label", ["ConSecRuleCategory", "ConSecRuleRuleCategory"])
def test_who_takes_care_of_rules_is_told_in_two_spellings(label: str) -> None:
    text = f"{UNTOUCHED_GLOBAL}\nCategories:\n{label:<38}Windows Firewall\n"
    assert read_shown(text) == read_shown(UNTOUCHED_GLOBAL)


def test_touched_global_settings_are_explicit() -> None:
    parsed = read_shown(GLOBAL)
    assert parsed.problems == ()
    (settings,) = parsed.policy.global_settings
    assert settings.sa_idle_seconds is not None
    assert (settings.sa_idle_seconds.value, settings.sa_idle_seconds.origin) == (3600, Origin.EXPLICIT)
    assert settings.exemptions is not None
    assert settings.exemptions.value == frozenset()
    assert settings.crl_check is not None
    assert settings.crl_check.value is CrlCheck.FAIL_ON_ANY_ERROR
    assert settings.nat_traversal is not None
    assert settings.nat_traversal.value is NatTraversal.SERVER_AND_CLIENT
    assert settings.local_rules_merge[Profile.DOMAIN].value is False
    (crypto,) = parsed.policy.main_mode_crypto_sets
    assert not crypto.builtin
    assert (crypto.lifetime_seconds.value, covered(GLOBAL, crypto.lifetime_seconds.span)) == (300, "5min")
    assert covered(GLOBAL, crypto.proposals[1].encryption.span) == "DES"


def test_pasted_without_blanks_and_colons() -> None:
    parsed = read_shown(PASTED)
    assert parsed.problems == ()
    (crypto,) = parsed.policy.quick_mode_crypto_sets
    (proposal,) = crypto.proposals
    assert (proposal.encapsulation.value, proposal.ah_integrity.value) == (
        Encapsulation.AH_AND_ESP,
        Integrity.AES_GMAC_256,
    )
    assert covered(PASTED, proposal.lifetime_seconds.span) == "60 min"
    (main_mode,) = parsed.policy.main_mode_crypto_sets
    assert [each.encryption.value for each in main_mode.proposals] == [Cipher.TRIPLE_DES, Cipher.TRIPLE_DES]


@cases("label", ["Auth1PSK:                             ", "Auth1PSK: ", "Auth1PSK:", "Auth1PSK"])
def test_the_key_is_marked(label: str) -> None:
    text = PASTED.replace("Auth1PSK: ", label)
    parsed = read_shown(text)
    assert [covered(text, span) for span in parsed.secrets] == ["hunter2"]
    key = parsed.policy.authentication_sets[0].methods[0].preshared_key
    assert key is not None
    assert key.value == Secret("hunter2")


def test_wide_colons_of_east_asian_copies() -> None:
    text = "\n".join(line.replace(":", "\uff1a", 1) for line in PASTED.split("\n"))
    text = text.replace("QuickModeSecMethodsAH\uff1a", "QuickModeSecMethods\uff1aAH:")
    parsed = read_shown(text)
    assert parsed.problems == ()
    assert [each.name for each in parsed.policy.connection_security_rules] == ["test"]


def test_a_line_about_a_key_that_is_not_understood_is_marked_whole() -> None:
    text = PASTED + "Some PSK thing: hunter3\n"
    parsed = read_shown(text)
    assert "Some PSK thing: hunter3" in [covered(text, span) for span in parsed.secrets]
    assert not any("hunter3" in each for each in messages(parsed))


def test_access_denied_is_a_hidden_value() -> None:
    text = "Main Mode:\nKeyLifetime                           Access Denied\nSecMethods   Access Denied\n"
    parsed = read_shown(text)
    assert [each.code for each in parsed.problems] == [ProblemCode.HIDDEN_VALUE] * 2
    (crypto,) = parsed.policy.main_mode_crypto_sets
    assert crypto.lifetime_seconds.value == Unknown("Access Denied", hidden=True)
    assert crypto.proposals[0].encryption.value == Unknown("Access Denied", hidden=True)


def test_unknown_labels_are_reported() -> None:
    text = RULES.replace("ApplyAuthorization: ", "ApplySomethingNew:  ", 1)
    (problem,) = read_shown(text).problems
    assert problem.code is ProblemCode.NOT_UNDERSTOOD
    assert covered(text, problem.span).startswith("ApplySomethingNew:")


@cases("dots", ["...", "[...]", "\u2026"])
def test_dots_between_rules_are_said_to_leave_something_out(dots: str) -> None:
    text = RULES.replace("ApplyAuthorization: ", f"{dots}\nApplyAuthorization: ", 1)
    assert messages(read_shown(text)) == ["what is left out here is not known"]


def test_a_rule_cut_off_is_reported() -> None:
    text = RULES[: RULES.index("Action:")]
    (problem,) = read_shown(text).problems
    assert problem.code is ProblemCode.MALFORMED
    assert covered(text, problem.span).startswith("Rule Name:")


def test_different_effective_main_modes_are_contradictory() -> None:
    text = RULES.replace("480min,0sess", "60min,0sess", 1)
    parsed = read_shown(text)
    assert [each.code for each in parsed.problems] == [ProblemCode.CONTRADICTORY]
    assert [each.lifetime_seconds.value for each in parsed.policy.main_mode_crypto_sets] == [3600]


ALL_PROFILES = """
{}
----------------------------------------------------------------------
State                                 ON
Firewall Policy                       BlockInbound,AllowOutbound
LocalFirewallRules                    N/A (GPO-store only)
LocalConSecRules                      {}
InboundUserNotification               Enable
"""


def test_profiles_alone_tell_where_local_rules_apply() -> None:
    text = ALL_PROFILES.format("Domain Profile Settings:", "Disable") + ALL_PROFILES.format(
        "Public Profile Settings:", "Enable"
    )
    assert recognise(bytes_source(PATH, text.encode()))
    (settings,) = read_shown(text).policy.global_settings
    merge = {profile: setting.known for profile, setting in settings.local_rules_merge.items()}
    assert merge == {Profile.DOMAIN: False, Profile.PUBLIC: True}


@cases(
    "value", ["N/A (GPO-store only)", "Nicht zutreffend (nur GPO-Speicher)", "不适用(仅限 GPO 存储)", "NotConfigured"]
)
def test_profiles_of_a_machine_say_nothing_of_local_rules(value: str) -> None:
    text = ALL_PROFILES.format("Domänenprofil-Einstellungen:", value)
    parsed = read_shown(text)
    assert (parsed.policy.is_empty, parsed.problems) == (True, ())
    assert [each.code.value for each in check_text(text, "profiles.txt").problems] == ["IN004"]


@cases(
    "text",
    [
        "set localconsecrules disable\n" + "-" * 70 + "\n",
        "What LocalConSecRules says\n" + "-" * 70 + "\n",
        "    LocalConSecRules    REG_DWORD    0x1\n" + "-" * 70 + "\n",
    ],
)
def test_what_only_names_local_rules_is_no_output(text: str) -> None:
    assert not recognise(bytes_source(PATH, text.encode()))


def test_main_mode_rule() -> None:
    parsed = read_shown((FOLDER / "main-mode-rule.txt").read_text(encoding="utf-8"))
    assert parsed.problems == ()
    assert not parsed.policy.connection_security_rules
    (rule,) = parsed.policy.main_mode_rules
    crypto = PolicyIndex(parsed.policy).main_mode_of(rule)
    assert crypto is not None
    assert (crypto.lifetime_seconds.value, crypto.is_default) == (3600, False)


def test_security_associations() -> None:
    text = (ROOT / "fixtures/formats/advfirewall-monitor-sa/security-associations.txt").read_text(encoding="utf-8")
    parsed = read_shown(text)
    assert parsed.problems == ()
    main, quick = parsed.associations
    assert (main.kind, main.offer, main.first_authentication) == (
        EventKind.MAIN_MODE,
        "DHGroup2-AES128-SHA1",
        "ComputerKerb",
    )
    assert (quick.kind, quick.remote_address, quick.offer) == (
        EventKind.QUICK_MODE,
        "192.0.2.20",
        "ESP:SHA1-None+60min+100000kb",
    )


@pytest.mark.parametrize(
    ("was", "shown", "said"),
    [
        ("DHGroup2-AES128-SHA1", "DHGrup2-AES128-SHA1", "key exchange"),
        ("DHGroup2-AES128-SHA1", "DHGroup2-AES128-SHA", "integrity"),
        ("DHGroup2-AES128-SHA1", "DHGroup2AES128-SHA1", "security method"),
        ("ESP:SHA1-None+60min+100000kb", "ESP:SHA1-Non+60min+100000kb", "encryption"),
        ("ESP:SHA1-None+60min+100000kb", "ESP:SHA1+60min+100000kb", "security method"),
        ("192.0.2.20", "192.0.2.2O", "unknown address `192.0.2.2O`"),
        ("192.0.2.20", "192.0,2.20", "unknown address"),
    ],
)
def test_what_an_association_shows_and_is_not_known_is_told(was: str, shown: str, said: str) -> None:
    text = (ROOT / "fixtures/formats/advfirewall-monitor-sa/security-associations.txt").read_text(encoding="utf-8")
    problems = read_shown(text.replace(was, shown)).problems
    assert {each.code for each in problems} == {ProblemCode.NOT_UNDERSTOOD}
    assert all(said in each.message for each in problems)


@cases("address", ["fe80::1%12", "2001:db8::1", "10.0.0.20", ""])
def test_other_addresses_of_an_association_are_known(address: str) -> None:
    text = (ROOT / "fixtures/formats/advfirewall-monitor-sa/security-associations.txt").read_text(encoding="utf-8")
    assert read_shown(text.replace("192.0.2.20", address)).problems == ()


def test_rules_of_the_firewall_are_left_out() -> None:
    text = """\
Rule Name:                            Allow web
----------------------------------------------------------------------
Enabled:                              Yes
Direction:                            In
Profiles:                             Domain
LocalIP:                              Any
Edge traversal:                       No
Action:                               Allow

"""
    parsed = read_shown(text + RULES)
    assert parsed.problems == ()
    assert len(parsed.policy.connection_security_rules) == 2


def test_outputs_pasted_together_are_one_policy() -> None:
    parsed = read_shown(RULES + GLOBAL)
    assert len(parsed.policy.connection_security_rules) == 2
    assert [each.lifetime_seconds.value for each in parsed.policy.main_mode_crypto_sets] == [300]
    assert {each.code for each in parsed.problems} == {ProblemCode.CONTRADICTORY}


@cases("text", [RULES, GLOBAL, PASTED, UNTOUCHED_GLOBAL])
def test_output_is_recognised(text: str) -> None:
    assert recognise(bytes_source(PATH, text.encode()))


@cases(
    "text",
    [
        "netsh advfirewall set global mainmode mmsecmethods default\nnetsh advfirewall consec add rule name=x\n",
        "Rule Name: Allow\nEnabled: Yes\nDirection: In\nLocalIP: Any\n",
        "",
        "<wfpstate/>",
        "KeyLifetime is a setting\n",
    ],
)
def test_other_texts_are_not_taken(text: str) -> None:
    source = bytes_source(PATH, text.encode())
    assert not recognise(source)
    assert not recognise_associations(source)


def test_a_strange_line_about_a_preshared_key_is_said_and_hidden() -> None:
    text = f"{PASTED.rstrip()}\nFallback PSK:                         hunter2\n"
    parsed = read_shown(text)
    assert "a line about a preshared key is not understood" in messages(parsed)
    assert "hunter2" not in "".join(messages(parsed))
    last = len(text.splitlines())
    assert last in {span.line for span in parsed.secrets}


def test_an_association_may_have_no_key_exchange_and_a_set_may_not() -> None:
    shown = (
        "Main Mode SA at 10/12/2026 09:15:00\n-------\nRemote IP Address:  10.20.0.9\nMM Offer:  None-AES256-SHA384\n"
    )
    parsed = read_shown(shown)
    (association,) = parsed.associations
    assert isinstance(association.proposal, MainModeProposal)
    assert association.proposal.dh_group.known is DhGroup.NONE
    assert messages(parsed) == []
    offered = UNTOUCHED_GLOBAL.replace("DHGroup2-AES128-SHA1", "None-AES128-SHA1")
    assert "unknown key exchange `None`" in messages(read_shown(offered))


def test_script_and_output_of_one_rule_agree() -> None:
    script = replay(
        "netsh advfirewall consec add rule name=test endpoint1=any endpoint2=any action=requestinrequestout"
        " auth1=computerpsk auth1psk=hunter2 qmsecmethods=ah:aesgmac256+esp:aesgcm256-aesgcm256+60min+100000kb"
    ).policy
    shown = read_shown(PASTED).policy
    for name in ("inbound", "outbound", "profiles", "mode", "endpoint1", "endpoint2", "protocol", "enabled"):
        one, two = (getattr(each.connection_security_rules[0], name).value for each in (script, shown))
        assert one == two, name
    one, two = (each.quick_mode_crypto_sets[0].proposals[0] for each in (script, shown))
    assert (one.encryption.value, one.esp_integrity.value) == (two.encryption.value, two.esp_integrity.value)


@cases(
    ("name", "rules", "sets", "associations", "codes"),
    [
        ("advfirewall-consec-show-rule-suiteb-psk-nospace.txt", 1, 1, 0, set()),
        ("advfirewall-monitor-show-mmsa-nospace.txt", 0, 0, 1, {ProblemCode.NOT_UNDERSTOOD}),
        ("advfirewall-monitor-show-qmsa-nospace.txt", 0, 0, 1, set()),
        ("advfirewall-show-global-mainmode-access-denied-fragment.txt", 0, 0, 0, {ProblemCode.HIDDEN_VALUE}),
        ("advfirewall-show-global-mangled-indent.txt", 0, 0, 0, set()),
    ],
)
def test_real_output(
    corpus: Path, name: str, rules: int, sets: int, associations: int, codes: set[ProblemCode]
) -> None:
    source = file_source(corpus / "netsh-text" / name)
    assert recognise_associations(source) if associations else recognise(source)
    parsed = read_shown(source.read_text())
    assert {each.code for each in parsed.problems} == codes
    assert len(parsed.policy.connection_security_rules) == rules
    assert len(parsed.policy.quick_mode_crypto_sets) == sets
    assert len(parsed.associations) == associations
    assert not parsed.is_empty


def test_a_rule_that_ends_before_what_it_asks_for_is_said_to_be_cut() -> None:
    text = "Rule Name:                            t\n" + "-" * 70 + "\nEnabled:                              Yes\n"
    parsed = read_shown(text + "Endpoint1:                            Any\nEndpoint2:                            Any\n")
    assert parsed.is_empty
    assert [(problem.span.line, problem.message) for problem in parsed.problems] == [
        (1, "a rule is printed without what it asks for: the list may be cut off")
    ]


@given(st.data())
def test_damaged_output_never_raises(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from([RULES, GLOBAL, PASTED]))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        length = data.draw(st.integers(0, 60))
        patch = data.draw(st.text(alphabet=":,+- \n\r\tAuth1PSKé：", max_size=10))
        text = text[:start] + patch + text[start + length :]
    parsed = read_shown(text)
    lines = lines_of_text(text)
    assert all(1 <= each.span.line <= len(lines) for each in parsed.problems)
    assert all(1 <= each.line <= len(lines) for each in parsed.secrets)


def test_parameters_of_a_manifest_by_the_same_names_are_no_output() -> None:
    head = "windows_firewall_global { 'a':\n"
    manifest = head + "  keylifetime => '480min,0sess',\n  secmethods  => 'dhgroup14:aes256',\n}\n"
    report = check_text(manifest, "site.pp")
    (problem,) = report.problems
    assert problem.message.startswith("it mentions IPsec (`windows_firewall_global`)")
    with_rule = manifest + "exec { 'a':\n  command => 'netsh advfirewall consec add rule name=A',\n}\n"
    assert "`windows_firewall_global` of Puppet sets what holds for all of IPsec, and is not read" in {
        each.message for each in check_text(with_rule, "site.pp").problems
    }


def test_an_association_is_printed_with_the_labels_of_later_windows_too() -> None:
    text = (
        "Main Mode SA at 05/12/2025 10:11:12\n-----------------------------\n"
        "Local IP Address:                     192.0.2.4\nRemote IP Address:                    192.0.2.5\n"
        "Auth1:                                ComputerKerb\nAuth2:                                UserKerb\n"
        "MM Offer:                             DHGroup2-AES128-SHA1\nCookie Pair:\n"
        "2bd5e5a3e1f0c2b4:5d0887051122aabb\nHealth Cert:                          No\nOk.\n"
    )
    source = bytes_source("sa.txt", text.encode())
    assert recognise_associations(source)
    parsed = read_shown(text)
    (association,) = parsed.associations
    assert (association.first_authentication, association.second_authentication) == ("ComputerKerb", "UserKerb")
    assert not parsed.problems


WIDE = """Rule Name:                            Broken
----------------------------------------------------------------------
Enabled:                              Yes
Profiles:                             Domain,Private,Public
Mode:                                 Transport
Endpoint1:                            Any
Endpoint2:                            10.9.0.0/16
Protocol:                             Any
Action:                               RequestInRequestOut
Auth1:                                ComputerCert
Auth1CAName:                          DC=com, DC=example, CN=An issuing authority with quite a long name
Auth1CertMapping:                     No
QuickModeSecMethods:                  ESP:SHA1-None+60min+100000kb,ESP:SHA1-AES128+60min+100000kb,ESP:SHA256-AES256
"""


@cases("width", [79, 80, 100])
def test_lines_that_a_console_broke_say_the_same(width: int) -> None:
    broken = "\n".join(line[at : at + width] for line in WIDE.splitlines() for at in range(0, len(line), width))
    assert len(broken.splitlines()) > len(WIDE.splitlines())
    whole, parts = map(read_shown, (WIDE, f"{broken}\n"))
    assert parts.problems == whole.problems == ()
    names = [
        [method.certificate_authority and method.certificate_authority.known for method in set_.methods]
        for read in (whole, parts)
        for set_ in read.policy.authentication_sets
    ]
    assert names == [["DC=com, DC=example, CN=An issuing authority with quite a long name"]] * 2
    assert [len(set_.proposals) for set_ in parts.policy.quick_mode_crypto_sets] == [3]
