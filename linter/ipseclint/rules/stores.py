"""Policy in several stores: objects that collide, and objects that are left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache, partial

from msgspec.structs import replace

from ipseclint.finding import Basis, Cause
from ipseclint.model.change import Assign, Fix
from ipseclint.model.kinds import noun_of
from ipseclint.model.machine import Machine
from ipseclint.model.policy import (
    AuthenticationSet,
    ConnectionSecurityRule,
    GlobalSettings,
    MainModeCryptoSet,
    MainModeRule,
    Policy,
    Profile,
    QuickModeCryptoSet,
)
from ipseclint.rule import Hit, LooksAt, Options, rule
from ipseclint.semantics.meaning import meaning
from ipseclint.words import plural, the

_Stored = AuthenticationSet | ConnectionSecurityRule | MainModeCryptoSet | MainModeRule | QuickModeCryptoSet

LOCAL = "the local store"


@rule("RF006", "name-collision-across-stores", basis=Basis.DOCUMENTED, leads_to=(13868, 13825), looks_at=LooksAt.PARTS)
def name_collision_across_stores(machine: Machine, _options: Options) -> Iterator[Hit]:
    """The same name or id stands for different rules or sets in several policy stores.

    Why: Objects of one name overwrite each other by the precedence of their stores: only one is in force, and rules
    that were written for the other negotiate with what they were not written for.

    Seen as: 13868 ERROR_IPSEC_IKE_POLICY_MATCH or 13825 ERROR_IPSEC_IKE_NO_POLICY on hosts that get both policies, and
    not on those that get one.

    Bad: Two group policy objects that define the rule "Isolation", one to request and one to require

    Good: The same two rules as "Isolation, request" and "Isolation, require"

    Fix: Rename or delete one of them.

    Waive: When one is meant to override the other.
    """
    if len({stored.store for stored in _stored(machine.policy)}) <= 1:
        return
    groups: defaultdict[tuple[str, str], list[_Stored]] = defaultdict(list)
    for stored in _stored(machine.policy):
        groups[noun_of(stored), (stored.id or stored.name).casefold()].append(stored)
    for (kind, _), same in groups.items():
        first = same[0]
        other = next((each for each in same if each.store != first.store), None)
        if other is None or meaning(machine, first) == meaning(machine, other):
            continue
        yield Hit(
            subject=other,
            span=other.span,
            message=f'the {kind} "{other.name}" of {other.store or LOCAL} differs from that of {first.store or LOCAL}; '
            "only one of the two is in force",
            value=" ".join(sorted((first.store or LOCAL, other.store or LOCAL))),
            related=((f"in {first.store or LOCAL}", first.span),),
            fix=Fix(note="Rename or delete one of them."),
        )


def _stored(policy: Policy) -> Iterator[_Stored]:
    yield from (rule for rule in policy.connection_security_rules if rule.enabled.known is not False)
    yield from (rule for rule in policy.main_mode_rules if rule.enabled.known is not False)
    sets = (policy.authentication_sets, policy.main_mode_crypto_sets, policy.quick_mode_crypto_sets)
    for crypto_set in (each for some in sets for each in some):
        inline = isinstance(crypto_set, AuthenticationSet) and crypto_set.inline
        # The default set of each store has the same id, and giving it other values is what it is there for.
        if not (inline or crypto_set.is_default or crypto_set.builtin):
            yield crypto_set


@rule(
    "RF008",
    "local-rules-ignored-by-merge-setting",
    basis=Basis.DOCUMENTED,
    leads_to=(13825, 13805),
    cause=Cause.NEVER_FINISHES,
)
def local_rules_ignored_by_merge_setting(machine: Machine, _options: Options) -> Iterator[Hit]:
    """Group policy switches local connection security rules off, and the local store holds some.

    Why: With `AllowLocalIPsecPolicyMerge` at 0 for a profile, rules of the local store are not in force on it; their
    state is LOCAL_CONSEC_RULES_DISALLOWED. An exemption that is ignored makes its hosts negotiate, a rule that is
    ignored leaves peers without an answer.

    Seen as: 13825 ERROR_IPSEC_IKE_NO_POLICY at this host, 13805 ERROR_IPSEC_IKE_TIMED_OUT at its peers.

    Bad: A local rule that exempts a printer, and a group policy with `localconsecrules disable`

    Good: The exemption in the group policy object

    Fix: Move the rules into the group policy object, or let local rules count.

    Waive: When the local rules are known to be leftovers: then delete them.
    """
    policy = machine.policy
    local = [
        connection_rule
        for connection_rule in policy.connection_security_rules
        if connection_rule.store is None and connection_rule.enabled.known
    ]
    ignored_where = cache(partial(_for_one_of, local))
    for settings in policy.global_settings:
        off = frozenset(profile for profile, merge in settings.local_rules_merge.items() if merge.known is False)
        ignored = ignored_where(off)
        if settings.store is None or not ignored:
            continue
        profile = min(off)
        yield Hit(
            subject=settings,
            span=settings.local_rules_merge[profile].span,
            message=f"local rules are off on {the(sorted(off), 'profile')}: "
            f"{plural(len(ignored), 'rule')} of the local store {'is' if len(ignored) == 1 else 'are'} not in force",
            value=" ".join(sorted(off)),
            related=(("first local rule", ignored[0].span),),
            fix=_with_local_rules(settings),
        )


def _for_one_of(
    rules: Sequence[ConnectionSecurityRule], profiles: frozenset[Profile]
) -> Sequence[ConnectionSecurityRule]:
    """The rules for at least one of some profiles."""
    return [each for each in rules if profiles & (each.profiles.known or frozenset())]


def _with_local_rules(settings: GlobalSettings) -> Fix:
    merge = {profile: replace(item, value=True) for profile, item in settings.local_rules_merge.items()}
    note = "Better: move the rules into the group policy object, and keep local ones out."
    return Fix((Assign(settings, "local_rules_merge", merge),), note=note)
