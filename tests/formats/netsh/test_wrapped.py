"""Commands of netsh that a console or a document has broken over several lines."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.netsh.inputs import covered, messages, replay

from ipseclint.formats import recognise
from ipseclint.formats.kit.diagnostics import REST_OF_COMMAND
from ipseclint.formats.parsed import Parsed
from ipseclint.source import bytes_source

RULE = "netsh advfirewall consec add rule name=Lab endpoint1=any endpoint2=10.7.0.0/16 action=requireinrequestout"
STATIC = "netsh ipsec static add"


def pasted(text: str) -> Parsed:
    source = bytes_source("notes.txt", text.encode())
    form = recognise(source)
    assert form is not None
    assert form.name == "transcript"
    return form.parse(source)


def names(parsed: Parsed) -> list[str]:
    return [rule.name for rule in parsed.policy.connection_security_rules]


def test_a_row_of_a_console_that_ends_within_a_word_goes_on_in_the_next() -> None:
    typed = rf"C:\Users\Administrator>{RULE} auth1=computerpsk auth1psk=long-key-of-our-own qmpfs=dhgroup14"
    rows = [typed[at : at + 80] for at in range(0, len(typed), 80)]
    text = "\n".join([*rows, "Ok.", "", rf"C:\Users\Administrator>{STATIC} policy name=P", ""])
    parsed = pasted(text)
    assert (messages(parsed), names(parsed)) == ([], ["Lab"])
    (rule,) = parsed.policy.connection_security_rules
    assert [address.first for address in rule.endpoint2.known or ()] == [0x0A070000]
    assert "".join(covered(text, span) for span in parsed.secrets) == "long-key-of-our-own"


def test_a_command_that_a_document_breaks_before_a_tag_is_one() -> None:
    text = f"C:\\> {STATIC} filter\nfilterlist=Web srcaddr=any\ndstaddr=me\n"
    text += f"C:\\> {STATIC} policy \\\n    name=P assign=yes\n"
    parsed = pasted(text)
    assert messages(parsed) == []
    assert [each.name for each in parsed.policy.filter_lists] == ["Web"]
    (policy,) = parsed.policy.policies
    assert (policy.name, policy.assigned.known, policy.assigned.span.line) == ("P", True, 5)


def test_what_answers_a_command_is_no_part_of_it() -> None:
    row = rf"C:\>{STATIC} policy name=".ljust(80, "P")
    assert [each.name for each in pasted(f"{row}\nOk.\n\nC:\\>exit\n").policy.policies] == ["P" * 41]


def test_a_batch_file_is_run_line_by_line() -> None:
    parsed = replay(f"@echo off\n{STATIC} policy\nname=P assign=yes\n")
    assert messages(parsed) == ["`add policy` needs `name`", REST_OF_COMMAND]
    assert parsed.policy.policies == ()


def test_a_text_of_commands_without_prompts_is_rejoined_too() -> None:
    parsed = replay(f"{STATIC} policy name=P\n{STATIC} filteraction name=A\naction=block soft=no\n", "notes.txt")
    assert messages(parsed) == []
    assert [action.action.span.line for action in parsed.policy.filter_actions] == [3]


REST = (2, 1, REST_OF_COMMAND)


def said(text: str, name: str) -> list[tuple[int, int, str]]:
    return [(each.span.line, each.span.column, each.message) for each in replay(text, name).problems]


@cases("name", ["lab.cmd", "notes.txt", "lab.ps1"])
@cases(
    "text",
    [
        f"{RULE} auth1=\ncomputerkerb\n",
        f"{RULE} auth1=computerkerb qmsecmethods=\nesp:sha1-aes128\n",
        f"{STATIC} policy name=P description=\nlaboratory\n",
        f'{STATIC} filteraction name=A qmsecmethods=\n"ESP[3DES,SHA1]" action=negotiate\n',
    ],
)
def test_a_value_on_the_line_below_its_tag_is_told(text: str, name: str) -> None:
    assert REST in said(text, name)


SETTING = "netsh advfirewall set global"


@cases("name", ["lab.cmd", "notes.txt", "lab.ps1"])
@cases(
    "text",
    [
        f"{RULE} auth1=\n\ncomputerkerb\n",
        f"{RULE} auth1=\r\n\r\n\r\ncomputerkerb\r\n",
        f"{SETTING} ipsec saidletimemin\n10\n",
        f"{SETTING} saidletimemin\n10\n",
        f"{SETTING} saidletimemin\n\n10\n",
        f"{SETTING} mainmode mmkeylifetime\n60min,0sess\n",
        f"{SETTING} mainmode mmsecmethods\ndhgroup14:aes256-sha256\n",
        f"{SETTING} ipsec defaultexemptions\nneighbordiscovery,icmp\n",
        "netsh ipsec static set store location\ndomain\n",
    ],
)
def test_a_value_that_a_page_broke_off_its_tag_is_told(text: str, name: str) -> None:
    line = len(text.rstrip().splitlines())
    assert (line, 1, REST_OF_COMMAND) in said(text, name)


@cases(
    "text",
    [
        f"{SETTING} ipsec saidletimemin 10\nlater\n",
        f"{SETTING} ipsec saidletimemin\npause\n",
        f"{SETTING} ipsec saidletimemin\n\n{STATIC} policy name=P\n",
        f"{SETTING} ipsec saidletimemin\n\n\n\n\n10\n",
        f"{SETTING} ipsec saidletimemin 10 more\nThis is a sentence.\n",
        f"{SETTING} colour blue x\n\nsomething else\n",
        f"{RULE} auth1=computerkerb\n10\n",
    ],
)
def test_what_is_no_value_of_the_command_above_is_not(text: str) -> None:
    assert REST_OF_COMMAND not in [message for _, _, message in said(text, "lab.cmd")]


@cases("between", ["\n", "\n\n", "\n\n\n"])
@cases("tag", ["auth1psk=", "auth1psk", "psk ="])
def test_a_key_that_a_page_broke_off_is_hidden(tag: str, between: str) -> None:
    text = f"{RULE} auth1=computerpsk {tag}{between}Zebra7horses\n"
    below = text.count("\n")
    for name in ("lab.cmd", "notes.txt"):
        parsed = replay(text, name)
        shown = {problem.span.line for problem in parsed.problems}
        hidden = {covered(text, span) for span in parsed.secrets}
        assert below not in shown or "Zebra7horses" in hidden


def test_the_end_of_a_text_in_quotation_marks_that_is_on_the_next_line_is_told() -> None:
    text = f'{STATIC} policy name="Long\nname" description=x\n'
    assert said(text, "lab.cmd") == [REST]
    assert REST not in said(text, "lab.ps1")


@cases("end", ["E", "ESP[DES,", "ESP[DES,MD5]:100000k/36"])
def test_a_command_that_breaks_off_in_quotation_marks_is_not_refused_and_may_make_what_it_names(end: str) -> None:
    command = f'{STATIC} filteraction name=Secure action=negotiate qmsecmethods="{end}'
    rest = "ESP[DES,MD5]:100000k/3600s".removeprefix(end)
    text = f'{command}\n{rest}" soft=yes\n{STATIC} rule name=R policy=P filterlist=F filteraction=Secure\n'
    shown = replay(text, "notes.txt")
    assert [(each.span.line, each.message) for each in shown.problems] == [(2, REST_OF_COMMAND)]
    assert not shown.policy.refused_commands
    assert "secure" in shown.policy.names_not_followed


@cases(
    "following",
    [
        "",
        "pause",
        "exit /b 0",
        ":end",
        "rem x",
        "@echo off",
        "gpupdate /force",
        r"C:\tools\after.exe",
        f"{STATIC} policy name=Q",
    ],
)
def test_a_command_of_its_own_is_no_rest(following: str) -> None:
    assert said(f"{STATIC} policy name=P description=\n{following}\n", "lab.cmd") == []


@cases("line", ["echo name=\nP", "set X=\nP", f"{STATIC} policy name=P description= ^\nlaboratory"])
def test_a_line_that_owes_no_value_has_no_rest(line: str) -> None:
    assert said(f"{STATIC} policy name=P\n{line}\n", "lab.cmd") == []


BROKEN = [
    (f"{STATIC} filter filterlist=F srcaddr=me dstaddr=any protocol=TCP dstport=4", "45 mirrored=yes"),
    (f"{STATIC} filter filterlist=F srcaddr=me dstaddr=any protocol=TCP dst", "port=445"),
    (f"{STATIC} filter filterlist=F srcaddr=me dstaddr=any protocol", "=TCP dstport=445"),
    (f"{RULE} auth1=computerkerb port2=4", "45"),
    (f"{RULE} auth1=computerkerb qmpfs=none qmsecmethods=esp:sha256-aes256", ",esp:sha1-aes128"),
    ('auditpol /set /subcategory:"IPsec Main Mode" /success:enable', "/failure:enable"),
    (r"reg add HKLM\SYSTEM\CurrentControlSet\Services\PolicyAgent /v NoDefaultExempt /t REG_DWORD /d", "1 /f"),
    (r"reg add HKLM\SYSTEM\CurrentControlSet\Services\PolicyAgent /v NoDefault", "Exempt /t REG_DWORD /d 1 /f"),
    ("sc config PolicyAgent", "start= disabled"),
]


@cases(("command", "rest"), BROKEN)
def test_the_rest_of_a_command_that_was_wrapped_anywhere_is_told(command: str, rest: str) -> None:
    shown = pasted(f"C:\\> {STATIC} policy name=P\nOk.\n\nC:\\> {command}\n{rest}\nOk.\n\nC:\\>\n")
    is_told = (5, REST_OF_COMMAND) in [(each.span.line, each.message) for each in shown.problems]
    assert is_told or shown.policy.refused_commands
    assert (2, 1, REST_OF_COMMAND) in said(f"{command}\n{rest}\n{STATIC} policy name=P\n", "lab.cmd")


@cases(
    ("command", "rest"),
    [
        ('New-NetIPsecRule -DisplayName "Lab" -InboundSecurity Reques', "t -OutboundSecurity Require"),
        ('New-NetIPsecRule -DisplayName "Lab" -InboundSecurity Require -RemotePort 14', "33 -Protocol TCP"),
        ('New-NetIPsecRule -DisplayName "Lab" -InboundSecurity Require -Remote', "Address 10.0.0.0/8"),
        ('New-NetIPsecRule -DisplayName "Lab" -RemoteAddress 10.0.0.0', "/24 -InboundSecurity Require"),
    ],
)
def test_the_rest_of_a_cmdlet_that_was_wrapped_anywhere_is_told(command: str, rest: str) -> None:
    shown = pasted(f"PS C:\\> {command}\n{rest}\n\nPS C:\\>\n")
    assert (2, REST_OF_COMMAND) in [(each.span.line, each.message) for each in shown.problems]


@cases("line", ["[void](New-NetIPsecRule -DisplayName B)", "[void] (New-NetIPsecRule -DisplayName B)"])
def test_a_line_that_begins_with_a_type_is_no_rest_of_the_cmdlet_above_it(line: str) -> None:
    source = bytes_source("lab.ps1", f"New-NetIPsecRule -DisplayName A\n{line}\n".encode())
    form = recognise(source)
    assert form is not None
    assert names(form.parse(source)) == ["A", "B"]
    assert REST_OF_COMMAND not in messages(form.parse(source))


@cases(
    "below",
    ["Ok.", "The command was successfully executed.", "ping -n 5 host", "gpupdate /force", "mytool name", "12 rules"],
)
@cases("command", [command for command, _ in BROKEN])
def test_what_answers_a_command_or_runs_below_it_is_no_rest(command: str, below: str) -> None:
    shown = pasted(f"C:\\> {STATIC} policy name=P\nOk.\n\nC:\\> {command}\n{below}\n\nC:\\>\n")
    assert REST_OF_COMMAND not in messages(shown)


def test_the_rest_of_a_key_that_was_wrapped_is_hidden() -> None:
    text = f"C:\\> {RULE} auth1=computerpsk auth1psk=Zebra7\nhorses qmpfs=dhgroup14\nOk.\n\nC:\\>\n"
    assert "horses" in " ".join(covered(text, span) for span in pasted(text).secrets)
