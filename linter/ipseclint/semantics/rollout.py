"""Which pairs of ends agree before and after a change, and which end may change first without cutting a connection.

Between the two changes the new state of one end meets the old state of the other: all four combinations are negotiated.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from ipseclint.model.machine import Machine
from ipseclint.semantics.negotiation.pairs import pairs
from ipseclint.semantics.negotiation.table import Side, rows
from ipseclint.semantics.negotiation.verdict import Verdict

_WORST_FIRST = (
    Verdict.FAILS,
    Verdict.BLOCKED,
    Verdict.UNKNOWN,
    Verdict.DEPENDS,
    Verdict.CLEAR,
    Verdict.SECURED,
)
_TALKING = frozenset({Verdict.SECURED, Verdict.CLEAR})
_SILENT = frozenset({Verdict.FAILS, Verdict.BLOCKED})

Verdicts = dict[tuple[str, Side], tuple[Verdict, str]]
"""The worst verdict for each peer and initiator, with the reason."""


class PairChange(Struct, frozen=True):
    """A peer with a changed outcome of negotiation. `initiator` is this machine or the peer."""

    peer: str
    initiator: str
    before: Verdict | None
    after: Verdict | None
    why: str

    @property
    def newly_fails(self) -> bool:
        """Whether the pair may have talked before, and certainly does not any more."""
        return self.after in _SILENT and self.before not in _SILENT


class Rollout(Struct, frozen=True):
    """Which end may change first; `stopped` are the peers that lose connection in between, by who goes first."""

    machine_first: bool
    peers_first: bool
    stopped_machine_first: tuple[str, ...]
    stopped_peers_first: tuple[str, ...]

    @property
    def words(self) -> str:
        """The advice in a sentence."""
        if self.machine_first and self.peers_first:
            return "either end may change first: every pair goes on talking in between"
        if self.machine_first:
            return f"change this machine first; peers first would silence {', '.join(self.stopped_peers_first)}"
        if self.peers_first:
            return f"change the peers first; this machine first would silence {', '.join(self.stopped_machine_first)}"
        return (
            "no order keeps every pair talking: this machine first silences "
            f"{', '.join(self.stopped_machine_first)}, the peers first {', '.join(self.stopped_peers_first)}"
        )


def pair_changes(
    old: Machine, new: Machine, peers: Sequence[Machine], peers_after: Sequence[Machine]
) -> tuple[PairChange, ...]:
    """The peers with a changed outcome of negotiation once both ends have changed."""
    before, after = _verdicts(old, peers), _verdicts(new, peers_after)
    return tuple(_changes(before, after))


def rollout(old: Machine, new: Machine, peers: Sequence[Machine], peers_after: Sequence[Machine]) -> Rollout:
    """Which end may change first, so that every pair that talks now also talks in between."""
    now = _verdicts(old, peers)
    silent = [_silenced(now, _verdicts(*between)) for between in ((new, peers), (old, peers_after))]
    return Rollout(not silent[0], not silent[1], silent[0], silent[1])


def _silenced(now: Verdicts, between: Verdicts) -> tuple[str, ...]:
    stopped = (
        peer
        for (peer, side), (verdict, _) in now.items()
        if verdict in _TALKING and between.get((peer, side), (None, ""))[0] not in _TALKING
    )
    return tuple(dict.fromkeys(stopped))


def _verdicts(machine: Machine, peers: Sequence[Machine]) -> Verdicts:
    verdicts: Verdicts = {}
    for peer in peers:
        for pair in pairs(machine, peer):
            for row in rows(pair):
                key, outcome = (peer.name, row.initiator), row.outcome
                known = verdicts.get(key)
                if known is None or _WORST_FIRST.index(outcome.verdict) < _WORST_FIRST.index(known[0]):
                    verdicts[key] = (outcome.verdict, outcome.why)
    return verdicts


def _changes(before: Verdicts, after: Verdicts) -> Iterator[PairChange]:
    for peer, side in dict.fromkeys((*before, *after)):
        was, _ = before.get((peer, side), (None, ""))
        is_, why = after.get((peer, side), (None, "no rules of the two meet"))
        if was is not is_:
            yield PairChange(peer, "this machine" if side is Side.A else "the peer", was, is_, why)
