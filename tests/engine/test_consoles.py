"""A text of the consoles of several machines is an input for each, as far as the text says whose a line is."""

from __future__ import annotations

import pytest

from ipseclint.engine.consoles import of_each_machine
from ipseclint.engine.inputs import Candidate
from ipseclint.engine.machines import read_inputs
from ipseclint.source import bytes_source

KEY = "SYSTEM\\CurrentControlSet\\Services\\PolicyAgent"
NAME = "AssumeUDPEncapsulationContextOnSendRule"


def value(number: int) -> str:
    return f"HKEY_LOCAL_MACHINE\\{KEY}\n    {NAME}    REG_DWORD    0x{number}\n"


ASKS = f"reg query HKLM\\{KEY} /v {NAME}\n\n"
TEXTS = (
    "".join(f"C:\\>hostname\nSRV0{each}\n\nC:\\>{ASKS}{value(each)}\n" for each in (1, 2)),
    "".join(f"PS C:\\> hostname\nsrv0{each}\n\nPS C:\\> {ASKS}{value(each)}\n" for each in (1, 2)),
    "".join(f"[srv0{each}.corp]: PS C:\\> {ASKS}{value(each)}\n" for each in (1, 2)) + "PS C:\\> exit\n",
    "".join(f"SRV0{each}:\n\n{value(each)}\n" for each in (1, 2)),
    "".join(f"=== SRV0{each} ===\n\n{value(each)}\n" for each in (1, 2)),
    "".join(f"## SRV0{each}\n\n{value(each)}\n" for each in (1, 2)),
    "".join(f"C:\\>reg query \\\\SRV0{each}\\HKLM\\{KEY} /v {NAME}\n\n{value(each)}\n" for each in (1, 2)),
)


def candidate(text: str, name: str = "console.txt") -> Candidate:
    return Candidate(source=bytes_source(name, text.encode()), named=True)


@pytest.mark.parametrize("text", TEXTS)
def test_each_machine_of_a_text_is_an_input_of_its_own_with_its_places(text: str) -> None:
    read = read_inputs([candidate(text)])
    assert [each.source.path for each in read] == ["console.txt/SRV01", "console.txt/SRV02"]
    rows = text.split("\n")
    for number, each in enumerate(read, start=1):
        (setting,) = each.parsed.policy.registry
        assert f"0x{number}" in rows[setting.data.span.line - 1]
        assert not each.parsed.problems


@pytest.mark.parametrize(
    "text",
    [
        TEXTS[0].replace("SRV02", "srv01"),
        f"{ASKS}{value(1)}",
        "NOTE:\n\nRESULT:\n\n" + value(1),
        f"PS C:\\> Get-Service IKEEXT -ComputerName SRV01,SRV02\n\nPS C:\\> {ASKS}{value(1)}",
        f"[srv01]: PS C:\\> {ASKS}{value(1)}\n[srv02]: PS C:\\> dir\n",
        f"PS C:\\> {ASKS}{value(1)}\n[srv02]: PS C:\\> {ASKS}{value(2)}\n",
    ],
)
def test_what_is_of_one_machine_stays_one_input(text: str) -> None:
    (only,) = of_each_machine(candidate(text))
    assert only.source.path == "console.txt"


def test_lines_of_none_are_an_input_of_their_own_if_they_say_something() -> None:
    own = f"PS C:\\> {ASKS}{value(3)}\n"
    paths = [each.source.path for each in read_inputs([candidate(own + TEXTS[2])])]
    assert paths == ["console.txt", "console.txt/SRV01", "console.txt/SRV02"]


def test_other_files_and_what_is_skipped_are_left_alone() -> None:
    assert [each.source.path for each in of_each_machine(candidate(TEXTS[0], "a.json"))] == ["a.json"]
    skipped = Candidate(source=bytes_source("a.txt", TEXTS[0].encode()), named=False, skipped="too much")
    assert list(of_each_machine(skipped)) == [skipped]
