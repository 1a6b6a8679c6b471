"""The packets of a rule of the firewall as they come in: from its peers, to an address of the machine, as it says."""

from __future__ import annotations

from ipseclint.model.policy import ALL_PROFILES
from ipseclint.model.selectors import PortRange
from ipseclint.model.settings import Direction, FirewallAction, FirewallRule
from ipseclint.model.site import NO_FACTS
from ipseclint.semantics.packets.box import Axis
from ipseclint.semantics.rule_boxes import IN, inbound_firewall_boxes
from tests.cases import cases
from tests.made_objects import SPAN, addresses, said


@cases(
    ("remote", "families", "keywords"),
    [
        (("10.2.0.0/16",), [4], []),
        (("10.2.0.0/16", "2001:db8::/32"), [4, 6], []),
        (("dns",), [4, 6], ["dns"]),
    ],
)
def test_what_comes_in_comes_to_the_machine_from_those_that_the_rule_names(
    remote: tuple[str, ...], families: list[int], keywords: list[str]
) -> None:
    rule = FirewallRule(
        name="F",
        span=SPAN,
        enabled=said(value=True),
        direction=said(Direction.INBOUND),
        action=said(FirewallAction.BLOCK),
        profiles=said(ALL_PROFILES),
        protocol=said(17),
        local_ports=said((PortRange(500, 500),)),
        remote_ports=said((PortRange(1, 9),)),
        remote=said(addresses(*remote)),
    )
    boxes = inbound_firewall_boxes(rule, NO_FACTS)
    assert sorted(each.family for each in boxes) == families
    for each in boxes:
        assert {(condition.axis, condition.name) for condition in each.conditions} == {
            (Axis.DESTINATION, "me"),
            *((Axis.SOURCE, keyword) for keyword in keywords),
        }
        wanted = {
            Axis.PROTOCOL: (17, 17),
            Axis.SOURCE_PORT: (1, 9),
            Axis.DESTINATION_PORT: (500, 500),
            Axis.DIRECTION: (IN, IN),
        }
        assert {axis: each.sets[axis].spans for axis in wanted} == {axis: (span,) for axis, span in wanted.items()}
