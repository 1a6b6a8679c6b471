"""What the event of a connection tells: its error as written, listed or in Windows' words, and which end says it."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.events.connections import connection, refusal
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.model.events import EventKind
from ipseclint.source import Span

PLACE = Span("a", 1, 1)
SAID = "CoId={{A}}: The user u dialed a connection named V which has failed. The error code returned on {} is {}."


NOT_PROVED = "The L2TP connection attempt failed because the security layer could not authenticate the remote computer."


@cases(
    ("number", "texts", "code", "state"),
    [
        (20227, [SAID.format("failure", "13801")], 13801, None),
        (20227, [SAID.format("failure", "809")], None, "remote-access error 809"),
        (20226, [SAID.format("termination", "829")], None, "remote-access error 829"),
        (20227, [SAID.format("failure", "-2147014836")], None, "remote-access error -2147014836"),
        (
            20227,
            [SAID.format("failure", "809").replace("code returned on", "code  returned\n on")],
            None,
            "remote-access error 809",
        ),
        (
            20227,
            ["CoId={A}: L'utilisateur u a un nom V qui a \u00e9chou\u00e9. Code 809."],
            None,
            "remote-access error 809",
        ),
        (20227, ["CoId={A}: Code 789.\n\n 4653 later"], None, "remote-access error 789"),
        (20227, ["CoId={A}: Code 789 on 10.1.0.812"], None, None),
        (20226, ["CoId={A}: Code 789."], None, None),
        (20227, ["Code 789."], None, None),
        (
            20227,
            ["Der Benutzer u hat eine Verbindung mit dem Namen V gew\u00e4hlt. Der Code lautet: 809.\n\nxx 4653"],
            None,
            "remote-access error 809",
        ),
        (20227, ["{A}", "u", "809", "x"], None, "remote-access error 809"),
        (20227, ["{A}", "809", " 13801 ", ""], 13801, None),
        (20227, ["{A}", "u"], None, None),
        (20227, ["IKE authentication credentials are unacceptable"], 13801, None),
        (20227, [], None, None),
        (20111, ["{0}", "Site", "VPN2-7", "IKE authentication credentials are unacceptable."], 13801, None),
        (20111, ["{0}", "Site", "VPN2-7", NOT_PROVED], None, "remote-access error 787"),
        (20111, ["{0}", "Site", "VPN2-7", "Something else."], None, None),
    ],
)
def test_the_error_of_a_connection_is_found(number: int, texts: list[str], code: int | None, state: str | None) -> None:
    event = connection(number, None, PLACE, texts, Diagnostics("a"))
    told = None if event.state is None else event.state.split(":")[0].split(" (")[0]
    assert (event.error_code, told) == (code, state)
    assert event.kind is (EventKind.MAIN_MODE if code else EventKind.SERVICE)


@cases(
    ("number", "success", "role"),
    [
        (20227, False, "initiator"),
        (20226, None, "initiator"),
        (20271, False, "responder"),
        (20255, False, "responder"),
        (20111, False, "initiator"),
    ],
)
def test_an_event_tells_what_became_of_it_and_whose_it_is(number: int, success: bool | None, role: str) -> None:
    event = connection(number, "2026-03-04T10:11:12Z", PLACE, [], Diagnostics("a"))
    assert (event.event_id, event.time, event.role) == (number, "2026-03-04T10:11:12Z", role)
    assert event.success is success


@cases(("reason", "has_state"), [("16", True), ("0", False), (None, False), ("9999", False)])
def test_a_refusal_tells_the_error_of_the_client(reason: str | None, has_state: bool) -> None:
    event = refusal(6273, None, PLACE, reason)
    assert (event.success, event.role, event.kind, event.error_code) == (False, "responder", EventKind.SERVICE, None)
    assert (event.state is not None) is has_state


@cases("sign", [" ", "\u00a0", "\u202f", "'", ",", "."])
@cases(
    ("number", "text"),
    [(20227, SAID.replace("{} is {}", "failure is 13{}868")), (20227, "13{}801"), (20226, "CoId: 13{}868")],
)
def test_a_part_of_an_error_whose_thousands_are_parted_is_no_error(number: int, text: str, sign: str) -> None:
    diagnostics = Diagnostics("a")
    event = connection(number, None, PLACE, [text.replace("{}", sign)], diagnostics)
    assert (event.error_code, event.state) == (None, None)
    assert [problem.message for problem in diagnostics.listed()] == [
        f"the error of event {number} is parted by a sign for thousands: write it whole"
    ]


def test_a_sentence_of_ppp_is_no_error_of_ike() -> None:
    event = connection(20255, None, PLACE, ["VPN2-1", "ana", "error 13805"], Diagnostics("a"))
    assert (event.error_code, event.state, event.success) == (None, None, False)
    at_client = connection(20227, None, PLACE, ["The error code returned on failure is 13805."], Diagnostics("a"))
    assert at_client.error_code == 13805


@cases(
    ("value", "problems"),
    [("12x", ["`12x` is not the number of the error of event 20227"]), ("ninety", 1), ("13868", 0), ("809", 0)],
)
def test_a_value_in_the_place_of_the_error_that_is_no_number_is_said(value: str, problems: int | list[str]) -> None:
    diagnostics = Diagnostics("a")
    event = connection(20227, None, Span("a", 1, 1), ["{A}", "ana", "Head office", value], diagnostics)
    said = [problem.message for problem in diagnostics.listed()]
    assert said == problems if isinstance(problems, list) else len(said) == problems
    assert (event.error_code or event.state) is None if problems else (event.error_code or event.state)
