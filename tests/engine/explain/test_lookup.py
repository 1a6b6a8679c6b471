"""What an administrator has in hand is found: numbers in every form, sentences, whole events."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ipseclint.engine.explain.lookup import explanations
from ipseclint.engine.explain.lookup_of_windows import _MAX_SENTENCE_CHARACTERS
from ipseclint.engine.explain.near_words import speaking_of, suggestions
from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.vocabulary.audit_events import AUDIT_EVENTS, event_texts
from ipseclint.vocabulary.ike_notifies import NOTIFIES
from ipseclint.vocabulary.windows_errors import error_texts, find_error
from tests.cases import cases

pytestmark = pytest.mark.drawn(4)

DEFAULT = load_ruleset("default")

EVENT = """An IPsec main mode negotiation failed.

Local Endpoint:
\tNetwork Address:\t10.0.0.1
\tKeying Module Port:\t500

Failure Information:
\tState:\t\t\tNo state
\tFailure Point:\t\tLocal computer
\tFailure Reason:\t\tNo policy configured
"""


def kinds(word: str) -> list[tuple[str, str]]:
    return [(explanation.kind, explanation.key) for explanation in explanations(word, DEFAULT)]


@cases(
    "word",
    [
        *("13811", "0x35F3", "35f3", "0x000035F3", "0x800735F3", "800735f3", "-2147011085", "2147956211"),
        *("ERROR_IPSEC_IKE_QUEUE_DROP_MM", "queue_drop_mm", " 13811\n"),
    ],
)
def test_an_error_is_known_by_every_number_that_windows_writes(word: str) -> None:
    assert kinds(word) == [("error", "13811")]


@cases("word", ["0x80063FF3", "-13811", "99999", "0x800735F", "12345678901", "²"])
def test_another_number_is_no_error(word: str) -> None:
    assert kinds(word) == []


@cases("word", ["NPS 48", "reason code 48", "NPS reason code 48", "Reason Code:\t\t48"])
def test_a_reason_code_of_nps_is_explained(word: str) -> None:
    (explained,) = explanations(word, DEFAULT)
    assert explained.title == "reason code 48 of Network Policy Server"
    assert "Remote-access error 812." in explained.text()


@cases("word", ["NPS 47", "reason code", "reason 303"])
def test_a_reason_code_that_nps_has_not_is_unknown(word: str) -> None:
    assert not explanations(word, DEFAULT)


def test_every_event_is_explained_by_its_number() -> None:
    assert {number: kinds(str(number)) for number in event_texts()} == {
        number: [("event", str(number))] for number in event_texts()
    }


def test_every_event_that_is_read_has_its_text() -> None:
    assert set(AUDIT_EVENTS) - set(event_texts()) == set()


def test_the_sentence_of_an_error_is_taken_with_and_without_its_end(draw: Callable[..., list[str]]) -> None:
    for text in draw(sorted(set(error_texts().values())), 0, 8):
        expected = [str(code) for code, sentence in error_texts().items() if sentence.rstrip(".") == text.rstrip(".")]
        for word in (text, text.rstrip(".").upper(), f"{text}  "):
            found = [key for kind, key in kinds(word) if kind == "error"]
            assert found == expected[:8], word


def test_the_whole_text_of_an_event_gives_the_event_and_its_reason() -> None:
    assert kinds(EVENT) == [("event", "4653"), ("error", "13825")]
    assert kinds(EVENT.replace("\n", "\r\n")) == [("event", "4653"), ("error", "13825")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Event ID: 4984", [("event", "4984")]),
        ("EventID: 4984", [("event", "4984")]),
        ("EVENT_ID_4984", [("event", "4984")]),
        ("QD002, cr001", [("rule", "QD002"), ("rule", "CR001")]),
        ("rules QD002 and RF001;", [("rule", "QD002"), ("rule", "RF001")]),
        ("rule QD999", []),
        ("Ereignis-ID 4653, Fehlercode 0x362C", [("event", "4653"), ("error", "13868")]),
        ("The VPN says: Error 13801: IKE authentication credentials are unacceptable.", [("error", "13801")]),
        ("policy mach error", [("error", "13868")]),
        ("we saw: 'no policy configured' all day", [("error", "13825")]),
    ],
)
def test_sentences_of_people_and_logs_are_looked_through(text: str, expected: list[tuple[str, str]]) -> None:
    assert kinds(text) == expected


@cases("word", ["", "hello", "policy", "a b c d", "10.0.0.1", "2026-03-02 08:00:00"])
def test_what_speaks_of_nothing_known_is_nothing(word: str) -> None:
    assert kinds(word) == []


def test_of_errors_that_share_their_story_it_is_told_once() -> None:
    texts = [explanation.text() for explanation in explanations("Negotiation request sat in queue too long", DEFAULT)]
    assert [text.split()[0] for text in texts] == ["13809", "13810", "13811", "13812"]
    assert ["Four ways into it" in text for text in texts] == [True, False, False, False]


@pytest.mark.parametrize(
    ("word", "first"),
    [
        ("QD02", "QD002"),
        ("ERROR_IPSEC_IKE_QUEUE_DROP", "ERROR_IPSEC_IKE_QUEUE_DROP_MM"),
        ("short-main-mod-lifetime", "short-main-mode-lifetime"),
        ("no comon proposal", "no-common-proposal"),
    ],
)
def test_a_near_miss_is_answered_with_what_was_meant(word: str, first: str) -> None:
    assert suggestions(word, DEFAULT)[0] == first


def test_nothing_is_suggested_for_what_is_near_to_nothing() -> None:
    assert suggestions("zzzzzz", DEFAULT) == []


@cases(
    ("word", "found"),
    [
        ("site.host_type", ["site.host_type"]),
        ("host-type", ["site.host_type"]),
        ("peers", ["site.peers", "intent.peers"]),
        ("Fail-On", ["fail-on"]),
        ("overrides.paths", ["overrides.paths"]),
    ],
)
def test_a_key_of_the_configuration_is_found_with_and_without_its_table(word: str, found: list[str]) -> None:
    assert kinds(word) == [("key", key) for key in found]


def test_a_key_says_how_it_is_written_and_which_rules_wait_for_it() -> None:
    (explanation,) = explanations("site.host_type", DEFAULT)
    assert '[site]\n  host_type = "hub"' in explanation.text()
    assert "client, portable, server" in explanation.text()
    assert explanation.rules == ("QD013", "QD016", "QD023")
    assert "QD013 sa-idle-time-at-floor-for-bursty-hub" in explanation.text()
    (alone,) = explanations("fail-on", DEFAULT)
    assert 'ipseclint.toml\n  fail-on = "error"\n\nDefault: "warning".' in alone.text()
    assert alone.rules == ()


def test_a_word_names_the_rules_that_speak_of_it() -> None:
    assert "QD003" in speaking_of("mmpfs", DEFAULT)
    assert {"QD001", "QD002"} <= {*speaking_of("MMKeyLifetime", DEFAULT)}
    assert [[*speaking_of(word, DEFAULT)] for word in ("mmkeylife", "what is mmpfs", "13811", "")] == [[]] * 4


def test_a_long_text_is_looked_through_once() -> None:
    assert kinds("Failure Reason: " * 50_000 + EVENT) == []


@cases(
    ("words", "shown", "key"),
    [
        ("Negotiation request sat in queue", len("Negotiation request s"), "13811"),
        ("main mode security association", len("main mode security"), "4651"),
    ],
)
def test_so_much_of_a_text_is_compared_with_sentences(words: str, shown: int, key: str) -> None:
    enough = "é" * (_MAX_SENTENCE_CHARACTERS - shown) + words
    assert key in {found for _, found in kinds(enough)}
    assert kinds("é" + enough) == []
    sentences = (*error_texts().values(), *(event.first_sentence for event in event_texts().values()))
    assert max(map(len, sentences)) < _MAX_SENTENCE_CHARACTERS


def test_the_defaults_of_windows_are_explained_by_release() -> None:
    (explanation,) = explanations("defaults", DEFAULT)
    text = " ".join(explanation.text().split())
    assert "Windows 11 24H2 and later: IKEv1 and IKEv2" in text
    assert "Windows Vista to Windows Server 2008: neighbor discovery [" in text


def test_every_default_names_releases_that_are_known() -> None:
    from ipseclint.vocabulary.windows_defaults import windows_defaults
    from ipseclint.vocabulary.windows_releases import release_called

    names = {name for row in windows_defaults() for name in (row.from_release, row.to_release) if name}
    assert [name for name in names if release_called(name) is None] == []
    assert all(row.source and row.value for row in windows_defaults())


OF_809 = (
    "Can\u2019t connect to Office. The network connection between your computer and the VPN server could not be "
    "established because the remote server is not responding."
)
OF_789 = (
    "The L2TP connection attempt failed because the security layer encountered a processing error during initial "
    "negotiations with the remote computer."
)
OF_812 = (
    "The connection was prevented because of a policy configured on your RAS/VPN server. Specifically, the "
    "authentication method used by the server may not match."
)
DIALED = "The user CORP\\anna dialed a connection named Office VPN which has failed. The error code "


@cases(
    ("text", "expected"),
    [
        (DIALED + "returned on failure is 809.", [("event", "20227"), ("error", "809")]),
        (DIALED + "returned on failure is 13868.", [("event", "20227"), ("error", "13868")]),
        (DIALED + "returned on failure is -2146762495.", [("event", "20227"), ("error", "-2146762495")]),
        (DIALED + "is 853.", [("event", "20227"), ("error", "853")]),
        ("RasClient - Event ID 20227, error 1931", [("event", "20227"), ("error", "1931")]),
        (
            "A dial-up connection failed. The error code returned after failure is -2147467259.",
            [("error", "-2147467259")],
        ),
        ("Source: RasClient\nEvent ID: 20224\nThe link has been established by user SYSTEM.", [("event", "20224")]),
        (OF_809, [("error", "809")]),
        (OF_789, [("error", "789")]),
        (OF_812, [("error", "812")]),
        ("IKE failed to find valid machine certificate", [("error", "13806")]),
    ],
)
def test_what_a_vpn_client_says_is_told_by_event_and_error(text: str, expected: list[tuple[str, str]]) -> None:
    assert kinds(text) == expected


def test_an_error_that_is_not_known_is_said_not_to_be() -> None:
    told = explanations(DIALED + "returned on failure is -2146892800.", DEFAULT)[1]
    assert told.title == "unknown error -2146892800 (0x80090400)"
    assert "certutil -error 0x80090400" in told.text()


@cases(
    ("text", "code"),
    [
        (
            (
                "Beim L2TP-Verbindungsversuch ist ein Fehler aufgetreten, weil bei der Sicherheitsschicht w\u00e4hrend "
                "der ersten Aushandlung mit dem Remotecomputer ein Verarbeitungsfehler aufgetreten ist."
            ),
            "789",
        ),
        ("Erreur de correspondance de strat\u00e9gie.", "13868"),
        ("Las credenciales de autenticaci\u00f3n IKE no son aceptables.", "13801"),
    ],
)
def test_what_a_dialog_says_in_another_language_is_explained(text: str, code: str) -> None:
    assert [told.title.split()[0] for told in explanations(text, DEFAULT)] == [code]


def test_an_error_that_one_end_notifies_is_told_with_what_windows_shows() -> None:
    named_by_windows = ["INVALID_MAJOR_VERSION", "INVALID_COOKIE", "INVALID_SIGNATURE"]
    assert [notify.name for notify in NOTIFIES if find_error(notify.name) is not None] == sorted(
        named_by_windows, key=[notify.name for notify in NOTIFIES].index
    )
    others = [notify for notify in NOTIFIES if notify.name not in named_by_windows]
    shown = [[] if notify.code is None else [("error", str(notify.code))] for notify in others]
    told = [[("notify", notify.name), *errors] for notify, errors in zip(others, shown, strict=True)]
    assert [kinds(notify.name) for notify in others] == told


@cases("word", ["ts-unacceptable", "v2N_TS_UNACCEPTABLE", "TS unacceptable", "`TS_UNACCEPTABLE`"])
def test_a_notified_error_is_known_as_daemons_and_captures_write_it(word: str) -> None:
    assert kinds(word) == [("notify", "TS_UNACCEPTABLE"), ("error", "13825")]
    assert "the IKE SA may stand" in explanations(word, DEFAULT)[0].text()


@cases(
    ("line", "code"),
    [
        ("no matching peer config found", "13801"),
        ("14[IKE] received proposals inacceptable", "13868"),
        ("All IPSec SA proposals found unacceptable!", "13868"),
        ("11[JOB] deleting half open IKE_SA with 192.0.2.7 after timeout", "13805"),
        ("no virtual IP found for %any requested by 'bob'", "840"),
    ],
)
def test_a_line_of_another_makers_log_is_explained_with_the_error_of_windows(line: str, code: str) -> None:
    (kind, words), error = kinds(line)
    assert kind == "log"
    assert words in line
    assert error == ("error", code)


def test_which_part_the_other_end_has_is_told() -> None:
    of_answering, of_asking = (
        explanations(line, DEFAULT)[0].text()
        for line in ("no matching peer config found", "received AUTHENTICATION_FAILED notify error")
    )
    assert "where that end answers" in of_answering
    assert "where that end asks" in of_asking


@cases("line", ["a matching peer config was found", "the tunnel is up and proposals are fine"])
def test_a_line_that_tells_of_no_failure_is_unknown(line: str) -> None:
    assert kinds(line) == []


@cases(
    ("name", "code"),
    [("ERROR_VPN_TIMEOUT", "809"), ("error_rasman_cannot_initialize", "711"), ("CRYPT_E_NOT_FOUND", "-2146885628")],
)
def test_an_error_of_a_vpn_connection_is_known_by_its_name(name: str, code: str) -> None:
    assert kinds(name) == [("error", code)]
