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


SET = (
    "HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall\\Phase1CryptoSets\\"
    "{E5A5D32A-4BCE-4e4d-B07F-4AB1BA7E5FE1}"
)


@cases(
    "below",
    [
        "\n\nEnd of search: 3 match(es) found.",
        "End of search: 3 match(es) found.",
        "\n\nSuche abgeschlossen: 3 Treffer.",
        "\n\nWe change that next week.",
    ],
)
@cases(("kind", "data"), [("REG_SZ", "Secure"), ("REG_DWORD", "0x1")])
def test_the_count_of_what_was_found_is_no_part_of_the_last_value(kind: str, data: str, below: str) -> None:
    if kind == "REG_SZ":
        parsed = read(f"{SET}\n    Name    {kind}    {data}{below}\n")
        assert [each.name for each in parsed.policy.main_mode_crypto_sets] == [data]
    else:
        parsed = read(f"{AGENT}\n{ENCAPSULATION}    {data}{below}\n")
        assert [value.data.known for value in parsed.policy.registry] == ["1"]
    assert not parsed.problems


def test_a_list_that_a_console_broke_goes_on_behind_an_empty_line() -> None:
    broken = VALUE.replace("Active=TRUE|", "\n\nActive=TRUE|")
    assert [rule.name for rule in read(f"{KEY}\n{broken}\n").policy.connection_security_rules] == ["Hub"]


@cases("hive", ["", "KEY_LOCAL_MACHINE\\", "\\"])
@cases("value", ["    Name    REG_SZ    Secure", "    Version    REG_DWORD    0x1"])
def test_a_path_that_lost_its_hive_is_told(hive: str, value: str) -> None:
    path = SET.removeprefix("HKEY_LOCAL_MACHINE\\")
    parsed = read(f"{SET}\n{value}\n\n{hive}{path}\n    Name    REG_SZ    Other\n")
    assert [(each.message, each.span.line) for each in parsed.problems] == [
        ("a path without its hive: what stands below it is not read", 4)
    ]
    assert "Other" not in [each.name for each in parsed.policy.main_mode_crypto_sets]


def test_what_is_no_number_is_told_with_the_name_of_its_value() -> None:
    parsed = read(f"{AGENT}\n    Start    REG_DWORD    0xZ\n")
    assert [each.message for each in parsed.problems] == ["`Start` is not a number: `0xZ`"]
