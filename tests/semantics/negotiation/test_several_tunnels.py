"""Several tunnels between the same gateways, and an address that an end is expected to show."""

from __future__ import annotations

from pathlib import Path

from ipseclint.engine.inputs.paths import candidates
from ipseclint.engine.machines import make_machine, read_inputs
from ipseclint.engine.negotiate import answers
from ipseclint.model.site import Site
from ipseclint.semantics.negotiation.pairs import pairs
from ipseclint.semantics.negotiation.unpaired import unpaired
from tests.cases import cases
from tests.semantics.negotiation.two_ends import answered, machine, verdict

RULE = (
    'netsh advfirewall consec add rule name="{name}" endpoint1={here} endpoint2={there} action=requireinrequireout '
    "mode=tunnel localtunnelendpoint=198.51.100.1 remotetunnelendpoint=203.0.113.1 qmsecmethods={quick} "
    "auth1=computerpsk auth1psk=k {more}\n"
)
MAIN = "netsh advfirewall set global mainmode mmsecmethods dhgroup14:aes256-sha256\n"
CONN = (
    "conn {name}\n keyexchange=ikev1\n authby=psk\n left=203.0.113.1\n right=198.51.100.1\n leftsubnet={here}\n"
    " rightsubnet={there}\n ike=aes256-sha256-modp2048!\n esp={quick}!\n{more} auto=add\n"
)


def rule(name: str, here: str, there: str, quick: str = "esp:sha256-aes256", more: str = "") -> str:
    return RULE.format(name=name, here=here, there=there, quick=quick, more=more)


def conn(name: str, here: str, there: str, quick: str = "aes256-sha256", more: str = "") -> str:
    return CONN.format(name=name, here=here, there=there, quick=quick, more=more)


def told(a: str, b: str) -> list[tuple[str, str, str]]:
    """Who meets whom, and what comes of it, the first asking."""
    rows = [row.outcome for row in answered(a, b) if row.initiator == "a"]
    return sorted((each.initiator.subject[6:-1], each.responder.subject[12:-1], each.verdict.value) for each in rows)


NETS = ("10.1.0.0/16", "10.2.0.0/16"), ("10.3.0.0/16", "10.4.0.0/16")


def test_each_of_several_tunnels_meets_the_one_for_its_traffic() -> None:
    (one, two), (three, four) = NETS
    here = MAIN + rule("R1", one, two) + rule("R2", three, four, "esp:sha1-3des")
    there = conn("c2", four, three) + conn("c1", two, one)
    assert told(here, there) == [("R1", "c1", "secured"), ("R2", "c2", "fails")]


def test_a_tunnel_within_another_meets_the_one_of_its_own_size() -> None:
    here = MAIN + rule("wide", "10.1.0.0/16", "10.2.0.0/16") + rule("narrow", "10.1.5.0/24", "10.2.5.0/24")
    there = conn("n", "10.2.5.0/24", "10.1.5.0/24") + conn("w", "10.2.0.0/16", "10.1.0.0/16")
    assert told(here, there) == [("narrow", "n", "secured"), ("wide", "w", "secured")]


def test_tunnels_for_other_ports_meet_their_own() -> None:
    web, names = "protocol=tcp port2=443", "protocol=udp port2=53"
    here = MAIN + rule("web", *NETS[0], more=web) + rule("dns", *NETS[0], more=names)
    ports = " leftprotoport={0}\n rightprotoport={1}\n"
    two, one = reversed(NETS[0])
    there = conn("d", two, one, more=ports.format("udp/53", "udp")) + conn(
        "w", two, one, more=ports.format("tcp/443", "tcp")
    )
    assert told(here, there) == [("dns", "d", "secured"), ("web", "w", "secured")]


def test_a_tunnel_for_one_port_meets_its_own_and_not_one_for_all_ports() -> None:
    web = "protocol=tcp port2=443"
    here = MAIN + rule("all", *NETS[0], more="protocol=tcp") + rule("web", *NETS[0], more=web)
    ports = " leftprotoport={0}\n rightprotoport=tcp\n"
    two, one = reversed(NETS[0])
    there = conn("w", two, one, more=ports.format("tcp/443")) + conn("a", two, one, more=ports.format("tcp"))
    assert told(here, there) == [("all", "a", "secured"), ("web", "w", "secured")]


def test_a_tunnel_with_a_slip_in_its_subnet_meets_the_one_that_is_left() -> None:
    (one, two), (three, four) = NETS
    here = MAIN + rule("R1", one, two) + rule("R2", three, four)
    there = conn("c1", two, one) + conn("c2", "10.44.0.0/16", three)
    assert told(here, there) == [("R1", "c1", "secured"), ("R2", "c2", "fails")]


def test_an_end_that_was_looked_at_from_its_other_side_is_in_a_pair() -> None:
    mine, theirs = conn("c", *NETS[0]), conn("c", *NETS[0])
    one, other = machine(mine, "a"), machine(theirs, "b")
    met = pairs(one, other)
    assert met
    assert unpaired((one, other), met) == []


@cases(
    ("expected", "verdict_"),
    [("198.51.100.1", "secured"), ("198.51.100.9", "depends"), ("%any", "secured"), ("win.example.org", "depends")],
)
def test_an_end_without_an_identity_shows_its_address(expected: str, verdict_: str) -> None:
    here, there = MAIN + rule("R", *NETS[0]), conn("c", *reversed(NETS[0]), more=f" rightid={expected}\n")
    assert verdict(here, there)[0] == verdict_


def test_of_connections_to_one_peer_the_one_that_speaks_its_key_module_is_meant() -> None:
    two, one = reversed(NETS[0])
    newer = conn("v2", two, one).replace("keyexchange=ikev1", "keyexchange=ikev2")
    here = MAIN + rule("R", *NETS[0])
    assert told(here, newer + conn("v1", two, one)) == [("R", "v1", "secured")]
    assert told(here, newer) == [("R", "v2", "fails")]


@cases("word", ["sha256-96", "sha2-truncbug"])
def test_sha256_that_is_cut_short_agrees_with_nothing_for_sure(word: str) -> None:
    here = MAIN + rule("R", *NETS[0])
    two, one = reversed(NETS[0])
    for value, result in (("yes", "unknown"), ("no", "secured")):
        text = conn("c", two, one, more=f" {word}={value}\n")
        if word == "sha2-truncbug":
            text = (
                text.replace("!", "")
                .replace("-modp2048", ";modp2048")
                .replace("keyexchange=ikev1", "ikev2=no\n pfs=no")
            )
        other = machine(text, "b", is_whole=value == "no")
        assert {row.outcome.verdict.value for row in answers(machine(here, "a"), other)} == {result}
    gcm = conn("c", two, one, quick="aes256-sha1", more=" sha256-96=yes\n")
    assert told(MAIN + rule("R", *NETS[0], "esp:sha1-aes256"), gcm) == [("R", "c", "secured")]


def test_a_connection_that_is_not_loaded_is_no_end() -> None:
    two, one = reversed(NETS[0])
    off = conn("c", two, one).replace("auto=add", "auto=ignore")
    assert machine(off, "b", is_whole=False).policy.peers == ()
    base = off.replace("conn c", "conn base") + "conn used\n also=base\n auto=add\n"
    assert [peer.name for peer in machine(base, "b").policy.peers] == ["used"]


def test_of_several_connections_each_meets_the_one_that_expects_its_identity(tmp_path: Path) -> None:
    """Both take what they have in common from one file, which two sections include."""
    base = (
        "      local_addrs = 192.0.2.1\n      proposals = aes256-sha256-modp2048\n      version = 2\n"
        "      local {\n         auth = psk\n         id = gate.example.org\n      }\n"
        "      children {\n         net {\n            local_ts = 10.1.0.0/16\n         }\n      }\n"
    )
    gate = "".join(
        f"   for-{name} {{\n      include base.conf\n      remote {{\n         auth = psk\n"
        f"         id = {name}.example.org\n      }}\n   }}\n"
        for name in ("carol", "dave")
    )
    client = (
        "connections {\n   home {\n      local_addrs = 192.0.2.200\n      remote_addrs = 192.0.2.1\n"
        "      proposals = aes256-sha256-modp2048\n      version = 2\n"
        "      local {\n         auth = psk\n         id = dave.example.org\n      }\n"
        "      remote {\n         auth = psk\n         id = gate.example.org\n      }\n"
        "      children {\n         net {\n            remote_ts = 10.1.0.0/16\n         }\n      }\n   }\n}\n"
    )
    (tmp_path / "gate").mkdir()
    (tmp_path / "gate" / "base.conf").write_text(base)
    (tmp_path / "gate" / "swanctl.conf").write_text(f"connections {{\n{gate}}}\n")
    inputs = read_inputs(candidates([str(tmp_path / "gate")]))
    rows = answers(machine(client, "a"), make_machine("gate", inputs, Site()))
    assert [(row.pair.b.subject, row.outcome.verdict.value) for row in rows] == [
        ('connection "for-dave"', "secured")
    ] * 2
