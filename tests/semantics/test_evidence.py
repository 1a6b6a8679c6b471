"""Events of a machine from several logs."""

from __future__ import annotations

from ipseclint.model.events import Counter, Event, EventKind
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Policy
from ipseclint.semantics.evidence import counter_code, errors, most_frequent_peer, without_doubles
from ipseclint.source import Span
from tests.cases import cases

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


@cases(
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


QUOTED = Event(span=LOGGED.span, kind=EventKind.MAIN_MODE, error_code=13868, success=False)


def test_what_a_text_quotes_of_a_failure_that_a_log_tells_of_is_no_other() -> None:
    assert without_doubles([QUOTED, NET_EVENT]) == (NET_EVENT,)
    other = QUOTED.model_copy(update={"error_code": 13801})
    assert without_doubles([other, NET_EVENT]) == (other, NET_EVENT)
    assert without_doubles([QUOTED, QUOTED]) == (QUOTED, QUOTED)


def test_errors_of_remote_access_are_told_by_their_number() -> None:
    logged = LOGGED.model_copy(update={"possible_codes": (), "error_code": None, "state": "remote-access error 809"})
    quoted = QUOTED.model_copy(update={"error_code": None, "state": "remote-access error 809"})
    assert without_doubles([logged, quoted]) == (logged,)
    other = QUOTED.model_copy(update={"error_code": None, "state": "remote-access error 789"})
    assert without_doubles([logged, other]) == (logged, other)


@cases(
    ("peers", "name", "count"),
    [
        (("10.0.0.9", "10.0.0.9", "10.9.0.1"), "10.0.0.9", 2),
        (("10.0.0.8", "10.0.0.9", "10.9.0.1"), "10.0.0.0/24", 2),
        (("2001:db8::1", "2001:db8::2", "10.9.0.1"), "2001:db8::/64", 2),
        (("gateway.example", "gateway.example", "10.9.0.1"), "gateway.example", 2),
        (("a.example", "b.example", "b.example"), "b.example", 2),
    ],
)
def test_the_peer_of_most_failures_is_an_address_a_subnet_or_what_stands_there(
    peers: tuple[str, ...], name: str, count: int
) -> None:
    found = most_frequent_peer([LOGGED.model_copy(update={"remote_address": peer}) for peer in peers])
    assert found is not None
    assert (found.name, found.count, found.share) == (name, count, count / len(peers))
    assert most_frequent_peer([LOGGED.model_copy(update={"remote_address": None})]) is None


@cases(
    ("group", "name", "code"),
    [
        ("ikeStatistics/errorFrequencyTable", "ERROR_IPSEC_IKE_QUEUE_DROP_MM", 13811),
        ("ikeStatistics/errorFrequencyTable", "ERROR_IPSEC_IKE_TIMED_OUT (13805)", 13805),
        ("authipStatistics/errorFrequencyTable", "ERROR_OF_ANOTHER_WORLD", None),
        ("ikeStatistics/v4Statistics", "ERROR_IPSEC_IKE_QUEUE_DROP_MM", None),
    ],
)
def test_a_counter_of_the_error_table_counts_an_error_that_is_known(group: str, name: str, code: int | None) -> None:
    assert counter_code(Counter(span=LOGGED.span, group=group, name=name, value=3)) == code


@cases(
    ("codes", "found"),
    [
        ((13801,), [1, 4]),
        ((13801, 13805), [0, 1, 4]),
        ((13801, 13806), [1, 2, 4]),
        ((13806, 13801, 13805), [0, 1, 2, 4]),
        ((13806,), []),
        ((13811,), []),
    ],
)
def test_the_events_of_some_errors_are_found_in_order_unless_windows_expects_them(
    codes: tuple[int, ...], found: list[int]
) -> None:
    several = [
        {"error_code": 13805},
        {"error_code": 13801},
        {"possible_codes": (13801, 13806)},
        {"error_code": 13801, "benign": True},
        {"error_code": 13801},
        {},
    ]
    placed = enumerate(several, start=1)
    events = tuple(Event(span=Span("e", 1, at), kind=EventKind.MAIN_MODE, **said) for at, said in placed)  # type: ignore[arg-type]
    told = errors(Machine(name="m", policy=Policy(), events=events), codes).events
    assert [event.span.column - 1 for event in told] == found
