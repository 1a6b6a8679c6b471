"""Words of registry values and their meaning in the model (MS-GPFAS 2.2.4 to 2.2.7).

Keys are folded: Windows' own examples differ in case (`UserNtlm`, `UserNTLM`).
"""

from __future__ import annotations

from ipseclint.formats.kit.policy_parts import (
    FIRST_AUTHENTICATION_ID,
    MAIN_MODE_ID,
    QUICK_MODE_ID,
    SECOND_AUTHENTICATION_ID,
)
from ipseclint.model.policy import (
    AuthMethod,
    CertificateSigning,
    CrlCheck,
    InterfaceType,
    NatTraversal,
    Profile,
)
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Encapsulation, Integrity, KeyModule
from ipseclint.vocabulary.rows import folded, readings
from ipseclint.vocabulary.settings import PROTECTIONS, KeyEncoding

BOOLEANS = folded({"TRUE": True, "FALSE": False})

ACTIONS = folded(
    {
        protection.registry: (protection.action, protection.inbound, protection.outbound)
        for protection in PROTECTIONS
        if protection.registry is not None
    }
)
"""What a rule does, inbound and outbound (2.2.6.2, MS-FASP 2.2.52)."""

PROFILES = folded(readings(Profile, lambda profile: profile.row.registry))

NAMES_OF_PROFILES = {
    "DomainProfile": Profile.DOMAIN,
    "PrivateProfile": Profile.PRIVATE,
    "StandardProfile": Profile.PRIVATE,  # the name before Windows Vista, which exports still have
    "PublicProfile": Profile.PUBLIC,
}
PROFILE_KEYS = folded(NAMES_OF_PROFILES)

CONNECTION_RULES, MAIN_MODE_RULES, FIREWALL_RULES = "ConSecRules", "MainModeRules", "FirewallRules"
"""The keys of the rules of each kind."""
MAIN_MODE_SETS, QUICK_MODE_SETS = "Phase1CryptoSet", "Phase2CryptoSet"
FIRST_AUTHENTICATION_SETS, SECOND_AUTHENTICATION_SETS = "Phase1AuthenticationSet", "Phase2AuthenticationSet"
DEFAULT_IDS = {
    MAIN_MODE_SETS: MAIN_MODE_ID,
    QUICK_MODE_SETS: QUICK_MODE_ID,
    FIRST_AUTHENTICATION_SETS: FIRST_AUTHENTICATION_ID,
    SECOND_AUTHENTICATION_SETS: SECOND_AUTHENTICATION_ID,
}
"""The keys of the sets of each kind, which the specification prints in the plural too, and the ids of the defaults."""

INTERFACE_TYPES = folded(readings(InterfaceType, lambda kind: kind.row.registry))

KEY_MODULES = folded(readings(KeyModule, lambda module: module.row.registry))

DEFAULT_KEY_MODULE = "keymoddefault"

METHODS = folded(readings(AuthMethod, lambda method: method.row.registry))
"""Methods of both phases (2.2.4). One that does not belong to its phase is read too: a rule reports it."""

SIGNINGS = folded(readings(CertificateSigning, lambda signing: signing.row.registry))

CRITERIA_TYPES = folded({"Both": (True, True), "Select": (True, False), "Validate": (False, True)})
"""Whether criteria are for selecting one's own certificate, and for validating the peer's (2.2.4)."""

KEY_EXCHANGES = folded(readings(DhGroup, lambda group: group.row.registry))

CIPHERS = folded(readings(Cipher, lambda cipher: cipher.row.registry))

HASHES = folded(readings(Integrity, lambda integrity: integrity.row.registry))

PROTOCOLS = folded(readings(Encapsulation, lambda encapsulation: encapsulation.row.registry))

PFS_GROUPS = folded(readings(DhGroup, lambda group: group.row.registry_pfs))


CRL_LEVELS = readings(CrlCheck, lambda check: check.row.number)

NAT_LEVELS = readings(NatTraversal, lambda side: side.row.number)

KEY_ENCODINGS = readings(KeyEncoding, lambda encoding: encoding.row.number)
