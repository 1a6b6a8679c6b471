"""Waivers: findings that somebody accepts until a date. They mark findings and never hide them."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import json

from ipseclint.engine.configuration.toml_files import bytes_of, decode
from ipseclint.engine.keys.gate import hidden
from ipseclint.finding import Basis, Finding, FixText, Severity, Subject, fingerprint
from ipseclint.source import Span, is_file

if TYPE_CHECKING:
    from ipseclint.engine.configuration.waiver_files import Entry

FILE_NAME = "ipseclint-waivers.toml"

EXPIRED = ("WV001", "expired-waiver")
UNUSED = ("WV002", "unused-waiver")


def find_waivers(folder: Path) -> Path | None:
    """The waiver file in a folder, if there is one."""
    path = folder / FILE_NAME
    return path if is_file(path) else None


class Waiving:
    """Marks findings one by one with their waivers, and then knows which waivers have expired or match nothing.

    The first matching entry holds. An expired entry does not.
    """

    def __init__(self, entries: Sequence[Entry], file: str, today: datetime.date) -> None:
        self._entries = entries
        self._file = file
        self._today = today
        self._used: set[int] = set()
        self._of_rule: defaultdict[str, list[int]] = defaultdict(list)
        for number, entry in enumerate(entries):
            self._of_rule[entry.rule.casefold()].append(number)

    def marked(self, finding: Finding) -> Finding:
        """A finding with its waiver, if it has one."""
        waiver = finding.waiver
        of_rule = {*self._of_rule[finding.code.casefold()], *self._of_rule[finding.name]}
        for number in sorted(of_rule):
            entry = self._entries[number]
            if entry.matches(finding):
                self._used.add(number)
                if waiver is None and not _is_expired(entry, self._today):
                    waiver = entry.as_waiver()
        return finding if waiver is None else finding.model_copy(update={"waiver": waiver})

    def about(self, *, whole: bool = True, of_files: bool = False, not_run: Collection[str] = ()) -> Iterator[Finding]:
        """A finding for each waiver that has expired or matches nothing.

        Unless all findings of the `whole` run were marked, a waiver without a match may have one elsewhere; so may a
        waiver of a rule that was `not_run`, by code or name. Where only files were named, `of_files`, it may belong to
        others: then it is reported as information.
        """
        lines = _lines_of_entries(self._file)
        for number, entry in enumerate(self._entries):
            place = Span(self._file, lines[number] if number < len(lines) else 1, 1)
            if _is_expired(entry, self._today):
                message = f"the waiver of {entry.rule} expired on {entry.expires}: {hidden(entry.reason)}"
                yield _about_waiver(EXPIRED, entry, number, place, message)
            elif whole and number not in self._used and entry.rule.casefold() not in not_run:
                where = " of these files" if of_files else ""
                message = f"the waiver of {entry.rule} matches no finding{where}: {hidden(entry.reason)}"
                told = _about_waiver(UNUSED, entry, number, place, message)
                yield told.model_copy(update=_OF_FILES) if of_files else told


_OF_FILES = {
    "severity": Severity.INFO,
    "fix": FixText(note="If no other file is what it is for, renew it with a new date and reason, or delete it."),
}
"""The changes in the finding about a waiver without a match where the run is of some files."""


def apply_waivers(
    findings: Iterable[Finding], entries: Sequence[Entry], file: str, today: datetime.date
) -> tuple[Finding, ...]:
    """The findings of a run with their waivers, and one more for each waiver that has expired or matches nothing."""
    waiving = Waiving(entries, file, today)
    marked = [waiving.marked(finding) for finding in findings]
    return (*marked, *waiving.about())


def _is_expired(entry: Entry, today: datetime.date) -> bool:
    return entry.expires is not None and entry.expires < today


def _about_waiver(kind: tuple[str, str], entry: Entry, number: int, span: Span, message: str) -> Finding:
    code, name = kind
    subject = Subject(kind="waiver", name=f"waiver {number + 1} ({entry.rule})")
    return Finding(
        code=code,
        name=name,
        severity=Severity.WARNING,
        basis=Basis.DOCUMENTED,
        message=message,
        subject=subject,
        span=span,
        fix=FixText(note="Renew it with a new date and reason, or delete it."),
        fingerprint=fingerprint(code, subject, json.encode(entry).decode()),
        machine=span.path,
    )


def _lines_of_entries(file: str) -> list[int]:
    """The lines on which the entries begin, found by their headers, since the TOML parser does not tell."""
    try:
        lines = decode(bytes_of(Path(file))).splitlines()
    except (OSError, UnicodeDecodeError):
        return []
    return [index for index, line in enumerate(lines, start=1) if line.strip() == "[[waiver]]"]
