"""The key module of a rule: IKEv1, AuthIP or IKEv2, and what it cannot do."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis, Cause
from ipseclint.model.change import Assign, Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import AuthenticationSet, AuthMethod, ConnectionSecurityRule, Dialect
from ipseclint.rule import Hit, LooksAt, Options, rule
from ipseclint.rules._once import once_each
from ipseclint.semantics.scope import secured_rules
from ipseclint.vocabulary.algorithms import KeyModule
from ipseclint.vocabulary.authentication import NOT_SUPPORTED
from ipseclint.words import series

WITH_SECOND_AUTHENTICATION = frozenset({KeyModule.AUTHIP})
"""The key modules that have a second authentication (New-NetIPsecRule)."""


@rule(
    "AU005",
    "key-module-incompatible-with-auth",
    basis=Basis.DOCUMENTED,
    leads_to=(13801, 13868),
    cause=Cause.NEVER_FINISHES,
    looks_at=LooksAt.CONNECTION_SECURITY,
)
def key_module_incompatible_with_auth(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A rule is bound to a key module that knows none of its authentication methods, or no second one.

    Why: IKEv2 knows neither Kerberos nor preshared keys nor NTLM here, IKEv1 no NTLM, AuthIP no preshared
    keys, and only AuthIP has a second authentication (New-NetIPsecRule, MS-AIPS). Windows gives the rule the
    run-time error KEY_MODULE_AUTH_MISMATCH (MS-FASP 2.2.24): it is not enforced, and where the rule only
    requests, its traffic goes in clear text.

    Seen as: The rule shows an error in the console. Peers get 13801 ERROR_IPSEC_IKE_AUTH_FAIL or 13868
    ERROR_IPSEC_IKE_POLICY_MATCH in events 4652 and 4653.

    Bad: `New-NetIPsecRule -DisplayName R -KeyModule IKEv2 -InboundSecurity Require`, with the default
    Kerberos

    Good: `New-NetIPsecRule -DisplayName R -KeyModule IKEv2 -InboundSecurity Require -Phase1AuthSet
    Certificates`

    Fix: Give the rule certificates for IKEv2, or leave the key module to Windows: on every release the default holds
    AuthIP where the authentication needs it (New-NetIPsecRule).

    Waive: There is no case for it.
    """
    kinds_in = once_each(_kinds)
    for secured_rule in secured_rules(machine):
        modules = _bound_modules(secured_rule)
        first = machine.index.first_auth_of(secured_rule)
        if not modules:
            continue
        kinds = kinds_in(first) if first is not None else ()
        names = series(sorted(module.value for module in modules))
        if secured_rule.second_authentication is not None and not modules & WITH_SECOND_AUTHENTICATION:
            yield Hit(
                subject=secured_rule,
                span=secured_rule.key_modules.span,
                message=f"{names} has no second authentication, and the rule asks for one; use AuthIP",
                value=f"{names}, second authentication",
                related=(("the second authentication", secured_rule.second_authentication.span),),
                fix=Fix((Assign(secured_rule, "key_modules", frozenset({KeyModule.AUTHIP})),), RESTART, risky=True),
            )
        elif first is not None and kinds and not any(_supported(kind, modules) for kind in kinds):
            methods = ", ".join(map(str, kinds))
            yield Hit(
                subject=secured_rule,
                span=secured_rule.key_modules.span,
                message=f"{names} does not know {methods}, the only first authentication of the rule",
                value=f"{names}, {methods}",
                related=(("the first authentication", first.span),),
                fix=_usable(secured_rule, kinds),
            )


RESTART = "The rule comes into force with this: see that its peers use the same key module."


def _bound_modules(secured_rule: ConnectionSecurityRule) -> frozenset[KeyModule]:
    """The key modules that a rule names explicitly; empty where Windows chooses."""
    if secured_rule.dialect is not Dialect.WFAS or not secured_rule.key_modules.is_explicit:
        return frozenset()
    return secured_rule.key_modules.known or frozenset()


Kinds = tuple[AuthMethod | None, ...]
"""The methods of a set, without duplicates; None for one that is not understood."""


def _kinds(auth_set: AuthenticationSet) -> Kinds:
    return tuple(dict.fromkeys(each.method.known for each in auth_set.methods))


def _supported(kind: AuthMethod | None, modules: frozenset[KeyModule]) -> bool:
    """Whether a key module may support a method; one that is not understood counts as supported."""
    return any(kind not in NOT_SUPPORTED[module] for module in modules)


FALLBACKS = (frozenset({KeyModule.AUTHIP}), frozenset({KeyModule.IKEV1, KeyModule.AUTHIP}))
"""The further values of `-KeyModule` besides IKEv2 and IKEv1: AuthIP, and Default on most versions of Windows."""


def _usable(secured_rule: ConnectionSecurityRule, kinds: Kinds) -> Fix:
    """The fix that sets the first key modules which support a method of the rule."""
    for modules in FALLBACKS:
        if any(_supported(kind, modules) for kind in kinds):
            return Fix((Assign(secured_rule, "key_modules", modules),), RESTART, risky=True)
    return Fix(note="Give the rule an authentication method that the key module knows.")


@rule(
    "AU006",
    "opportunistic-auth-match-off-with-mixed-set",
    basis=Basis.DOCUMENTED,
    leads_to=(13801, 13850),
    cause=Cause.NEVER_FINISHES,
    looks_at=LooksAt.CONNECTION_SECURITY,
)
def opportunistic_auth_match_off_with_mixed_set(machine: Machine, _options: Options) -> Iterator[Hit]:
    """Windows is to ignore a whole authentication set for one unknown method, and a rule has such a set.

    Why: With the option IPsecOpportunisticallyMatchAuthSetPerKM off, a key module that lacks one method of a
    set ignores the whole set, instead of that method only (MS-FASP 2.2.42). When every key module of the
    rule lacks some method of its set, the rule has no authentication left, although it names usable ones.
    Windows versions before schema 2.20 lack the option.

    Seen as: 13850 ERROR_IPSEC_IKE_NO_MM_POLICY or 13801 ERROR_IPSEC_IKE_AUTH_FAIL in events 4652 and 4653.

    Bad: the option 0, with `-KeyModule IKEv2` and a set of a certificate and Kerberos

    Good: the option 1, or a set of certificates alone

    Fix: Switch the option on, or split the set so that each rule has what its key module knows.

    Waive: There is no case for it.
    """
    settings = [
        (global_settings, global_settings.match_auth_set_per_key_module)
        for global_settings in machine.policy.global_settings
        if global_settings.match_auth_set_per_key_module is not None
        and global_settings.match_auth_set_per_key_module.is_explicit
        and global_settings.match_auth_set_per_key_module.known is False
    ]
    if not settings:
        return
    owner, setting = settings[0]
    kinds_in = once_each(_kinds)
    for secured_rule in secured_rules(machine):
        first = machine.index.first_auth_of(secured_rule)
        modules = secured_rule.key_modules.known
        if first is None or not modules or secured_rule.dialect is not Dialect.WFAS:
            continue
        kinds = kinds_in(first)
        unknown = {module: _unknown_to(module, kinds) for module in modules}
        usable = any(_supported(kind, modules) for kind in kinds)
        if usable and all(unknown.values()):
            reasons = "; ".join(f"{module.value} lacks {unknown[module]}" for module in sorted(unknown))
            yield Hit(
                subject=secured_rule,
                span=(secured_rule.first_authentication or first).span,
                message=f"no key module knows every method of the set, and each ignores it whole: {reasons}",
                value=reasons,
                related=(("opportunistic matching is off", setting.span),),
                fix=Fix((Assign(owner, "match_auth_set_per_key_module", True),)),
            )


def _unknown_to(module: KeyModule, kinds: Kinds) -> str:
    """The methods that a key module does not support, in words; empty if it supports all."""
    return ", ".join(kind.value for kind in kinds if kind is not None and kind in NOT_SUPPORTED[module])


class KeyModulesAllowed(Options):
    """Whether IKEv2 alone is allowed, as some standards want it, or only IKEv1 alone is not."""

    ikev2_alone: bool


@rule(
    "CR019",
    "ikev1-only-rule",
    basis=Basis.STANDARD,
    options=KeyModulesAllowed,
    looks_at=LooksAt.CONNECTION_SECURITY,
)
def ikev1_only_rule(machine: Machine, options: KeyModulesAllowed) -> Iterator[Hit]:
    """A rule is bound to IKEv1 alone.

    Why: RFC 9395 has moved IKEv1 to Historic: nobody mends it any more, and with a preshared key it is open to
    searching for the key offline. AuthIP builds on the messages of IKEv1 but is a module of its own. `netsh ipsec`
    knows IKEv1 only and is not reported for it, nor is a rule that leaves the module to Windows: on every release the
    default holds IKEv1 beside another, since 24H2 and Server 2025 IKEv2.

    Seen as: Nothing.

    Bad: `New-NetIPsecRule -DisplayName R -KeyModule IKEv1`

    Good: `New-NetIPsecRule -DisplayName R -KeyModule IKEv2 -Phase1AuthSet Certificates`

    Fix: Use IKEv2 with certificates, or AuthIP between Windows computers.

    Waive: For appliances that know IKEv1 only.
    """
    kinds_in = once_each(_kinds)
    for secured_rule in secured_rules(machine):
        if _bound_modules(secured_rule) != {KeyModule.IKEV1}:
            if options.ikev2_alone and (modules := secured_rule.key_modules.known) not in {None, _IKEV2}:
                yield Hit(
                    subject=secured_rule,
                    span=secured_rule.key_modules.span,
                    message=f"the rule negotiates with {series(sorted(modules))}; the profile requires IKEv2 alone",
                    value=" ".join(sorted(modules)),
                    fix=Fix(note="Say -KeyModule IKEv2, with certificates on both ends."),
                )
            continue
        first = machine.index.first_auth_of(secured_rule)
        better = _successor(kinds_in(first)) if first is not None else None
        yield Hit(
            subject=secured_rule,
            span=secured_rule.key_modules.span,
            message="the rule is bound to IKEv1; use IKEv2 or AuthIP",
            value=KeyModule.IKEV1.value,
            fix=Fix((Assign(secured_rule, "key_modules", frozenset({better})),), risky=True)
            if better
            else Fix(note="A preshared key leaves IKEv1 only: change the authentication first."),
        )


_IKEV2 = frozenset({KeyModule.IKEV2})


def _successor(kinds: Kinds) -> KeyModule | None:
    """The replacement key module: the first that supports all methods of the rule."""
    for module in (KeyModule.IKEV2, KeyModule.AUTHIP):
        if all(_supported(kind, frozenset({module})) for kind in kinds):
            return module
    return None
