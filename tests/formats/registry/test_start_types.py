"""The start of a service in the registry: what Windows has no start for is said, once."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.registry.reg_text import parse
from ipseclint.source import bytes_source

_HEAD = "Windows Registry Editor Version 5.00\n\n[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\IKEEXT]\n"


@cases(
    ("written", "said"),
    [
        ("dword:00000002", None),
        ("dword:00000004", None),
        ("dword:00000005", "5"),
        ("dword:00000000", "0"),
        ('"4"', "4"),
        ("hex:04,00,00,00", "04,00,00,00"),
        ("dword:x", None),
    ],
)
def test_what_is_no_start_is_said(written: str, said: str | None) -> None:
    problems = parse(bytes_source("a.reg", f'{_HEAD}"Start"={written}\n'.encode())).problems
    told = [each.message for each in problems if "no start of a service" in each.message]
    assert [each.partition("`")[2].partition("`")[0] for each in told] == ([] if said is None else [said])
    assert len(problems) <= 1


@cases(
    ("written", "said"),
    [
        ("hex(4):01,00,00,00", []),
        ("hex(4):01,00", ["`ProhibitIPSec` holds 2 bytes: no number of its type has so many"]),
        ("hex(b):01", ["`ProhibitIPSec` holds 1 byte: no number of its type has so many"]),
    ],
)
def test_a_number_of_another_size_is_said_and_not_judged(written: str, said: list[str]) -> None:
    head = _HEAD.replace("IKEEXT", "RasMan\\Parameters")
    parsed = parse(bytes_source("a.reg", f'{head}"ProhibitIPSec"={written}\n'.encode()))
    assert [each.message for each in parsed.problems] == said
    assert [each.data.known is None for each in parsed.policy.registry] == [bool(said)]
