"""What a change does to protection is decided on the model: by packets, suites, authentication and global settings."""

from __future__ import annotations

from pathlib import Path

from ipseclint.api import read
from ipseclint.model.change import Add, Assign, Change, Remove, edits
from ipseclint.model.machine import Machine
from ipseclint.model.policy import ConnectionSecurityRule, Profile, RuleAction, Security
from ipseclint.model.setting import Setting
from ipseclint.repair.impact import impact_of
from ipseclint.semantics.packets.budget import Budget
from ipseclint.semantics.protection import Effect
from ipseclint.vocabulary.algorithms import DhGroup, KeyModule
from ipseclint.vocabulary.settings import CrlCheck, Exemption
from tests.cases import cases
from tests.made_objects import addresses, exemption
from tests.repair.policies import machine

CONSEC = "netsh advfirewall consec add rule"
ISOLATION = f"{CONSEC} name=I endpoint1=any endpoint2=any action=requireinrequireout auth1=computerkerb auth2=userkerb"
NARROW = f"{CONSEC} name=N endpoint1=any endpoint2=10.9.0.0/16 action=requireinrequestout auth1=computerkerb"


def rule_of(one: Machine, name: str) -> ConnectionSecurityRule:
    return next(each for each in one.policy.connection_security_rules if each.name == name)


def judged(one: Machine, *changes: Change) -> tuple[Effect, str | None]:
    impact = impact_of(edits(changes), one)
    return impact.effect, impact.why


def test_an_exemption_takes_packets_out_of_a_requirement() -> None:
    one = machine(ISOLATION)
    assert judged(one, Add(exemption("DCs", "10.0.0.10"))) == (
        Effect.LOWERS,
        "192.0.2.1:49152 -> 10.0.0.10:445 tcp out domain lan is protected or dropped now and in the clear then",
    )


def test_an_exemption_of_what_no_rule_protects_lowers_nothing() -> None:
    assert judged(machine(NARROW), Add(exemption("DCs", "10.0.0.10"))) == (Effect.KEEPS, None)


def test_a_profile_that_is_left_out_is_in_the_clear() -> None:
    one = machine(NARROW)
    effect, why = judged(one, Assign(rule_of(one, "N"), "profiles", frozenset({Profile.DOMAIN})))
    assert effect is Effect.LOWERS
    assert why is not None
    assert "private" in why


def test_a_set_that_is_in_no_input_is_no_doubt_where_it_stays() -> None:
    one = machine(NARROW)
    without = one.with_policy(one.policy.model_copy(update={"main_mode_crypto_sets": (), "quick_mode_crypto_sets": ()}))
    assert judged(without, Assign(rule_of(one, "N"), "key_modules", frozenset({KeyModule.AUTHIP}))) == (
        Effect.KEEPS,
        None,
    )


def test_the_set_of_a_vpn_end_is_in_use(tmp_path: Path) -> None:
    words = "-EncryptionMethod AES256 -IntegrityCheckMethod SHA256 -DHGroup ECP384 -CipherTransformConstants AES256"
    path = tmp_path / "rras.ps1"
    path.write_text(
        f"Set-VpnServerConfiguration -CustomPolicy {words} -AuthenticationTransformConstants SHA256128 "
        "-PfsGroup ECP384\n"
    )
    one = read(path)
    (main,) = one.policy.main_mode_crypto_sets
    (proposal,) = main.proposals
    weaker = proposal.model_copy(update={"dh_group": Setting(DhGroup.GROUP_1, proposal.span)})
    assert judged(one, Assign(main, "proposals", (weaker,)))[0] is Effect.LOWERS
    weak = Assign(one.policy.quick_mode_crypto_sets[0], "pfs_group", DhGroup.NONE)
    assert judged(one, weak)[0] is Effect.LOWERS


def test_a_rule_that_another_takes_over_from_can_go() -> None:
    one = machine(ISOLATION, ISOLATION.replace("name=I", "name=Twin"))
    assert judged(one, Remove(rule_of(one, "Twin"))) == (Effect.KEEPS, None)
    both = (Remove(rule_of(one, "Twin")), Remove(rule_of(one, "I")))
    assert judged(one, *both)[0] is Effect.LOWERS


def test_a_rule_for_part_of_the_traffic_goes_to_a_weaker_one() -> None:
    strong = f"{NARROW} qmsecmethods=esp:aesgcm256-aesgcm256".replace("requestout", "requireout")
    one = machine(strong, ISOLATION.replace(" auth2=userkerb", ""))
    assert judged(one, Remove(rule_of(one, "N"))) == (
        Effect.LOWERS,
        "ESP none+SHA-1 is accepted, weaker than all that was",
    )


def test_a_wider_rule_raises_and_a_narrower_one_lowers() -> None:
    one = machine(NARROW)
    wide, less = addresses("10.0.0.0/8"), addresses("10.9.0.0/17")
    assert judged(one, Assign(rule_of(one, "N"), "endpoint2", wide))[0] is Effect.RAISES
    assert judged(one, Assign(rule_of(one, "N"), "endpoint2", less))[0] is Effect.LOWERS


def test_a_wider_exemption_lowers_whatever_stands_behind_it() -> None:
    one = machine(ISOLATION, f"{CONSEC} name=E endpoint1=any endpoint2=10.0.0.10 action=noauthentication")
    assert judged(one, Assign(rule_of(one, "E"), "endpoint2", addresses("10.0.0.0/24")))[0] is Effect.LOWERS


def test_nothing_is_asked_of_a_multicast_group() -> None:
    one = machine(NARROW.replace("10.9.0.0/16", "239.1.0.0/16"))
    assert judged(one, Remove(rule_of(one, "N")))[0] is Effect.LOWERS  # inbound is required
    asked = machine(NARROW.replace("10.9.0.0/16", "239.1.0.0/16").replace("requirein", "requestin"))
    assert judged(asked, Remove(rule_of(asked, "N"))) == (Effect.KEEPS, None)


@cases(
    ("field", "value", "effect"),
    [
        ("inbound", Security.REQUEST, Effect.LOWERS),
        ("second_authentication", None, Effect.LOWERS),
        ("action", RuleAction.EXEMPT, Effect.LOWERS),
        ("enabled", False, Effect.LOWERS),
        ("description", "x", Effect.KEEPS),
    ],
)
def test_fields_of_a_rule(field: str, value: object, effect: Effect) -> None:
    one = machine(ISOLATION)
    assert judged(one, Assign(rule_of(one, "I"), field, value))[0] is effect


def test_request_to_require_raises() -> None:
    one = machine(NARROW)
    assert judged(one, Assign(rule_of(one, "N"), "outbound", Security.REQUIRE)) == (
        Effect.RAISES,
        "traffic of N is protected only if the peer can now and protected or dropped then",
    )


GLOBAL = "netsh advfirewall set global ipsec"


def test_global_settings() -> None:
    one = machine(f"{GLOBAL} strongcrlcheck 2", f"{GLOBAL} defaultexemptions dhcp", ISOLATION)
    settings = one.policy.global_settings[0]
    assert judged(one, Assign(settings, "crl_check", CrlCheck.FAIL_IF_REVOKED))[0] is Effect.LOWERS
    more = frozenset({Exemption.DHCP, Exemption.ICMP})
    assert judged(one, Assign(settings, "exemptions", more)) == (
        Effect.LOWERS,
        "icmp traffic is exempt on the whole machine",
    )
    assert judged(one, Assign(settings, "exemptions", frozenset()))[0] is Effect.RAISES
    assert judged(one, Assign(settings, "sa_idle_seconds", 300)) == (Effect.KEEPS, None)


def test_lifetimes_count_only_beyond_the_default() -> None:
    one = machine("netsh advfirewall set global mainmode mmkeylifetime 5min,1sess", NARROW)
    crypto = one.policy.main_mode_crypto_sets[0]
    assert judged(one, Assign(crypto, "lifetime_seconds", 28_800)) == (Effect.KEEPS, None)
    assert judged(one, Assign(crypto, "lifetime_seconds", 86_400))[0] is Effect.LOWERS


def test_forward_secrecy() -> None:
    one = machine(f"{NARROW} qmpfs=dhgroup14 qmsecmethods=esp:sha256-aes128")
    crypto = next(each for each in one.policy.quick_mode_crypto_sets if each.name == "N")
    assert judged(one, Assign(crypto, "pfs_group", DhGroup.ECP_256))[0] is Effect.RAISES
    assert judged(one, Assign(crypto, "pfs_group", DhGroup.NONE))[0] is Effect.LOWERS


def test_a_set_that_no_rule_uses_protects_nothing() -> None:
    one = machine(f"{NARROW} qmsecmethods=esp:sha256-aes128")
    crypto = next(each for each in one.policy.quick_mode_crypto_sets if each.name == "N")
    changes = (Remove(rule_of(one, "N")), Add(exemption("E", "10.0.0.1")))
    gone = one.with_policy(one.policy.model_copy(update={"connection_security_rules": ()}))
    assert judged(gone, Remove(crypto)) == (Effect.KEEPS, None)
    assert judged(one, *changes)[0] is Effect.LOWERS


def test_what_was_not_worked_out_is_said_to_be_unknown() -> None:
    one = machine(*(NARROW.replace("name=N", f"name=N{each}").replace("10.9.", f"10.{each}.") for each in range(40)))
    impact = impact_of(edits([Assign(rule_of(one, "N7"), "endpoint2", addresses("10.0.0.0/8"))]), one, Budget(30))
    assert impact.effect is Effect.UNKNOWN
    assert impact.why == "the policy is too large to look at every packet"


LEGACY = (
    'netsh ipsec static add policy name=P mmsecmethods="3DES-SHA1-2" assign=yes',
    "netsh ipsec static add filterlist name=L",
    "netsh ipsec static add filter filterlist=L srcaddr=me dstaddr=10.2.0.0 dstmask=16 protocol=any mirrored=yes",
    'netsh ipsec static add filteraction name=A action=negotiate qmsecmethods="ESP[3DES,SHA1]" inpass=no soft=no',
    "netsh ipsec static add rule name=R policy=P filterlist=L filteraction=A kerberos=yes",
)


def test_policies_of_netsh_ipsec_are_weighed_by_their_filters() -> None:
    one = machine(*LEGACY)
    action, filters = one.policy.filter_actions[0], one.policy.filter_lists[0]
    assert judged(one, Assign(action, "allow_unsecured_fallback", True))[0] is Effect.LOWERS
    assert judged(one, Assign(filters, "filters", ()))[0] is Effect.LOWERS
    assert judged(one, Assign(one.policy.policies[0], "assigned", False))[0] is Effect.LOWERS
    assert judged(one, Assign(filters, "filters", filters.filters * 2)) == (Effect.KEEPS, None)
