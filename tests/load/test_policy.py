"""What of the load a site's facts say."""

from __future__ import annotations

import json

import pytest

from ipseclint.formats.netsh import script as netsh_script
from ipseclint.formats.powershell import cim_json
from ipseclint.formats.powershell.script import format as powershell_script
from ipseclint.load.parameters import Parameters
from ipseclint.load.policy import SERVER_DEFAULT, policy_loads, shares, site_parameters
from ipseclint.model.machine import Machine
from ipseclint.model.site import NatGroup, Site
from ipseclint.semantics.defaults import completed
from ipseclint.source import bytes_source
from tests.cases import cases


def test_a_nat_and_a_load_balancer_say_how_many_peers_come_from_one_address() -> None:
    groups = (NatGroup(address="203.0.113.9", initiators=800), NatGroup(address="203.0.113.8", initiators=2))
    assert site_parameters(Site(peers=1000, nat_groups=groups))["peers_per_address"].value == 800
    assert site_parameters(Site(peers=500, nat_groups=groups))["peers_per_address"].value == 500
    hidden = Site(vpn_clients=250, load_balancer_hides_clients=True)
    assert [site_parameters(hidden)[name].value for name in ("peers", "peers_per_address")] == [250, 250]
    assert site_parameters(Site(peers=1000))["peers_per_address"].value == 1


@cases(
    ("lifetimes", "told"),
    [
        ({}, ((28_800, SERVER_DEFAULT), (28_800, SERVER_DEFAULT), (102_400, SERVER_DEFAULT))),
        ({"SALifeTime": 200}, ((28_800, SERVER_DEFAULT), (28_800, SERVER_DEFAULT), (102_400, SERVER_DEFAULT))),
        (
            {"SALifeTime": 3600, "MMSALifeTime": 7200, "SADataSizeForRenegotiation": 2048},
            ((7200, "the policy, a.json:1"), (3600, "the policy, a.json:1"), (2048, "the policy, a.json:1")),
        ),
    ],
)
def test_a_vpn_server_that_says_no_lifetimes_has_its_own_defaults(
    lifetimes: dict[str, int], told: tuple[tuple[float, str], ...]
) -> None:
    server = {"CimClass": "VpnServerIPsecDefaultConfiguration", "EncryptionType": "RequireEncryption", "Ikev2Ports": 9}
    parsed = cim_json.parse(bytes_source("a.json", json.dumps(server | lifetimes).encode()))
    machine = Machine(name="m", policy=completed(parsed.policy))
    (load,) = policy_loads(machine)
    parameters = load.applied_to(Parameters.defaults())
    names = ("main_mode_lifetime_seconds", "quick_mode_lifetime_seconds", "quick_mode_lifetime_kilobytes")
    assert tuple((parameters[name].value, parameters[name].source) for name in names) == told


GLOBAL = "netsh advfirewall set global mainmode"
MAIN = f"{GLOBAL} mmkeylifetime 60min,{{limit}}sess\n{GLOBAL} mmsecmethods dhgroup14:aes256-sha256\n"
RULE = (
    "netsh advfirewall consec add rule name=R endpoint1=any endpoint2=10.0.0.0/8 action=requireinrequireout"
    " qmsecmethods=esp:sha256-aes256+30min+50000kb\n"
)
QUICK = (
    "New-NetIPsecQuickModeCryptoSet -DisplayName Q -Proposal"
    " (New-NetIPsecQuickModeCryptoProposal -Encapsulation ESP -ESPHash SHA256 -Encryption AES256 -MaxMinutes 20)\n"
)


STATIC = (
    "netsh ipsec static add policy P assign=yes mmpfs={pfs} qmpermm={limit}\n"
    "netsh ipsec static add filterlist L\nnetsh ipsec static add filter L me any\n"
    'netsh ipsec static add filteraction A qmsec="ESP[3DES,SHA1]:100000k/3600s"\n'
    "netsh ipsec static add rule R P L A kerberos=yes\n"
)


def of_script(text: str) -> Machine:
    parse = powershell_script.parse if text.startswith("New-") else netsh_script.parse
    return Machine(name="m", policy=completed(parse(bytes_source("a", text.encode())).policy))


@cases(
    ("text", "numbers"),
    [
        ("", []),
        (MAIN.format(limit=5), [{"main_mode_lifetime_seconds": 3600, "quick_mode_limit": 5}]),
        (QUICK, [{"quick_mode_lifetime_seconds": 1200, "quick_mode_lifetime_kilobytes": 100_000}]),
        (
            MAIN.format(limit=5) + RULE,
            [
                {
                    "main_mode_lifetime_seconds": 3600,
                    "quick_mode_limit": 5,
                    "quick_mode_lifetime_seconds": 1800,
                    "quick_mode_lifetime_kilobytes": 50_000,
                }
            ],
        ),
    ],
    ids=["nothing", "main mode alone", "quick mode alone", "both"],
)
def test_sets_count_in_pairs_or_alone(text: str, numbers: list[dict[str, int]]) -> None:
    assert [load.numbers for load in policy_loads(of_script(text))] == numbers


@cases(
    ("limit", "per_hour", "told"),
    [
        (0, 0, "unlimited"),
        (1, 2, "1 quick mode for each main mode"),
        (5, 0.4, "5 quick modes for each main mode"),
    ],
)
def test_each_setting_tells_its_value_and_what_it_causes(limit: int, per_hour: float, told: str) -> None:
    sets = 'main-mode crypto set "default main-mode crypto set" and quick-mode crypto set "R"'
    one = of_script(MAIN.format(limit=limit) + RULE)
    assert {share.label: (share.per_second * 3600, share.detail) for share in shares(one)} == {
        "main-mode lifetime": (pytest.approx(1), f"3,600 s; {sets}"),
        "limit of quick modes per main mode": (pytest.approx(per_hour), f"{told}; {sets}"),
        "quick-mode lifetime": (pytest.approx(2), f"1,800 s; {sets}"),
        "lifetime by volume": (0, f"50,000 KB, traffic not given; {sets}"),
    }


def test_of_what_nobody_set_it_tells_that_windows_has_it() -> None:
    told = {share.label: share.detail.partition(";")[0] for share in shares(of_script(RULE.replace("+30min", "")))}
    assert told == {
        "main-mode lifetime": "28,800 s, Windows' default",
        "limit of quick modes per main mode": "unlimited, Windows' default",
        "quick-mode lifetime": "3,600 s, Windows' default",
        "lifetime by volume": "50,000 KB, traffic not given",
    }


@cases(("pfs", "limit", "told"), [("no", 5, 5), ("yes", 5, 1), ("no", 0, 0), ("yes", 0, 1)])
def test_perfect_forward_secrecy_of_the_master_key_is_a_limit_of_one(pfs: str, limit: int, told: int) -> None:
    (load,) = policy_loads(of_script(STATIC.format(pfs=pfs, limit=limit)))
    assert load.numbers["quick_mode_limit"] == told
    assert (load.master_pfs is not None) is (pfs == "yes")
