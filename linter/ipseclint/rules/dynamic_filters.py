"""How many filters a responder may add while it runs."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis, Cause, Severity
from ipseclint.model.change import Fix
from ipseclint.model.machine import Machine
from ipseclint.rule import Hit, LooksAt, Options, rule
from ipseclint.semantics.scope import contexts_for_any_peer, in_force, is_any_to_any


class DynamicFilterLimit(Options):
    """The limit up to which responders soon run out of filters."""

    low_at_most: int


@rule(
    "QD030",
    "dynamic-filter-limit",
    basis=Basis.DOCUMENTED,
    leads_to=(13896, 13868, 13858),
    options=DynamicFilterLimit,
    cause=Cause.TOO_MANY,
    looks_at=LooksAt.SETS,
)
def dynamic_filter_limit(machine: Machine, options: DynamicFilterLimit) -> Iterator[Hit]:
    """A main-mode policy forbids, or closely limits, the filters that a responder adds while it runs.

    Why: When an initiator proposes a part of the traffic that the responder's policy is for, the responder adds a
    filter for that part. 0 forbids it, so that initiators with narrower rules find no common selector; a low limit is
    soon used up, for it holds for each remote address and transport layer. Microsoft documents the member and its
    effect; which limit is low is our grading.

    Seen as: 13896 ERROR_IPSEC_IKE_TOO_MANY_FILTERS at the limit; 13868 or 13858 ERROR_IPSEC_IKE_INVALID_FILTER
    where it is 0.

    Bad: `<maxDynamicFilters>0</maxDynamicFilters>` on a responder for all traffic whose initiators have rules for ports

    Good: The same selectors on both sides

    Fix: Give both sides the same selectors, or raise the limit.

    Waive: When all initiators have rules as wide as the responder's.
    """
    broad = {
        module
        for context in contexts_for_any_peer(machine)
        if is_any_to_any(machine, context) and context.protocol.known is None
        for module in context.key_modules.known or ()
    }
    for crypto in in_force(machine, machine.policy.main_mode_crypto_sets):
        limit = crypto.max_dynamic_filters
        number = limit.known if limit is not None else None
        if limit is None or number is None or crypto.builtin or number > options.low_at_most:
            continue
        if number == 0 and (crypto.key_module is None or crypto.key_module.known not in broad):
            continue
        message = (
            "a responder for all traffic may add no filters: initiators with narrower rules find no common selector"
            if number == 0
            else f"a responder may add {number} filters for each remote address; more than "
            f"{options.low_at_most} leaves room for initiators with narrower rules"
        )
        yield Hit(
            subject=crypto,
            span=limit.span,
            message=message,
            value=number,
            severity=Severity.WARNING if number == 0 else Severity.INFO,
            fix=Fix(note="Give initiators and responders the same selectors, or raise the limit in the policy."),
        )
