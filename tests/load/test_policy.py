"""What of the load a site's facts say."""

from __future__ import annotations

from ipseclint.load.policy import site_parameters
from ipseclint.model.site import NatGroup, Site


def test_a_nat_and_a_load_balancer_say_how_many_peers_come_from_one_address() -> None:
    groups = (NatGroup(address="203.0.113.9", initiators=800), NatGroup(address="203.0.113.8", initiators=2))
    assert site_parameters(Site(peers=1000, nat_groups=groups))["peers_per_address"].value == 800
    assert site_parameters(Site(peers=500, nat_groups=groups))["peers_per_address"].value == 500
    hidden = Site(vpn_clients=250, load_balancer_hides_clients=True)
    assert [site_parameters(hidden)[name].value for name in ("peers", "peers_per_address")] == [250, 250]
    assert site_parameters(Site(peers=1000))["peers_per_address"].value == 1
