"""The treatment of a packet: whether it is protected, by which algorithms, and how the peers authenticate.

Two treatments are equal if Windows does the same; names, places and lifetimes do not count.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ipseclint.formats.kit.policy_parts import builtin_main_mode, builtin_quick_mode
from ipseclint.model.machine import Machine
from ipseclint.model.policy import (
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
from ipseclint.semantics.decisions import BLOCKED, CLASSES, EXEMPT, NOT_UNDERSTOOD, REQUESTED, REQUIRED
from ipseclint.semantics.effective import leads_nowhere, missing_set
from ipseclint.semantics.packets.coverage import UNTOUCHED
from ipseclint.semantics.proofs import NO_PROOF, Proof, methods_of, proof, proof_of
from ipseclint.semantics.proposals import strength, words
from ipseclint.source import NOWHERE, Span
from ipseclint.vocabulary import builtin
from ipseclint.vocabulary.algorithms import DhGroup

PROTECTED = frozenset({REQUIRED, REQUESTED})
CLEAR = frozenset({EXEMPT, UNTOUCHED})
_FIRMNESS = {UNTOUCHED: 0, EXEMPT: 0, REQUESTED: 1, REQUIRED: 2, BLOCKED: 3}
"""How firmly each class protects from an observer. What was not understood, and WFP's own classes, have no rank."""


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
"""The measures of a treatment, most important first; the weakest of several proposals counts, since any may be
chosen."""

Strengths = tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class MainMode:
    """The negotiation of main mode: proposals in words, their weakest strengths, and a main-mode rule's own
    authentication."""

    proposals: tuple[str, ...]
    options: tuple[str, ...] = ()
    proof: Proof | None = None
    weakest: Strengths = field(default=(None, None, None), compare=False)


@dataclass(frozen=True, slots=True)
class Treatment:
    """The treatment of a packet in one direction.

    `protection` is one of the classes of `semantics.decisions`, or untouched. Without protection the other fields are
    empty. `main_mode` None: main-mode rules decide it.
    """

    protection: str
    quick_mode: tuple[str, ...] = ()
    pfs: str = ""
    main_mode: MainMode | None = None
    first: Proof = NO_PROOF
    second: Proof = NO_PROOF
    tunnel: str = ""
    options: tuple[str, ...] = ()
    weakest: Strengths = field(default=(None, None, None), compare=False)

    def with_main_mode(self, main: MainMode) -> Treatment:
        """The treatment with the main mode of a main-mode rule, or of the default, unless it has its own."""
        if self.protection not in PROTECTED or self.main_mode is not None:
            return self
        return replace(self, main_mode=replace(main, proof=None), first=main.proof or self.first)

    @property
    def strengths(self) -> Strengths:
        """The values in the order of STRENGTHS; None where one is not known or does not apply."""
        main = (None, None, None) if self.main_mode is None else self.main_mode.weakest
        encryption, integrity, group = self.weakest
        if group is None and self.pfs == DhGroup.SAME_AS_MAIN_MODE.value:
            group = main[2]
        suite = (encryption, integrity, group)
        return (_FIRMNESS.get(self.protection), *suite, *main, self.first.weight, self.second.weight)

    @property
    def encrypts(self) -> bool:
        """Whether all packets that go out are certainly encrypted."""
        return self.protection == REQUIRED and bool(self.weakest[0])

    def parts(self) -> Mapping[str, tuple[str, ...]]:
        """All parts in words, by the name of the part; empty parts are left out."""
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
"""The treatment of a packet that no rule matches."""


def treatment(machine: Machine, rule: ConnectionSecurityRule, inbound: bool) -> Treatment:
    """The treatment by a rule in one direction; without main mode where main-mode rules decide it."""
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
        first=proof_of(machine, rule, AuthPhase.FIRST, missing=None),
        second=proof_of(machine, rule, AuthPhase.SECOND, missing=-1),
        tunnel=_tunnel(rule),
        options=tuple(_options(rule)),
        weakest=weakest,
    )


def main_mode(machine: Machine, rule: ConnectionSecurityRule | MainModeRule) -> MainMode:
    """The main mode of a rule; a main-mode rule may also give the authentication."""
    main = main_mode_with(machine.index.main_mode_of(rule), rule.main_mode_crypto, rule.span)
    if isinstance(rule, MainModeRule) and rule.first_authentication is not None:
        return replace(main, proof=proof(methods_of(machine, rule, AuthPhase.FIRST), missing=None))
    return main


def main_mode_with(
    crypto: MainModeCryptoSet | None, reference: Reference | None = None, span: Span = NOWHERE
) -> MainMode:
    """The main mode with a set; without one, Windows' default unless a reference leads nowhere."""
    if crypto is None and leads_nowhere(reference):
        return MainMode((missing_set(reference),))
    crypto = crypto or builtin_main_mode(span)
    return MainMode(
        tuple(map(_proposal_words, crypto.proposals)),
        ("Diffie-Hellman forced",) if crypto.force_dh.known and crypto.dialect is Dialect.WFAS else (),
        weakest=_least([strength(proposal) or (None, None, None) for proposal in crypto.proposals]),
    )


def default_main_mode(machine: Machine) -> MainMode:
    """The main mode where no rule gives one."""
    sets = machine.policy.main_mode_crypto_sets
    own = next((each for each in sets if each.is_default and each.dialect is Dialect.WFAS), None)
    contexts = [each for each in sets if each.dialect is Dialect.WFP and not each.builtin]
    if own is not None or len(contexts) != 1:
        return main_mode_with(own)
    (only,) = contexts
    first = machine.index.first_authentication.get((only.id or only.name).casefold())
    return replace(main_mode_with(only), proof=None if first is None else proof(first.methods))


def suite_strengths(crypto: MainModeCryptoSet | QuickModeCryptoSet) -> Strengths:
    """The strengths of a set, whatever uses it, most important first."""
    if isinstance(crypto, QuickModeCryptoSet):
        return _quick_mode(crypto, None, crypto.span)[2]
    return main_mode_with(crypto).weakest


_Suite = tuple[tuple[str, ...], str, Strengths]
"""Proposals in words, the group for forward secrecy, and bits of encryption, integrity and forward secrecy."""


def _quick_mode_of(machine: Machine, rule: ConnectionSecurityRule) -> _Suite:
    """The suite of a rule, computed once for each set."""
    known = machine.once(_suites)
    crypto, reference = machine.index.quick_mode_of(rule), rule.quick_mode_crypto or rule.filter_action
    key = (id(crypto), reference.target if crypto is None and reference is not None else None)
    if key not in known:
        known[key] = _quick_mode(crypto, reference, rule.span)
    return known[key]


def _suites(_: Machine) -> dict[Hashable, _Suite]:
    return {}


def _quick_mode(crypto: QuickModeCryptoSet | None, reference: Reference | None, span: Span) -> _Suite:
    if crypto is None and leads_nowhere(reference):
        return (missing_set(reference),), "", (None, None, None)
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


def _group_bits(group: Setting[DhGroup]) -> int | None:
    """The bits of a group; None for "the group of main mode"."""
    return None if group.known is None else 0 if group.known is DhGroup.NONE else group.known.row.strength_bits


def _proposal_words(proposal: MainModeProposal | QuickModeProposal) -> str:
    text = words(proposal)
    if "?" not in text:
        return text
    parts = (getattr(proposal, name) for name in proposal.__struct_fields__)
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
