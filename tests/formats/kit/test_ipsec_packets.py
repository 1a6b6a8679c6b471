"""A packet is of IPsec by its protocol, or by UDP and a port of IKE; what is not said is neither."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.kit.ipsec_packets import is_of_ipsec


@cases(
    ("protocol", "ports", "is_so"),
    [
        ("50", (), True),
        ("51", (None, None), True),
        ("17", ("500", None), True),
        ("17", (None, "4500"), True),
        ("17", (None, None), False),
        ("17", ("5000", "50"), False),
        ("6", ("500", "500"), False),
        (None, ("500", "500"), False),
    ],
)
def test_a_packet_of_ipsec(protocol: str | None, ports: tuple[str | None, ...], is_so: bool) -> None:
    assert is_of_ipsec(protocol, *ports) is is_so
