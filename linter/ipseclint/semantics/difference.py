"""The whole answer to "what does this change do": traffic, objects, findings, load, and whether it may be deployed."""

from __future__ import annotations

from msgspec import Struct

from ipseclint.finding import Finding
from ipseclint.semantics.damage import Fit
from ipseclint.semantics.intents import Breach
from ipseclint.semantics.object_changes import ObjectChange
from ipseclint.semantics.rollout import PairChange, Rollout
from ipseclint.semantics.traffic_changes import Effect, TrafficChanges


class LoadChange(Struct, frozen=True):
    """A figure of the load model before and after; `written` are both in words."""

    name: str
    label: str
    old: float
    new: float
    written: tuple[str, str]


class LoadChanges(Struct, frozen=True):
    """The figures for a number of peers, which is `assumed` or given."""

    peers: int
    assumed: bool
    figures: tuple[LoadChange, ...]

    @property
    def differs(self) -> bool:
        """Whether any figure differs."""
        return any(figure.old != figure.new for figure in self.figures)


class State(Struct, frozen=True):
    """One of the two states: its inputs, their formats, and what was not understood."""

    name: str
    formats: tuple[str, ...]
    shortfalls: tuple[str, ...] = ()


class Difference(Struct, frozen=True):
    """What changes from one state of a machine's policy to another."""

    version: str
    old: State
    new: State
    traffic: TrafficChanges
    objects: tuple[tuple[ObjectChange, Effect | None], ...]
    """Each change with its effect on traffic by the model; None: it has none."""
    findings_new: tuple[Finding, ...] = ()
    findings_gone: tuple[Finding, ...] = ()
    load: LoadChanges | None = None
    notes: tuple[str, ...] = ()
    breaches: tuple[Breach, ...] = ()
    """The intents that the new state, or the change, breaks."""
    pairs: tuple[PairChange, ...] = ()
    rollout: Rollout | None = None
    backups: tuple[Fit, ...] = ()
    """How well the old state, and other candidates, fit the new one; the best first."""

    @property
    def is_empty(self) -> bool:
        """Whether both states mean the same."""
        return not (self.traffic.changes or self.objects or self.findings_new or self.findings_gone or self.pairs)

    @property
    def weakens(self) -> bool:
        """Whether any traffic is protected less, VPN included."""
        effects = (*(change.effect for change in self.traffic.changes), *(effect for _, effect in self.objects))
        return Effect.WEAKER in effects
