"""Which fixtures of the rules have a repair that can be tried: written down, so that to collect tests is quick.

    python -m tests.rules.repairs

writes repairs.txt anew after a change that is meant. The difference is to be read, not just committed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ipseclint.engine.apply_rules import Plan, found_with_fixes
from ipseclint.engine.inputs.paths import candidates
from ipseclint.engine.machines import make_machine, read_inputs
from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.formats import recognise
from ipseclint.formats.netsh.script import FORMATS
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Dialect
from ipseclint.model.site import Site
from ipseclint.rule import Rule, Scope
from ipseclint.rules import all_rules
from ipseclint.source import file_source
from tests import ROOT

FIXTURES = ROOT / "fixtures" / "rules"
LIST = Path(__file__).with_name("repairs.txt")
RULESET = load_ruleset("default")


class Repaired(NamedTuple):
    """A bad fixture whose repair is made of changes to objects that can be edited."""

    rule: Rule
    path: Path
    is_script: bool
    """Whether it is a script that can be repaired in place."""

    def __str__(self) -> str:
        return f"{self.rule.code}-{self.path.name}{' script' if self.is_script else ''}"


def site_of(path: Path, rule: Rule) -> Site:
    folder = FIXTURES / f"{rule.code}-{rule.name}"
    for candidate in (folder / f"site-{path.stem}.toml", folder / "site.toml"):
        if candidate.is_file():
            return Site.of(tomllib.loads(candidate.read_text(encoding="utf-8")))
    return Site()


def machine_of(path: Path, site: Site) -> Machine:
    read = read_inputs(candidates([str(path)]))
    return make_machine(str(path), read, site)


def listed() -> list[Repaired]:
    """The fixtures that are written down."""
    rules = {rule.code: rule for rule in all_rules()}
    found = []
    for line in LIST.read_text(encoding="utf-8").splitlines():
        name, _, kind = line.partition(" ")
        code, _, file = name.partition("-")
        rule = rules[code]
        found.append(Repaired(rule, FIXTURES / f"{code}-{rule.name}" / file, kind == "script"))
    return found


def cases() -> Iterator[Repaired]:
    """The fixtures that have such a repair."""
    for rule in all_rules():
        if rule.scope is not Scope.MACHINE:
            continue
        for path in sorted((FIXTURES / f"{rule.code}-{rule.name}").glob("bad*")):
            site = site_of(path, rule)
            plan = Plan(RULESET, (rule,))
            fixes = [fix for _, fix in found_with_fixes(machine_of(path, site), [plan], site)]
            if any(fix and fix.changes and not _is_compiled(fix.changes) for fix in fixes):
                yield Repaired(rule, path, path.is_file() and recognise(file_source(path)) is FORMATS[0])


def _is_compiled(changes: tuple[object, ...]) -> bool:
    targets = [getattr(change, "target", None) or change.new for change in changes]  # type: ignore[attr-defined]
    return any(target.dialect in {Dialect.WFP, Dialect.VPN} for target in targets)


def main() -> None:
    LIST.write_text("".join(f"{case}\n" for case in cases()), encoding="utf-8")


if __name__ == "__main__":
    main()
