"""Demands of security baselines on the settings around IPsec: merging on Public, auditing of the driver."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis, Subject
from ipseclint.model.change import Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Profile
from ipseclint.rule import Hit, LooksAt, Options, rule
from ipseclint.words import series


class LocalRules(Options):
    """Whether settings that leave the value to Windows, which merges, are against the baseline too."""

    default_counts: bool


@rule(
    "RF015", "local-consec-rules-merged-on-public", basis=Basis.STANDARD, options=LocalRules, looks_at=LooksAt.SETTINGS
)
def local_consec_rules_merged_on_public(machine: Machine, options: LocalRules) -> Iterator[Hit]:
    """Local connection security rules are merged with those of Group Policy on the Public profile.

    Why: An administrator of the host can then add rules of their own beside the domain's, exemptions among them. The
    DISA Windows Firewall STIG (V-242005), CIS (9.3.5) and Microsoft's baseline ask for 0; the default is to merge
    (MS-FASP, note 13). RF008 tells what happens to local rules where they are not merged.

    Seen as: Nothing.

    Bad: `"AllowLocalIPsecPolicyMerge"=dword:00000001` under PublicProfile

    Good: `"AllowLocalIPsecPolicyMerge"=dword:00000000`

    Fix: `Set-NetFirewallProfile -Profile Public -AllowLocalIPsecRules False`, in the GPO.

    Waive: For hosts off the domain that need rules of their own.
    """
    for settings in machine.policy.global_settings:
        merge = settings.local_rules_merge.get(Profile.PUBLIC)
        if merge is None or not merge.is_explicit:
            if options.default_counts:
                yield Hit(
                    subject=settings,
                    span=settings.span,
                    message="the merging of local connection security rules on the Public profile is not configured, "
                    "and Windows merges them; the baseline requires that they are not",
                    value="default",
                    fix=_NOT_MERGED,
                )
        elif merge.known is True:
            yield Hit(
                subject=settings,
                span=merge.span,
                message="local connection security rules are merged on the Public profile; the baseline requires "
                "that they are not",
                value="merged",
                fix=_NOT_MERGED,
            )


_NOT_MERGED = Fix(note="Run `Set-NetFirewallProfile -Profile Public -AllowLocalIPsecRules False`, in the GPO.")


class DriverAudit(Options):
    """The audit subcategory of the driver."""

    subcategory: str


@rule("RT024", "ipsec-driver-not-audited", basis=Basis.STANDARD, options=DriverAudit)
def ipsec_driver_not_audited(machine: Machine, options: DriverAudit) -> Iterator[Hit]:
    """Successes and failures of the IPsec driver are not both written to the Security log.

    Why: The events 4960 to 4965 tell of packets that the driver dropped: clear text that should have been secured,
    failed integrity checks, wrong SPIs. Windows writes them only where the subcategory is audited. The STIGs of
    Server 2025 (WN25-AU-000320 and 000330) and Windows 11 (WN11-AU-000120) and CIS (17.9.1) ask for it.

    Seen as: No event 4963 though a peer sends in clear text.

    Bad: `No Auditing` for the subcategory IPsec Driver

    Good: `auditpol /set /subcategory:"IPsec Driver" /success:enable /failure:enable`

    Fix: Switch both on.

    Waive: Where the volume is too high and nobody reads the events.
    """
    for setting in machine.policy.audit:
        if setting.subcategory != options.subcategory or setting.success is None:
            continue
        off = [
            word for word, part in (("success", setting.success), ("failure", setting.failure)) if part.known is False
        ]
        if off:
            yield Hit(
                Subject(kind="audit_policy", name="audit policy"),
                setting.failure.span,
                f"{series(off)} of {setting.subcategory} is not audited: dropped packets leave no event",
                value=" ".join(off),
                fix=Fix(note=f'Run `auditpol /set /subcategory:"{setting.subcategory}" {_BOTH}`.'),
            )


_BOTH = "/success:enable /failure:enable"
