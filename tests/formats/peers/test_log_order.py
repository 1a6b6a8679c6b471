"""Logs that are shown with the last line first, and what racoon compared before it took none of what was offered."""

from __future__ import annotations

from msgspec.structs import replace
from tests.cases import cases

from ipseclint.api import check_text
from ipseclint.formats.kit.token import lines_of
from ipseclint.formats.peers import ike_log
from ipseclint.formats.peers.log_progress import in_order
from ipseclint.model.events import Event
from ipseclint.source import bytes_source

FORWARD = (
    "Nov 26 20:00:01 gw charon: 05[NET] received packet: from 203.0.113.9[500] to 192.0.2.1[500] (344 bytes)",
    "Nov 26 20:00:01 gw charon: 05[ENC] parsed IKE_SA_INIT request 0 [ SA KE No V V ]",
    "Nov 26 20:00:01 gw charon: 05[ENC] generating IKE_SA_INIT response 0 [ SA KE No CERTREQ ]",
    "Nov 26 20:00:02 gw charon: 07[ENC] parsed IKE_AUTH request 1 [ IDi CERTREQ CP SA TSi TSr ]",
    "Nov 26 20:00:02 gw charon: 07[ENC] generating IKE_AUTH response 1 [ IDr CERT AUTH EAP/REQ/ID ]",
    "Nov 26 20:00:32 gw charon: 09[JOB] deleting half open IKE_SA with 203.0.113.9 after timeout",
)


def events(text: str) -> tuple[Event, ...]:
    return ike_log.parse(bytes_source("gw.log", text.encode())).events


def order(*lines: str) -> list[str]:
    return [line.text for line in in_order(lines_of("\n".join(lines), "gw.log"))]


@cases(
    "written",
    [
        "{month} {day:2d} {time}",
        "2030-{number:02}-{day:02}T{time}.123+01:00\tInformational",
        "2030-{number:02}-{day:02} {time}",
    ],
    ids=["syslog", "page", "table"],
)
def test_a_log_tells_the_same_whichever_end_is_shown_first(written: str) -> None:
    stamps = [line[7:15] for line in FORWARD]
    lines = [
        written.format(month="Nov", number=11, day=26, time=time) + line[15:]
        for time, line in zip(stamps, FORWARD, strict=True)
    ]
    (event,) = events("\n".join(lines))
    (last_first,) = events("\n".join(reversed(lines)))
    assert event.progress is not None
    assert "the client may not take it" in event.progress
    assert replace(last_first, span=event.span) == event
    assert last_first.span.line == 1


def test_lines_that_go_on_stay_below_theirs_and_what_is_above_the_log_above_it() -> None:
    said = ("my log:", "20:00:03 c", "  more", "20:00:02 b", "20:00:01 a")
    assert order(*said) == ["my log:", "20:00:01 a", "20:00:02 b", "20:00:03 c", "  more"]


@cases(
    "lines",
    [
        ("20:00:01 a", "20:00:02 b"),
        ("20:00:01 a", "20:00:01 b"),
        ("20:00:02 of one gateway", "20:00:01 of the other"),
        ("20:00:03 a", "20:00:01 b", "20:00:02 c", "20:00:00 d"),
        ("23:59:59 a", "00:00:00 b", "00:00:01 c"),
        ("Dec 31 23:59:59 a", "Jan  1 00:00:00 b", "Jan  1 00:00:01 c"),
        ("no time", "at all"),
        ("20:00:02 charon: parsed IKE_AUTH request 1 [", "20:00:01 charon: generating IKE_AUTH response 1 ["),
        ("20:00:02 charon: generating IKE_AUTH response 1 [", "20:00:01 charon: parsed IKE_AUTH request 2 ["),
    ],
)
def test_a_log_that_is_not_surely_backwards_is_left(lines: tuple[str, ...]) -> None:
    assert order(*lines) == list(lines)


@cases(
    "lines",
    [
        ("20:00:03 c", "20:00:02 b", "20:00:01 a"),
        ("Dec  1 10:00:00 c", "Nov 30 11:00:00 b", "Nov  9 12:00:00 a"),
        ("20:00:02 charon: generating IKE_AUTH response 1 [", "20:00:01 charon: parsed IKE_AUTH request 1 ["),
    ],
)
def test_a_log_that_is_surely_backwards_is_turned(lines: tuple[str, ...]) -> None:
    assert order(*lines) == list(reversed(lines))


REJECTED = (
    "20:00:01 ipsec rejected hashtype: DB(prop#1:trns#1):Peer(prop#1:trns#1) = SHA:SHA384",
    "20:01 ipsec rejected dh_group: DB (prop#1:trns#1):Peer(prop#1:trns#1) = 1024-bit MODP group:2048-bit MODP group",
)
NONE_FOUND = "20:00:01 ipsec,error no suitable proposal found."


def test_what_racoon_compared_stands_with_its_refusal() -> None:
    (event,) = events("\n".join((*REJECTED, NONE_FOUND)))
    hashes, groups = (
        "hashtype SHA here, SHA384 offered",
        "dh_group 1024-bit MODP group here, 2048-bit MODP group offered",
    )
    assert (event.error_code, event.state) == (13868, f"no suitable proposal found: {hashes}; {groups}")


def test_what_racoon_compared_is_evidence_where_the_log_ends_with_it() -> None:
    text = "\n".join(REJECTED)
    (finding,) = check_text(text, "router.txt").findings
    assert (finding.code, "rejected: hashtype SHA here, SHA384 offered" in finding.message) == ("RT016", True)


@cases(
    "between",
    [
        "20:00:02 ipsec,info respond new phase 1 (Identity Protection): 192.0.2.1[500]<=>203.0.113.9[500]",
        "20:00:02 ipsec,info ISAKMP-SA established 192.0.2.1[500]-203.0.113.9[500]",
    ],
)
def test_what_racoon_compared_before_another_attempt_or_a_success_is_none_of_it(between: str) -> None:
    assert events("\n".join((*REJECTED, between))) == ()
    (event,) = events("\n".join((*REJECTED, between, NONE_FOUND)))
    assert event.state == "no suitable proposal found"


def test_what_pluto_tries_with_each_kind_of_proof_is_one_attempt() -> None:
    tried = (
        "20:00:01.5: | initial parent SA message received on 192.0.2.1:500 but no connection has been authorized with"
    )
    (event,) = events(
        f"{tried} policy RSASIG+IKEV2_ALLOW\n{tried} policy PSK+IKEV2_ALLOW\n"
        "20:00:01.6: packet from 203.0.113.9:500: initial parent SA message received on 192.0.2.1:500 but no suitable "
        "connection found with IKEv2 policy\n"
    )
    assert (event.count, event.state) == (1, "no suitable connection found with IKEv2 policy")


def test_an_association_that_the_kernel_has_already_is_no_difference() -> None:
    line = 'pluto[5]: "l"[2] 203.0.113.9 #4: ERROR: netlink response for Add SA esp.1f@203.0.113.9 included errno {}'
    assert events(line.format("17: File exists")) == ()
    (event,) = events(line.format("93: Protocol not supported"))
    assert (event.progress or "").startswith("the ends agreed")


def test_a_log_of_children_alone_is_named() -> None:
    log = (
        '20:00:01 gw pluto[9]: "cp"[3] 203.0.113.9: local ESP/AH proposals (CREATE_CHILD_SA responder matching):\n'
        '20:00:01 gw pluto[9]: "cp"[3] 203.0.113.9 #4: proposal 1:ESP=AES_GCM_C_256-DISABLED chosen from remote '
        "proposals 1:ESP:ENCR=AES_GCM_C_256;ESN=DISABLED[first-match]\n"
    )
    (problem,) = check_text(log, "gw.log").problems
    assert "says of no negotiation why it failed" in problem.message


FIREBOX = "2024-03-05 10:12:31 iked (203.0.113.5<->198.51.100.7){}"


@cases(
    ("line", "code", "kind", "role"),
    [
        ("Peer proposes phase one encryption 3DES, expecting AES", 13868, "main-mode", "responder"),
        (" Peer proposes phase 2 ESP authentication MD5-HMAC, expecting SHA1-HMAC", 13868, "quick-mode", "responder"),
        ("Received No Proposal Chosen message from 198.51.100.7:500 for gw gateway", 13868, "main-mode", "initiator"),
        ("WARNING: Mismatched ID settings at peer 198.51.100.7:500 caused", 13801, "main-mode", "responder"),
        ("Drop negotiation to peer 198.51.100.7:500 due to phase 1 retry timeout", 13805, "main-mode", "initiator"),
    ],
)
def test_a_firebox_says_why_a_negotiation_failed(line: str, code: int, kind: str, role: str) -> None:
    answer = FIREBOX.format("Sending NO_PROPOSAL_CHOSEN message to 198.51.100.7:500")
    (event,) = events(f"{FIREBOX.format(line)}\n{answer}\n")
    assert (event.error_code, event.kind.value, event.role, event.remote_address) == (code, kind, role, "198.51.100.7")


def test_charon_says_that_no_connection_allows_how_the_other_end_proves_who_it_is() -> None:
    (event,) = events(
        "11[IKE] <17> found 2 matching configs, but none allows pre-shared key authentication using Main Mode"
    )
    assert (event.error_code, event.role) == (13801, "responder")


VIGOR = "2025-10-15 16:57:33\t [IPSEC/IKE][Local][34:-][@198.51.100.7] {}\n"


@cases(
    ("lines", "code", "kind"),
    [
        (VIGOR.format("smalformed payload: probable authentication (preshared secret) failure:"), 13801, "main-mode"),
        (VIGOR.format("state transition fail: STATE_MAIN_R0"), 13868, "main-mode"),
        ("IPsec Security Level[High]: Ignore Phase1 SA proposals of DES/3DES/MD5/SHA1/DH G1 G2 G5\n"
         + VIGOR.format("state transition fail: STATE_MAIN_R0"), 13868, "main-mode"),
        ("2025-10-15 16:57:33\t Parse dial-in phase2 SA proposals failed\n"
         + VIGOR.format("state transition fail: STATE_QUICK_R0"), 13868, "quick-mode"),
    ],
)  # fmt: skip
def test_a_vigor_says_why_a_negotiation_failed(lines: str, code: int, kind: str) -> None:
    (event,) = events(lines)
    assert (event.error_code, event.kind.value, event.remote_address) == (code, kind, "198.51.100.7")


def test_a_gateway_of_palo_alto_names_the_identity_that_it_does_not_expect() -> None:
    failed = "IKEv2 IKE SA negotiation is failed as responder, non-rekey. Failed SA: 203.0.113.1-198.51.100.7.\n"
    (event,) = events(f"{failed}received ID_I (type ipaddr [10.2.0.7]) does not match peers id\n")
    assert (event.error_code, event.role) == (13801, "responder")
