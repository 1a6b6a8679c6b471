"""What the repair of a script in place gives, whatever the script is written in: the script with its edits, and those
that are left out."""

from __future__ import annotations

from msgspec import Struct

from ipseclint.model.change import Edit
from ipseclint.model.policy import FilterAction, Policy
from ipseclint.repair.apply import all_edited
from ipseclint.source import Source

Edits = tuple[Edit, ...]

NO_PLACE = "the script as it is written leaves no place for it"
KEY_AGAIN = "a preshared key would have to be written again"
"""Why edits are left out: the reasons that netsh and PowerShell share."""


class LeftOut(Struct, frozen=True):
    """Edits that belong together and could not be written into the script, and why."""

    edits: Edits
    reason: str


class Rewritten(Struct, frozen=True):
    """The script with the edits in it; reading it gives exactly `policy`."""

    source: Source
    policy: Policy
    left_out: tuple[LeftOut, ...]


def policy_after(policy: Policy, edits: Edits) -> Policy:
    """The policy after edits of it."""
    # What a filter action says is handed on to its rules, and a new name to all that use it: these come last.
    ordered = sorted(edits, key=lambda edit: isinstance(edit.subject, FilterAction) or "name" in edit.fields)
    return all_edited(policy, ordered)
