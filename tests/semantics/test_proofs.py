"""By what a rule has an end prove who it is, where it names no methods of a phase."""

from __future__ import annotations

from typing import Any

from ipseclint.model.machine import Machine
from ipseclint.model.policy import AuthMethod, AuthPhase, Policy
from ipseclint.model.sets import CertificateCriteria
from ipseclint.semantics.proofs import method_words, proof, proof_of
from ipseclint.source import Span
from ipseclint.vocabulary.authentication import AuthorityType, CertificateSigning
from tests.cases import cases
from tests.made_objects import main_mode_rule, method, said

HERE = Span("p", 1, 1)
CERTIFICATE = AuthMethod.COMPUTER_CERTIFICATE


def asks(*, selection: bool = False, validation: bool = False, **more: Any) -> dict[str, Any]:
    return {"criteria": (CertificateCriteria(span=HERE, selection=selection, validation=validation, **more),)}


@cases(
    ("more", "words"),
    [
        ({}, ""),
        ({"certificate_authority": said("CN=Root")}, ' of "CN=Root"'),
        ({"signing": said(CertificateSigning.RSA)}, ""),
        ({"signing": said(CertificateSigning.ECDSA_P256)}, " (ECDSA-P256)"),
        ({"certificate_authority_type": said(AuthorityType.ROOT)}, ""),
        ({"certificate_authority_type": said(AuthorityType.INTERMEDIATE)}, ", an intermediate authority"),
        ({"health": said(True)}, ", health certificates only"),
        ({"health": said(False)}, ""),
        ({"account_mapping": said(True)}, ", mapped to accounts"),
        ({"exclude_ca_name": said(True)}, ", the authority's name left out"),
        ({"crl_check_disabled": said(True)}, ", revocation not checked"),
        (asks(), ", no certificate with anything"),
        (asks(selection=True, name="a.example"), ', own certificate with name "a.example"'),
        (asks(validation=True, name="a", name_type="dns"), ', the peer\'s certificate with dns "a"'),
        (
            asks(selection=True, validation=True, ekus=("1.2", "1.3"), thumbprint="ab", follow_renewal=True),
            ", own and the peer's certificate with usages 1.2, 1.3, thumbprint ab, renewed ones too",
        ),
    ],
)
def test_a_method_is_told_with_what_it_asks_of_certificates(more: dict[str, Any], words: str) -> None:
    assert method_words(method(CERTIFICATE, **more)) == f"{method_words(method(CERTIFICATE))}{words}"


@cases(
    ("kinds", "weight"),
    [
        ((), -1),
        ((AuthMethod.ANONYMOUS,), 0),
        ((AuthMethod.COMPUTER_CERTIFICATE, AuthMethod.PRESHARED_KEY), 1),
        ((AuthMethod.USER_NTLM, AuthMethod.COMPUTER_KERBEROS), 2),
        ((AuthMethod.COMPUTER_NTLM,), 2),
        ((AuthMethod.COMPUTER_KERBEROS, AuthMethod.COMPUTER_CERTIFICATE), 3),
    ],
)
def test_methods_prove_what_the_least_of_them_does(kinds: tuple[AuthMethod, ...], weight: int) -> None:
    assert proof([method(kind) for kind in kinds], missing=-1).weight == weight


def test_no_method_weighs_what_its_phase_says() -> None:
    """A second phase that is not there asks less than any; a first that is not there is not known."""
    rule = main_mode_rule("M")
    machine = Machine(name="m", policy=Policy(main_mode_rules=(rule,)))
    for missing in (-1, None, 2):
        assert proof_of(machine, rule, AuthPhase.SECOND, missing).weight == missing
