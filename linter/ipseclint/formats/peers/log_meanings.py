"""What the reasons mean for which a daemon did not accept the other end, in our words: what to look at, and where.

The sentences are those of `log_sentences.py`. What they mean is our reading of them, with strongSwan's pages on
identities, EAP and Windows clients, and with the answers to hwdsl2/setup-ipsec-vpn issue 934 and strongswan/strongswan
issue 1350.
"""

from __future__ import annotations

import re

from ipseclint.late import late

_MEANINGS = (
    (
        r"no (?:matching )?peer config found|no suitable connection for peer|mismatched on first found connection",
        (
            "no connection of this end is for these identities: hold them beside what it is set to for itself and for "
            "the other end"
        ),
    ),
    (
        r"peer requested EAP|none allows|Peer attempted EAP|missing payloads: AUTH|EAP_\w+ not supported",
        (
            "the ends prove who they are in different ways: one by EAP (a user's name and password, or EAP-TLS), the "
            "other by the computer's certificate or a key, or by another kind of EAP"
        ),
    ),
    (r"no private key found|unable to locate my private key", "this end has no private key for its own certificate"),
    (
        r"MAC mismatched|mismatch of preshared secrets|Hash Payload does not match",
        "the preshared keys of the two ends differ",
    ),
    (
        r"no trusted (?:RSA|ECDSA|public)|no issuer certificate found|no (?:RSA )?public key known|verify peer's cert",
        "this end does not have the authority that issued the other end's certificate",
    ),
    (r"EAP-MS-CHAPv2 verification failed", "the user's name or password is not what this end knows"),
    (
        r"certificate invalid|was revoked|bogus or revoked",
        "the other end's certificate has expired, is not valid yet, or was revoked",
    ),
    (
        (
            r"subjectAltName|does not match expected|does not match peers? id|ID does not match certificate"
            r"|does not match connection ID|IDir '[^'\r\n]{1,120}' does not match"
        ),
        "the name that one end expects of the other is not the one in its certificate",
    ),
    (r"AUTHENTICATION_F", "the other end refused this one: its log says why"),
)
_EXPRESSIONS = [(late(words, re.IGNORECASE), meaning) for words, meaning in _MEANINGS]


def meaning_of(words: str) -> str | None:
    """What a daemon's reason for not accepting the other end means; None if its words say all that is known."""
    return next((meaning for expression, meaning in _EXPRESSIONS if expression.search(words) is not None), None)
