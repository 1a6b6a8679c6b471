"""What NSIS, Inno Setup and WiX write into the registry is read as if a script had written it."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.registry.test_resources import DECIDED, FILLED
from tests.formats.registry.test_tasks import read

PATH = r"SYSTEM\CurrentControlSet\Services\PolicyAgent"
NAME = "AssumeUDPEncapsulationContextOnSendRule"
NSIS = f'  WriteRegDWORD HKLM "{PATH}" "{NAME}" 2\n'
INNO = f'Root: HKLM; Subkey: "{PATH}"; ValueType: dword; ValueName: "{NAME}"; ValueData: "2"'
WIX = f'<RegistryValue Name="{NAME}" Type="integer" Value="2"/>'


def nsis(entries: str, part: str = 'Section "Main"') -> str:
    return f'Name "a"\nOutFile "a.exe"\n{part}\n{entries}SectionEnd\n'


def inno(*entries: str) -> str:
    return "[Setup]\nAppName=a\n\n[Registry]\n{}\n\n[Run]\n".format("\n".join(entries))


def wix(inside: str, component: str = "<Component Id='c'>") -> str:
    return f"<Wix>\n {component}\n {inside}\n </Component>\n</Wix>\n"


def within_key(*values: str) -> str:
    return f'<RegistryKey Root="HKLM" Key="{PATH}">\n{"".join(values)}\n</RegistryKey>'


READ = (
    ("a.nsi", nsis(NSIS)),
    ("a.nsh", nsis(NSIS.replace('"', "'") + "; Goto nowhere\n")),
    ("a.nsi", nsis(f"  writeregdword HKLM {PATH} {NAME} 0x2 ; NAT\n", "Section -Hidden")),
    ("a.iss", inno(INNO)),
    (
        "a.iss",
        inno("; x", INNO.replace('"', "").replace("HKLM", "HKLM64"), "Root: HKCU; Subkey: x; Flags: uninsdeletekey"),
    ),
    ("a.iss", inno(INNO.replace('"2"', '"$2"'))),
    ("a.wxs", wix(within_key(WIX))),
    ("a.wxs", wix(WIX.replace("<RegistryValue", f"<RegistryValue Root='HKLM' Key='{PATH}'"))),
    ("a.wxs", wix(f'<RegistryKey Root="HKLM">{within_key(WIX)}</RegistryKey>')),
)
TOLD = (
    ("a.nsi", nsis("${If} ${RunningX64}\n" + NSIS + "${EndIf}\n"), DECIDED),
    ("a.nsi", nsis(NSIS, "Function A"), DECIDED),
    ("a.nsi", "!insertmacro MUI_PAGE_COMPONENTS\nPage components\n" + nsis(NSIS), DECIDED),
    ("a.nsi", nsis(NSIS.replace(" 2\n", " $1\n")), FILLED),
    ("a.iss", inno(f"{INNO}; Tasks: nat"), DECIDED),
    ("a.iss", inno(INNO.replace('"2"', '"{code:Nat}"')), FILLED),
    ("a.iss", inno(INNO.replace('"2"', '"two"')), "`two` is no number"),
    ("a.wxs", wix(within_key(WIX) + "<Condition>A</Condition>"), DECIDED),
    ("a.wxs", wix(within_key(WIX), "<Component Id='c' Condition='A'>"), DECIDED),
    ("a.wxs", wix(within_key(WIX.replace('"2"', '"[NAT]"'))), FILLED),
)


@cases(("path", "text"), READ)
def test_a_value_is_read_where_it_stands(path: str, text: str) -> None:
    parsed = read(text, path)
    (value,) = parsed.policy.registry
    assert (value.path.rpartition("\\")[2], parsed.problems) == (NAME, ())
    place = value.data.span
    line = text.split("\n")[place.line - 1]
    assert line[place.column - 1 :][: place.length] in {"2", "0x2", "$2"}


@cases(("path", "text", "said"), TOLD)
def test_what_is_not_certain_is_said(path: str, text: str, said: str) -> None:
    parsed = read(text, path)
    assert [problem.message for problem in parsed.problems] == [said]
    assert bool(parsed.policy.registry) is (said != FILLED)


@cases("part", ["Section Uninstall", 'Section "un.Main"', "Section /o un.Main", "Function un.onInit"])
def test_what_the_uninstaller_sets_is_not_read_and_said(part: str) -> None:
    parsed = read(nsis(NSIS, part), "a.nsi")
    assert parsed.policy.registry == ()
    assert [problem.span.line for problem in parsed.problems] == [4]


def test_a_value_that_is_deleted_takes_one_out() -> None:
    of_nsis = nsis(f'{NSIS}  DeleteRegValue HKLM "{PATH}" "{NAME}"\n')
    of_inno = inno(INNO, INNO.partition("; ValueType")[0] + f"; ValueName: {NAME}; Flags: deletevalue")
    for path, text in (("a.nsi", of_nsis), ("a.iss", of_inno)):
        parsed = read(text, path)
        assert [value.data.value for value in parsed.policy.registry] == [None]


def test_each_value_of_a_key_of_wix_is_read_and_another_element_is_said() -> None:
    other = f"\n<MultiStringValue>{NAME}</MultiStringValue>"
    parsed = read(wix(within_key(WIX, other)), "a.wxs")
    assert len(parsed.policy.registry) == 1
    assert [problem.span.line for problem in parsed.problems] == [5]


def test_cmd_of_inno_setup_runs_what_it_is_given() -> None:
    run = 'Filename: "{cmd}"; Parameters: "/C sc config IKEEXT start= disabled"'
    parsed = read(f"{inno(INNO)}{run}\n", "a.iss")
    assert [service.name for service in parsed.policy.services] == ["IKEEXT"]
    assert parsed.problems == ()
