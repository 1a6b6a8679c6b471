"""The peers that a rule negotiates with: the gateway of a tunnel, else the peers of the packets that it decides for."""

from __future__ import annotations

from ipseclint.model.machine import Machine
from ipseclint.model.policy import ALL_PROFILES, ConnectionSecurityRule, Profile, RuleMode
from ipseclint.model.selectors import Addresses
from ipseclint.semantics.packets.axes import PROFILES, Axis
from ipseclint.semantics.packets.intervals import IntervalSet
from ipseclint.semantics.reach import meets
from ipseclint.semantics.scope import remote_side, secured_rules
from ipseclint.semantics.treatment import Question, doing_otherwise, traffic_with


class Peers:
    """The rules that negotiate with an address. Exemptions, blocks and other rules are searched once."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._others = doing_otherwise(machine, secured_rules(machine))
        self._questions: dict[Addresses, Question] = {}

    def may_meet(
        self, rule: ConnectionSecurityRule, addresses: Addresses, profiles: frozenset[Profile] = ALL_PROFILES
    ) -> bool:
        """Whether a rule may negotiate with one of the addresses while one of the profiles is active."""
        gateway = rule.remote_tunnel_endpoint if rule.mode.known is RuleMode.TUNNEL else None
        if gateway is not None and gateway.known:
            in_profile = bool((rule.profiles.known or ALL_PROFILES) & profiles)
            return in_profile and any(meets(addresses, each) for each in gateway.known)
        if not any(meets(addresses, peer) for peer in remote_side(self._machine, rule)):
            return False
        active = IntervalSet.of(*(PROFILES.index(profile.value) for profile in profiles))
        left = self._question(addresses).left_to(rule).possible
        return any(piece.sets[Axis.PROFILE].meets(active) for piece in left)

    def _question(self, addresses: Addresses) -> Question:
        if addresses not in self._questions:
            traffic = traffic_with(self._machine, addresses)
            self._questions[addresses] = Question(self._machine, traffic, self._others)
        return self._questions[addresses]
