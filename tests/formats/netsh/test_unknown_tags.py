"""A tag that a command does not have is named with the nearest ones, and what may be a key is not."""

from __future__ import annotations

import pytest

from ipseclint.formats.netsh.script import parse
from ipseclint.source import bytes_source

RULE = "netsh advfirewall consec add rule name=A endpoint1=any endpoint2=any action=requestinrequestout "


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (RULE + "auth1pks=secret", "unknown tag `auth1pks`: did you mean `auth1psk`"),
        (RULE + "endpiont1=any", "unknown tag `endpiont1`: did you mean `endpoint1`"),
        ("netsh ipsec static add filterlist nmae=A", "unknown tag `nmae`: did you mean `name`?"),
        ("netsh ipsec static add filterlist colour=A", "unknown tag `colour`: this command has `name`, `description`"),
    ],
)
def test_an_unknown_tag_is_named_with_the_nearest(line: str, message: str) -> None:
    (command,) = parse(bytes_source("a.cmd", line.encode())).policy.refused_commands
    assert command.reason.startswith(message)
    assert "secret" not in command.reason


def test_a_word_that_may_be_a_key_is_not_named_and_few_tags_are() -> None:
    (command,) = parse(bytes_source("a.cmd", (RULE + "hunter2=rest").encode())).policy.refused_commands
    assert command.reason.startswith("unknown tag: this command has `name`, ")
    assert command.reason.count("`") == 16
    assert command.reason.endswith(" more")


@pytest.mark.parametrize(
    ("line", "tag", "column"),
    [
        ("netsh ipsec static add policy name=P mmpfsyes", "mmpfs", 38),
        ('netsh ipsec static add filteraction name=A qmsecmethods"AH[SHA1]:100000k/3600s"', "qmsecmethods", 44),
        ("netsh ipsec static add policy name=P qmpermm10 mmpfs=no", "qmpermm", 38),
    ],
)
def test_a_tag_that_lost_its_sign_is_told_for_netsh_takes_it_for_another(line: str, tag: str, column: int) -> None:
    (problem,) = parse(bytes_source("a.cmd", line.encode())).problems
    assert problem.message.startswith(f"no `=` stands behind `{tag}`: netsh takes this for `")
    assert problem.span.column == column


@pytest.mark.parametrize("value", ["Servers", "assigned", "policy1", "mmpfs", '"mmpfs on"', "tunnel2"])
def test_other_values_by_position_are_taken_without_a_word(value: str) -> None:
    parsed = parse(bytes_source("a.cmd", f"netsh ipsec static add policy name=P {value}".encode()))
    assert (parsed.problems, parsed.policy.refused_commands) == ((), ())
