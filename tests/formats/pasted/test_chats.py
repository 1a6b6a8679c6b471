"""Logs of chats: what was typed is read at its place, what was said is not, and a key in it is none that shows."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.pasted.chats import is_chat, is_headed, parted_at_heads, typed_in
from ipseclint.source import bytes_source

RULE = "netsh advfirewall consec add rule name=A endpoint1=any endpoint2=10.2.0.0/16 action=requestinrequestout"
HEADS = [
    "[09:01] <ana> ",
    "09:01:12 <@ana> ",
    "[5/11/23, 9:01:12 AM] Ana Lab: ",
    "11.05.23, 09:01 - Ana: ",
    "[9:01 PM] ana: ",
]


def read(text: str, name: str = "chat.txt") -> Parsed:
    source = bytes_source(name, text.encode())
    form = recognise(source)
    assert form is not None
    return form.parse(source)


@cases("head", HEADS)
def test_a_command_is_read_where_it_stands(head: str) -> None:
    text = f"{head}it fails since the update\n{head}{RULE} auth1=computerpsk auth1psk=hk7Qz\n{head}and now?\n"
    parsed = read(text)
    (rule,) = parsed.policy.connection_security_rules
    assert (rule.span.line, rule.span.column) == (2, len(head) + len("netsh advfirewall consec ") + 1)
    assert parsed.problems == ()
    (key,) = {(span.line, span.column, span.length) for span in parsed.secrets}
    assert text.splitlines()[1][key[1] - 1 :][: key[2]] == "hk7Qz"


@cases("head", HEADS)
def test_one_line_or_one_that_follows_is_no_chat(head: str) -> None:
    assert not is_chat(f"{head}{RULE}\n")
    assert not is_chat(f"notes\n{head}{RULE}\n{head}{RULE}\n")


def test_a_command_and_an_event_are_both_read() -> None:
    event = "CoId={0A1B2C3D-0000-4000-8000-000000000001}: The user ana dialed a connection named Work which has failed."
    text = f"[09:01] <ana> {RULE}\n[09:02] <bo> {event} The error code returned on failure is 809.\n"
    parsed = read(text)
    assert [rule.name for rule in parsed.policy.connection_security_rules] == ["A"]
    assert [event.event_id for event in parsed.events] == [20227]


def test_lines_of_a_message_stay_and_places_too() -> None:
    text = "[09:01] <a> look:\n$x = 1\n[09:02] <a> ike=aes256!\n"
    assert typed_in(text) == "\n$x = 1\n            ike=aes256!\n"


def test_a_log_with_levels_is_no_chat() -> None:
    assert not is_chat("[09:01:02] INFO started\n[09:01:03] INFO netsh advfirewall reset\n")
    assert not is_chat("09:01:02.123 ikeext: a\n09:01:03.123 ikeext: b\n")


@cases(
    "line",
    [
        "[18.03.2026 13:29] Ana Lab",
        "[Monday 1:29 PM] Ana",
        "Ana Lab  [1:29 PM]",
        "ana \u2014 Today at 1:29 PM",
        "A [13:29]",
    ],
)
def test_a_line_above_a_message_becomes_a_ruler(line: str) -> None:
    assert is_headed(f"\n{line}\nRule Name: A\n")
    assert parted_at_heads(f"{line}\r\nx {line}!\n{line}") == f"{'_' * len(line)}\r\nx {line}!\n{'_' * len(line)}"


@cases(
    "line",
    [
        "[09:01:02] PS C:\\> netsh",
        "[13:29] ERROR: no",
        "[ikeext]",
        "13:29 Ana",
        "Lifetime: [13:29]",
        "Ana at 13:29",
        "Ana = [13:29]",
        "[13:29] 4653",
    ],
)
def test_other_lines_stand_above_no_message(line: str) -> None:
    assert not is_headed(f"{line}\nRule Name: A\n")


@cases("time", ["[10:01]", "10:01", "10:01 -", "2026-11-01 10:01", "[01.11.26, 10:01:33]"])
def test_a_script_in_a_chat_is_read_without_what_people_say(time: str) -> None:
    rule = "New-NetIPsecRule -DisplayName R -InboundSecurity Require -RemoteAddress 10.0.0.0/8"
    source = bytes_source("a.txt", f"{time} Ann: this is it\n{rule}\n{time} Bob: thanks\n".encode())
    form = recognise(source)
    assert form is not None
    parsed = form.parse(source)
    assert [each.name for each in parsed.policy.connection_security_rules] == ["R"]
    assert parsed.problems == ()
