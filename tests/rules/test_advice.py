"""The second places that findings point to, and what their fixes say."""

from __future__ import annotations

from typing import Any

import pytest

from ipseclint.model.change import Assign, Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import AuthenticationMethod, MainModeProposal, QuickModeProposal
from ipseclint.model.setting import Setting
from ipseclint.semantics.proposals import words
from ipseclint.vocabulary.algorithms import KeyModule
from tests.cases import cases
from tests.rules.rule_inputs import consec, hits, machine

PLAIN = "endpoint1=any endpoint2=10.0.0.0/8 action=requireinrequestout"
ANY = "endpoint1=any endpoint2=any action=requireinrequestout"
KEY = "auth1psk=Example-Key-0001"
SECURITY_METHODS = "netsh advfirewall set global mainmode mmsecmethods "
CA = 'auth1ca="DC=example, CN=CA"'


def said(fix: Fix | None) -> list[str]:
    assert fix is not None
    return [
        f"{change.target.name}.{change.field}={spoken(change.value)}"
        for change in fix.changes
        if isinstance(change, Assign)
    ]


def spoken(value: Any) -> str:
    if isinstance(value, MainModeProposal | QuickModeProposal):
        return words(value)
    if isinstance(value, AuthenticationMethod):
        return str(value.method.known)
    if isinstance(value, tuple | frozenset):
        return ",".join(spoken(each) for each in value)
    return str(value)


@pytest.mark.parametrize(
    ("code", "rule", "changes"),
    [
        ("AU001", f"auth1=computerpsk {KEY}", ["R.methods=computer-kerberos"]),
        ("AU001", f"auth1=computerpsk,computercert {KEY} {CA}", ["R.methods=computer-certificate"]),
        ("AU002", f"auth1=computerpsk {KEY} auth2=userkerb", ["R.second_authentication=None"]),
        ("AU003", f"auth1=computerntlm,computerpsk {KEY}", ["R.methods=computer-ntlm"]),
        ("AU004", "auth1=computerkerb,anonymous auth2=userkerb,anonymous", ["R.methods=computer-kerberos"]),
        ("AU004", "auth1=anonymous auth2=userkerb,anonymous", ["R.methods=user-kerberos"]),
        ("AU004", "auth1=computerkerb auth2=anonymous", ["R.methods=user-kerberos"]),
        ("AU012", "auth1=computerkerb,anonymous,computerkerb", ["R.methods=computer-kerberos,anonymous"]),
        ("AU014", "auth1=computerntlm,anonymous", ["R.methods=anonymous"]),
        ("AU014", "auth1=computerntlm", ["R.methods=computer-kerberos"]),
        (
            "CR002",
            "qmsecmethods=esp:sha256-3des,esp:sha256-aes128",
            ["R.proposals=ESP AES-256+SHA-256,ESP AES-128+SHA-256"],
        ),
        ("CR005", "qmsecmethods=esp:sha256-aes128 qmpfs=dhgroup2", ["R.pfs_group=DH20"]),
        ("CR006", "qmsecmethods=esp:sha256-aes128 qmpfs=dhgroup24", ["R.pfs_group=DH20"]),
        ("CR007", "qmsecmethods=esp:sha256-aes128 qmpfs=dhgroup14", ["R.pfs_group=DH20"]),
        ("CR014", "qmsecmethods=esp:sha384-aes128", ["R.proposals=ESP AES-128+SHA-256"]),
        ("CR024", "qmsecmethods=esp:sha256-aes128", ["R.proposals=ESP AES-GCM-256+AES-GMAC-256"]),
    ],
)
def test_a_fix_says_what_to_write(code: str, rule: str, changes: list[str]) -> None:
    found = hits(code, machine(consec(f"name=R {PLAIN} {rule}")))
    assert said(found[0].fix) == changes


@cases(
    ("first", "changes"),
    [("computerkerb", ["R.methods=user-kerberos,anonymous"]), ("computerkerb,anonymous", [])],
)
def test_a_second_authentication_becomes_optional_only_beside_a_first_that_is_not(
    first: str, changes: list[str]
) -> None:
    (found,) = hits("AU016", machine(consec(f"name=R {ANY} auth1={first} auth2=userkerb")))
    assert said(found.fix) == changes


def test_only_the_long_lifetimes_of_a_set_are_shortened() -> None:
    rule = "qmsecmethods=esp:sha256-aes128+10min,esp:sha256-aes256+500min,esp:sha256-aes192+480min"
    (found,) = hits("CR022", machine(consec(f"name=R {PLAIN} {rule}")))
    assert found.fix is not None
    (change,) = found.fix.changes
    assert isinstance(change, Assign)
    assert isinstance(change.value, tuple)
    assert [each.lifetime_seconds.known for each in change.value] == [600, 3600, 28_800]


@pytest.mark.parametrize(
    ("code", "lines", "places"),
    [
        ("AU001", [consec(f"name=R {PLAIN} auth1=computerkerb,computerpsk {KEY}")], []),
        ("AU002", [consec(f"name=R {PLAIN} auth1=computerpsk {KEY} auth2=userkerb")], ["the preshared key"]),
        ("AU003", [consec(f"name=R {PLAIN} auth1=computerpsk,computerntlm {KEY}")], ["the preshared key"]),
        (
            "AU012",
            [consec(f"name=R {PLAIN} auth1=computerkerb,anonymous,computerkerb,computerkerb")],
            ["the first one", "and again"],
        ),
        (
            "CR002",
            [consec(f"name=R {PLAIN} qmsecmethods=esp:sha1-3des,esp:sha256-3des,esp:md5-3des")],
            ["3DES again", "3DES again"],
        ),
        (
            "CR008",
            [consec(f"name=R {PLAIN} qmsecmethods=esp:none-aes128,esp:none-aes256")],
            ["ESP AES-256+none too"],
        ),
        (
            "CR009",
            [consec(f"name=R {PLAIN} qmsecmethods=esp:sha1-3des+60min+9000000kb,esp:md5-3des+60min+9000000kb")],
            ["ESP 3DES+MD5"],
        ),
        (
            "CR010",
            [
                "netsh advfirewall set global ipsec ipsecthroughnat serverbehindnat",
                consec(f"name=R {PLAIN} qmsecmethods=ah:sha256,ah:sha1"),
            ],
            ["NAT traversal is allowed", "AH again"],
        ),
        (
            "CR011",
            [consec(f"name=R {PLAIN} qmsecmethods=ah:sha1+esp:sha1-none,ah:sha256+esp:sha256-none")],
            ["AH SHA-256 with ESP none+SHA-256"],
        ),
        (
            "CR012",
            [consec(f"name=R {PLAIN} qmsecmethods=esp:sha1-aesgcm128,esp:sha256-aesgcm256")],
            ["ESP AES-GCM-256+SHA-256 is refused too"],
        ),
        (
            "CR014",
            [consec(f"name=R {PLAIN} qmsecmethods=esp:sha384-aes128,esp:sha384-aes256")],
            ["SHA-384 again"],
        ),
        (
            "CR015",
            [
                SECURITY_METHODS + "dhgroup14:aes128-sha1,ecdhp256:aes128-sha1,ecdhp384:aes128-sha1",
            ],
            ["DH14 here", "DH20 here"],
        ),
        (
            "CR020",
            [consec(f'name="Encryption zone" {PLAIN} qmsecmethods=ah:sha256,esp:sha256-aes128,ah:sha1')],
            ["the rule", "AH SHA-1 does not encrypt either"],
        ),
        (
            "CR023",
            [
                "netsh advfirewall set global mainmode mmkeylifetime 500min,0sess",
                consec(f"name=R {PLAIN} qmsecmethods=esp:sha256-aes128"),
            ],
            ['quick-mode crypto set "R" has no PFS'],
        ),
    ],
)
def test_a_finding_points_to_the_other_places(code: str, lines: list[str], places: list[str]) -> None:
    (found,) = hits(code, machine(*lines))
    assert [label for label, _ in found.related] == places
    spans = [found.span, *(span for label, span in found.related if label != "the rule")]
    assert len(set(spans)) == len(spans)


def bound(owner: Machine, *modules: KeyModule) -> Machine:
    rules = tuple(
        rule.model_copy(update={"key_modules": Setting(frozenset(modules), rule.span)})
        for rule in owner.policy.connection_security_rules
    )
    return Machine(name=owner.name, policy=owner.policy.model_copy(update={"connection_security_rules": rules}))


@pytest.mark.parametrize(
    ("authentication", "modules", "code", "changes"),
    [
        ("auth1=computerkerb", [KeyModule.IKEV2], "AU005", ["R.key_modules=AuthIP"]),
        (f"auth1=computerpsk {KEY}", [KeyModule.AUTHIP], "AU005", ["R.key_modules=AuthIP,IKEv1"]),
        (f"auth1=computercert {CA} auth2=userkerb", [KeyModule.IKEV1], "AU005", ["R.key_modules=AuthIP"]),
        (f"auth1=computercert {CA}", [KeyModule.IKEV1], "CR019", ["R.key_modules=IKEv2"]),
        ("auth1=computerkerb", [KeyModule.IKEV1], "CR019", ["R.key_modules=AuthIP"]),
        (f"auth1=computerpsk {KEY}", [KeyModule.IKEV1], "CR019", []),
    ],
)
def test_a_rule_is_sent_to_a_key_module_that_knows_its_methods(
    authentication: str, modules: list[KeyModule], code: str, changes: list[str]
) -> None:
    (found,) = hits(code, bound(machine(consec(f"name=R {PLAIN} {authentication}")), *modules))
    assert [each.replace("IKEv1,AuthIP", "AuthIP,IKEv1") for each in said(found.fix)] == changes


def side(top: str, authentication: str, name: str) -> Machine:
    other = {"aes256-sha384": "aes128-sha256", "aes128-sha256": "aes256-sha384"}[top]
    return machine(
        f"netsh advfirewall set global mainmode mmsecmethods ecdhp384:{top},ecdhp384:{other}",
        consec(f"name=R {ANY} {authentication}"),
        name=name,
    )


@cases(
    ("authentication", "modules", "authip"),
    [
        ("auth1=computerkerb", [], False),
        ("auth1=computerkerb", [KeyModule.AUTHIP], True),
        ("auth1=computerkerb", [KeyModule.AUTHIP, KeyModule.IKEV1], False),
        ("auth1=computerntlm", [], True),
        ("auth1=computerkerb,computerntlm", [], False),
        ('auth1=computerkerb auth2=usercert auth2ca="DC=example, CN=CA"', [], True),
        ('auth1=computerkerb auth2=computercert auth2ca="DC=example, CN=CA"', [], True),
    ],
)
def test_what_must_use_authip(authentication: str, modules: list[KeyModule], authip: bool) -> None:
    one = side("aes256-sha384", authentication, "a.cmd")
    if modules:
        one = bound(one, *modules)
    found = hits("CR017", (one, side("aes128-sha256", "auth1=computerkerb", "b.cmd")))
    assert bool(found) is authip
    for hit in found:
        assert hit.fix == Fix(note="Put the same proposal on top of both sets, for example AES-256+SHA-384+DH20.")


def test_each_pair_of_sets_is_named_once() -> None:
    fleet = (
        side("aes256-sha384", "auth1=computerntlm", "a.cmd"),
        side("aes128-sha256", "auth1=computerntlm", "b.cmd"),
        side("aes128-sha256", "auth1=computerkerb auth2=userkerb", "c.cmd"),
    )
    assert len(hits("CR017", fleet)) == 1


def test_machines_with_windows_own_main_mode_are_not_compared() -> None:
    here = machine(consec(f"name=R {ANY} auth1=computerntlm"), name="a.cmd")
    there = side("aes128-sha256", "auth1=computerntlm", "b.cmd")
    assert hits("CR017", (here, there)) == []
    assert hits("CR017", (there, here)) == []


@cases(
    ("offered", "listed"),
    [
        (
            "esp:sha256-aes128,esp:sha256-aes192,esp:sha256-aes256",
            "ESP AES-128+SHA-256, ESP AES-192+SHA-256, ESP AES-256+SHA-256",
        ),
        ("esp:md5-des,esp:md5-3des,esp:sha1-des,esp:sha1-3des", "ESP DES+MD5, ESP 3DES+MD5, ESP DES+SHA-1 and 1 more"),
    ],
)
def test_three_proposals_are_listed_and_the_rest_counted(offered: str, listed: str) -> None:
    here = machine(consec(f"name=R {ANY} auth1=computerkerb qmsecmethods={offered}"), name="a.cmd")
    there = machine(consec(f"name=R {ANY} auth1=computerkerb qmsecmethods=ah:sha256"), name="b.cmd")
    (found,) = hits("CR018", (here, there))
    assert found.message.endswith(f": {listed} here, AH SHA-256 there")


def test_a_set_that_two_rules_use_is_reported_once() -> None:
    owner = machine(consec(f'name="Encryption zone" {PLAIN} qmsecmethods=ah:sha256,esp:sha256-aes128'))
    rules = owner.policy.connection_security_rules
    twice = Machine(name="m", policy=owner.policy.model_copy(update={"connection_security_rules": (*rules, *rules)}))
    (found,) = hits("CR020", twice)
    assert said(found.fix) == ["Encryption zone.proposals=ESP AES-128+SHA-256"]


def legacy(*lifetimes: int, methods: str = "ESP[3DES,SHA1]:100000k/3600s") -> Machine:
    lines = [
        "netsh ipsec static add filterlist name=F",
        "netsh ipsec static add filter filterlist=F srcaddr=me dstaddr=any",
    ]
    for number, minutes in enumerate(lifetimes):
        lines += [
            f'netsh ipsec static add policy name=P{number} mmlifetime={minutes} mmsecmethods="3DES-SHA1-3"',
            f'netsh ipsec static add filteraction name=A{number} action=negotiate qmsecmethods="{methods}"',
            f"netsh ipsec static add rule name=R{number} policy=P{number} filterlist=F filteraction=A{number}",
        ]
    return machine(*lines)


def test_a_legacy_policy_answers_for_its_own_rules_only() -> None:
    found = hits("CR023", legacy(1440, 480))
    assert [hit.subject.name for hit in found] == ["P0"]
    assert [label for label, _ in found[0].related] == ['filter action "A0" has no PFS']


def test_a_legacy_byte_lifetime_is_left_to_a_decision() -> None:
    (found,) = hits("CR009", legacy(480, methods="ESP[3DES,SHA1]:9000000k/3600s"))
    assert found.fix is not None
    assert found.fix.changes == ()
    assert found.fix.note is not None
    assert "4194304 KB at most" in found.fix.note


def test_a_modern_byte_lifetime_stays_with_a_better_cipher() -> None:
    rule = "qmsecmethods=esp:sha256-3des+60min+9000000kb"
    (found,) = hits("CR009", machine(consec(f"name=R {PLAIN} {rule}")))
    assert said(found.fix) == ["R.proposals=ESP AES-256+SHA-256"]


@cases(
    ("offered", "severity"),
    [
        ("esp:sha1-aes128", "warning"),
        ("esp:sha1-aes128,esp:sha256-aes128", "info"),
        ("esp:sha1-aes128,esp:aesgcm128-aesgcm128", "info"),
        ("esp:sha1-aes128,esp:none-aes128", "warning"),
        ("esp:sha1-aes128,esp:md5-aes128", "info"),
        ("ah:sha1+esp:md5-aes128", "warning"),
    ],
)
def test_sha1_is_worse_as_the_only_choice(offered: str, severity: str) -> None:
    (found,) = hits("CR004", machine(consec(f"name=R {PLAIN} qmsecmethods={offered}")))
    assert found.severity == severity
