"""Rules on evidence: each condition alone decides, on what a log, a counter or an association says."""

from __future__ import annotations

from typing import Any

import pytest

from ipseclint.api import check_text
from ipseclint.finding import Severity
from ipseclint.formats import recognise
from ipseclint.model.events import Counter, Event, EventKind, SecurityAssociation
from ipseclint.model.machine import Machine
from ipseclint.model.policy import AuditSetting, Policy
from ipseclint.model.setting import Setting
from ipseclint.source import Span, bytes_source
from ipseclint.vocabulary.ras_errors import state_of
from ipseclint.vocabulary.windows_errors import error_name
from tests.cases import cases
from tests.made_objects import main_mode_proposal, quick_mode_proposal, quick_mode_set, said
from tests.rules.rule_inputs import consec, failure, hits, machine, with_events

AT = Span("events.xml", 3, 1)
MAIN_MODE = EventKind.MAIN_MODE
QUICK_MODE = EventKind.QUICK_MODE
NINE, TEN = "2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z"


def event(**facts: Any) -> Event:
    return Event(**{"span": AT, "kind": MAIN_MODE, **facts})


def counter(name: str, value: int, group: str = "commonStatistics") -> Counter:
    return Counter(group=group, name=name, value=value, span=AT)


def messages(code: str, *events: Event, counters: tuple[Counter, ...] = (), **options: object) -> list[str]:
    return [hit.message for hit in hits(code, with_events(*events, counters=counters), **options)]


# ---- RT001 to RT008: errors, and how close together they are ----


def test_a_single_drop_is_no_burst() -> None:
    assert messages("RT001", failure(13811)) == ["requests dropped from the negotiation queue: 1 x 13811 QUEUE_DROP_MM"]
    assert messages("RT001", failure(13811), failure(13811, minute=1)) == [
        (
            "requests dropped from the negotiation queue: 2 x 13811 QUEUE_DROP_MM; up to 2 within one hour, "
            "from 2026-03-02T08:00:00.000Z"
        )
    ]


def test_time_outs_without_a_peer_tell_nothing_of_peers() -> None:
    events = (failure(13811), *(failure(13805, minute=each) for each in range(9)))
    assert (messages("RT005", *events), messages("RT006", *events)) == ([], [])


def test_a_single_policy_change_is_no_storm() -> None:
    assert messages("RT008", failure(13849)) == []


def test_a_single_end_of_a_main_mode_is_no_churn() -> None:
    assert messages("RT007", failure(13884, "10.9.0.4")) == []
    assert messages("RT007", failure(13884), failure(13885, minute=1)) == [
        (
            "2 main modes with an unnamed peer ended within one quick-mode lifetime of 3600 s, "
            "from 2026-03-02T08:00:00.000Z"
        )
    ]


@cases(
    ("own_seconds", "of_windows_seconds", "apart_seconds", "within_seconds"),
    [
        (600, None, 600, 600),
        (600, None, 601, None),
        (None, 600, 601, 3600),
        (600, 300, 600, 600),
        (7200, None, 7200, 7200),
        (None, None, 3601, None),
    ],
)
def test_main_modes_churn_within_the_quick_mode_lifetime_that_somebody_set(
    own_seconds: int | None, of_windows_seconds: int | None, apart_seconds: int, within_seconds: int | None
) -> None:
    sets = tuple(
        quick_mode_set(proposals=(quick_mode_proposal(lifetime_seconds=said(seconds)),), builtin=builtin)
        for seconds, builtin in ((own_seconds, False), (of_windows_seconds, True))
        if seconds is not None
    )
    ended = (failure(13884, "10.9.0.4"), failure(13884, "10.9.0.4", *divmod(apart_seconds, 60)))
    found = hits("RT007", with_events(*ended).with_policy(Policy(quick_mode_crypto_sets=sets)))
    text = f"2 main modes with 10.9.0.4 ended within one quick-mode lifetime of {within_seconds} s, "
    expected = [] if within_seconds is None else [f"{text}from 2026-03-02T08:00:00.000Z"]
    assert [hit.message for hit in found] == expected


def test_the_shortest_of_several_quick_mode_lifetimes_counts_for_churn() -> None:
    sets = tuple(
        quick_mode_set(proposals=(quick_mode_proposal(lifetime_seconds=said(seconds)),)) for seconds in (900, 300, 600)
    )
    subject = with_events(failure(13884, "10.9.0.4"), failure(13884, "10.9.0.4", 5))
    (hit,) = hits("RT007", subject.with_policy(Policy(quick_mode_crypto_sets=sets)))
    assert "one quick-mode lifetime of 300 s" in hit.message


# ---- RT009 to RT012: counters, and what is audited ----


def test_only_half_open_responders_are_counted() -> None:
    group = "ikeStatistics/v4Statistics"
    assert messages("RT009", counters=(counter("currentNewInitiatorMainModes", 900, group),)) == []
    assert messages(
        "RT009",
        counters=(
            counter("currentNewResponderMainModes", 250, group),
            counter("currentNewResponderMainModes", 150, "ikeStatistics/v6Statistics"),
        ),
    ) == ["400 half-open main modes in ikeStatistics; 500 is the documented threshold"]


def test_the_largest_of_several_counters_is_shown() -> None:
    group, name = "ikeStatistics/v{}Statistics", "currentNewResponderMainModes"
    found = with_events(
        counters=tuple(
            Counter(group=group.format(version), name=name, value=value, span=Span("s.xml", version, 1))
            for version, value in ((4, 100), (6, 400))
        )
    )
    (hit,) = hits("RT009", found)
    assert hit.span.line == 6


@cases(
    ("name", "fires"),
    [("currentQueuedWorkitems", True), ("Active Acquire", True), ("Active Receive", True), ("Acquire Fail", False)],
)
def test_counters_of_a_queue(name: str, fires: bool) -> None:
    assert messages("RT010", counters=(counter(name, 10), counter(name, 11))) == (
        [f"{name} is above 10 in 1 of 2 samples, at most 11"] if fires else []
    )


@cases(
    ("values", "message"),
    [
        ((), None),
        ((12,), None),
        ((12, 12), None),
        ((12, 40, 39), None),
        ((12, 13), "Soft Associations grew from 12 to 13 over 2 samples"),
        ((12, 12, 13), "Soft Associations grew from 12 to 13 over 3 samples"),
    ],
)
def test_soft_associations_that_never_shrink_and_once_grow(values: tuple[int, ...], message: str | None) -> None:
    rising_otherwise = tuple(counter("Active Acquire", value) for value in (1, 2, 3))
    samples = tuple(counter("Soft Associations", value) for value in values)
    assert messages("RT011", counters=(*rising_otherwise, *samples)) == ([] if message is None else [message])


@cases(
    ("off", "on", "said_of"),
    [
        (("IPsec Main Mode",), (), "IPsec Main Mode"),
        (("IPsec Quick Mode",), (), "IPsec Quick Mode"),
        (("IPsec Extended Mode",), (), "IPsec Extended Mode"),
        (("IPsec Main Mode", "IPsec Driver"), ("IPsec Quick Mode",), "IPsec Main Mode"),
        (("IPsec Main Mode", "IPsec Quick Mode", "IPsec Main Mode"), (), "IPsec Main Mode, IPsec Quick Mode"),
        (("IPsec Driver",), ("IPsec Main Mode",), None),
    ],
)
def test_each_mode_of_ipsec_is_audited(off: tuple[str, ...], on: tuple[str, ...], said_of: str | None) -> None:
    audit = tuple(
        AuditSetting(subcategory=name, failure=Setting(audited, AT))
        for names, audited in ((on, True), (off, False))
        for name in names
    )
    found = hits("RT012", Machine(name="m", policy=Policy(audit=audit)))
    assert [hit.message for hit in found] == (
        [] if said_of is None else [f"failures of {said_of} are not audited: no event tells why a negotiation fails"]
    )


# ---- RT013 to RT021: what failed, in words ----

LOG = """\
charon: 15[CFG] received proposals: {received}
charon: 15[CFG] configured proposals: {configured}
charon: 15[IKE] received proposals unacceptable
"""


def of_log(received: str, configured: str) -> list[tuple[str, str | None]]:
    return of_text(LOG.format(received=received, configured=configured))


def of_text(text: str) -> list[tuple[str, str | None]]:
    source = bytes_source("ticket.txt", text.encode())
    found = recognise(source)
    assert found is not None
    parsed = found.parse(source)
    subject = Machine(name="charon.log", policy=parsed.policy, events=parsed.events)
    return [(hit.message, hit.fix.note if hit.fix else None) for hit in hits("RT016", subject)]


def test_a_log_of_both_ends_tells_what_they_have_not_in_common() -> None:
    ((message, note),) = of_log(
        "IKE:AES_CBC_128/HMAC_SHA1_96/PRF_HMAC_SHA1/MODP_1024",
        "IKE:AES_CBC_128/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/MODP_1024",
    )
    assert message.endswith(
        "; in main mode the initiator offers AES-128+SHA-1+PRF SHA-1+DH2, "
        "the responder takes AES-128+SHA-256+PRF SHA-256+DH2"
    )
    assert note is not None
    assert note.startswith("One of the two is enough. At the initiator: ")
    assert "At the responder: " in note


def test_a_log_of_ends_that_agree_or_of_two_modes_tells_no_difference() -> None:
    same = "IKE:AES_CBC_128/HMAC_SHA1_96/PRF_HMAC_SHA1/MODP_1024"
    for received, configured in ((same, same), (same, "ESP:AES_CBC_128/HMAC_SHA1_96/NO_EXT_SEQ")):
        (note,) = [note or "" for _, note in of_log(received, configured)]
        assert note.startswith("Known causes at a VPN connection, in the order to check them: 1. the connection has")


def test_a_log_of_which_one_end_offers_nothing_tells_what_the_other_does() -> None:
    ((message, note),) = of_log("IKE:AES_CBC_128/HMAC_SHA1_96/PRF_HMAC_SHA1/MODP_1024", "IKE:")
    assert message.endswith("; in main mode the initiator offers AES-128+SHA-1+PRF SHA-1+DH2")
    assert note == "Let the responder have one of these in main mode; the log does not show what it has now."


FORTIGATE = """\
config vpn ipsec phase1-interface
    edit "{name}"
        set ike-version 2
        set proposal aes256-sha384
        set dhgrp 20
        set remote-gw 203.0.113.9
    next
end
"""
FORTIGATE_LOG = """
ike 0:to-windows:41: incoming proposal:
ike 0:to-windows:41: proposal id = 1:
ike 0:to-windows:41:   protocol = IKEv2:
ike 0:to-windows:41:         type=ENCR, val=AES_CBC (key_len = 256)
ike 0:to-windows:41:         type=INTEGR, val=AUTH_HMAC_SHA_96
ike 0:to-windows:41:         type=PRF, val=PRF_HMAC_SHA
ike 0:to-windows:41:         type=DH_GROUP, val=MODP1024.
ike 0:to-windows:41: no proposal chosen
"""


@cases(
    ("names", "message_ends", "note_has"),
    [
        ((), "the initiator offers AES-256+SHA-1+PRF SHA-1+DH2", "the log does not show what it has now."),
        (("to-windows",), "DH2, the responder takes AES-256+SHA-384+DH20", "At the responder: Offer"),
        (("to-windows", "to-paris"), "DH2", "hold these against the configurations that were read"),
    ],
)
def test_a_log_of_one_end_is_held_against_the_only_configuration_beside_it(
    names: tuple[str, ...], message_ends: str, note_has: str
) -> None:
    ((message, note),) = of_text("".join(FORTIGATE.format(name=name) for name in names) + FORTIGATE_LOG)
    assert message.endswith(message_ends)
    assert note is not None
    assert note_has in note


@cases(
    ("proposal", "is_cause"),
    [
        ("aes256-sha384-ecp384", True),
        ("aes256-sha1-modp1024", False),
        ("aes256-sha384-ecp384,3des-sha1-modp1024", False),
    ],
)
def test_a_peer_that_takes_nothing_of_windows_own_offers_is_a_cause(proposal: str, *, is_cause: bool) -> None:
    conn = f"conn win\n    keyexchange=ikev2\n    ike={proposal}!\n    right=%any\n    auto=add\n"
    said = 'On Windows 10 the VPN connection fails: "policy match error" (13868).'
    text = f"# ipsec.conf\n{conn}\n{said}\n"
    (note,) = [found.fix.note for found in check_text(text, "ticket.txt").findings if found.fix]
    assert note is not None
    assert note.startswith('In main mode connection "win" takes DH20. A VPN connection') is is_cause


def test_the_reason_of_network_policy_server_comes_before_the_general_causes() -> None:
    progress = "NPS gives reason 48: no network policy fits the request"
    told = event(event_id=6273, success=False, state=state_of(812), progress=progress)
    subject = Machine(name="m", policy=Policy(), events=(told,))
    (note,) = [hit.fix.note for hit in hits("RT023", subject) if hit.fix]
    assert note is not None
    assert note.startswith("First the reason that NPS gives at the server, 48: no network policy fits the request. Kno")


def test_invalid_packets_are_told_by_their_event_where_no_error_stands_beside() -> None:
    assert messages("RT018", event(event_id=4976), event(event_id=4977), event(event_id=4650)) == [
        "1 x event 4976 (invalid negotiation packet)",
        "1 x event 4977 (invalid negotiation packet)",
    ]
    assert messages("RT018", event(event_id=4978, error_code=13824)) == ['1 x 13824 INVALID_HEADER "Invalid header"']


IN_THE_COURSE = (
    *(13803, 13807, 13821, 13844, 13845, 13849, 13877, 13878),
    *(13884, 13885, 13891, 13895, 13898, 13901, 13902),
)


@cases("code", [*IN_THE_COURSE, 13804, 13816, 13876, 13899])
def test_what_comes_in_the_course_of_things_is_information(code: int) -> None:
    (hit,) = hits("RT020", with_events(event(error_code=code)))
    (of_counter,) = hits("RT020", with_events(counters=(_frequency(code),)))
    expected = Severity.INFO if code in IN_THE_COURSE else None
    assert (hit.severity, of_counter.severity) == (expected, expected)


def test_an_event_of_several_errors_is_information_if_all_of_them_are() -> None:
    both = event(possible_codes=(13803, 13807))
    for quiet, severity in (({13803, 13807}, Severity.INFO), ({13803}, None)):
        (hit,) = hits("RT020", with_events(both), in_the_course_of_things=frozenset(quiet))
        assert hit.severity is severity


def _frequency(code: int, value: int = 7) -> Counter:
    return counter(error_name(code), value, "ikeStatistics/errorFrequencyTable")


def test_an_error_is_told_of_its_events_where_there_are_any_and_of_its_counter_else() -> None:
    counted = (_frequency(13816), _frequency(13804), _frequency(13805), counter("Active Acquire", 3))
    assert messages("RT020", event(error_code=13816), counters=counted) == [
        '7 x 13804 GENERAL_PROCESSING_ERROR "General processing error", counted since the service started',
        '1 x 13816 ERROR "Unknown error occurred"',
    ]


def test_a_keying_service_that_was_not_started_is_no_other_failure() -> None:
    stopped = event(event_id=5453, kind=EventKind.SERVICE, success=False)
    assert messages("RT020", stopped) == []
    assert messages("RT022", stopped, event(event_id=4650, success=True)) == [
        "1 x negotiation while the IKEEXT service was not started"
    ]


@cases(
    ("facts", "words"),
    [
        ({"kind": EventKind.CLASSIFY_DROP}, "packet of IPsec or IKE that a filter blocked"),
        ({"kind": EventKind.KERNEL_DROP}, "packet dropped without a reason"),
        (
            {"kind": EventKind.KERNEL_DROP, "reason_unknown": True},
            "packet dropped for a reason that was not understood",
        ),
        ({"kind": EventKind.DOS_PROTECTION_DROP}, "packet dropped without a reason"),
        ({"success": False}, "failure without a reason"),
        ({"success": False, "reason_unknown": True}, "failure with a reason that was not understood"),
        ({"success": False, "event_id": 4653}, "failure without a reason"),
        (
            {"success": False, "event_id": 20227},
            "event 20227 of a VPN connection: a user dialled a connection which has failed",
        ),
        (
            {"success": False, "event_id": 5484},
            "event 5484 (IPsec Services has experienced a critical failure and has been shut down)",
        ),
        ({"error_code": 87}, "87 (not an error of IPsec)"),
        ({"possible_codes": (87, 88)}, "87 or 88 (not an error of IPsec)"),
        (
            {"possible_codes": (13803, 13807)},
            '13803 NEGOTIATION_PENDING or 13807 SA_DELETED "IKE Negotiation in progress"',
        ),
    ],
)
def test_what_happened_in_words(facts: dict[str, Any], words: str) -> None:
    code = "RT021" if "kind" in facts else "RT020"
    assert messages(code, event(**facts)) == [f"1 x {words}"]


# ---- The parts of a message on events ----


@cases(
    ("others", "words"),
    [
        ([{}], "2 x"),
        ([{"time": NINE}], f"2 x; at {NINE}"),
        ([{"time": NINE}, {"time": NINE}], f"3 x; at {NINE}"),
        ([{"time": TEN}, {"time": NINE}], f"3 x; from {NINE} to {TEN}"),
        ([{"time": "2026-03-02T10:00:00+01:00"}], f"2 x; at {NINE}"),
        ([{"time": "2026-03-02T09:00:00.1234567Z"}], "2 x; at 2026-03-02T09:00:00.1234567Z"),
        ([{"time": "yesterday"}], "2 x"),
        ([{"role": "initiator", "count": 4}], "5 x; as initiator"),
        ([{"role": "initiator"}, {"role": "responder", "count": 2}], "4 x; as initiator (1), as responder (2)"),
        ([{"failure_point": "remote"}], "2 x; found by the peer"),
        ([{"failure_point": "elsewhere"}], "2 x"),
        ([{"state": "no proposal chosen"}], '2 x; "no proposal chosen"'),
        ([{"state": "SA_SENT"}], "2 x"),
        ([{"state": "no proposal chosen", "event_id": 4653}], "2 x"),
        ([{"remote_address": "10.0.0.1", "count": 3}], "4 x; with 10.0.0.1 (3)"),
        (
            [{"remote_address": f"10.0.0.{each}"} for each in (1, 2, 3)],
            "4 x; with 10.0.0.1 (1), 10.0.0.2 (1), 10.0.0.3 (1)",
        ),
        (
            [{"remote_address": f"10.0.0.{each}"} for each in (1, 2, 3, 4, 4)],
            "6 x; with 10.0.0.4 (2), 10.0.0.1 (1), 10.0.0.2 (1) and 1 other peer",
        ),
        (
            [{"remote_address": f"10.0.0.{each}"} for each in (1, 2, 3, 4, 5)],
            "6 x; with 10.0.0.1 (1), 10.0.0.2 (1), 10.0.0.3 (1) and 2 other peers",
        ),
    ],
)
def test_when_as_what_found_by_whom_and_with_whom(others: list[dict[str, Any]], words: str) -> None:
    events = [event(error_code=13816, **facts) for facts in ({}, *others)]
    (message,) = messages("RT020", *events)
    assert message.replace(' 13816 ERROR "Unknown error occurred"', "") == words


def test_the_words_of_a_log_are_told_beside_an_error_only() -> None:
    assert messages("RT020", event(success=False, state="no proposal chosen")) == ["1 x failure without a reason"]


# ---- RT022 and RT023: services, and connections of Remote Access ----

SHUT_DOWN = "1 x shutdown of IPsec Services, and no later event tells of a start"


@cases(
    ("switched", "message"),
    [
        ([], None),
        ([(5478, None)], None),
        ([(5479, None)], SHUT_DOWN),
        ([(4710, NINE)], f"{SHUT_DOWN}; at {NINE}"),
        ([(5478, NINE), (5479, TEN)], f"{SHUT_DOWN}; at {TEN}"),
        ([(5479, TEN), (4709, NINE)], f"{SHUT_DOWN}; at {TEN}"),
        ([(5479, NINE), (5478, TEN)], None),
        ([(5478, None), (5479, TEN)], None),
        ([(5479, NINE), (4709, None)], None),
        ([(5479, None), (4710, TEN)], f"{SHUT_DOWN}; at {TEN}"),
        ([(5479, NINE), (4650, TEN)], f"{SHUT_DOWN}; at {NINE}"),
    ],
)
def test_a_shutdown_that_no_start_follows(switched: list[tuple[int, str | None]], message: str | None) -> None:
    events = [event(event_id=number, time=time, kind=EventKind.SERVICE) for number, time in switched]
    found = hits("RT022", with_events(*events))
    assert [hit.message for hit in found] == ([] if message is None else [message])
    assert all(hit.severity is Severity.INFO for hit in found)


@cases(
    ("facts", "fires"),
    [
        ({"event_id": 20227}, True),
        ({"event_id": 20271}, True),
        ({"event_id": None}, True),
        ({"event_id": 4653}, False),
        ({"success": True}, False),
        ({"success": None}, False),
        ({"state": "SA_SENT"}, False),
        ({"state": None}, False),
    ],
)
def test_a_failed_connection_of_remote_access(facts: dict[str, Any], fires: bool) -> None:
    known = {"event_id": 20227, "success": False, "state": "remote-access error 809"}
    assert bool(messages("RT023", event(**{**known, **facts}))) is fires


@pytest.mark.parametrize(
    ("number", "says", "note"),
    [
        (
            633,
            "633 ERROR_PORT_NOT_AVAILABLE: The specified port is already in use",
            "Run `ipseclint explain 633` for what is known of it.",
        ),
        (
            5,
            "5, a number not explained here",
            "Run `certutil -error 5` on a Windows host: it says what the number means.",
        ),
        (
            -2146762495,
            "-2146762495 (0x800B0101)",
            (
                "A known cause at a VPN connection: the server's certificate for SSTP has expired. `ipseclint explain "
                "-2146762495` says how to tell it."
            ),
        ),
    ],
)
def test_an_error_of_remote_access_in_words(number: int, says: str, note: str) -> None:
    (hit,) = hits("RT023", with_events(event(event_id=20227, success=False, state=f"remote-access error {number}")))
    assert hit.message.startswith(f"1 x {says}")
    assert hit.fix is not None
    assert hit.fix.note == note


@cases(
    ("text", "severity"),
    [
        ("The user SYSTEM dialed a connection named S2S which has failed. The error code returned on failure is 13885.",
         Severity.WARNING),
        ("Main mode SA lifetime expired or peer sent a main mode delete.", Severity.INFO),
    ],
)  # fmt: skip
def test_an_association_that_expired_is_a_failure_where_a_connection_failed_by_it(
    text: str, severity: Severity
) -> None:
    assert [each.severity for each in check_text(text, "notes.txt").findings] == [severity]


NAT_VALUE = "AssumeUDPEncapsulationContextOnSendRule"
POLICY_AGENT = r"HKLM\SYSTEM\CurrentControlSet\Services\PolicyAgent"
NOT_THERE = (
    f"reg query {POLICY_AGENT} /v {NAT_VALUE}\n\n"
    "ERROR: The system was unable to find the specified registry key or value.\n\n"
)
IS_THERE = f"reg query {POLICY_AGENT} /v {NAT_VALUE}\n\n{POLICY_AGENT}\n    {NAT_VALUE}    REG_DWORD    0x{{}}\n\n"
DIAL = "Add-VpnConnection -Name Lab -ServerAddress vpn.example.org -TunnelType {} -AuthenticationMethod Eap\n\n"
NOT_DIALLED = (
    "The user LAB\\u dialed a connection named V which has failed. The error code returned on failure is {}.\n"
)


@cases(
    ("text", "code", "said"),
    [
        (NOT_THERE, 809, "not set"),
        (NOT_THERE, 789, "not set"),
        (NOT_THERE, 812, None),
        (IS_THERE.format(0), 809, "0"),
        (IS_THERE.format(2), 809, None),
        ("", 809, None),
        (DIAL.format("L2tp") + NOT_THERE, 809, "not set"),
        (DIAL.format("Ikev2") + NOT_THERE, 809, None),
    ],
)
def test_an_error_tells_of_the_value_that_keeps_l2tp_from_a_server_behind_a_nat(
    text: str, code: int, said: str | None
) -> None:
    findings = check_text(text + NOT_DIALLED.format(code), "notes.txt").findings
    (note,) = [each.fix.note for each in findings if each.code == "RT023" and each.fix is not None]
    assert (said is not None) is note.startswith(f"{NAT_VALUE} is {said} on this computer")
    assert f"`ipseclint explain {code}`" in note


@cases(("number", "fires"), [(38, False), (39, True), (40, True), (41, True), (42, False)])
def test_certificates_that_were_not_mapped(number: int, fires: bool) -> None:
    assert bool(messages("RT028", event(event_id=number))) is fires


# ---- RT025 to RT027: what is installed ----

PEERS = "name=R endpoint1=any endpoint2=10.20.0.0/16 auth1=computerkerb action="


def installed(policy: Machine, *associations: SecurityAssociation, events: tuple[Event, ...] = ()) -> Machine:
    return Machine(name="m", policy=policy.policy, events=events, associations=associations)


def association(peer: str, **facts: Any) -> SecurityAssociation:
    return SecurityAssociation(
        **{"span": AT, "kind": MAIN_MODE, "local_address": "10.0.0.5", "remote_address": peer, **facts}
    )


@cases(
    ("offers", "said_of_them"),
    [
        (
            "dhgroup14:aes128-sha256,dhgroup14:aes192-sha256,dhgroup14:aes256-sha256",
            "AES-128+SHA-256+DH14, AES-192+SHA-256+DH14, AES-256+SHA-256+DH14",
        ),
        (
            "dhgroup14:aes128-sha256,dhgroup14:aes192-sha256,dhgroup14:aes256-sha256,ecdhp256:aes256-sha256",
            "AES-128+SHA-256+DH14, AES-192+SHA-256+DH14, AES-256+SHA-256+DH14 and more",
        ),
    ],
)
def test_three_offers_are_named(offers: str, said_of_them: str) -> None:
    policy = machine(
        f"netsh advfirewall set global mainmode mmsecmethods {offers}", consec(f"{PEERS}requireinrequestout")
    )
    (hit,) = hits("RT025", installed(policy, association("10.20.0.9", proposal=main_mode_proposal())))
    assert hit.message == (
        "1 main mode in use with AES-256+SHA-256+DH20, first with 10.20.0.9; the policy offers " + said_of_them
    )


def test_an_association_by_any_of_the_offers_is_within_the_policy() -> None:
    offers = "dhgroup14:aes128-sha256,ecdhp384:aes256-sha256"
    policy = machine(
        f"netsh advfirewall set global mainmode mmsecmethods {offers}", consec(f"{PEERS}requireinrequestout")
    )
    assert hits("RT025", installed(policy, association("10.20.0.9", proposal=main_mode_proposal()))) == []


def test_each_peer_is_compared_with_what_the_policy_offers_it() -> None:
    rule = "auth1=computerkerb action=requireinrequireout qmsecmethods=esp:"
    policy = machine(
        consec(f"name=A endpoint1=any endpoint2=10.20.0.8 {rule}sha256-aes128"),
        consec(f"name=B endpoint1=any endpoint2=10.20.0.9 {rule}sha1-aes128"),
    )
    agreed = {"kind": QUICK_MODE, "proposal": quick_mode_proposal()}
    both = [association(peer, **agreed) for peer in ("10.20.0.8", "10.20.0.9")]
    (hit,) = hits("RT025", installed(policy, *both))
    assert "first with 10.20.0.9; the policy offers ESP AES-128+SHA-1" in hit.message


ASSOCIATED = association("10.20.0.1")
FAILED = {"local_address": "10.0.0.5", "remote_address": "10.20.0.9"}


@cases(
    ("facts", "fires"),
    [
        ({"success": False}, True),
        ({"success": None, "error_code": 13801}, True),
        ({"success": False, "error_code": 13801}, True),
        ({"success": None}, False),
        ({"success": True}, False),
        ({"success": False, "remote_address": None}, False),
        ({"success": False, "remote_address": "10.20.0.1"}, False),
        ({"success": False, "remote_address": "10.99.0.9"}, False),
    ],
)
def test_a_failure_with_a_peer_of_which_no_association_stands(facts: dict[str, Any], fires: bool) -> None:
    failed = event(**{**FAILED, **facts})
    policy = machine(consec(f"{PEERS}requestinrequestout"))
    assert bool(hits("RT027", installed(policy, ASSOCIATED, events=(failed,)))) is fires
    assert hits("RT027", installed(policy, events=(failed,))) == []


def test_a_peer_without_an_association_is_told_once_and_only_where_no_rule_requires() -> None:
    failed = (event(success=False, **FAILED), event(success=False, **FAILED))
    asked = machine(consec(f"{PEERS}requestinrequestout"))
    required = machine(consec(f"{PEERS}requestinrequestout"), consec(f"{PEERS.replace('=R', '=S')}requireinrequireout"))
    assert len(hits("RT027", installed(asked, ASSOCIATED, events=failed))) == 1
    assert hits("RT027", installed(required, ASSOCIATED, events=failed)) == []


@cases(("code", "fires"), [("RT025", True), ("RT026", False), ("RT029", False)])
def test_an_association_whose_suite_was_not_understood_leaves_the_others_to_be_judged(
    code: str, *, fires: bool
) -> None:
    policy = machine(
        "netsh advfirewall set global mainmode mmsecmethods dhgroup14:aes128-sha256",
        consec(f"{PEERS}requireinrequestout"),
    )
    other = association("10.20.0.8", proposal=None)
    assert hits(code, installed(policy, other)) == []
    assert bool(hits(code, installed(policy, other, association("10.20.0.9", proposal=main_mode_proposal())))) is fires


@cases(
    ("number", "named"),
    [("-2147023660", "ERROR_CONNECTION_ABORTED"), ("1225", "ERROR_CONNECTION_REFUSED"), ("-2147023671", "REFUSED")],
)
def test_an_error_of_windows_that_a_connection_shows_is_named(number: str, named: str) -> None:
    text = f"The user A dialed a connection named V which has failed. The error code returned on failure is {number}."
    (found,) = check_text(text, "a.txt").findings
    assert named in found.message
