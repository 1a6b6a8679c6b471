"""`ipseclint.negotiation/1`: one entry for each pair and each end as initiator."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ipseclint.escape import json_text
from ipseclint.reporters.json_v1 import location_or_none
from ipseclint.semantics.negotiation.ends import End
from ipseclint.semantics.negotiation.sight import Sight
from ipseclint.semantics.negotiation.table import Advice, Attribute, Row
from ipseclint.semantics.negotiation.unpaired import Unpaired
from ipseclint.vocabulary.windows_errors import error_name

SCHEMA = "ipseclint.negotiation/1"


def render(rows: Iterable[Row], not_read: Iterable[str] = (), unpaired: Iterable[Unpaired] = ()) -> str:
    """The document. `not_read` names inputs that were understood only in part, `unpaired` ends without a peer."""
    body = {
        "schema": SCHEMA,
        "pairs": [pair_entry(row) for row in rows],
        "unpaired": [_alone(each) for each in unpaired],
        "not_read": list(not_read),
    }
    return json_text(body, indent=2) + "\n"


def pair_entry(row: Row) -> dict[str, Any]:
    """The entry of one row."""
    outcome = row.outcome
    a_sees, b_sees = row.sights
    a_fix, b_fix = row.advice
    return {
        "a": _end(row.pair.a),
        "b": _end(row.pair.b),
        "packet": None if row.pair.packet is None else str(row.pair.packet),
        "initiator": row.initiator.value,
        "hosts": {"a": row.hosts[0], "b": row.hosts[1]},
        "key_module": outcome.key_module,
        "verdict": outcome.verdict.value,
        "stage": outcome.stage,
        "when": "renewal" if outcome.at_renewal else "connect",
        "after_seconds": outcome.after_seconds,
        "why": outcome.why,
        "outcomes": list(outcome.outcomes),
        "main_mode": outcome.main_mode,
        "quick_mode": outcome.quick_mode,
        "differences": [_difference(each) for each in row.differences],
        "a_sees": _sight(a_sees),
        "b_sees": _sight(b_sees),
        "basis": outcome.basis.value,
        "fix": {"a": _fix(a_fix), "b": _fix(b_fix)},
    }


def _end(end: End) -> dict[str, Any]:
    where = {"where": end.where} if end.where else {}
    return {"path": end.path, "subject": end.subject, "line": end.span.line, **where}


def _alone(unpaired: Unpaired) -> dict[str, Any]:
    return {
        "path": unpaired.span.path,
        "subject": unpaired.subject,
        "line": unpaired.span.line,
        "why": unpaired.why,
        "hosts": unpaired.hosts,
    }


def _difference(attribute: Attribute) -> dict[str, Any]:
    return {
        "attribute": attribute.name,
        "a": attribute.a,
        "b": attribute.b,
        "a_location": location_or_none(attribute.a_span),
        "b_location": location_or_none(attribute.b_span),
    }


def _sight(sight: Sight) -> dict[str, Any]:
    return {
        "code": sight.code,
        "name": None if sight.code is None else error_name(sight.code),
        "event": sight.event,
        "notify": sight.notify,
        "note": sight.note or None,
    }


def _fix(advice: Advice | None) -> dict[str, Any] | None:
    if advice is None:
        return None
    commands = advice.commands
    return {
        "words": advice.words,
        "netsh": commands.netsh if commands is not None else None,
        "powershell": commands.powershell if commands is not None else None,
        "note": commands.note if commands is not None else None,
    }
