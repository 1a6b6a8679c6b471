"""Machines made of netsh lines, and what one rule says of them."""

from __future__ import annotations

import tomllib
from pathlib import Path

from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.formats import recognise
from ipseclint.model.events import Counter, Event, EventKind
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Policy
from ipseclint.model.site import Site
from ipseclint.rule import Hit
from ipseclint.rules import all_rules
from ipseclint.semantics.defaults import completed
from ipseclint.semantics.digest import Fleet
from ipseclint.source import Span, bytes_source, file_source

RULESET = load_ruleset("default")


def machine(*lines: str, site: Site | None = None, name: str = "script.cmd", understood: bool = True) -> Machine:
    """The machine that a script of these lines describes; they must be understood, or some must not be."""
    source = bytes_source(name, "\r\n".join(lines).encode())
    found = recognise(source)
    assert found is not None
    parsed = found.parse(source)
    assert (parsed.problems == ()) is understood
    return Machine(name=name, policy=parsed.policy, site=site or Site())


def machine_in(path: Path) -> Machine:
    """The machine that a fixture describes, with the facts of the site that lie beside it."""
    source = file_source(path)
    found = recognise(source)
    assert found is not None, path
    for name in (f"site-{path.stem}.toml", "site.toml"):
        file = path.parent / name
        if file.exists():
            site = Site.of(tomllib.loads(file.read_text(encoding="utf-8")))
            break
    else:
        site = Site()
    return Machine(name=path.name, policy=completed(found.parse(source).policy), site=site)


def hits(code: str, subject: object, **options: object) -> list[Hit]:
    """What a rule finds in a machine, or in a tuple of them, with other options than those of the ruleset."""
    rule = next(each for each in all_rules() if each.code == code)
    looked_at = Fleet.of(subject) if isinstance(subject, tuple) else subject
    return list(rule.check(looked_at, RULESET.options(rule).model_copy(update=options)))


def consec(text: str) -> str:
    """The command that adds a connection security rule."""
    return f"netsh advfirewall consec add rule {text}"


def registry(*values: tuple[str, str, str]) -> Machine:
    """The machine whose store of Group Policy has these texts: a key below it, a name and the text."""
    root = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall"
    lines = ["Windows Registry Editor Version 5.00", "", f"[{root}]", '"PolicyVersion"=dword:0000021e']
    for key, name, text in values:
        lines += ["", f"[{root}\\{key}]", f'"{name}"="{text}"']
    return machine(*lines, name="store.reg")


def failure(code: int, peer: str | None = None, minute: int = 0, second: int = 0) -> Event:
    """A main mode that failed so many minutes and seconds after eight."""
    time = f"2026-03-02T{8 + minute // 60:02d}:{minute % 60:02d}:{second:02d}.000Z"
    return Event(
        span=Span("events.xml", 1, 1), kind=EventKind.MAIN_MODE, time=time, error_code=code, remote_address=peer
    )


def with_events(*events: Event, counters: tuple[Counter, ...] = ()) -> Machine:
    """A machine of which nothing is known but what happened on it."""
    return Machine(name="m", policy=Policy(), events=events, counters=counters)
