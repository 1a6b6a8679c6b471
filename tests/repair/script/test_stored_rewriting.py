"""What becomes of a script's lines where an object goes, is made again by another name, or says something else.

Each as an edit of its own, and many at once. After a change that is meant,
`python -m tests.repair.script.test_stored_rewriting` stores it anew: read the difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from difflib import unified_diff
from functools import cache
from itertools import groupby
from typing import NamedTuple

import pytest

from ipseclint.formats import recognise
from ipseclint.model.change import Edit
from ipseclint.model.kinds import OBJECT_KINDS
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Policy, PolicyObject
from ipseclint.repair.script import rewriting
from ipseclint.repair.script.appending import appended
from ipseclint.repair.script.profiles import why_not_in_profile, with_suites
from ipseclint.repair.script.rewriting import rewritten, why_not_in_script
from ipseclint.repair.script.rewritten import Edits, Rewritten
from ipseclint.semantics.defaults import completed
from ipseclint.source import Source, bytes_source
from tests import ROOT
from tests.repair.commands.test_stored_commands import DYNAMIC, MORE_ADVFIREWALL, VPN
from tests.repair.script.test_profiles import HEAD, TAIL, WEAK, suite
from tests.repair.test_stored_repairs import LEGACY
from tests.repair.varied_objects import varied
from tests.repair.whole_policies import OF_ADVFIREWALL, of_powershell

pytestmark = pytest.mark.drawn(6)

EXPECTED = ROOT / "tests" / "data" / "rewritten"
MAX_OF_A_KIND = 2
FEW_READINGS = 3
AROUND = (
    "@echo off\nrem ours\nsetlocal\n"
    "netsh advfirewall set domainprofile settings localconsecrules disable & echo done\n"
    "@netsh ipsec static set defaultrule policy=P activate=no\n"
    "  netsh advfirewall consec set rule name=Servers ^\n    new enable=yes ^\n    port2=443 > nul 2>&1\n"
    "netsh advfirewall consec set rule name=all new profile=any\n"
    "netsh wlan show all\nnetsh ipsec static nothing\nif 1==1 netsh advfirewall consec delete rule name=Q\n"
)
POWERSHELL_HOST = """\
$ErrorActionPreference = 'Stop'
netsh advfirewall set global mainmode 'mmkeylifetime' '5min,0sess' # ours
  netsh advfirewall consec add rule name='R S' endpoint1=any endpoint2=10.1.0.0/16 `
    action=requestinrequestout auth1=computercert auth1ca="CN=Root" 'profile=domain'
"""
ODD = """\
netsh advfirewall set global mainmode mmsecmethods dhgroup14:aes256-sha256, ^
    dhgroup2:3des-sha1
netsh advfirewall set global ipsec odd 1
netsh ipsec static add policy P
netsh ipsec static add filterlist L
netsh ipsec static add filter L me any
netsh ipsec static add filteraction A
netsh ipsec static add rule R P L A no "" lan no yes
netsh advfirewall consec add rule name=S endpoint1=any endpoint2=10.1.0.0/16 action=requestinrequestout ^
    auth1ca="CN=Root" ^
    auth1=computercert
netsh ipsec static set filteraction A ^
    soft=yes ^
"""
TWO_PROFILES = (
    "<SyncML><SyncBody>"
    + "".join(
        f"<Replace><Item><Target><LocURI>./Vendor/MSFT/VPNv2/{name}/ProfileXML</LocURI></Target>"
        f"<Data><![CDATA[{profile}]]></Data></Item></Replace>\n"
        for name, profile in (("A", HEAD + suite(WEAK) + TAIL), ("B", HEAD + suite(WEAK) + TAIL))
    ).replace('<?xml version="1.0" encoding="utf-8"?>\n', "")
    + "</SyncBody></SyncML>\n"
)
OF_NETSH = """\
pushd ipsec static
# ours
add policy P "some words" no 3 60
add filterlist name=L
add filter filterlist=L srcaddr=me dstaddr=10.0.0.1
add filteraction name=A soft=yes
add rule name=R policy=P filterlist=L filteraction=A psk=abcdefgh
set policy P assign=y
popd
"""

Write = Callable[[Source, Policy, Sequence[Edits]], Rewritten]


class Case(NamedTuple):
    """A script with its policy, and what writes into it."""

    source: Source
    policy: Policy
    write: Write


def _case(path: str, text: str, write: Write = rewritten) -> Case:
    source = bytes_source(path, text.encode())
    format_ = recognise(source)
    assert format_ is not None, path
    return Case(source, completed(format_.parse(source).policy), write)


@cache
def cases() -> dict[str, Case]:
    scripts = OF_ADVFIREWALL[0], MORE_ADVFIREWALL, LEGACY, DYNAMIC
    names = ("advfirewall", "advfirewall more", "legacy", "dynamic")
    return {
        **{name: _case("p.cmd", f"{AROUND}{text}") for name, text in zip(names, scripts, strict=True)},
        "in PowerShell": _case("p.ps1", POWERSHELL_HOST),
        "odd": _case("p.cmd", ODD),
        "two profiles": _case("p.xml", TWO_PROFILES, with_suites),
        "of netsh": _case("p.txt", OF_NETSH),
        "cmdlets": _case("p.ps1", of_powershell("")[0], appended),
        "vpn": _case("p.ps1", VPN, appended),
        "profile": _case("p.xml", HEAD + suite(WEAK) + TAIL, with_suites),
        "profile without a suite": _case("p.xml", HEAD + TAIL, with_suites),
        "profile of one line": _case("p.xml", (HEAD + TAIL).replace("\n", ""), with_suites),
    }


def _some(subject: PolicyObject) -> Iterator[Edit]:
    """Each field with a few other values, and all of it gone."""
    for field, group in groupby(varied(subject), lambda each: each[0]):
        others = [other for _, _, other in group]
        places = dict.fromkeys((0, len(others) // 3, 2 * len(others) // 3, len(others) - 1))
        yield from (Edit(subject, others[place], (field,)) for place in places)
    yield Edit(subject, None)
    yield Edit(None, subject.model_copy(update={"name": "Anew", "id": None}))


def _written(case: Case, groups: Sequence[Edits]) -> Iterator[str]:
    done = case.write(case.source, case.policy, groups)
    yield from (f"left out {len(each.edits)}: {each.reason}" for each in done.left_out)
    lines = [each.read_text().splitlines(keepends=True) for each in (case.source, done.source)]
    yield from (line.rstrip("\n").replace("\r", "\\r") for line in list(unified_diff(*lines, n=0))[2:])


def answers(name: str) -> list[str]:
    case = cases()[name]
    machine = Machine(name="m", policy=case.policy)
    told: list[str] = []
    ones: list[Edits] = []
    before: list[str] = []
    for subject in (each for kind in OBJECT_KINDS for each in getattr(case.policy, kind.field)[:MAX_OF_A_KIND]):
        edits = list(_some(subject))
        for edit in edits:
            told.append(f"# {subject.kind} {subject.name}: {edit.fields} {edit.before is None}")
            in_profile = why_not_in_profile([edit], machine)
            told.append(f"why not {why_not_in_script([edit], machine)}; {in_profile}")
            if case.write is not with_suites or in_profile is None:
                lines = list(_written(case, [(edit,)]))
                told += lines if lines != before else ["="]
                before = lines
                ones.append((edit,))
    for groups in (ones[::3], ones[1::7], [tuple(edit for one in ones[:2] for edit in one)]):
        told += ["# together", *_written(case, groups)]
    return told


NAMES = sorted(path.stem for path in EXPECTED.glob("*.txt"))


def test_each_script_is_stored() -> None:
    assert sorted(cases()) == NAMES


@pytest.mark.drawn(8)
@pytest.mark.parametrize("name", NAMES)
def test_what_becomes_of_a_script_is_as_stored(name: str) -> None:
    assert answers(name) == (EXPECTED / f"{name}.txt").read_text("utf-8").split("\n")[:-1]


def test_what_would_take_too_many_readings_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rewriting, "MAX_READINGS", FEW_READINGS)
    case = cases()["legacy"]
    groups = [(edit,) for subject in case.policy.filter_actions for edit in list(_some(subject))[:2]]
    done = case.write(case.source, case.policy, groups)
    assert "too many edits had to be tried" in [each.reason for each in done.left_out]


def store() -> None:
    EXPECTED.mkdir(exist_ok=True)
    for name in cases():
        (EXPECTED / f"{name}.txt").write_text("\n".join([*answers(name), ""]), "utf-8", newline="\n")


if __name__ == "__main__":
    store()
