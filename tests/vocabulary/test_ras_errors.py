"""What is known of the errors of VPN connections holds together, and `explain` says it."""

from __future__ import annotations

from ipseclint.engine.explain.lookup import explanations
from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.rules import all_rules
from ipseclint.vocabulary.ras_errors import of_state, ras_errors, ras_events
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
    ("asked", "titles"),
    [
        ("809", ["809 ERROR_VPN_TIMEOUT (an error of VPN connections)"]),
        ("RAS 789", ["789 ERROR_OAKLEY_GENERAL_PROCESSING (an error of VPN connections)"]),
        ("error 87", ["87 ERROR_INVALID_PARAMETER (an error of VPN connections)"]),
        ("20227", ["event 20227 of VPN connections"]),
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
