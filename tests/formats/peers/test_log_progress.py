"""With whom a line of a log negotiates, and what it means that nothing came behind it."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.peers import ike_log
from ipseclint.formats.peers.log_progress import _PEER_WORDS, peer_of, progress_of
from ipseclint.model.events import Event, EventKind
from ipseclint.source import bytes_source

PEER = "203.0.113.9"
NAMING = (
    f"11[NET] received packet: from {PEER}[500] to 198.51.100.5[500] (408 bytes)",
    f"11[NET] sending packet: from 198.51.100.5[4500] to {PEER}[4500] (76 bytes)",
    f"11[IKE] {PEER} is initiating an IKE_SA",
    f"11[IKE] <con1|4> {PEER} is initiating a Main Mode IKE_SA",
    f"11[IKE] initiating IKE_SA office[3] to {PEER}",
    f"11[IKE] no IKE config found for 198.51.100.5...{PEER}, sending NO_PROPOSAL_CHOSEN",
    f"11[JOB] deleting half open IKE_SA with {PEER} after timeout",
    f'pluto[7]: "cp"[2] {PEER} #3: deleting incomplete state after 200 seconds',
    f"pluto[7]: packet from {PEER}:61160: initial parent SA message received on 198.51.100.5:500",
    f'pluto[7]: "t" #5: responding to AUTH message (ID 1) from {PEER}:500 with encrypted notification TS_UNACCEPTABLE',
    f'pluto[7]: "t" #5: sending encrypted notification INVALID_ID_INFORMATION to {PEER}:4500',
    f"%ASA-5-713904: Group = {PEER}, IP = {PEER}, All SA proposals found unacceptable",
    f"ISAKMP (0:2): phase 2 SA policy not acceptable! (local 198.51.100.5 remote {PEER})",
    f"%CRYPTO-4-IKMP_BAD_MESSAGE: IKE message from {PEER} failed its sanity check or is malformed",
    f'ISAKMP:(1001):deleting SA reason "Death by retransmission P1" state (I) MM_KEY_EXCH (peer {PEER})',
    f'msg="IPsec phase 2 error" remip={PEER} locip=198.51.100.5',
    f'msg="IPsec phase 2 error" remip="{PEER}" locip="198.51.100.5"',
    f"ike 0: comes {PEER}:500->198.51.100.5:500,ifindex=3",
    f"kmd[5]: IKE negotiation failed with error: No proposal chosen. Local: 198.51.100.5/500, Remote: {PEER}/500",
    f"ipsec,error {PEER} failed to get valid proposal.",
    f"ipsec, error {PEER} failed to get valid proposal.",
    f"no matching secret. ike connection: vpnx, my ip: 198.51.100.5, peer ip: {PEER}.",
    f"ipsec,error phase1 negotiation failed due to time up 198.51.100.5[500]<=>{PEER}[500] 3c1f:0000",
)


@cases("line", NAMING)
def test_the_other_end_of_a_line_is_known_and_not_the_own(line: str) -> None:
    assert peer_of(line) == PEER
    assert any(word in line for word in _PEER_WORDS)


@cases("line", ["selected proposal: IKE:AES_CBC_256", "IP = none, failed", "(peer 999.1.1.1)"])
def test_a_line_that_names_none_has_none(line: str) -> None:
    assert peer_of(line) is None


@cases("line", ["11[IKE] authentication of 'CN=a' with EAP successful", "13[CFG] selected proposal: IKE:AES_CBC_256"])
def test_a_line_of_a_daemon_that_names_none_is_not_searched(line: str) -> None:
    assert not any(word in line for word in _PEER_WORDS)


BEGIN = f"11[IKE] {PEER} is initiating an IKE_SA\n"
ANSWERED = "11[ENC] generating IKE_SA_INIT response 0 [ SA KE No N(NATD_S_IP) N(NATD_D_IP) CERTREQ ]\n"
SHOWED = "12[ENC] parsed IKE_AUTH request 1 [ IDi SA TSi ]\n"
SHOWED += "12[ENC] generating IKE_AUTH response 1 [ IDr CERT AUTH EAP/REQ/ID ]\n"
ENDED = "13[JOB] deleting half open IKE_SA after timeout\n"


def events(text: str) -> tuple[Event, ...]:
    return ike_log.parse(bytes_source("charon.log", text.encode())).events


@cases(
    ("before", "meaning"),
    [
        ("", ""),
        (ANSWERED, "IKE_SA_INIT was answered and no IKE_AUTH came"),
        (ANSWERED + SHOWED, "no answer came to the certificate of this end"),
        (f"{ANSWERED}{SHOWED}14[ENC] parsed IKE_AUTH request 2 [ EAP/RES/ID ]\n", ""),
    ],
)
def test_an_attempt_that_ends_without_an_answer_tells_how_far_it_came(before: str, meaning: str) -> None:
    (event,) = events(f"{BEGIN}{before}{ENDED}")
    assert (event.error_code, event.remote_address, event.by_daemon) == (13805, PEER, True)
    assert ((event.progress or "")[: len(meaning)], bool(event.progress)) == (meaning, bool(meaning))


def test_of_a_log_of_several_peers_neither_is_told_unless_the_line_names_it() -> None:
    other = BEGIN.replace(PEER, "203.0.113.10")
    (event,) = events(f"{other}{BEGIN}{ANSWERED}{ENDED}")
    assert (event.remote_address, event.progress) == (None, None)


@cases(
    ("line", "begin"),
    [
        ("[ENC] generating IKE_SA_INIT request 0 [ SA KE No ]", "nothing was answered"),
        ("[ENC] generating IKE_AUTH request 1 [ IDi CERT ]", "IKE_SA_INIT was answered and IKE_AUTH was not"),
        ('182 "t" #16: STATE_PARENT_I2: sent v2I2, expected v2R2', "IKE_SA_INIT was answered and IKE_AUTH was not"),
    ],
)
def test_an_initiator_knows_what_was_answered(line: str, begin: str) -> None:
    progress = progress_of(line)
    assert progress is not None
    assert progress.words.startswith(begin)


def test_a_list_of_associations_tells_which_negotiations_are_under_way() -> None:
    listed = (
        "office: #14, CONNECTING, IKEv2, 6a1b2c3d4e5f6071_i* 0000000000000000_r\n"
        f"  local  'vpn.example.org' @ 198.51.100.3[500]\n  remote '%any' @ {PEER}[500]\n  active:  IKE_AUTH\n"
        "branch: #15, CONNECTING, IKEv2, 6a1b2c3d4e5f6072_i 8f2d01a9e3c5b7d1_r*\n"
        "  local  'vpn.example.org' @ 198.51.100.3[500]\n  remote '%any' @ 203.0.113.10[500]\n"
        f"   old[3]: CONNECTING, 198.51.100.3[%any]...203.0.113.11[%any]\n"
    )
    told = [(each.error_code, each.role, each.remote_address, bool(each.progress)) for each in events(listed)]
    assert told == [
        (13803, "initiator", PEER, True),
        (13803, "responder", "203.0.113.10", False),
        (13803, None, "203.0.113.11", False),
    ]


FIRST = "office: #14, CONNECTING, IKEv2, 6a1b2c3d4e5f6071_i* 0000000000000000_r\n"
SECOND = "branch: #15, CONNECTING, IKEv2, 6a1b2c3d4e5f6072_i 8f2d01a9e3c5b7d1_r*\n"
REMOTE = f"  remote '%any' @ {PEER}[500]\n"


@cases(
    ("listed", "expected"),
    [
        (FIRST + SECOND, [("initiator", None), ("responder", None)]),
        (FIRST + SECOND + REMOTE, [("initiator", None), ("responder", PEER)]),
        (FIRST + REMOTE + REMOTE + SECOND, [("initiator", PEER), ("responder", None)]),
        (FIRST + "  active:  IKE_SA_INIT\n" + REMOTE, [("initiator", PEER)]),
        (FIRST + "home: #2, ESTABLISHED, IKEv2, 5ec3_i 7cfb_r*\n" + REMOTE, [("initiator", None)]),
        (REMOTE + FIRST, [("initiator", None)]),
    ],
)
def test_a_negotiation_under_way_has_the_other_end_that_stands_below_it(
    listed: str, expected: list[tuple[str, str | None]]
) -> None:
    assert [(each.role, each.remote_address) for each in events(listed)] == expected


NO_MAP = (
    "%ASA-3-713061: Group = 203.0.113.9, IP = 203.0.113.9, Rejecting IPSec tunnel: no matching crypto map entry for"
    " remote proxy 10.9.0.0/255.255.0.0/0/0 local proxy 10.1.0.0/255.255.255.0/0/0 on interface outside"
)
REFUSED = (
    (NO_MAP, 13825),
    ("%ASA-5-713904: Group = 203.0.113.9, IP = 203.0.113.9, All SA proposals found unacceptable", 13868),
    ("[IKEv1]: Group = 203.0.113.9, IP = 203.0.113.9, All IPSec SA proposals found unacceptable!", 13868),
    (
        "[IKEv1]: IP = 203.0.113.9, ERROR, had problems decrypting packet, probably due to mismatched pre-shared key.",
        13801,
    ),
    ("00:27:07: IPSEC(validate_transform_proposal): proxy identities not supported", 13825),
    ("%CRYPTO-4-IKMP_BAD_MESSAGE: IKE message from 203.0.113.9 failed its sanity check or is malformed", 13801),
    ("09:12:45 ipsec,error 203.0.113.9 parsing packet failed, possible cause: wrong password", 13801),
    ("11[IKE] authentication of 'vpn.example.org' (myself) with RSA signature failed", 13801),
    ("May  8 17:43:45 msg: no suitable proposal found.", 13868),
)


@cases(("line", "code"), REFUSED)
def test_what_gateways_say_when_they_refuse_is_known(line: str, code: int) -> None:
    source = bytes_source("gateway.log", f"{line}\n".encode())
    assert ike_log.recognise(source)
    assert [event.error_code for event in ike_log.parse(source).events] == [code]


def test_what_follows_from_a_selector_that_was_refused_is_no_other_cause() -> None:
    told = events(
        "00:27:07: IPSEC(validate_transform_proposal): proxy identities not supported\n"
        "00:27:07: ISAKMP (0:2): IPSec policy invalidated proposal\n"
        "00:27:07: ISAKMP (0:2): phase 2 SA policy not acceptable! (local 198.51.100.1 remote 203.0.113.9)\n"
    )
    assert [(event.error_code, event.remote_address) for event in told] == [(13825, PEER)]


def test_what_is_refused_at_a_renewal_may_be_the_group_for_forward_secrecy() -> None:
    (event,) = events(
        "09[ENC] <con1|4> generating CREATE_CHILD_SA request 8 [ N(REKEY_SA) SA No KE TSi TSr ]\n"
        "09[ENC] <con1|4> parsed CREATE_CHILD_SA response 8 [ N(NO_PROP) ]\n"
        "09[IKE] <con1|4> received NO_PROPOSAL_CHOSEN notify, no CHILD_SA built\n"
    )
    assert event.error_code == 13868
    assert event.progress is not None
    assert event.progress.startswith("it was a renewal: the ends may differ in the group")


@cases(
    ("line", "kind"),
    [
        ("IKE Phase-1 Failure: Main mode - no proposal chosen", EventKind.MAIN_MODE),
        ("IKE Phase-2 Failure: Quick mode - no proposal chosen", EventKind.QUICK_MODE),
    ],
)
def test_kmd_says_in_which_phase_nothing_was_taken(line: str, kind: EventKind) -> None:
    (event,) = events(f"Jun  3 09:12:44 srx kmd[18]: {line} [spi=00000000, src_ip={PEER}, dst_ip=198.51.100.5]\n")
    assert (event.error_code, event.kind) == (13868, kind)


ANSWERED_BY_PLUTO = (
    'pluto[7]: "cp"[2] 203.0.113.9 #5: responding to Main Mode from unknown peer 203.0.113.9:500\n'
    'pluto[7]: "cp"[2] 203.0.113.9 #5: STATE_MAIN_R1: sent MR1, expecting MI2\n'
)


@cases(
    ("lines", "count", "meaning"),
    [
        ("#5: retransmitting in response to duplicate packet; already STATE_MAIN_R1\n", 1, "the client asks the same"),
        ("#5: discarding duplicate packet -- exhausted retransmission; already STATE_MAIN_R3\n", 1, "the client asks"),
        ("#5: retransmitting in response to duplicate packet; already STATE_QUICK_R1\n" * 3, 1, "the client asks"),
        ("#5: deleting state (STATE_MAIN_R1) and NOT sending notification\n" * 2, 2, ""),
        ("#5: deleting other state #5 (STATE_PARENT_R1) aged 200.1s\n", 1, "IKE_SA_INIT was answered"),
        ("#5: deleting state (STATE_V2_PARENT_R1) aged 200.1s and NOT sending\n", 1, "IKE_SA_INIT was answered"),
    ],
)
def test_pluto_tells_that_a_client_does_not_go_on(lines: str, count: int, meaning: str) -> None:
    (event,) = events(
        ANSWERED_BY_PLUTO + "".join(f'pluto[7]: "cp"[2] 203.0.113.9 {line}\n' for line in lines.split("\n")[:-1])
    )
    assert (event.error_code, event.role, event.remote_address, event.count) == (13805, "responder", PEER, count)
    assert ((event.progress or "")[: len(meaning)], bool(event.progress)) == (meaning, bool(meaning))


@cases(
    "line",
    [
        "#5: retransmitting in response to duplicate packet; already STATE_MAIN_I3",
        "#5: deleting state (STATE_MAIN_R3) and sending notification",
        "#5: deleting state (STATE_V2_ESTABLISHED_IKE_SA) aged 30.2s and sending notification",
    ],
)
def test_an_end_that_asked_or_stood_is_not_left_unanswered(line: str) -> None:
    assert events(f'{ANSWERED_BY_PLUTO}pluto[7]: "cp"[2] 203.0.113.9 {line}\n') == ()


def test_that_an_sa_stands_no_longer_is_told_beside_other_peers() -> None:
    (event,) = events(
        '"cp"[2] 203.0.113.9 #4: STATE_V2_ESTABLISHED_IKE_SA: 60 second timeout exceeded after 7 retransmits.\n'
        'pluto[7]: "cp"[3] 203.0.113.10 #6: processing decrypted IKE_AUTH request: SK{IDi,AUTH}\n'
    )
    assert (event.error_code, (event.progress or "")[:27]) == (13805, "a tunnel that stood was giv")


def test_a_refusal_beside_a_deleted_state_is_the_reason() -> None:
    (event,) = events(
        'pluto[7]: "cp"[2] 203.0.113.9 #5: responding to IKE_AUTH message (ID 1) from 203.0.113.9:4500 with encrypted '
        "notification TS_UNACCEPTABLE\n"
        'pluto[7]: "cp"[2] 203.0.113.9 #5: deleting state (STATE_V2_PARENT_R1) aged 0.1s and NOT sending notification\n'
    )
    assert event.error_code == 13825


@cases("line", ["12[JOB] {}", "07[KNL1] {}", "07[TLS] {}"])
def test_lines_of_charon_alone_are_known_by_their_part(line: str) -> None:
    assert ike_log.recognise(bytes_source("gw.txt", line.format("deleting half open IKE_SA after timeout").encode()))
    assert not ike_log.recognise(bytes_source("gw.txt", line.format("watching for work").encode()))


@cases(
    ("line", "code"),
    [
        ("09[IKE] unable to install inbound and outbound IPsec SA (SAD) in kernel", 13868),
        ("[IKE] unable to install outbound IPsec SA (SAD) in kernel", 13868),
        ("[IKE] unable to install IPsec policies (SPD) in kernel", 13825),
    ],
)
def test_that_a_kernel_refuses_what_both_ends_took_is_told(line: str, code: int) -> None:
    (event,) = events(f"{line}\n09[IKE] failed to establish CHILD_SA, keeping IKE_SA\n")
    assert (event.error_code, (event.progress or "")[:15]) == (code, "the ends agreed")
