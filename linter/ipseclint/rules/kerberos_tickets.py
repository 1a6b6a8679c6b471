"""Kerberos behind a rule or a certificate: the tickets and mappings that hosts and domain controllers still accept."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis, Cause
from ipseclint.model.change import Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import AuthMethod, ConnectionSecurityRule
from ipseclint.rule import Hit, Options, rule
from ipseclint.semantics.registry import number, registry_subject, values_of
from ipseclint.semantics.scope import secured_rules
from ipseclint.vocabulary.dated_facts import CERTIFICATE_MAPPING_ENFORCED_ON

_KERBEROS = frozenset({AuthMethod.COMPUTER_KERBEROS, AuthMethod.USER_KERBEROS})


class TicketEncryption(Options):
    """The registry value of the encryption types, and the bits of the required ones."""

    registry_key: str
    registry_value: str
    wanted_bits: int


@rule(
    "AU019",
    "kerberos-without-aes",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13827, 13801),
    options=TicketEncryption,
    cause=Cause.NEVER_FINISHES,
)
def kerberos_without_aes(machine: Machine, options: TicketEncryption) -> Iterator[Hit]:
    """A rule authenticates by Kerberos, and the host takes no ticket that is encrypted with AES.

    Why: SupportedEncryptionTypes is the value behind the security option "Configure encryption types allowed for
    Kerberos" (KB 4135083), a sum of bits: 1 and 2 are DES, 4 is RC4, 8 and 16 are AES. RC4 in Kerberos is deprecated,
    domain controllers of Server 2025 issue no ticket-granting ticket with it, and DES was removed there. The rest is
    our reasoning: without a ticket a rule whose only method is Kerberos fails, and one with other methods is left with
    these.

    Seen as: 13827 ERROR_IPSEC_IKE_KERBEROS_ERROR or 13801 ERROR_IPSEC_IKE_AUTH_FAIL; event 4769 with failure code 0xE
    on the domain controller.

    Bad: `"SupportedEncryptionTypes"=dword:00000004` and a rule with `auth1=computerkerb`

    Good: `"SupportedEncryptionTypes"=dword:00000018`, or no such value

    Fix: Allow AES128_HMAC_SHA1 and AES256_HMAC_SHA1 in the security option.

    Waive: Where all domain controllers are older, until they are replaced.
    """
    value = values_of(machine.policy, options.registry_key).get(options.registry_value.casefold())
    types = None if value is None else number(value)
    # 0 is as good as no value.
    if value is None or not types or types & options.wanted_bits:
        return
    asking = next((each for each in secured_rules(machine) if _asks_for_kerberos(machine, each)), None)
    if asking is not None:
        yield Hit(
            subject=registry_subject(value),
            span=value.data.span,
            message=f"Kerberos does not use AES here ({options.registry_value} is {types:#x}), and rule "
            f'"{asking.name}" authenticates by Kerberos; add AES ({options.wanted_bits:#x})',
            value=types,
            related=(("the rule", asking.span),),
            fix=Fix(
                note="Allow AES128_HMAC_SHA1 and AES256_HMAC_SHA1 in the security option "
                '"Configure encryption types allowed for Kerberos", and restart the host.'
            ),
        )


def _asks_for_kerberos(machine: Machine, secured_rule: ConnectionSecurityRule) -> bool:
    sets = (machine.index.first_auth_of(secured_rule), machine.index.second_auth_of(secured_rule))
    return any(method.method.known in _KERBEROS for each in sets if each is not None for method in each.methods)


class CertificateMapping(Options):
    """The key, the value for the strictness of certificate mapping and its strict setting, and a value that tolerates
    the age of certificates."""

    registry_key: str
    registry_value: str
    full_enforcement: int
    backdating_value: str


@rule(
    "AU018",
    "weak-certificate-mapping-expected",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13801,),
    options=CertificateMapping,
)
def weak_certificate_mapping_expected(machine: Machine, options: CertificateMapping) -> Iterator[Hit]:
    """A domain controller is set to take certificates that are mapped to an account by a name alone.

    Why: A certificate is mapped to an account weakly by a name in it (UPN, DNS name, subject, issuer and subject), and
    strongly by the account's SID, issuer and serial number, key identifier or hash of the key (MS-PKCA 3.1.5.2.1.5).
    StrongCertificateBindingEnforcement 0 or 1 let weak mappings pass, CertificateBackdatingCompensation those of old
    certificates. Since the updates of 9 September 2025 neither has an effect (KB 5014754, as others quote it): who
    relies on them is refused. That IPsec rules which map certificates to accounts fail likewise is our reasoning.

    Seen as: Events 39 to 41 of the KDC in the System log; error 853 and reason 16 of NPS for VPN users; 13801
    ERROR_IPSEC_IKE_AUTH_FAIL where a rule maps certificates to accounts.

    Bad: `"StrongCertificateBindingEnforcement"=dword:00000001` under `Services\\Kdc`

    Good: no such value, and certificates with the SID extension (1.3.6.1.4.1.311.25.2)

    Fix: Renew the certificates so that they hold the SID, or map them strongly; then delete the value.

    Waive: On domain controllers without updates of September 2025 and later, until they have them.
    """
    values = values_of(machine.policy, options.registry_key)
    strict, backdating = (values.get(name.casefold()) for name in (options.registry_value, options.backdating_value))
    if strict is not None and number(strict) not in range(options.full_enforcement):
        strict = None
    lenient = strict or (backdating if backdating is not None and number(backdating) else None)
    if lenient is not None and (machine.as_of is None or machine.as_of >= CERTIFICATE_MAPPING_ENFORCED_ON):
        subject = registry_subject(lenient)
        yield Hit(
            subject=subject,
            span=lenient.data.span,
            message=f"{subject.name} is {number(lenient)}, which has had no effect since the updates of "
            f"{CERTIFICATE_MAPPING_ENFORCED_ON.isoformat()}: certificates that are mapped by a name alone are refused",
            value=number(lenient),
            fix=Fix(note="Renew the certificates with the SID extension or map them strongly, then delete the value."),
        )
