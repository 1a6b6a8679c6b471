"""Protocols and ports in the selectors of peers."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.peers.test_peers import read

from ipseclint.formats.peers.protocols import joined, traffic_of
from ipseclint.model.selectors import PortRange

UDP_1701 = (17, (PortRange(1701, 1701),))


@cases(
    ("words", "traffic"),
    [
        ("udp/1701", UDP_1701),
        ("17/1701", UDP_1701),
        ("17/%any", (17, ())),
        ("tcp", (6, ())),
        ("tcp/1000-2000", (6, (PortRange(1000, 2000),))),
        ("0/0", (None, ())),
        ("%any/%any", (None, ())),
        ("", (None, ())),
        ("udp/l2f", None),
        ("udp/70000", None),
        ("tcp/9-8", None),
        ("300", None),
        ("/53", None),
    ],
)
def test_a_protocol_and_its_port(words: str, traffic: object) -> None:
    assert traffic_of(words) == traffic


def test_two_sides_have_one_protocol() -> None:
    assert joined(UDP_1701, (None, ())) == (17, UDP_1701[1], ())
    assert joined(UDP_1701, (6, ())) is None


SWANCTL = (
    "connections {{\n  l2tp {{\n    proposals = aes256-sha1-modp2048\n    children {{\n      c {{\n"
    "        mode = transport\n"
    "        local_ts = {}\n        remote_ts = {}\n      }}\n    }}\n  }}\n}}\n"
)


@cases(
    ("local", "remote", "problems"),
    [
        ("dynamic[udp/1701]", "dynamic", []),
        ("10.0.0.1[17/1701],10.0.0.2[udp/1701]", "dynamic[udp]", []),
        ("dynamic[udp/l2f]", "dynamic", ["protocol and port of `dynamic[udp/l2f]` are not read"]),
        ("10.0.0.1[udp],10.0.0.2[tcp]", "dynamic", ["parts of a side with other protocols or ports are not read"]),
    ],
)
def test_selectors_of_swanctl_have_protocols(local: str, remote: str, problems: list[str]) -> None:
    parsed = read(SWANCTL.format(local, remote))
    assert [problem.message for problem in parsed.problems] == problems
    (peer,) = parsed.policy.peers
    if not problems:
        assert (peer.protocol, peer.local_ports, peer.remote_ports) == (17, UDP_1701[1], ())


def test_selectors_of_ipsec_conf_have_protocols() -> None:
    text = "conn l2tp\n  keyexchange=ikev1\n  type=transport\n  left=10.0.0.1\n  right=%any\n  leftprotoport=17/1701\n"
    parsed = read(f"{text}  rightprotoport=17/%any\n", "ipsec-conf")
    assert parsed.problems == ()
    (peer,) = parsed.policy.peers
    assert (peer.protocol, peer.local_ports, peer.remote_ports) == (17, UDP_1701[1], ())
