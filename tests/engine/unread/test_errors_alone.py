"""Errors of Windows' programs beside an output: said where the text does not show the commands that they answer."""

from __future__ import annotations

from ipseclint.api import check_text
from tests.cases import cases

SHOWN = (
    "Rule Name:                            Servers\n" + "-" * 70 + "\nEnabled:                              Yes\n"
    "Endpoint1:                            Any\nEndpoint2:                            10.2.0.0/16\n"
    "Action:                               RequireInRequireOut\n"
    "Auth1:                                ComputerKerb\n"
)
SCRIPT = "netsh advfirewall consec add rule name=A endpoint1=any endpoint2=10.2.0.0/16 action=requestinrequestout\n"
ASKED = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent\n    EnableLogging    REG_DWORD    0x1\n"
RECORD = (
    "Get-ItemProperty : Property StrongCRLCheck does not exist at path HKEY_LOCAL_MACHINE\\SYSTEM\\PolicyAgent.\n"
    "At line:1 char:1\n+ Get-ItemProperty HKLM:\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent StrongCRLCheck\n"
    "    + CategoryInfo          : InvalidArgument: (StrongCRLCheck:String) [Get-ItemProperty], PSArgumentException\n"
    "    + FullyQualifiedErrorId : System.Management.Automation.PSArgumentException"
)
OF_CONCISE_VIEW = (
    "Get-NetIPsecMainModeSA:\nLine |\n   1 |  Get-NetIPsecMainModeSA\n     |  ~~~~~~~~\n     | Access is denied."
)
ERRORS = {
    "sentence": "Access is denied.",
    "elevation": "The requested operation requires elevation (Run as administrator).",
    "command": "The following command was not found: advfirewall consec show rule name=all.",
    "nothing": "No rules match the specified criteria.",
    "service": "An error occurred while attempting to contact the Windows Firewall service. Make sure that it runs.",
    "netsh": "ERR Win32[00005] : Access is denied.",
    "dialog": "Error 5: Access is denied.",
    "other language": "Zugriff verweigert",
    "two lines": "System error 5 has occurred.\n\nAccess is denied.",
    "sc": "[SC] OpenService FAILED 1060:\n\nThe specified service does not exist as an installed service.",
    "record": RECORD,
    "PowerShell 7": "Get-NetIPsecRule: Access is denied.",
    "coloured": "\x1b[31;1mGet-NetIPsecRule: \x1b[31;1mAccess is denied.\x1b[0m",
    "concise view": OF_CONCISE_VIEW,
}


UNREACHED = {
    "Salt": "web2:\n    Minion did not return. [No response]",
    "Ansible": 'srv2 | UNREACHABLE! => {\n    "changed": false,\n    "unreachable": true\n}',
    "a play": 'fatal: [srv2]: UNREACHABLE! => {"changed": false, "unreachable": true}',
    "PsExec": "Couldn't access SRV2:\nThe network path was not found.",
    "ssh": "srv2: ssh: connect to host srv2 port 22: Connection timed out",
    "remoting": (
        "[SRV2] Connecting to remote server SRV2 failed with the following error message : The client cannot connect.\n"
        "    + CategoryInfo          : OpenError: (SRV2:String) [], PSRemotingTransportException"
    ),
    "remoting in German": (
        '[SRV2] Beim Verbinden mit dem Remoteserver "SRV2" ist ein Fehler aufgetreten.\n'
        "    + CategoryInfo          : OpenError: (SRV2:String) [], PSRemotingTransportException"
    ),
}


@cases("name", UNREACHED)
def test_a_machine_that_was_not_reached_is_said_once(name: str) -> None:
    problems = check_text(f"{SHOWN}Ok.\n\n{UNREACHED[name]}\n", "pasted.txt").problems
    assert len([each for each in problems if "was not reached" in each.message]) == 1


def said(text: str, name: str = "pasted.txt") -> list[tuple[str, int]]:
    """What is said of errors alone, with its line."""
    problems = check_text(text, name).problems
    return [(each.message, each.span.line) for each in problems if "a command that is not shown" in each.message]


@cases("error", list(ERRORS))
@cases("output", [SHOWN, ASKED])
def test_an_error_above_or_below_an_output_is_said_at_its_line(output: str, error: str) -> None:
    assert [line for _, line in said(f"{ERRORS[error]}\n\n{output}")] == [1]
    below = check_text(f"{output}\n{ERRORS[error]}\n", "pasted.txt").problems
    assert min(each.span.line for each in below) == output.count("\n") + 2, below


def test_what_is_missing_and_the_rights_are_told() -> None:
    (message, _), *others = said(f"{ASKED}\nAccess is denied.\n")
    assert not others
    assert message == (
        "Windows answered `Access is denied.` to a command that is not shown: what that was to do is missing; run the "
        "command from an elevated prompt"
    )


@cases("name", ["sentence", "elevation", "record", "concise view"])
def test_of_errors_one_below_the_other_the_first_is_said(name: str) -> None:
    text = f"{ASKED}\n{ERRORS[name]}\n{ERRORS['sentence']}\n"
    assert len(said(text)) == 1


@cases(
    "text",
    [
        f"C:\\>ipconfig /a\nThe parameter is incorrect.\n\nC:\\>netsh advfirewall consec show rule name=all\n\n{SHOWN}",
        f"{SHOWN}\nnetsh advfirewall mainmode show rule name=all\n\nNo rules match the specified criteria.\n",
        f"{SCRIPT}Access is denied.\n",
        f"{SCRIPT}reg query HKLM\\SYSTEM\\Nothing\nERROR: The system was unable to find the key.\n",
    ],
)
def test_an_error_below_its_command_is_its_answer(text: str) -> None:
    assert said(text) == []


@cases(
    ("above", "answer", "is_answer"),
    [
        ("`netsh advfirewall consec show rule name=all` shows:", "No rules match the specified criteria.", True),
        ("`netsh advfirewall consec delete rule name=all` says:", "No rules match the specified criteria.", False),
        ("On the client:", "No SAs match the specified criteria.", True),
        ("On the client:", "No rules match the specified criteria.", False),
    ],
)
def test_what_only_looks_is_answered_by_nothing(above: str, answer: str, is_answer: bool) -> None:
    report = check_text(f"{SHOWN}\n{above}\n\n{answer}\n", "a.txt")
    assert any("a command that is not shown" in problem.message for problem in report.problems) is not is_answer


def test_a_record_of_another_cmdlet_that_is_not_about_ipsec_is_of_no_concern() -> None:
    record = RECORD.replace("PolicyAgent", "Tcpip").replace("StrongCRLCheck", "Hostname")
    assert said(f"{ASKED}\n{record}\n") == []
    assert len(said(f"{SCRIPT}\n{RECORD}\n")) == 1  # the command above is not the one that it names


@cases("name", ["setup.cmd", "setup.ps1", "notes.md"])
def test_programs_and_documents_may_quote_them(name: str) -> None:
    assert said(f"rem on failure:\n{SCRIPT}\n\nAccess is denied.\n", name) == []


def test_an_error_in_a_sentence_is_no_answer() -> None:
    assert said(f"{ASKED}\nSince Monday access is denied.\n") == []


@cases("row", ["Access is denied.          0x5", "Access is denied.\tSysvol"])
def test_an_error_in_a_table_is_no_answer(row: str) -> None:
    assert said(f"{ASKED}\n{row}\n") == []
