"""The proposals that gateways print when they debug IKE."""

from __future__ import annotations

from tests import ROOT
from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.peers.ike_log import FORMATS
from ipseclint.formats.peers.log_proposals import INITIATOR, RESPONDER
from ipseclint.model.peer import Offer
from ipseclint.source import bytes_source, file_source
from ipseclint.vocabulary.algorithms import Encapsulation, KeyModule

LOGS = ROOT / "fixtures" / "formats" / "ike-log"


def offers(name: str, *, quick: bool = False) -> dict[str, tuple[Offer, ...]]:
    """The proposals of each end of a log, of one mode."""
    source = file_source(LOGS / name)
    format_ = recognise(source)
    assert format_ is not None
    peers = format_.parse(source).policy.peers
    return {peer.name: (peer.quick_mode if quick else peer.main_mode) or () for peer in peers}


def test_cisco_lists_both_ends() -> None:
    theirs, own = (offers("cisco.log")[end] for end in (INITIATOR, RESPONDER))
    assert [(each.encryption, each.integrity, each.prfs, each.groups) for each in theirs] == [
        (("AES-256", "AES-128"), ("SHA-256",), ("SHA-256",), ("DH14", "DH2")),
        (("AES-GCM-128",), (), ("SHA-384",), ("DH19",)),
    ]
    assert [(each.encryption, each.integrity, each.prfs, each.groups) for each in own] == [
        (("AES-GCM-256",), (), ("SHA-384",), ("DH20",))
    ]
    assert all(each.is_understood for each in (*theirs, *own))
    assert (theirs[1].span.line, theirs[1].span.column) == (5, 14)


def test_fortinet_lists_both_ends_of_a_child() -> None:
    assert {
        end: [(each.encapsulation, each.encryption, each.integrity, each.groups) for each in listed]
        for end, listed in offers("fortinet.log", quick=True).items()
    } == {
        INITIATOR: [(Encapsulation.ESP, ("AES-256",), ("SHA-256",), ("DH20",))],
        RESPONDER: [(Encapsulation.ESP, ("AES-GCM-128",), (), ("DH14",))],
    }


CHECKED = """*Mar  1 00:03:12: ISAKMP:(0):Checking ISAKMP transform 1 against priority 10 policy
*Mar  1 00:03:12: ISAKMP:      encryption AES-CBC
*Mar  1 00:03:12: ISAKMP:      keylength of 256
*Mar  1 00:03:12: ISAKMP:      hash SHA
*Mar  1 00:03:12: ISAKMP:      unknown DH group 20
*Mar  1 00:03:12: ISAKMP:      auth pre-share
*Mar  1 00:03:12: ISAKMP:(0):{} offered does not match policy!
*Mar  1 00:03:12: ISAKMP:(0):atts are not acceptable. Next payload is 3
*Mar  1 00:03:12: ISAKMP:(0):Checking ISAKMP transform 2 against priority 10 policy
*Mar  1 00:03:12: ISAKMP:      encryption 3DES-CBC
*Mar  1 00:03:12: ISAKMP:      hash SHA
*Mar  1 00:03:12: ISAKMP:      default group 2
*Mar  1 00:03:12: ISAKMP:(0):{} offered does not match policy!
*Mar  1 00:03:12: ISAKMP:(0):atts are not acceptable. Next payload is 0
"""
REFUSED = "*Mar  1 00:03:13: ISAKMP:(0): phase 1 SA policy not acceptable! (local 203.0.113.1 remote 198.51.100.3)\n"


def test_ios_names_what_it_is_offered_and_what_differs() -> None:
    hashes, groups = "Hash algorithm", "Diffie-Hellman group"
    text = CHECKED.format(groups, hashes) + CHECKED.format(hashes, groups).replace("10 policy", "20 policy") + REFUSED
    source = bytes_source("router.txt", text.encode())
    format_ = recognise(source)
    assert format_ is not None
    parsed = format_.parse(source)
    (peer,) = parsed.policy.peers
    assert peer.key_modules is not None
    assert peer.key_modules.known == {KeyModule.IKEV1}
    assert [(each.encryption, each.integrity, each.groups) for each in peer.main_mode or ()] == [
        (("AES-256",), ("SHA-1",), ("DH20",)),
        (("3DES",), ("SHA-1",), ("DH2",)),
    ]
    (event,) = parsed.events
    told = f"{groups} offered does not match policy; {hashes} offered does not match policy"
    assert (event.error_code, event.state) == (13868, f"phase 1 SA policy not acceptable: {told}")
    assert event.remote_address == "198.51.100.3"


@cases("about", ["0:a1b2c3d4/0000000000000000:14", "V=root:0:a1b2/0000:14", "0:gw:7"])
def test_fortinet_refuses_by_what_it_calls_the_attempt(about: str) -> None:
    source = bytes_source(
        "fgt.log", f"ike 0: comes 198.51.100.21:500->203.0.113.10:500\nike {about}: no proposal chosen\n".encode()
    )
    format_ = recognise(source)
    assert format_ is not None
    (event,) = format_.parse(source).events
    assert (event.error_code, event.remote_address) == (13868, "198.51.100.21")


def test_only_the_last_lists_of_a_log_count() -> None:
    text = (LOGS / "cisco.log").read_text()
    source = bytes_source("asa.log", (text + text.replace("Group 14", "Group 24")).encode())
    format_ = recognise(source)
    assert format_ is not None
    first, _ = format_.parse(source).policy.peers
    assert [each.groups for each in first.main_mode or ()] == [("DH24", "DH2"), ("DH19",)]


@cases("line", ["Proposal 1: AES-CBC-256", "type=ENCR, val=AES_CBC (key_len = 256)"])
def test_what_follows_no_title_is_of_no_end(line: str) -> None:
    source = bytes_source("a.log", f"kmd[1]: IKE negotiation failed with error: Timed out\n{line}\n".encode())
    format_ = recognise(source)
    assert format_ is not None
    assert format_.parse(source).policy.peers == ()


SCAN = (
    "I ran a scan of my server, IPsec PSK: Vx9pQ2mmT\n\n"
    "sudo ./ike-scan.sh 192.0.2.7 | grep SA\n"
    "SA=(Enc=3DES Hash=SHA1 Auth=PSK Group=2:modp1024 LifeType=Seconds LifeDuration(4)=0x00007080)\n"
    " SA=(Enc=AES KeyLength=256 Hash=SHA2-256 Group=14:modp2048 Auth=PSK LifeType=Seconds LifeDuration=28800)\n"
    " SA=(Enc=AES KeyLength=256 Hash=SHA2-256 Group=14:modp2048 Auth=RSA_Sig LifeType=Seconds LifeDuration=28800)\n"
    "SA=(Enc=AES Hash=MD5 Auth=PSK Group=1:modp768)\n"
)


def test_what_a_scan_found_a_server_take_is_offered_once_in_main_mode_of_ikev1() -> None:
    source = bytes_source("scan.txt", SCAN.encode())
    format_ = recognise(source)
    assert format_ is not None
    (peer,) = format_.parse(source).policy.peers
    assert (peer.name, peer.key_modules.known, peer.quick_mode) == (RESPONDER, {KeyModule.IKEV1}, None)
    assert [(each.encryption, each.integrity, each.groups) for each in peer.main_mode or ()] == [
        (("3DES",), ("SHA-1",), ("DH2",)),
        (("AES-256",), ("SHA-256",), ("DH14",)),
        (("AES-128",), ("MD5",), ("DH1",)),
    ]
    assert (peer.main_mode or ())[0].span.line == 4


@cases("text", ["SA=(Encr=3DES Hash=SHA1)\n", "NSA=(Enc=3DES Hash=SHA1)\n", "The SA=(of the server)\n"])
def test_what_only_resembles_a_scan_is_none(text: str) -> None:
    assert recognise(bytes_source("scan.txt", text.encode())) is None


OFFERED = """\
ike 0:tun:12: incoming proposal:
ike 0:tun:12: proposal id = 1:
ike 0:tun:12:   protocol = IKEv2:
ike 0:tun:12:         type=ENCR, val=AES_CBC (key_len = 256)
ike 0:tun:12:         type=DH_GROUP, val=MODP2048.
ike 0:tun:12: my proposal, gw tun:
ike 0:tun:12: proposal id = 1:
ike 0:tun:12:         type=ENCR, val=AES_CBC (key_len = 128)
"""


def test_proposals_alone_are_both_ends() -> None:
    format_ = recognise(source := bytes_source("a.log", OFFERED.encode()))
    assert format_ is not None
    ends = [(peer.name, (peer.main_mode or ())[0].encryption) for peer in format_.parse(source).policy.peers]
    assert ends == [(INITIATOR, ("AES-256",)), (RESPONDER, ("AES-128",))]


@cases("length", ["ninety", "12x"])
def test_a_length_of_a_key_that_is_no_number_is_said(length: str) -> None:
    problems = _read(OFFERED.replace("256", length)).problems
    assert [problem.message for problem in problems] == [f"unknown algorithm `aes{length}`"]


@cases("text", ["my proposal, as I wrote: take AES\n", "The incoming proposal: see below\n"])
def test_proposals_of_people_are_none(text: str) -> None:
    assert recognise(bytes_source("a.txt", text.encode())) is None


def _listed(cipher: str, title: str) -> str:
    return f"ike 0:tun:1: {title} proposal:\nike 0:tun:1: proposal id = 1:\nike 0:tun:1:  type=ENCR, val={cipher}\n"


def _read(text: str) -> Parsed:
    return FORMATS[0].parse(bytes_source("ike.log", text.encode()))


_DAEMON = "charon: 15[CFG] received proposals: IKE:AES_CBC_256/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/MODP_2048\n"


@cases("order", [1, -1])
def test_proposals_of_a_daemon_beside_those_of_a_gateway_are_said_to_be_passed_over(order: int) -> None:
    both = _listed("AES_CBC (key_len = 256)", "incoming") + _listed("AES_CBC (key_len = 128)", "my")
    parsed = _read("".join([both, _DAEMON][::order]))
    (problem,) = parsed.problems
    assert "proposals of a daemon stand in one text with those of a gateway" in problem.message
    assert problem.span.line == (7 if order == 1 else 1)
    assert _read(both).problems == _read(_DAEMON).problems == ()


@cases(
    ("ciphers", "is_counted"),
    [(("3DES", "3DES"), False), (("3DES", "DES"), True), (("DES", "3DES", "3DES"), True), (("3DES",), False)],
)
def test_proposals_of_an_earlier_negotiation_are_counted(ciphers: tuple[str, ...], *, is_counted: bool) -> None:
    parsed = _read(
        "".join(_listed(cipher, "incoming") + _listed("AES_CBC (key_len = 128)", "my") for cipher in ciphers)
    )
    assert len(parsed.policy.peers) == 2
    assert [name for name, _ in parsed.unread] == ["`proposals of an earlier negotiation`"] * is_counted


@cases(
    ("old", "new", "unknown"),
    [("SHA256 SHA256", "SHA256 zonk", "zonk"), ("PRF: SHA384", "PRF: zonk", "zonk"), ("Group 14", "Group 12x", "12x")],
)
def test_a_word_in_a_proposal_of_cisco_that_is_not_known_is_said(old: str, new: str, unknown: str) -> None:
    text = (ROOT / "fixtures" / "formats" / "ike-log" / "cisco.log").read_text("utf-8")
    assert old in text
    messages = [problem.message for problem in _read(text.replace(old, new, 1)).problems]
    assert messages == [*(problem.message for problem in _read(text).problems), f"unknown algorithm `{unknown}`"]
