"""The repair of a VPN connection's suite where a run holds both of its ends: one that both ends support.

The rules on one machine propose the strongest suite there is; those on both ends know what the other end accepts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from ipseclint.finding import Finding, FixText
from ipseclint.late import late
from ipseclint.vocabulary import vpn

_COMMAND = late(r"`(Set-VpnConnectionIPsecConfiguration [^`]{1,2000})`")
_WORDS = late(r" -([A-Za-z]{1,40}) ([A-Za-z0-9]{1,20})(?= |\Z)")
_FIRST = f" -{vpn.AUTHENTICATION_TRANSFORM.name} "
_MIN_BITS = 112
"""Nobody should be told to use fewer bits (NIST SP 800-131A)."""
_WEAK = frozenset(
    (part.name, word)
    for part in (
        *(vpn.INTEGRITY_CHECK_METHOD, vpn.ENCRYPTION_METHOD, vpn.DH_GROUP),
        *(vpn.CIPHER_TRANSFORM, vpn.AUTHENTICATION_TRANSFORM, vpn.PFS_GROUP),
    )
    for value, word in part.written.items()
    if value.row.strength_bits is not None and 0 < value.row.strength_bits < _MIN_BITS
)


def agreeing(findings: Iterable[Finding], of_both: Iterable[Finding]) -> list[Finding]:
    """The findings of an input, with a connection's suite repaired as the findings on both of its ends say.

    A suite that is itself weak is not taken: then both ends must change.
    """
    suites: dict[str, FixText] = {}
    for finding in of_both:
        match = None if finding.fix is None or finding.fix.note is None else _COMMAND.search(finding.fix.note)
        if finding.fix is not None and match is not None and _WEAK.isdisjoint(_WORDS.findall(match[1])):
            suites.setdefault(match[1].partition(_FIRST)[0], finding.fix)
    return [_agreeing(finding, suites) for finding in findings] if suites else list(findings)


def _agreeing(finding: Finding, suites: Mapping[str, FixText]) -> Finding:
    command = "" if finding.fix is None or finding.fix.powershell is None else finding.fix.powershell
    fix = suites.get(command.partition(_FIRST)[0]) if _FIRST in command else None
    return finding if fix is None else replace(finding, fix=fix)
