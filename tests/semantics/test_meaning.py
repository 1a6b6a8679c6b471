from __future__ import annotations

from ipseclint.formats.netsh import script
from ipseclint.model.machine import Machine
from ipseclint.semantics.meaning import meaning
from ipseclint.source import bytes_source
from tests.cases import cases

RULE = (
    "netsh advfirewall consec add rule name={name} endpoint1=any endpoint2={peer} "
    "action=requireinrequireout auth1=computercert auth1ca={ca}\n"
)


def machine_of(*rules: tuple[str, str, str]) -> Machine:
    lines = "".join(RULE.format(name=name, peer=peer, ca=f'"CN={ca}"') for name, peer, ca in rules)
    return Machine(name="one", policy=script.parse(bytes_source("p.cmd", lines.encode())).policy)


@cases(
    ("other", "same"),
    [
        (("Other", "10.0.0.0/8", "Root"), True),
        (("One", "10.0.0.0/9", "Root"), False),
        (("One", "10.0.0.0/8", "Branch"), False),
    ],
    ids=["another name", "another peer", "a set that says otherwise"],
)
def test_a_rule_means_what_it_and_its_sets_say_whatever_they_are_called(
    other: tuple[str, str, str], same: bool
) -> None:
    machine = machine_of(("One", "10.0.0.0/8", "Root"), other)
    one, another = machine.policy.connection_security_rules
    assert (meaning(machine, one) == meaning(machine, another)) is same
