"""What the errors of an incident say of each class of causes."""

from __future__ import annotations

import pytest

from ipseclint.finding import Cause
from ipseclint.model.events import Event, EventKind
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Policy
from ipseclint.semantics.incident import explain
from ipseclint.source import Span
from ipseclint.vocabulary.windows_errors import error_name

AT = Span("events.xml", 3, 5)
DROP = 13811
"""A drop from the queue: it says that there is an incident, and of no class that it is to blame."""

SPEAKING = {
    Cause.WAITS_FOR_IPSEC: (13827, 13817, 13848),
    Cause.TOO_MANY: (13884, 13885, 13895, 13849, 13903),
    Cause.TOO_EXPENSIVE: (13814, 13815, 13860),
}


def failed(code: int, peer: str | None = None) -> Event:
    return Event(span=AT, kind=EventKind.MAIN_MODE, event_id=4653, success=False, error_code=code, remote_address=peer)


def evidence(*events: Event) -> dict[str, tuple[str, ...]]:
    """What speaks for each class that anything speaks for."""
    return {one.cause: one.evidence_for for one in explain(Machine(name="m", policy=Policy(), events=events), ())}


@pytest.mark.parametrize(("cause", "code"), [(cause, code) for cause, codes in SPEAKING.items() for code in codes])
def test_an_error_speaks_for_its_own_class_alone(cause: Cause, code: int) -> None:
    shown = {words: lines for words, lines in evidence(failed(DROP), failed(code)).items() if words in ALL_WORDS}
    assert shown == {cause.words: (f"1 x {code} {error_name(code).removeprefix('ERROR_IPSEC_IKE_')}",)}


ALL_WORDS = {cause.words for cause in Cause}


@pytest.mark.parametrize("code", [13805, 13813])
def test_a_time_out_with_one_peer_speaks_for_requests_that_never_finish(code: int) -> None:
    lines = ("100% of the negotiations without an answer went to 10.0.0.9",)
    assert evidence(failed(code, "10.0.0.9")) == {Cause.NEVER_FINISHES.words: lines}


def test_nothing_is_explained_where_nothing_failed() -> None:
    assert evidence() == {}
