"""The words of `netsh advfirewall`, as scripts write and `show` prints them, and what they mean in the model.

Keys are compared as `Token.word` makes them: blanks left out, case folded. Sources: the built-in help of
`consec add rule` (Windows 7) and the `netsh advfirewall` reference (windowsserverdocs, 2025); `show` prints
the same words in mixed case.
"""

from __future__ import annotations

from ipseclint.model.policy import (
    ALL_PROFILES,
    AuthMethod,
    AuthPhase,
    CertificateSigning,
    CrlCheck,
    Exemption,
    InterfaceType,
    NatTraversal,
    Profile,
    RuleMode,
    Security,
)
from ipseclint.vocabulary import spellings
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Integrity
from ipseclint.vocabulary.rows import readings

CIPHERS = readings(Cipher, lambda cipher: cipher.row.netsh)

INTEGRITIES = readings(Integrity, lambda integrity: integrity.row.netsh)

GCM_INTEGRITIES = readings(Integrity, lambda integrity: integrity.row.netsh_beside_gcm)

DH_GROUPS = readings(DhGroup, lambda group: group.row.netsh)

KEY_EXCHANGES = {
    word: group for word, group in DH_GROUPS.items() if group not in (DhGroup.NONE, DhGroup.SAME_AS_MAIN_MODE)
}

ACTIONS = {
    word: (Security(inbound), Security(outbound)) for (inbound, outbound), word in spellings.NETSH_ACTIONS.items()
}

YES_NO = {"yes": True, "no": False}

ENABLE_DISABLE = {"enable": True, "disable": False}

MODES = {each.value: each for each in RuleMode}

PROFILES = {each.value: frozenset({each}) for each in Profile} | {"any": ALL_PROFILES}

INTERFACE_TYPES = {each.value: frozenset({each}) for each in InterfaceType} | {
    "any": frozenset[InterfaceType](),
    "wiresless": frozenset({InterfaceType.WIRELESS}),  # as the help of Windows 7 misprints it
}

RULE_TYPES = {"static": "static", "dynamic": "dynamic"}

CA_TYPES = {"root": "root", "intermediate": "intermediate"}

EXEMPTIONS = {
    word: frozenset({Exemption(value)}) for word, value in spellings.reverse(spellings.NETSH_EXEMPTIONS).items()
} | {"none": frozenset[Exemption]()}

CRL_CHECKS = {word: CrlCheck(value) for word, value in spellings.reverse(spellings.NETSH_CRL_CHECKS).items()}

NAT_TRAVERSAL = {word: NatTraversal(value) for word, value in spellings.reverse(spellings.NETSH_NAT_TRAVERSAL).items()}

CERTIFICATE_METHODS = frozenset({AuthMethod.COMPUTER_CERTIFICATE, AuthMethod.USER_CERTIFICATE})


def _auth_words(table: dict[str, str]) -> dict[str, tuple[AuthMethod, CertificateSigning | None]]:
    words: dict[str, tuple[AuthMethod, CertificateSigning | None]] = {}
    for value, word in table.items():
        method = AuthMethod(value)
        if method in CERTIFICATE_METHODS:
            for signing, suffix in spellings.NETSH_SIGNING.items():
                words[word + suffix] = (method, CertificateSigning(signing))
        else:
            words[word] = (method, None)
    return words


AUTH_METHODS = {
    AuthPhase.FIRST: _auth_words(spellings.NETSH_FIRST_AUTHENTICATION),
    AuthPhase.SECOND: _auth_words(spellings.NETSH_SECOND_AUTHENTICATION),
}
"""Words of `auth1` and `auth2`: the method and, of a certificate, the key type."""
