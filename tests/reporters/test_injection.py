"""Names are hostile: every output shows them, and none obeys them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from ipseclint.reporters import format_names

pytestmark = pytest.mark.drawn(4)

NAMES = {
    "ansi": "red\x1b[31m alert \x1b]0;title\x07",
    "github": "::error file=x::owned",
    "azure": "##vso[task.complete result=Succeeded;]done",
    "html": "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">",
    "formula": "=cmd|' /C calc'!A0",
    "powershell": "$(Remove-Item C:\\) `whoami` '; calc #",
    "markdown": "[click](http://evil.example) | ![x](http://evil.example/x.png) <b>",
    "direction": "safe\u202egnp.exe",
    "null": "a\x00b",
}


def wfp(name: str) -> bytes:
    """A state export whose main-mode context has a hostile name."""
    from xml.sax.saxutils import escape

    shown = "".join(max(char, " ") for char in name)
    return f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<wfpstate>
\t<providerContexts numItems="1">
\t\t<item>
\t\t\t<providerContextKey>{{11111111-2222-3333-4444-555555555555}}</providerContextKey>
\t\t\t<displayData>
\t\t\t\t<name>{escape(shown)}</name>
\t\t\t\t<description/>
\t\t\t</displayData>
\t\t\t<flags/>
\t\t\t<providerKey/>
\t\t\t<providerData/>
\t\t\t<type>FWPM_IPSEC_AUTHIP_MM_CONTEXT</type>
\t\t\t<authIpMmPolicy>
\t\t\t\t<softExpirationTime>0</softExpirationTime>
\t\t\t\t<authenticationMethods/>
\t\t\t\t<initiatorImpersonationType>IKEEXT_IMPERSONATION_NONE</initiatorImpersonationType>
\t\t\t\t<ikeProposals numItems="1">
\t\t\t\t\t<item>
\t\t\t\t\t\t<cipherAlgorithm>
\t\t\t\t\t\t\t<algoIdentifier>IKEEXT_CIPHER_DES</algoIdentifier>
\t\t\t\t\t\t\t<keyLen>0</keyLen>
\t\t\t\t\t\t\t<rounds>0</rounds>
\t\t\t\t\t\t</cipherAlgorithm>
\t\t\t\t\t\t<integrityAlgorithm>
\t\t\t\t\t\t\t<algoIdentifier>IKEEXT_INTEGRITY_MD5</algoIdentifier>
\t\t\t\t\t\t</integrityAlgorithm>
\t\t\t\t\t\t<maxLifetimeSeconds>300</maxLifetimeSeconds>
\t\t\t\t\t\t<dhGroup>IKEEXT_DH_GROUP_1</dhGroup>
\t\t\t\t\t\t<quickModeLimit>1</quickModeLimit>
\t\t\t\t\t</item>
\t\t\t\t</ikeProposals>
\t\t\t\t<flags/>
\t\t\t\t<maxDynamicFilters>0</maxDynamicFilters>
\t\t\t\t<retransmitDurationSecs>0</retransmitDurationSecs>
\t\t\t</authIpMmPolicy>
\t\t\t<providerContextId>1</providerContextId>
\t\t</item>
\t</providerContexts>
</wfpstate>
""".encode()


def script(name: str) -> bytes:
    return f'netsh ipsec static add policy name="{name}" qmpermm=1 mmlifetime=5\r\n'.encode()


@pytest.fixture(params=NAMES)
def hostile(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    name = NAMES[request.param]
    (tmp_path / "state.xml").write_bytes(wfp(name))
    (tmp_path / "script.cmd").write_bytes(script(name))
    return name


def render(cli: Callable[..., Any], output: str) -> str:
    ran = cli("state.xml", "script.cmd", "-o", output, "-v", "--allow-partial")
    assert ran.code in {0, 1}, ran.err
    # Nothing is shown of an empty report.
    assert {code for code in ("QD001", "QD002", "CR005") if code in ran.out} == {"QD001", "QD002", "CR005"}
    return ran.out


@pytest.mark.drawn(6)
@pytest.mark.parametrize("output", format_names())
def test_no_control_character_leaves_in_any_format(hostile: str, cli: Callable[..., Any], output: str) -> None:
    text = render(cli, output)
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]", text)


def test_github_commands_are_only_ours(hostile: str, cli: Callable[..., Any]) -> None:
    *lines, settings = render(cli, "github").splitlines()
    assert settings.startswith("::notice title=ipseclint::configured by ")
    for line in lines:
        assert re.match(r"::(error|warning|notice) file=(state\.xml|script\.cmd),line=\d+,col=\d+,title=[^:]*::", line)
        assert line.count("::") == 2


def test_azure_commands_are_only_ours(hostile: str, cli: Callable[..., Any]) -> None:
    lines = render(cli, "azure").splitlines()
    assert sum(line.startswith("##vso[task.logissue type=") for line in lines) > 3
    for line in lines:
        assert line.count("##vso[") <= 1
        assert "task.complete" not in line.split("##vso[")[-1].split("]")[0]
        if "##vso[" in line:
            assert line.startswith("##vso[task.logissue type=")


def test_text_starts_no_command_of_a_pipeline(hostile: str, cli: Callable[..., Any]) -> None:
    for output in ("text", "markdown"):
        for line in render(cli, output).splitlines():
            assert not line.startswith(("::", "##vso[", "##["))


@pytest.mark.drawn(3)
def test_html_holds_no_markup_of_the_input(hostile: str, cli: Callable[..., Any]) -> None:
    text = render(cli, "html")
    assert text.count("<script>") == 1
    assert 'onerror="' not in text
    assert "<img" not in text


def test_csv_has_no_formula(hostile: str, cli: Callable[..., Any]) -> None:
    for row in csv.reader(io.StringIO(render(cli, "csv"))):
        for cell in row:
            assert cell[:1] not in {"=", "+", "-", "@"}


def test_junit_is_xml_whatever_the_name(hostile: str, cli: Callable[..., Any]) -> None:
    root = ET.fromstring(render(cli, "junit"))
    assert root.tag == "testsuites"
    assert int(root[0].get("failures", "0")) > 0


@pytest.mark.drawn(3)
def test_json_formats_stay_json(hostile: str, cli: Callable[..., Any]) -> None:
    for output in ("json", "sarif", "gitlab"):
        assert json.loads(render(cli, output))
    assert all(json.loads(line) for line in render(cli, "jsonl").splitlines())


def test_markdown_has_no_link_or_image(hostile: str, cli: Callable[..., Any]) -> None:
    outside_code = re.sub(r"^```.*?^```", "", render(cli, "markdown"), flags=re.MULTILINE | re.DOTALL)
    assert not re.search(r"(?<!\\)\]\(", outside_code)
    assert "<b>" not in outside_code
    assert "http:" not in outside_code


@pytest.mark.parametrize("sign", ["\u115f", "\u3164", "\u034f", "\u202e", "\ufe0f"])
def test_a_command_to_be_typed_has_no_sign_that_nobody_sees(
    sign: str, tmp_path: Path, cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    script = "netsh advfirewall set global mainmode mmkeylifetime 5min,1sess\n"
    (tmp_path / f"a{sign}b.cmd").write_text(script, encoding="utf-8")
    text = cli(".").out
    assert "do first" in text
    assert sign not in text
