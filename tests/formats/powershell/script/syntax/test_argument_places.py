"""Whether a word is an argument: of a command on its line, or on the lines which that one continues."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.powershell.script.syntax.argument_places import MAX_COMMAND, is_argument


@cases(
    ("text", "is_one"),
    [
        ("cmd WORD", True),
        ("cmd -name WORD", True),
        ("cmd 'x;y' WORD", True),
        ("$x = cmd WORD", True),
        ("a; cmd WORD", True),
        ("a | cmd WORD", True),
        ("cmd a `\n WORD", True),
        ("cmd `\r\n-a 1 `\r\n-b WORD", True),
        ("b\ncmd `\n-a 1 `\n-b WORD", True),
        ("WORD", False),
        ("$x = 1\nWORD", False),
        ("cmd a\nWORD", False),
        ("cmd a ` \n WORD", False),
        ("cmd a `\nb\nWORD", False),
        ("cmd -eq WORD", True),
        ("'a' -f WORD", False),
        ("$a -eq WORD", False),
        ("a = WORD", False),
        ("$x = @{ a = WORD", False),
        ("cmd { $a } -b WORD", True),
        ("cmd (a (b)) @{ c = 1 } -b WORD", True),
        ("cmd { $a = WORD", False),
        ("cmd ($a - WORD", False),
        ("cmd {\n a\n} -b WORD", True),
        ("if ($a) {\n b\n} -and WORD", False),
        ("return WORD", False),
        ("if WORD", False),
        (f"cmd {'a' * (MAX_COMMAND - 6)} WORD", True),
        (f"cmd {'1 ' * MAX_COMMAND}WORD", False),
    ],
)
def test_a_word_is_an_argument_of_the_command_on_its_line(text: str, is_one: bool) -> None:
    assert is_argument(text, text.index("WORD")) is is_one


@cases(
    ("text", "is_one"),
    [
        ("netsh a WORD", True),
        ("NETSH.EXE a WORD", True),
        (r"C:\Windows\System32\netsh.exe a WORD", True),
        ("netsh a\nsc.exe WORD", False),
        ("netshx WORD", False),
    ],
)
def test_only_the_command_that_is_asked_for_counts(text: str, is_one: bool) -> None:
    assert is_argument(text, text.index("WORD"), "netsh") is is_one


@cases(("between", "is_one"), [("-a", True), ("a ;", False), ("a |", False), ("{", False), ("}", False)])
def test_nothing_between_may_begin_another_statement(between: str, is_one: bool) -> None:
    text = f"cmd {between} WORD"
    assert is_argument(text, text.index("WORD")) is is_one
