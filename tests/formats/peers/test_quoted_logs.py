"""What a ticket quotes of the log of the other end, and what only tells of such messages."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.api import check_text
from ipseclint.formats.events.sentences import parse
from ipseclint.model.events import Event
from ipseclint.source import bytes_source


def events(text: str, path: str = "ticket.txt") -> tuple[Event, ...]:
    return parse(bytes_source(path, f"Hello all,\n\n{text}\n".encode())).events


@cases(
    ("text", "code", "words"),
    [
        (
            'The log of the router has "phase1 negotiation failed due to time up" for each client.',
            13805,
            "phase1 negotiation failed due to time up",
        ),
        (
            "strongSwan gives `received AUTHENTICATION_FAILED notify error` and that is all we have.",
            13801,
            "received AUTHENTICATION_FAILED notify",
        ),
        (
            "On the server I see \u201cno trusted RSA public key found for 'CN=pc'\u201d when the VPN is dialled.",
            13801,
            "no trusted RSA public key found",
        ),
        (
            'There is nothing else. All that the FortiGate shows of it is "no SA proposal chosen".',
            13868,
            "no SA proposal chosen",
        ),
    ],
)
@cases("path", ["ticket.txt", "post.md"])
def test_a_message_that_a_ticket_quotes_is_evidence(text: str, code: int, words: str, path: str) -> None:
    (event,) = events(text, path)
    assert (event.error_code, event.state, event.by_daemon, event.span.line) == (code, words, True, 3)
    assert event.span.column == text.index(words) + 1


@cases(
    "above",
    [
        "strongSwan refuses the client with:",
        "This makes the server (charon) turn the request of the VPN away with:\n",
        "> Log of the VPN server:",
        "In charon's log of this morning there is only this:\n\n```",
        "VPN server log: ",
    ],
)
@cases("end", ["\n", "\r\n"])
@cases("path", ["ticket.txt", "post.md"])
def test_a_message_alone_below_a_colon_is_evidence(above: str, end: str, path: str) -> None:
    text = f"{above}\n> peer requested EAP, config unacceptable\n\nIf I change it, nothing is better."
    (event,) = events(text.replace("\n", end), path)
    assert (event.error_code, event.state, event.by_daemon) == (13801, "peer requested EAP, config unacceptable", True)
    assert event.span.line == 4 + above.count("\n")


@cases(
    "text",
    [
        "If charon has none, the VPN server logs this:\npeer requested EAP, config unacceptable",
        "You may see this in the log of the VPN:\nno matching peer config found",
        "The client of the VPN then shows:\nThe words no matching peer config found are in none of them",
        "errors:\n  - no matching peer config found\nvpn: true",
        "The disk of the backup then says:\nauthentication failed: no such user",
    ],
)
def test_a_line_below_a_colon_that_tells_of_no_log_is_none(text: str) -> None:
    assert events(text) == ()


@cases(
    "text",
    [
        'If the log of the VPN says "no matching peer config found", the identities differ at both ends.',
        'charon logs "peer requested EAP, config unacceptable" when the connection of the server lacks EAP.',
        'A log with "phase1 negotiation failed due to time up" is a sign that UDP 500 is blocked.',
        'We do not see "no SA proposal chosen" any more since the change of the proposals.',
        'Look for "no matching peer config found" in the log of the VPN, and for the lines above it.',
        'Wenn im Log "no matching peer config found" steht, passt die ID nicht zu der Verbindung.',
        'log.error("no matching peer config found")',
        'The backup says "authentication failed: no such user" and the disk of it is full.',
        'The VPN is up and the log has "everything is fine, nobody complains" in it.',
    ],
)
def test_what_is_said_of_a_message_is_none(text: str) -> None:
    assert events(text) == ()
    assert check_text(f"Hello all,\n\n{text}\n", "ticket.txt").findings == ()


def test_of_many_quotations_the_first_are_looked_at() -> None:
    other = 'The log of the VPN has "no answer to the mail of the customer" in it and that is all.\n'
    last = 'The log of the VPN has "no SA proposal chosen" in it and that is all.\n'
    assert len(events(other * 99 + last)) == 1
    assert events(other * 100 + last) == ()
