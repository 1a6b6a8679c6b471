"""For which traffic a rule of the firewall is: its protocol, and its ports at both ends."""

from __future__ import annotations

from typing import Any

from ipseclint.model.policy import ALL_PROFILES, Direction, FirewallAction, FirewallRule
from ipseclint.model.selectors import PortRange
from ipseclint.model.setting import Setting, Unknown
from tests.cases import cases
from tests.made_objects import SPAN, said

IKE, HIGH = (PortRange(500, 500), PortRange(4500, 4501)), (PortRange(49_152, 65_535),)
ANY: tuple[PortRange, ...] = ()
UNKNOWN = Setting[Any](Unknown("?"), SPAN)


def firewall_rule(protocol: Setting[int | None], local: Any, remote: Any) -> FirewallRule:
    return FirewallRule(
        name="F",
        span=SPAN,
        enabled=said(value=True),
        direction=said(Direction.INBOUND),
        action=said(FirewallAction.BLOCK),
        profiles=said(ALL_PROFILES),
        protocol=protocol,
        local_ports=local if isinstance(local, Setting) else said(local),
        remote_ports=remote if isinstance(remote, Setting) else said(remote),
        remote=said(()),
    )


@cases(("local", "remote"), [(ANY, ANY), (IKE, ANY), (ANY, IKE), (IKE, IKE), (IKE, HIGH)])
def test_a_rule_with_ports_is_for_those_among_them_at_both_ends(local: Any, remote: Any) -> None:
    def among(port: int, ranges: tuple[PortRange, ...]) -> bool:
        return ranges == ANY or port in {each for part in ranges for each in range(part.first, part.last + 1)}

    for port in (None, 1, 499, 500, 501, 4499, 4500, 4501, 4502, 65_535):
        expected = port is None or (among(port, local) and among(port, remote))
        assert firewall_rule(said(17), local, remote).takes(17, port) is expected
        assert firewall_rule(said(None), local, remote).takes(17, port) is True
        assert firewall_rule(said(6), local, remote).takes(17, port) is False


@cases(("local", "remote"), [(UNKNOWN, ANY), (ANY, UNKNOWN)])
def test_ports_that_are_not_known_are_none(local: Any, remote: Any) -> None:
    assert firewall_rule(said(17), local, remote).takes(17) is True
    assert firewall_rule(said(17), local, remote).takes(17, 500) is False
    assert firewall_rule(UNKNOWN, ANY, ANY).takes(17) is False
