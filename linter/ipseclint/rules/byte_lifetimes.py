"""Lifetimes of quick modes by volume: how soon a fast link uses them up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil

from msgspec.structs import replace

from ipseclint.finding import Basis, Cause, Severity
from ipseclint.load.workload import BITS_PER_KILOBYTE
from ipseclint.model.change import Assign, Change, Fix
from ipseclint.model.kinds import label
from ipseclint.model.machine import Machine
from ipseclint.model.policy import ConnectionSecurityRule, Dialect, QuickModeCryptoSet, QuickModeProposal
from ipseclint.model.selectors import parse_address
from ipseclint.model.setting import Origin, Setting
from ipseclint.model.site import Link
from ipseclint.rule import Hit, LooksAt, Options, rule
from ipseclint.semantics.effective import byte_lifetime, is_below, with_byte_lifetime
from ipseclint.semantics.scope import in_force, overlaps, own_quick_mode_sets, remote_side, users_by_quick_mode
from ipseclint.vocabulary.algorithms import BLOCK_BITS
from ipseclint.words import plural, short

BITS_PER_MEGABIT = 1_000_000


class ByteLifetimeForcesConstantRekey(Options):
    """How soon a link may use up a lifetime by volume, and the link to assume where none is given."""

    error_below_seconds: float
    warning_below_seconds: float
    assumed_bits_per_second: int
    explicit_below_kilobytes: int
    repaired_kilobytes: int


@rule(
    "QD005",
    "byte-lifetime-forces-constant-rekey",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13895, 13810, 13815, 13860),
    options=ByteLifetimeForcesConstantRekey,
    cause=Cause.TOO_MANY,
)
def byte_lifetime_forces_constant_rekey(machine: Machine, options: ByteLifetimeForcesConstantRekey) -> Iterator[Hit]:
    """A quick mode's lifetime by volume is used up within seconds at the speed of the link.

    Why: A security association that has carried its kilobytes must be negotiated anew. At line rate the default
    of 100,000 KB lasts 8.2 s at 100 Mbit/s, 0.82 s at 1 Gbit/s and 0.08 s at 10 Gbit/s; the greatest value of
    2,147,483,647 KB lasts half an hour at 10 Gbit/s. Old associations are removed 60 s after the renewal was
    asked for: a renewal that waits in the queue longer than that loses packets. Microsoft documents the values,
    the renewal and the 60 s; the arithmetic and the bounds of 5 and 60 seconds are our reasoning. The mean rate
    counts, not the line rate: give it as `throughput_bits_per_second` of a link in the site's facts. Without
    a link the finding assumes 1 Gbit/s, is information, and is said once for all sets alike. Microsoft's sample for
    SDN gateways sets 2,000 KB, which at the 1.8 Gbit/s that the same page gives is 9 ms.

    Seen as: 13895 ERROR_IPSEC_IKE_QM_EXPIRED without end, then 13810 and 13815, and 13860 when the new key comes too
    late for the driver. Audit event 4654.

    Bad: `qmsecmethods=esp:sha256-aes128+60min+100000kb` on a 10 Gbit/s path for backups

    Good: `qmsecmethods=esp:sha256-aes128+60min+2147483647kb`

    Fix: Give AES proposals the greatest lifetime by volume and let time decide.

    Waive: Where little traffic flows on a fast link and nothing in the site's facts says so. Keep a bound with
    3DES, whose blocks of 64 bits must not protect much data under one key.
    """
    users = users_by_quick_mode(machine)
    by_chance: dict[int, list[QuickModeCryptoSet]] = {}
    for crypto in in_force(machine, machine.policy.quick_mode_crypto_sets):
        like = crypto.like or crypto
        lifetime = byte_lifetime(like)
        kilobytes = lifetime.known if lifetime is not None else None
        if lifetime is None or kilobytes is None or (like.builtin and id(crypto) not in users):
            continue
        known = fastest_link(machine, users.get(id(crypto), []))
        bits_per_second = known if known is not None else options.assumed_bits_per_second
        if not bits_per_second:
            continue
        seconds = kilobytes * BITS_PER_KILOBYTE / bits_per_second
        if seconds >= options.warning_below_seconds:
            continue
        if known is not None:
            severity = Severity.ERROR if seconds < options.error_below_seconds else Severity.WARNING
            yield _hit(crypto, options, known, severity)
        elif lifetime.origin is Origin.DEFAULT or kilobytes < options.explicit_below_kilobytes:
            continue  # the rules on implicit and on tiny lifetimes speak where no link is known
        elif not (_is_for_small_volumes(like) or _has_unknown_ciphers(like)):
            by_chance.setdefault(kilobytes, []).append(crypto)
    for sets in by_chance.values():
        yield _said_once(sets, options)


def _hit(
    crypto: QuickModeCryptoSet, options: ByteLifetimeForcesConstantRekey, known: int | None, severity: Severity
) -> Hit:
    lifetime = byte_lifetime(crypto)
    span, kilobytes = (crypto.span, 0) if lifetime is None else (lifetime.span, lifetime.known or 0)
    bits_per_second = known or options.assumed_bits_per_second
    return Hit(
        subject=crypto,
        span=span,
        message=f"{kilobytes} KB last {short(kilobytes * BITS_PER_KILOBYTE / bits_per_second)} s at "
        f"{'' if known else 'an assumed '}{short(bits_per_second / BITS_PER_MEGABIT)} Mbit/s; "
        f"{short(options.warning_below_seconds)} s or more keeps renewals rare",
        value=kilobytes,
        severity=severity,
        fix=_repair(crypto, options, bits_per_second),
    )


def _repair(crypto: QuickModeCryptoSet, options: ByteLifetimeForcesConstantRekey, bits_per_second: int) -> Fix:
    enough = ceil(options.warning_below_seconds * bits_per_second / BITS_PER_KILOBYTE)
    return _longer(crypto, options.repaired_kilobytes, enough)


def _said_once(sets: Sequence[QuickModeCryptoSet], options: ByteLifetimeForcesConstantRekey) -> Hit:
    """The hit on several equal sets, whose fix repairs all that a command can repair; those alike by one value."""
    first, others = _hit(sets[0], options, None, Severity.INFO), sets[1:]
    if not others:
        return first
    fixes: dict[int, Fix] = {}
    changes: list[Change] = []
    for crypto in sets:
        like = crypto.like or crypto
        if id(like) not in fixes:
            fixes[id(like)] = _repair(like, options, options.assumed_bits_per_second)
        wanted = (change for change in fixes[id(like)].changes if isinstance(change, Assign))
        changes += [Assign(crypto, change.field, change.value) for change in wanted]
    lifetimes = ((each, byte_lifetime(each)) for each in others[:_SHOWN])
    return replace(
        first,
        message=f"{first.message}; so in {plural(len(others), 'other set')}",
        related=tuple((label(each), lifetime.span) for each, lifetime in lifetimes if lifetime is not None),
        fix=Fix(tuple(changes)) if changes else first.fix,
    )


_SHOWN = 6
"""How many of the other sets are shown with their places."""


def _is_for_small_volumes(crypto: QuickModeCryptoSet) -> bool:
    """Whether every cipher of a set has 64-bit blocks, which need a small volume whatever the link."""
    return all(proposal.encryption.known in BLOCK_BITS for proposal in crypto.proposals)


def _has_unknown_ciphers(crypto: QuickModeCryptoSet) -> bool:
    return all(proposal.encryption.known is None for proposal in crypto.proposals)


def fastest_link(machine: Machine, rules: list[ConnectionSecurityRule]) -> int | None:
    """The greatest rate, in bits per second, of the site's links that can carry a rule's traffic; None if none can."""
    rates = [
        _rate(link)
        for link in machine.site.links or ()
        if (span := parse_address(link.range)) is not None
        and any(overlaps(span, address) for each in rules for address in remote_side(machine, each))
    ]
    return max(rates, default=None)


def _rate(link: Link) -> int:
    mean = link.throughput_bits_per_second
    return link.bits_per_second if mean is None else mean


class ByteLifetimeAtFloor(Options):
    """The least lifetime by volume that Windows accepts, the bound below which one is tiny, and the value to set
    instead."""

    floor_kilobytes: int
    tiny_below_kilobytes: int
    repaired_kilobytes: int


@rule(
    "QD006",
    "byte-lifetime-at-floor",
    basis=Basis.DOCUMENTED,
    leads_to=(13895, 13810, 13815, 13860),
    options=ByteLifetimeAtFloor,
    cause=Cause.TOO_MANY,
    looks_at=LooksAt.SETS,
)
def byte_lifetime_at_floor(machine: Machine, options: ByteLifetimeAtFloor) -> Iterator[Hit]:
    """A quick mode's lifetime by volume is at the least value Windows takes, or below its default.

    Why: 20,480 KB are gone in 0.17 s at 1 Gbit/s, and each time a quick mode joins the queue. Microsoft documents the
    least value and the default of 100,000 KB. That no cipher with blocks of 128 bits needs less than the default is
    common knowledge of cryptography. Where a link of the site's facts carries the traffic, QD005 judges by the speed
    of the link instead. A set of 64-bit block ciphers alone wants a small volume and is left alone.

    Seen as: 13895 ERROR_IPSEC_IKE_QM_EXPIRED without end, then 13810, 13815 and 13860 under load.

    Bad: `New-NetIPsecQuickModeCryptoProposal -Encapsulation ESP -Encryption AES128 -ESPHash SHA256 -MaxKiloBytes 20480`

    Good: `New-NetIPsecQuickModeCryptoProposal -Encapsulation ESP -Encryption AES128 -ESPHash SHA256`

    Fix: Give AES proposals the greatest lifetime by volume, others at least the default.

    Waive: On rules for management traffic of little volume.
    """
    users = users_by_quick_mode(machine)
    for crypto in own_quick_mode_sets(machine):
        lifetime = byte_lifetime(crypto)
        kilobytes = lifetime.known if lifetime is not None else None
        if lifetime is None or kilobytes is None or not lifetime.is_explicit:
            continue
        if kilobytes >= options.tiny_below_kilobytes or _is_illegal(crypto, kilobytes, options):
            continue
        if fastest_link(machine, users.get(id(crypto), [])) is not None or _is_for_small_volumes(crypto):
            continue
        yield Hit(
            subject=crypto,
            span=lifetime.span,
            message=f"quick-mode lifetime of {kilobytes} KB"
            f"{', the least Windows takes' if kilobytes == options.floor_kilobytes else ''}; "
            f"{options.tiny_below_kilobytes} KB is the default, {options.repaired_kilobytes} KB lets time decide",
            value=kilobytes,
            fix=_longer(crypto, options.repaired_kilobytes, options.repaired_kilobytes),
        )


def _is_illegal(crypto: QuickModeCryptoSet, kilobytes: int, options: ByteLifetimeAtFloor) -> bool:
    """Whether Windows refuses the value; the minimum is documented for connection security only."""
    return crypto.dialect is Dialect.WFAS and kilobytes < options.floor_kilobytes


class ImplicitByteLifetime(Options):
    """The lifetime by volume that never expires first."""

    repaired_kilobytes: int


@rule(
    "QD007",
    "implicit-byte-lifetime",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13895, 13810, 13815),
    options=ImplicitByteLifetime,
    cause=Cause.TOO_MANY,
    looks_at=LooksAt.SETS,
)
def implicit_byte_lifetime(machine: Machine, options: ImplicitByteLifetime) -> Iterator[Hit]:
    """A quick-mode proposal gives a lifetime in time alone and so gets Windows' lifetime by volume as well.

    Why: The half that is not given keeps its default, so that a policy which seems to renew by time renews by
    volume on a fast link. For proposals of connection security Microsoft documents the default of 100,000 KB; that
    the unticked half of an old filter action behaves alike is from a support article.

    Seen as: 13895 ERROR_IPSEC_IKE_QM_EXPIRED more often than the lifetime in time explains; under load 13810 and 13815.

    Bad: `netsh ipsec static add filteraction name=F qmsecmethods="ESP[3DES,SHA1]:3600s"`

    Good: `netsh ipsec static add filteraction name=F qmsecmethods="ESP[3DES,SHA1]:100000k/3600s"`

    Fix: Write both halves of the lifetime: the greatest volume where time is to decide, the default with 3DES,
    whose blocks of 64 bits must not protect much data under one key.

    Waive: Where the default by volume is meant; nothing in the policy shows that.
    """
    for crypto in own_quick_mode_sets(machine):
        if crypto.dialect not in {Dialect.WFAS, Dialect.IP_SECURITY_POLICY, Dialect.DYNAMIC}:
            continue
        implicit = [each for each in crypto.proposals if _is_implicit(each)]
        if not implicit:
            continue
        first = implicit[0].lifetime_kilobytes
        count = f"{len(implicit)} of {len(crypto.proposals)} proposals"
        yield Hit(
            subject=crypto,
            span=implicit[0].lifetime_seconds.span,
            message=f"{count} with a lifetime in time alone: the default of {first.known} KB holds as well",
            value=len(implicit),
            fix=Fix((Assign(crypto, "proposals", tuple(_explicit(each, options) for each in crypto.proposals)),)),
        )


def _is_implicit(proposal: QuickModeProposal) -> bool:
    volume = proposal.lifetime_kilobytes
    return proposal.lifetime_seconds.is_explicit and volume.origin is Origin.DEFAULT and volume.known is not None


def _explicit(proposal: QuickModeProposal, options: ImplicitByteLifetime) -> QuickModeProposal:
    if not _is_implicit(proposal):
        return proposal
    volume = proposal.lifetime_kilobytes
    kilobytes = volume.value if proposal.encryption.known in BLOCK_BITS else options.repaired_kilobytes
    return proposal.model_copy(update={"lifetime_kilobytes": Setting(kilobytes, volume.span)})


def _longer(crypto: QuickModeCryptoSet, kilobytes: int, below: int) -> Fix:
    """The repair of a small lifetime by volume; only words where a cipher must not protect much under one key."""
    if crypto.builtin:
        return Fix(note=f"Give the rule a quick-mode set of its own with a lifetime of {kilobytes} KB.")
    small = [proposal for proposal in crypto.proposals if is_below(proposal.lifetime_kilobytes, below)]
    if any(each.encryption.known in BLOCK_BITS and each.encryption.is_explicit for each in small):
        return Fix(note="Replace the 64-bit block cipher first: it must not protect much data under one key.")
    return Fix((Assign(crypto, "proposals", with_byte_lifetime(crypto, kilobytes, below)),))
