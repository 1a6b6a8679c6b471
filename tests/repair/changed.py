"""Policies after changes."""

from __future__ import annotations

from collections.abc import Iterable

from ipseclint.model.change import Change, edits
from ipseclint.model.policy import Policy
from ipseclint.repair.apply import all_edited


def applied(policy: Policy, changes: Iterable[Change]) -> Policy:
    """The policy with the changes made, one after the other."""
    return all_edited(policy, edits(changes))
