"""What readers put together: proposals of which nothing is known, and rules of the firewall that concern IPsec."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import asdict
from tests.cases import cases
from tests.rules.rule_inputs import registry

from ipseclint.formats.kit.policy_parts import unknown_main_mode_proposal, unknown_quick_mode_proposal
from ipseclint.model.setting import Setting, Unknown
from ipseclint.source import Span

SPAN, UNKNOWN = Span("a.xml", 7, 3, 5), Unknown("IPSEC_TRANSFORM_OTHER")


@cases("made", [unknown_main_mode_proposal, unknown_quick_mode_proposal])
def test_each_part_is_unknown_there(made: Callable[[Span, Unknown], Any]) -> None:
    said = asdict(made(SPAN, UNKNOWN))
    assert said.pop("span") == SPAN
    assert set(said.values()) - {None} == {Setting(UNKNOWN, SPAN)}


@cases(
    ("blocked", "is_kept"),
    [
        ("Protocol=17|LPort=500|", True),
        ("Protocol=17|LPort=4500|", True),
        ("Protocol=17|RPort=500|", True),
        ("Protocol=17|", True),
        ("Protocol=50|", True),
        ("", True),
        ("Protocol=17|LPort=501|", False),
        ("Protocol=6|LPort=500|", False),
        ("Protocol=51|", False),
        ("Protocol=17|LPort=500|RA4=10.0.0.1|", False),
        ("Protocol=17|LPort=500|App=C:\\\\x.exe|", False),
    ],
)
def test_a_rule_of_the_firewall_concerns_ipsec_where_it_blocks_ike_or_esp_from_any_peer(
    blocked: str, *, is_kept: bool
) -> None:
    for action in ("Block", "Allow"):
        text = f"v2.30|Action={action}|Active=TRUE|Dir=In|{blocked}Name=B|"
        rules = registry(("FirewallRules", "B", text)).policy.firewall_rules
        assert [rule.name for rule in rules] == (["B"] if is_kept and action == "Block" else [])
