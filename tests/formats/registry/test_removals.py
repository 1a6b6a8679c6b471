"""Values and keys that a `.reg` file, a batch file and a script of PowerShell take out, the same way."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.source import bytes_source

AGENT = r"SYSTEM\CurrentControlSet\Services\PolicyAgent"
NAT = "AssumeUDPEncapsulationContextOnSendRule"
RASMAN = r"SYSTEM\CurrentControlSet\Services\RasMan"
SUITE = r"SYSTEM\CurrentControlSet\Services\RemoteAccess\Parameters\Ikev2\Ikev2CustomPolicy"
DOMAIN = r"SOFTWARE\Policies\Microsoft\WindowsFirewall\DomainProfile"

SETS = {
    "reg": '[HKEY_LOCAL_MACHINE\\{key}]\n"{name}"=dword:00000002\n',
    "cmd": "reg add HKLM\\{key} /v {name} /t REG_DWORD /d 2 /f\n",
    "ps1": "Set-ItemProperty -Path HKLM:\\{key} -Name {name} -Value 2 -Type DWord\n",
}
TAKES_OUT = {
    "reg": ['[HKEY_LOCAL_MACHINE\\{key}]\n"{name}"=-\n'],
    "cmd": ["reg delete HKLM\\{key} /v {name} /f\n", "reg.exe delete HKEY_LOCAL_MACHINE\\{key} /f /v {name}\n"],
    "ps1": [
        "Remove-ItemProperty -Path HKLM:\\{key} -Name {name}\n",
        "rp HKLM:\\{key} {name}\n",
        "Remove-ItemProperty -LiteralPath 'Registry::HKEY_LOCAL_MACHINE\\{key}' -Name {name} -Force\n",
        "Get-Item HKLM:\\{key} | Remove-ItemProperty -Name {name}\n",
        "reg delete HKLM\\{key} /v {name} /f\n",
    ],
}
TAKES_KEY_OUT = {
    "reg": ["[-HKEY_LOCAL_MACHINE\\{key}]\n"],
    "cmd": ["reg delete HKLM\\{key} /f\n"],
    "ps1": [
        "Remove-Item -Path HKLM:\\{key} -Recurse\n",
        "ri HKLM:\\{key}\n",
        "Get-Item HKLM:\\{key} | Remove-Item -Recurse -Force\n",
        "reg delete HKLM\\{key} /f\n",
    ],
}
BEGINS = {"reg": "Windows Registry Editor Version 5.00\n\n", "cmd": "@echo off\n", "ps1": ""}
VALUES = [(carrier, form) for carrier, forms in TAKES_OUT.items() for form in forms]
KEYS = [(carrier, form) for carrier, forms in TAKES_KEY_OUT.items() for form in forms]


def read(carrier: str, *forms: str, key: str, name: str = NAT) -> Parsed:
    source = bytes_source(f"a.{carrier}", (BEGINS[carrier] + "".join(forms).format(key=key, name=name)).encode())
    format_ = recognise(source)
    assert format_ is not None
    return format_.parse(source)


def values(parsed: Parsed) -> list[tuple[str, str | None]]:
    assert parsed.problems == ()
    return [(value.path.partition("\\")[2], value.data.known) for value in parsed.policy.registry]


@cases(("carrier", "form"), VALUES)
def test_a_value_that_is_taken_out_is_said_to_be_absent_at_its_name(carrier: str, form: str) -> None:
    for key, name in (
        (AGENT, NAT),
        (AGENT, "Start"),
        (RASMAN, "Start"),
        (SUITE, "DHGroup"),
        (DOMAIN, "EnableFirewall"),
    ):
        parsed = read(carrier, form, key=key, name=name)
        assert values(parsed) == [(f"{key}\\{name}", None)]
        span = parsed.policy.registry[0].data.span
        line = (BEGINS[carrier] + form.format(key=key, name=name)).splitlines()[span.line - 1]
        assert line[span.column - 1 :][: span.length] == name


@cases(("carrier", "form"), KEYS)
def test_a_key_that_is_taken_out_has_no_value(carrier: str, form: str) -> None:
    for key in (AGENT, RASMAN, DOMAIN, f"{RASMAN}\\Parameters"):
        assert values(read(carrier, form, key=key)) == [(f"{key}\\*", None)]


@cases(("carrier", "form"), [*VALUES, *KEYS])
def test_what_comes_last_holds(carrier: str, form: str) -> None:
    gone = {(f"{AGENT}\\{NAT}", None), (f"{AGENT}\\*", None)}
    (absent,) = values(read(carrier, SETS[carrier], form, key=AGENT))
    assert absent in gone
    kept, *rest = values(read(carrier, form, SETS[carrier], key=AGENT))
    assert kept == (f"{AGENT}\\{NAT}", "2")
    assert rest in ([], [(f"{AGENT}\\*", None)])


@cases(("carrier", "form"), [*VALUES, *KEYS])
def test_what_no_reader_knows_is_of_no_concern(carrier: str, form: str) -> None:
    begun = SETS[carrier].format(key=AGENT, name=NAT)
    for key in (r"SOFTWARE\Contoso\Agent", r"SYSTEM\CurrentControlSet\Services\Spooler"):
        assert values(read(carrier, begun, form, key=key, name="Other")) == [(f"{AGENT}\\{NAT}", "2")]


@cases(("carrier", "form"), KEYS)
def test_a_key_above_takes_what_was_set_below_it(carrier: str, form: str) -> None:
    below = SETS[carrier].format(key=f"{RASMAN}\\Parameters", name="ProhibitIPSec")
    assert values(read(carrier, below, form, key=RASMAN)) == [(f"{RASMAN}\\*", None)]


@cases(("carrier", "form"), KEYS)
def test_a_server_whose_suite_is_taken_out_has_none(carrier: str, form: str) -> None:
    (server,) = read(carrier, form, key=SUITE).policy.vpn_servers
    assert server.custom_policy is not None
    assert server.custom_policy.known is False


@cases(
    "line",
    [
        f"Remove-ItemProperty -Path HKLM:\\{AGENT} -Name Assume*",
        f"Remove-Item HKLM:\\{RASMAN}\\* -Recurse",
        f"Remove-Item HKLM:\\{AGENT} -Include x",
        f"$n = Read-Host; Remove-ItemProperty -Path HKLM:\\{AGENT} -Name $n",
    ],
)
def test_what_is_taken_out_and_is_not_known_is_a_problem(line: str) -> None:
    parsed = read("ps1", line, key="")
    assert len(parsed.problems) == 1
    assert not parsed.policy.registry


def test_all_values_of_a_key_are_taken_out_and_no_key_below() -> None:
    server = SUITE.rpartition("\\")[0]
    below = SETS["ps1"].format(key=f"{RASMAN}\\Parameters", name="ProhibitIPSec")
    for form in ("Remove-ItemProperty HKLM:\\{key} *\n", "reg delete HKLM\\{key} /va /f\n"):
        assert values(read("ps1", form, key=server)) == [(f"{server}\\*", None)]
        assert values(read("ps1", below, form, key=RASMAN)) == [
            (f"{RASMAN}\\Parameters\\ProhibitIPSec", "2"),
            (f"{RASMAN}\\*", None),
        ]


def test_a_value_of_a_batch_file_that_is_taken_out_and_not_known_is_a_problem() -> None:
    parsed = read("cmd", f"reg delete HKLM\\{AGENT} /v %1 /f\n", key="")
    assert len(parsed.problems) == 1
    assert not parsed.policy.registry


def test_a_file_that_takes_something_out_is_no_export_and_a_key_set_anew_is_whole() -> None:
    server = SUITE.rpartition("\\")[0]
    sets = SETS["reg"].format(key=server, name="saLifeTime")
    for before, is_known in (("", True), (TAKES_OUT["reg"][0], False), (f"[-HKEY_LOCAL_MACHINE\\{server}]\n", True)):
        (vpn,) = read("reg", before, sets, key=AGENT).policy.vpn_servers
        assert (vpn.fragmentation is not None) is is_known
