import pytest

from ipseclint.load.parameters import Provenance
from ipseclint.load.schedules import (
    AUTHIP,
    AUTHIP_FOUR,
    LIBRESWAN,
    SCHEDULES,
    STRONGSWAN,
    WINDOWS_IKEV1,
    WINDOWS_IKEV2,
    Schedule,
)
from tests.cases import cases


@cases(
    ("schedule", "sends", "give_up"),
    [
        (AUTHIP, (0, 2, 6, 14), 30),
        (AUTHIP_FOUR, (0, 2, 6, 14, 30), 62),
        (WINDOWS_IKEV1, (0, 1, 3, 7, 15, 31), 63),
        (STRONGSWAN, (0, 4, 11.2, 24.2, 47.5, 89.5), 165),
        (LIBRESWAN, (0, 0.5, 1.5, 3.5, 7.5, 15.5), 30),
    ],
)
def test_sends_and_end(schedule, sends, give_up):
    assert schedule.sends_seconds == pytest.approx(sends, abs=0.05)
    assert schedule.give_up_seconds == pytest.approx(give_up, abs=0.1)


def test_windows_ikev2_lasts_as_long_as_documented():
    assert WINDOWS_IKEV2.give_up_seconds >= 120
    assert WINDOWS_IKEV2.sends_provenance is Provenance.ASSUMED


@cases(
    ("schedule", "patience", "kept"),
    [
        (WINDOWS_IKEV1, 5, (0, 7, 15, 31)),
        (WINDOWS_IKEV1, 30, (0, 31)),
        (AUTHIP, 5, (0, 6, 14)),
        (AUTHIP_FOUR, 5, (0, 6, 14, 30)),
        (STRONGSWAN, 30, (0, 47.5, 89.5)),
        (AUTHIP, 0, (0, 2, 6, 14)),
        (AUTHIP, float("inf"), (0,)),
    ],
)
def test_sends_that_find_no_earlier_one_waiting(schedule, patience, kept):
    assert schedule.sends_at_least(patience) == pytest.approx(kept, abs=0.05)


def test_strongswan_keeps_every_send_that_is_five_seconds_after_the_last():
    assert len(STRONGSWAN.sends_at_least(5)) == 5
    assert len(STRONGSWAN.sends_at_least(4)) == 6


def test_names_are_unique_and_sources_are_given():
    for name, schedule in SCHEDULES.items():
        assert schedule.name == name
        assert schedule.source
        assert schedule.label


@cases(("sends", "end"), [((), 1), ((1,), 2), ((0, 2, 2), 5), ((0, 2), 2), ((0, float("nan")), 9)])
def test_a_schedule_runs_forward(sends, end):
    with pytest.raises(ValueError, match="schedule"):
        Schedule("x", "x", sends, end, Provenance.ASSUMED, Provenance.ASSUMED, "x")
