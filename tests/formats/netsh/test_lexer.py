"""How scripts are cut into netsh commands: hosts, contexts, continuation, quotes, and what is not followed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.cases import cases
from tests.formats.netsh.inputs import FIXTURES, covered, fixture, lex, messages, replay, texts

from ipseclint.finding import ProblemCode
from ipseclint.formats import recognise
from ipseclint.formats.kit.diagnostics import MAX_PROBLEMS
from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh import script, words
from ipseclint.formats.netsh.hosts import BATCH, NETSH, POWERSHELL, Host
from ipseclint.formats.netsh.recognition import detect_host
from ipseclint.formats.netsh.tags import resolve_arguments, unique_prefix
from ipseclint.formats.netsh.words import split_parts
from ipseclint.source import bytes_source

ADD_POLICY = "netsh ipsec static add policy"
ADD = ["add", "policy", "name", "=", "P"]


@cases(
    "line",
    [
        "netsh ipsec static add policy name=P",
        "NETSH.EXE IPsec Static add policy name=P",
        "\t@netsh  ipsec  static  add  policy  name = P ",
        r"%SystemRoot%\System32\netsh.exe ipsec static add policy name= P",
        r'"C:\Windows\System32\netsh.exe" ipsec stat add policy name =P',
        'netsh -c "ipsec static" add policy name="P"',
        "netsh ipsec static add policy name=P > nul 2>&1",
        "netsh ipsec static add policy name=P>>C:\\log.txt",
        'netsh ipsec static add policy name=P 2>nul | find "x"',
        "(netsh ipsec static add policy name=P)",
        "> nul netsh ipsec static add policy name=P",
        "cls & netsh ipsec static add policy name=P & rem netsh ipsec static add policy name=Q",
        "echo on && netsh ipsec static add policy name=P || goto failed",
        "netsh ipsec static add policy name=^P",
        "ipsec static add policy name=P",
    ],
)
def test_a_command_is_found_however_a_batch_file_writes_it(line: str) -> None:
    commands, lexer = lex(line, BATCH)
    assert [(each.context, texts(each)) for each in commands] == [("ipsec static", ADD)]
    assert lexer.diagnostics.problems == []


@cases(
    "line",
    [
        "netsh ipsec static add policy name=P # netsh ipsec static add policy name=Q",
        "netsh ipsec static add policy name=P; # the end",
        "# first; netsh ipsec static add policy name=Q\nnetsh ipsec static add policy name=P",
        "& netsh ipsec static add policy name=P | Out-Null",
        ". netsh ipsec static add policy name=P",
        "netsh.exe ipsec static add policy `\n  name=P 2>&1 > $null",
        'netsh ipsec static add policy "name=P" <# more #>',
        "<# more #> <# again\nnetsh ipsec static add policy name=Q\n#>\nnetsh ipsec static add policy name=P",
        "Get-Date <# more\nnetsh ipsec static add policy name=Q #>\nnetsh ipsec static add policy name=P",
        "<# more #> Get-Date <# again\nnetsh ipsec static add policy name=Q #>\nnetsh ipsec static add policy name=P",
        "<# more\nnetsh ipsec static add policy name=Q\n#>\nnetsh ipsec static add policy name=P",
        "<# more\n#># it's the end\nnetsh ipsec static add policy name=P",
        "Get-Date # it's now\nnetsh ipsec static add policy name=P",
        "netsh ipsec <# more; netsh ipsec static add policy name=Q #> static add <##>policy name=P",
    ],
)
def test_a_command_is_found_however_a_script_of_powershell_writes_it(line: str) -> None:
    commands, lexer = lex(line, POWERSHELL)
    assert [(each.context, "".join(texts(each))) for each in commands] == [("ipsec static", "addpolicyname=P")]
    assert lexer.diagnostics.problems == []


@cases(
    ("line", "context"),
    [
        ("netsh ipsec dynamic show all", "ipsec dynamic"),
        ("netsh advf set global statefulftp enable", "advfirewall"),
        ("netsh advfirewall c show rule name=all", "advfirewall consec"),
        ("netsh advfirewall mai show rule name=all", "advfirewall mainmode"),
        ("netsh advfirewall firewall show rule name=all", "advfirewall firewall"),
    ],
)
def test_contexts_are_spelled_out(line: str, context: str) -> None:
    commands, lexer = lex(line, BATCH)
    assert [each.context for each in commands] == [context]
    assert not lexer.diagnostics.problems


@cases(
    "line",
    [
        "rem netsh ipsec static add policy name=P",
        "@REM netsh ipsec static add policy name=P",
        ":: netsh ipsec static add policy name=P",
        ": netsh ipsec static",
        "echo netsh ipsec static add policy name=P",
        "title netsh ipsec static",
        "set SERVER=10.0.0.1",
        "netsh interface ip set address Ethernet dhcp",
        "netsh wfp show state",
        "if exist x goto end",
        "sc query IKEEXT",
        "reg query HKLM\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent",
        "copy a.txt b.txt",
        "pushd %~dp0",
        "%~dp0tool.exe /x",
        "%SystemRoot%\\System32\\wevtutil.exe sl Security /ms:1",
        "call :sub",
    ],
)
def test_what_does_not_change_ipsec_is_left_alone(line: str) -> None:
    commands, lexer = lex(f"@echo off\n{line}", BATCH)
    assert (commands, lexer.diagnostics.problems) == ([], [])


@cases(
    ("line", "column", "length"),
    [
        ("netsh ipsec static add policy %NAME%", 31, 6),
        ("netsh ipsec static delete policy name=x%1", 40, 2),
        ('netsh ipsec static set policy name="a !NAME! b"', 39, 6),
        ("if defined X netsh ipsec static add policy name=P", 1, 2),
        ("netsh -f other.txt", 7, 2),
        ("netsh exec other.txt", 7, 4),
        ("netsh < other.txt", 1, 5),
        ("echo add policy name=P | netsh ipsec static", 26, 5),
        ("for /f %%i in (x) do netsh ipsec static add policy name=P", 22, 5),
        ("echo netsh ipsec static add policy name=P >> new.bat", 6, 36),
        ("netsh ipsec statik add policy name=P", 13, 6),
        ("netsh ips static add policy name=P", 7, 3),
        ("netsh ipsecdosprotection reset", 7, 18),
        ("find x y || netsh ipsec static add policy name=P", 13, 5),
    ],
)
def test_what_is_not_certain_is_reported_and_not_guessed(line: str, column: int, length: int) -> None:
    commands, lexer = lex(f"@echo off\n{line}", BATCH)
    assert commands == []
    assert [(each.code, each.span.line, each.span.column, each.span.length) for each in lexer.diagnostics.problems] == [
        (ProblemCode.NOT_UNDERSTOOD, 2, column, length)
    ]


def test_blocks_are_conditional_only_under_a_condition() -> None:
    text = f"(\n{ADD_POLICY} A\n)\nif x (\n{ADD_POLICY} B\n) else (\n{ADD_POLICY} C\n)\n"
    text += f"for %%i in (*.txt) do (\n{ADD_POLICY} D\n)\n{ADD_POLICY} E(1)"
    commands, lexer = lex(text, BATCH)
    assert [texts(each)[-1] for each in commands] == ["A", "E(1)"]
    assert [each.span.line for each in lexer.diagnostics.problems] == [5, 7, 10]


def test_behind_a_jump_only_its_label_is_certain() -> None:
    text = f"{ADD_POLICY} A\ngoto end\n{ADD_POLICY} B\n:End\n{ADD_POLICY} C\nexit /b 0\n:sub\n{ADD_POLICY} D"
    commands, lexer = lex(text, BATCH)
    assert [texts(each)[-1] for each in commands] == ["A", "C"]
    assert [each.span.line for each in lexer.diagnostics.problems] == [3, 8]


def test_a_percent_sign_written_twice_is_one() -> None:
    commands, lexer = lex('netsh ipsec static add policy name="100%% sure"', BATCH)
    assert texts(commands[0])[-1] == "100% sure"
    assert not lexer.diagnostics.problems


def test_continued_lines_keep_the_places_of_their_words() -> None:
    text = 'netsh ipsec static ^\n   add ^\n policy name="My policy" mmlife^\ntime=5 desc="a ^ b"'
    (command,), lexer = lex(text, BATCH)
    assert [(word.text, word.line, word.column) for word in command.words] == [
        ("add", 2, 4),
        ("policy", 3, 2),
        ("name", 3, 9),
        ("=", 3, 13),
        ("My policy", 3, 15),
        ("mmlifetime", 3, 26),
        ("=", 4, 5),
        ("5", 4, 6),
        ("desc", 4, 8),
        ("=", 4, 12),
        ("a ^ b", 4, 14),
    ]
    assert not lexer.diagnostics.problems


def test_a_line_left_in_continuation_is_read_at_the_end() -> None:
    commands, _ = lex("netsh ipsec static add policy P ^", BATCH)
    assert texts(commands[0]) == ["add", "policy", "P"]


def test_words_are_cut_at_the_first_equals_sign_only() -> None:
    (command,), _ = lex(r'netsh ipsec static add rule rootca=CN=x "name=a b" psk="say \"hi\"" d=', BATCH)
    assert [(word.text, word.quoted) for word in command.words[2:]] == [
        ("rootca", False),
        ("=", False),
        ("CN=x", False),
        ("name=a b", True),
        ("psk", False),
        ("=", False),
        ('say "hi"', True),
        ("d", False),
        ("=", False),
    ]


def test_netsh_scripts_enter_and_leave_contexts() -> None:
    text = "\n".join(
        [
            "# a comment",
            "pushd ipsec static",
            "add policy A",
            "pushd ipsec dynamic",
            "delete all",
            "popd",
            "add policy B & C > D",
            "popd",
            "ipsec",
            "static",
            "add policy C",
            "..",
            "dynamic set config x 1",
            "advfirewall consec add rule name=R",
            "interface ip",
            "add policy D",
        ]
    )
    commands, lexer = lex(text, NETSH)
    assert [(each.context, each.line, texts(each)[-1]) for each in commands] == [
        ("ipsec static", 3, "A"),
        ("ipsec dynamic", 5, "all"),
        ("ipsec static", 7, "D"),
        ("ipsec static", 11, "C"),
        ("ipsec dynamic", 13, "1"),
        ("advfirewall consec", 14, "R"),
    ]
    assert [each.span.line for each in lexer.diagnostics.problems] == []


@cases("line", ["frobnicate all", "offline", "abort", "exec more.txt"])
def test_lines_of_an_ipsec_context_that_are_not_understood_are_reported(line: str) -> None:
    commands, lexer = lex(f"ipsec static\n{line}", NETSH)
    assert not commands
    assert [(each.code, each.span.line) for each in lexer.diagnostics.problems] == [(ProblemCode.NOT_UNDERSTOOD, 2)]


def test_powershell_has_its_own_quotes_blocks_and_comments() -> None:
    parsed = script.parse(fixture("domain-controllers.ps1"))
    assert not parsed.problems
    assert [each.name for each in parsed.policy.policies] == ["Block $MB"]
    assert parsed.policy.policies[0].description == "SMB from outside"
    assert [each.name for each in parsed.policy.filter_lists] == ["SMB in"]
    assert parsed.policy.filter_lists[0].filters[0].line == 9
    assert [each.name for each in parsed.policy.connection_security_rules] == ["SMB"]


IN_TEXT = "netsh ipsec static add policy name=Q"


@cases(
    "line",
    [
        f'$x = "a\n{IN_TEXT}\nb"',
        f"$x = 'a\n{IN_TEXT}\nb'",
        f"$x = '\n{IN_TEXT}\nb'",
        f"$x = 'a' + \"it's\n{IN_TEXT}\nb\"",
        f'$x = "a" + \'5"\n{IN_TEXT}\nb\'',
        f"Get-Date a#'b\n{IN_TEXT}\nb'",
        "Write-Host 'a \" b'",
        'Write-Host "it\'s"',
        "Write-Host '' # it's",
        "Write-Host 'a' # a 5\" disk",
    ],
)
def test_a_command_in_a_text_of_several_lines_does_not_run_and_the_one_behind_it_does(line: str) -> None:
    commands, _ = lex(f"{line}\nnetsh ipsec static add policy name=P", POWERSHELL)
    assert ["".join(texts(each)) for each in commands] == ["addpolicyname=P"]


@cases(
    "line",
    [
        "netsh ipsec static add policy $name",
        'netsh ipsec static delete policy name="$($x.Name)"',
        "if ($x) { netsh ipsec static add policy name=P }",
        "foreach ($x in 1..3) {\nnetsh ipsec static add policy name=P\n}",
        "function Add-It {\nnetsh ipsec static add policy name=P\n}",
        "$out = netsh ipsec static add policy name=P",
        "Start-Process netsh -ArgumentList 'ipsec static add policy name=P'",
    ],
)
def test_powershell_that_is_not_certain_is_reported(line: str) -> None:
    commands, lexer = lex(line, POWERSHELL)
    assert commands == []
    assert [each.code for each in lexer.diagnostics.problems] == [ProblemCode.NOT_UNDERSTOOD]


@cases(
    ("text", "host"),
    [
        ("netsh ipsec static add policy P", BATCH),
        ("@echo off\nnetsh ipsec static add policy %1", BATCH),
        ("$x = 1\nnetsh ipsec static add policy P", POWERSHELL),
        ("# run with netsh -f\npushd ipsec static\nadd policy P", NETSH),
    ],
)
def test_the_host_is_told_by_content(text: str, host: Host) -> None:
    assert detect_host(text) is host


@cases(
    ("text", "expected"),
    [
        ("netsh ipsec static add policy P", True),
        ("  Netsh.exe AdvFirewall consec add rule", True),
        ("if exist x netsh ipsec static add policy P", True),
        ("# x\npushd ipsec static\n", True),
        ("ipsec dynamic\n", True),
        ("advfirewall set global ipsec saidletimemin 5", True),
        ("<# x #>\nnetsh ipsec static show all", True),
        ("<?xml version='1.0'?><a>\nnetsh ipsec static\n</a>", False),
        ("netsh wfp show state", False),
        (r"C:\> netsh advfirewall consec show rule name=all" + "\n\nRule Name:  x", False),
        ("Windows Registry Editor Version 5.00", False),
        ("", False),
    ],
)
def test_scripts_are_recognised_by_content(text: str, expected: bool) -> None:
    assert script.recognise(bytes_source("x", text.encode())) is expected


@cases("name", sorted(each.name for each in FIXTURES.iterdir()))
def test_every_fixture_is_a_script(name: str) -> None:
    found = recognise(fixture(name))
    assert found is not None
    assert found.name == "netsh-script"


@cases("ending", ["\n", "\r\n", "\r"])
def test_lines_are_counted_whatever_ends_them(ending: str) -> None:
    parsed = replay(ending.join(["rem x", "", "netsh ipsec static add policy P", "netsh ipsec static add policy P"]))
    assert [(each.name, each.span.line) for each in parsed.policy.policies] == [("P", 3)]
    assert [each.span.line for each in parsed.policy.refused_commands] == [4]


@cases(
    ("name", "policy"),
    [
        ("codepage-936.bat", "服务器安全策略"),
        ("codepage-949.bat", "서버 보안 정책"),
        ("codepage-1252.bat", "Büro Süd"),
    ],
)
def test_names_are_read_in_the_code_page_of_the_script(name: str, policy: str) -> None:
    source = fixture(name)
    parsed = script.parse(source)
    assert messages(parsed) == []
    assert [each.name for each in parsed.policy.policies] == [policy]
    lifetime = parsed.policy.main_mode_crypto_sets[0].lifetime_seconds
    assert (lifetime.known, covered(source, lifetime.span)) == (1800, "30")


def test_a_script_in_utf_16_is_read() -> None:
    text = 'netsh ipsec static add policy name="Büro 服务器"\r\n'
    for encoding in ("utf-16", "utf-16-le", "utf-8-sig"):
        parsed = script.parse(bytes_source("x.cmd", text.encode(encoding)))
        assert [each.name for each in parsed.policy.policies] == ["Büro 服务器"]
        assert parsed.policy.policies[0].span.column == 20


def test_a_line_longer_than_windows_takes_is_refused() -> None:
    parsed = replay("netsh ipsec static add policy name=" + "x" * 40_000)
    assert [each.code for each in parsed.problems] == [ProblemCode.REFUSED]
    assert parsed.policy.is_empty


def test_problems_and_refusals_are_listed_up_to_a_number() -> None:
    parsed = replay("netsh ipsec static importpolicy a\n" * (MAX_PROBLEMS + 7))
    assert len(parsed.problems) == MAX_PROBLEMS + 1
    assert parsed.problems[-1].code is ProblemCode.REFUSED
    assert "7 more" in parsed.problems[-1].message
    parsed = replay("netsh ipsec static add nonsense\n" * (MAX_PROBLEMS + 7))
    assert len(parsed.policy.refused_commands) == MAX_PROBLEMS
    assert [problem.message for problem in parsed.problems] == ["7 more problems are not listed"]


PLAIN = st.lists(
    st.sampled_from(['"', "=", " ", "\t", "a", "bc", "name", '"x y"', "=1", '""', "[3DES,SHA1]", "@", "-", "é", "　"]),
    max_size=14,
).map("".join)


@given(PLAIN, st.sampled_from([BATCH, POWERSHELL, NETSH]))
def test_the_short_way_cuts_a_line_as_the_long_one(text: str, host: Host) -> None:
    line = Token(text, "policy.cmd", 3, 1)
    whole = words._Splitter(line, host, 0).run()
    assert split_parts(line, host) == whole


def test_tags_are_exact_or_the_only_ones_that_begin_so() -> None:
    tags = ("filter", "filterlist", "filteraction", "mmpfs")
    assert unique_prefix("FILTER", tags) == ("filter",)
    assert unique_prefix("filterl", tags) == ("filterlist",)
    assert unique_prefix("f", tags) == ("filter", "filterlist", "filteraction")
    assert unique_prefix("", tags) == unique_prefix("x", tags) == ()


def arguments(text: str, tags: tuple[str, ...]) -> dict[str, str]:
    (command,), _ = lex(f"netsh ipsec static add rule {text}", BATCH)
    found = resolve_arguments(command.words[2:], tags, repeatable=frozenset({"rootca"}))
    assert not found.problems
    return {each.tag: each.value.text for each in found.ordered}


@cases(
    "text",
    [
        "name=P policy=Q desc=d",
        "P Q d",
        "desc = d name= P policy =Q",
        'policy=Q P "description=d"',
        "d=d P pol=Q",
    ],
)
def test_arguments_by_tag_and_position(text: str) -> None:
    assert arguments(text, ("name", "policy", "description")) == {"name": "P", "policy": "Q", "description": "d"}


def test_an_empty_value_does_not_swallow_the_next_tag() -> None:
    assert arguments("description= name=P", ("name", "description")) == {"description": "", "name": "P"}
    assert arguments("rootca = CN=x name=P", ("name", "rootca")) == {"rootca": "CN=x", "name": "P"}
    assert arguments("name=P description=", ("name", "description")) == {"name": "P", "description": ""}


@cases(("word", "meant"), [("avfirewall", "advfirewall"), ("IPSCE", "ipsec"), ("advfirewalls", "advfirewall")])
def test_a_context_that_is_one_letter_off_is_said(word: str, meant: str) -> None:
    _, lexer = lex(f"netsh {word} set global mainmode mmkeylifetime 5min,1sess\n")
    assert [each.message for each in lexer.diagnostics.problems] == [
        f"netsh has no context `{word}`; did you mean `{meant}`?"
    ]


@cases("word", ["advf", "int", "interface", "ras", "lan", "wfp"])
def test_other_contexts_are_not_taken_for_slips(word: str) -> None:
    _, lexer = lex(f"netsh {word} show all\n")
    assert not lexer.diagnostics.problems


def _named(text: str) -> list[str]:
    return [texts(each)[-1] for each in lex(text, BATCH)[0]]


@cases(
    ("text", "names"),
    [
        ("for %%A in (a\nb\nc) do " + ADD_POLICY + " name=%%A", ["a", "b", "c"]),
        ("for %%A in (\n  a\n  b\n) do (\n" + ADD_POLICY + " name=%%A\n)", ["a", "b"]),
        ("for %%A in (a,\nb,) do " + ADD_POLICY + " name=%%A", ["a", "b"]),
        ("for %%A in (^\n a ^\n b) do " + ADD_POLICY + " name=%%A", ["a", "b"]),
        ("for %%A in (a\n b) do for %%B in (1\n 2) do " + ADD_POLICY + " name=%%A%%B", ["a1", "a2", "b1", "b2"]),
        # what only looks like an open set leaves the next line alone
        ("echo use it for %%A in (one\n" + ADD_POLICY + " name=P", ["P"]),
        ("rem for %%A in (one\n" + ADD_POLICY + " name=P", ["P"]),
        ("for %%A in (a) do echo (\n" + ADD_POLICY + " name=P", ["P"]),
    ],
)
def test_the_set_of_a_loop_goes_on_in_the_next_line(text: str, names: list[str]) -> None:
    assert _named(text) == names


def test_a_set_that_no_line_closes_is_said() -> None:
    commands, lexer = lex(f"for %%A in (a\n{ADD_POLICY} name=P\n{ADD_POLICY} name=Q", BATCH)
    assert commands == []
    assert [problem.span.line for problem in lexer.diagnostics.problems] == [1]


@cases(
    ("lines", "message"),
    [
        ("ipsec static add filterlist name=A\nbye\nipsec static add filterlist name=B\n", "netsh ends at a line above"),
        ("pushd frob\nipsec static add filterlist name=A\n", "netsh has no context `frob` here"),
        ("offline\nipsec static add filterlist name=A\n", "`offline`: which commands take effect is not known"),
    ],
)
def test_what_ends_a_session_of_netsh_or_leads_nowhere_is_said(lines: str, message: str) -> None:
    (problem,) = script.parse(bytes_source("a.txt", lines.encode())).problems
    assert problem.message.startswith(message)


@cases(
    "lines",
    [
        "pushd advfirewall\npushd consec\n{}popd\npopd\n",
        "pushd interface ipv4\nset global taskoffload=disabled\npopd\npushd advfirewall consec\n{}popd\nexit\n",
        "advfirewall\nconsec\n{}..\n..\nexit\nThanks, Bob\n",
        "pushd nap client\nreset configuration\npopd\npushd aaaa\npopd\npushd advfirewall consec\n{}popd\n",
    ],
)
def test_a_context_within_another_is_saved_and_entered(lines: str) -> None:
    add = "add rule name=A endpoint1=any endpoint2=10.0.0.1 action=requireinrequestout auth1=computerkerb\n"
    parsed = script.parse(bytes_source("a.txt", lines.format(add).encode()))
    assert (parsed.problems, parsed.policy.refused_commands) == ((), ())
    assert [rule.name for rule in parsed.policy.connection_security_rules] == ["A"]
