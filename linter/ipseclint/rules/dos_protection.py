"""Rates, times and tables of the denial-of-service protection of IPsec, which is for IPv6."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis, Cause, Severity
from ipseclint.model.change import Assign, Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import DosProtection
from ipseclint.model.setting import Setting
from ipseclint.model.site import HostType
from ipseclint.rule import Hit, Options, rule


class DospStateTableTooSmall(Options):
    """Windows' default number of entries."""

    default_entries: int


@rule(
    "DP001",
    "dosp-state-table-too-small",
    basis=Basis.DOCUMENTED,
    leads_to=(13929, 13805),
    options=DospStateTableTooSmall,
    cause=Cause.NEVER_FINISHES,
)
def dosp_state_table_too_small(machine: Machine, options: DospStateTableTooSmall) -> Iterator[Hit]:
    """The state table of the DoS protection holds fewer entries than there are sessions.

    Why: Each pair of hosts that negotiates through the gateway has an entry. When the table is full, new
    connections are not tracked and their packets are dropped, without a word to either side. With `peers` in
    the site's facts that many entries are wanted; otherwise a table below the default is worth a look.

    Seen as: 13929 ERROR_IPSEC_DOSP_MAX_ENTRIES in the drop events of the gateway; 13805 at the peers.

    Bad: `New-NetIPsecDospSetting -Name Edge -MaxStateEntries 1000 ...` in front of 5,000 clients

    Good: `New-NetIPsecDospSetting -Name Edge -MaxStateEntries 100000 ...`

    Fix: Raise the number of entries above the number of sessions.

    Waive: In a small laboratory.
    """
    peers = machine.site.peers
    wanted = options.default_entries if peers is None else peers
    for protection in machine.policy.dos_protection:
        entries = protection.max_state_entries
        number = _above_zero(entries)
        if entries is not None and number is not None and number < wanted:
            reason = "the default" if peers is None else "the number of peers"
            yield Hit(
                subject=protection,
                span=entries.span,
                message=f"state table of {number:,} entries; use {wanted:,} or more, {reason}",
                value=number,
                severity=Severity.WARNING if peers is None else Severity.ERROR,
                fix=Fix((Assign(protection, "max_state_entries", max(wanted, options.default_entries)),)),
            )


class DospUnauthenticatedRateTooLow(Options):
    """The default rate, the rate of the repair, and the hosts that are busy."""

    default_bytes_per_second: int
    repaired_bytes_per_second: int
    busy_hosts: frozenset[HostType]


@rule(
    "DP002",
    "dosp-unauthenticated-rate-too-low",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13805, 13814, 13815),
    options=DospUnauthenticatedRateTooLow,
    cause=Cause.NEVER_FINISHES,
)
def dosp_unauthenticated_rate_too_low(machine: Machine, options: DospUnauthenticatedRateTooLow) -> Iterator[Hit]:
    """The DoS protection lets less IKE through than the negotiations need.

    Why: IKE packets are unauthenticated traffic and share a rate, for each internal address if that rate is set
    and else for all together. The default of 10,240 bytes a second is, at 2 to 8 KB for a negotiation, one to
    five negotiations a second: that sum is ours, the default is documented. What exceeds the rate is delayed or
    dropped, the initiator sends it again, and uses up the rate once more. A rate of 0 is no limit.

    Seen as: 13805, 13814 ERROR_IPSEC_IKE_MM_DELAY_DROP and 13815 with nothing wrong in the policy itself.

    Bad: `-IpV6IPsecUnauthRateLimitBytesPerSec 2048`, the value of Microsoft's own example

    Good: `-IpV6IPsecUnauthRateLimitBytesPerSec 102400`

    Fix: Set the rate to the negotiations a second that are expected, times 8 KB.

    Waive: Where a handful of hosts negotiate. The protection is for IPv6 only.
    """
    for protection in machine.policy.dos_protection:
        field, rate = _unauthenticated_rate(protection)
        number = _above_zero(rate)
        if rate is None or number is None:
            continue
        low = number < options.default_bytes_per_second
        busy = machine.site.host_type in options.busy_hosts and number == options.default_bytes_per_second
        if low or busy:
            scope = "for each internal address" if field.endswith("address") else "in all"
            yield Hit(
                subject=protection,
                span=rate.span,
                message=f"{number:,} bytes of unauthenticated IPsec a second {scope}; "
                + (f"{options.default_bytes_per_second:,} is the default" if low else "a busy gateway needs more"),
                value=number,
                severity=Severity.WARNING if low else Severity.INFO,
                fix=Fix((Assign(protection, field, options.repaired_bytes_per_second),)),
            )


def _unauthenticated_rate(protection: DosProtection) -> tuple[str, Setting[int] | None]:
    """The rate in effect: the one for each address, if there is one, replaces the common one."""
    single = protection.unauthenticated_bytes_per_second_per_address
    if _above_zero(single) is not None:
        return "unauthenticated_bytes_per_second_per_address", single
    return "unauthenticated_bytes_per_second", protection.unauthenticated_bytes_per_second


class DospTooFewRateLimitQueues(Options):
    """Windows' default number of queues."""

    default_queues: int


@rule(
    "DP003",
    "dosp-too-few-rate-limit-queues",
    basis=Basis.DOCUMENTED,
    leads_to=(13932,),
    options=DospTooFewRateLimitQueues,
    cause=Cause.NEVER_FINISHES,
)
def dosp_too_few_rate_limit_queues(machine: Machine, options: DospTooFewRateLimitQueues) -> Iterator[Hit]:
    """The DoS protection limits the rate of each internal address and has fewer queues than addresses.

    Why: Each internal address that receives unauthenticated IPsec has a queue. When none is left, no state is made
    for the next address and its packets are dropped. With `internal_hosts` in the site's facts that many
    queues are wanted; otherwise fewer than the default are worth a look.

    Seen as: 13932 ERROR_IPSEC_DOSP_MAX_PER_IP_RATELIMIT_QUEUES in the drop events of the gateway.

    Bad: `-MaxPerIPRateLimitQueues 100` in front of a campus

    Good: `-MaxPerIPRateLimitQueues 50000`

    Fix: Set as many queues as there are internal addresses.

    Waive: Where only a few servers stand behind the gateway: declare `internal_hosts`.
    """
    hosts = machine.site.internal_hosts
    wanted = options.default_queues if hosts is None else hosts
    for protection in machine.policy.dos_protection:
        queues = protection.max_rate_limit_queues
        number = _above_zero(queues)
        limited = _above_zero(protection.unauthenticated_bytes_per_second_per_address) is not None
        if queues is not None and number is not None and limited and number < wanted:
            reason = "the default" if hosts is None else "the number of internal hosts"
            yield Hit(
                subject=protection,
                span=queues.span,
                message=f"{number:,} queues for rates by address; use {wanted:,} or more, {reason}",
                value=number,
                fix=Fix((Assign(protection, "max_rate_limit_queues", max(wanted, options.default_queues)),)),
            )


class DospIdleShorterThanSaIdle(Options):
    """The least time for which Windows keeps an idle security association, and the margin for the gateway."""

    least_sa_idle_seconds: int
    margin_seconds: int


@rule(
    "DP005",
    "dosp-idle-shorter-than-sa-idle",
    basis=Basis.DOCUMENTED,
    leads_to=(13886, 13805),
    options=DospIdleShorterThanSaIdle,
    cause=Cause.NEVER_FINISHES,
)
def dosp_idle_shorter_than_sa_idle(machine: Machine, options: DospIdleShorterThanSaIdle) -> Iterator[Hit]:
    """The DoS protection forgets a session before the hosts do.

    Why: An idle session is forgotten by the gateway after its own time, and by the hosts after the idle time of
    their security associations. If the gateway is first, the next ESP packet finds no state and is dropped, and
    so are all others until the hosts negotiate anew. Without settings of the hosts the least idle time that
    Windows knows is taken.

    Seen as: Connections that stall after a pause, then 13886 ERROR_IPSEC_IKE_PEER_MM_ASSUMED_INVALID or 13805
    until a new negotiation.

    Bad: `-StateIdleTimeoutSeconds 120` in front of hosts with `-MaxSAIdleTimeSeconds 1800`

    Good: `-StateIdleTimeoutSeconds 1860`

    Fix: Set it to the idle time of the hosts and a minute more.

    Waive: Never: nothing is gained by forgetting early.
    """
    policy = machine.policy
    idle_times = (
        *(each.sa_idle_seconds for each in policy.global_settings),
        *(crypto_set.sa_idle_seconds for crypto_set in policy.quick_mode_crypto_sets),
    )
    known = [each for each in idle_times if each is not None]
    longest = max(known, key=lambda each: each.known or 0, default=None)
    sa_idle = max(options.least_sa_idle_seconds, (longest.known or 0) if longest is not None else 0)
    for protection in policy.dos_protection:
        idle = protection.state_idle_seconds
        seconds = _above_zero(idle)
        if idle is None or seconds is None or seconds >= sa_idle + options.margin_seconds:
            continue
        yield Hit(
            subject=protection,
            span=idle.span,
            message=f"state is forgotten after {seconds} s; security associations idle for {sa_idle} s, "
            f"so use {sa_idle + options.margin_seconds} s",
            value=seconds,
            severity=Severity.ERROR if seconds < sa_idle else Severity.WARNING,
            related=(("idle time of the hosts", longest.span),) if longest is not None else (),
            fix=Fix((Assign(protection, "state_idle_seconds", sa_idle + options.margin_seconds),)),
        )


class DospValueOutOfRange(Options):
    """The greatest code point, the value that turns marking off, and replacements for zeros."""

    greatest_code_point: int
    marking_off: int
    defaults: dict[str, int]


@rule("DP008", "dosp-value-zero-or-out-of-range", basis=Basis.DOCUMENTED, options=DospValueOutOfRange)
def dosp_value_zero_or_out_of_range(machine: Machine, options: DospValueOutOfRange) -> Iterator[Hit]:
    """A time, table or queue count of the DoS protection is zero, or a code point is too great.

    Why: Idle times, state entries and queue counts must be above zero, and a differentiated services code point is
    63 at most, or 255 for no marking. Windows refuses other values.

    Seen as: An invalid parameter error of the tool that sets them.

    Bad: `Set-NetIPsecDospSetting -Name Edge -MaxStateEntries 0`

    Good: `Set-NetIPsecDospSetting -Name Edge -MaxStateEntries 75000`

    Fix: Use a value in the range.

    Waive: Never: Windows does not accept the value.
    """
    for protection in machine.policy.dos_protection:
        for field, by_default in options.defaults.items():
            setting: Setting[int] | None = getattr(protection, field)
            if setting is not None and setting.known == 0:
                yield Hit(
                    subject=protection,
                    span=setting.span,
                    message=f"{field.replace('_', ' ')} of 0; use more than 0 ({by_default:,} is the default)",
                    value=f"{field} 0",
                    fix=Fix((Assign(protection, field, by_default),)),
                )
        for name, point in protection.dscp.items():
            value = point.known
            if value is not None and value > options.greatest_code_point and value != options.marking_off:
                yield Hit(
                    subject=protection,
                    span=point.span,
                    message=f"code point {value} for {name.replace('_', ' ')} traffic; "
                    f"use {options.greatest_code_point} at most",
                    value=f"{name} {value}",
                    fix=Fix(note=f"Use a code point up to {options.greatest_code_point}, or none."),
                )


def _above_zero(setting: Setting[int] | None) -> int | None:
    """A number above zero; zero means no limit, or is invalid and reported elsewhere."""
    return (setting.known or None) if setting is not None else None
