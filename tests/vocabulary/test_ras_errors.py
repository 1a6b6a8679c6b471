"""What is known of the errors of VPN connections holds together, and `explain` says it."""

from __future__ import annotations

from ipseclint.engine.explain.lookup import explanations
from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.rules import all_rules
from ipseclint.vocabulary.ras_errors import (
    cause_by_update,
    causes_in_words,
    event_in_short,
    of_state,
    ras_errors,
    ras_events,
    update_named,
)
from tests.cases import cases

RULESET = load_ruleset("default")
FAILED = "The user X dialed a connection named v which has failed. The error code returned on failure is"
ASKED_FOR = {691, 718, 720, 789, 792, 800, 809, 812, 13801, 13806, 13868, 87}


def test_every_error_that_people_ask_for_is_there() -> None:
    assert set(ras_errors()) >= ASKED_FOR
    assert set(ras_events()) == {
        20049,
        20063,
        20101,
        20109,
        20111,
        20249,
        20250,
        20253,
        20272,
        20274,
        20275,
        20220,
        20221,
        20222,
        20223,
        20224,
        20225,
        20226,
        20227,
        20255,
        20271,
        20276,
        36871,
        36888,
        6273,
        6274,
    }


def test_causes_name_rules_and_sources_that_exist() -> None:
    codes = {rule.code for rule in all_rules()}
    errors = ras_errors().values()
    named = [(error.code, rule) for error in errors for cause in error.causes for rule in cause.rules]
    assert [(error, rule) for error, rule in named if rule not in codes] == []
    assert [(error.code, key) for error in errors for key in error.sources if key not in RULESET.sources] == []
    assert [error.code for error in errors if bool(error.causes) != bool(error.collect)] == []


@cases(
    ("code", "words"),
    [
        (10, None),
        (
            864,
            (
                "A known cause at a VPN connection: the NPS has no certificate for server authentication of an "
                "authority that the clients trust, or the network policy names another. `ipseclint explain 864` says "
                "how to tell it."
            ),
        ),
        (
            87,
            (
                "Known causes at a VPN connection, in the order to check them: 1. a suite that Windows cannot use, "
                "such as AES-GCM with another integrity, or no group; 2. broken WAN Miniports or leftovers of another "
                "VPN program. `ipseclint explain 87` says how to tell which it is."
            ),
        ),
    ],
)
def test_the_causes_of_an_error_in_words(code: int, words: str | None) -> None:
    assert causes_in_words(code) == words


def test_of_many_causes_five_are_named_and_the_rest_is_told_to_be_there() -> None:
    words = causes_in_words(809) or ""
    assert "; 5. ProhibitIpSec is set" in words
    assert "; 6. " not in words
    assert words.endswith(" `ipseclint explain 809` has 2 more, and says how to tell which it is.")
    assert " more, and " not in (causes_in_words(13801) or "")


@cases(
    ("number", "short"),
    [
        (20253, "a user was disconnected, since no network protocol was negotiated within PPP"),
        (20274, "a connected user was given an address"),
        (20220, "a connection was terminated by an error, the number at its end"),
        (20276, "the server takes other authentication protocols than the one that the client offers"),
        (6273, "Network Policy Server denied access to a user"),
        (20258, None),
    ],
)
def test_what_an_event_says_in_short(number: int, short: str | None) -> None:
    assert event_in_short(number) == short


def test_the_number_of_another_provider_has_no_words() -> None:
    assert event_in_short(36871, "RemoteAccess") is None
    assert event_in_short(20227, "RasClient") is not None


@cases(
    ("asked", "titles"),
    [
        ("809", ["809 ERROR_VPN_TIMEOUT (an error of VPN connections)"]),
        ("RAS 789", ["789 ERROR_OAKLEY_GENERAL_PROCESSING (an error of VPN connections)"]),
        ("error 87", ["87 ERROR_INVALID_PARAMETER (an error of VPN connections)"]),
        ("20227", ["event 20227 of VPN connections"]),
        ("4292", ["event 4292 of IPSec"]),
        ("7023", ["event 7023 of Service Control Manager"]),
        ("event 7001", ["event 7001 of Service Control Manager"]),
        ("Event ID 7000", ["event 7000 of Service Control Manager"]),
        (
            f"Event 20227 RasClient: {FAILED} 809.",
            ["event 20227 of VPN connections", "809 ERROR_VPN_TIMEOUT (an error of VPN connections)"],
        ),
        (
            f"CoId={{1}}: {FAILED} 13868.",
            ["event 20227 of VPN connections", "13868 (0x362C) ERROR_IPSEC_IKE_POLICY_MATCH"],
        ),
    ],
)
def test_what_people_have_in_hand_is_explained(asked: str, titles: list[str]) -> None:
    assert [each.title for each in explanations(asked, RULESET)] == titles


def test_an_error_of_ike_says_what_a_vpn_means_by_it() -> None:
    (explanation,) = explanations("13868", RULESET)
    headings = [section.heading for section in explanation.sections]
    assert "As an error of a VPN connection: causes, in the order to look at them" in headings
    causes = next(section for section in explanation.sections if section.heading.startswith("As an error"))
    assert causes.items[0].startswith("The connection has no suite of its own, and the server does not take group 2.")


@cases(("state", "code"), [("remote-access error 809", 809), ("SA_SENT", None), (None, None)])
def test_the_error_in_an_event_is_read_back(state: str | None, code: int | None) -> None:
    assert of_state(state) == code


def test_a_cause_that_no_source_names_is_marked() -> None:
    (explanation,) = explanations("720", RULESET)
    causes = next(section for section in explanation.sections if section.heading.startswith("Causes"))
    assert [item.endswith("(Reasoned: no source names it.)") for item in causes.items] == [False, True]


@cases(
    ("code", "text", "told"),
    [
        (789, "HotFixID KB5009543", "the input names KB5009543, which is known to cause this"),
        (789, "HotFixID KB5009543 and KB5010793", None),
        (789, "HotFixID KB5008876", None),
        (809, "HotFixID KB5009543", None),
    ],
)
def test_an_update_that_causes_an_error_is_told_unless_it_was_repaired(code: int, text: str, told: str | None) -> None:
    assert update_named(code, text) == told
    assert cause_by_update(code, (None, told)).startswith("the update of 11 January 2022" if told else "")
    assert bool(cause_by_update(code, (None, told))) is (told is not None)
