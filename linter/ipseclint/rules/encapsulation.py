"""What protects the packets of quick mode: ESP, AH, both, and where they do not fit."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.analysis.algorithms import written_quick_mode_sets
from ipseclint.analysis.proposals import words
from ipseclint.finding import Basis
from ipseclint.model.crypto import AEAD_CIPHERS, Cipher, Encapsulation, Integrity
from ipseclint.model.machine import Machine
from ipseclint.model.policy import QuickModeProposal
from ipseclint.rule import Hit, Options, rule
from ipseclint.rules._crypto import repair_of, share


@rule("CR008", "esp-without-integrity", basis=Basis.STANDARD, leads_to=(13868,))
def esp_without_integrity(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A quick-mode proposal encrypts with ESP and has no integrity.

    Why: Without integrity the receiver cannot tell a changed packet, and changed ciphertext of CBC lets an
    attacker steer and in the end read the plaintext; RFC 8221 therefore forbids encryption without
    authentication. Windows accepts such a proposal, and the cmdlet's own example shows one. AES-GCM
    brings its integrity with it; with AH and ESP together the AH gives it.

    Seen as: 13868 ERROR_IPSEC_IKE_POLICY_MATCH with peers that refuse it. Otherwise nothing is seen.

    Bad: `New-NetIPsecQuickModeCryptoProposal -Encapsulation ESP -ESPHash None -Encryption AES256`

    Good: `New-NetIPsecQuickModeCryptoProposal -Encapsulation ESP -ESPHash SHA256 -Encryption AES256`

    Fix: Add SHA-256 as ESP integrity, or use AES-GCM.

    Waive: There is no case for it.
    """
    for crypto_set in written_quick_mode_sets(machine.policy):
        wrong = [each for each in crypto_set.proposals if _encrypts_only(each)]
        if wrong:
            first = wrong[0]
            yield Hit(
                subject=crypto_set,
                span=(first.esp_integrity if first.esp_integrity.is_explicit else first.encryption).span,
                message=f"{words(first)} encrypts without integrity, in {share(crypto_set, len(wrong))}; "
                "SHA-256 or AES-GCM wanted",
                value=words(first),
                related=tuple((f"{words(each)} too", each.span) for each in wrong[1:]),
                fix=repair_of(crypto_set),
            )


def _encrypts_only(proposal: QuickModeProposal) -> bool:
    return (
        proposal.encapsulation.known is Encapsulation.ESP
        and proposal.esp_integrity.known is Integrity.NONE
        and proposal.encryption.known is not None
        and proposal.encryption.known not in AEAD_CIPHERS | {Cipher.NONE}
    )
