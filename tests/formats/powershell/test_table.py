"""Tables of PowerShell objects give what lists of the same objects give."""

from __future__ import annotations

from itertools import permutations

from tests import ROOT
from tests.cases import cases

from ipseclint import check_text
from ipseclint.finding import ProblemCode
from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.source import bytes_source, file_source

FIXTURES = ROOT / "fixtures" / "formats" / "powershell-table"


def read(text: str) -> Parsed:
    source = bytes_source("x.csv", text.encode())
    form = recognise(source)
    assert form is not None
    assert form.name == "powershell-table"
    return form.parse(source)


@cases(
    ("name", "rules", "connections", "services"),
    [
        ("rules.csv", ["Servers"], [], []),
        ("connections.csv", [], ["Head office"], []),
        ("services.txt", [], [], [("IKEEXT", "stopped"), ("PolicyAgent", "running")]),
    ],
)
def test_every_row_is_an_object(
    name: str, rules: list[str], connections: list[str], services: list[tuple[str, str]]
) -> None:
    source = file_source(FIXTURES / name, name)
    form = recognise(source)
    assert form is not None
    policy = form.parse(source).policy
    assert [rule.name for rule in policy.connection_security_rules] == rules
    assert [connection.name for connection in policy.vpn_connections] == connections
    assert [(state.name, state.status and state.status.known) for state in policy.services] == services


RULES = """"IPsecRuleName","DisplayName","InboundSecurity","OutboundSecurity","Enabled"
"{A1}","Isolation","Require","Request","True"
"""
TABLES = {
    "rule": RULES,
    "typed": f"#TYPE Microsoft.Management.Infrastructure.CimInstance#root/x/MSFT_NetConSecRule\n{RULES}",
    "connection": "Name;ServerAddress;TunnelType\nOffice;vpn.example.com;Ikev2\n",
    "service": """Status   Name               DisplayName
------   ----               -----------
StopPending IKEEXT          IKE and AuthIP IPsec Keying Modules
""",
    "sc": "SERVICE_NAME: IKEEXT\n        START_TYPE         : 4   DISABLED\n",
    "none": '"Name","InterfaceDescription"\n"Ethernet","of a maker"\n',
}


def kinds(parsed: Parsed) -> list[str]:
    """The kinds of objects that were read."""
    policy = parsed.policy
    return sorted(
        ["rule"] * len(policy.connection_security_rules)
        + ["connection"] * len(policy.vpn_connections)
        + ["service"] * len(policy.services)
    )


@cases("between", ["", "\n"])
@cases(("one", "second"), list(permutations(TABLES, 2)))
def test_tables_one_below_another_are_all_read(one: str, second: str, between: str) -> None:
    if (one, second) == ("rule", "none") and not between:
        return  # what has as many columns as a row has values would be a row
    expected = [{"typed": "rule", "sc": "service"}.get(name, name) for name in (one, second) if name != "none"]
    assert kinds(read(TABLES[one] + between + TABLES[second])) == sorted(expected)


@cases(
    ("row", "messages"),
    [
        ('"{A2}","Other","Require"', ["a row with more or fewer values than its table has columns"]),
        (
            '"{A2}","Other","Require","Request","True","more"',
            ["a row with more or fewer values than its table has col"],
        ),
        ('"{A2}","Other","Require","Request","True",""', []),
        ("\nRegards, Jane", []),
    ],
)
def test_a_row_that_does_not_fit_is_said_where_it_stands_within_the_table(row: str, messages: list[str]) -> None:
    problems = [each for each in read(f"{RULES}{row}\n").problems if "filter objects" not in each.message]
    assert [(each.span.line, each.message[:54]) for each in problems] == [(3, message[:54]) for message in messages]


def test_what_a_table_cannot_hold_is_not_missing() -> None:
    parsed = read('"InstanceID","ForceDiffieHellman","Proposal"\n"a","False","System.Object[]"\n')
    (set_,) = parsed.policy.main_mode_crypto_sets
    assert [proposal.encryption.known for proposal in set_.proposals] == [None]
    assert [problem.code.value for problem in parsed.problems] == ["IN003"]


def test_a_field_beyond_every_limit_is_refused() -> None:
    parsed = read('"ServerAddress","TunnelType"\n"a","' + "x" * 200_000 + '"\n')
    assert [problem.code.value for problem in parsed.problems] == ["IN006"]


@cases("margin", ["    ", " "])
def test_a_table_that_is_indented_as_a_whole_is_read(margin: str) -> None:
    head = '"Name","ServerAddress","TunnelType","AuthenticationMethod"'
    text = f'{margin}{head}\n{margin}"Head, office", "vpn.example.org","Ikev2","MachineCertificate"\n'
    parsed = read(text)
    assert [(each.name, each.span.line) for each in parsed.policy.vpn_connections] == [("Head, office", 2)]
    assert parsed.problems == ()


@cases(
    ("start", "state", "known"),
    [
        ("START_TYPE         : 4   DISABLED", "STATE              : 1  STOPPED", ("disabled", "stopped")),
        ("TIPO_INICIO        : 3   DEMAND_START", "ESTADO             : 4  RUNNING", ("manual", "running")),
        ("TIPO_DE_IN\u00cdCIO : 2   AUTO_START", "ESTADO             : 3  STOP_PENDING", ("automatic", "stop pending")),
        ("TIPO               : 20  WIN32_SHARE_PROCESS", "CONTROL_ERROR      : 1   NORMAL", (None, None)),
    ],
)
def test_what_sc_prints_under_the_labels_of_another_language(
    start: str, state: str, known: tuple[str | None, str | None]
) -> None:
    for margin in ("        ", "", "\t"):
        (service,) = read(f"SERVICE_NAME: IKEEXT\n{margin}{start}\n{margin}{state}\n").policy.services
        assert (service.start and service.start.known, service.status and service.status.known) == known


@cases(("line", "what"), [("START_TYPE : 12x   DISABLED", "start"), ("STATE\t: ninety  RUNNING", "state")])
def test_a_value_of_sc_that_is_none_is_said(line: str, what: str) -> None:
    (problem,) = read(f"SERVICE_NAME: IKEEXT\n        {line}\n").problems
    assert problem.message.startswith(f"unknown {what} of a service")


def test_a_table_that_ends_within_a_quotation_mark_is_told() -> None:
    text = '"DisplayName","InboundSecurity","OutboundSecurity"\n"a","Require","Require"\n"b","Require","Req\n'
    source = bytes_source("rules.csv", text.encode())
    kind = recognise(source)
    assert kind is not None
    result = kind.parse(source)
    assert [rule.name for rule in result.policy.connection_security_rules] == ["a"]
    assert [problem.span.line for problem in result.problems if "quotation mark" in problem.message] == [3]
    assert not any("unknown value" in problem.message for problem in result.problems)


@cases(
    ("written", "code", "problems"),
    [
        ("1068  (0x42c)", 1068, 0),
        ("0  (0x0)", 0, 0),
        ("1o68  (0x42c)", None, 1),
        ("x", None, 1),
    ],
)
def test_the_exit_code_that_sc_prints_is_read(written: str, code: int | None, problems: int) -> None:
    parsed = read(f"SERVICE_NAME: IKEEXT\n        STATE : 1  STOPPED\n        WIN32_EXIT_CODE    : {written}\n")
    (service,) = parsed.policy.services
    assert (service.exit_code and service.exit_code.known) == code
    assert len(parsed.problems) == problems


@cases(
    ("row", "is_said"),
    [
        ("Stop...  BFE                Base Filtering Engine", True),
        ("Stopped  PolicyAg...        IPsec Policy Agent", True),
        ("Stop...  Spooler            Print Spooler", False),
        ("1 of 3 services", False),
    ],
)
def test_a_row_of_a_service_that_was_cut_is_said(row: str, is_said: bool) -> None:
    head = "Status   Name               DisplayName\n------   ----               -----------\n"
    text = f"{head}Running  IKEEXT             IKE and AuthIP IPsec Keying Modules\n{row}\n"
    problems = check_text(text, "services.txt").problems
    assert [each.span.line for each in problems if each.code is ProblemCode.NOT_UNDERSTOOD] == [4] * is_said
