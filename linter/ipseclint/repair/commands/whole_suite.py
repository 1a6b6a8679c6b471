"""The one command that gives an end of remote access a whole suite that the other end of a negotiation has, too."""

from __future__ import annotations

from ipseclint.repair.commands.vpn import suite_command
from ipseclint.semantics.negotiation.ends import End
from ipseclint.semantics.negotiation.stage import Stage
from ipseclint.semantics.negotiation.suite_repairs import suite_for
from ipseclint.semantics.negotiation.verdict import OF_OFFERS


def command_of_suite(end: End, other: End, stage: Stage | None) -> str | None:
    """The command that repairs a stage; None if that is about no suite, or the end has none, both have none in common,
    or no cmdlet can say it."""
    if stage not in OF_OFFERS:
        return None
    suite = suite_for(end, other)
    if end.owner is None or end.suite is None or suite is None:
        return None
    return suite_command(end.owner, end.suite, suite)
