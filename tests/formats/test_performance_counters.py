"""Samples of performance counters, as typeperf, Get-Counter and WMI show them."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.source import bytes_source
from ipseclint.vocabulary.performance_counters import COUNTER_SETS, COUNTERS_OF_SET, counter_of

PENDING = r"IPsec IKEv2 IPv4\Pending Main Mode Negotiations"
TIME = r"\\A\Generic IKEv1, AuthIP, and IKEv2\IKEv2 Main Mode Negotiation Time"


def _as_json(indent: int | None) -> str:
    samples = [{"Path": f"\\\\a\\{PENDING}", "InstanceName": "", "CookedValue": value} for value in (5.0, 6.0)]
    return json.dumps({"CounterSamples": samples}, indent=indent)


WAYS = {
    "a log divided by tabs": (f'"(PDH-TSV 4.0)"\t"\\{PENDING}"\n"05/11/2026 08:00:00.000"\t"7.000000"\n', [7]),
    "a sample that is missing": (f'"(PDH-CSV 4.0)","\\{PENDING}"\n"05/11/2026"," "\n"05/11/2026","8"\n', [8]),
    "a comma before the decimals": (f"\\\\a\\{PENDING} :\n 9,5\n", [9]),
    "the number beside its path": (f"\\\\a\\{PENDING} : 12\n", [12]),
    "two logs, one below the other": (
        f'"(PDH-CSV 4.0)","x","\\{PENDING}"\n"a","1","2"\n\n"(PDH-CSV 4.0)","\\{PENDING}"\n"a","3"\n',
        [2, 3],
    ),
    "a class that the command names": (
        "PS C:\\> Get-CimInstance Win32_PerfRawData_Counters_IPsecDriver | fl SA*\n\nSARekeys : 4\n",
        [4],
    ),
    "a log that a spreadsheet has saved without quotation marks": (
        f'(PDH-CSV 4.0),x,"{TIME}",\\\\A\\{PENDING}\n5/11/2026,,,7\n5/11/2026,1,2,8.5\n',
        [7, 2, 8],
    ),
    "such a log with semicolons": (f"(PDH-CSV 4.0);\\\\A\\{PENDING}\n05.11.2026 08:00;7,5\n", [7]),
    "samples in CSV": (
        f'"Path","InstanceName","CookedValue","RawValue"\n"\\\\a\\{PENDING}",,"6","7"\n"\\\\a\\x","","8","9"\n',
        [6],
    ),
    "samples in CSV by columns that were chosen": (
        f'  "Timestamp";"CookedValue";"Path"\n  "05.11.2026 08:00";"6,5";"\\\\a\\{PENDING}"\n',
        [6],
    ),
    "a column whose name ends like that of the number": (
        f"Path,MyCookedValue\n\\\\a\\{PENDING},6\n\\{PENDING} :\n 5\n",
        [5],
    ),
    "JSON on one line": (_as_json(None), [5, 6]),
    "JSON on lines": (_as_json(4), [5, 6]),
    "a class, then a path": (
        f"gcim Win32_PerfRawData_Counters_IPsecDriver\nSARekeys = 4\n\\{PENDING} :\n 5\nSARekeys = 6\n",
        [4, 5],
    ),
}
NO_SAMPLES = {
    "a command alone": f"Get-Counter '\\{PENDING}' -SampleInterval 5\n",
    "a log of other sets": '"(PDH-CSV 4.0)","\\\\A\\Memory\\Available MBytes"\n"05/11/2026","8"\n',
    "JSON of other sets": json.dumps({"Path": "\\\\a\\Memory\\Available MBytes", "CookedValue": 5}),
    "a path without its number": f"\\\\a\\{PENDING} :\n\nThe counter was not found.\n",
    "a number too far below": f"\\\\a\\{PENDING} :\n" + "x\n" * 8 + "5\n",
}


def parsed(text: str) -> Parsed:
    source = bytes_source("c.txt", text.encode())
    format_ = recognise(source)
    assert format_ is not None
    assert format_.name in {"performance-counters", "transcript"}
    return format_.parse(source)


def read(text: str) -> list[tuple[str, int, int, int | None]]:
    return [(counter.name, counter.value, counter.span.line, counter.span.column) for counter in parsed(text).counters]


def of_fixture(fixtures: Path, name: str) -> list[tuple[str, int, int, int | None]]:
    return read((fixtures / "formats" / "performance-counters" / name).read_text(encoding="utf-8"))


def test_a_log_of_typeperf_has_a_sample_a_row_and_other_sets_and_rates_are_left_out(fixtures: Path) -> None:
    rows = of_fixture(fixtures, "typeperf.csv")
    assert len(rows) == 3 * 5
    assert rows[1] == (rf"\\edge7\{PENDING}", 2, 2, 41)
    assert rows[-1] == (r"\\edge7\Generic IKEv1, AuthIP, and IKEv2\IKEv2 Main Mode Negotiation Time", 158, 4, 100)


def test_the_numbers_of_get_counter_stand_below_their_paths(fixtures: Path) -> None:
    assert of_fixture(fixtures, "get-counter.txt") == [
        (r"\\edge7\IPsec AuthIP IPv4\Pending Main Mode Negotiations", 4, 6, 27),
        (r"\\edge7\IPsec Driver\Pending Security Associations", 6, 10, 27),
    ]


def test_objects_of_get_counter_by_german_names(fixtures: Path) -> None:
    assert of_fixture(fixtures, "samples.txt") == [
        (r"\\edge7\IPsec Driver\Pending Security Associations", 6, 3, 20),
        (rf"\\edge7\{PENDING}", 2, 14, 20),
    ]


def test_a_table_of_objects(fixtures: Path) -> None:
    assert [row[1:] for row in of_fixture(fixtures, "table.txt")] == [(212, 5, 102), (31, 6, 103), (904, 7, 102)]


def test_a_class_of_wmi_that_names_the_set(fixtures: Path) -> None:
    rows = of_fixture(fixtures, "wmi.txt")
    assert rows[0] == (r"Generic IKEv1, AuthIP, and IKEv2\AuthIP Main Mode Negotiation Time", 212, 10, 36)
    assert len(rows) == 9


@cases(("text", "values"), WAYS.values(), ids=WAYS)
def test_ways_to_write_a_sample(text: str, values: list[int]) -> None:
    assert [value for _, value, _, _ in read(text)] == values


@cases("text", NO_SAMPLES.values(), ids=NO_SAMPLES)
def test_what_is_no_sample_of_these_counters(text: str) -> None:
    format_ = recognise(bytes_source("c.txt", text.encode()))
    assert format_ is None or format_.name != "performance-counters"


def test_a_counter_of_an_unknown_name_is_said_once_with_its_place() -> None:
    text = "\\\\a\\ipsec ikev2 ipv4\\Aktiva huvudlägen : 3\n" * 2
    assert [(problem.message, problem.span.line, problem.span.column) for problem in parsed(text).problems] == [
        ("unknown counter `Aktiva huvudlägen`", 1, 22)
    ]


def test_every_name_of_a_counter_leads_to_its_row() -> None:
    assert {COUNTERS_OF_SET[name] is not None for name in COUNTER_SETS.values()} == {True}
    for name, rows in COUNTERS_OF_SET.items():
        for row in rows.values():
            assert counter_of(name, row.name) == row
            assert row.german is None or counter_of(name, row.german) == row
    rate = counter_of("IPsec IKEv2 IPv4", "FailedMainModeNegotiationsPersec")
    assert rate is not None
    assert (rate.name, rate.is_rate) == ("Failed Main Mode Negotiations/sec", True)
    assert counter_of("IPsec IKEv2 IPv4", "Erfolgreiche Hauptmodusaushandlungen/Sek.") is not None
    assert counter_of("IPsec IKEv2 IPv4", "Active Security Associations") is None


def test_what_stands_in_the_place_of_a_number_and_is_none_is_said(fixtures: Path) -> None:
    text = (fixtures / "formats" / "performance-counters" / "table.txt").read_text("utf-8")
    assert [problem.message for problem in parsed(text.replace("904", "12x")).problems] == [
        "`12x` is not the number of a counter"
    ]


def test_a_counter_of_an_unknown_set_of_ipsec_is_said(fixtures: Path) -> None:
    text = (fixtures / "formats" / "performance-counters" / "typeperf.csv").read_text("utf-8")
    (problem,) = parsed(text.replace("IPsec IKEv2 IPv4\\Active", "IPsec IKEv9 IPv4\\Active")).problems
    assert problem.message.startswith("unknown counter `")
    assert problem.span.line == 1


@cases("other", ["ipsec ikv1 ipv4", "ipsec ikev1 ipv4(total)", "authip ipv4(0)"])
@cases("shown", ["\\\\hub\\{}\\failed main mode negotiations :\n7\n", "Path : \\\\hub\\{}\\x y\nCookedValue : 7\n"])
def test_a_printed_sample_of_a_set_or_an_instance_that_windows_does_not_have_is_said(other: str, shown: str) -> None:
    known = "\\\\hub\\ipsec ikev1 ipv4\\failed main mode negotiations :\n5\n"
    read = parsed(known + shown.format(other))
    assert [counter.value for counter in read.counters] == [5]
    assert [(problem.message.partition("`")[0], problem.span.line) for problem in read.problems] == [
        ("unknown counter ", 3)
    ]
