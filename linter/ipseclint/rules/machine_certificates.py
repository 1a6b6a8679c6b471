"""Certificates in the computer's own store, by which connection security rules authenticate."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis, Cause, Severity
from ipseclint.model.change import Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import AuthMethod, AuthPhase
from ipseclint.rule import Hit, LooksAt, NoOptions, rule
from ipseclint.rules._authentication import methods_of, owner_of, sets_taking
from ipseclint.rules.vpn_certificates import all_unfit, empty_store, why_unfit
from ipseclint.semantics.scope import in_force
from ipseclint.source import Span


@rule(
    "AU036",
    "no-certificate-for-rule",
    basis=Basis.DOCUMENTED,
    leads_to=(13806,),
    looks_at=LooksAt.SETS,
    cause=Cause.NEVER_FINISHES,
)
def no_certificate_for_rule(machine: Machine, _options: NoOptions) -> Iterator[Hit]:
    """Rules authenticate by the computer's certificate alone, and no certificate of its own store can serve.

    Why: IKE and AuthIP take the certificate from the computer's own store; it must have its private key and be valid.
    Without one main mode ends before the computer has proved anything, and nothing else is offered. Certificates in a
    user's store are not looked at for this; where the input shows those alone, or a script imports them there, it is a
    warning, since the computer's store may have others. Where Kerberos or another method stands in the same set, that
    is offered, and this rule is silent; of usages it does not judge, since Windows takes what the policy's criteria
    name.

    Seen as: 13806 ERROR_IPSEC_IKE_NO_CERT: "IKE failed to find valid machine certificate".

    Bad: a rule with `auth1=computercert` beside `certutil -store my` that lists no certificate; beside
    `certutil -user -importpfx pc1.pfx`

    Good: the same beside a listing with a valid certificate and its private key

    Fix: Enrol a certificate in the computer's own store, of an authority that the policy names.

    Waive: When the listing is of another store or host.
    """
    wrong = _why_none(machine)
    if wrong is None:
        return
    reason, place, severity = wrong
    for auth_set in in_force(machine, sets_taking(machine, AuthMethod.COMPUTER_CERTIFICATE)):
        written = methods_of(auth_set, AuthMethod.COMPUTER_CERTIFICATE)
        if auth_set.phase is AuthPhase.FIRST and written and len(written) == len(auth_set.methods):
            yield Hit(
                subject=owner_of(machine, auth_set),
                span=written[0].method.span,
                message=f"the computer must prove itself by a certificate, and {reason}",
                value=reason,
                severity=severity,
                related=(("the store", place),),
                fix=Fix(note="Enrol a valid certificate with its private key in the computer's own store."),
            )


def _why_none(machine: Machine) -> tuple[str, Span, Severity] | None:
    """The fault of the computer's own store, and its place; None if a certificate may serve, or none is listed."""
    if (place := empty_store(machine)) is not None:
        return "its own store has none", place, Severity.ERROR
    unfit = all_unfit(machine, None)
    if not unfit:
        return None
    first = unfit[0][0]
    return why_unfit(unfit), first.span, Severity.WARNING if first.of_user else Severity.ERROR
