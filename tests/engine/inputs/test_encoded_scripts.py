"""Scripts in base64 in documents of JSON: each is an input by the name of its file, and the rest of concern is one."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ipseclint.engine.inputs.encoded_scripts import beside_scripts, scripts_in
from ipseclint.source import Source, bytes_source

SCRIPT = (
    "Add-VpnConnection -Name Office -ServerAddress vpn.example.com -TunnelType L2tp -L2tpPsk 'hk7QzSommerregen'\n"
    "netsh advfirewall set global mainmode mmsecmethods dhgroup2:3des-sha1\n"
)


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def document(value: object) -> Source:
    return bytes_source("a.json", json.dumps(value).encode())


def names(value: object) -> list[str]:
    return [script.path for script in scripts_in(document(value))]


def test_each_script_of_an_export_is_an_input_and_its_key_is_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Callable[..., Any]
) -> None:
    monkeypatch.chdir(tmp_path)
    exported = {"value": [{"displayName": "VPN", "fileName": "vpn.ps1", "scriptContent": encoded(SCRIPT)}]}
    Path("a.json").write_text(json.dumps(exported))
    for path in ("a.json", "."):
        ran = cli("check", path, "-o", "json")
        places = {(each["location"]["path"], each["location"]["line"]) for each in json.loads(ran.out)["findings"]}
        assert {("a.json/vpn.ps1", 2)} <= places <= {("a.json/vpn.ps1", 1), ("a.json/vpn.ps1", 2)}
    shown = ran.out + cli("check", "a.json").out + cli("inspect", "a.json").out
    assert "hk7QzSommerregen" not in shown
    assert encoded(SCRIPT) not in shown


def test_a_script_is_called_as_its_file_or_as_what_it_does() -> None:
    health = {"displayName": "IKE: on/off", "detectionScriptContent": "QQ==", "remediationScriptContent": "QQ=="}
    assert names(health) == ["a.json/IKE- on-off-detection.ps1", "a.json/IKE- on-off-remediation.ps1"]
    assert names([{"FileName": "C:\\x\\v.ps1", "ScriptContent": "QQ=="}] * 2) == ["a.json/v.ps1", "a.json/2-v.ps1"]
    assert names({"rules": [{"scriptContent": "QQ=="}]}) == ["a.json/script.ps1"]


def test_what_is_no_script_is_none() -> None:
    for value in ({"scriptContent": ""}, {"scriptContent": "no base64!"}, {"scriptContent": 3}, {"script": "QQ=="}, []):
        assert names(value) == []
    assert scripts_in(bytes_source("a.json", b'{"scriptContent": "QQ==",')) == []
    assert scripts_in(bytes_source("a.json", b'{"scriptContent": "QQ==", "a": ' + b"[" * 100_000)) == []


def test_the_rest_of_the_document_is_an_input_if_it_is_of_concern(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Callable[..., Any]
) -> None:
    monkeypatch.chdir(tmp_path)
    value = {"scriptContent": encoded(SCRIPT), "note": "netsh advfirewall consec add rule name=A endpoint1=any"}
    Path("a.json").write_text(json.dumps(value))
    report = json.loads(cli("check", "a.json", "-o", "json").out)
    assert [each["path"] for each in report["inputs"]] == ["a.json", "a.json/script.ps1"]
    assert encoded(SCRIPT) not in beside_scripts(document(value)).read_text()
