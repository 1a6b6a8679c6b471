"""The main-mode rules for the traffic between two sides, found by bisection over their peers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from ipseclint.model.machine import Machine
from ipseclint.model.policy import MainModeRule
from ipseclint.model.selectors import Addresses
from ipseclint.semantics.packets.intervals import Ranges
from ipseclint.semantics.scope import includes_any, share_a_host
from ipseclint.vocabulary.addresses import AddressKeyword

_Named = tuple[AddressKeyword | None, str | None]


class MainModeRules:
    """The enabled main-mode rules of a machine."""

    def __init__(self, machine: Machine) -> None:
        self._rules = [rule for rule in machine.policy.main_mode_rules if rule.enabled.known is not False]
        self._anywhere: list[int] = []
        self._named: defaultdict[_Named, list[int]] = defaultdict(list)
        ranges: defaultdict[int, list[tuple[int, int, int]]] = defaultdict(list)
        for number, rule in enumerate(self._rules):
            peers = rule.endpoint2.known or ()
            if not peers or includes_any(peers):
                self._anywhere.append(number)
                continue
            for peer in peers:
                if peer.version:
                    ranges[peer.version].append((peer.first, peer.last, number))
                else:
                    self._named[peer.keyword, peer.name].append(number)
        self._ranges = {version: Ranges(of_version) for version, of_version in ranges.items()}

    def __bool__(self) -> bool:
        return bool(self._rules)

    def meeting(self, here: Addresses, there: Addresses) -> Iterator[MainModeRule]:
        """The rules for some traffic between two sides, in order; an empty side means any host."""
        rules = map(self._rules.__getitem__, self._near(there))
        return (rule for rule in rules if meets(rule, here, there))

    def _near(self, there: Addresses) -> Iterable[int]:
        if not there or includes_any(there):
            return range(len(self._rules))
        near = set(self._anywhere)
        for peer in there:
            if not peer.version:
                near.update(self._named.get((peer.keyword, peer.name), ()))
            elif peer.version in self._ranges:
                near.update(self._ranges[peer.version].meeting(peer.first, peer.last))
        return sorted(near)


def meets(rule: MainModeRule, here: Addresses, there: Addresses) -> bool:
    """Whether a main-mode rule is for some traffic between two sides."""
    return share_a_host(rule.endpoint1.known or (), here) and share_a_host(rule.endpoint2.known or (), there)
