"""Which protocols connections try and servers take, and what several inputs say of one server."""

from __future__ import annotations

from typing import Any

from ipseclint.model.remote_access import VpnConnection, VpnServer, one_server
from ipseclint.model.setting import Setting, Unknown
from ipseclint.vocabulary.remote_access import TunnelProtocol, TunnelStrategy
from tests.cases import cases
from tests.made_objects import SPAN, left, said, to

IKEV2, L2TP, SSTP = TunnelProtocol.IKEV2, TunnelProtocol.L2TP, TunnelProtocol.SSTP
UNKNOWN: Setting[Any] = Setting(Unknown("x"), SPAN)


@cases(
    ("protocols", "strategy", "tried", "tries_ike"),
    [
        (None, None, (), False),
        (None, UNKNOWN, (), False),
        (None, said(TunnelStrategy.IKEV2), (IKEV2,), True),
        (None, said(TunnelStrategy.SSTP), (SSTP,), False),
        (UNKNOWN, said(TunnelStrategy.L2TP), (L2TP,), True),
        (said((SSTP,)), said(TunnelStrategy.L2TP), (SSTP,), False),
        (said((SSTP, L2TP)), None, (SSTP, L2TP), True),
        (said(()), said(TunnelStrategy.IKEV2), (), False),
    ],
)
def test_a_list_of_protocols_outweighs_the_strategy(
    protocols: Any, strategy: Any, tried: tuple[TunnelProtocol, ...], *, tries_ike: bool
) -> None:
    connection = VpnConnection(name="x", span=SPAN, protocols=protocols, strategy=strategy)
    assert (connection.tried, connection.tries_ike) == (tried, tries_ike)


@cases(
    ("ikev2", "l2tp", "takes_ike"),
    [(None, None, True), (0, None, True), (None, 0, True), (0, 0, False), (1, 0, True), (0, 1, True)],
)
def test_a_server_takes_no_ike_where_neither_protocol_has_ports(
    ikev2: int | None, l2tp: int | None, *, takes_ike: bool
) -> None:
    ports = {
        name: None if count is None else said(count) for name, count in (("ikev2_ports", ikev2), ("l2tp_ports", l2tp))
    }
    assert VpnServer(span=SPAN, **ports).takes_ike is takes_ike


def test_of_one_server_the_first_word_holds_but_for_defaults_and_a_suite_elsewhere() -> None:
    assert one_server(()) == ()
    alone = VpnServer(span=SPAN, custom_policy=said(value=False))
    assert one_server((alone,)) == (alone,)
    first = VpnServer(
        span=SPAN, custom_policy=said(value=False), ikev2_ports=said(1), fragmentation=left(value=False),
        checks_revocation=left(value=False),
    )  # fmt: skip
    second = VpnServer(
        span=SPAN, custom_policy=said(value=True), main_mode_crypto=to("S"), ikev2_ports=said(2), l2tp_ports=said(3)
    )
    third = VpnServer(span=SPAN, fragmentation=said(value=True), l2tp_ports=said(4), sstp_ports=said(5))
    (one,) = one_server((first, second, third))
    assert (one.custom_policy, one.main_mode_crypto) == (said(value=True), to("S"))
    ports = (one.ikev2_ports, one.l2tp_ports, one.sstp_ports, one.pptp_ports)
    assert ports == (said(2), said(3), said(5), None)
    assert (one.fragmentation, one.checks_revocation) == (said(value=True), left(value=False))
