"""Values as Get-ItemProperty and `reg query /v` print them are read, and so is that there is none."""

from __future__ import annotations

from tests import ROOT
from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.semantics.registry import absence_of
from ipseclint.source import bytes_source, file_source

SERVICES = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services"
RASMAN = f"{SERVICES}\\RasMan\\Parameters"
PS_PATH = f"PSPath : Microsoft.PowerShell.Core\\Registry::{RASMAN}\n"
AGENT = f"{SERVICES}\\PolicyAgent"
NAME = "AssumeUDPEncapsulationContextOnSendRule"


def read(text: str) -> Parsed:
    form = recognise(bytes_source("x.txt", text.encode()))
    assert form is not None
    return form.parse(bytes_source("x.txt", text.encode()))


def values(text: str) -> list[tuple[str, str | None, bool]]:
    parsed = read(text)
    assert parsed.problems == ()
    return [(value.path, value.data.known, value.alone) for value in parsed.policy.registry]


QUERY = "reg query HKLM\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent"
PATH = "HKLM:\\SYSTEM\\CurrentControlSet\\Services\\RasMan\\Parameters"
MISSING = "ERROR: The system was unable to find the specified registry key or value.\n"
LACKS, PROHIBITS = (f"{AGENT}\\{NAME}", None, False), (f"{RASMAN}\\ProhibitIpSec", "1", True)


@cases(
    ("text", "held"),
    [
        (f"ProhibitIpSec : 1\n{PS_PATH}", PROHIBITS),
        (f"PS C:\\> gp {PATH}\n\nProhibitIpSec : -1\n{PS_PATH}", (f"{RASMAN}\\ProhibitIpSec", "4294967295", False)),
        (f"PS C:\\> (Get-ItemProperty '{PATH}').ProhibitIpSec\n1\n", PROHIBITS),
        (
            f"Get-ItemProperty {PATH} | select ProhibitIpSec\n\nProhibitIpSec\n-------------\n            1\n",
            PROHIBITS,
        ),
        (f"Get-ItemPropertyValue -Path {PATH} -Name ProhibitIpSec\n1\n", PROHIBITS),
        (f"Get-ItemProperty : Property {NAME} does not exist at path \n{AGENT}.\nAt line:1 char:1\n", LACKS),
        (f"Get-ItemProperty: \nLine |\n   1 |  gp x\n     | Property {NAME} does not exist at path {AGENT}.\n", LACKS),
        (f"C:\\>{QUERY} /v {NAME}\n\n\n{MISSING}", LACKS),
        (f"{QUERY} /f x /v {NAME}\nEnd of search: 0 match(es) found.\n", LACKS),
        (f"{QUERY} /v Start\n\n{AGENT}\n    Start    REG_DWORD    0x3\n", (f"{AGENT}\\Start", "3", True)),
        (f"{QUERY}\n\n{AGENT}\n    Start    REG_DWORD    0x3\n", (f"{AGENT}\\Start", "3", False)),
    ],
)
def test_what_is_printed_is_read(text: str, held: tuple[str, str | None, bool]) -> None:
    assert values(text) == [held]


def test_a_list_that_goes_on_over_lines_is_read() -> None:
    source = file_source(ROOT / "fixtures" / "formats" / "registry-properties" / "rasman.txt")
    form = recognise(source)
    assert form is not None
    assert form.name == "registry-properties"
    read_values = form.parse(source).policy.registry
    assert [(value.path.rpartition("\\")[2], value.data.known) for value in read_values] == [
        ("Medias", "{rastapi}"),
        ("CustomDLL", ""),
        ("NegotiateDH2048_AES256", "1"),
        ("ProhibitIpSec", "0"),
        ("ServiceDll", "C:\\WINDOWS\\System32\\rasmans.dll"),
    ]
    assert {value.path.rpartition("\\")[0] for value in read_values} == {RASMAN}


def test_blanks_where_a_value_goes_on_are_no_part_of_it() -> None:
    text = (ROOT / "fixtures" / "formats" / "registry-properties" / "rasman.txt").read_text(encoding="utf-8")
    assert "RasM\n" in text
    form = recognise(bytes_source("rasman.txt", text.replace("RasM\n", "RasM  \n").encode()))
    assert form is not None
    assert form.name == "registry-properties"


def test_keys_below_are_not_known_from_the_values_of_one() -> None:
    parsed = read(
        f"idleTimeout : 300\nsaLifeTime : 28800\nPSPath : Microsoft.PowerShell.Core\\Registry::{SERVICES}\\RemoteAccess"
        "\\Parameters\\IKEV2\n"
    )
    (server,) = parsed.policy.vpn_servers
    assert server.custom_policy is None
    assert server.lifetime_seconds is not None
    assert server.lifetime_seconds.known == 28_800


def test_a_key_that_is_not_there_has_no_value() -> None:
    policy = read(f"{QUERY}\n\n{MISSING}").policy
    assert absence_of(policy, "Services\\PolicyAgent", NAME) is not None
    assert absence_of(policy, "Services\\IKEEXT\\Parameters", NAME) is None


def test_a_server_whose_key_of_a_suite_is_not_there_has_none() -> None:
    query = QUERY.replace("PolicyAgent", "RemoteAccess\\Parameters\\IKEV2\\IKEv2CustomPolicy")
    (server,) = read(f"{query}\n\n{MISSING}").policy.vpn_servers
    assert server.custom_policy is not None
    assert server.custom_policy.known is False


def test_of_a_value_that_was_asked_for_alone_nothing_follows_for_others() -> None:
    policy = read(f"{QUERY} /v Start\n\n{AGENT}\n    Start    REG_DWORD    0x3\n").policy
    assert absence_of(policy, "Services\\PolicyAgent", NAME) is None
    whole = read(f"{QUERY}\n\n{AGENT}\n    Start    REG_DWORD    0x3\n").policy
    assert absence_of(whole, "Services\\PolicyAgent", NAME) is not None


def test_a_refusal_says_nothing_of_a_value() -> None:
    text = f"reg query {AGENT} /v {NAME}\n\nERROR: Access is denied.\n"
    assert recognise(bytes_source("x.txt", text.encode())) is None


HIVE = "    Hive: HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\RasMan\n"
ROWS = """

Name                           Property
----                           --------
Linkage                        Disabled : 0
Parameters                     ServiceDll             : C:\\Windows\\System32\\ras
                                                        mans.dll
                               AllowL2TPWeakCrypto    : 1
"""


@cases("before", ["", "PS C:\\> dir HKLM:\\SYSTEM\\CurrentControlSet\\Services\\RasMan\n"])
def test_a_table_of_keys_is_read_with_the_values_of_each(before: str) -> None:
    source = bytes_source("keys.txt", f"{before}\n\n{HIVE}{ROWS}\n\n".encode())
    form = recognise(source)
    assert form is not None
    assert form.name == "registry-properties"
    parsed = form.parse(source)
    values = {value.path.rpartition("\\")[2]: value.data.known for value in parsed.policy.registry}
    assert values == {"ServiceDll": "C:\\Windows\\System32\\rasmans.dll", "AllowL2TPWeakCrypto": "1"}
    assert (parsed.policy.registry[-1].data.span.line, parsed.problems) == (
        (before + HIVE + ROWS).count("\n") + 2,
        (),
    )


@cases("hive", ["HKEY_LOCAL_MACHINE\\SOFTWARE\\Other", "HKEY_CURRENT_USER\\Software"])
def test_a_table_of_other_keys_is_not_taken(hive: str) -> None:
    text = f"    Hive: {hive}\n{ROWS}"
    assert recognise(bytes_source("keys.txt", text.encode())) is None


@cases(("before", "line"), [("", 1), ("\n", 2), ("PS C:\\> cls\n\n", 3)])
def test_a_value_that_is_not_there_has_the_place_of_its_name(before: str, line: int) -> None:
    (value,) = read(f"{before}Get-ItemProperty : Property {NAME} does not exist at path \n{AGENT}.\n").policy.registry
    span = value.data.span
    assert (span.line, span.column, span.length) == (line, len("Get-ItemProperty : Property ") + 1, len(NAME))


OF_GPO = r"""Get-GPRegistryValue -Name VPN -Key HKLM\SYSTEM\CurrentControlSet\Services\RasMan\Parameters

KeyPath     : SYSTEM\CurrentControlSet\Services\RasMan\Parameters
FullKeyPath : HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\RasMan\Parameters
Hive        : LocalMachine
PolicyState : Set
Value       : 1
Type        : DWord
ValueName   : ProhibitIpSec
HasValue    : True

"""


@cases(
    ("text", "known"),
    [
        (OF_GPO, ("ProhibitIpSec", "1", False, 7)),
        (OF_GPO.replace("DWord", "String"), ("ProhibitIpSec", "1", True, 7)),
        (OF_GPO.replace(": Set", ": Delete"), ("ProhibitIpSec", None, False, 9)),
        (OF_GPO.partition("\n")[2], ("ProhibitIpSec", "1", False, 6)),
        (OF_GPO + OF_GPO.replace("RasMan", "Other"), ("ProhibitIpSec", "1", False, 7)),
    ],
)
def test_a_value_that_a_gpo_sets_is_read(text: str, known: tuple[str, str | None, bool, int]) -> None:
    source = bytes_source("values.txt", text.encode())
    kind = recognise(source)
    assert kind is not None
    assert kind.name == "registry-properties"
    (value,) = kind.parse(source).policy.registry
    assert (value.path.rpartition("\\")[2], value.data.value, value.is_text, value.data.span.line) == known


def test_a_value_of_another_key_in_a_gpo_is_none_of_ours() -> None:
    assert recognise(bytes_source("values.txt", OF_GPO.replace("RasMan", "Other").encode())) is None


@cases("margin", ["\t", "    ", " "])
def test_a_list_that_is_moved_in_is_one_of_its_own(margin: str) -> None:
    first = f"Medias                 : {{rastapi}}\nCustomDLL              : \nProhibitIpSec          : 0\n{PS_PATH}"
    second = f"{NAME} : 2\nPSPath : Microsoft.PowerShell.Core\\Registry::{AGENT}\n"
    moved = "".join(f"{margin}{line}\n" for line in second.splitlines())
    read_apart, read_below = (
        {value.path: value.data.known for value in read(text).policy.registry}
        for text in (
            f"{first}\n{second}",
            f"{first}{moved}",
        )
    )
    assert read_below == read_apart
    assert read_below[f"{AGENT}\\{NAME}"] == "2"


def test_a_line_that_is_moved_in_alone_is_of_its_list() -> None:
    text = f"ProhibitIpSec          : 1\n  CustomDLL            : x\nMedias                 : y\n{PS_PATH}"
    assert [name.rpartition("\\")[2] for name, *_ in values(text)] == ["ProhibitIpSec", "CustomDLL", "Medias"]
