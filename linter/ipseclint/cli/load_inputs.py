"""The inputs of `ipseclint load`: a policy, the exports of a running host, and values on the command line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ipseclint.cli.messages import fail
from ipseclint.cli.reading_one import refuse_several
from ipseclint.outcome import Exit

if TYPE_CHECKING:
    from datetime import datetime

    from ipseclint.engine.machines import ReadInput
    from ipseclint.load.host import HostFit
    from ipseclint.model.machine import Machine
    from ipseclint.model.site import Site


def read_machine(path: str, site: Site, *, allow_partial: bool) -> Machine:
    """The machine that an input describes; ends the process if there is none, or it is understood only in part."""
    from ipseclint.engine.machines import called, make_machine

    read = _read([path], allow_partial=allow_partial)
    if all(each.parsed.policy.is_empty for each in read):
        fail(f"{_shown(path, read)}: no IPsec policy to compute with", Exit.NOTHING)
    refuse_several(path, read)
    return make_machine(called(path), read, site)


def _read(paths: Sequence[str], *, allow_partial: bool) -> list[ReadInput]:
    from ipseclint.engine.inputs.paths import candidates
    from ipseclint.engine.machines import read_inputs, shortfall
    from ipseclint.report import InputStatus

    read = read_inputs(candidates(paths))
    for input_ in read:
        if input_.crash is not None:
            fail(f"internal error: {input_.crash.where}: {input_.crash.error}", Exit.INTERNAL)
        why = shortfall(input_.input, input_.parsed.problems)
        if why is not None and input_.input.status is InputStatus.UNREADABLE:
            fail(why, Exit.PARTIAL)
        if why is not None and not allow_partial:
            fail(f"{why}; --allow-partial computes with what was understood", Exit.PARTIAL)
    return read


def _shown(paths: str, read: Iterable[ReadInput]) -> str:
    """Paths for a message, masked: a file read there may be named after its key."""
    from ipseclint.engine.keys.gate import joined

    return joined(each.keys for each in read).hidden(paths)


def read_host(paths: Sequence[str], started: str | None, *, allow_partial: bool) -> HostFit:
    """The fit to the exports of one running host; ends the process if they say nothing, or were understood only in
    part."""
    from ipseclint.load.host import fit_host

    read = _read(paths, allow_partial=allow_partial)
    counters = [counter for input_ in read for counter in input_.parsed.counters]
    events = [event for each in read for event in each.parsed.events]
    associations = [association for input_ in read for association in input_.parsed.associations]
    if not (counters or events or associations):
        fail(f"{_shown(', '.join(paths), read)}: no counters, events or associations to fit the model to", Exit.NOTHING)
    return fit_host(counters, events, associations, _moment(started) if started is not None else None)


def _moment(text: str) -> datetime:
    from datetime import UTC, datetime

    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        fail(f"--started {text}: expected a time as 2026-03-02T08:00:00Z")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def parse_values(settings: Iterable[str]) -> dict[str, float]:
    """The values given as `NAME=VALUE`, names with hyphens or underscores."""
    values = {}
    for setting in settings:
        name, _, value = setting.partition("=")
        try:
            values[name.strip().replace("-", "_")] = float(value)
        except ValueError:
            fail(f"--set {setting}: expected NAME=NUMBER, for example --set round-trip-seconds=0.02")
    return values
