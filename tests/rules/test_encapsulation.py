"""Proposals of quick mode that protect nothing."""

from __future__ import annotations

import ipseclint

SET = """$q = New-NetIPsecQuickModeCryptoProposal -Encapsulation ESP {}
New-NetIPsecQuickModeCryptoSet -DisplayName Q -Proposal $q
"""


def test_esp_with_neither_hash_nor_cipher_is_told_as_refused() -> None:
    said = {
        algorithms: [each.message for each in report.findings if each.code == "CR008"]
        for algorithms in ("-ESPHash None", "-AHHash SHA1", "-ESPHash None -Encryption AES128", "-ESPHash SHA256")
        if (report := ipseclint.check_text(SET.format(algorithms), "sets.ps1"))
    }
    where, instead = "in the only quick-mode proposal", "use SHA-256 or AES-GCM"
    nothing = f"ESP none+none neither encrypts nor has integrity, and Windows refuses it, {where}; {instead}"
    assert said == {
        "-ESPHash None": [nothing],
        "-AHHash SHA1": [nothing],
        "-ESPHash None -Encryption AES128": [f"ESP AES-128+none encrypts without integrity, {where}; {instead}"],
        "-ESPHash SHA256": [],
    }
