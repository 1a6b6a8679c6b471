"""The effect of a change, as JSON: the contract `ipseclint.diff/1`."""

from __future__ import annotations

import ipaddress
import math
from collections.abc import Sequence
from typing import Any

from ipseclint.escape import json_text
from ipseclint.finding import Finding
from ipseclint.reporters.difference import words
from ipseclint.reporters.json_v1 import location_or_none
from ipseclint.semantics.covered import address_range
from ipseclint.semantics.difference import Difference, LoadChanges, State
from ipseclint.semantics.object_changes import ObjectChange
from ipseclint.semantics.packet_treatment import Treatment
from ipseclint.semantics.packets.axes import DIRECTIONS, INTERFACES, PROFILES
from ipseclint.semantics.packets.box import Packet
from ipseclint.semantics.packets.regions import Region
from ipseclint.semantics.rollout import Rollout
from ipseclint.semantics.rules_of_state import DecidingRule
from ipseclint.semantics.traffic_changes import Effect, TrafficChange, peers, share

SCHEMA = "ipseclint.diff/1"
_LISTED = 1000
"""The most ranges and regions listed for one class; `share_of_addresses` counts all."""


def render(difference: Difference) -> str:
    """The whole answer as JSON."""
    return json_text(as_dict(difference), indent=2) + "\n"


def as_dict(difference: Difference) -> dict[str, Any]:
    """The whole answer in plain values."""
    return {
        "schema": SCHEMA,
        "tool": {"name": "ipseclint", "version": difference.version},
        "old": _state(difference.old),
        "new": _state(difference.new),
        "verdict": words.verdict(difference),
        "notes": list(difference.notes),
        "broken_intents": [
            {
                "intent": breach.intent.name,
                "must": breach.intent.must.value,
                "message": breach.message,
                "witness": packet(breach.witness),
                "decided_by": [_rule(rule) for rule in breach.rules],
            }
            for breach in difference.breaches
        ],
        "traffic_complete": difference.traffic.complete,
        "traffic_undecided": _undecided(difference.traffic.undecided),
        "traffic": [_traffic(change) for change in difference.traffic.changes],
        "objects": [_object(change, effect) for change, effect in difference.objects],
        "findings": {
            "new": [_finding(finding) for finding in difference.findings_new],
            "gone": [_finding(finding) for finding in difference.findings_gone],
        },
        "pairs": [
            {
                "peer": pair_change.peer,
                "initiator": pair_change.initiator,
                "before": pair_change.before,
                "after": pair_change.after,
                "why": pair_change.why,
            }
            for pair_change in difference.pairs
        ],
        "backups": [
            {
                "path": backup.name,
                "understood": backup.is_whole,
                "alike": list(backup.alike),
                "other": list(backup.other),
                "missing": list(backup.missing),
                "foreign": list(backup.foreign),
            }
            for backup in difference.backups
        ],
        "rollout": None if difference.rollout is None else _rollout(difference.rollout),
        "load": None if difference.load is None else _load(difference.load),
    }


def _state(state: State) -> dict[str, Any]:
    return {"path": state.name, "formats": list(state.formats), "not_understood": list(state.shortfalls)}


def _undecided(regions: Sequence[Region]) -> dict[str, Any] | None:
    """The regions where more may change; None if there are none."""
    if not regions:
        return None
    return {
        "packets": _packets(regions),
        "peers": {f"ipv{family}": _peers(regions, family) for family in (4, 6)},
        "share_of_addresses": {f"ipv{family}": share(regions, family) for family in (4, 6)},
    }


def _packets(regions: Sequence[Region]) -> list[str]:
    return list(dict.fromkeys(words.region_words(region) for region in regions[:_LISTED]))


def _traffic(change: TrafficChange) -> dict[str, Any]:
    before, after = words.before_and_after(change)
    return {
        "section": change.section,
        "directions": list(change.directions),
        "before": before,
        "after": after,
        "effect": change.effect.value,
        "severity": change.severity,
        "witness": packet(change.witness),
        "decided_by": {
            "before": [_rule(rule) for rule in change.rules_before],
            "after": [_rule(rule) for rule in change.rules_after],
        },
        "differs": [{"part": name, "before": was, "after": is_} for name, was, is_ in words.parts(change)],
        "treatment": {"before": _treatments(change.before), "after": _treatments(change.after)},
        "packets": _packets(change.regions),
        "peers": {f"ipv{family}": _peers(change.regions, family) for family in (4, 6)},
        "share_of_addresses": {f"ipv{family}": change.share(family) for family in (4, 6)},
        "readings": list(change.readings),
    }


def _peers(regions: Sequence[Region], family: int) -> list[str]:
    return [address_range(family, low, high) for low, high in peers(regions, family).spans[:_LISTED]]


def _treatments(treatments: tuple[Treatment, ...]) -> list[dict[str, list[str]]]:
    return [
        {name.replace(" ", "_").replace("-", "_"): list(part) for name, part in treatment.parts().items()}
        for treatment in treatments
    ]


def packet(one: Packet) -> dict[str, Any]:
    """A packet by its fields; missing fields are left out."""
    make = ipaddress.IPv4Address if one.family == 4 else ipaddress.IPv6Address
    fields = {
        "text": str(one),
        "source": str(make(one.source)),
        "destination": str(make(one.destination)),
        "protocol": one.protocol,
        "source_port": one.source_port,
        "destination_port": one.destination_port,
        "icmp_type": None if one.icmp is None else one.icmp >> 8,
        "icmp_code": None if one.icmp is None else one.icmp & 255,
        "direction": None if one.direction is None else DIRECTIONS[one.direction],
        "profile": None if one.profile is None else PROFILES[one.profile],
        "interface": None if one.interface is None else INTERFACES[one.interface],
        "where": sorted(map(str, one.holds)) or None,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _rule(rule: DecidingRule) -> dict[str, Any]:
    return {"name": rule.name, "location": location_or_none(rule.span)}


def _object(change: ObjectChange, effect: Effect | None) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "name": change.name,
        "change": change.change.value,
        "effect": words.effect_word(effect),
        "fields": [{"name": each.name.replace(" ", "_"), "old": each.old, "new": each.new} for each in change.fields],
        "used_by": list(change.used_by),
        "location": {"old": location_or_none(change.old_span), "new": location_or_none(change.new_span)},
    }


def _finding(finding: Finding) -> dict[str, Any]:
    subject = finding.subject
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.value,
        "message": finding.message,
        "subject": {"kind": subject.kind, "name": subject.name, "id": subject.id},
        "location": location_or_none(finding.span),
        "fingerprint": finding.fingerprint,
    }


def _rollout(rollout: Rollout) -> dict[str, Any]:
    return {
        "advice": rollout.words,
        "machine_first": {"keeps_talking": rollout.machine_first, "silenced": list(rollout.stopped_machine_first)},
        "peers_first": {"keeps_talking": rollout.peers_first, "silenced": list(rollout.stopped_peers_first)},
    }


def _load(load: LoadChanges) -> dict[str, Any]:
    return {
        "peers": load.peers,
        "peers_assumed": load.assumed,
        "before": {figure.name: _number(figure.old) for figure in load.figures},
        "after": {figure.name: _number(figure.new) for figure in load.figures},
    }


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
