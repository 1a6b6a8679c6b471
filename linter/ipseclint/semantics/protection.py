"""How well traffic is protected, and whether a change of policy protects it less: levels, suites, authentication.

What counts is what a policy *lets happen*: the weakest suite and method it accepts, and whether traffic may go in the
clear. How often keys are renewed counts only beyond Windows' own defaults (reasoned): a lifetime that a repair takes
back to the default protects no less. A 64-bit block cipher must not protect more under one key (CVE-2016-2183).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import IntEnum, StrEnum

from msgspec import Struct, field

from ipseclint.model.policy import (
    AuthenticationMethod,
    AuthenticationSet,
    AuthMethod,
    AuthPhase,
    MainModeCryptoSet,
    MainModeProposal,
    QuickModeCryptoSet,
    QuickModeProposal,
)
from ipseclint.model.setting import Setting
from ipseclint.semantics.algorithms_in_use import CryptoSet
from ipseclint.semantics.effective import byte_lifetime, main_mode_lifetime
from ipseclint.semantics.meaning import without_places
from ipseclint.semantics.proposals import strength, words
from ipseclint.vocabulary.algorithms import Cipher, DhGroup
from ipseclint.vocabulary.builtin import MAIN_MODE_LIFETIME_SECONDS

Bits = tuple[int, ...]

_INTEGRITY_ENOUGH_BITS = 128
"""Reasoned: integrity of so many bits counts the same as any longer one; neither can be guessed."""


class Effect(StrEnum):
    """The effect of a change on protection, decided on the model."""

    RAISES = "raises"
    KEEPS = "keeps"
    LOWERS = "lowers"
    UNKNOWN = "cannot be told"


class Level(IntEnum):
    """How firmly a packet is protected in the worst case. Blocked traffic cannot be read."""

    CLEAR = 0
    REQUESTED = 1
    REQUIRED = 2
    BLOCKED = 3

    @property
    def words(self) -> str:
        """The level in words that can follow "is"."""
        return ("in the clear", "protected only if the peer can", "protected or dropped", "blocked")[self]


class Comparison(Struct):
    """The result of a comparison: what is lost, what is gained, what cannot be told; each a sentence without its full
    stop.

    `exposures` are traffic that is protected less firmly, `losses` everything else that becomes weaker.
    """

    exposures: list[str] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)
    gains: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    @property
    def effect(self) -> Effect:
        """Lowering if anything is lost, whatever is gained."""
        if self.exposures or self.losses:
            return Effect.LOWERS
        if self.doubts:
            return Effect.UNKNOWN
        return Effect.RAISES if self.gains else Effect.KEEPS

    @property
    def why(self) -> str | None:
        """The first reason for the effect."""
        reasons = self.exposures or self.losses or self.doubts or self.gains
        return reasons[0] if reasons else None


class Guard(Struct, frozen=True):
    """The protection of a rule's traffic: the level of each direction, and the sets that are negotiated."""

    inbound: Level | None
    outbound: Level | None
    main_mode: MainModeCryptoSet | None = None
    quick_mode: QuickModeCryptoSet | None = None
    first: AuthenticationSet | None = None
    second: AuthenticationSet | None = None
    authorization: bool = False

    @property
    def unanswered(self) -> Guard:
        """The same toward peers that never answer: what is only requested goes in the clear."""
        inbound, outbound = (Level.CLEAR if way is Level.REQUESTED else way for way in (self.inbound, self.outbound))
        return Guard(inbound, outbound)


CLEAR = Guard(Level.CLEAR, Level.CLEAR)
"""The protection of traffic that no rule matches."""


def compare_guards(
    before: Guard, after: Guard, direction: int | None, where: Callable[[], str], result: Comparison
) -> None:
    """Compare the protection of some traffic before and after; `direction` 0 is out, 1 in, None both.

    `where` names the traffic, and is called only if there is a difference.
    """
    pairs = ((before.outbound, after.outbound), (before.inbound, after.inbound))
    for one, other in pairs if direction is None else (pairs[direction],):
        if one == other:
            continue
        if one is None or other is None:
            result.doubts.append(f"what happens to {where()} was not understood")
        elif other < one:
            result.exposures.append(f"{where()} is {one.words} now and {other.words} then")
        elif not result.gains:  # the first is told
            result.gains.append(f"{where()} is {one.words} now and {other.words} then")
    relevant = pairs if direction is None else (pairs[direction],)
    if not all(side in {Level.REQUESTED, Level.REQUIRED} for pair in relevant for side in pair):
        return
    if before.authorization and not after.authorization:
        result.losses.append(f"{where()} no longer needs a peer that is authorized")
    if before.main_mode is not after.main_mode:
        compare_sets(before.main_mode, after.main_mode, result)
    if before.quick_mode is not after.quick_mode:
        compare_sets(before.quick_mode, after.quick_mode, result)
    if before.first is not after.first:
        compare_authentication(before.first, after.first, result)
    if before.second is not after.second:
        compare_authentication(before.second, after.second, result)


def compare_sets(before: CryptoSet | None, after: CryptoSet | None, result: Comparison) -> None:
    """Compare two crypto sets: proposals, forward secrecy, and the lifetimes of keys."""
    if before is None or after is None or type(before) is not type(after):
        result.doubts.append("a crypto set is not in this input")
        return
    _compare_proposals(before.proposals, after.proposals, result)
    if isinstance(before, MainModeCryptoSet) and isinstance(after, MainModeCryptoSet):
        if before.force_dh.known and after.force_dh.known is False:
            result.losses.append("AuthIP no longer makes a Diffie-Hellman exchange")
        one, other = main_mode_lifetime(before), main_mode_lifetime(after)
        longest = max(one.known or 0 if one else 0, MAIN_MODE_LIFETIME_SECONDS)
        if other is not None and (other.known or 0) > longest:
            result.losses.append(f"a main-mode key lives {other.known} s, beyond Windows' default")
    elif isinstance(before, QuickModeCryptoSet) and isinstance(after, QuickModeCryptoSet):
        _compare_forward_secrecy(before, after, result)
        small = any((each.encryption.known or Cipher.NONE).row.block_bits == 64 for each in after.proposals)
        one, other = byte_lifetime(before), byte_lifetime(after)
        if small and one is not None and other is not None and (other.known or 0) > (one.known or 0):
            result.losses.append("a 64-bit block cipher protects more data under one key")


def _compare_proposals(
    before: Sequence[MainModeProposal | QuickModeProposal],
    after: Sequence[MainModeProposal | QuickModeProposal],
    result: Comparison,
) -> None:
    had, have = {each.algorithms: each for each in before}, {each.algorithms: each for each in after}
    if list(had) == list(have):
        return
    bits = {algorithms: _bits(each) for algorithms, each in (had | have).items()}
    fresh = [each for each in have if each not in had]
    gone = [each for each in had if each not in have]
    if any(bits[each] is None for each in (*fresh, *gone)):
        result.doubts.append("a proposal was not understood")
        return
    known_old, known_new = (
        [known for each in had if (known := bits[each])],
        [known for each in have if (known := bits[each])],
    )
    for algorithms in fresh:
        if not any(_reaches(bits[algorithms] or (), each) for each in known_old):
            result.losses.append(f"{words(have[algorithms])} is accepted, weaker than all that was")
    for algorithms in gone:
        if not any(_reaches(each, bits[algorithms] or ()) for each in known_new):
            result.losses.append(f"{words(had[algorithms])} is no longer offered, and nothing as strong is")
    for algorithms in gone:
        if not any(_reaches(bits[algorithms] or (), each) for each in known_new):
            result.gains.append(f"{words(had[algorithms])} is no longer accepted")
    if before and after and before[0].algorithms != after[0].algorithms:
        _compare_preferred(before[0], after[0], result)


def _compare_preferred(
    before: MainModeProposal | QuickModeProposal, after: MainModeProposal | QuickModeProposal, result: Comparison
) -> None:
    """Compare the former first proposal with the present one."""
    one, other = _bits(before), _bits(after)
    if one is None or other is None:
        result.doubts.append("the proposal that is preferred was not understood")
    elif one != other and (_reaches(one, other) or _reaches(other, one)):
        worse = _reaches(one, other)
        (result.losses if worse else result.gains).append(f"{words(after)} is preferred to {words(before)}")


def _bits(proposal: MainModeProposal | QuickModeProposal) -> Bits | None:
    """The strength of each part. AH and ESP both protect integrity: the stronger counts."""
    known = strength(proposal)
    if known is None:
        return None
    if isinstance(proposal, MainModeProposal):
        encryption, integrity, group = known
        return encryption, min(integrity, _INTEGRITY_ENOUGH_BITS), group
    encryption, esp, ah = known
    return encryption, min(max(esp, ah), _INTEGRITY_ENOUGH_BITS)


def _reaches(one: Bits, other: Bits) -> bool:
    """Whether one is at least as strong as the other in every part."""
    return all(high >= low for high, low in zip(one, other, strict=True))


def _compare_forward_secrecy(before: QuickModeCryptoSet, after: QuickModeCryptoSet, result: Comparison) -> None:
    old, new = list(_groups(before)), list(_groups(after))
    if [each and each.value for each in old] == [each and each.value for each in new]:
        return
    bits = [[None if group is None else _group_bits(group) for group in groups] for groups in (old, new)]
    known = [[each for each in side if each is not None] for side in bits]
    if known != bits or not all(bits):
        result.doubts.append("the group of perfect forward secrecy was not understood")
        return
    least = [min(side) for side in known]
    if least[1] < least[0]:
        result.losses.append("perfect forward secrecy is weaker, or off")
    elif least[1] > least[0]:
        result.gains.append("perfect forward secrecy is stronger")


def _groups(crypto: QuickModeCryptoSet) -> Iterator[DhGroup | None]:
    own = [each.pfs_group for each in crypto.proposals if each.pfs_group is not None]
    yield from (setting.known for setting in (own or [crypto.pfs_group]))


def _group_bits(group: DhGroup) -> int | None:
    return group.row.strength_bits


_NOTHING = frozenset({AuthMethod.ANONYMOUS, AuthMethod.NULL})
_WEAK = frozenset({AuthMethod.PRESHARED_KEY, AuthMethod.COMPUTER_NTLM, AuthMethod.USER_NTLM})


def method_rank(method: AuthMethod) -> int:
    """The rank of a method: 0 proves nothing, 1 is a secret that many share or NTLM, 2 the rest."""
    return 0 if method in _NOTHING else 1 if method in _WEAK else 2


def compare_authentication(
    before: AuthenticationSet | None, after: AuthenticationSet | None, result: Comparison
) -> None:
    """Compare two authentication sets by the weakest method that each accepts. Second authentication may be None."""
    old, new = (before.methods if before else ()), (after.methods if after else ())
    phase = (before or after).phase if (before or after) else AuthPhase.FIRST  # type: ignore[union-attr]
    if len(old) == len(new) and without_places(old) == without_places(new):
        return
    if any(each.method.known is None for each in (*old, *new)):
        result.doubts.append("an authentication method was not understood")
        return
    if phase is AuthPhase.FIRST and not (old and new):
        result.doubts.append("the first authentication is not in this input")
        return
    weakest = [
        min((method_rank(each.method.known) for each in side if each.method.known), default=0) for side in (old, new)
    ]
    if weakest[1] < weakest[0]:
        how = "no longer asked for" if not new else "satisfied by a weaker method"
        result.losses.append(f"{phase} authentication is {how}")
    elif weakest[1] > weakest[0]:
        result.gains.append(f"{phase} authentication takes no weaker method any more")
    for method in new:
        if method.certificate_authority is not None:
            _compare_certificates(method, old, weakest[0], result)


def _compare_certificates(
    method: AuthenticationMethod, old: Sequence[AuthenticationMethod], weakest: int, result: Comparison
) -> None:
    """Compare whether a certificate method accepts certificates that were refused before."""
    authority = method.certificate_authority.known if method.certificate_authority else None
    same = [each for each in old if each.certificate_authority and each.certificate_authority.known == authority]
    if not same:
        if weakest > 1 and any(each.certificate_authority for each in old):
            result.doubts.append(f"certificates of another authority are accepted: {authority}")
        return
    for what, test in (
        ("what a certificate must show", _validates),
        ("the mapping of certificates to accounts", lambda each: _is_on(each.account_mapping)),
        ("a health certificate", lambda each: _is_on(each.health)),
        ("the check of revocation", lambda each: not _is_on(each.crl_check_disabled)),
    ):
        if all(map(test, same)) and not test(method):
            result.losses.append(f"{what} is no longer asked for")


def _is_on(setting: Setting[bool] | None) -> bool:
    return setting is not None and setting.known is True


def _validates(method: AuthenticationMethod) -> bool:
    return any(each.validation for each in method.criteria)
