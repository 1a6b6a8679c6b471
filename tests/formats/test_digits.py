"""What looks like a number and is none, or is longer than any, is read as any other word: no reader raises."""

from __future__ import annotations

import json
import re
from random import Random

import pytest
from tests.cases import cases
from tests.formats.test_every_format import FORMATS, sources_of

from ipseclint.source import bytes_source

pytestmark = pytest.mark.drawn(8)

_DIGITS = re.compile(rb"(?<![\w.])\d{1,6}(?![\w.])|(?<=[\"'=,(:>])\d{1,6}(?=[\"'),<])")
TRIES = 40
"""So many numbers of each input become another sign."""


INSTEAD = ("\u00b2", "\u0663", "9" * 5_000)


@pytest.mark.drawn(24)
@cases("name", sorted(FORMATS))
def test_other_digits_raise_nothing(name: str) -> None:
    random = Random(name)
    for source in sources_of(name):
        if source.members:
            continue
        data = source.read_bytes()
        found = list(_DIGITS.finditer(data))
        for match in random.sample(found, min(TRIES, len(found))):
            for instead in INSTEAD:
                spoilt = data[: match.start()] + instead.encode() + data[match.end() :]
                parsed = FORMATS[name].parse(bytes_source(source.path, spoilt))
                assert parsed.policy is not None


@cases("number", ["\u00b2", "\u0663", "9" * 5_000])
@cases(
    "call",
    [
        *("Insert('{}', 'x')", "Remove('{}')", "Remove('1', '{}')", "Substring('{}')", "Substring('1', '{}')"),
        *("PadLeft('{}')", "PadRight('{}')", "Split('b', '{}')"),
    ],
)
def test_what_a_method_of_a_text_gives_for_such_a_number_is_not_known(call: str, number: str) -> None:
    text = f"$name = 'abcdef'.{call.format(number)}\nNew-NetIPsecRule -DisplayName $name -InboundSecurity Require\n"
    parsed = FORMATS["powershell-script"].parse(bytes_source("a.ps1", text.encode()))
    assert [rule.name for rule in parsed.policy.connection_security_rules] != ["abcdef"]


@cases(("number", "events"), [("4653", [4653]), (" 4653 ", [4653]), ("\u00b2", []), ("9" * 5_000, [])])
def test_an_event_has_a_number_of_ascii_digits(number: str, events: list[int]) -> None:
    message = "An IPsec main mode negotiation failed.\n\nFailure Reason:\tNo response from peer\n"
    event = {"Id": number, "ProviderName": "Microsoft-Windows-Security-Auditing", "Message": message}
    parsed = FORMATS["event-json"].parse(bytes_source("a.json", json.dumps([event]).encode()))
    assert [each.event_id for each in parsed.events] == events
