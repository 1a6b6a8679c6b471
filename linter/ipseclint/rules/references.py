"""Rules about references to objects that do not exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, TypeVar

from ipseclint.finding import Basis, Cause, Severity, Subject
from ipseclint.model.change import Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import (
    AuthenticationSet,
    AuthPhase,
    ConnectionSecurityRule,
    Dialect,
    MainModeCryptoSet,
    MainModeRule,
    Policy,
    QuickModeCryptoSet,
    Reference,
)
from ipseclint.model.selectors import WfpFilter
from ipseclint.rule import Hit, LooksAt, Options, rule
from ipseclint.source import Span
from ipseclint.vocabulary.builtin import DEFAULT_SET_NAMES
from ipseclint.vocabulary.wfp_words import POLICY_LAYERS, PROVIDER_CONTEXT
from ipseclint.words import near_name, plural

_DEFAULT_NAMES = frozenset(each.casefold() for each in DEFAULT_SET_NAMES.values())
"""The names of Windows' own sets, whether an export lists them or not."""

_HOW_TO_COPY = {
    "first authentication set": "Copy-NetIPsecPhase1AuthSet",
    "second authentication set": "Copy-NetIPsecPhase2AuthSet",
    "quick-mode crypto set": "Copy-NetIPsecQuickModeCryptoSet",
    "main-mode crypto set": "Copy-NetIPsecMainModeCryptoSet",
}


_MADE_BY = {
    "policy": ("add policy",),
    "filter list": ("add filterlist",),
    "filter action": ("add filteraction",),
    "first authentication set": ("New-NetIPsecPhase1AuthSet",),
    "second authentication set": ("New-NetIPsecPhase2AuthSet",),
    "quick-mode crypto set": ("New-NetIPsecQuickModeCryptoSet", "add qmpolicy"),
    "main-mode crypto set": ("New-NetIPsecMainModeCryptoSet", "add mmpolicy"),
}
"""The ends of the commands that create an object of each kind."""

_FEW_NAMES = 20
"""The most names among which a similar one is sought: among more it would cost much and mean little (reasoned)."""


class _Named(NamedTuple):
    """A reference, the kind of object it should lead to, and the existing objects of that kind."""

    reference: Reference | None
    what: str
    known: Mapping[str, object]


@rule(
    "RF001",
    "missing-auth-set",
    basis=Basis.DOCUMENTED,
    leads_to=(13825, 13850),
    cause=Cause.NEVER_FINISHES,
    looks_at=LooksAt.PARTS,
)
def missing_auth_set(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A rule names an authentication set that is not there.

    Why: A rule finds its sets in its own policy store only. Without its authentication set Windows does not enforce
    the rule: its status is FW_RULE_STATUS_RUNTIME_ERROR_PHASE1_AUTH_NOT_FOUND or, for the second authentication,
    PHASE2_AUTH_NOT_FOUND. The host has no policy for this traffic, and requests of its peers wait for an answer in
    vain. If the input holds no sets at all it may be a part of a policy, and the finding is information. It is so too
    where the input is the output of cmdlets and shows no set of the kind that is missing.

    Seen as: The status of the rule in `Get-NetIPsecRule`; peers see 13825 ERROR_IPSEC_IKE_NO_POLICY, the host 13850
    ERROR_IPSEC_IKE_NO_MM_POLICY.

    Bad: A rule copied into a group policy object without its set: `Auth1Set={6B1D0000-...}` and no such key

    Good: The rule and its set in one store, or a rule that uses the default set

    Fix: Copy the set into the store of the rule, or name a set that is there. Where the input holds no sets, check them
    together with the rule.

    Waive: When the input is only a part of the policy, and the set is known to be in the rest.
    """
    index = machine.index
    whole, refused = _holds_sets(machine.policy), _refused(machine.policy)
    for connection_rule in _enabled(machine.policy.connection_security_rules):
        first = _Named(connection_rule.first_authentication, "first authentication set", index.first_authentication)
        second = _Named(connection_rule.second_authentication, "second authentication set", index.second_authentication)
        yield from _missing(connection_rule, (first, second), whole, machine.policy, refused)
    for main_rule in _enabled(machine.policy.main_mode_rules):
        first = _Named(main_rule.first_authentication, "first authentication set", index.first_authentication)
        yield from _missing(main_rule, (first,), whole, machine.policy, refused)


@rule(
    "RF002",
    "missing-crypto-set",
    basis=Basis.DOCUMENTED,
    leads_to=(13850,),
    cause=Cause.NEVER_FINISHES,
    looks_at=LooksAt.PARTS,
)
def missing_crypto_set(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A rule names a crypto set that is not there.

    Why: A rule finds its sets in its own policy store only. Without them Windows does not enforce the rule: its status
    is FW_RULE_STATUS_RUNTIME_ERROR_PHASE1_CRYPTO_NOT_FOUND or PHASE2_CRYPTO_NOT_FOUND. A filter of the Windows
    Filtering Platform that refers to a provider context no export holds has no policy to negotiate. If the input holds
    no sets at all it may be a part of a policy, and the finding is information. It is so too where the input is the
    output of cmdlets and shows no set of the kind that is missing.

    Seen as: The status of the rule in `Get-NetIPsecRule`; then 13850 ERROR_IPSEC_IKE_NO_MM_POLICY, and traffic in
    clear text that nobody expects.

    Bad: A rule copied into a group policy object without its set: `Crypto2Set={6B1D0000-...}` and no such key

    Good: The rule and its sets in one store, or a rule that uses the default sets

    Fix: Copy what the rule names into the store of the rule, or correct the name. Where the input holds no sets, check
    them together with the rule.

    Waive: When the input is only a part of the policy, and the missing set is known to be in the rest.
    """
    index = machine.index
    whole, refused = _holds_sets(machine.policy), _refused(machine.policy)
    for connection_rule in _enabled(machine.policy.connection_security_rules):
        yield from _missing(
            connection_rule,
            (
                _Named(connection_rule.quick_mode_crypto, "quick-mode crypto set", index.quick_mode),
                _Named(connection_rule.main_mode_crypto, "main-mode crypto set", index.main_mode),
            ),
            whole or connection_rule.dialect is Dialect.IP_SECURITY_POLICY,
            machine.policy,
            refused,
        )
    for main_rule in _enabled(machine.policy.main_mode_rules):
        wanted = _Named(main_rule.main_mode_crypto, "main-mode crypto set", index.main_mode)
        yield from _missing(main_rule, (wanted,), whole, machine.policy, refused)
    yield from _filters_without_context(machine)


@rule(
    "RF020",
    "missing-legacy-object",
    basis=Basis.DOCUMENTED,
    leads_to=(13850,),
    cause=Cause.NEVER_FINISHES,
    looks_at=LooksAt.PARTS,
)
def missing_legacy_object(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A rule of IP Security Policies names a policy, filter list or filter action that is not there.

    Why: A rule of `netsh ipsec` takes its traffic from a filter list, its proposals from a filter action and its main
    mode from its policy, and `add rule` fails when one of them does not exist: there is no such rule, and its traffic
    goes in clear text. In a script the missing object may be in the policy store already, which the script does not
    show. Where a command before the rule was not followed, what it names may be created there, and the finding is
    information. Where Windows refuses the command that was to create it, RF019 says so, and nothing is said here.

    Seen as: The error message of netsh that scrolled by; then 13850 ERROR_IPSEC_IKE_NO_MM_POLICY, and traffic in
    clear text that nobody expects.

    Bad: `netsh ipsec static add rule name=R policy=P filterlist=L filteraction=Reqire`

    Good: `netsh ipsec static add rule name=R policy=P filterlist=L filteraction=Require`

    Fix: Create what the rule names before the rule, or correct the name.

    Waive: When the input is only a part of the policy, and the missing object is known to be in the rest.
    """
    index, refused = machine.index, _refused(machine.policy)
    for connection_rule in machine.policy.connection_security_rules:
        wanted = (
            _Named(connection_rule.policy, "policy", index.policies),
            _Named(connection_rule.filter_list, "filter list", index.filter_lists),
            _Named(connection_rule.filter_action, "filter action", index.filter_actions),
        )
        yield from _missing(connection_rule, wanted, True, machine.policy, refused)


R = TypeVar("R", ConnectionSecurityRule, MainModeRule)


def _enabled(rules: Iterable[R]) -> Iterator[R]:
    """The enabled rules: a disabled one is not enforced anyway."""
    return (each for each in rules if each.enabled.known is not False)


def _holds_sets(policy: Policy) -> bool:
    """Whether the input holds any sets of users, so that a missing one is really missing."""
    return any(
        not set_.builtin
        for sets in (policy.authentication_sets, policy.main_mode_crypto_sets, policy.quick_mode_crypto_sets)
        for set_ in sets
    )


def _holds(policy: Policy, kind: str) -> bool:
    """Whether the machine's inputs hold a set of a kind."""
    sets: Iterable[MainModeCryptoSet | QuickModeCryptoSet | AuthenticationSet]
    match kind:
        case "main-mode crypto set":
            sets = policy.main_mode_crypto_sets
        case "quick-mode crypto set":
            sets = policy.quick_mode_crypto_sets
        case _:
            phase = AuthPhase.FIRST if kind.startswith("first") else AuthPhase.SECOND
            sets = (set_ for set_ in policy.authentication_sets if set_.phase is phase)
    return any(not set_.builtin and set_.dialect is Dialect.WFAS for set_ in sets)


def _missing(
    connection_rule: ConnectionSecurityRule | MainModeRule,
    wanted: tuple[_Named, ...],
    whole: bool,
    policy: Policy,
    refused: Mapping[str, tuple[Span, ...]],
) -> Iterator[Hit]:
    for reference, what, known in wanted:
        if reference is None or reference.target.casefold() in known:
            continue
        if reference.target.casefold() in _DEFAULT_NAMES or reference.target.casefold() in policy.names_not_followed:
            continue
        if reference.target.casefold() in policy.names_given:
            continue  # that the name is not known is said
        if not known.keys().isdisjoint(policy.names_given):
            continue  # one of these may have the name
        held = what not in policy.kinds_not_held or _holds(policy, what)
        certain = whole and held and not policy.open_ends
        where = "which is not in the input" if whole else "and the input holds no sets at all"
        if whole and not held:
            where = f"and the input holds no {what}"
        if policy.open_ends:
            where = "which is not in the input as far as it was followed"
        yield Hit(
            subject=connection_rule,
            span=reference.span,
            message=f'names the {what} "{reference.target}", {where}',
            value=f"{what} {reference.target.casefold()}",
            severity=Severity.ERROR if certain else Severity.INFO,
            related=(
                *(("not followed, and may create it", span) for span in policy.open_ends),
                *(("refused, and might have made it", span) for span in refused.get(what, ())),
            ),
            fix=Fix(
                note=_remedy(
                    what,
                    reference.target,
                    known,
                    is_refused=what in refused,
                    are_sets_seen=whole and held,
                    copy=None if connection_rule.dialect is Dialect.DYNAMIC else _HOW_TO_COPY.get(what),
                )
            ),
        )


def _refused(policy: Policy) -> dict[str, tuple[Span, ...]]:
    """For each kind of object, the place of the first refused command that would have created one."""
    first: dict[str, tuple[Span, ...]] = {}
    for command in policy.refused_commands:
        for what, ends in _MADE_BY.items():
            if command.command.endswith(ends):
                first.setdefault(what, (command.span,))
    return first


def _remedy(
    what: str, name: str, known: Mapping[str, object], *, is_refused: bool, are_sets_seen: bool, copy: str | None
) -> str:
    if is_refused:
        return f"Windows refuses a command that makes a {what}: correct that one first, or the name here."
    if copy is None:
        names = (getattr(one, "name", key) for key, one in known.items())
        near = near_name(name, names) if len(known) <= _FEW_NAMES else None
        likely = "" if near is None else f', which is likely "{near}"'
        return f"Create the {what} before the rule, or correct the name{likely}."
    if not are_sets_seen:
        show = copy.replace("Copy-", "Get-")
        return (
            f"Check the sets together with the rule ({show} shows them). "
            f"If the store of the rule does not hold this one, copy it there ({copy} -NewPolicyStore)."
        )
    return f"Copy the set into the store of the rule ({copy} -NewPolicyStore), or correct the name."


def _filters_without_context(machine: Machine) -> Iterator[Hit]:
    policy = machine.policy
    contexts = {
        set_.id.casefold()
        for sets in (policy.main_mode_crypto_sets, policy.quick_mode_crypto_sets)
        for set_ in sets
        if set_.dialect is Dialect.WFP and set_.id
    }
    if not contexts or PROVIDER_CONTEXT in policy.kinds_not_held:
        return
    missing: dict[str, list[WfpFilter]] = {}
    for filter_ in policy.wfp_filters:
        key = filter_.context_key
        if key is not None and filter_.layer in POLICY_LAYERS and key.casefold() not in contexts:
            missing.setdefault(key.casefold(), []).append(filter_)
    for key, filters in missing.items():
        first = filters[0]
        yield Hit(
            subject=Subject(kind="wfp_filter", name=first.name, id=first.key),
            span=policy.filter_span(first),
            message=f"{plural(len(filters), 'filter')} at an IPsec layer with the provider context {key}, "
            "which is not in the input",
            value=key,
            severity=Severity.ERROR,
            fix=Fix(
                note="Export the state again with `netsh wfp show state`; if the context is missing there too, "
                "create the policy again."
            ),
        )
