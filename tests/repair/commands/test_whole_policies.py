"""Every field that a tool can say is written so that it reads as it was meant, in a new object and in a changed one."""

from __future__ import annotations

import pytest

from ipseclint.formats.netsh import script
from ipseclint.formats.powershell.script import format as powershell
from ipseclint.model.machine import Machine
from ipseclint.repair.transition import transition, transition_script
from ipseclint.semantics.object_changes import object_changes
from ipseclint.source import bytes_source
from tests.cases import cases
from tests.repair.whole_policies import OF_ADVFIREWALL, of_powershell

pytestmark = pytest.mark.drawn(3)

STORE = "corp.example\\IPsec"
WAYS = {
    "made": lambda _, new: ("", new),
    "changed": lambda old, new: (old, new),
    "changed back": lambda old, new: (new, old),
}


def read(text: str, *, by_netsh: bool) -> Machine:
    path, parse = ("p.cmd", script.parse) if by_netsh else ("p.ps1", powershell.parse)
    parsed = parse(bytes_source(path, text.encode()))
    assert parsed.problems == ()
    return Machine(name="p", policy=parsed.policy)


@cases("way", WAYS)
@cases("texts", [OF_ADVFIREWALL, of_powershell(""), of_powershell(STORE)], ids=["netsh", "PowerShell", "a store"])
def test_what_is_written_reads_as_it_was_meant(texts: tuple[str, str], way: str) -> None:
    by_netsh = texts is OF_ADVFIREWALL
    old_text, new_text = WAYS[way](*texts)
    old, new = read(old_text, by_netsh=by_netsh), read(new_text, by_netsh=by_netsh)
    steps = transition(old, new, by_netsh=by_netsh)
    there = read(old_text + transition_script("Test", steps, by_netsh=by_netsh), by_netsh=by_netsh)
    assert steps.unwritten == ()
    assert object_changes(there, new).changes == ()
