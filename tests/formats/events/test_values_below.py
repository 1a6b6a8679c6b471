"""Failures below which values stand that were not read, and those that have none."""

from __future__ import annotations

from tests.cases import cases

from ipseclint import check_text

EVENT = """Log Name:      Security
Source:        Microsoft-Windows-Security-Auditing
Event ID:      4653
Computer:      hub.corp.example
Description:
An IPsec main mode negotiation failed.

Local Endpoint:
\tNetwork Address:\t10.1.2.3
\tKeying Module Port:\t500

Remote Endpoint:
\tNetwork Address:\t10.20.0.9
\tKeying Module Port:\t500

Additional Information:
\tKeying Module Name:\tIKEv1
\tRole:\t\t\tInitiator
\tMain Mode Filter ID:\t66010

Failure Information:
\tFailure Point:\t\tLocal computer
\tFailure Reason:\t\tNo policy configured
\tState:\t\t\tSent first (SA) payload
"""
DIALED = """- System

  - Provider

   [ Name]  RasClient

  - EventID 20227

  Computer desk.corp.example

- EventData

   CORP\\ana
   Head office
   {}
"""


def told(text: str, name: str) -> list[str]:
    """What is said of a text."""
    return [problem.message for problem in check_text(text, name).problems]


@cases(
    ("text", "name"),
    [
        ("".join(f"# {line}\n" for line in EVENT.split("\n")), "a.txt"),
        ("# Notes\n\n" + "".join(f"> {line}\n" for line in DIALED.format(13801).split("\n")), "a.md"),
    ],
)
def test_a_failure_with_a_message_that_is_not_read_is_told(text: str, name: str) -> None:
    (message,) = told(text, name)
    assert message.endswith("is not read, and why it failed is not known: give the event as Event Viewer copies it")


@cases(
    "text",
    [
        EVENT,
        DIALED.format(13801),
        "Event ID:      4653\nAn IPsec main mode negotiation failed.\n",
        "".join(f"> {line}\n" for line in EVENT.split("\n")),
    ],
)
def test_a_failure_that_is_read_or_has_no_message_is_not(text: str) -> None:
    assert told(text, "a.txt") == []
