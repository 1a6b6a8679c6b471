"""The repair of an input in its own text, by the method that suits its format."""

from __future__ import annotations

from collections.abc import Sequence

from ipseclint.formats.parsed import VPN_PROFILE_FORMATS
from ipseclint.model.policy import Policy
from ipseclint.repair.script.appending import appended
from ipseclint.repair.script.profiles import with_suites
from ipseclint.repair.script.rewriting import rewritten
from ipseclint.repair.script.rewritten import Edits, Rewritten
from ipseclint.source import Source


def written(source: Source, format_name: str | None, policy: Policy, groups: Sequence[Edits]) -> Rewritten:
    """The input of a format with all groups of edits of its policy. Raises SourceError."""
    if format_name in VPN_PROFILE_FORMATS:
        return with_suites(source, policy, groups)
    return (appended if format_name == "powershell-script" else rewritten)(source, policy, groups)
