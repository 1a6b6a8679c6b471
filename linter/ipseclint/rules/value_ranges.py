"""Values outside the ranges that Windows accepts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct, field
from msgspec.structs import replace

from ipseclint.finding import Basis, Concern
from ipseclint.model.change import Assign, Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Dialect, GlobalSettings, MainModeCryptoSet, QuickModeCryptoSet, QuickModeProposal
from ipseclint.model.setting import Setting
from ipseclint.model.values import Frozen
from ipseclint.rule import Hit, Options, rule
from ipseclint.words import minutes


class Range(Frozen, forbid_unknown_fields=True):
    """The least and the greatest value that Windows accepts, and the one to replace others by.

    Without `usual` it is the nearest bound. A lifetime has one, since at its bound it would be bad in another way.
    """

    least: int
    greatest: int
    usual: int | None = None
    contradicted: dict[int, str] = field(default_factory=dict)
    """Values outside the range that another page of Microsoft allows, and that page."""


class ValueOutOfRange(Options):
    """The ranges of [MS-FASP], by field of the model."""

    main_mode_lifetime_seconds: Range
    quick_modes_per_main_mode: Range
    quick_mode_lifetime_seconds: Range
    quick_mode_lifetime_kilobytes: Range
    sa_idle_seconds: Range
    crl_check_level: Range
    exemption_bits: Range


class _Value(Struct, frozen=True):
    """A value to check: its object, the field that repairs it, its name, and its notation."""

    subject: MainModeCryptoSet | QuickModeCryptoSet | GlobalSettings
    field: str
    what: str
    setting: Setting[int] | None
    allowed: Range
    write: Callable[[int], str] = str


@rule("RF004", "value-out-of-range", basis=Basis.DOCUMENTED, options=ValueOutOfRange, concern=Concern.FAIL)
def value_out_of_range(machine: Machine, options: ValueOutOfRange) -> Iterator[Hit]:
    """A lifetime, limit or global setting lies outside the range that Windows accepts.

    Why: Windows rejects the set or setting with a semantic error and goes on with what was in force before, or
    with the default: the policy on paper and the policy on the wire differ, often only on some hosts.
    The ranges are those of [MS-FASP]. Other pages of Microsoft contradict them at the edges: the cmdlet reference
    allows 0 minutes for main mode, and that of netsh 2880 minutes.

    Seen as: An error message of the tool, or a set from group policy that is ignored without one.

    Bad: `New-NetIPsecQuickModeCryptoProposal -Encapsulation ESP -ESPHash SHA1 -MaxMinutes 3`

    Good: `New-NetIPsecQuickModeCryptoProposal -Encapsulation ESP -ESPHash SHA1 -MaxMinutes 60`

    Fix: Use a value within the range.

    Waive: Never: Windows does not accept the value.
    """
    seen: set[tuple[int, str, int]] = set()
    for row in _values(machine, options):
        value = row.setting.known if row.setting is not None else None
        if row.setting is None or value is None or row.allowed.least <= value <= row.allowed.greatest:
            continue
        key = (id(row.subject), row.field, value)
        if key in seen:
            continue
        seen.add(key)
        yield Hit(
            subject=row.subject,
            span=row.setting.span,
            message=f"{row.what} of {row.write(value)}; "
            f"Windows accepts {row.write(row.allowed.least)} to {row.write(row.allowed.greatest)}"
            f"{_contradiction(row.allowed, value)}",
            value=f"{row.field} {value}",
            fix=_within(row),
        )


def _contradiction(allowed: Range, value: int) -> str:
    page = allowed.contradicted.get(value)
    return f" by [MS-FASP]; {page} allows this value" if page else ""


def _values(machine: Machine, options: ValueOutOfRange) -> Iterator[_Value]:
    policy = machine.policy
    for main in policy.main_mode_crypto_sets:
        if main.dialect is Dialect.WFAS and not main.builtin:
            yield _Value(
                main,
                "lifetime_seconds",
                "main-mode lifetime",
                main.lifetime_seconds,
                options.main_mode_lifetime_seconds,
                minutes,
            )
            yield _Value(
                main,
                "quick_mode_limit",
                "limit of quick modes per main mode",
                main.quick_mode_limit,
                options.quick_modes_per_main_mode,
            )
    for quick in policy.quick_mode_crypto_sets:
        if quick.dialect is Dialect.WFAS and not quick.builtin:
            for proposal in quick.proposals:
                yield from _of_proposal(quick, proposal, options)
    for settings in policy.global_settings:
        yield from _of_global(settings, options)


def _of_proposal(quick: QuickModeCryptoSet, proposal: QuickModeProposal, options: ValueOutOfRange) -> Iterator[_Value]:
    yield _Value(
        quick,
        "lifetime_seconds",
        "quick-mode lifetime",
        proposal.lifetime_seconds,
        options.quick_mode_lifetime_seconds,
        minutes,
    )
    yield _Value(
        quick,
        "lifetime_kilobytes",
        "quick-mode lifetime",
        proposal.lifetime_kilobytes,
        options.quick_mode_lifetime_kilobytes,
        "{} KB".format,
    )


def _of_global(settings: GlobalSettings, options: ValueOutOfRange) -> Iterator[_Value]:
    yield _Value(
        settings, "sa_idle_seconds", "SA idle time", settings.sa_idle_seconds, options.sa_idle_seconds, "{} s".format
    )
    yield _Value(
        settings,
        "crl_check_level",
        "level of revocation checking",
        settings.crl_check_level,
        options.crl_check_level,
    )
    yield _Value(settings, "exemption_bits", "exemption flags", settings.exemption_bits, options.exemption_bits)


def _within(checked: _Value) -> Fix:
    """The fix with a legal value, where Windows' tools set a number; levels and flags are a choice."""
    value = checked.setting.known if checked.setting is not None else None
    if value is None or checked.field in {"crl_check_level", "exemption_bits"}:
        return Fix(note=f"Use a value from {checked.allowed.least} to {checked.allowed.greatest}.")
    if isinstance(checked.subject, QuickModeCryptoSet):
        proposals = tuple(_clamped(proposal, checked) for proposal in checked.subject.proposals)
        return Fix((Assign(checked.subject, "proposals", proposals),))
    return Fix((Assign(checked.subject, checked.field, _legal(value, checked.allowed)),))


def _clamped(proposal: QuickModeProposal, checked: _Value) -> QuickModeProposal:
    setting: Setting[int] = getattr(proposal, checked.field)
    value = setting.known
    if value is None:
        return proposal
    return proposal.model_copy(update={checked.field: replace(setting, value=_legal(value, checked.allowed))})


def _legal(value: int, allowed: Range) -> int:
    if allowed.least <= value <= allowed.greatest:
        return value
    return max(allowed.least, min(value, allowed.greatest)) if allowed.usual is None else allowed.usual
