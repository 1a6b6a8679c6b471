"""Sets that are empty, that nothing uses, or that a rule must not name."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis, Cause, Severity
from ipseclint.model.change import Assign, Fix, Remove
from ipseclint.model.kinds import label
from ipseclint.model.machine import Machine
from ipseclint.model.policy import (
    AuthenticationSet,
    Dialect,
    FilterAction,
    FilterList,
    MainModeCryptoSet,
    Policy,
    QuickModeCryptoSet,
    Reference,
    RuleAction,
)
from ipseclint.rule import Hit, LooksAt, Options, rule
from ipseclint.words import near_name

Set = AuthenticationSet | MainModeCryptoSet | QuickModeCryptoSet


@rule(
    "RF003",
    "empty-set",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    cause=Cause.NEVER_FINISHES,
    looks_at=LooksAt.SETS | LooksAt.PARTS,
)
def empty_set(machine: Machine, _options: Options) -> Iterator[Hit]:
    """An authentication or crypto set holds no method or proposal, or the filter list of a rule no filter.

    Why: A set must hold at least one suite. Windows rejects an empty one with the semantic error for empty
    suites, and the rules that name it have nothing to negotiate with. A rule of `netsh ipsec` is for the packets
    that the filters of its list name: without one it is for none, which is our reasoning.

    Seen as: The set is refused or ignored; the rules that use it show the status of a rule whose set is missing. Of
    an empty list nothing is seen: what was to be secured goes in clear text.

    Bad: `Set-NetIPsecQuickModeCryptoSet -DisplayName X -Proposal @()`

    Good: `Set-NetIPsecQuickModeCryptoSet -DisplayName X -Proposal $proposal`

    Fix: Add a suite to the set, or delete the set and let its rules use another.

    Waive: Never: Windows does not accept the set.
    """
    for set_ in _sets(machine.policy):
        content = set_.methods if isinstance(set_, AuthenticationSet) else set_.proposals
        if content or set_.builtin:
            continue
        suite = "method" if isinstance(set_, AuthenticationSet) else "proposal"
        yield Hit(
            subject=set_,
            span=set_.span,
            message=f"a set without a {suite}; at least one is required",
            fix=Fix(note=f"Add a {suite}, or delete the set and let its rules use another."),
        )
    yield from _rules_without_filters(machine)


def _rules_without_filters(machine: Machine) -> Iterator[Hit]:
    policy = machine.policy
    empty = {each.name.casefold() for each in policy.filter_lists if not each.filters}
    empty -= set(policy.names_not_followed)
    for connection_rule in policy.connection_security_rules if empty else ():
        reference = connection_rule.filter_list
        if reference is None or reference.target.casefold() not in empty or connection_rule.enabled.known is False:
            continue
        yield Hit(
            subject=connection_rule,
            span=reference.span,
            message=f'applies to no traffic: its filter list "{reference.target}" is empty',
            value=reference.target.casefold(),
            severity=Severity.INFO if policy.open_ends else Severity.WARNING,
            related=tuple(("not followed, and may add one", span) for span in policy.open_ends),
            fix=Fix(note="Add the filters, or delete the rule."),
        )


@rule("RF005", "exemption-rule-with-sets", basis=Basis.DOCUMENTED)
def exemption_rule_with_sets(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A rule that does not secure its traffic names authentication or crypto sets.

    Why: In a rule with the action Do Not Secure all three sets must be absent. Windows rejects the rule with the
    semantic error for Do Not Secure, so the exemption is not in force: its hosts have to negotiate, and the
    requests of those that cannot wait in the queue.

    Seen as: netsh refuses the command; a rule that came by group policy is ignored, and the exempt hosts are
    unreachable.

    Bad: `netsh advfirewall consec add rule name=dc endpoint1=any endpoint2=10.0.0.10 action=noauthentication
    auth1=computerkerb`

    Good: `netsh advfirewall consec add rule name=dc endpoint1=any endpoint2=10.0.0.10 action=noauthentication`

    Fix: Remove the sets from the rule.

    Waive: Never: Windows does not accept the rule.
    """
    for connection_rule in machine.policy.connection_security_rules:
        if connection_rule.dialect is not Dialect.WFAS or connection_rule.action.known is not RuleAction.EXEMPT:
            continue
        fields = {
            "first_authentication": connection_rule.first_authentication,
            "second_authentication": connection_rule.second_authentication,
            "quick_mode_crypto": connection_rule.quick_mode_crypto,
        }
        named = {field: reference for field, reference in fields.items() if reference is not None}
        if not named:
            continue
        words = ", ".join(_FIELD_NAMES[field] for field in named)
        yield Hit(
            subject=connection_rule,
            span=next(iter(named.values())).span,
            message=f"an exemption that names sets ({words}); Windows accepts it only without",
            value=words,
            fix=Fix(tuple(Assign(connection_rule, field, None) for field in named)),
        )


_FIELD_NAMES = {
    "first_authentication": "first authentication",
    "second_authentication": "second authentication",
    "quick_mode_crypto": "quick mode",
}


@rule("RF007", "unused-set", basis=Basis.REASONED, looks_at=LooksAt.PARTS)
def unused_set(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A set, filter list or filter action is there that no rule uses.

    Why: It does nothing, and whoever reads the policy believes it does. Often a rule was meant to use it and names
    something else: look for a missing set in the same report, or for a command that Windows refuses. While a command
    for rules is refused, no repair takes a set away. This is our reasoning; Windows does not mind.

    Seen as: Nothing.

    Bad: A filter action "Require AES" beside rules that all name "Require"

    Good: Every set is named by a rule

    Fix: Delete it, or let the rule that was meant use it.

    Waive: For sets kept for later, or used by rules that are not in the input.
    """
    policy = machine.policy
    used = _used_names(policy) | {*policy.names_not_followed, *policy.names_given}
    if policy.open_ends or not (policy.connection_security_rules or policy.main_mode_rules):
        return
    candidates = tuple(_candidates(policy))
    unused = [candidate for candidate in candidates if used.isdisjoint(_names_of(candidate))]
    if not unused:
        return
    known = {name for candidate in candidates for name in _names_of(candidate)}
    missing = sorted(target for target in _targets(policy) if target.casefold() not in known)
    refused = [each for each in policy.refused_commands if "rule" in each.command.casefold()]
    for candidate in unused:
        meant = near_name(candidate.name, missing) if len(missing) <= _FEW_NAMES else None
        note = _CORRECT.format(meant) if meant is not None else _REFUSED if refused else ""
        yield Hit(
            subject=candidate,
            span=candidate.span,
            message=f"{label(candidate)} is used by no rule",
            related=tuple(("a command that is refused, and may name it", each.span) for each in refused[:1]),
            fix=Fix(note=note) if note else Fix((Remove(candidate),)),
        )


_REFUSED = "A command for rules is refused, and may be what was to use this: correct that first."
_FEW_NAMES = 20
"""The most missing names among which one like a set's is sought (reasoned: among more it means little)."""
_CORRECT = 'A rule names "{}", which is not in the input, and likely means this one: correct the name there.'


def _names_of(candidate: Set | FilterList | FilterAction) -> set[str]:
    return {candidate.name.casefold(), (candidate.id or candidate.name).casefold()}


def _sets(policy: Policy) -> Iterator[Set]:
    yield from policy.authentication_sets
    yield from policy.main_mode_crypto_sets
    yield from policy.quick_mode_crypto_sets


def _candidates(policy: Policy) -> Iterator[Set | FilterList | FilterAction]:
    """The user's objects that have an effect only if a rule names them."""
    for set_ in _sets(policy):
        inline = isinstance(set_, AuthenticationSet) and set_.inline
        is_nameless = not (set_.name or set_.id)  # its proposals were shown alone
        if set_.dialect is Dialect.WFAS and not (inline or is_nameless or set_.is_default or set_.builtin):
            yield set_
    if any(
        connection_rule.dialect is Dialect.IP_SECURITY_POLICY for connection_rule in policy.connection_security_rules
    ):
        yield from policy.filter_lists
        yield from policy.filter_actions


def _used_names(policy: Policy) -> set[str]:
    return {target.casefold() for target in _targets(policy)}


def _targets(policy: Policy) -> set[str]:
    """The names of sets, filter lists and filter actions that rules give."""
    references: list[Reference | None] = []
    for connection_rule in policy.connection_security_rules:
        references += [
            connection_rule.first_authentication,
            connection_rule.second_authentication,
            connection_rule.quick_mode_crypto,
        ]
        references += [connection_rule.main_mode_crypto, connection_rule.filter_list, connection_rule.filter_action]
    for main_rule in policy.main_mode_rules:
        references += [main_rule.first_authentication, main_rule.main_mode_crypto]
    return {reference.target for reference in references if reference is not None}
