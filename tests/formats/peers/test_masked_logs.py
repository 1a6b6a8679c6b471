"""Logs whose peer somebody made unreadable, those of a daemon that does not run, and what the end that answers says."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.api import check_text
from ipseclint.formats.peers import ike_log
from ipseclint.model.events import Event, EventKind
from ipseclint.source import bytes_source

MASKED = ("MYHOMEIP", "x.x.x.x", "<client ip>", "[client ip]", "-snip-", "1.2.x.x", "client.example.org", "***.***")
TIMEOUT = "60 second timeout exceeded after 7 retransmits.  No response (or no acceptable response) to our message"


def events(text: str) -> tuple[Event, ...]:
    source = bytes_source("gateway.log", text.encode())
    assert ike_log.recognise(source)
    return ike_log.parse(source).events


@cases("peer", MASKED)
def test_a_line_of_pluto_is_one_whatever_stands_for_its_peer(peer: str) -> None:
    (event,) = events(f'"l2tp-psk"[1] {peer} #2: STATE_MAIN_R2: {TIMEOUT}\n')
    assert (event.error_code, event.role, event.remote_address) == (13805, "responder", None)
    report = check_text(f'"l2tp-psk"[1] {peer} #2: STATE_MAIN_R2: {TIMEOUT}\n', "post.txt")
    assert [finding.code for finding in report.findings] == ["RT017"]


def test_a_log_without_names_of_connections_is_one() -> None:
    (event,) = events(
        "10:06:48 [1] #1: responding to Main Mode from unknown peer on port 1965\n"
        f"10:06:48 [1] #1: STATE_MAIN_R1: {TIMEOUT}\n"
    )
    assert event.role == "responder"


@cases(
    ("said", "role"),
    [
        (f"STATE_MAIN_R2: {TIMEOUT}", "responder"),
        (f"STATE_V2_PARENT_R0: {TIMEOUT}", "responder"),
        (f"STATE_PARENT_I1: {TIMEOUT}", "initiator"),
        ("max number of retransmissions (8) reached STATE_MAIN_R1", "responder"),
        ("max number of retransmissions (8) reached STATE_QUICK_I1", "initiator"),
        ("max number of retransmissions (2) reached", "initiator"),
    ],
)
def test_the_state_says_which_end_waited_in_vain(said: str, role: str) -> None:
    (event,) = events(f'Apr 26 07:23:37 gw pluto[20]: "l2tp-psk"[1] 203.0.113.9 #1: {said}\n')
    assert (event.error_code, event.role) == (13805, role)


@cases(
    ("line", "code", "kind"),
    [
        ("11[IKE] unable to install inbound and outbound IPsec SA (SAD) in kernel", 13868, EventKind.QUICK_MODE),
        ("11[IKE] unable to install outbound IPsec SA (SAD) in kernel", 13868, EventKind.QUICK_MODE),
        ("11[IKE] unable to install IPsec SA (SAD) in kernel", 13868, EventKind.QUICK_MODE),
        ("11[IKE] unable to install IPsec policies (SPD) in kernel", 13825, EventKind.QUICK_MODE),
        (
            'pluto[5]: "l"[2] 203.0.113.9 #4: ERROR: netlink response for Add SA esp.1f@203.0.113.9 included errno 2',
            13868,
            EventKind.QUICK_MODE,
        ),
        (
            "pluto[5]: dropping unexpected IKE_AUTH message containing N notification; missing payloads: AUTH",
            13801,
            EventKind.MAIN_MODE,
        ),
        (" ipsec, error phase1 negotiation failed due to time up 192.0.2.1[500]<=>203.0.113.9[500] 8e7f", 13805, None),
        ("gw charon: 12[CFG] constraint requires EAP authentication, but public key was used", 13801, None),
        ("gw charon: 12[CFG] constraint requires cert policy 1.2.3.4", 13801, None),
        ("charon: 12[CFG] X.509 signature scheme RSA_EMSA_PKCS1_SHA1 not acceptable", 13801, None),
        ("charon: 12[CFG] RSA-1024 signatures not acceptable", 13801, None),
        ("gw charon: 00[DMN] initialization failed - aborting charon", 13805, EventKind.MAIN_MODE),
        ("unable to start strongSwan -- fatal errors in config", 13805, EventKind.MAIN_MODE),
        (
            "gw pluto[5]: left certificate with nickname 'gw' was not found in NSS DB",
            13825,
            EventKind.MAIN_MODE,
        ),
        (
            "gw pluto[5]: \"cp\": failed to add connection: left certificate 'gw' not found in the NSS database",
            13825,
            EventKind.MAIN_MODE,
        ),
        ("The peer gateway notifies: Proposal mismatch in IKE SA (phase 1) , Please look at peer logs", 13868, None),
        ("Failed to establish IKE SA for the reason of peer no response. peer ip: 203.0.113.9.", 13805, None),
        ("Failed to establish IKE SA for the reason of no matching secret. ike connection: vpnx", 13801, None),
        ("Failed to establish IKE SA for the reason of responder no peer config found by ID payload", 13825, None),
        ("Failed to establish IKE SA for the reason of no matching proposal, configured [IKE:a]", 13868, None),
    ],
)
def test_why_a_daemon_or_a_cloud_cannot_answer_is_known(line: str, code: int, kind: EventKind | None) -> None:
    (event,) = events(f"{line}\n")
    assert (event.error_code, event.kind) == (code, kind or EventKind.MAIN_MODE)
    assert [finding.code for finding in check_text(f"{line}\n", "post.txt").findings]


def test_an_association_that_the_kernel_did_not_take_is_no_success() -> None:
    report = check_text(
        "11[IKE] IKE_SA home[3] established between 192.0.2.5[gw]...203.0.113.9[c]\n"
        "11[KNL] received netlink error: Protocol not supported (93)\n"
        "11[IKE] unable to install inbound and outbound IPsec SA (SAD) in kernel\n",
        "charon.log",
    )
    assert [finding.code for finding in report.findings] == ["RT016"]


def test_the_client_of_shrew_soft_waits_in_vain() -> None:
    said = (
        "attached to key daemon ...\npre-shared key configured\nbringing up tunnel ...\nnegotiation timout occurred\n"
    )
    report = check_text(f"I also tried another client:\n```\n{said}tunnel disabled\n```\n", "post.md")
    assert [finding.code for finding in report.findings] == ["RT017"]
    (event,) = events(said)
    assert (event.error_code, event.role) == (13805, "initiator")


def test_the_peer_of_a_tunnel_of_tencent_is_known() -> None:
    (event,) = events(
        "Failed to establish IKE SA for the reason of no matching secret. my ip: 192.0.2.1, peer ip: 203.0.113.9.\n"
    )
    assert event.remote_address == "203.0.113.9"


@cases(
    "text",
    [
        "Aug  9 20:39:37 pi charon: 00[NET] installing IKE bypass policy failed\n",
        "00[DMN] Starting IKE service charon-svc (strongSwan 5.9.4, Windows Client 6.2.9200 (SP 0.0)\n",
        "Dec 20 12:44:30 gw: 16[IKE] sending DELETE for ESP CHILD_SA with SPI 17ed9ae0\n",
        "`[IKE] <10> DH group MODP_1024 unacceptable, requesting ECP_521`\n",
    ],
)
@cases("name", ["post.md", "post.txt"])
def test_a_log_in_which_no_negotiation_ends_is_named(text: str, name: str) -> None:
    (problem,) = check_text(text, name).problems
    assert problem.code == "IN004"
    assert "a log of charon or pluto that says of no negotiation why it failed" in problem.message


@cases(
    "text",
    [
        "See issue #12: STATE of the art in VPN.\n",
        'He said "no" to #12: it is not for us.\n',
        "The planet Pluto: charon is its moon.\n",
    ],
)
def test_prose_is_no_log(text: str) -> None:
    (problem,) = check_text(text, "post.txt").problems
    assert "a log of charon" not in problem.message


OAKLEY = (
    " 11-12: 10:02:33:437:5a8 processing payload NOTIFY\n"
    " 11-12: 10:02:33:437:5a8 isadb_set_status sa:000D5E88 centry:00000000 status 35ef\n"
)
SOFTETHER = (
    "P1 Transform: MODP 2048 (Group 14) SHA-1 AES-CBC(32) 4294967295 28800\n"
    "LOG: IPsec IKE Session (IKE SA) 4 (Client: 4): A new IKE SA (Main Mode) is created.\n"
    "SKEYID: 0D 7D C1 19\n"
)
STATUS = (
    '000 "office/1x0":   policy: PSK+ENCRYPT+TUNNEL+PFS+UP+IKEV1_ALLOW;\n'
    '000 "office/1x0":   IKE algorithms: 3DES_CBC-HMAC_SHA1-MODP1024\n'
)


@cases(
    ("text", "what"),
    [
        (
            SOFTETHER,
            "a log of SoftEther VPN",
        ),
        (
            OAKLEY,
            "oakley.log, the trace of IKE of Windows before Vista",
        ),
        (
            STATUS,
            "`ipsec status` says",
        ),
        (
            STATUS.replace("000 ", ""),
            "`ipsec status` says",
        ),
    ],
)
@cases("name", ["post.md", "post.txt"])
def test_what_else_a_daemon_says_is_named(text: str, what: str, name: str) -> None:
    (problem,) = check_text(f"What I see:\n```\n{text}```\n", name).problems
    assert problem.code == "IN004"
    assert what in problem.message
    assert "0D 7D" not in problem.message


@cases(
    "text",
    [
        "office: IKE algorithms: AES\n",
        "Transform: MODP 2048 is a group.\n",
        "000 policy: none\n",
        "1000 office: policy: free seating\n",
    ],
)
def test_what_only_resembles_what_a_daemon_says_is_not_named(text: str) -> None:
    assert all(
        "daemon" not in each.message and "SoftEther" not in each.message for each in check_text(text, "a.txt").problems
    )


BEGUN = "gw charon: 05[IKE] initiating IKE_SA work[1] to 203.0.113.9\n"
ASKED = "gw charon: 05[IKE] 203.0.113.9 is initiating an IKE_SA\n"
UNTRUSTED = "gw charon: 08[IKE] no trusted RSA public key found for 'vpn.example.org'\n"
OTHER_ID = "pluto[9]: \"l2tp\" #1: we require IKEv1 peer to have ID '@192.0.2.2', but peer declares '192.0.2.2'\n"


@cases(
    ("text", "role"),
    [
        (BEGUN + UNTRUSTED, "initiator"),
        (ASKED + UNTRUSTED, "responder"),
        (BEGUN + ASKED + UNTRUSTED, "responder"),
        ("gw charon: 05[ENC] generating IKE_AUTH request 1 [ IDi ]\n" + UNTRUSTED, "initiator"),
        ("gw charon: 05[ENC] parsed IKE_AUTH request 1 [ IDi ]\n" + UNTRUSTED, "responder"),
        (UNTRUSTED, "responder"),
        ('pluto[9]: "l2tp" #1: STATE_MAIN_I3: sent MI3, expecting MR3\n' + OTHER_ID, "initiator"),
        ('pluto[9]: "l2tp" #1: STATE_MAIN_R2: sent MR2, expecting MI3\n' + OTHER_ID, "responder"),
    ],
)
def test_the_end_that_refuses_who_the_other_is_has_the_part_that_it_began_with(text: str, role: str) -> None:
    assert [(event.error_code, event.role) for event in events(text)] == [(13801, role)]


def test_what_only_who_answers_says_is_said_by_it() -> None:
    """A log of both parts: whoever has no acceptable proposal has answered."""
    (event,) = events(BEGUN + "gw charon: 09[IKE] received proposals unacceptable\n")
    assert (event.error_code, event.role) == (13868, "responder")


NM = "Dec 18 18:12:25 pc NetworkManager[1202]: "


def test_what_networkmanager_logs_of_charon_is_read() -> None:
    sent = f"{NM}sending packet: from 192.0.2.3[500] to 198.51.100.14[500] (244 bytes)\n"
    (event,) = events(f"{sent}{NM}received PAYLOAD_MALFORMED error notify\n")
    assert (event.error_code, event.role, event.remote_address) == (13843, "initiator", "198.51.100.14")


def test_what_else_networkmanager_logs_is_no_negotiation() -> None:
    source = bytes_source("nm.log", f"{NM}<info> device (eth0): state change: config -> ip-config\n".encode())
    assert not ike_log.recognise(source)


@cases("margin", ["", "\t", "    "])
def test_what_the_kernel_of_linux_shows_is_named_at_any_margin(margin: str) -> None:
    lines = (
        "src 192.0.2.1 dst 192.0.2.2",
        "\tproto esp spi 0x0a0b0c0d reqid 1 mode transport",
        "\taead a 0x" + "5e" * 20,
    )
    report = check_text("".join(f"{margin}{line}\n" for line in lines), "kernel.txt")
    assert ["`ip xfrm` shows" in each.message for each in report.problems] == [True]
    assert "5e5e" not in str(report)
