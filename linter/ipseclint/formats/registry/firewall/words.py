"""The words of registry values and what they mean in the model (MS-GPFAS 2.2.4 to 2.2.7).

Keys are folded: Windows' own examples differ in case (`UserNtlm`, `UserNTLM`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from ipseclint.model.policy import (
    AuthMethod,
    CertificateSigning,
    CrlCheck,
    Exemption,
    InterfaceType,
    NatTraversal,
    Profile,
    RuleAction,
    Security,
)
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Encapsulation, Integrity, KeyModule

T = TypeVar("T")


def _folded(table: Mapping[str, T]) -> dict[str, T]:
    return {word.casefold(): meaning for word, meaning in table.items()}


BOOLEANS = _folded({"TRUE": True, "FALSE": False})

ACTIONS = _folded(
    {
        "SecureServer": (RuleAction.NEGOTIATE, Security.REQUIRE, Security.REQUEST),
        "Boundary": (RuleAction.NEGOTIATE, Security.REQUEST, Security.REQUEST),
        "Secure": (RuleAction.NEGOTIATE, Security.REQUIRE, Security.REQUIRE),
        "DoNotSecure": (RuleAction.EXEMPT, Security.NONE, Security.NONE),
    }
)
"""What a rule does, inbound and outbound (2.2.6.2, MS-FASP 2.2.52)."""

PROFILES = _folded({"Domain": Profile.DOMAIN, "Private": Profile.PRIVATE, "Public": Profile.PUBLIC})

PROFILE_KEYS = _folded(
    {
        "DomainProfile": Profile.DOMAIN,
        "PrivateProfile": Profile.PRIVATE,
        "StandardProfile": Profile.PRIVATE,  # the name before Windows Vista, which exports still have
        "PublicProfile": Profile.PUBLIC,
    }
)

INTERFACE_TYPES = _folded(
    {"Lan": InterfaceType.LAN, "Wireless": InterfaceType.WIRELESS, "RemoteAccess": InterfaceType.REMOTE_ACCESS}
)

KEY_MODULES = _folded({"IkeV1": KeyModule.IKEV1, "AuthIP": KeyModule.AUTHIP, "IkeV2": KeyModule.IKEV2})

DEFAULT_KEY_MODULE = "keymoddefault"

METHODS = _folded(
    {
        "Anonymous": AuthMethod.ANONYMOUS,
        "MachineKerb": AuthMethod.COMPUTER_KERBEROS,
        "MachineCert": AuthMethod.COMPUTER_CERTIFICATE,
        "MachineSHKey": AuthMethod.PRESHARED_KEY,
        "MachineNtlm": AuthMethod.COMPUTER_NTLM,
        "UserKerb": AuthMethod.USER_KERBEROS,
        "UserCert": AuthMethod.USER_CERTIFICATE,
        "UserNtlm": AuthMethod.USER_NTLM,
    }
)
"""Methods of both phases (2.2.4). One that does not belong to its phase is read too: a rule reports it."""

SIGNINGS = _folded({"ECDSA256": CertificateSigning.ECDSA_P256, "ECDSA384": CertificateSigning.ECDSA_P384})

CRITERIA_TYPES = _folded({"Both": (True, True), "Select": (True, False), "Validate": (False, True)})
"""Whether criteria are for selecting one's own certificate, and for validating the peer's (2.2.4)."""

KEY_EXCHANGES = _folded(
    {
        "DH1": DhGroup.GROUP_1,
        "DH2": DhGroup.GROUP_2,
        "DH2048": DhGroup.GROUP_14,
        "ECDH-256": DhGroup.ECP_256,
        "ECDH-384": DhGroup.ECP_384,
        "DH24": DhGroup.GROUP_24,
    }
)

CIPHERS = _folded(
    {
        "DES": Cipher.DES,
        "3DES": Cipher.TRIPLE_DES,
        "AES-128": Cipher.AES_128,
        "AES-192": Cipher.AES_192,
        "AES-256": Cipher.AES_256,
        "AES-GCM128": Cipher.AES_GCM_128,
        "AES-GCM192": Cipher.AES_GCM_192,
        "AES-GCM256": Cipher.AES_GCM_256,
    }
)

HASHES = _folded(
    {
        "MD5": Integrity.MD5,
        "SHA1": Integrity.SHA1,
        "SHA256": Integrity.SHA256,
        "SHA384": Integrity.SHA384,
        "AES-GCM128": Integrity.AES_GMAC_128,
        "AES-GCM192": Integrity.AES_GMAC_192,
        "AES-GCM256": Integrity.AES_GMAC_256,
    }
)
"""Hashes; the registry says GCM where GMAC is meant (2.2.5.12)."""

PROTOCOLS = _folded(
    {
        "AH": Encapsulation.AH,
        "ESP": Encapsulation.ESP,
        "AH&ESP": Encapsulation.AH_AND_ESP,
        "AUTH_NO_ENCAP": Encapsulation.AUTH_NO_ENCAP,
    }
)

PFS_GROUPS = _folded(
    {
        "Disable": DhGroup.NONE,
        "EnableDHFromPhase1": DhGroup.SAME_AS_MAIN_MODE,
        "ReKeyDH1": DhGroup.GROUP_1,
        "ReKeyDH2": DhGroup.GROUP_2,
        "ReKeyDH2048": DhGroup.GROUP_14,
        "ReKeyECDH256": DhGroup.ECP_256,
        "ReKeyECDH384": DhGroup.ECP_384,
        "ReKeyDH24": DhGroup.GROUP_24,
    }
)

EXEMPTION_BITS = {
    1: Exemption.NEIGHBOR_DISCOVERY,
    2: Exemption.ICMP,
    4: Exemption.ROUTER_DISCOVERY,
    8: Exemption.DHCP,
}
"""Bits of IPsecExempt (2.2.1, MS-FASP 2.2.39)."""

CRL_LEVELS = {0: CrlCheck.OFF, 1: CrlCheck.FAIL_IF_REVOKED, 2: CrlCheck.FAIL_ON_ANY_ERROR}

NAT_LEVELS = {0: NatTraversal.NEVER, 1: NatTraversal.SERVER, 2: NatTraversal.SERVER_AND_CLIENT}

KEY_ENCODINGS = {0: "UTF-16", 1: "UTF-8"}

QUEUING_BITS = {1: "inbound", 2: "forward"}
"""Bits of EnablePacketQueue (2.2.1)."""
