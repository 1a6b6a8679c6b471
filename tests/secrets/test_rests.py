"""Beside a key each word is masked on a line that is shown, but those that are known to be none."""

from __future__ import annotations

from ipseclint.formats.netsh.advfirewall import commands
from ipseclint.formats.netsh.ip_security import grammar
from ipseclint.secrets.masks import MASK
from ipseclint.secrets.rests import (
    MAX_REST_CHARACTERS,
    masked_words,
    may_name_keys,
    rests_below,
    rests_beside,
    rests_glued,
    words_of,
    words_within,
)
from tests.cases import cases

KNOWN = {"office", "branch"}


def beside(line: str, known: set[str]) -> list[str]:
    """The rests on a line whose key is `###`."""
    at = line.index("###")
    return [line[begin:end] for begin, end in rests_beside(line, [(at, at + 3)], known)]


def test_each_argument_of_netsh_is_none() -> None:
    kinds = (commands.CONSEC, commands.MAIN_MODE, commands.FIREWALL)
    tags = {tag for kind in kinds for tag in (*kind.tags, *kind.selectors)}
    objects = (*grammar.STATIC.values(), *grammar.DYNAMIC.values())
    tags |= {tag for forms in objects for form in forms.values() for tag in form.tags}
    assert [tag for tag in sorted(tags) if beside(f"psk=### {tag}=Kuckuck", set())] == []


@cases(
    ("line", "expected"),
    [
        ('psk=###> Suhrwerk\\n", 5)', ["Suhrwerk"]),
        ('"Data": ### "Suhrwerk"}]', ["Suhrwerk"]),
        ("psk=###]]>Suhr/Werk Office", ["Suhr", "Werk"]),
        ("SuhrK### x", ["SuhrK"]),
        ("psk=### Suhr-werk_7 12345 123456", ["Suhr-werk_7", "123456"]),
        ("psk=###> Suhrwerk name=Kuckuck", ["Suhrwerk"]),
        ("psk=### shell=Kuckuck", ["Kuckuck"]),
        ("psk=### a,kuck=Uhrwerk", ["kuck", "Uhrwerk"]),
        ("psk=### \\nSuhrwerk", ["Suhrwerk"]),
        (f"psk=###{' ' * (MAX_REST_CHARACTERS - 8)}Suhrwerk", ["Suhrwerk"]),
    ],
)
def test_a_word_beside_a_key_may_be_its_rest(line: str, expected: list[str]) -> None:
    assert beside(line, KNOWN) == expected


@cases(
    "line",
    [
        "psk=### name=Kuckuck",
        'psk="###" description = "Kuckuck Suhrwerk"',
        "psk=### Office branch",
        "-PreSharedKey ### -Force Kuckuck",
        "-SharedSecret ### -IPv4Subnet $m -Persistent",
        "-SharedSecret ### -SALifeTimeSeconds 3600 -DHGroup Group14 -Kuckuck",
        "psk=### & netsh ipsec",
        "psk=### \\nnetsh ipsec policy",
        "### 10.0.0.1/24 \\\\server\\Kuckuck C:\\Kuckuck\\a 86400 60min,0sess 0x1f",
        "### ab 12",
        "auth1psk### x",
        "<presharedKey>###</presharedKey><name>Kuckuck",
        "&lt;psk&gt;###&lt;/psk&gt;Kuckuck",
        '"psk": "###", "name": "Kuckuck"',
        "psk=### secret password",
        "psk=### mmpolicy=Kuckuck qmpolicy=Suhrwerk",
        "auth1psk=### applyauthz=yes mmkeylifetime=8h group = Kuckuck",
        "'###'),(New-NetIPsecAuthProposal",
        f"psk=###{' ' * MAX_REST_CHARACTERS}Kuckuck",
    ],
)
def test_what_is_known_to_be_none_stays(line: str) -> None:
    assert beside(line, KNOWN) == []


@cases(
    ("line", "expected"),
    [
        (" - Suhrwerk", ["Suhrwerk"]),
        ("> Suhrwerk/Uhr description=x", ["Suhrwerk", "Uhr"]),
        ("netsh Suhrwerk", []),
        ("PS C:\\> net Suhrwerk", []),
        ("$a = Suhrwerk", []),
        ("office", []),
    ],
)
def test_below_a_key_its_rest_may_stand_where_no_command_does(line: str, expected: list[str]) -> None:
    assert [line[begin:end] for begin, end in rests_below(line, KNOWN)] == expected


def test_of_a_message_the_same_words_are_masked_and_no_longer_ones() -> None:
    assert masked_words("`Suhr Suhrwerk`", {"Suhr"}) == f"`{MASK} Suhrwerk`"
    assert [*words_of("A-b c_D, e")] == ["a-b", "c_d", "e"]


@cases(("line", "expected"), [("psk", True), ("auth1 =", True), ("auth1", False), ("name=x", False)])
def test_above_it_a_name_of_a_key_or_of_methods_stands(line: str, expected: bool) -> None:
    assert may_name_keys(line) is expected


@cases(
    ("line", "expected"),
    [
        ("action=x auth1Suhr : Werk name=y", ["Suhr", "Werk"]),
        ("x userPasswordSuhrwerk Uhr name=y", ["Suhrwerk", "Uhr"]),
        ("+API_TOKENSuhr&werk", ["Suhr", "werk"]),
        ("passwords Suhr", []),
        ("password_file=Suhr", []),
        ("auth1=Suhr", []),
        ("auth1psk Suhr", []),
        ("auth2ca=Suhr", []),
        ("authSuhr", []),
    ],
)
def test_behind_a_name_of_methods_without_its_sign_a_key_may_stand(line: str, expected: list[str]) -> None:
    assert [line[begin:end] for begin, end in rests_glued(line, KNOWN)] == expected


def test_the_words_within_a_key_are_told_but_those_of_the_tools() -> None:
    assert [*words_within("psk=Suhr netsh werk", [(4, 19)])] == ["Suhr", "werk"]
