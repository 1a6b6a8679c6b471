"""Which rule Windows asks first, for each kind of rule, with the source that says so.

Where the order is not documented there are several readings; what holds in all of them is certain, the
rest depends on the reading and is to be reported with its name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ipseclint.finding import Basis


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand the order of rules.

    `exemptions_first`: a rule that exempts is asked before every rule that does not.
    `most_specific_first`: among the others, a filter is asked before those that contain it. `statement`
    says so in a sentence; `sources` are the pages it rests on.
    """

    name: str
    statement: str
    basis: Basis
    sources: tuple[str, ...]
    exemptions_first: bool = False
    most_specific_first: bool = True

    def rank(self, *, exempts: bool) -> int:
        """The rank of a rule, smaller first."""
        return int(self.exemptions_first and not exempts)


_CABLE_GUY = "https://learn.microsoft.com/en-us/previous-versions/bb877982(v=technet.10)"
_ISOLATED_XP = "https://learn.microsoft.com/en-us/previous-versions/cc753008(v=ws.10)"
_RULE_TYPES = "https://learn.microsoft.com/en-us/previous-versions/cc811522(v=ws.10)"
_EXEMPTIONS = "https://learn.microsoft.com/en-us/previous-versions/windows/it-pro/windows-server-2008-R2-and-2008/cc811521(v=ws.10)"
_ARBITRATION = "https://learn.microsoft.com/en-us/windows/win32/fwp/filter-arbitration"
_SUBLAYER = "https://learn.microsoft.com/en-us/windows/win32/api/fwpmtypes/ns-fwpmtypes-fwpm_sublayer0"

LEGACY = (
    Reading(
        "most specific filter first",
        "Windows orders the filters of a netsh ipsec policy itself, from the most specific to the most general; "
        "the order of two filters neither of which contains the other is not documented.",
        Basis.DOCUMENTED,
        (_CABLE_GUY, _ISOLATED_XP),
    ),
)
"""The order of filters of a `netsh ipsec` policy."""

CONNECTION_SECURITY = (
    Reading(
        "exemptions first",
        "An exemption holds regardless of other connection security rules (documented); among the rest the most "
        "specific filter comes first, as in netsh ipsec policies (reasoned).",
        Basis.REASONED,
        (_RULE_TYPES, _EXEMPTIONS),
        exemptions_first=True,
    ),
    Reading(
        "most specific filter first",
        "All rules are ordered from the most specific filter to the most general, exemptions among them (reasoned).",
        Basis.REASONED,
        (_ISOLATED_XP,),
    ),
)
"""The order of connection security rules. That exemptions come first is documented, the rest is not."""

MAIN_MODE = (
    Reading(
        "most specific filter first",
        "The order of main-mode rules is not documented; the most specific filter is taken to come first (reasoned).",
        Basis.REASONED,
        (),
    ),
)
"""The order of main-mode rules."""

WFP = (
    Reading(
        "filter weight",
        "Within a sublayer, filters are asked from the highest weight to the lowest until one permits or blocks; "
        "the order of equal weights is not documented.",
        Basis.DOCUMENTED,
        (_ARBITRATION, _SUBLAYER),
        most_specific_first=False,
    ),
)
"""The order of filters of the Windows Filtering Platform in one sublayer of one layer.

Filters of different sublayers do not hide each other: each sublayer is asked. They are analysed apart.
"""


def wfp_ranks(weights: Sequence[tuple[int, int]]) -> list[int]:
    """The rank of each filter, from its (sublayer weight, effective filter weight): heavier first.

    A sublayer of higher weight is asked before one of lower weight. Equal weights have equal ranks.
    """
    ranks = {pair: rank for rank, pair in enumerate(sorted(set(weights), reverse=True))}
    return [ranks[pair] for pair in weights]
