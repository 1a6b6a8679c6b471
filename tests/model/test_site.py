"""Addresses, releases and peers of a site."""

from __future__ import annotations

import re
from typing import Any, get_args

import pydantic
import pytest

from ipseclint.model.site import AddressRange, ReleaseName, SingleAddress, Site, SiteFact, is_range
from tests.cases import cases


def taken(kind: Any, text: str) -> object:
    """What a table takes for a value of a type. Raises ValidationError."""
    return pydantic.TypeAdapter(kind).validate_python(text)


@cases("text", ["10.0.0.1", "10.0.0.0/8", "10.0.0.1-10.0.0.9", "2001:db8::/32", "0.0.0.0/0", "10.0.0.1/32"])
def test_ranges_are_taken(text: str) -> None:
    assert is_range(text) == taken(AddressRange, text) == text


@cases(
    ("text", "fault"),
    [
        ("name", "is not an IP address, a subnet"),
        ("any", "is not an IP address, a subnet"),
        ("localsubnet", "is not an IP address, a subnet"),
        ("5", "is not an IP address, a subnet"),
        ("10.0.0.9-10.0.0.1", "ends before it begins"),
        ("::ffff:10.0.0.1", "is an IPv4 address in the form of IPv6"),
    ],
)
def test_ranges_are_refused(text: str, fault: str) -> None:
    with pytest.raises(ValueError, match=re.escape(fault)):
        is_range(text)
    with pytest.raises(pydantic.ValidationError, match=re.escape(fault)):
        taken(AddressRange, text)


def test_a_range_that_only_begins_in_ipv4_in_ipv6_is_one() -> None:
    assert is_range("::ffff:0.0.0.0-::ffff:1:0:0") == "::ffff:0.0.0.0-::ffff:1:0:0"


@cases(("text", "is_one"), [("10.0.0.1", True), ("::1", True), ("10.0.0.0/8", False), ("10.0.0.1-10.0.0.1", False)])
def test_one_address_is_one(text: str, *, is_one: bool) -> None:
    if is_one:
        assert taken(SingleAddress, text) == text
    else:
        with pytest.raises(pydantic.ValidationError, match="is more than one IP address"):
            taken(SingleAddress, text)
    with pytest.raises(pydantic.ValidationError, match="'x' is not an IP address"):
        taken(SingleAddress, "x")


def test_a_release_has_the_name_that_it_is_known_by() -> None:
    assert taken(ReleaseName, "server 2022") == "Windows Server 2022"
    with pytest.raises(pydantic.ValidationError, match="is not a release of Windows that is known"):
        taken(ReleaseName, "Windows 3.1")


def test_clients_of_a_vpn_are_peers_where_no_peers_are_said() -> None:
    nothing, clients, both = Site(), Site(vpn_clients=0), Site(peers=3, vpn_clients=9)
    assert [site.expected_peers for site in (nothing, clients, both)] == [None, 0, 3]
    assert [site.says("peers") for site in (nothing, clients, both)] == [False, True, True]
    assert (clients.says("vpn_clients"), clients.says("windows"), nothing.says("vpn_clients")) == (True, False, False)


def test_what_a_balancer_hides_shares_an_address() -> None:
    sites = (Site(load_balancer_hides_clients=True), Site(load_balancer_hides_clients=False), Site(nat_groups=()))
    assert [site.says("nat_groups") for site in sites] == [True, False, True]


def test_every_fact_of_a_site_can_be_one_that_a_rule_needs() -> None:
    assert set(get_args(SiteFact)) == set(Site.__struct_fields__)
