"""How one policy is made of another in either tool, what that does to traffic, and how policies are repaired.

What is said of drawn policies, and of one of every dialect, is as stored. After a change that is meant,
`python -m tests.repair.test_stored_repairs` stores it anew: read the difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from ipseclint.formats.netsh import script
from ipseclint.formats.powershell.script import format as powershell
from ipseclint.model.change import Edit
from ipseclint.model.machine import Machine
from ipseclint.repair.apply import all_edited
from ipseclint.repair.commands.fix_text import peer_demands
from ipseclint.repair.impact import impact_of
from ipseclint.repair.steps import together
from ipseclint.repair.transition import transition, transition_script
from ipseclint.repair.writable import writer_for
from ipseclint.semantics.object_changes import object_changes
from ipseclint.semantics.packets.budget import Budget
from ipseclint.semantics.traffic_changes import traffic_changes
from ipseclint.source import bytes_source
from tests import ROOT
from tests.cases import cases
from tests.repair.policies import ALL, NOTHING_ELSE, mended
from tests.repair.whole_policies import OF_ADVFIREWALL, of_powershell
from tests.semantics.as_text import told
from tests.semantics.test_stored_answers import drawn, fixtures

EXPECTED = ROOT / "tests" / "data" / "repairs"

STATIC = "netsh ipsec static "
LEGACY = "".join(
    f"{STATIC}{line}\n"
    for line in (
        'add policy name=P mmpfs=yes qmpermm=1 mmlifetime=5 mmsecmethods="3DES-SHA1-2 DES-MD5-1"',
        "add filterlist name=L",
        "add filter filterlist=L srcaddr=me dstaddr=10.1.0.0 dstmask=255.255.0.0 protocol=tcp dstport=445 mirrored=yes",
        "add filter filterlist=L srcaddr=me dstaddr=dns",
        "add filterlist name=M",
        "add filter filterlist=M srcaddr=10.2.0.1 dstaddr=any protocol=17 srcport=53 mirrored=no",
        'add filteraction name=A qmsec="ESP[3DES,SHA1]:100k/900s AH[MD5]" inpass=yes soft=no qmpfs=yes',
        "add filteraction name=B action=permit",
        "add rule name=R policy=P filterlist=L filteraction=A psk=abcdefgh conntype=lan",
        "add rule name=S policy=P filterlist=M filteraction=B kerberos=yes activate=no tunnel=192.0.2.1",
    )
)
LATER = (
    LEGACY.replace("mmlifetime=5", "mmlifetime=480")
    .replace("10.1.0.0", "10.3.0.0")
    .replace("soft=no", "soft=yes")
    .replace("action=permit", "action=block")
    .replace("conntype=lan", "conntype=all")
    .replace("activate=no", "activate=yes")
    .replace("name=M", "name=N")
    .replace("filterlist=M", "filterlist=N")
)


def _machine(text: str, path: str = "legacy.cmd") -> Machine:
    read = powershell.parse if path.endswith(".ps1") else script.parse
    policy = read(bytes_source(path, text.encode())).policy
    assert not policy.refused_commands
    return Machine(name=path, policy=policy)


@cache
def pairs() -> dict[str, tuple[Machine, Machine]]:
    nothing = _machine("")
    legacy, advfirewall = _machine(LEGACY), _machine(OF_ADVFIREWALL[0], "policy.cmd")
    here, there = (
        [_machine(text, "policy.ps1") for text in of_powershell(store)] for store in ("", "corp.example\\IPsec")
    )
    return {
        "legacy": (legacy, _machine(LATER)),
        "legacy made": (nothing, legacy),
        "advfirewall": (advfirewall, _machine(OF_ADVFIREWALL[1], "policy.cmd")),
        "advfirewall made": (nothing, advfirewall),
        "powershell": (here[0], here[1]),
        "powershell made": (nothing, here[0]),
        "powershell in a store": (there[0], there[1]),
        "powershell made in a store": (nothing, there[0]),
        **drawn(),
        **fixtures(),
    }


def edit_told(edit: Edit) -> str:
    fields = (f"{name}={told(getattr(edit.after, name))}" for name in edit.fields)
    return f"{told(edit.before)} to {told(edit.after)}: {', '.join(fields)}"


def of_transition(old: Machine, new: Machine) -> Iterator[str]:
    for by_netsh in (True, False):
        found = transition(old, new, by_netsh=by_netsh)
        yield f"# by {'netsh' if by_netsh else 'PowerShell'}: weighed {found.weighed}, left {len(found.left.changes)}"
        yield from (f"step {step.opens} {edit_told(step.edit)}" for step in found.steps)
        yield from (f"unwritten {told(each)}" for each in found.unwritten)
        if found.steps or found.unwritten:
            yield from transition_script("title", found, by_netsh=by_netsh).splitlines()
        edits = [step.edit for step in found.steps]
        unknown = old.with_policy(old.policy)  # of which nothing was worked out before
        yield f"impact {impact_of(edits, old)}; with little work {impact_of(edits, unknown, Budget(2))}"
        yield from (f"of one {impact_of([edit], old)} {told(peer_demands([edit]))}" for edit in edits)
        yield from (f"writable {writer_for(each)(edits, old)}" for each in ("netsh", "powershell", "script"))
        made = old.with_policy(all_edited(old.policy, edits))
        yield f"reached {len(object_changes(made, new).changes)} {len(traffic_changes(made, new).changes)}"


def of_repair(one: Machine) -> Iterator[str]:
    for allowed in (NOTHING_ELSE, ALL):
        found = mended(one, ("QD001", "QD002", "QD003", "QD004", "CR002", "CR003", "CR005", "CR016"), allowed)
        yield f"# allowed {told(allowed)}: {found.impact}"
        for group in together(found.steps):
            yield f"together {len(group)}"
            for step in group:
                codes = [finding.code for finding in step.findings]
                yield f"repair {codes} {step.risky} {edit_told(step.edit)} {told(step.impacts)} {step.notes}"
        yield from (f"left out {each.finding.code} {each.kept} {each.why}" for each in found.left_out)


def answers(name: str) -> list[str]:
    old, new = pairs()[name]
    return [*of_transition(old, new), *of_transition(new, old), *of_repair(old)]


@pytest.mark.drawn(8)
@cases("file", sorted(path.name for path in EXPECTED.iterdir()))
def test_how_a_policy_is_changed_and_repaired_is_as_stored(file: str) -> None:
    (name,) = (name for name in pairs() if _file(name) == file)
    assert answers(name) == (EXPECTED / file).read_text("utf-8").split("\n")[:-1]


def test_each_pair_is_stored() -> None:
    assert {_file(name) for name in pairs()} == {path.name for path in EXPECTED.iterdir()}


def _file(name: str) -> str:
    return f"{name.replace('/', ' ')}.txt"


def store() -> None:
    EXPECTED.mkdir(exist_ok=True)
    for name in pairs():
        (EXPECTED / _file(name)).write_text("\n".join([*answers(name), ""]), "utf-8", newline="\n")


if __name__ == "__main__":
    store()
