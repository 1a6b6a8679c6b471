"""`ipseclint rulesets` lists each ruleset with its title and the number of its rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ipseclint.engine.ruleset import available_rulesets, load_ruleset


def test_every_ruleset_is_listed(cli: Callable[..., Any]) -> None:
    ran = cli("rulesets")
    assert (ran.code, ran.err) == (0, "")
    assert [line.partition("@")[0] for line in ran.out.splitlines()] == list(available_rulesets())
    bsi = load_ruleset("bsi-tr-02102-3")
    on = [code for code, settings in bsi.rules.items() if settings.enabled]
    assert f"bsi-tr-02102-3@2026.1  BSI TR-02102-3: use of IPsec and IKEv2 ({len(on)} rules)" in ran.out.splitlines()
