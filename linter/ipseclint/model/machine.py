"""One machine: its policy, events and evidence, joined from all of its inputs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from msgspec.structs import replace

from ipseclint.model.events import Counter, Event, SecurityAssociation
from ipseclint.model.frozen import Frozen
from ipseclint.model.index import PolicyIndex
from ipseclint.model.policy import Policy
from ipseclint.model.remote_access import one_server
from ipseclint.model.site import NO_FACTS, Site

T = TypeVar("T")


class Machine(Frozen, dict=True):
    """The policy of one machine or GPO with the events and counters that belong to it.

    `as_of` is the day for which validity is judged; None: not judged.
    """

    name: str
    policy: Policy
    events: tuple[Event, ...] = ()
    counters: tuple[Counter, ...] = ()
    associations: tuple[SecurityAssociation, ...] = ()
    site: Site = NO_FACTS
    as_of: date | None = None

    def with_policy(self, policy: Policy) -> Machine:
        """The same machine with another policy."""
        return replace(self, policy=policy)

    @cached_property
    def index(self) -> PolicyIndex:
        """The look-ups over this machine's policy, built once."""
        return PolicyIndex(self.policy)

    def once(self, work: Callable[[Machine], T]) -> T:
        """What a function works out of this machine, worked out when it is first asked for."""
        if work not in self.worked_out:
            self.worked_out[work] = work(self)
        known: T = self.worked_out[work]
        return known

    @cached_property
    def worked_out(self) -> dict[Callable[[Machine], object], Any]:
        """The answers of `once` so far."""
        return {}


def merge_policies(policies: tuple[Policy, ...]) -> Policy:
    """The policies of several inputs of one machine as one with one VPN server, objects in the order of the inputs."""
    if len(policies) < 2:
        return policies[0] if policies else Policy()
    if sum(bool(policy.wfp_filters) for policy in policies) > 1:
        policies = tuple(map(_with_paths, policies))
    parts: dict[str, Any] = {}
    for name in Policy.model_fields:
        values = [getattr(policy, name) for policy in policies]
        if isinstance(values[0], tuple):
            parts[name] = tuple(each for value in values for each in value)
        else:
            parts[name] = next((value for value in values if value), "")
    parts["vpn_servers"] = one_server(parts["vpn_servers"])
    return Policy.model_validate(parts)


def _with_paths(policy: Policy) -> Policy:
    """The policy with each filter of WFP saying itself which input it stands in."""
    rows = tuple(row._replace(path=policy.wfp_filter_path) for row in policy.wfp_filters)
    return policy.model_copy(update={"wfp_filters": rows})
