"""Logs of gateways and clouds tell why a negotiation failed, with whom, and what the other end offered."""

from __future__ import annotations

import json

from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.formats.peers import ike_log
from ipseclint.model.events import Event
from ipseclint.source import Source, bytes_source

PEER = "198.51.100.7"
AZURE = f"SESSION_ID :{{11111111-2222-3333-4444-555555555555}} Remote {PEER}:500: Local 203.0.113.5:500: "
RACOON = "10:11:12 ipsec,debug "


def source_of(text: str, name: str = "gw.log") -> Source:
    """A log."""
    return bytes_source(name, text.encode())


def events_of(text: str, name: str = "gw.log") -> tuple[Event, ...]:
    """What a log is evidence of, once its format is known as that of logs."""
    source = source_of(text, name)
    form = recognise(source)
    assert form is not None
    assert form.name == "ike-log"
    return form.parse(source).events


@cases(
    ("text", "code", "peer"),
    [
        (
            f"2010-03-04 11:22:33 info IKE {PEER} Phase 1: Rejected proposals from peer. Negotiations failed.",
            13868,
            PEER,
        ),
        (
            (
                f"Rejected an IKE packet on ethernet0/0 from {PEER}:500 to 203.0.113.5:500 with cookies 8a1b and 0000 "
                "because there were no acceptable Phase 1 proposals."
            ),
            13868,
            PEER,
        ),
        (f"info IKE<{PEER}> Phase 2: No policy exists for the proxy ID received: local ID (<10.1.0.0>)", 13825, PEER),
        (
            "[PERR]: {    1:     }: IKEv2 proposal doesn't match, please check crypto setting on both sides.",
            13868,
            None,
        ),
        ("10:11:12 [PERR]: { 1: }: 192.0.2.2[500] - 192.0.2.9[500]:0x7fa610013da0 authentication failure", 13801, None),
        ("10:11:12 [PROTO_ERR]: pfs group mismatched: my: 2 peer: 0", 13868, None),
        ("IKEv2 child SA negotiation is failed as initiator, non-rekey. Failed SA: a. Due to timeout.", 13805, None),
        (f"{AZURE}[SEND] Sending Notify Message - Policy Mismatch", 13868, PEER),
        (f"{AZURE}[LOCAL_MSG] IKE Tunnel closed for tunnelId 0x5 with status Policy match error", 13868, PEER),
        (f"{AZURE}[ErrorCode] 0x35ED [ErrorMessage] Negotiation timed out", 13805, PEER),
        (f"{AZURE}IkeCleanupMMNegotiation called with error 13868", 13868, PEER),
        ("[vpnd 4567 2005]@fw1[5 Mar 10:00:01] fwike_main: Main Mode Failed to match proposal", 13868, None),
        ("[iked0 45 20]@fw1[5 Mar 10:00:03] Sent notification to peer: Traffic selectors unacceptable", 13825, None),
        (
            (
                f"gw iked[12]: spi=0x1a: recv IKE_SA_INIT req 0 peer {PEER}:500 local 203.0.113.5:500\n"
                "gw iked[12]: spi=0x1a: ikev2_sa_responder: no proposal chosen"
            ),
            13868,
            PEER,
        ),
        ("srx kmd[1]: Policy lookup for Phase-2 [responder] failed for p1_local=ipv4(any:0)", 13825, None),
        (
            (
                "[IKEv1]Phase 1 failure:  Mismatched attribute types for class Group Description:  Rcv'd: Unknown  "
                "Cfg'd: Group 2"
            ),
            13868,
            None,
        ),
        (
            f"ike 0:win:12:34: no matching phase2 found\nike 0:win:12: error processing quick-mode message from {PEER}",
            13825,
            None,
        ),
        ("10:00:00 05[IKE] <win|7> IDir '10.0.0.1' does not match to 'vpn.example.com'", 13801, None),
        ("ike 0:win:5: PSK auth failed: probable pre-shared key mismatch\nike Negotiate SA Error:", 13801, None),
        ("ike V=root:0:win:5: probable pre-shared secret mismatch", 13801, None),
        (f'type="event" subtype="vpn" remip={PEER} msg="Negotiate SA Error: preshared key mismatch"', 13801, PEER),
        ("ike 0:win:9:12: trying\nike 0:win:9:12: failed to match peer selectors", 13825, None),
        ("IKEv2:(SESSION ID = 1,SA ID = 2):Verification of peer's authentication data FAILED", 13801, None),
        (
            "%ASA-4-750003: Local:a IKEv2 aborted due to ERROR: There was no IPSEC policy found for received TS",
            13825,
            None,
        ),
        ("%FTD-4-750003: Local:a Failed to receive the AUTH msg before the timer expired", 13805, None),
        ("gw racoon: ERROR: no suitable proposal found.", 13868, None),
        ("gw racoon[12] <Error>: failed to get valid proposal.", 13868, None),
        ("[PWRN]: racoon[7]: unknown ikev2 peer", 13825, None),
        ("gw racoon: received IKEv2 request but no IKEv2 configuration for peer win", 13825, None),
        ("[PERR]: received KE type 14, expected 2", 13868, None),
        ("10:00:06 ipsec,error no policy found/generated", 13825, None),
        ('id=firewall msg="IKE Responder: Proposed IKE ID mismatch" n=3', 13801, None),
        ("[GW]: Configured encryption algorithm 'AES256-CBC' was not presented in the IKE proposal.", 13868, None),
        ("SYSTEM,vpn,0,2026/03/05,,ike-generic-event,,0,0,general,informational,no proposal chosen.", 13868, None),
        (f'"win"[1] {PEER} #1: mismatch of preshared secrets', 13801, PEER),
        ("D 2024-03-05T10:00:01Z received NO_PROPOSAL_CHOSEN notify error", 13868, None),
        ("09[ENC] parsed IKE_AUTH response 1 [ N(AUTH_FAILED) ]", 13801, None),
        ("09[ENC] generating INFORMATIONAL_V1 request 12 [ HASH N(INVAL_ID) ]", 13801, None),
    ],
)
def test_a_failure_is_read_with_its_peer(text: str, code: int, peer: str | None) -> None:
    (event,) = events_of(f"{text}\n")
    assert (event.error_code, event.remote_address, event.success) == (code, peer, False)


def test_rows_of_clouds_are_read_as_their_messages() -> None:
    rows = [{"Category": "IKEDiagnosticLog", "Message": f"{AZURE}Sending Notify Message - Authentication failed"}]
    (of_azure,) = events_of(json.dumps(rows), "a.json")
    (of_google,) = events_of(json.dumps([{"textPayload": "received TS_UNACCEPTABLE error notify"}], indent=1), "g.json")
    assert (of_azure.error_code, of_azure.remote_address, of_google.error_code) == (13801, PEER, 13825)


def test_a_key_that_cannot_be_proved_is_named() -> None:
    head = "initiating Main Mode IKE_SA a[1] to 203.0.113.3\ngenerating ID_PROT request 0 [ ID HASH ]\n"
    (event,) = events_of(f"{head}parsed INFORMATIONAL_V1 request 0 [ N(PLD_MAL) ]\n")
    assert event.error_code == 13843
    assert "keys of the two ends may differ" in (event.progress or "")


@cases(
    ("lines", "version"),
    [
        (
            (
                *("transform #1 len=36, id=1", "type=Encryption Algorithm, flag=0x8000, lorv=AES-CBC"),
                *("type=Key Length, flag=0x8000, lorv=256", "type=Hash Algorithm, flag=0x8000, lorv=SHA"),
                *("type=Group Description, flag=0x8000, lorv=384-bit random ECP group", "Compared: Local:Peer"),
            ),
            "IKEv1",
        ),
        ((" proposal #1", "  enc: aes256-cbc", "  prf: hmac-sha1", "  auth: sha1", "  dh: ecp384"), "IKEv2"),
    ],
)
def test_what_a_peer_offers_to_a_mikrotik_is_read(lines: tuple[str, ...], version: str) -> None:
    text = "".join(f"{RACOON}{line}\n" for line in lines) + "10:11:13 ipsec,error no suitable proposal found.\n"
    source = source_of(text, "gw.txt")
    form = recognise(source)
    assert form is not None
    (peer,) = form.parse(source).policy.peers
    ((offer,), modules) = peer.main_mode or (), peer.key_modules.value
    assert [*offer.encryption, *offer.integrity, *offer.groups] == ["AES-256", "SHA-1", "DH20"]
    assert [module.value for module in modules or ()] == [version]


@cases(
    "text",
    [
        "ike 0:a:1: incoming proposal:\nike 0:a:1: proposal id = 1:\nike 0:a:1: type=INTEGR, val=SHA777\n",
        "09[CFG] received proposals: IKE:AES_CBC_256/SHA777/MODP_2048\n",
        'a #1: no local proposal matches remote proposals 1:IKE:ENCR=AES_CBC_256;PRF=SHA777;DH=MODP2048"\n',
        "IKEv2-PROTO-1: Received Policies:\nProposal 1:  AES-CBC-256 SHA777 SHA96 DH_GROUP_1024_MODP/Group 99\n",
    ],
)
def test_an_algorithm_that_is_not_known_is_said(text: str) -> None:
    problems = ike_log.parse(source_of(text)).problems
    assert [each.message.partition(" `")[0] for each in problems] == ["unknown algorithm"]


def test_a_failure_in_words_that_are_not_known_is_said_where_no_other_is_read() -> None:
    begins = '"a"[1] 203.0.113.9 #1: responding to Main Mode from unknown peer 203.0.113.9:500\n'
    untold = '"a"[1] 203.0.113.9 #1: the exchange was rejected by the moon\n'
    (problem,) = ike_log.parse(source_of(begins + untold)).problems
    assert "words that are not known" in problem.message
    assert problem.span is not None
    assert problem.span.line == 2
    known = '"a"[1] 203.0.113.9 #1: sending notification NO_PROPOSAL_CHOSEN to 203.0.113.9:500\n'
    assert ike_log.parse(source_of(begins + untold + known)).problems == ()


@cases(
    ("refused", "taken"),
    [
        (
            "[IKEv1]Phase 1 failure:  Mismatched attribute types for class Hash Alg:  Rcv'd: SHA  Cfg'd: MD5",
            "[IKEv1]: Group = DefaultRAGroup, IP = 203.0.113.9, PHASE 1 COMPLETED",
        ),
        (
            "ISAKMP:(0):Diffie-Hellman group offered does not match policy!",
            "ISAKMP:(0):atts are acceptable. Next payload is 3",
        ),
    ],
)
def test_an_offer_that_was_passed_over_is_no_cause_of_what_fails_later(refused: str, taken: str) -> None:
    failed = "[IKEv1]: Group = DefaultRAGroup, IP = 203.0.113.9, All IPSec SA proposals found unacceptable!"
    (event,) = events_of(f"{refused}\n{taken}\n{failed}\n")
    assert event.state == "All IPSec SA proposals found unacceptable"


def test_whom_charon_looked_for_is_said_where_it_found_nobody() -> None:
    sought = "10.0.0.4[vpn.example.org]...203.0.113.9[192.168.1.44]"
    log = f"charon: 09[CFG] looking for peer configs matching {sought}\n"
    (event,) = events_of(f"{log}charon: 09[CFG] no matching peer config found\n")
    assert event.state == f"no matching peer config found for {sought}"
    (other,) = events_of(f"{log}charon: 09[IKE] peer requested EAP, config unacceptable\n")
    assert other.state == "peer requested EAP, config unacceptable"


@cases("line", ["EAP not configured", "payload missing: SA", "peer's certificate not found"])
def test_an_error_of_routeros_without_a_known_cause_is_counted_beside_others(line: str) -> None:
    parsed = ike_log.parse(
        source_of(f"10:00:06 ipsec,error no suitable proposal found.\n10:00:07 ipsec,error {line}\n")
    )
    assert len(parsed.events) == 1
    assert parsed.unread == (("`an error of RouterOS whose cause is not known`", 1),)


def test_an_error_of_routeros_with_a_known_cause_is_not_counted() -> None:
    assert ike_log.parse(source_of("10:00:06 ipsec,error no suitable proposal found.\n")).unread == ()
