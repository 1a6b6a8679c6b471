"""The load parameters that a policy sets: lifetimes and limits, with their places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from msgspec import Struct

from ipseclint.load.parameters import HP_UX_QUICK_TO_MAIN, Parameters, Provenance
from ipseclint.load.scenarios import steady_utilisation
from ipseclint.load.workload import BITS_PER_KILOBYTE, quick_mode_renewals_per_second
from ipseclint.model.change import Assign
from ipseclint.model.kinds import label
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Dialect, IpsecPolicy, MainModeCryptoSet, QuickModeCryptoSet
from ipseclint.model.setting import Setting, default
from ipseclint.model.site import Site
from ipseclint.report import LoadShare
from ipseclint.semantics.effective import (
    byte_lifetime,
    main_mode_lifetime,
    quick_mode_lifetime,
    quick_mode_limit,
    with_byte_lifetime,
    with_lifetime,
)
from ipseclint.semantics.pairing import crypto_pairs, vpn_pairs
from ipseclint.semantics.scope import in_force
from ipseclint.vocabulary.remote_access import DEFAULT_LIFETIME_KILOBYTES, DEFAULT_LIFETIME_SECONDS
from ipseclint.words import plural, series, short

SETTING_WORDS = MappingProxyType(
    {
        "main_mode_lifetime_seconds": "main-mode lifetime",
        "quick_mode_limit": "limit of quick modes per main mode",
        "quick_mode_lifetime_seconds": "quick-mode lifetime",
        "quick_mode_lifetime_kilobytes": "lifetime by volume",
    }
)
"""The parameters that a policy decides, and what an administrator calls them."""

_MAIN_MODE_FIELDS = MappingProxyType(
    {"main_mode_lifetime_seconds": "lifetime_seconds", "quick_mode_limit": "quick_mode_limit"}
)
_RAISED = MappingProxyType(
    {"quick_mode_lifetime_seconds": with_lifetime, "quick_mode_lifetime_kilobytes": with_byte_lifetime}
)
"""The function that raises each lifetime of a quick-mode set."""

_SITE = "[site] of the configuration"
_MILLISECONDS = 1000
WINDOWS_DEFAULT = "Windows' default; the policy does not say otherwise"
SERVER_DEFAULT = "RRAS' default, of MS-RRASM 4 and its tab IKEv2; the policy does not say otherwise"


class PolicyLoad(Struct, frozen=True):
    """A main-mode set and a quick-mode set that work together, or one of them, as inputs of the load model.

    `settings` are the values in effect by the parameter's name: of several proposals the costliest, since any can be
    chosen. A missing value is not known or not set.
    """

    main: MainModeCryptoSet | None
    quick: QuickModeCryptoSet | None
    settings: Mapping[str, Setting[int]]
    master_pfs: IpsecPolicy | None = None
    """The policy whose master-key perfect forward secrecy sets the limit of quick modes to 1; None if none does."""

    @property
    def numbers(self) -> dict[str, int]:
        """The known values by the parameter's name."""
        return {name: value for name, item in self.settings.items() if (value := item.known) is not None}

    @property
    def sets(self) -> str:
        """The sets by name, for a report."""
        return series(label(crypto_set) for crypto_set in (self.main, self.quick) if crypto_set is not None)

    @property
    def is_of_vpn(self) -> bool:
        """Whether they are a suite of Routing and Remote Access."""
        return self.quick is not None and self.quick.dialect is Dialect.VPN

    def applied_to(self, parameters: Parameters) -> Parameters:
        """The parameters with the policy's values: those written are yours, the others Windows' documented defaults."""
        for name, item in self.settings.items():
            if item.known is None:
                continue
            if item.is_explicit:
                source = f"the policy, {item.span.path}:{item.span.line}"
                parameters = parameters.with_user_values(source, **{name: item.known})
            else:
                source = SERVER_DEFAULT if self.is_of_vpn else WINDOWS_DEFAULT
                parameters = parameters.with_documented(source, **{name: item.known})
        return parameters


def policy_loads(machine: Machine) -> Iterator[PolicyLoad]:
    """The load of each pair of sets of the machine, each combination of numbers once.

    Sets that no rule combines count only if there are no others: a script may set lifetimes alone.
    """
    master_pfs = {each.name.casefold(): each for each in machine.policy.policies if each.master_pfs.known}
    seen: set[tuple[tuple[str, int], ...]] = set()
    for main, quick in _pairs(machine):
        policy = (
            master_pfs.get(main.name.casefold())
            if main is not None and main.dialect is Dialect.IP_SECURITY_POLICY
            else None
        )
        load = _load(main, quick, policy)
        key = tuple(load.numbers.items())
        if key not in seen:
            seen.add(key)
            yield load


def costliest(loads: Iterable[PolicyLoad], parameters: Parameters) -> PolicyLoad | None:
    """The load that keeps the workers busiest once all is established; the first of equal ones."""
    probe = parameters if parameters["peers"].value > 0 else parameters.with_user_values(peers=1)
    return max(loads, key=lambda load: steady_utilisation(load.applied_to(probe).workload()), default=None)


def site_parameters(site: Site) -> Parameters:
    """The model's parameters with the site's facts: its peers, their traffic, the ramp of a start, the host."""
    peers = site.expected_peers
    values: dict[str, float | None] = {
        "peers": peers,
        "peers_per_address": _peers_per_address(site, peers),
        "ramp_seconds": site.start_ramp_seconds,
        "workers": site.ike_workers,
        "patience_seconds": site.ike_patience_seconds,
    }
    traffic = [link.throughput_bits_per_second for link in site.links or () if link.throughput_bits_per_second]
    if peers and traffic:
        values["throughput_bits_per_second"] = sum(traffic) / peers
    parameters = Parameters.defaults().with_user_values(
        _SITE, **{name: value for name, value in values.items() if value is not None}
    )
    if site.ike_main_mode_milliseconds is None:
        return parameters
    return with_main_mode_seconds(parameters, _SITE, site.ike_main_mode_milliseconds / _MILLISECONDS)


def _peers_per_address(site: Site, peers: int | None) -> int | None:
    """The most peers that come from one address: those of the largest NAT, or all, where a load balancer hides them."""
    if site.load_balancer_hides_clients and peers:
        return peers
    largest = max((group.initiators for group in site.nat_groups or ()), default=None)
    return largest if largest is None or peers is None else min(largest, max(peers, 1))


def with_main_mode_seconds(parameters: Parameters, source: str, seconds: float) -> Parameters:
    """The parameters with a main mode's worker time given, and a quick mode's assumed in proportion to it."""
    quick = seconds * HP_UX_QUICK_TO_MAIN
    parameters = parameters.with_user_values(source, main_mode_service_seconds=seconds)
    parameters = parameters.with_assumed(
        parameters["quick_mode_service_seconds"].source, quick_mode_service_seconds=quick
    )
    if parameters["quick_mode_service_seconds"].provenance is Provenance.ASSUMED:
        parameters = parameters.with_range("quick_mode_service_seconds", quick, seconds)
    return parameters


def assignments(load: PolicyLoad, name: str, value: int) -> tuple[Assign, ...]:
    """The assignments that give a parameter of the load a value or a better one; empty if no set of the user has it."""
    main, quick = load.main, load.quick
    if name in _MAIN_MODE_FIELDS and main is not None and not main.builtin:
        field = _MAIN_MODE_FIELDS[name]
        policy = load.master_pfs if name == "quick_mode_limit" else None
        pfs = () if policy is None else (Assign(policy, "master_pfs", False),)
        return pfs if pfs and getattr(main, field).known == value else (*pfs, Assign(main, field, value))
    if name in _RAISED and quick is not None and not quick.builtin:
        return (Assign(quick, "proposals", _RAISED[name](quick, value, value)),)
    return ()


def shares(machine: Machine) -> Iterator[LoadShare]:
    """The negotiations per second and peer that each setting of the costliest pair causes by itself."""
    parameters = site_parameters(machine.site)
    load = costliest(policy_loads(machine), parameters)
    if load is None:
        return
    workload = load.applied_to(parameters).workload()
    renewals = quick_mode_renewals_per_second(workload)
    kilobits = BITS_PER_KILOBYTE * workload.quick_mode_lifetime_kilobytes
    limit = workload.quick_mode_limit
    rates = {
        "main_mode_lifetime_seconds": 1 / workload.main_mode_lifetime_seconds,
        "quick_mode_limit": renewals / limit if limit else 0.0,
        "quick_mode_lifetime_seconds": 1 / workload.quick_mode_lifetime_seconds,
        "quick_mode_lifetime_kilobytes": workload.throughput_bits_per_second / kilobits,
    }
    details = {
        "main_mode_lifetime_seconds": f"{short(workload.main_mode_lifetime_seconds)} s",
        "quick_mode_limit": f"{plural(limit, 'quick mode')} for each main mode" if limit else "unlimited",
        "quick_mode_lifetime_seconds": f"{short(workload.quick_mode_lifetime_seconds)} s",
        "quick_mode_lifetime_kilobytes": f"{short(workload.quick_mode_lifetime_kilobytes)} KB"
        + ("" if workload.throughput_bits_per_second else ", traffic not given"),
    }
    for name, per_second in rates.items():
        own = load.settings.get(name)
        origin = "" if own is not None and own.is_explicit else ", Windows' default"
        detail = f"{details[name]}{origin}; {load.sets}"
        yield LoadShare(machine=machine.name, label=SETTING_WORDS[name], per_second=per_second, detail=detail)


def _pairs(machine: Machine) -> list[tuple[MainModeCryptoSet | None, QuickModeCryptoSet | None]]:
    paired: list[tuple[MainModeCryptoSet | None, QuickModeCryptoSet | None]] = [
        *crypto_pairs(machine),
        *vpn_pairs(machine),
    ]
    if paired:
        return paired
    mains = [
        crypto_set for crypto_set in in_force(machine, machine.policy.main_mode_crypto_sets) if not crypto_set.builtin
    ]
    quicks = [
        crypto_set for crypto_set in in_force(machine, machine.policy.quick_mode_crypto_sets) if not crypto_set.builtin
    ]
    if not mains and not quicks:
        return []
    quick = max(quicks, key=_renewals, default=None)
    return [(main, quick) for main in mains] or [(None, quick)]


def _renewals(quick: QuickModeCryptoSet) -> float:
    lifetime = quick_mode_lifetime(quick)
    return 1 / lifetime.known if lifetime is not None and lifetime.known else 0.0


def _load(main: MainModeCryptoSet | None, quick: QuickModeCryptoSet | None, policy: IpsecPolicy | None) -> PolicyLoad:
    settings: dict[str, Setting[int] | None] = {}
    if main is not None:
        settings["main_mode_lifetime_seconds"] = main_mode_lifetime(main)
        settings["quick_mode_limit"] = Setting(1, policy.master_pfs.span) if policy is not None else _limit(main)
    if quick is not None:
        settings["quick_mode_lifetime_seconds"] = quick_mode_lifetime(quick)
        settings["quick_mode_lifetime_kilobytes"] = byte_lifetime(quick)
    if quick is not None and quick.dialect is Dialect.VPN:
        for name, value in _OF_SERVER.items():
            settings[name] = settings.get(name) or default(value, quick.span)
    return PolicyLoad(main, quick, {name: item for name, item in settings.items() if item is not None}, policy)


_OF_SERVER = MappingProxyType(
    {
        "main_mode_lifetime_seconds": DEFAULT_LIFETIME_SECONDS,
        "quick_mode_lifetime_seconds": DEFAULT_LIFETIME_SECONDS,
        "quick_mode_lifetime_kilobytes": DEFAULT_LIFETIME_KILOBYTES,
    }
)


def _limit(main: MainModeCryptoSet) -> Setting[int] | None:
    return quick_mode_limit(main) or (main.quick_mode_limit if main.quick_mode_limit.known == 0 else None)
