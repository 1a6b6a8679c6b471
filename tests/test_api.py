"""The public API: what a program gets that imports `ipseclint` and nothing else."""

from __future__ import annotations

import datetime
import doctest
import importlib
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import ipseclint
from ipseclint import api
from ipseclint.engine.arguments import CheckArguments
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


HOMES = {
    "ConfigError": "engine.configuration.toml_files",
    "Finding": "finding",
    "InputError": "api",
    "Machine": "model.machine",
    "NoPolicyError": "api",
    "Problem": "finding",
    "Report": "report",
    "Severity": "finding",
    "check_paths": "api",
    "check_text": "api",
    "read": "api",
}


def test_every_public_name_is_that_of_its_module() -> None:
    assert set(ipseclint.__all__) == {*HOMES, "__version__"}
    for name, home in HOMES.items():
        there = getattr(importlib.import_module(f"ipseclint.{home}"), name)
        assert ipseclint.__getattr__(name) is getattr(ipseclint, name) is there
    with pytest.raises(AttributeError, match="module 'ipseclint' has no attribute 'nonsense'"):
        ipseclint.__getattr__("nonsense")


def test_importing_it_imports_nothing_heavy_and_lists_its_names() -> None:
    code = (
        "import ipseclint, sys; print(sorted(m for m in sys.modules if m.startswith(('ipseclint.', 'pydantic'))));"
        "there, listed = set(ipseclint.__all__), set(dir(ipseclint));"
        "print(sorted(set(vars(ipseclint)) & there), sorted(there - listed))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "['ipseclint.version']\n['__version__'] []\n"


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


def test_every_argument_arrives_where_it_belongs(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = dict.fromkeys(("rulesets", "select", "ignore"))
    texts.update({name: [name] for name in texts})
    paths = {name: Path(name) for name in ("waivers", "baseline", "since", "cache")}
    switches = ("isolated", "any_files", "details", "objects", "digests", "script_repairs")
    others = {"machine": "m", "scheduler": "s", "jobs": 3, "input_timeout_seconds": 4.5, "shard": "2/8"}
    others |= {"as_of": datetime.date(2026, 1, 2)}
    seen: list[CheckArguments] = []

    class StopError(Exception):
        pass

    def stop(arguments: CheckArguments, _loaded: object) -> None:
        seen.append(arguments)
        raise StopError

    monkeypatch.setattr(api, "job_for", stop)
    for switched in (None, *switches):
        given: dict[str, Any] = {**texts, **paths, **others, **({switched: True} if switched else {})}
        with pytest.raises(StopError):
            ipseclint.check_paths("policy.cmd", **given)
        assert seen.pop() == CheckArguments(**given)


def test_what_is_said_of_inputs_arrives_where_they_are_looked_for(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (desk / "ipseclint.toml").write_text('exclude = ["old"]\n')
    calls: list[Any] = []

    def noted(*arguments: Any, **keywords: Any) -> list[Any]:
        calls.append((arguments[0], arguments[1], list(arguments[2]), keywords))
        return []

    monkeypatch.setattr(api, "candidates", noted)
    ipseclint.check_paths(Path("a"), stdin_name="b", any_files=True)
    ipseclint.check_paths(["a", Path("c")], remote=True, isolated=True)
    assert calls == [
        (["a"], "b", ["old"], {"any_files": True, "remote": False}),
        (["a", "c"], "<stdin>", [], {"any_files": False, "remote": True}),
    ]


def test_progress_is_told_how_many_inputs_are_done(desk: Path) -> None:
    told: list[tuple[int, int]] = []
    ipseclint.check_paths("policy.cmd", progress=lambda done, of: told.append((done, of)))
    assert told[-1] == (1, 1)


@pytest.mark.parametrize("seconds", [0, -1, 1e12])
def test_a_timeout_that_can_be_none_is_refused(desk: Path, seconds: float) -> None:
    with pytest.raises(ValueError, match="the input timeout is"):
        ipseclint.check_paths("policy.cmd", input_timeout_seconds=seconds)


def test_a_text_is_judged_by_what_is_asked_and_configured(desk: Path) -> None:
    text = POLICY.read_text(encoding="utf-8")
    (desk / "ipseclint.toml").write_text('select = ["QD001", "QD002"]\n')
    (desk / "other.toml").write_text('select = ["QD001"]\n')
    assert [finding.code for finding in ipseclint.check_text(text, ignore="QD001").findings] == ["QD002"]
    assert [finding.code for finding in ipseclint.check_text(text, config="other.toml").findings] == ["QD001"]
    (problem,) = ipseclint.check_text("shopping list\n").problems
    assert (problem.code, problem.span.path) == ("IN004", "<text>")
    with pytest.raises(ipseclint.ConfigError, match="strangest"):
        ipseclint.check_text(text, rulesets="strangest")


def test_a_machine_is_called_as_is_asked_or_as_its_first_path(desk: Path) -> None:
    (desk / "ipseclint.toml").write_text("[site]\nike_workers = 3\n")
    (desk / "site.toml").write_text("[site]\nike_workers = 5\n")
    shutil.copy(POLICY, desk / "second.cmd")
    assert ipseclint.read(["second.cmd", "policy.cmd"]).name == "second.cmd"
    assert ipseclint.read("policy.cmd").site.ike_workers == 3
    assert ipseclint.read("policy.cmd", config="site.toml").site.ike_workers == 5


def test_a_file_without_policy_beside_one_with_it_is_no_fault(desk: Path) -> None:
    (desk / "empty.cmd").write_text("rem nothing\n")
    assert ipseclint.read(["policy.cmd", "empty.cmd"], partial=True).policy.policies[0].name == "Branch servers"


def test_an_error_says_its_message_and_no_more(desk: Path) -> None:
    problem_free = ipseclint.InputError("why")
    assert (str(problem_free), problem_free.problems) == ("why", ())
    assert str(ipseclint.NoPolicyError("why", ())) == "why"


def test_what_is_not_said_is_as_an_argument_left_out(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[CheckArguments] = []
    made = api.job_for
    monkeypatch.setattr(api, "job_for", lambda arguments, loaded: seen.append(arguments) or made(arguments, loaded))
    ipseclint.check_paths("policy.cmd")
    ipseclint.check_text("")
    assert seen == [CheckArguments()] * 2


@pytest.mark.parametrize("name", sorted({*ipseclint.__all__} - {"__version__"}))
def test_each_name_is_there_when_it_is_asked_for_first(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    known = getattr(ipseclint, name)
    monkeypatch.delitem(vars(ipseclint), name)
    assert name in dir(ipseclint)
    assert getattr(ipseclint, name) is known is not None


def test_what_was_understood_in_part_is_no_whole_input(desk: Path) -> None:
    (desk / "half.cmd").write_text(HALF)
    with pytest.raises(api.InputError):
        api.read_whole(["half.cmd"])
    (read,) = api.read_whole(["half.cmd"], partial=True)
    assert read.parsed.problems
