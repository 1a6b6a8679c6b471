"""Any name is read back as exactly itself, or is refused with a reason."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ipseclint.escape import visible
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.netsh.hosts import BATCH, Host
from ipseclint.formats.netsh.lexer import Lexer
from ipseclint.model.change import Assign, Fix, Remove
from ipseclint.model.machine import PolicyIndex
from ipseclint.model.policy import Dialect, Policy
from ipseclint.repair.commands.arguments import Unwritable, has_wildcard, netsh_name, netsh_value, powershell_string
from ipseclint.repair.commands.fix_text import fix_text
from tests.cases import cases
from tests.made_objects import exemption, main_mode_set
from tests.repair.commands.powershell_reading import commands_of, strings_of

HOSTILE = (
    "My rule",
    "100% & ^x^ | more > nul < con",
    "%PATH% and %% twice %",
    "it's `$(calc.exe)` \u2018typographic\u2019 \u201cquotes\u201d",
    "$env:USERNAME; Remove-Item C:\\",
    "'; Stop-Computer; '",
    "a\nb\r\n::error::x",
    "\x1b[31mred\x07",
    "right\u202eto left",
    "## vso[task.complete] <script>alert(1)</script> =cmd|' /C calc'!A0",
    "wild*card? [a-z] `x",
    "ends with a backslash \\",
    'double " quote',
    "",
    " leading and trailing ",
    "all",
    "\u4e2d\u6587 \ud83d\ude80 \ufeff",
    "--% stop",
    "tag \U000e0041, soft\xadhyphen",
)
names = st.sampled_from(HOSTILE) | st.text(max_size=40)


def units(text: str) -> bytes:
    """A text as PowerShell has it: two surrogates are one character."""
    return text.encode("utf-16-le", "surrogatepass")


def read_name(line: str, host: Host) -> tuple[str, list[str]]:
    lexer = Lexer(host, Diagnostics(""))
    commands = [*lexer.feed(1, line), *lexer.end()]
    assert len(commands) == 1, (line, lexer.diagnostics.problems)
    words = [each.text for each in commands[0].words]
    assert words[:2] == ["delete", "rule"]
    rest = words[2:]
    if len(rest) == 1:
        tag, _, name = rest[0].partition("=")
        return name, [tag]
    return rest[2], rest[:2]


@given(names)
def test_netsh_text_names_exactly_the_object_or_there_is_none(name: str) -> None:
    target = exemption(name, "10.0.0.1")
    text = fix_text(Fix((Remove(target),)), PolicyIndex(Policy(connection_security_rules=(target,))))
    if text.netsh is None:
        assert text.note is not None
        assert isinstance(netsh_name(name), Unwritable)
        return
    assert "\n" not in text.netsh
    if "!" in name:
        return  # with delayed expansion a batch file would read this otherwise, so our reader does not vouch for it
    found, rest = read_name(text.netsh, BATCH)
    assert (found, rest[0]) == (name, "name")


@given(names)
def test_powershell_text_is_one_pipeline_that_names_exactly_the_object(name: str) -> None:
    target = exemption(name, "10.0.0.1")
    text = fix_text(Fix((Remove(target),)), PolicyIndex(Policy(connection_security_rules=(target,)))).powershell
    assert text is not None
    assert text == visible(text)
    wanted = ["Remove-NetIPsecRule"]
    if has_wildcard(name):
        wanted = ["Get-NetIPsecRule", "Where-Object", "Remove-NetIPsecRule"]
    assert commands_of(text) == [wanted]
    assert list(map(units, strings_of(text))) == [units(name)]


@given(names)
def test_powershell_string_is_worth_its_text(text: str) -> None:
    assert list(map(units, strings_of(f"x {powershell_string(text)}"))) == [units(text)]


@given(st.sampled_from(HOSTILE) | st.text("ab '$`;&|%!<>()\"\\=", max_size=12))
def test_netsh_started_by_powershell_gets_exactly_the_name(name: str) -> None:
    crypto = main_mode_set(name, dialect=Dialect.IP_SECURITY_POLICY)
    policy = Policy(main_mode_crypto_sets=(crypto,))
    text = fix_text(Fix((Assign(crypto, "quick_mode_limit", 5),)), PolicyIndex(policy)).powershell
    if text is None:
        assert isinstance(netsh_name(name), Unwritable)
        return
    assert commands_of(text) == [["netsh.exe"]]
    # What needs no quotes is bare; what is quoted must be the argument, whole.
    assert f" name={name} " in text or strings_of(text) == [f"name={name}"]


@cases(
    ("text", "why"),
    [
        ('a"b', "double quote"),
        ("a\tb", "control characters"),
        ("a\nb", "control characters"),
        ("a b\\", "backslash"),
    ],
)
def test_netsh_refuses_what_it_cannot_be_told(text: str, why: str) -> None:
    value = netsh_value(text)
    assert isinstance(value, Unwritable)
    assert why in value.reason


def test_the_name_that_means_every_object_is_refused() -> None:
    value = netsh_name("ALL")
    assert isinstance(value, Unwritable)
    assert "every object" in value.reason
