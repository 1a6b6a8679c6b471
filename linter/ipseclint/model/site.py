"""What no export holds: facts about the network that the user writes into `[site]`."""

from enum import StrEnum

from pydantic import Field

from ipseclint.model.frozen import Frozen


class HostType(StrEnum):
    """What a machine is for."""

    CLIENT = "client"
    PORTABLE = "portable"
    SERVER = "server"
    MULTI_USER = "multi-user"
    HUB = "hub"
    GATEWAY = "gateway"
    DOMAIN_CONTROLLER = "domain-controller"


class NatGroup(Frozen):
    """Initiators that share one public address."""

    address: str
    initiators: int = Field(ge=1)


class Link(Frozen):
    """The speed of the network for a range of addresses, and the mean throughput if known."""

    range: str
    bits_per_second: int = Field(ge=1)
    throughput_bits_per_second: int | None = Field(default=None, ge=0)


class Site(Frozen):
    """The site's facts. None: not given, and rules that need it are listed as not checked.

    `drop_probability_budget` is the share of requests that may be dropped for having waited too long, 0 to 1.
    `start_ramp_seconds` is the time over which peers that start together are spread. What was measured of the IKE
    service on the host, which Windows does not publish: `ike_workers` negotiations worked on in parallel,
    `ike_main_mode_milliseconds` of worker time for a main mode, `ike_patience_seconds` until a request is dropped.
    """

    domain_controllers: tuple[str, ...] | None = None
    dns_servers: tuple[str, ...] | None = None
    dhcp_servers: tuple[str, ...] | None = None
    pki_servers: tuple[str, ...] | None = None
    virtual_addresses: tuple[str, ...] | None = None
    nat_groups: tuple[NatGroup, ...] | None = None
    links: tuple[Link, ...] | None = None
    peers: int | None = Field(default=None, ge=0)
    host_type: str | None = Field(
        default=None, pattern="^(client|portable|server|multi-user|hub|gateway|domain-controller)$"
    )
    non_ipsec_ranges: tuple[str, ...] | None = None
    non_member_ranges: tuple[str, ...] | None = None
    one_way_udp_receivers: tuple[str, ...] | None = None
    all_peers_support_authip: bool | None = None
    ip_fragments_dropped: bool | None = None
    first_deployment: bool | None = None
    internal_hosts: int | None = Field(default=None, ge=0)
    drop_probability_budget: float | None = Field(default=None, ge=0, le=1, allow_inf_nan=False)
    start_ramp_seconds: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    ike_workers: int | None = Field(default=None, ge=1, le=1_000_000)
    ike_main_mode_milliseconds: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    ike_patience_seconds: float | None = Field(default=None, ge=0, allow_inf_nan=False)
