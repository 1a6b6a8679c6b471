"""The associations that daemons say stand: lines of logs, and lists of those that they have."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.api import check_text
from ipseclint.formats import recognise
from ipseclint.model.events import EventKind, SecurityAssociation
from ipseclint.reporters.verdict import verdict
from ipseclint.source import bytes_source

CHARON = """Feb 11 15:10:05 gw charon: 06[IKE] 192.0.2.9 is initiating an IKE_SA
Feb 11 15:10:05 gw charon: 06[CFG] selected proposal: IKE:AES_CBC_256/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/MODP_2048
Feb 11 15:10:05 gw charon: 07[IKE] IKE_SA rw[1] established between 203.0.113.9[vpn.example.org]...192.0.2.9[10.0.0.4]
Feb 11 15:10:05 gw charon: 07[CFG] selected proposal: ESP:AES_CBC_256/HMAC_SHA2_256_128/NO_EXT_SEQ
Feb 11 15:10:05 gw charon: 07[IKE] CHILD_SA rw{1} established with SPIs c1_i c2_o and TS 0.0.0.0/0 === 10.9.0.1/32
"""
PLUTO = """pluto[9]: "l2tp"[2] 192.0.2.9 #3: responding to Main Mode from unknown peer 192.0.2.9 on port 500
pluto[9]: "l2tp"[2] 192.0.2.9 #3: IKE SA established {auth=PRESHARED_KEY cipher=AES_CBC_256 integ=HMAC_SHA1 group=DH20}
pluto[9]: "l2tp"[2] 192.0.2.9 #4: IPsec SA established transport mode {ESP/NAT=>0x1 <0x2 xfrm=AES_CBC_256-HMAC_SHA1_96}
"""
LIST_SAS = """win: #2, ESTABLISHED, IKEv2, 5ec3b2110cf79245_i 7cfb30548a970e64_r*
  local  'vpn.example.org' @ 203.0.113.9[4500]
  remote '10.0.0.4' @ 192.0.2.9[4500] EAP: 'anna' [10.9.0.1]
  AES_CBC-256/HMAC_SHA1_96/PRF_HMAC_SHA1/MODP_1024
  established 182s ago, rekeying in 13301s
  net: #5, reqid 1, INSTALLED, TUNNEL-in-UDP, ESP:AES_CBC-256/HMAC_SHA1_96
    in  c83708fd,   5860 bytes,    23 packets,    14s ago
    local  0.0.0.0/0
    remote 10.9.0.1/32
"""
STATUSALL = """Security Associations (1 up, 0 connecting):
        azure[1]: ESTABLISHED 2 minutes ago, 203.0.113.9[203.0.113.9]...192.0.2.9[192.0.2.9]
        azure[1]: IKEv2 SPIs: 5ec3b2110cf79245_i* 7cfb30548a970e64_r, pre-shared key reauthentication in 7 hours
        azure[1]: IKE proposal: AES_CBC_256/HMAC_SHA1_96/PRF_HMAC_SHA1/MODP_1024
        azure{1}:  INSTALLED, TUNNEL, reqid 1, ESP SPIs: c83708fd_i ce23a659_o
        azure{1}:  AES_CBC_256/HMAC_SHA1_96, 840 bytes_i (10 pkts, 3s ago), 840 bytes_o, rekeying in 43 minutes
"""


def associations(text: str) -> tuple[SecurityAssociation, ...]:
    """The associations that are read of a text."""
    source = bytes_source("daemon.txt", text.encode())
    format_ = recognise(source)
    assert format_ is not None
    assert format_.name == "ike-log"
    return format_.parse(source).associations


@cases(
    ("text", "own", "suites"),
    [
        (
            CHARON,
            "203.0.113.9",
            ["AES_CBC_256/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/MODP_2048", "AES_CBC_256/HMAC_SHA2_256_128/NO_EXT_SEQ"],
        ),
        (PLUTO, None, ["AES_CBC_256/HMAC_SHA1/DH20", "AES_CBC_256-HMAC_SHA1_96"]),
        (LIST_SAS, "203.0.113.9", ["AES_CBC-256/HMAC_SHA1_96/PRF_HMAC_SHA1/MODP_1024", "AES_CBC-256/HMAC_SHA1_96"]),
        (STATUSALL, "203.0.113.9", ["AES_CBC_256/HMAC_SHA1_96/PRF_HMAC_SHA1/MODP_1024", "AES_CBC_256/HMAC_SHA1_96"]),
    ],
    ids=["charon", "pluto", "swanctl", "ipsec"],
)
def test_both_modes_are_told_with_their_ends_and_suites(text: str, own: str | None, suites: list[str]) -> None:
    found = associations(text)
    assert [each.kind for each in found] == [EventKind.MAIN_MODE, EventKind.QUICK_MODE]
    assert [each.offer for each in found] == suites
    assert {(each.local_address, each.remote_address) for each in found} == {(own, "192.0.2.9")}


def test_lines_that_tell_less_are_associations_of_which_less_is_known() -> None:
    (child,) = associations("charon: 06[IKE] CHILD_SA l2tp{11} established with SPIs c1_i c2_o and TS 10.0.0.1/32\n")
    assert (child.offer, child.remote_address) == (None, None)
    (ike,) = associations('pluto[1]: "x" #2: ISAKMP SA established\n')
    assert (ike.kind, ike.offer, ike.remote_address) == (EventKind.MAIN_MODE, None, None)
    (only,) = associations(LIST_SAS.split("\n", 1)[0] + "\n")
    assert (only.offer, only.local_address) == (None, None)


@cases("number", ["006 ", ""])
def test_what_carries_packets_stands(number: str) -> None:
    line = f'{number}#12: "office"[3] 192.0.2.44, type=ESP, add_time=1754399131, inBytes=2856, outBytes=0\n'
    (child,) = associations(line)
    assert (child.kind, child.remote_address) == (EventKind.QUICK_MODE, "192.0.2.44")


def test_a_list_of_ikev1_is_one_too() -> None:
    assert len(associations(LIST_SAS.replace("IKEv2", "IKEv1"))) == len(associations(LIST_SAS))


def test_what_is_printed_below_a_connection_is_no_part_of_it() -> None:
    configured = "conn office\n  left=203.0.113.9\n  right=%any\n  authby=secret\n  ike=aes256-sha2;modp2048\n\n"
    line = '006 #12: "office"[3] 192.0.2.44, type=ESP, add_time=1754399131, inBytes=2856, outBytes=0\n'
    report = check_text(configured + line, "post.txt")
    assert report.problems == ()
    assert [each.objects for each in report.inputs] == [{"peer": 1, "security_association": 1}]


def test_a_phase_that_a_log_does_not_tell_of_is_not_said_to_have_come_about() -> None:
    line = "09[IKE] IKE_SA win[1] established between 192.0.2.1[192.0.2.1]...198.51.100.1[198.51.100.1]\n"
    sentence = verdict(check_text(line, "charon.log")).sentence
    assert "none failed" not in sentence
    assert "a phase that is not among them is not known to have come about" in sentence


def test_what_stands_alone_is_no_policy_that_could_be_judged() -> None:
    report = check_text(STATUSALL, "status.txt")
    assert (report.findings, report.problems) == ((), ())
    assert verdict(report).sentence.startswith("No policy to judge: nothing tells of a failure")
