"""Each kind of change says exactly that, and nothing else, in every format that can hold the policy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ipseclint import read
from ipseclint.model.machine import Machine
from ipseclint.semantics.object_changes import object_changes
from ipseclint.semantics.traffic_changes import traffic_changes
from tests.twins.policy import MainMode, MainProposal, Method, QuickProposal, Rule, Told
from tests.twins.write import WRITERS

pytestmark = pytest.mark.drawn(3)

FORMATS = sorted(WRITERS.keys() - {"wfpstate.xml"})
"""Filters of WFP are what rules were compiled to: they have no rule of the same name."""

BY_NAME = ["advfirewall.cmd", "policy.ps1", "show.txt"]
"""Formats in which a rule is known by its name, wherever it stands."""


def protecting(name: str, remote: str, action: str = "requireinrequireout") -> Rule:
    quick = (QuickProposal("sha256", "aes256"),)
    return Rule(name, action, remote=remote, first=(Method("computerkerb"),), quick=quick)


SERVERS = protecting("Servers", "10.1.0.0/16")
OFFICES = protecting("Offices", "10.2.0.0/16", "requireinrequestout")
PRINTERS = Rule("Printers", "noauthentication", remote="10.1.9.0/24")
STRONG = MainMode((MainProposal("dhgroup14", "aes256", "sha256"),))
WEAK = MainMode((MainProposal("dhgroup2", "3des", "sha1"),))
BASE = Told((SERVERS, OFFICES, PRINTERS), main_mode=STRONG)

Compare = Callable[[Told, Told], tuple[set[tuple[str, ...]], set[tuple[str, ...]]]]


@pytest.fixture(params=FORMATS)
def compared(request: pytest.FixtureRequest, tmp_path: Path) -> Compare:
    """Writes two policies and compares them: the traffic that changes, and the objects with what differs in them."""
    return lambda old, new: comparison(tmp_path, request.param, old, new)


def comparison(folder: Path, name: str, old: Told, new: Told) -> tuple[set[tuple[str, ...]], set[tuple[str, ...]]]:
    machines: list[Machine] = []
    for place, told in (("old", old), ("new", new)):
        (folder / place).mkdir()
        (folder / place / name).write_bytes(WRITERS[name](told))
        machines.append(read(folder / place / name))
    traffic = traffic_changes(*machines)
    assert traffic.complete
    return (
        {
            (
                change.effect.value,
                *(each.protection for each in (*change.before, *change.after)),
                *sorted({rule.name for rule in (*change.rules_before, *change.rules_after)}),
            )
            for change in traffic.changes
        },
        {
            (change.change.value, change.kind, change.name, *(each.name for each in change.fields))
            for change in object_changes(*machines).changes
        },
    )


def test_a_shared_crypto_set(compared: Compare) -> None:
    traffic, objects = compared(BASE, replace(BASE, main_mode=WEAK))
    assert traffic == {
        ("weaker", "required", "required", "Offices", "Servers"),
        ("weaker", "requested", "requested", "Offices"),
    }
    assert {each[:2] + each[3:] for each in objects} == {("changed", "main_mode_crypto_set", "proposals")}


def test_a_widened_exemption(compared: Compare) -> None:
    wider = replace(PRINTERS, remote="10.1.8.0/23")
    traffic, objects = compared(BASE, replace(BASE, rules=(SERVERS, OFFICES, wider)))
    assert traffic == {("weaker", "required", "exempt", "Printers", "Servers")}
    assert objects == {("changed", "connection_security_rule", "Printers", "endpoint2")}


def test_a_rule_moved_to_another_profile(compared: Compare) -> None:
    one, other = (replace(BASE, rules=(replace(SERVERS, profiles=(name,)), OFFICES)) for name in ("domain", "private"))
    traffic, objects = compared(one, other)
    assert traffic == {
        ("weaker", "required", "untouched", "Servers"),
        ("stronger", "untouched", "required", "Servers"),
    }
    assert objects == {("changed", "connection_security_rule", "Servers", "profiles")}


def test_a_deleted_rule_that_another_covers(compared: Compare) -> None:
    data = protecting("Data", "10.1.7.0/24")
    traffic, objects = compared(replace(BASE, rules=(*BASE.rules, data)), BASE)
    assert traffic == set()
    assert ("removed", "connection_security_rule", "Data") in objects
    assert all(each[0] == "removed" and each[2].startswith("Data") for each in objects), objects


def test_a_rename(compared: Compare) -> None:
    renamed = replace(SERVERS, name="All servers")
    traffic, objects = compared(BASE, replace(BASE, rules=(renamed, OFFICES, PRINTERS)))
    assert traffic == set()
    assert ("renamed", "connection_security_rule", "All servers", "name") in objects
    assert all(each[0] == "renamed" and each[2].startswith("All servers") for each in objects), objects


@pytest.mark.parametrize("name", BY_NAME)
def test_a_reordering(name: str, tmp_path: Path) -> None:
    assert comparison(tmp_path, name, BASE, replace(BASE, rules=BASE.rules[::-1])) == (set(), set())


def test_traffic_that_windows_exempts_by_itself(compared: Compare) -> None:
    traffic, objects = compared(BASE, replace(BASE, exemptions=("neighbordiscovery", "icmp", "dhcp")))
    by_itself = "default exemption of icmp"
    assert traffic == {
        ("weaker", "required", "exempt", "Offices", "Servers", by_itself),
        ("weaker", "requested", "exempt", "Offices", by_itself),
    }
    assert {each[:2] + each[3:] for each in objects} == {("changed", "global_settings", "exemptions")}


def test_what_windows_exempts_anyway_is_no_change_when_it_is_said(tmp_path: Path) -> None:
    rule = 'netsh advfirewall consec add rule name="A" endpoint1=any endpoint2=10.1.0.0/16 action=requireinrequireout\n'
    said = "netsh advfirewall set global ipsec defaultexemptions neighbordiscovery,dhcp\n"
    ends = []
    for name, text in (("silent", rule), ("said", rule + said)):
        (tmp_path / f"{name}.cmd").write_text(text)
        ends.append(read(tmp_path / f"{name}.cmd"))
    assert traffic_changes(*ends).changes == ()
    assert object_changes(*ends).changes == ()


def test_an_exemption_uses_no_set_that_changes(tmp_path: Path) -> None:
    ends = []
    for name, told in (("old", BASE), ("new", replace(BASE, main_mode=WEAK))):
        (tmp_path / f"{name}.cmd").write_bytes(WRITERS["advfirewall.cmd"](told))
        ends.append(read(tmp_path / f"{name}.cmd"))
    (change,) = object_changes(*ends).changes
    assert change.used_by == ("Servers", "Offices")


def test_nothing(compared: Compare) -> None:
    assert compared(BASE, BASE) == (set(), set())
