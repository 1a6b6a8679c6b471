"""The repairs of findings as changes in the text of the input, where that is a script or a VPN profile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from ipseclint.engine.apply_rules import Plan, found_with_fixes
from ipseclint.engine.keys.gate import Keys
from ipseclint.engine.machines import ReadInput
from ipseclint.finding import Finding
from ipseclint.formats.parsed import SCRIPT_FORMATS, VPN_PROFILE_FORMATS
from ipseclint.model.change import Edit, Fix
from ipseclint.model.machine import Machine
from ipseclint.model.site import Site
from ipseclint.report import Replacement, ScriptRepair
from ipseclint.source import Source, SourceError

MAX_READ_AGAIN_CHARACTERS = 400_000
"""How much text is read again in all: each repair is tried by reading its whole input (reasoned: some seconds)."""

_POWERSHELL_COST = 10
"""How many times longer a character of PowerShell takes than one of netsh (measured: 8 to 16)."""

_POWERSHELL = "powershell-script"


def script_repairs(
    machines: Sequence[tuple[Machine, ReadInput]], plans: Sequence[Plan], site: Site, findings: Sequence[Finding]
) -> Iterator[ScriptRepair]:
    """The repairs of findings that count, each alone, the worst first, until the limit of text is reached.

    Repairs that lower protection, or write a key, are left out; so are those that may belong into another file that the
    script runs.
    """
    wanted = [finding for finding in findings if finding.counts and finding.fix and not finding.fix.is_lowering]
    broken = {finding.machine for finding in wanted}
    editable = {
        machine.name: (machine, read, _fixes(machine, plans, site))
        for machine, read in machines
        if machine.name in broken and not read.followed and read.input.format in SCRIPT_FORMATS | VPN_PROFILE_FORMATS
    }
    left = MAX_READ_AGAIN_CHARACTERS
    for finding in sorted(wanted, key=lambda finding: -finding.severity.rank):
        machine, read, fixes = editable.get(finding.machine, (None, None, {}))
        fix = fixes.get(finding.fingerprint)
        if machine is None or read is None or fix is None:
            continue
        try:
            text = read.source.read_text()
            left -= len(text) * (_POWERSHELL_COST if read.input.format == _POWERSHELL else 1)
            after = _rewritten(read, machine, fix.edits) if left >= 0 else None
            replacements = () if after is None else tuple(_replacements(text, after.read_text(), read.keys))
        except (SourceError, _ShowsKeyError):
            continue
        if replacements:
            yield ScriptRepair(
                machine=machine.name, fingerprint=finding.fingerprint, path=read.source.path, replacements=replacements
            )


def _fixes(machine: Machine, plans: Sequence[Plan], site: Site) -> dict[str, Fix]:
    """The fixes of the findings of a machine by fingerprint; none where a rule crashes, which the run reports."""
    try:
        fixes = list(found_with_fixes(machine, plans, site))
    except Exception:  # noqa: BLE001 - the same
        return {}
    return {finding.fingerprint: fix for finding, fix in fixes if fix is not None and fix.changes}


def _rewritten(read: ReadInput, machine: Machine, todo: tuple[Edit, ...]) -> Source | None:
    """The input with the edits applied; None where they cannot be."""
    from ipseclint.repair.script.writing import written

    done = written(read.source, read.input.format, machine.policy, [todo])
    return None if done.left_out else done.source


class _ShowsKeyError(Exception):
    """A replacement in which a key would stand."""


def _replacements(before: str, after: str, keys: Keys) -> Iterator[Replacement]:
    """The differing parts, as short as they can be. Raises _ShowsKeyError."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line))
    for tag, first, last, new_first, new_last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        was, becomes = "".join(old[first:last]), "".join(new[new_first:new_last])
        head = _alike(was, becomes)
        tail = _alike(was[head:][::-1], becomes[head:][::-1])
        text = becomes[head : len(becomes) - tail]
        if keys.hidden(text) != text:
            raise _ShowsKeyError
        begin, end = starts[first] + head, starts[last] - tail
        (row, column), (end_row, end_column) = (_place(before, offset) for offset in (begin, end))
        yield Replacement(line=row, column=column, end_line=end_row, end_column=end_column, text=text)


def _alike(one: str, other: str) -> int:
    """The length of the common beginning."""
    return next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def _place(text: str, offset: int) -> tuple[int, int]:
    """The line and column of an offset, from 1, with the line ends of SARIF."""
    lines = text[:offset].replace("\r\n", "\n").split("\n")
    return len(lines), len(lines[-1]) + 1
