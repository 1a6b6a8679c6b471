"""Of the settings of a profile only whether local rules count is read, by that word or its beginning."""

from __future__ import annotations

from tests.cases import cases

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
