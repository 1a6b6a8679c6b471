"""Values of the registry that the sections of an INF add and delete, each at its place."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.registry import setup_inf
from ipseclint.source import bytes_source

HEAD = '[Version]\nSignature="$Windows NT$"\n[DefaultInstall]\n'
VPN = r"SYSTEM\CurrentControlSet\Services\RasMan\Parameters"
ENTRY = f'HKLM,"{VPN}","ProhibitIpSec",0x00010001,1'
ADDS = f"{HEAD}AddReg=A\n[A]\n"


def read(text: str) -> Parsed:
    """What is read of an INF."""
    return setup_inf.parse(bytes_source("setup.inf", text.encode()))


def values_of(text: str) -> list[tuple[str, str | None]]:
    """Name and data of each value; fails if something is not understood."""
    parsed = read(text)
    assert [problem.message for problem in parsed.problems] == []
    return [(value.path.rpartition("\\")[2], value.data.value) for value in parsed.policy.registry]


def said_of(text: str) -> list[tuple[int, str]]:
    """Line and message of each problem."""
    return [(problem.span.line, problem.message) for problem in read(text).problems]


@cases(
    "entry",
    [
        ENTRY,
        f"HKLM,{VPN},ProhibitIpSec,0x10001,0x1",
        f"hklm , {VPN} , ProhibitIpSec , 65537 , 1 ; a comment, with fields",
        f'HKLM,"{VPN}",\\\n  "ProhibitIpSec",0x00010001, \\\n1',
        f'HKLM,"{VPN}","ProhibitIpSec",0x00010001,"1"',
        f'HKLM,%Key%,%NAME%,%Kind%,%One%\n[Strings]\nKey = "{VPN}"\nName=ProhibitIpSec\nkind=0x00010001\nOne="1"',
        f"HKLM,%Key%\\Parameters,ProhibitIpSec,0x00010001,1,\n[strings]\nKey={VPN.rpartition(chr(92))[0]}",
        f"HKLM,{VPN},ProhibitIpSec,0x00010003,1",
    ],
)
def test_an_entry_is_read_as_windows_reads_it(entry: str) -> None:
    assert values_of(ADDS + entry + "\n") == [("ProhibitIpSec", "1")]


@cases("end", ["\n", "\r\n"])
@cases("before", [ENTRY[:-1], f'HKLM,"{VPN}",\\\nProhibitIpSec,0x00010001,', ENTRY[:-1] + '"'])
def test_the_place_of_a_value_is_where_it_is_written(before: str, end: str) -> None:
    text = (ADDS + before + "1" + ('"' if before.endswith('"') else "")).replace("\n", end)
    (value,) = read(text).policy.registry
    line = text.split(end)[value.data.span.line - 1]
    assert line[value.data.span.column - 1 :][: value.data.span.length] == "1"


@cases(
    ("flags", "data", "value", "is_text"),
    [
        ("", '"1"', "1", True),
        ("0", "1", "1", True),
        ("0x00020000", '"%%windir%%"', "%windir%", True),
        ("0x00000000", '"a ""b"" c"', 'a "b" c', True),
        ("0x00010001", "16", "16", False),
        ("0x00010001", "0x10", "16", False),
        ("0x00000001", "01,0A,ff", "010Aff", False),
    ],
)
def test_flags_tell_the_type(flags: str, data: str, value: str, *, is_text: bool) -> None:
    (read_value,) = read(f"{ADDS}HKLM,{VPN},A,{flags},{data}\n").policy.registry
    assert (read_value.data.value, read_value.is_text) == (value, is_text)


@cases(
    ("text", "values"),
    [
        (f"{HEAD}DelReg=D\nAddReg=A\n[A]\n{ENTRY}\n[D]\nHKLM,{VPN},Other\n", [("ProhibitIpSec", "1"), ("Other", None)]),
        (f"{HEAD}AddReg=A\nDelReg=D\n[A]\n{ENTRY}\n[D]\nHKLM,{VPN},ProhibitIpSec\n", [("ProhibitIpSec", "1")]),
        (f"{ADDS}{ENTRY}\nHKLM,{VPN},ProhibitIpSec,0x4\n", [("ProhibitIpSec", None)]),
        (f"{ADDS}{ENTRY}\nHKLM,{VPN},,0x4\n", [("*", None)]),
        (f"{ADDS}{ENTRY}\nHKLM,{VPN},ProhibitIpSec,0x00010003,0\n", [("ProhibitIpSec", "1")]),
        (f"{ADDS}HKLM,{VPN},,0x10\nHKLM,SOFTWARE\\A,B,,c\n{ENTRY}\n", [("ProhibitIpSec", "1")]),
        (
            f"{HEAD}AddReg=A,B\n[A]\n{ENTRY}\n[b]\nHKLM,{VPN},Other,0x10001,2\n",
            [("ProhibitIpSec", "1"), ("Other", "2")],
        ),
        (f"{ADDS}{ENTRY}\n[DefaultInstall.NTamd64]\nAddReg=A\n[a]\nHKLM,{VPN},B,,x\n", None),
        (f"{ADDS}{ENTRY}\n[DefaultUninstall]\nDelReg=U\n[U]\nHKLM,{VPN},ProhibitIpSec\n", [("ProhibitIpSec", "1")]),
        (f"[Version]\nsignature=$CHICAGO$\n[Own.Install]\nAddReg=A\n[A]\n{ENTRY}\n", [("ProhibitIpSec", "1")]),
    ],
)
def test_what_an_installation_leaves_is_read(text: str, values: list[tuple[str, str | None]] | None) -> None:
    if values is None:
        assert [message.partition(" (")[0] for _, message in said_of(text)] == [
            "which of its sections a machine installs is not known"
        ]
    else:
        assert values_of(text) == values


def test_the_start_of_a_service_is_read() -> None:
    text = rf"{ADDS}HKLM,SYSTEM\CurrentControlSet\Services\IKEEXT,Start,0x10001,4"
    assert [(each.name, each.start and each.start.value) for each in read(text).policy.services] == [
        ("IKEEXT", "disabled")
    ]


@cases(
    ("text", "line", "words"),
    [
        (f"{ADDS}{ENTRY}\nHKLM,{VPN},A,REG_DWORD,1\n", 7, "`REG_DWORD` are no flags"),
        (f"{ADDS}{ENTRY}\nHKLM,{VPN},A,0x10001,two\n", 7, "`two` is not a number"),
        (f"{ADDS}{ENTRY}\nHKLM,{VPN},A,0x10001,02,00,00,00\n", 7, "is not a number"),
        (f"{ADDS}{ENTRY}\nHKLM,{VPN},A,0x10001\n", 7, "is not a number"),
        (f"{ADDS}{ENTRY}\nHKLM,{VPN},A,0x00010021,1\n", 7, "is set only where it is there already"),
        (f"{ADDS}{ENTRY}\nHKR,Parameters,ProhibitIpSec,0x10001,1\n", 7, "is relative to a key"),
        (f"{ADDS}{ENTRY}\nHKLM,%None%\\RasMan\\Parameters,ProhibitIpSec,0x10001,1\n", 7, "a string is not known"),
        (f"{ADDS}{ENTRY}\nHKCU,{VPN},ProhibitIpSec,0x10001,1\n", 7, "it has no effect"),
        (f"{ADDS}{ENTRY}\n[Unnamed]\nHKLM,{VPN},A,0x10001,1\n", 8, "stands in [Unnamed]"),
        (
            f"{ADDS}{ENTRY}\n[X.Services]\nAddService=IKEEXT,,Svc\n",
            8,
            "how the service `IKEEXT` is installed or removed",
        ),
        (f"{ADDS}{ENTRY}\n[Run]\nnetsh ipsec static add policy name=P\n", 8, "stands in [Run]"),
        (f"{HEAD}AddReg=A, Bee\n[A]\n{ENTRY}\n", 4, "it has no section [Bee], which is named here"),
        (f"[DefaultInstall]\nAddReg=A\n[A]\n{ENTRY}\n", 2, "no section [Version] with a signature"),
    ],
)
def test_what_is_not_read_or_not_as_windows_takes_it_is_said(text: str, line: int, words: str) -> None:
    ((at, message),) = said_of(text)
    assert (at, words in message) == (line, True), message


@cases(
    ("text", "name"),
    [
        (ADDS + ENTRY, "setup-inf"),
        (f"{ADDS}HKLM,%Key%,ProhibitIpSec,0x10001,1\n[Strings]\nKey={VPN}\n", "setup-inf"),
        (f"{ADDS}HKLM,SOFTWARE\\Contoso,A,0x10001,1\n", None),
        (f"{HEAD}CopyFiles=A\n[A]\nx.dll\n", None),
    ],
)
def test_an_inf_about_a_key_of_ipsec_is_recognised(text: str, name: str | None) -> None:
    kind = recognise(bytes_source("setup.inf", text.encode()))
    assert (kind and kind.name) == name


def test_what_has_no_section_or_none_with_entries_is_said() -> None:
    why = "no section [Version] with a signature stands here, without which Windows installs nothing of an INF"
    assert said_of("AddReg=A\n") == [(1, why)]
    assert said_of("[A]\n[B]\nAddReg=A\n") == [(3, why)]


def test_strings_that_would_grow_without_bound_are_left() -> None:
    text = f"{ADDS}{ENTRY}\n" + "HKLM,%a%,x\n" * 20_000 + f"[Strings]\na={'b' * 4000}\n"
    assert [value.data.value for value in read(text).policy.registry] == ["1"]


SERVICE = (
    HEAD + "[DefaultInstall.Services]\nAddService={}\n[Svc]\nServiceType=0x20\nStartType={}\nAddReg=Own\n[Own]\n{}\n"
)
NAT = "HKR,,AssumeUDPEncapsulationContextOnSendRule,0x00010001,2"


@cases(
    ("added", "start", "values"),
    [
        ("IKEEXT,,Svc", "4", [("Start", "4")]),
        ('"ikeext" , 0x00000800 , Svc', "0x4", [("Start", "4")]),
        ("IKEEXT,0x10,Svc", "4", []),
        ("IKEEXT,0x00000018,Svc", "4", []),
        ("%Name%,,Svc", "4", []),
        ("Vendor,,Svc", "4", []),
    ],
)
def test_a_service_starts_as_its_section_says(added: str, start: str, values: list[tuple[str, str]]) -> None:
    assert values_of(SERVICE.format(added, start, "")) == values


def test_values_below_the_key_of_a_service_are_its_own() -> None:
    text = SERVICE.format("PolicyAgent,,Svc", "3", NAT)
    assert sorted(values_of(text)) == [("AssumeUDPEncapsulationContextOnSendRule", "2"), ("Start", "3")]
    assert all("\\PolicyAgent\\" in value.path for value in read(text).policy.registry)
    assert values_of(SERVICE.format("RasMan,0x10,Svc", "3", "HKR,Parameters,ProhibitIpSec,0x00010001,1")) == [
        ("ProhibitIpSec", "1")
    ]


@cases(
    ("text", "line", "message"),
    [
        (f"{HEAD}[DefaultInstall.Services]\nAddService=IKEEXT,,Gone\n", 5, "it has no section [Gone]"),
        (
            f"{HEAD}[DefaultInstall.Services]\nDelService=IKEEXT\n{ADDS.partition('all]')[2]}{ENTRY}\n",
            5,
            "how the service `IKEEXT` is installed or removed",
        ),
    ],
)
def test_what_is_not_read_of_a_service_is_said(text: str, line: int, message: str) -> None:
    ((at, said),) = said_of(text)
    assert (at, said.startswith(message)) == (line, True)


@cases(("added", "is_one"), [("IKEEXT,,Svc", True), ("PolicyAgent,2,Svc", True), ("Vendor,,Svc", False)])
def test_an_inf_that_adds_a_service_of_ipsec_alone_is_one(added: str, *, is_one: bool) -> None:
    found = recognise(bytes_source("setup.inf", SERVICE.format(added, "4", "").encode()))
    assert (found is not None and found.name == "setup-inf") is is_one


def test_a_line_that_a_continuation_lost_is_said() -> None:
    flags = "0x00010001"
    text = f'{ADDS}HKLM,"{VPN}","ProhibitIpSec", \\\n\n    {flags}, 0\n'
    assert (8, "a line that begins with no root of the registry, such as HKLM") in said_of(text)
