"""The definitions for pipelines parse, and the commands in them run."""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from junitparser import JUnitXml

from tests import ROOT
from tests.formats.registry.writers import SZ, Entry, hive_bytes, pol_bytes

BAD = "netsh advfirewall set global mainmode mmkeylifetime 5min,0sess\n"
GOOD = "netsh advfirewall set global mainmode mmkeylifetime 480min,0sess\n"


def load(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    (tmp_path / "policies").mkdir()
    return tmp_path


def run(command: str, desk: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-c", command],
        cwd=desk,
        env={**os.environ, "PATH": path, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def write(desk: Path, text: str) -> None:
    (desk / "policies" / "policy.cmd").write_text(text)


@pytest.mark.parametrize(("text", "code"), [(BAD, 1), (GOOD, 0)])
def test_github_action(desk: Path, text: str, code: int) -> None:
    action = load("action.yml")
    step = next(step for step in action["runs"]["steps"] if "ipseclint check" in step.get("run", ""))
    assert "${{" not in step["run"], "inputs must not become script text"
    write(desk, text)
    names = {"PATHS": "policies/", "ARGUMENTS": "--select QD", "SARIF": "out.sarif"}
    ran = run(step["run"], desk, **names, GITHUB_STEP_SUMMARY=str(desk / "summary.md"))
    assert ran.returncode == code, ran
    assert json.loads((desk / "out.sarif").read_text())["version"] == "2.1.0"
    assert ("::error file=policies/policy.cmd,line=1" in ran.stdout) is bool(code)
    assert ("QD001" in (desk / "summary.md").read_text()) is bool(code)


WORKFLOWS = [
    "action.yml",
    "docs/pipelines/diff-github.yml",
    *(f".github/workflows/{path.name}" for path in (ROOT / ".github/workflows").glob("*.yml")),
]


@pytest.mark.parametrize("name", WORKFLOWS)
def test_whatever_a_workflow_uses_is_pinned_to_a_commit(name: str) -> None:
    used = re.findall(r"uses: *(\S+)", (ROOT / name).read_text(encoding="utf-8"))
    assert used
    assert [what for what in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", what)] == []
    assert load(name)


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "docs/pipelines").glob("*.yml")))
def test_a_template_installs_this_version(name: str) -> None:
    from ipseclint.version import __version__

    assert f"ipseclint=={__version__}\n" in (ROOT / "docs/pipelines" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(("text", "code"), [(BAD, 1), (GOOD, 0)])
def test_azure_template(desk: Path, text: str, code: int) -> None:
    template = load("docs/pipelines/azure.yml")
    script = next(step["script"] for step in template["steps"] if "ipseclint check" in step.get("script", ""))
    values = {"paths": "policies/", "arguments": "--select QD"}
    command = re.sub(r"\$\{\{ parameters\.(\w+) \}\}", lambda match: values[match[1]], script)
    write(desk, text)
    ran = run(command, desk)
    assert ran.returncode == code, ran
    assert ("##vso[task.logissue type=error;" in ran.stdout) is bool(code)
    assert JUnitXml.fromfile(str(desk / "ipseclint.xml")).failures == code


@pytest.mark.parametrize(("text", "code"), [(BAD, 1), (GOOD, 0)])
def test_gitlab_include(desk: Path, text: str, code: int) -> None:
    job = load("docs/pipelines/gitlab.yml")["ipseclint"]
    write(desk, text)
    variables = {**job["variables"], "IPSECLINT_PATHS": "policies/"}
    ran = run(job["script"][0], desk, **variables)
    assert ran.returncode == code, ran
    assert bool(json.loads((desk / job["artifacts"]["reports"]["codequality"]).read_text())) is bool(code)


@pytest.mark.parametrize(("text", "code"), [(BAD, 1), (GOOD, 0), ("echo no policy\n", 0)])
def test_pre_commit_hook(desk: Path, text: str, code: int) -> None:
    (hook,) = load(".pre-commit-hooks.yaml")
    write(desk, text)
    ran = run(f"{hook['entry']} {shlex.quote('policies/policy.cmd')}", desk)
    assert ran.returncode == code, ran


def test_the_hook_checks_binary_exports_and_mentions_nothing_else(desk: Path) -> None:
    (hook,) = load(".pre-commit-hooks.yaml")
    assert hook["types"] == ["file"]
    weak = ROOT / "fixtures" / "twins" / "weak"
    policies = {
        "store.reg": (weak / "policy.reg").read_bytes(),
        "other-end.reg": (weak / "policy.reg").read_bytes().decode("utf-16").encode("utf-16-be"),
        "script.ps1": BAD.encode("utf-16"),
        "Registry.pol": (ROOT / "fixtures" / "formats" / "registry-pol" / "store.pol").read_bytes(),
        "store.wfw": (ROOT / "fixtures" / "formats" / "wfw" / "store.wfw").read_bytes(),
    }
    document = io.BytesIO()
    with zipfile.ZipFile(document, "w") as pages:
        pages.writestr("word/document.xml", "<w:document/>")
    elsewhere = [Entry(r"Software\Policies\Microsoft\Windows\System", "A", SZ, "a")]
    others = {
        "main.py": b"print('hello')\n",
        "README.md": b"# We use `New-NetIPsecRule`\n",
        "logo.png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        "empty.txt": b"",
        "other.reg": "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\A]\r\n".encode("utf-16"),
        "desktop.pol": pol_bytes(elsewhere),
        "NTUSER.DAT": hive_bytes(elsewhere),
        "hello.ps1": "Write-Host 'Grüße'\r\nGet-Process\r\n".encode("utf-16"),
        "ports.ps1": b"New-NetFirewallRule -DisplayName Web -Direction Inbound -LocalPort 443 -Protocol TCP\n",
        "ports.cmd": b"netsh advfirewall firewall add rule name=web dir=in action=allow protocol=TCP localport=443\n",
        "letter.docx": document.getvalue(),
        "Thumbs.db": bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600),
        "table.csv": "a;b\r\n1;2\r\n".encode("utf-16"),
        ".gitattributes": b"* text=auto\n",
        "start.sh": b"#!/bin/sh\nip xfrm state\n",
        "main.tf": b'resource "azurerm_resource_group" "x" {}\n',
    }
    for name, data in (policies | others).items():
        (desk / name).write_bytes(data)
    ran = run(f"{hook['entry']} {' '.join(sorted(policies | others))}", desk)
    assert ran.returncode == 1, ran
    assert {name for name in policies if f"\n{name} (" in ran.stdout} == set(policies)
    assert [name for name in others if name in ran.stdout + ran.stderr] == []
    quiet = run(f"{hook['entry']} {' '.join(sorted(others))}", desk)
    assert quiet.returncode == 0
    assert [name for name in others if name in quiet.stdout + quiet.stderr] == []
