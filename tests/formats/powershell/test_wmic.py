"""Services as wmic prints them give what Get-Service says of them, whatever was asked and however it was kept."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.answers import read, services

from ipseclint.formats import recognise
from ipseclint.source import bytes_source

LIST = "\n\nName=IKEEXT\nStartMode=Disabled\nState=Stopped\n\n\nName=Spooler\nStartMode=Auto\nState=Running\n\n\n"
TABLE = """ExitCode  Name     ProcessId  StartMode  State    Status
0         Spooler  1040       Auto       Running  OK
1077      IKEEXT   0          Disabled   Stopped  OK
"""
ASKED = 'C:\\>wmic service where name="IKEEXT" get StartMode,State\nStartMode  State\nDisabled   Stopped\n'
STARTED = "Started=FALSE\nStartMode=Disabled\nStartName=LocalSystem\nState=Stopped\n"


@cases(
    "text",
    [
        LIST,
        LIST.replace("\n", "\r\r\n"),
        f"Name=IKEEXT\n{STARTED}",
        TABLE,
        TABLE.replace("\n", "\n\n"),
        f"C:\\>wmic service list brief\n{TABLE}\nC:\\>exit\n",
        "".join(f"{'  '.join(line.split())}\n" for line in TABLE.splitlines()),
        "".join(f"{' '.join(line.split())}\n" for line in TABLE.splitlines()),
        ASKED.replace("  ", " ").replace("  ", " "),
        ASKED,
        f"{ASKED}\nC:\\>ipconfig\n",
        "wmic service where (name='IKEEXT') get StartMode,State /value\n\nStartMode=Disabled\nState=Stopped\n",
        f"C:\\>ver\n\nMicrosoft Windows [Version 10.0]\n\n{ASKED}",
        ASKED.replace('where name="IKEEXT"', "IKEEXT"),
        ASKED.replace('where name="IKEEXT"', '"IKEEXT"').replace("C:\\>", "PS C:\\> ").replace("\n", "\r\r\n"),
        ASKED.replace('wmic service where name="IKEEXT"', "wmic.exe /node:SRV1 service IKEEXT"),
        "C:\\>wmic service IKEEXT get StartMode,State /value\n\nStartMode=Disabled\nState=Stopped\n",
        f"C:\\>wmic service IKEEXT list brief\n{TABLE}",
        "C:\\>wmic service IKEEXT get StartMode,State /format:csv\n\nNode,StartMode,State\nSRV1,Disabled,Stopped\n",
    ],
)
def test_a_service_is_read(text: str) -> None:
    parsed = read(text)
    assert services(parsed) == [("IKEEXT", "disabled", "stopped")]
    assert not parsed.problems


@cases("text", [LIST.replace("IKEEXT", "ALG"), TABLE.replace("IKEEXT", "ALG   "), "State=Stopped\n"])
def test_others_are_of_no_concern(text: str) -> None:
    assert recognise(bytes_source("services.txt", text.encode())) is None


def test_a_row_that_a_paste_has_broken_is_said() -> None:
    parsed = read(TABLE + "1  BFE  0\n")
    assert services(parsed) == [("IKEEXT", "disabled", "stopped")]
    assert [(problem.span.line, problem.message) for problem in parsed.problems] == [
        (4, "a row that does not keep to the columns of its table: print it with `/format:list`")
    ]


@cases(
    ("like", "is_asked"),
    [
        ("IKE%", True),
        ("%agent", True),
        ("%ike%", True),
        ("ike%", True),
        ("ikeext", True),
        ("%", True),
        ("Spool%", False),
    ],
)
def test_a_question_about_names_of_a_kind_is_about_those_that_are_of_it(like: str, is_asked: bool) -> None:
    asked = f"C:\\>wmic service where \"name like '{like}'\" get StartMode,State\nNo Instance(s) Available.\n"
    assert (recognise(bytes_source("window.txt", asked.encode())) is not None) is is_asked


OTHERS = [
    ("where \"name='IKEEXT' or name='BFE'\"", [3, 6]),
    ("where \"name='IKEEXT' and state='Stopped'\"", [3, 6]),
]


@cases(("condition", "lines"), OTHERS)
def test_an_answer_that_does_not_name_its_service_is_said(condition: str, lines: list[int]) -> None:
    listed = "\n\nStartMode=Disabled\nState=Stopped\n\nStartMode=Auto\nState=Running\n"
    parsed = read(f"C:\\>wmic service {condition} get StartMode,State /value{listed}")
    assert not parsed.policy.services
    assert [problem.span.line for problem in parsed.problems] == lines


def test_a_later_question_is_not_about_the_service_of_an_earlier() -> None:
    later = "C:\\>wmic service where \"caption='IKE'\" get StartMode,State\nStartMode  State\nAuto       Running\n"
    parsed = read(f"{ASKED}\n{later}")
    assert services(parsed) == [("IKEEXT", "disabled", "stopped")]
    assert [problem.span.line for problem in parsed.problems] == [7]


def test_what_is_called_of_a_service_is_said() -> None:
    parsed = read(f"{ASKED}\nC:\\>wmic service where name='IKEEXT' call ChangeStartMode Manual\nOk.\n")
    assert services(parsed) == [("IKEEXT", "disabled", "stopped")]
    assert [problem.span.line for problem in parsed.problems] == [5]


def test_the_answer_about_another_service_is_of_no_concern() -> None:
    parsed = read(f"{ASKED}\n{ASKED.replace('IKEEXT', 'Spooler')}")
    assert services(parsed) == [("IKEEXT", "disabled", "stopped")]
    assert not parsed.problems
