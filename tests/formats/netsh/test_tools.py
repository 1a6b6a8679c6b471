"""`reg delete` takes away what it names of what the script wrote, and says where it names something else."""

from __future__ import annotations

import pytest

from ipseclint.formats.netsh import script
from ipseclint.source import bytes_source

KEY = r"HKLM\SYSTEM\CurrentControlSet\Services\RasMan\Parameters"
NAMES = ("NegotiateDH2048_AES256", "DisableIKENameEkuCheck")
ADDED = "".join(f"reg add {KEY} /v {name} /t REG_DWORD /d 1 /f\n" for name in NAMES)


@pytest.mark.parametrize(
    ("deleted", "left", "is_said"),
    [
        (f"{KEY} /v {NAMES[0]} /f", NAMES[1:], False),
        (f"{KEY} /V {NAMES[1].upper()} /f", NAMES[:1], False),
        (f"{KEY} /va /f", (), False),
        (f"{KEY} /f", (), False),
        (f"{KEY} /v Other /f", NAMES, True),
        (f"{KEY} /ve /f", NAMES, True),
        (rf"{KEY}\Other /va /f", NAMES, True),
    ],
)
def test_what_is_deleted_is_gone_and_nothing_else(deleted: str, left: tuple[str, ...], is_said: bool) -> None:
    parsed = script.parse(bytes_source("a.cmd", f"{ADDED}reg delete {deleted}\n".encode()))
    assert tuple(value.path.rpartition("\\")[2] for value in parsed.policy.registry) == left
    expected = ["deletes what this script did not write: what it held is not known"] if is_said else []
    assert [problem.message for problem in parsed.problems] == expected
