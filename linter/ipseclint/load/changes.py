"""The policy changes to propose: back to Windows' default, or to a recommended value."""

from collections.abc import Iterator

from msgspec import Struct

from ipseclint.load.parameters import DEFAULTS, Provenance
from ipseclint.load.scenarios import SITUATIONS, Scenario, start_storm
from ipseclint.load.schedules import Schedule
from ipseclint.load.sensitivity import Change, Lever
from ipseclint.load.service import RATES, CryptoRates, Suite, crypto_seconds, key_agreement_seconds
from ipseclint.load.storm import critical_ramp_seconds
from ipseclint.load.workload import Workload

MAX_LIFETIME_KILOBYTES = 2_147_483_647
"""Largest legal byte lifetime (New-NetIPsecQuickModeCryptoProposal)."""

_DEFAULTS = {entry.name: entry for entry in DEFAULTS}


class _Reset(Struct, frozen=True):
    """A parameter worth resetting to its default when the policy is on the costly side of it."""

    name: str
    label: str
    costly_below: bool


_RESETS = (
    _Reset("main_mode_lifetime_seconds", "main-mode lifetime to Windows' default, 480 minutes", costly_below=True),
    _Reset("quick_mode_limit", "sessions per main mode to Windows' default, unlimited", costly_below=False),
    _Reset("quick_mode_lifetime_seconds", "quick-mode lifetime to Windows' default, 60 minutes", costly_below=True),
    _Reset("quick_mode_lifetime_kilobytes", "byte lifetime to Windows' default, 100,000 KB", costly_below=True),
)

_RECOMMENDED = (
    Change(
        "byte lifetime to the largest legal value, 2,147,483,647 KB",
        {"quick_mode_lifetime_kilobytes": MAX_LIFETIME_KILOBYTES},
        Lever.POLICY,
        Provenance.ASSUMED,
        "reasoned: lets the time alone end a quick mode; weigh against what the cipher allows under one key",
    ),
)


def proposed_changes(workload: Workload, scenario: Scenario, schedule: Schedule) -> tuple[Change, ...]:
    """Every single change to weigh for a workload; in storms also a longer start ramp, though no policy sets it."""
    return (*_resets(workload), *_RECOMMENDED, *_ramp(workload, scenario, schedule))


def cheaper_suite(now: Suite, then: Suite, label: str, rates: CryptoRates = RATES) -> Change:
    """A change of the main mode's suite, by the measured cost of both."""
    return Change(
        label,
        {},
        Lever.POLICY,
        Provenance.MEASURED,
        f"cost of the cryptography: {rates.source}",
        {"main_mode_service_seconds": crypto_seconds(then, rates) - crypto_seconds(now, rates)},
    )


def without_pfs(group: str, rates: CryptoRates = RATES) -> Change:
    """Quick modes without perfect forward secrecy, by the measured cost of its group."""
    return Change(
        f"no perfect forward secrecy in quick mode ({group}), on all peers together",
        {},
        Lever.POLICY,
        Provenance.MEASURED,
        f"cost of the key agreement: {rates.source}",
        {"quick_mode_service_seconds": -key_agreement_seconds(group, rates)},
    )


def _resets(workload: Workload) -> Iterator[Change]:
    for reset in _RESETS:
        default, now = _DEFAULTS[reset.name], workload.number(reset.name)
        if (now < default.value) if reset.costly_below else (now > default.value):
            yield Change(reset.label, {reset.name: default.value}, Lever.POLICY, default.provenance, default.source)


def _ramp(workload: Workload, scenario: Scenario, schedule: Schedule) -> Iterator[Change]:
    safe = critical_ramp_seconds(start_storm(workload, scenario, schedule))
    if SITUATIONS[scenario].storm and workload.ramp_seconds < safe < float("inf"):
        yield Change(
            f"start of the peers spread over {safe:.0f} s",
            {"ramp_seconds": safe},
            Lever.FLEET,
            Provenance.ASSUMED,
            "the storm law's critical ramp",
        )
