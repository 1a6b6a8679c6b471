"""The words and numbers of the NetSecurity cmdlets and what they mean in the model.

Keys are compared as `Token.word` makes them: blanks left out, case folded. A code may be written as its
number or as its name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

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
from ipseclint.vocabulary import cim, spellings
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Encapsulation, Integrity, KeyModule
from ipseclint.vocabulary.rows import codes

T = TypeVar("T")


def _codes(numbers: Mapping[int, str], names: Mapping[str, str], make: Callable[[str], T]) -> dict[str, T]:
    """The table from number and name to the model's value; `names` are spellings by value."""
    table = {"".join(name.split()).casefold(): make(value) for value, name in names.items()}
    return table | {str(number): make(value) for number, value in numbers.items()}


CIPHERS = codes(Cipher, lambda cipher: cipher.row.cim, lambda cipher: cipher.row.powershell)

HASHES = codes(Integrity, lambda integrity: integrity.row.cim, lambda integrity: integrity.row.powershell)

GROUPS = codes(DhGroup, lambda group: group.row.cim, lambda group: group.row.powershell)

ENCAPSULATIONS = _codes(cim.ENCAPSULATIONS, spellings.POWERSHELL_ENCAPSULATIONS, Encapsulation)

AUTHENTICATION_METHODS = _codes(cim.AUTHENTICATION_METHODS, {}, AuthMethod)

CERTIFICATE_METHODS = _codes(cim.CERTIFICATE_METHODS, {}, AuthMethod)

SIGNINGS = _codes(cim.SIGNINGS, spellings.POWERSHELL_SIGNING, CertificateSigning)

AUTHORITY_TYPES = _codes(cim.AUTHORITY_TYPES, {"root": "Root", "intermediate": "Intermediate"}, str)

CERTIFICATE_NAME_TYPES = _codes(
    cim.CERTIFICATE_NAME_TYPES, {value: word for word, value in cim.CERTIFICATE_NAME_WORDS.items()}, str
)

MODES = _codes(cim.MODES, {"transport": "Transport", "tunnel": "Tunnel"}, RuleMode)

SECURITIES = _codes(cim.SECURITIES, spellings.POWERSHELL_SECURITY, Security) | {"never": Security.NONE}

BOOLEANS = {"true": True, "false": False}

ENABLED = BOOLEANS | {str(number): value for number, value in cim.ENABLED.items()}

CRL_CHECKS = _codes(cim.CRL_CHECKS, spellings.POWERSHELL_CRL_CHECKS, CrlCheck)

NAT_TRAVERSAL = _codes(cim.NAT_TRAVERSAL, spellings.POWERSHELL_NAT_TRAVERSAL, NatTraversal)

KEY_ENCODINGS = _codes(cim.KEY_ENCODINGS, {"UTF-16": "UTF16", "UTF-8": "UTF8"}, str)

EXEMPTIONS = {Exemption(value): word.casefold() for value, word in spellings.POWERSHELL_EXEMPTIONS.items()}

EXEMPTION_BITS = {bit: Exemption(value) for bit, value in cim.EXEMPTION_BITS.items()}

PROFILES = {each: each.value for each in Profile}

PROFILE_BITS = {bit: Profile(value) for bit, value in cim.PROFILE_BITS.items()}

KEY_MODULES = {each: each.value.casefold() for each in KeyModule}

KEY_MODULE_BITS = {bit: KeyModule(value) for bit, value in cim.KEY_MODULE_BITS.items()}

DOSP_KEY_MODULE_BITS = {bit: KeyModule(value) for bit, value in cim.DOSP_KEY_MODULE_BITS.items()}

QUEUING = {"inbound": "inbound", "forward": "forward"}

QUEUING_BITS = cim.QUEUING_BITS

INTERFACE_TYPES = {
    InterfaceType(value): word.casefold() for value, word in spellings.POWERSHELL_INTERFACE_TYPES.items()
}

UNSET = frozenset({"none", "any", "notconfigured", "default", ""})
"""Words by which the cmdlets say that nothing is chosen."""
