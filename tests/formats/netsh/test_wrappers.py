"""What a program that runs the rest of its line runs: each program with its options, and what is none of it."""

from __future__ import annotations

from base64 import b64encode

from tests.cases import cases
from tests.formats.netsh.inputs import messages, replay

from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.command import VALUE_IS_NOT_KNOWN
from ipseclint.formats.netsh.hosts import BATCH
from ipseclint.formats.netsh.words import Part, split_parts
from ipseclint.formats.netsh.wrappers import command_of_task, encoded_script, handed_to_powershell, unwrapped

RUN = "netsh ipsec static delete all"
FILE, LINES = ".\\setup.ps1", "a\nb"


def encoded(script: str) -> str:
    return b64encode(script.encode("utf-16-le")).decode()


ENCODED = encoded(RUN)


def part_of(line: str) -> Part:
    (part,) = split_parts(Token(line, "a.cmd", 1, 1), BATCH)
    return part


def run_by(line: str) -> list[str] | None:
    part = part_of(line)
    inner = unwrapped(part, part.words)
    return None if inner is None else [" ".join(word.text for word in words) for _, words in inner]


@cases("program", ["call", "start", "cmd", "%comspec%", "powershell", "pwsh", "runas", "sudo", "gsudo", "psexec"])
def test_a_program_alone_runs_nothing(program: str) -> None:
    for written in (program, f"{program}.exe", rf"C:\Tools\{program.upper()}.EXE", f"{program} /wait", f"{program} -s"):
        assert run_by(written) is None


@cases(
    "line",
    [
        f"call {RUN}",
        f"start /wait {RUN}",
        f'start "a title" /b /WAIT {RUN}',
        f"start /min /wait /high {RUN}",
        f"cmd /c {RUN}",
        f"cmd.exe /q /K {RUN}",
        rf"C:\Windows\System32\cmd /c {RUN}",
        f'cmd /c "{RUN}"',
        f"powershell {RUN}",
        f"powershell -Command {RUN}",
        f'powershell -NoProfile /ExecutionPolicy Bypass -c "{RUN}"',
        f"pwsh -w hidden -co {RUN}",
        f'runas /user:a\\b "{RUN}"',
        f"sudo -E {RUN}",
        f"gsudo {RUN}",
        f"psexec {RUN}",
        f"psexec64 -accepteula -s -i {RUN}",
        f"paexec -i 1 /u a\\b -p x {RUN}",
        f'schtasks /create /tn t /sc once /tr "{RUN}"',
    ],
)
def test_the_rest_of_the_line_is_run(line: str) -> None:
    assert run_by(line) == [RUN]


@cases(
    "line",
    [
        "call :label",
        "call setup.cmd",
        f"start {RUN}",
        f"start /b {RUN}",
        f"cmd {RUN}",
        f"cmd /q {RUN}",
        f"powershell -Unknown x {RUN}",
        "powershell -File setup.ps1",
        "powershell -Command .\\setup.ps1",
        f"powershell -enc {ENCODED}",
        f"psexec \\\\srv {RUN}",
        f"psexec @hosts.txt {RUN}",
        f"psexec -x {RUN}",
        "psexec -u a",
        f'schtasks /create /s srv /tr "{RUN}"',
        f'schtasks /query /tr "{RUN}"',
        "schtasks /create /tn t /tr setup.cmd",
        "schtasks /create /tr",
        RUN,
    ],
)
def test_what_runs_elsewhere_later_or_from_a_file_is_not(line: str) -> None:
    assert run_by(line) is None


def test_each_command_of_a_quoted_text_is_one() -> None:
    assert run_by(f'cmd /c "{RUN} & echo done"') == [RUN, "echo done"]
    assert run_by(f'powershell -c "{RUN}; Get-Date"') == [RUN, "Get-Date"]
    assert run_by('cmd /c " "') == []


@cases(
    ("line", "handed", "script"),
    [
        ("powershell", None, None),
        (f"powershell {RUN}", RUN, None),
        (f"pwsh {RUN}", None, None),
        (f"pwsh -c {RUN}", RUN, None),
        ("powershell -c", None, None),
        (f"powershell -e {ENCODED}", None, RUN),
        (f"powershell -nop -ep Bypass -EncodedCommand {ENCODED}", None, RUN),
        (f"powershell -ec {ENCODED}", None, RUN),
        (f"powershell -ex Bypass {RUN}", RUN, None),
        ("powershell -enc", None, None),
        ("powershell -enc AAAA", None, ""),
        (f"powershell -enc {encoded(FILE)}", None, ""),
        (f"powershell -enc {encoded(LINES)}", None, LINES),
        (f"cmd -enc {ENCODED}", None, None),
    ],
)
def test_a_script_is_handed_to_powershell_as_words_or_in_base64(
    line: str, handed: str | None, script: str | None
) -> None:
    words = part_of(line).words
    found = handed_to_powershell(words)
    assert (None if found is None else " ".join(word.text for word in found)) == handed
    assert encoded_script(words) == script


@cases(
    ("words", "at"),
    [
        ("/create /tr x", 2),
        ("/TN t /CREATE /SC ONCE /TR x", 6),
        ("/create /tr", None),
        ("/create /tn t", None),
        ("/change /tr x", 2),
        ("/create /s srv /tr x", None),
    ],
)
def test_the_command_of_a_task_stands_behind_its_option(words: str, at: int | None) -> None:
    assert command_of_task(words.split()) == at


RULE = "netsh advfirewall consec add rule endpoint1=any action=requireinrequireout endpoint2=10.0.0.1"


@cases(
    ("line", "names"),
    [
        (f'cmd /c "{RULE} name="A B""', ["A B"]),
        (f'cmd.exe /s /c "{RULE} name="A B" profile=domain" >nul 2>&1', ["A B"]),
        (f'cmd /c "{RULE} name="A B" & {RULE} name="C D""', ["A B", "C D"]),
        (f'cmd /c ""%SystemRoot%\\System32\\netsh.exe" {RULE[6:]} name="A B""', ["A B"]),
        (f'cmd /c {RULE} name="A B"', ["A B"]),
    ],
)
def test_cmd_takes_off_the_first_and_the_last_quotation_mark(line: str, names: list[str]) -> None:
    parsed = replay(line)
    assert [rule.name for rule in parsed.policy.connection_security_rules] == names
    assert messages(parsed) == []


def test_two_quotation_marks_within_it_hold_nothing() -> None:
    refused = "a value without its tag, such as `name=`; one that has a blank in it needs quotation marks"
    assert messages(replay(f'cmd /c "{RULE} name=""A B"""')) == [refused]


def test_what_stands_in_such_a_text_has_its_place() -> None:
    line = f'cmd /c "{RULE} name="A B" profile=nowhere"'
    assert [(each.span.line, each.span.column) for each in replay(line).policy.refused_commands] == [
        (1, line.index("nowhere") + 1)
    ]


@cases(
    "script",
    [
        f'set "NETSH=%SystemRoot%\\System32\\netsh.exe"\n"%NETSH%" {RULE[6:]} name=A\n',
        f"set NETSH=%WinDir%\\system32\\netsh\n%NETSH% {RULE[6:]} name=A\n",
    ],
)
def test_a_variable_may_hold_where_netsh_is(script: str) -> None:
    parsed = replay(script)
    assert [rule.name for rule in parsed.policy.connection_security_rules] == ["A"]
    assert messages(parsed) == []


def test_a_name_with_such_a_folder_is_not_known() -> None:
    assert messages(replay(f"set N=%SystemRoot%\n{RULE} name=%N%\n")) == [VALUE_IS_NOT_KNOWN]
