"""Marks of a list, numbers, and signs of an addition before each line are no part of what was printed or written."""

from __future__ import annotations

from collections.abc import Callable

from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.pasted.list_marks import without_list_marks
from ipseclint.source import bytes_source

RULE = """Rule Name:                            Hub
----------------------------------------------------------------------
Enabled:                              Yes
Profiles:                             Domain,Private,Public
Endpoint1:                            Any
Endpoint2:                            10.9.0.0/16
Protocol:                             Any
Action:                               RequireInRequestOut
Auth1:                                ComputerKerb
QMSecMethods:                         ESP:SHA1-AES128+60min+100000kb
"""
SCRIPT = """@echo off
rem the servers
netsh advfirewall set global mainmode mmkeylifetime 5min,1sess

netsh advfirewall consec add rule name="Hub" endpoint1=any endpoint2=10.9.0.0/16 ^
    action=requireinrequestout
"""
SECTION = "conn a\n    right=192.0.2.7\n    # a note\n    ike=aes256-sha384-ecp384!\n"
Mark = Callable[[int, str], str]
MARKS: tuple[Mark, ...] = (
    lambda _, line: f"- {line}",
    lambda _, line: f"* {line}",
    lambda _, line: f"+ {line}",
    lambda _, line: f"| {line}",
    lambda _, line: f"\u2192 {line}",
    lambda _, line: f"\u2022\t{line}",
    lambda _, line: f"    - {line}",
    lambda _, line: f"- [ ] {line}",
    lambda _, line: f"- `{line}`",
    lambda _, line: f"- ``{line}``",
    lambda _, line: f"`{line}`",
    lambda _, line: f"```{line}```",
    lambda _, line: f"{{{{{line}}}}}",
    lambda _, line: f"> - {line}",
    lambda _, line: f"1. {line}",
    lambda row, line: f"{row}) {line}",
    lambda row, line: f"({row}) {line}",
    lambda row, line: f"{row + 7:3d} {line}",
    lambda row, line: f"{row + 40}\t{line}",
    lambda row, line: f"{row + 40}: {line}",
    lambda row, line: f"{row + 40}:{line}",
    lambda _, line: f"+{line}",
    lambda _, line: f"|{line}",
)
OF_CERTIFICATE = """my "Personal"
================ Certificate 0 ================
Serial Number: 61
Issuer: CN=Hub Root
 NotBefore: 01.02.2020 10:00
 NotAfter: 01.02.2021 10:00
Subject: CN=hub.example
Cert Hash(sha1): 00112233445566778899aabbccddeeff00112233
CertUtil: -store command completed successfully.
"""
OF_SERVICE = "SERVICE_NAME: IKEEXT\n        TYPE               : 20\n        START_TYPE         : 4   DISABLED\n"
AROUND = ("{}", "```\n{}```\n", "# Hub\n\nThis is what it has:\n\n{}\nThat is all of it.\n")


def marked(text: str, mark: Mark) -> str:
    return "".join(f"{mark(row, line)}\n" for row, line in enumerate(text.splitlines(), start=1))


def read(text: str, path: str) -> Parsed:
    source = bytes_source(path, text.encode())
    form = recognise(source)
    return Parsed() if form is None else form.parse(source)


@cases("path", ["paste.txt", "paste.md"])
@cases("around", AROUND)
@cases("mark", MARKS, ids=range(len(MARKS)))
def test_a_rule_is_read_behind_marks(mark: Mark, around: str, path: str) -> None:
    text = around.format(marked(RULE, mark))
    parsed = read(text, path)
    (rule,) = parsed.policy.connection_security_rules
    line = text.splitlines()[rule.span.line - 1]
    assert (rule.name, parsed.problems) == ("Hub", ())
    assert line[rule.span.column - 1 :].startswith("Hub")


@cases("mark", ["`{}`", "```{}```", "* `{}`", "{{{{{}}}}}"])
def test_lines_that_are_marked_as_code_one_by_one_keep_their_indentation(mark: str) -> None:
    of_service = read("".join(f"{mark.format(line)}\n" for line in OF_SERVICE.splitlines()), "paste.md")
    assert [service.start and service.start.known for service in of_service.policy.services] == ["disabled"]
    of_store = read("I ran\n" + "".join(f"{mark.format(line)}\n" for line in OF_CERTIFICATE.splitlines()), "paste.txt")
    (certificate,) = of_store.policy.certificates
    assert certificate.not_after is not None
    assert certificate.not_after.known is not None


def test_a_printed_value_of_the_registry_is_no_sentence_of_a_document() -> None:
    key = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\RasMan\\Parameters"
    parsed = read(f"# Hub\n\nRun:\n\n    {key}\n        ProhibitIpSec    REG_DWORD    0x1\n\nDone.\n", "paste.md")
    assert len(parsed.policy.registry) == 1
    assert parsed.problems == ()


@cases("path", ["paste.txt", "paste.md", "paste.cmd"])
@cases("mark", MARKS, ids=range(len(MARKS)))
def test_a_script_is_read_behind_marks(mark: Mark, path: str) -> None:
    parsed = read(marked(SCRIPT, mark), path)
    (rule,) = parsed.policy.connection_security_rules
    assert (rule.name, len(parsed.policy.main_mode_crypto_sets), parsed.problems) == ("Hub", 1, ())


@cases("mark", MARKS, ids=range(len(MARKS)))
def test_a_file_keeps_its_indents_behind_marks(mark: Mark) -> None:
    (peer,) = read(marked(SECTION, mark), "paste.txt").policy.peers
    assert peer.name == "a"


def test_items_of_a_list_within_a_list_are_lines() -> None:
    first, *others = RULE.splitlines()
    text = "\n".join((f"* {first}", *(f"\t- {line}" for line in others)))
    (rule,) = read(text, "paste.md").policy.connection_security_rules
    assert rule.span.column == len("* Rule Name:                            ") + 1


@cases(
    "text",
    [
        # steps, of which one is a command
        "1. Open an elevated prompt\n2. netsh advfirewall set global mainmode mmforcedh yes\n3. Reboot the server\n",
        # sentences that begin like commands
        "- netsh advfirewall reset is what you type for each of the servers\n- netsh ipsec static add\n- end\n",
        # two states
        "+netsh ipsec static add policy name=A\n+netsh advfirewall reset\n+exit\n-netsh advfirewall reset\n",
        "- netsh ipsec static add policy name=A\n- exit\n+ netsh ipsec static add policy name=C\n",
        "-Rule Name:  A\n-Enabled:  Yes\n-Endpoint1:  Any\n",
        " Rule Name:  A\n+Enabled:  Yes\n+Rule Name:  B\n+Enabled:  No\n other\n",
        # an error of PowerShell
        "+ New-NetIPsecRule -DisplayName A\n+ ~~~~~~\n    + CategoryInfo : InvalidArgument\n",
        "+ PS C:\\> New-NetIPsecRule -DisplayName A\n+ ~~~~~~\n    + CategoryInfo : InvalidArgument\n",
        # a table
        "| Rule Name: | A |\n| Rule Name: | B |\n| Rule Name: | C |\n",
        # two lines may have marks by accident
        "- Rule Name:  A\n- Enabled:  Yes\n",
        # numbers that count nothing
        "1 Rule Name:  A\n5 Enabled:  Yes\n3 Endpoint1:  Any\n",
        # phases, which are told in lists
        "- Phase 1: AES256, SHA256, DH14\n- Phase 2: AES256, SHA256\n- PFS: none\n",
        # a page
        "<html><pre>\n- Rule Name:  A\n- Enabled:  Yes\n- Endpoint1:  Any\n</pre></html>\n",
    ],
)
def test_other_lists_keep_their_marks(text: str) -> None:
    assert without_list_marks(text).text is text


def test_a_list_in_a_file_of_lists_is_left_to_its_reader() -> None:
    form = recognise(bytes_source("steps.yml", marked(RULE, MARKS[0]).encode()))
    assert form is None or form.name != "transcript"


def test_a_key_behind_marks_is_hidden_where_it_stands() -> None:
    text = marked('netsh advfirewall consec add rule name=A auth1=computerpsk auth1psk="correct horse"\n' * 3, MARKS[0])
    places = {(span.line, span.column) for span in read(text, "paste.txt").secrets}
    assert {(row, text.splitlines()[0].index("correct") + 1) for row in (1, 2, 3)} <= places


@cases(
    "command",
    [
        "netsh advfirewall consec add rule name=B endpoint1=any endpoint2=10.2.0.0/16 ^",
        "New-NetIPsecRule -DisplayName B -RemoteAddress 10.2.0.0/16 `",
    ],
)
def test_a_command_that_goes_on_in_lines_that_are_left_out_does_not_go_on_in_the_next(command: str) -> None:
    whole = command[:-2].replace("B", "A") + " action=requestinrequestout" * command.startswith("netsh")
    parsed = read(f"7:{whole}\n9:{command}\n30:{whole.replace('A', 'C', 1)}\n", "a.txt")
    assert parsed.policy.refused_commands == ()
    assert {each.span.line for each in parsed.problems} == {2}
    assert {"A", "C"} <= {rule.name for rule in parsed.policy.connection_security_rules}


@cases("before", ["{}:", "[{}]"])
def test_lines_that_a_search_found_are_read_and_what_is_between_is_said(before: str) -> None:
    commands = [line for line in SCRIPT.replace("^\n", "").splitlines() if line.startswith("netsh")]
    found = [*commands, "netsh advfirewall set global ipsec saidletimemin 10"]
    text = "".join(f"{before.format(7 * number)}{line}\n" for number, line in enumerate(found, start=1))
    parsed = read(text, "a.txt")
    assert [(each.span.line, each.message.partition(":")[0]) for each in parsed.problems] == [
        (2, "the number of this line tells that others are left out before it")
    ]
    assert len(parsed.policy.connection_security_rules) == len(parsed.policy.global_settings) == 1
    whole = "".join(f"{before.format(number)}{line}\n" for number, line in enumerate(found, start=9))
    assert read(whole, "a.txt").problems == ()
