"""What findings say beyond place and message: value, related places and the repair, in the model's words.

And what they are where the site's facts are others, how grave among it.

    python -m tests.rules.details

writes details.toml and other_sites.toml anew after a change that is meant. The difference is to be read, not just
committed.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator
from enum import Enum
from functools import cache, lru_cache
from pathlib import Path

from msgspec.structs import asdict
from pydantic import BaseModel

from ipseclint.engine.inputs.paths import candidates
from ipseclint.engine.machines import ReadInput, make_machine, read_inputs
from ipseclint.engine.one_machine import by_machine
from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.model.change import Add, Assign, Change, Remove
from ipseclint.model.machine import Machine
from ipseclint.model.policy import QuickModeProposal
from ipseclint.model.selectors import Address, PortRange
from ipseclint.model.setting import Origin, Setting
from ipseclint.model.site import HostType, Site
from ipseclint.model.values import Frozen
from ipseclint.rule import Hit, Rule, Scope
from ipseclint.rules import all_rules
from ipseclint.semantics.digest import Digest, Fleet
from ipseclint.source import Span

HERE = Path(__file__).parent
FIXTURES = HERE.parents[1] / "fixtures" / "rules"
TABLE = HERE / "details.toml"
OTHER_SITES = HERE / "other_sites.toml"
RULESET = load_ruleset("default")
UNSAID = frozenset({"span", "id", "dialect", "store", "description", "group", "builtin", "inline", "is_default"})


def details(rule: Rule) -> dict[str, list[str]]:
    """Each hit of a rule on its bad fixtures: where it is, and its lines in order."""
    folder = FIXTURES / f"{rule.code}-{rule.name}"
    found: dict[str, list[str]] = {}
    for path in sorted(folder.glob("bad*")):
        for hit in _hits(rule, path, _site(path, folder)):
            key = f"{_place(hit.span, folder)} {hit.message}"
            found.setdefault(key, []).extend(line for line in _lines(hit, folder) if line not in found.get(key, ()))
    return found


FACTS: dict[str, tuple[object, ...]] = {
    "windows": (("Windows Server 2012 R2",), ("Windows Server 2025",)),
    "peers": (1, 50_000),
    "vpn_clients": (1, 5000),
    "host_type": (HostType.CLIENT, HostType.HUB),
    "all_peers_support_authip": (False, True),
    "ip_fragments_dropped": (False, True),
    "first_deployment": (False, True),
    "responder_behind_nat": (False, True),
    "nat_containers": (False, True),
    "load_balancer_hides_clients": (False, True),
    "non_ipsec_ranges": (("0.0.0.0/0",),),
    "non_member_ranges": (("0.0.0.0/0",),),
    "domain_controllers": (("10.0.0.10",), ("203.0.113.9",)),
    "dns_servers": (("10.0.0.10",), ("203.0.113.9",)),
    "internal_hosts": (1, 50_000),
    "ike_workers": (1, 64),
    "start_ramp_seconds": (1, 3600),
}
"""Facts of a site that differ from those of a fixture."""


class _Noting(Site, dict=True):
    """A site that knows which of its facts were asked for."""

    def __getattribute__(self, name: str) -> object:
        if name in FACTS:
            object.__getattribute__(self, "__dict__")["_asked"].add(name)
        return super().__getattribute__(name)


def elsewhere(rule: Rule) -> dict[str, list[str]]:
    """What a rule says of each bad fixture where one fact of the site that it asks for is another, or not given."""
    folder = FIXTURES / f"{rule.code}-{rule.name}"
    found: dict[str, list[str]] = {}
    for path in sorted(folder.glob("bad*")):
        site = _site(path, folder)
        asked: set[str] = set()
        noting = _Noting(**asdict(site))
        noting.__dict__["_asked"] = asked
        here = [_shown(hit, folder) for hit in _hits(rule, path, noting)]
        found[path.name] = here
        for name in sorted(asked):
            for value in (None, *FACTS[name]):
                there = [_shown(hit, folder) for hit in _hits(rule, path, site.model_copy(update={name: value}))]
                if there != here:
                    found[f"{path.name} {name} {_words(value)}"] = there
    return found


def _shown(hit: Hit, folder: Path) -> str:
    return f"{_place(hit.span, folder)} {hit.severity or 'as the rule'} {hit.message}"


def _site(path: Path, folder: Path) -> Site:
    files = (folder / f"site-{path.stem}.toml", folder / "site.toml")
    text = next((file.read_text(encoding="utf-8") for file in files if file.exists()), "")
    return Site.of(tomllib.loads(text))


@lru_cache(maxsize=16)
def _read(path: Path) -> tuple[ReadInput, ...]:
    wanted = (candidate for candidate in candidates([str(path)]) if not candidate.source.path.endswith("/fleet"))
    return tuple(read_inputs(wanted))


def _hits(rule: Rule, path: Path, site: Site) -> Iterator[Hit]:
    read = _read(path)
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
def table(path: Path) -> dict[str, dict[str, list[str]]]:
    """What is written down."""
    found: dict[str, dict[str, list[str]]] = tomllib.loads(path.read_text(encoding="utf-8"))
    return found


def _write(path: Path, first: str, said_by: Callable[[Rule], dict[str, list[str]]]) -> None:
    lines = [f"# Written by details.py: {first}"]
    for rule in all_rules():
        lines += ["", f"[{rule.code}]"]
        for key, said in said_by(rule).items():
            lines += [f"{json.dumps(key)} = [", *(f"    {json.dumps(each)}," for each in said), "]"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    _write(TABLE, "what each finding on the fixtures says beyond place and message.", details)
    _write(OTHER_SITES, "what is found on the fixtures, and where a fact of the site is another.", elsewhere)


if __name__ == "__main__":
    main()
