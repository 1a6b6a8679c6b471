"""Each outcome of `rules test`, and the exit code that it leaves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HEAD = """
extends = "default"
id = "ours"
version = "1"
title = "Ours"

[[custom]]
code = "ORG001"
name = "long-lifetime"
severity = "error"
object = "main_mode_crypto_set"
when = "object.lifetime_seconds > 3600"
message = "too long"
summary = "Too long."
"""
GLOBAL = "netsh advfirewall set global mainmode mmkeylifetime"
VARIABLE = "a variable is put in here when the script runs: what this command does is not known"


def _test(fires: int, policy: str) -> str:
    return f'\n[[custom.tests]]\nfires = {fires}\npolicy = "{policy}"\n'


@pytest.mark.parametrize(
    ("tests", "says", "code"),
    [
        ("", "has no tests", 1),
        (_test(1, f"{GLOBAL} 480min,0sess"), "test 1 passed", 0),
        (_test(0, f"{GLOBAL} 60min,0sess"), "test 1 passed", 0),
        (_test(1, f"{GLOBAL} 60min,0sess"), "test 1 failed: fires 0, 1 expected", 1),
        (_test(0, f"{GLOBAL} 480min,0sess"), "test 1 failed: fires 1, 0 expected", 1),
        (
            _test(0, f"{GLOBAL} %MINUTES%min,0sess"),
            f"test 1 failed: fires on a policy that was not understood: {VARIABLE}, 0 expected",
            1,
        ),
        (
            _test(0, f"{GLOBAL} 480min,0sess") + _test(1, f"{GLOBAL} 480min,0sess"),
            "test 1 failed: fires 1, 0 expected\nORG001 long-lifetime: test 2 passed",
            1,
        ),
    ],
)
def test_a_rule_of_ones_own_passes_its_tests_or_says_why_not(
    tests: str, says: str, code: int, tmp_path: Path, cli: Callable[..., Any]
) -> None:
    (tmp_path / "ours.toml").write_text(HEAD + tests)
    ran = cli("rules", "test", str(tmp_path / "ours.toml"))
    assert (ran.code, ran.out + ran.err) == (code, f"ORG001 long-lifetime: {says}\n")
