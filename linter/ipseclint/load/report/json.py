"""The load model's answer as JSON."""

from __future__ import annotations

import enum
import math
from collections.abc import Mapping

from msgspec import Struct

from ipseclint.escape import json_text
from ipseclint.load.assess import Assessment, QueueAssessment
from ipseclint.load.calibrate import Fit
from ipseclint.load.figures import Figures
from ipseclint.load.host import HostFit
from ipseclint.load.request import LoadAnswer
from ipseclint.load.service import CryptoRates
from ipseclint.load.simulate.replicate import Summary

SCHEMA = "ipseclint.load/1"


def render(answer: LoadAnswer) -> str:
    """The answer on one policy: its figures at the top, then their ranges, what decides them, and every input."""
    return _written(_answer(answer))


def render_queue(queue: QueueAssessment, simulated: Summary | None = None) -> str:
    """The calculator's answer as JSON."""
    return _written(as_json(queue) | {"simulation": as_json(simulated) if simulated else None})


def render_comparison(old: LoadAnswer, new: LoadAnswer) -> str:
    """Both answers as JSON, with the values before and after for each figure."""
    before, after = _answer(old), _answer(new)
    ranges = after["ranges"] if isinstance(after["ranges"], dict) else {}
    change = {name: {"old": before[name], "new": after[name]} for name in ranges}
    return _written({"old": before, "new": after, "change": change})


def render_calibration(calibration: HostFit) -> str:
    """The fit to a host's data as JSON."""
    return _written({"calibration": _calibration(calibration)})


def render_rates(rates: CryptoRates) -> str:
    """The cost of cryptography on this machine as JSON."""
    return _written(
        {
            "source": rates.source,
            "key_agreements_per_second": dict(rates.key_agreements),
            "signatures_per_second": {
                name: {"sign": sign, "verify": verify} for name, (sign, verify) in rates.signatures.items()
            },
        }
    )


def _answer(answer: LoadAnswer) -> dict[str, object]:
    judgement = answer.judgement
    return as_json(answer.assessment) | {
        "verdict": {
            "verdict": judgement.verdict.value,
            "budget": judgement.budget,
            "dropped": {"low": judgement.dropped.low, "high": judgement.dropped.high},
            "settled_by": judgement.settled_by,
            "how": judgement.how,
        },
        "policy": {"name": answer.name, "sets": answer.sets},
        "notes": list(answer.notes),
        "budget": None if answer.budget is None else {"drop_probability": answer.budget, "over": answer.over_budget},
        "simulation": as_json(answer.simulated) if answer.simulated else None,
        "calibration": _calibration(answer.calibration) if answer.calibration else None,
    }


def _calibration(calibration: HostFit) -> dict[str, object]:
    seen = {"samples": calibration.samples, "drops": calibration.drops}
    return {**seen, **{fit.name: _fit(fit) for fit in calibration.fits}}


def _fit(fit: Fit) -> dict[str, object]:
    return {
        "value": fit.value,
        "low": fit.low,
        "high": fit.high if math.isfinite(fit.high) else None,
        "observations": fit.observations,
        "statement": fit.statement,
    }


def _written(body: Mapping[str, object]) -> str:
    return json_text({"schema": SCHEMA, **body}, indent=2) + "\n"


def as_json(assessment: Assessment | QueueAssessment | Summary) -> dict[str, object]:
    """An answer as plain values for JSON; a fleet's figures stand at the top, and what is infinite is null."""
    figures = _fields(assessment.figures) if isinstance(assessment, Assessment) else {}
    return figures | {name: value for name, value in _fields(assessment).items() if name != "figures"}


def _fields(answer: Figures | Assessment | QueueAssessment | Summary) -> dict[str, object]:
    return {name: _plain(getattr(answer, name)) for name in answer.__struct_fields__}


def _plain(value: object) -> object:
    if isinstance(value, Struct):
        return {name: _plain(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(entry) for entry in value]
    return value
