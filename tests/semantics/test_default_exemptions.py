"""The packets that each exemption by itself leaves alone are those of its protocol, and no others."""

from __future__ import annotations

from ipseclint.semantics.default_exemptions import exempt_packets
from ipseclint.vocabulary.settings import Exemption
from tests.cases import cases
from tests.semantics.as_text import told


@cases(
    ("exemption", "packets"),
    [
        (Exemption.NEIGHBOR_DISCOVERY, ["v6 protocol=3a icmp=8500-89ff"]),
        (Exemption.ROUTER_DISCOVERY, ["v6 protocol=3a icmp=8500-86ff"]),
        (Exemption.ICMP, ["v4 protocol=1", "v6 protocol=3a"]),
        (
            Exemption.DHCP,
            [
                "v4 protocol=11 source_port=43-44 destination_port=43-44",
                "v6 protocol=11 source_port=222-223 destination_port=222-223",
            ],
        ),
    ],
)
def test_an_exemption_is_of_the_packets_of_its_protocol(exemption: Exemption, packets: list[str]) -> None:
    assert [told(each) for each in exempt_packets(exemption)] == packets
