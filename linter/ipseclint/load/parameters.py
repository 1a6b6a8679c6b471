"""The parameters of the load model: value, unit, where it comes from, and the range to explore."""

import enum
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.load.workload import Workload, check_field
from ipseclint.vocabulary import builtin


class Provenance(enum.StrEnum):
    """The origin of a number; none of ours is ever presented as Windows' own value."""

    DOCUMENTED = "documented"
    """Stated by the vendor, or readable in public source code."""
    MEASURED = "measured"
    """Observed or timed; the source says on what."""
    ASSUMED = "assumed"
    """A default of this tool, in want of anything better; always has a range."""
    YOURS = "yours"
    """Given by the user, read from the policy, or fitted to the user's data."""


class Parameter(Struct, frozen=True):
    """One input of the model with its unit, origin and the range over which figures are reported.

    `low` and `high` equal `value` where there is nothing to explore.
    """

    name: str
    value: float
    unit: str
    provenance: Provenance
    low: float
    high: float
    meaning: str
    source: str


def _documented(name: str, value: float, unit: str, meaning: str, source: str) -> Parameter:
    return Parameter(name, value, unit, Provenance.DOCUMENTED, value, value, meaning, source)


def _assumed(
    name: str, value: float, unit: str, meaning: str, source: str, bounds: tuple[float, float] | None = None
) -> Parameter:
    low, high = bounds or (value, value)
    return Parameter(name, value, unit, Provenance.ASSUMED, low, high, meaning, source)


MAX_WORKERS = 8
"""Workers assumed on a host with that many cores or more: Windows publishes no thread count."""

HP_UX_QUICK_TO_MAIN = 0.004 / 0.509
"""Quick-mode over main-mode cost, the one published pair (HP-UX IPSec Performance and Sizing A.02.00)."""

_MAIN_MODE_SECONDS = 0.020
_QUICK_MODE_SECONDS = _MAIN_MODE_SECONDS * HP_UX_QUICK_TO_MAIN

DEFAULTS: tuple[Parameter, ...] = (
    _assumed("peers", 0, "peers", "active peers of this host", "input: the fleet is in no policy"),
    _assumed("initiating_share", 1, "1", "share of the peers that start at once", "worst case"),
    _assumed("ramp_seconds", 0, "s", "time over which the first attempts are spread evenly", "worst case"),
    _documented(
        "main_mode_lifetime_seconds",
        builtin.MAIN_MODE_LIFETIME_SECONDS,
        "s",
        "main-mode lifetime",
        "New-NetIPsecMainModeCryptoSet: 480 minutes",
    ),
    _documented(
        "quick_mode_limit",
        0,
        "quick modes per main mode",
        "session limit of a main mode; 0 is unlimited",
        "New-NetIPsecMainModeCryptoSet -MaxSessions",
    ),
    _documented(
        "quick_mode_lifetime_seconds",
        builtin.QUICK_MODE_LIFETIME_SECONDS,
        "s",
        "quick-mode lifetime",
        "New-NetIPsecQuickModeCryptoProposal: 60 minutes, legal 300 to 172,740 s",
    ),
    _documented(
        "quick_mode_lifetime_kilobytes",
        builtin.QUICK_MODE_LIFETIME_KILOBYTES,
        "KB",
        "quick-mode byte lifetime",
        "New-NetIPsecQuickModeCryptoProposal: legal 20,480 to 2,147,483,647 KB",
    ),
    _assumed(
        "main_modes_per_peer",
        1,
        "SA",
        "main modes kept with one peer",
        "2 with DirectAccess (DirectAccess capacity planning)",
    ),
    _assumed(
        "quick_modes_per_peer",
        1,
        "SA pairs",
        "quick modes kept with one peer",
        "2 with DirectAccess (DirectAccess capacity planning)",
    ),
    _assumed("throughput_bits_per_second", 0, "bit/s", "traffic of one quick-mode SA", "input: is in no policy"),
    _assumed("new_sessions_per_second", 0, "1/s", "new peers, beside rekeys", "input: is in no policy"),
    _assumed(
        "workers",
        MAX_WORKERS,
        "workers",
        "negotiations worked on in parallel",
        "min(cores, 8); Windows publishes no thread count",
        (1, MAX_WORKERS),
    ),
    _assumed(
        "main_mode_service_seconds",
        _MAIN_MODE_SECONDS,
        "s",
        "worker time of a main mode with the quick mode that follows at once",
        "20 ms: strongSwan's load-test sample paces 50 initiations per second and thread; range five times either way",
        (_MAIN_MODE_SECONDS / 5, _MAIN_MODE_SECONDS * 5),
    ),
    _assumed(
        "quick_mode_service_seconds",
        _QUICK_MODE_SECONDS,
        "s",
        "worker time of a further quick mode",
        "main mode times 0.004/0.509, the one published ratio (HP-UX IPSec Performance and Sizing A.02.00); "
        "range up to a main mode",
        (_QUICK_MODE_SECONDS, _MAIN_MODE_SECONDS),
    ),
    _assumed(
        "service_scv",
        1,
        "1",
        "squared coefficient of variation of the worker time",
        "exponential; 0 is constant, 4 very uneven",
        (0, 4),
    ),
    _assumed(
        "patience_seconds",
        30,
        "s",
        "wait in the queue after which a request is dropped",
        "unpublished; the AuthIP initiator gives up near 30 s and the responder deletes state at 60 s "
        "(MS-AIPS note 12)",
        (5, 60),
    ),
    _assumed(
        "round_trip_seconds",
        0.05,
        "s",
        "network round trip to a peer",
        "a wide-area path; measure yours",
        (0.001, 0.3),
    ),
    _assumed(
        "main_mode_round_trips",
        3,
        "round trips",
        "round trips a main mode stays half-open",
        "RFC 2409 main mode has six messages; AuthIP and IKEv2 need fewer",
    ),
    _assumed("peers_per_address", 1, "peers", "peers that share one source address (NAT)", "input: is in no policy"),
    _documented(
        "address_half_open_limit",
        35,
        "SA",
        "half-open main modes of one source address above which new ones are dropped",
        "MS-IKEE note 29",
    ),
    _documented(
        "cookie_mode_on",
        500,
        "SA",
        "half-open main modes above which cookies are asked for (EnableDOSProtect=1)",
        "MS-IKEE note 29, MS-AIPS 3.1.7.6",
    ),
    _documented(
        "cookie_mode_off",
        100,
        "SA",
        "half-open main modes below which cookies are no longer asked for",
        "MS-IKEE note 29, MS-AIPS 3.1.7.6",
    ),
    _assumed(
        "half_open_limit",
        math.inf,
        "SA",
        "hard cap on half-open main modes",
        "Windows documents none; others have one",
    ),
    _documented(
        "half_open_seconds",
        60,
        "s",
        "time after which the responder deletes a half-open main mode",
        "MS-AIPS note 12",
    ),
)


@dataclass(frozen=True)
class Parameters(Mapping[str, Parameter]):
    """All inputs of the model by name; build with `defaults` and change with `with_user_values` or `with_measured`."""

    entries: tuple[Parameter, ...]

    def __getitem__(self, name: str) -> Parameter:
        for entry in self.entries:
            if entry.name == name:
                return entry
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return (entry.name for entry in self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    @classmethod
    def defaults(cls, cores: int = MAX_WORKERS) -> Self:
        """The parameter table; `cores` is the number of processor cores of the host that is modelled.

        Raises ValueError for less than one core.
        """
        if cores < 1:
            raise ValueError(f"cores must be at least 1, not {cores}")
        workers = min(cores, MAX_WORKERS)
        return cls(
            tuple(
                replace(entry, value=workers, high=workers) if entry.name == "workers" else entry for entry in DEFAULTS
            )
        )

    def with_user_values(self, source: str = "given", /, **values: float) -> Self:
        """These parameters with values of the user's own, which are then not explored any further.

        Raises ValueError for an unknown name or a value outside its domain.
        """
        return self._settled(Provenance.YOURS, source, values)

    def with_measured(self, source: str, /, **values: float) -> Self:
        """These parameters with measured values; see `with_user_values`."""
        return self._settled(Provenance.MEASURED, source, values)

    def with_documented(self, source: str, /, **values: float) -> Self:
        """These parameters with values that a document states; see `with_user_values`."""
        return self._settled(Provenance.DOCUMENTED, source, values)

    def with_assumed(self, source: str, /, **values: float) -> Self:
        """These parameters with assumptions that fit the case better; their ranges move along by as much.

        What is not assumed stays as it is. Raises ValueError as `with_user_values` does.
        """
        changed = {}
        for name, value in values.items():
            check_field(name, value)
            old = self[name]
            if old.provenance is Provenance.ASSUMED:
                shift = value - old.value
                low, high = max(0.0, old.low + shift), max(old.high + shift, value)
                changed[name] = replace(old, value=value, low=min(low, value), high=high, source=source)
        return self._replaced(changed)

    def with_range(self, name: str, low: float, high: float) -> Self:
        """These parameters with the range of one of them set; the value is moved into the range."""
        for bound in (low, high):
            check_field(name, bound)
        if low > high:
            raise ValueError(f"{name}: range is empty, {low} to {high}")
        old = self[name]
        value = min(max(old.value, low), high)
        return self._replaced({name: replace(old, value=value, low=low, high=high)})

    def workload(self) -> Workload:
        """The plain numbers."""
        return Workload.from_values({entry.name: entry.value for entry in self.entries})

    def unsettled(self) -> tuple[Parameter, ...]:
        """The parameters with a range: those that neither a document nor the user settles."""
        return tuple(entry for entry in self.entries if entry.low < entry.high)

    def _settled(self, provenance: Provenance, source: str, values: Mapping[str, float]) -> Self:
        for name, value in values.items():
            check_field(name, value)
        return self._replaced(
            {
                name: replace(self[name], value=value, low=value, high=value, provenance=provenance, source=source)
                for name, value in values.items()
            }
        )

    def _replaced(self, changed: Mapping[str, Parameter]) -> Self:
        return type(self)(tuple(changed.get(entry.name, entry) for entry in self.entries))
