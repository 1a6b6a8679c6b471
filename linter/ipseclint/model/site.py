"""Site facts: what the user writes into `[site]` about the network, which no export holds."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StrictBool, StrictFloat, StrictInt

from ipseclint.model import patterns
from ipseclint.model.selectors import Address, parse_address
from ipseclint.model.values import Table
from ipseclint.vocabulary.windows_releases import RELEASE_NAMES, release_called


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


_MAPPED = 0xFFFF
"""The prefix of an IPv4 address that is written as an IPv6 one (RFC 4291, 2.5.5.2)."""


def is_range(text: str) -> str:
    """The text itself, if it is an address, a subnet or a range. Raises ValueError."""
    _address(text, _NO_RANGE)
    return text


def _is_single(text: str) -> str:
    address = _address(text, "is not an IP address")
    if address.first != address.last or "-" in text:
        raise ValueError(f"{text!r} is more than one IP address; one is expected here")
    return text


def _address(text: str, fault: str) -> Address:
    address = parse_address(text)
    # A bare number is an address to netsh, but a mistake here.
    if address is None or not address.version or not set(text) & set(".:"):
        raise ValueError(f"{text!r} {fault}")
    if address.version == 6 and {address.first >> 32, address.last >> 32} == {_MAPPED}:
        raise ValueError(
            f"{text!r} is an IPv4 address in the form of IPv6: no rule of a policy meets it; write it as IPv4"
        )
    if address.last < address.first:
        raise ValueError(f"{text!r} ends before it begins")
    return address


AddressRange = Annotated[str, AfterValidator(is_range), patterns.RANGE]
"""An address, subnet or range as written; names are refused, since nothing here asks DNS."""

SingleAddress = Annotated[str, AfterValidator(_is_single), patterns.SINGLE]
"""One address as written."""

SiteFact = Literal[
    "windows",
    "domain_controllers",
    "dns_servers",
    "dhcp_servers",
    "pki_servers",
    "virtual_addresses",
    "nat_groups",
    "links",
    "peer",
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
    "responder_behind_nat",
    "nat_containers",
    "load_balancer_hides_clients",
    "vpn_clients",
]
"""A field of Site, by which a rule says what it needs; a type checker refuses any other word."""


def _is_release(text: str) -> str:
    release = release_called(text)
    if release is None:
        raise ValueError(f"{text!r} is not a release of Windows that is known; they are {', '.join(RELEASE_NAMES)}")
    return release.name


ReleaseName = Annotated[str, AfterValidator(_is_release), patterns.release(RELEASE_NAMES)]
"""The name of a release of Windows, such as `Windows Server 2022`."""

Count = Annotated[StrictInt, Field(ge=0)]


class NatGroup(Table):
    """Initiators that share one public address."""

    address: Annotated[SingleAddress, Field(description="The public address that they share")]
    initiators: Annotated[StrictInt, Field(ge=1, description="How many they are")]


class Link(Table):
    """The speed of the network for a range of addresses, and the mean throughput if known."""

    range: Annotated[AddressRange, Field(description="The addresses that are reached over it")]
    bits_per_second: Annotated[StrictInt, Field(ge=1, description="How fast it is")]
    throughput_bits_per_second: Annotated[Count | None, Field(description="How much it carries, on the mean")] = None


class SitePeer(Table):
    """A peer that is no Windows policy, in the words of a peer's description, or as a shipped one: `like`."""

    name: Annotated[str, Field(description="What it is called")]
    like: Annotated[str | None, Field(description="A peer that comes with the program: `negotiate --peers`")] = None
    implementation: Annotated[str | None, Field(description="strongswan, libreswan, azure, aws or windows")] = None
    answers_on: Annotated[tuple[SingleAddress, ...], Field(description="The addresses of its gateway")] = ()
    keying: Annotated[tuple[Literal["ikev1", "ikev2", "authip"], ...] | None, Field(description="Its key modules")] = (
        None
    )
    main_mode: Annotated[tuple[str, ...] | None, Field(description="Its main-mode suites, in order")] = None
    main_mode_lifetime: Annotated[str | None, Field(description="How long its main modes hold, such as 8h")] = None
    quick_mode: Annotated[tuple[str, ...] | None, Field(description="Its quick-mode suites, in order")] = None
    quick_mode_lifetime: Annotated[str | None, Field(description="How long its quick modes hold, such as 1h")] = None
    quick_mode_volume: Annotated[str | None, Field(description="How much they carry, such as 100000kb")] = None
    pfs: Annotated[tuple[str, ...] | None, Field(description="Its groups for perfect forward secrecy")] = None
    mode: Annotated[Literal["tunnel", "transport"] | None, Field(description="Its mode")] = None
    local: Annotated[tuple[AddressRange, ...] | None, Field(description="The addresses behind it")] = None
    remote: Annotated[tuple[AddressRange, ...] | None, Field(description="The addresses behind this end")] = None
    authentication: Annotated[tuple[str, ...] | None, Field(description="Its methods: psk, rsa, ecdsa, kerberos")] = (
        None
    )
    authorities: Annotated[tuple[str, ...] | None, Field(description="The certificate authorities it trusts")] = None
    identity: Annotated[str | None, Field(description="The identity that it shows")] = None
    expects: Annotated[str | None, Field(description="The identity that it expects this end to show")] = None


class Site(Table):
    """The site's facts. None: not given, and rules that need it are listed as not checked.

    What was measured of the IKE service on the host is the site's word, since Windows does not publish it.
    """

    windows: Annotated[
        tuple[ReleaseName, ...] | None,
        Field(
            description="The releases of Windows that the policy is for",
            examples=[["Windows 11 24H2", "Windows Server 2025"]],
        ),
    ] = None
    domain_controllers: Annotated[
        tuple[AddressRange, ...] | None,
        Field(description="Addresses of the domain controllers", examples=[["10.0.0.10", "10.0.0.11"]]),
    ] = None
    dns_servers: Annotated[
        tuple[AddressRange, ...] | None, Field(description="Addresses of the DNS servers", examples=[["10.0.0.10"]])
    ] = None
    dhcp_servers: Annotated[
        tuple[AddressRange, ...] | None, Field(description="Addresses of the DHCP servers", examples=[["10.0.0.12"]])
    ] = None
    pki_servers: Annotated[
        tuple[AddressRange, ...] | None,
        Field(description="Addresses that publish certificates and revocation lists", examples=[["10.0.0.20"]]),
    ] = None
    virtual_addresses: Annotated[
        tuple[AddressRange, ...] | None,
        Field(description="Addresses that a cluster or a load balancer moves between hosts", examples=[["10.0.5.100"]]),
    ] = None
    nat_groups: Annotated[
        tuple[NatGroup, ...] | None,
        Field(
            description="Initiators that share one public address: the address, and how many they are",
            examples=[[{"address": "203.0.113.7", "initiators": 300}]],
        ),
    ] = None
    links: Annotated[
        tuple[Link, ...] | None,
        Field(
            description="The speed of the network for a range, in bits per second, and its mean throughput if known",
            examples=[[{"range": "10.2.0.0/16", "bits_per_second": 100_000_000}]],
        ),
    ] = None
    peer: Annotated[
        tuple[SitePeer, ...] | None,
        Field(
            description="Peers that are no Windows policy, each a table `[[site.peer]]`; policies are held to them",
            examples=[[{"name": "Azure", "like": "azure-gateway", "answers_on": ["203.0.113.10"]}]],
        ),
    ] = None
    peers: Annotated[Count | None, Field(description="How many hosts negotiate with this one", examples=[4000])] = None
    host_type: Annotated[
        HostType | None, Field(description=f"What the machine is for: {', '.join(HostType)}", examples=["hub"])
    ] = None
    non_ipsec_ranges: Annotated[
        tuple[AddressRange, ...] | None,
        Field(description="Addresses of hosts that never speak IPsec, such as printers", examples=[["10.9.0.0/16"]]),
    ] = None
    non_member_ranges: Annotated[
        tuple[AddressRange, ...] | None,
        Field(description="Addresses of hosts that are in no domain", examples=[["10.8.0.0/16"]]),
    ] = None
    one_way_udp_receivers: Annotated[
        tuple[AddressRange, ...] | None,
        Field(
            description="Addresses that are sent UDP and never answer, such as log collectors", examples=[["10.0.0.30"]]
        ),
    ] = None
    all_peers_support_authip: Annotated[
        StrictBool | None,
        Field(description="Whether every peer is Windows Vista or newer, and so speaks AuthIP", examples=[True]),
    ] = None
    ip_fragments_dropped: Annotated[
        StrictBool | None, Field(description="Whether the network drops IP fragments", examples=[False])
    ] = None
    first_deployment: Annotated[
        StrictBool | None,
        Field(
            description="Whether the policy is being rolled out, and hosts without it still have to be reached",
            examples=[False],
        ),
    ] = None
    internal_hosts: Annotated[
        Count | None, Field(description="How many hosts stand behind this gateway", examples=[500])
    ] = None
    drop_probability_budget: Annotated[
        StrictFloat | None,
        Field(
            ge=0,
            le=1,
            allow_inf_nan=False,
            description="The share of requests that may be dropped for having waited too long, 0 to 1",
            examples=[0.001],
        ),
    ] = None
    start_ramp_seconds: Annotated[
        StrictFloat | None,
        Field(
            ge=0,
            allow_inf_nan=False,
            description="Over how many seconds peers that start together are spread",
            examples=[1800],
        ),
    ] = None
    ike_workers: Annotated[
        StrictInt | None,
        Field(
            ge=1,
            le=1_000_000,
            description="Measured on the host: how many negotiations are worked on in parallel",
            examples=[4],
        ),
    ] = None
    ike_main_mode_milliseconds: Annotated[
        StrictFloat | None,
        Field(
            gt=0,
            allow_inf_nan=False,
            description="Measured on the host: milliseconds of worker time for a main mode",
            examples=[20],
        ),
    ] = None
    ike_patience_seconds: Annotated[
        StrictFloat | None,
        Field(
            ge=0,
            allow_inf_nan=False,
            description="Measured on the host: seconds until a waiting request is dropped",
            examples=[60],
        ),
    ] = None
    responder_behind_nat: Annotated[
        StrictBool | None, Field(description="Whether the server that peers dial stands behind a NAT", examples=[False])
    ] = None
    nat_containers: Annotated[
        StrictBool | None,
        Field(description="Whether this host runs containers behind a NAT of its own (WinNAT)", examples=[False]),
    ] = None
    load_balancer_hides_clients: Annotated[
        StrictBool | None,
        Field(
            description="Whether a load balancer before this server puts its own address in the place of the clients'",
            examples=[False],
        ),
    ] = None
    vpn_clients: Annotated[
        Count | None, Field(description="How many clients may be connected to this VPN server at once", examples=[250])
    ] = None

    def says(self, fact: SiteFact) -> bool:
        """Whether a fact is given, be it that there are none.

        Clients of a VPN are peers, and those that a load balancer hides share an address.
        """
        if fact == "nat_groups" and self.load_balancer_hides_clients:
            return True
        return (self.expected_peers if fact == "peers" else getattr(self, fact)) is not None

    @property
    def expected_peers(self) -> int | None:
        """How many peers a host is to expect: `peers`, else the clients of its VPN."""
        return self.vpn_clients if self.peers is None else self.peers


NO_FACTS = Site()
"""A site without facts."""
