"""What is written for PowerShell reads back as what was meant, but for origins: a default may be written out."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st
from tests.formats.powershell.script.evaluating import parsed
from tests.repair.commands.generated_policies import own_policies, plain
from tests.tries import tries

from ipseclint.model.change import Edit
from ipseclint.model.machine import PolicyIndex
from ipseclint.model.policy import Policy, PolicyObject
from ipseclint.repair.commands.arguments import Unwritable, powershell_string
from ipseclint.repair.commands.powershell import powershell_commands

FIELDS = (
    "main_mode_crypto_sets",
    "quick_mode_crypto_sets",
    "authentication_sets",
    "connection_security_rules",
    "main_mode_rules",
)
NOT_WRITTEN = frozenset({"span", "inline", "id", "is_default", "local_tunnel_endpoint", "remote_tunnel_endpoint"})
"""Fields that a command does not state; ends of a tunnel may be `Any`, which is none."""


def own(policy: Policy) -> list[PolicyObject]:
    """The objects that a script has to make, sets first."""
    objects = [each for field in FIELDS for each in getattr(policy, field)]
    return [each for each in objects if not getattr(each, "builtin", False) and not getattr(each, "is_default", False)]


def worth(value: Any) -> Any:
    """A value without its places and origins; a switch that is off is none."""
    if isinstance(value, dict):
        if value.get("value") is False:
            return None
        return {name: worth(each) for name, each in value.items() if name not in {"span", "origin"}}
    return [worth(each) for each in value] if isinstance(value, (list, tuple)) else value


def told(each: PolicyObject) -> tuple[str, str, dict[str, Any]]:
    """An object as what its commands can say of it."""
    fields = {name: worth(plain(getattr(each, name))) for name in type(each).model_fields if name not in NOT_WRITTEN}
    return each.kind, each.name, fields


def _order(each: tuple[str, str, dict[str, Any]]) -> tuple[str, str, str]:
    return each[0], each[1], str(each[2].get("phase"))


@tries(60)
@given(own_policies())
def test_the_objects_of_a_policy_survive_their_commands(policy: Policy) -> None:
    objects = own(policy)
    commands = powershell_commands([Edit(None, each) for each in objects], PolicyIndex(policy))
    assume(not isinstance(commands, Unwritable))
    assert not isinstance(commands, Unwritable)
    script = "\r\n".join(commands) or "Get-Date"
    assume("<%" not in script and "{%" not in script)  # tags of a template, which decides what is refused
    result = parsed(script)
    # A set needs proposals, and a certificate an authority: a policy that Windows would not take is not told.
    assume(not result.policy.refused_commands)
    assert [problem.message for problem in result.problems] == []
    assert sorted(map(told, own(result.policy)), key=_order) == sorted(map(told, objects), key=_order)


@given(st.text(max_size=60))
def test_every_text_survives_its_quoting(text: str) -> None:
    name = powershell_string(f"n{text}")
    rules = parsed(f"New-NetIPsecRule -DisplayName {name}").policy.connection_security_rules
    assert [rule.name for rule in rules] == [f"n{text}"]
