"""What findings say beyond place and message: value, related places and the repair, in the model's words.

    python -m tests.rules.details

writes details.toml anew after a change that is meant. The difference is to be read, not just committed.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from enum import Enum
from functools import cache
from pathlib import Path

from msgspec.structs import asdict
from pydantic import BaseModel

from ipseclint.engine.inputs import candidates
from ipseclint.engine.machines import make_machine, read_inputs
from ipseclint.engine.one_machine import by_machine
from ipseclint.engine.ruleset import load_ruleset
from ipseclint.model.change import Add, Assign, Change, Remove
from ipseclint.model.machine import Machine
from ipseclint.model.policy import QuickModeProposal
from ipseclint.model.selectors import Address, PortRange
from ipseclint.model.setting import Origin, Setting
from ipseclint.model.site import Site
from ipseclint.model.values import Frozen
from ipseclint.rule import Hit, Rule, Scope
from ipseclint.rules import all_rules
from ipseclint.semantics.digest import Digest, Fleet
from ipseclint.source import Span

HERE = Path(__file__).parent
FIXTURES = HERE.parents[1] / "fixtures" / "rules"
TABLE = HERE / "details.toml"
RULESET = load_ruleset("default")
UNSAID = frozenset({"span", "id", "dialect", "store", "description", "group", "builtin", "inline", "is_default"})


def details(rule: Rule) -> dict[str, list[str]]:
    """Each hit of a rule on its bad fixtures: where it is, and its lines in order."""
    folder = FIXTURES / f"{rule.code}-{rule.name}"
    found: dict[str, list[str]] = {}
    for path in sorted(folder.glob("bad*")):
        for hit in _hits(rule, path, folder):
            key = f"{_place(hit.span, folder)} {hit.message}"
            found.setdefault(key, []).extend(line for line in _lines(hit, folder) if line not in found.get(key, ()))
    return found


def _hits(rule: Rule, path: Path, folder: Path) -> Iterator[Hit]:
    files = (folder / f"site-{path.stem}.toml", folder / "site.toml")
    text = next((file.read_text(encoding="utf-8") for file in files if file.exists()), "")
    site = Site.model_validate(tomllib.loads(text))
    wanted = (candidate for candidate in candidates([str(path)]) if not candidate.source.path.endswith("/fleet"))
    read = read_inputs(wanted)
    one = "one" if path.is_dir() and not (path / "fleet").exists() else None
    machines = tuple(make_machine(name, group, site) for name, group in by_machine(read, one))
    options = RULESET.options(rule)
    facts = [rule.facts] if rule.facts is not None else []
    fleet = Fleet((Digest.of(machine, facts, whole=not facts) for machine in machines), site)
    scopes: tuple[Machine | Fleet, ...] = (fleet,) if rule.scope is Scope.FLEET else machines
    for scope in scopes:
        yield from rule.check(scope, options)


def _place(span: Span, folder: Path) -> str:
    path = Path(span.path)
    shown = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name
    return f"{shown}:{span.line}:{span.column}"


def _lines(hit: Hit, folder: Path) -> Iterator[str]:
    yield f"value: {_words(hit.value)}"
    yield from (f"related: {label} at {_place(span, folder)}" for label, span in hit.related)
    if hit.fix is not None:
        yield from (f"fix: {_change(each)}" for each in hit.fix.changes)
        if hit.fix.note:
            yield f"note: {hit.fix.note}"
        if hit.fix.risky:
            yield "risky"


def _change(change: Change) -> str:
    match change:
        case Assign(target, field, value):
            return f"{target.kind} {target.name}: {field} = {_words(value)}"
        case Add(new):
            return f"add {new.kind} {_words(new)}"
        case Remove(target):
            return f"remove {target.kind} {target.name}"


def _words(value: object) -> str:
    match value:
        case Setting():
            return _words(value.value)
        case Enum():
            return str(value.value)
        case Address() | PortRange():
            return str(value)
        case QuickModeProposal():
            return " ".join(_words(getattr(value, name)) for name in value.__struct_fields__ if name not in UNSAID)
        case BaseModel():
            return ", ".join(f"{name} {_words(each)}" for name, each in value if _is_said(name, each))
        case Frozen():
            return ", ".join(f"{name} {_words(each)}" for name, each in asdict(value).items() if _is_said(name, each))
        case dict():
            return "{" + ", ".join(f"{_words(key)}: {_words(item)}" for key, item in value.items()) + "}"
        case frozenset() | set():
            return "{" + ", ".join(sorted(map(_words, value))) + "}"
        case tuple() | list():
            return "[" + "; ".join(map(_words, value)) + "]"
        case _:
            return str(value)


def _is_said(name: str, value: object) -> bool:
    if name in UNSAID or value is None or value == ():
        return False
    return not (isinstance(value, Setting) and value.origin is Origin.DEFAULT)


@cache
def table() -> dict[str, dict[str, list[str]]]:
    """What is written down."""
    found: dict[str, dict[str, list[str]]] = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return found


def main() -> None:
    lines = ["# Written by details.py: what each finding on the fixtures says beyond place and message."]
    for rule in all_rules():
        lines += ["", f"[{rule.code}]"]
        for key, said in details(rule).items():
            lines += [f"{json.dumps(key)} = [", *(f"    {json.dumps(each)}," for each in said), "]"]
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
