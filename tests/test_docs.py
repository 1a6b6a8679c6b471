"""Every command on the pages works, and the pages of the rules are what the rules say."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```sh(?: exit=(\d))?\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#]+)\)")


def commands() -> Iterator[tuple[str, str, int]]:
    for page in PAGES[1:]:
        for match in BLOCK.finditer(page.read_text(encoding="utf-8")):
            for line in match[2].splitlines():
                yield page.name, line, int(match[1] or 0)


@pytest.fixture
def desk(tmp_path: Path, fixtures: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(fixtures / "runs" / "docs", tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", sorted({page for page, _, _ in commands()}))
def test_a_page_with_commands_says_where_they_run(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    assert "`cd fixtures/runs/docs`" in text.split("```sh")[0], f"docs/{page}: say where its commands run"


@pytest.mark.parametrize(
    ("page", "name"), [("custom-rules.md", "ours.toml"), ("check-before-deployment.md", "site.toml")]
)
def test_a_file_that_a_page_shows_lies_where_its_commands_run(fixtures: Path, page: str, name: str) -> None:
    shown = (ROOT / "docs" / page).read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    assert (fixtures / "runs" / "docs" / name).read_text(encoding="utf-8") == shown


@pytest.mark.parametrize(("page", "line", "code"), list(commands()))
def test_command_of_a_page(desk: Path, cli: Callable[..., Any], page: str, line: str, code: int) -> None:
    import shlex

    if "--baseline ipseclint-baseline.json" in line or "baseline update" in line:
        assert cli("baseline", "create", "policies/").code == 0
    program, *arguments = shlex.split(line)
    assert program == "ipseclint"
    ran = cli(*arguments)
    assert ran.code == code, ran
    assert ran.out or ran.err or all((desk / name).stat().st_size for name in re.findall(r"-o \w+:(\S+)", line))


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_links_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", ["architecture.md", "adding-a-format.md", "writing-a-rule.md", "packet-sets.md"])
def test_every_place_that_a_page_names_is_there(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    places = re.findall(r"`((?:[a-z_.]+/)+[a-z_]*(?:\.[a-z]+)?)`", text)
    assert places
    assert [
        place for place in places if not (ROOT / place).exists() and not (ROOT / "linter/ipseclint" / place).exists()
    ] == []


def test_the_pages_of_the_rules_are_fresh() -> None:
    ran = subprocess.run(
        [sys.executable, ROOT / ".ci" / "docs.py", "--check"], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_readme_lists_every_exit_code() -> None:
    from ipseclint.cli.exits import Exit

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {f"| {int(code)} |" for code in Exit} <= {f"| {number} |" for number in re.findall(r"\| (\d+) \|", readme)}


def test_the_page_on_pipelines_lists_every_output() -> None:
    from ipseclint.reporters import format_names

    page = (ROOT / "docs" / "pipeline.md").read_text(encoding="utf-8")
    (paragraph,) = re.findall(r"^Formats: .*?\n\n", page, re.DOTALL | re.MULTILINE)
    listed, there = set(re.findall(r"`(\w+)`", paragraph)), set(format_names())
    assert listed == there, f"docs/pipeline.md lacks {there - listed}, has {listed - there}: run .ci/docs.py"


def test_the_example_of_the_readme_is_what_it_prints(cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```text\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)
    assert example in cli("fixtures/runs/first/policy.cmd").out
