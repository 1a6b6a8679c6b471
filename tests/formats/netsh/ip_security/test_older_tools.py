"""ipseccmd and ipsecpol: what they write is what netsh would; what is not read of them is said."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.netsh.inputs import replay

from ipseclint.model.policy import IpsecPolicy, Policy

WRITES = '-w REG -p "Block UDP 1434 Filter"'
RULE = f'{WRITES} -r "Inbound" -n BLOCK'
NOT_READ = "changes the policy of the machine and is not read"


def policy_of(text: str) -> Policy:
    """What a batch file leaves behind, of which everything is understood."""
    parsed = replay(f"@echo off\n{text}\n")
    assert [problem.message for problem in parsed.problems] == []
    assert parsed.policy.refused_commands == ()
    return parsed.policy


def filter_of(words: str) -> tuple[str, str, int | None, int, int, bool]:
    """What the one filter of a rule is about."""
    ((row,),) = (filters.filters for filters in policy_of(f"ipseccmd {RULE} -f {words}").filter_lists)
    return (
        str(row.source),
        str(row.destination),
        row.protocol,
        row.source_port,
        row.destination_port,
        row.mirrored,
    )


def assigned(policies: tuple[IpsecPolicy, ...]) -> dict[str, bool | None]:
    return {policy.name: policy.assigned.known for policy in policies}


@cases("tool", ["ipseccmd", "IPSeccmd.exe", "ipsecpol", '"C:\\Program Files\\Support Tools\\ipseccmd.exe"'])
def test_a_rule_that_blocks_is_written_into_a_policy_that_is_assigned(tool: str) -> None:
    policy = policy_of(f"{tool} {RULE} -f *=0:1434:UDP -x")
    assert assigned(policy.policies) == {"Block UDP 1434 Filter": True}
    ((filter_list,), (action,)) = (policy.filter_lists, policy.filter_actions)
    assert (filter_list.filters[0].line, action.action.known) == (2, "block")


@cases(
    ("words", "means"),
    [
        ("*=0:1434:UDP", ("any", "me", 17, 0, 1434, False)),
        ("0=*:80:TCP", ("me", "any", 6, 0, 80, False)),
        ("*+0:135:tcp", ("any", "me", 6, 0, 135, True)),
        ("0/255.255.255.255=198.51.100.5/255.255.255.255::", ("me", "198.51.100.5", None, 0, 0, False)),
        ("10.1.*.*+0", ("10.1.0.0/16", "me", None, 0, 0, True)),
        ("0:3389=10.0.0.0/255.0.0.0::TCP", ("me", "10.0.0.0/8", 6, 3389, 0, False)),
        ("*+0::ICMP", ("any", "me", 1, 0, 0, True)),
    ],
)
def test_a_filter_is_addresses_ports_and_a_protocol(
    words: str, means: tuple[str, str, int | None, int, int, bool]
) -> None:
    assert filter_of(words) == means


def test_more_rules_join_the_policy_and_another_assigned_one_takes_its_place() -> None:
    policy = policy_of(
        f"ipseccmd {RULE} -f *=0:1434:UDP -x\n"
        'ipseccmd -w REG -p "block udp 1434 filter" -r Outbound -f 0=*:1434:UDP -n BLOCK\n'
        "ipseccmd -w REG -p Other -r Web -f *+0:80:TCP *+0:443:TCP -n PASS -x"
    )
    assert assigned(policy.policies) == {"Block UDP 1434 Filter": False, "Other": True}
    assert [len(filters.filters) for filters in policy.filter_lists] == [1, 1, 2]
    assert [action.action.known for action in policy.filter_actions] == ["block", "block", "exempt"]


def test_a_policy_is_unassigned_and_deleted() -> None:
    text = f"ipseccmd {RULE} -f *=0:1434:UDP -x\nipseccmd {WRITES} -y"
    assert assigned(policy_of(text).policies) == {"Block UDP 1434 Filter": False}
    assert policy_of(f"{text}\nipseccmd {WRITES} -o\nipseccmd -w REG -p Never -o").policies == ()


@cases(
    "words",
    [
        "-f 0+10.1.1.1 -n ESP[3DES,SHA] -a PRESHARE:x",
        "-w DS:example.com -p P -r R -f *=0 -n BLOCK",
        "-w REG -p P:180 -x",
        "-w REG -p P -r R -f server.example.com=0 -n BLOCK",
        "-w REG -p P -r R -f *=0:80:TCP -n INPASS",
        "-w REG -p P -r R -f *=0:80:OSPF -n BLOCK",
        "-w REG -p P -r R -f *=0:80:TCP *=0:81:OSPF -n BLOCK",
        "-w REG -p P -r R -f *=0:80:TCP",
        "-w REG -p P -r R -n BLOCK",
        "-w REG -p P -p Q -x",
        "-w REG -p P -t 192.0.2.1 -x",
        "-w REG",
        "-u",
    ],
)
def test_what_is_not_read_is_said(words: str) -> None:
    (problem,) = replay(f"@echo off\nipseccmd {words}\n").problems
    assert problem.message == f"`ipseccmd` {NOT_READ}"


def test_a_key_on_the_line_is_known_as_one() -> None:
    text = '@echo off\nipseccmd -w REG -p P -r R -f 0+10.1.1.1 -n ESP[3DES,SHA] -a PRESHARE:"Zq7-hidden"\n'
    line = text.splitlines()[1]
    hidden = "".join(
        line[span.column - 1 : span.column - 1 + span.length] for span in replay(text).secrets if span.line == 2
    )
    assert "Zq7-hidden" in hidden


def test_each_command_of_an_older_tool_has_filters_of_its_own() -> None:
    policy = policy_of(f"ipseccmd {RULE} -f 0=10.1.0.1\nipsecpol {RULE.replace('Inbound', 'Other')} -f 0=10.2.0.1")
    assert [[str(row.destination) for row in each.filters] for each in policy.filter_lists] == [
        ["10.1.0.1"],
        ["10.2.0.1"],
    ]
