"""Witnesses: what could notice a mutant, and which lines of the rules each of them runs through."""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from ipseclint.engine.inputs.paths import candidates
from ipseclint.engine.machines import make_machine, read_inputs
from ipseclint.engine.one_machine import by_machine
from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.model.machine import Machine
from ipseclint.model.site import Site
from ipseclint.rule import Hit, Rule, Scope
from ipseclint.semantics.digest import Fleet
from tests import ROOT

from .mutants import PACKAGE

FIXTURES = ROOT / "fixtures" / "rules"
RULESET = load_ruleset("default")
Lines = frozenset[tuple[str, int]]


@dataclass(frozen=True, eq=False)
class Fixture:
    """A fixture of a rule, read once: its machines, and the rows that the rule must give."""

    rule: Rule
    folder: Path
    machines: tuple[Machine, ...]
    rows: list[dict[str, Any]]

    def notices(self) -> bool:
        """Whether the rule no longer gives the rows that it must."""
        settings = RULESET.settings(self.rule)
        chosen = RULESET.options(self.rule)
        scopes: list[Any] = [self.machines] if self.rule.scope is Scope.FLEET else list(self.machines)
        rows: list[dict[str, Any]] = []
        for scope in scopes:
            # The engine merges hits that are equal in all that a fixture can say.
            for hit in self.rule.check(_fresh(scope), chosen):
                row = _row(hit, self.folder, (hit.severity or settings.severity).value)
                if row not in rows:
                    rows.append(row)
        return sorted(rows, key=_order) != self.rows


def _fresh(scope: Machine | tuple[Machine, ...]) -> Any:
    """The same machines without the look-ups that an earlier run has left on them."""
    if isinstance(scope, tuple):
        return Fleet.of(scope)
    return scope.with_policy(scope.policy)


def fixtures_of(rule: Rule) -> Iterator[Fixture]:
    """The fixtures of a rule, bad and good."""
    folder = FIXTURES / f"{rule.code}-{rule.name}"
    expected = tomllib.loads((folder / "expect.toml").read_text(encoding="utf-8")).get("finding", [])
    for path in sorted(folder.iterdir()):
        if not path.name.startswith(("bad", "good")):
            continue
        sites = (folder / f"site-{path.stem}.toml", folder / "site.toml")
        site_file = next((each for each in sites if each.exists()), None)
        site = Site.of(tomllib.loads(site_file.read_text(encoding="utf-8"))) if site_file else Site()
        wanted = (each for each in candidates([str(path)]) if not each.source.path.endswith("/fleet"))
        read = read_inputs(wanted)
        one = "one" if path.is_dir() and not (path / "fleet").exists() else None
        machines = tuple(make_machine(label, group, site) for label, group in by_machine(read, one))
        rows = [row for row in expected if row["file"] == path.name or row["file"].startswith(f"{path.name}/")]
        yield Fixture(rule, folder, machines, sorted(rows, key=_order))


def _row(hit: Hit, folder: Path, severity: str) -> dict[str, Any]:
    return {
        "file": Path(os.path.relpath(hit.span.path, folder)).as_posix(),
        "line": hit.span.line,
        "column": hit.span.column,
        "severity": severity,
        "subject": hit.subject.name,
        "message": hit.message,
    }


def _order(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["file"], row["line"], row["column"], row["message"]


def fails(item: pytest.Item) -> bool:
    """Whether a test of the suite fails now."""
    item._initrequest()  # type: ignore[attr-defined]  # lets an item run again
    return any(report.failed for report in runtestprotocol(item, log=False, nextitem=None))


@contextmanager
def lines_run(*, whole_functions: bool = False) -> Iterator[set[tuple[str, int]]]:
    """The lines of the modules of rules that run inside, by the module's name and number.

    `whole_functions` takes all lines of a function that runs: less exact, and much faster.
    """
    found: set[tuple[str, int]] = set()
    entered: set[CodeType] = set()
    stems = {str(path): path.stem for path in PACKAGE.glob("*.py")}

    def on_line(frame: FrameType, _event: str, _argument: object) -> Any:
        found.add((stems[frame.f_code.co_filename], frame.f_lineno))
        return on_line

    def on_call(frame: FrameType, _event: str, _argument: object) -> Any:
        if frame.f_code.co_filename not in stems:
            return None
        entered.add(frame.f_code)
        return None if whole_functions else on_line(frame, "call", None)

    before = sys.gettrace()
    sys.settrace(on_call)
    try:
        yield found
    finally:
        sys.settrace(before)
        if whole_functions:
            found |= {
                (stems[code.co_filename], line)
                for code in entered
                for _, _, line in code.co_lines()
                if line is not None
            }
