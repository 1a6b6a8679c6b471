"""Outputs of reg query that a console or a mail broke: read as they were, or told."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.parsed import Parsed
from ipseclint.formats.registry.reg_query import FORMATS
from ipseclint.source import bytes_source

(QUERY,) = FORMATS
KEY = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall\\ConSecRules"
VALUE = "    {1}    REG_SZ    v2.20|Action=Secure|Name=Hub|Active=TRUE|Auth1Set={E5A5D32A-4BCE-4e4d-B07F-4AB1BA7E5FE3}|"


def read(text: str) -> Parsed:
    return QUERY.parse(bytes_source("store.txt", text.encode()))


@cases("width", [50, 60, 72, 74])
def test_a_path_that_was_broken_is_read(width: int) -> None:
    parsed = read(f"\n{KEY[:width]}\n{KEY[width:]}\n{VALUE}\n\n")
    assert [(rule.name, rule.span.line) for rule in parsed.policy.connection_security_rules] == [("Hub", 4)]
    assert parsed.problems == ()


@cases("below", ["are the rules", "\n", "End of search: 0 match(es) found."])
def test_what_completes_no_path_is_none_of_it(below: str) -> None:
    parsed = read(f"{KEY}\n{below}\n{VALUE}\n")
    assert [rule.name for rule in parsed.policy.connection_security_rules] == ["Hub"]


@cases("row", ["    Medias    REG_", "    ProhibitIpSec"])
def test_a_value_that_was_broken_within_its_type_is_told(row: str) -> None:
    parsed = read(f"HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\RasMan\\Parameters\n{row}\nDWORD    0x1\n")
    assert [(each.message, each.span.line) for each in parsed.problems] == [
        ("a value without its type: the line may be broken here", 2)
    ]


@cases(
    "asked",
    [
        "reg query HKLM\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent /v AssumeUDPEncapsu\nlationContextOnSendRule",
        "reg query HKLM\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent /v\nAssumeUDPEncapsulationContextOnSendRule",
        "reg query HKLM\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent\n/v AssumeUDPEncapsulationContextOnSendRule",
    ],
)
def test_what_a_broken_command_asks_for_is_known(asked: str) -> None:
    parsed = read(f"{asked}\n\nERROR: The system was unable to find the specified registry key or value.\n")
    assert [value.path.rpartition("\\")[2] for value in parsed.policy.registry] == [
        "AssumeUDPEncapsulationContextOnSendRule"
    ]


AGENT = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent"
ENCAPSULATION = "    AssumeUDPEncapsulationContextOnSendRule    REG_DWORD"


@cases("rest", ["    0x2", "\n0x2", "\n    0x2", "    0x\n2"])
def test_a_number_that_was_broken_off_is_read(rest: str) -> None:
    parsed = read(f"{AGENT}\n{ENCAPSULATION}{rest}\n")
    assert [value.data.known for value in parsed.policy.registry] == ["2"]
    assert parsed.problems == ()


@cases("below", ["\n        That is all there is.", "        (as it was)", "\nEnd of search: 1 match(es) found."])
def test_what_stands_below_a_number_is_none_of_it(below: str) -> None:
    parsed = read(f"{AGENT}\n{ENCAPSULATION}    0x1\n{below}\n")
    assert [value.data.known for value in parsed.policy.registry] == ["1"]
    assert parsed.problems == ()


def test_a_value_that_lost_its_indentation_is_read() -> None:
    parsed = read(f"{AGENT}\n{ENCAPSULATION.strip()}    0x2\n    EnableLogging    REG_DWORD    0x1\n")
    assert [value.data.known for value in parsed.policy.registry if "UDPEncapsulation" in value.path] == ["2"]
