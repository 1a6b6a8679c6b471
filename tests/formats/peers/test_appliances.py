"""The phases of pfSense and OPNsense."""

from __future__ import annotations

from tests import ROOT
from tests.formats.peers.test_gateway_configuration import brief

from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.model.setting import Unknown
from ipseclint.source import HEAD_BYTES, bytes_source
from ipseclint.vocabulary.algorithms import KeyModule

PFSENSE = (ROOT / "fixtures" / "formats" / "gateway-xml" / "pfsense.xml").read_text(encoding="utf-8")
OPNSENSE = """<?xml version="1.0"?>
<opnsense>
  <ipsec>
    <phase1>
      <ikeid>3</ikeid>
      <iketype>ikev1</iketype>
      <encryption-algorithm><name>aes</name><keylen>256</keylen></encryption-algorithm>
      <hash-algorithm>sha256,sha1</hash-algorithm>
      <dhgroup>14,16</dhgroup>
      <lifetime>28800</lifetime>
      <pre-shared-key>aKeyOfThisWall9</pre-shared-key>
      <authentication_method>pre_shared_key</authentication_method>
      <remote-gateway>203.0.113.9</remote-gateway>
    </phase1>
    <phase2>
      <ikeid>3</ikeid>
      <mode>tunnel</mode>
      <pfsgroup>0</pfsgroup>
      <localid><type>lan</type></localid>
      <remoteid><type>network</type><address>10.22.0.0</address><netbits>24</netbits></remoteid>
      <protocol>esp</protocol>
      <encryption-algorithm-option><name>aes256</name></encryption-algorithm-option>
      <hash-algorithm-option>hmac_sha256</hash-algorithm-option>
    </phase2>
  </ipsec>
</opnsense>
"""


def read(text: str) -> Parsed:
    source = bytes_source("config.xml", text.encode())
    form = recognise(source)
    assert form is not None
    assert form.name == "gateway-xml"
    return form.parse(source)


def test_the_phases_of_pfsense() -> None:
    parsed = read(PFSENSE)
    (peer,) = parsed.policy.peers
    assert parsed.problems == ()
    assert peer.name == "Head office"
    assert peer.key_modules is not None
    assert peer.key_modules.known == frozenset({KeyModule.IKEV2})
    assert brief(peer.main_mode) == ["AES-256+SHA-256+SHA-256+DH14"]
    assert brief(peer.quick_mode) == ["AES-256+SHA-256++DH14", "AES-GCM-128+++DH14"]
    assert [str(side.value[0]) for side in (peer.local, peer.remote) if side is not None] == [
        "10.2.0.0/16",
        "10.1.0.0/16",
    ]
    assert [(span.line, span.length) for span in parsed.secrets][:1] == [(29, 15)]


def test_the_phases_of_opnsense() -> None:
    parsed = read(OPNSENSE)
    (peer,) = parsed.policy.peers
    assert parsed.problems == ()
    assert brief(peer.main_mode) == ["AES-256+SHA-256|SHA-1++DH14|DH16"]
    assert brief(peer.quick_mode) == ["AES-256+SHA-256++"]
    assert peer.local is not None
    assert peer.local.value == Unknown("lan")


def test_a_phase_that_is_disabled_is_no_connection() -> None:
    assert (
        read(OPNSENSE.replace("<ikeid>3</ikeid>\n      <iketype>", "<disabled/><ikeid>3</ikeid><iketype>")).policy.peers
        == ()
    )


def test_a_second_phase_that_no_first_one_is_of_is_said() -> None:
    at = PFSENSE.rindex("<ikeid>")
    (problem,) = read(PFSENSE[:at] + PFSENSE[at:].replace("<ikeid>", "<ikeid>9", 1)).problems
    assert problem.span.line == PFSENSE.count("\n", 0, PFSENSE.rindex("<phase2>")) + 1


def test_a_size_that_is_left_to_the_appliance_is_each_of_the_cipher() -> None:
    parsed = read(PFSENSE.replace("<keylen>256</keylen>", "<keylen>auto</keylen>", 1))
    assert parsed.problems == ()
    sizes = [
        sorted({cipher for offer in peer.main_mode or () for cipher in offer.encryption})
        for peer in parsed.policy.peers
    ]
    assert ["AES-128", "AES-192", "AES-256"] in sizes


def test_a_size_that_is_none_is_told() -> None:
    (problem,) = read(PFSENSE.replace("<keylen>256</keylen>", "<keylen>any</keylen>", 1)).problems
    assert problem.span.line == 20


def test_connections_of_swanctl_stand_beside_the_phases() -> None:
    more = (
        "<Swanctl><Connections><Connection uuid='a'><description>x</description></Connection></Connections></Swanctl>"
    )
    assert [peer.name for peer in read(OPNSENSE.replace("</opnsense>", f"{more}</opnsense>")).policy.peers] == [
        "phase1 3",
        "x",
    ]


def test_the_number_of_a_phase_may_stand_at_its_end() -> None:
    number = "      <ikeid>3</ikeid>\n"
    moved = OPNSENSE.replace(number, "", 1).replace("    </phase1>", f"{number}    </phase1>", 1)
    assert [peer.model_dump(exclude={"span"})["name"] for peer in read(moved).policy.peers] == ["phase1 3"]


def test_a_backup_is_read_however_much_stands_before_its_phases() -> None:
    rules = "".join(f"    <rule><type>pass</type><descr>rule {number}</descr></rule>\n" for number in range(2000))
    long = OPNSENSE.replace("  <ipsec>", f"  <filter>\n{rules}  </filter>\n  <ipsec>")
    assert len(long) > HEAD_BYTES
    assert [peer.name for peer in read(long).policy.peers] == [peer.name for peer in read(OPNSENSE).policy.peers]


def test_a_long_backup_without_phases_is_no_gateway() -> None:
    rules = "<rule><type>pass</type></rule>\n" * 4000
    assert recognise(bytes_source("config.xml", f"<opnsense>\n{rules}</opnsense>\n".encode())) is None
