"""What of the load a site's facts say."""

from __future__ import annotations

import json

import pytest

from ipseclint.formats.powershell import cim_json
from ipseclint.load.parameters import Parameters
from ipseclint.load.policy import SERVER_DEFAULT, policy_loads, site_parameters
from ipseclint.model.machine import Machine
from ipseclint.model.site import NatGroup, Site
from ipseclint.semantics.defaults import completed
from ipseclint.source import bytes_source


def test_a_nat_and_a_load_balancer_say_how_many_peers_come_from_one_address() -> None:
    groups = (NatGroup(address="203.0.113.9", initiators=800), NatGroup(address="203.0.113.8", initiators=2))
    assert site_parameters(Site(peers=1000, nat_groups=groups))["peers_per_address"].value == 800
    assert site_parameters(Site(peers=500, nat_groups=groups))["peers_per_address"].value == 500
    hidden = Site(vpn_clients=250, load_balancer_hides_clients=True)
    assert [site_parameters(hidden)[name].value for name in ("peers", "peers_per_address")] == [250, 250]
    assert site_parameters(Site(peers=1000))["peers_per_address"].value == 1


@pytest.mark.parametrize(
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
