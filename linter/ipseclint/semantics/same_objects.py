"""The objects of a state, their roles for rules, and which objects of two states match."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any

from ipseclint.formats.kit.policy_parts import builtin_first_authentication, builtin_main_mode, builtin_quick_mode
from ipseclint.model.kinds import KIND_OF, ObjectKind
from ipseclint.model.machine import Machine
from ipseclint.model.policy import (
    AuthenticationSet,
    ConnectionSecurityRule,
    Dialect,
    FilterAction,
    FilterList,
    IpsecPolicy,
    MainModeCryptoSet,
    MainModeRule,
    QuickModeCryptoSet,
)
from ipseclint.model.remote_access import VpnConnection, VpnInterface, VpnServer
from ipseclint.model.selectors import WfpFilter
from ipseclint.source import NOWHERE, Span

RULES = (ConnectionSecurityRule, MainModeRule)
USERS = (*RULES, VpnConnection, VpnServer, VpnInterface)
"""The kinds of objects that use sets."""
ROLES = ("first_authentication", "second_authentication", "quick_mode_crypto", "main_mode_crypto")
"""The fields by which rules use sets."""

Key = Callable[[Any], Hashable]

_BUILTIN = (
    builtin_main_mode(NOWHERE),
    builtin_quick_mode(NOWHERE),
    builtin_first_authentication(NOWHERE),
)
"""The sets of a rule that names none."""


def objects_of(machine: Machine, other: Machine, kind: ObjectKind) -> list[Any]:
    """The user's objects of a kind, with default sets where either machine has its own."""
    objects = [each for each in getattr(machine.policy, kind.field) if not getattr(each, "builtin", False)]
    theirs = [each for each in getattr(other.policy, kind.field) if getattr(each, "is_default", False)]
    for shipped in _BUILTIN:
        made = any(_folded_id(each) == _folded_id(shipped) and not each.builtin for each in theirs)
        own = any(_folded_id(each) == _folded_id(shipped) for each in objects)
        if made and not own and isinstance(shipped, kind.type):
            known = getattr(machine.policy, kind.field)
            objects.append(next((each for each in known if _folded_id(each) == _folded_id(shipped)), shipped))
    return objects


def paired(
    olds: Sequence[Any], news: Sequence[Any], old_key: Key, new_key: Key
) -> tuple[list[tuple[Any, Any]], list[Any], list[Any]]:
    """The pairs with equal keys, in order, and the rest of both lists; a key of None matches nothing."""
    waiting: dict[Hashable, list[Any]] = defaultdict(list)
    for new in reversed(news):
        waiting[new_key(new)].append(new)
    pairs, left = [], []
    for old in olds:
        key = old_key(old)
        if key is not None and waiting.get(key):
            pairs.append((old, waiting[key].pop()))
        else:
            left.append(old)
    taken = {id(after) for _, after in pairs}
    return pairs, left, [each for each in news if id(each) not in taken]


def in_store(thing: Any) -> Hashable:
    """The identity together with the store: every GPO has its own default sets, with the same id in all of them."""
    own = identity(thing)
    return None if own is None else (own, getattr(thing, "store", None))


def identity(thing: Any) -> Hashable:
    """The id of an object within its tool; None if it has none."""
    own = _folded_id(thing)
    return None if own is None else (getattr(thing, "dialect", None), own)


def _folded_id(thing: Any) -> str | None:
    own = thing.key if isinstance(thing, WfpFilter) else getattr(thing, "id", None)
    return None if own is None else own.casefold()


def name_of(thing: Any) -> str:
    """The name of an object; for a registry value its path."""
    for field_name in ("name", "path", "subcategory"):
        if isinstance(name := getattr(thing, field_name, None), str):
            return name
    return ""


def span_of(thing: Any) -> Span | None:
    """The place of an object; None if only its values have places."""
    return getattr(thing, "span", None)


def rules_made_of(machine: Machine, part: IpsecPolicy | FilterList | FilterAction) -> Iterator[ConnectionSecurityRule]:
    """The rules of `netsh ipsec` that use a policy, filter list or filter action."""
    words = {word.casefold() for word in (part.name, part.id) if word is not None}
    (role,) = KIND_OF[part.kind].references
    for rule in machine.policy.connection_security_rules:
        reference = getattr(rule, role)
        if reference is not None and reference.target.casefold() in words:
            yield rule


def _sets_by_place(machine: Machine) -> dict[tuple[type[Any], Span, str], Any]:
    """The sets of VPN connections by kind, place and name, since several connections may have one name."""
    policy = machine.policy
    sets: list[Any] = [*policy.main_mode_crypto_sets, *policy.quick_mode_crypto_sets, *policy.authentication_sets]
    return {(type(each), each.span, each.name): each for each in sets if each.dialect is Dialect.VPN}


_SET_OF_ROLE = {
    "first_authentication": AuthenticationSet,
    "quick_mode_crypto": QuickModeCryptoSet,
    "main_mode_crypto": MainModeCryptoSet,
}


def set_in_role(machine: Machine, rule: Any, role: str) -> Any:
    """The set that a rule or a VPN uses in a role, or the default set; None: Windows' own."""
    if not isinstance(rule, RULES):
        reference = getattr(rule, role)
        key = None if reference is None else (_SET_OF_ROLE[role], reference.span, reference.target)
        return machine.once(_sets_by_place).get(key) if key is not None else None
    return getattr(machine.index.sets_of(rule), role, None)
