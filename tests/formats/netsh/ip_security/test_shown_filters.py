"""Numbers of the filters that netsh prints: what a protocol and a port can be."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.ip_security.shown_filters import port_number, protocol_number


@cases(
    ("text", "protocol", "port"),
    [
        ("0", 0, 0),
        ("255", 255, 255),
        ("256", None, 256),
        ("65535", None, 65_535),
        ("65536", None, None),
        ("-1", None, None),
        ("TCP", 6, None),
        ("http", None, None),
    ],
)
def test_a_number_beyond_all_protocols_or_ports_is_none(text: str, protocol: int | None, port: int | None) -> None:
    token = Token(text, "shown.txt", 1, 1)
    assert (protocol_number(token), port_number(token)) == (protocol, port)
