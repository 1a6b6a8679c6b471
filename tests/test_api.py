"""The public API: what a program gets that imports `ipseclint` and nothing else."""

from __future__ import annotations

import doctest
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import ipseclint
from tests import ROOT

POLICY = ROOT / "fixtures" / "runs" / "first" / "policy.cmd"
PAGE = ROOT / "docs" / "api.md"
HALF = "netsh ipsec static add policy name=hub mmlifetime=480\nnetsh ipsec static add policy name=%P%\n"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copy(POLICY, tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def examples() -> list[doctest.DocTest]:
    """The Python blocks of the page, each a session of its own."""
    blocks = PAGE.read_text(encoding="utf-8").split("```python\n")[1:]
    parser = doctest.DocTestParser()
    return [
        parser.get_doctest(block.split("```")[0], {}, f"example {number}", str(PAGE), 0)
        for number, block in enumerate(blocks, start=1)
    ]


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.name)
def test_example_of_the_page(desk: Path, example: doctest.DocTest) -> None:
    assert example.examples
    said: list[str] = []
    outcome = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(example, out=said.append)
    assert outcome.failed == 0, "".join(said)


def test_the_page_names_all_that_is_public() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [name for name in ipseclint.__all__ if f"`{name}" not in page and f"ipseclint.{name}" not in page] == []


def test_every_public_name_is_there() -> None:
    assert {name for name in ipseclint.__all__ if getattr(ipseclint, name) is None} == set()
    assert set(ipseclint.__all__) <= set(dir(ipseclint))
    with pytest.raises(AttributeError, match="nonsense"):
        getattr(ipseclint, "nonsense")  # noqa: B009 - a name that the type checker must not see


def test_importing_it_imports_nothing_heavy() -> None:
    code = "import ipseclint, sys; print(sorted(m for m in sys.modules if m.startswith(('ipseclint.', 'pydantic'))))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "['ipseclint.version']\n"


def test_paths_give_what_the_command_line_reports(desk: Path) -> None:
    report = ipseclint.check_paths("policy.cmd", select=["QD001", "QD002"])
    assert [finding.code for finding in report.findings] == ["QD002", "QD001"]
    assert report.count(ipseclint.Severity.ERROR) == 2
    assert report.inputs[0].status == "understood"
    assert report == ipseclint.check_paths([Path("policy.cmd")], select=["QD001", "QD002"], jobs=2)


def test_one_word_stands_for_a_list_of_one(desk: Path) -> None:
    listed = ipseclint.check_paths("policy.cmd", select=["QD001"], ignore=["QD002"], rulesets=["default"])
    assert ipseclint.check_paths("policy.cmd", select="QD001", ignore="QD002", rulesets="default") == listed
    assert [finding.code for finding in listed.findings] == ["QD001"]
    text = POLICY.read_text(encoding="utf-8")
    assert [finding.code for finding in ipseclint.check_text(text, select="QD001,QD002").findings] == ["QD002", "QD001"]


def test_an_empty_selection_leaves_it_to_the_configuration(desk: Path) -> None:
    (desk / "ipseclint.toml").write_text('select = ["QD002"]\n')
    assert {finding.code for finding in ipseclint.check_paths("policy.cmd", select=[]).findings} == {"QD002"}


@pytest.mark.parametrize(("paths", "kind"), [(b"policy.cmd", "bytes"), ([b"policy.cmd"], "bytes"), ([7], "int")])
def test_what_is_no_path_is_refused(desk: Path, paths: Any, kind: str) -> None:
    for function in (ipseclint.check_paths, ipseclint.read):
        with pytest.raises(TypeError, match=f"a path is a str or a Path, not {kind}"):
            function(paths)


def test_fewer_than_no_processes_are_refused(desk: Path) -> None:
    with pytest.raises(ValueError, match="jobs is -1"):
        ipseclint.check_paths("policy.cmd", jobs=-1)
    assert ipseclint.check_paths("policy.cmd", jobs=0) == ipseclint.check_paths("policy.cmd")


@pytest.mark.parametrize("name", ["a\0b", "a\ud800b"])
def test_a_name_that_no_file_can_have_is_a_problem(desk: Path, name: str) -> None:
    (problem,) = ipseclint.check_paths(name).problems
    assert problem.code == "IN001"


def test_a_file_that_is_not_there_is_called_so(desk: Path) -> None:
    with pytest.raises(ipseclint.InputError, match=r"nowhere\.cmd does not exist"):
        ipseclint.read("nowhere.cmd")


def test_what_cannot_be_read_is_a_problem(desk: Path) -> None:
    report = ipseclint.check_paths(["missing.cmd", "policy.cmd"], select=["QD001"])
    assert [problem.code for problem in report.problems] == ["IN001"]
    assert [finding.code for finding in report.findings] == ["QD001"]


def test_text_needs_no_file(desk: Path) -> None:
    text = POLICY.read_text(encoding="utf-8")
    found = ipseclint.check_text(text, "policy.cmd").findings
    assert found == ipseclint.check_paths("policy.cmd").findings
    assert found == ipseclint.check_text(b"\xff\xfe" + text.encode("utf-16-le"), "policy.cmd").findings


def test_the_nearest_configuration_is_used_or_the_one_given(desk: Path) -> None:
    (desk / "ipseclint.toml").write_text('select = ["QD001"]\n')
    (desk / "other.toml").write_text('select = ["QD002"]\n')
    assert {finding.code for finding in ipseclint.check_paths("policy.cmd").findings} == {"QD001"}
    assert {finding.code for finding in ipseclint.check_paths("policy.cmd", config="other.toml").findings} == {"QD002"}
    with pytest.raises(ipseclint.ConfigError, match=r"missing\.toml"):
        ipseclint.check_paths("policy.cmd", config="missing.toml")
    with pytest.raises(ipseclint.ConfigError, match="QD999"):
        ipseclint.check_paths("policy.cmd", select=["QD999"])


def test_a_policy_is_read_with_the_places_of_its_values(desk: Path) -> None:
    machine = ipseclint.read("policy.cmd", name="hub")
    (policy,) = machine.policy.policies
    assert (machine.name, policy.name, policy.span.line) == ("hub", "Branch servers", 3)
    assert ipseclint.read(["policy.cmd"]).policy == machine.policy


def test_what_is_not_wholly_understood_is_not_read_by_guessing(desk: Path) -> None:
    (desk / "half.cmd").write_text(HALF)
    with pytest.raises(ipseclint.InputError, match=r"half\.cmd is only partly understood") as caught:
        ipseclint.read("half.cmd")
    assert [problem.code for problem in caught.value.problems] == ["IN003"]
    assert ipseclint.read("half.cmd", partial=True).name == "half.cmd"
    (desk / "notes.txt").write_text("shopping list\n")
    with pytest.raises(ipseclint.NoPolicyError, match=r"notes\.txt: no IPsec policy"):
        ipseclint.read("notes.txt")
