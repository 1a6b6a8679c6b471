"""Policies after changes."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from ipseclint.model.change import Change, edits
from ipseclint.model.policy import Policy
from ipseclint.repair.apply import edited


def applied(policy: Policy, changes: Iterable[Change]) -> Policy:
    """The policy with the changes made, one after the other."""
    return reduce(edited, edits(changes), policy)
