"""Which object each command of a script is about, and where it stands."""

from __future__ import annotations

from ipseclint.formats.netsh.hosts import BATCH
from ipseclint.repair.script.statements import Statement, Subject, read_statements
from tests.cases import cases

STATIC = "ipsec static"


@cases(
    ("command", "subject"),
    [
        ("add policy name=P", Subject(STATIC, "policy", ("p",))),
        ("set policy name=P newname=Q", Subject(STATIC, "policy", ("p",))),
        ("add filterlist name=L", Subject(STATIC, "filterlist", ("l",))),
        ("add filter filterlist=L srcaddr=me dstaddr=any", Subject(STATIC, "filter", ("l",))),
        ("add filteraction name=A", Subject(STATIC, "filteraction", ("a",))),
        ("add rule name=R policy=P filterlist=L filteraction=A", Subject(STATIC, "rule", ("p", "r"))),
        ("set defaultrule policy=P activate=no", Subject(STATIC, "defaultrule", ("p",))),
    ],
)
def test_a_command_of_netsh_ipsec_static_is_about_the_object_that_its_keys_name(command: str, subject: Subject) -> None:
    (statement,) = read_statements([f"netsh {STATIC} {command}"], BATCH)
    assert statement.subject == subject
    assert statement.lines == (1, 1)


@cases(
    ("command", "subject"),
    [
        ("add mmpolicy name=M", Subject("ipsec dynamic", "mmpolicy", ("m",))),
        ("add qmpolicy name=Q", Subject("ipsec dynamic", "qmpolicy", ("q",))),
        ("set config property=ipsecdiagnostics value=7", Subject("ipsec dynamic", "config", ("ipsecdiagnostics",))),
        # A dynamic rule has no name.
        ("add rule srcaddr=me dstaddr=any mmpolicy=M", Subject("ipsec dynamic", "rule", ())),
    ],
)
def test_a_command_of_netsh_ipsec_dynamic_is_about_the_object_that_its_keys_name(
    command: str, subject: Subject
) -> None:
    (statement,) = read_statements([f"netsh ipsec dynamic {command}"], BATCH)
    assert statement.subject == subject


def told(statement: Statement) -> tuple[Subject, str, list[str], tuple[int, int]]:
    changes = [f"{each.tag}={each.value.text}" for each in statement.arguments.ordered]
    return statement.subject, statement.verb, changes, statement.lines


IPSEC, MAIN = Subject("advfirewall", "global", ("ipsec", "strongcrlcheck")), "mmsecmethods"
RULE = "advfirewall consec"


@cases(
    ("command", "expected"),
    [
        ("advfirewall set global ipsec strongcrlcheck 1", (IPSEC, "set", ["strongcrlcheck=1"])),
        ("advfirewall set glo ips strong 1", (IPSEC, "set", ["strongcrlcheck=1"])),
        ("advfirewall set global ipsec strongcrlcheck", (Subject("advfirewall", ""), "set", [])),
        ("advfirewall set global ipsec odd 1", (Subject("advfirewall", ""), "set", [])),
        ("advfirewall set global odd strongcrlcheck 1", (Subject("advfirewall", ""), "set", [])),
        ("advfirewall show global ipsec", (Subject("advfirewall", ""), "show", [])),
        (
            "advfirewall set domainprofile settings localconsecrules disable",
            (
                Subject("advfirewall", "domainprofile", ("settings", "localconsecrules")),
                "set",
                ["localconsecrules=disable"],
            ),
        ),
        (
            "advfirewall set global mainmode mmsec a, b",
            (Subject("advfirewall", "global", ("mainmode", MAIN)), "set", [f"{MAIN}=a,"]),
        ),
        (f"{RULE} add rule name=R enable=no", (Subject(RULE, "rule", ("r",)), "add", ["name=R", "enable=no"])),
        (f"{RULE} set rule name=R new name=T", (Subject(RULE, "rule", ("r",)), "set", ["name=T"])),
        (f"{RULE} set rule name=R profile=any new enable=no", (Subject(RULE, "rule"), "set", ["enable=no"])),
        # No value is taken for what its place would make it: each needs its tag.
        (f"{RULE} add rule R enable=no", (Subject(RULE, "rule"), "add", ["enable=no"])),
        (f"{RULE} add rule name=R any enable=no", (Subject(RULE, "rule", ("r",)), "add", ["name=R", "enable=no"])),
        (f"{RULE} set rule R new enable=no", (Subject(RULE, "rule"), "set", ["enable=no"])),
        (f"{RULE} set rule name=R new T enable=no", (Subject(RULE, "rule", ("r",)), "set", ["enable=no"])),
        (f"{RULE} delete rule name=R", (Subject(RULE, "rule", ("r",)), "delete", [])),
        (f"{RULE} add rule enable=no", (Subject(RULE, "rule"), "add", ["enable=no"])),
        ("ipsec static odd policy", (Subject("ipsec static", ""), "", [])),
    ],
)
def test_what_a_command_is_about_and_what_it_changes(command: str, expected: tuple[Subject, str, list[str]]) -> None:
    (statement,) = read_statements([f"netsh {command}"], BATCH)
    assert told(statement) == (*expected, (1, 1))


@cases(
    ("lines", "expected"),
    [
        (["rem", "netsh ipsec static ^", "add policy P", "netsh ipsec static add policy Q"], [(2, 3), (4, 4)]),
        (["netsh ipsec static ^", "add policy P ^"], [(1, 2)]),
        (["netsh ipsec static add policy P & netsh ipsec static add policy Q"], [(1, 1), (1, 1)]),
    ],
)
def test_where_commands_stand(lines: list[str], expected: list[tuple[int, int]]) -> None:
    assert [each.lines for each in read_statements(lines, BATCH)] == expected


@cases(
    ("value", "end", "quoted"),
    [("a", (1, 47), False), ("a, b", (1, 50), False), ('"a"', (1, 48), True), ('"a", b', (1, 52), False)],
)
def test_a_list_of_a_setting_reaches_to_its_last_word(value: str, end: tuple[int, int], quoted: bool) -> None:
    (statement,) = read_statements([f"netsh advfirewall set global mainmode mmsecm {value}"], BATCH)
    (argument,) = statement.arguments.ordered
    assert (argument.value.end, argument.value.quoted) == (end, quoted)


def test_a_list_on_two_lines_is_told_by_its_first_word() -> None:
    (statement,) = read_statements(["netsh advfirewall set global mainmode mmsecm a, ^", "b"], BATCH)
    (argument,) = statement.arguments.ordered
    assert argument.value.end == (1, 48)
