"""The effect of lifetimes on a host with many peers: renewals per second, and all at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from ipseclint.finding import Basis, Cause
from ipseclint.late import late_names
from ipseclint.load.workload import Rates, Workload, quick_mode_renewals_per_second, steady_rates
from ipseclint.model.change import Assign, Fix
from ipseclint.model.kinds import label
from ipseclint.model.machine import Machine
from ipseclint.model.policy import IpsecPolicy, MainModeCryptoSet, QuickModeCryptoSet
from ipseclint.model.setting import Setting
from ipseclint.rule import Hit, Options, rule
from ipseclint.semantics.effective import main_mode_lifetime, quick_mode_lifetime
from ipseclint.semantics.pairing import longest_quick_modes, vpn_pairs
from ipseclint.semantics.scope import policies_in_force
from ipseclint.words import duration, short

if TYPE_CHECKING:
    from ipseclint.load.parameters import Parameters
    from ipseclint.load.policy import PolicyLoad, assignments, policy_loads, site_parameters
else:
    (Parameters,) = late_names("ipseclint.load.parameters", "Parameters")
    assignments, policy_loads, site_parameters = late_names(
        "ipseclint.load.policy", "assignments", "policy_loads", "site_parameters"
    )


class SynchronisedRekeyHerd(Options):
    """The number of peers from which joint renewals are a herd, and lifetimes that do not coincide."""

    peers_above: int
    repaired_main_mode_seconds: int
    repaired_quick_mode_seconds: int
    repaired_polling_seconds: int


@rule(
    "QD026",
    "synchronised-rekey-herd",
    basis=Basis.REASONED,
    leads_to=(13809, 13811),
    options=SynchronisedRekeyHerd,
    needs=("peers",),
    cause=Cause.TOO_MANY,
)
def synchronised_rekey_herd(machine: Machine, options: SynchronisedRekeyHerd) -> Iterator[Hit]:
    """Main modes and quick modes of many peers expire at the same moments.

    Why: Security associations that are made together, when a policy arrives or a morning begins, expire together, and
    where the main-mode lifetime is a multiple of the quick-mode lifetime both do: a burst of requests with a
    fixed period. The clients of a VPN gateway all connect within minutes of its restart. The same happens when a
    legacy policy is polled as often as main modes are renewed. No jitter is documented for Windows. That this makes a
    herd, and from how many peers on, is our reasoning.

    Seen as: A burst of 13809 and 13811 at a fixed period.

    Bad: A policy for 500 peers that starts at 08:00, main mode 60 minutes, quick mode 60 minutes

    Good: Main mode 480 minutes, quick mode 55 minutes

    Fix: Choose lifetimes of which one is no multiple of the other, and let the policy reach groups of hosts at
    different times.

    Waive: When traffic, and so its security associations, begins at different times anyway.
    """
    peers = machine.site.expected_peers or 0
    if peers <= options.peers_above:
        return
    for main, quick in (*longest_quick_modes(machine), *vpn_pairs(machine)):
        main_mode, quick_mode = main_mode_lifetime(main), quick_mode_lifetime(quick)
        main_seconds = main_mode.known if main_mode is not None else None
        quick_seconds = quick_mode.known if quick_mode is not None else None
        if not main_seconds or not quick_seconds or main_mode is None or quick_mode is None:
            continue
        # Defaults are no decision of the policy, and Windows' own are multiples.
        if main_seconds % quick_seconds or not (main_mode.is_explicit or quick_mode.is_explicit):
            continue
        at_main, times = main_mode.is_explicit, main_seconds // quick_seconds
        yield Hit(
            subject=main if at_main else quick,
            span=main_mode.span if at_main else quick_mode.span,
            message=f"main modes of {duration(main_seconds)} in {label(main)} expire together with "
            f"{'every quick mode' if times == 1 else f'one in {times} quick modes'} of {duration(quick_seconds)} "
            f"in {label(quick)}, at {peers} peers alike",
            value=f"{main_seconds} {quick_seconds}",
            related=(("quick-mode lifetime", quick_mode.span),) if at_main else (),
            fix=_apart(main, quick, options),
        )
    yield from _polled_in_step(machine, options)


def _apart(main: MainModeCryptoSet, quick: QuickModeCryptoSet, options: SynchronisedRekeyHerd) -> Fix:
    changes: list[Assign] = []
    if not main.builtin:
        changes.append(Assign(main, "lifetime_seconds", options.repaired_main_mode_seconds))
    if not quick.builtin:
        wanted = options.repaired_quick_mode_seconds
        proposals = tuple(
            proposal.model_copy(update={"lifetime_seconds": Setting(wanted, proposal.lifetime_seconds.span)})
            for proposal in quick.proposals
        )
        changes.append(Assign(quick, "proposals", proposals))
    return Fix(tuple(changes), note="Let the policy reach groups of hosts at different times.")


def _polled_in_step(machine: Machine, options: SynchronisedRekeyHerd) -> Iterator[Hit]:
    for policy in policies_in_force(machine):
        main = machine.index.main_mode.get(policy.name.casefold())
        lifetime = main_mode_lifetime(main) if main is not None else None
        interval = policy.polling_interval_seconds
        if main is None or lifetime is None or not interval.is_explicit or interval.known != lifetime.known:
            continue
        yield Hit(
            subject=policy,
            span=interval.span,
            message=f"policy polled every {duration(interval.known or 0)}, as often as main modes are renewed: "
            f"{machine.site.expected_peers} peers do both at once",
            value=f"polling {interval.known}",
            fix=_out_of_step(policy, main, options),
        )


def _out_of_step(policy: IpsecPolicy, main: MainModeCryptoSet, options: SynchronisedRekeyHerd) -> Fix:
    if policy.polling_interval_seconds.known == options.repaired_polling_seconds:
        return Fix((Assign(main, "lifetime_seconds", options.repaired_main_mode_seconds),))
    return Fix((Assign(policy, "polling_interval_seconds", options.repaired_polling_seconds),))


class NegotiationRate(Options):
    """The most negotiations per second that a host should make, and the lifetime by volume to use instead."""

    main_modes_per_second: float
    quick_modes_per_second: float
    repaired_kilobytes: int


@rule(
    "QD033",
    "estimated-negotiation-rate",
    basis=Basis.REASONED,
    leads_to=(13809, 13811, 13814, 13815),
    options=NegotiationRate,
    needs=("peers",),
    cause=Cause.TOO_MANY,
)
def estimated_negotiation_rate(machine: Machine, options: NegotiationRate) -> Iterator[Hit]:
    """The policy makes this host negotiate more often each second than its budget allows.

    Why: Main modes per second are peers divided by the main-mode lifetime or, where main modes are limited to a few
    quick modes and that comes first, quick modes per second divided by the limit. Quick modes per second are
    peers divided by the quick-mode lifetime or, where that comes first, traffic divided by the lifetime by volume.
    The finding shows which term decides, so that the largest cause is dealt with first. All peers are counted
    with the sets that make the most; the number of peers, and the traffic as `throughput_bits_per_second` of the
    links, are the site's. The budget is ours: Microsoft publishes no capacity.

    Seen as: 13809 and 13811 for requests that wait, 13814 and 13815 for negotiations that take too long, with nothing
    else wrong.

    Bad: 4,000 peers, main modes of 10 minutes, one quick mode for each

    Good: 4,000 peers, main modes of 480 minutes, no limit of quick modes

    Fix: Change the setting that decides, then look at the next.

    Waive: When the host was measured at this rate, or raise the budget in the ruleset.
    """
    loads = list(_loads(machine, options))
    worst = max(loads, key=lambda load: load.excess, default=None)
    if worst is None or worst.excess <= 1:
        return
    drivers = worst.drivers
    driver = drivers[0] if worst.by_main_modes(options) else drivers[1]
    defaults = steady_rates(site_parameters(machine.site).workload())
    yield Hit(
        subject=driver.subject,
        span=driver.setting.span,
        message=f"{worst.workload.peers:.0f} peers make {short(worst.rates.main_mode)} main modes per second "
        f"({drivers[0].arithmetic}) and {short(worst.rates.quick_mode)} quick modes per second "
        f"({drivers[1].arithmetic}), against a budget of {short(options.main_modes_per_second)} and "
        f"{short(options.quick_modes_per_second)}; the {driver.what} decides; Windows' defaults would make "
        f"{short(defaults.main_mode)} and {short(defaults.quick_mode)}",
        value=driver.what,
        fix=driver.fix(),
    )


class _Driver(Struct, frozen=True):
    """The setting that decides a rate, the calculation that shows it, and the value to set."""

    name: str
    load: PolicyLoad
    subject: MainModeCryptoSet | QuickModeCryptoSet
    arithmetic: str
    wanted: int

    @property
    def setting(self) -> Setting[int]:
        """The value and its place."""
        return self.load.settings[self.name]

    @property
    def what(self) -> str:
        """The setting's name for people."""
        from ipseclint.load.policy import SETTING_WORDS

        return SETTING_WORDS[self.name]

    def fix(self) -> Fix:
        """The fix that sets the wanted value if the present one is worse; else only words."""
        changes = assignments(self.load, self.name, self.wanted)
        worse = self.name == "quick_mode_limit" or (self.setting.known or 0) < self.wanted
        if not changes or not worse:
            return Fix(note="Spread the peers over more hosts, or raise the budget if the host is known to bear it.")
        return Fix(changes)


class _Load(Struct, frozen=True):
    """The rates caused by a pair of sets, and the settings that decide them: main mode's, quick mode's."""

    workload: Workload
    rates: Rates
    drivers: tuple[_Driver, _Driver]
    excess: float
    """The larger of the shares that both rates take of their budgets; above 1 a budget is exceeded."""

    def by_main_modes(self, options: NegotiationRate) -> bool:
        """Whether main modes exceed their budget by more than quick modes theirs."""
        return self.excess == self.rates.main_mode / options.main_modes_per_second


def _loads(machine: Machine, options: NegotiationRate) -> Iterator[_Load]:
    if not machine.site.expected_peers:
        return
    base = site_parameters(machine.site)
    for load in policy_loads(machine):
        if load.main is None or load.quick is None or not load.settings.keys() >= _RENEWALS:
            continue
        workload = load.applied_to(base).workload()
        rates = steady_rates(workload)
        first = _main_mode_driver(load.main, load, workload, rates)
        second = _quick_mode_driver(load.quick, load, workload, options)
        excess = max(rates.main_mode / options.main_modes_per_second, rates.quick_mode / options.quick_modes_per_second)
        yield _Load(workload, rates, (first, second), excess)


def _by_limit(workload: Workload, rates: Rates) -> float:
    """The main modes per second that arise because each serves a limited number of quick modes."""
    return rates.quick_mode / workload.quick_mode_limit


def _by_lifetime(workload: Workload) -> float:
    return workload.peers / workload.main_mode_lifetime_seconds


def _main_mode_driver(main: MainModeCryptoSet, load: PolicyLoad, workload: Workload, rates: Rates) -> _Driver:
    if workload.quick_mode_limit > 0 and _by_limit(workload, rates) > _by_lifetime(workload):
        sum_ = f"{short(rates.quick_mode)} quick modes / {workload.quick_mode_limit}"
        return _Driver("quick_mode_limit", load, main, sum_, 0)
    sum_ = f"{workload.peers:.0f} / {workload.main_mode_lifetime_seconds:.0f} s"
    return _Driver("main_mode_lifetime_seconds", load, main, sum_, _default("main_mode_lifetime_seconds"))


def _quick_mode_driver(
    quick: QuickModeCryptoSet, load: PolicyLoad, workload: Workload, options: NegotiationRate
) -> _Driver:
    if quick_mode_renewals_per_second(workload) > 1 / workload.quick_mode_lifetime_seconds:
        traffic = workload.peers * workload.throughput_bits_per_second
        sum_ = f"{short(traffic / 1e6)} Mbit/s / {workload.quick_mode_lifetime_kilobytes:.0f} KB"
        return _Driver("quick_mode_lifetime_kilobytes", load, quick, sum_, options.repaired_kilobytes)
    sum_ = f"{workload.peers:.0f} / {workload.quick_mode_lifetime_seconds:.0f} s"
    return _Driver("quick_mode_lifetime_seconds", load, quick, sum_, _default("quick_mode_lifetime_seconds"))


_RENEWALS = frozenset({"main_mode_lifetime_seconds", "quick_mode_lifetime_seconds", "quick_mode_lifetime_kilobytes"})


def _default(name: str) -> int:
    """Windows' default."""
    return int(Parameters.defaults()[name].value)
