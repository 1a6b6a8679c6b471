"""Every command on the pages works, and the pages of the rules are what the rules say."""

from __future__ import annotations

import re
import runpy
import shlex
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import ROOT
from tests.cases import cases

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```sh(?: exit=(\d))?\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#]+)\)")


def commands(page: Path) -> Iterator[tuple[str, int]]:
    """The commands of a page in their order, each with the exit code that the page gives it."""
    for match in BLOCK.finditer(page.read_text(encoding="utf-8")):
        for line in match[2].splitlines():
            yield line.partition("  # ")[0].strip(), int(match[1] or 0)


WITH_COMMANDS = [page for page in PAGES if any(True for _ in commands(page)) and page.name != "README.md"]


@cases("page", WITH_COMMANDS, ids=lambda page: page.name)
def test_a_page_with_commands_says_where_they_run(page: Path) -> None:
    before = page.read_text(encoding="utf-8").split("```sh")[0]
    assert "`ipseclint demo desk`" in before or "ipseclint demo desk\ncd desk" in before, f"{page.name}: say where"


@cases(("page", "name"), [("custom-rules.md", "ours.toml"), ("check-before-deployment.md", "site.toml")])
def test_a_file_that_a_page_shows_lies_where_its_commands_run(fixtures: Path, page: str, name: str) -> None:
    shown = (ROOT / "docs" / page).read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    assert (fixtures / "runs" / "docs" / name).read_text(encoding="utf-8") == shown


@pytest.mark.drawn(3)
@pytest.mark.parametrize("page", [*WITH_COMMANDS, ROOT / "README.md"], ids=lambda page: page.name)
def test_a_page_typed_line_by_line_in_the_demo_folder_ends_as_printed(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Callable[..., Any]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli("demo", "desk").code == 0
    monkeypatch.chdir(tmp_path / "desk")
    for line, code in commands(page):
        program, *words = shlex.split(line)
        if program != "ipseclint":
            assert page.name == "README.md"  # the two lines that install
            continue
        ran = cli(*words)
        assert (line, ran.code) == (line, code), ran
        assert ran.out or ran.err or all(Path(name).stat().st_size for name in re.findall(r"-o \w+:(\S+)", line)), line


def test_demo_writes_over_nothing(tmp_path: Path, cli: Callable[..., Any]) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "kept").write_text("kept")
    (tmp_path / "file").write_text("kept")
    for name in ("full", "file"):
        ran = cli("demo", tmp_path / name)
        assert ran.code == 2
        assert "nothing is written" in ran.err
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["kept"]
    (tmp_path / "empty").mkdir()
    assert cli("demo", tmp_path / "empty").code == 0
    assert (tmp_path / "empty" / "policy.cmd").read_bytes() == (ROOT / "fixtures/runs/docs/policy.cmd").read_bytes()


@cases("page", PAGES, ids=[page.name for page in PAGES])
def test_links_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


@cases("page", ["architecture.md", "adding-a-format.md", "writing-a-rule.md", "packet-sets.md"])
def test_every_place_that_a_page_names_is_there(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    places = re.findall(r"`((?:[a-z_.]+/)+[a-z_]*(?:\.[a-z]+)?)`", text)
    assert places
    assert [
        place for place in places if not (ROOT / place).exists() and not (ROOT / "linter/ipseclint" / place).exists()
    ] == []


def test_the_drawing_of_the_house_has_every_room() -> None:
    drawing = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").split("```")[1]
    drawn = {name for line in drawing.splitlines()[1:] for name in re.findall(r"[a-z_]+(?:\.py|/)(?= |$)", line)}
    package = ROOT / "linter" / "ipseclint"
    rooms = {
        path.name if path.suffix else f"{path.name}/" for path in package.glob("[a-z]*") if path.name != "py.typed"
    }
    assert rooms <= drawn
    assert len(drawing.splitlines()) < 30


def test_the_first_screen_says_where_the_four_things_live_that_are_asked_for_most() -> None:
    screen = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").splitlines()[:45]
    text = "\n".join(screen)
    assert max(map(len, screen)) <= 120
    assert [word for word in ("QD036", "a phone book", "the HTML report", "a repair") if f"\n{word} " not in text] == []
    _, _, _, four, *_ = text.split("```")
    places = re.findall(r"[a-z_]+/[a-z_/]*(?:\.[a-z]+)?", four)
    assert len(places) > 10
    homes = (ROOT, ROOT / "linter" / "ipseclint")
    assert [place for place in places if not any((home / place).exists() for home in homes)] == []


def test_every_page_has_its_place_in_the_site() -> None:
    site = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert [page.name for page in (ROOT / "docs").glob("*.md") if f": {page.name}\n" not in site] == []


def test_the_pages_of_the_rules_are_fresh(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.syspath_prepend(ROOT / ".ci")
    monkeypatch.setattr(sys, "argv", ["docs.py", "--check"])
    code = runpy.run_path(str(ROOT / ".ci" / "docs.py"))["main"]()
    assert (code, capsys.readouterr().out) == (0, "")


def test_the_readme_lists_every_exit_code() -> None:
    from ipseclint.outcome import Exit

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
    monkeypatch.delenv("COLUMNS", raising=False)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```text\n(error\[.*?)^```", readme, re.MULTILINE | re.DOTALL)
    assert example in cli("fixtures/runs/first/policy.cmd").out


def test_the_configuration_of_the_site_is_one_document() -> None:
    yaml = pytest.importorskip("yaml")
    assert yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]


def test_the_page_of_what_is_judged_names_rules_that_exist() -> None:
    from ipseclint.rules import all_rules

    named = set(
        re.findall(r"\b(?:AU|CR|DP|EX|FL|QD|RF|RT)\d{3}\b", (ROOT / "docs" / "judged-and-not.md").read_text("utf-8"))
    )
    assert named <= {rule.code for rule in all_rules()}
    assert len(named) > 20
