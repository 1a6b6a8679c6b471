"""Lines of daemons are told from others by words that each of them has, before the expression is asked."""

from __future__ import annotations

import json

from tests import ROOT
from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.formats.peers import ike_log
from ipseclint.source import text_source

LINES = (
    "Nov 26 20:00:01 gw charon: no proposal",
    "Nov 26 20:00:01 gw pluto[12]: no proposal",
    "Nov 26 20:00:01.123456: packet from 192.0.2.1:500: no proposal",
    "packet from [2001:db8::1]:4500: no proposal",
    "20:00:01 ipsec,error no suitable proposal",
    "20:00:01 ipsec, error no suitable proposal",
    "05[IKE] no proposal",
    "05[CFG] no proposal",
    "05[ENC] no proposal",
    '"office" #12: no proposal',
    '"office"[3] 192.0.2.1 #12: no proposal',
    "IKEv2:no proposal",
    "IKEv2-PROTO-1: no proposal",
    "ISAKMP-ERROR: no proposal",
    "IPSEC(ipsec_process_proposal): no",
    "kmd[1]: no proposal",
    "ike 0:office:12: no proposal",
    "ike Negotiate ISAKMP SA Error",
    'subtype="vpn" msg',
    "2025-10-15 16:57:33\t [IPSEC/IKE][Local][34:-][@198.51.100.7] state transition fail: STATE_QUICK_R0",
    "received ID_I (type ipaddr [10.2.0.7]) does not match peers id",
    "2024-03-05 10:12:31 iked (203.0.113.5<->198.51.100.7)Sending NO_PROPOSAL_CHOSEN message to 198.51.100.7:500",
    "IKE phase-1 negotiation is failed",
    "Client VPN negotiation msg",
    "IKE Responder: no proposal",
    "IKEv2 Initiator: no proposal",
    "IPSec tunnel negotiation fails",
    'ike::"Main Mode Failed to match proposal: Transform: AES-256; Reason: Wrong value for: Hash Algorithm"',
    "  received NO_PROPOSAL_CHOSEN error notify",
    "08[IKE1] no proposal",
    "08[CFG2] no proposal",
    "003 01 Jan 08:08:08 !! No proposal chosen",
    "003 01 Jan 08:08:08 !! Verifying Remote ID failed",
    '"l2tp-psk"[1] MYHOMEIP #2: sent Main Mode R2',
    '"l2tp-psk"[1] <client ip> #2: sent Main Mode R2',
    "10:06:48 [1] #1: STATE_MAIN_R1: sent MR1, expecting MI2",
    "10:06:48 [1] #1: responding to Main Mode from unknown peer",
    "The peer gateway notifies: Proposal mismatch",
    "negotiation timeout occurred",
    "negotiation timout occurred",
    "Failed to establish IKE SA for the reason of no matching secret",
    "unable to start strongSwan -- fatal errors in config",
    "Dec 18 18:12:25 pc NetworkManager[1202]: received NO_PROPOSAL_CHOSEN error notify",
    "20:00:01 ipsec rejected hashtype: DB(prop#1:trns#1):Peer(prop#1:trns#1) = SHA:MD5",
    "SA=(Enc=3DES Hash=SHA1 Group=2:modp1024 Auth=PSK LifeType=Seconds LifeDuration=28800)",
    '022 "office": We cannot identify ourselves with either end of this connection.',
)
BY_HAND = (
    "initiating IKE_SA a[1] to b",
    "establishing CHILD_SA a",
    "establishing connection a",
    "parsed IKE_AUTH response 1",
)
BY_HAND += ("generating ID_PROT request 0 [",)


def _is_of_daemon(line: str) -> bool:
    return any(ike_log._is_written(line, sign.search(line)) for sign in ike_log._DAEMONS.values())


@cases("line", LINES)
def test_a_line_of_a_daemon_is_found_by_its_words(line: str) -> None:
    assert _is_of_daemon(line)
    assert set(ike_log._of_daemons(f"a\n{line}\nb")) == {line}


@cases(
    "line",
    [
        'If the other end says "IKE proposal does not match", the first phases differ.',
        "der Router meldet \u201eIKE Responder: IKE proposal does not match\u201c",
    ],
)
def test_a_message_that_a_sentence_quotes_is_none(line: str) -> None:
    assert not ike_log.recognise(text_source("a.txt", line))


@cases("line", BY_HAND)
def test_a_line_of_the_console_has_one_of_its_words(line: str) -> None:
    assert ike_log._CONSOLE.search(line) is not None
    assert any(word in line for word in ike_log._CONSOLE_WORDS)


def test_no_line_of_an_input_is_lost_by_looking_for_words_first() -> None:
    found = 0
    for path in sorted((ROOT / "fixtures" / "formats").rglob("*.*")):
        lines = path.read_text("utf-8", errors="replace").splitlines() if path.stat().st_size < 100_000 else []
        of_daemons = set(filter(_is_of_daemon, lines))
        assert set(ike_log._of_daemons("\n".join(lines))) == of_daemons
        found += len(of_daemons)
    assert found > 20


REFUSED = ("09[IKE] received NO_PROPOSAL_CHOSEN notify error", "10[IKE] received AUTHENTICATION_FAILED notify error")


@cases(
    ("name", "text"),
    [
        ("a.json", json.dumps([{"time": "10:00:00", "msg": line} for line in REFUSED])),
        ("a.json", "\n".join(json.dumps({"MESSAGE": line, "_COMM": "charon"}) for line in REFUSED)),
        ("a.json", json.dumps({"logs": [{"line": line} for line in REFUSED]}, indent=1)),
        ("a.json", json.dumps({"stdout": "\n".join(REFUSED)})),
        ("a.yaml", f"stdout: {json.dumps(chr(10).join(REFUSED))}"),
        ("a.txt", f'ok: [gw] => {{\n    "msg": {json.dumps(f"{chr(13)}{chr(10)}".join(REFUSED))}\n}}\n'),
    ],
)
def test_each_message_on_a_line_of_several_is_read(name: str, text: str) -> None:
    source = text_source(name, text)
    form = recognise(source)
    assert form is not None
    assert [event.error_code for event in form.parse(source).events] == [13868, 13801]


@cases(
    "line",
    ["| `{}` | the ends differ |", "- `{}`: the ends differ", "1. `{}` - the ends differ", "  * `{}` \u2013 differ"],
)
def test_a_message_that_a_document_explains_was_not_logged(line: str) -> None:
    text = "".join(f"{line.format(message)}\n" for message in REFUSED)
    assert not ike_log.recognise(text_source("a.md", text))
    parsed = ike_log.parse(text_source("a.md", f"{text}\n{REFUSED[1]}\n"))
    assert [(event.span.line, event.error_code) for event in parsed.events] == [(4, 13801)]
    assert parsed.unread == (("`messages of a log that a document explains`", 2),)


RECEIVED = "05[CFG] received proposals: IKE:{}\n"
CONFIGURED = "05[CFG] configured proposals: IKE:{}\n06[IKE] no proposal found\n"
OLD = "AES_CBC_256/HMAC_SHA1_96/PRF_HMAC_SHA1/MODP_1024"
NEW = "AES_CBC_256/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/MODP_2048"
MINE = "AES_CBC_256/HMAC_SHA2_384_192/PRF_HMAC_SHA2_384/ECP_384"
PLUTO = '"a" #{}: no local proposal matches remote proposals {}\n'
IKE = "1:IKE:ENCR=AES_CBC_256;PRF=HMAC_SHA1;INTEG=HMAC_SHA1_96;DH={}"
ESP = "1:ESP:ENCR=AES_CBC_256;INTEG=HMAC_SHA1_96;DH=NONE;ESN=DISABLED"


@cases(
    ("text", "groups", "is_earlier"),
    [
        (RECEIVED.format(OLD) + CONFIGURED.format(MINE) + RECEIVED.format(NEW) + CONFIGURED.format(MINE), [14], True),
        (RECEIVED.format(NEW) + CONFIGURED.format(OLD) + RECEIVED.format(NEW) + CONFIGURED.format(MINE), [14], True),
        ((RECEIVED.format(NEW) + CONFIGURED.format(MINE)) * 2, [14], False),
        (PLUTO.format(1, IKE.format("MODP1024")) + PLUTO.format(2, IKE.format("MODP2048")), [14], True),
        (PLUTO.format(1, IKE.format("MODP2048")) + PLUTO.format(2, IKE.format("MODP2048")), [14], False),
        (PLUTO.format(1, IKE.format("MODP2048")) + PLUTO.format(2, ESP), [14], False),
    ],
)
def test_proposals_of_the_last_negotiation_are_read_and_others_counted(
    text: str, groups: list[int], *, is_earlier: bool
) -> None:
    parsed = ike_log.parse(text_source("a.log", text))
    assert [name for name, _ in parsed.unread] == ["`proposals of an earlier negotiation`"] * is_earlier
    offers = parsed.policy.peers[0].main_mode or ()
    assert [group.row.iana for offer in offers for group in offer.groups or ()] == groups
