"""What the load says of many small policies is as it stands below each of them.

A file of `tests/data/loads.txt` has inputs, each below a line `=== PATH`, with facts of the site as JSON behind the
path. Below `--- read` stands which numbers each pair of sets gives and why, what its cryptography costs, what makes
that cheaper, and how a setting is changed. After a change that is meant, `python -m tests.load.test_stored_policies`
writes it anew: read the difference.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from ipseclint.formats import recognise
from ipseclint.load.parameters import DEFAULTS, Parameters
from ipseclint.load.policy import assignments, policy_loads, shares, site_parameters
from ipseclint.load.suite import suite_cost
from ipseclint.model.change import Assign
from ipseclint.model.machine import Machine
from ipseclint.model.site import Site
from ipseclint.semantics.defaults import completed
from tests import ROOT
from tests.formats.stored_inputs import READ, inputs_in, source_of

STORED = ROOT / "tests" / "data" / "loads.txt"
SETTINGS = (
    "main_mode_lifetime_seconds",
    "quick_mode_limit",
    "quick_mode_lifetime_seconds",
    "quick_mode_lifetime_kilobytes",
    "peers",
)


def said(path: str, text: str, facts: str) -> Iterator[str]:
    source = source_of(path, text)
    form = recognise(source)
    assert form is not None
    site = Site.of(json.loads(facts)) if facts else Site()
    machine = Machine(name="m", policy=completed(form.parse(source).policy), site=site)
    defaults = Parameters.defaults()
    yield from (f"site: {line}" for line in _changed(defaults, site_parameters(site)))
    for load in policy_loads(machine):
        yield f"load: {load.sets}{' of a VPN' if load.is_of_vpn else ''} {load.numbers}"
        applied = load.applied_to(defaults)
        yield from (f"  {line}" for line in _changed(defaults, applied))
        cost = suite_cost(machine, load)
        yield f"  costs {cost.words}, pfs {cost.pfs_group}, not measured {cost.unmeasured}, curves {cost.has_curves}"
        yield from (f"  moved: {line}" for line in _changed(applied, cost.applied_to(applied)))
        yield from (f"  cheaper: {change.label}" for change in cost.changes())
        for name in SETTINGS:
            yield from (f"  {name}: {_assigned(each)}" for each in assignments(load, name, 1))
    for share in shares(machine):
        yield f"share: {share.label} {share.per_second:.6g} {share.detail}"


def _changed(before: Parameters, after: Parameters) -> Iterator[str]:
    for default in DEFAULTS:
        each = after[default.name]
        if each != before[default.name]:
            yield f"{each.name} {each.value:.6g} ({each.low:.6g} to {each.high:.6g}) {each.provenance}: {each.source}"


def _assigned(change: Assign) -> str:
    value = change.value
    if isinstance(value, tuple):
        value = [f"{each.lifetime_seconds.known} s, {each.lifetime_kilobytes.known} KB" for each in value]
    return f"{change.target.name} {change.field} {value}"


def said_anew(text: str) -> str:
    """The inputs with what is said of each."""
    lines: list[str] = []
    for title, written in inputs_in(text):
        path, _, facts = title.partition(" ")
        lines += [f"=== {title}", written, READ, *said(path, written, facts)]
    return "\n".join(lines) + "\n"


def test_what_is_said_of_small_policies_is_as_stored() -> None:
    text = STORED.read_text("utf-8")
    assert said_anew(text).splitlines() == text.splitlines()


if __name__ == "__main__":
    STORED.write_text(said_anew(STORED.read_text("utf-8")), "utf-8", newline="\n")
