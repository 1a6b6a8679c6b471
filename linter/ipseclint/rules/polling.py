"""Rules about how often Windows polls an IP security policy for changes."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis, Cause, Severity
from ipseclint.model.change import Assign, Fix
from ipseclint.model.machine import Machine
from ipseclint.rule import Hit, Options, rule
from ipseclint.words import duration, minutes


class PolicyPollingTooFrequent(Options):
    """Below which intervals a changed policy hits all peers at once too often."""

    warning_below_seconds: int
    error_below_seconds: int
    repaired_seconds: int


@rule(
    "QD024",
    "policy-polling-too-frequent",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13849, 13809, 13811),
    options=PolicyPollingTooFrequent,
    cause=Cause.TOO_MANY,
)
def policy_polling_too_frequent(machine: Machine, options: PolicyPollingTooFrequent) -> Iterator[Hit]:
    """A legacy IPsec policy is polled for changes every few minutes.

    Why: Each change found is applied at once and invalidates the security associations made under the old
    policy, so all peers renegotiate together and their requests meet in the queue. Microsoft documents the
    default of 10,800 s, which 0 stands for, and the error that marks a policy change. That polling every few
    minutes is too often is our reasoning.

    Seen as: 13849 ERROR_IPSEC_IKE_POLICY_CHANGE, followed by a burst of 13809 to 13811.

    Bad: `netsh ipsec static add policy name=P pollinginterval=1`

    Good: `netsh ipsec static add policy name=P pollinginterval=180`

    Fix: Set the interval to the default of 180 minutes.

    Waive: While a policy is being developed on a few machines. A policy that never changes does no harm however
    often it is polled.
    """
    for policy in machine.policy.policies:
        interval = policy.polling_interval_seconds
        seconds = interval.known
        if not seconds or seconds >= options.warning_below_seconds:
            continue
        yield Hit(
            subject=policy,
            span=interval.span,
            message=f"policy polled every {duration(seconds)}; "
            f"{minutes(options.warning_below_seconds)} or more spares the peers bursts of negotiation",
            value=seconds,
            severity=Severity.ERROR if seconds < options.error_below_seconds else Severity.WARNING,
            fix=Fix((Assign(policy, "polling_interval_seconds", options.repaired_seconds),)),
        )
