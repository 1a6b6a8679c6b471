"""Words and numbers of the NetSecurity cmdlets, and their meaning in the model.

Keys are compared as `Token.word` makes them: without blanks, folded. A code may be written as its number or its name.
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
    RuleMode,
    Security,
)
from ipseclint.vocabulary import cim
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Encapsulation, Integrity, KeyModule
from ipseclint.vocabulary.authentication import AuthorityType, CertificateName
from ipseclint.vocabulary.rows import codes, folded, readings
from ipseclint.vocabulary.settings import KeyEncoding, PacketQueuing

CIPHERS = codes(Cipher, lambda cipher: cipher.row.cim, lambda cipher: cipher.row.powershell)

HASHES = codes(Integrity, lambda integrity: integrity.row.cim, lambda integrity: integrity.row.powershell)

GROUPS = codes(DhGroup, lambda group: group.row.cim, lambda group: group.row.powershell)

ENCAPSULATIONS = codes(Encapsulation, lambda value: value.row.number, lambda value: value.row.powershell)

AUTHENTICATION_METHODS = {str(number): method for number, method in readings(AuthMethod, lambda m: m.row.cim).items()}

CERTIFICATE_METHODS = {
    str(number): method for number, method in readings(AuthMethod, lambda method: method.row.cim_certificate).items()
}

SIGNINGS = codes(CertificateSigning, lambda signing: signing.row.cim, lambda signing: signing.row.powershell)

AUTHORITY_TYPES = codes(AuthorityType, lambda kind: kind.row.number, lambda kind: kind.row.powershell)

CERTIFICATE_NAME_TYPES = codes(CertificateName, lambda name: name.row.cim, lambda name: name.row.powershell)

MODES = codes(RuleMode, lambda mode: mode.row.number, lambda mode: mode.row.powershell)

SECURITIES = codes(Security, lambda security: security.row.number, lambda security: security.row.powershell) | {
    "never": Security.NONE  # as the reference of the class calls 0
}

BOOLEANS = {"true": True, "false": False}

MATCHES_EACH_METHOD = {"true": False, "false": True, "1": False, "0": True}
"""RequireFullAuthSupport, which says the contrary of the registry's value: true ignores a set for one method."""

ENABLED = BOOLEANS | {str(number): value for number, value in cim.ENABLED.items()}

CRL_CHECKS = codes(CrlCheck, lambda check: check.row.number, lambda check: check.row.powershell)

NAT_TRAVERSAL = codes(NatTraversal, lambda side: side.row.number, lambda side: side.row.powershell)

KEY_ENCODINGS = codes(KeyEncoding, lambda encoding: encoding.row.number, lambda encoding: encoding.row.powershell)

EXEMPTIONS = folded(readings(Exemption, lambda exemption: exemption.row.powershell))


PROFILES = folded(readings(Profile, lambda profile: profile.row.powershell))

PROFILE_BITS = readings(Profile, lambda profile: profile.row.number)

KEY_MODULES = folded(readings(KeyModule, lambda module: module.row.powershell))

KEY_MODULE_BITS = readings(KeyModule, lambda module: module.row.cim)

DOSP_KEY_MODULES = folded(readings(KeyModule, lambda module: module.row.powershell_dos_protection))

DOSP_KEY_MODULE_BITS = readings(KeyModule, lambda module: module.row.cim_dos_protection)

QUEUING = folded(readings(PacketQueuing, lambda direction: direction.row.powershell))


INTERFACE_TYPES = folded(readings(InterfaceType, lambda kind: kind.row.powershell))
