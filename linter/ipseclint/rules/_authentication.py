"""Shared by the rules on authentication: the owner of a set, and sets with other methods."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

from ipseclint.model.change import Assign
from ipseclint.model.machine import Machine
from ipseclint.model.policy import (
    AuthenticationMethod,
    AuthenticationSet,
    AuthMethod,
    AuthPhase,
    PolicyObject,
)
from ipseclint.model.setting import Origin, Setting
from ipseclint.rules._once import once_each


def owner_of(machine: Machine, auth_set: AuthenticationSet) -> PolicyObject:
    """The object that an administrator changes: the set, or the rule that an inline set is written on."""
    users = machine.index.users_of(auth_set) if auth_set.inline else ()
    return users[0] if users else auth_set


def user_defined_sets(machine: Machine) -> Iterator[AuthenticationSet]:
    """The authentication sets of users."""
    return (auth_set for auth_set in machine.policy.authentication_sets if not auth_set.builtin)


def sets_taking(machine: Machine, *wanted: AuthMethod) -> list[AuthenticationSet]:
    """The users' sets with one of some methods, in order: most rules are about few."""
    by_method = machine.once(_by_method)
    found: dict[int, AuthenticationSet] = {}
    for method in wanted:
        found |= by_method.get(method, {})
    return [found[place] for place in sorted(found)]


def _by_method(machine: Machine) -> Mapping[object, dict[int, AuthenticationSet]]:
    """The sets by their methods, each with its position among all."""
    found: defaultdict[object, dict[int, AuthenticationSet]] = defaultdict(dict)
    for place, auth_set in enumerate(user_defined_sets(machine)):
        for method in auth_set.methods:
            found[method.method.value][place] = auth_set
    return found


def methods_of(auth_set: AuthenticationSet, *wanted: AuthMethod) -> list[AuthenticationMethod]:
    """The methods of a set that are wanted and that the input itself names."""
    return [method for method in written_methods(auth_set) if method.method.known in wanted]


def finder_of(*wanted: AuthMethod) -> Callable[[AuthenticationSet], list[AuthenticationMethod]]:
    """The same for these methods, which searches each set once however many rules use it."""

    def find(auth_set: AuthenticationSet) -> list[AuthenticationMethod]:
        return methods_of(auth_set, *wanted)

    return once_each(find)


def written_methods(auth_set: AuthenticationSet) -> list[AuthenticationMethod]:
    """The methods that the input itself names: not Windows' defaults."""
    return [method for method in auth_set.methods if method.method.origin is not Origin.DEFAULT]


def keeping(auth_set: AuthenticationSet, keep: Callable[[AuthenticationMethod], bool]) -> Assign:
    """The change that reduces a set to some methods, or to Kerberos of the computer where none would be left."""
    kept = tuple(each for each in auth_set.methods if keep(each))
    return Assign(auth_set, "methods", kept or (kerberos(auth_set),))


def kerberos(auth_set: AuthenticationSet) -> AuthenticationMethod:
    """The default method of a set's phase in a domain: Kerberos of the computer or of the user."""
    method = AuthMethod.COMPUTER_KERBEROS if auth_set.phase is AuthPhase.FIRST else AuthMethod.USER_KERBEROS
    return AuthenticationMethod(span=auth_set.span, method=Setting(method, auth_set.span))
