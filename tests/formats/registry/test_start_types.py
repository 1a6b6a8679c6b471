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
