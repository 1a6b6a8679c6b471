"""Reasons of Network Policy Server that people report, and what is like them and is none."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.events.refusals import refusals_in, refused

VPN = "Our VPN clients cannot connect since Monday.\n"


def reasons(text: str) -> list[str]:
    return [text[each.start : each.end] for each in refusals_in(text)]


@cases(
    "said",
    [
        "Reason Code: 16",
        "reason-code = 16",
        "ReasonCode: 16",
        "**Reason code** 16",
        "reason code is 16",
        "reason code (16)",
    ],
)
def test_a_reason_is_told_by_its_code_where_nps_and_a_vpn_are_spoken_of(said: str) -> None:
    text = f"{VPN}The NPS log: {said}\n"
    (found,) = refusals_in(text)
    assert text[found.start : found.end].casefold().endswith("16")
    (event,) = refused(text, (found,), "a.txt")
    line = text.split("\n")[event.span.line - 1]
    assert (event.span.line, line[event.span.column - 1 :][: event.span.length]) == (2, text[found.start : found.end])
    assert (event.event_id, event.success, event.role, bool(event.state), bool(event.progress)) == (
        6273,
        False,
        "responder",
        True,
        True,
    )


@cases(
    "text",
    [
        "The NPS log: Reason Code: 16",  # no VPN
        f"{VPN}Reason Code: 16",  # no NPS
        f"{VPN}NPS. Reason Code: 0",
        f"{VPN}NPS. Reason Code: 1600",
        f"{VPN}NPS. Reason Code: 16.5",
        f"{VPN}NPS. Reason Code: 16-3",
        f"{VPN}NPS. Reason Code: 251",  # no reason that is known
        f"{VPN}NPS. Reason Code: 16, Reason Code: 22, Reason Code: 23, Reason Code: 48",  # a list of them
    ],
)
def test_what_is_like_it_is_none(text: str) -> None:
    assert refusals_in(text) == ()


def test_each_is_told_once_and_three_are_few() -> None:
    text = f"{VPN}NPS. Reason Code: 16, Reason Code: 22, reason code 16, Reason Code: 48"
    assert reasons(text) == ["Reason Code: 16", "Reason Code: 22", "Reason Code: 48"]


def test_one_that_is_not_known_counts_where_the_event_is_named() -> None:
    text = f"{VPN}Event 6273. Reason Code: 251"
    (found,) = refusals_in(text)
    (event,) = refused(text, (found,), "a.txt")
    assert (found.codes, event.state, event.span.line) == ((), None, 2)


@cases(
    ("client", "is_of_vpn"),
    [("error 812", True), ("Fehler 691", True), ("error code: 812", True), ("error 5", False), ("error 8120", False)],
)
def test_an_error_of_a_vpn_client_beside_the_event_tells_that_it_is_of_a_vpn(client: str, is_of_vpn: bool) -> None:
    assert reasons(f"Event 6273\nReason Code: 16\nThe laptop has {client}.\n") == (
        ["Reason Code: 16"] if is_of_vpn else []
    )
    assert reasons(f"NPS\nReason Code: 16\nThe laptop has {client}.\n") == []
