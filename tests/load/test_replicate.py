import json
import math

import pytest

from ipseclint.load.report.json import as_json
from ipseclint.load.schedules import WINDOWS_IKEV1
from ipseclint.load.simulate.processes import Ramp
from ipseclint.load.simulate.replicate import estimate, replicate, student_975, summarise
from ipseclint.load.simulate.system import Host, Traffic
from tests.cases import cases


def test_interval_of_students_t():
    found = estimate([1, 2, 3, 4, 5])
    assert found.mean == 3
    assert found.half_width == pytest.approx(2.776 * math.sqrt(2.5 / 5))
    assert (found.low, found.high) == (found.mean - found.half_width, found.mean + found.half_width)
    assert 4.9 < found.high < 5


def test_one_run_gives_no_interval():
    assert estimate([7]).half_width == math.inf
    with pytest.raises(ValueError, match="at least one"):
        estimate([])


@cases(("degrees", "point"), [(1, 12.706), (30, 2.042), (31, 1.96), (1_000, 1.96)])
def test_students_t(degrees, point):
    assert student_975(degrees) == point


def test_summary_of_a_storm():
    runs = replicate(Host(8, 5), [Traffic(Ramp(10_000), 0.02, 1.0, WINDOWS_IKEV1)], (1, 2, 3, 4))
    summary = summarise(runs)
    assert summary.seeds == (1, 2, 3, 4)
    assert summary.peers.mean == 10_000
    assert summary.served_share.mean == pytest.approx(0.80, abs=0.01)
    assert summary.first_drop_share.mean == pytest.approx(0.80, abs=0.01)
    assert summary.last_success_seconds.mean == pytest.approx(36, abs=0.2)
    assert summary.wait_p99_seconds.mean < 5.1 < summary.setup_p95_seconds.mean
    assert summary.peak_queue.mean <= 10_000
    plain = as_json(summary)
    assert plain["served_share"]["mean"] == summary.served_share.mean
    json.dumps(plain, allow_nan=False)


def test_progress_is_told_of_peers_over_all_runs() -> None:
    told: list[tuple[int, int]] = []
    traffic = [Traffic(Ramp(100), 0.02, 1.0, WINDOWS_IKEV1)]
    runs = replicate(Host(8, 5), traffic, (1, 2, 3), progress=lambda ended, expected: told.append((ended, expected)))
    peers = [run.peers for run in runs]
    assert told[-1] == (sum(peers), 3 * peers[-1])
    assert [ended for ended, _ in told] == sorted(ended for ended, _ in told)


def test_runs_without_peers_have_no_share_of_them() -> None:
    summary = summarise(replicate(Host(8, 5), [Traffic(Ramp(0), 0.02, 1.0, WINDOWS_IKEV1)], (1, 2)))
    assert (summary.peers.mean, summary.first_drop_share.mean, summary.late_share.mean) == (0, 0, 0)
