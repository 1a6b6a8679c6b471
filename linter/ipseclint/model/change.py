"""What would repair a policy, in the policy's own vocabulary; text is made of it elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from ipseclint.model.policy import PolicyObject


@dataclass(frozen=True, slots=True)
class Assign:
    """Set one field of one object, for example `lifetime_seconds` of a main-mode set, to a value."""

    target: PolicyObject
    field: str
    value: object


@dataclass(frozen=True, slots=True)
class Add:
    """Create an object that is not there."""

    new: PolicyObject


@dataclass(frozen=True, slots=True)
class Remove:
    """Delete an object."""

    target: PolicyObject


Change = Assign | Add | Remove


@dataclass(frozen=True, slots=True)
class Fix:
    """Changes that repair one finding, in order; `risky` if applying them can cut connections.

    `note` says what no command can: a decision, or a thing to do elsewhere.
    """

    changes: tuple[Change, ...] = ()
    note: str | None = None
    risky: bool = False
