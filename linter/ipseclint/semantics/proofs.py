"""The methods by which a rule authenticates: in words, compared and ranked."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field

from ipseclint.formats.kit.policy_parts import builtin_first_authentication
from ipseclint.model.machine import Machine
from ipseclint.model.policy import (
    AuthenticationMethod,
    AuthenticationSet,
    AuthMethod,
    AuthPhase,
    ConnectionSecurityRule,
    Dialect,
    MainModeRule,
)
from ipseclint.model.setting import Setting, Unknown, in_words
from ipseclint.semantics.certificate_names import comparable_name
from ipseclint.semantics.effective import leads_nowhere, missing_set
from ipseclint.semantics.meaning import without_places
from ipseclint.vocabulary.authentication import AuthorityType
from ipseclint.words import series

_PROOF = {AuthMethod.ANONYMOUS: 0, AuthMethod.PRESHARED_KEY: 1, AuthMethod.COMPUTER_NTLM: 2, AuthMethod.USER_NTLM: 2}
"""Reasoned: the rank of a method. A key is shared by many, NTLM is broken by relaying; the others rank 3."""


@dataclass(frozen=True, slots=True)
class Proof:
    """How an end authenticates: the methods in words, the identities of keys and certificates, and the rank."""

    methods: tuple[str, ...] = field(default=(), compare=False)
    identity: Hashable = None
    weight: int | None = field(default=None, compare=False)


NO_PROOF = Proof()


def proof_of(
    machine: Machine, rule: ConnectionSecurityRule | MainModeRule, phase: AuthPhase, missing: int | None
) -> Proof:
    """The authentication that a rule asks for, computed once for each set."""
    methods = methods_of(machine, rule, phase)
    known = machine.once(_proofs)
    key = (id(methods), missing)
    if key not in known:
        known[key] = methods, proof(methods, missing)
    return known[key][1]


def _proofs(_: Machine) -> dict[tuple[int, int | None], tuple[tuple[AuthenticationMethod, ...], Proof]]:
    """The results so far, by the identity of the methods, which are kept with them."""
    return {}


def methods_of(
    machine: Machine, rule: ConnectionSecurityRule | MainModeRule, phase: AuthPhase
) -> tuple[AuthenticationMethod, ...]:
    """The methods that a rule authenticates by; without a set of its own, those of the default set."""
    index = machine.index
    if phase is AuthPhase.FIRST:
        reference, named = rule.first_authentication, index.first_auth_of(rule)
    elif isinstance(rule, ConnectionSecurityRule):
        reference, named = rule.second_authentication, index.second_auth_of(rule)
    else:
        return ()
    if named is None and reference is None and phase is AuthPhase.FIRST and rule.dialect is Dialect.WFAS:
        named = _default_set(machine, phase)
    if named is not None:
        return named.methods
    if leads_nowhere(reference):
        missing: Setting[AuthMethod] = Setting(Unknown(missing_set(reference)), rule.span)
        return (AuthenticationMethod(span=rule.span, method=missing),)
    needs_default = phase is AuthPhase.FIRST and rule.dialect is Dialect.WFAS
    return builtin_first_authentication(rule.span).methods if needs_default else ()


def _default_set(machine: Machine, phase: AuthPhase) -> AuthenticationSet | None:
    sets = (auth_set for auth_set in machine.policy.authentication_sets if auth_set.is_default)
    return next((auth_set for auth_set in sets if auth_set.phase is phase), None)


def method_words(method: AuthenticationMethod) -> str:
    """A method and the certificates that it takes, in words; never a key."""
    text = in_words(method.method)
    authority = method.certificate_authority
    if authority is not None:
        text += f' of "{in_words(authority)}"'
    signing = method.signing.known if method.signing is not None else None
    if signing is not None and signing.value != "RSA":
        text += f" ({signing.value})"
    return ", ".join((text, *_conditions(method)))


def _conditions(method: AuthenticationMethod) -> Iterator[str]:
    """The further conditions of a method on certificates, and what it does with them."""
    kind = method.certificate_authority_type
    if kind is not None and kind.known is AuthorityType.INTERMEDIATE:
        yield "an intermediate authority"
    for name, text in _CONDITIONS.items():
        setting = getattr(method, name)
        if setting is not None and setting.known:
            yield text
    for criteria in method.criteria:
        parts = [
            f'{criteria.name_type or "name"} "{criteria.name}"' if criteria.name else "",
            f"usages {', '.join(criteria.ekus)}" if criteria.ekus else "",
            f"thumbprint {criteria.thumbprint}" if criteria.thumbprint else "",
            "renewed ones too" if criteria.follow_renewal else "",
        ]
        of_whom = [word for asked, word in ((criteria.selection, "own"), (criteria.validation, "the peer's")) if asked]
        yield f"{series(of_whom) or 'no'} certificate with {', '.join(filter(None, parts)) or 'anything'}"


_CONDITIONS = {
    "health": "health certificates only",
    "account_mapping": "mapped to accounts",
    "exclude_ca_name": "the authority's name left out",
    "crl_check_disabled": "revocation not checked",
}


_ASSUMED = frozenset({None, False, (), "RSA", "root"})
"""Values of a method that mean the same as no value."""


def method_identity(method: AuthenticationMethod) -> Hashable:
    """The content of a method as a key: equal for methods that mean the same, however they are written."""
    said = {
        name: without_places(getattr(method, name)) for name in AuthenticationMethod.__struct_fields__ if name != "span"
    }
    authority = said.get("certificate_authority")
    if isinstance(authority, str):
        said["certificate_authority"] = comparable_name(authority)
    return frozenset((name, value) for name, value in said.items() if value not in _ASSUMED)


def proof(methods: Sequence[AuthenticationMethod], missing: int | None = None) -> Proof:
    """The combined proof of methods: the lowest rank, since any may be agreed upon; `missing` is the rank of none."""
    weights = [None if (kind := method.method.known) is None else _PROOF.get(kind, 3) for method in methods]
    return Proof(
        tuple(map(method_words, methods)),
        tuple(map(method_identity, methods)),
        None if None in weights else min((weight for weight in weights if weight is not None), default=missing),
    )
