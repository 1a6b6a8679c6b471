"""The words of `netsh advfirewall` in scripts and output, and their meaning in the model.

Keys are compared as `Token.word` makes them: without blanks, folded. Sources: the built-in help of `consec add rule`
(Windows 7) and the `netsh advfirewall` reference (windowsserverdocs, 2025); `show` prints the same words in mixed case.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

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
)
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Integrity
from ipseclint.vocabulary.authentication import CERTIFICATE_METHODS, AuthorityType
from ipseclint.vocabulary.rows import readings
from ipseclint.vocabulary.settings import PROTECTIONS

T = TypeVar("T")


def _sets(words: Mapping[str, T]) -> dict[str, frozenset[T]]:
    return {word: frozenset({value}) for word, value in words.items()}


CIPHERS = readings(Cipher, lambda cipher: cipher.row.netsh)

INTEGRITIES = readings(Integrity, lambda integrity: integrity.row.netsh)

GCM_INTEGRITIES = readings(Integrity, lambda integrity: integrity.row.netsh_beside_gcm)

DH_GROUPS = readings(DhGroup, lambda group: group.row.netsh)

KEY_EXCHANGES = {
    word: group for word, group in DH_GROUPS.items() if group not in (DhGroup.NONE, DhGroup.SAME_AS_MAIN_MODE)
}

AGREED_KEY_EXCHANGES = {word: group for word, group in DH_GROUPS.items() if group is not DhGroup.SAME_AS_MAIN_MODE}
"""Key exchange of an association: AuthIP does none where `mmforcedh` does not ask for it (its help)."""

ACTIONS = {protection.netsh: (protection.inbound, protection.outbound) for protection in PROTECTIONS}

YES_NO = {"yes": True, "no": False}

ENABLE_DISABLE = {"enable": True, "disable": False}

MODES = readings(RuleMode, lambda mode: mode.row.netsh)

SINGLE_PROFILES = readings(Profile, lambda profile: profile.row.netsh)

PROFILES = _sets(SINGLE_PROFILES) | {"any": ALL_PROFILES}

INTERFACE_TYPES = _sets(readings(InterfaceType, lambda kind: kind.row.netsh)) | {"any": frozenset[InterfaceType]()}

NOT_CONFIGURED = "notconfigured"

LOCAL_RULES = "localconsecrules"
"""The setting of a profile that says whether local connection security rules count."""

DEMANDS = ("authenticate", "authenc", "authdynenc", "authnoencap")
"""The words of `security` of a firewall rule that demand any."""

RULE_TYPES = {"static": "static", "dynamic": "dynamic"}

CA_TYPES = readings(AuthorityType, lambda kind: kind.row.netsh)

EXEMPTIONS = _sets(readings(Exemption, lambda exemption: exemption.row.netsh)) | {"none": frozenset[Exemption]()}

CRL_CHECKS = readings(CrlCheck, lambda check: check.row.netsh)

NAT_TRAVERSAL = readings(NatTraversal, lambda side: side.row.netsh)


def _auth_words(
    methods: Mapping[str, AuthMethod],
) -> dict[str, tuple[AuthMethod, CertificateSigning | None]]:
    words: dict[str, tuple[AuthMethod, CertificateSigning | None]] = {}
    for word, method in methods.items():
        if method in CERTIFICATE_METHODS:
            words |= {word + signing.row.netsh: (method, signing) for signing in CertificateSigning}
        else:
            words[word] = (method, None)
    return words


AUTH_METHODS = {
    AuthPhase.FIRST: _auth_words(readings(AuthMethod, lambda method: method.row.netsh_first)),
    AuthPhase.SECOND: _auth_words(readings(AuthMethod, lambda method: method.row.netsh_second)),
}
"""Words of `auth1` and `auth2`: the method and, of a certificate, the key type."""


def is_sddl(text: str) -> bool:
    """Whether a text may be a security descriptor, as `D:(A;;CC;;;SY)`: its parts have colons (MS-DTYP 2.5.1)."""
    return ":" in text
