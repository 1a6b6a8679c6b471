import json
import math

import pytest

from ipseclint.load.assess import assess, assess_queue
from ipseclint.load.erlang import Queue
from ipseclint.load.figures import Figures
from ipseclint.load.parameters import Parameters
from ipseclint.load.report.json import as_json
from ipseclint.load.scenarios import Scenario
from ipseclint.load.schedules import WINDOWS_IKEV1
from ipseclint.load.sensitivity import Change, Lever, Provenance
from tests.cases import cases


def test_a_queue_by_its_numbers():
    plain = as_json(assess_queue(Queue(arrival_rate=0.9, service_rate=1, workers=1, patience_seconds=5)))
    assert plain["drop_probability"] == pytest.approx(0.107306209, abs=1e-8)
    assert plain["wait_probability"] == pytest.approx(0.803424412, abs=1e-8)
    assert plain["mean_wait_seconds"] == pytest.approx(2.132402621, abs=1e-8)
    assert plain["mean_queue_length"] == pytest.approx(0.9 * 2.132402621, abs=1e-8)
    assert plain["utilisation"] == 0.9
    assert plain["exact"] is True
    assert plain["inputs"]["patience_seconds"] == 5
    assert plain["wait_quantiles_seconds"]["p99"] == 5
    assert 0 < plain["served_wait_quantiles_seconds"]["p99"] < 5


def test_what_is_infinite_is_null():
    plain = as_json(assess_queue(Queue(2, 1, 1)))
    assert plain["mean_wait_seconds"] is None
    assert plain["inputs"]["patience_seconds"] is None
    assert plain["drop_probability"] == 0.5
    json.dumps(plain, allow_nan=False)


def test_variable_service_is_not_called_exact():
    assert assess_queue(Queue(0.9, 1, 1, 5, 4.0)).exact is False


@cases("scenario", Scenario)
def test_the_whole_answer_is_json(scenario):
    parameters = Parameters.defaults(4).with_user_values(peers=10_000, quick_mode_limit=1)
    plain = as_json(assess(parameters, scenario))
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    for name in Figures.__struct_fields__:
        assert name in plain
        assert set(plain["ranges"][name]) == {"low", "high"}
    assert {entry["name"] for entry in plain["inputs"]} == set(parameters)
    assert {entry["provenance"] for entry in plain["inputs"]} == {"documented", "assumed", "yours"}
    assert plain["situation"]["scenario"] == scenario.value
    assert plain["schedule"]["name"] == "authip"


def test_a_boot_storm():
    parameters = Parameters.defaults().with_user_values(peers=10_000, patience_seconds=5)
    answer = assess(parameters, Scenario.BOOT, WINDOWS_IKEV1)
    assert answer.figures.safe_ramp_seconds == 20
    assert answer.cookie_mode_expected
    # no lifetime helps in a storm
    assert answer.best_policy_change is None
    assert answer.effects[0].change.lever is Lever.FLEET
    strongest = {one.name for one in answer.elasticities[:5]}
    assert strongest == {"initiating_share", "main_mode_service_seconds", "workers", "peers", "patience_seconds"}


def test_the_best_policy_change_may_come_from_outside():
    parameters = Parameters.defaults().with_user_values(peers=10_000, patience_seconds=5)
    suite = Change("cheaper suite", {"main_mode_service_seconds": 0.005}, Lever.POLICY, Provenance.MEASURED, "measured")
    best = assess(parameters, Scenario.BOOT, WINDOWS_IKEV1, [suite]).best_policy_change
    assert best is not None
    assert best.change is suite
    assert (best.before, best.after) == (pytest.approx(0.8), pytest.approx(0.2))


def test_a_quiet_host():
    answer = assess(Parameters.defaults().with_user_values(peers=100))
    assert answer.figures.drop_probability < 1e-100
    assert not answer.cookie_mode_expected
    assert answer.elasticities[0].name == "peers"
    assert math.isclose(answer.figures.utilisation, 100 * (0.02 / 28_800 + 0.02 * 0.004 / 0.509 / 3_600) / 8)


@cases("scenario", Scenario)
@cases(
    "corner",
    [
        {"patience_seconds": math.inf},
        {"patience_seconds": 0},
        {"main_mode_service_seconds": 0, "quick_mode_service_seconds": 0},
        {"workers": 10_000},
        {"workers": 1, "main_modes_per_peer": 0, "patience_seconds": math.inf, "quick_mode_service_seconds": 3.6},
        {"initiating_share": 0},
        {"ramp_seconds": 1e6, "throughput_bits_per_second": 1e12},
        {"peers_per_address": 1_000, "half_open_limit": 0},
        {"peers": 5e-324, "new_sessions_per_second": 5e-324},
    ],
)
def test_corners_have_an_answer_without_gaps(scenario, corner):
    answer = assess(Parameters.defaults().with_user_values(**({"peers": 1_000} | corner)), scenario)
    assert answer.ranges
    for span in answer.ranges.values():
        assert 0 <= span.low <= span.high
    for one in answer.elasticities:
        assert math.isfinite(one.value)
    json.dumps(as_json(answer), allow_nan=False)
