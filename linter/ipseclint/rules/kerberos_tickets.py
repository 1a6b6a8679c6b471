"""Kerberos behind a rule: whether the host takes tickets that domain controllers still issue."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis, Cause
from ipseclint.model.change import Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import AuthMethod, ConnectionSecurityRule
from ipseclint.rule import Hit, Options, rule
from ipseclint.rules._registry import number, registry_subject, registry_values
from ipseclint.semantics.scope import secured_rules

_KERBEROS = frozenset({AuthMethod.COMPUTER_KERBEROS, AuthMethod.USER_KERBEROS})


class TicketEncryption(Options):
    """The registry value of the encryption types, and the bits of those that are to be among them."""

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
    domain controllers of Server 2025 issue no ticket-granting ticket with it, and DES was removed there. That without a
    ticket a rule fails which knows no other method, and loses this one which does, is our reasoning.

    Seen as: 13827 ERROR_IPSEC_IKE_KERBEROS_ERROR or 13801 ERROR_IPSEC_IKE_AUTH_FAIL; event 4769 with failure code 0xE
    on the domain controller.

    Bad: `"SupportedEncryptionTypes"=dword:00000004` and a rule with `auth1=computerkerb`

    Good: `"SupportedEncryptionTypes"=dword:00000018`, or no such value

    Fix: Allow AES128_HMAC_SHA1 and AES256_HMAC_SHA1 in the security option.

    Waive: Where all domain controllers are older, until they are replaced.
    """
    value = registry_values(machine, options.registry_key).get(options.registry_value.casefold())
    types = None if value is None else number(value)
    # 0 is as good as no value.
    if value is None or not types or types & options.wanted_bits:
        return
    asking = next((each for each in secured_rules(machine) if _asks_for_kerberos(machine, each)), None)
    if asking is not None:
        yield Hit(
            subject=registry_subject(value),
            span=value.data.span,
            message=f"Kerberos takes no AES here ({options.registry_value} is {types:#x}), and rule "
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
