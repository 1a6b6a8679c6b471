"""The words of registry values and what they mean in the model (MS-GPFAS 2.2.4 to 2.2.7).

Keys are folded: Windows' own examples differ in case (`UserNtlm`, `UserNTLM`).
"""

from __future__ import annotations

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
from ipseclint.vocabulary.rows import folded, readings

BOOLEANS = folded({"TRUE": True, "FALSE": False})

ACTIONS = folded(
    {
        "SecureServer": (RuleAction.NEGOTIATE, Security.REQUIRE, Security.REQUEST),
        "Boundary": (RuleAction.NEGOTIATE, Security.REQUEST, Security.REQUEST),
        "Secure": (RuleAction.NEGOTIATE, Security.REQUIRE, Security.REQUIRE),
        "DoNotSecure": (RuleAction.EXEMPT, Security.NONE, Security.NONE),
    }
)
"""What a rule does, inbound and outbound (2.2.6.2, MS-FASP 2.2.52)."""

PROFILES = folded({"Domain": Profile.DOMAIN, "Private": Profile.PRIVATE, "Public": Profile.PUBLIC})

PROFILE_KEYS = folded(
    {
        "DomainProfile": Profile.DOMAIN,
        "PrivateProfile": Profile.PRIVATE,
        "StandardProfile": Profile.PRIVATE,  # the name before Windows Vista, which exports still have
        "PublicProfile": Profile.PUBLIC,
    }
)

INTERFACE_TYPES = folded(
    {"Lan": InterfaceType.LAN, "Wireless": InterfaceType.WIRELESS, "RemoteAccess": InterfaceType.REMOTE_ACCESS}
)

KEY_MODULES = folded({"IkeV1": KeyModule.IKEV1, "AuthIP": KeyModule.AUTHIP, "IkeV2": KeyModule.IKEV2})

DEFAULT_KEY_MODULE = "keymoddefault"

METHODS = folded(
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

SIGNINGS = folded({"ECDSA256": CertificateSigning.ECDSA_P256, "ECDSA384": CertificateSigning.ECDSA_P384})

CRITERIA_TYPES = folded({"Both": (True, True), "Select": (True, False), "Validate": (False, True)})
"""Whether criteria are for selecting one's own certificate, and for validating the peer's (2.2.4)."""

KEY_EXCHANGES = folded(readings(DhGroup, lambda group: group.row.registry))

CIPHERS = folded(readings(Cipher, lambda cipher: cipher.row.registry))

HASHES = folded(readings(Integrity, lambda integrity: integrity.row.registry))

PROTOCOLS = folded(
    {
        "AH": Encapsulation.AH,
        "ESP": Encapsulation.ESP,
        "AH&ESP": Encapsulation.AH_AND_ESP,
        "AUTH_NO_ENCAP": Encapsulation.AUTH_NO_ENCAP,
    }
)

PFS_GROUPS = folded(readings(DhGroup, lambda group: group.row.registry_pfs))

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
