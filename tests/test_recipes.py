"""The recipes parse, and keep to what the services that take them demand."""

from __future__ import annotations

import re

import pytest
import tree_sitter_powershell
import yaml
from tree_sitter import Language, Parser

from ipseclint.cli.app import COMMANDS
from ipseclint.version import __version__
from tests import ROOT

RECIPES = ROOT / "docs" / "recipes"


@pytest.mark.parametrize("name", [path.name for path in RECIPES.glob("*.yml")])
def test_a_recipe_in_yaml_parses_and_calls_commands_that_there_are(name: str) -> None:
    text = (RECIPES / name).read_text(encoding="utf-8")
    assert yaml.safe_load(text)
    called = re.findall(r"^[^#\n]*?\bipseclint ([a-z-]+) ", text, re.MULTILINE)
    assert called
    assert set(called) <= set(COMMANDS)


@pytest.mark.parametrize("name", [path.name for path in RECIPES.glob("*.ps1")])
def test_a_recipe_in_powershell_parses(name: str) -> None:
    root = Parser(Language(tree_sitter_powershell.language())).parse((RECIPES / name).read_bytes()).root_node
    assert not root.has_error


def test_what_a_workflow_uses_is_pinned() -> None:
    text = (RECIPES / "gitops.yml").read_text(encoding="utf-8")
    assert all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", used) for used in re.findall(r"uses: (\S+)", text))
    assert f"ipseclint=={__version__}\n" in text
    assert "${{" not in "".join(re.findall(r"run: \|\n((?: {10}.*\n)+)", text))


def test_the_detection_of_intune_ends_with_0_or_1_and_prints_a_short_line() -> None:
    text = (RECIPES / "intune-detect.ps1").read_text(encoding="utf-8")
    assert set(re.findall(r"\bexit (\d+)", text)) == {"0", "1"}
    assert int(re.search(r"Substring\(0, (\d+)\)", text)[1]) < 2048  # type: ignore[index]
