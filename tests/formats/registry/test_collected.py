"""Registry values that collectors wrote are read as an export of the same keys."""

from __future__ import annotations

import json

from tests import ROOT
from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.registry.collected_tables import rows_of
from ipseclint.model.setting import Unknown
from ipseclint.source import bytes_source, file_source

FIXTURES = ROOT / "fixtures" / "formats" / "collected-registry"
KEY = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\IKEEXT\\Parameters"


def read(*rows: object) -> Parsed:
    source = bytes_source("x.json", "\n".join(map(json.dumps, rows)).encode())
    form = recognise(source)
    assert form is not None
    assert form.name == "collected-registry"
    return form.parse(source)


@cases(
    ("name", "rules", "values", "services"),
    [
        ("osquery-log.json", ["R1"], [("IkeNumEstablishedForInitialQuery", "10")], []),
        ("osqueryi.json", ["R1"], [("Start", "4"), ("NLBSFlags", "1")], [("IKEEXT", "disabled")]),
        ("recmd.csv", ["R1"], [("Start", "4"), ("IkeNumEstablishedForInitialQuery", "10")], [("IKEEXT", "disabled")]),
        (
            "velociraptor.json",
            [],
            [("IkeNumEstablishedForInitialQuery", "10"), ("Start", "2")],
            [("PolicyAgent", "automatic")],
        ),
    ],
)
def test_every_collector_is_read(
    name: str, rules: list[str], values: list[tuple[str, str]], services: list[tuple[str, str]]
) -> None:
    source = file_source(FIXTURES / name, name)
    form = recognise(source)
    assert form is not None
    parsed = form.parse(source)
    policy = parsed.policy
    assert [rule.name for rule in policy.connection_security_rules] == rules
    assert [(value.path.rpartition("\\")[2], value.data.known) for value in policy.registry] == values
    assert [(state.name, state.start and state.start.known) for state in policy.services] == services
    assert parsed.problems == ()


def test_the_last_line_of_a_log_holds() -> None:
    columns = {"key": KEY, "name": "A", "type": "REG_DWORD"}
    first, second = ({"columns": columns | {"data": data}, "action": "added"} for data in ("1", "2"))
    assert [value.data.known for value in read(first, second).policy.registry] == ["2"]
    removed = {"columns": columns | {"data": "2"}, "action": "removed"}
    assert read(first, second, removed).policy.registry == ()


@cases("data", ["", "x", "-1", "9" * 40])
def test_a_number_that_is_none_is_kept_as_it_is_and_not_known(data: str) -> None:
    (value,) = read({"key": KEY, "name": "A", "type": "REG_DWORD", "data": data}).policy.registry
    assert value.data.value == Unknown(data)


@cases(
    "row",
    [
        {"OSPath": f"{KEY}\\Odd", "Data": {"type": "DWORD", "value": 2}},
        {"FullPath": f"{KEY}\\Odd", "Mtime": "2026-03-02T08:00:00Z", "Data": {"type": "DWORD", "value": 2}},
        {"path": f"{KEY}\\Odd", "name": "Odd", "type": "REG_DWORD", "data": "2"},
        {"path": f"{KEY}\\Odd", "type": "REG_DWORD", "data": "2"},
        {"key": KEY, "path": f"{KEY}\\Other", "name": "Odd", "type": "REG_DWORD", "data": "2"},
        {"path": KEY, "name": "Odd", "type": "REG_DWORD", "data": "2"},
        {"Key": KEY.replace("HKEY_LOCAL_MACHINE", "HKLM"), "ValueName": "Odd", "ValueType": "DWord", "ValueData": 2},
        {"key_path": KEY.replace("HKEY_LOCAL_MACHINE", "HKLM:"), "value_name": "Odd", "kind": "DWord", "value": 2},
        {
            "ActionType": "RegistryValueSet",
            "RegistryKey": KEY,
            "RegistryValueName": "Odd",
            "RegistryValueType": "Dword",
            "RegistryValueData": "2",
        },
    ],
)
def test_a_value_is_told_by_its_path_alone_or_by_its_key_and_name(row: dict[str, object]) -> None:
    parsed = read(row)
    (value,) = parsed.policy.registry
    assert (value.path.rpartition("\\")[2], value.data.known) == ("Odd", "2")
    assert parsed.problems == ()


@cases(
    "row",
    [
        {"where": KEY, "name": "Odd", "type": "REG_DWORD", "data": "2"},
        {"key": KEY, "called": "Odd", "type": "REG_DWORD", "data": "2"},
        {"key": KEY, "name": "Odd", "type": "REG_ODD", "data": "2"},
        {"key": KEY, "name": "Odd", "data": "2"},
    ],
)
def test_a_row_of_ipsec_in_columns_that_are_not_known_is_a_problem(row: dict[str, object]) -> None:
    known = {"key": KEY, "name": "A", "type": "REG_DWORD", "data": "1"}
    parsed = read(known, row)
    (value,) = parsed.policy.registry
    assert value.path.endswith("\\A")
    (problem,) = parsed.problems
    assert "a row of the registry in columns that are not known" in problem.message
    assert problem.span.line == 2
    elsewhere = {name: each.replace("IKEEXT", "Spooler") for name, each in row.items() if isinstance(each, str)}
    assert read(known, elsewhere).problems == ()


ROW = (KEY, "IkeNumEstablishedForInitialQuery", "REG_DWORD", "10")
NAMES = ("key", "name", "type", "data")


def framed(*rows: tuple[str, ...]) -> str:
    """What osqueryi prints of rows, the first of them the names of the columns."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    ruler = "".join(f"+{'-' * (width + 2)}" for width in widths) + "+"
    head, *others = (
        "".join(f"| {cell:<{width}} " for cell, width in zip(row, widths, strict=True)) + "|" for row in rows
    )
    return "\n".join((ruler, head, ruler, *others, ruler, ""))


def parted(delimiter: str, *rows: tuple[str, ...]) -> str:
    return "".join(f"{delimiter.join(row)}\n" for row in rows)


@cases(
    ("text", "line"),
    [
        (framed(NAMES, ROW), 4),
        (f"osquery> .mode pretty\n{framed(NAMES, ROW)}", 5),
        (framed(NAMES, ("HKEY_USERS\\x", "y", "REG_SZ", "z | z"), ROW), 5),
        (parted("|", NAMES, ROW), 2),
        (parted(",", *(tuple(f'"{cell}"' for cell in row) for row in (NAMES, ROW))), 2),
        (parted("\t", ("OSPath", "Mtime", "Type", "Data"), (f"{KEY}\\{ROW[1]}", "x", "DWORD", "10")), 2),
    ],
    ids=["framed", "below its query", "a frame within", "a bar", "commas", "whole paths"],
)
def test_tables_of_values_are_read_with_their_places(text: str, line: int) -> None:
    source = bytes_source("registry.txt", text.encode())
    form = recognise(source)
    assert form is not None
    assert form.name == "collected-registry"
    parsed = form.parse(source)
    (value,) = parsed.policy.registry
    assert (value.path, value.data.span.line, parsed.problems) == (f"{KEY}\\{ROW[1]}", line, ())


@cases(
    "text",
    [framed(NAMES, ROW).replace("| 10", "|10"), parted("|", NAMES, ROW[:3]), parted(",", NAMES, (*ROW, "more"))],
    ids=["framed", "fewer", "more"],
)
def test_a_row_that_does_not_keep_to_its_columns_is_said(text: str) -> None:
    source = bytes_source("registry.txt", text.encode())
    form = recognise(source)
    assert form is not None
    assert [problem.message for problem in form.parse(source).problems] == [
        "a row that does not keep to the columns of its table"
    ]


HIVE = "HivePath,HiveType,KeyPath,ValueName,ValueType,ValueData,Deleted\n"
PARAMETERS = r"ControlSet001\Services\IKEEXT\Parameters"
GUID = "{00000000-0000-0000-0000-000000000000}"


@cases(
    ("row", "read_as"),
    [
        (rf"D:\SYSTEM,System,ROOT\{PARAMETERS},A,RegDword,10,False", "10"),
        (rf"/case/SYSTEM,,ROOT\{PARAMETERS},A,RegDword,10,", "10"),
        (rf"D:\SYSTEM,System,CMI-CreateHive{GUID}\{PARAMETERS},A,RegDword,10,False", "10"),
        (rf"D:\SYSTEM,System,CsiTool-CreateHive-{GUID}\{PARAMETERS},A,RegDword,10,False", "10"),
        (rf"D:\SYSTEM,System,ROOT\{PARAMETERS},A,RegBinary,0A-0B,False", "0A0B"),
        (rf"D:\SYSTEM,System,ROOT\{PARAMETERS},A,RegDword,10,True", None),
        (rf"D:\NTUSER.DAT,NtUser,ROOT\{PARAMETERS},A,RegDword,10,False", None),
    ],
)
def test_a_key_of_a_hive_is_named_from_its_root_on(row: str, read_as: str | None) -> None:
    source = bytes_source("recmd.csv", f"{HIVE}{row}\n".encode())
    form = recognise(source)
    assert form is not None
    parsed = form.parse(source)
    values = [(value.path, value.data.known) for value in parsed.policy.registry]
    assert [(path.split("\\", 2)[2], data) for path, data in values] == (
        [] if read_as is None else [(f"{PARAMETERS}\\A", read_as)]
    )
    assert parsed.problems == ()


def test_a_row_of_a_plugin_that_is_about_ipsec_is_a_problem() -> None:
    row = rf"D:\SYSTEM,System,ROOT\{PARAMETERS},A,(plugin),Name: x,False"
    source = bytes_source("recmd.csv", f"{HIVE}{row}\n".encode())
    form = recognise(source)
    assert form is not None
    assert ["in columns that are not known" in problem.message for problem in form.parse(source).problems] == [True]


def test_the_rows_above_one_that_was_cut_are_read() -> None:
    row = json.dumps({"path": f"{KEY}\\IkeNumEstablishedForInitialQuery", "type": "REG_DWORD", "data": "10"})
    source = bytes_source("x.json", f"{row}\n{row[:40]}".encode())
    form = recognise(source)
    assert form is not None
    parsed = form.parse(source)
    assert [value.data.known for value in parsed.policy.registry] == ["10"]
    assert [problem.span.line for problem in parsed.problems] == [2]


@cases(
    ("behind", "names"),
    [
        ("HKLM\\SYSTEM\\A,N2,RegDword,2\n", 2),
        ("a note\n", 1),
        ("\nHKLM\\SYSTEM\\A,N2,RegDword,2\n", 1),  # two empty lines end a table
        ("KeyPath,ValueName,ValueType,ValueData\nHKLM\\SYSTEM\\A,N2,RegDword,2\n", 2),
    ],
)
def test_rows_go_on_behind_an_empty_line(behind: str, names: int) -> None:
    text = f"KeyPath,ValueName,ValueType,ValueData\nHKLM\\SYSTEM\\A,N1,RegDword,1\n\n{behind}"
    diagnostics = Diagnostics("x.csv")
    assert len(list(rows_of(text, diagnostics))) == names
    assert diagnostics.listed() == ()


@cases(
    ("data", "number"),
    [
        ("10", "10"),
        ("0x0000000a", "10"),
        ("0XA", "10"),
        ("zehn", None),
        ("0x", None),
        ("0x1g", None),
        ("a", None),
        ("", None),
        ("0x" + "f" * 17, None),
        ("0x" + "0" * 15 + "f", "15"),
    ],
)
def test_a_number_is_one_or_said(data: str, number: str | None) -> None:
    name = "IkeNumEstablishedForInitialQuery"
    parsed = read({"key": KEY, "name": name, "type": "REG_DWORD", "data": data})
    assert [each.data.known for each in parsed.policy.registry] == [number]
    said = [] if number else [f"`{name}` is not a number: `{data}`"]
    assert [each.message.partition(":")[0] for each in parsed.problems] == [each.partition(":")[0] for each in said]


@cases("above", [1, 2])
def test_rows_above_the_names_of_their_columns_are_said_once(above: int) -> None:
    head, *rows = (FIXTURES / "recmd.csv").read_text("utf-8").split("\n")
    moved = [*rows[:above], head, *rows[above:]]
    diagnostics = Diagnostics("recmd.csv")
    read_rows = list(rows_of("\n".join(["Exported on Monday", *moved]), diagnostics))
    assert len(read_rows) == len([row for row in rows if row]) - above
    assert [problem.span.line for problem in diagnostics.problems] == [2]


def test_a_row_whose_place_is_none_in_the_registry_is_read_by_its_columns() -> None:
    text = (
        f'"PSPath","Path","Name","Type","Value"\n"1","{KEY.replace("HKEY_LOCAL_MACHINE", "HKLM:")}","A","DWord","10"\n'
    )
    form = recognise(source := bytes_source("a.csv", text.encode()))
    assert form is not None
    assert [each.data.value for each in form.parse(source).policy.registry] == ["10"]
