"""Notes that somebody wrote among commands of PowerShell are no errors of a script; errors in commands are."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.api import check_text

COMMAND = 'Add-VpnConnection -Name "A" -ServerAddress vpn.example.com -TunnelType IKEv2'
ASKED = "Hello, this is what I have set and it does not work:"


@cases(
    "note",
    [
        "Windows 10 laptop -> home router (NAT) -> internet -> pfSense",
        "* pfSense 2.6.0",
        "- tried with & without the firewall",
        "1) rebooted both",
        "2) deleted + made anew",
        "-----------------------",
        ":-)",
        "/thread",
        "@admin could you look?",
        "yes, no change",
        "-- \nAnna",
        "Voil\u00e0 !",
    ],
)
@cases("gap", ["\n", "\n\n"])
def test_a_note_below_a_command_is_passed_over(note: str, gap: str) -> None:
    report = check_text(f"{ASKED}\n\n{COMMAND}{gap}{note}\n", "post.txt")
    assert report.problems == ()
    assert report.inputs[0].objects == {"vpn_connection": 1}


@cases(
    ("name", "line"),
    [
        ("a.ps1", "1) rebooted both"),
        ("post.txt", "$x = @( 'a' 'b'"),
        ("post.txt", "+ -PfsGroup PFS2048"),
        ("post.txt", "-> PfsGroup = 'None'"),
    ],
)
def test_what_may_be_of_a_command_stays_a_problem(name: str, line: str) -> None:
    report = check_text(f"{COMMAND}\n{line}\n" if name.endswith("1") else f"{ASKED}\n\n{COMMAND}\n{line}\n", name)
    assert report.problems


def test_a_line_behind_one_that_goes_on_is_no_note() -> None:
    report = check_text(f"{ASKED}\n\n{COMMAND} `\n) rebooted\n", "post.txt")
    assert report.problems


@cases("greeting", ["Hi all,\n\n", "Liebe Kolleginnen und Kollegen,\r\n\r\n", "Dear Mr. O'Neil,\n", "Bob,\n\n"])
@cases("script", ['$x = @"\nhello\n"@\n', "<#\nSets the rule\n#>\n"])
@cases("path", ["mail.txt", "mail.md"])
def test_a_greeting_above_a_script_is_no_list_of_it(greeting: str, script: str, path: str) -> None:
    for text in (f"{greeting}{COMMAND}\n{script}", f"{greeting}{script}{COMMAND}\n"):
        report = check_text(text, path)
        assert report.problems == ()
        assert report.inputs[0].objects == {"vpn_connection": 1}


def test_a_script_that_is_run_has_no_greeting() -> None:
    assert check_text(f"Hi all,\n\n{COMMAND}\n", "vpn.ps1").problems
