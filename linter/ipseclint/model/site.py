"""Site facts: what the user writes into `[site]` about the network, which no export holds."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StrictBool, StrictInt

from ipseclint.model.frozen import Frozen
from ipseclint.model.selectors import Address, parse_address


class HostType(StrEnum):
    """What a machine is for."""

    CLIENT = "client"
    PORTABLE = "portable"
    SERVER = "server"
    MULTI_USER = "multi-user"
    HUB = "hub"
    GATEWAY = "gateway"
    DOMAIN_CONTROLLER = "domain-controller"


_NO_RANGE = "is not an IP address, a subnet such as 10.0.0.0/8 or a range such as 10.0.0.1-10.0.0.9"


def _is_range(text: str) -> str:
    _address(text, _NO_RANGE)
    return text


def _is_single(text: str) -> str:
    address = _address(text, "is not an IP address")
    if address.first != address.last:
        raise ValueError(f"{text!r} is more than one IP address; one is expected here")
    return text


def _address(text: str, fault: str) -> Address:
    address = parse_address(text)
    # A bare number is an address to netsh, and a slip of the pen here.
    if address is None or not address.version or not set(text) & set(".:"):
        raise ValueError(f"{text!r} {fault}")
    if address.last < address.first:
        raise ValueError(f"{text!r} ends before it begins")
    return address


AddressRange = Annotated[str, AfterValidator(_is_range)]
"""An address, subnet or range as written; names are refused, since nothing here asks DNS."""

SingleAddress = Annotated[str, AfterValidator(_is_single)]
"""One address as written."""

SiteFact = Literal[
    "domain_controllers",
    "dns_servers",
    "dhcp_servers",
    "pki_servers",
    "virtual_addresses",
    "nat_groups",
    "links",
    "peers",
    "host_type",
    "non_ipsec_ranges",
    "non_member_ranges",
    "one_way_udp_receivers",
    "all_peers_support_authip",
    "ip_fragments_dropped",
    "first_deployment",
    "internal_hosts",
    "drop_probability_budget",
    "start_ramp_seconds",
    "ike_workers",
    "ike_main_mode_milliseconds",
    "ike_patience_seconds",
]
"""The name of a field of Site, by which a rule says what it needs: a type checker refuses any other word."""

Count = Annotated[StrictInt, Field(ge=0)]


class NatGroup(Frozen):
    """Initiators that share one public address."""

    address: SingleAddress
    initiators: StrictInt = Field(ge=1)


class Link(Frozen):
    """The speed of the network for a range of addresses, and the mean throughput if known."""

    range: AddressRange
    bits_per_second: StrictInt = Field(ge=1)
    throughput_bits_per_second: Count | None = None


class Site(Frozen):
    """The site's facts. None: not given, and rules that need it are listed as not checked.

    `drop_probability_budget` is the share of requests that may be dropped for having waited too long, 0 to 1.
    `start_ramp_seconds` is the time over which peers that start together are spread. What was measured of the IKE
    service on the host, which Windows does not publish: `ike_workers` negotiations worked on in parallel,
    `ike_main_mode_milliseconds` of worker time for a main mode, `ike_patience_seconds` until a request is dropped.
    """

    domain_controllers: tuple[AddressRange, ...] | None = None
    dns_servers: tuple[AddressRange, ...] | None = None
    dhcp_servers: tuple[AddressRange, ...] | None = None
    pki_servers: tuple[AddressRange, ...] | None = None
    virtual_addresses: tuple[AddressRange, ...] | None = None
    nat_groups: tuple[NatGroup, ...] | None = None
    links: tuple[Link, ...] | None = None
    peers: Count | None = None
    host_type: HostType | None = None
    non_ipsec_ranges: tuple[AddressRange, ...] | None = None
    non_member_ranges: tuple[AddressRange, ...] | None = None
    one_way_udp_receivers: tuple[AddressRange, ...] | None = None
    all_peers_support_authip: StrictBool | None = None
    ip_fragments_dropped: StrictBool | None = None
    first_deployment: StrictBool | None = None
    internal_hosts: Count | None = None
    drop_probability_budget: float | None = Field(default=None, ge=0, le=1, allow_inf_nan=False)
    start_ramp_seconds: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    ike_workers: StrictInt | None = Field(default=None, ge=1, le=1_000_000)
    ike_main_mode_milliseconds: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    ike_patience_seconds: float | None = Field(default=None, ge=0, allow_inf_nan=False)

    def says(self, fact: SiteFact) -> bool:
        """Whether a fact is given, be it that there are none."""
        return getattr(self, fact) is not None
