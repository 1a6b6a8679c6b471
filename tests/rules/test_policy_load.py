"""What a policy gives to the load model, and what of the negotiation load each setting causes."""

from __future__ import annotations

import pytest

from ipseclint.load.parameters import Parameters, Provenance
from ipseclint.load.policy import (
    assignments,
    costliest,
    policy_loads,
    shares,
    site_parameters,
    with_main_mode_seconds,
)
from ipseclint.load.service import CryptoRates
from ipseclint.load.suite import suite_cost
from ipseclint.model.machine import Machine
from ipseclint.model.policy import (
    AuthenticationMethod,
    AuthenticationSet,
    AuthMethod,
    AuthPhase,
    CertificateSigning,
    Policy,
)
from ipseclint.model.site import Link, Site
from ipseclint.vocabulary.algorithms import DhGroup, KeyModule
from tests.cases import cases
from tests.made_objects import (
    authentication_set,
    main_mode_proposal,
    main_mode_set,
    method,
    quick_mode_proposal,
    quick_mode_set,
    said,
)
from tests.rules.rule_inputs import machine

RULE = (
    'netsh advfirewall consec add rule name="{name}" endpoint1=any endpoint2={to} action=requireinrequestout '
    "auth1={auth} qmsecmethods=esp:sha256-aes128+{minutes}min+{kilobytes}kb {more}"
)


def rule(
    name: str = "S",
    to: str = "10.1.0.0/16",
    auth: str = "computerkerb",
    minutes: int = 60,
    kilobytes: int = 100_000,
    more: str = "",
) -> str:
    return RULE.format(name=name, to=to, auth=auth, minutes=minutes, kilobytes=kilobytes, more=more)


LIFETIMES = "netsh advfirewall set global mainmode mmkeylifetime 5min,3sess"
FILTER_ACTION = (
    'netsh ipsec static add filteraction name=A action=negotiate qmsecmethods="ESP[3DES,SHA1]:100000k/600s" qmpfs={pfs}'
)


def legacy_policy(name: str = "P", limit: int = 0, *, master_pfs: bool = False, group: int = 3) -> str:
    return (
        f"netsh ipsec static add policy name={name} mmlifetime=480 qmpermm={limit} "
        f"mmpfs={'yes' if master_pfs else 'no'} mmsecmethods=3DES-SHA1-{group}"
    )


def test_what_is_written_is_yours_and_the_rest_is_windows_default() -> None:
    (load,) = policy_loads(machine(LIFETIMES, rule(minutes=10)))
    parameters = load.applied_to(Parameters.defaults())
    values = {name: parameters[name].value for name in load.settings}
    assert values == {
        "main_mode_lifetime_seconds": 300,
        "quick_mode_limit": 3,
        "quick_mode_lifetime_seconds": 600,
        "quick_mode_lifetime_kilobytes": 100_000,
    }
    assert {parameters[name].provenance for name in load.settings} == {Provenance.YOURS}
    (plain,) = policy_loads(machine(rule()))
    assert plain.applied_to(Parameters.defaults())["main_mode_lifetime_seconds"].provenance is Provenance.DOCUMENTED


def test_the_costliest_of_several_rules_decides_with_and_without_peers() -> None:
    several = machine(LIFETIMES, rule("A", minutes=60), rule("B", "10.2.0.0/16", minutes=5))
    for peers in (0, 1000):
        load = costliest(policy_loads(several), Parameters.defaults().with_user_values(peers=peers))
        assert load is not None
        assert load.numbers["quick_mode_lifetime_seconds"] == 300


def test_nothing_is_no_load() -> None:
    empty = machine("netsh advfirewall set allprofiles state on")
    assert list(policy_loads(empty)) == []
    assert list(shares(empty)) == []
    assert costliest([], Parameters.defaults()) is None


def test_lifetimes_without_a_rule_count_too() -> None:
    (load,) = policy_loads(machine(LIFETIMES))
    assert load.numbers == {"main_mode_lifetime_seconds": 300, "quick_mode_limit": 3}
    assert load.sets == 'main-mode crypto set "default main-mode crypto set"'
    (load,) = policy_loads(machine(FILTER_ACTION.format(pfs="no")))
    assert load.numbers == {"quick_mode_lifetime_seconds": 600, "quick_mode_lifetime_kilobytes": 100_000}
    assert load.sets == 'filter action "A"'


def test_sets_of_windows_are_no_load_of_their_own() -> None:
    sets = Policy(
        main_mode_crypto_sets=(main_mode_set("M"), main_mode_set("Windows", builtin=True)),
        quick_mode_crypto_sets=(quick_mode_set("Windows", builtin=True),),
    )
    (load,) = policy_loads(Machine(name="m", policy=sets))
    assert load.sets == 'main-mode crypto set "M"'


def test_master_key_pfs_makes_every_quick_mode_take_a_main_mode_of_its_own_policy() -> None:
    (load,) = policy_loads(machine(legacy_policy(limit=5, master_pfs=True), FILTER_ACTION.format(pfs="no")))
    assert load.numbers["quick_mode_limit"] == 1
    namesake = (
        "netsh advfirewall mainmode add rule name=P endpoint1=any endpoint2=any auth1=computerkerb "
        "mmsecmethods=dhgroup14:aes128-sha256 mmkeylifetime=60min"
    )
    loads = policy_loads(machine(legacy_policy(master_pfs=True), namesake, rule()))
    limits = {each.main.name: each.numbers["quick_mode_limit"] for each in loads if each.main is not None}
    assert limits["P"] == 0


def test_the_site_gives_peers_traffic_ramp_and_host() -> None:
    site = Site(
        peers=100,
        start_ramp_seconds=60,
        ike_workers=4,
        ike_patience_seconds=12,
        ike_main_mode_milliseconds=2,
        links=(Link(range="10.0.0.0/8", bits_per_second=10**9, throughput_bits_per_second=10**8),),
    )
    workload = site_parameters(site).workload()
    assert (workload.peers, workload.ramp_seconds, workload.workers, workload.patience_seconds) == (100, 60, 4, 12)
    assert workload.throughput_bits_per_second == 10**6
    assert workload.main_mode_service_seconds == pytest.approx(0.002)
    assert workload.quick_mode_service_seconds == pytest.approx(0.002 * 0.004 / 0.509)
    assert site_parameters(Site()).entries == Parameters.defaults().entries


@cases(
    "site",
    [
        Site(peers=100),
        Site(peers=100, links=(Link(range="10.0.0.0/8", bits_per_second=10**9),)),
        Site(links=(Link(range="10.0.0.0/8", bits_per_second=10**9, throughput_bits_per_second=10**8),)),
    ],
)
def test_traffic_of_a_peer_takes_both_the_traffic_and_the_peers(site: Site) -> None:
    assert site_parameters(site)["throughput_bits_per_second"] == Parameters.defaults()["throughput_bits_per_second"]


def test_an_assumed_quick_mode_lies_between_its_share_of_the_main_mode_and_all_of_it() -> None:
    assumed = with_main_mode_seconds(Parameters.defaults(), "given", 0.509)["quick_mode_service_seconds"]
    assert (assumed.value, assumed.low, assumed.high) == pytest.approx((0.004, 0.004, 0.509))
    given = Parameters.defaults().with_user_values(quick_mode_service_seconds=0.1)
    kept = with_main_mode_seconds(given, "given", 0.509)["quick_mode_service_seconds"]
    assert (kept.value, kept.low, kept.high) == (0.1, 0.1, 0.1)


def test_each_setting_has_its_share_of_the_load() -> None:
    site = Site(
        peers=10,
        links=(Link(range="10.0.0.0/8", bits_per_second=10**9, throughput_bits_per_second=10**7),),
    )
    found = {share.label: share for share in shares(machine(LIFETIMES, rule(minutes=10), site=site))}
    assert found["main-mode lifetime"].per_second == pytest.approx(1 / 300)
    assert found["quick-mode lifetime"].per_second == pytest.approx(1 / 600)
    assert found["lifetime by volume"].per_second == pytest.approx(1e6 / (8 * 1024 * 100_000))
    assert found["limit of quick modes per main mode"].per_second == pytest.approx(1 / 600 / 3)


def test_a_share_tells_the_value_where_it_comes_from_and_the_sets() -> None:
    of_both = 'main-mode crypto set "default main-mode crypto set" and quick-mode crypto set "S"'
    assert [share.detail for share in shares(machine(LIFETIMES, rule(minutes=10)))] == [
        f"300 s; {of_both}",
        f"3 quick modes for each main mode; {of_both}",
        f"600 s; {of_both}",
        f"100,000 KB, traffic not given; {of_both}",
    ]
    assert [share.detail for share in shares(machine(FILTER_ACTION.format(pfs="no")))] == [
        '28,800 s, Windows\' default; filter action "A"',
        'unlimited, Windows\' default; filter action "A"',
        '600 s; filter action "A"',
        '100,000 KB, traffic not given; filter action "A"',
    ]


def test_a_change_of_a_parameter_is_a_change_of_the_set_that_says_it() -> None:
    (load,) = policy_loads(machine(LIFETIMES, rule(minutes=10)))
    (main,) = assignments(load, "main_mode_lifetime_seconds", 28_800)
    assert (main.target, main.field, main.value) == (load.main, "lifetime_seconds", 28_800)
    (quick,) = assignments(load, "quick_mode_lifetime_seconds", 3_600)
    assert [each.lifetime_seconds.known for each in quick.value] == [3_600]
    assert assignments(load, "peers", 3) == ()
    (of_windows,) = policy_loads(machine(rule()))
    assert assignments(of_windows, "main_mode_lifetime_seconds", 28_800) == ()


@cases(
    ("policy", "name", "value", "changes"),
    [
        (legacy_policy(limit=5), "quick_mode_limit", 0, [("quick_mode_limit", 0)]),
        (legacy_policy(limit=5), "quick_mode_limit", 5, [("quick_mode_limit", 5)]),
        (legacy_policy(limit=0, master_pfs=True), "quick_mode_limit", 0, [("master_pfs", False)]),
        (
            legacy_policy(limit=5, master_pfs=True),
            "quick_mode_limit",
            0,
            [("master_pfs", False), ("quick_mode_limit", 0)],
        ),
        (
            legacy_policy(limit=5, master_pfs=True),
            "main_mode_lifetime_seconds",
            57_600,
            [("lifetime_seconds", 57_600)],
        ),
    ],
)
def test_a_limit_is_lifted_only_without_master_key_pfs(
    policy: str, name: str, value: int, changes: list[tuple[str, object]]
) -> None:
    (load,) = policy_loads(machine(policy))
    assert [(assignment.field, assignment.value) for assignment in assignments(load, name, value)] == changes


@cases(
    ("line", "agreement", "signature", "pfs", "unmeasured"),
    [
        (rule(auth="computerpsk auth1psk=Sommer-7"), "modp2048", None, None, ()),
        # AuthIP, which all these know, exchanges no keys in main mode unless it is forced to.
        (rule(), None, None, None, ()),
        (rule(more="qmpfs=ecdhp384"), None, None, "ecp384", ()),
        (rule(more="qmpfs=mainmode"), None, None, "modp2048", ()),
        (rule(auth='computercert auth1ca="CN=Root"'), None, "rsa2048", None, ()),
        (rule(auth='computercertecdsap384 auth1ecdsap384ca="CN=Root"'), None, "ecdsa384", None, ()),
    ],
)
def test_the_suite_of_a_policy(
    line: str, agreement: str | None, signature: str | None, pfs: str | None, unmeasured: tuple[str, ...]
) -> None:
    host = machine("netsh advfirewall set global mainmode mmsecmethods dhgroup14:aes128-sha256", line)
    (load,) = policy_loads(host)
    cost = suite_cost(host, load)
    assert (cost.suite.key_agreement, cost.suite.signature, cost.pfs_group) == (agreement, signature, pfs)
    assert cost.unmeasured == unmeasured


@cases(("number", "unmeasured"), [(2, ("DH2",)), (3, ())])
def test_a_group_that_was_not_measured_counts_like_dh14_in_both_modes(number: int, unmeasured: tuple[str, ...]) -> None:
    host = machine(legacy_policy(group=number), FILTER_ACTION.format(pfs="yes"))
    (load,) = policy_loads(host)
    cost = suite_cost(host, load)
    assert (cost.suite.key_agreement, cost.pfs_group, cost.unmeasured) == ("modp2048", "modp2048", unmeasured)


@cases(
    ("module", "forced", "words"),
    [
        (KeyModule.AUTHIP, False, "no key agreement and no signature"),
        (KeyModule.AUTHIP, True, "ecp384 and no signature"),
        (KeyModule.IKEV1, False, "ecp384 and no signature"),
    ],
)
def test_authip_agrees_on_keys_only_when_forced(module: KeyModule, forced: bool, words: str) -> None:
    main = main_mode_set(key_module=said(module), force_dh=said(forced))
    kerberos = authentication_set("A", method(AuthMethod.COMPUTER_KERBEROS))
    host = Machine(name="m", policy=Policy(main_mode_crypto_sets=(main,), authentication_sets=(kerberos,)))
    (load,) = policy_loads(host)
    assert suite_cost(host, load).words == words


def certificate(signing: CertificateSigning) -> AuthenticationMethod:
    return method(AuthMethod.COMPUTER_CERTIFICATE, signing=said(signing))


WINDOWS = authentication_set("Windows", method(AuthMethod.COMPUTER_KERBEROS), builtin=True)
KEY = authentication_set("Key", method(AuthMethod.PRESHARED_KEY))
HEALTH = authentication_set("Health", certificate(CertificateSigning.ECDSA_P384), phase=AuthPhase.SECOND)


@cases(
    ("sets", "words"),
    [
        ((), "ecp384 and rsa2048"),
        ((WINDOWS,), "ecp384 and rsa2048"),
        ((HEALTH,), "ecp384 and rsa2048"),
        ((KEY, HEALTH), "ecp384 and no signature"),
    ],
)
def test_main_mode_signs_for_the_first_authentication_that_somebody_chose(
    sets: tuple[AuthenticationSet, ...], words: str
) -> None:
    host = Machine(name="m", policy=Policy(main_mode_crypto_sets=(main_mode_set(),), authentication_sets=sets))
    (load,) = policy_loads(host)
    assert suite_cost(host, load).words == words


def test_what_costs_most_is_told_by_the_rates_in_use() -> None:
    groups = (DhGroup.GROUP_14, DhGroup.ECP_384)
    main = main_mode_set(proposals=tuple(main_mode_proposal(group=each) for each in groups))
    quick = quick_mode_set(proposals=tuple(quick_mode_proposal(pfs_group=said(group)) for group in groups))
    signed = authentication_set("A", *map(certificate, (CertificateSigning.RSA, CertificateSigning.ECDSA_P384)))
    sets = Policy(main_mode_crypto_sets=(main,), quick_mode_crypto_sets=(quick,), authentication_sets=(signed,))
    host = Machine(name="m", policy=sets)
    (load,) = policy_loads(host)
    usual = suite_cost(host, load)
    assert (usual.words, usual.pfs_group) == ("ecp384 and ecdsa384", "ecp384")
    quick_curves = CryptoRates(
        {"modp2048": 1_000, "ecp256": 20_000, "ecp384": 10_000},
        {"rsa2048": (1_000, 30_000), "ecdsa384": (10_000, 5_000)},
        "a host with quick curves",
    )
    here = suite_cost(host, load, quick_curves)
    assert (here.words, here.pfs_group) == ("modp2048 and rsa2048", "modp2048")


@cases(("module", "group"), [(KeyModule.IKEV1, DhGroup.ECP_256), (KeyModule.AUTHIP, DhGroup.GROUP_14)])
def test_nothing_is_proposed_for_the_cheapest_group_or_for_none(module: KeyModule, group: DhGroup) -> None:
    main = main_mode_set(proposals=(main_mode_proposal(group=group),), key_module=said(module), force_dh=said(False))
    host = Machine(name="m", policy=Policy(main_mode_crypto_sets=(main,)))
    (load,) = policy_loads(host)
    assert list(suite_cost(host, load).changes()) == []


def test_a_dear_suite_costs_more_and_a_cheaper_one_is_proposed() -> None:
    host = machine(
        "netsh advfirewall set global mainmode mmsecmethods ecdhp384:aes128-sha256",
        rule(auth="computerpsk auth1psk=Sommer-7", more="qmpfs=ecdhp384"),
    )
    (load,) = policy_loads(host)
    cost = suite_cost(host, load)
    before = Parameters.defaults()
    after = cost.applied_to(before)
    quick = after["quick_mode_service_seconds"].value - before["quick_mode_service_seconds"].value
    assert quick == pytest.approx(2 / 1_375)
    assert [each.label for each in cost.changes()] == [
        "main-mode group DH19 for DH20, on all peers together",
        "no perfect forward secrecy in quick mode (ecp384), on all peers together",
    ]
    settled = before.with_user_values(main_mode_service_seconds=0.5, quick_mode_service_seconds=0.1)
    assert cost.applied_to(settled).entries == settled.entries
