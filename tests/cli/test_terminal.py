"""What is asked of the terminal: colours, links, and how wide it is."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest

from ipseclint.cli import unchanged
from ipseclint.cli.terminal import for_terminal
from ipseclint.reporters import DEFAULT_WIDTH, MAX_WIDTH, MIN_WIDTH, RenderOptions
from tests import ROOT

TELLS = ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "TERM")
OF_LINKS = (
    "WT_SESSION",
    "VTE_VERSION",
    "KITTY_WINDOW_ID",
    "KONSOLE_VERSION",
    "WEZTERM_PANE",
    "GHOSTTY_RESOURCES_DIR",
)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A terminal of which nothing is known."""
    for name in (*TELLS, *OF_LINKS):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    return monkeypatch


@pytest.mark.parametrize("name", OF_LINKS)
def test_places_are_links_where_a_terminal_says_that_it_shows_them(terminal: pytest.MonkeyPatch, name: str) -> None:
    assert not for_terminal(RenderOptions(), color=None).links
    terminal.setenv(name, "1")
    assert for_terminal(RenderOptions(), color=None).links
    assert not for_terminal(RenderOptions(), color=False).links
    terminal.setattr(sys.stdout, "isatty", lambda: False)
    assert not for_terminal(RenderOptions(), color=True).links


@pytest.mark.parametrize(
    ("variables", "choice", "is_terminal", "color"),
    [
        ({}, None, True, True),
        ({}, None, False, False),
        ({"TERM": "dumb"}, None, True, False),
        ({"FORCE_COLOR": "1"}, None, False, True),
        ({"FORCE_COLOR": "0"}, None, True, False),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, None, True, True),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, None, True, False),
        ({"NO_COLOR": "1"}, True, False, True),
        ({"FORCE_COLOR": "1"}, False, True, False),
    ],
)
def test_what_is_asked_for_goes_before_what_variables_say(
    terminal: pytest.MonkeyPatch, variables: dict[str, str], choice: bool | None, is_terminal: bool, color: bool
) -> None:
    terminal.setattr(sys.stdout, "isatty", lambda: is_terminal)
    for name, value in variables.items():
        terminal.setenv(name, value)
    assert for_terminal(RenderOptions(), color=choice).color is color


@pytest.mark.parametrize(
    ("columns", "width"),
    [(MIN_WIDTH - 1, MIN_WIDTH), (MIN_WIDTH, MIN_WIDTH), (MAX_WIDTH, MAX_WIDTH), (MAX_WIDTH + 1, MAX_WIDTH)],
)
def test_a_report_is_as_wide_as_the_terminal_within_bounds(
    terminal: pytest.MonkeyPatch, columns: int, width: int
) -> None:
    terminal.setattr(sys.stdout, "isatty", lambda: False)
    assert for_terminal(RenderOptions(), color=None).width == DEFAULT_WIDTH
    terminal.setenv("COLUMNS", str(columns))
    assert for_terminal(RenderOptions(), color=None).width == width


def test_what_decides_how_a_report_looks_is_part_of_a_kept_answer() -> None:
    assert {*TELLS, *OF_LINKS} <= {*unchanged._VARIABLES}


@pytest.mark.parametrize("columns", [70, 100])
def test_the_proof_of_a_repair_is_as_wide_as_the_terminal(
    columns: int, cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = cli("fix", ROOT / "fixtures" / "runs" / "first" / "policy.cmd", "--verify").out.splitlines()
    assert max(map(len, lines)) <= columns
    assert any(line.startswith("   ") for line in lines)


@pytest.mark.parametrize(
    "command",
    [
        "load load/policy.cmd --peers 4000",
        "load load/costly.cmd --config load/site.toml --scenario failover",
        "diff docs/policy.cmd demo/policies/servers.cmd",
        "coverage domain-isolation/policy.cmd",
        "which domain-isolation/policy.cmd --src 10.5.0.5 --dst 10.0.0.10",
        "negotiate docs/policy.cmd demo/policies/servers.cmd",
        "rulesets",
        "rulesets cis-windows",
    ],
)
@pytest.mark.parametrize("width", [80, DEFAULT_WIDTH])
def test_no_answer_is_wider_than_the_terminal(
    terminal: pytest.MonkeyPatch, cli: Callable[..., Any], command: str, width: int
) -> None:
    terminal.chdir(ROOT / "fixtures" / "runs")
    terminal.setenv("COLUMNS", str(width))
    lines = cli(*command.split()).out.splitlines()
    assert lines
    assert [line for line in lines if len(line) > width] == []
