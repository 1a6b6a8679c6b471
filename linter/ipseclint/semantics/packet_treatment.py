"""What becomes of a packet: whether it is protected, by which algorithms, and by whom the peers prove themselves.

Two treatments are equal if Windows does the same; names, places and lifetimes do not count.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeGuard

from ipseclint.formats.kit.policy_parts import builtin_first_authentication, builtin_main_mode, builtin_quick_mode
from ipseclint.model.machine import Machine
from ipseclint.model.policy import (
    AuthenticationMethod,
    AuthenticationSet,
    AuthMethod,
    AuthPhase,
    ConnectionSecurityRule,
    Dialect,
    MainModeCryptoSet,
    MainModeProposal,
    MainModeRule,
    QuickModeCryptoSet,
    QuickModeProposal,
    Reference,
    RuleAction,
    RuleMode,
)
from ipseclint.model.setting import Setting, Unknown, in_words
from ipseclint.semantics.certificate_names import comparable_name
from ipseclint.semantics.decisions import BLOCKED, CLASSES, EXEMPT, NOT_UNDERSTOOD, REQUESTED, REQUIRED
from ipseclint.semantics.meaning import without_places
from ipseclint.semantics.packets.coverage import UNTOUCHED
from ipseclint.semantics.proposals import strength, words
from ipseclint.source import NOWHERE, Span
from ipseclint.vocabulary import builtin
from ipseclint.vocabulary.algorithms import DhGroup
from ipseclint.vocabulary.authentication import AuthorityType

PROTECTED = frozenset({REQUIRED, REQUESTED})
CLEAR = frozenset({EXEMPT, UNTOUCHED})
_FIRMNESS = {UNTOUCHED: 0, EXEMPT: 0, REQUESTED: 1, REQUIRED: 2, BLOCKED: 3}
"""How little of the traffic an observer sees. What was not understood, and what WFP does, has no place in it."""


_PROOF = {AuthMethod.ANONYMOUS: 0, AuthMethod.PRESHARED_KEY: 1, AuthMethod.COMPUTER_NTLM: 2, AuthMethod.USER_NTLM: 2}
"""Reasoned: what a method proves. A key is shared by many, NTLM is broken by relaying; the others count 3."""

STRENGTHS = (
    "protection",
    "bits of encryption",
    "bits of integrity",
    "bits of perfect forward secrecy",
    "bits of main-mode encryption",
    "bits of main-mode integrity",
    "bits of main-mode key exchange",
    "first authentication",
    "second authentication",
)
"""What a treatment is weighed by, the weightier first; of several proposals the weakest counts: any may be chosen."""

Strengths = tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """By what an end proves who it is: the methods in words, whose keys and which certificates, how much it proves."""

    methods: tuple[str, ...] = field(default=(), compare=False)
    identity: Hashable = None
    weight: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class MainMode:
    """How main mode is negotiated: proposals in words and how strong the weakest is; a main-mode rule's own proof."""

    proposals: tuple[str, ...]
    options: tuple[str, ...] = ()
    proof: Proof | None = None
    weakest: Strengths = field(default=(None, None, None), compare=False)


@dataclass(frozen=True, slots=True)
class Treatment:
    """What happens to a packet of one direction.

    `protection` is one of the classes of `semantics.decisions`, or untouched. Of what is not protected, nothing
    else is told. `main_mode` None: main-mode rules decide on that.
    """

    protection: str
    quick_mode: tuple[str, ...] = ()
    pfs: str = ""
    main_mode: MainMode | None = None
    first: Proof = Proof()
    second: Proof = Proof()
    tunnel: str = ""
    options: tuple[str, ...] = ()
    weakest: Strengths = field(default=(None, None, None), compare=False)

    def with_main_mode(self, main: MainMode) -> Treatment:
        """The treatment with what a main-mode rule, or the default, says on main mode, unless it has its own."""
        if self.protection not in PROTECTED or self.main_mode is not None:
            return self
        return replace(self, main_mode=replace(main, proof=None), first=main.proof or self.first)

    @property
    def strengths(self) -> Strengths:
        """What it is weighed by, in the order of STRENGTHS; None where that is not known or does not apply."""
        main = (None, None, None) if self.main_mode is None else self.main_mode.weakest
        encryption, integrity, group = self.weakest
        if group is None and self.pfs == DhGroup.SAME_AS_MAIN_MODE.value:
            group = main[2]
        suite = (encryption, integrity, group)
        return (_FIRMNESS.get(self.protection), *suite, *main, self.first.weight, self.second.weight)

    @property
    def encrypts(self) -> bool:
        """Whether whatever goes out is surely encrypted."""
        return self.protection == REQUIRED and bool(self.weakest[0])

    def parts(self) -> Mapping[str, tuple[str, ...]]:
        """All that it says, by a word for each part; empty parts are left out."""
        main = self.main_mode
        parts = {
            "protection": (self.protection,),
            "quick mode": self.quick_mode,
            "perfect forward secrecy": (self.pfs,) if self.pfs else (),
            "main mode": () if main is None else (*main.proposals, *main.options),
            "first authentication": self.first.methods,
            "second authentication": self.second.methods,
            "tunnel": (self.tunnel,) if self.tunnel else (),
            "options": self.options,
        }
        return {name: part for name, part in parts.items() if part}


LEFT_ALONE = Treatment(UNTOUCHED)
"""What happens to a packet that no rule matches."""


def treatment(machine: Machine, rule: ConnectionSecurityRule, inbound: bool) -> Treatment:
    """What a rule does with its packets of one direction; without main mode where main-mode rules decide on that."""
    match rule.action.known:
        case RuleAction.EXEMPT:
            return Treatment(EXEMPT)
        case RuleAction.BLOCK:
            return Treatment(BLOCKED)
        case None:
            return Treatment(NOT_UNDERSTOOD, options=(in_words(rule.action),))
    security = rule.inbound if inbound else rule.outbound
    protection = CLASSES[security.known]
    if protection == EXEMPT:
        # One direction of a rule that negotiates: what goes there is not protected by it.
        return Treatment(EXEMPT)
    proposals, pfs, weakest = _quick_mode_of(machine, rule)
    has_main_mode = rule.main_mode_crypto is not None or rule.policy is not None
    return Treatment(
        protection,
        quick_mode=proposals,
        pfs=pfs,
        main_mode=main_mode(machine, rule) if has_main_mode else None,
        first=_proof_of(machine, rule, AuthPhase.FIRST, missing=None),
        second=_proof_of(machine, rule, AuthPhase.SECOND, missing=-1),
        tunnel=_tunnel(rule),
        options=tuple(_options(rule)),
        weakest=weakest,
    )


def main_mode(machine: Machine, rule: ConnectionSecurityRule | MainModeRule) -> MainMode:
    """How main mode is negotiated by a rule; a main-mode rule may say also who proves what."""
    main = main_mode_with(machine.index.main_mode_of(rule), rule.main_mode_crypto, rule.span)
    if isinstance(rule, MainModeRule) and rule.first_authentication is not None:
        return replace(main, proof=proof(_methods(machine, rule, AuthPhase.FIRST), missing=None))
    return main


def main_mode_with(
    crypto: MainModeCryptoSet | None, reference: Reference | None = None, span: Span = NOWHERE
) -> MainMode:
    """How main mode is negotiated with a set; without one, with Windows' default unless a reference leads nowhere."""
    if crypto is None and _leads_nowhere(reference):
        return MainMode((_missing(reference),))
    crypto = crypto or builtin_main_mode(span)
    return MainMode(
        tuple(map(_proposal_words, crypto.proposals)),
        ("Diffie-Hellman forced",) if crypto.force_dh.known and crypto.dialect is Dialect.WFAS else (),
        weakest=_least([strength(proposal) or (None, None, None) for proposal in crypto.proposals]),
    )


def default_main_mode(machine: Machine) -> MainMode:
    """How main mode is negotiated where no rule says otherwise."""
    sets = machine.policy.main_mode_crypto_sets
    own = next((each for each in sets if each.is_default and each.dialect is Dialect.WFAS), None)
    contexts = [each for each in sets if each.dialect is Dialect.WFP and not each.builtin]
    if own is not None or len(contexts) != 1:
        return main_mode_with(own)
    (only,) = contexts
    first = machine.index.first_authentication.get((only.id or only.name).casefold())
    return replace(main_mode_with(only), proof=None if first is None else proof(first.methods))


def suite_strengths(crypto: MainModeCryptoSet | QuickModeCryptoSet) -> Strengths:
    """What a set is weighed by, whatever uses it, the weightier first."""
    if isinstance(crypto, QuickModeCryptoSet):
        return _quick_mode(crypto, None, crypto.span)[2]
    return main_mode_with(crypto).weakest


_Suite = tuple[tuple[str, ...], str, Strengths]
"""Proposals in words, the group for forward secrecy, and bits of encryption, integrity and forward secrecy."""


def _quick_mode_of(machine: Machine, rule: ConnectionSecurityRule) -> _Suite:
    """The suite that a rule uses; worked out once of each set."""
    known = machine.once(_suites)
    crypto, reference = machine.index.quick_mode_of(rule), rule.quick_mode_crypto or rule.filter_action
    key = (id(crypto), reference.target if crypto is None and reference is not None else None)
    if key not in known:
        known[key] = _quick_mode(crypto, reference, rule.span)
    return known[key]


def _suites(_: Machine) -> dict[Hashable, _Suite]:
    return {}


def _quick_mode(crypto: QuickModeCryptoSet | None, reference: Reference | None, span: Span) -> _Suite:
    if crypto is None and _leads_nowhere(reference):
        return (_missing(reference),), "", (None, None, None)
    crypto = crypto or builtin_quick_mode(span)
    bits = [strength(proposal) or (None, None, None) for proposal in crypto.proposals]
    encryption, integrity = _least([(cipher, _larger(esp, ah)) for cipher, esp, ah in bits], columns=2)
    groups = [proposal.pfs_group or crypto.pfs_group for proposal in crypto.proposals] or [crypto.pfs_group]
    named = tuple(dict.fromkeys(map(in_words, groups)))
    pfs = "" if named == (DhGroup.NONE.value,) else ", ".join(named)
    return (
        tuple(map(_proposal_words, crypto.proposals)),
        pfs,
        (encryption, integrity, *_least([[_group_bits(group)] for group in groups], columns=1)),
    )


def _leads_nowhere(reference: Reference | None) -> TypeGuard[Reference]:
    """Whether it names a set that is not there; the default sets are, in every Windows."""
    return reference is not None and reference.target.upper() not in builtin.DEFAULT_SET_NAMES.values()


def _missing(reference: Reference) -> str:
    return f"a set that is not there: {reference.target}"


def _group_bits(group: Setting[DhGroup]) -> int | None:
    """None for the group of main mode again, whatever that is."""
    return None if group.known is None else 0 if group.known is DhGroup.NONE else group.known.row.strength_bits


def _proposal_words(proposal: MainModeProposal | QuickModeProposal) -> str:
    text = words(proposal)
    if "?" not in text:
        return text
    parts = (getattr(proposal, name) for name in type(proposal).model_fields)
    raw = sorted({each.value.raw for each in parts if isinstance(each, Setting) and isinstance(each.value, Unknown)})
    return f"{text} (not understood: {', '.join(raw)})"


def _least(rows: Sequence[Sequence[int | None]], columns: int = 3) -> Strengths:
    """The smallest of each column; None where one is not known, or there are no rows."""
    if not rows:
        return (None,) * columns
    return tuple(
        None if None in column else min(number for number in column if number is not None)
        for column in zip(*rows, strict=True)
    )


def _larger(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else max(one, other)


# ---- authentication ----


def _proof_of(
    machine: Machine, rule: ConnectionSecurityRule | MainModeRule, phase: AuthPhase, missing: int | None
) -> Proof:
    """By what a rule has an end prove who it is; worked out once of each set."""
    methods = _methods(machine, rule, phase)
    known = machine.once(_proofs)
    key = (id(methods), missing)
    if key not in known:
        known[key] = methods, proof(methods, missing)
    return known[key][1]


def _proofs(_: Machine) -> dict[tuple[int, int | None], tuple[tuple[AuthenticationMethod, ...], Proof]]:
    """The proofs that were asked for so far, by the identity of the methods, which are kept with them."""
    return {}


def _methods(
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
    if _leads_nowhere(reference):
        missing: Setting[AuthMethod] = Setting(Unknown(_missing(reference)), rule.span)
        return (AuthenticationMethod(span=rule.span, method=missing),)
    needs_default = phase is AuthPhase.FIRST and rule.dialect is Dialect.WFAS
    return builtin_first_authentication(rule.span).methods if needs_default else ()


def _default_set(machine: Machine, phase: AuthPhase) -> AuthenticationSet | None:
    sets = (auth_set for auth_set in machine.policy.authentication_sets if auth_set.is_default)
    return next((auth_set for auth_set in sets if auth_set.phase is phase), None)


def method_words(method: AuthenticationMethod) -> str:
    """A method with whose certificates it takes; never a key."""
    text = in_words(method.method)
    authority = method.certificate_authority
    if authority is not None:
        text += f' of "{in_words(authority)}"'
    signing = method.signing.known if method.signing is not None else None
    if signing is not None and signing.value != "RSA":
        text += f" ({signing.value})"
    return ", ".join((text, *_conditions(method)))


def _conditions(method: AuthenticationMethod) -> Iterator[str]:
    """What else a method asks of certificates, and does with them."""
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
        yield f"{' and '.join(of_whom) or 'no'} certificate with {', '.join(filter(None, parts)) or 'anything'}"


_CONDITIONS = {
    "health": "health certificates only",
    "account_mapping": "mapped to accounts",
    "exclude_ca_name": "the authority's name left out",
    "crl_check_disabled": "revocation not checked",
}


_ASSUMED = frozenset({None, False, (), "RSA", "root"})
"""Values of a method that are the same as not saying anything."""


def method_identity(method: AuthenticationMethod) -> Hashable:
    """What a method says, so that two that say the same are equal however they are written."""
    said = {name: without_places(getattr(method, name)) for name in AuthenticationMethod.model_fields if name != "span"}
    authority = said.get("certificate_authority")
    if isinstance(authority, str):
        said["certificate_authority"] = comparable_name(authority)
    return frozenset((name, value) for name, value in said.items() if value not in _ASSUMED)


def proof(methods: Sequence[AuthenticationMethod], missing: int | None = None) -> Proof:
    """What methods prove: the least of them, since any may be agreed upon; `missing` is the weight of none."""
    weights = [None if (kind := method.method.known) is None else _PROOF.get(kind, 3) for method in methods]
    return Proof(
        tuple(map(method_words, methods)),
        tuple(map(method_identity, methods)),
        _least([[weight] for weight in weights], columns=1)[0] if weights else missing,
    )


# ---- the rest of a rule ----


def _tunnel(rule: ConnectionSecurityRule) -> str:
    if rule.mode.known is not RuleMode.TUNNEL:
        return ""
    ends = (rule.local_tunnel_endpoint, rule.remote_tunnel_endpoint)
    return " to ".join(", ".join(map(str, end.known or ())) or "any" if end is not None else "any" for end in ends)


def _options(rule: ConnectionSecurityRule) -> Iterator[str]:
    modules = rule.key_modules.known
    if modules and modules != builtin.KEY_MODULES and rule.dialect is Dialect.WFAS:
        yield "key modules " + ", ".join(sorted(modules))
    for name, text in (
        ("bypass_if_secured", "not for what is protected already"),
        ("require_authorization", "only for those authorized"),
        ("dynamic_tunnel", "dynamic tunnel"),
    ):
        setting = getattr(rule, name)
        if setting is not None and setting.known:
            yield text
