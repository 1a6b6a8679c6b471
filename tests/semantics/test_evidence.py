"""Events of a machine from several logs."""

from __future__ import annotations

import pytest

from ipseclint.model.events import Event, EventKind
from ipseclint.semantics.evidence import without_doubles
from ipseclint.source import Span

LOGGED = Event(
    span=Span("security.xml", 1, 1),
    kind=EventKind.MAIN_MODE,
    event_id=4653,
    possible_codes=(13868, 13869),
    time="2026-03-02T08:00:00.7000000Z",
    local_address="10.0.0.1",
    remote_address="10.0.0.9",
)
NET_EVENT = LOGGED.model_copy(
    update={"event_id": None, "error_code": 13868, "possible_codes": (), "time": "2026-03-02T08:00:00.123Z"}
)


def test_a_failure_in_both_logs_is_one() -> None:
    assert without_doubles([LOGGED, NET_EVENT]) == (NET_EVENT,)


def test_each_net_event_stands_for_one_logged_event() -> None:
    assert without_doubles([NET_EVENT, LOGGED, LOGGED]) == (NET_EVENT, LOGGED)


@pytest.mark.parametrize(
    "change",
    [
        {"time": "2026-03-02T08:00:01.1Z"},
        {"remote_address": "10.0.0.8"},
        {"local_address": None},
        {"error_code": 13801},
        {"time": None},
    ],
)
def test_what_differs_in_error_addresses_or_second_is_another_failure(change: dict[str, object]) -> None:
    other = NET_EVENT.model_copy(update=change)
    assert without_doubles([other, LOGGED]) == (other, LOGGED)


def test_two_failures_in_one_log_stay_two() -> None:
    assert without_doubles([LOGGED, LOGGED]) == (LOGGED, LOGGED)
