"""The recipes run as far as they can here, and keep to what the services that take them demand."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tree_sitter_powershell
from tree_sitter import Language, Parser

from ipseclint.collect import collector_script
from ipseclint.version import __version__
from tests import ROOT
from tests.cases import cases
from tests.collect.windows import RELEASES, Host, connection_security_rule
from tests.powershell.shell.language import Call, Ran
from tests.powershell.shell.values import Thrown

pytestmark = pytest.mark.drawn(4)

RECIPES = ROOT / "docs" / "recipes"
MODULE = ROOT / "powershell" / "Ipseclint" / "Ipseclint.psm1"
WEAK = "netsh advfirewall set global mainmode mmkeylifetime 5min,0sess\n"
GOOD = "netsh advfirewall set global mainmode mmkeylifetime 480min,0sess\n"


@cases("name", [path.name for path in RECIPES.glob("*.ps1")])
def test_a_recipe_in_powershell_parses(name: str) -> None:
    root = Parser(Language(tree_sitter_powershell.language())).parse((RECIPES / name).read_bytes()).root_node
    assert not root.has_error


def test_every_recipe_stands_on_the_page() -> None:
    page = (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")
    assert {path.name for path in RECIPES.iterdir()} == set(re.findall(r"\]\(recipes/([\w.-]+)\)", page))


def test_what_a_workflow_uses_is_pinned() -> None:
    text = (RECIPES / "gitops.yml").read_text(encoding="utf-8")
    assert all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", used) for used in re.findall(r"uses: (\S+)", text))
    assert f"ipseclint=={__version__}\n" in text
    assert "${{" not in "".join(re.findall(r"run: \|\n((?: {10}.*\n)+)", text))


class Intune:
    """A host on which the detection script runs: the module calls the program, the collector meets a played Windows."""

    def __init__(self, folder: Path, cli: Callable[..., Any], **asked: Any) -> None:
        self.host = Host(RELEASES[3], folder / "host", **asked)
        shell = self.host.shell
        tools = self.host.program
        programs = folder / "Program Files"
        program = programs / "ipseclint" / "Scripts" / "ipseclint.exe"
        program.parent.mkdir(parents=True)
        program.touch()
        shell.environment["ProgramFiles"] = str(programs)

        def run(name: str, words: list[str]) -> Ran:
            if name != str(program):
                return tools(name, words)
            if words == ["collect-script"]:
                return Ran(0, collector_script().splitlines())
            ran = cli(*words)
            return Ran(ran.code, ran.out.splitlines(), ran.err.splitlines())

        def load(call: Call) -> list[Any]:
            assert call.get("Name") == f"{programs}/WindowsPowerShell/Modules/Ipseclint/Ipseclint.psd1"
            shell.load(MODULE)
            return []

        shell.program = run
        shell.cmdlets["import-module"] = load

    def detect(self) -> tuple[int | None, list[Any]]:
        """The exit code, and what is printed."""
        printed = self.host.shell.script((RECIPES / "intune-detect.ps1").read_text(encoding="utf-8"), {})
        return self.host.shell.exit_code, printed


def test_the_detection_of_intune_ends_with_1_for_errors_and_prints_one_short_line(
    tmp_path: Path, cli: Callable[..., Any]
) -> None:
    intune = Intune(tmp_path, cli)
    hostile = 'a\r\nb\t"q" \u201cs\u201d $(x) `n [1] \U0001f512 ' + "n" * 400

    def weak(call: Call) -> list[Any]:
        del call
        made = []
        for number in range(12):
            rule = connection_security_rule()
            for property_ in rule.properties["CimInstanceProperties"]:
                changed = {
                    "ElementName": f"{number} {hostile}",
                    "DisplayName": f"{number} {hostile}",
                    "InstanceID": f"{{AAAAAAAA-0000-0000-0000-{number:012d}}}",
                    "Phase1AuthSet": "{none}",
                }
                name = property_.properties["Name"]
                property_.properties["Value"] = changed.get(name, property_.properties["Value"])
            rule.properties["InstanceID"] = f"{{AAAAAAAA-0000-0000-0000-{number:012d}}}"
            made.append(rule)
        return made

    intune.host.shell.cmdlets["get-netipsecrule"] = weak
    code, (line,) = intune.detect()
    assert code == 1, line
    assert 1000 < len(line) <= 2048
    assert re.fullmatch(r"\d+ errors, \d+ inputs not wholly read; [A-Z]{2}\d{3} [^\r\n\t]*", line)
    assert [path.name for path in intune.host.temp.iterdir()] == [], "nothing stays behind"


def test_what_cannot_be_told_is_no_reason_to_repair(tmp_path: Path, cli: Callable[..., Any]) -> None:
    intune = Intune(tmp_path, cli)

    def refuse(call: Call) -> list[Any]:
        del call
        raise Thrown("not\nhere")

    intune.host.shell.cmdlets["import-module"] = refuse
    assert intune.detect() == (0, ["cannot tell: not here"])


def test_a_dsc_resource_answers_and_never_exits() -> None:
    text = (RECIPES / "dsc.ps1").read_text(encoding="utf-8")
    code = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    assert re.search(r"\bexit\b", code) is None
    assert re.findall(r"^\s+(\w+Script)\s+=", code, re.MULTILINE) == ["GetScript", "TestScript", "SetScript"]


def tasks() -> dict[str, dict[str, Any]]:
    import yaml

    (play,) = yaml.safe_load((RECIPES / "ansible.yml").read_text(encoding="utf-8"))
    flat = [one for task in play["tasks"] for one in [task, *task.get("block", []), *task.get("always", [])]]
    return {task["name"]: task for task in flat}


def rendered(words: list[str], **values: Any) -> list[str]:
    import jinja2

    return [jinja2.Template(word, undefined=jinja2.StrictUndefined).render(**values) for word in words]


def test_the_commands_of_the_playbook_run_on_the_controller(tmp_path: Path, cli: Callable[..., Any]) -> None:
    exports = tmp_path / "ex ports"
    exports.mkdir()
    wanted = tmp_path / "wanted.cmd"
    wanted.write_text(GOOD, encoding="utf-8")
    for name, policy, code in (("weak", WEAK, 1), ("good", GOOD, 0)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "policy.cmd").write_text(policy, encoding="utf-8")
        shutil.make_archive(str(exports / f"{name} [1]"), "zip", tmp_path / name)
        values = {"exports": exports, "inventory_hostname": f"{name} [1]", "wanted": wanted}
        program, *words = rendered(tasks()["Check it"]["ansible.builtin.command"]["argv"], **values)
        ran = cli(*words)
        assert (program, ran.code) == ("ipseclint", code)
        assert json.loads((exports / f"{name} [1].json").read_text(encoding="utf-8"))["schema"] == "ipseclint.report/1"
        program, *words = rendered(
            tasks()["Say what the wanted policy would change"]["ansible.builtin.command"]["argv"], **values
        )
        ran = cli(*words)
        assert ran.code in {0, 1}
        # The condition of `changed_when`.
        assert (len(json.loads(ran.out)["objects"]) > 0) == (name == "weak")


def test_the_playbook_changes_nothing_in_check_mode_and_shows_the_difference() -> None:
    for name, task in tasks().items():
        runs = {"ansible.builtin.command", "ansible.windows.win_powershell", "ansible.builtin.fetch"} & set(task)
        block = tasks()["Fetch what was collected"]
        assert not runs or (block if task in block["block"] else task)["check_mode"] is False, name
        assert "ansible.builtin.command" not in task or "changed_when" in task, name
    assert "ansible_diff_mode" in tasks()["Show it, as --diff asks"]["when"]
    script = tasks()["Collect, which only reads"]["ansible.windows.win_powershell"]["script"]
    root = Parser(Language(tree_sitter_powershell.language())).parse(script.encode()).root_node
    assert not root.has_error
    assert "$Ansible.Changed = $false" in script


def test_a_host_with_findings_shows_the_difference_first_and_keeps_nothing() -> None:
    """A host that has failed takes no part in what comes behind."""
    names = list(tasks())
    assert names.index("Show it, as --diff asks") < names.index("Check it") == len(names) - 1
    (removal,) = tasks()["Fetch what was collected"]["always"]
    assert removal["ansible.windows.win_file"] == {"path": "{{ collected.result }}", "state": "absent"}
    # Nothing but what the wanted policy would change counts as a change.
    changing = {"Show it, as --diff asks", "Fetch what was collected", "Collect, which only reads"}
    assert {name: task.get("changed_when") for name, task in tasks().items() if name not in changing} == {
        "The collector is here": False,
        "Bring it here": False,
        "Leave nothing behind": False,
        "Say what the wanted policy would change": "(difference.stdout | from_json).objects | length > 0",
        "Check it": False,
    }


def step(name: str) -> str:
    import yaml

    workflow = yaml.safe_load((RECIPES / "gitops.yml").read_text(encoding="utf-8"))
    (found,) = [step for step in workflow["jobs"]["difference"]["steps"] if step.get("name") == name]
    run: str = found["run"]
    return run


def shell(command: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    (folder / "bin").mkdir(exist_ok=True)
    program = folder / "bin" / "ipseclint"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ipseclint "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    names = {
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "GITHUB_ENV": str(folder / "env"),
        **environment,
    }
    return subprocess.run(
        ["bash", "-e", "-c", command], cwd=folder / "repo", env={**os.environ, **names},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_pull_request_over_backups_gets_one_bounded_comment(tmp_path: Path) -> None:
    repository = tmp_path / "repo"
    backup = repository / "gpo"
    backup.mkdir(parents=True)
    git = "git -c user.name=a -c user.email=a@b -c init.defaultBranch=main"
    (backup / "policy.cmd").write_text(GOOD, encoding="utf-8")
    base = shell(f"{git} init -q && {git} add -A && {git} commit -qm a && git rev-parse HEAD", tmp_path).stdout.strip()
    rules = "".join(
        f'netsh advfirewall consec add rule name="St\u00e4dte {number}" endpoint1=any endpoint2=10.0.{number}.0/24'
        " action=requireinrequireout auth1=computerkerb\n"
        for number in range(250)
    )
    (backup / "policy.cmd").write_text(WEAK + rules, encoding="utf-8")
    ran = shell(step("What the change does"), tmp_path, BASE=base)
    assert ran.returncode == 0, ran.stderr
    comment = (repository / "comment.md").read_bytes()
    assert comment.decode().startswith("<!-- ipseclint -->\n"), "and it is whole letters"
    assert len(comment) < 65_536
    assert "250 objects added" in comment.decode() or "250" in comment.decode()
    assert (tmp_path / "env").read_text(encoding="utf-8") == "code=1\n"
    gate = shell(step("The gate"), tmp_path, code="1")
    assert gate.returncode == 1
    assert "::error file=gpo/policy.cmd,line=1" in gate.stdout
    assert shell(step("The gate"), tmp_path, code="4").returncode == 4


def test_the_pull_request_that_brings_the_first_backup_gets_its_comment(tmp_path: Path) -> None:
    repository = tmp_path / "repo"
    (repository / "gpo").mkdir(parents=True)
    git = "git -c user.name=a -c user.email=a@b -c init.defaultBranch=main"
    base = shell(f"{git} init -q && {git} commit -q --allow-empty -m a && git rev-parse HEAD", tmp_path).stdout.strip()
    (repository / "gpo" / "policy.cmd").write_text(GOOD, encoding="utf-8")
    ran = shell(step("What the change does"), tmp_path, BASE=base)
    assert ran.returncode == 0, ran.stderr
    assert "base/gpo" in (repository / "comment.md").read_text(encoding="utf-8")
    assert (tmp_path / "env").read_text(encoding="utf-8") in {"code=0\n", "code=1\n"}


def test_each_error_becomes_one_work_item_with_hostile_names_as_text(tmp_path: Path, cli: Callable[..., Any]) -> None:
    name = "<b>&'\\u201d$(x) " + "n" * 300
    rule = f'netsh advfirewall consec add rule name="{name}" endpoint1=any endpoint2=any action=requireinrequireout'
    (tmp_path / "p.cmd").write_text(f"{WEAK}{rule} auth1=computerpsk auth1psk=hidden-key\n", encoding="utf-8")
    cli("check", tmp_path / "p.cmd", "-o", f"sarif:{tmp_path / 'r.sarif'}")
    results = json.loads((tmp_path / "r.sarif").read_text(encoding="utf-8"))["runs"][0]["results"]
    marks = {f"ipseclint-{each['partialFingerprints']['ipseclint/v1']}" for each in results if each["level"] == "error"}
    assert marks
    (tmp_path / "bin").mkdir()
    az = tmp_path / "bin" / "az"
    az.write_text(
        f"#!{sys.executable}\n"
        "import json, pathlib, sys\n"
        f"kept = pathlib.Path({str(tmp_path / 'kept.jsonl')!r})\n"
        "text = kept.read_text() if kept.exists() else ''\n"
        "if sys.argv[2] == 'query':\n"
        '    print(json.dumps([1] if sys.argv[4].split("\'")[1] in text else []))\n'
        "else:\n"
        "    kept.write_text(text + json.dumps(sys.argv[1:]) + chr(10))\n"
        "    print('{}')\n",
        encoding="utf-8",
    )
    az.chmod(0o755)

    def made(*more: str) -> str:
        words = [
            sys.executable,
            str(RECIPES / "work-items.py"),
            str(tmp_path / "r.sarif"),
            "--org",
            "o",
            "--project",
            "p",
        ]
        environment = {**os.environ, "PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"}
        return subprocess.run([*words, *more], env=environment, capture_output=True, text=True, check=True).stdout

    assert made("--most", "1") == f"1 work items made, {len(marks) - 1} more to be made\n"
    assert made() == f"{len(marks) - 1} work items made, 0 more to be made\n"
    assert made() == "0 work items made, 0 more to be made\n", "none is made twice"
    calls = [json.loads(line) for line in (tmp_path / "kept.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {call[call.index("--fields") + 1] for call in calls} == {f"System.Tags=ipseclint; {mark}" for mark in marks}
    for call in calls:
        assert call[:3] == ["boards", "work-item", "create"]
        assert len(call[call.index("--title") + 1]) <= 255
        assert "<b>" not in call[call.index("--description") + 1]
        assert "hidden-key" not in " ".join(call)


def test_the_report_for_work_items_is_one_that_services_take(tmp_path: Path, cli: Callable[..., Any]) -> None:
    (tmp_path / "p.cmd").write_text(WEAK, encoding="utf-8")
    cli("check", tmp_path / "p.cmd", "-o", f"sarif:{tmp_path / 'ipseclint.sarif'}")
    body = json.loads((tmp_path / "ipseclint.sarif").read_text(encoding="utf-8"))
    assert body["version"] == "2.1.0"
    result = body["runs"][0]["results"][0]
    # What the scans tab of Azure DevOps makes a work item of.
    assert result["ruleId"] == "QD001"
    assert result["message"]["text"]
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == 1
