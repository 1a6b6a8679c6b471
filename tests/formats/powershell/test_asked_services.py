"""What PowerShell answers who asks how one service is says it of that service, and a script that asks says nothing."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.answers import read, services

from ipseclint.api import check_text
from ipseclint.formats import recognise
from ipseclint.formats.powershell import asked_services
from ipseclint.source import bytes_source

TABLE = "\n Status StartType\n ------ ---------\nStopped  Disabled\n\n"
LIST = "\n\nStatus    : Stopped\nStartType : Disabled\n\n\n"
BY_FILTER = "Get-CimInstance Win32_Service -Filter \"Name='IKEEXT'\""


@cases(
    ("text", "expected"),
    [
        ("PS C:\\> (Get-Service IKEEXT).StartType\nDisabled\nPS C:\\>\n", ("disabled", None)),
        ("PS C:\\> (Get-Service -Name 'IKEEXT').Status\nStopped\n", (None, "stopped")),
        ("[srv]: PS C:\\> (gsv IKEEXT).starttype\n\nDisabled\n\n", ("disabled", None)),
        (f"PS C:\\> ({BY_FILTER}).StartMode\nDisabled\n", ("disabled", None)),
        (f"PS C:\\> {BY_FILTER} | select -ExpandProperty State\nStopped\n", (None, "stopped")),
        (f"PS C:\\> Get-Service IKEEXT | select Status,StartType\n{TABLE}", ("disabled", "stopped")),
        (f"PS C:\\> Get-Service IKEEXT | Select-Object Status, StartType | fl\n{LIST}", ("disabled", "stopped")),
        (f"PS C:\\> {BY_FILTER} | select StartMode\n\nStartMode\n---------\nDisabled\n\n", ("disabled", None)),
        ("(Get-Service IKEEXT).StartType\nDisabled\n", ("disabled", None)),
        (f"PS C:\\> ({BY_FILTER.replace('-F', chr(0x2013) + 'F')}).StartMode\nDisabled\n", ("disabled", None)),
    ],
)
def test_an_answer_is_of_the_service_that_was_asked_for(text: str, expected: tuple[str | None, str | None]) -> None:
    for written in (text, text.replace("\n", "\r\n")):
        parsed = read(written)
        assert services(parsed) == [("IKEEXT", *expected)]
        assert not parsed.problems


def test_it_stands_beside_other_outputs() -> None:
    rule = "netsh advfirewall consec add rule name=A endpoint1=any endpoint2=any action=requireinrequireout"
    parsed = read(f"PS C:\\> (Get-Service IKEEXT).StartType\nDisabled\nPS C:\\> {rule}\nOk.\n\n")
    assert services(parsed) == [("IKEEXT", "disabled", None)]
    assert [each.name for each in parsed.policy.connection_security_rules] == ["A"]


@cases("behind", ["", "PS C:\\> (Get-Service IKEEXT).StartType\nDisabled\n", "PS C:\\>\n", "\n"])
def test_a_question_without_its_answer_below_it_is_said(behind: str) -> None:
    parsed = read(f"PS C:\\> (Get-Service BFE).Status\nRunning\nPS C:\\> (Get-Service IKEEXT).Status\n{behind}")
    assert [problem.message for problem in parsed.problems] == ["no answer stands below this question about a service"]
    assert parsed.problems[0].span.line == 3


@cases(
    "text",
    ["PS C:\\> (Get-Service Spooler).StartType\nDisabled\n", "PS C:\\> (Get-Service IKEEXT).ServiceType\nWin32\n"],
)
def test_what_is_not_asked_of_it_is_of_no_concern(text: str) -> None:
    assert recognise(bytes_source("window.txt", text.encode())) is None


@cases("question", ["(Get-Service Spooler).StartType", "> (gsv Spooler).StartType"])
def test_the_answer_to_a_question_about_another_service_is_of_that(question: str) -> None:
    parsed = read(f"(Get-Service IKEEXT).StartType\nDisabled\n{question}\nAutomatic\n")
    assert services(parsed) == [("IKEEXT", "disabled", None)]
    assert not parsed.problems


def test_a_script_that_asks_is_a_script() -> None:
    made = "New-NetIPsecRule -DisplayName A -InboundSecurity Require -OutboundSecurity Require\n"
    report = check_text(f"(Get-Service IKEEXT).Status\n{made}", "setup.ps1")
    assert [each.format for each in report.inputs] == ["powershell-script"]


@cases(
    ("more", "is_alone"),
    [
        ("", True),
        ("PS C:\\>\n", True),
        ("PS C:\\> (Get-Service BFE).Status\nRunning\n", True),
        (f"PS C:\\> Get-Service Spooler | select Status,StartType\n{TABLE}", True),
        ("PS C:\\> Get-Service Spooler | select Name\n\nName\n----\nSpooler\n", False),
        ("PS C:\\> ipconfig\n", False),
        ("PS C:\\> exit\n", False),
        ("and so on\n", False),
    ],
)
def test_answers_are_alone_where_nothing_else_was_asked_or_said(more: str, is_alone: bool) -> None:
    text = "PS C:\\> (Get-Service IKEEXT).StartType\nDisabled\n"
    for written in (text + more, more + text):
        assert asked_services.is_alone(bytes_source("window.txt", written.encode())) is is_alone
