import math

import pytest

from ipseclint.load.parameters import DEFAULTS, Parameters, Provenance
from ipseclint.load.workload import Workload
from tests.cases import cases


@cases(
    ("name", "value", "provenance"),
    [
        ("initiating_share", 1, Provenance.ASSUMED),
        ("ramp_seconds", 0, Provenance.ASSUMED),
        ("main_mode_lifetime_seconds", 28_800, Provenance.DOCUMENTED),
        ("quick_mode_limit", 0, Provenance.DOCUMENTED),
        ("quick_mode_lifetime_seconds", 3_600, Provenance.DOCUMENTED),
        ("quick_mode_lifetime_kilobytes", 100_000, Provenance.DOCUMENTED),
        ("workers", 8, Provenance.ASSUMED),
        ("main_mode_service_seconds", 0.020, Provenance.ASSUMED),
        ("service_scv", 1, Provenance.ASSUMED),
        ("patience_seconds", 30, Provenance.ASSUMED),
        ("address_half_open_limit", 35, Provenance.DOCUMENTED),
        ("cookie_mode_on", 500, Provenance.DOCUMENTED),
        ("cookie_mode_off", 100, Provenance.DOCUMENTED),
        ("half_open_limit", math.inf, Provenance.ASSUMED),
        ("half_open_seconds", 60, Provenance.DOCUMENTED),
    ],
)
def test_defaults(name, value, provenance):
    parameter = Parameters.defaults()[name]
    assert parameter.value == value
    assert parameter.provenance is provenance


def test_what_windows_does_not_publish_has_a_range():
    unsettled = {entry.name: (entry.low, entry.high) for entry in Parameters.defaults().unsettled()}
    assert unsettled["patience_seconds"] == (5, 60)
    assert unsettled["workers"] == (1, 8)
    assert unsettled["service_scv"] == (0, 4)
    assert {"main_mode_service_seconds", "quick_mode_service_seconds"} <= unsettled.keys()
    assert all(entry.provenance is Provenance.ASSUMED for entry in Parameters.defaults().unsettled())


def test_the_table_covers_the_workload():
    assert [entry.name for entry in DEFAULTS] == list(Workload.__struct_fields__)
    for entry in DEFAULTS:
        assert entry.low <= entry.value <= entry.high
        assert entry.source
        assert entry.meaning
        assert entry.unit


@cases(("cores", "workers"), [(1, 1), (4, 4), (8, 8), (64, 8)])
def test_workers_are_the_cores_up_to_eight(cores, workers):
    parameter = Parameters.defaults(cores)["workers"]
    assert (parameter.value, parameter.low, parameter.high) == (workers, 1, workers)


def test_what_is_given_is_no_longer_explored():
    given = Parameters.defaults().with_user_values("--patience", patience_seconds=10)["patience_seconds"]
    assert (given.value, given.low, given.high) == (10, 10, 10)
    assert given.provenance is Provenance.YOURS
    assert given.source == "--patience"
    measured = Parameters.defaults().with_measured("probe", main_mode_service_seconds=0.003)[
        "main_mode_service_seconds"
    ]
    assert measured.provenance is Provenance.MEASURED


def test_explored_range():
    parameter = Parameters.defaults().with_range("patience_seconds", 1, 3)["patience_seconds"]
    assert (parameter.low, parameter.value, parameter.high) == (1, 3, 3)
    with pytest.raises(ValueError, match="empty"):
        Parameters.defaults().with_range("patience_seconds", 3, 1)


@cases(
    ("name", "value"),
    [
        ("nonsense", 1),
        ("peers", -1),
        ("peers", math.nan),
        ("peers", math.inf),
        ("workers", 0),
        ("workers", 1.5),
        ("quick_mode_lifetime_seconds", 0),
        ("initiating_share", 1.5),
    ],
)
def test_values_outside_their_domain_are_refused_by_name(name, value):
    with pytest.raises(ValueError, match=name):
        Parameters.defaults().with_user_values(**{name: value})


def test_parameters_are_a_mapping():
    parameters = Parameters.defaults()
    assert len(parameters) == len(DEFAULTS)
    assert list(parameters) == [entry.name for entry in DEFAULTS]
    with pytest.raises(KeyError):
        parameters["nonsense"]
    with pytest.raises(ValueError, match="cores"):
        Parameters.defaults(0)


def test_workload_values():
    workload = (
        Parameters.defaults().with_user_values(peers=1_000, initiating_share=0.25, quick_modes_per_peer=3).workload()
    )
    assert workload.starting_peers == 250
    assert workload.start_service_seconds == pytest.approx(0.02 + 2 * workload.quick_mode_service_seconds)
    assert isinstance(workload.workers, int)
    with pytest.raises(ValueError, match="peers"):
        workload.with_values({"peers": -1})
