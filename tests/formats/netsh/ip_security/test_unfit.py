"""Values of netsh ipsec that exclude each other, or are missing: each refuses the command."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.netsh import script
from ipseclint.source import bytes_source

SHOWN = "`all`, `filteraction`, `filterlist`, `gpoassignedpolicy`, `policy`, `rule`, `store`"
FILTER = "add filter filterlist=F srcaddr=any dstaddr=me"


@cases(
    ("command", "reason"),
    [
        (f"{FILTER} dstport=80", "a port needs `protocol=tcp` or `protocol=udp`"),
        (f"{FILTER} protocol=icmp srcport=80", "a port needs `protocol=tcp` or `protocol=udp`"),
        ("add filter F me 10.0.0.9-10.0.0.1", "the range `10.0.0.9-10.0.0.1` ends before it begins"),
        ("add policy name=", "`add policy` needs `name`"),
        ("add rule R P F A psk=", "`psk` without a key"),
        ("set batch mode=on", "`on` is not one of `enable`, `disable`"),
        ("add policy name=P mmsecmethods=", "`mmsecmethods` without a method"),
        ("add filteraction name=A qmsecmethods= action=negotiate", "`qmsecmethods` without a method"),
        ("exportpolicy", "`exportpolicy` without a file: nothing is kept"),
        ("importpolicy", "`importpolicy` without a file"),
        (
            "show frob",
            f"`frob` is not what `show` takes: {SHOWN}",
        ),
    ],
)
def test_a_command_is_refused_with_a_reason(command: str, reason: str) -> None:
    parsed = script.parse(bytes_source("a.cmd", f"netsh ipsec static {command}\n".encode()))
    assert [refused.reason for refused in parsed.policy.refused_commands] == [reason]


@cases(
    "command",
    [f"static {FILTER} dstport=0", f"static {FILTER} prot=udp dstport=1", "static set batch mode=enable", "dump"],
)
def test_a_command_is_taken(command: str) -> None:
    parsed = script.parse(bytes_source("a.cmd", f"netsh ipsec {command}\n".encode()))
    assert parsed.problems == ()
    assert parsed.policy.refused_commands == ()


@cases(
    ("command", "is_refused"),
    [
        ("add mmpolicy name=M softsaexpirationtime=soon", True),
        ("add mmpolicy name=M softsaexpirationtime=1800", False),
        ("show frob", True),
        ("show mmsas all", False),
        ("show stats", False),
    ],
)
def test_a_command_of_the_running_policy_is_refused_alike(command: str, is_refused: bool) -> None:
    parsed = script.parse(bytes_source("a.cmd", f"netsh ipsec dynamic {command}\n".encode()))
    assert (len(parsed.policy.refused_commands), parsed.problems) == (int(is_refused), ())


def test_a_sentence_that_begins_like_a_command_is_said_to_be_one() -> None:
    answer = "netsh ipsec dynamic show all\nIPsec Policy Agent service is not running.\n"
    parsed = script.parse(bytes_source("a.txt", answer.encode()))
    assert [(problem.span.line, problem.message) for problem in parsed.problems] == [
        (2, "a sentence, and no command of netsh: what it says is not read")
    ]
