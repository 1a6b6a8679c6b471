"""A repair that many findings share: its commands stand in an output with the first of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ipseclint.finding import Finding

LONG_CHARACTERS = 4096
"""Shorter commands stand with each finding (reasoned: two dozen of them, which a reader may want beside each)."""


def told_once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, those with the long commands of one before on the same machine with its fingerprint instead."""
    first: dict[tuple[str, str | None, str | None], Finding] = {}
    for finding in findings:
        fix = finding.fix
        if fix is None or len(fix.netsh or "") + len(fix.powershell or "") < LONG_CHARACTERS:
            yield finding
            continue
        teller = first.setdefault((finding.machine, fix.netsh, fix.powershell), finding)
        if teller is finding:
            yield finding
            continue
        words = f"Its commands stand with {teller.code} of {teller.subject.name}, fingerprint {teller.fingerprint}."
        note = f"{words} {fix.note}" if fix.note else words
        update = {"netsh": None, "powershell": None, "note": note, "same_as": teller.fingerprint}
        yield finding.model_copy(update={"fix": fix.model_copy(update=update)})
