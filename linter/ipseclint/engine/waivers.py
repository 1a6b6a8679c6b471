"""Waivers: findings that somebody accepts until a date. They mark findings and never hide them."""

from __future__ import annotations

import datetime
import fnmatch
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import StringConstraints, ValidationError

from ipseclint.engine.keys import hidden
from ipseclint.engine.toml_files import ConfigError, Written, bytes_of, decode, explain, read_toml
from ipseclint.finding import Basis, Finding, FixText, Severity, Subject, Waiver, fingerprint
from ipseclint.source import Span, is_file
from ipseclint.words import nearest

FILE_NAME = "ipseclint-waivers.toml"

RESERVED = ("IN0", "WV0")
"""How the codes begin that no waiver can be about."""

EXPIRED = ("WV001", "expired-waiver")
UNUSED = ("WV002", "unused-waiver")


class Entry(Written):
    """One waiver as written. Without `subject` and `path` it holds for every finding of the rule.

    `subject` and `path` are patterns with `*` and `?`. `fingerprint` binds it to the offending value: a
    changed value wakes the finding. It holds through the day `expires`.
    """

    rule: str
    subject: str | None = None
    path: str | None = None
    fingerprint: str | None = None
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
    owner: str | None = None
    ticket: str | None = None
    expires: datetime.date | None = None

    def matches(self, finding: Finding) -> bool:
        """Whether it is about this finding, whatever the date."""
        return (
            self.rule.casefold() in {finding.code.casefold(), finding.name}
            and (self.subject is None or fnmatch.fnmatchcase(finding.subject.name.casefold(), self.subject.casefold()))
            and (self.path is None or fnmatch.fnmatchcase(finding.span.path, _as_shown(self.path)))
            and (self.fingerprint is None or self.fingerprint == finding.fingerprint)
        )

    def as_waiver(self) -> Waiver:
        """The waiver as the report shows it."""
        expires = self.expires.isoformat() if self.expires else None
        return Waiver(reason=hidden(self.reason), owner=self.owner, ticket=self.ticket, expires=expires)


def _as_shown(path: str) -> str:
    """A pattern of paths as reports show paths: with slashes, and from here without saying so."""
    return path.replace("\\", "/").removeprefix("./")


class _File(Written):
    waiver: tuple[Entry, ...] = ()


def find_waivers(folder: Path) -> Path | None:
    """The waiver file in a folder, if there is one."""
    path = folder / FILE_NAME
    return path if is_file(path) else None


def load_waivers(path: Path, unwaivable: frozenset[str], known: frozenset[str]) -> tuple[Entry, ...]:
    """The waivers of a file. `known` are all codes and names. Raises ConfigError."""
    entries = _read_file(path).waiver
    for number, entry in enumerate(entries, start=1):
        word = entry.rule.casefold()
        if word.upper().startswith(RESERVED) or word in unwaivable:
            raise ConfigError(f"{path}: waiver {number}: {entry.rule} cannot be waived")
        if word not in known:
            raise ConfigError(f"{path}: waiver {number}: unknown rule {entry.rule!r}{nearest(word, known)}")
    return entries


def _read_file(path: Path) -> _File:
    try:
        return _File.model_validate(read_toml(path))
    except ValidationError as error:
        raise ConfigError(f"{path}: {explain(error, _File)}") from error


class Waiving:
    """Marks findings one by one with their waivers, and knows then which waivers have expired or match nothing.

    The first entry that matches holds. An expired entry does not.
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

        Unless what was marked is of the `whole` run, what matches nothing may match something in another; so may a
        waiver of a rule that was `not_run`, by code or name. Where only files were named, `of_files`, there may be
        others that it is for: that it matches nothing is told as information.
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
"""What is told otherwise of a waiver that matches nothing where the run is of some files."""


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
        fingerprint=fingerprint(code, subject, entry.model_dump_json()),
        machine=span.path,
    )


def _lines_of_entries(file: str) -> list[int]:
    """The lines on which the entries begin: TOML's parser does not tell, so their headers are looked for."""
    try:
        lines = decode(bytes_of(Path(file))).splitlines()
    except (OSError, UnicodeDecodeError):
        return []
    return [index for index, line in enumerate(lines, start=1) if line.strip() == "[[waiver]]"]


def waiver_text(finding: Finding, reason: str, owner: str | None, ticket: str | None, expires: str | None) -> str:
    """A waiver of one finding as TOML, bound to its value, to append to the file."""
    from ipseclint.engine.toml_text import toml_string

    # A name with half a character cannot stand in TOML; the fingerprint binds the waiver all the same.
    is_text = not any("\ud800" <= letter <= "\udfff" for letter in finding.subject.name)
    rows = {
        "rule": finding.code,
        "subject": finding.subject.name if is_text else None,
        "fingerprint": finding.fingerprint,
        "reason": reason,
        "owner": owner,
        "ticket": ticket,
    }
    lines = [f"{key} = {toml_string(value)}" for key, value in rows.items() if value is not None]
    if expires is not None:
        lines.append(f"expires = {expires}")
    return "\n".join(["[[waiver]]", *lines]) + "\n"


def with_waivers(path: Path, entries: Iterable[str]) -> bytes:
    """The content of a file of waivers, in its encoding, with more entries at its end.

    Raises ConfigError where the file is something else, OSError where it cannot be read.
    """
    if not path.exists():
        return "\n".join(entries).encode()
    _read_file(path)
    data = bytes_of(path)
    text = decode(data)
    encoding = next(
        (name for mark, name in _MARKS if data.startswith(mark)), "utf-16-le" if data[1:2] == b"\0" else "utf-8"
    )
    gap = "" if not text or text.endswith("\n\n") else "\n" if text.endswith("\n") else "\n\n"
    line_end = "\r\n" if "\r\n" in text else "\n"
    return data + (gap + "\n".join(entries)).replace("\n", line_end).encode(encoding)


_MARKS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
