"""The well-built policies: a folder a kind, with the facts of its site beside it where it needs them."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from ipseclint.engine.apply_rules import Plan
from ipseclint.engine.inputs.paths import candidates
from ipseclint.engine.job import Job
from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.engine.rulesets.selection import selected
from ipseclint.engine.run import check
from ipseclint.model.site import Site
from ipseclint.report import Report
from tests import ROOT

FOLDER = ROOT / "fixtures" / "policies"
_SITE = "site.toml"


def kinds() -> list[str]:
    """The kinds of policies, by the names of their folders."""
    return sorted(path.name for path in FOLDER.iterdir())


def files_of(folder: Path) -> list[Path]:
    """The files of a policy, without the facts of its site."""
    return [path for path in sorted(folder.iterdir()) if path.name != _SITE]


def site_of(kind: str) -> Site:
    """What the site of a policy says."""
    path = FOLDER / kind / _SITE
    return Site.of(tomllib.loads(path.read_text(encoding="utf-8"))) if path.exists() else Site()


@cache
def report_on(kind: str) -> Report:
    """What all rules that run by default say of a policy."""
    ruleset = load_ruleset("default")
    job = Job(plans=(Plan(ruleset, selected(ruleset, (), ())),), site=site_of(kind))
    return check(candidates([str(path) for path in files_of(FOLDER / kind)]), job)
