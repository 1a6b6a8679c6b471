"""Objects that several machines gave are told apart by the name that PowerShell puts on each."""

from __future__ import annotations

from tests.cases import cases

from ipseclint import check_text
from ipseclint.formats.transcript.remote_objects import parts_by_object

LISTED = "DisplayName    : {}\nEnabled        : True\nPSComputerName : {}\nPSShowComputerName : True\n\n"
HEAD = "Status   Name     PSComputerName\n------   ----     --------------\n"


@cases(
    ("text", "expected"),
    (
        (
            "PS C:\\> $r\n\n" + LISTED.format("a", "srv01") + LISTED.format("b", "srv02.lab.example"),
            {"": [1], "SRV01": [3, 4, 5, 6], "SRV02-LAB-EXAMPLE": [8, 9, 10, 11]},
        ),
        (
            f"{HEAD}Running  IKEEXT   srv01\nStopped  IKEEXT   srv02\n",
            {"SRV01": [1, 2, 3], "SRV02": [1, 2, 4]},
        ),
        (
            f"{HEAD}Running  IKEEXT   srv01\n\n{HEAD}Stopped  IKEEXT   srv02\nStopped  X\n",
            {"SRV01": [1, 2, 3, 5, 6], "SRV02": [1, 2, 5, 6, 7], "": [8]},
        ),
        (LISTED.format("a", "srv01") + LISTED.format("b", "srv01"), {}),
        ("$PSComputerName\nInvoke-Command -ComputerName srv01, srv02 { $x.PSComputerName }\n", {}),
        ("", {}),
    ),
)
def test_each_object_is_of_the_machine_that_it_names(text: str, expected: dict[str, list[int]]) -> None:
    parts = parts_by_object(text.split("\n"))
    assert {host: sorted(own) for host, own in parts.items()} == expected
    assert all(text.split("\n")[row - 1] == line for own in parts.values() for row, line in own.items())


RULE = '{{"DisplayName": "Hub", "Name": "{{x}}", "InboundSecurity": 2, "OutboundSecurity": 1, "PSComputerName": {}}}'


@cases(("names", "is_told"), (('"srv01" "srv02"', True), ('"srv01" "SRV01"', False), ("null null", False)))
def test_objects_of_several_machines_in_json_are_told(names: str, *, is_told: bool) -> None:
    text = "[\n" + ",\n".join(map(RULE.format, names.split())) + "\n]"
    told = [problem.span.line for problem in check_text(text, "a.json").problems if "2 machines" in problem.message]
    assert told == [3] * is_told


@cases(("second", "is_told"), (("srv02", True), ("srv01", False)))
def test_objects_of_several_machines_in_clixml_are_told(second: str, *, is_told: bool) -> None:
    of_one = (
        '<Obj RefId="{}"><TN RefId="{}"><T>Microsoft.Management.Infrastructure.CimInstance#root/standardcimv2/'
        'MSFT_NetConSecRule</T></TN><Props><S N="DisplayName">Hub</S><S N="PSComputerName">{}</S></Props></Obj>\n'
    )
    text = (
        '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">\n'
        + of_one.format(0, 0, "srv01")
        + of_one.format(1, 1, second)
        + "</Objs>"
    )
    told = [problem.span.line for problem in check_text(text, "a.xml").problems if "2 machines" in problem.message]
    assert told == [3] * is_told
