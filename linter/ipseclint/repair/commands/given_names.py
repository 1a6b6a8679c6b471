"""Names that a script gets when it runs: no command outside the script can use them."""

from __future__ import annotations

from collections.abc import Iterable

from ipseclint.model.change import Edit
from ipseclint.model.dialect import Reference
from ipseclint.model.policy import Policy
from ipseclint.repair.commands.arguments import Unwritable

_WHY = Unwritable("a command needs the name, which the script is given when it runs: only the script can be edited")


def why_not_named(edit: Edit, policy: Policy, *, by_id: bool = True) -> Unwritable | None:
    """Why the object of an edit, or one that it refers to, cannot be named; None if it can."""
    subject = edit.subject
    own = (getattr(subject, "id", None) if by_id and edit.before is not None else None) or getattr(subject, "name", "")
    referred = (getattr(edit.after, field, None) for field in edit.fields)
    names = (own or "", *(each.target for each in referred if isinstance(each, Reference)))
    return _WHY if any(name.casefold() in policy.names_given for name in names) else None


def is_beside_names(edits: Iterable[Edit], policy: Policy) -> bool:
    """Whether edits concern objects with unknown names, so that commands for them cannot go into the script."""
    return bool(policy.names_given) and any(why_not_named(edit, policy) is not None for edit in edits)


def as_if_named(policy: Policy) -> Policy:
    """The policy with placeholders taken as names: only to check whether commands can be written."""
    if not policy.names_given:
        return policy
    connections = tuple(each.model_copy(update={"is_named": True}) for each in policy.vpn_connections)
    return policy.model_copy(update={"names_given": (), "vpn_connections": connections})
