"""The fixes of a machine's findings as text."""

import json
from pathlib import Path
from typing import Any

import pytest

from ipseclint import check_paths, check_text
from ipseclint.engine.findings import fix_texts
from tests import unwrapped
from tests.test_growth import shown


def test_a_repair_that_no_tool_can_be_told_says_what_to_do_and_then_why_there_is_no_command() -> None:
    rule = "New-NetIPsecRule -DisplayName A -RemoteAddress 10.0.0.0/8 -OutboundSecurity Require -PolicyStore 'corp\\G'"
    report = check_text(f"{rule}\n{rule}\n", name="a.ps1")
    (fix,) = [finding.fix for finding in report.findings if finding.code == "FL005"]
    assert fix is not None
    assert (fix.netsh, fix.powershell) == (None, None)
    assert fix.note == (
        "Delete the rule, or one of the equal ones. Netsh changes a GPO only after `set store gpo=` in the same "
        "session; several objects have this display name, and the cmdlet would take them all."
    )


def test_where_no_reason_is_known_the_words_stand_alone() -> None:
    """Two sets of one name and id, of which one is repaired by the other's command."""

    def of_class(name: str, **properties: object) -> dict[str, object]:
        system = {"Namespace": "root/standardcimv2", "ServerName": "HOST", "ClassName": name, "Path": None}
        return {**properties, "CimSystemProperties": system}

    certificate = of_class(
        "MSFT_NetIKECertAuthProposal",
        AuthenticationMethod=65006,
        TrustedCA="CN=Root",
        TrustedCAType=2,
        SelectionCriteria=True,
        ValidationCriteria=False,
        EKUs=["1.3.6.1.5.5.7.3.1"],
    )
    key = of_class("MSFT_NetIKEPSKAuthProposal", AuthenticationMethod=2, PreSharedKey="One-key-7")
    authentication = of_class(
        "MSFT_NetIKEP1AuthSet", InstanceID="{A}", DisplayName="Machines", Proposals=[certificate, key]
    )
    report = check_text(json.dumps([authentication, authentication]), name="sets.json")
    notes = [finding.fix.note for finding in report.findings if finding.fix is not None and finding.fix.note]
    assert any("Let the proposal serve both" in note for note in notes)
    assert not any("None" in note for note in notes)


def test_a_repair_that_findings_share_is_written_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of many sets is weak and all of them are alike: one repair, of which each finding shows every command."""
    written: list[Any] = []
    write = fix_texts.commands_for

    def counted(edits: Any, index: Any) -> Any:
        if edits:
            written.append(edits)
        return write(edits, index)

    monkeypatch.setattr(fix_texts, "commands_for", counted)
    (tmp_path / "rules.txt").write_text("\n".join(shown(2)) + "\n", encoding="utf-8")
    report = check_paths([tmp_path / "rules.txt"], isolated=True)
    weak = [finding.fix for finding in report.findings if finding.code == "CR004"]
    assert len(weak) == 8
    assert len({fix.netsh for fix in weak if fix is not None}) == 1
    assert [len(edits) for edits in written] == [8], "once for both rules, whose advice differs"


WINDOWS = """\
$q = New-NetIPsecQuickModeCryptoProposal -Encapsulation ESP -Encryption AES256 -ESPHash SHA256
$s = New-NetIPsecQuickModeCryptoSet -DisplayName Strong -Proposal $q -PerfectForwardSecrecyGroup DH14
$a = New-NetIPsecPhase1AuthSet -DisplayName Key -Proposal (New-NetIPsecAuthProposal -Machine -PreSharedKey 'One-key-7')
New-NetIPsecRule -DisplayName Site -Mode Tunnel -LocalAddress 10.1.0.0/16 -RemoteAddress 10.2.0.0/16 `
    -LocalTunnelEndpoint 203.0.113.5 -RemoteTunnelEndpoint 198.51.100.7 -InboundSecurity Require `
    -OutboundSecurity Require -Phase1AuthSet $a.Name -QuickModeCryptoSet $s.Name -KeyModule IKEv1
"""
PEER = """\
conn site
    keyexchange=ikev1
    left=198.51.100.7
    leftsubnet=10.2.0.0/16
    right=203.0.113.5
    rightsubnet=10.1.0.0/16
    authby=secret
    ike=aes128-sha1-modp1024!
    esp=aes256-sha1-modp2048!
"""
KEY = '198.51.100.7 203.0.113.5 : PSK "Another-key-8"\n'


def test_a_repair_of_one_of_two_ends_is_judged_on_its_policy_and_left_to_a_person(tmp_path: Path, cli: Any) -> None:
    """Its commands know the rule that uses the set, what they do to protection, and the repair of the other end."""
    for name, text in {"here.ps1": WINDOWS, "ipsec.conf": PEER, "ipsec.secrets": KEY}.items():
        (tmp_path / name).write_text(text, "utf-8")
    report = check_paths([tmp_path], isolated=True)
    fixes = {finding.code: finding.fix for finding in report.findings}
    suite = fixes["CR032"]
    assert suite is not None
    assert suite.of_one_end
    assert suite.netsh is not None
    assert suite.netsh.startswith('netsh advfirewall consec set rule name="Site" new qmsecmethods=esp:sha1-aes256')
    assert suite.protection == "lowers"
    assert suite.note is not None
    assert suite.note.endswith("keeps that. There: Offer ESP AES-256+SHA-256 in quick mode.")
    assert "AU028" in fixes, "the key beside the connection is compared,"
    assert list(report.not_judged) == [], "and so it is not said that nobody looks"
    first = unwrapped(cli(str(tmp_path)).out.partition("\ndo first\n")[2])
    assert "by hand, CR032: Offer ESP AES-256+SHA-1 in quick mode. It is weaker" in first
    assert "in quick mode. `-v` shows the commands." in first
