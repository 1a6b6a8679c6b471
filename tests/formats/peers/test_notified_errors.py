"""What one end notifies the other of is evidence by its name, unless the other end gets over it."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.peers import ike_log
from ipseclint.model.events import Event
from ipseclint.source import bytes_source
from ipseclint.vocabulary.ike_notifies import NOTIFIES
from ipseclint.vocabulary.windows_errors import error_table

HEAD = 'Mar  1 09:00:00 gw pluto[123]: "office"[1] 203.0.113.9 #1: '
REMOTE_ACCESS = 840


def events_of(said: str) -> tuple[Event, ...]:
    """What a line of pluto is evidence of, behind one that begins an attempt."""
    text = f"{HEAD}responding to Main Mode from unknown peer 203.0.113.9:500\n{HEAD}{said}\n"
    return ike_log.parse(bytes_source("pluto.log", text.encode())).events


@cases(
    ("line", "role"),
    [
        ("ignoring informational payload {}, msgid=00000000, length=12", "initiator"),
        ("ignoring informational payload, type {}", "initiator"),
        ("dropping unexpected IKE_AUTH message containing {} notification; message payloads: N", "initiator"),
        ("IKE SA authentication request rejected by peer: {}", "initiator"),
        ("received {} error notify", "initiator"),
        ("sending notification {} to 203.0.113.9:500", "responder"),
        ("responding to IKE_AUTH message (ID 1) from 203.0.113.9:500 with encrypted notification v2N_{}", "responder"),
    ],
)
def test_an_error_that_ends_an_attempt_is_evidence_in_each_form(line: str, role: str) -> None:
    ending = [each for each in NOTIFIES if each.code is not None]
    assert len(ending) > 20
    for name, code, *_ in ending:
        (event,) = events_of(line.format(name))
        assert event.error_code == (None if code == REMOTE_ACCESS else code), name
        assert (event.role, event.success, event.remote_address) == (role, False, "203.0.113.9"), name


@cases("name", [each.name for each in NOTIFIES if each.code is None])
def test_what_the_other_end_gets_over_is_no_evidence(name: str) -> None:
    assert events_of(f"received {name} notify, will retry later") == ()


def test_each_name_stands_once_and_each_error_is_one_of_windows() -> None:
    assert len({each.name for each in NOTIFIES}) == len(NOTIFIES)
    assert {each.code for each in NOTIFIES} - {None, REMOTE_ACCESS} <= error_table().keys()
