"""URIs with their values give what SyncML of the same nodes gives, however people have written them down."""

from __future__ import annotations

import pytest
from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.source import bytes_source

URI = "./Device/Vendor/MSFT/Firewall/MdmStore/Global/SaIdleTime"
OTHER = "./Device/Vendor/MSFT/Policy/Config/Browser/AllowCookies"


def read(text: str, name: str = "notes.txt") -> Parsed | None:
    source = bytes_source(name, text.encode())
    form = recognise(source)
    return None if form is None else form.parse(source)


@cases(
    "text",
    [
        f"Name\tOMA-URI\tData type\tValue\nIdle\t{URI}\tInteger\t240\nCookies\t{OTHER}\tInteger\t0\n",
        f'Name,OMA-URI,Data type,Value\n"Idle, all",{URI},Integer,"240"\n',
        f"Name;OMA-URI;Datentyp;Wert\nIdle;{URI};Ganze Zahl;240\n",
        f"# VPN\n\n| OMA-URI | Value |\n|-|-|\n| `{OTHER}` | `0` |\n| `{URI}` | **240** |\n\nMore.\n",
        f"OMA-URI | Value\n---|---\n{URI} | 240\n",
        f"| OMA-URI | Value |\n\n|-|-|\n\n| `{OTHER}` | `0` |\n\n| `{URI}` | **240** |\n\n",
        f"OMA-URI | Value\n---|---\n{OTHER} | 0\n\n{URI}\n240\n",
        f"| Name | OMA-URI | Value |\n|-|-|-|\n| C | {OTHER} | 0 |\n\n| **OMA-URI** | {URI} |\n| **Value** | 240 |\n",
        f"| Value | OMA-URI\n| - | -\n| 240 | {URI}\n",
        f"Value | OMA-URI |\n- | - |\n240 | {URI} |\n",
        f"| Field | Value |\n|---|---|\n| OMA-URI | `{URI}` |\n| Data type | Integer |\n| Value | `240` |\n",
        f"  * **Name:** Idle\n  * **OMA-URI:** `{URI}`\n  * **Data type:** Integer\n  * **Value:** 240\n",
        f"1. Add this:\n   - OMA-URI : {URI}\n   - Value : 240\n",
        f"Identyfikator OMA-URI: ```{URI}```\nValue: 240\n",
        f"**{URI}**\n240\n",
        f"{URI}\n`240`\n",
        f"{URI}\n**240**\n",
        f"{URI}\n\n240\n\nThat is all there is to it.\n",
        f"OMA-URI: {OTHER}\nValue: 0\n\nOMA-URI: {URI}\nValue: 240\n",
    ],
)
@cases("name", ["notes.txt", "notes.md"])
def test_a_value_is_read_with_its_place(text: str, name: str) -> None:
    parsed = read(text, name)
    assert parsed is not None
    (settings,) = parsed.policy.global_settings
    assert settings.sa_idle_seconds is not None
    assert settings.sa_idle_seconds.known == 240
    span = settings.sa_idle_seconds.span
    assert text.splitlines()[span.line - 1][span.column - 1 :].startswith("240")
    assert not parsed.problems


@pytest.mark.parametrize(
    "text",
    [
        f"The node {URI} says how long.\n",
        f"{URI}\n\nThis node tells after how many seconds of silence an association is taken away.\n",
        f"```\n{URI}\n```\n\nInteger.\n",
        f"OMA-URI: {OTHER}\nValue: 1\n",
        "OMA-URI: ./User/Vendor/MSFT/VPNv2/Lab/ProfileXML\nData type: XML file\nValue: upload the file\n",
    ],
)
def test_a_uri_that_is_only_spoken_of_is_no_setting(text: str) -> None:
    assert read(text, "notes.md") is None


def test_a_uri_without_its_value_beside_others_is_said() -> None:
    text = (
        f"OMA-URI: ./Vendor/MSFT/VPNv2/Lab/ProfileXML\nValue: lab.xml\n\nOMA-URI: {URI}\nValue: 240\n\nOMA-URI: {URI}\n"
    )
    parsed = read(text)
    assert parsed is not None
    assert [(problem.span.line, "stands here without its value" in problem.message) for problem in parsed.problems] == [
        (1, True),
        (7, True),
    ]


@cases("below", [f"{URI}\n240\n", f"as the other has it, more or less\n{URI}\n240\n"])
def test_a_uri_in_a_line_of_its_own_with_no_value_below_is_said(below: str) -> None:
    parsed = read(f"{URI}\n{below}")
    assert parsed is not None
    assert [problem.span.line for problem in parsed.problems] == [1]


@cases(("between", "is_read"), [(0, True), (8, True), (9, False)])
def test_the_value_of_a_labelled_uri_stands_few_lines_below_it(between: int, *, is_read: bool) -> None:
    lines = [f"OMA-URI: {URI}", *["Note: of the pilot"] * between, "Value: 240", URI, "480"]
    parsed = read("\n".join(lines))
    assert parsed is not None
    assert [problem.span.line for problem in parsed.problems] == ([] if is_read else [1])


def test_a_name_in_a_cell_may_have_blanks() -> None:
    node = "./Vendor/MSFT/VPNv2/Lab VPN/NativeProfile/Servers"
    parsed = read(f"OMA-URI,Value\n{node},vpn.example.org\n")
    assert parsed is not None
    assert [each.name for each in parsed.policy.vpn_connections] == ["Lab VPN"]


PROFILE = "<VPNProfile><NativeProfile><Servers>vpn.example.org</Servers></NativeProfile></VPNProfile>"
ESCAPED = PROFILE.replace("<", "&lt;").replace(">", "&gt;")


@cases("value", [PROFILE, f"`{PROFILE}`", ESCAPED])
@cases("form", ["OMA-URI: {}\nValue: {}\n", "{}\n{}\n", "| OMA-URI | Value |\n|-|-|\n| {} | {} |\n"])
def test_a_profile_is_read_escaped_or_not(value: str, form: str) -> None:
    parsed = read(form.format("./Vendor/MSFT/VPNv2/Lab/ProfileXML", value))
    assert parsed is not None
    (connection,) = parsed.policy.vpn_connections
    assert (connection.name, connection.servers and connection.servers.known) == ("Lab", ("vpn.example.org",))
    assert not parsed.problems


def test_what_other_blocks_of_a_document_set_is_read_too() -> None:
    text = f"OMA-URI: {URI}\nValue: 240\n\n```powershell\nSet-Service IKEEXT -StartupType Disabled\n```\n"
    parsed = read(text, "notes.md")
    assert parsed is not None
    assert (len(parsed.policy.global_settings), [each.name for each in parsed.policy.services]) == (1, ["IKEEXT"])
