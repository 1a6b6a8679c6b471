"""The load of five situations, held to arithmetic done by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., Any]

RULE = (
    "netsh advfirewall consec add rule name=R endpoint1=any endpoint2=10.0.0.0/8 action=requireinrequestout "
    "auth1=computerkerb\r\n"
)
TEN_MINUTES = "netsh advfirewall set global mainmode mmkeylifetime 10min,0sess\r\n"
BOOT = ("--scenario", "boot", "--workers", "8", "--patience", "5", "--service-ms", "20")


@pytest.fixture
def load(cli: Cli, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    def answer(text: str, *arguments: str) -> dict[str, Any]:
        policy = tmp_path / "policy.cmd"
        policy.write_bytes(text.encode())
        ran = cli("load", policy, "--format", "json", *arguments)
        assert ran.code in {0, 1}
        found: dict[str, Any] = json.loads(ran.out)
        return found

    return answer


def test_five_thousand_peers_by_default(load: Callable[..., dict[str, Any]]) -> None:
    """Main modes: 5,000 in 480 minutes. Quick modes: 5,000 in 60 minutes."""
    found = load(RULE, "--peers", "5000")
    assert found["main_mode_rate"] == pytest.approx(5_000 / (480 * 60))
    assert found["quick_mode_rate"] == pytest.approx(5_000 / 3_600)
    assert found["utilisation"] < 0.001


def test_short_main_modes_and_a_stream(load: Callable[..., dict[str, Any]]) -> None:
    """100,000 KB at 10 Mbit/s last 81.92 s; 16.67 main modes of 20 ms keep two workers busy to a sixth."""
    arguments = ("--peers", "10000", "--throughput", "10000000", "--workers", "2", "--service-ms", "20")
    found = load(TEN_MINUTES + RULE, *arguments)
    assert found["main_mode_rate"] == pytest.approx(10_000 / 600)
    assert found["quick_mode_rate"] == pytest.approx(10_000 / (100_000 * 1_024 * 8 / 10_000_000))
    assert found["utilisation"] == pytest.approx(0.1763, abs=0.0001)


def test_a_start_that_is_too_steep(load: Callable[..., dict[str, Any]]) -> None:
    """Eight workers do 400 a second, 2,000 in five seconds, in each of three waves: 6,000 of 20,000, 10 % at first."""
    found = load(RULE, *BOOT, "--peers", "20000", "--ramp", "0")
    assert found["served_share"] == pytest.approx(0.3)
    assert found["drop_probability"] == pytest.approx(0.9)
    assert found["safe_ramp_seconds"] == pytest.approx(20_000 / 400 - 5)


def test_a_start_that_is_spread(load: Callable[..., dict[str, Any]]) -> None:
    """10,000 take 25 s of work; five of them may be waited for."""
    found = load(RULE, *BOOT, "--peers", "10000", "--ramp", "60")
    assert found["safe_ramp_seconds"] == pytest.approx(10_000 / 400 - 5)
    assert (found["drop_probability"], found["served_share"]) == (0, 1)


def test_the_worst_ramp_is_that_of_the_dearest_service(load: Callable[..., dict[str, Any]]) -> None:
    """One worker, 99.2 ms a peer in the worst case: 5,000 of them, without the five seconds of patience."""
    found = load(RULE, "--peers", "5000", "--scenario", "boot")
    high = found["ranges"]["safe_ramp_seconds"]["high"]
    assert (high + 5) / 5_000 == pytest.approx(0.0992, abs=0.0005)
    assert found["ranges"]["safe_ramp_seconds"]["low"] == 0
