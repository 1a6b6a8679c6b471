"""The definitions for pipelines parse, and the commands in them run."""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests import ROOT
from tests.cases import cases
from tests.formats.registry.writers import SZ, Entry, hive_bytes, pol_bytes

pytestmark = pytest.mark.drawn(6)

BAD = "netsh advfirewall set global mainmode mmkeylifetime 5min,0sess\n"
GOOD = "netsh advfirewall set global mainmode mmkeylifetime 480min,0sess\n"


def load(name: str) -> Any:
    import yaml

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


@cases("name", WORKFLOWS)
def test_whatever_a_workflow_uses_is_pinned_to_a_commit(name: str) -> None:
    used = re.findall(r"uses: *(\S+)", (ROOT / name).read_text(encoding="utf-8"))
    assert used
    assert [what for what in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", what)] == []
    assert load(name)


@cases("name", sorted(path.name for path in (ROOT / "docs/pipelines").glob("*.yml")))
def test_a_template_installs_this_version(name: str) -> None:
    from ipseclint.version import __version__

    assert f"ipseclint=={__version__}\n" in (ROOT / "docs/pipelines" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(("text", "code"), [(BAD, 1), (GOOD, 0)])
def test_azure_template(desk: Path, text: str, code: int) -> None:
    from junitparser import JUnitXml

    template = load("docs/pipelines/azure.yml")
    script = next(step["script"] for step in template["steps"] if "ipseclint check" in step.get("script", ""))
    values = {"paths": "policies/", "arguments": "--select QD"}
    command = re.sub(r"\$\{\{ parameters\.(\w+) \}\}", lambda match: values[match[1]], script)
    write(desk, text)
    ran = run(command, desk)
    assert ran.returncode == code, ran
    assert ("##vso[task.logissue type=error;" in ran.stdout) is bool(code)
    assert JUnitXml.fromfile(str(desk / "ipseclint.xml")).failures == code


RULE = 'netsh advfirewall consec add rule name="St\u00e4dte {0}" endpoint1=any endpoint2=10.0.{0}.0/24 {1}\n'
PROTECTED = RULE.format(1, "action=requireinrequireout auth1=computerkerb")
OPEN = RULE.format(1, "action=noauthentication")
MANY = "".join(RULE.format(number, "action=requireinrequireout auth1=computerkerb") for number in range(250))
CHANGES = {
    "weaker": (PROTECTED, OPEN, 1),
    "the same": (PROTECTED, PROTECTED, 0),
    "new": (None, PROTECTED, 0),
    "gone": (PROTECTED, None, 1),
    "many": (OPEN, MANY, 0),
}


@pytest.fixture
def pull_request(desk: Path, request: pytest.FixtureRequest) -> tuple[Path, str, int]:
    """A clone in which a branch changes the policy, the commit that it began at, and how the comparison ends."""
    old, new, code = CHANGES[request.param]
    git = "git -c user.name=a -c user.email=a@b -c init.defaultBranch=main"
    made = run(f"{git} init -q main && {git} -C main commit -qm a --allow-empty", desk)
    assert made.returncode == 0, made
    for text, then in ((old, f"{git} clone -q ../main ../clone"), (new, "true")):
        folder = desk / ("main" if text is old else "clone")
        if text is not None:
            (folder / "policy.cmd").write_text(text, encoding="utf-8")
        elif (folder / "policy.cmd").exists():
            (folder / "policy.cmd").unlink()
        made = run(f"{git} add -A && {git} commit -qm b --allow-empty && {then}", folder)
        assert made.returncode == 0, made
    base = run("git rev-parse HEAD", desk / "main").stdout.strip()
    return desk / "clone", base, code


def stand_in(desk: Path, name: str, script: str) -> None:
    """A program of another maker, which writes down how it was called."""
    (desk / "bin").mkdir(exist_ok=True)
    (desk / "bin" / name).write_text(f"#!/bin/bash\nprintf '%s\\n' \"$*\" >> ../calls\n{script}\n")
    (desk / "bin" / name).chmod(0o755)


@pytest.mark.drawn(10)
@pytest.mark.parametrize("pull_request", CHANGES, indirect=True)
@pytest.mark.parametrize("has_comment", [True, False])
def test_github_comments_what_a_pull_request_changes(
    desk: Path, pull_request: tuple[Path, str, int], *, has_comment: bool
) -> None:
    clone, base, code = pull_request
    steps = [step for step in load("docs/pipelines/diff-github.yml")["jobs"]["diff"]["steps"] if "name" in step]
    assert all("${{" not in step["run"] for step in steps), "inputs must not become script text"
    listed = "echo 41; echo 42" if has_comment else "true"
    stand_in(desk, "gh", f'if [ "$2" = --paginate ]; then {listed}; else cp diff.md ../comment.md; fi')
    names = {
        "POLICY": "policy.cmd",
        "BASE": base,
        "RUNNER_TEMP": str(desk),
        "NUMBER": "7",
        "GITHUB_REPOSITORY": "example/net",
        "GITHUB_ENV": str(desk / "env"),
    }
    (desk / "env").touch()
    for step in steps:
        later = dict(line.split("=") for line in (desk / "env").read_text().split())
        ran = run(f"set -e; PATH={desk / 'bin'}:$PATH\n{step['run']}", clone, **names, **later)
        assert ran.returncode == (code if step["name"] == "Decide" else 0), ran
    comment = (desk / "comment.md").read_bytes()
    assert comment.decode().startswith("### IPsec policy: what changes")
    assert len(comment) <= 60_000
    asked, wrote = (desk / "calls").read_text().splitlines()
    assert asked.startswith("api --paginate repos/example/net/issues/7/comments --jq ")
    renewed = "api --silent -X PATCH repos/example/net/issues/comments/42 -F body=@diff.md"
    assert wrote == (renewed if has_comment else "pr comment 7 --body-file diff.md")


@pytest.mark.drawn(8)
@pytest.mark.skipif(shutil.which("jq") is None, reason="no jq on this machine; the agents have it")
@pytest.mark.parametrize("pull_request", CHANGES, indirect=True)
@pytest.mark.parametrize("has_comment", [True, False])
def test_azure_comments_what_a_pull_request_changes(
    desk: Path, pull_request: tuple[Path, str, int], *, has_comment: bool
) -> None:
    clone, _, code = pull_request
    (script,) = (step["bash"] for step in load("docs/pipelines/diff-azure.yml")["steps"] if "bash" in step)
    titles = ["Looks good", "### IPsec policy: what changes\n", None] if has_comment else ["Looks good"]
    threads = [{"id": 5 + place, "comments": [{"id": 3, "content": text}]} for place, text in enumerate(titles)]
    (desk / "threads.json").write_text(json.dumps({"value": threads}), encoding="utf-8")
    stand_in(desk, "curl", "case $* in *comment.json*) cp comment.json .. ;; *) cat ../threads.json ;; esac")
    names = {
        "POLICY": "policy.cmd",
        "AGENT_TEMPDIRECTORY": str(desk),
        "SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/main",
        "SYSTEM_COLLECTIONURI": "https://dev.azure.com/example/",
        "SYSTEM_TEAMPROJECT": "Net",
        "BUILD_REPOSITORY_ID": "r1",
        "SYSTEM_PULLREQUEST_PULLREQUESTID": "7",
        "TOKEN": "t0",
    }
    ran = run(f"PATH={desk / 'bin'}:$PATH\n{script}", clone, **names)
    assert ran.returncode == code, ran
    sent = json.loads((desk / "comment.json").read_text(encoding="utf-8"))
    comment = sent if has_comment else sent["comments"][0]
    assert comment["content"].startswith("### IPsec policy: what changes")
    _, call = (desk / "calls").read_text().splitlines()
    threads_at = "https://dev.azure.com/example/Net/_apis/git/repositories/r1/pullRequests/7/threads"
    place = f"-X PATCH --data @comment.json {threads_at}/6/comments/3" if has_comment else f"comment.json {threads_at}"
    assert f"{place}?api-version=7.1" in call


@pytest.mark.parametrize(("text", "code"), [(BAD, 1), (GOOD, 0)])
def test_gitlab_include(desk: Path, text: str, code: int) -> None:
    job = load("docs/pipelines/gitlab.yml")["ipseclint"]
    write(desk, text)
    variables = {**job["variables"], "IPSECLINT_PATHS": "policies/"}
    ran = run(job["script"][0], desk, **variables)
    assert ran.returncode == code, ran
    told = json.loads((desk / job["artifacts"]["reports"]["codequality"]).read_text())
    assert any(each["check_name"] != "ipseclint" for each in told) is bool(code)  # that one is on old facts, in a year


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
