"""The definitions for pipelines parse, and the commands in them run."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from junitparser import JUnitXml

from tests import ROOT

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
    ran = run(step["run"], desk, PATHS="policies/", ARGUMENTS="--select QD", SARIF="out.sarif")
    assert ran.returncode == code, ran
    assert json.loads((desk / "out.sarif").read_text())["version"] == "2.1.0"
    assert ("::error file=policies/policy.cmd,line=1" in ran.stdout) is bool(code)


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
