"""Rules about the audit policy: whether failed negotiations are logged."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis, Subject
from ipseclint.model.change import Fix
from ipseclint.model.machine import Machine
from ipseclint.rule import Hit, Options, rule


class AuditingOff(Options):
    """The audit subcategories without whose failures there is no evidence."""

    subcategories: frozenset[str]


@rule("RT012", "auditing-off", basis=Basis.DOCUMENTED, options=AuditingOff)
def auditing_off(machine: Machine, options: AuditingOff) -> Iterator[Hit]:
    """Failed negotiations are not written to the Security log.

    Why: Windows audits IPsec main mode, quick mode and extended mode only where that is configured, and it is not by
    default. Without it a queue drop or a time-out leaves no event, and nothing here can say why connections
    fail. Microsoft calls the volume of these events high.

    Seen as: Connections that fail while the Security log holds no event 4652, 4653, 4654 or 4984.

    Bad: `No Auditing` for the subcategory IPsec Main Mode

    Good: `auditpol /set /subcategory:"IPsec Main Mode" /failure:enable`

    Fix: Switch failure auditing on for the time of the diagnosis, and off again afterwards.

    Waive: On hubs and in normal operation, where the volume would be too high.
    """
    off = [
        audit_policy
        for audit_policy in machine.policy.audit
        if audit_policy.subcategory in options.subcategories and audit_policy.failure.known is False
    ]
    if not off:
        return
    names = list(dict.fromkeys(each.subcategory for each in off))
    commands = " & ".join(f'auditpol /set /subcategory:"{name}" /failure:enable' for name in names)
    yield Hit(
        Subject(kind="audit_policy", name="audit policy"),
        off[0].failure.span,
        f"failures of {', '.join(names)} are not audited: no event tells why a negotiation fails",
        value=", ".join(names),
        related=tuple((each.subcategory, each.failure.span) for each in off[1:]),
        fix=Fix(note=f"For the time of the diagnosis, run `{commands}`."),
    )
