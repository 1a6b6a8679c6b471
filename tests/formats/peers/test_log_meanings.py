"""What a daemon's reasons for not accepting the other end mean, and that the finding says so."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.api import check_text
from ipseclint.formats.peers.log_meanings import meaning_of
from ipseclint.formats.peers.log_sentence import NOT_AUTHENTICATED
from ipseclint.formats.peers.log_sentences import said

NO_AUTHORITY = "this end does not have the authority that issued the other end's certificate"
REFUSED = "the other end refused this one: its log says why"
LINES = {
    "11[CFG] no matching peer config found": "no connection of this end is for these identities",
    "11[IKE] peer requested EAP, config unacceptable": "the ends prove who they are in different ways",
    "11[CFG] found 1 matching config, but none allows pre-shared key authentication using Main Mode": "the ends prove",
    '"v2"[1] 203.0.113.7 #5: Peer attempted EAP authentication, but IKE_AUTH is required': "the ends prove",
    "11[IKE] no private key found for 'CN=gw'": "this end has no private key",
    "11[IKE] tried 1 shared key for '10.0.0.1' - '10.0.0.2', but MAC mismatched": "the preshared keys of the two ends",
    "13[IKE] no trusted RSA public key found for 'CN=pc17'": NO_AUTHORITY,
    '13[CFG] no issuer certificate found for "CN=pc17"': NO_AUTHORITY,
    "13[IKE] EAP-MS-CHAPv2 verification failed, retry (1)": "the user's name or password",
    "11[CFG] subject certificate invalid (valid from Mar 01 to Mar 02)": "the other end's certificate has expired",
    "\"v2\"[1] 203.0.113.7 #5: ID_FQDN '@gw' does not match expected '@vpn'": "the name that one end expects",
    "11[IKE] received AUTHENTICATION_FAILED notify error": REFUSED,
}


@cases("line", LINES)
def test_a_reason_is_told_with_what_it_means(line: str) -> None:
    sentence = said(line)
    assert sentence is not None
    assert sentence[0].code == NOT_AUTHENTICATED
    assert (meaning_of(sentence[1][0]) or "").startswith(LINES[line])


def test_a_reason_whose_words_say_all_has_no_other() -> None:
    assert meaning_of("loading EAP_TLS method failed") is None


def test_the_finding_says_what_the_reason_means_and_an_answer_alone_does_not() -> None:
    refused = "13[ENC] generating IKE_AUTH response 1 [ N(AUTH_FAILED) ]\n"
    (finding,) = check_text(f"13[IKE] no trusted RSA public key found for 'CN=pc17'\n{refused}", "charon.log").findings
    assert finding.code == "RT013"
    assert finding.message.endswith(NO_AUTHORITY)
    (finding,) = check_text(f"13[NET] received packet: from 203.0.113.7[500]\n{refused}", "charon.log").findings
    assert "other end" not in finding.message
