"""`ipseclint rulesets` lists each ruleset with its title and the number of its rules."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.engine.rulesets.shipped import available_rulesets


def test_every_ruleset_is_listed(cli: Callable[..., Any]) -> None:
    ran = cli("rulesets")
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert [line.partition("@")[0] for line in lines if line[0] != " "] == list(available_rulesets())
    bsi = load_ruleset("bsi-tr-02102-3")
    on = [code for code, settings in bsi.rules.items() if settings.enabled]
    row = ("bsi-tr-02102-3@2026.1", f"BSI TR-02102-3: use of IPsec and IKEv2 ({len(on)} rules)")
    assert row in [tuple(re.split("  +", line)) for line in lines]


@pytest.mark.usefixtures("unwrapped")
def test_the_clauses_of_a_ruleset_are_listed_with_their_rules(cli: Callable[..., Any]) -> None:
    lines = cli("rulesets", "disa-windows-stig").out.splitlines()
    assert lines == cli("rulesets", "--clauses", "disa-windows-stig").out.splitlines()
    assert len(lines) == 3
    assert any(line.endswith("WN25-AU-000320: RT024 ipsec-driver-not-audited (error)") for line in lines)
    *unread, marks = cli("rulesets", "cis-windows").out.splitlines()
    assert unread
    assert all(line.endswith("[quoted by others]") for line in unread)
    assert marks.startswith("[quoted by others]: ")
    assert cli("rulesets", "cis-windows", "--clauses", "anssi").code == 2
    rows = json.loads(cli("rulesets", "--clauses", "disa-vpn-srg", "--format", "json").out)
    assert {row["rule"] for row in rows} >= {"CR007", "CR019", "CR022"}
    assert cli("rulesets", "--clauses", "nothing").code == 2


def test_the_best_suite_of_windows_meets_the_vpn_requirements_guide(tmp_path: Path, cli: Callable[..., Any]) -> None:
    file = tmp_path / "p.ps1"
    file.write_text(
        "$m = New-NetIPsecMainModeCryptoProposal -Encryption AES256 -Hash SHA384 -KeyExchange DH20\n"
        "New-NetIPsecMainModeCryptoSet -DisplayName M -Proposal $m -Default -MaxMinutes 480\n"
        "$q = New-NetIPsecQuickModeCryptoProposal -Encapsulation ESP -Encryption AESGCM256 -ESPHash AESGMAC256\n"
        "$s = New-NetIPsecQuickModeCryptoSet -DisplayName Q -Proposal $q -PerfectForwardSecrecyGroup DH20\n"
        "$p = New-NetIPsecAuthProposal -Machine -Cert -Authority 'CN=Root' -AuthorityType Root\n"
        "$a = New-NetIPsecPhase1AuthSet -DisplayName A -Proposal $p\n"
        "New-NetIPsecRule -DisplayName R -KeyModule IKEv2 -RemoteAddress 10.1.0.0/16 -InboundSecurity Require "
        "-OutboundSecurity Require -Phase1AuthSet $a.Name -QuickModeCryptoSet $s.Name\n"
        "Set-NetFirewallSetting -CertValidationLevel RequireCrlCheck\n"
    )
    ran = cli(file, "--ruleset", "disa-vpn-srg", "-o", "concise")
    assert (ran.code, ran.out.count(": error[")) == (0, 0), ran.out
