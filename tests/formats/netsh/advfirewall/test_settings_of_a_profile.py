"""Of the settings of a profile only whether local rules count is read, by that word or its beginning."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.netsh.command import WHAT_IS_NOT_KNOWN
from ipseclint.formats.netsh.script import parse
from ipseclint.source import bytes_source


@cases(
    ("setting", "is_read"),
    [
        ("localconsecrules enable", True),
        ("localc enable", True),
        ("local enable", False),
        ("localfirewallrules enable", False),
        ("inboundusernotification enable", False),
        ('"" enable', False),
    ],
)
def test_other_settings_of_a_profile_say_nothing_of_local_rules(setting: str, is_read: bool) -> None:
    parsed = parse(bytes_source("p.cmd", f"netsh advfirewall set domainprofile settings {setting}\n".encode()))
    assert (len(parsed.policy.global_settings), parsed.problems) == (int(is_read), ())


@cases(
    ("setting", "reason"),
    [
        ("localconsecrules", "`localconsecrules` without a value"),
        ("localconsecrules maybe", "unknown value of `localconsecrules` `maybe`"),
    ],
)
def test_local_rules_without_a_value_that_counts_are_refused(setting: str, reason: str) -> None:
    parsed = parse(bytes_source("p.cmd", f"netsh advfirewall set domainprofile settings {setting}\n".encode()))
    assert [command.reason for command in parsed.policy.refused_commands] == [reason]
    assert parsed.policy.global_settings == ()


@cases(
    ("words", "reason"),
    [
        ("state maybe", "`maybe` is not one of `on`, `off`, `notconfigured`"),
        ("state", "`state` without a value"),
        (
            "firewallpolicy foo,allowoutbound",
            "`foo` is not one of `blockinbound`, `blockinboundalways`, `allowinbound`, `notconfigured`",
        ),
        (
            "firewallpolicy allowinbound,foo",
            "`foo` is not one of `allowoutbound`, `blockoutbound`, `notconfigured`",
        ),
        ("firewallpolicy blockinbound", "what is inbound and what is outbound stand here, with one comma"),
        ("firewallpolicy blockinbound allowoutbound", "more than one value"),
        ("settings localfirewallrules maybe", "`maybe` is not one of `enable`, `disable`, `notconfigured`"),
        ("logging filename", "`filename` without a value"),
        ("logging maxfilesize 32768", "`32768` is not a size from 1 to 32767 kilobytes"),
        (
            "logging droppedconnections maybe",
            "`maybe` is not one of `enable`, `disable`, `notconfigured`, `on`, `off`",
        ),
    ],
)
def test_a_value_that_a_profile_has_not_is_refused(words: str, reason: str) -> None:
    parsed = parse(bytes_source("p.cmd", f"netsh advfirewall set allprofiles {words}\n".encode()))
    assert [command.reason for command in parsed.policy.refused_commands] == [reason]


@cases(
    "words",
    [
        "state on", "firewallpolicy blockinboundalways,blockoutbound", "firewallpolicy blockinbound, allowoutbound",
        "settings remotemanagement enable", "logging maxfilesize 4096", "logging maxfilesize %SIZE%",
        "logging dropped on", "logging filename %TEMP%\\a.log",
    ],
)  # fmt: skip
def test_a_value_that_a_profile_has_is_taken(words: str) -> None:
    parsed = parse(bytes_source("p.cmd", f"netsh advfirewall set allprofiles {words}\n".encode()))
    assert (parsed.problems, parsed.policy.refused_commands) == ((), ())


@cases(
    ("words", "messages"),
    [
        ("settings localconsecrules disable", [WHAT_IS_NOT_KNOWN]),
        ("state off", [WHAT_IS_NOT_KNOWN]),
        ("logging maxfilesize 4096", []),
        ("firewallpolicy blockinbound,allowoutbound", []),
    ],
)
def test_a_profile_that_the_script_fills_in_is_told_where_it_bears_on_ipsec(words: str, messages: list[str]) -> None:
    parsed = parse(bytes_source("p.cmd", f"netsh advfirewall set %PROFILE% {words}\n".encode()))
    assert [problem.message for problem in parsed.problems] == messages
    assert parsed.policy.refused_commands == ()
