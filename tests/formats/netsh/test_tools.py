"""`reg delete` takes away what it names of what the script wrote, and says where it names something else."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.netsh import script
from ipseclint.source import bytes_source

KEY = r"HKLM\SYSTEM\CurrentControlSet\Services\RasMan\Parameters"
NAMES = ("NegotiateDH2048_AES256", "DisableIKENameEkuCheck")
ADDED = "".join(f"reg add {KEY} /v {name} /t REG_DWORD /d 1 /f\n" for name in NAMES)


@cases(
    ("deleted", "left", "gone"),
    [
        (f"{KEY} /v {NAMES[0]} /f", NAMES[1:], NAMES[0]),
        (f"{KEY} /V {NAMES[1].upper()} /f", NAMES[:1], NAMES[1].upper()),
        (f"{KEY} /va /f", (), "*"),
        (f"{KEY} /f", (), "*"),
        (f"{KEY} /v Other /f", NAMES, "Other"),
        (f"{KEY} /ve /f", NAMES, ""),
        (rf"{KEY}\Other /va /f", NAMES, "*"),
    ],
)
def test_what_is_deleted_is_said_to_be_gone_and_nothing_else(deleted: str, left: tuple[str, ...], gone: str) -> None:
    parsed = script.parse(bytes_source("a.cmd", f"{ADDED}reg delete {deleted}\n".encode()))
    values = [(value.path.rpartition("\\")[2], value.data.value) for value in parsed.policy.registry]
    assert values == [*((name, "1") for name in left), (gone, None)]
    assert parsed.problems == ()


@cases(
    ("command", "meant", "column"),
    [
        ("sc config IKEXT start= disabled", "IKEEXT", 11),
        ("net stop PolicyAgnet /y", "PolicyAgent", 10),
        ("net1 start rasmann", "RasMan", 12),
        (r"C:\Windows\System32\sc.exe stop RemoteAcess", "RemoteAccess", 33),
    ],
)
def test_a_service_that_is_one_letter_off_one_of_ipsec_is_told(command: str, meant: str, column: int) -> None:
    parsed = script.parse(bytes_source("a.cmd", f"{ADDED}{command}\n".encode()))
    (problem,) = parsed.problems
    assert problem.message == f"no service of Windows has this name: `{meant}` may be meant, and is not set"
    assert (problem.span.line, problem.span.column) == (3, column)
    assert parsed.policy.services == ()


@cases(
    "command", ["sc config bfs start= auto", "net stop RasAuto", "sc query IKEXT", "net stop Spooler", "net use IKEXT"]
)
def test_a_service_of_another_name_and_a_look_are_of_no_concern(command: str) -> None:
    assert script.parse(bytes_source("a.cmd", f"{ADDED}{command}\n".encode())).problems == ()


@cases(
    ("command", "meant"),
    [
        ("cs config IKEEXT start= disabled", "sc"),
        ("nets stop PolicyAgent", "net"),
        (r"rge add HKLM\SYSTEM\CurrentControlSet\Services\PolicyAgent /v Start /t REG_DWORD /d 4 /f", "reg"),
        ("certuitl -user -importpfx a.pfx", "certutil"),
        ("certutl.exe -f -importpfx a.pfx", "certutil"),
    ],
)
def test_a_tool_that_is_one_letter_off_is_told(command: str, meant: str) -> None:
    (problem,) = script.parse(bytes_source("a.cmd", f"{ADDED}{command}\n".encode())).problems
    assert problem.message == f"no program of Windows has this name: `{meant}` may be meant, and is not run"
    assert (problem.span.line, problem.span.column) == (3, 1)


@cases("command", ["cs config Spooler start= disabled", "nets stop Spooler", "certuitl -dump a.cer"])
def test_a_tool_that_is_one_letter_off_and_does_nothing_to_ipsec_is_of_no_concern(command: str) -> None:
    assert script.parse(bytes_source("a.cmd", f"{ADDED}{command}\n".encode())).problems == ()


@cases(
    ("words", "problems"),
    [
        ("/t REG_DWORD /d 1", []),
        ("/t REG_DWORD /d 0x1", []),
        ("/t REG_DWORD /d %MODE%", ["a variable is put in here when the script runs: this value is not known"]),
        ("/t REG_DWORD /d 4294967296", ["`4294967296` is not a number of 32 bits"]),
        ("/t REG_DWORD /d one", ["`one` is not a number of 32 bits"]),
        ("/t REG_DWRD /d 1", ["unknown type `REG_DWRD`"]),
        ("/f /t REG_DWORD /d", ["`reg` has no option `/d`, or it lacks its value"]),
        ("/t REG_DWORD /q 1", ["`reg` has no option `/q`, or it lacks its value"]),
        ("/t REG_BINARY /d 0g", ["the data are not hexadecimal digits"]),
    ],
)
def test_a_value_that_is_not_known_or_refused_is_said(words: str, problems: list[str]) -> None:
    parsed = script.parse(bytes_source("a.cmd", f"reg add {KEY} /v {NAMES[0]} {words}\n".encode()))
    said = [each.message for each in parsed.problems] + [each.reason for each in parsed.policy.refused_commands]
    assert said == problems


@cases(
    ("first", "second", "asks"),
    [
        ("/t REG_DWORD /d 0 /f", "/t REG_DWORD /d 2", True),
        ("/t REG_DWORD /d 2", "/t REG_SZ /d 2", True),
        ("/t REG_DWORD /d 0", "/t REG_DWORD /d 2 /F", False),
        ("/t REG_DWORD /d 2", "/t REG_DWORD /d 0x2", False),
    ],
)
def test_a_value_that_is_there_is_asked_about_without_force(first: str, second: str, asks: bool) -> None:
    text = "".join(f"reg add {KEY} /v {NAMES[0]} {words}\n" for words in (first, second))
    parsed = script.parse(bytes_source("a.cmd", text.encode()))
    said = [(each.span.line, each.message.partition(":")[0]) for each in parsed.problems]
    question = "without `/f` `reg` asks whether to replace the value that is there since line 1"
    assert said == ([(2, question)] if asks else [])


RULE = "netsh advfirewall consec add rule name=A endpoint1=any endpoint2=any action=requireinrequireout\n"
UNNAMED = "which service is kept from running here is not known: it may be one that IPsec needs"


@cases(
    ("command", "column"),
    [
        ("net stop %1", 10),
        ('sc.exe stop "%2"', 14),
        ("sc config %SVC% start= disabled", 11),
        ("net stop IKE%X%", 10),
    ],
)
def test_a_service_that_is_stopped_and_whose_name_is_not_known_is_said(command: str, column: int) -> None:
    parsed = script.parse(bytes_source("a.cmd", f"{RULE}{command}\n".encode()))
    said = [(problem.span.line, problem.span.column, problem.message) for problem in parsed.problems]
    assert said == [(2, column, UNNAMED)]


@cases(
    "command",
    [
        "net start %1",
        "sc query %1",
        "sc config %SVC% start= auto",
        "net stop MSSQL$SQLEXPRESS",
        "net stop MSSQL$%INST%",
        "net stop spooler",
        "net use %1",
        "echo net stop %1",
    ],
)
def test_a_service_that_is_not_stopped_or_has_another_name_needs_none(command: str) -> None:
    parsed = script.parse(bytes_source("a.cmd", f"{RULE}{command}\n".encode()))
    assert [problem.message for problem in parsed.problems] == []
