"""What stays of a machine for the rules that compare machines: small, without keys, and enough."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

import pytest

from ipseclint.engine.inputs.paths import candidates
from ipseclint.engine.machines import make_machine, read_inputs
from ipseclint.model.machine import Machine
from ipseclint.model.policy import (
    AuditSetting,
    Direction,
    DosProtection,
    FirewallAction,
    FirewallRule,
    LostStore,
    NetworkAdapter,
    Policy,
    RefusedCommand,
    RegistryValue,
    ServiceState,
)
from ipseclint.model.selectors import WfpFilter
from ipseclint.model.site import NO_FACTS, Site
from ipseclint.rule import Scope
from ipseclint.rules import all_rules
from ipseclint.semantics.digest import Digest, Fleet, holds_both_ends
from tests.benchmarks.fleet import write_host
from tests.cases import cases
from tests.made_objects import SPAN, quick_mode_set, rule, said

KEY = "correct horse battery"
RULE = (
    'netsh advfirewall consec add rule name="R" endpoint1=10.1.0.0/16 endpoint2=10.2.0.0/16 action=requireinrequireout'
)


def machine_of(path: Path) -> Machine:
    return make_machine(path.name, read_inputs(candidates([str(path)])), Site())


FACTS = {rule.facts for rule in all_rules() if rule.scope is Scope.FLEET and rule.facts is not None}


def test_every_rule_over_a_fleet_says_what_it_asks_of_each_machine() -> None:
    assert [rule.code for rule in all_rules() if rule.scope is Scope.FLEET and rule.facts is None] == []
    assert [rule.code for rule in all_rules() if rule.scope is Scope.MACHINE and rule.facts is not None] == []


@pytest.mark.parametrize("kind", range(5))
def test_a_host_of_any_kind_takes_two_or_three_kilobytes(tmp_path: Path, kind: int) -> None:
    write_host(tmp_path, kind)
    (path,) = tmp_path.iterdir()
    assert 100 < len(Digest.of(machine_of(path), FACTS).policy) < 3000


def test_a_key_is_not_in_it_and_still_compared(tmp_path: Path) -> None:
    for name in ("one.cmd", "two.cmd"):
        (tmp_path / name).write_text(f'{RULE} auth1=computerpsk auth1psk="{KEY}"\r\n')
    one, two = (Digest.of(machine_of(tmp_path / name), FACTS) for name in ("one.cmd", "two.cmd"))
    assert KEY.encode() not in zlib.decompress(one.policy)
    assert KEY not in repr(one)
    sets = [digest.machine(Site()).policy.authentication_sets for digest in (one, two)]
    assert sets[0][0].methods[0].preshared_key is not None
    assert sets[0][0].methods[0].preshared_key.value == sets[1][0].methods[0].preshared_key.value  # type: ignore[union-attr]


def test_a_fleet_gives_its_machines_again_and_asks_each_only_once(tmp_path: Path) -> None:
    write_host(tmp_path, 1)
    (path,) = tmp_path.iterdir()
    machine = machine_of(path)
    asked: list[str] = []

    def name(each: Machine) -> str:
        asked.append(each.name)
        return each.name

    fleet = Fleet([Digest.of(machine, [name])], Site())
    assert list(fleet.facts(name)) == list(fleet.facts(name)) == asked == ["h000001.cmd"]
    assert fleet[0].policy.connection_security_rules == machine.policy.connection_security_rules
    assert fleet.name_of(machine.policy.connection_security_rules[0].span.path) == "h000001.cmd"
    assert fleet.name_of("elsewhere") == "elsewhere"


def test_what_decides_on_no_negotiation_is_left_out_unless_all_is_asked_for() -> None:
    left_out = {
        *("firewall_rules", "dos_protection", "registry", "services", "network_adapters", "audit"),
        *("refused_commands", "lost_stores", "open_ends", "names_not_followed", "kinds_not_held"),
    }
    firewall = FirewallRule(
        name="F",
        span=SPAN,
        enabled=said(value=True),
        direction=said(Direction.INBOUND),
        action=said(FirewallAction.BLOCK),
        profiles=said(frozenset()),
        protocol=said(None),
        local_ports=said(()),
        remote_ports=said(()),
        remote=said(()),
    )
    given: dict[str, Any] = {
        "firewall_rules": (firewall,),
        "dos_protection": (DosProtection(name="D", span=SPAN),),
        "registry": (RegistryValue(path="HKLM\\a", data=said("1")),),
        "services": (ServiceState(name="IKEEXT"),),
        "network_adapters": (NetworkAdapter(name="N"),),
        "audit": (AuditSetting(subcategory="IPsec Driver", failure=said(value=True)),),
        "refused_commands": (RefusedCommand(command="c", reason="r", span=SPAN),),
        "lost_stores": (LostStore(store="s", command="c", span=SPAN, first=SPAN, count=1),),
        "open_ends": (SPAN,),
        "names_not_followed": ("n",),
        "kinds_not_held": ("k",),
        "alternatives": (((SPAN, frozenset({1})),),),
        "connection_security_rules": (rule("R"),),
        "quick_mode_crypto_sets": (quick_mode_set("Q", id="{q}"),),
        "wfp_filters": tuple(
            WfpFilter(f"k{number}", "f", "l", "s", 1, "a", key, (), (), None, (), (), (), 1, 1)
            for number, key in enumerate(("{Q}", "q", "{other}", None))
        ),
    }
    assert left_out < set(given)
    machine = Machine(name="m", policy=Policy(**given))
    kept = Digest.of(machine).machine(NO_FACTS).policy
    assert {name for name in given if not getattr(kept, name)} == left_out
    for whole in (Digest.of(machine, whole=True).machine(NO_FACTS), Fleet.of([machine])[0]):
        assert {name: getattr(whole.policy, name) for name in given} == given
    assert [row.key for row in kept.wfp_filters] == ["k0", "k1"]


@cases(
    ("held", "both"),
    [
        ("", False),
        ("peers", False),
        ("vpn_connections", False),
        ("vpn_servers", False),
        ("vpn_connections vpn_servers", True),
        ("vpn_connections connection_security_rules", False),
        ("vpn_servers vpn_interfaces", False),
        ("peers vpn_connections", True),
        ("peers vpn_servers", True),
        ("peers vpn_interfaces", True),
        ("peers connection_security_rules", True),
        ("peers firewall_rules", False),
    ],
)
def test_an_input_holds_both_ends_where_an_own_one_meets_its_peer(held: str, *, both: bool) -> None:
    policy = Policy().model_copy(update=dict.fromkeys(held.split(), (object(),)))
    assert holds_both_ends(policy) is both


def test_a_machine_that_is_kept_is_given_again_with_the_facts_of_its_site() -> None:
    site = Site()
    digest = Digest.of(Machine(name="m", policy=Policy(), site=site))
    assert digest.machine(site).site is site
    assert digest.machine(NO_FACTS).site is NO_FACTS
