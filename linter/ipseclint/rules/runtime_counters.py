"""The counters of the IKE service: half-open negotiations, the queue, peers that do not answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from ipseclint.finding import Basis, Concern, Severity
from ipseclint.model.events import Counter
from ipseclint.model.machine import Machine
from ipseclint.rule import Hit, LooksAt, NoOptions, Options, rule
from ipseclint.rules.runtime import about
from ipseclint.words import plural


class HalfOpen(Options):
    """Half-open main modes: at 500 the service protects itself, if told to."""

    warning_at_least: int
    error_at_least: int


@rule(
    "RT009",
    "half-open-near-threshold",
    basis=Basis.DOCUMENTED,
    leads_to=(13890,),
    options=HalfOpen,
    looks_at=LooksAt.EVIDENCE,
    concern=Concern.QUEUE,
)
def half_open_near_threshold(machine: Machine, options: HalfOpen) -> Iterator[Hit]:
    """As many main modes stand half open as make the service defend itself.

    Why: Microsoft documents that with EnableDOSProtect set the responder goes into cookie mode above 500 half-open
    main modes, and that new ones are dropped from an address that has more than 35. The numbers are given for Windows
    Vista and Server 2008; that they hold for newer builds was not confirmed.

    Seen as: The counter currentNewResponderMainModes, then 13890 ERROR_IPSEC_IKE_DOS_COOKIE_SENT and event 4646.

    Bad: `<currentNewResponderMainModes>512</currentNewResponderMainModes>`

    Good: `<currentNewResponderMainModes>3</currentNewResponderMainModes>`

    Fix: See QD022 and QD023: spread the initiators over addresses and over time.

    Waive: For the minutes of a planned restart of all peers.
    """
    by_module: defaultdict[tuple[str, str], list[Counter]] = defaultdict(list)
    for counter in machine.counters:
        if counter.name == "currentNewResponderMainModes":
            by_module[counter.span.path, counter.group.split("/")[-2]].append(counter)
    for (_path, module), counters in sorted(by_module.items()):
        total = sum(counter.value for counter in counters)
        if total >= options.warning_at_least:
            largest = max(counters, key=lambda counter: counter.value)
            yield Hit(
                about(machine, f"half-open main modes in {module}"),
                largest.span,
                f"{total} half-open main modes in {module}; {options.error_at_least} is the documented threshold",
                value=module,
                severity=Severity.ERROR if total >= options.error_at_least else Severity.WARNING,
            )


class QueueLength(Options):
    """The length at which a queue is long, and the number of samples that must show it."""

    above: int
    fewest_samples: int


_QUEUE_COUNTERS = frozenset(
    {"currentQueuedWorkitems", "Active Acquire", "Active Receive", "pendingSaNegotiations"}
    | {f"Pending {mode} Mode Negotiations" for mode in ("Main", "Quick", "Extended")}
    | {"Pending Security Associations"}
)


def _own_name(counter: Counter) -> str:
    """The name of a counter without that of its set, which performance counters have before it."""
    return counter.name.rpartition("\\")[2]


def _samples(machine: Machine, is_wanted: Callable[[str], bool]) -> list[tuple[str, list[Counter]]]:
    """The samples of each counter whose own name is wanted, by name."""
    by_name: defaultdict[str, list[Counter]] = defaultdict(list)
    for counter in machine.counters:
        if is_wanted(_own_name(counter)):
            by_name[counter.name].append(counter)
    return sorted(by_name.items())


@rule(
    "RT010",
    "acquire-queue-length",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13809, 13810, 13811),
    options=QueueLength,
    looks_at=LooksAt.EVIDENCE,
    concern=Concern.QUEUE,
)
def acquire_queue_length(machine: Machine, options: QueueLength) -> Iterator[Hit]:
    """Requests stand in the queue, in sample after sample.

    Why: It is the direct gauge of the queue behind the drops. Microsoft documents that Active Acquire is
    normally 1 and under load 1 plus the requests queued by IKE, and that currentQueuedWorkitems counts what is
    queued. Pending negotiations are those that are waiting or under way, and not done. How many are too many is our
    reasoning. One sample may be a moment; several are a state.

    Seen as: Active Acquire in `netsh ipsec dynamic show stats`, currentQueuedWorkitems and pendingSaNegotiations in
    wfpstate.xml, the performance counters `\\IPsec IKEv2 IPv4\\Pending Main Mode Negotiations` and
    `\\IPsec Driver\\Pending Security Associations`.

    Bad: `<currentQueuedWorkitems>240</currentQueuedWorkitems>` in three exports a minute apart

    Good: `<currentQueuedWorkitems>0</currentQueuedWorkitems>`

    Fix: Repair the QD findings of the same machine.

    Waive: For samples taken while all peers were restarted on purpose.
    """
    for name, counters in _samples(machine, _QUEUE_COUNTERS.__contains__):
        long = [counter for counter in counters if counter.value > options.above]
        if not long:
            continue
        worst = max(long, key=lambda counter: counter.value)
        enough = len(long) >= options.fewest_samples
        yield Hit(
            about(machine, name),
            worst.span,
            f"{name} is above {options.above} in {len(long)} of {len(counters)} samples, at most {worst.value}",
            value=name,
            severity=Severity.WARNING if enough else Severity.INFO,
        )


@rule("RT011", "soft-association-growth", basis=Basis.DOCUMENTED, leads_to=(13844,), looks_at=LooksAt.EVIDENCE)
def soft_association_growth(machine: Machine, _options: NoOptions) -> Iterator[Hit]:
    """More and more peers are talked to in clear because they did not negotiate.

    Why: A soft association stands for a peer that did not answer or has no policy: traffic fell back to clear
    after waiting for it. A growing number means that flows keep waiting for peers that will never negotiate.

    Seen as: The counter Soft Associations in `netsh ipsec dynamic show stats`, greater in each sample.

    Bad: Soft Associations 12, then 40, then 95

    Good: Soft Associations 0

    Fix: Exempt those peers, or narrow the rule that requests protection toward them: QD014.

    Waive: In a network that is mixed on purpose.
    """
    samples = [counter for counter in machine.counters if counter.name == "Soft Associations"]
    values = [counter.value for counter in samples]
    if values and values == sorted(values) and values[-1] > values[0]:
        yield Hit(
            about(machine, "Soft Associations"),
            samples[-1].span,
            f"Soft Associations grew from {values[0]} to {values[-1]} over {len(values)} samples",
            value="Soft Associations",
        )


class NegotiationTime(Options):
    """How long a negotiation may take before it is slow."""

    slow_milliseconds: int


@rule(
    "RT030",
    "slow-negotiations",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13811, 13805),
    options=NegotiationTime,
    looks_at=LooksAt.EVIDENCE,
    concern=Concern.QUEUE,
)
def slow_negotiations(machine: Machine, options: NegotiationTime) -> Iterator[Hit]:
    """The last negotiations of a key module took seconds.

    Why: Windows counts how many milliseconds the last main mode and the last quick mode of each key module took. Two
    hosts that answer each other need some round trips and a few calculations: tenths of a second. Seconds are spent on
    messages that are sent again, on a domain controller, on a revocation list that does not come, or in the queue, and
    as long as a negotiation stands, what waits behind it grows older. Where slow begins is our reasoning.

    Seen as: The performance counters `\\Generic IKEv1, AuthIP, and IKEv2\\... Negotiation Time`.

    Bad: `"\\Generic IKEv1, AuthIP, and IKEv2\\AuthIP Main Mode Negotiation Time"` with 14210

    Good: `"\\Generic IKEv1, AuthIP, and IKEv2\\AuthIP Main Mode Negotiation Time"` with 180

    Fix: See what the negotiations wait for: domain controllers, DNS and revocation lists that need IPsec themselves
    (EX001, EX002, EX006), or peers that do not answer (RT005, RT006).

    Waive: Where links take seconds, such as over satellites in series.
    """
    for name, counters in _samples(machine, lambda own_name: own_name.endswith(" Negotiation Time")):
        slow = [counter for counter in counters if counter.value >= options.slow_milliseconds]
        if slow:
            worst = max(slow, key=lambda counter: counter.value)
            yield Hit(
                about(machine, _own_name(worst)),
                worst.span,
                f"{_own_name(worst)} is {worst.value / 1000:g} s; {options.slow_milliseconds / 1000:g} s or more in "
                f"{len(slow)} of {plural(len(counters), 'sample')}",
                value=name,
            )


class FailedShare(Options):
    """How many failed negotiations tell something, and from what share on."""

    fewest_failed: int
    percent_at_least: int


@rule(
    "RT031",
    "most-negotiations-fail",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    options=FailedShare,
    looks_at=LooksAt.EVIDENCE,
)
def most_negotiations_fail(machine: Machine, options: FailedShare) -> Iterator[Hit]:
    """Of the negotiations that ended since the service started, most failed.

    Why: Windows counts failed and successful negotiations by mode, key module and version of IP. Some fail everywhere:
    scans, hosts without a policy. Where more fail than succeed, a policy does not fit its peers, or they do not answer.
    What share is too much is our reasoning.

    Seen as: The performance counters `\\IPsec IKEv2 IPv4\\Failed Main Mode Negotiations` and `...\\Successful Main Mode
    Negotiations`. Which errors they were, they do not say.

    Bad: 4312 failed main modes, 18 successful ones

    Good: 12 failed main modes, 4310 successful ones

    Fix: See the errors: give ipseclint the security log, or the file of `netsh wfp show state`, whose
    errorFrequencyTable counts each. Then `ipseclint explain` tells its causes.

    Waive: For a host on the Internet that is scanned all day.
    """
    last = {counter.name: counter for counter in machine.counters}
    for name, failed in sorted(last.items()):
        if not _own_name(failed).startswith("Failed "):
            continue
        succeeded = last.get(name.replace("\\Failed ", "\\Successful "))
        if succeeded is None or failed.value < options.fewest_failed:
            continue
        ended = failed.value + succeeded.value
        if failed.value * 100 >= options.percent_at_least * ended:
            yield Hit(
                about(machine, name),
                failed.span,
                f"{failed.value} of {plural(ended, _own_name(failed)[len('Failed ') : -1].lower())} failed since the "
                f"service started",
                value=name,
            )
