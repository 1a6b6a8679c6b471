"""What a rule does to packets says what of its proposals was not understood."""

from __future__ import annotations

from ipseclint.model.machine import Machine
from ipseclint.model.policy import Policy
from ipseclint.model.setting import Setting, Unknown
from ipseclint.semantics.packet_treatment import treatment
from ipseclint.source import Span
from ipseclint.vocabulary.algorithms import Cipher
from tests.cases import cases
from tests.made_objects import quick_mode_proposal, quick_mode_set, rule, said, to


def unknown(raw: str) -> Setting[Cipher]:
    return Setting(Unknown(raw), Span("p", 1, 1))


@cases(
    ("encryption", "words"),
    [
        (said(Cipher.AES_128), ["ESP AES-128+SHA-256"]),
        (unknown("%B%"), ["ESP ?+SHA-256 (not understood: %B%)"]),
    ],
)
def test_a_proposal_is_told_with_what_of_it_was_not_understood(encryption: Setting[Cipher], words: list[str]) -> None:
    sets = (quick_mode_set("S", id="{S}", proposals=(quick_mode_proposal(encryption=encryption),)),)
    one = rule("R", quick_mode_crypto=to("{S}"))
    machine = Machine(name="m", policy=Policy(quick_mode_crypto_sets=sets, connection_security_rules=(one,)))
    assert list(treatment(machine, one, inbound=True).quick_mode) == words
