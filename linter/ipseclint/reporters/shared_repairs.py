"""A repair that many findings share: its commands are output with the first of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ipseclint.finding import Finding

LONG_CHARACTERS = 4096
"""Shorter commands are output with each finding (reasoned: two dozen commands, which a reader may want beside each)."""


def told_once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, where long commands repeated on a machine are replaced by the fingerprint of the first with
    them."""
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
