"""The arguments of a program in one text, word by word, each at its own place where the text is written as it is."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import parsed, policy_of, said_of

from ipseclint.formats.powershell.script.arguments.binding import Argument
from ipseclint.formats.powershell.script.commands.cmd_lines import as_handed_on, cut
from ipseclint.formats.powershell.script.values.value import Unknown, Value

RULE = "New-NetIPsecRule -InboundSecurity Require -OutboundSecurity Require -DisplayName A\n"
NOT_FOLLOWED = "`netsh` is for netsh and is not followed here"
ALONE = "`netsh` alone waits for commands that somebody types: none is read here"
FROM_A_FILE = "runs netsh commands from another file, which is not part of this input"
OPEN = Unknown("what an answer is")


def written(text: str, start: int = 10) -> Value:
    """A text as the script has it, at its place."""
    return Value(text, start, start + len(text))


@cases(
    ("value", "expected"),
    [
        (None, []),
        (written(""), []),
        (written("a bc"), [("a", 10, 11), ("bc", 12, 14)]),
        (written('a "b c"'), [("a", 10, 11), ("b c", 13, 16)]),
        (written('name="b c" d'), [("name=b c", 10, 20), ("d", 21, 22)]),
        (written('"'), []),
        (written('""'), [("", 11, 11)]),
        (Value("a bc", 10, 30), [("a", 10, 30), ("bc", 10, 30)]),
        (Value('a "b c"', 10, 30), [("a", 10, 30), ("b c", 10, 30)]),
        (Value([written("a b"), written('"c d"', 20)], 10, 30), [("a", 10, 11), ("b", 12, 13), ("c d", 21, 24)]),
        (Value([Value(OPEN, 10, 12), written("a", 20)], 10, 30), [(OPEN, 10, 12), ("a", 20, 21)]),
        (Value(OPEN, 10, 12), [(OPEN, 10, 12)]),
    ],
)
def test_a_text_is_cut_into_arguments_at_their_places(
    value: Value | None, expected: list[tuple[object, int, int]]
) -> None:
    arguments = cut(value)
    values = [argument.value for argument in arguments]
    assert [(each.data, each.start, each.end) for each in values if each is not None] == expected
    assert [(argument.name, argument.start, argument.end) for argument in arguments] == [
        (None, start, end) for _, start, end in expected
    ]


@cases(
    ("words", "said"),
    [
        ("", [ALONE]),
        ("foo bar", [NOT_FOLLOWED]),
        ("foo ipsec", [NOT_FOLLOWED]),
        ("help", [NOT_FOLLOWED]),
        ("$env:X", [NOT_FOLLOWED]),
        ("-f x.txt", [FROM_A_FILE]),
        ("adv", []),
        ("ipsec", []),
        ("ipsec static", []),
        ("advfirewall", []),
        ("advfirewall show", []),
        ("int ip set address", []),
        ("wlan show profiles", []),
        ("trace start", []),
    ],
)
def test_netsh_is_followed_or_of_no_concern_or_it_is_said(words: str, said: list[str]) -> None:
    places = {NOT_FOLLOWED: (2, 1), ALONE: (2, 1), FROM_A_FILE: (2, 7)}
    assert said_of(f"{RULE}netsh {words}".rstrip()) == [(*places[message], message) for message in said]


@cases(
    ("arguments", "said"),
    [
        ("480min,7sess", (28800, 7)),
        ("'480min','7sess'", (28800, 7)),
        ('"480min","7sess" # eight hours', (28800, 7)),
        ("'480min,7sess'", (28800, 7)),
        ("$a,7sess", (28800, 7)),
        ("$l", None),  # the elements of any other list are arguments of their own
        ("@('480min', '7sess')", None),
        ("('480min','7sess')", None),
    ],
)
def test_a_list_that_is_written_out_reaches_a_program_with_its_commas(
    arguments: str, said: tuple[int, int] | None
) -> None:
    set_ = f"netsh advfirewall set global mainmode mmkeylifetime {arguments}"
    for script in (
        f"{RULE}$a = '480min'\n$l = $a, '7sess'\n{set_}",
        f"{RULE}$a = '480min'\n$l = $a, '7sess'\ncmd /c {set_}",
    ):
        policy = parsed(script).policy
        sets = [each for each in policy.main_mode_crypto_sets if not each.builtin]
        assert [(each.lifetime_seconds.known, each.quick_mode_limit.known) for each in sets] == ([said] if said else [])
        assert len(policy.refused_commands) == (said is None)


@cases(
    ("written", "received"),
    [
        ("a,b", ["a,b"]),
        ("a,'b c',d", ["a,b c,d"]),
        ("a, b", ["a,", "b"]),
        ("a ,b", ["a", ",b"]),
        ("a,b,c", ["a,b,c"]),
    ],
)
def test_the_blanks_of_a_list_part_its_words(written: str, received: list[str]) -> None:
    values = [Value(part.strip().strip("'"), 0, 0) for part in written.split(",")]
    argument = Argument(None, Value(values, 0, len(written)), 0, len(written))
    handed = as_handed_on([argument], written)
    assert [each.value.data for each in handed if each.value is not None] == received
    assert all(written[each.start : each.end].strip() for each in handed)


@cases("words", ["routing ip nat install", "nps set tracing mode=1", "dhcp server add scope 10.1.0.0 255.255.0.0 A"])
def test_netsh_of_a_server_role_has_nothing_to_do_with_ipsec(words: str) -> None:
    assert (
        said_of(f"New-NetIPsecRule -DisplayName A -InboundSecurity Require -OutboundSecurity Request\nnetsh {words}")
        == []
    )


AGENT = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent"


@cases("kind", ["", ", 'DWord'", ", [Microsoft.Win32.RegistryValueKind]::DWord"])
@cases("type_name", ["Microsoft.Win32.Registry", "registry"])
def test_a_value_of_the_registry_is_set_by_a_type_of_dotnet_too(type_name: str, kind: str) -> None:
    name = "AssumeUDPEncapsulationContextOnSendRule"
    (value,) = policy_of(f"$v = 2\n[{type_name}]::SetValue('{AGENT}', '{name}', $v{kind})").registry
    assert (value.path, value.data.known, value.data.span.line) == (f"{AGENT}\\{name}", "2", 1)


def test_what_that_type_does_to_other_keys_is_of_no_concern() -> None:
    assert said_of("[Microsoft.Win32.Registry]::SetValue('HKEY_LOCAL_MACHINE\\SOFTWARE\\X', 'Y', 1)") == []


@cases("name", ["ProhibitIpSec", "AllowL2TPWeakCrypto", "AssumeUDPEncapsulationContextOnSendRule"])
@cases(
    "command",
    [
        "Set-ItemProperty -Path $key -Name {} -Value 1",
        "[Microsoft.Win32.Registry]::SetValue($key, '{}', 1)",
        "reg add $key /v {} /t REG_DWORD /d 1 /f",
        "$key.SetValue('{}', 1)",
    ],
)
def test_a_value_of_ipsec_under_a_key_that_is_not_known_is_said(command: str, name: str) -> None:
    said = f"`{name.casefold()}` in the registry bears on IPsec, and what is done to it here is not followed"
    rule = "New-NetIPsecRule -DisplayName A -InboundSecurity Require -OutboundSecurity Request"
    assert [(line, message) for line, _, message in said_of(f"{rule}\n{command.format(name)}")] == [(2, said)]
